"""Whom a rule concerns by sex, age and area: what is known of people before anything is asked about them.

Nobody's rules are looked through one by one. People who are alike (no rule's limit tells them apart) share one `Reach`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from care_engine.dates import Span, add, last_day, months_between
from care_engine.facts import Facts
from care_engine.model import Family, Knowledge, Table, Who
from care_engine.remembering import remembered


def concerns(who: Who, facts: Facts, on: int, knowledge: Knowledge) -> bool | None:
    """Three-valued: whether a service or table concerns a person on a day, by sex, age and area alone."""
    answers: list[bool | None] = []
    if who.sex is not None:
        answers.append(None if facts.sex is None else facts.sex == who.sex)
    if facts.birth is None:
        answers += [False if who.known_age else None] * (who.age_from is not None or who.age_until is not None)
    else:
        if who.age_from is not None:
            answers.append(on >= add(facts.birth, who.age_from))
        if who.age_until is not None:
            answers.append(on <= last_day(facts.birth, who.age_until))
    answers += [_in_area(setting, wanted, facts, knowledge) for setting, wanted in who.area.items()]
    return False if False in answers else None if None in answers else True


def _in_area(setting: str, wanted: object, facts: Facts, knowledge: Knowledge) -> bool | None:
    value = facts.area.get(setting, knowledge.settings[setting].default)
    return None if value is None else value == wanted


@dataclass(frozen=True, slots=True)
class Reach:
    """The rules that may concern people who are alike; of each rule the answer of `concerns`, by the identity of its `Who`."""

    answers: dict[int, bool | None]
    #: By kind of episode (None: the person), in the order of the knowledge.
    tables: dict[str | None, tuple[Table, ...]]
    families: tuple[Family, ...]


def reach(facts: Facts, on: int, knowledge: Knowledge) -> Reach:
    """The rules that may concern a person on a day."""
    limits = _limits(knowledge)
    alike = limits.alike(facts, on, knowledge)
    known = limits.reaches.get(alike)
    if known is None:
        known = limits.reaches[alike] = _worked_out(facts, on, knowledge)
    return known


def _worked_out(facts: Facts, on: int, knowledge: Knowledge) -> Reach:
    answers = {id(one.who): concerns(one.who, facts, on, knowledge) for one in _rules(knowledge)}
    tables: dict[str | None, list[Table]] = {}
    for table in knowledge.tables:
        if answers[id(table.who)] is not False:
            tables.setdefault(table.who.episode, []).append(table)
    families = tuple(one for one in knowledge.families if answers[id(one.who)] is not False)
    return Reach(answers, {kind: tuple(several) for kind, several in tables.items()}, families)


def _rules(knowledge: Knowledge) -> Iterable[Table | Family]:
    return (*knowledge.tables, *knowledge.families)


@dataclass(frozen=True, slots=True)
class _Limits:
    """Where the rules tell people apart: completed months and days of life, lengths of months and days, settings of the area."""

    months: list[int]
    days: list[int]
    lengths: list[Span]
    area: list[tuple[str, object]]
    reaches: dict[Hashable, Reach] = field(default_factory=dict)

    def alike(self, facts: Facts, on: int, knowledge: Knowledge) -> Hashable:
        """The same for all whom no rule tells apart."""
        birth = facts.birth
        age = None if birth is None else (
            bisect_right(self.months, months_between(birth, on)),
            bisect_right(self.days, on - birth),
            *(on >= add(birth, one) for one in self.lengths),
        )  # fmt: skip
        return facts.sex, age, *(_in_area(setting, wanted, facts, knowledge) for setting, wanted in self.area)


@remembered
def _limits(knowledge: Knowledge) -> _Limits:
    first_days = [one.who.age_from for one in _rules(knowledge) if one.who.age_from is not None]
    last_days = [one.who.age_until for one in _rules(knowledge) if one.who.age_until is not None]
    # The first age at which a limit no longer holds: `until 59m` at 60 months, `until 28d` on day 29.
    limits = first_days + [
        Span(one.months + 1) if one.months and not one.days else Span(one.months, one.days + 1) for one in last_days
    ]
    return _Limits(
        months=sorted({one.months for one in limits if one.months and not one.days}),
        days=sorted({one.days for one in limits if not one.months}),
        lengths=sorted({one for one in limits if one.months and one.days}),
        area=list(dict.fromkeys((setting, wanted) for one in _rules(knowledge) for setting, wanted in one.who.area.items())),
    )  # fmt: skip
