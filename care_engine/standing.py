"""Where one step of a schedule stands, and what all kinds of schedule share: which contacts count, status by the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from care_engine.dates import Span, add
from care_engine.evaluating import evaluate
from care_engine.facts import Contact
from care_engine.model import Family, Series, Spacing, Step
from care_engine.remembering import remembered
from care_engine.subjects import Subject, contacts_giving, together

if TYPE_CHECKING:
    from care_engine.bedside import Person


@dataclass(slots=True)
class Standing:
    """Where one step stands. `opens` is the first day on which it may be done and credited.

    Its schedule fills it in; whoever gets it leaves it as it is.
    """

    service: str
    step: str
    status: str
    due: int | None = None
    opens: int | None = None
    overdue_from: int | None = None
    closes: int | None = None
    given_on: int | None = None
    flags: tuple[str, ...] = ()
    anchor: int | None = None


@remembered
def _counting(family: Family) -> Mapping[str, frozenset[str]]:
    """For each service of a family, the names of which a contact must list one to count for it."""
    schedule = family.schedule
    names = {family.id, *schedule.credit.services}
    if isinstance(schedule, Series):
        names.update(family.services, schedule.counts)
    return {service: frozenset({service, *names}) for service in family.services}


def credits(service: str, family: Family, subject: Subject, person: Person) -> list[Contact]:
    """The contacts that count for a step of this service, in order."""
    schedule = family.schedule
    source = person.subject if schedule.lifelong else subject
    contacts = contacts_giving(_counting(family)[service], source)
    if items := schedule.credit.items:
        recording = [one for one in source.recording.get(items[0], ()) if all(item in one.values for item in items)]
        contacts = together([contacts, recording], source)
    condition = schedule.credit.condition
    return [
        one
        for one in contacts
        if one.on <= person.on
        and one.is_meeting
        and (condition is None or evaluate(condition, person.moment(source, one)) is not False)
    ]


def existing(steps: tuple[Step, ...], subject: Subject, person: Person) -> list[Step]:
    """The steps that there are for this person."""
    return [one for one in steps if one.when is None or evaluate(one.when, person.today(subject)) is not False]


def distance(spacing: tuple[Spacing, ...], on: int, anchor: int) -> int:
    """The wished days to the next time, by the days since the anchor."""
    for one in spacing:
        if one.until is None or on <= add(anchor, one.until):
            return one.days
    return 0


def dated(standing: Standing, on: int, grace: Span, *, from_opening: bool = False) -> Standing:
    """Status by the calendar alone: not-yet, due, overdue."""
    due, opens, closes = standing.due, standing.opens, standing.closes
    assert due is not None
    overdue_from = add(due, grace) + 1
    if closes is not None:
        overdue_from = min(overdue_from, max(closes, due + 1))
    standing.overdue_from = overdue_from
    starts = opens if from_opening and opens is not None else due
    if on >= starts:
        standing.status = "due" if on < overdue_from else "overdue"
    else:
        standing.status = "not-yet"
        if opens is not None and on >= opens:
            standing.flags = (*standing.flags, "open")
    return standing
