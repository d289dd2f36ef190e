"""Walk the buckets: in one process, in a pool, or (in `spark.py`) over a cluster. All call `evaluate_bucket`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from care_engine.facts import Facts
from care_engine.loading import DEFAULT_PATH, load_knowledge
from care_engine.model import STATUSES, Knowledge
from care_engine.population.columns import Array, add_months, pick, rows_where
from care_engine.population.deciding import Population
from care_engine.population.log import Recorded, last_of_each
from care_engine.population.relevance import CHILDHOOD, Relevance
from care_engine.population.standings import FLAGS
from care_engine.population.storage import Bucket, bucket_of
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
    return _evaluate(_People.of(bucket, on), on, knowledge).answers()


@dataclass(frozen=True)
class _People:
    """The persons of a bucket, and what is recorded about them. The bucket's own contacts are let go: they fill much memory."""

    bucket: Bucket
    recorded: Recorded

    @staticmethod
    def of(bucket: Bucket, on: int) -> _People:
        return _People(bucket.without_contacts(), Recorded.read(bucket, on))

    @staticmethod
    def read(folder: Path, on: int) -> _People:
        return _People.of(Bucket.read(folder), on)


def _evaluate(people: _People, on: int, knowledge: Knowledge, halfway: Callable[[], None] = lambda: None) -> _Told:
    """halfway: what to begin when the children are done, who need the most memory."""
    size = len(people.bucket.persons)
    told = _Told(_Columns(STATUS_SCHEMA, 8 * size), _Columns(FINDING_SCHEMA, 2 * size))
    with np.errstate(all="ignore"):  # an unknown is NaN, and what NaN gives is NaN again
        for population in _cohorts(people, on, knowledge):
            if population.size:
                _judge_everywhere(population)
                _statuses(population, told.statuses)
                _findings(population, told.findings)
                population.release()
            halfway()
    return told


#: For a day that there is not, until the frame is made.
_NO_DAY = np.iinfo(np.int32).min
_KINDS: dict[Any, type[np.generic]] = {pl.Int64: np.int64, pl.Int32: np.int32, pl.Int8: np.int8}


class _Columns:
    """Rows gathered service by service (or finding by finding), as narrow as they are written, and made into one frame at the end."""

    def __init__(self, schema: Schema, room: int) -> None:
        """room: for how many rows there is room before columns have to grow."""
        self.schema = schema
        self.names: list[str] = []
        self.sizes: list[int] = []
        self.columns = [np.empty(max(room, 1), dtype=kind) for kind in map(_kind_of, schema.values()) if kind]

    def __len__(self) -> int:
        return sum(self.sizes)

    def add(self, name: str, *columns: Array) -> None:
        """Rows of one service or finding: persons, then the other columns of the schema in order. Days are float64, NaN where there is none."""
        start, size = len(self), len(columns[0])
        self.names.append(name)
        self.sizes.append(size)
        if len(self) > len(self.columns[0]):
            self.columns = [np.concatenate([one[:start], np.empty(len(self), one.dtype)]) for one in self.columns]
        for column, into in zip(columns, self.columns, strict=True):
            if column.dtype == np.float64:
                np.fmax(column, _NO_DAY, out=into[start : start + size], casting="unsafe")
            else:
                into[start : start + size] = column

    def frame(self) -> pl.DataFrame:
        name = np.repeat(np.arange(len(self.names), dtype=np.uint32), self.sizes)
        columns = iter([one[: len(self)] for one in self.columns])
        data = {}
        for title, kind in self.schema.items():
            if kind == pl.Categorical:
                data[title] = pl.Series(self.names, dtype=pl.Categorical).gather(name)
            elif isinstance(kind, pl.Enum):
                data[title] = pl.Series(kind.categories, dtype=kind).gather(next(columns))
            else:
                data[title] = pl.Series(next(columns))
        day = pl.col(pl.Int32)
        return pl.DataFrame(data, schema=self.schema).with_columns(pl.when(day != _NO_DAY).then(day))


def _kind_of(kind: pl.DataType | type[pl.DataType]) -> type[np.generic] | None:
    """How a column is kept until the frame is made; None: it follows from the names."""
    if kind == pl.Categorical:
        return None
    return np.int8 if isinstance(kind, pl.Enum) else _KINDS[kind]


@dataclass(frozen=True)
class _Told:
    """What was found, not yet put together."""

    statuses: _Columns
    findings: _Columns

    def answers(self) -> Answers:
        return Answers(self.statuses.frame(), self.findings.frame())


