"""Rows under evaluation, and what has been worked out about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from care_engine.expressions import Expression
from care_engine.population import columns as c
from care_engine.population.columns import Array, Column
from care_engine.population.frames import LAST_SEQUENCE, Contacts, Subjects
from care_engine.population.log import Rows
from care_engine.population.occurrences import Moments

if TYPE_CHECKING:
    from care_engine.population.deciding import Population
    from care_engine.population.findings import Standing


@dataclass
class Frame:
    """Rows under evaluation: contacts of a kind of subject, or (today) subjects on the day of the decision. chosen: which of them.

    What a larger frame has answered already is taken from there (`part_of`: the frame, and these rows' places in it).
    """

    population: Population
    contacts: Contacts
    today: bool
    chosen: Rows
    part_of: tuple[Frame, Array] | None = None
    is_kept: bool = True  # False while a table asks what it said itself before: its answers change
    memo: dict[Expression, Column] = field(default_factory=dict)
    formulas: dict[str, Column] = field(default_factory=dict)
    moments: dict[str | None, Moments] = field(default_factory=dict)
    standing: dict[tuple[str, bool], Standing] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.chosen)

    @property
    def subjects(self) -> Subjects:
        return self.contacts.subjects

    @cached_property
    def subject(self) -> Rows:
        return self.chosen if self.today else self.contacts.subject.take(self.chosen)

    @cached_property
    def on(self) -> Array:
        return c.numbers(self.population.on, len(self)) if self.today else self.contacts.on.take(self.chosen)

    @cached_property
    def sequence(self) -> Any:
        return np.broadcast_to(LAST_SEQUENCE, (len(self),)) if self.today else self.contacts.sequence.take(self.chosen)

    @cached_property
    def person(self) -> Rows:
        return self.subjects.person.take(self.subject)

    @cached_property
    def source(self) -> Rows:
        """The rows of the log at which these contacts stand."""
        return self.contacts.source.take(self.chosen) if self.contacts.source_is_shifted else self.chosen

    def answered(self, node: Expression) -> Column | None:
        """What this frame, or one of which it is a part, has answered already."""
        found = self.memo.get(node)
        if found is None and self.part_of is not None:
            larger, places = self.part_of
            column = larger.memo.get(node)
            if column is not None:
                found = self.memo[node] = c.pick(column, places)
                self.population.kept += c.size_in_bytes(found)
        return found

    def larger(self) -> tuple[Frame, Array] | None:
        """A frame that holds these rows and more, and their places in it: all persons for persons today."""
        if self.part_of is None and self.today and self.subjects.kind is None and self.is_kept:
            everyone = self.at_today()
            return None if everyone is self else (everyone, self.chosen)
        return self.part_of

    def where(self, rows: Array) -> Frame:
        """Some of these rows, as a mask or as places."""
        if rows.dtype == bool:  # places are sooner taken, and again and again
            rows = c.rows_where(rows)
        part, chosen = (self, rows), self.chosen.take(rows)
        if not self.is_kept:
            return Frame(self.population, self.contacts, self.today, chosen, part, is_kept=False)
        return self.population.rows(self.subjects.kind, today=self.today, rows=chosen, part_of=part)

    def at_today(self) -> Frame:
        return self.population.frame(self.subjects.kind, today=True)

    def moments_of(self, kind: str | None) -> Moments:
        """Each row as a moment in the life of the subject of a kind that is current then."""
        if kind not in self.moments:
            own = kind == self.subjects.kind
            subject = self.subject if own else self.population.current_subject(kind, self)
            if self.today:
                row = None
            elif own:
                row = self.chosen
            else:
                row = self.population.contacts(kind).rows_until(subject, self.on, self.sequence)
            self.moments[kind] = Moments(subject, row)
        return self.moments[kind]
