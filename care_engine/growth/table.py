"""Growth of many children at once: columns in, columns out (NumPy), for a file or a population.

The same rules as `single.py`, row by row; a test holds the two equal. Column names are those of WHO's program
`anthro`, so that its users and its files fit. NaN (or null) means not recorded; a z-score that cannot be computed is
NaN and its flag False.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from care_engine.growth.single import (
    LARGEST_MEASURE,
    LENGTH_TABLE_BELOW_CM,
    LYING_MINUS_STANDING_CM,
    STANDING_FROM_DAY,
    STANDING_IMPLAUSIBLE_BELOW_MONTHS,
)
from care_engine.growth.standards import DAYS_IN_MONTH, INDICATORS, Floats, lms_columns, z_from_lms_many

Columns = dict[str, NDArray[Any]]

UNKNOWN, NO, YES = -1, 0, 1
SEX_CODES = {"laki-laki": 0, "perempuan": 1, "1": 0, "2": 1, "1.0": 0, "2.0": 1}
POSITION_CODES = {"telentang": 0, "berdiri": 1, "l": 0, "h": 1}
OEDEMA_CODES = {"y": YES, "n": NO, "true": YES, "false": NO, "1": YES, "2": NO}
LYING, STANDING = 0, 1
INDICES = ("len", "wei", "wfl", "bmi", "hc", "ac")
INDICES_5_19 = ("hfa", "wfa", "bfa")
NUMBERS_5_19 = ("age_months", "weight_kg", "height_cm")
NUMBERS = ("age_days", "weight_kg", "lenhei_cm", "headc_cm", "muac_cm")

_ROWS_AT_ONCE = 1 << 15
"""Small enough for the intermediate arrays to stay in the processor's cache."""


def z_scores(columns: Mapping[str, Any]) -> Columns:
    """All indices of the 2006 standards for n children.

    columns: arrays, polars Series or lists of length n; every one but `sex` may be left out:
        sex         1 or 2, 'laki-laki' or 'perempuan'
        age_days    whole days since birth
        weight_kg, lenhei_cm (as measured), headc_cm, muac_cm
        measure     'l' or 'telentang', 'h' or 'berdiri'
        oedema      'y' or 'n', or booleans; unknown counts as no

    Returns arrays of length n: z-scores rounded to two decimals, float64, NaN where not computable, and flags (bool):
        zlen, flen  length or height for age          zbmi, fbmi  BMI for age
        zwei, fwei  weight for age                    zhc, fhc    head circumference for age
        zwfl, fwfl  weight for length or height       zac, fac    arm circumference for age
    and clenhei (cm, converted), cmeasure (0 lying, 1 standing, -1 unknown or not believed), c9mo_flag (bool: recorded
    as standing before nine months), cbmi (kg/m2), csex (1, 2, or -1 unknown).

    ValueError: a code that is not in the lists above, or columns of different length.
    """
    return z_scores_of_codes(_read(columns, *NUMBERS))


def z_scores_of_codes(columns: Columns, indices: Collection[str] = INDICES) -> Columns:
    """`z_scores` of columns that need no reading: `NUMBERS` as float64, the others as int8 codes (`SEX_CODES` …, -1 unknown).

    Columns left out are unknown. indices: those wanted, of `INDICES`.
    """
    return _in_chunks(lambda c: _z_scores(c, indices), _unknown(len(columns["sex"]), NUMBERS) | columns)


def z_scores_5_19(columns: Mapping[str, Any]) -> Columns:
    """The 2007 reference for n children: columns sex, age_months (60 to below 229), weight_kg, height_cm, oedema.

    Returns zhfa, fhfa (height for age), zwfa, fwfa (weight for age, below 121 months), zbfa, fbfa (BMI for age), as in
    `z_scores`, and cbmi.
    """
    return z_scores_5_19_of_codes(_read(columns, *NUMBERS_5_19))


def z_scores_5_19_of_codes(columns: Columns, indices: Collection[str] = INDICES_5_19) -> Columns:
    """`z_scores_5_19` of columns that need no reading, as `z_scores_of_codes`; indices: those wanted, of `INDICES_5_19`."""
    return _in_chunks(lambda c: _z_scores_5_19(c, indices), _unknown(len(columns["sex"]), NUMBERS_5_19) | columns)


