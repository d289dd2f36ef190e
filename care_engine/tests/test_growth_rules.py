"""Positions, edges of age and size, unknowns, the worked cases, and single against table on generated children."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care_engine.growth import (
    arm_circumference_for_age,
    assess,
    bmi_for_age,
    bmi_for_age_5_19,
    converted_length_height,
    head_circumference_for_age,
    height_for_age_5_19,
    is_flagged,
    length_height_for_age,
    lms_at,
    value_from_lms,
    weight_for_age,
    weight_for_age_5_10,
    weight_for_length_height,
)
from care_engine.growth.table import z_scores, z_scores_5_19

BOY, GIRL = "laki-laki", "perempuan"

WORKED_CASES = [
    # bayi-balita §23: case, sex, birth (the term date where corrected), day, kg, cm, position, head, expected daily z
    ("5", BOY, date(2025, 1, 10), date(2025, 5, 10), 6.10, 62.5, "telentang", 41.0, (-1.16, -0.61, -1.07, -0.48)),
    ("6", GIRL, date(2025, 2, 5), date(2025, 8, 15), 7.10, 65.2, "telentang", None, (-0.34, -0.43, -0.04, None)),
    ("7", BOY, date(2024, 4, 20), date(2025, 6, 25), 9.4, 76.0, "telentang", None, (-0.68, -0.90, -0.38, None)),
    ("8", GIRL, date(2024, 5, 12), date(2025, 6, 18), 6.4, 72.5, "telentang", None, (-3.08, -1.12, -3.51, None)),
    ("9", BOY, date(2023, 4, 10), date(2025, 6, 15), 10.6, 83.0, "telentang", None, (-1.49, -2.09, -0.50, None)),
    ("10C", GIRL, date(2024, 1, 20), date(2025, 6, 20), 9.8, 79.0, "telentang", 45.8, (-0.18, -0.23, -0.10, -0.19)),
    ("11", BOY, date(2024, 11, 26), date(2025, 7, 5), 7.1, 66.4, "telentang", 43.2, (-1.51, -1.44, -0.83, -0.75)),
    ("12", GIRL, date(2022, 3, 3), date(2025, 6, 5), 13.2, 93.5, "berdiri", None, (-0.69, -0.93, -0.26, None)),
    ("15", GIRL, date(2023, 12, 14), date(2025, 8, 12), 10.0, 81.0, "telentang", None, (-0.50, -0.55, -0.33, None)),
]


@pytest.mark.parametrize("case", WORKED_CASES, ids=lambda case: case[0])
def test_worked_cases(case: Any) -> None:
    _, sex, birth, on, kg, cm, position, head, expected = case
    result = assess(sex, age_days=(on - birth).days, weight_kg=kg, length_height_cm=cm, position=position, head_cm=head)
    keys = ("weight-for-age", "length-height-for-age", "weight-for-length-height", "head-circumference-for-age")
    for key, z in zip(keys, expected, strict=True):
        if z is None:
            assert key not in result.scores
        else:
            assert result.scores[key].z == pytest.approx(z, abs=0.005)
            assert not result.scores[key].flagged


def test_case_9_without_conversion_would_hide_the_stunting() -> None:
    days = (date(2025, 6, 15) - date(2023, 4, 10)).days
    assert length_height_for_age(BOY, days, 83.0, "berdiri") == -1.87
    assert length_height_for_age(BOY, days, 83.0, "telentang") == -2.09
    assert converted_length_height(days, 83.0, "telentang") == pytest.approx(82.3)


def test_case_10_implausible_length_is_flagged() -> None:
    days = (date(2025, 6, 20) - date(2024, 1, 20)).days
    score = assess(GIRL, age_days=days, length_height_cm=97.0, position="telentang").scores["length-height-for-age"]
    assert score.z == 6.09
    assert score.flagged


@pytest.mark.parametrize(
    ("days", "position", "cm"),
    [
        (730, "berdiri", 80.7),
        (731, "berdiri", 80.0),
        (730, "telentang", 80.0),
        (731, "telentang", 79.3),
        (730, None, 80.0),
        (731, None, 80.0),
        (None, "berdiri", 80.0),
        (273, "berdiri", 80.0),  # below nine months nobody stands: the value is taken as a length
        (274, "berdiri", 80.7),
    ],
)
def test_position(days: int | None, position: Any, cm: float) -> None:
    assert converted_length_height(days, 80.0, position) == pytest.approx(cm)
    table = z_scores({"sex": [1], "age_days": [days], "lenhei_cm": [80.0], "measure": [position]})
    assert table["clenhei"][0] == pytest.approx(cm)


def test_assumed_and_implausible_positions_are_said() -> None:
    assert assess(BOY, age_days=400, length_height_cm=75.0).position_assumed
    assert not assess(BOY, age_days=400, length_height_cm=75.0, position="telentang").position_assumed
    early = assess(BOY, age_days=200, length_height_cm=67.0, position="berdiri")
    assert (early.position_assumed, early.position_implausible, early.length_height_cm) == (True, True, 67.0)
    assert not assess(BOY, age_days=400, weight_kg=9.0).position_assumed


def test_table_changes_at_731_days() -> None:
    lying, standing = (assess(BOY, age_days=days, weight_kg=11.0, length_height_cm=85.0) for days in (730, 731))
    assert lying.scores["weight-for-length-height"].indicator == "weight-for-length"
    assert standing.scores["weight-for-length-height"].indicator == "weight-for-height"


@pytest.mark.parametrize(
    ("days", "cm", "known"),
    [
        (300, 45.0, True),
        (300, 44.9, False),
        (300, 110.0, True),
        (300, 110.1, False),
        (1000, 65.0, True),
        (1000, 64.9, False),
        (1000, 120.0, True),
        (1000, 120.1, False),
    ],
)
def test_weight_for_length_height_ends(days: int, cm: float, known: bool) -> None:
    assert (weight_for_length_height(GIRL, days, 10.0, cm) is not None) is known


def test_unknown_age_leaves_weight_for_length_or_height() -> None:
    result = assess(GIRL, weight_kg=11.0, length_height_cm=86.9, head_cm=45.0, arm_cm=13.0)
    assert {k: s.indicator for k, s in result.scores.items()} == {"weight-for-length-height": "weight-for-length"}
    taller = assess(GIRL, weight_kg=11.0, length_height_cm=87.0)
    assert taller.scores["weight-for-length-height"].indicator == "weight-for-height"
    lying = assess(GIRL, weight_kg=11.0, length_height_cm=87.0, position="telentang")
    assert lying.scores["weight-for-length-height"].indicator == "weight-for-length"
    assert lying.length_height_cm == 87.0


def test_oedema_hides_only_what_rests_on_weight() -> None:
    result = assess(BOY, age_days=500, weight_kg=9.0, length_height_cm=80.0, head_cm=46.0, arm_cm=13.0, oedema=True)
    assert set(result.scores) == {
        "length-height-for-age",
        "head-circumference-for-age",
        "arm-circumference-for-age",
    }
    assert bmi_for_age_5_19(BOY, 80, 20.0, 115.0, oedema=True) is None
    assert weight_for_age_5_10(BOY, 80, 20.0, oedema=True) is None


def test_without_sex_nothing_is_computed() -> None:
    result = assess(None, age_days=500, weight_kg=9.0, length_height_cm=80.0, head_cm=46.0, arm_cm=13.0)
    assert result.scores == {}
    assert result.bmi is not None


@pytest.mark.parametrize("sex", ["L", "x", 3, 0, ""])
def test_a_wrong_sex_is_an_error(sex: Any) -> None:
    with pytest.raises(ValueError, match="sex"):
        weight_for_age(sex, 100, None)


def test_a_wrong_position_is_an_error() -> None:
    with pytest.raises(ValueError, match="position"):
        length_height_for_age(BOY, 100, 60.0, "duduk")  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [None, 0, -1, math.nan, math.inf, -math.inf, 1e300])
def test_no_score_from_no_measurement(value: Any) -> None:
    assert weight_for_age(BOY, 100, value) is None
    assert length_height_for_age(BOY, 100, value) is None
    assert weight_for_length_height(BOY, 100, 6.0, value) is None
    assert weight_for_length_height(BOY, 100, value, 60.0) is None
    assert bmi_for_age(BOY, 100, 6.0, value) is None
    assert height_for_age_5_19(BOY, 100, value) is None
    table = z_scores({"sex": [1], "age_days": [100], "weight_kg": [value], "lenhei_cm": [60.0]})
    assert np.isnan(table["zwei"][0])
    assert np.isnan(table["zwfl"][0])


@pytest.mark.parametrize("days", [-1, 1827, math.nan, math.inf])
def test_no_score_outside_the_ages(days: float) -> None:
    assert weight_for_age(BOY, days, 10.0) is None
    assert length_height_for_age(BOY, days, 80.0, "berdiri") is None
    assert head_circumference_for_age(BOY, days, 45.0) is None
    if not math.isnan(days):
        assert weight_for_length_height(BOY, days, 10.0, 80.0) is None


def test_sixty_months() -> None:
    """The day before the fifth birthday is the 2006 standard, the birthday itself the 2007 reference (README C22)."""
    measured: dict[str, Any] = {"weight_kg": 18.0, "length_height_cm": 110.0, "position": "berdiri"}
    before = assess(BOY, age_days=1825, age_months=59, **measured)
    birthday = assess(BOY, age_days=1826, age_months=60, **measured)
    month_later = assess(BOY, age_days=1857, age_months=61, **measured)
    without_months = assess(BOY, age_days=1827, **measured)
    assert before.scores["bmi-for-age"].indicator == "bmi-for-age"
    assert "weight-for-length-height" in before.scores
    for result in (birthday, month_later, without_months):
        assert result.scores["bmi-for-age"].indicator == "bmi-for-age-5-19"
        assert result.scores["length-height-for-age"].indicator == "height-for-age-5-19"
        assert result.scores["weight-for-age"].indicator == "weight-for-age-5-10"
        assert "weight-for-length-height" not in result.scores
    assert birthday.scores["length-height-for-age"].z == height_for_age_5_19(BOY, 60, 110.0)
    assert height_for_age_5_19(BOY, 59.99, 110.0) is None
    assert weight_for_age_5_10(BOY, 120.99, 30.0) is not None
    assert weight_for_age_5_10(BOY, 121, 30.0) is None
    assert height_for_age_5_19(BOY, 228.99, 170.0) is not None
    assert height_for_age_5_19(BOY, 229, 170.0) is None


def test_school_child_measured_lying() -> None:
    result = assess(GIRL, age_months=70, length_height_cm=115.0, position="telentang")
    assert result.length_height_cm == pytest.approx(114.3)
    assert result.scores["length-height-for-age"].z == height_for_age_5_19(GIRL, 70, 115.0 - 0.7)


@pytest.mark.parametrize(
    ("indicator", "low", "high"),
    [
        ("weight-for-age", -6, 5),
        ("length-height-for-age", -6, 6),
        ("weight-for-length", -5, 5),
        ("weight-for-height", -5, 5),
        ("bmi-for-age", -5, 5),
        ("head-circumference-for-age", -5, 5),
        ("arm-circumference-for-age", -5, 5),
        ("height-for-age-5-19", -6, 6),
        ("weight-for-age-5-10", -6, 5),
        ("bmi-for-age-5-19", -5, 5),
    ],
)
def test_flags(indicator: str, low: float, high: float) -> None:
    assert [is_flagged(indicator, z) for z in (low - 0.01, low, high, high + 0.01)] == [True, False, False, True]
    assert not is_flagged(indicator, None)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def rounded(low: float, high: float, digits: int) -> st.SearchStrategy[float]:
    return st.floats(low, high).map(lambda value: round(value, digits))


CHILD = st.fixed_dictionaries(
    {
        "sex": st.sampled_from([None, 1, 2]),
        "age_days": maybe(st.integers(-2, 1860) | st.sampled_from([0, 90, 91, 273, 274, 730, 731, 1826, 1827])),
        "weight_kg": maybe(rounded(-1, 60, 2)),
        "lenhei_cm": maybe(rounded(40, 125, 1) | rounded(40, 125, 3) | st.sampled_from([45, 65, 87, 110, 120])),
        "measure": st.sampled_from([None, "l", "h"]),
        "headc_cm": maybe(rounded(20, 60, 1)),
        "muac_cm": maybe(rounded(6, 30, 1)),
        "oedema": st.sampled_from([None, "y", "n"]),
    }
)
PUPIL = st.fixed_dictionaries(
    {
        "sex": st.sampled_from([None, 1, 2]),
        "age_months": maybe(rounded(58, 231, 2) | st.integers(59, 230)),
        "weight_kg": maybe(rounded(0, 200, 1)),
        "height_cm": maybe(rounded(60, 210, 1)),
        "oedema": st.sampled_from([None, "y", "n"]),
    }
)


def columns(rows: list[dict[str, Any]]) -> dict[str, pl.Series]:
    kinds = {"sex": pl.Int8, "measure": pl.String, "oedema": pl.String}
    return {name: pl.Series([row[name] for row in rows], dtype=kinds.get(name, pl.Float64)) for name in rows[0]}


def plain(values: np.ndarray) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values.tolist()]


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(CHILD, min_size=1, max_size=20))
def test_single_equals_table(rows: list[dict[str, Any]]) -> None:
    table = z_scores(columns(rows))
    z = {name: plain(values) for name, values in table.items() if name.startswith("z")}
    for i, row in enumerate(rows):
        sex, days, kg, cm, how = row["sex"], row["age_days"], row["weight_kg"], row["lenhei_cm"], row["measure"]
        ill = row["oedema"] == "y"
        assert weight_for_age(sex, days, kg, oedema=ill) == z["zwei"][i]
        assert length_height_for_age(sex, days, cm, how) == z["zlen"][i]
        assert weight_for_length_height(sex, days, kg, cm, how, oedema=ill) == z["zwfl"][i]
        assert bmi_for_age(sex, days, kg, cm, how, oedema=ill) == z["zbmi"][i]
        assert head_circumference_for_age(sex, days, row["headc_cm"]) == z["zhc"][i]
        assert arm_circumference_for_age(sex, days, row["muac_cm"]) == z["zac"][i]
        for index, indicator in (
            ("wei", "weight-for-age"),
            ("len", "length-height-for-age"),
            ("wfl", "weight-for-length"),
        ):
            assert table[f"f{index}"][i] == is_flagged(indicator, z[f"z{index}"][i])


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(PUPIL, min_size=1, max_size=20))
def test_single_equals_table_5_19(rows: list[dict[str, Any]]) -> None:
    z = {name: plain(values) for name, values in z_scores_5_19(columns(rows)).items() if name.startswith("z")}
    for i, row in enumerate(rows):
        sex, months, kg, cm, ill = (
            *(row[n] for n in ("sex", "age_months", "weight_kg", "height_cm")),
            row["oedema"] == "y",
        )
        assert height_for_age_5_19(sex, months, cm) == z["zhfa"][i]
        assert weight_for_age_5_10(sex, months, kg, oedema=ill) == z["zwfa"][i]
        assert bmi_for_age_5_19(sex, months, kg, cm, oedema=ill) == z["zbfa"][i]


def test_table_takes_what_callers_have() -> None:
    """NumPy, Polars and lists; codes of WHO and of the knowledge; columns left out; many rows; none at all."""
    as_numpy = z_scores(
        {"sex": np.array([1, 2]), "age_days": np.array([400, 400]), "weight_kg": np.array([9.0, np.nan])}
    )
    as_words = z_scores({"sex": ["laki-laki", "perempuan"], "age_days": [400, 400], "weight_kg": [9.0, None]})
    for name in as_numpy:
        assert np.array_equal(as_numpy[name], as_words[name], equal_nan=True)
    assert as_numpy["zwei"][0] == weight_for_age(BOY, 400, 9.0)
    assert np.isnan(as_numpy["zwei"][1])
    assert not as_numpy["fwei"][1]
    ill = z_scores({"sex": [1], "age_days": [400], "weight_kg": [9.0], "oedema": [True]})
    assert np.isnan(ill["zwei"][0])
    many = z_scores({"sex": np.ones(70_000), "age_days": np.full(70_000, 400.0), "weight_kg": np.full(70_000, 9.0)})
    assert (many["zwei"] == as_numpy["zwei"][0]).all()
    assert len(many["zwei"]) == 70_000
    assert len(z_scores({"sex": []})["zwei"]) == 0


@pytest.mark.parametrize(
    ("given_columns", "message"),
    [
        ({"age_days": [1]}, "'sex' is missing"),
        ({"sex": [1, 2], "age_days": [1]}, "has 1 rows"),
        ({"sex": ["x"]}, "unknown code 'x'"),
        ({"sex": [3]}, "unknown code '3'"),
        ({"sex": [1], "measure": ["z"]}, "unknown code 'z'"),
        ({"sex": [1], "weight_kg": ["berat"]}, "not a number"),
    ],
)
def test_table_refuses(given_columns: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        z_scores(given_columns)


def test_one_height_follows_whos_program_into_the_next_row() -> None:
    """103.1 cm lying is 102.4 cm standing; WHO's program reads the row of 102.5 there (decision 0003), and so do we."""
    assert weight_for_length_height(BOY, 1336, 13.22, 103.1, "telentang") == -2.43
    assert weight_for_length_height(BOY, 1336, 13.22, 102.4, "berdiri") == -2.40
    assert weight_for_length_height(BOY, 1336, 13.22, 102.5, "berdiri") == -2.43


def test_table_ends_and_flags_exactly_where_single_does() -> None:
    days = [1826, 1827]
    table = z_scores({"sex": [1, 1], "age_days": days, "weight_kg": [18.0, 18.0], "lenhei_cm": [109.0, 109.0]})
    assert plain(table["zwfl"]) == [weight_for_length_height(BOY, day, 18.0, 109.0) for day in days]
    assert np.isnan(table["zwfl"]).tolist() == [False, True]
    figures = lms_at("weight-for-age", BOY, 400)
    assert figures
    scores = [-6.01, -6.0, 5.0, 5.01]
    edge = z_scores(
        {
            "sex": [1] * 4,
            "age_days": [400] * 4,
            "weight_kg": [value_from_lms(z, *figures, extended=True) for z in scores],
        }
    )
    assert plain(edge["zwei"]) == scores
    assert edge["fwei"].tolist() == [True, False, False, True]
