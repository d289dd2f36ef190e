"""Expressions for many rows at once: the same meaning as `care_engine.evaluating`, node by node."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from care_engine.expressions import Binary, Call, Expression, If, In, Length, Literal, Name, Setting, Unary, walk
from care_engine.model import Item, Knowledge
from care_engine.population import columns as c
from care_engine.population import storage as st
from care_engine.population.columns import Array, Column, Sets
from care_engine.population.frame import Frame
from care_engine.population.frames import Subjects
from care_engine.remembering import remembered
from care_engine.typing_rules import Typer

Function = Callable[[Call, Frame], Column]
#: What each function of the language means; `histories.py` and `functions.py` fill it.
FUNCTIONS: dict[str, Function] = {}
#: Those that take long.
DEAR = frozenset(
    {"zscore", "zflag", "latest", "latest_where", "latest_where_on", "previous", "previous_on", "previous_where"}
)


def means(*names: str) -> Callable[[Function], Function]:
    """Declares what these functions of the language mean."""

    def declare(function: Function) -> Function:
        FUNCTIONS.update(dict.fromkeys(names, function))
        return function

    return declare


def evaluate(node: Expression, frame: Frame) -> Column:
    """The column of an expression. Worked out once a frame: equal trees share their answer."""
    found = frame.answered(node)
    if found is None:
        found = frame.memo[node] = _RULES[type(node)](node, frame)
        frame.population.kept += c.size_in_bytes(found)
    return found


def truth(node: Expression, frame: Frame) -> Array:
    column = evaluate(node, frame)
    assert not isinstance(column, Sets)
    return c.truths(None, len(column)) if column.dtype == np.float64 else column  # the literal `unknown`


def _literal(node: Literal, frame: Frame) -> Column:
    value, rows = node.value, len(frame)
    if value is None:
        return c.numbers(np.nan, rows)
    if isinstance(value, bool):
        return c.truths(value, rows)
    if isinstance(value, str):
        return c.words(frame.population.words[value], rows)
    return c.numbers(value, rows)


def _name(node: Name, frame: Frame) -> Column:
    word = _WORDS.get(node.id)
    if word is not None:
        return word(frame)
    item = frame.population.knowledge.items[node.id]
    if item.formula is not None:
        if node.id not in frame.formulas:
            frame.formulas[node.id] = _reckoned(item, item.formula, frame)
        return frame.formulas[node.id]
    if frame.today:
        return c.unknown_like(frame.population.log.values(node.id)[1], len(frame))
    own = frame.source
    if frame.subjects.kind is not None:  # attributes are a person's, not an episode's
        own = c.or_none(own, ~frame.contacts.timeless.take(frame.chosen))
    return frame.population.log.at(node.id, own)


def _reckoned(item: Item, formula: Expression, frame: Frame) -> Column:
    """A formula's column. A dear one is reckoned once a contact, though many frames hold the contact."""
    column, population, kind = frame.answered(formula), frame.population, frame.subjects.kind
    if column is not None:
        return column
    if frame.today or not frame.is_kept or item.type not in _UNKNOWN or not _is_dear(formula, population.knowledge):
        return evaluate(formula, frame)
    if (kind, item.id) not in population.reckoned:
        size = len(frame.contacts)
        population.reckoned[kind, item.id] = np.full(size, _UNKNOWN[item.type]), np.zeros(size, dtype=bool)
    values, done = population.reckoned[kind, item.id]
    missing = c.rows_where(~done.take(frame.chosen))
    if len(missing):
        whole = len(missing) == len(frame)
        column = np.asarray(evaluate(formula, frame if whole else frame.where(missing)))
        rows = frame.chosen.take(missing)
        done[rows] = True
        if column.dtype == values.dtype:  # it is another one for the literal `unknown`
            values[rows] = column
    return values.take(frame.chosen)


#: By type of an item: how its unknown value is kept.
_UNKNOWN: dict[str, np.generic] = {
    **dict.fromkeys(("number", "integer", "date"), np.float64(np.nan)),
    **dict.fromkeys(("choice", "text"), np.int32(-1)),
    "boolean": c.UNKNOWN,
}


