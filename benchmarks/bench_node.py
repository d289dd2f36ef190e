"""What a node needs: `python -m benchmarks.bench_node` starts one with demo people and measures it from outside.

- **restart with data**: from `simpul run` until a page of the database is answered, after a clean stop and after kill -9. Bar 5 s.
- **one core and 1 GB**: the node and all it starts are held to one core (`sched_setaffinity`) and, where this may be set (root, cgroup v1 or v2), to
  1 GB of memory with no swap; else the sum of what they hold is only told. 4 midwives at once open home, people and the search, and read each page
  for one to three seconds (seeded): once while the node decides for everybody for the first time, and once when it has.
- **backup and restore** of these data, and their size.

`BENCH_PEOPLE` (27,000) is how many people the demo makes, if the demo of this version can be told.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil

from benchmarks.measuring import row, show

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "27000"))
GIGABYTE = 1024**3
RESTART_BAR = 5.0
MIDWIVES, ROUNDS = 4, 15
THINKS = (1.0, 3.0)  # seconds of reading between two pages


def run() -> list[dict[str, Any]]:
    """Rows {what, value, unit, bar, ok}."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "primary_care.settings")
    folder = Path(tempfile.mkdtemp(prefix="simpul-"))
    import django

    django.setup()
    from primary_care.node.tests.nodes import Node

    node = Node(folder)
    try:
        return [
            *_fill(node),
            *_restart(node),
            *_one_core(node, "while it decides for everybody"),
            *_decided(node),
            *_one_core(node, "when it has"),
            *_backup(node),
        ]
    finally:
        node.end()
        if (folder / "postgres" / "PG_VERSION").exists():
            node.server.start()
            node.server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _fill(node: Any) -> list[dict[str, Any]]:
    helped, _ = node.start("demo", "--help").communicate()
    told = ["--people", str(PEOPLE)] if "--people" in helped else []
    began = time.perf_counter()
    done = node.start("demo", *told)
    _, err = done.communicate()
    assert done.returncode == 0, err
    took = time.perf_counter() - began
    node.server.start()
    people = node.ask("SELECT count(*) FROM people_person")
    size = node.ask("SELECT pg_database_size('simpul')")
    node.server.stop()
    return [
        row("node, people in it", people, "people"),
        row("node, filled by the demo", took, "s"),
        row("node, database on the disk", size / 1e6, "MB"),
    ]


def _restart(node: Any) -> list[dict[str, Any]]:
    from primary_care.node.tests.nodes import kill_server

    found = []
    for how, number in (("a clean stop", signal.SIGTERM), ("kill -9 of everything", signal.SIGKILL)):
        process, _ = _serve(node)
        os.killpg(process.pid, number) if number == signal.SIGKILL else os.kill(process.pid, number)
        if number == signal.SIGKILL:
            with contextlib.suppress(psutil.NoSuchProcess):
                kill_server(node.folder)
        process.communicate()
        process, took = _serve(node)
        found.append(row(f"node, restart with data after {how}", took, "s", RESTART_BAR))
        os.kill(process.pid, signal.SIGTERM)
        process.communicate()
    return found


def _serve(node: Any, **how: Any) -> tuple[subprocess.Popen[str], float]:
    """The node, and the seconds until a page that reads the database was answered."""
    began = time.perf_counter()
    process = node.start("run", SIMPUL_NIGHTLY_BACKUP="0", **how)
    while node.get("/masuk") != 200:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    return process, time.perf_counter() - began


def _one_core(node: Any, when: str) -> list[dict[str, Any]]:
    with _held() as memory_limited:
        process, took = _serve(node)  # what it starts is held as well
    first, others, most = _use(node, process)
    os.kill(process.pid, signal.SIGTERM)
    process.communicate()
    name = f"node on 1 core and 1 GB{'' if memory_limited else ' (memory not limited here)'}, {when}"
    others.sort()
    return [
        row(f"{name}: start", took, "s", RESTART_BAR),
        row(f"{name}: the first page of each of {MIDWIVES}", max(first), "s"),
        row(f"{name}: median of {len(others)} pages", statistics.median(others), "s"),
        row(f"{name}: p95 of a page", others[int(len(others) * 0.95)], "s"),
        row(f"{name}: memory of all its processes (PSS)", most / 1e6, "MB", 1000),
    ]


