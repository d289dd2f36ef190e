"""The schedule `series` for one subject: doses counted in order, caught up late (`docs/knowledge-language.md` §6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from care_engine.cells import holds
from care_engine.dates import Span, add, last_day, months_between
from care_engine.evaluating import evaluate
from care_engine.model import Family, Series, Step
from care_engine.standing import Standing, credits, dated, existing
from care_engine.subjects import Subject, contacts_giving

if TYPE_CHECKING:
    from care_engine.bedside import Person


@dataclass
class _Doses:
    """What has been given of a series: valid doses in order, and the last dose of any kind."""

    valid: list[int]
    invalid: list[int]
    last: int | None
    count: int


def series_standings(family: Family, series: Series, subject: Subject, person: Person) -> list[Standing] | None:
    today = person.today(subject)
    anchor = evaluate(series.anchor, today) if series.anchor is not None else person.facts.birth
    if anchor is None:
        return None
    days = sorted({one.on for one in credits(series.steps[0].service, family, subject, person)})
    others = _days_given(series.apart.services, person) if series.apart else []
    steps = existing(series.steps, subject, person)
    prior_count, prior_on = 0, None
    if series.prior is not None:
        count, prior_on = evaluate(series.prior.count, today), evaluate(series.prior.on, today)
        prior_count = int(count) if count is not None else 0
        days = [day for day in days if prior_on is None or day > prior_on]
    doses = _count(days, steps, anchor, others, series, prior_count, prior_on)
    first = doses.valid[0] if doses.valid else person.on
    for variant in series.variants:
        if holds(variant.first_at, float(months_between(anchor, first))) and prior_count == 0:
            steps = existing(variant.steps, subject, person)
            doses = _count(days, steps, anchor, others, series, prior_count, prior_on)
            break
    return _standings(steps, doses, prior_count, anchor, others, series, person)


def _days_given(services: tuple[str, ...], person: Person) -> list[int]:
    return sorted({one.on for one in contacts_giving(services, person.subject) if one.on <= person.on})


def _count(
    days: list[int],
    steps: list[Step],
    anchor: int,
    others: list[int],
    series: Series,
    prior_count: int,
    prior_on: int | None,
) -> _Doses:
    doses = _Doses([], [], prior_on, prior_count)
    for day in days:
        if doses.count >= len(steps):
            break
        step = steps[doses.count]
        young = step.min_age is not None and day < add(anchor, step.min_age)
        soon = step.after is not None and doses.last is not None and day < add(doses.last, step.after)
        close = series.apart is not None and any(0 < day - other < series.apart.days for other in others)
        doses.last = day
        if young or soon or close:
            doses.invalid.append(day)
        else:
            doses.valid.append(day)
            doses.count += 1
    return doses


def _standings(
    steps: list[Step], doses: _Doses, prior: int, anchor: int, others: list[int], series: Series, person: Person
) -> list[Standing]:
    found = []
    last = doses.last
    for number, step in enumerate(steps):
        closes = last_day(anchor, step.until) if step.until is not None else None
        standing = Standing(step.service, step.id, "done", closes=closes, anchor=anchor)
        found.append(standing)
        target = add(anchor, step.due) if isinstance(step.due, Span) else anchor
        if number < doses.count:
            given = doses.valid[number - prior] if number >= prior else None
            late = given is not None and series.late_after is not None and given > target + series.late_after
            standing.given_on, standing.flags = given, ("late",) if late else ()
            continue
        opens = max(
            anchor if step.min_age is None else add(anchor, step.min_age),
            add(last, step.after) if step.after is not None and last is not None else anchor,
        )
        before = [day for day in others if day < max(opens, person.on)]
        if series.apart is not None and before:
            opens = max(opens, before[-1] + series.apart.days)
        due = max(target, opens)
        standing.due, standing.opens = due, opens
        if number == doses.count and doses.invalid and doses.invalid[-1] == doses.last:
            standing.flags = ("invalid-dose",)
        if closes is not None and (due > closes or person.on > closes):
            standing.status = "missed"
        else:
            dated(standing, person.on, step.grace or series.grace)
        last = max(due, person.on)
    return found
