"""The four kinds of schedule for one subject: which contacts count, what is due next, and the status on a day.

Each function answers one `Standing` a step. The rules are those of `docs/knowledge-language.md` §6; days are ordinals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from care_engine.cells import holds
from care_engine.dates import Span, add, first_of_month, last_day, last_of_month, month_index, months_between
from care_engine.evaluating import evaluate
from care_engine.facts import Contact
from care_engine.model import Calendar, Family, Repeat, Series, Step, Target, Window
from care_engine.remembering import remembered
from care_engine.subjects import Subject, contacts_giving, together

if TYPE_CHECKING:
    from care_engine.bedside import Person


@dataclass(frozen=True)
class Standing:
    """Where one step stands. `opens` is the first day on which it may be done and credited."""

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


def standings(family: Family, subject: Subject, person: Person) -> list[Standing] | None:
    """The standing of every step of a family, None when the schedule has nothing to hang on yet (its event has not happened)."""
    match family.schedule:
        case Window():
            return _window(family, family.schedule, subject, person)
        case Series():
            return _series(family, family.schedule, subject, person)
        case Repeat():
            return _repeat(family, family.schedule, subject, person)
        case Calendar():
            return _calendar(family, family.schedule, subject, person)


# --- which contacts count ----------------------------------------------------------------------------------------


@remembered
def _counting(family: Family) -> Mapping[str, frozenset[str]]:
    """For each service of a family, the names of which a contact must list one to count for it."""
    schedule = family.schedule
    names = {family.id, *schedule.credit.services}
    if isinstance(schedule, Series):
        names.update(family.services, schedule.counts)
    return {service: frozenset({service, *names}) for service in family.services}


def _credits(service: str, family: Family, subject: Subject, person: Person) -> list[Contact]:
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


def _true_at(condition: Any, subject: Subject, contact: Contact, person: Person) -> bool | None:
    answer: bool | None = evaluate(condition, person.moment(subject, contact))
    return answer


# --- window ------------------------------------------------------------------------------------------------------


@dataclass
class _Slot:
    step: Step
    opens: int
    target: int | None
    closes: int | None
    last: int | None
    filled: Contact | None = None
    partial: Contact | None = None
    late: bool = False


def _slot(step: Step, anchor: int, person: Person, subject: Subject) -> _Slot:
    closes = last_day(anchor, step.until) if step.until is not None else None
    last = last_day(anchor, step.late_until) if step.late_until is not None else closes
    return _Slot(step, add(anchor, step.opens), _target(step.due, anchor, person, subject), closes, last)


def _target(due: Span | Target, anchor: int, person: Person, subject: Subject) -> int | None:
    if isinstance(due, Span):
        return add(anchor, due)
    start = evaluate(due.anchor, person.today(subject))
    return None if start is None else add(start, due.after)


def _existing(steps: tuple[Step, ...], subject: Subject, person: Person) -> list[Step]:
    return [one for one in steps if one.when is None or evaluate(one.when, person.today(subject)) is not False]


def _window(family: Family, window: Window, subject: Subject, person: Person) -> list[Standing] | None:
    assert window.anchor is not None
    anchor = evaluate(window.anchor, person.today(subject))
    if anchor is None:
        return None
    slots = [_slot(step, anchor, person, subject) for step in _existing(window.steps, subject, person)]
    last_credited = _fill(slots, family, window, subject, person)
    found: list[Standing] = []
    next_is_firm = True
    for slot in slots:
        standing = _window_standing(slot, window, anchor, last_credited, next_is_firm, subject, person)
        if standing.status not in ("done", "missed", "cancelled"):
            next_is_firm = False
        found.append(standing)
    return found


def _fill(slots: list[_Slot], family: Family, window: Window, subject: Subject, person: Person) -> Contact | None:
    """Credit the contacts, in order, to the steps; answer the last contact that was credited."""
    counted = {slot.step.service: _credits(slot.step.service, family, subject, person) for slot in slots}
    source = person.subject if window.lifelong else subject
    last_credited: Contact | None = None
    for contact in together(list(counted.values()), source):
        candidates: list[tuple[bool, _Slot, bool]] = []
        for slot in slots:
            if slot.filled or contact not in counted[slot.step.service]:
                continue
            if contact.on < slot.opens or (slot.last is not None and contact.on > slot.last):
                continue
            needs = True if slot.step.needs is None else _true_at(slot.step.needs, source, contact, person)
            if needs is False:
                continue
            full = slot.step.full is None or _true_at(slot.step.full, source, contact, person) is True
            if slot.partial and not full:
                continue
            first = (slot.step.needs is not None and needs is True) or slot.partial is not None
            candidates.append((first, slot, full))
        if not candidates:
            continue
        first, slot, full = next((one for one in candidates if one[0]), candidates[0])
        if last_credited is not None and contact.on - last_credited.on < window.min_gap and not first:
            continue  # an additional contact
        last_credited = contact
        if not full:
            slot.partial = contact
            continue
        slot.filled = contact
        too_late = slot.closes is not None and contact.on > slot.closes
        slot.late = too_late or (
            slot.step.late_if is not None and _true_at(slot.step.late_if, source, contact, person) is True
        )
    return last_credited


def _window_standing(
    slot: _Slot, window: Window, anchor: int, last: Contact | None, firm: bool, subject: Subject, person: Person
) -> Standing:
    step = slot.step
    base = Standing(step.service, step.id, "not-yet", opens=slot.opens, closes=slot.closes, anchor=anchor)
    if slot.filled:
        return replace(base, status="done", given_on=slot.filled.on, flags=("late",) if slot.late else ())
    due, opens = _window_due(slot, window, anchor, last, firm, subject, person)
    flags: tuple[str, ...] = ()
    if slot.partial:
        flags = ("partial",)
        if step.complete_within is not None:
            due = add(slot.partial.on, step.complete_within)
            due = due if slot.closes is None else min(due, slot.closes)
        opens = slot.opens
    base = replace(base, due=due, opens=opens, flags=flags)
    if due is None:
        return replace(base, status="unknown")
    ended = person.ended_on(subject)
    if ended is not None and (slot.closes is None or ended <= slot.closes):
        return replace(base, status="cancelled" if due > ended else "missed")
    grace = step.grace or window.grace
    last_possible = slot.last
    if (slot.closes is not None and due > slot.closes) or (last_possible is not None and person.on > last_possible):
        return replace(base, status="missed")
    return _dated(base, person.on, grace, from_opening=window.due_from_opening or slot.partial is not None)


def _window_due(
    slot: _Slot, window: Window, anchor: int, last: Contact | None, firm: bool, subject: Subject, person: Person
) -> tuple[int | None, int]:
    """Due day and first possible day. Only the next open step is held to the wished spacing and may be brought forward."""
    earliest = slot.opens if last is None else max(slot.opens, last.on + window.min_gap)
    if slot.target is None:
        return None, earliest
    wished = slot.target
    if firm and last is not None and window.spacing and slot.partial is None:
        wished = max(wished, last.on + _spacing(window.spacing, last.on, anchor))
    if slot.closes is not None:
        wished = min(wished, slot.closes)
    due = max(wished, earliest)
    if firm and window.advanced_by is not None and last is not None:
        said = [entry for entry in subject.history.get(window.advanced_by, ()) if entry[0] <= person.on]
        advised = said[-1][2] if said else None
        if isinstance(advised, int) and last.on < advised < due:
            due = max(advised, slot.opens)
    return due, earliest


def _spacing(spacing: Any, on: int, anchor: int) -> int:
    for one in spacing:
        if one.until is None or on <= add(anchor, one.until):
            return int(one.days)
    return 0


def _dated(base: Standing, on: int, grace: Span, *, from_opening: bool = False) -> Standing:
    """Status by the calendar alone: not-yet, due, overdue."""
    assert base.due is not None
    overdue_from = add(base.due, grace) + 1
    if base.closes is not None:
        overdue_from = min(overdue_from, max(base.closes, base.due + 1))
    starts = base.opens if from_opening and base.opens is not None else base.due
    if on < starts:
        is_open = base.opens is not None and on >= base.opens
        return replace(
            base, status="not-yet", overdue_from=overdue_from, flags=(*base.flags, "open") if is_open else base.flags
        )
    return replace(base, status="due" if on < overdue_from else "overdue", overdue_from=overdue_from)


# --- series ------------------------------------------------------------------------------------------------------


@dataclass
class _Doses:
    """What has been given of a series: valid doses in order, and the last dose of any kind."""

    valid: list[int]
    invalid: list[int]
    last: int | None
    count: int


def _series(family: Family, series: Series, subject: Subject, person: Person) -> list[Standing] | None:
    today = person.today(subject)
    anchor = evaluate(series.anchor, today) if series.anchor is not None else person.facts.birth
    if anchor is None:
        return None
    days = sorted({one.on for one in _credits(series.steps[0].service, family, subject, person)})
    others = _days_given(series.apart.services, person) if series.apart else []
    steps = _existing(series.steps, subject, person)
    prior_count, prior_on = 0, None
    if series.prior is not None:
        count, prior_on = evaluate(series.prior.count, today), evaluate(series.prior.on, today)
        prior_count = int(count) if count is not None else 0
        days = [day for day in days if prior_on is None or day > prior_on]
    doses = _count(days, steps, anchor, others, series, prior_count, prior_on)
    first = doses.valid[0] if doses.valid else person.on
    for variant in series.variants:
        if holds(variant.first_at, float(months_between(anchor, first))) and prior_count == 0:
            steps = _existing(variant.steps, subject, person)
            doses = _count(days, steps, anchor, others, series, prior_count, prior_on)
            break
    return _series_standings(steps, doses, prior_count, anchor, others, series, person)


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


def _series_standings(
    steps: list[Step], doses: _Doses, prior: int, anchor: int, others: list[int], series: Series, person: Person
) -> list[Standing]:
    found = []
    last = doses.last
    for number, step in enumerate(steps):
        closes = last_day(anchor, step.until) if step.until is not None else None
        base = Standing(step.service, step.id, "not-yet", closes=closes, anchor=anchor)
        target = add(anchor, step.due) if isinstance(step.due, Span) else anchor
        if number < doses.count:
            given = doses.valid[number - prior] if number >= prior else None
            late = given is not None and series.late_after is not None and given > target + series.late_after
            found.append(replace(base, status="done", given_on=given, flags=("late",) if late else ()))
            continue
        opens = max(
            anchor if step.min_age is None else add(anchor, step.min_age),
            add(last, step.after) if step.after is not None and last is not None else anchor,
        )
        before = [day for day in others if day < max(opens, person.on)]
        if series.apart is not None and before:
            opens = max(opens, before[-1] + series.apart.days)
        due = max(target, opens)
        flags = ("invalid-dose",) if number == doses.count and doses.invalid and doses.invalid[-1] == doses.last else ()
        base = replace(base, due=due, opens=opens, flags=flags)
        if closes is not None and (due > closes or person.on > closes):
            found.append(replace(base, status="missed"))
        else:
            found.append(_dated(base, person.on, step.grace or series.grace))
        last = max(due, person.on)
    return found


# --- repeat ------------------------------------------------------------------------------------------------------


def _repeat(family: Family, repeat: Repeat, subject: Subject, person: Person) -> list[Standing] | None:
    service = family.services[0]
    given = [one.on for one in _credits(service, family, subject, person)]
    last = given[-1] if given else None
    today = person.today(subject)
    base = Standing(service, service, "not-yet", given_on=last)
    ended = person.ended_on(subject)
    if repeat.every is None and not repeat.spacing:
        waiting = "not-yet" if repeat.on_request else "due"
        status = "done" if last == person.on else "cancelled" if ended is not None else waiting
        due = person.on if status == "due" else None
        return [replace(base, status=status, due=due, opens=person.on, flags=("open",) if status == "not-yet" else ())]
    anchor = evaluate(repeat.first.anchor, today) if repeat.first is not None else None
    if last is not None:
        every = (
            repeat.every
            if repeat.every is not None
            else Span(days=_spacing(repeat.spacing, last, anchor if anchor is not None else last))
        )
        due = add(last, every)
    elif repeat.first is None:
        due = subject.registered
    elif anchor is None:
        return None
    else:
        due = add(anchor, repeat.first.after)
    base = replace(base, due=due, opens=due, anchor=anchor)
    until = evaluate(repeat.until, today) if repeat.until is not None else None
    if ended is not None:
        return [replace(base, status="done" if last is not None and due > ended else "cancelled", due=due)]
    if until is not None and (due > until or person.on > until):
        return [replace(base, status="done" if last is not None else "missed", closes=until)]
    standing = _dated(replace(base, closes=until), person.on, repeat.grace)
    return [replace(standing, status="done") if last == person.on else standing]


# --- calendar ----------------------------------------------------------------------------------------------------


def _calendar(family: Family, calendar: Calendar, subject: Subject, person: Person) -> list[Standing] | None:
    service = family.services[0]
    given = [one.on for one in _credits(service, family, subject, person)]
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
    first, last = first_of_month(month), last_of_month(month)
    birth = person.facts.birth
    if birth is not None and calendar.age_from is not None:
        first = max(first, add(birth, calendar.age_from))
    if birth is not None and calendar.age_until is not None:
        last = min(last, last_day(birth, calendar.age_until))
    if first > last:
        return None
    closes = last + calendar.until_day
    before = [day for day in given if day < first_of_month(month)]
    within = [day for day in given if first_of_month(month) <= day <= closes]
    earlier = before[-1] if before else None
    base = Standing(
        service, service, "not-yet", due=first, opens=first, closes=closes, overdue_from=last + 1, given_on=earlier
    )
    if within:
        return replace(base, status="done", given_on=within[-1]) if person.on <= closes else None
    if before and calendar.min_gap:
        due = max(first, before[-1] + calendar.min_gap)
        base = replace(base, due=due, opens=due)
        if due > last:
            return None  # given so shortly before that this period is passed over
    assert base.due is not None
    if person.on > closes:
        return replace(base, status="missed")
    if person.on < base.due:
        return base
    return replace(base, status="due" if person.on <= last else "overdue")
