"""Expressions for one person at one moment: the plain reading of `docs/knowledge-language.md` §4.

Each kind of tree has one function below, which turns it into its meaning: a function from a moment to a value. So a tree is looked
at once and asked often. Unknown is None. Every function says what it does with it; nothing turns it into no or zero silently.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from care_engine.computing import COMPUTING, FIVE_YEARS_IN_MONTHS, GROWTH_POSITION, INDICATOR_OF_INDEX
from care_engine.dates import add_months, months_between
from care_engine.expressions import Binary, Call, Expression, If, In, Length, Literal, Name, Setting, Unary
from care_engine.histories import HISTORIES, formula_value
from care_engine.model import Knowledge
from care_engine.moments import LAST_SEQUENCE, Meaning, Moment, unnoted
from care_engine.remembering import remembered

__all__ = [
    "FIVE_YEARS_IN_MONTHS",
    "GROWTH_POSITION",
    "INDICATOR_OF_INDEX",
    "LAST_SEQUENCE",
    "Moment",
    "both",
    "either",
    "evaluate",
    "formulas",
    "meaning",
]


def evaluate(node: Expression, at: Moment) -> Any:
    """The value of an expression at a moment: float, str, bool, int (a date as ordinal), frozenset, or None for unknown."""
    return meaning(node)(at)


@remembered
def meaning(node: Expression) -> Meaning:
    """What an expression means, to be asked at moments."""
    return _RULES[type(node)](node)


@remembered
def formulas(knowledge: Knowledge) -> Mapping[str, Meaning | None]:
    """Of each item what its formula means; None where it has none."""
    return {one.id: None if one.formula is None else meaning(one.formula) for one in knowledge.items.values()}


def _literal(node: Literal) -> Meaning:
    value = node.value
    return lambda at: value


def _name(node: Name) -> Meaning:
    name = node.id
    word = _WORDS.get(name)
    if word is not None and name not in ("birth", "sex"):
        return word

    def recorded(at: Moment) -> Any:
        """What is recorded at this contact; of an item with a formula, what it gives here."""
        value = at.memo.get(name)
        if value is not None:
            return value
        if word is not None:
            value = word(at)
        elif (formula := at.person.formulas[name]) is not None:
            return formula_value(name, formula, at)
        elif at.contact is not None:
            value = at.contact.values.get(name)
        if value is None:
            at.person.note_missing(name)
        return value

    return recorded


def _hours(at: Moment, day: int | None, minute: int | None) -> float | None:
    if at.contact is None or at.contact.minute is None or day is None or minute is None:
        return None
    return ((at.contact.on - day) * 1440 + at.contact.minute - minute) / 60


def _age(at: Moment, measure: Callable[[int, int], int]) -> float | None:
    birth = at.person.facts.birth
    return None if birth is None else float(measure(birth, at.on))


_WORDS: dict[str, Meaning] = {
    "birth": lambda at: at.person.facts.birth,
    "today": lambda at: at.on,
    "umur-hari": lambda at: _age(at, lambda birth, on: on - birth),
    "umur-bulan": lambda at: _age(at, months_between),
    "umur-tahun": lambda at: _age(at, lambda birth, on: months_between(birth, on) // 12),
    "sex": lambda at: at.person.facts.sex,
    "unit": lambda at: at.contact.unit if at.contact else None,
    "cadre": lambda at: at.contact.cadre if at.contact else None,
    "jam-sejak-lahir": lambda at: _hours(at, at.person.facts.birth, at.person.facts.birth_minute),
    "jam-sejak-awal": lambda at: _hours(at, at.subject.start, at.subject.start_minute),
    "episode-start": lambda at: at.subject.start if at.subject.kind else None,
    "episode-end": lambda at: at.subject.end if at.subject.end is not None and at.subject.end <= at.person.on else None,
    "episode-outcome": lambda at: at.subject.outcome,
    "registered": lambda at: at.subject.registered,
}


def _setting(node: Setting) -> Meaning:
    def value(at: Moment) -> Any:
        area = at.person.facts.area
        value = area[node.id] if node.id in area else at.person.knowledge.settings[node.id].default
        if isinstance(value, date):
            return value.toordinal()
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    return value


def _unary(node: Unary) -> Meaning:
    operand = meaning(node.operand)
    match node.op:
        case "is known":
            known = unnoted(operand)
            return lambda at: known(at) is not None
        case "is unknown":
            known = unnoted(operand)
            return lambda at: known(at) is None
        case "not":
            return lambda at: None if (value := operand(at)) is None else not value
        case _:
            return lambda at: None if (value := operand(at)) is None else -value


def both(left: bool | None, right: bool | None) -> bool | None:
    """Three-valued and: no wins over unknown."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def either(left: bool | None, right: bool | None) -> bool | None:
    """Three-valued or: yes wins over unknown."""
    if left is True or right is True:
        return True
    return None if left is None or right is None else False


