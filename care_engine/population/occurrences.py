"""Where something happened in the lives of many: asked for the last time up to a row, the first time, how often."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from care_engine.population.columns import Array, Column, Sets, unknown_like
from care_engine.population.frames import Contacts
from care_engine.population.log import Rows

#: From this share of all contacts on it is quicker to walk along all of them once than to search for each.
MANY = 8
NEVER = np.int32(np.iinfo(np.int32).max)


@dataclass(frozen=True)
class Moments:
    """Rows of a frame as moments in the lives of subjects (-1: nobody's). row: the contact at or before (-1: none); None: the end of all contacts."""

    subject: Rows
    row: Rows | None

    def __len__(self) -> int:
        return len(self.subject)


class Occurrences:
    """Some contact rows, in order. A place is a position among them; -1 is none."""

    def __init__(self, contacts: Contacts, rows: Rows) -> None:
        self.contacts = contacts
        self.row = np.append(rows, -1)  # by place

    def __len__(self) -> int:
        return len(self.row) - 1

    @property
    def rows(self) -> Rows:
        return self.row[:-1]

    def day(self, place: Rows) -> Array:
        """The days of places; NaN for none."""
        return np.asarray(self.contacts.days[self.row[place]])

    def timeless(self, place: Rows) -> Array:
        """Whether places are an attribute's, which has no day."""
        return np.asarray(self.contacts.without_day[self.row[place]])

    @cached_property
    def ends(self) -> Array:
        """Per subject, and at the end for nobody, the last place."""
        places = np.full(len(self.contacts.subjects) + 1, -1, dtype=np.int32)
        places[self.contacts.subject[self.rows]] = np.arange(len(self))  # in order: the last one stays
        return places

    @cached_property
    def starts(self) -> Array:
        """Per subject, and at the end for nobody, the first place; `NEVER` where there is none."""
        places = np.full(len(self.contacts.subjects) + 1, NEVER)
        places[self.contacts.subject[self.rows[::-1]]] = np.arange(len(self))[::-1]
        return places

    @cached_property
    def _upto(self) -> Array:
        """How many of the rows, of all subjects, lie up to each contact row; 0 up to -1."""
        here = np.zeros(len(self.contacts) + 1, dtype=np.int32)
        here[self.rows] = 1
        np.cumsum(here, out=here)
        here[-1] = 0
        return here

    def forget(self) -> None:
        """Let go of what is kept only to find things sooner."""
        for name in ("ends", "starts", "_upto"):
            self.__dict__.pop(name, None)

    def _count_upto(self, row: Rows) -> Array:
        if "_upto" not in self.__dict__ and MANY * len(row) < len(self.contacts):
            return np.searchsorted(self.rows, row, side="right")
        return self._upto[row]

    def holds(self, rows: Rows) -> Array:
        """Which of these contact rows are among them."""
        if MANY * len(rows) < len(self.contacts):
            return np.asarray(self.row[np.searchsorted(self.rows, rows)] == rows)
        here = np.zeros(len(self.contacts), dtype=bool)
        here[self.rows] = True
        return here[rows]

    def last(self, at: Moments) -> Rows:
        """The last place up to each moment."""
        if at.row is None or not len(self):
            return self.ends[at.subject]
        count = self._count_upto(at.row)
        return np.where(count > self.starts[at.subject], count - 1, -1)

    def first(self, at: Moments) -> Rows:
        """The first place, where it lies up to the moment."""
        return np.where(self.last(at) >= 0, self.starts[at.subject], -1)

    def count(self, at: Moments) -> Array:
        """How many places there are up to each moment."""
        last = self.last(at)
        return np.where(last >= 0, last + 1 - self.starts[at.subject], 0).astype(np.float64)


def with_unknown(column: Column) -> Column:
    """The column and one unknown value behind it, so that the place -1 is unknown."""
    if isinstance(column, Sets):
        return Sets(np.append(column.bits, 0), np.append(column.known, False), column.choices)
    return np.concatenate([column, np.asarray(unknown_like(column, 1))])
