"""The four kinds of schedule for one subject: which contacts count, what is due next, and the status on a day.

Each function answers one `Standing` a step. The rules are those of `docs/knowledge-language.md` §6; days are ordinals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from care_engine.dates import Span, add, first_of_month, last_day, last_of_month, month_index
from care_engine.doses import series_standings
from care_engine.evaluating import evaluate
from care_engine.model import Calendar, Family, Repeat, Series, Window
from care_engine.standing import Standing, credits, dated, distance
from care_engine.subjects import Subject
from care_engine.windows import window_standings

if TYPE_CHECKING:
    from care_engine.bedside import Person

__all__ = ["Standing", "standings"]


def standings(family: Family, subject: Subject, person: Person) -> list[Standing] | None:
    """The standing of every step of a family, None when the schedule has nothing to hang on yet (its event has not happened)."""
    match family.schedule:
        case Window():
            return window_standings(family, family.schedule, subject, person)
        case Series():
            return series_standings(family, family.schedule, subject, person)
        case Repeat():
            return _repeat(family, family.schedule, subject, person)
        case Calendar():
            return _calendar(family, family.schedule, subject, person)


# --- repeat ------------------------------------------------------------------------------------------------------


def _repeat(family: Family, repeat: Repeat, subject: Subject, person: Person) -> list[Standing] | None:
    service = family.services[0]
    given = [one.on for one in credits(service, family, subject, person)]
    last = given[-1] if given else None
    today = person.today(subject)
    ended = person.ended_on(subject)
    standing = Standing(service, service, "not-yet", given_on=last)
    if repeat.every is None and not repeat.spacing:
        waiting = "not-yet" if repeat.on_request else "due"
        standing.status = "done" if last == person.on else "cancelled" if ended is not None else waiting
        standing.due = person.on if standing.status == "due" else None
        standing.opens = person.on
        standing.flags = ("open",) if standing.status == "not-yet" else ()
        return [standing]
    anchor = evaluate(repeat.first.anchor, today) if repeat.first is not None else None
    if last is not None:
        every = (
            repeat.every
            if repeat.every is not None
            else Span(days=distance(repeat.spacing, last, anchor if anchor is not None else last))
        )
        due = add(last, every)
    elif repeat.first is None:
        due = subject.registered
    elif anchor is None:
        return None
    else:
        due = add(anchor, repeat.first.after)
    standing.due, standing.opens, standing.anchor = due, due, anchor
    until = evaluate(repeat.until, today) if repeat.until is not None else None
    if ended is not None:
        standing.status = "done" if last is not None and due > ended else "cancelled"
        return [standing]
    standing.closes = until
    if until is not None and (due > until or person.on > until):
        standing.status = "done" if last is not None else "missed"
        return [standing]
    dated(standing, person.on, repeat.grace)
    if last == person.on:
        standing.status = "done"
    return [standing]


# --- calendar ----------------------------------------------------------------------------------------------------


def _calendar(family: Family, calendar: Calendar, subject: Subject, person: Person) -> list[Standing] | None:
    service = family.services[0]
    given = [one.on for one in credits(service, family, subject, person)]
    months = calendar.months or tuple(range(1, 13))
    index = month_index(person.on)
    current = next(one for one in range(index, index - 13, -1) if one % 12 + 1 in months)
    found = _period(service, calendar, current, given, person)
    if found is None or found.status == "missed":
        following = next(one for one in range(index + 1, index + 14) if one % 12 + 1 in months)
        found = _period(service, calendar, following, given, person) or found
    return [found] if found is not None else None


def _period(service: str, calendar: Calendar, month: int, given: list[int], person: Person) -> Standing | None:
    """The standing in the period of one month; None when the person is not of the age on any of its days."""
    begins = first_of_month(month)
    first, last = begins, last_of_month(month)
    birth = person.facts.birth
    if birth is not None and calendar.age_from is not None:
        first = max(first, add(birth, calendar.age_from))
    if birth is not None and calendar.age_until is not None:
        last = min(last, last_day(birth, calendar.age_until))
    if first > last:
        return None
    closes = last + calendar.until_day
    before = [day for day in given if day < begins]
    within = [day for day in given if begins <= day <= closes]
    standing = Standing(service, service, "not-yet", due=first, opens=first, closes=closes, overdue_from=last + 1)
    if within:
        standing.status, standing.given_on = "done", within[-1]
        return standing if person.on <= closes else None
    standing.given_on = before[-1] if before else None
    due = first
    if before and calendar.min_gap:
        due = standing.due = standing.opens = max(first, before[-1] + calendar.min_gap)
        if due > last:
            return None  # given so shortly before that this period is passed over
    if person.on > closes:
        standing.status = "missed"
    elif person.on >= due:
        standing.status = "due" if person.on <= last else "overdue"
    return standing
