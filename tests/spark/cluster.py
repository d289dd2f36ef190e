"""A Spark standalone master and two workers on this machine, for tests and benchmarks; always torn down."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

HOST = "127.0.0.1"
CORES_A_WORKER = 1
SECONDS_TO_START = 60


def missing() -> str | None:
    """What Spark lacks on this machine, in words; None if it can run."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed (pip install 'simpul[spark]')"
    return None if shutil.which("java") else "Java is not installed (version 17)"


def worker_settings(memory_mb: int = 1024) -> dict[str, str]:
    """Settings of a session: Java needs little, for the work is done in Python beside it."""
    return {
        "spark.executor.memory": f"{memory_mb}m",
        "spark.driver.memory": "512m",
        "spark.driver.host": HOST,
        "spark.driver.bindAddress": HOST,
        "spark.executorEnv.PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "spark.pyspark.python": sys.executable,
        "spark.pyspark.driver.python": sys.executable,
    }


@contextmanager
def cluster(folder: Path, workers: int = 2, memory_mb: int = 1024) -> Iterator[str]:
    """The address of a master whose workers have registered; `folder` takes their logs and scratch files."""
    import pyspark

    home = Path(pyspark.__file__).parent
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    address = f"spark://{HOST}:{port}"
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "SPARK_WORKER_DIR": str(folder / "work"),
        "PYSPARK_PYTHON": sys.executable,
    }
    processes: list[subprocess.Popen[bytes]] = []

    def start(name: str, role: str, *arguments: str) -> Path:
        log = folder / f"{name}.log"
        command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{role}", *arguments]
        with log.open("wb") as output:
            processes.append(
                subprocess.Popen(command, env=environment, stdout=output, stderr=output, start_new_session=True)
            )
        return log

    try:
        master = ("--host", HOST, "--port", str(port), "--webui-port", "0")
        log = start("master", "master.Master", *master)
        _wait_for(log, "I have been elected leader", processes)
        size = ("--cores", str(CORES_A_WORKER), "--memory", f"{memory_mb}m", "--host", HOST, "--webui-port", "0")
        for number in range(workers):
            log = start(f"worker-{number}", "worker.Worker", *size, address)
            _wait_for(log, "Successfully registered with master", processes)
        yield address
    finally:
        for process in reversed(processes):
            _end(process)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


def _wait_for(log: Path, words: str, processes: list[subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while words not in log.read_text(errors="replace"):
        if processes[-1].poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"Spark did not start; its log ends with:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


def _end(process: subprocess.Popen[bytes]) -> None:
    """The process and all that it started: each has a process group of its own."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            continue
    process.wait(timeout=10)
