"""The worker that does what stands in the queue (procrastinate, in PostgreSQL): in a thread of the node, or as a process of its own."""

import asyncio
import contextlib
import signal
import threading
from types import TracebackType

import psycopg
from procrastinate import exceptions
from procrastinate.contrib.django import app as queue
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector

AGAIN_AFTER = 5.0  # seconds after the database went away
MAY_FINISH = 20.0  # seconds that work in hand is waited for at the end
HEARTBEAT_OLD = 60.0  # seconds without a sign of life after which a worker counts as gone


async def work(stop: asyncio.Event) -> None:
    """Do what is to be done until `stop`; whenever the database goes away, begin again when it is back."""
    while not stop.is_set():
        # The pages say that the database is away, and the node starts its own server again.
        with contextlib.suppress(exceptions.ConnectorException, psycopg.Error, OSError):
            await _work_while_connected(stop)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), AGAIN_AFTER)


async def _work_while_connected(stop: asyncio.Event) -> None:
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=2, timeout=AGAIN_AFTER)
    async with contextlib.AsyncExitStack() as stack:
        app = stack.enter_context(queue.replace_connector(connector))
        await stack.enter_async_context(app.open_async())
        running = asyncio.create_task(
            app.run_worker_async(
                name="simpul",
                concurrency=1,
                delete_jobs="successful",
                install_signal_handlers=False,
                shutdown_graceful_timeout=MAY_FINISH,
            )
        )
        asked = asyncio.create_task(stop.wait())
        await asyncio.wait({running, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if not running.done():
            running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


class Background:
    """The worker in a thread, from `with` to its end."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="background", daemon=True)

    def __enter__(self) -> "Background":
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, places: TracebackType | None
    ) -> None:
        if self._loop and self._stop and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(MAY_FINISH + AGAIN_AFTER)

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        await work(self._stop)


def work_until_stopped() -> None:
    """The worker as a process of its own, until SIGTERM or Ctrl-C."""
    asyncio.run(_until_signal())


async def _until_signal() -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await work(stop)
