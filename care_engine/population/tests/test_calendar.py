"""The calendar in columns says what `care_engine.dates` says, inside its tables, beyond them, and for unknown days."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from care_engine import dates
from care_engine.population import columns as c

days = some.integers(c.FIRST_DAY - 40_000, c.LAST_DAY + 40_000) | some.sampled_from(
    [c.FIRST_DAY - 1, c.FIRST_DAY, c.LAST_DAY, c.LAST_DAY + 1]
)


def column(values: list[int | None]) -> np.ndarray:
    return np.array([np.nan if one is None else float(one) for one in values])


def plain(values: np.ndarray) -> list[int | None]:
    return [None if np.isnan(one) else int(one) for one in values]


@given(some.lists(days | some.none()), some.integers(-1300, 1300))
def test_months_are_added_as_for_one_person(values: list[int | None], months: int) -> None:
    wanted = [None if one is None else dates.add_months(one, months) for one in values]
    assert plain(c.add_months(column(values), months)) == wanted


@given(some.lists(some.tuples(days | some.none(), days | some.none())))
def test_completed_months_are_counted_as_for_one_person(pairs: list[tuple[int | None, int | None]]) -> None:
    wanted = [None if start is None or end is None else dates.months_between(start, end) for start, end in pairs]
    assert plain(c.months_between(column([one for one, _ in pairs]), column([one for _, one in pairs]))) == wanted


@given(some.lists(days | some.none()))
def test_months_are_numbered_as_for_one_person(values: list[int | None]) -> None:
    assert plain(c.month_index(column(values))) == [None if one is None else dates.month_index(one) for one in values]


@pytest.mark.parametrize("start, months, wanted", [("2024-02-29", 12, "2025-02-28"), ("2025-01-31", 1, "2025-02-28")])
def test_a_day_that_does_not_exist_becomes_the_last_of_its_month(start: str, months: int, wanted: str) -> None:
    day = float(date.fromisoformat(start).toordinal())
    assert plain(c.add_months(np.array([day]), months)) == [date.fromisoformat(wanted).toordinal()]
