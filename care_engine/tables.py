"""Decision tables: when they speak, and how their rows are read against values that may be unknown."""

from __future__ import annotations

from typing import Any

from care_engine.answers import UNKNOWN, Judgement
from care_engine.cells import holds
from care_engine.evaluating import Moment, both
from care_engine.expressions import Call, Name, walk
from care_engine.model import Knowledge, Table
from care_engine.ordering import findings_asked
from care_engine.remembering import remembered


@remembered
def triggers(table: Table, knowledge: Knowledge) -> frozenset[str]:
    """The recorded items whose recording makes a table speak (`docs/knowledge-language.md` §5)."""
    if table.triggered_by:
        return frozenset(table.triggered_by)
    bare, named = _items_named(table, knowledge)
    return frozenset(bare or named)


@remembered
def asks_itself(table: Table, knowledge: Knowledge) -> bool:
    """Whether a table asks what it said before (`previously_found` of its own finding)."""
    return not findings_asked(table, dict(knowledge.items)).isdisjoint(table.findings)


def _items_named(table: Table, knowledge: Knowledge) -> tuple[set[str], set[str]]:
    """Recorded items named bare in the inputs, and all recorded items named, both also through formulas."""
    bare: set[str] = set()
    named: set[str] = set()
    seen: set[str] = set()
    trees = [one.value for one in table.inputs]
    while trees:
        tree = trees.pop()
        inside = {
            id(call.arguments[0])
            for call in walk(tree)
            if isinstance(call, Call)
            and call.arguments
            and isinstance(call.arguments[0], Name)
            and call.function not in ("now",)
        }
        for node in walk(tree):
            if not isinstance(node, Name) or node.id not in knowledge.items:
                continue
            item = knowledge.items[node.id]
            if item.formula is not None:
                if node.id not in seen:
                    seen.add(node.id)
                    trees.append(item.formula)
                continue
            named.add(node.id)
            if id(node) not in inside:
                bare.add(node.id)
    return bare, named


def hit(table: Table, at: Moment, values: dict[str, Any], needed: dict[str, list[str]]) -> Judgement:
    """Read the rows against the values, three-valued (§5: what an unknown value may still change)."""
    might: list[tuple[str, ...]] = []
    rows: list[int] = []
    gaps: dict[str, None] = {}
    sure: list[str] = []
    for number, row in enumerate(table.rows):
        answer: bool | None = True
        unsure: list[str] = []
        for one, cell in zip(table.inputs, row.cells, strict=True):
            fits = holds(cell, values[one.name])
            if fits is None:
                unsure += needed[one.name]
            answer = both(answer, fits)
        if answer is False:
            continue
        if answer is None:
            might.append(row.then)
            gaps.update(dict.fromkeys(unsure))
            continue
        rows.append(number)
        sure += row.then
        if table.hit == "first":
            break
    if table.hit == "collect":
        open_ = any(not set(one) <= set(sure) for one in might)
        outcome: tuple[str, ...] | None = tuple(dict.fromkeys(sure)) if sure or not open_ else UNKNOWN
        return Judgement(table, at.on, at.sequence, outcome, tuple(rows), values, tuple(gaps) if open_ else (), open_)
    answers = {tuple(sure), *might} if rows else {(), *might}
    outcome = answers.pop() if len(answers) == 1 else UNKNOWN
    return Judgement(table, at.on, at.sequence, outcome, tuple(rows), values, tuple(gaps) if outcome is UNKNOWN else ())
