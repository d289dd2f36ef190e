"""All date arithmetic of the engine. Days are ordinals (`date.toordinal()`), whole days only; nothing here asks the clock.

Adding months keeps the day of the month, or takes the last day where that day does not exist (29 February + 1 year = 28 February).
Source: domain/README.md §2.5.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_SPAN = re.compile(r"^(?:(\d+)y)?(?:(\d+)m)?(?:(\d+)w)?(?:(\d+)d)?$")


@dataclass(frozen=True, order=True)
class Span:
    """A length of time: calendar months and days on top of them. `Span(months=9)` is nine months, `Span(days=84)` is 12w0d."""

    months: int = 0
    days: int = 0

    @property
    def is_days(self) -> bool:
        return self.months == 0


def parse_span(text: str) -> Span:
    """Read `12w0d`, `6m`, `1y6m`, `30d`. Raises ValueError with the accepted forms."""
    match = _SPAN.match(text.strip())
    if not match or not any(match.groups()):
        raise ValueError(f"'{text}' is not a length of time; write for example 30d, 12w0d, 6m or 1y")
    years, months, weeks, days = (int(part or 0) for part in match.groups())
    return Span(months=12 * years + months, days=7 * weeks + days)


@lru_cache(maxsize=65536)
def add_months(day: int, months: int) -> int:
    """`day` plus `months` calendar months, clamped to the last day of the month."""
    start = date.fromordinal(day)
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])).toordinal()


def add(day: int, span: Span) -> int:
    return (add_months(day, span.months) if span.months else day) + span.days


def last_day(day: int, span: Span) -> int:
    """The last day of a limit that counts completed units: `59m` lasts until the day before 60 months, `28d` through day 28."""
    if span.months and not span.days:
        return add_months(day, span.months + 1) - 1
    return add(day, span)


@lru_cache(maxsize=65536)
def months_between(start: int, end: int) -> int:
    """Completed months from start to end; negative when end lies before start."""
    a, b = date.fromordinal(start), date.fromordinal(end)
    months = (b.year - a.year) * 12 + b.month - a.month
    return months if add_months(start, months) <= end else months - 1


@lru_cache(maxsize=65536)
def month_index(day: int) -> int:
    """Year × 12 + month − 1: two days in adjacent calendar months differ by one."""
    value = date.fromordinal(day)
    return value.year * 12 + value.month - 1


def first_of_month(index: int) -> int:
    year, month = divmod(index, 12)
    return date(year, month + 1, 1).toordinal()


def last_of_month(index: int) -> int:
    return first_of_month(index + 1) - 1


def iso(day: int) -> str:
    return date.fromordinal(day).isoformat()
