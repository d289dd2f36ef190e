"""Decision tables: when they speak, and how their rows are read against values that may be unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from care_engine.answers import UNKNOWN, Judgement
from care_engine.cells import Anything
from care_engine.evaluating import meaning
from care_engine.expressions import Call, Name, walk
from care_engine.model import Knowledge, Table
from care_engine.moments import Meaning, Moment
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


class Inputs(Mapping[str, Any]):
    """What a table's inputs are at a moment: each worked out when somebody asks for it, for a row often decides before the last."""

    __slots__ = ("_at", "_plan", "known")

    def __init__(self, plan: _Plan, at: Moment) -> None:
        self._plan, self._at = plan, at
        self.known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        known = self.known
        if name not in known:
            known[name] = self._plan.inputs[name](self._at)
        return known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._plan.inputs)

    def __len__(self) -> int:
        return len(self._plan.inputs)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A table made ready: what its inputs mean, and for each row the tests of its cells by the name of their input."""

    inputs: dict[str, Meaning]
    rows: tuple[tuple[tuple[str, Callable[[object], bool | None]], ...], ...]


@remembered
def _plan(table: Table) -> _Plan:
    names = [one.name for one in table.inputs]
    return _Plan(
        {one.name: meaning(one.value) for one in table.inputs},
        tuple(
            tuple(
                (name, cell.holds)
                for name, cell in zip(names, row.cells, strict=True)
                if not isinstance(cell, Anything)
            )
            for row in table.rows
        ),
    )


def hit(table: Table, at: Moment) -> Judgement:
    """Read the rows against the inputs, three-valued (§5: what an unknown value may still change)."""
    plan = _plan(table)
    values = Inputs(plan, at)
    known = values.known
    might: list[int] = []
    rows: list[int] = []
    for number, tests in enumerate(plan.rows):
        answer: bool | None = True
        for name, holds in tests:
            fits = holds(known[name] if name in known else values[name])
            if fits is False:
                answer = False
                break
            if fits is None:
                answer = None
        if answer is None:
            might.append(number)
        elif answer:
            rows.append(number)
            if table.hit == "first":
                break
    sure = tuple(one for number in rows for one in table.rows[number].then)
    answers = {table.rows[number].then for number in might}
    open_ = False
    outcome: tuple[str, ...] | None
    if table.hit == "collect":
        open_ = any(not set(one) <= set(sure) for one in answers)
        outcome = tuple(dict.fromkeys(sure)) if sure or not open_ else UNKNOWN
    else:
        answers.add(sure)
        outcome = answers.pop() if len(answers) == 1 else UNKNOWN
    gaps = _gaps(plan, might, values, at) if open_ or outcome is UNKNOWN else ()
    return Judgement(table, at.on, at.sequence, outcome, tuple(rows), values, gaps, open_)


def _gaps(plan: _Plan, might: list[int], values: Mapping[str, Any], at: Moment) -> tuple[str, ...]:
    """The items for want of which it cannot be told whether these rows fit."""
    unsure = dict.fromkeys(name for row in might for name, holds in plan.rows[row] if holds(values[name]) is None)
    return tuple(dict.fromkeys(gap for name in unsure for gap in at.person.gaps(plan.inputs[name], at)))
