"""Every benchmark with its bar: `python -m benchmarks`, or `make bench`. Ends with 1 when a bar is missed."""

from __future__ import annotations

import sys
from importlib import import_module

from benchmarks.measuring import machine, show

BENCHMARKS = (
    "bench_decision",
    "bench_population",
    "bench_growth",
    "bench_register_import",
    "bench_areas",
    "bench_desk",
)


def main() -> int:
    print(machine())
    missed = 0
    for name in BENCHMARKS:
        print(f"== {name}", flush=True)
        missed |= show(import_module(f"benchmarks.{name}").run())
    return missed


if __name__ == "__main__":
    sys.exit(main())
