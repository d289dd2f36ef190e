"""Looks after the embedded PostgreSQL while the node serves: when it is gone, starts it anew with the same data.

The operator reads of it on the terminal. Pages that are asked for meanwhile are answered by `primary_care.settings.away`.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType

from primary_care.node.postgres import EmbeddedPostgres, PostgresTrouble

LOOK_EVERY = 0.5  # seconds
MOST_STARTS, WITHIN = 5, 60.0  # a server that ends again and again, in so many seconds, is not mended by starting it


class Watch:
    """Watches one server from a thread of its own, from `with` to its end.

    If the server cannot be started again, `trouble` says why and `give_up` is called, once, from that thread.
    """

    def __init__(self, server: EmbeddedPostgres, give_up: Callable[[], None]) -> None:
        self.trouble: str | None = None
        self._server = server
        self._give_up = give_up
        self._over = threading.Event()
        self._starts: deque[float] = deque(maxlen=MOST_STARTS)
        self._thread = threading.Thread(target=self._look, name="watch-postgres", daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, places: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            try:
                if not self._server.is_running():
                    self._start_again()
            except Exception as error:  # whatever it was: a node without its database must not go on in silence
                self.trouble = _trouble(self._server, error)
                self._give_up()
                return

    def _start_again(self) -> None:
        now = time.monotonic()
        if len(self._starts) == MOST_STARTS and now - self._starts[0] < WITHIN:
            raise PostgresTrouble(
                f"PostgreSQL berhenti {MOST_STARTS + 1} kali dalam {WITHIN:.0f} detik.\n{self._server.end_of_log()}"
            )
        self._starts.append(now)
        print("Basis data berhenti tiba-tiba; dijalankan lagi … (The database ended; starting it again.)", flush=True)
        self._server.start_again()
        print("Basis data berjalan lagi. (The database runs again.)", flush=True)


def _trouble(server: EmbeddedPostgres, error: Exception) -> str:
    return (
        f"Basis data berhenti dan tidak dapat dijalankan lagi, jadi Simpul berhenti. Sebabnya:\n  {error}\n"
        f"Yang sudah tersimpan ada di {server.folder}. Perbaiki sebabnya, lalu jalankan Simpul lagi.\n"
        "(The database ended and could not be started again, so Simpul stops; the reason stands above. "
        "What was saved is in that folder. Mend the cause, then start Simpul again.)"
    )
