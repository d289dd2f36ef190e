"""How fast growth scores are computed: `python -m benchmarks.bench_growth`.

3,000 made-up measurements (../shared/data/growth) repeated to 1,000,000, all six indices and their flags. The measure
is WHO's own R program, which does about 23,000 rows a second on a machine like this; the bar is 20 times that.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.measuring import row, show
from care_engine.growth import assess, weight_for_age
from care_engine.growth.table import z_scores
from care_engine.growth_csv import growth_csv

MEASUREMENTS = Path(__file__).parents[1] / ".." / "shared" / "data" / "growth" / "expected-zscores-0-5.csv"
INPUTS = ["sex", "age_days", "weight_kg", "lenhei_cm", "measure", "headc_cm", "muac_cm", "oedema"]
ROWS = 1_000_000
WHO_ROWS_A_SECOND = 23_000
TIMES_WHO = 20


def run() -> list[dict[str, Any]]:
    """Rows {what, value, unit, bar, ok}; bar and ok are None where a figure is only for information."""
    if not MEASUREMENTS.exists():
        sys.exit(f"{MEASUREMENTS.resolve()} is missing: put the shared data beside the repository (../shared/data)")
    few = pl.read_csv(MEASUREMENTS, columns=INPUTS, infer_schema_length=None)
    many = pl.concat([few] * (ROWS // few.height + 1)).head(ROWS)
    columns = {name: many[name] for name in INPUTS}
    vectorised = ROWS / median_seconds(lambda: z_scores(columns))
    file = ROWS / median_seconds(lambda: through_files(many), times=3)
    children = few.to_dicts()
    whole = median_seconds(lambda: [assess_row(child) for child in children]) / len(children)
    one = median_seconds(lambda: [weight_for_age(c["sex"], c["age_days"], c["weight_kg"]) for c in children])
    return [
        row("growth, six indices vectorised", vectorised, "rows/s", WHO_ROWS_A_SECOND * TIMES_WHO),
        row("growth, vectorised against WHO's R program", vectorised / WHO_ROWS_A_SECOND, "times", TIMES_WHO),
        row("growth, CSV file to CSV file", file, "rows/s"),
        row("growth, six indices of one child", whole * 1e6, "us"),
        row("growth, one index of one child", one / len(children) * 1e6, "us"),
    ]


def assess_row(child: dict[str, Any]) -> object:
    return assess(
        child["sex"],
        age_days=child["age_days"],
        weight_kg=child["weight_kg"],
        length_height_cm=child["lenhei_cm"],
        position=child["measure"] or None,
        head_cm=child["headc_cm"],
        arm_cm=child["muac_cm"],
        oedema=child["oedema"] == "y",
    )


def through_files(table: pl.DataFrame) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.csv", Path(folder) / "out.csv"
        table.write_csv(source)
        growth_csv(source, target)


def median_seconds(work: Callable[[], object], times: int = 5) -> float:
    work()  # warm: tables loaded
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


if __name__ == "__main__":
    sys.exit(show(run()))
