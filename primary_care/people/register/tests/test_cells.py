from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primary_care.people.register.cells import (
    ReadDate,
    ReadNumber,
    Unreadable,
    parse_date,
    parse_number16,
    parse_phone,
    parse_rt_rw,
    parse_sex,
    parse_text,
    parse_yes_no,
    plain_village,
)
from primary_care.people.register.tests.workbooks import ON
from primary_care.people.register.vocabulary import DISABILITIES, MARITAL_STATUS, choice, choices


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (datetime(1999, 8, 20), date(1999, 8, 20)),
        (date(1999, 8, 20), date(1999, 8, 20)),
        ("18/02/1957", date(1957, 2, 18)),
        (" 8 / 2 / 1957 ", date(1957, 2, 8)),
        ("18.02.1957", date(1957, 2, 18)),
        ("1957-02-18", date(1957, 2, 18)),
        ("1957-02-18 00:00:00", date(1957, 2, 18)),
        ("1957/2/18", date(1957, 2, 18)),
        ("29-11-89", date(1989, 11, 29)),
        ("07-05-14", date(2014, 5, 7)),
        ("01-11-26", date(2026, 11, 1)),
        ("3 Agustus 1999", date(1999, 8, 3)),
        ("26 DESEMBER 1971", date(1971, 12, 26)),
        ("3-Agt-99", date(1999, 8, 3)),
        ("5 Nopember 2003", date(2003, 11, 5)),
        ("12 Peb. 2001", date(2001, 2, 12)),
        (36392, date(1999, 8, 20)),
        (36392.75, date(1999, 8, 20)),
        ("36392", date(1999, 8, 20)),
        (1, date(1900, 1, 1)),
        (59, date(1900, 2, 28)),
        (61, date(1900, 3, 1)),
        ("29-02-00", date(2000, 2, 29)),
        ("12/05/1895", date(1895, 5, 12)),
    ],
)
def test_dates_are_read_in_every_form_that_offices_use(cell, expected):
    assert parse_date(cell, ON).day == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1957", ReadDate(date(1957, 1, 1), precision="tahun")),
        (1957, ReadDate(date(1957, 1, 1), precision="tahun")),
        ("00/00/1957", ReadDate(date(1957, 1, 1), precision="tahun")),
        ("08/1957", ReadDate(date(1957, 8, 1), precision="bulan")),
        ("00/08/1957", ReadDate(date(1957, 8, 1), precision="bulan")),
        ("Agustus 1957", ReadDate(date(1957, 8, 1), precision="bulan")),
    ],
)
def test_a_year_or_month_alone_keeps_its_precision(cell, expected):
    assert parse_date(cell, ON) == expected


@pytest.mark.parametrize(
    "cell",
    [
        "02/18/1957",
        "31/02/2001",
        "29-02-23",
        "kemarin",
        "3 Foo 1999",
        "1/2/3/4",
        True,
        -5,
        0,
        60,
        999999,
        20260103,
        "?",
    ],
)
def test_what_is_no_date_is_said_so(cell):
    with pytest.raises(Unreadable):
        parse_date(cell, ON)


@pytest.mark.parametrize("cell", [None, "", "   ", "\xa0"])
def test_empty_cells_are_unknown(cell):
    assert parse_date(cell, ON) is None
    assert parse_number16(cell) is None
    assert parse_sex(cell) is None
    assert parse_yes_no(cell) is None
    assert parse_rt_rw(cell) is None
    assert parse_text(cell) is None


def test_two_digit_years_belong_to_the_latest_past_up_to_95_years():
    assert parse_date("02-11-31", ON).day == date(1931, 11, 2)
    assert parse_date("02-11-30", ON).day == date(
        2030, 11, 2
    )  # 1930 would be 96 years ago: in the future, so questioned
    assert parse_date("02-11-26", ON).day == date(2026, 11, 2)
    assert parse_date("02-11-26", date(2026, 11, 2)).day == date(2026, 11, 2)


def test_the_nik_settles_an_old_two_digit_year():
    assert parse_date("02-11-28", ON, digits_of_nik="021128").day == date(1928, 11, 2)
    assert parse_date("02-11-28", ON, digits_of_nik="031128").day == date(2028, 11, 2)


def test_serial_numbers_of_old_macs_count_from_1904():
    assert parse_date(34930, ON, date_1904=True).day == date(1999, 8, 20)


