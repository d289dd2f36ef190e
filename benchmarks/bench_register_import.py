"""How long the import of a household register takes: `python -m benchmarks.bench_register_import`.

The register of the data folder (3,639 rows, 900 households) into an empty embedded PostgreSQL with fsync as in use:
reading, questioning, writing, and the same file again. The bar is 30 s for 3,600 rows on two slow cores.
"""

from __future__ import annotations

import io
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.measuring import empty_node, row, show

REGISTER = Path(__file__).parents[1] / ".." / "shared" / "data" / "register" / "register-keluarga.xlsx"
ON = date(2026, 11, 1)
BAR_SECONDS = 30.0


def run() -> list[dict[str, Any]]:
    """Rows {what, value, unit, bar, ok}; bar and ok are None where a figure is only for information."""
    if not REGISTER.exists():
        sys.exit(f"{REGISTER.resolve()} is missing: put the shared data beside the repository (../shared/data)")
    with empty_node() as folder:
        return _measure(folder)


def _measure(folder: Path) -> list[dict[str, Any]]:
    from primary_care.demo import place
    from primary_care.people.models import Person
    from primary_care.people.register.command import run as import_households
    from primary_care.people.register.plans import make_plan
    from primary_care.people.register.reading import read_workbook
    from primary_care.visits.register_import import opener
    from primary_care.visits.vocabulary import vocabulary

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
        row("register import, rows in the workbook", len(plan.rows), "rows"),
        row("register import, read and question every row", planned, "s"),
        row("register import, into an empty node", first, "s", BAR_SECONDS),
        row("register import, the same file again", again, "s", BAR_SECONDS),
    ]


if __name__ == "__main__":
    sys.exit(show(run()))
