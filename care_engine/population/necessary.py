"""What must have been recorded before a condition can be true at all: where it was not, nobody needs to ask.

A need is a set of alternatives (where, id), of which one at least must hold; several needs must hold together; none means that nothing can be said.

    here       the item is recorded at this contact      given      the service was given at this contact
    once       … at some contact of the subject          ever       … at some contact of the person
    no-birth   the date of birth is not known
"""

from __future__ import annotations

from typing import Literal as OneOf

from care_engine.expressions import Binary, Call, Expression, If, In, Length, Literal, Name, Unary
from care_engine.model import Knowledge
from care_engine.remembering import remembered

Where = OneOf["here", "once", "ever", "given", "no-birth"]
Need = frozenset[tuple[Where, str]]
NEVER: Need = frozenset()

#: Functions that know nothing unless the item was recorded once in the life of the subject.
_OF_THE_LIFE = {
    *("latest", "latest_on", "latest_where", "latest_where_on", "latest_between", "latest_between_on"),
    *("previous", "previous_on", "previous_where", "previous_where_on", "first", "first_on"),
}
#: Functions that know nothing unless all their arguments are known.
_STRICT = {"abs", "round", "floor", "days", "months", "years", "month_index", "size", "lookup"}
_CHECKED = {"<", "<=", ">", ">=", "=", "!=", "contains", "+", "-", "*", "/", "^"}


@remembered
def to_be_true(tree: Expression, knowledge: Knowledge) -> tuple[Need, ...]:
    """The needs of a condition."""
    match tree:
        case Literal(value):
            return () if value is True else (NEVER,)
        case Binary("and", left, right):
            return (*to_be_true(left, knowledge), *to_be_true(right, knowledge))
        case Binary("or" | "else", left, right):
            return _either(to_be_true(left, knowledge), to_be_true(right, knowledge))
        case Unary("is known", inner):
            return to_be_known(inner, knowledge)
        case Unary("is unknown", Name("birth")):
            return (frozenset({("no-birth", "")}),)
        case Unary("is unknown"):
            return ()
        case Call("given", (Name(id_),)):
            return (frozenset({("given", id_)}),)
    return to_be_known(tree, knowledge)


def _either(left: tuple[Need, ...], right: tuple[Need, ...]) -> tuple[Need, ...]:
    """One side's needs or the other's. Of a side that has several, any one of them is sound; the smallest says most."""
    if not left or not right:
        return ()
    return (min(left, key=len) | min(right, key=len),)


@remembered
def to_be_known(tree: Expression, knowledge: Knowledge) -> tuple[Need, ...]:
    """The needs of a value, or of an answer yes or no."""
    match tree:
        case Name(id_) if (item := knowledge.items.get(id_)) is not None:
            if item.formula is not None:
                return to_be_known(item.formula, knowledge)
            return (frozenset({("here", id_)}),)
        case Unary("not" | "-", inner):
            return to_be_known(inner, knowledge)
        case Binary(op, left, right) if op in _CHECKED:
            others = () if isinstance(right, Length) else to_be_known(right, knowledge)
            return (*to_be_known(left, knowledge), *others)
        case Binary("else", left, right):
            return _either(to_be_known(left, knowledge), to_be_known(right, knowledge))
        case In(operand):
            return to_be_known(operand, knowledge)
        case If(condition):
            return to_be_known(condition, knowledge)
        case Call(function, (Name(id_), *_)) if function in _OF_THE_LIFE and id_ in knowledge.items:
            return () if knowledge.items[id_].formula is not None else (frozenset({("once", id_)}),)
        case Call("latest_ever" | "latest_ever_on", (Name(id_), *_)) if id_ in knowledge.items:
            return () if knowledge.items[id_].formula is not None else (frozenset({("ever", id_)}),)
        case Call(
            "zscore" | "zflag", (Literal(index), _, *measures)
        ):  # neither the age nor the position is always needed
            measures = measures[: 2 if index in ("bb-pb", "imt-u") else 1]
            return tuple(need for one in measures for need in to_be_known(one, knowledge))
        case Call(function, arguments) if function in _STRICT:
            return tuple(need for one in arguments for need in to_be_known(one, knowledge))
    return ()
