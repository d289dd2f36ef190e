"""Dates, ages and numbers as people write them, and the reading of what people type."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.utils import translation

from primary_care.design import formats
from primary_care.design.states import chip


def test_dates_and_times() -> None:
    assert formats.long_date(date(2026, 6, 3)) == "3 Juni 2026"
    assert formats.near_date(date(2026, 6, 3), date(2026, 1, 1)) == "3 Juni"
    assert formats.near_date(date(2027, 6, 3), date(2026, 1, 1)) == "3 Juni 2027"
    assert formats.clock(time(9, 30)) == "pukul 09.30"
    with translation.override("en"):
        assert formats.long_date(date(2026, 8, 17)) == "17 August 2026"


@pytest.mark.parametrize(
    ("birth", "on", "words"),
    [
        ((2026, 6, 10), (2026, 6, 10), "0 hari"),
        ((2026, 5, 12), (2026, 6, 10), "29 hari"),
        ((2026, 5, 10), (2026, 6, 10), "1 bulan"),
        ((2025, 8, 29), (2026, 6, 10), "9 bulan 12 hari"),
        ((2024, 6, 11), (2026, 6, 10), "23 bulan 30 hari"),
        ((2024, 6, 10), (2026, 6, 10), "2 tahun"),
        ((2023, 2, 10), (2026, 6, 10), "3 tahun 4 bulan"),
        ((1998, 4, 2), (2026, 6, 10), "28 tahun"),
        ((2026, 1, 31), (2026, 2, 28), "1 bulan"),
        ((2024, 2, 29), (2025, 2, 28), "12 bulan"),
    ],
)
def test_ages(birth: tuple[int, int, int], on: tuple[int, int, int], words: str) -> None:
    assert formats.age(date(*birth), date(*on)) == words


@pytest.mark.parametrize(
    ("value", "decimals", "words"),
    [
        (12.4, None, "12,4"),
        (Decimal("7.20"), None, "7,2"),
        (3100, None, "3100"),
        (12500, None, "12.500"),
        (-5, None, "−5"),
        (-1.1, 2, "−1,10"),
        (100, None, "100"),
    ],
)
def test_numbers(value: float, decimals: int | None, words: str) -> None:
    assert formats.number(value, decimals) == words


@pytest.mark.parametrize(
    ("typed", "whole", "value"),
    [
        ("12,4", False, "12.4"),
        ("12.4", False, "12.4"),
        (" 7 ", False, "7"),
        ("3.100", True, "3100"),
        ("-5", False, "-5"),
        ("−5", False, "-5"),
        ("120", True, "120"),
    ],
)
def test_numbers_that_can_be_read(typed: str, whole: bool, value: str) -> None:
    assert formats.read_number(typed, whole=whole) == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("", False),
        ("abc", False),
        ("1,2,3", False),
        ("3.100", False),
        ("1e5", False),
        ("NaN", False),
        ("12,5", True),
        ("９", False),
        ("1" * 20, False),
    ],
)
def test_numbers_that_cannot_be_read(typed: str, whole: bool) -> None:
    with pytest.raises(formats.NotANumber):
        formats.read_number(typed, whole=whole)


@pytest.mark.parametrize(
    "typed", ["3-6-2026", "03/06/2026", "3 6 2026", "2026-06-03", "3.6.2026", "3 Juni 2026", "3 juni 2026"]
)
def test_dates_that_can_be_read(typed: str) -> None:
    assert formats.read_date(typed) == date(2026, 6, 3)


@pytest.mark.parametrize("typed", ["", "kemarin", "31-2-2026", "3-6-26", "3-13-2026", "2026", "1-2-3-4", "3 Foo 2026"])
def test_dates_that_cannot_be_read(typed: str) -> None:
    with pytest.raises(formats.NotADate):
        formats.read_date(typed)


def test_distances() -> None:
    on = date(2026, 6, 10)
    said = [formats.relative(date.fromordinal(on.toordinal() + days), on) for days in (0, 1, -1, 12, -12, 30, 100)]
    assert said == ["hari ini", "besok", "kemarin", "12 hari lagi", "12 hari lalu", "4 minggu lagi", "3 bulan lagi"]
    assert formats.gestation(143) == "20 minggu 3 hari"
    assert formats.gestation(140) == "20 minggu"


@pytest.mark.parametrize(
    "text", ["9" * 20, "9" * 20 + ".00", "9." + "9" * 20, "25.00", "9.75", "-1", "jam 9", "٩.٣٠", ""]
)
def test_what_is_no_time_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="Tulis jam seperti"):
        formats.read_clock(text)


@pytest.mark.parametrize(
    "text", ["1-99999999999999999999-2026", "2026-1-99999999999999999999", "99999999999999999999-1-2026"]
)
def test_a_day_larger_than_any_is_no_day(text: str) -> None:
    with pytest.raises(formats.NotADate):
        formats.read_date(text)


@pytest.mark.parametrize(
    ("since", "last", "said"),
    [
        (date(2026, 6, 3), None, "Terlambat 7 hari"),
        (date(2025, 6, 10), None, "Terlambat 12 bulan"),
        (date(2024, 6, 10), None, "Terlambat 24 bulan"),
        (date(2024, 6, 9), None, "Belum pernah"),
        (date(2018, 6, 10), None, "Belum pernah"),
        (date(2018, 6, 10), date(2017, 6, 10), "Terlambat 8 tahun"),
    ],
)
def test_how_late_something_is(since: date, last: date | None, said: str) -> None:
    assert chip("overdue", date(2026, 6, 10), due=since, last=last).text == said
