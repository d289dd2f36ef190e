"""Walk the buckets: in one process, in a pool, or (in `spark.py`) over a cluster. All call `evaluate_bucket`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl

from care_engine.loading import DEFAULT_PATH, load_knowledge
from care_engine.model import STATUSES, Knowledge
from care_engine.population.columns import Array, add_months
from care_engine.population.deciding import Population, today_rows
from care_engine.population.relevance import CHILDHOOD, Relevance
from care_engine.population.schedules import FLAGS
from care_engine.population.storage import Bucket

STATUS_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
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
FINDING_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
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
        self.statuses.write_parquet(folder / "statuses.parquet")
        self.findings.write_parquet(folder / "findings.parquet")


def flag_names(flags: int) -> tuple[str, ...]:
    return tuple(name for name, bit in FLAGS.items() if flags & bit)


def evaluate_bucket(bucket: Bucket, on: int, knowledge: Knowledge) -> Answers:
    """Statuses and findings of everyone in a bucket on a day (an ordinal)."""
    parts = [
        _evaluate(part, on, knowledge, relevance)
        for part, relevance in _cohorts(bucket, on, knowledge)
        if len(part.persons)
    ]
    if not parts:
        return Answers(pl.DataFrame(schema=STATUS_SCHEMA), pl.DataFrame(schema=FINDING_SCHEMA))
    return Answers(pl.concat([one.statuses for one in parts]), pl.concat([one.findings for one in parts]))


def _cohorts(bucket: Bucket, on: int, knowledge: Knowledge) -> Iterable[tuple[Bucket, Relevance]]:
    """Children and people of unknown age apart from all others, who have far fewer rules."""
    birth = bucket.persons["birth"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    young = pl.Series(~(add_months(birth, CHILDHOOD.months) <= on))
    children, others = _of_children(knowledge), _of_others(knowledge)
    for mask, relevance in ((young, children), (~young, others)):
        persons = bucket.persons.filter(mask)
        ids = persons.select("person_id")
        events = bucket.events.join(ids, on="person_id", how="semi", maintain_order="left")
        yield (
            Bucket(persons, bucket.episodes.join(ids, on="person_id", how="semi", maintain_order="left"), events),
            relevance,
        )


_cache: dict[tuple[str, int, str], Relevance] = {}


def _of_children(knowledge: Knowledge) -> Relevance:
    key = (knowledge.version, id(knowledge), "children")
    if key not in _cache:
        _cache[key] = Relevance.of_children(knowledge)
    return _cache[key]


def _of_others(knowledge: Knowledge) -> Relevance:
    key = (knowledge.version, id(knowledge), "others")
    if key not in _cache:
        _cache[key] = Relevance.of_others(knowledge)
    return _cache[key]


def _evaluate(bucket: Bucket, on: int, knowledge: Knowledge, relevance: Relevance) -> Answers:
    population = Population(bucket, on, knowledge, relevance)
    ids = bucket.persons["person_id"].to_numpy()
    statuses: list[pl.DataFrame] = []
    for family in knowledge.families:
        if not relevance.has_family(family):
            continue
        steps = population.statuses(family)
        if steps is None or not len(steps.subject):
            continue
        subjects, _ = population.subjects(family.who.episode)
        person = ids[subjects.person[steps.subject]]
        for service, one in steps.of_service.items():
            at = one.present
            if not at.any():
                continue
            days = {
                name: _ordinals(getattr(one, name)[at])
                for name in ("due", "opens", "overdue_from", "closes", "given_on", "until")
            }
            statuses.append(
                pl.DataFrame(
                    {
                        "person_id": person[at],
                        "service": pl.Series([service], dtype=pl.Categorical).new_from_index(0, int(at.sum())),
                        "status": pl.Series(one.status[at]).cast(pl.UInt8).cat.to(pl.Enum(STATUSES)),
                        **days,
                        "flags": one.flags[at],
                    },
                    schema=STATUS_SCHEMA,
                )
            )
    return Answers(
        pl.concat(statuses) if statuses else pl.DataFrame(schema=STATUS_SCHEMA),
        _findings(population, ids, knowledge, relevance),
    )


def _ordinals(days: Array) -> pl.Series:
    return pl.Series(days).fill_nan(None).cast(pl.Int32)


def _findings(population: Population, ids: Array, knowledge: Knowledge, relevance: Relevance) -> pl.DataFrame:
    """The findings that stand, each person's newest of a kind."""
    found: list[pl.DataFrame] = []
    for table in knowledge.tables:
        if not relevance.has_table(table):
            continue
        frame = population.frame(table.who.episode, today=True)
        if not len(frame):
            continue
        going_on = today_rows(population, table.who.episode)
        for finding in table.findings:
            on = population.standing_of(table, finding, frame)
            rows = np.flatnonzero(going_on & ~np.isnan(on))
            if len(rows):
                label = pl.Series([finding], dtype=pl.Categorical).new_from_index(0, len(rows))
                found.append(
                    pl.DataFrame(
                        {"person_id": ids[frame.person[rows]], "finding": label, "on": _ordinals(on[rows])},
                        schema=FINDING_SCHEMA,
                    )
                )
    if not found:
        return pl.DataFrame(schema=FINDING_SCHEMA)
    return pl.concat(found).group_by("person_id", "finding").agg(pl.col("on").max())


@lru_cache(maxsize=2)
def _knowledge(path: str) -> Knowledge:
    return load_knowledge(Path(path))


def evaluate_folder(
    folder: Path, on: int, out: Path | None = None, knowledge_path: Path = DEFAULT_PATH
) -> tuple[int, int]:
    """Evaluate one bucket on disk; write its answers below `out`. Answers the numbers of statuses and findings."""
    answers = evaluate_bucket(Bucket.read(folder), on, _knowledge(str(knowledge_path)))
    if out is not None:
        answers.write(out / folder.name)
    return len(answers.statuses), len(answers.findings)


def run(
    folders: Sequence[Path], on: int, out: Path | None = None, processes: int = 1, knowledge_path: Path = DEFAULT_PATH
) -> tuple[int, int]:
    """Evaluate buckets one after the other, or shared among processes."""
    if processes == 1:
        counts = [evaluate_folder(folder, on, out, knowledge_path) for folder in folders]
    else:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            counts = list(
                pool.map(
                    evaluate_folder, folders, [on] * len(folders), [out] * len(folders), [knowledge_path] * len(folders)
                )
            )
    return sum(one for one, _ in counts), sum(one for _, one in counts)
