"""Every benchmark with its bar: `python -m benchmarks`, or `make bench`. Ends with 1 when a bar is missed."""

from __future__ import annotations

import os
import platform
import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

BENCHMARKS = ("bench_decision", "bench_population", "bench_growth", "bench_register_import")
PACKAGES = ("numpy", "polars", "pyarrow", "Django", "psycopg", "pyspark")


def show(rows: list[dict[str, Any]]) -> int:
    """Print rows {what, value, unit, bar, ok}; 1 if a bar is missed."""
    for row in rows:
        # A speed is better the higher it is, a time or a size the lower: the ratio says how much room there is.
        bar = ""
        if row["bar"] is not None:
            room = row["value"] / row["bar"] if row["unit"].endswith(("/s", "times")) else row["bar"] / row["value"]
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


def main() -> int:
    print(machine())
    missed = 0
    for name in BENCHMARKS:
        print(f"== {name}", flush=True)
        missed |= show(import_module(f"benchmarks.{name}").run())
    return missed


if __name__ == "__main__":
    sys.exit(main())
