"""The worker that does what stands in the queue (procrastinate, in PostgreSQL): a process that the node starts, or a service of its own.

A process and not a thread: the web server forks, and what a thread holds at that moment stays held in the child for ever; nor shall a page
wait for the interpreter while the audit trail is read.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
from types import TracebackType

import psycopg

from primary_care.node import deciding

AGAIN_AFTER = 5.0  # seconds after the database went away, or the process
MAY_FINISH = 20  # seconds that work in hand is waited for at the end
AFTER_PAGES = 10  # niceness: pages first


def work_until_stopped() -> None:
    """Do what is to be done until SIGTERM or Ctrl-C; whenever the database goes away, begin again when it is back."""
    os.nice(AFTER_PAGES)
    deciding.start()
    asyncio.run(_until_signal())


async def _until_signal() -> None:
    from procrastinate.exceptions import ConnectorException

    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    while not stop.is_set():
        # The pages say that the database is away, and the node starts its own server again.
        with contextlib.suppress(ConnectorException, psycopg.Error, OSError):
            await _while_connected(stop)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), AGAIN_AFTER)


async def _while_connected(stop: asyncio.Event) -> None:
    from procrastinate.contrib.django import app as queue
    from procrastinate.contrib.django.utils import connector_params
    from procrastinate.psycopg_connector import PsycopgConnector

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
    """The worker beside the pages, from `with` to its end; started again when it ends by itself."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="keep-background", daemon=True)

    def __enter__(self) -> "Background":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, places: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _keep(self) -> None:
        while not self._over.is_set():
            process = subprocess.Popen(
                [sys.executable, "-m", "primary_care.command_line", "worker", "--of", str(os.getpid())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                # Otherwise this waits for a pipe that a web worker, forked at the same moment, may hold open for ever.
                close_fds=False,
            )
            while process.poll() is None and not self._over.wait(0.2):
                pass
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(MAY_FINISH)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            self._over.wait(AGAIN_AFTER)
