"""Rows to evaluate on. A subject is a person, or one episode; its contacts are consecutive rows in order of day and sequence.

`Contacts` has one row a contact of every subject of a kind; `Today` one row a subject, at the day of the decision. History is asked of `Contacts`
through a pointer: for a contact its own row, for today the subject's last row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from care_engine.model import Item, Knowledge
from care_engine.population import storage as st
from care_engine.population.columns import Array, Column, Sets, Words, numbers, truths, unknown_like, words

Rows = NDArray[np.int64]
DAY_BITS, SEQUENCE_BITS = 20, 12
LAST_SEQUENCE = (1 << SEQUENCE_BITS) - 3


@dataclass
class Subjects:
    """All subjects of a kind, one entry each; `person` indexes the bucket's persons. Days are float64, NaN where there is none."""

    kind: str | None
    person: Rows
    start: Array
    end: Array
    outcome: Array
    registered: Array
    start_minute: Array

    def __len__(self) -> int:
        return len(self.person)


def moment_key(subject: Array, on: Array, sequence: Array) -> Rows:
    """One sortable number for (subject, day, sequence): ordinals below 1,048,576, sequences below 4,093, four billion subjects."""
    within_day = np.minimum(sequence + 2, LAST_SEQUENCE + 2).astype(np.int64)
    day = (subject.astype(np.int64) << DAY_BITS) | on.astype(np.int64)
    return np.asarray((day << SEQUENCE_BITS) | within_day, dtype=np.int64)


def follow(index: Rows, pointer: Rows) -> Rows:
    """`index` at the pointed rows; -1 where the pointer is -1."""
    if not len(index):
        return np.full(len(pointer), -1)
    return np.where(pointer < 0, -1, index[np.maximum(pointer, 0)])


@dataclass
class Contacts:
    """The contact rows of all subjects of a kind.

    subject, on, sequence: per row. is_real: a meeting, not merely known facts. is_moment: tables may speak here. timeless: the row of attributes.
    source: row numbers in the bucket's list of all contacts. first: the first row of the row's subject.
    """

    subjects: Subjects
    subject: Rows
    on: Array
    sequence: Array
    is_real: NDArray[np.bool_]
    is_moment: NDArray[np.bool_]
    timeless: NDArray[np.bool_]
    source: Rows
    first: Rows
    last_of_subject: Rows  # per subject; -1 without rows

    def __len__(self) -> int:
        return len(self.subject)

    @cached_property
    def keys(self) -> Rows:
        on = np.where(self.timeless, 0, self.on)
        return moment_key(self.subject, on, self.sequence)

    def forward(self, has: NDArray[np.bool_]) -> Rows:
        """For each row the last row up to it, of the same subject, where `has`; -1 where there is none."""
        index = np.where(has, np.arange(len(has)), -1)
        np.maximum.accumulate(index, out=index)
        return np.where(index >= self.first, index, -1)

    def before(self, pointer: Rows) -> Rows:
        """The row just before each pointed row, within the subject."""
        safe = np.maximum(pointer, 0)
        if not len(self):
            return np.full(len(pointer), -1)
        earlier = safe - 1
        return np.where((pointer >= 0) & (earlier >= self.first[safe]), earlier, -1)

    def running(self, has: NDArray[np.bool_]) -> Array:
        """How many rows up to each row, of the same subject, have it."""
        total = np.cumsum(has)
        before = np.concatenate(([0], total))[self.first] if len(has) else total
        return (total - before).astype(np.float64)

    def rows_until(self, subject: Array, on: Array, sequence: Array | int) -> Rows:
        """The last row of these subjects at or before a moment; -1 where there is none. Subjects of -1 give -1."""
        if not len(self):
            return np.full(len(subject), -1)
        sequence = np.broadcast_to(np.asarray(sequence), subject.shape)
        wanted = moment_key(np.maximum(subject, 0), np.nan_to_num(np.maximum(on, 0), nan=0), sequence)
        found = np.searchsorted(self.keys, wanted, side="right") - 1
        safe = np.maximum(found, 0)
        good = (found >= 0) & (subject >= 0) & (self.subject[safe] == subject) & ~np.isnan(on)
        return np.where(good, found, -1)


