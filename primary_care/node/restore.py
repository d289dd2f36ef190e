"""`simpul restore`: a backup into this node.

It is read into a database beside the node's own, checked there, brought up to date, and only then put in its place, by renaming both in one
transaction. Killed at any moment, the node has either what it had or the whole backup. What it had stays under another name.
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

import psycopg
from django.conf import settings
from psycopg import sql

from primary_care.node import archives, clients
from primary_care.node.backup import rows_by_table, work_folder

DRAFT, BEFORE = "_pulih", "_sebelum_"  # of the database being made, and of the one that was replaced
MAY_LEAVE = 3.0  # seconds in which somebody who has just used the database may be gone
IN_USE = "Simpul atau program lain masih memakai basis data ini. Hentikan Simpul dahulu, lalu ulangi."
SIGNS_OF_LIFE = ("accounts_user", "areas_area", "people_person")


class RestoreRefused(Exception):
    """Nothing was changed; the text says why and what to do."""


@dataclass(frozen=True)
class Restored:
    """What came back: of when it is, how many rows, where the audit trail does not hold, and under which name the former data stay."""

    made_at: str
    rows: int
    broken_chains: int
    before: str | None


def restore(
    path: Path, *, key_file: Path | None, replace: bool, dry_run: bool, migrate: Callable[[], None]
) -> Restored:
    """Put the backup in the place of the node's database. `migrate` brings the tables of Django's database up to date.

    `replace`: also where the node holds data already. `dry_run`: everything but the last step. Raises `RestoreRefused`, `Unreadable`,
    `NoClient`.
    """
    with work_folder("restore-work") as work, archives.opened(path, key_file, work) as (manifest, archive):
        _check_version(manifest)
        name: str = settings.DATABASES["default"]["NAME"]
        with clients.connect() as own:
            server = own.info.server_version
            empty = _is_empty(own)
        _check_server(manifest, server)
        if not (empty or replace or dry_run):
            raise RestoreRefused(
                "Node ini sudah berisi data. Bila memang akan diganti dengan cadangan ini, tambahkan --replace; "
                "data yang sekarang tetap disimpan dengan nama lain."
            )
        if not dry_run:
            _check_nobody_else(name)
        draft = name + DRAFT
        _create(draft, like=name)
        try:
            _fill(draft, archive, server)
            _compare(draft, manifest)
            broken = _bring_up_to_date(draft, migrate)
            if dry_run:
                before = None
            else:
                before = _swap(name, draft, keep=not empty)
        finally:
            _drop(draft)
    return Restored(manifest.made_at, sum(manifest.tables.values()), broken, before)


def _check_version(manifest: archives.Manifest) -> None:
    from django.db.migrations.loader import MigrationLoader

    known = MigrationLoader(None).disk_migrations
    unknown = [(app, name) for app, names in manifest.migrations.items() for name in names if (app, name) not in known]
    # A migration that was squashed away is known to no version after it; a newer version is told by its number as well.
    if _numbers(manifest.simpul) > _numbers(version("simpul")) or unknown:
        raise RestoreRefused(
            f"Cadangan ini dibuat oleh Simpul {manifest.simpul} yang lebih baru daripada yang terpasang ({version('simpul')}). "
            "Perbarui Simpul dahulu, lalu ulangi."
        )


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(".") if part.isdigit()]


def _check_server(manifest: archives.Manifest, server: int) -> None:
    if manifest.postgresql // 10000 > server // 10000:
        raise RestoreRefused(
            f"Cadangan ini dari PostgreSQL {manifest.postgresql // 10000}, server ini versi {server // 10000}. "
            "Pulihkan ke server dengan versi yang sama atau lebih baru."
        )


def _is_empty(connection: "psycopg.Connection[Any]") -> bool:
    for table in SIGNS_OF_LIFE:
        if connection.execute("SELECT to_regclass(%s)", [f"public.{table}"]).fetchone() == (None,):
            continue
        if connection.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table))).fetchone():
            return False
    return True


def _check_nobody_else(name: str) -> None:
    from django.db import connections

    connections.close_all()
    give_up = time.monotonic() + MAY_LEAVE
    with _server() as server:
        while True:
            row = server.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name]).fetchone()
            if not row or not row[0]:
                return
            if time.monotonic() > give_up:
                raise RestoreRefused(IN_USE)
            time.sleep(0.2)


def _server() -> "psycopg.Connection[Any]":
    """A connection to another database of the server than the node's own, which may then be renamed."""
    return clients.connect("postgres", autocommit=True)


