"""Rows to evaluate on. A subject is a person, or one episode; its contacts are consecutive rows in order of day and sequence.

`Contacts` has one row a contact of every subject of a kind; `Today` one row a subject, at the day of the decision. History is asked of `Contacts`
through a pointer: for a contact its own row, for today the subject's last row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from care_engine.population import storage as st
from care_engine.population.columns import Array, or_none, rows_where
from care_engine.population.log import Log, Rows

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


@dataclass
class Contacts:
    """The contact rows of all subjects of a kind.

    subject, on, sequence: per row. is_real: a meeting, not merely known facts. is_moment: tables may speak here. timeless: the row of attributes.
    source: row numbers in the bucket's list of all contacts. first: the first row of the row's subject. keys: of each row's moment, in order.
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
    keys: Rows
    size_of_log: int

    def __len__(self) -> int:
        return len(self.subject)

    @cached_property
    def days(self) -> Array:
        """The day of each row; behind them NaN, for none."""
        return np.append(self.on, np.nan)

    @cached_property
    def dates(self) -> Array:
        """As `days`, but NaN also for the row of attributes."""
        dates = self.days.copy()
        dates[:-1][self.timeless] = np.nan
        return dates

    @cached_property
    def person(self) -> Rows:
        return self.subjects.person[self.subject]

    @cached_property
    def source_is_shifted(self) -> bool:
        """Whether the contact rows are other rows than those of the log."""
        return len(self) != self.size_of_log or not np.array_equal(self.source, np.arange(len(self)))

    def rows_of(self, source: Rows) -> Rows:
        """The contact rows, in order, that stand for these rows of the log (in order)."""
        if not self.source_is_shifted or not len(source):
            return source
        wanted = np.zeros(self.size_of_log, dtype=bool)
        wanted[source] = True
        return rows_where(wanted.take(self.source))

    def before(self, pointer: Rows) -> Rows:
        """The row just before each pointed row, within the subject."""
        if not len(self):
            return np.full(len(pointer), -1)
        return or_none(pointer - 1, pointer > self.first.take(pointer))

    def rows_until(self, subject: Array, on: Array, sequence: Array | int) -> Rows:
        """The last row of these subjects at or before a moment; -1 where there is none. Subjects of -1 give -1."""
        if not len(self):
            return np.full(len(subject), -1)
        sequence = np.broadcast_to(np.asarray(sequence), subject.shape)
        wanted = moment_key(np.maximum(subject, 0), np.nan_to_num(np.maximum(on, 0), nan=0), sequence)
        found = np.searchsorted(self.keys, wanted, side="right") - 1
        safe = np.maximum(found, 0)
        return or_none(found, (found >= 0) & (subject >= 0) & (self.subject.take(safe) == subject) & ~np.isnan(on))


def spans(low: Rows, high: Rows) -> Rows:
    """The numbers from each `low` up to, without, its `high`, one span behind the other."""
    counts = high - low
    return np.repeat(low - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())


def one_a_subject(subject: Rows) -> list[Rows]:
    """Places in a list of subjects (in order): of each subject the first, then of each the second, and so on."""
    if not len(subject):
        return []
    rank = np.arange(len(subject)) - np.searchsorted(subject, subject, side="left")
    by_rank = np.argsort(rank, kind="stable")
    return np.split(by_rank, np.cumsum(np.bincount(rank))[:-1])


def contacts_of_persons(log: Log, subjects: Subjects) -> Contacts:
    """Every contact of everyone."""
    return _contacts(log, subjects, np.arange(len(log)), log.person)


def contacts_of_episodes(log: Log, subjects: Subjects, number: Array) -> Contacts:
    """The contacts inside each episode, its own registered values and, in front, the person's attributes. `number`: the episode's number, -1 if it follows."""
    if not len(subjects):
        return _contacts(log, subjects, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    person_first = np.searchsorted(log.person, subjects.person, side="left")
    person_last = np.searchsorted(log.person, subjects.person, side="right")
    subject = np.repeat(np.arange(len(subjects)), person_last - person_first)
    rows = spans(person_first, person_last)
    on, sequence, episode = log.on[rows], log.sequence[rows], log.episode[rows]
    inside = (
        (on >= subjects.start[subject])
        & (np.isnan(subjects.end[subject]) | (on <= subjects.end[subject]))
        & (sequence >= 0)
    )
    own = (sequence == st.EPISODE_VALUES) & (episode == number[subject])
    kept = rows_where(inside | own | (sequence == st.ATTRIBUTES))
    return _contacts(log, subjects, rows.take(kept), subject.take(kept))


def _contacts(log: Log, subjects: Subjects, rows: Rows, subject: Rows) -> Contacts:
    on, sequence = log.on.take(rows), log.sequence.take(rows)
    timeless = sequence == st.ATTRIBUTES
    keys = moment_key(subject, np.where(timeless, 0, on), sequence)
    if (keys[1:] < keys[:-1]).any():
        order = np.argsort(keys, kind="stable")
        keys, rows, subject, timeless = keys[order], rows[order], subject[order], timeless[order]
        on, sequence = on[order], sequence[order]
    if subjects.kind is None:  # attributes stand on the birth day, or on the first day of somebody without one
        on[timeless] = subjects.start[subject[timeless]]
    counts = np.bincount(subject, minlength=len(subjects))
    return Contacts(
        subjects=subjects,
        subject=subject,
        on=on,
        sequence=sequence,
        is_real=sequence >= 0,
        is_moment=~timeless if subjects.kind is not None else np.ones(len(rows), dtype=bool),
        timeless=timeless,
        source=rows,
        first=np.repeat(np.cumsum(counts) - counts, counts),
        keys=keys,
        size_of_log=len(log),
    )