@remembered
def _is_dear(formula: Expression, knowledge: Knowledge) -> bool:
    """Whether it asks for scores or for what was recorded before, also through other formulas."""
    return any(
        (isinstance(one, Call) and one.function in DEAR)
        or (
            isinstance(one, Name)
            and (item := knowledge.items.get(one.id)) is not None
            and item.formula is not None
            and _is_dear(item.formula, knowledge)
        )
        for one in walk(formula)
    )


def _hours(frame: Frame, day: Array, minute: Array) -> Column:
    if frame.today:
        return c.numbers(np.nan, len(frame))
    at = np.asarray(frame.population.log.at(st.MINUTE, frame.source))
    return np.asarray(((frame.on - day) * 1440 + at - minute) / 60)


def _birth(frame: Frame) -> Array:
    return frame.population.birth[frame.person]


def _months_of_age(frame: Frame) -> Array:
    if frame.today:
        return c.months_between(_birth(frame), frame.on)
    return np.asarray(frame.population.ages(frame.subjects.kind, in_months=True)[frame.chosen])


def _of_contact(mark: str) -> Callable[[Frame], Column]:
    def column(frame: Frame) -> Column:
        if frame.today:
            return c.words(-1, len(frame))
        return frame.population.log.at(mark, frame.source)

    return column


def _episode(select: Callable[[Subjects], Array]) -> Callable[[Frame], Column]:
    def column(frame: Frame) -> Column:
        if frame.subjects.kind is None:
            return c.numbers(np.nan, len(frame))
        return select(frame.subjects)[frame.subject]

    return column


def _episode_end(frame: Frame) -> Column:
    if frame.subjects.kind is None:
        return c.numbers(np.nan, len(frame))
    end = frame.subjects.end[frame.subject]
    return np.where(end <= frame.population.on, end, np.nan)


_WORDS: dict[str, Callable[[Frame], Column]] = {
    "birth": _birth,
    "today": lambda frame: frame.on.astype(np.float64),
    "umur-hari": lambda frame: frame.on - _birth(frame),
    "umur-bulan": _months_of_age,
    "umur-tahun": lambda frame: np.floor_divide(_months_of_age(frame), 12),
    "sex": lambda frame: frame.population.sex[frame.person],
    "unit": _of_contact(st.UNIT),
    "cadre": _of_contact(st.CADRE),
    "jam-sejak-lahir": lambda frame: _hours(frame, _birth(frame), frame.population.birth_minute[frame.person]),
    "jam-sejak-awal": lambda frame: _hours(
        frame, frame.subjects.start[frame.subject], frame.subjects.start_minute[frame.subject]
    ),
    "episode-start": _episode(lambda subjects: subjects.start),
    "episode-end": _episode_end,
    "episode-outcome": lambda frame: frame.subjects.outcome[frame.subject],
    "registered": lambda frame: frame.subjects.registered[frame.subject],
}


def _setting(node: Setting, frame: Frame) -> Column:
    return c.pick(frame.population.setting(node.id), frame.person)


def _unary(node: Unary, frame: Frame) -> Column:
    inner = evaluate(node.operand, frame)
    if node.op == "is known":
        return c.known(inner).view(np.int8)
    if node.op == "is unknown":
        return c.negate(c.known(inner).view(np.int8))
    assert not isinstance(inner, Sets)
    return c.negate(truth(node.operand, frame)) if node.op == "not" else -inner