def _create(draft: str, like: str) -> None:
    _drop(draft)
    with _server() as server:
        row = server.execute(
            "SELECT datcollate, datctype, datlocprovider FROM pg_database WHERE datname = %s", [like]
        ).fetchone()
        assert row is not None
        collate, kind, provider = row
        as_it_is = sql.SQL(" LC_COLLATE {} LC_CTYPE {}").format(collate, kind) if provider == "c" else sql.SQL("")
        try:
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(draft))
                + as_it_is
            )
        except psycopg.errors.InsufficientPrivilege:
            raise RestoreRefused(
                "Pengguna basis data belum boleh membuat basis data, dan itu perlu untuk memulihkan dengan aman. "
                "Minta pengelola server menjalankan: ALTER ROLE … CREATEDB"
            ) from None


def _drop(name: str) -> None:
    with _server() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _fill(draft: str, archive: Callable[[], IO[bytes]], server_version: int) -> None:
    command: list[str | Path] = [
        clients.client("pg_restore", server_version),
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        f"--dbname={clients.conninfo(draft, password=False)}",
    ]
    with tempfile.TemporaryFile() as said, archive() as content:
        running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=said, env=clients.environment())
        assert running.stdin is not None
        try:
            shutil.copyfileobj(content, running.stdin, archives.BLOCK)
            running.stdin.close()
        except BrokenPipeError:
            pass  # it has ended; its words say why
        except BaseException:
            running.kill()
            raise
        finally:
            code = running.wait()
        if code:
            said.seek(0)
            raise RestoreRefused(
                f"pg_restore gagal, tidak ada yang diubah: {said.read().decode(errors='replace').strip()[:2000]}"
            )


def _compare(draft: str, manifest: archives.Manifest) -> None:
    """Every table has the rows that it had when the backup was made."""
    with clients.connect(draft) as connection:
        found = rows_by_table(connection)
    different = {
        table: (manifest.tables.get(table), found.get(table))
        for table in manifest.tables.keys() | found.keys()
        if manifest.tables.get(table) != found.get(table)
    }
    if different:
        told = "; ".join(
            f"{table}: {was} baris dalam cadangan, {now} dipulihkan" for table, (was, now) in sorted(different.items())
        )
        raise RestoreRefused(f"Isi yang dipulihkan tidak sama dengan cadangannya, tidak ada yang diubah. {told}")


def _bring_up_to_date(draft: str, migrate: Callable[[], None]) -> int:
    """Migrate the database `draft` and read its audit trail; gives the number of chains that do not hold."""
    from django.db import connection, connections

    from primary_care.audit.queries import verify_chains

    name = connection.settings_dict["NAME"]
    connections.close_all()
    connection.settings_dict["NAME"] = draft
    try:
        migrate()
        return len(verify_chains())
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = name


def _swap(name: str, draft: str, keep: bool) -> str | None:
    """Put `draft` in the place of `name`; the former one stays under another name if it is to be kept. Gives that name."""
    with _server() as server:
        row = server.execute("SELECT to_char(now(), 'YYYYMMDDHH24MISS')").fetchone()
        assert row is not None
        before = f"{name}{BEFORE}{row[0]}"
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        try:
            with server.transaction():
                server.execute(rename.format(sql.Identifier(name), sql.Identifier(before)))
                server.execute(rename.format(sql.Identifier(draft), sql.Identifier(name)))
        except psycopg.errors.ObjectInUse:
            raise RestoreRefused(IN_USE) from None
        older = server.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY 1", [f"{name}{BEFORE}"]
        ).fetchall()
    if not keep:
        _drop(before)
        return None
    for (one,) in older:
        if one != before:
            _drop(one)  # one former database is kept, not all
    return before