def _decided(node: Any) -> list[dict[str, Any]]:
    """The node left to itself, on all cores, until it has decided for everybody."""
    process, _ = _serve(node)
    began = time.perf_counter()
    while not node.ask(
        "SELECT (SELECT count(*) FROM decisions_keptdecision) >= (SELECT count(*) FROM people_person WHERE active)"
    ):
        assert process.poll() is None, process.communicate()
        time.sleep(1)
    took = time.perf_counter() - began
    os.kill(process.pid, signal.SIGTERM)
    process.communicate()
    return [row("node, until the rest is decided for, on all cores", took, "s")]


@contextlib.contextmanager
def _held() -> Iterator[bool]:
    """This process, and so what it starts, on one core and in a group of 1 GB; gives whether the memory could be limited."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    back = _into_group()
    try:
        yield back is not None
    finally:
        os.sched_setaffinity(0, cores)
        if back is not None:
            back.write_text(str(os.getpid()))


def _into_group() -> Path | None:
    """Go into a new control group of 1 GB; gives the file to write to for going back, None where that is not allowed."""
    for root, limit in (
        (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"),
        (Path("/sys/fs/cgroup"), "memory.max"),
    ):
        group = root / "simpul-bench"
        try:
            group.mkdir(exist_ok=True)
            (group / limit).write_text(str(GIGABYTE))
            (group / "cgroup.procs").write_text(str(os.getpid()))
            return root / "cgroup.procs"
        except OSError:
            continue
    return None


def _use(node: Any, process: subprocess.Popen[str]) -> tuple[list[float], list[float], int]:
    """Midwives at work: seconds of the first page of each and of all others, and the most memory (bytes) that the node's processes held
    together meanwhile.
    """
    from primary_care.node.tests.browser import Browser

    def midwife(number: int) -> list[float]:
        browser, found, chance = Browser(node.port), [], random.Random(number)
        assert browser.log_in("bidan.puskesmas").status == 200
        people = sorted(set(_people(browser.get("/cari?q=siti").text + browser.get("/cari?q=budi").text)))[:20]
        pages = ["/", "/cari?q=sari", *people]
        for turn in range(ROUNDS):
            began = time.perf_counter()
            assert browser.get(pages[(turn * MIDWIVES + number) % len(pages)]).status == 200
            found.append(time.perf_counter() - began)
            time.sleep(chance.uniform(*THINKS))
        return found

    most = 0
    with ThreadPoolExecutor(MIDWIVES) as pool:
        working = [pool.submit(midwife, number) for number in range(MIDWIVES)]
        while not all(one.done() for one in working):
            most = max(most, _pss(process.pid, node))
            time.sleep(0.2)
        found = [one.result() for one in working]
        return [one[0] for one in found], [second for one in found for second in one[1:]], most


def _people(text: str) -> list[str]:
    return re.findall(r"/orang/[0-9a-f-]{36}", text)


def _pss(pid: int, node: Any) -> int:
    """Memory of the node and its PostgreSQL, what they share counted once."""
    from primary_care.node.tests.nodes import server_pid

    held = 0
    for root in (psutil.Process(pid), psutil.Process(server_pid(node.folder))):
        for one in (root, *root.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                held += one.memory_full_info().pss
    return held


def _backup(node: Any) -> list[dict[str, Any]]:
    file = node.folder / "bench.simpul"
    began = time.perf_counter()
    done = node.finish("backup", str(file))
    assert done.returncode == 0, done.stderr
    made = time.perf_counter() - began
    began = time.perf_counter()
    done = node.finish("restore", str(file), "--dry-run")
    assert done.returncode == 0, done.stderr
    return [
        row("node, backup", made, "s"),
        row("node, size of the backup", file.stat().st_size / 1e6, "MB"),
        row("node, restore and check of it", time.perf_counter() - began, "s"),
    ]


if __name__ == "__main__":
    sys.exit(show(run()))
