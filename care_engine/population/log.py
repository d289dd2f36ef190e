"""What is recorded about the people of a bucket: the contacts, and for each item the contacts at which it has a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from care_engine.model import Item, Knowledge
from care_engine.population import storage as st
from care_engine.population.columns import Array, Column, Sets, Words

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Events:
    """The events of a bucket up to a day as plain arrays. person: place among the bucket's persons; item, text: places in `items`, `texts` (-1: none)."""

    person: Rows
    on: Array
    sequence: Array
    episode: Array
    item: Array
    number: Array
    text: Array
    items: list[str]
    texts: list[str]

    @staticmethod
    def read(bucket: st.Bucket, on: int) -> Events:
        events = bucket.events
        person = positions(bucket.persons["person_id"].to_numpy(), events["person_id"].to_numpy())
        items, item = coded(events["item"])
        texts, text = coded(events["text"])
        on_, sequence, episode, number = (events[name].to_numpy() for name in ("on", "sequence", "episode", "number"))
        every = Events(person, on_, sequence, episode, item, number, text, items, texts)
        return every.where((on_ <= on) & (person >= 0))

    def where(self, mask: NDArray[np.bool_]) -> Events:
        if mask.all():
            return self
        at = np.flatnonzero(mask)
        return Events(
            self.person[at],
            self.on[at],
            self.sequence[at],
            self.episode[at],
            self.item[at],
            self.number[at],
            self.text[at],
            *self.names,
        )

    def of(self, persons: NDArray[np.bool_], items: frozenset[str] | None) -> Events:
        """The events of some persons (a mask), who are numbered anew, without the items that no rule looks at (None: all)."""
        wanted = np.array([items is None or one in items for one in self.items], dtype=bool)
        some = self.where(persons[self.person] & wanted[self.item])
        number = np.cumsum(persons) - 1
        return Events(
            number[some.person], some.on, some.sequence, some.episode, some.item, some.number, some.text, *self.names
        )

    @property
    def names(self) -> tuple[list[str], list[str]]:
        return self.items, self.texts

    def first_contact(self, persons: int) -> Array:
        """Per person the day of the first meeting; NaN without one."""
        real = np.flatnonzero(self.sequence >= 0)[::-1]
        first = np.full(persons, np.nan)
        first[self.person[real]] = self.on[real]  # backwards, so that the first one stays
        return first


@dataclass(frozen=True)
class Part:
    """The events of one item in order: their rows in the log, their numbers (NaN where none) and the numbers of their texts (-1: none)."""

    row: Rows
    number: Array
    text: Array

    def __getitem__(self, at: Rows) -> Part:
        return Part(self.row[at], self.number[at], self.text[at])

    def __len__(self) -> int:
        return len(self.row)


NOTHING = Part(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=np.int32))


def distinct(rows: Rows) -> Rows:
    """Rows in order, each once."""
    return rows[np.diff(rows, prepend=-1) > 0]


def union(several: Iterable[Rows]) -> Rows:
    """The rows, in order, that are in any of several such lists."""
    lists = [rows for rows in several if len(rows)]
    if len(lists) < 2:
        return lists[0] if lists else np.zeros(0, dtype=np.int64)
    return distinct(np.sort(np.concatenate(lists), kind="stable"))


def positions(ids: Rows, wanted: Rows) -> Rows:
    """Where each wanted id stands among `ids`; -1 where it does not. `wanted` comes in runs of the same id."""
    if not len(wanted) or not len(ids):
        return np.full(len(wanted), -1)
    starts = np.flatnonzero(np.concatenate(([True], wanted[1:] != wanted[:-1])))
    order = np.argsort(ids, kind="stable")
    found = order[np.minimum(np.searchsorted(ids, wanted[starts], sorter=order), len(ids) - 1)]
    found = np.where(ids[found] == wanted[starts], found, -1)
    return np.repeat(found, np.diff(starts, append=len(wanted)))


def coded(series: pl.Series) -> tuple[list[str], Array]:
    """The different texts of a column, and for each row the number of its text (-1: none)."""
    if series.dtype == pl.String:
        series = series.cast(pl.Categorical)
    different = series.unique().drop_nulls()
    physical = different.to_physical().to_numpy()
    number = np.full(int(physical.max(initial=0)) + 2, -1, dtype=np.int32)
    number[physical] = np.arange(len(different))
    missing = len(number) - 1
    codes = number[series.to_physical().fill_null(missing).to_numpy()]
    return different.cast(pl.String).to_list(), codes.astype(np.int16) if len(different) < 1 << 15 else codes


