"""Statuses and findings of 1,000,000 people with 20 events each: `python -m benchmarks.bench_population [people]`.

From Parquet buckets to Parquet answers: in one process, in a pool of two, and on a Spark standalone cluster with two workers of one core. The
memory is that of the process (or of all processes of the pool, or of Spark, together) at its peak, sampled from outside.
One process reads and writes beside evaluating, in a thread. The buckets are made once and kept below .local/bench. Not part of the time: Python's start
and reading the knowledge, the start of the cluster.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from benchmarks.measuring import row, show
from benchmarks.people import ON, events_of, population

PEOPLE = 1_000_000
#: Measured: fewer buckets need less work for the rules as such, more buckets less memory.
BUCKETS = 6
CORES = 2
BARS = {"one process": 10.0, "pool of 2": 6.0, "Spark, 2 workers": 30.0}
BAR_MEMORY_GB = 1.0


def run(people: int = PEOPLE) -> list[dict[str, Any]]:
    """Rows {what, value, unit, bar, ok}; bar and ok are None where a figure is only for information."""
    started = time.perf_counter()
    folders = population(people, BUCKETS)
    made = time.perf_counter() - started
    whole = people == PEOPLE  # the bars are for a million
    rows = [
        row("population, made or found", made, "s"),
        row("population, events a person", events_of(folders) / people, ""),
    ]
    for way in BARS:
        try:
            seconds, memory, counts = _apart(way, people)
        except NotHere as reason:
            print(f"{way}: left out, {reason}", file=sys.stderr)
            continue
        rows.append(row(f"population, {way}", seconds, "s", BARS[way] if whole else None))
        limit = BAR_MEMORY_GB if whole and way == "one process" else None
        rows.append(row(f"population, {way}, peak memory", memory, "GB", limit))
        rows.append(row(f"population, {way}, statuses and findings", counts / seconds, "/s"))
    return rows


class NotHere(Exception):
    """What is measured cannot run on this machine."""


def _apart(way: str, people: int) -> tuple[float, float, int]:
    """Seconds, peak memory (GB) and number of answers, measured in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.bench_population", str(people), way]
    pipe, here = subprocess.PIPE, Path(__file__).parents[1]
    with (
        subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=here) as process,
        peak_memory(process.pid) as peak,
    ):
        said, complaint = process.communicate()
    if process.returncode == 3:
        raise NotHere(said.strip())
    if process.returncode != 0:
        raise RuntimeError(f"{way} failed:\n{complaint[-3000:]}")
    seconds, counts = said.split()[-2:]
    return float(seconds), peak[0], int(counts)


def _measure(way: str, people: int) -> int:
    from care_engine.loading import DEFAULT_PATH
    from care_engine.population import running

    folders = population(people, BUCKETS)
    out = Path(tempfile.mkdtemp(prefix="simpul-answers-"))
    try:
        if way.startswith("Spark"):
            return _measure_spark(folders, out)
        running.knowledge_at(str(DEFAULT_PATH))
        if way == "one process":
            started = time.perf_counter()
            counts = running.run(folders, ON, out)
            seconds = time.perf_counter() - started
        else:
            with running.pool_of(CORES) as pool:
                list(pool.map(abs, range(8 * CORES)))  # they have read the knowledge
                started = time.perf_counter()
                counts = running.run_in(pool, folders, ON, out)
                seconds = time.perf_counter() - started
        print(seconds, sum(counts))
        return 0
    finally:
        shutil.rmtree(out, ignore_errors=True)


def _measure_spark(folders: list[Path], out: Path) -> int:
    from care_engine.population.spark import evaluate_in, start_session
    from tests.spark.cluster import cluster, missing, worker_settings

    if (lack := missing()) is not None:
        print(lack)
        return 3
    with cluster(out / "spark") as master:
        session = start_session(master, worker_settings())
        try:
            evaluate_in(session, folders[:2], ON, None)  # its Python workers have read the knowledge
            started = time.perf_counter()
            counts = evaluate_in(session, folders, ON, out / "answers")
            seconds = time.perf_counter() - started
        finally:
            session.stop()
    print(seconds, sum(counts))
    return 0


@contextmanager
def peak_memory(process: int) -> Iterator[list[float]]:
    """The most memory (GB) held at once by a process and its children while the block runs, looked at twenty times a second."""
    peak, over = [0.0], threading.Event()

    def look() -> None:
        while not over.wait(0.05):
            with suppress(psutil.NoSuchProcess):
                first = psutil.Process(process)
                peak[0] = max(peak[0], sum(map(_held, (first, *first.children(recursive=True)))) / 1e9)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


def _held(process: psutil.Process) -> int:
    """Bytes; 0 once it has ended."""
    try:
        return process.memory_info().rss
    except psutil.NoSuchProcess:
        return 0


def main() -> int:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    return _measure(sys.argv[2], people) if len(sys.argv) > 2 else show(run(people))


if __name__ == "__main__":
    sys.exit(main())