def _unknown(length: int, numbers: Iterable[str]) -> Columns:
    unknown: Columns = {name: np.broadcast_to(np.nan, (length,)) for name in numbers}
    return unknown | {name: np.broadcast_to(np.int8(UNKNOWN), (length,)) for name in ("measure", "oedema")}


def _z_scores(c: Columns, indices: Collection[str]) -> Columns:
    sex, days, kg = c["sex"], c["age_days"], _measures(c["weight_kg"])
    position, no_oedema = c["measure"], c["oedema"] != YES
    known_age = ~np.isnan(days)
    with np.errstate(invalid="ignore"):
        months = days / DAYS_IN_MONTH
        implausible = (position == STANDING) & (months < STANDING_IMPLAUSIBLE_BELOW_MONTHS)
        stands_by_age = np.floor(days + 0.5) >= STANDING_FROM_DAY
    position = np.where(implausible, UNKNOWN, position)

    cm = _measures(c["lenhei_cm"])
    born = known_age & (days >= 0)
    cm = np.where(born & ~stands_by_age & (position == STANDING), cm + LYING_MINUS_STANDING_CM, cm)
    cm = np.where(born & stands_by_age & (position == LYING), cm - LYING_MINUS_STANDING_CM, cm)
    bmi = _body_mass_index(kg, cm)

    def weight_for_length_or_height() -> Floats:
        # Which table weight is compared in: by age; without age by position; without either by 87 cm.
        guess = np.where(position == UNKNOWN, cm >= LENGTH_TABLE_BELOW_CM, position == STANDING)
        by_height = np.where(known_age, stands_by_age, guess)
        young = ~known_age | ((days >= 0) & (months < 60))
        kg_for_cm = np.where(no_oedema & young, kg, np.nan)
        for_length = _score("weight-for-length", sex, cm, np.where(by_height, np.nan, kg_for_cm))
        for_height = _score("weight-for-height", sex, cm, np.where(by_height, kg_for_cm, np.nan))
        return np.where(by_height, for_height, for_length)

    def unless_swollen(weight: Floats) -> Floats:
        return np.where(no_oedema, weight, np.nan)

    ways: dict[str, tuple[str, Callable[[], Floats]]] = {
        "len": ("length-height-for-age", lambda: cm),
        "wei": ("weight-for-age", lambda: unless_swollen(kg)),
        "bmi": ("bmi-for-age", lambda: unless_swollen(bmi)),
        "hc": ("head-circumference-for-age", lambda: _measures(c["headc_cm"])),
        "ac": ("arm-circumference-for-age", lambda: _measures(c["muac_cm"])),
    }
    scores = {
        name: (indicator, _score(indicator, sex, days, value()))
        for name, (indicator, value) in ways.items()
        if name in indices
    }
    if "wfl" in indices:
        scores["wfl"] = ("weight-for-length", weight_for_length_or_height())
    cleaned = {
        "clenhei": cm,
        "cmeasure": position,
        "c9mo_flag": implausible,
        "cbmi": bmi,
        "csex": np.where(sex == UNKNOWN, UNKNOWN, sex + 1).astype(np.int8),
    }
    return cleaned | _with_flags(scores)


def _z_scores_5_19(c: Columns, indices: Collection[str]) -> Columns:
    sex, months, kg, cm = c["sex"], c["age_months"], _measures(c["weight_kg"]), _measures(c["height_cm"])
    bmi, no_oedema = _body_mass_index(kg, cm), c["oedema"] != YES
    ways: dict[str, tuple[str, Callable[[], Floats]]] = {
        "hfa": ("height-for-age-5-19", lambda: cm),
        "wfa": ("weight-for-age-5-10", lambda: np.where(no_oedema, kg, np.nan)),
        "bfa": ("bmi-for-age-5-19", lambda: np.where(no_oedema, bmi, np.nan)),
    }
    scores = {
        name: (indicator, _score(indicator, sex, months, value()))
        for name, (indicator, value) in ways.items()
        if name in indices
    }
    return {"cbmi": bmi} | _with_flags(scores)