def take(column: Column, rows: Rows) -> Column:
    """Values at the pointed rows; unknown where the pointer is -1."""
    size = len(rows)
    if not len(column):
        return unknown_like(column, size)
    safe = np.maximum(rows, 0)
    missing = rows < 0
    if isinstance(column, Sets):
        return Sets(column.bits[safe], column.known[safe] & ~missing, column.choices)
    return np.where(missing, unknown_like(column, size), column[safe])  # type: ignore[arg-type]


@dataclass
class Log:
    """All contacts of the bucket, and where in it each recorded value stands."""

    bucket: st.Bucket
    on_day: int
    knowledge: Knowledge
    words: Words
    person: Rows = field(init=False)
    on: Array = field(init=False)
    sequence: Array = field(init=False)
    episode: Array = field(init=False)

    def __post_init__(self) -> None:
        persons = self.bucket.persons.with_row_index("person")
        events = self.bucket.events.filter(pl.col("on") <= self.on_day).join(
            persons.select("person_id", "person"), on="person_id", how="inner", maintain_order="left"
        )
        key = events.select("person", "on", "sequence", "episode")
        changed = (
            key.select(pl.any_horizontal(pl.all().ne_missing(pl.all().shift(1)))).to_series()
            if len(key)
            else pl.Series([], dtype=pl.Boolean)
        )
        starts = changed.to_numpy().copy()
        if len(starts):
            starts[0] = True
        row = np.cumsum(starts) - 1
        heads = key.filter(pl.Series(starts)) if len(key) else key
        self.person = heads["person"].to_numpy().astype(np.int64)
        self.on = heads["on"].to_numpy().astype(np.float64)
        self.sequence = heads["sequence"].to_numpy().astype(np.int64)
        self.episode = heads["episode"].to_numpy().astype(np.int64)
        events = events.select(pl.col("item").cast(pl.String), "number", pl.col("text").cast(pl.String)).with_columns(
            pl.Series("row", row, dtype=pl.Int64)
        )
        self._by_item: dict[str, pl.DataFrame] = {
            str(item): part
            for (item,), part in events.partition_by(
                "item", as_dict=True, include_key=False, maintain_order=True
            ).items()
        }
        self._columns: dict[str, Column] = {}

    def __len__(self) -> int:
        return len(self.person)

    def part(self, item: str) -> pl.DataFrame | None:
        return self._by_item.get(item)

    def has(self, item: str) -> NDArray[np.bool_]:
        mask = np.zeros(len(self), dtype=bool)
        part = self.part(item)
        if part is not None:
            mask[part["row"].to_numpy()] = True
        return mask

    def named(self, mark: str, service: str) -> tuple[Rows, Array]:
        """Rows where a service is marked given, declined …, with the number beside it (NaN if none)."""
        part = self.part(mark)
        if part is None:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        part = part.filter(pl.col("text") == service)
        return part["row"].to_numpy(), part["number"].fill_null(np.nan).to_numpy()

    def is_given(self, service: str) -> NDArray[np.bool_]:
        key = f"{st.GIVEN}{service}"
        if key not in self._columns:
            mask = np.zeros(len(self), dtype=bool)
            mask[self.named(st.GIVEN, service)[0]] = True
            self._columns[key] = mask
        return self._columns[key]  # type: ignore[return-value]

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
        rows = part["row"].to_numpy()
        if isinstance(column, Sets):
            sets = {text: self._bits(text, column.choices) for text in part["text"].unique().drop_nulls().to_list()}
            column.bits[rows] = np.array([sets.get(text, 0) for text in part["text"].to_list()], dtype=np.int64)
            column.known[rows] = True
        elif kind in ("text", "choice"):
            texts = part["text"]
            codes = {text: self.words[text] for text in texts.unique().drop_nulls().to_list()}
            column[rows] = texts.replace_strict(codes, default=-1, return_dtype=pl.Int32).to_numpy()
        elif kind == "boolean":
            column[rows] = part["number"].fill_null(-1).to_numpy().astype(np.int8)
        else:
            column[rows] = part["number"].fill_null(np.nan).to_numpy()
        return column

    @staticmethod
    def _bits(text: str, choices: tuple[str, ...]) -> int:
        return sum(1 << choices.index(word) for word in text.strip("|").split("|") if word)


