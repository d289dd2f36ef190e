"""The embedded server: made, shared, stopped, and mended after every way of being cut off. Real servers, real kill -9."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from primary_care.node.postgres import SOCKET_NAME, THROWAWAY, EmbeddedPostgres, PostgresTrouble
from primary_care.node.tests.nodes import kill_server, server_pid

Make = Callable[..., EmbeddedPostgres]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short, because a socket's path is; pytest's own temporary folders are longer than a socket may be."""
    path = Path(tempfile.mkdtemp(prefix="sp-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def make(folder: Path) -> Iterator[Make]:
    """Servers with their files in `folder`, stopped when the test ends, however it ends."""
    made: list[EmbeddedPostgres] = []

    def server(at: Path = folder) -> EmbeddedPostgres:
        made.append(EmbeddedPostgres(at, THROWAWAY))
        return made[-1]

    yield server
    for one in made:
        one.stop()


def _ask(server: EmbeddedPostgres, question: str) -> object:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        cursor = connection.execute(question)  # type: ignore[call-overload]
        return cursor.fetchone()[0] if cursor.description else None


def test_what_was_stored_is_there_after_a_stop_and_after_a_kill(folder: Path, make: Make) -> None:
    server = make()
    server.start()
    _ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    server.stop()
    assert not (folder / "postgres" / "postmaster.pid").exists()
    server.start()
    _ask(server, "CHECKPOINT")
    kill_server(folder)
    again = make()
    again.start()
    assert _ask(again, "SELECT answer FROM kept") == 42


def test_a_server_whose_only_head_was_killed_is_mended(folder: Path, make: Make) -> None:
    server = make()
    server.start()
    _ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    _ask(server, "CHECKPOINT")
    os.kill(server_pid(folder), signal.SIGKILL)  # its helpers live on for a moment and hold the shared memory
    server.start()
    assert _ask(server, "SELECT answer FROM kept") == 42


def test_a_number_left_by_a_crash_that_is_now_another_process_misleads_nobody(folder: Path, make: Make) -> None:
    server = make()
    server.start()
    lines = (folder / "postgres" / "postmaster.pid").read_text().split("\n")
    kill_server(folder)
    lines[0] = str(os.getpid())
    (folder / "postgres" / "postmaster.pid").write_text("\n".join(lines))
    server.start()
    assert server_pid(folder) != os.getpid()
    assert _ask(server, "SELECT 1") == 1


def test_a_half_made_database_is_made_again(folder: Path, make: Make) -> None:
    (folder / "postgres.new").mkdir()
    (folder / "postgres.new" / "PG_VERSION").write_text("18\n")
    server = make()
    server.start()
    assert _ask(server, "SELECT current_database()") == "simpul"
    assert not (folder / "postgres.new").exists()


def test_two_processes_share_a_server_and_the_last_one_stops_it(folder: Path, make: Make) -> None:
    first, second = make(), make()
    first.start()
    second.start()
    first.stop()
    assert _ask(second, "SELECT 1") == 1
    second.stop()
    assert not (folder / "postgres" / "postmaster.pid").exists()


def test_a_server_left_behind_by_a_killed_process_is_used_again(folder: Path, make: Make) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from primary_care.node.postgres import EmbeddedPostgres\n"
        "EmbeddedPostgres(Path(sys.argv[1])).start(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(folder)], check=False).returncode == -signal.SIGKILL
    left = server_pid(folder)
    server = make()
    server.start()
    assert server_pid(folder) == left
    server.stop()
    assert not (folder / "postgres" / "postmaster.pid").exists()


def test_a_folder_with_a_long_path_has_its_socket_elsewhere_and_private(folder: Path, make: Make) -> None:
    deep = folder / ("panjang-" * 12)
    server = make(deep)
    server.start()
    sockets = server.socket_folder
    assert sockets != server.cluster and len(str(sockets / SOCKET_NAME)) < 100
    assert sockets.stat().st_mode & 0o777 == 0o700
    assert _ask(server, "SELECT 1") == 1
    server.stop()
    shutil.rmtree(sockets)


def test_nobody_on_the_network_reaches_the_server(folder: Path, make: Make) -> None:
    server = make()
    server.start()
    assert _ask(server, "SHOW listen_addresses") == ""
    assert (folder / "postgres").stat().st_mode & 0o077 == 0
    assert not [c for c in psutil.Process(server_pid(folder)).net_connections() if c.family.name != "AF_UNIX"]


def test_files_of_another_version_or_kind_are_left_alone(folder: Path, make: Make) -> None:
    cluster = folder / "other" / "postgres"
    cluster.mkdir(parents=True)
    (cluster / "surat.txt").write_text("bukan basis data")
    with pytest.raises(PostgresTrouble, match="berisi berkas lain"):
        make(folder / "other").start()
    (cluster / "PG_VERSION").write_text("15\n")
    with pytest.raises(PostgresTrouble, match="dibuat oleh PostgreSQL 15"):
        make(folder / "other").start()
    assert (cluster / "surat.txt").exists()


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(folder: Path, make: Make) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(PostgresTrouble, match="tidak dapat ditulis"):
        make(closed / "data").start()