def _binary(node: Binary, frame: Frame) -> Column:
    op = node.op
    if op in ("and", "or"):
        first = truth(node.left, frame)
        if c.is_everywhere(first, c.NO if op == "and" else c.YES):
            return first
        return (c.both if op == "and" else c.either)(first, truth(node.right, frame))
    left = evaluate(node.left, frame)
    if op == "else":
        if c.is_unknown(left) and _has_type(node.right):
            return evaluate(node.right, frame)
        known = c.known(left)
        return left if known.all() else c.choose(known, left, evaluate(node.right, frame))
    if c.is_unknown(left):
        return c.numbers(np.nan, len(frame)) if op in _ARITHMETIC else c.truths(None, len(frame))
    if isinstance(node.right, Length):
        sign = 1 if op == "+" else -1
        assert not isinstance(left, Sets)
        return c.add_months(left, sign * node.right.months) + sign * node.right.days
    right = evaluate(node.right, frame)
    if c.is_unknown(right):
        return c.numbers(np.nan, len(frame)) if op in _ARITHMETIC else c.truths(None, len(frame))
    if op == "contains":
        assert isinstance(left, Sets) and isinstance(node.right, Literal)
        word = str(node.right.value)
        bit = left.choices.index(word) if word in left.choices else None
        member = np.zeros(len(left), dtype=bool) if bit is None else (left.bits >> bit & 1).astype(bool)
        return c.as_truth(member, left.known)
    assert not isinstance(left, Sets) and not isinstance(right, Sets)
    if op in _ARITHMETIC:
        result: Array = _ARITHMETIC[op](left.astype(np.float64, copy=False), right.astype(np.float64, copy=False))
        if op in ("+", "-") and _gives_a_date(node, frame.population.knowledge):
            result = np.floor(result)  # the day in which it ends
        infinite = np.isinf(result)
        if infinite.any():
            result[infinite] = np.nan
        return result
    return c.truth_unless(c.unknown(left, right), _COMPARISONS[op](left, right))


@remembered
def _gives_a_date(node: Binary, knowledge: Knowledge) -> bool:
    return Typer(knowledge, set(knowledge.services)).kind(node).type == "date"


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": lambda left, right: np.where(np.isnan(left) | np.isnan(right), np.nan, np.power(left, right)),
}
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "=": np.equal,
    "!=": np.not_equal,
}


def _in(node: In, frame: Frame) -> Column:
    value = evaluate(node.operand, frame)
    assert not isinstance(value, Sets)
    fixed, others = list[Array](), list[Array]()  # what is fixed is known
    for option in node.options:
        is_fixed = isinstance(option, Literal) and option.value is not None
        (fixed if is_fixed else others).append(np.asarray(evaluate(option, frame)))
    answer = c.truths(False, len(frame))
    if fixed:
        answer = c.truth_unless(c.unknown(value), np.logical_or.reduce([value == one for one in fixed]))
    for one in others:
        answer = c.either(answer, c.truth_unless(c.unknown(value, one), value == one))
    return answer


def _if(node: If, frame: Frame) -> Column:
    """A branch that nobody takes is not asked about."""
    condition = truth(node.condition, frame)
    yes, known = condition == c.YES, c.known(condition)
    if _has_type(node.otherwise) and not yes.any():
        chosen = evaluate(node.otherwise, frame)
    elif _has_type(node.then) and (yes == known).all():
        chosen = evaluate(node.then, frame)
    else:
        chosen = c.choose(yes, evaluate(node.then, frame), evaluate(node.otherwise, frame))
    return chosen if known.all() else c.choose(known, chosen, c.unknown_like(chosen, len(frame)))


def _has_type(node: Expression) -> bool:
    """Whether its column has the type of its values: that of the literal `unknown` has any."""
    return node != Literal(None)


def _call(node: Call, frame: Frame) -> Column:
    return FUNCTIONS[node.function](node, frame)


_RULES: dict[type, Callable[[Any, Frame], Column]] = {
    Literal: _literal,
    Name: _name,
    Setting: _setting,
    Unary: _unary,
    Binary: _binary,
    In: _in,
    If: _if,
    Call: _call,
}


def setting_value(value: object, words: c.Words) -> float | int | bool | None:
    """An area setting as a number or a word's number; None is unknown."""
    if isinstance(value, date):
        return float(value.toordinal())
    if isinstance(value, bool) or value is None:
        return value
    return words[value] if isinstance(value, str) else float(value)  # type: ignore[arg-type]
