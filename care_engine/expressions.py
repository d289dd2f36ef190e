"""The small expression language of `docs/knowledge-language.md` §4 as a typed tree, with its words and functions.

The tree is the meaning. `parsing.py` makes it from a text, `evaluating.py` walks it for one person, `population/columns.py` turns it into
columns; neither of these knows the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Literal:
    value: float | str | bool | None
    #: In Python 1 equals True; here a number and a truth are different trees.
    type: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "type", type(self.value).__name__)


@dataclass(frozen=True)
class Length:
    """A length with calendar months in it; only added to or taken from a date."""

    months: int
    days: int


@dataclass(frozen=True)
class Name:
    """A vocabulary item, or a word of the language such as `birth`."""

    id: str


@dataclass(frozen=True)
class Setting:
    """An area setting, `area.je-endemis`."""

    id: str


class _Branching:
    """A tree with branches. Its hash is worked out once, for trees are looked up again and again while answers are kept."""

    @cached_property
    def _hash(self) -> int:
        return hash(self._parts)

    @property
    def _parts(self) -> tuple[object, ...]:
        return tuple(getattr(self, one) for one in self.__dataclass_fields__)  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), self._parts  # the hash of a text differs from process to process


@dataclass(frozen=True)
class Unary(_Branching):
    op: str  # not, -, is known, is unknown
    operand: Expression
    __hash__ = _Branching.__hash__


@dataclass(frozen=True)
class Binary(_Branching):
    op: str  # and or + - * / ^ < <= > >= = != contains else
    left: Expression
    right: Expression
    __hash__ = _Branching.__hash__


@dataclass(frozen=True)
class In(_Branching):
    operand: Expression
    options: tuple[Expression, ...]
    __hash__ = _Branching.__hash__


@dataclass(frozen=True)
class If(_Branching):
    condition: Expression
    then: Expression
    otherwise: Expression
    __hash__ = _Branching.__hash__


@dataclass(frozen=True)
class Call(_Branching):
    function: str
    arguments: tuple[Expression, ...]
    __hash__ = _Branching.__hash__


Expression = Literal | Length | Name | Setting | Unary | Binary | In | If | Call


COMPARISONS = ("<=", ">=", "!=", "<", ">", "=")


#: Words that stand for a property of the moment, with their type.
WORDS: dict[str, str] = {
    "birth": "date",
    "today": "date",
    "umur-hari": "number",
    "umur-bulan": "number",
    "umur-tahun": "number",
    "sex": "text",
    "unit": "text",
    "cadre": "text",
    "jam-sejak-lahir": "number",
    "jam-sejak-awal": "number",
    "episode-start": "date",
    "episode-end": "date",
    "episode-outcome": "text",
    "registered": "date",
}


#: Functions whose first argument is a vocabulary item, by result: the item's own type, a date, or a number.
ITEM_FUNCTIONS = {
    "latest": "item",
    "previous": "item",
    "first": "item",
    "latest_ever": "item",
    "latest_on": "date",
    "previous_on": "date",
    "first_on": "date",
    "latest_ever_on": "date",
    "count": "number",
    "latest_where": "item",
    "latest_where_on": "date",
    "previous_where": "item",
    "previous_where_on": "date",
    "latest_between": "item",
    "latest_between_on": "date",
}


SERVICE_FUNCTIONS = {
    "given": "boolean",
    "given_on": "date",
    "times_given": "number",
    "given_ever_on": "date",
    "times_given_ever": "number",
}


FINDING_FUNCTIONS = {
    "found": "boolean",
    "found_on": "date",
    "ever_found": "boolean",
    "first_found_on": "date",
    "previously_found": "boolean",
}


#: Functions that look at what a schedule concluded; only where the moment is the day of the decision.
SCHEDULE_FUNCTIONS = {"done_on": "date", "status": "text", "doses": "number"}


#: Functions that look over the contacts up to the moment.
CONTACT_FUNCTIONS = {"exists": "boolean", "count_where": "number", "first_date": "date", "last_date": "date"}


PLAIN_FUNCTIONS = {
    "abs": "number",
    "min": "same",
    "max": "same",
    "round": "number",
    "floor": "number",
    "days": "number",
    "months": "number",
    "years": "number",
    "month_index": "number",
    "at_least": "boolean",
    "zscore": "number",
    "zflag": "boolean",
    "lookup": "number",
    "now": "same",
    "size": "number",
    "in_episode": "boolean",
}


FUNCTIONS = {
    **ITEM_FUNCTIONS,
    **SERVICE_FUNCTIONS,
    **FINDING_FUNCTIONS,
    **SCHEDULE_FUNCTIONS,
    **CONTACT_FUNCTIONS,
    **PLAIN_FUNCTIONS,
}


#: An anchor that uses one of these is absent, not unknown, while the thing has not happened.
EVENT_FUNCTIONS = {*SCHEDULE_FUNCTIONS, *FINDING_FUNCTIONS, *SERVICE_FUNCTIONS, *CONTACT_FUNCTIONS}


def children(node: Expression) -> tuple[Expression, ...]:
    match node:
        case Unary(_, operand):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case In(operand, options):
            return (operand, *options)
        case If(condition, then, otherwise):
            return (condition, then, otherwise)
        case Call(_, arguments):
            return arguments
        case _:
            return ()


def walk(node: Expression) -> Iterator[Expression]:
    yield node
    for child in children(node):
        yield from walk(child)


def named_in(node: Expression, functions: dict[str, str]) -> set[str]:
    """The ids that the tree hands to one of these functions, e.g. the findings in `found(kek)`."""
    return {
        call.arguments[0].id
        for call in walk(node)
        if isinstance(call, Call)
        and call.function in functions
        and call.arguments
        and isinstance(call.arguments[0], Name)
    }
