"""How long the national file of codes takes: `python -m benchmarks.bench_areas`.

All 91,599 codes of Indonesia into an empty embedded PostgreSQL with fsync as in use, the same file again, and the borders of
Kabupaten Lombok Utara. Then what each decision pays for settings that follow the tree, and what a map asks.
"""

from __future__ import annotations

import io
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.measuring import empty_node, row, show

DATA = Path(__file__).parents[1] / ".." / "shared" / "data" / "wilayah"
CODES, BORDERS = DATA / "wilayah-2025.csv.gz", DATA / "batas-desa-52.08.geojson"
ON = date(2026, 1, 1)
BAR_SECONDS = 60.0
BAR_MB = 1000.0


def run() -> list[dict[str, Any]]:
    """Rows {what, value, unit, bar, ok}; bar and ok are None where a figure is only for information."""
    if not CODES.exists():
        sys.exit(f"{CODES.resolve()} is missing: put the shared data beside the repository (../shared/data)")
    with empty_node():
        return _measure()


def _measure() -> list[dict[str, Any]]:
    from primary_care.areas.borders import borders_of_children
    from primary_care.areas.history import tree_on
    from primary_care.areas.importing.command import import_areas, import_borders
    from primary_care.areas.models import Area
    from primary_care.areas.queries import settings_of_many

    silent = io.StringIO()
    before = _peak()
    first = _timed(lambda: import_areas(CODES, on=ON, out=silent, errors=sys.stderr))
    memory = _peak()
    again = _timed(lambda: import_areas(CODES, on=ON, out=silent, errors=sys.stderr))
    assert Area.objects.count() == 91_600, Area.objects.count()
    borders = _timed(lambda: import_borders(BORDERS, on=ON, out=silent, errors=sys.stderr))
    desa = Area.objects.get(code="52.08.01.2001")
    kecamatan = Area.objects.get(code="52.08.01")
    kabupaten = Area.objects.get(code="52.08")
    hundred = list(Area.objects.filter(level="desa").values_list("pk", flat=True)[:100])
    return [
        row("areas, the nation into an empty node", first, "s", BAR_SECONDS),
        row("areas, memory at the peak of it", memory, "MB", BAR_MB),
        row("areas, memory before", before, "MB"),
        row("areas, the same file again", again, "s", BAR_SECONDS),
        row("areas, borders of 43 desa", borders, "s"),
        row("areas, settings of one desa", _best(lambda: settings_of_many([desa.pk], ON)) * 1000, "ms"),
        row("areas, settings of a hundred desa", _best(lambda: settings_of_many(hundred, ON)) * 1000, "ms"),
        row("areas, the map of a kecamatan", _best(lambda: borders_of_children(kecamatan, ON)) * 1000, "ms"),
        row("areas, the tree of a kabupaten on a day", _best(lambda: tree_on(kabupaten, ON)) * 1000, "ms"),
    ]


def _timed(work: Callable[[], int]) -> float:
    started = time.perf_counter()
    assert work() == 0
    return time.perf_counter() - started


def _best(work: Callable[[], object]) -> float:
    """Seconds of the fastest of twenty."""
    times = []
    for _ in range(20):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(show(run()))
