"""Three-valued columns: what `evaluating.py` says for one person at one moment, here for many rows at once.

The type of an array is its meaning:

    float64   a number or a date (ordinal); NaN is unknown
    int8      a truth: 1 yes, 0 no, -1 unknown
    int32     a word, as its number in `Words`; -1 is unknown
    Sets      members of a `choices` item as bits
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from care_engine import dates

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


def same(value: np.generic, rows: int) -> Array:
    """One value in every row: a view of it, not to be written to (what `np.broadcast_to` makes, ten times as fast)."""
    return np.ndarray((rows,), value.dtype, value, strides=(0,))


def numbers(value: float, rows: int) -> Array:
    """The same number in every row, as a view like the next two."""
    return same(np.float64(value), rows)


def truths(value: bool | None, rows: int) -> Array:
    return same(np.int8(-1 if value is None else value), rows)


def words(value: int, rows: int) -> Array:
    return same(np.int32(value), rows)


def is_same(column: Array) -> bool:
    """Whether it is a view of one value, and there is one."""
    return column.strides == (0,) and len(column) > 0


def is_everywhere(column: Column, value: np.generic) -> bool:
    """Whether it is a view of this truth."""
    return isinstance(column, np.ndarray) and is_same(column) and bool(column[0] == value)


def is_unknown(column: Column) -> bool:
    """Whether it is a view of an unknown value: what is reckoned from it needs no rows."""
    return isinstance(column, np.ndarray) and is_same(column) and not known(column[:1])[0]


def rows_where(mask: Array) -> NDArray[np.int64]:
    """The places at which a mask holds, in order: `np.flatnonzero` without its detours, which cost as much as a small mask."""
    return mask.nonzero()[0]


def size_in_bytes(column: Column) -> int:
    if isinstance(column, Sets):
        return column.bits.nbytes + column.known.nbytes
    return 0 if is_same(column) else column.nbytes


def known(column: Column) -> NDArray[np.bool_]:
    """Where the value is known."""
    if isinstance(column, Sets):
        return column.known
    if is_same(column):
        return same(np.bool_(known(column[:1].copy())[0]), len(column))
    if column.dtype == np.float64:
        return ~np.isnan(column)
    return np.asarray(column >= 0)


def unknown(*columns: Column) -> NDArray[np.bool_] | None:
    """Where one of the values is unknown; None if none is."""
    found = None
    for column in columns:
        if isinstance(column, Sets):
            missing = ~column.known
        elif is_same(column) and known(column[:1])[0]:
            continue
        else:
            missing = np.isnan(column) if column.dtype == np.float64 else column < 0
        if missing.any():
            found = missing if found is None else found | missing
    return found


def unknown_like(column: Column, rows: int) -> Column:
    """An unknown column of the same type."""
    if isinstance(column, Sets):
        return Sets(np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=bool), column.choices)
    return same(column.dtype.type(np.nan if column.dtype == np.float64 else -1), rows)


def pick(column: Column, places: Array) -> Column:
    """The values at these places; -1 is the last one."""
    if isinstance(column, Sets):
        return Sets(column.bits.take(places), column.known.take(places), column.choices)
    return same(column[0], len(places)) if is_same(column) else column.take(places)


def take(column: Column, rows: Array) -> Column:
    """Values at the pointed rows; unknown where the pointer is -1."""
    if not len(column):
        return unknown_like(column, len(rows))
    missing = rows < 0
    if isinstance(column, Sets):
        return Sets(column.bits[rows], column.known[rows] & ~missing, column.choices)
    taken = column[rows]
    put(taken, missing, np.nan if column.dtype == np.float64 else -1)
    return taken


def put(column: Array, where: Array, value: Any) -> None:
    """Write a value, or the values of an array as long as the column, where a mask holds: by places, which is up to three times as fast as by the mask."""
    rows = rows_where(where)
    if len(rows):
        column[rows] = value.take(rows) if isinstance(value, np.ndarray) else value


# Truths are reckoned with as bytes: choosing among them takes many times as long.


def as_truth(yes: Array, is_known: Array) -> Array:
    """Yes where `yes`, unknown where not known, otherwise no."""
    return truth_unless(~is_known, yes)


def truth_unless(unknown: Array | None, yes: Array) -> Array:
    """Unknown where that mask holds, otherwise yes or no."""
    if unknown is None:
        return yes.view(np.int8)
    return np.asarray((yes > unknown).view(np.int8) - unknown.view(np.int8))


def _no_and_unknown(left: Array, right: Array) -> Array:
    """1 where one is no and the other unknown: there alone the order no < yes, unknown < all is not that of the truths."""
    return np.asarray((left ^ right) == UNKNOWN).view(np.int8)


def both(left: Array, right: Array) -> Array:
    """Three-valued and: no where one of them is no, otherwise unknown (−1) where one of them is unknown."""
    if is_everywhere(left, YES) or is_everywhere(right, NO):
        return right
    if is_everywhere(right, YES) or is_everywhere(left, NO):
        return left
    return np.asarray(np.minimum(left, right) + _no_and_unknown(left, right))


def either(left: Array, right: Array) -> Array:
    """Three-valued or: yes where one of them is yes, otherwise unknown (−1) where one of them is unknown."""
    if is_everywhere(left, NO) or is_everywhere(right, YES):
        return right
    if is_everywhere(right, NO) or is_everywhere(left, YES):
        return left
    return np.asarray(np.maximum(left, right) - _no_and_unknown(left, right))


def negate(column: Array) -> Array:
    """Three-valued not: the last bit is turned where the answer is known."""
    if is_same(column):
        return same(negate(column[:1].copy())[0], len(column))
    return np.asarray(column ^ (column >= 0).view(np.int8))


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
    if yes.dtype != np.int8:
        return np.where(where, yes, no)
    mask = -where.view(np.int8)
    return np.asarray(no ^ ((yes ^ no) & mask))


# --- dates -------------------------------------------------------------------------------------------------------
# The calendar in tables, an entry a day: many times faster than NumPy's. In front of the days that are in use, and behind them, stands one for all
# others; an unknown day, and one beyond them, ends up there (`_at` clips) and is looked at by hand.

FIRST_DAY, LAST_DAY = date(1850, 1, 1).toordinal(), date(2250, 12, 31).toordinal()
_MONTHS = np.arange("1850-01", "2251-01", dtype="datetime64[M]")
_START_OF_MONTH = _MONTHS.astype("datetime64[D]").astype(np.int64) + date(1970, 1, 1).toordinal()
_LENGTH_OF_MONTH = np.diff(_START_OF_MONTH, append=LAST_DAY + 1)
_MONTH = np.repeat(np.arange(len(_MONTHS)), _LENGTH_OF_MONTH)
_DAY = np.arange(FIRST_DAY, LAST_DAY + 1) - _START_OF_MONTH[_MONTH]
#: By place: the month (year × 12 + month − 1), the day of the month (from 0), the length of the month less one.
_MONTH_AT = np.pad(_MONTH + 12.0 * 1850, 1, constant_values=np.nan)
_DAY_AT = np.pad(_DAY, 1).astype(np.int8)
_LAST_AT = np.pad(_LENGTH_OF_MONTH[_MONTH] - 1, 1).astype(np.int8)


def _places(column: Array) -> Array:
    """Where days stand in the tables; in front of them what is unknown, which becomes a very small number."""
    with np.errstate(invalid="ignore"):
        return (column - (FIRST_DAY - 1)).astype(np.int64)


def _at(table: Array, places: Array) -> Array:
    return table.take(places, mode="clip")


def _one_by_one(result: Array, one: Callable[..., int | None], *days: Array) -> Array:
    """The few days that are known but not in the tables, as the bedside does."""
    rows = rows_where(np.isnan(result))
    for day in days:
        rows = rows[~np.isnan(day[rows])]
    for row in rows:
        result[row] = one(*(int(day[row]) for day in days))
    return result


@lru_cache(maxsize=128)
def _days_later(months: int) -> Array:
    """By place: the day so many months later, clamped to the last day of its month; NaN where it is not in the tables."""
    month = _MONTH + months
    inside = (month >= 0) & (month < len(_MONTHS))
    target = np.where(inside, month, 0)
    later = _START_OF_MONTH[target] + np.minimum(_DAY, _LENGTH_OF_MONTH[target] - 1)
    return np.pad(np.where(inside, later, np.nan), 1, constant_values=np.nan)


def add_months(column: Array, months: int) -> Array:
    """Days plus calendar months, clamped to the last day of the month; unknown stays unknown."""
    return _one_by_one(_at(_days_later(months), _places(column)), lambda day: dates.add_months(day, months), column)


def month_index(column: Array) -> Array:
    """Year × 12 + month − 1."""
    return _one_by_one(_at(_MONTH_AT, _places(column)), dates.month_index, column)


def months_between(start: Array, end: Array) -> Array:
    """Completed months: the last one is complete on the same day of the month, or on its last day."""
    start, end = np.broadcast_arrays(start, end)
    first, last = _places(start), _places(end[:1] if is_same(end) and not is_same(start) else end)
    begun = np.minimum(_at(_DAY_AT, first), _at(_LAST_AT, last)) > _at(_DAY_AT, last)
    return _one_by_one(_at(_MONTH_AT, last) - _at(_MONTH_AT, first) - begun, dates.months_between, start, end)


def add_span(column: Array, months: int, days: int) -> Array:
    later = add_months(column, months) if months else column
    return later if months and not days else later + days


def last_day(column: Array, months: int, days: int) -> Array:
    """The last day of a limit in completed units, as `dates.last_day`."""
    if months and not days:
        return add_months(column, months + 1) - 1
    return add_span(column, months, days)


# --- places --------------------------------------------------------------------------------------------------------


def or_none(places: Array, good: NDArray[np.bool_]) -> Array:
    """The places where the mask holds, elsewhere -1. Its bits are all ones, so that nothing needs to be chosen, which takes several times as long."""
    return np.asarray(places | (good.view(np.int8) - YES))
