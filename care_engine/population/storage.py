"""People and what is recorded about them as columns, and as Parquet in buckets by person.

A bucket is a folder with seven files. Days are ordinals (`date.toordinal()`), minutes count from midnight.

    persons   person_id i64 · sex str · birth i32 · birth_minute i32 · deceased_on i32 · moved_out_on i32 · area str (JSON of settings);
              in order of birth, those without a date behind all others: who is a child, and what is recorded about children, lies together
    episodes  person i32 (its place among the persons) · episode i32 · kind str · start i32 · registered i32 · end i32 · outcome str
              · start_minute i32 · end_minute i32; in order of person
    contacts  person i32 · on i32 · sequence i32 · episode i32 (-1: none); in order of person, day, sequence
    items     item str · numbers i32 · texts i32: how many rows it has in each of the next two; of an item with rows in both, the first of the one
              and the first of the other are one value, and so on
    numbers   contact i32 (its place among the contacts) · number f64 (NaN: none); in order of the items, then of the contacts
    texts     contact i32 · text i32 (its place among the words, -1: none); in the same order
    words     text str

An item is a vocabulary id with its values in `numbers` (numbers, dates, booleans as 0/1) or `texts` (choices; sets as `|a|b|`), or one of the marks below:
all are texts, but for the minute, which is a number, and a deferral, which is a service and the day of its end.
Attributes of the person are contacts with sequence −2 on the birth day, an episode's own values have sequence −1 on the day it was registered.
All of a person's rows are in one bucket, so nothing is ever shuffled; all values of an item lie together, so what no rule asks about is never looked at,
and nothing but numbers is read of what fills the most room.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import polars as pl

from care_engine.facts import Facts, Value

LAYOUT = 3  # of these files: another one is not read
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
#: A value together with its contact, as `Bucket.of` takes it.
EVENTS = {
    "person_id": pl.Int64,
    "episode": pl.Int32,
    "on": pl.Int32,
    "sequence": pl.Int32,
    "item": pl.String,
    "number": pl.Float64,
    "text": pl.String,
}
_CONTACT = ("person", "on", "sequence", "episode")


@dataclass(frozen=True)
class Bucket:
    """Some people, whole: everything recorded about them is here."""

    persons: pl.DataFrame
    episodes: pl.DataFrame
    contacts: pl.DataFrame
    items: pl.DataFrame
    numbers: pl.DataFrame
    texts: pl.DataFrame
    words: pl.DataFrame

    @staticmethod
    def of(persons: pl.DataFrame, episodes: pl.DataFrame, events: pl.DataFrame) -> Bucket:
        """From tables (`PERSONS`, `EPISODES`, `EVENTS`) in any order; what was recorded twice at one contact stays in its order."""
        persons = persons.sort("birth", "person_id", nulls_last=True)
        places = persons.select("person_id").with_row_index("person").with_columns(pl.col("person").cast(pl.Int32))
        episodes, events = (one.join(places, on="person_id", maintain_order="left") for one in (episodes, events))
        episodes = episodes.drop("person_id").sort("person", maintain_order=True)
        events = events.sort("person", "on", "sequence", maintain_order=True)
        number = pl.struct(_CONTACT).rle_id().cast(pl.Int32)
        events = events.with_columns(
            pl.col("item", "text").cast(pl.Categorical), pl.col("number").fill_null(float("nan")), contact=number
        )
        contacts = events.unique("contact", keep="first", maintain_order=True).select(_CONTACT)
        values = events.select("item", "contact", "number", "text")
        values = values.sort(pl.col("item").to_physical(), maintain_order=True)
        return Bucket(persons, episodes, contacts, *_apart(values))

    def parts(self) -> Iterator[tuple[str, slice, slice]]:
        """Each item with its places among the numbers and among the texts."""
        names, numbers, texts = (one.to_list() for one in self.items)
        ends = (list(accumulate(sizes, initial=0)) for sizes in (numbers, texts))
        yield from zip(names, *([slice(*pair) for pair in pairwise(one)] for one in ends), strict=True)

    @property
    def values(self) -> pl.DataFrame:
        """One row a value: item · contact · number · text, in order of item, then contact; null where there is none."""
        kinds = {"item": pl.String, "contact": pl.Int32, "number": pl.Float64, "text": pl.Int32}
        pieces = [pl.DataFrame(schema=kinds)]
        for item, numbers, texts in self.parts():
            number, text = self.numbers[numbers], self.texts[texts]
            piece = number.with_columns(text["text"]) if len(number) and len(text) else number if len(number) else text
            pieces.append(piece.with_columns(item=pl.lit(item)))
        values = pl.concat(pieces, how="diagonal")
        words = self.words["text"].gather(values["text"].replace(-1, None))
        return values.with_columns(words, pl.col("number").fill_nan(None))

    @property
    def events(self) -> pl.DataFrame:
        """One row a value with its contact (`EVENTS`), in order of the contacts."""
        values = self.values.sort("contact", maintain_order=True)
        contacts = self.contacts[values["contact"]]
        persons = self.persons["person_id"].gather(contacts["person"])
        return pl.concat([contacts, values], how="horizontal").with_columns(persons).select(*EVENTS)

    def until(self, on: int) -> Bucket:
        """The same without what was recorded after a day."""
        known = self.contacts["on"] <= on
        if known.all():
            return self
        place = known.cast(pl.Int32).cum_sum() - 1
        items, tables = self.items, {"contacts": self.contacts.filter(known)}
        for name in ("numbers", "texts"):
            table = getattr(self, name)
            kept = known.gather(table["contact"])
            before = np.append(0, kept.cast(pl.Int32).cum_sum().to_numpy()).astype(np.int32)
            ends = np.append(0, self.items[name].cum_sum().to_numpy())
            items = items.with_columns(pl.Series(name, np.diff(before[ends])))
            tables[name] = table.filter(kept).with_columns(place.gather(table["contact"].filter(kept)).alias("contact"))
        return replace(self, items=items, **tables)

    def without_contacts(self) -> Bucket:
        """Only the persons and their episodes."""
        empty = {name: getattr(self, name).clear() for name in ("contacts", "items", "numbers", "texts", "words")}
        return replace(self, **empty)

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name in _TABLES:
            table = getattr(self, name)
            # one group of rows is read as one piece of memory, which NumPy takes as it is
            table.write_parquet(folder / f"{name}.parquet", compression="lz4", row_group_size=max(len(table), 1))

    @staticmethod
    def read(folder: Path) -> Bucket:
        """Of a folder as `write` leaves it. ValueError: it is of another layout."""
        files = [folder / f"{name}.parquet" for name in _TABLES]
        if not folder.exists():
            raise FileNotFoundError(folder)
        bucket = Bucket(*map(pl.read_parquet, files)) if all(one.exists() for one in files) else None
        if bucket is None or not bucket._is_in_order():
            raise ValueError(f"{folder}: not in the layout of care_engine.population.storage; write these people anew")
        return bucket

    def _is_in_order(self) -> bool:
        return (
            self.persons["birth"].is_sorted(nulls_last=True)
            and tuple(self.contacts.columns) == _CONTACT
            and self.contacts["person"].is_sorted()
            and all(self.items[name].sum() == len(getattr(self, name)) for name in ("numbers", "texts"))
        )


_TABLES = tuple(one.name for one in fields(Bucket))


def _apart(values: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Values in order of item as items, numbers, texts and words; what has neither number nor text stands among the numbers."""
    number, text = pl.col("number").is_not_nan().any(), pl.col("text").is_not_null().any()
    kinds = values.group_by("item", maintain_order=True).agg(
        size=pl.len().cast(pl.Int32), numbers=number | ~text, texts=text
    )
    items = kinds.select(pl.col("item").cast(pl.String), pl.col("numbers", "texts").cast(pl.Int32) * pl.col("size"))
    words = values["text"].drop_nulls().unique(maintain_order=True).cast(pl.String)
    codes = values["text"].cast(pl.Enum(words)).to_physical().cast(pl.Int32).fill_null(-1)
    values, item = values.with_columns(codes), values["item"].rle_id()
    numbers, texts = (values.filter(kinds[name].gather(item)) for name in ("numbers", "texts"))
    return items, numbers.select("contact", "number"), texts.select("contact", "text"), words.to_frame()


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
    return Bucket.of(
        pl.DataFrame(persons, schema=PERSONS, orient="row"),
        pl.DataFrame(episodes, schema=EPISODES, orient="row"),
        pl.DataFrame(events, schema=EVENTS, orient="row"),
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
