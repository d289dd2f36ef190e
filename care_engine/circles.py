"""Rules that lead back to themselves: an answer that would be needed to work itself out.

Families of services and tables ask each other: `status(b)` asks the family of b, `found(x)` the tables that find x, a formula item whatever its formula
asks. Where such questions come back to the rule that asked first, nothing can be worked out, and the engine would say "unknown" or "not found" without
a word. What was recorded (`given`, `given_on`, `exists(...)`, an item) and what a table said at an earlier contact (`previously_found` of its own
finding) is there already, so the way ends there (`docs/knowledge-language.md` §6.7).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from care_engine import model as m
from care_engine.expressions import (
    FINDING_FUNCTIONS,
    SCHEDULE_FUNCTIONS,
    SERVICE_FUNCTIONS,
    Call,
    Expression,
    Name,
    children,
)

#: A family or a table: its kind and its id, for the two may share one.
Rule = tuple[str, str]


@dataclass(frozen=True)
class Written:
    """An expression of a rule, where it stands and under which key."""

    at: m.Place
    key: str
    tree: Expression


@dataclass(frozen=True)
class Asked:
    """What one rule asks another: `status(anc-k6)` in the `for.when` of a family."""

    asker: Rule
    asked: Rule
    at: m.Place
    key: str
    words: str


def circles(knowledge: m.Knowledge) -> Iterator[tuple[m.Place, str]]:
    """Each circle once, by the fewest questions: where its first question stands, the whole way round and the likely fix."""
    questions = _questions(knowledge)
    told: set[frozenset[Rule]] = set()
    for rule in questions:
        way = _way_back(rule, questions)
        members = frozenset(one.asker for one in way)
        if way and members not in told:
            told.add(members)
            yield way[0].at, _sentence(way)


def _sentence(way: list[Asked]) -> str:
    first = way[0].asker
    stops = [_called(first), *(f"{one.words} of {_called(one.asked)}" for one in way)]
    said = f"{way[0].key}: {_called(first)} would need its own answer: {' → '.join(stops)}"
    if not any(one.asker[0] == "family" for one in way):
        return f"{said}; ask for what it said at earlier contacts: previously_found(…)"
    if len(way) == 1:
        said += ", and the services of a family are worked out together"
    return f"{said}; let one of them ask for what was recorded instead: given_on(…), exists(given(…)) or an item"


def _called(rule: Rule) -> str:
    return rule[1] if rule[0] == "family" else f"table {rule[1]}"


def _way_back(start: Rule, questions: dict[Rule, list[Asked]]) -> list[Asked]:
    """The fewest questions that lead from a rule back to it; none when nothing does."""
    came_by: dict[Rule, Asked] = {}
    waiting = deque([start])
    while waiting:
        for question in questions[waiting.popleft()]:
            if question.asked in came_by:
                continue
            came_by[question.asked] = question
            if question.asked == start:
                way = [question]
                while way[0].asker != start:
                    way.insert(0, came_by[way[0].asker])
                return way
            waiting.append(question.asked)
    return []


# --- who asks whom ---


def schedules_asked(table: m.Table, knowledge: m.Knowledge) -> Iterator[tuple[m.Place, str]]:
    """Where and in which words a table asks what a schedule concluded: `status(anc-k6)`, `status(anc-k6) in k6-kontak`."""
    for one in of_table(table):
        for asked, words in _rules_named(one.tree, ("table", table.id), knowledge, set()):
            if asked[0] == "family":
                yield one.at, words


def _questions(knowledge: m.Knowledge) -> dict[Rule, list[Asked]]:
    written: dict[Rule, Iterator[Written]] = {
        **{("family", one.id): _of_family(one, knowledge) for one in knowledge.families},
        **{("table", one.id): of_table(one) for one in knowledge.tables},
    }
    return {
        asker: [
            Asked(asker, asked, one.at, one.key, words)
            for one in expressions
            for asked, words in _rules_named(one.tree, asker, knowledge, set())
        ]
        for asker, expressions in written.items()
    }


def _rules_named(tree: Expression, asker: Rule, knowledge: m.Knowledge, seen: set[str]) -> Iterator[tuple[Rule, str]]:
    """The rules whose answer an expression needs, also through formulas, and the words in which it asks."""
    if isinstance(tree, Name):
        item = knowledge.items.get(tree.id)
        if item is not None and item.formula is not None and tree.id not in seen:
            seen.add(tree.id)
            for asked, words in _rules_named(item.formula, asker, knowledge, seen):
                yield asked, words if " in " in words else f"{words} in {tree.id}"
        return
    if isinstance(tree, Call) and tree.arguments and isinstance(tree.arguments[0], Name):
        id_ = tree.arguments[0].id
        words = f"{tree.function}({id_})"
        if tree.function in SERVICE_FUNCTIONS:
            return
        if tree.function in SCHEDULE_FUNCTIONS:
            for family in knowledge.families_of.get(id_, ()):
                yield ("family", family.id), words
            return
        if tree.function in FINDING_FUNCTIONS:
            for table in knowledge.tables_by_finding.get(id_, ()):
                if ("table", table.id) != asker or tree.function != "previously_found":
                    yield ("table", table.id), words
            return
    for child in children(tree):
        yield from _rules_named(child, asker, knowledge, seen)


def of_table(table: m.Table) -> Iterator[Written]:
    """Everything that a table asks."""
    yield from _written(table.at, ("for.when", table.who.when), ("when", table.when))
    for index, one in enumerate(table.inputs):
        yield Written(table.at.key("inputs", index, "value"), f"input {one.name}", one.value)


def _of_family(family: m.Family, knowledge: m.Knowledge) -> Iterator[Written]:
    """Everything that is looked at to say where the services of a family stand."""
    schedule, at = family.schedule, family.at.key("schedule")
    yield from _written(family.at, ("for.when", family.who.when))
    yield from _written(at, ("credit.if", schedule.credit.condition))
    for index, hold in enumerate(schedule.holds):
        yield from _written(at.key("holds", index), ("when", hold.when), ("until", hold.until), called="holds.")
    match schedule:
        case m.Window():
            yield from _written(at, ("anchor", schedule.anchor))
            yield from _of_steps(schedule.steps)
        case m.Series():
            yield from _written(at, ("anchor", schedule.anchor))
            yield from _of_steps(schedule.steps)
            for variant in schedule.variants:
                yield from _of_steps(variant.steps)
            if schedule.prior is not None:
                yield from _written(at, ("prior.count", schedule.prior.count), ("prior.on", schedule.prior.on))
        case m.Repeat():
            first = schedule.first.anchor if schedule.first is not None else None
            yield from _written(at, ("first.anchor", first), ("until", schedule.until))
    for service in family.members:
        for provider in service.given_by:
            yield from _written(provider.at, ("if", provider.condition), called="given_by.")
        for index, told in enumerate(service.tell):
            yield from _written(service.at.key_or_shared("tell", index), ("if", told.condition), called="tell.")


def _of_steps(steps: tuple[m.Step, ...]) -> Iterator[Written]:
    for step in steps:
        due = step.due.anchor if isinstance(step.due, m.Target) else None
        yield from _written(step.at, ("due.anchor", due), ("needs", step.needs), ("full", step.full))
        yield from _written(step.at, ("late_if", step.late_if), ("when", step.when))


def _written(at: m.Place, *parts: tuple[str, Expression | None], called: str = "") -> Iterator[Written]:
    return (Written(at.key(*key.split(".")), called + key, tree) for key, tree in parts if tree is not None)
