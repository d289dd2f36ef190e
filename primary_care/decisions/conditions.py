"""Conditions of form items that hang on answers still to be given: `sistolik >= 140`, asked while the form is being filled.

What the record already says is worked out here; what stays is an expression over the fields of the form. The server asks it of what was
typed (`holds`), the browser of what is being typed (`as_data`, read by `desk/conditions.js`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from care_engine.evaluating import Moment, evaluate
from care_engine.expressions import Binary, Call, Expression, In, Literal, Name, Unary
from care_engine.facts import Contact

# What is left standing over a field; everything else is worked out from the record when the form is made.
KEPT = ("and", "or", "<", "<=", ">", ">=", "=", "!=", "contains", "else")
Raw = Any


@dataclass(frozen=True)
class Condition:
    """An expression in which only fields of the form and known values remain."""

    rule: Expression
    at: Moment

    def holds(self, typed: Mapping[str, Raw]) -> bool | None:
        """Whether the answers in `typed` (as the form reads them) make it true; None where they do not say."""
        contact = self.at.contact or Contact(self.at.on, self.at.sequence)
        values = {item: _fact(value) for item, value in typed.items()}
        answer = evaluate(self.rule, replace(self.at, contact=replace(contact, values=values), memo={}, judgements={}))
        return answer if isinstance(answer, bool) else None

    def as_data(self) -> Any:
        """The same as nested lists for a page: a field is `["field", id]`, everything else `[operator, …]` or a plain value."""
        return _data(self.rule)

    def __or__(self, other: Condition) -> Condition:
        return self if self.rule == other.rule else Condition(Binary("or", self.rule, other.rule), self.at)


def condition(rule: Expression | None, at: Moment | None, fields: frozenset[str]) -> Condition | bool | None:
    """`rule` as far as it hangs on `fields`; its answer where it hangs on none of them; None where the record does not say."""
    if rule is None or at is None:
        return True if rule is None else None
    left = _left(rule, at, fields)
    if left is None:
        answer = evaluate(rule, at)
        return answer if isinstance(answer, bool) else None
    return Condition(left, at)


def _left(node: Expression, at: Moment, fields: frozenset[str]) -> Expression | None:
    """What is left of `node`; None where nothing in it is a field of the form."""
    match node:
        case Name(id=item) if item in fields:
            return node
        case Call(function="latest", arguments=(Name(id=item),)) if item in fields:
            return Binary("else", Name(item), _now(node, at))  # the newest value is the one being typed
        case Call(function="size", arguments=(inner,)):
            left = _left(inner, at, fields)
            return None if left is None else Call("size", (left,))
        case Unary(op="not" | "is known" | "is unknown" as op, operand=inner):
            left = _left(inner, at, fields)
            return None if left is None else Unary(op, left)
        case Binary(op=op, left=one, right=other) if op in KEPT:
            left, right = _left(one, at, fields), _left(other, at, fields)
            if (left is None and right is None) or _settled(op, one if left is None else other, left, right, at):
                return None
            return Binary(op, left or _now(one, at), right or _now(other, at))
        case In(operand=inner, options=options):
            left = _left(inner, at, fields)
            return None if left is None else In(left, tuple(_now(one, at) for one in options))
    return None


def _settled(op: str, known: Expression, left: Expression | None, right: Expression | None, at: Moment) -> bool:
    """Whether the side that the record knows decides alone: a no in an `and`, a yes in an `or`."""
    if op not in ("and", "or") or (left is not None and right is not None):
        return False
    return evaluate(known, at) is (op == "or")


def _now(node: Expression, at: Moment) -> Literal:
    return Literal(evaluate(node, at))


def _fact(value: Raw) -> Any:
    """A typed value as the engine reads it."""
    match value:
        case bool() | str():
            return value
        case Decimal() | int():
            return float(value)
        case date():
            return value.toordinal()
    return frozenset(value)


def _data(node: Expression) -> Any:
    match node:
        case Literal(value=value):
            return ["list", *sorted(value)] if isinstance(value, frozenset) else value
        case Name(id=item):
            return ["field", item]
        case Unary(op=op, operand=inner):
            return [op, _data(inner)]
        case Binary(op=op, left=left, right=right):
            return [op, _data(left), _data(right)]
        case In(operand=inner, options=options):
            return ["in", _data(inner), *(_data(one) for one in options)]
        case Call(function="size", arguments=(inner,)):
            return ["size", _data(inner)]
    raise AssertionError(f"not left standing: {node}")
