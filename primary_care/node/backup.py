"""`simpul backup`: everything that the database holds at one moment, in one file, while the node goes on working.

Not in it: the sessions (who has the file would be logged in as those who were) and the queue of background work (its state of that
moment would be wrong later; what is to be done stands in the tables of the apps).
"""

import contextlib
import fcntl
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from psycopg import IsolationLevel, sql

from primary_care.node import archives, clients
from primary_care.node.memories import remember

WITHOUT_ROWS = (
    "django_session",
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
)
ENDING = ".simpul"
MEMORY = "backup"  # the last backup that was completed: `size` (bytes), `encrypted`
NEWEST_KEPT, MONTHS_KEPT = 14, 12  # of the nightly ones


class BackupFailed(Exception):
    """No backup was made; the text says why and what to do."""


@dataclass(frozen=True)
class Made:
    """A backup that was made: where, how large (bytes), of when, and whether it is wrapped."""

    path: Path
    size: int
    at: datetime
    encrypted: bool


def back_up(target: Path) -> Made:
    """Write a backup of the node's database to `target`, encrypted if the node has a public key. Raises `BackupFailed`, `NoClient`."""
    key: str = settings.BACKUP_KEY
    if not target.parent.is_dir():
        raise BackupFailed(f"Folder {target.parent} tidak ada. Buat dahulu, atau sambungkan diskanya.")
    try:
        return _back_up(target, key)
    except OSError as error:  # a full disk, a stick that was pulled out
        raise BackupFailed(f"Tidak ada cadangan yang dibuat. {error.filename or target}: {error.strerror}.") from error


def _back_up(target: Path, key: str) -> Made:
    with work_folder("backup-work") as work, clients.connect() as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        row = connection.execute("SELECT pg_export_snapshot(), now()").fetchone()
        assert row is not None
        snapshot, at = row
        dump = work / "dump"
        size, digest = _dump(dump, snapshot, connection.info.server_version)
        manifest = archives.Manifest(
            format=archives.FORMAT,
            simpul=version("simpul"),
            made_at=at.isoformat(),
            postgresql=connection.info.server_version,
            migrations=migrations(connection),
            tables=rows_by_table(connection),
            dump_bytes=size,
            dump_sha256=digest,
        )
        archives.write(target, manifest, dump, key)
    made = Made(target, target.stat().st_size, at, bool(key))
    remember(MEMORY, made.at, size=made.size, encrypted=made.encrypted)
    return made


def back_up_tonight() -> Made:
    """The nightly backup, into the folder of backups; those that are no longer kept are taken away, after the new one is there."""
    folder: Path = settings.BACKUP_DIR
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    now = timezone.localtime()
    made = back_up(folder / f"simpul-{now:%Y-%m-%d-%H%M}{ENDING}")
    for name in no_longer_kept([path.name for path in folder.glob(f"simpul-*{ENDING}")]):
        (folder / name).unlink()
    return made


def no_longer_kept(names: list[str]) -> list[str]:
    """Of the nightly backups by name (`simpul-2026-11-30-0100.simpul`) those to take away: all but the newest and the first of each late month."""
    names = sorted(names)
    kept = set(names[-NEWEST_KEPT:])
    first_of_month: dict[str, str] = {}
    for name in names:
        first_of_month.setdefault(name[: len("simpul-2026-11")], name)
    kept |= set(list(first_of_month.values())[-MONTHS_KEPT:])
    return [name for name in names if name not in kept]


@contextlib.contextmanager
def work_folder(name: str) -> Iterator[Path]:
    """A private folder for what is half done, emptied before and after. One process at a time: a second one is told so.

    A process that is killed leaves its files there until the next one begins.
    """
    folder: Path = settings.DATA_DIR / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.DATA_DIR / f"{name}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupFailed(
                "Pencadangan atau pemulihan lain sedang berjalan. Tunggu sampai selesai, lalu ulangi."
            ) from None
        _empty(folder)
        try:
            yield folder
        finally:
            _empty(folder)


def rows_by_table(connection: Any) -> dict[str, int]:
    """How many rows each table has, those left out of a backup not counted."""
    found = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s) ORDER BY 1",
        [list(WITHOUT_ROWS)],
    ).fetchall()
    return {
        name: connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()[0]
        for (name,) in found
    }


def migrations(connection: Any) -> dict[str, list[str]]:
    """The names of the migrations that were done, by app."""
    found: dict[str, list[str]] = {}
    for app, name in connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall():
        found.setdefault(app, []).append(name)
    return found


def _dump(target: Path, snapshot: str, server_version: int) -> tuple[int, str]:
    """Run `pg_dump` on what the snapshot sees; gives bytes and SHA-256 (hex)."""
    command: list[str | Path] = [
        clients.client("pg_dump", server_version),
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        f"--snapshot={snapshot}",
        *(f"--exclude-table-data=public.{table}" for table in WITHOUT_ROWS),
        f"--dbname={clients.conninfo(password=False)}",
    ]
    digest = hashlib.sha256()
    with tempfile.TemporaryFile() as said, target.open("wb") as file:
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, env=clients.environment())
        assert running.stdout is not None
        try:
            while block := running.stdout.read(archives.BLOCK):
                digest.update(block)
                file.write(block)
        except BaseException:
            running.kill()
            raise
        finally:
            running.stdout.close()
            code = running.wait()
        if code:
            said.seek(0)
            raise BackupFailed(
                f"pg_dump gagal, tidak ada cadangan yang dibuat: {said.read().decode(errors='replace').strip()}"
            )
        size = file.tell()
    return size, digest.hexdigest()


def _empty(folder: Path) -> None:
    for one in folder.iterdir():
        if one.is_dir():
            shutil.rmtree(one)
        else:
            one.unlink()
