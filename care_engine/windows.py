"""The schedule `window` for one subject: a step is credited by a contact inside its window (`docs/knowledge-language.md` §6.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from care_engine.dates import Span, add, last_day
from care_engine.evaluating import evaluate
from care_engine.expressions import Expression
from care_engine.facts import Contact
from care_engine.model import Family, Step, Target, Window
from care_engine.standing import Standing, credits, dated, distance, existing
from care_engine.subjects import Subject, together

if TYPE_CHECKING:
    from care_engine.bedside import Person


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


def window_standings(family: Family, window: Window, subject: Subject, person: Person) -> list[Standing] | None:
    assert window.anchor is not None
    anchor = evaluate(window.anchor, person.today(subject))
    if anchor is None:
        return None
    slots = [_slot(step, anchor, person, subject) for step in existing(window.steps, subject, person)]
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
    services = dict.fromkeys(slot.step.service for slot in slots)
    crediting = {service: credits(service, family, subject, person) for service in services}
    counted = {service: {one.moment for one in contacts} for service, contacts in crediting.items()}
    source = person.subject if window.lifelong else subject
    last_credited: Contact | None = None
    for contact in together(list(crediting.values()), source):
        candidates: list[tuple[bool, _Slot, bool]] = []
        for slot in slots:
            if slot.filled or contact.moment not in counted[slot.step.service]:
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


def _true_at(condition: Expression, subject: Subject, contact: Contact, person: Person) -> bool | None:
    answer: bool | None = evaluate(condition, person.moment(subject, contact))
    return answer


def _window_standing(
    slot: _Slot, window: Window, anchor: int, last: Contact | None, firm: bool, subject: Subject, person: Person
) -> Standing:
    step, closes = slot.step, slot.closes
    standing = Standing(step.service, step.id, "unknown", opens=slot.opens, closes=closes, anchor=anchor)
    if slot.filled:
        standing.status, standing.given_on = "done", slot.filled.on
        standing.flags = ("late",) if slot.late else ()
        return standing
    due, standing.opens = _window_due(slot, window, anchor, last, firm, subject, person)
    if slot.partial:
        standing.opens, standing.flags = slot.opens, ("partial",)
        if step.complete_within is not None:
            due = add(slot.partial.on, step.complete_within)
            due = due if closes is None else min(due, closes)
    standing.due = due
    if due is None:
        return standing
    ended = person.ended_on(subject)
    if ended is not None and (closes is None or ended <= closes):
        standing.status = "cancelled" if due > ended else "missed"
    elif (closes is not None and due > closes) or (slot.last is not None and person.on > slot.last):
        standing.status = "missed"
    else:
        from_opening = window.due_from_opening or slot.partial is not None
        dated(standing, person.on, step.grace or window.grace, from_opening=from_opening)
    return standing


def _window_due(
    slot: _Slot, window: Window, anchor: int, last: Contact | None, firm: bool, subject: Subject, person: Person
) -> tuple[int | None, int]:
    """Due day and first possible day. Only the next open step is held to the wished spacing and may be brought forward."""
    earliest = slot.opens if last is None else max(slot.opens, last.on + window.min_gap)
    if slot.target is None:
        return None, earliest
    wished = slot.target
    if firm and last is not None and window.spacing and slot.partial is None:
        wished = max(wished, last.on + distance(window.spacing, last.on, anchor))
    if slot.closes is not None:
        wished = min(wished, slot.closes)
    due = max(wished, earliest)
    if firm and window.advanced_by is not None and last is not None:
        said = [entry for entry in subject.history.get(window.advanced_by, ()) if entry[0] <= person.on]
        advised = said[-1][2] if said else None
        if isinstance(advised, int) and last.on < advised < due:
            due = max(advised, slot.opens)
    return due, earliest
