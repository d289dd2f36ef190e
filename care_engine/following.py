"""What follows from the findings that stand: done here, checked again, or referred."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from care_engine.answers import Action, Found
from care_engine.dates import Span, add
from care_engine.evaluating import Moment, evaluate
from care_engine.model import SEVERITIES, Do, Recheck, Within

if TYPE_CHECKING:
    from care_engine.bedside import Person

#: A service that stands so is not asked for by a finding either.
NOT_NOW = ("contraindicated", "deferred")


def actions(findings: list[Found], person: Person) -> Iterator[Action]:
    """What follows, each action once: of two with one id the earlier."""
    chosen: dict[str, Action] = {}
    for action in every_action(findings, person):
        other = chosen.get(action.id)
        if other is None or action.by < other.by:
            chosen[action.id] = action
    yield from sorted(chosen.values(), key=lambda one: (one.by, SEVERITIES.index(one.found.severity), one.id))


def every_action(findings: list[Found], person: Person) -> Iterator[Action]:
    """What follows from each finding by itself."""
    for found in findings:
        yield from _follow_up(found, person.today(found.subject), person)


def _follow_up(found: Found, at: Moment, person: Person) -> Iterator[Action]:
    finding = found.finding
    for do in finding.do:
        if (do.condition is None or evaluate(do.condition, at) is True) and (
            units := _units(do, at, person)
        ) is not None:
            yield Action(do.id, "do", do, found, units, _counted(found, do.within, at))
    for recheck in finding.recheck:
        if (recheck.condition is None or evaluate(recheck.condition, at) is True) and (
            units := _units(recheck, at, person)
        ) is not None:
            yield Action(recheck.id, "recheck", recheck, found, units, _counted(found, recheck.after, at))
    unit = _unit_of(found)
    for refer in finding.refer:
        if unit is not None and unit not in refer.from_units:
            continue
        if refer.condition is None or evaluate(refer.condition, at) is True:
            yield Action(refer.id, "refer", refer, found, (refer.to,), _counted(found, refer.within, at))


def _counted(found: Found, within: Within, at: Moment) -> int:
    """The day by which it follows, counted from the day of the finding."""
    if isinstance(within, Span):
        return add(found.on, within)
    days: Any = evaluate(within, at)
    if days is None:  # an area that says nothing
        days = at.person.knowledge.settings[within.id].default
    return found.on + int(days)


def _unit_of(found: Found) -> str | None:
    """Where the finding was made; None for what was worked out today."""
    key = (found.judgement.on, found.judgement.sequence)
    return next((one.unit for one in found.subject.contacts if one.moment == key), None)


def _units(rule: Do | Recheck, at: Moment, person: Person) -> tuple[str, ...] | None:
    """Where it may be done: of a service, where somebody may give it today. None: nowhere, so that it does not follow."""
    if rule.service is None:
        return rule.units
    status = person.status_of(rule.service)
    if status is not None and status.status in NOT_NOW:
        return None
    given_by = (status.service if status is not None else person.knowledge.services[rule.service]).given_by
    where = dict.fromkeys(one.unit for one in given_by if one.condition is None or evaluate(one.condition, at) is True)
    return tuple(one for one in rule.units or where if one in where) or None
