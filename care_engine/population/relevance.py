"""Which rules can matter to some people. The others are not looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from care_engine.dates import Span
from care_engine.expressions import (
    FINDING_FUNCTIONS,
    SCHEDULE_FUNCTIONS,
    Expression,
    Name,
    named_in,
    walk,
)
from care_engine.model import Family, Knowledge, Repeat, Series, Table, Target, Who, Window

#: The functions that ask about all that a table ever said.
_EVER = {one: FINDING_FUNCTIONS[one] for one in ("ever_found", "first_found_on")}
#: Children's rules end before this age; people who are older are looked at without them.
CHILDHOOD = Span(months=84)


@dataclass(frozen=True)
class Relevance:
    """Ids of the tables and families that may matter.

    everywhere: the tables that are judged wherever they may speak, because they ask what they said before, or because a rule asks whether they ever said it.
    """

    tables: frozenset[str]
    families: frozenset[str]
    everywhere: frozenset[str] = frozenset()

    def has_table(self, table: Table) -> bool:
        return table.id in self.tables

    def is_judged_everywhere(self, table: Table) -> bool:
        return table.id in self.everywhere

    def has_family(self, family: Family) -> bool:
        return family.id in self.families

    @staticmethod
    def everything(knowledge: Knowledge) -> Relevance:
        """For people of unknown age."""
        return _closure(knowledge, lambda who: True)

    @staticmethod
    def of_children(knowledge: Knowledge) -> Relevance:
        """For people younger than `CHILDHOOD`."""
        return _closure(knowledge, lambda who: who.age_from is None or _months(who.age_from) < CHILDHOOD.months)

    @staticmethod
    def of_others(knowledge: Knowledge) -> Relevance:
        return _closure(knowledge, lambda who: who.age_until is None or _months(who.age_until) >= CHILDHOOD.months - 1)


def _months(span: Span) -> float:
    return span.months + span.days / 31


def _closure(knowledge: Knowledge, matters) -> Relevance:  # type: ignore[no-untyped-def]
    """The rules that matter by themselves, and those that they ask about."""
    tables = {one.id: one for one in knowledge.tables}
    rules: list[Table | Family] = [*tables.values(), *knowledge.families]
    wanted = [one for one in rules if matters(one.who)]
    seen: dict[int, Table | Family] = {}
    everywhere: set[str] = set()
    while wanted:
        rule = wanted.pop()
        if id(rule) in seen:
            continue
        seen[id(rule)] = rule
        asked = _asked(rule, knowledge)
        for finding in asked.findings:
            wanted += knowledge.tables_by_finding.get(finding, ())
        for finding in asked.ever:
            everywhere.update(one.id for one in knowledge.tables_by_finding.get(finding, ()))
        if isinstance(rule, Table) and not asked.findings.isdisjoint(rule.findings):
            everywhere.add(rule.id)
        for service in asked.services:
            wanted += knowledge.families_of.get(service, ())
    return Relevance(
        frozenset(one.id for one in seen.values() if isinstance(one, Table)),
        frozenset(one.id for one in seen.values() if isinstance(one, Family)),
        frozenset(everywhere),
    )


@dataclass
class _Asked:
    """What a rule asks about, also through formulas: findings (ever: whether they were ever made), and services as they are concluded."""

    findings: set[str] = field(default_factory=set)
    ever: set[str] = field(default_factory=set)
    services: set[str] = field(default_factory=set)


def _asked(rule: Table | Family, knowledge: Knowledge) -> _Asked:
    asked, formulas = _Asked(), set[str]()
    trees = list(_expressions(rule))
    while trees:
        tree = trees.pop()
        asked.findings |= named_in(tree, FINDING_FUNCTIONS)
        asked.ever |= named_in(tree, _EVER)
        asked.services |= named_in(tree, SCHEDULE_FUNCTIONS)
        for node in walk(tree):
            item = knowledge.items.get(node.id) if isinstance(node, Name) else None
            if item is not None and item.formula is not None and item.id not in formulas:
                formulas.add(item.id)
                trees.append(item.formula)
    return asked


def _expressions(rule: Table | Family) -> Iterable[Expression]:
    def known(who: Who, *others: Expression | None) -> Iterable[Expression]:
        return (one for one in (who.when, *others) if one is not None)

    if isinstance(rule, Table):
        yield from known(rule.who, rule.when)
        yield from (one.value for one in rule.inputs)
        return
    schedule = rule.schedule
    yield from known(rule.who, schedule.credit.condition, getattr(schedule, "anchor", None))
    for hold in schedule.holds:
        yield hold.when
        if hold.until is not None:
            yield hold.until
    if isinstance(schedule, Repeat):
        yield from (
            one for one in (schedule.until, schedule.first.anchor if schedule.first else None) if one is not None
        )
    if isinstance(schedule, Series) and schedule.prior is not None:
        yield from (schedule.prior.count, schedule.prior.on)
    if isinstance(schedule, Window | Series):
        variants = [step for one in schedule.variants for step in one.steps] if isinstance(schedule, Series) else []
        for step in (*schedule.steps, *variants):
            yield from (one for one in (step.needs, step.full, step.late_if, step.when) if one is not None)
            if isinstance(step.due, Target):
                yield step.due.anchor
