"""The figures in who-growth.npz are WHO's, every one; formulas, curves and their inverse."""

from __future__ import annotations

import math

import numpy as np
import pytest

from care_engine.growth import INDICATORS, curve, lms_at, median, value_from_lms, z_from_lms, z_from_lms_many
from care_engine.growth.standards import lms_columns
from care_engine.tests.growth_data import shared

WHO_FILES = {
    "weight-for-age": "weight-for-age-0-5.csv",
    "length-height-for-age": "length-height-for-age-0-5.csv",
    "bmi-for-age": "bmi-for-age-0-5.csv",
    "head-circumference-for-age": "head-circumference-for-age-0-5.csv",
    "arm-circumference-for-age": "arm-circumference-for-age-0-5.csv",
    "weight-for-length": "weight-for-length.csv",
    "weight-for-height": "weight-for-height.csv",
    "height-for-age-5-19": "height-for-age-5-19.csv",
    "bmi-for-age-5-19": "bmi-for-age-5-19.csv",
    "weight-for-age-5-10": "weight-for-age-5-10.csv",
}


def test_every_table_is_compared() -> None:
    assert set(WHO_FILES) == set(INDICATORS)


@pytest.mark.parametrize("indicator", WHO_FILES)
def test_every_figure_equals_whos(indicator: str) -> None:
    sex, at, *published = shared(WHO_FILES[indicator]).sort("sex", second_column(indicator)).to_numpy().T
    L, M, S, length = lms_columns(indicator)
    about = INDICATORS[indicator]
    assert len(sex) == len(L) == 2 * length
    assert np.array_equal(sex, np.repeat([1, 2], length))
    ours = np.tile(np.arange(length) / about.scale + about.first, 2)
    assert np.array_equal(np.round(at, 1), np.round(ours, 1))
    for mine, theirs in zip((L, M, S), published, strict=True):
        assert np.array_equal(mine, theirs)


def second_column(indicator: str) -> str:
    """The name of WHO's second column."""
    return {"weight-for-length": "length", "weight-for-height": "height"}.get(indicator, "age")


def test_known_figures() -> None:
    """WHO's own printed tables: boys' weight at birth, and the row that one of the packages gets wrong."""
    assert lms_at("weight-for-age", "laki-laki", 0) == (0.3487, 3.3464, 0.14602)
    assert lms_at("weight-for-height", "laki-laki", 92.6) == (-0.3521, 13.4937, 0.08028)


@pytest.mark.parametrize(
    ("indicator", "first", "last", "below", "above"),
    [
        ("weight-for-age", 0, 1826, -1, 1827),
        ("arm-circumference-for-age", 91, 1826, 90, 1827),
        ("weight-for-length", 45, 110, 44.9, 110.1),
        ("weight-for-height", 65, 120, 64.9, 120.1),
        ("height-for-age-5-19", 60, 228.9, 59.9, 229),
        ("bmi-for-age-5-19", 60, 228.9, 59.9, 229),
        ("weight-for-age-5-10", 60, 120.9, 59.9, 121),
    ],
)
def test_ends_of_the_tables(indicator: str, first: float, last: float, below: float, above: float) -> None:
    for sex in ("laki-laki", "perempuan"):
        assert lms_at(indicator, sex, first) is not None
        assert lms_at(indicator, sex, last) is not None
        assert lms_at(indicator, sex, below) is None
        assert lms_at(indicator, sex, above) is None
        assert lms_at(indicator, sex, math.nan) is None
        assert lms_at(indicator, sex, math.inf) is None


def test_between_two_rows() -> None:
    low, high = lms_at("height-for-age-5-19", 1, 61), lms_at("height-for-age-5-19", 1, 62)
    assert low and high
    assert lms_at("height-for-age-5-19", 1, 61.5) == pytest.approx(
        [(a + b) / 2 for a, b in zip(low, high, strict=True)]
    )


def test_last_month_does_not_move() -> None:
    assert lms_at("bmi-for-age-5-19", 2, 228.7) == lms_at("bmi-for-age-5-19", 2, 228)


@pytest.mark.parametrize("indicator", INDICATORS)
@pytest.mark.parametrize("sex", ["laki-laki", "perempuan"])
def test_curves_are_ordered_and_complete(indicator: str, sex: str) -> None:
    lines = [curve(indicator, sex, z) for z in (-3, -2, -1, 0, 1, 2, 3)]
    about = INDICATORS[indicator]
    for line in lines:
        assert line.shape[1] == 2
        assert line[0, 0] == about.first
        assert np.allclose(np.diff(line[:, 0]), 1 / about.scale)
    assert (np.diff(np.stack([line[:, 1] for line in lines]), axis=0) > 0).all()
    assert np.array_equal(lines[3], median(indicator, sex))
    assert np.array_equal(lines[3][0, 1], lms_at(indicator, sex, about.first)[1])  # type: ignore[index]


def test_curve_ends() -> None:
    assert curve("weight-for-age", 1, 0)[-1, 0] == 1826
    assert curve("weight-for-length", 1, 0)[-1, 0] == 110
    assert curve("height-for-age-5-19", 1, 0)[-1, 0] == 228


def test_no_curve_for_an_unknown_sex() -> None:
    with pytest.raises(ValueError, match="known sex"):
        curve("weight-for-age", None, 0)


@pytest.mark.parametrize("indicator", INDICATORS)
@pytest.mark.parametrize("z", [-6, -3.01, -3, -2.99, -1, 0, 0.5, 2.99, 3, 3.01, 6])
def test_value_and_z_are_inverse(indicator: str, z: float) -> None:
    about = INDICATORS[indicator]
    for at in (about.first, about.first + 7, about.first + 40):
        figures = lms_at(indicator, 2, at)
        assert figures
        value = value_from_lms(z, *figures, extended=about.extended)
        assert z_from_lms(value, *figures, extended=about.extended) == pytest.approx(z, abs=1e-9)
        many = z_from_lms_many(np.array([value]), *(np.array([f]) for f in figures), extended=about.extended)
        assert many[0] == pytest.approx(z, abs=1e-9)


def test_extension_is_a_straight_line_and_only_where_who_draws_it() -> None:
    """WHO: above 3 SD each further z is one distance between 2 and 3 SD."""
    figures = lms_at("weight-for-age", 1, 365)
    assert figures
    two, three = value_from_lms(2, *figures), value_from_lms(3, *figures)
    assert z_from_lms(three + 2 * (three - two), *figures, extended=True) == pytest.approx(5)
    assert z_from_lms(three + 2 * (three - two), *figures) != pytest.approx(5, abs=0.01)
    assert {name for name, about in INDICATORS.items() if not about.extended} == {
        "length-height-for-age",
        "head-circumference-for-age",
        "height-for-age-5-19",
    }


def test_zero_power_is_the_logarithm() -> None:
    assert z_from_lms(11, 0, 10, 0.1) == pytest.approx(math.log(1.1) / 0.1)
    assert z_from_lms(11, 0, 10, 0.1) == pytest.approx(z_from_lms(11, 1e-9, 10, 0.1), abs=1e-6)
    assert value_from_lms(z_from_lms(11, 0, 10, 0.1), 0, 10, 0.1) == pytest.approx(11)
