"""The programs `pg_dump` and `pg_restore` that belong to the server of this node, and how they reach it.

They must be of the server's own version: an older `pg_dump` refuses a newer server, and what a newer `pg_restore` says an older
server does not understand.
"""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg.conninfo import make_conninfo

from primary_care.node.postgres import PostgresTrouble, programs

PLACES = ("/usr/lib/postgresql/{major}/bin", "/usr/pgsql-{major}/bin", "/opt/homebrew/opt/postgresql@{major}/bin")


class NoClient(Exception):
    """The programs of the server's version are not on this machine; the text says which and where to get them."""


def conninfo(database: str | None = None, *, password: bool = True) -> str:
    """The node's database (or another one of its server) as libpq takes it. Without the password where others could read it."""
    asked = settings.DATABASES["default"]
    given: dict[str, Any] = {
        "host": asked.get("HOST"),
        "port": asked.get("PORT"),
        "user": asked.get("USER"),
        "password": asked.get("PASSWORD") if password else None,
        "dbname": database or asked["NAME"],
        **{name: value for name, value in asked.get("OPTIONS", {}).items() if isinstance(value, str)},
    }
    return make_conninfo(**{name: value for name, value in given.items() if value})


def connect(database: str | None = None, **how: Any) -> "psycopg.Connection[Any]":
    """A connection beside Django's, to the node's database or another one of its server."""
    return psycopg.connect(conninfo(database), **how)


def environment() -> dict[str, str]:
    """What the programs run with: the password stands here and not in the list of processes, which everybody can read."""
    password = settings.DATABASES["default"].get("PASSWORD")
    return {**os.environ, "LC_ALL": "C", **({"PGPASSWORD": password} if password else {})}


def client(name: str, server_version: int) -> Path:
    """The program `name` of the version of the server (its `server_version_num`). Raises `NoClient`."""
    major = server_version // 10000
    for folder in _folders(major):
        program = folder / name
        if program.exists() and _major(program) == major:
            return program
    raise NoClient(
        f"Program {name} versi {major} tidak ada di komputer ini; servernya PostgreSQL {major}. "
        f"Pasang klien versi itu (Debian, Ubuntu: apt install postgresql-client-{major}), lalu ulangi."
    )


def _folders(major: int) -> Iterator[Path]:
    with contextlib.suppress(PostgresTrouble):  # a node with a server of its own needs no embedded one
        yield programs()
    yield from (Path(place.format(major=major)) for place in PLACES)
    found = shutil.which("pg_dump")
    if found:
        yield Path(found).parent


def _major(program: Path) -> int | None:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"\) (\d+)", said)
    return int(match[1]) if match else None
