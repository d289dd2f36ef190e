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
NEVER = np.iinfo(np.int64).max


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
        self.contacts, self.rows = contacts, rows
        self._upto: Array | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def subject(self) -> Rows:
        return self.contacts.subject[self.rows]

    @cached_property
    def row(self) -> Rows:
        """The contact row of each place; -1 for none."""
        return np.append(self.rows, -1)

    @cached_property
    def day(self) -> Array:
        """The day of each place; NaN for none."""
        return np.append(self.contacts.on[self.rows], np.nan)

    @cached_property
    def timeless(self) -> Array:
        """Whether each place is an attribute's, which has no day; False for none."""
        return np.append(self.contacts.timeless[self.rows], False)

    @cached_property
    def ends(self) -> Rows:
        """Per subject, and at the end for nobody, the last place."""
        places = np.full(len(self.contacts.subjects) + 1, -1)
        places[self.subject] = np.arange(len(self.rows))  # in order: the last one stays
        return places

    @cached_property
    def starts(self) -> Rows:
        """Per subject, and at the end for nobody, the first place; `NEVER` where there is none."""
        places = np.full(len(self.contacts.subjects) + 1, NEVER)
        places[self.subject[::-1]] = np.arange(len(self.rows))[::-1]
        return places

    def forget(self) -> None:
        self._upto = None

    def _count_upto(self, row: Rows) -> Array:
        """How many of the rows, of all subjects, lie up to each contact row; 0 up to -1."""
        if self._upto is None and MANY * len(row) < len(self.contacts):
            return np.searchsorted(self.rows, row, side="right")
        if self._upto is None:
            here = np.zeros(len(self.contacts) + 1, dtype=np.int32)
            here[self.rows] = 1
            np.cumsum(here, out=here)
            here[-1] = 0
            self._upto = here
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
        if at.row is None or not len(self.rows):
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