def _cohorts(people: _People, on: int, knowledge: Knowledge) -> Iterable[Population]:
    """Children apart from all others, each with the rules that may concern them; people of unknown age, the last of a bucket, with all rules."""
    birth = people.bucket.persons["birth"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    first, last, size = (
        int((add_months(birth, CHILDHOOD.months) <= on).sum()),
        int(np.sum(~np.isnan(birth))),
        len(birth),
    )
    cohorts = (
        (slice(first, last), _of_children(knowledge)),
        (slice(0, first), _of_others(knowledge)),
        (slice(last, size), _everything(knowledge)),
    )
    for some, relevance in cohorts:
        if some.start < some.stop:
            yield Population(people.bucket, people.recorded, some, on, knowledge, relevance)


_of_children = remembered(Relevance.of_children)
_of_others = remembered(Relevance.of_others)
_everything = remembered(Relevance.everything)


def _judge_everywhere(population: Population) -> None:
    """First, in one go, what will be asked everywhere sooner or later; otherwise others ask for it piece by piece."""
    for table in population.knowledge.tables:
        if population.relevance.is_judged_everywhere(table):
            population.forget_columns()
            population.findings.judge_all(table)


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
            at = rows_where(one.present)
            columns: Sequence[Any] = (
                person, one.status, one.due, one.opens, one.overdue_from, one.closes, one.given_on, one.until, one.flags
            )  # fmt: skip
            if len(at) < len(person):
                columns = [pick(column, at) for column in columns]
            if len(at):
                into.add(service, *columns)
            one.forget_days()


def _findings(population: Population, into: _Columns) -> None:
    """The findings that stand for people and for episodes that are going on; of several makers' days the last."""
    found: dict[str, list[tuple[Array, Array]]] = {}
    ids = population.bucket.persons["person_id"].to_numpy()
    for table in population.knowledge.tables:
        population.forget_columns()
        if not population.findings.may_speak(table):
            continue
        frame = population.findings.may_stand(table)
        if not len(frame):
            continue
        for finding in table.findings:
            rows, on = population.findings.stands(table, finding, frame)
            if len(rows):
                found.setdefault(finding, []).append((frame.person[rows], on))
    for finding, several in found.items():
        person, day = _last_days(several)
        into.add(finding, ids[person], day)


def _last_days(several: list[tuple[Array, Array]]) -> tuple[Array, Array]:
    """Of persons and days, of each person the last day."""
    person, on = several[0] if len(several) == 1 else map(np.concatenate, zip(*several, strict=True))
    if (person[1:] > person[:-1]).all():
        return person, on
    order = np.lexsort((on, person))
    last = order[last_of_each(person[order])]
    return person[last], on[last]


@lru_cache(maxsize=2)
def knowledge_at(path: str) -> Knowledge:
    """The knowledge below a folder, read once a process.

    What is worked out of a rule stays with it: two people are gone through at once, so that no bucket waits for it.
    """
    knowledge, on = load_knowledge(Path(path)), date(2026, 1, 1).toordinal()
    child, adult = (Facts(sex=None, birth=on - days) for days in (400, 12_000))
    evaluate_bucket(bucket_of([(1, child), (2, adult)]), on, knowledge)
    return knowledge


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
) -> tuple[int, int]:
    """Evaluate buckets: one after the other in this process, or shared among processes."""
    if processes > 1:
        with pool_of(processes, knowledge_path) as pool:
            return run_in(pool, folders, on, out, knowledge_path)
    return _sum(_one_by_one(folders, on, out, knowledge_at(str(knowledge_path))))


def _one_by_one(folders: Sequence[Path], on: int, out: Path | None, knowledge: Knowledge) -> Iterator[tuple[int, int]]:
    """Each bucket in turn.

    Meanwhile the next is read, and the last one's answers are put together and written. Little of that is Python, so another core does it.
    """
    with ThreadPoolExecutor(1) as beside:
        waiting = iter(folders)
        ahead: list[Future[_People]] = []
        behind: list[Future[None]] = []

        def read_next() -> None:
            if not ahead:
                ahead.extend(beside.submit(_People.read, folder, on) for folder in islice(waiting, 1))

        read_next()
        for folder in folders:
            told = _evaluate(ahead.pop().result(), on, knowledge, read_next)  # which alone holds the people then
            while behind:
                behind.pop().result()  # what could not be written stops the run
            yield len(told.statuses), len(told.findings)
            if out is not None:
                behind.append(beside.submit(_put_down, told, out / folder.name))
            del told
        for last in behind:
            last.result()


def _put_down(told: _Told, folder: Path) -> None:
    told.answers().write(folder)


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