def _score(indicator: str, sex: NDArray[np.int8], at: Floats, value: Floats) -> Floats:
    """z of `value` at `at` (days, months or cm), rounded; NaN where anything is unknown or outside the table."""
    about = INDICATORS[indicator]
    all_L, all_M, all_S, length = lms_columns(indicator)
    last = length - 1
    result = np.full(at.shape, np.nan)
    # Days are whole: half a day past the last one is the next day. The last row of a monthly table only closes a month.
    end = about.first + last / about.scale + (0.5 if about.axis == "days" else 0)
    inside = at <= end if about.axis == "cm" else at < end
    rows = np.flatnonzero((sex != UNKNOWN) & (at >= about.first) & inside & ~np.isnan(value))
    if not rows.size:
        return result
    at, value = at[rows], value[rows]
    start = sex[rows].astype(np.intp) * length
    if about.axis == "days":
        row = start + (at + 0.5).astype(np.intp) - about.first
        L, M, S = all_L[row], all_M[row], all_S[row]
    else:
        scaled = np.trunc(at * about.scale)
        part = np.maximum((at - scaled / about.scale) / (1 / about.scale), 0)
        position = scaled.astype(np.intp) - about.first * about.scale
        # The row above as WHO's program finds it; see `lms_at` in standards.py.
        upper = np.trunc(at * about.scale + 1).astype(np.intp) - about.first * about.scale
        row, above = start + position, start + np.minimum(upper, last)
        L, M, S = (a[row] + part * (a[above] - a[row]) for a in (all_L, all_M, all_S))
    z = z_from_lms_many(value, L, M, S, extended=about.extended)
    result[rows] = np.round(z, 2) + 0.0  # + 0.0: no negative zero
    return result


def _with_flags(scores: dict[str, tuple[str, Floats]]) -> Columns:
    result: Columns = {}
    for name, (indicator, z) in scores.items():
        about = INDICATORS[indicator]
        result[f"z{name}"] = z
        result[f"f{name}"] = (z < about.lowest) | (z > about.highest)
    return result


def _measures(values: Floats) -> Floats:
    """A measurement of zero or less, or beyond all bodies, is as good as none."""
    return np.where((values > 0) & (values < LARGEST_MEASURE), values, np.nan)


def _body_mass_index(kg: Floats, cm: Floats) -> Floats:
    metres = np.where(cm >= 1, cm, np.nan) / 100
    return _measures(kg / (metres * metres))


def _read(columns: Mapping[str, Any], *numbers: str) -> Columns:
    """The columns as float64 and int8 codes, checked to be of one length; those left out as all unknown."""
    if "sex" not in columns:
        raise ValueError("column 'sex' is missing; without it no score can be computed")
    length = len(columns["sex"])
    for name in columns:
        if len(columns[name]) != length:
            raise ValueError(f"column {name!r} has {len(columns[name])} rows, 'sex' has {length}")
    result: Columns = {name: _floats(name, columns.get(name), length) for name in numbers}
    for name, codes in (("sex", SEX_CODES), ("measure", POSITION_CODES), ("oedema", OEDEMA_CODES)):
        result[name] = _codes(name, columns.get(name), length, codes)
    return result


def _floats(name: str, values: Any, length: int) -> Floats:
    if values is None:
        return np.full(length, np.nan)
    try:
        series = values if isinstance(values, pl.Series) else pl.Series(values)
        return series.cast(pl.Float64).fill_null(np.nan).to_numpy()
    except (pl.exceptions.PolarsError, TypeError, ValueError) as error:
        raise ValueError(f"column {name!r} holds something that is not a number: {error}") from error


def _codes(name: str, values: Any, length: int, codes: dict[str, int]) -> NDArray[np.int8]:
    if values is None:
        return np.full(length, UNKNOWN, dtype=np.int8)
    series = values if isinstance(values, pl.Series) else pl.Series(values)
    if series.dtype.is_float():
        series = series.fill_nan(None)
    text = series.cast(pl.String).str.to_lowercase()
    coded = text.replace_strict(codes, default=None, return_dtype=pl.Int8)
    wrong = text.filter(coded.is_null() & text.is_not_null() & (text != ""))
    if wrong.len():
        allowed = ", ".join(code for code in codes if not code.endswith(".0"))
        raise ValueError(f"column {name!r}: unknown code {wrong[0]!r}; use one of {allowed}, or null")
    return coded.fill_null(UNKNOWN).to_numpy()


def _in_chunks(compute: Callable[[Columns], Columns], columns: Columns) -> Columns:
    length = len(columns["sex"])
    starts = range(0, max(length, 1), _ROWS_AT_ONCE)
    parts = [compute({name: a[start : start + _ROWS_AT_ONCE] for name, a in columns.items()}) for start in starts]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
