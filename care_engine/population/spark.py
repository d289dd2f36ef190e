"""The same evaluation spread over a Spark cluster: buckets go to the workers, statuses and findings come back from `evaluate_folder`.

    run_on_spark(folders, on, out, master="spark://host:7077")

PySpark is an optional dependency (`pip install simpul[spark]`, Java 17). The workers must see the folders, `out` and the knowledge under the same
paths (a shared disk) and have care_engine installed. Because a person's rows never leave their bucket, nothing is shuffled: only the paths
travel to the workers and only two counts a bucket travel back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from care_engine.loading import DEFAULT_PATH
from care_engine.population.running import evaluate_folder

if TYPE_CHECKING:
    import pyarrow as pa

COUNTS = "statuses long, findings long"


def run_on_spark(
    folders: Sequence[Path],
    on: int,
    out: Path | None = None,
    master: str | None = None,
    knowledge_path: Path = DEFAULT_PATH,
    settings: dict[str, str] | None = None,
) -> tuple[int, int]:
    """Evaluate buckets on a cluster; the numbers of statuses and findings. Without `master` Spark's own configuration decides."""
    session = start_session(master, settings)
    try:
        return evaluate_in(session, folders, on, out, knowledge_path)
    finally:
        session.stop()


def start_session(master: str | None, settings: dict[str, str] | None = None) -> Any:
    """A Spark session, from the settings given."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise RuntimeError("PySpark is not installed; install it with: pip install 'simpul[spark]'") from error
    builder = SparkSession.builder.appName("simpul").config("spark.ui.enabled", "false")
    if master is not None:
        builder = builder.master(master)
    for name, value in (settings or {}).items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def evaluate_in(
    session: Any, folders: Sequence[Path], on: int, out: Path | None, knowledge_path: Path = DEFAULT_PATH
) -> tuple[int, int]:
    """Evaluate buckets in a session that is running; one task a bucket."""
    import pyarrow as pa

    knowledge = knowledge_path.resolve()

    def evaluate(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for folder in batch.column("folder").to_pylist():
                statuses, findings = evaluate_folder(Path(folder), on, out, knowledge)
                yield pa.RecordBatch.from_pydict({"statuses": [statuses], "findings": [findings]})

    paths = [(str(folder.resolve()),) for folder in folders]
    if not paths:
        return 0, 0
    spread = session.createDataFrame(session.sparkContext.parallelize(paths, len(paths)), "folder string")
    counts = spread.mapInArrow(evaluate, COUNTS).collect()
    return sum(one.statuses for one in counts), sum(one.findings for one in counts)
