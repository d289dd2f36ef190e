"""The subjects that a family of services concerns, and the contacts that count for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from care_engine.model import Family, Series, Step
from care_engine.population.columns import Array
from care_engine.population.evaluating import evaluate, truth
from care_engine.population.frame import Frame
from care_engine.population.frames import Contacts, one_a_subject
from care_engine.population.log import Rows, union

if TYPE_CHECKING:
    from care_engine.population.deciding import Population


@dataclass
class Scene:
    """The subjects that a family concerns, and the contacts that count for it."""

    population: Population
    family: Family
    today: Frame  # one row a subject
    contacts: Contacts  # those that are credited: the subject's own, or the person's whole life
    entry: Rows  # per subject or person of `contacts`: the row in `today`, or -1

    @property
    def size(self) -> int:
        return len(self.today)

    @property
    def on(self) -> int:
        return self.population.on

    @cached_property
    def ended_on(self) -> Array:
        """Per subject the day on which nothing more is due; NaN while it goes on."""
        return self.population.ended_on(self.today.subjects)[self.today.subject]

    def of_today(self, node) -> Array:  # type: ignore[no-untyped-def]
        return np.asarray(evaluate(node, self.today))

    def counted(self, step: Step) -> Rows:
        """The contact rows, in order, that count for a step."""
        schedule = self.family.schedule
        names = {step.service, self.family.id, *schedule.credit.services}
        if isinstance(schedule, Series):
            names.update(self.family.services, schedule.counts)
        kind = self.contacts.subjects.kind
        counted = [self.population.given(name, kind).rows for name in sorted(names)]
        if schedule.credit.items:
            fewest, *others = sorted((self.population.recorded(item, kind) for item in schedule.credit.items), key=len)
            together = fewest.rows
            for items in others:
                together = together.compress(items.holds(together))
            counted.append(together)
        rows = union(counted)
        ours = self.entry.take(self.contacts.subject.take(rows)) >= 0
        rows = rows.compress(ours & self.contacts.is_real.take(rows))
        if schedule.credit.condition is not None and len(rows):
            rows = rows.compress(truth(schedule.credit.condition, self.at(rows)) != 0)
        return rows

    def at(self, rows: Rows) -> Frame:
        """Contact rows under evaluation."""
        return self.population.rows(self.contacts.subjects.kind, today=False, rows=rows)

    def entry_and_day(self, rows: Rows) -> tuple[Rows, Array]:
        return self.entry.take(self.contacts.subject.take(rows)), self.contacts.on.take(rows)

    def rounds(self, rows: Rows) -> list[Rows]:
        """Places in `rows` (in order), grouped so that each group holds at most one contact a subject."""
        return one_a_subject(self.contacts.subject.take(rows))


def scene_of(family: Family, population: Population, today: Frame) -> Scene:
    kind = family.who.episode
    lifelong = family.schedule.lifelong and kind is not None
    owner = today.person if lifelong else today.subject
    entry = np.full(population.size if lifelong else len(today.subjects), -1)
    entry[owner] = np.arange(len(today))
    return Scene(population, family, today, population.contacts(None if lifelong else kind), entry)


def last_given(scene: Scene) -> tuple[Rows, Array]:
    """Counting contact rows, and per subject the last day of one."""
    service = scene.family.services[0]
    rows = scene.counted(Step(service, service, scene.family.at))
    last = np.full(scene.size, np.nan)
    entry, on = scene.entry_and_day(rows)
    last[entry] = on  # in order: the last one stays
    return rows, last