def _binary(node: Binary) -> Meaning:
    if node.op in ("and", "or"):
        return _joined(node, decides=node.op == "or")
    left = meaning(node.left)
    if isinstance(node.right, Length):
        return _moved(left, node.right, 1 if node.op == "+" else -1)
    right = meaning(node.right)
    if node.op == "else":
        return _otherwise(left, right)
    compute = _OPERATORS[node.op]
    if isinstance(node.right, Literal) and (constant := node.right.value) is not None:
        return lambda at: None if (value := left(at)) is None else compute(value, constant)

    def value(at: Moment) -> Any:
        one, other = left(at), right(at)
        return None if one is None or other is None else compute(one, other)

    return value


def _otherwise(left: Meaning, right: Meaning) -> Meaning:
    """`x else y`: that x is unknown is no gap."""
    quietly = unnoted(left)

    def value(at: Moment) -> Any:
        value = left(at) if at.person.missing is None else quietly(at)
        return value if value is not None else right(at)

    return value


def _joined(node: Binary, decides: bool) -> Meaning:
    """`a and b and …`, `a or b or …`: the first that decides ends it; else unknown wins over what does not decide."""
    parts = [meaning(one) for one in _chain(node, node.op)]

    def value(at: Moment) -> Any:
        answer: bool | None = not decides
        for part in parts:
            one = part(at)
            if one is decides:
                return decides
            if one is None:
                answer = None
        return answer

    return value


def _chain(node: Expression, op: str) -> list[Expression]:
    """The parts of a tree that one operator joins."""
    if isinstance(node, Binary) and node.op == op:
        return [*_chain(node.left, op), *_chain(node.right, op)]
    return [node]


def _moved(day: Meaning, length: Length, sign: int) -> Meaning:
    """A date plus or minus calendar months."""

    def value(at: Moment) -> Any:
        start = day(at)
        return None if start is None else add_months(start, sign * length.months) + sign * length.days

    return value


def _power(base: float, exponent: float) -> float | None:
    """Unknown where there is no real number: the root of a negative one, a division by zero, one too large to hold."""
    try:
        result = base**exponent
    except (ZeroDivisionError, OverflowError):
        return None
    return None if isinstance(result, complex) else result


def _same(left: Any, right: Any, result: float) -> float | int:
    """A date plus or minus days stays a date (a whole ordinal)."""
    is_date = isinstance(left, int) != isinstance(right, int)
    return int(result) if is_date and not isinstance(left, bool) else result


def _minus(left: Any, right: Any) -> float | int:
    between_dates = isinstance(left, int) and isinstance(right, int)
    return float(left - right) if between_dates else _same(left, right, left - right)


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: _same(left, right, left + right),
    "-": _minus,
    "*": operator.mul,
    "/": lambda left, right: None if right == 0 else left / right,
    "^": _power,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
    "contains": operator.contains,
}


def _in(node: In) -> Meaning:
    operand, options = meaning(node.operand), [meaning(one) for one in node.options]

    def value(at: Moment) -> Any:
        wanted = operand(at)
        answer: bool | None = False
        for option in options:
            one = option(at)
            answer = either(answer, None if wanted is None or one is None else one == wanted)
        return answer

    return value


def _if(node: If) -> Meaning:
    condition, then, otherwise = meaning(node.condition), meaning(node.then), meaning(node.otherwise)

    def value(at: Moment) -> Any:
        answer = condition(at)
        return None if answer is None else then(at) if answer else otherwise(at)

    return value


_FUNCTIONS = {**HISTORIES, **COMPUTING}


def _call(node: Call) -> Meaning:
    return _FUNCTIONS[node.function](node, [meaning(one) for one in node.arguments])


_RULES: dict[type, Callable[[Any], Meaning]] = {
    Literal: _literal,
    Name: _name,
    Setting: _setting,
    Unary: _unary,
    Binary: _binary,
    In: _in,
    If: _if,
    Call: _call,
}
