"""`simpul backup` and `simpul restore` as an operator meets them: there and back, refused where it would harm, killed in the middle."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from primary_care.node import archives, backup, clients
from primary_care.node.tests.filling import copy, fill
from primary_care.node.tests.nodes import PATIENCE, Node, until


@pytest.fixture(scope="module")
def made() -> Iterator[tuple[Node, Path]]:
    """A node with people, and a backup of it."""
    folder = Path(tempfile.mkdtemp(prefix="sp-"))
    node = Node(folder)
    fill(node)
    done = node.finish("backup", str(folder / "a.simpul"))
    assert done.returncode == 0, done.stderr
    yield node, folder / "a.simpul"
    node.end()
    shutil.rmtree(folder)


def rows(node: Node) -> dict[str, list[str]]:
    """Everything in the database of a node: every row of every table, sessions left out."""
    node.server.start()
    try:
        with psycopg.connect(node.server.url()) as connection:
            found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            return {
                name: [
                    row[0]
                    for row in connection.execute(
                        sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.Identifier(name))
                    )
                ]
                for (name,) in found
                if name not in backup.WITHOUT_ROWS
            }
    finally:
        node.server.stop()


def counted(node: Node, table: str) -> object:
    node.server.start()
    try:
        return node.ask(f"SELECT count(*) FROM {table}")
    finally:
        node.server.stop()


def test_there_and_back_every_row_of_every_table_is_the_same(made: tuple[Node, Path], node: Node) -> None:
    source, file = made
    assert file.stat().st_mode & 0o077 == 0
    before = rows(source)
    assert len(before["people_person"]) >= 3 and len(before["audit_auditentry"]) > 5 and len(before) > 30
    done = node.finish("restore", str(file))
    assert done.returncode == 0, done.stderr
    assert rows(node) == before
    assert counted(source, "django_session") == 1 and counted(node, "django_session") == 0
    node.server.start()
    script = "import django; django.setup(); from primary_care.audit.queries import verify_chains; assert verify_chains() == []"
    environment = {**os.environ, "DATABASE_URL": node.server.url(), "DJANGO_SETTINGS_MODULE": "primary_care.settings"}
    assert (
        subprocess.run([sys.executable, "-c", script], env=environment, check=False, timeout=PATIENCE).returncode == 0
    )
    # The rule that facts are never changed came along.
    assert node.ask("SELECT count(*) > 3 FROM pg_trigger WHERE tgname = 'append_only'") is True
    node.server.stop()
    started = node.start("run")
    until(lambda: node.get("/hidup") == 200 or started.poll() is not None)
    assert started.poll() is None, started.communicate()


def test_a_backup_is_of_one_moment_while_the_node_works(made: tuple[Node, Path], node: Node) -> None:
    """What is written after the snapshot was taken is not in it, not even in tables that are read later."""
    copy(made[0], node)
    node.server.start()
    with psycopg.connect(node.server.url()) as other:
        other.execute("LOCK TABLE visits_contact IN ACCESS EXCLUSIVE MODE")  # pg_dump waits for it after its snapshot
        running = node.start("backup", str(node.folder / "b.simpul"))
        until(
            lambda: (
                node.ask("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)") is True
                or running.poll() is not None
            )
        )
        other.execute(
            "INSERT INTO accounts_attempt (id, what, key_hash, at) VALUES (gen_random_uuid(), 'login', '-', now())"
        )
        other.commit()
    out, err = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0, err
    node.server.stop()
    manifest = json.loads((node.folder / "b.simpul").read_bytes().split(b"\n", 2)[1])
    assert manifest["tables"]["accounts_attempt"] == 0 and counted(node, "accounts_attempt") == 1
    assert "Cadangan dibuat" in out


def test_an_encrypted_backup_opens_with_its_key_and_no_other(
    made: tuple[Node, Path], node: Node, tmp_path: Path
) -> None:
    source, plain = made
    told = source.finish("backup-key", str(tmp_path / "kunci")).stdout
    public = told.split("SIMPUL_BACKUP_KEY=")[1].strip()
    assert source.finish("backup-key", str(tmp_path / "kunci")).returncode == 2  # never over an old key
    source.finish("backup-key", str(tmp_path / "lain"))
    file = tmp_path / "c.simpul"
    done = source.finish("backup", str(file), SIMPUL_BACKUP_KEY=public)
    assert done.returncode == 0 and "TIDAK terenkripsi" not in done.stderr
    assert b"Siti" not in file.read_bytes() and file.read_bytes().startswith(b"age-encryption.org/v1\n")
    assert b"people_person" in plain.read_bytes() and b"people_person" not in file.read_bytes()
    for arguments, told in [
        ([], "terenkripsi"),
        (["--key", str(tmp_path / "lain")], "kunci lain"),
        (["--key", str(plain)], "bukan berkas kunci rahasia"),
    ]:
        refused = node.finish("restore", str(file), *arguments)
        assert refused.returncode == 2 and told in refused.stderr and "Traceback" not in refused.stderr
    whole = file.read_bytes()
    file.write_bytes(whole[:-20])
    refused = node.finish("restore", str(file), "--key", str(tmp_path / "kunci"))
    assert refused.returncode == 2 and "rusak atau terpotong" in refused.stderr
    file.write_bytes(whole)
    assert node.finish("restore", str(file), "--key", str(tmp_path / "kunci")).returncode == 0
    assert rows(node) == rows(source)
    assert list((node.folder / "restore-work").iterdir()) == []  # nothing unwrapped is left lying about
    wrong = node.finish("backup", str(tmp_path / "d"), SIMPUL_BACKUP_KEY="age1salah")
    assert wrong.returncode == 2 and "SIMPUL_BACKUP_KEY: bukan kunci publik" in wrong.stderr


def _changed(file: Path, target: Path, **changes: object) -> Path:
    first, manifest, rest = file.read_bytes().split(b"\n", 2)
    target.write_bytes(b"\n".join([first, json.dumps(json.loads(manifest) | changes).encode(), rest]))
    return target


def test_what_would_harm_is_refused_and_nothing_changes(made: tuple[Node, Path], tmp_path: Path) -> None:
    node, file = made
    before = rows(node)
    whole = file.read_bytes()
    (tmp_path / "short").write_bytes(whole[:-1])
    (tmp_path / "long").write_bytes(whole + b"x")
    (tmp_path / "bit").write_bytes(whole[:-1000] + bytes([whole[-1000] ^ 1]) + whole[-999:])
    (tmp_path / "head").write_bytes(whole[:100])
    (tmp_path / "other").write_bytes(b"PGDMP" + whole)
    newer = json.loads(whole.split(b"\n", 2)[1])["migrations"] | {"people": ["9999_from_the_future"]}
    tables = json.loads(whole.split(b"\n", 2)[1])["tables"] | {"people_person": 1}
    for path, told in [
        (tmp_path / "short", "rusak atau terpotong"),
        (tmp_path / "long", "rusak atau terpotong"),
        (tmp_path / "bit", "rusak atau terpotong"),
        (tmp_path / "head", "rusak atau terpotong"),
        (tmp_path / "other", "bukan cadangan Simpul"),
        (tmp_path / "nothing", "nothing"),
        (_changed(file, tmp_path / "format", format=2), "lebih baru"),
        (_changed(file, tmp_path / "version", simpul="99.0.0"), "lebih baru"),
        (_changed(file, tmp_path / "migration", migrations=newer), "lebih baru"),
        (_changed(file, tmp_path / "server", postgresql=990001), "PostgreSQL 99"),
        (_changed(file, tmp_path / "counts", tables=tables), "people_person: 1 baris dalam cadangan"),
    ]:
        done = node.finish("restore", str(path), "--replace")
        assert done.returncode == 2 and told in done.stderr and "Traceback" not in done.stderr, (path, done.stderr)
    done = node.finish("restore", str(file))
    assert done.returncode == 2 and "sudah berisi data" in done.stderr
    node.server.start()
    with psycopg.connect(node.server.url()):
        done = node.finish("restore", str(file), "--replace")
    assert done.returncode == 2 and "Hentikan Simpul dahulu" in done.stderr
    assert node.ask("SELECT count(*) FROM pg_database WHERE datname LIKE 'simpul_%'") == 0
    node.server.stop()
    done = node.finish("restore", str(file), "--dry-run")
    assert done.returncode == 0 and "Node tidak berubah" in done.stdout
    assert rows(node) == before


def test_a_node_that_is_replaced_keeps_what_it_had_once(made: tuple[Node, Path], node: Node) -> None:
    source, file = made
    copy(source, node)
    node.server.start()
    with psycopg.connect(node.server.url(), autocommit=True) as connection:
        connection.execute("UPDATE accounts_user SET full_name = 'Yang Lama' WHERE username = 'bidan.sri'")
    node.server.stop()
    for expected in ("Yang Lama", "Sri"):
        done = node.finish("restore", str(file), "--replace")
        assert done.returncode == 0, done.stderr
        node.server.start()
        former = node.ask("SELECT string_agg(datname, ' ') FROM pg_database WHERE datname LIKE 'simpul\\_%'")
        assert isinstance(former, str) and " " not in former and former in done.stdout
        with psycopg.connect(node.server.url(former)) as connection:
            row = connection.execute("SELECT full_name FROM accounts_user WHERE username = 'bidan.sri'").fetchone()
            assert row and expected in row[0]
        node.server.stop()


def test_a_backup_killed_in_the_middle_leaves_the_former_file_and_the_next_one_works(
    made: tuple[Node, Path], node: Node
) -> None:
    copy(made[0], node)
    file = node.folder / "a.simpul"
    file.write_bytes(b"yang dulu")
    node.server.start()
    with psycopg.connect(node.server.url()) as other:
        other.execute("LOCK TABLE visits_contact IN ACCESS EXCLUSIVE MODE")
        node.kill_when(node.start("backup", str(file)), "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
    assert file.read_bytes() == b"yang dulu"
    assert [path.name for path in (node.folder / "backup-work").iterdir()] == ["dump"]
    assert node.finish("backup", str(file)).returncode == 0
    assert file.read_bytes().startswith(archives.FIRST_LINE) and list((node.folder / "backup-work").iterdir()) == []


def test_a_restore_killed_in_the_middle_leaves_what_was_there(made: tuple[Node, Path], node: Node) -> None:
    source, file = made
    copy(source, node)
    before = rows(node)
    process = node.start("restore", str(file), "--replace")
    node.kill_when(process, "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = 'simpul_pulih')", "postgres")
    assert rows(node) == before
    done = node.finish("restore", str(file), "--replace")
    assert done.returncode == 0, done.stderr
    assert rows(node) == rows(source)


def test_a_server_of_ones_own_needs_the_right_to_make_a_database(made: tuple[Node, Path], node: Node) -> None:
    _, file = made
    node.server.start()
    with psycopg.connect(node.server.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE ROLE simpul LOGIN")
        connection.execute("CREATE DATABASE eigen OWNER simpul")
    url = node.server.url("eigen").replace("postgres@", "simpul@")
    refused = node.finish("restore", str(file), DATABASE_URL=url)
    assert refused.returncode == 2 and "CREATEDB" in refused.stderr and "Traceback" not in refused.stderr
    with psycopg.connect(node.server.url("postgres"), autocommit=True) as connection:
        connection.execute("ALTER ROLE simpul CREATEDB")
    assert node.finish("restore", str(file), DATABASE_URL=url).returncode == 0
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*), current_user FROM people_person").fetchone()
        assert row and row[0] >= 3
    assert node.finish("backup", str(node.folder / "b.simpul"), DATABASE_URL=url).returncode == 0
    node.server.stop()


def test_a_server_without_its_client_is_told_with_what_to_install() -> None:
    with pytest.raises(clients.NoClient, match=r"postgresql-client-99"):
        clients.client("pg_dump", 990001)
    assert clients.client("pg_dump", 180004).name == "pg_dump"


@pytest.mark.parametrize("where", ["folder", "missing"])
def test_a_place_that_is_none_is_told(made: tuple[Node, Path], tmp_path: Path, where: str) -> None:
    done = made[0].finish("backup", str(tmp_path if where == "folder" else tmp_path / "tidak" / "ada.simpul"))
    assert done.returncode == 2 and str(tmp_path) in done.stderr and "Traceback" not in done.stderr


def test_a_backup_stopped_by_the_operator_leaves_no_process_behind(made: tuple[Node, Path], node: Node) -> None:
    copy(made[0], node)
    node.server.start()
    with psycopg.connect(node.server.url()) as other:
        other.execute("LOCK TABLE visits_contact IN ACCESS EXCLUSIVE MODE")
        running = node.start("backup", str(node.folder / "a.simpul"))
        until(
            lambda: (
                node.ask("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)") is True
                or running.poll() is not None
            )
        )
        os.kill(running.pid, signal.SIGINT)
        running.communicate(timeout=PATIENCE)
        with pytest.raises(ProcessLookupError):
            os.killpg(running.pid, 0)  # the whole group is gone, pg_dump with it
    assert running.returncode == 130 and not (node.folder / "a.simpul").exists()


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_database_that_is_away_is_told(made: tuple[Node, Path], tmp_path: Path, command: str) -> None:
    node, file = made
    given = str(file) if command == "restore" else str(tmp_path / "a.simpul")
    done = node.finish(command, given, DATABASE_URL="postgresql://x:sandi@127.0.0.1:1/x")
    assert done.returncode == 2 and "tidak dapat dihubungi" in done.stderr
    assert "Traceback" not in done.stderr and "sandi" not in done.stderr


def test_which_nightly_backups_are_kept() -> None:
    days = [f"simpul-2026-{month:02}-{day:02}-0100.simpul" for month in range(1, 13) for day in range(1, 29)]
    kept = sorted(set(days) - set(backup.no_longer_kept(days)))
    assert kept == [*(f"simpul-2026-{month:02}-01-0100.simpul" for month in range(1, 13)), *days[-backup.NEWEST_KEPT :]]
    assert backup.no_longer_kept(days[:5]) == []
