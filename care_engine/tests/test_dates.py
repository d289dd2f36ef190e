"""Date arithmetic: days are kept, else the last day of the month."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care_engine.dates import (
    Span,
    add,
    add_months,
    first_of_month,
    iso,
    last_day,
    last_of_month,
    month_index,
    months_between,
    parse_span,
)


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30d", Span(0, 30)),
        ("12w0d", Span(0, 84)),
        ("6m", Span(6, 0)),
        ("1y", Span(12, 0)),
        ("1y6m", Span(18, 0)),
        ("5m15d", Span(5, 15)),
        ("1y2m3w4d", Span(14, 25)),
        (" 7d ", Span(0, 7)),
        ("0d", Span(0, 0)),
    ],
)
def test_a_length_of_time_is_read(text: str, span: Span) -> None:
    assert parse_span(text) == span
    assert span.is_days == (span.months == 0)


@pytest.mark.parametrize("text", ["", "7", "d", "7 d", "-7d", "3d2w", "1.5m", "7days"])
def test_other_texts_are_refused_with_the_forms_that_are_read(text: str) -> None:
    with pytest.raises(ValueError, match="is not a length of time; write for example 30d, 12w0d, 6m or 1y"):
        parse_span(text)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2024-01-31", -2, "2023-11-30"),
        ("2024-12-15", 1, "2025-01-15"),
        ("2024-01-15", -1, "2023-12-15"),
        ("2024-05-31", 0, "2024-05-31"),
    ],
)
def test_months_are_added(start: str, months: int, end: str) -> None:
    assert iso(add_months(day(start), months)) == end


def test_months_come_before_days() -> None:
    assert iso(add(day("2024-01-31"), Span(1, 1))) == "2024-03-01"
    assert iso(add(day("2024-01-31"), Span(0, 1))) == "2024-02-01"


def test_a_limit_in_months_lasts_until_the_day_before_the_next_month() -> None:
    assert iso(last_day(day("2021-06-10"), Span(59))) == "2026-06-09"
    assert iso(last_day(day("2021-06-10"), Span(0))) == "2021-06-10"
    assert iso(last_day(day("2021-06-10"), Span(0, 28))) == "2021-07-08"
    assert iso(last_day(day("2021-06-10"), Span(5, 15))) == "2021-11-25"


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2024-01-31", "2024-02-28", 0),
        ("2024-01-31", "2024-02-29", 1),
        ("2024-01-15", "2024-02-14", 0),
        ("2024-01-15", "2024-02-15", 1),
        ("2024-01-15", "2025-01-14", 11),
        ("2024-01-15", "2024-01-15", 0),
        ("2024-01-15", "2024-01-14", -1),
        ("2024-03-15", "2024-01-15", -2),
        ("2024-02-29", "2025-02-28", 12),
    ],
)
def test_completed_months(start: str, end: str, months: int) -> None:
    assert months_between(day(start), day(end)) == months


def test_calendar_months() -> None:
    assert month_index(day("2026-01-31")) == 2026 * 12
    assert month_index(day("2026-12-01")) == 2026 * 12 + 11
    assert iso(first_of_month(month_index(day("2024-02-10")))) == "2024-02-01"
    assert iso(last_of_month(month_index(day("2024-02-10")))) == "2024-02-29"
    assert iso(last_of_month(month_index(day("2024-12-10")))) == "2024-12-31"


@settings(derandomize=True, database=None)
@given(st.dates(date(1950, 1, 1), date(2050, 1, 1)), st.integers(-600, 600))
def test_as_many_months_lie_between_as_were_added(start: date, months: int) -> None:
    end = add_months(start.toordinal(), months)
    assert months_between(start.toordinal(), end) == months
    assert months_between(start.toordinal(), end - 1) == months - 1
