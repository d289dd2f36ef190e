"""Whether a measured number can be true, and whether it is likely: the ranges of the vocabulary, and how far it lies from the value before it.

The same is said in TypeScript (`components/src/plausibility.ts`); `conformance/plausibility.json` holds both to one answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from care_engine.dates import Span, add
from care_engine.model import Amount, Item, Range

Kind = Literal["impossible", "unusual", "falls", "rises"]
#: Numbers are compared in millionths: as exact as they are written (four decimals, times a share of two), whatever floats make of them.
_EXACT = 1_000_000


@dataclass(frozen=True)
class Doubt:
    """Why a value is refused (`impossible`) or asked about (the others).

    `low`, `high`: the ends of the range that it lies outside of, both included in it. `change`: how far it lies from the value before, above 0.
    """

    kind: Kind
    low: float | None = None
    high: float | None = None
    change: float | None = None


def doubt_about(
    item: Item, value: float, *, on: int, birth: int | None, last: tuple[int, float] | None = None
) -> Doubt | None:
    """The first doubt about `value` recorded on the day `on`, in the unit of the item; None where there is none.

    `last` is the value before with its day; one of the same day or later says nothing. Where the birth is unknown only the
    rows without an age hold, so that nobody is measured by the limits of a child by mistake.
    """
    allowed, usual = _at(item.ranges, on, birth), _at(item.usual, on, birth)
    if allowed is not None and not _within(value, allowed):
        return Doubt("impossible", allowed.low, allowed.high)
    if usual is not None and not _within(value, usual):
        return Doubt("unusual", usual.low, usual.high)
    if last is None or last[0] >= on:
        return None
    row = next(
        (
            one
            for one in item.change
            if _young_enough(one.until_age, on, birth) and (one.within is None or on <= add(last[0], one.within))
        ),
        None,
    )
    if row is None:
        return None
    change = _exact(value) - _exact(last[1])
    if row.falls is not None and -change > _limit(row.falls, last[1]):
        return Doubt("falls", change=-change / _EXACT)
    if row.rises is not None and change > _limit(row.rises, last[1]):
        return Doubt("rises", change=change / _EXACT)
    return None


def _at(rows: Iterable[Range], on: int, birth: int | None) -> Range | None:
    return next((row for row in rows if _young_enough(row.until_age, on, birth)), None)


def _young_enough(until: Span | None, on: int, birth: int | None) -> bool:
    return until is None or (birth is not None and on < add(birth, until))


def _within(value: float, row: Range) -> bool:
    return _exact(row.low) <= _exact(value) <= _exact(row.high)


def _limit(amount: Amount, last: float) -> int:
    return _exact(amount.size * last / 100 if amount.percent else amount.size)


def _exact(value: float) -> int:
    return round(value * _EXACT)


def limits_as_data(item: Item) -> dict[str, object]:
    """The limits of an item as plain data, in the words of a vocabulary file (`{until_age: 72m, range: [0.4, 40]}`), for a page or a phone."""
    return {
        "range": [_row(one.until_age) | {"range": [one.low, one.high]} for one in item.ranges],
        "usual": [_row(one.until_age) | {"range": [one.low, one.high]} for one in item.usual],
        "change": [
            _row(one.until_age)
            | ({} if one.within is None else {"within": _text(one.within)})
            | ({} if one.falls is None else {"falls": _amount(one.falls)})
            | ({} if one.rises is None else {"rises": _amount(one.rises)})
            for one in item.change
        ],
    }


def _row(until: Span | None) -> dict[str, object]:
    return {} if until is None else {"until_age": _text(until)}


def _text(span: Span) -> str:
    return (f"{span.months}m" if span.months else "") + (f"{span.days}d" if span.days or not span.months else "")


def _amount(amount: Amount) -> float | str:
    return f"{amount.size:g}%" if amount.percent else amount.size
