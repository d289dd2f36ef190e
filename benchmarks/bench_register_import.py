"""How long the import of a household register takes: `python -m benchmarks.bench_register_import`.

The register of the data folder (3,639 rows, 900 households) into an empty embedded PostgreSQL with fsync as in use:
reading, questioning, writing, and the same file again. The bar is 30 s for 3,600 rows on two slow cores.
"""

from __future__ import annotations

import io
import os
import platform
import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

REGISTER = Path(__file__).parents[1] / ".." / "shared" / "data" / "register" / "register-keluarga.xlsx"
ON = date(2026, 11, 1)
BAR_SECONDS = 30.0


def run() -> list[dict[str, Any]]:
    """Rows {what, value, unit, bar, ok}; bar and ok are None where a figure is only for information."""
    if not REGISTER.exists():
        sys.exit(f"{REGISTER.resolve()} is missing: put the shared data beside the repository (../shared/data)")
    from primary_care.node.postgres import EmbeddedPostgres

    folder = Path(tempfile.mkdtemp(prefix="simpul-"))
    server = EmbeddedPostgres(folder)
    server.start()
    os.environ["DATABASE_URL"] = server.url()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "primary_care.settings")
    try:
        return _measure(folder)
    finally:
        from django.db import connections

        connections.close_all()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _measure(folder: Path) -> list[dict[str, Any]]:
    import django

    django.setup()
    from django.core.management import call_command

    from primary_care.demo import place
    from primary_care.people.models import Person
    from primary_care.people.register.command import run as import_households
    from primary_care.people.register.plans import make_plan
    from primary_care.people.register.reading import read_workbook
    from primary_care.visits.register_import import opener
    from primary_care.visits.vocabulary import vocabulary

    call_command("migrate", verbosity=0)
    place.build()
    vocabulary()  # read once a process; not part of the import

    def import_once() -> float:
        started = time.perf_counter()
        code = import_households(
            REGISTER, folder / "report.json", False, on=ON, on_pregnancy_by=opener, out=io.StringIO()
        )
        seconds = time.perf_counter() - started
        assert code == 0
        return seconds

    started = time.perf_counter()
    plan = make_plan(read_workbook(REGISTER), ["Mekar Sari", "Sumber Rejeki"], ON)
    planned = time.perf_counter() - started
    first = import_once()
    people = Person.objects.count()
    again = import_once()
    assert Person.objects.count() == people > 3_500
    return [
        _row("register import, rows in the workbook", len(plan.rows), "rows", None),
        _row("register import, read and question every row", planned, "s", None),
        _row("register import, into an empty node", first, "s", BAR_SECONDS),
        _row("register import, the same file again", again, "s", BAR_SECONDS),
    ]


def _row(what: str, value: float, unit: str, bar: float | None) -> dict[str, Any]:
    return {
        "what": what,
        "value": round(value, 2),
        "unit": unit,
        "bar": bar,
        "ok": None if bar is None else value <= bar,
    }


def main() -> int:
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    results = run()
    for result in results:
        bar = "" if result["bar"] is None else f"  bar {result['bar']:,.0f}: {'ok' if result['ok'] else 'TOO SLOW'}"
        print(f"{result['what']:<45} {result['value']:>10,.2f} {result['unit']}{bar}")
    return 0 if all(result["ok"] is not False for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
