"""What is recorded about the people of a bucket: the contacts, and for each item the contacts at which it has a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from care_engine.model import Knowledge
from care_engine.population import storage as st
from care_engine.population.columns import (
    Array,
    Column,
    Sets,
    Words,
    or_none,
    pick,
    rows_where,
    same,
    take,
    unknown_like,
)

Rows = NDArray[np.int64]
T = TypeVar("T")
SHORT = np.iinfo(np.uint16)
NO_NUMBER, NO_TEXT = np.float64(np.nan), np.int32(-1)


@dataclass(frozen=True)
class Part:
    """Values of one item in order: the contact, number and text of each. Texts are places among the words; NaN and -1 are none."""

    row: Rows
    number: Array
    text: Array
    words: Sequence[str]

    def __getitem__(self, at: Rows) -> Part:
        number, text = (np.asarray(pick(one, at)) for one in (self.number, self.text))
        return Part(self.row.take(at), number, text, self.words)

    def __len__(self) -> int:
        return len(self.row)

    def by_text(self, meaning: Callable[[str], int], without: np.signedinteger[Any]) -> Array:
        """What each text means; every text is asked about once."""
        codes = rows_where(np.bincount(self.text + 1)[1:])
        table = np.full(codes.max(initial=-1) + 2, without)
        for code in codes.tolist():
            table[code] = meaning(self.words[code])
        return table[self.text]  # -1, no text, is the last place


@dataclass(frozen=True)
class Recorded:
    """What a bucket holds up to a day.

    persons: how many the bucket has.
    person, on, sequence, episode: per contact, in order of person (a place among the bucket's persons), day and sequence.
    parts: the values of each item.
    """

    persons: int
    person: Rows
    on: Array
    sequence: Array
    episode: Array
    parts: dict[str, Part]

    @staticmethod
    def read(bucket: st.Bucket, on: int) -> Recorded:
        bucket = bucket.until(on)
        of_number, number = (one.to_numpy() for one in bucket.numbers)
        of_text, text = (one.to_numpy() for one in bucket.texts)
        words, parts = bucket.words["text"].to_list(), dict[str, Part]()
        for item, here, there in bucket.parts():
            contact = of_number[here] if len(of_number[here]) else of_text[there]
            some = number[here] if len(number[here]) else same(NO_NUMBER, len(contact))
            said = text[there] if len(text[there]) else same(NO_TEXT, len(contact))
            parts[item] = Part(contact, some, said, words)
        person, day, sequence, episode = (one.to_numpy() for one in bucket.contacts)
        return Recorded(len(bucket.persons), person, day, sequence, episode, parts)

    @cached_property
    def first_contact(self) -> Array:
        """Per person the day of the first meeting; NaN without one."""
        real = rows_where(self.sequence >= 0)[::-1]
        first = np.full(self.persons, np.nan)
        first[self.person[real]] = self.on[real]  # backwards, so that the first one stays
        return first


#: For so few of the contacts a whole column is not worth its while.
FEW = 20
#: From this share of the contacts on lists of them are sooner joined by marking the contacts than by sorting.
DENSE = 8
NO_ROWS: Rows = np.zeros(0, dtype=np.int64)
NO_PART = Part(np.zeros(0, dtype=np.int32), same(NO_NUMBER, 0), same(NO_TEXT, 0), ())


class ByRows(Generic[T]):
    """What was made from rows: from the same rows only once. Rows are told apart by their number and their sum, and then one by one."""

    def __init__(self) -> None:
        self.made: dict[tuple[object, ...], list[tuple[Rows, T]]] = {}

    def get(self, key: tuple[object, ...], rows: Rows, make: Callable[[], T]) -> T:
        """What was made from these rows for a purpose (the key), or is made now."""
        alike = self.made.setdefault((*key, len(rows), int(rows.sum())), [])
        for known, one in alike:
            if known is rows or np.array_equal(known, rows):
                return one
        alike.append((rows, made := make()))
        return made


def some(rows: Rows, mask: NDArray[np.bool_] | None) -> Rows:
    """The rows where the mask holds; None: all of them."""
    return rows if mask is None else rows.compress(mask)


def distinct(rows: Rows) -> Rows:
    """Rows in order, each once."""
    again = rows[1:] == rows[:-1]
    return rows.compress(np.append(True, ~again)) if again.any() else rows


def in_order(rows: Rows) -> Rows:
    """Rows put in order, each once."""
    return distinct(rows if (rows[1:] >= rows[:-1]).all() else np.sort(rows))


def last_of_each(subject: Rows) -> Rows:
    """Places in a list of subjects (in order): of each subject the last."""
    return rows_where(np.append(subject[1:] != subject[:-1], True)[: len(subject)])


def union(several: Iterable[Rows]) -> Rows:
    """The rows, in order, that are in any of several such lists."""
    lists = [rows for rows in several if len(rows)]
    if len(lists) < 2:
        return lists[0] if lists else NO_ROWS
    size = 1 + max(int(rows[-1]) for rows in lists)
    if DENSE * sum(map(len, lists)) < size:
        return distinct(np.sort(np.concatenate(lists), kind="stable"))
    there = np.zeros(size, dtype=bool)
    for rows in lists:
        there[rows] = True
    return rows_where(there)


def between(numbers: Array, low: int, high: int) -> tuple[int, int]:
    """Where, among numbers in order, those from `low` up to, without, `high` begin and end."""
    limits = np.array([low, high], dtype=numbers.dtype)  # of another type, all the numbers would be copied
    start, end = np.searchsorted(numbers, limits).tolist()
    return start, end


class Log:
    """The contacts of some people, who are numbered anew, and where in it each recorded value stands. Items are read when a rule asks."""

    def __init__(self, recorded: Recorded, persons: slice, knowledge: Knowledge, words: Words) -> None:
        """persons: which of the bucket's."""
        low, high = between(recorded.person, persons.start, persons.stop)
        self.person: Rows = recorded.person[low:high].astype(np.int64) - persons.start
        self.on: Array = recorded.on[low:high].astype(np.float64)
        self.sequence: Array = recorded.sequence[low:high].astype(np.int64)
        self.episode: Array = recorded.episode[low:high].astype(np.int64)
        self.knowledge, self.words = knowledge, words
        self._recorded, self._contacts = recorded, (low, high)
        self._parts: dict[str, Part] = {}
        self._single: dict[str, Part] = {}
        self._values: dict[str, tuple[Rows, Column]] = {}
        self._columns: dict[str, Column] = {}
        self._named: dict[str, dict[str, Part]] = {}

    def __len__(self) -> int:
        return len(self.person)

    def part(self, item: str) -> Part:
        if item not in self._parts:
            whole = self._recorded.parts.get(item, NO_PART)
            low, high = between(whole.row, *self._contacts)
            row = whole.row[low:high].astype(np.int64) - self._contacts[0]
            self._parts[item] = Part(row, whole.number[low:high], whole.text[low:high], whole.words)
        return self._parts[item]

    def rows(self, item: str) -> Rows:
        """The rows, in order, at which an item is recorded."""
        return self._last_of_row(item).row

    def _last_of_row(self, item: str) -> Part:
        """The values of an item; of several at the same contact the last one."""
        if item not in self._single:
            part = self.part(item)
            last = part.row[1:] != part.row[:-1]
            if not last.all():
                part = part[np.append(rows_where(last), len(part) - 1)]
            self._single[item] = part
        return self._single[item]

    def values(self, item: str) -> tuple[Rows, Column]:
        """The rows at which an item (or a mark for unit, cadre, minute) is recorded, and its value there: the last one if there are several."""
        if item not in self._values:
            self._values[item] = self._read(item)
        return self._values[item]

    def _read(self, item: str) -> tuple[Rows, Column]:
        part = self._last_of_row(item)
        kind = _KIND_OF_MARK.get(item) or self.knowledge.items[item].type
        if kind == "choices":
            choices = tuple(self.knowledge.items[item].choices)
            bits = part.by_text(lambda text: _bits(text, choices), np.int64(0))
            return part.row, Sets(bits, np.ones(len(part), dtype=bool), choices)
        if kind in ("text", "choice"):
            return part.row, part.by_text(self.words.__getitem__, np.int32(-1))
        if kind == "boolean":
            number = part.number
            return part.row, np.where(np.isnan(number), -1, number).astype(np.int8)
        return part.row, part.number

    def named(self, mark: str, service: str) -> Part:
        """Where a service is marked given, declined …, with the number beside it (NaN if none)."""
        if mark not in self._named:
            part = self.part(mark)
            text = part.text + 1
            counts = np.bincount(text)  # the first are those without a text
            if len(counts) <= SHORT.max:
                text = text.astype(SHORT.dtype)  # which NumPy sorts by counting
            order, ends = np.argsort(text, kind="stable"), np.cumsum(counts)
            self._named[mark] = {
                part.words[code]: part[order[low:high]]
                for code, (low, high) in enumerate(pairwise(ends.tolist()))
                if high > low
            }
        named = self._named[mark]
        if service not in named:
            named[service] = self.part(mark)[NO_ROWS]
        return named[service]

    def given(self, service: str) -> Rows:
        return distinct(self.named(st.GIVEN, service).row)

    def column(self, item: str) -> Column:
        """The recorded values of an item, or of the marks for unit, cadre and minute, one a contact; behind them an unknown one, for none."""
        if item not in self._columns:
            rows, values = self.values(item)
            column = unknown_like(values, len(self) + 1)
            if isinstance(column, Sets):
                assert isinstance(values, Sets)
                column.bits[rows], column.known[rows] = values.bits, True
            else:
                column = column.copy()
                column[rows] = values
            self._columns[item] = column
        return self._columns[item]

    def at(self, item: str, rows: Rows) -> Column:
        """The recorded values at some contacts (-1: none)."""
        recorded, values = self.values(item)
        if not len(recorded):
            return unknown_like(values, len(rows))
        if item in self._columns or FEW * len(rows) > len(self):
            return pick(self.column(item), rows)
        place = np.searchsorted(recorded, rows)
        there = recorded.take(place, mode="clip") == rows
        return take(values, or_none(place, there))


def _bits(text: str, choices: tuple[str, ...]) -> int:
    return sum(1 << choices.index(word) for word in text.strip("|").split("|") if word)


_KIND_OF_MARK = {st.UNIT: "text", st.CADRE: "text", st.MINUTE: "number"}