@dataclass
class Log:
    """All contacts of the bucket, and where in it each recorded value stands."""

    events: Events
    knowledge: Knowledge
    words: Words
    person: Rows = field(init=False)
    on: Array = field(init=False)
    sequence: Array = field(init=False)
    episode: Array = field(init=False)

    def __post_init__(self) -> None:
        events = self.events
        starts = np.zeros(len(events.person), dtype=bool)
        starts[:1] = True
        for column in (events.person, events.on, events.sequence, events.episode):
            starts[1:] |= column[1:] != column[:-1]
        self.person = events.person[starts]
        self.on = events.on[starts].astype(np.float64)
        self.sequence = events.sequence[starts].astype(np.int64)
        self.episode = events.episode[starts].astype(np.int64)
        order = np.argsort(events.item, kind="stable")
        bounds = np.cumsum(np.bincount(events.item, minlength=len(events.items)))[: len(events.items)]
        row, number, text = (np.cumsum(starts) - 1)[order], events.number[order], events.text[order]
        self._texts = events.texts
        self._parts = {
            one: Part(row[low:high], number[low:high], text[low:high])
            for one, low, high in zip(events.items, [0, *bounds], bounds, strict=False)
            if high > low
        }
        self._columns: dict[str, Column] = {}
        self._named: dict[str, dict[str, Part]] = {}

    def __len__(self) -> int:
        return len(self.person)

    def part(self, item: str) -> Part | None:
        return self._parts.get(item)

    def rows(self, item: str) -> Rows:
        """The rows, in order, at which an item is recorded."""
        return distinct((self.part(item) or NOTHING).row)

    def named(self, mark: str, service: str) -> Part:
        """Where a service is marked given, declined …, with the number beside it (NaN if none)."""
        if mark not in self._named:
            part = self.part(mark) or NOTHING
            order = np.argsort(part.text, kind="stable")
            codes, starts = np.unique(part.text[order], return_index=True)
            ends = np.append(starts[1:], len(order))
            self._named[mark] = {
                self._texts[code]: part[order[low:high]]
                for code, low, high in zip(codes, starts, ends[: len(codes)], strict=True)
                if code >= 0
            }
        return self._named[mark].get(service, NOTHING)

    def given(self, service: str) -> Rows:
        return distinct(self.named(st.GIVEN, service).row)

    def column(self, item: str) -> Column:
        """The recorded values of an item, or of the marks for unit, cadre and minute, one a contact."""
        if item not in self._columns:
            self._columns[item] = self._column(item)
        return self._columns[item]

    def _column(self, item: str) -> Column:
        size, part = len(self), self.part(item)
        kind = _KIND_OF_MARK.get(item) or self.knowledge.items[item].type
        column = empty_column(kind, self.knowledge.items.get(item), size)
        if part is None:
            return column
        if isinstance(column, Sets):
            column.bits[part.row] = self._by_text(part, lambda text: self._bits(text, column.choices), np.int64(0))
            column.known[part.row] = True
        elif kind in ("text", "choice"):
            column[part.row] = self._by_text(part, self.words.__getitem__, np.int32(-1))
        elif kind == "boolean":
            column[part.row] = np.where(np.isnan(part.number), -1, part.number)
        else:
            column[part.row] = part.number
        return column

    def _by_text(self, part: Part, meaning: Callable[[str], int], without: np.signedinteger[Any]) -> Array:
        """What each text of a part means; every text is asked about once."""
        table = np.full(len(self._texts) + 1, without)
        for code in np.unique(part.text):
            if code >= 0:
                table[code] = meaning(self._texts[code])
        return table[part.text]  # -1, no text, is the last place

    @staticmethod
    def _bits(text: str, choices: tuple[str, ...]) -> int:
        return sum(1 << choices.index(word) for word in text.strip("|").split("|") if word)


_KIND_OF_MARK = {st.UNIT: "text", st.CADRE: "text", st.MINUTE: "number"}


def empty_column(kind: str, item: Item | None, size: int) -> Column:
    if kind == "choices":
        choices = tuple(item.choices) if item is not None else ()
        return Sets(np.zeros(size, dtype=np.int64), np.zeros(size, dtype=bool), choices)
    if kind in ("text", "choice"):
        return np.full(size, -1, dtype=np.int32)
    if kind == "boolean":
        return np.full(size, -1, dtype=np.int8)
    return np.full(size, np.nan)
