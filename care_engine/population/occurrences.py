"""Where something happened in the lives of many: asked for the last time up to a row, the first time, how often."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from care_engine.population.columns import Array, Column, Sets, or_none, rows_where, unknown_like
from care_engine.population.frames import Contacts
from care_engine.population.log import Rows

#: From this share of all contacts on it is quicker to walk along all of them once than to search for each.
MANY = 16


@dataclass
class Moments:
    """Rows of a frame as moments in the lives of subjects (-1: nobody's). row: the contact at or before (-1: none); None: the end of all contacts.

    Rules ask in pairs for what was last, its day and its value, so the last answer is kept.
    """

    subject: Rows
    row: Rows | None
    _first: Rows | None = field(default=None, repr=False)
    _last: tuple[Occurrences, Rows] | None = field(default=None, repr=False)
    _before: Moments | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.subject)

    def first_of(self, contacts: Contacts) -> Rows:
        """The first row of each moment's subject, where there is a contact at or before."""
        if self._first is None:
            assert self.row is not None
            self._first = contacts.first.take(self.row)
        return self._first

    def before(self, contacts: Contacts) -> Moments:
        """The contact strictly before each moment; the day of the decision itself is no contact."""
        if self.row is None:
            return self
        if self._before is None:
            self._before = Moments(self.subject, contacts.before(self.row))
        return self._before

    def last(self, among: Occurrences) -> Rows:
        """The last place up to each moment, not to be written to."""
        if self._last is None or self._last[0] is not among:
            self._last = among, among.search(self)
        return self._last[1]


class Occurrences:
    """Some contact rows, in order. A place is a position among them; -1 is none."""

    def __init__(self, contacts: Contacts, rows: Rows) -> None:
        self.contacts = contacts
        self.row = np.empty(len(rows) + 1, dtype=np.int64)  # by place
        self.row[:-1], self.row[-1] = rows, -1

    def __len__(self) -> int:
        return len(self.row) - 1

    @property
    def rows(self) -> Rows:
        return self.row[:-1]

    def day(self, place: Rows) -> Array:
        """The days of places; NaN for none."""
        if "_days" not in self.__dict__ and len(place) < len(self):
            return self.contacts.days.take(self.row.take(place))
        return self._days.take(place)

    @cached_property
    def _days(self) -> Array:
        return self.contacts.days.take(self.row)

    def dated(self, place: Rows) -> Array:
        """The days of places; NaN for none, and for an attribute's place, which has no day."""
        return self.contacts.dates.take(self.row.take(place))

    @cached_property
    def _lives(self) -> tuple[Rows, Rows]:
        """The subjects that have places, in order, and the first place of each."""
        subject = self.contacts.subject.take(self.rows)
        first = np.append(0, rows_where(subject[1:] != subject[:-1]) + 1)
        return subject.take(first), first

    @cached_property
    def ends(self) -> Rows:
        """Per subject, and at the end for nobody, the last place; -1 where there is none."""
        if not len(self):
            return np.broadcast_to(-1, (len(self.contacts.subjects) + 1,))
        subject, first = self._lives
        places = np.full(len(self.contacts.subjects) + 1, -1)
        places[subject[:-1]] = first[1:] - 1
        places[subject[-1]] = len(self) - 1
        return places

    @cached_property
    def starts(self) -> Rows:
        """Per subject, and at the end for nobody, the first place; 0 where there is none."""
        if not len(self):
            return np.broadcast_to(0, (len(self.contacts.subjects) + 1,))
        subject, first = self._lives
        places = np.zeros(len(self.contacts.subjects) + 1, dtype=np.int64)
        places[subject] = first
        return places

    @cached_property
    def _upto(self) -> Array:
        """The last place, of all subjects, up to each contact row; -1 up to none."""
        places = np.zeros(len(self.contacts) + 1, dtype=np.int32)
        places[self.rows] = 1
        np.cumsum(places, out=places)
        places -= 1
        places[-1] = -1
        return places

    def forget(self) -> None:
        """Let go of what is kept only to find things sooner, but for `ends` and `starts`: they are small, and asked for again."""
        for name in ("_upto", "_lives", "_days"):
            self.__dict__.pop(name, None)

    def holds(self, rows: Rows) -> Array:
        """Which of these contact rows are among them."""
        if not len(self):
            return np.zeros(len(rows), dtype=bool)
        if MANY * len(rows) < len(self.contacts):
            return np.asarray(self.row.take(np.searchsorted(self.rows, rows)) == rows)
        here = np.zeros(len(self.contacts), dtype=bool)
        here[self.rows] = True
        return here.take(rows)

    def last(self, at: Moments) -> Rows:
        """The last place up to each moment."""
        return at.last(self)

    def search(self, at: Moments) -> Rows:
        """What `last` says, found anew."""
        if not len(self):
            return np.full(len(at), -1)
        if at.row is None:
            return self.ends.take(at.subject)
        if "_upto" in self.__dict__ or MANY * len(at) >= len(self.contacts):
            place = self._upto.take(at.row)
            return or_none(place, self.row.take(place) >= at.first_of(self.contacts))
        place = self.ends.take(at.subject)  # mostly that is it; only where it comes later is it searched for
        later = rows_where(self.row.take(place) > at.row)
        row = at.row.take(later)
        found = np.searchsorted(self.rows, row, side="right") - 1
        place[later] = or_none(found, self.row.take(found) >= self.contacts.first.take(row))
        return place

    def first(self, at: Moments) -> Rows:
        """The first place, where it lies up to the moment."""
        return or_none(self.starts.take(at.subject), self.last(at) >= 0)

    def count(self, at: Moments) -> Array:
        """How many places there are up to each moment."""
        return np.asarray(np.maximum(self.last(at) + 1 - self.starts.take(at.subject), 0), dtype=np.float64)


def with_unknown(column: Column) -> Column:
    """The column and one unknown value behind it, so that the place -1 is unknown."""
    if isinstance(column, Sets):
        return Sets(np.append(column.bits, 0), np.append(column.known, False), column.choices)
    return np.concatenate([column, np.asarray(unknown_like(column, 1))])
