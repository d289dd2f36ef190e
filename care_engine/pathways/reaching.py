"""Which decision tables a service leads to, worked out from the knowledge: nobody writes it down.

A service leads to a table
- by what it records: the items whose recording is the service are among those that make the table speak;
- by itself: the table asks whether or when the service was given, or where it stands;
- by its findings: the table asks for nothing but findings that such tables make;
- by its form, where it is the contact at which the form is filled in: what the form asks makes the table speak.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal as OneOfText

from care_engine.expressions import SCHEDULE_FUNCTIONS, SERVICE_FUNCTIONS, Call, Expression, Literal, Name, walk
from care_engine.model import Family, Knowledge, Table, Who
from care_engine.ordering import findings_asked
from care_engine.pathways.shown import may_share, settled
from care_engine.remembering import remembered
from care_engine.tables import triggers

How = OneOfText["items", "service", "findings", "form"]


@dataclass(frozen=True)
class Reached:
    """A table that a service leads to, how, and the items of the service that make it speak (none where none does)."""

    table: Table
    how: How
    items: tuple[str, ...] = ()


def reached_by(family: Family, within: Who, knowledge: Knowledge, *, with_form: bool) -> tuple[Reached, ...]:
    """The tables that a family leads to for people of `within`, in the order of the knowledge; `with_form`: also by what its form asks."""
    episodes = {family.who.episode, *episodes_of(within)}
    tables = [
        one
        for one in knowledge.tables
        if may_share(one.who, family.who)
        and may_share(one.who, within)
        and one.who.episode in (None, *episodes)
        and (one.who.when is None or settled(one.who.when, within) is not False)
    ]
    own = recorded_by(family, knowledge)
    found = {one.table.id: one for one in _by_items(tables, own, "items", knowledge)}
    for table in tables:
        if table.id not in found and asked_about(table, knowledge) & {family.id, *family.services}:
            found[table.id] = Reached(table, "service")
    if with_form:
        for one in _by_items(tables, form_items(family, knowledge), "form", knowledge):
            found.setdefault(one.table.id, one)
    made = {finding for one in found.values() for finding in one.table.findings}
    for table in tables:
        if table.id not in found and not triggers(table, knowledge):
            if findings_asked(table, dict(knowledge.items)) & made:
                found[table.id] = Reached(table, "findings")
    return tuple(found[one.id] for one in tables if one.id in found)


def episodes_of(who: Who) -> frozenset[str]:
    """The kinds of episode that the people of a pathway are in: its own, or those that its condition names."""
    named = {
        str(one.arguments[0].value)
        for one in (walk(who.when) if who.when is not None else ())
        if isinstance(one, Call) and one.function == "in_episode" and isinstance(one.arguments[0], Literal)
    }
    return frozenset(named | ({who.episode} if who.episode is not None else set()))


def _by_items(tables: Iterable[Table], items: tuple[str, ...], how: How, knowledge: Knowledge) -> list[Reached]:
    return [Reached(one, how, named) for one in tables if (named := _speaking(one, items, knowledge))]


def _speaking(table: Table, items: tuple[str, ...], knowledge: Knowledge) -> tuple[str, ...]:
    """The items that make a table speak. One that a formula looks at among many others does not count: it makes too many speak."""
    wanted = triggers(table, knowledge)
    named = tuple(one for one in items if one in wanted)
    if table.triggered_by or not named or len(named) * 2 >= len(wanted):
        return named
    written = {node.id for one in table.inputs for node in walk(one.value) if isinstance(node, Name)}
    return tuple(one for one in named if one in written)


@remembered
def recorded_by(family: Family, knowledge: Knowledge) -> tuple[str, ...]:
    """The items whose recording is the service, and those that its credit looks at; formulas stand for what they are worked out from."""
    credit = family.schedule.credit
    if not credit.items:
        return ()
    trees: list[Expression] = [Name(one) for one in credit.items]
    if credit.condition is not None:
        trees.append(credit.condition)
    return _recorded(trees, knowledge)


def form_items(family: Family, knowledge: Knowledge) -> tuple[str, ...]:
    """The items that the forms of a family ask, in their order."""
    forms = dict.fromkeys(form for one in family.services if (form := family.member(one).form) is not None)
    return tuple(
        dict.fromkeys(
            item.item for form in forms for section in knowledge.forms[form].sections for item in section.items
        )
    )


@remembered
def asked_about(table: Table, knowledge: Knowledge) -> frozenset[str]:
    """The services and families that a table asks about by name, also through formulas."""
    functions = {**SERVICE_FUNCTIONS, **SCHEDULE_FUNCTIONS}
    trees = [one.value for one in table.inputs]
    found: set[str] = set()
    seen: set[str] = set()
    while trees:
        for node in walk(trees.pop()):
            if isinstance(node, Call) and node.function in functions and isinstance(node.arguments[0], Name):
                found.add(node.arguments[0].id)
            if isinstance(node, Name) and node.id not in seen and (item := knowledge.items.get(node.id)) is not None:
                seen.add(node.id)
                if item.formula is not None:
                    trees.append(item.formula)
    return frozenset(found)


def _recorded(trees: list[Expression], knowledge: Knowledge) -> tuple[str, ...]:
    """The recorded items that expressions name, also through formulas."""
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting = list(trees)
    while waiting:
        for node in walk(waiting.pop(0)):
            if not isinstance(node, Name) or node.id in seen or node.id not in knowledge.items:
                continue
            seen.add(node.id)
            formula = knowledge.items[node.id].formula
            if formula is None:
                found[node.id] = None
            else:
                waiting.append(formula)
    return tuple(found)
