"""The people of a bucket as facts for the bedside: the way back from `storage.bucket_of`."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Set
from typing import Any

import polars as pl

from care_engine.facts import Contact, Deferral, Episode, Facts, Value
from care_engine.model import Knowledge
from care_engine.population import storage as st
from care_engine.population.storage import Bucket


def facts_of(bucket: Bucket, knowledge: Knowledge, only: Set[int] | None = None) -> list[tuple[int, Facts]]:
    """Each person's number and facts; `only`: of these numbers. What the knowledge has no item for keeps the kind it is stored in."""
    events: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    rows = bucket.events if only is None else bucket.events.filter(pl.col("person_id").is_in(sorted(only)))
    for row in rows.with_columns(pl.col("item", "text").cast(pl.String)).iter_rows():
        events[row[0]].append(row[1:])
    episodes: dict[int, list[dict[str, Any]]] = defaultdict(list)
    ids = bucket.persons["person_id"]
    for episode in bucket.episodes.iter_rows(named=True):
        episodes[ids[episode["person"]]].append(episode)
    return [
        (row["person_id"], _person(row, episodes[row["person_id"]], events[row["person_id"]], knowledge))
        for row in bucket.persons.iter_rows(named=True)
        if only is None or row["person_id"] in only
    ]


def _person(
    row: dict[str, Any], episodes: list[dict[str, Any]], events: list[tuple[Any, ...]], knowledge: Knowledge
) -> Facts:
    attributes: dict[str, Value] = {}
    own: dict[int, dict[str, Value]] = defaultdict(dict)
    contacts: dict[tuple[int, int], dict[str, Any]] = {}
    for episode, on, sequence, item, number, text in events:
        if sequence == st.ATTRIBUTES:
            attributes[item] = _value(item, number, text, knowledge)
        elif sequence == st.EPISODE_VALUES:
            own[episode][item] = _value(item, number, text, knowledge)
        else:
            empty: dict[str, Any] = {"services": set(), "declined": set(), "deferred": {}, "values": {}}
            contact = contacts.setdefault((on, sequence), empty)
            match item:
                case st.UNIT:
                    contact["unit"] = text
                case st.CADRE:
                    contact["cadre"] = text
                case st.GIVEN:
                    contact["services"].add(text)
                case st.DECLINED:
                    contact["declined"].add(text)
                case st.DEFERRED:
                    contact["deferred"][text] = Deferral(None if number is None else int(number), "")
                case _:
                    contact["values"][item] = _value(item, number, text, knowledge)
    return Facts(
        sex=row["sex"],
        birth=row["birth"],
        birth_minute=row["birth_minute"],
        area=json.loads(row["area"]),
        attributes=attributes,
        episodes=tuple(
            Episode(
                one["kind"], one["start"], one["registered"], one["end"], one["outcome"], own[one["episode"]],
                end_minute=one["end_minute"],
            )
            for one in episodes
        ),
        contacts=tuple(
            Contact(
                on,
                sequence,
                unit=one.get("unit"),
                cadre=one.get("cadre"),
                services=frozenset(one["services"]),
                values=one["values"],
                declined=frozenset(one["declined"]),
                deferred=one["deferred"],
            )
            for (on, sequence), one in sorted(contacts.items(), key=lambda each: each[0])
        ),
        deceased_on=row["deceased_on"],
        moved_out_on=row["moved_out_on"],
    )  # fmt: skip


def _value(item: str, number: float | None, text: str | None, knowledge: Knowledge) -> Value:
    kind = knowledge.items[item].type if item in knowledge.items else ""
    if kind == "choices":
        return frozenset(word for word in (text or "").split("|") if word)
    if number is None:
        return text or ""
    return bool(number) if kind == "boolean" else int(number) if kind == "date" else number
