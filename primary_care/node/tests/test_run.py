"""`simpul run`, `migrate` and `demo` as an operator meets them: started, killed in the middle, started again, told what is wrong."""

import os
import signal
import socket
import time
from pathlib import Path

import psycopg
import pytest

from primary_care.demo.place import PASSWORD
from primary_care.node.tests.nodes import PATIENCE, Node, until

ROOT = Path(__file__).parents[3]


def test_a_node_killed_while_migrating_goes_on_where_it_was(node: Node) -> None:
    process = node.start("migrate")
    node.kill_when(process, "SELECT count(*) BETWEEN 1 AND 8 FROM django_migrations")
    done = node.finish("migrate")
    assert (done.returncode, done.stderr) == (0, "")
    assert node.finish("migrate").returncode == 0
    node.server.start()
    assert node.ask("SELECT count(*) = count(DISTINCT (app, name)) FROM django_migrations") is True
    assert (
        node.ask(
            "SELECT count(*) FROM pg_trigger WHERE tgname = 'append_only' AND tgrelid::regclass::text IN "
            "('people_personversion', 'people_identifier', 'people_membership', 'people_residence')"
        )
        == 4
    )


def test_a_demo_killed_while_loading_is_loaded_once(node: Node) -> None:
    assert node.finish("migrate").returncode == 0
    process = node.start("demo", "--people", "300")
    # The load holds this lock from its first to its last statement; by now its first rows are written and not committed.
    node.kill_when(
        process,
        "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'relation' AND relation = 'people_person'::regclass "
        "AND mode = 'RowExclusiveLock')",
    )
    node.server.start()
    until(lambda: node.ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0)
    assert node.ask("SELECT count(*) FROM people_person") == 0
    assert node.ask("SELECT count(*) FROM areas_area") == 0
    first, second = node.finish("demo", "--people", "300"), node.finish("demo", "--people", "300")
    assert "Data contoh dimuat" in first.stdout and "tidak ada yang ditambahkan" in second.stdout
    assert "100 %" in first.stdout
    people = node.ask("SELECT count(*) FROM people_person")
    assert isinstance(people, int) and 290 < people <= 300
    assert node.ask("SELECT count(*) FROM people_person WHERE version_id IS NULL OR full_name = ''") == 0


def test_a_node_runs_says_where_and_survives_kill_9(node: Node) -> None:
    process = node.start("run", SIMPUL_DEMO_PEOPLE="200")
    until(lambda: node.get("/hidup") == 200 or process.poll() is not None)
    people = node.ask("SELECT count(*) FROM people_person")
    assert isinstance(people, int) and people > 190
    os.kill(process.pid, signal.SIGKILL)  # the main process alone: what it started must notice and end
    out, _ = process.communicate(timeout=PATIENCE)
    assert f"http://127.0.0.1:{node.port}/" in out
    assert PASSWORD in out and "kader.melati" in out
    until(lambda: node.get("/hidup") == 0)

    began = time.monotonic()
    again = node.start("run")
    until(lambda: node.get("/hidup") == 200 or again.poll() is not None)
    assert time.monotonic() - began < 30
    assert node.ask("SELECT count(*) FROM people_person") == people
    assert node.answers_beside_idle_connections(12)
    os.kill(again.pid, signal.SIGTERM)
    out, err = again.communicate(timeout=PATIENCE)
    assert "Simpul berhenti." in out, err
    assert node.ask("SELECT 1") is None  # the database stopped with it


@pytest.mark.parametrize("folder", ["primary_care", "primary_care/node"])
def test_a_node_runs_from_any_folder_also_one_of_its_own(node: Node, folder: str) -> None:
    """The command as it is installed: without the working directory among the places where modules are looked for."""
    process = node.start("run", cwd=ROOT / folder, PYTHONSAFEPATH="1", SIMPUL_DEMO="0")
    until(lambda: node.get("/hidup") == 200 or process.poll() is not None)
    assert process.poll() is None, process.communicate()
    os.kill(process.pid, signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0 and "Simpul berhenti." in out, err


def test_a_busy_port_is_told_and_nothing_is_started(node: Node) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", node.port))
        busy.listen()
        done = node.finish("run")
    assert done.returncode == 2
    assert f"127.0.0.1:{node.port} tidak dapat dipakai" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (node.folder / "postgres").exists()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"SIMPUL_PORT": "80800"}, "SIMPUL_PORT"),
        ({"SIMPUL_TIME_ZONE": "Asia/Tokyo"}, "SIMPUL_TIME_ZONE"),
        ({"SIMPUL_DATADIR": "/tmp"}, "SIMPUL_DATADIR: tidak dikenal"),
        ({"DATABASE_URL": "mysql://localhost/x"}, "hanya PostgreSQL"),
        ({"SIMPUL_DATA_DIR": "/dev/null"}, "adalah berkas"),
        ({"SIMPUL_DATA_DIR": "/proc/simpul"}, "/proc/simpul"),
        ({"DATABASE_URL": "postgresql://x@127.0.0.1:1/x"}, "tidak dapat dihubungi"),
    ],
)
def test_a_wrong_setting_is_told_without_a_trace(node: Node, wrong: dict[str, str], told: str) -> None:
    done = node.finish("migrate", **wrong)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_whose_database_goes_away_says_so(node: Node) -> None:
    assert node.finish("migrate").returncode == 0
    node.server.start()
    with psycopg.connect(node.server.url()) as holder:
        holder.execute("LOCK django_migrations")
        process = node.start("migrate")
        cut = "SELECT count(pg_terminate_backend(pid)) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        until(lambda: node.ask(cut) is True)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2 and "terputus" in err and "Traceback" not in err
