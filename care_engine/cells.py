"""Cells of decision tables: the unary tests of DMN, three-valued.

A cell is asked about one value and answers True, False, or None (cannot tell, because the value is unknown).
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass

from care_engine.dates import parse_span


class CellError(ValueError):
    """The text of a cell cannot be read."""


@dataclass(frozen=True)
class Anything:
    """`-`: true of every value, also of an unknown one."""

    def holds(self, value: object) -> bool | None:
        return True


_COMPARISONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


@dataclass(frozen=True)
class Compare:
    op: str  # < <= > >=
    value: float

    def holds(self, value: object) -> bool | None:
        if value is None:
            return None
        answer: bool = _COMPARISONS[self.op](float(value), self.value)  # type: ignore[arg-type]
        return answer


@dataclass(frozen=True)
class Between:
    low: float
    low_included: bool
    high: float
    high_included: bool

    def holds(self, value: object) -> bool | None:
        if value is None:
            return None
        number = float(value)  # type: ignore[arg-type]
        return (number > self.low or (self.low_included and number == self.low)) and (
            number < self.high or (self.high_included and number == self.high)
        )


@dataclass(frozen=True)
class Equals:
    """A literal. Asked about a set (`choices`) it means: the set contains it."""

    value: float | str | bool

    def holds(self, value: object) -> bool | None:
        if value is None:
            return None
        if isinstance(value, frozenset):
            return self.value in value
        return value == self.value and isinstance(value, bool) == isinstance(self.value, bool)


@dataclass(frozen=True)
class Empty:
    """`none`: the empty set."""

    def holds(self, value: object) -> bool | None:
        return None if value is None else value == frozenset()


@dataclass(frozen=True)
class Known:
    known: bool

    def holds(self, value: object) -> bool | None:
        return (value is not None) is self.known


@dataclass(frozen=True)
class OneOf:
    cells: tuple[Cell, ...]

    def holds(self, value: object) -> bool | None:
        answers = [one.holds(value) for one in self.cells]
        return True if True in answers else None if None in answers else False


@dataclass(frozen=True)
class Not:
    cell: Cell

    def holds(self, value: object) -> bool | None:
        answer = self.cell.holds(value)
        return None if answer is None else not answer


Cell = Anything | Compare | Between | Equals | Empty | Known | OneOf | Not

_BETWEEN = re.compile(r"^([\[(])\s*([^,]+?)\s*\.\.\s*([^,]+?)\s*([\])])$")
_COMPARE = re.compile(r"^(<=|>=|<|>|=)\s*(.+)$")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        try:
            span = parse_span(text)
        except ValueError:
            raise CellError(f"'{text}' is not a number") from None
        # Months stand alone in a cell only against a number of completed months (`[12m..24m)`).
        return float(span.months if span.months else span.days)


def parse_cell(text: str | float | bool) -> Cell:
    """Read one cell. Numbers and booleans of YAML are literals. Raises CellError."""
    if isinstance(text, bool):
        return Equals(text)
    if isinstance(text, int | float):
        return Equals(float(text))
    text = text.strip()
    if text == "-":
        return Anything()
    if text in ("known", "unknown"):
        return Known(text == "known")
    if text == "none":
        return Empty()
    if text.startswith("not(") and text.endswith(")"):
        return Not(parse_cell(text[4:-1]))
    if match := _BETWEEN.match(text):
        left, low, high, right = match.groups()
        cell = Between(_number(low), left == "[", _number(high), right == "]")
        if cell.low > cell.high or (cell.low == cell.high and not (cell.low_included and cell.high_included)):
            raise CellError(f"'{text}' is empty: no value lies between {low} and {high}")
        return cell
    if "," in text:
        return OneOf(tuple(parse_cell(part) for part in text.split(",")))
    if match := _COMPARE.match(text):
        op, value = match.groups()
        return Equals(_number(value)) if op == "=" else Compare(op, _number(value))
    if text in ("true", "false"):
        return Equals(text == "true")
    if not text or re.search(r"[<>\[\]()=]", text):
        raise CellError(
            f"'{text}' is not a test; write for example < 11, >= 90, [140..160), kepala, not(...), known or -"
        )
    try:
        return Equals(float(text))
    except ValueError:
        return Equals(text.strip("'"))


def holds(cell: Cell, value: object) -> bool | None:
    """Whether the value passes the test. `value` is a number, text, boolean, frozenset, or None for unknown."""
    return cell.holds(value)


def edges(cell: Cell) -> set[float]:
    """The numbers at which the answer may change; used to look for gaps and to place test values."""
    match cell:
        case Compare(_, value):
            return {value}
        case Between(low, _, high, _):
            return {low, high}
        case Equals(value) if isinstance(value, float):
            return {value}
        case OneOf(cells):
            return set().union(*(edges(one) for one in cells))
        case Not(inner):
            return edges(inner)
    return set()


def literals(cell: Cell) -> set[str | bool]:
    """The words that the cell names."""
    match cell:
        case Equals(value) if isinstance(value, str | bool):
            return {value}
        case OneOf(cells):
            return set().union(*(literals(one) for one in cells))
        case Not(inner):
            return literals(inner)
    return set()
