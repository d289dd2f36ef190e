"""3,000 measurements and WHO's example survey: every z-score and flag equals what WHO's programs give."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from care_engine.growth import (
    arm_circumference_for_age,
    assess,
    bmi_for_age,
    bmi_for_age_5_19,
    head_circumference_for_age,
    height_for_age_5_19,
    length_height_for_age,
    weight_for_age,
    weight_for_age_5_10,
    weight_for_length_height,
)
from care_engine.growth.table import z_scores, z_scores_5_19
from care_engine.growth_csv import growth_csv
from care_engine.tests.growth_data import shared, shared_path

INPUTS = ["sex", "age_days", "weight_kg", "lenhei_cm", "measure", "headc_cm", "muac_cm", "oedema"]
INDICES = ["len", "wei", "wfl", "bmi", "hc", "ac"]
YOUNG, OLDER = "expected-zscores-0-5.csv", "expected-zscores-5-19.csv"


def assert_same(z: np.ndarray, flag: np.ndarray, expected: pl.DataFrame, index: str) -> None:
    wanted = expected[f"z{index}"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    different = np.flatnonzero(~((z == wanted) | (np.isnan(z) & np.isnan(wanted))))
    assert not different.size, f"z{index}, row {different[0]}: {z[different[0]]}, WHO {wanted[different[0]]}"
    assert np.array_equal(flag, expected[f"f{index}"].fill_null(0).to_numpy().astype(bool))


@pytest.mark.parametrize("index", INDICES)
def test_table_0_5(index: str) -> None:
    expected = shared(YOUNG)
    result = z_scores({name: expected[name] for name in INPUTS})
    assert expected.height == 3000
    assert_same(result[f"z{index}"], result[f"f{index}"], expected, index)


def test_single_0_5() -> None:
    for row in shared(YOUNG).iter_rows(named=True):
        sex, days, kg, cm, how = (row[name] for name in INPUTS[:5])
        ill = row["oedema"] == "y"
        found = {
            "zlen": length_height_for_age(sex, days, cm, how),
            "zwei": weight_for_age(sex, days, kg, oedema=ill),
            "zwfl": weight_for_length_height(sex, days, kg, cm, how, oedema=ill),
            "zbmi": bmi_for_age(sex, days, kg, cm, how, oedema=ill),
            "zhc": head_circumference_for_age(sex, days, row["headc_cm"]),
            "zac": arm_circumference_for_age(sex, days, row["muac_cm"]),
        }
        assert found == {name: row[name] for name in found}, row


def test_assess_0_5_gives_the_flags_too() -> None:
    keys = {
        "length-height-for-age": "len",
        "weight-for-age": "wei",
        "weight-for-length-height": "wfl",
        "bmi-for-age": "bmi",
        "head-circumference-for-age": "hc",
        "arm-circumference-for-age": "ac",
    }
    for row in shared(YOUNG).filter(pl.col("age_days") <= 1826).iter_rows(named=True):
        result = assess(
            row["sex"],
            age_days=row["age_days"],
            weight_kg=row["weight_kg"],
            length_height_cm=row["lenhei_cm"],
            position=row["measure"],
            head_cm=row["headc_cm"],
            arm_cm=row["muac_cm"],
            oedema=row["oedema"] == "y",
        )
        for key, index in keys.items():
            score = result.scores.get(key)
            assert (score.z if score else None) == row[f"z{index}"], row
            assert (int(score.flagged) if score else None) == row[f"f{index}"], row
        assert result.position_implausible == bool(row["c9mo_flag"])
        assert result.length_height_cm == (None if row["clenhei"] is None else pytest.approx(row["clenhei"]))
        assert result.bmi == (None if row["cbmi"] is None else pytest.approx(row["cbmi"]))


@pytest.mark.parametrize("index", ["hfa", "wfa", "bfa"])
def test_table_5_19(index: str) -> None:
    expected = shared(OLDER)
    names = {"sex": "sex", "age_months": "agemons", "weight_kg": "weight", "height_cm": "height", "oedema": "oedema"}
    result = z_scores_5_19({ours: expected[whos] for ours, whos in names.items()})
    assert_same(result[f"z{index}"], result[f"f{index}"], expected, index)


def test_single_5_19() -> None:
    for row in shared(OLDER).iter_rows(named=True):
        sex, months, kg, cm, ill = row["sex"], row["agemons"], row["weight"], row["height"], row["oedema"] == "y"
        assert height_for_age_5_19(sex, months, cm) == row["zhfa"], row
        assert weight_for_age_5_10(sex, months, kg, oedema=ill) == row["zwfa"], row
        assert bmi_for_age_5_19(sex, months, kg, cm, oedema=ill) == row["zbfa"], row


def test_growth_csv(tmp_path) -> None:
    out = tmp_path / "out.csv"
    assert growth_csv(shared_path(YOUNG), out) == 3000
    expected = shared(YOUNG)
    found = pl.read_csv(out, infer_schema_length=None)
    for name in found.columns:
        assert found[name].is_null().equals(expected[name].is_null()), name
        if name == "cbmi":
            assert (found[name] - expected[name]).abs().max() < 1e-9
        else:
            assert found[name].eq_missing(expected[name]).all(), name
    assert set(found.columns) >= {f"{kind}{index}" for kind in "zf" for index in INDICES}
