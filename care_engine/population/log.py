"""What is recorded about the people of a bucket: the contacts, and for each item the contacts at which it has a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from care_engine.model import Item, Knowledge
from care_engine.population import storage as st
from care_engine.population.columns import Array, Column, Sets, Words

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Recorded:
    """What a bucket holds up to a day. person: place of each contact's person among the bucket's persons, -1 for a contact that does not count.

    parts: where the values of each item lie in `values`.
    """

    person: Rows
    on: Array
    sequence: Array
    episode: Array
    values: pl.DataFrame
    parts: dict[str, tuple[int, int]]

    @staticmethod
    def read(bucket: st.Bucket, on: int) -> Recorded:
        day, sequence, episode = (bucket.contacts[name].to_numpy() for name in ("on", "sequence", "episode"))
        person = positions(bucket.persons["person_id"].to_numpy(), bucket.contacts["person_id"].to_numpy())
        runs = bucket.values["item"].rle().struct.unnest()
        last = runs["len"].cum_sum().to_list()
        places = zip(runs["value"].cast(pl.String).to_list(), [0, *last], last, strict=False)
        parts = {item: (low, high - low) for item, low, high in places}
        return Recorded(np.where(day <= on, person, -1), day, sequence, episode, bucket.values, parts)

    def first_contact(self, persons: int) -> Array:
        """Per person the day of the first meeting; NaN without one."""
        real = np.flatnonzero((self.sequence >= 0) & (self.person >= 0))[::-1]
        first = np.full(persons, np.nan)
        first[self.person[real]] = self.on[real]  # backwards, so that the first one stays
        return first


@dataclass(frozen=True)
class Part:
    """The values of one item in order: their rows in the log, their numbers (NaN where none), and their texts as codes of `words` (-1: none)."""

    row: Rows
    number: Array
    text: Array
    words: dict[int, str]

    def __getitem__(self, at: Rows) -> Part:
        return Part(self.row[at], self.number[at], self.text[at], self.words)

    def __len__(self) -> int:
        return len(self.row)

    def by_text(self, meaning: Callable[[str], int], without: np.signedinteger[Any]) -> Array:
        """What each text means; every text is asked about once."""
        table = np.full(max(self.words, default=-1) + 2, without)
        for code, word in self.words.items():
            table[code] = meaning(word)
        return table[self.text]  # -1, no text, is the last place


NOTHING = Part(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=np.int32), {})


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


class Log:
    """The contacts of some people, who are numbered anew, and where in it each recorded value stands. Items are read when a rule asks."""

    def __init__(self, recorded: Recorded, persons: NDArray[np.bool_], knowledge: Knowledge, words: Words) -> None:
        """persons: a mask over the bucket's persons."""
        ours = np.append(persons, False)[recorded.person]
        at = np.flatnonzero(ours)
        self.person: Rows = (np.cumsum(persons) - 1)[recorded.person[at]]
        self.on: Array = recorded.on[at].astype(np.float64)
        self.sequence: Array = recorded.sequence[at].astype(np.int64)
        self.episode: Array = recorded.episode[at].astype(np.int64)
        self.knowledge, self.words = knowledge, words
        self._recorded, self._ours = recorded, ours
        self._number: Rows = np.cumsum(ours) - 1
        self._parts: dict[str, Part | None] = {}
        self._columns: dict[str, Column] = {}
        self._named: dict[str, dict[str, Part]] = {}

    def __len__(self) -> int:
        return len(self.person)

    def part(self, item: str) -> Part | None:
        if item not in self._parts:
            self._parts[item] = self._part(item)
        return self._parts[item]

    def _part(self, item: str) -> Part | None:
        if item not in self._recorded.parts:
            return None
        values = self._recorded.values.slice(*self._recorded.parts[item])
        contact = values["contact"].to_numpy()
        mine = np.flatnonzero(self._ours[contact])
        if not len(mine):
            return None
        text = values["text"]
        words = text.unique().drop_nulls()
        names = dict(zip(words.to_physical().to_list(), words.cast(pl.String).to_list(), strict=True))
        code = text.to_physical().cast(pl.Int32).fill_null(-1).to_numpy()
        number = values["number"].fill_null(np.nan).to_numpy()
        return Part(self._number[contact[mine]], number[mine], code[mine], names)

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
                part.words[code]: part[order[low:high]]
                for code, low, high in zip(codes.tolist(), starts, ends[: len(codes)], strict=True)
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
            column.bits[part.row] = part.by_text(lambda text: _bits(text, column.choices), np.int64(0))
            column.known[part.row] = True
        elif kind in ("text", "choice"):
            column[part.row] = part.by_text(self.words.__getitem__, np.int32(-1))
        elif kind == "boolean":
            column[part.row] = np.where(np.isnan(part.number), -1, part.number)
        else:
            column[part.row] = part.number
        return column


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