_KIND_OF_MARK = {st.UNIT: "text", st.CADRE: "text", st.MINUTE: "number"}


def empty_column(kind: str, item: Item | None, size: int) -> Column:
    if kind == "choices":
        choices = tuple(item.choices) if item is not None else ()
        return Sets(np.zeros(size, dtype=np.int64), np.zeros(size, dtype=bool), choices)
    if kind in ("text", "choice"):
        return words(-1, size)
    if kind == "boolean":
        return truths(None, size)
    return numbers(np.nan, size)


def contacts_of_persons(log: Log, subjects: Subjects, wanted: NDArray[np.bool_]) -> Contacts:
    """Every contact of the wanted persons (a mask over the bucket's persons)."""
    rows = np.flatnonzero(wanted[log.person])
    position = np.full(len(wanted), -1)
    position[subjects.person] = np.arange(len(subjects))
    return _contacts(log, subjects, rows, position[log.person[rows]])


def contacts_of_episodes(log: Log, subjects: Subjects, number: Array) -> Contacts:
    """The contacts inside each episode, its own registered values and, in front, the person's attributes. `number`: the episode's number, -1 if it follows."""
    if not len(subjects):
        return _contacts(log, subjects, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    person_first = np.searchsorted(log.person, subjects.person, side="left")
    person_last = np.searchsorted(log.person, subjects.person, side="right")
    counts = person_last - person_first
    subject = np.repeat(np.arange(len(subjects)), counts)
    offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    rows = np.repeat(person_first, counts) + offset
    on, sequence, episode = log.on[rows], log.sequence[rows], log.episode[rows]
    inside = (
        (on >= subjects.start[subject])
        & (np.isnan(subjects.end[subject]) | (on <= subjects.end[subject]))
        & (sequence >= 0)
    )
    own = (sequence == st.EPISODE_VALUES) & (episode == number[subject])
    keep = inside | own | (sequence == st.ATTRIBUTES)
    return _contacts(log, subjects, rows[keep], subject[keep])


def _contacts(log: Log, subjects: Subjects, rows: Rows, subject: Rows) -> Contacts:
    timeless = log.sequence[rows] == st.ATTRIBUTES
    order = np.lexsort((log.sequence[rows], np.where(timeless, -1, log.on[rows]), subject))
    rows, subject, timeless = rows[order], subject[order], timeless[order]
    on = log.on[rows]
    if subjects.kind is None:  # attributes stand on the birth day, or on the first day of somebody without one
        on = np.where(timeless, subjects.start[subject], on)
    first = np.searchsorted(subject, subject, side="left")
    last = np.searchsorted(subject, np.arange(len(subjects)), side="right") - 1
    has_rows = np.zeros(len(subjects), dtype=bool)
    has_rows[subject] = True
    return Contacts(
        subjects=subjects,
        subject=subject,
        on=on,
        sequence=log.sequence[rows],
        is_real=log.sequence[rows] >= 0,
        is_moment=~timeless if subjects.kind is not None else np.ones(len(rows), dtype=bool),
        timeless=timeless,
        source=rows,
        first=first,
        last_of_subject=np.where(has_rows, last, -1),
    )
