"""People and what is recorded about them as columns, and as Parquet in buckets by person.

A bucket is a folder with three files. Days are ordinals (`date.toordinal()`), minutes count from midnight.

    persons   person_id i64 · sex str · birth i32 · birth_minute i32 · deceased_on i32 · moved_out_on i32 · area str (JSON of settings)
    episodes  person_id i64 · episode i32 · kind str · start i32 · registered i32 · end i32 · outcome str · start_minute i32
    events    person_id i64 · episode i32 (-1: none) · on i32 · sequence i32 · item str · number f64 · text str

An event's `item` is a vocabulary id with its value in `number` (numbers, dates, booleans as 0/1) or `text` (choices; sets as `|a|b|`), or one of the marks
below. Attributes of the person are events with sequence −2 on the birth day, an episode's own values have sequence −1 on the day it was registered.
All of a person's rows are in one bucket, so nothing is ever shuffled.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from care_engine.facts import Facts, Value

UNIT, CADRE, MINUTE = "@unit", "@cadre", "@minute"
GIVEN, DECLINED, DEFERRED, CONTRAINDICATED = "@given", "@declined", "@deferred", "@contraindicated"
ATTRIBUTES, EPISODE_VALUES = -2, -1

PERSONS = {
    "person_id": pl.Int64,
    "sex": pl.String,
    "birth": pl.Int32,
    "birth_minute": pl.Int32,
    "deceased_on": pl.Int32,
    "moved_out_on": pl.Int32,
    "area": pl.String,
}
EPISODES = {
    "person_id": pl.Int64,
    "episode": pl.Int32,
    "kind": pl.String,
    "start": pl.Int32,
    "registered": pl.Int32,
    "end": pl.Int32,
    "outcome": pl.String,
    "start_minute": pl.Int32,
    "end_minute": pl.Int32,
}
EVENTS = {
    "person_id": pl.Int64,
    "episode": pl.Int32,
    "on": pl.Int32,
    "sequence": pl.Int32,
    "item": pl.String,
    "number": pl.Float64,
    "text": pl.String,
}


@dataclass(frozen=True)
class Bucket:
    """Some people, whole: every event of theirs is here. Events are sorted by person, day, sequence."""

    persons: pl.DataFrame
    episodes: pl.DataFrame
    events: pl.DataFrame

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.persons.write_parquet(folder / "persons.parquet")
        self.episodes.write_parquet(folder / "episodes.parquet")
        self.events.with_columns(pl.col("item", "text").cast(pl.Categorical)).write_parquet(folder / "events.parquet")

    @staticmethod
    def read(folder: Path) -> Bucket:
        return Bucket(
            pl.read_parquet(folder / "persons.parquet"),
            pl.read_parquet(folder / "episodes.parquet"),
            pl.read_parquet(folder / "events.parquet"),
        )


def _value(value: Value) -> tuple[float | None, str | None]:
    if isinstance(value, frozenset):
        return None, "|" + "|".join(sorted(value)) + "|" if value else "|"
    if isinstance(value, str):
        return None, value
    return float(value), None


def bucket_of(people: Iterable[tuple[int, Facts]]) -> Bucket:
    """The columns of some people's facts."""
    persons, episodes, events = [], [], []
    for id_, facts in people:
        area = json.dumps(dict(facts.area), default=str, sort_keys=True)
        persons.append((id_, facts.sex, facts.birth, facts.birth_minute, facts.deceased_on, facts.moved_out_on, area))
        birth = facts.birth if facts.birth is not None else 0
        events += [(id_, -1, birth, ATTRIBUTES, item, *_value(value)) for item, value in facts.attributes.items()]
        for number, one in enumerate(facts.episodes):
            episodes.append(
                (
                    id_,
                    number,
                    one.kind,
                    one.start,
                    one.registered,
                    one.end,
                    one.outcome,
                    one.start_minute,
                    one.end_minute,
                )
            )
            events += [
                (id_, number, one.registered, EPISODE_VALUES, item, *_value(value))
                for item, value in one.values.items()
            ]
        for contact in facts.contacts:
            at = (id_, -1, contact.on, contact.sequence)
            events.append((*at, UNIT, None, contact.unit))
            if contact.cadre is not None:
                events.append((*at, CADRE, None, contact.cadre))
            if contact.minute is not None:
                events.append((*at, MINUTE, float(contact.minute), None))
            events += [(*at, GIVEN, None, service) for service in sorted(contact.services)]
            events += [(*at, DECLINED, None, service) for service in sorted(contact.declined)]
            for service, deferral in contact.deferred.items():
                events.append((*at, DEFERRED, None if deferral.until is None else float(deferral.until), service))
            events += [(*at, CONTRAINDICATED, None, service) for service in contact.contraindicated]
            events += [(*at, item, *_value(value)) for item, value in contact.values.items()]
    return Bucket(
        pl.DataFrame(persons, schema=PERSONS, orient="row"),
        pl.DataFrame(episodes, schema=EPISODES, orient="row"),
        pl.DataFrame(events, schema=EVENTS, orient="row").sort("person_id", "on", "sequence", maintain_order=True),
    )


def area_columns(persons: pl.DataFrame) -> list[Mapping[str, object]]:
    """The settings of each person's area; equal texts are read once."""
    known: dict[str | None, Mapping[str, object]] = {None: {}}
    found = []
    for text in persons["area"].to_list():
        if text not in known:
            known[text] = json.loads(text)
        found.append(known[text])
    return found
