"""What a NIK tells, and what it may get wrong."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primary_care.people.nik import check_nik, make_nik, masked

BORN = date(1998, 4, 2)


@pytest.mark.parametrize(
    ("nik", "problems"),
    [
        ("9901014204980001", []),
        ("990101420498000", ["nik-panjang"]),
        ("99010142049800011", ["nik-panjang"]),
        ("99010142049800A1", ["nik-bukan-angka"]),
        ("", ["nik-bukan-angka"]),
        ("٩٩٠١٠١٤٢٠٤٩٨٠٠٠١", ["nik-bukan-angka"]),
        ("0901014204980001", ["nik-wilayah"]),
        ("9900014204980001", ["nik-wilayah"]),
        ("9901007204980001", ["nik-wilayah", "nik-tanggal-mustahil"]),
        ("9901014213980001", ["nik-tanggal-mustahil"]),
        ("9901017104980001", ["nik-tanggal-mustahil"]),  # 31 April
        ("9901014304980001", ["nik-tanggal-beda"]),
        ("9901010204980001", ["nik-jenis-kelamin-beda"]),
        ("9901014204980000", ["nik-nomor-urut"]),
    ],
)
def test_a_nik_is_compared_with_the_person(nik: str, problems: list[str]) -> None:
    assert check_nik(nik, "perempuan", BORN) == problems


def test_what_is_not_known_is_not_compared() -> None:
    assert check_nik("9901010204980001") == []
    assert check_nik("9901014204980001", sex="laki-laki") == ["nik-jenis-kelamin-beda"]


def test_a_leap_day_counts_in_either_century() -> None:
    assert check_nik("9901016902000001", "perempuan", date(2000, 2, 29)) == []
    assert check_nik("9901012902010001") == ["nik-tanggal-mustahil"]


@given(
    st.sampled_from(["laki-laki", "perempuan"]), st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(1, 9999)
)
def test_a_made_nik_has_no_problem(sex: str, born: date, serial: int) -> None:
    assert check_nik(make_nik("990101", sex, born, serial), sex, born) == []


def test_a_list_shows_only_the_ends_of_a_nik() -> None:
    assert masked("9901014204980001") == "990101••••••••01"
    assert masked("") == ""
