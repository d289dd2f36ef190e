"""Walk the buckets: in one process, in a pool, or (in `spark.py`) over a cluster. All call `evaluate_bucket`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl

from care_engine.loading import DEFAULT_PATH, load_knowledge
from care_engine.model import STATUSES, Knowledge
from care_engine.population.columns import Array, add_months
from care_engine.population.deciding import Population
from care_engine.population.log import Recorded
from care_engine.population.relevance import CHILDHOOD, Relevance
from care_engine.population.standings import FLAGS
from care_engine.population.storage import Bucket
from care_engine.remembering import remembered

Schema = dict[str, pl.DataType | type[pl.DataType]]
STATUS_SCHEMA: Schema = {
    "person_id": pl.Int64,
    "service": pl.Categorical,
    "status": pl.Enum(STATUSES),
    "due": pl.Int32,
    "opens": pl.Int32,
    "overdue_from": pl.Int32,
    "closes": pl.Int32,
    "given_on": pl.Int32,
    "until": pl.Int32,
    "flags": pl.Int8,
}
FINDING_SCHEMA: Schema = {
    "person_id": pl.Int64,
    "finding": pl.Categorical,
    "on": pl.Int32,
}


@dataclass(frozen=True)
class Answers:
    statuses: pl.DataFrame
    findings: pl.DataFrame

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("statuses", "findings"):
            getattr(self, name).write_parquet(folder / f"{name}.parquet", compression="lz4", statistics=False)


def flag_names(flags: int) -> tuple[str, ...]:
    return tuple(name for name, bit in FLAGS.items() if flags & bit)


def evaluate_bucket(bucket: Bucket, on: int, knowledge: Knowledge) -> Answers:
    """Statuses and findings of everyone in a bucket on a day (an ordinal)."""
    statuses, findings = _Columns(STATUS_SCHEMA), _Columns(FINDING_SCHEMA)
    with np.errstate(all="ignore"):  # an unknown is NaN, and what NaN gives is NaN again
        for population in _cohorts(bucket, on, knowledge):
            if population.size:
                _statuses(population, statuses)
                _findings(population, findings)
                population.release()
    return Answers(statuses.frame(), findings.frame().group_by("person_id", "finding").agg(pl.col("on").max()))


class _Columns:
    """Rows gathered piece by piece, and made into one frame at the end."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.names: list[str] = []
        self.pieces: list[tuple[Array, ...]] = []

    def add(self, name: str, person: Array, *columns: Array) -> None:
        """Rows of one service or finding: persons, then the other columns of the schema in order."""
        self.pieces.append((person, np.full(len(person), len(self.names), dtype=np.uint32), *columns))
        self.names.append(name)

    def frame(self) -> pl.DataFrame:
        if not self.pieces:
            return pl.DataFrame(schema=self.schema)
        columns = [np.concatenate(column) for column in zip(*self.pieces, strict=True)]
        data = {}
        for (name, kind), column in zip(self.schema.items(), columns, strict=True):
            if kind == pl.Categorical:
                data[name] = pl.Series(self.names, dtype=pl.Categorical).gather(column)
            elif isinstance(kind, pl.Enum):
                data[name] = pl.Series(kind.categories, dtype=kind).gather(column)
            elif column.dtype == np.float64:  # days; NaN where there is none
                data[name] = pl.Series(column).fill_nan(None).cast(pl.Int32)
            else:
                data[name] = pl.Series(column)
        return pl.DataFrame(data, schema=self.schema)


def _cohorts(bucket: Bucket, on: int, knowledge: Knowledge) -> Iterable[Population]:
    """Children and people of unknown age apart from all others, who have far fewer rules."""
    birth = bucket.persons["birth"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    young = ~(add_months(birth, CHILDHOOD.months) <= on)
    recorded = Recorded.read(bucket, on)
    for some, relevance in ((young, _of_children(knowledge)), (~young, _of_others(knowledge))):
        yield Population(bucket, recorded, some, on, knowledge, relevance)


_of_children = remembered(Relevance.of_children)
_of_others = remembered(Relevance.of_others)


def _statuses(population: Population, into: _Columns) -> None:
    ids = population.bucket.persons["person_id"].to_numpy()
    for family in population.knowledge.families:
        if not population.relevance.has_family(family):
            continue
        population.forget_columns()
        steps = population.statuses(family)
        if steps is None or not len(steps.subject):
            continue
        subjects, _ = population.subjects(family.who.episode)
        person = ids[subjects.person[steps.subject]]
        for service, one in steps.of_service.items():
            at = np.flatnonzero(one.present)
            days = (one.due, one.opens, one.overdue_from, one.closes, one.given_on, one.until)
            if len(at):
                into.add(service, person[at], one.status[at], *(day[at] for day in days), one.flags[at])


def _findings(population: Population, into: _Columns) -> None:
    """The findings that stand for people and for episodes that are going on."""
    ids = population.bucket.persons["person_id"].to_numpy()
    for table in population.knowledge.tables:
        if not population.relevance.has_table(table):
            continue
        population.forget_columns()
        frame = population.findings.may_stand(table)
        if not len(frame):
            continue
        for finding in table.findings:
            on = population.findings.standing_of(table, finding, frame)
            rows = np.flatnonzero(~np.isnan(on))
            if len(rows):
                into.add(finding, ids[frame.person[rows]], on[rows])


@lru_cache(maxsize=2)
def knowledge_at(path: str) -> Knowledge:
    """The knowledge below a folder, read once a process."""
    return load_knowledge(Path(path))


def evaluate_folder(
    folder: Path, on: int, out: Path | None = None, knowledge_path: Path = DEFAULT_PATH
) -> tuple[int, int]:
    """Evaluate one bucket on disk; write its answers below `out`. Answers the numbers of statuses and findings."""
    answers = evaluate_bucket(Bucket.read(folder), on, knowledge_at(str(knowledge_path)))
    if out is not None:
        answers.write(out / folder.name)
    return len(answers.statuses), len(answers.findings)


def run(
    folders: Sequence[Path],
    on: int,
    out: Path | None = None,
    processes: int = 1,
    knowledge_path: Path = DEFAULT_PATH,
    threads: int = 1,
) -> tuple[int, int]:
    """Evaluate buckets: one after the other, several at a time in this process (`threads`), or shared among processes."""

    def evaluate(folder: Path) -> tuple[int, int]:
        return evaluate_folder(folder, on, out, knowledge_path)

    if processes > 1:
        with pool_of(processes, knowledge_path) as pool:
            return run_in(pool, folders, on, out, knowledge_path)
    if threads > 1:
        knowledge_at(str(knowledge_path))  # read once, before they all need it
        with ThreadPoolExecutor(threads) as several:
            return _sum(several.map(evaluate, folders))
    return _sum(map(evaluate, folders))


def pool_of(processes: int, knowledge_path: Path = DEFAULT_PATH) -> ProcessPoolExecutor:
    """Processes that have read the knowledge before they are asked."""
    return ProcessPoolExecutor(processes, get_context("spawn"), knowledge_at, (str(knowledge_path),))


def run_in(
    pool: Executor, folders: Sequence[Path], on: int, out: Path | None = None, knowledge_path: Path = DEFAULT_PATH
) -> tuple[int, int]:
    """Evaluate buckets in a pool that is there already."""
    many = len(folders)
    return _sum(pool.map(evaluate_folder, folders, [on] * many, [out] * many, [knowledge_path] * many))


def _sum(counts: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """The numbers of statuses and of findings."""
    statuses, findings = 0, 0
    for one, other in counts:
        statuses, findings = statuses + one, findings + other
    return statuses, findings
