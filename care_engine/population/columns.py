"""Three-valued columns: what `evaluating.py` says for one person at one moment, here for many rows at once.

The type of an array is its meaning:

    float64   a number or a date (ordinal); NaN is unknown
    int8      a truth: 1 yes, 0 no, -1 unknown
    int32     a word, as its number in `Words`; -1 is unknown
    Sets      members of a `choices` item as bits
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
YES, NO, UNKNOWN = np.int8(1), np.int8(0), np.int8(-1)


@dataclass
class Sets:
    """One set a row: bit i stands for `choices[i]`; `known` is False where nothing was recorded."""

    bits: NDArray[np.int64]
    known: NDArray[np.bool_]
    choices: tuple[str, ...]

    def __getitem__(self, rows: Array) -> Sets:
        return Sets(self.bits[rows], self.known[rows], self.choices)

    def __len__(self) -> int:
        return len(self.bits)


Column = Array | Sets


@dataclass
class Words:
    """Numbers words, so that text is compared as integers."""

    numbers: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, word: str) -> int:
        return self.numbers.setdefault(word, len(self.numbers))

    def text(self, number: int) -> str | None:
        return None if number < 0 else list(self.numbers)[number]


def numbers(value: float, rows: int) -> Array:
    return np.full(rows, value, dtype=np.float64)


def truths(value: bool | None, rows: int) -> Array:
    return np.full(rows, -1 if value is None else int(value), dtype=np.int8)


def words(value: int, rows: int) -> Array:
    return np.full(rows, value, dtype=np.int32)


def known(column: Column) -> NDArray[np.bool_]:
    """Where the value is known."""
    if isinstance(column, Sets):
        return column.known
    if column.dtype == np.float64:
        return ~np.isnan(column)
    return column >= 0


def unknown_like(column: Column, rows: int) -> Column:
    """An unknown column of the same type."""
    if isinstance(column, Sets):
        return Sets(np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=bool), column.choices)
    if column.dtype == np.float64:
        return numbers(np.nan, rows)
    return np.full(rows, -1, dtype=column.dtype)


def as_truth(yes: Array, is_known: Array) -> Array:
    """Yes where `yes`, unknown where not known, otherwise no."""
    return np.where(is_known, yes, -1).astype(np.int8)


def both(left: Array, right: Array) -> Array:
    """Three-valued and: no wins over unknown (no < unknown < yes once unknown is put in between)."""
    return np.where((left == 0) | (right == 0), NO, np.where((left == 1) & (right == 1), YES, UNKNOWN))


def either(left: Array, right: Array) -> Array:
    return np.where((left == 1) | (right == 1), YES, np.where((left == 0) & (right == 0), NO, UNKNOWN))


def negate(column: Array) -> Array:
    return np.where(column < 0, UNKNOWN, 1 - column).astype(np.int8)


def choose(where: Array, yes: Column, no: Column) -> Column:
    """`yes` where the boolean mask holds, `no` elsewhere."""
    if isinstance(yes, Sets) or isinstance(no, Sets):
        assert isinstance(yes, Sets) and isinstance(no, Sets)
        return Sets(np.where(where, yes.bits, no.bits), np.where(where, yes.known, no.known), yes.choices)
    if yes.dtype != no.dtype:  # one side is the literal `unknown`
        if not known(yes).any():
            yes = np.asarray(unknown_like(no, len(no)))
        elif not known(no).any():
            no = np.asarray(unknown_like(yes, len(yes)))
    return np.where(where, yes, no)


# --- dates -------------------------------------------------------------------------------------------------------

_EPOCH = date(1970, 1, 1).toordinal()


def _to_days(column: Array) -> NDArray[np.datetime64]:
    return (np.nan_to_num(column, nan=_EPOCH).astype(np.int64) - _EPOCH).astype("datetime64[D]")


def add_months(column: Array, months: Array | int) -> Array:
    """Days plus calendar months, clamped to the last day of the month; unknown stays unknown."""
    day = _to_days(column)
    month = day.astype("datetime64[M]")
    of_month = (day - month.astype("datetime64[D]")).astype(np.int64)
    target = month + np.asarray(months).astype("timedelta64[M]")
    first = target.astype("datetime64[D]")
    length = ((target + 1).astype("datetime64[D]") - first).astype(np.int64)
    result = first.astype(np.int64) + np.minimum(of_month, length - 1) + _EPOCH
    return np.where(np.isnan(column), np.nan, result.astype(np.float64))


def month_index(column: Array) -> Array:
    """Year × 12 + month − 1."""
    months = _to_days(column).astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return np.where(np.isnan(column), np.nan, months.astype(np.float64))


def first_of_month(index: Array) -> Array:
    first = (np.asarray(index, dtype=np.int64) - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]")
    return (first.astype(np.int64) + _EPOCH).astype(np.float64)


def months_between(start: Array, end: Array) -> Array:
    """Completed months."""
    start, end = np.broadcast_arrays(np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64))
    months = month_index(end) - month_index(start)
    whole = np.nan_to_num(months, nan=0).astype(np.int64)
    return np.where(add_months(start, whole) <= end, months, months - 1)


def add_span(column: Array, months: int, days: int) -> Array:
    return (add_months(column, months) if months else column) + days


def last_day(column: Array, months: int, days: int) -> Array:
    """The last day of a limit in completed units, as `dates.last_day`."""
    if months and not days:
        return add_months(column, months + 1) - 1
    return add_span(column, months, days)