@given(st.dates(date(1932, 1, 1), ON))
def test_every_past_date_survives_every_way_of_writing(day):
    months = [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ]
    written = [
        f"{day:%d/%m/%Y}",
        f"{day:%d-%m-%y}",
        day.isoformat(),
        f"{day.day} {months[day.month - 1]} {day.year}",
        (day - date(1899, 12, 30)).days,
        datetime(day.year, day.month, day.day),
    ]
    assert {parse_date(cell, ON).day for cell in written} == {day}


@given(st.one_of(st.text(max_size=20), st.floats(), st.integers(), st.booleans()))
def test_no_cell_breaks_a_parser(cell):
    for parse in (
        lambda value: parse_date(value, ON),
        parse_number16,
        parse_sex,
        parse_yes_no,
        parse_rt_rw,
        parse_text,
        parse_phone,
        choice(MARITAL_STATUS),
        choices(DISABILITIES),
    ):
        try:
            parse(cell)
        except Unreadable as error:
            assert str(error)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("9901022008999029", ReadNumber("9901022008999029")),
        (" 9901 0220 0899 9029 ", ReadNumber("9901022008999029")),
        ("'99.01.02.200899.9029", ReadNumber("9901022008999029")),
        (9901022008999029, ReadNumber("9901022008999029", lost=True)),
        (9.90102200899903e15, ReadNumber("9901022008999030", lost=True)),
        ("9,90102E+15", ReadNumber("9901020000000000", lost=True)),
        (990102200899902, ReadNumber("990102200899902")),
        ("990102200899902", ReadNumber("990102200899902")),
        ("-", None),
        ("0", None),
        ("0000000000000000", None),
        (0, None),
        ("9999999999999999", None),
        (1111111111, None),
    ],
)
def test_numbers_of_16_digits(cell, expected):
    assert parse_number16(cell) == expected


@pytest.mark.parametrize("cell", ["99010220O8999029", "belum ada", True, 12.5, -3, float("nan"), float("inf")])
def test_numbers_with_other_signs_are_refused(cell):
    with pytest.raises(Unreadable):
        parse_number16(cell)


def test_sex_words():
    assert {parse_sex(cell) for cell in ("L", "l ", "Laki-laki", "LAKI LAKI", "Lk", "Pria")} == {"laki-laki"}
    assert {parse_sex(cell) for cell in ("P", "Pr.", "perempuan", "Wanita")} == {"perempuan"}
    with pytest.raises(Unreadable):
        parse_sex("X")


def test_yes_and_no():
    assert [parse_yes_no(cell) for cell in ("Ya", "Y", True, 1, "tidak", "-", False, 0)] == [True] * 4 + [False] * 4
    with pytest.raises(Unreadable):
        parse_yes_no("mungkin")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [(3, 3), (3.0, 3), ("003", 3), ("RT 3", 3), ("rw.04", 4), ("R.T. 05", 5), ("RT: 7", 7), ("-", None), ("000", None)],
)
def test_rt_and_rw(cell, expected):
    assert parse_rt_rw(cell) == expected


@pytest.mark.parametrize("cell", ["3/4", "tiga", 3.5, -1, "1234"])
def test_rt_and_rw_that_cannot_be_read(cell):
    with pytest.raises(Unreadable):
        parse_rt_rw(cell)


def test_phones_get_their_zero_back():
    assert parse_phone(81200000001) == "081200000001"
    assert parse_phone("0812-0000-0001") == "081200000001"
    assert parse_phone("+62 812 0000 0001") == parse_phone("62812 0000 0001") == "+6281200000001"
    assert parse_phone("-") is None
    with pytest.raises(Unreadable):
        parse_phone("081200000001 / 081200000002")


def test_villages_compare_without_case_space_and_title():
    assert (
        len({plain_village(name) for name in ("Mekar Sari", "MEKARSARI", " desa  mekar-sari ", "Ds. Mekar Sari")}) == 1
    )
    assert plain_village("Desakota") == "desakota"


def test_choices_may_be_several():
    assert choices(DISABILITIES)("Netra, rungu dan Daksa") == ["fisik", "netra", "rungu"]
    with pytest.raises(Unreadable):
        choice(MARITAL_STATUS)("janda")  # divorced or widowed: not ours to guess
