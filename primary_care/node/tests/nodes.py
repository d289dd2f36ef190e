"""A node driven as an operator and a browser meet it: through its command and over HTTP."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg

from primary_care.node.postgres import EmbeddedPostgres

PATIENCE = 120  # seconds; a test that waits this long has failed


def server_pid(folder: Path) -> int:
    """The process of the embedded server of a folder."""
    return int((folder / "postgres" / "postmaster.pid").read_text().split("\n")[0])


def kill_server(folder: Path, whole: bool = True) -> None:
    """kill -9 of the embedded server of a folder: with all its helpers, as the end of the power would, or its head alone."""
    head = psutil.Process(server_pid(folder))
    killed = [head, *(head.children() if whole else [])]
    for process in killed:
        with contextlib.suppress(psutil.NoSuchProcess):  # a helper may have ended by itself meanwhile
            process.kill()
    psutil.wait_procs(killed, timeout=PATIENCE)


class Node:
    """A node in a folder of its own, driven through its command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = EmbeddedPostgres(folder)
        self.started: list[subprocess.Popen[str]] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]

    def start(
        self, *command: str, cwd: Path | None = None, stdin: int = subprocess.DEVNULL, **settings: str
    ) -> "subprocess.Popen[str]":
        return self._start(command, stdin, subprocess.PIPE, cwd, settings)

    def start_at(self, terminal: int, *command: str, **settings: str) -> "subprocess.Popen[str]":
        """A command at a terminal, for which it reads and to which it writes."""
        return self._start(command, terminal, terminal, None, settings)

    def _start(
        self, command: tuple[str, ...], stdin: int, out: int, cwd: Path | None, settings: dict[str, str]
    ) -> "subprocess.Popen[str]":
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("SIMPUL_", "DATABASE_URL"))}
        environment = {**keep, "SIMPUL_DATA_DIR": str(self.folder), "SIMPUL_PORT": str(self.port), **settings}
        process = subprocess.Popen(
            [sys.executable, "-m", "primary_care.command_line", *command],
            env=environment,
            cwd=cwd,
            stdin=stdin,
            stdout=out,
            stderr=subprocess.PIPE if out == subprocess.PIPE else out,
            text=True,
            start_new_session=True,
            preexec_fn=_as_at_a_terminal,
        )
        self.started.append(process)
        return process

    def finish(self, *command: str, given: str | None = None, **settings: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end; `given` is what it may read."""
        stdin = subprocess.DEVNULL if given is None else subprocess.PIPE
        process = self.start(*command, stdin=stdin, **settings)
        out, err = process.communicate(given, timeout=PATIENCE)
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    def end(self) -> None:
        """Stop what a test that failed left running."""
        for process in self.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate(timeout=PATIENCE)

    def kill_when(self, process: "subprocess.Popen[str]", question: str, database: str = "simpul") -> None:
        """kill -9 of a command and all it started as soon as `question`, asked of its database, is answered yes."""
        until(lambda: process.poll() is not None or self.ask(question, database) is True)
        assert process.poll() is None, f"ended before it could be killed: {process.communicate()}"
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=PATIENCE)

    def ask(self, question: str, database: str = "simpul") -> object:
        """The answer of the node's database; None while it cannot answer."""
        try:
            with psycopg.connect(self.server.url(database), autocommit=True, connect_timeout=2) as connection:
                row = connection.execute(question).fetchone()  # type: ignore[call-overload]
                return row[0] if row else None
        except psycopg.Error:
            return None

    def get(self, path: str) -> int:
        """The status of a page; 0 while nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def answers_beside_idle_connections(self, number: int) -> bool:
        """Browsers hold several connections open and idle; others must be served all the same."""
        idle = [http.client.HTTPConnection("127.0.0.1", self.port, timeout=10) for _ in range(number)]
        try:
            for connection in idle:
                connection.request("GET", "/hidup")
                connection.getresponse().read()  # the answer is read, the connection stays open
            return self.get("/hidup") == 200
        finally:
            for connection in idle:
                connection.close()


def _as_at_a_terminal() -> None:
    """Ctrl-C works, also where the tests were started in the background, which ignores it for all that they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def without_times(text: str) -> str:
    """A log without its times: a second and its thousandths may look like a weight (15,7)."""
    return re.sub(r"\d\d:\d\d:\d\d,\d{3}", "", text)
