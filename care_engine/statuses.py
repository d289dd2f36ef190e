"""Where the services of a family stand for one person: its schedule, and what was written down or holds against doing it now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from care_engine.answers import Status
from care_engine.evaluating import evaluate
from care_engine.expressions import EVENT_FUNCTIONS, Call, Name, walk
from care_engine.model import Family, Service, Text, Window
from care_engine.moments import Moment
from care_engine.remembering import remembered
from care_engine.schedules import Standing, standings
from care_engine.subjects import Subject

if TYPE_CHECKING:
    from care_engine.bedside import Person

#: Not done and still to be done: where a reason not to do it matters.
WAITING = ("not-yet", "due", "overdue")

#: A status that stands instead of the schedule's, with its `until` and `because`.
Instead = tuple[str, int | None, Text | None]


def statuses(family: Family, person: Person) -> Iterator[Status]:
    """The status of each service of a family; none when it does not concern the person."""
    kind = family.who.episode
    subject = person.subject if kind is None else person.current(kind, person.on)
    if subject is None or person.concerns_by_age(family.who, person.on) is False:
        return

    def concluded(today: Moment) -> tuple[bool | None, list[Standing] | None]:
        concerned = person.concerns(family.who, today)
        return concerned, standings(family, subject, person) if concerned is not False else None

    today = person.today(subject)
    concerned, steps = concluded(today)
    if concerned is False:
        return
    if concerned is None or steps is None:
        if concerned is not None and hangs_on_an_event(family):
            return
        gaps = person.gaps(concluded, today)
        for service in family.services:
            yield _status(family, subject, Standing(service, service, "unknown"), person, missing=gaps)
        return
    doses = sum(one.status == "done" for one in steps)
    last_given = {one.service: one.given_on for one in sorted(steps, key=lambda one: one.given_on or 0)}
    for standing in _one_a_service(steps):
        yield _status(family, subject, standing, person, last_given=last_given[standing.service], doses=doses)


@remembered
def hangs_on_an_event(family: Family) -> bool:
    """A schedule that waits for something to happen does not concern the person until it has."""
    schedule = family.schedule
    anchors = [getattr(schedule, "anchor", None), getattr(getattr(schedule, "first", None), "anchor", None)]
    return any(
        (isinstance(node, Call) and node.function in EVENT_FUNCTIONS)
        or (isinstance(node, Name) and node.id == "episode-end")
        for anchor in anchors
        if anchor is not None
        for node in walk(anchor)
    ) or (not isinstance(schedule, Window) and all(anchor is None for anchor in anchors))


def _one_a_service(steps: list[Standing]) -> Iterator[Standing]:
    """A service with several steps stands where its next step stands; done when all are."""
    by_service: dict[str, list[Standing]] = {}
    for one in steps:
        by_service.setdefault(one.service, []).append(one)
    for several in by_service.values():
        open_ = [one for one in several if one.status not in ("done", "missed", "cancelled")]
        yield open_[0] if open_ else several[-1]


def _status(
    family: Family,
    subject: Subject,
    standing: Standing,
    person: Person,
    *,
    last_given: int | None = None,
    doses: int = 0,
    missing: tuple[str, ...] = (),
) -> Status:
    service = family.member(standing.service)
    status, until, because = standing.status, None, None
    if waiting := status in WAITING:
        instead = _recorded(service, family, subject, last_given, person) or _held(
            service, standing, family, subject, person
        )
        status, until, because = instead or (status, until, because)
        if person.ended_on(subject) is not None:  # for good: nothing that was put off comes back
            status, until, because = "cancelled", None, None
    return Status(
        service=service,
        family=family,
        subject=subject,
        standing=standing,
        status=status,
        due=standing.due if standing.status != "done" else None,
        overdue_from=standing.overdue_from if waiting else None,
        closes=standing.closes,
        given_on=standing.given_on,
        flags=standing.flags,
        where=_where(service, subject, person),
        tell=person.topics(service, subject),
        doses=doses,
        until=until,
        because=because,
        missing=missing,
    )


@remembered
def _wherever(service: Service) -> tuple[tuple[str, str], ...] | None:
    """The units and cadres that may give a service to everybody; None where that depends."""
    if any(one.condition is not None for one in service.given_by):
        return None
    return tuple((one.unit, one.cadre) for one in service.given_by)


def _where(service: Service, subject: Subject, person: Person) -> tuple[tuple[str, str], ...]:
    if (wherever := _wherever(service)) is not None:
        return wherever
    today = person.today(subject)
    return tuple(
        (one.unit, one.cadre)
        for one in service.given_by
        if one.condition is None or evaluate(one.condition, today) is True
    )


def _recorded(
    service: Service, family: Family, subject: Subject, last_given: int | None, person: Person
) -> Instead | None:
    """What was written down about not doing it: the last word of the subject's life since it was last given counts."""
    source = person.subject if family.schedule.lifelong else subject
    for contact in reversed(source.contacts):
        if contact.on > person.on:
            continue
        if last_given is not None and contact.on <= last_given:
            break
        if service.id in contact.contraindicated:
            return "contraindicated", None, _as_written(contact.contraindicated[service.id])
        if service.id in contact.deferred:
            deferral = contact.deferred[service.id]
            if deferral.until is not None and person.on >= deferral.until:
                break
            return "deferred", deferral.until, _as_written(deferral.because)
        if service.id in contact.declined:
            return "declined", None, None
    return None


def _as_written(reason: str) -> Text | None:
    """A reason that a worker wrote down: the same in every language."""
    return Text(reason, reason) if reason else None


def _held(service: Service, standing: Standing, family: Family, subject: Subject, person: Person) -> Instead | None:
    """Reasons in the knowledge not to do it now."""
    if standing.status == "not-yet" and "open" not in standing.flags:
        return None
    today = person.today(subject)
    for hold in family.schedule.holds:
        if hold.services and service.id not in hold.services:
            continue
        if evaluate(hold.when, today) is True:
            until = evaluate(hold.until, today) if hold.until is not None else None
            if until is None or until > person.on:
                return hold.status, until, hold.because
    return None
