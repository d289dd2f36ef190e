"""What the benchmarks share: a measured figure with its bar, how it is shown, the machine it belongs to, and an empty node."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("numpy", "polars", "pyarrow", "Django", "psycopg", "pyspark")


def row(what: str, value: float, unit: str, bar: float | None = None) -> dict[str, Any]:
    """A figure {what, value, unit, bar, ok}; bar and ok are None where it is only for information."""
    ok = None if bar is None else value >= bar if _more_is_better(unit) else value <= bar
    return {"what": what, "value": round(value, 3), "unit": unit, "bar": bar, "ok": ok}


def _more_is_better(unit: str) -> bool:
    """A speed is better the higher it is, a time or a size the lower."""
    return unit.endswith(("/s", "times"))


def show(rows: list[dict[str, Any]]) -> int:
    """Print rows {what, value, unit, bar, ok}; 1 if a bar is missed."""
    for row in rows:
        bar = ""
        if row["bar"] is not None:
            room = row["value"] / row["bar"] if _more_is_better(row["unit"]) else row["bar"] / row["value"]
            bar = f"  bar {row['bar']:,g}  {'met' if row['ok'] else 'MISSED'}, {room:.2f} times the bar"
        print(f"{row['what']:<66} {row['value']:>14,.3f} {row['unit']:<7}{bar}", flush=True)
    return 1 if any(row["ok"] is False for row in rows) else 0


def machine() -> str:
    """The machine and the versions that the figures belong to."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{platform.platform()}, {os.cpu_count()} cores, {memory:.0f} GB\n"
        f"Python {platform.python_version()}, " + ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


@contextmanager
def empty_node() -> Iterator[Path]:
    """Django on an embedded PostgreSQL of its own, with the tables and nothing in them; gives its folder."""
    import django

    from primary_care.node.postgres import EmbeddedPostgres

    folder = Path(tempfile.mkdtemp(prefix="simpul-"))
    server = EmbeddedPostgres(folder)
    server.start()
    os.environ["DATABASE_URL"] = server.url()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "primary_care.settings")
    try:
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        yield folder
    finally:
        from django.db import connections

        connections.close_all()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
