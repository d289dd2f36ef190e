"""Growth of many children at once: columns in, columns out (NumPy), for a file or a population.

The same rules as `single.py`, row by row; a test holds the two equal. Column names are those of WHO's program
`anthro`, so that its users and its files fit. NaN (or null) means not recorded; a z-score that cannot be computed is
NaN and its flag False.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
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
    return _in_chunks(lambda c: _z_scores(_Children(c)), _read(columns, *NUMBERS))


def z_score_of_codes(columns: Columns, index: str) -> Floats:
    """One of the scores of `z_scores`, of columns that need no reading: `NUMBERS` as float64, the others as int8 codes (`SEX_CODES` …, -1 unknown).

    Columns left out are unknown. index: one of `INDICES`. Returns float64 of length n.
    """
    return _one_score(_Children, columns, NUMBERS, index)


def z_scores_5_19(columns: Mapping[str, Any]) -> Columns:
    """The 2007 reference for n children: columns sex, age_months (60 to below 229), weight_kg, height_cm, oedema.

    Returns zhfa, fhfa (height for age), zwfa, fwfa (weight for age, below 121 months), zbfa, fbfa (BMI for age), as in
    `z_scores`, and cbmi.
    """
    return _in_chunks(lambda c: _z_scores_5_19(_Grown(c)), _read(columns, *NUMBERS_5_19))


def z_score_5_19_of_codes(columns: Columns, index: str) -> Floats:
    """One of the scores of `z_scores_5_19`, as `z_score_of_codes`; index: one of `INDICES_5_19`."""
    return _one_score(_Grown, columns, NUMBERS_5_19, index)


def _one_score(group: type[_Children | _Grown], columns: Columns, numbers: Iterable[str], index: str) -> Floats:
    columns = _unknown(len(columns["sex"]), numbers) | columns
    return _in_chunks(lambda c: {index: group(c).score(index)}, columns)[index]


def _unknown(length: int, numbers: Iterable[str]) -> Columns:
    unknown: Columns = {name: np.broadcast_to(np.nan, (length,)) for name in numbers}
    return unknown | {name: np.broadcast_to(np.int8(UNKNOWN), (length,)) for name in ("measure", "oedema")}


class _Children:
    """Children below five years: what was recorded, and what follows from it, worked out when a score asks."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.sex, self.days = columns["sex"], columns["age_days"]
        self.known_age = ~np.isnan(self.days)

    @cached_property
    def months(self) -> Floats:
        return self.days / DAYS_IN_MONTH

    @cached_property
    def implausible(self) -> NDArray[np.bool_]:
        """Recorded as standing before anybody stands."""
        return np.asarray((self.columns["measure"] == STANDING) & (self.months < STANDING_IMPLAUSIBLE_BELOW_MONTHS))

    @cached_property
    def stands_by_age(self) -> NDArray[np.bool_]:
        return np.floor(self.days + 0.5) >= STANDING_FROM_DAY

    @cached_property
    def position(self) -> NDArray[np.int8]:
        return np.where(self.implausible, np.int8(UNKNOWN), self.columns["measure"])

    @cached_property
    def kg(self) -> Floats:
        return _measures(self.columns["weight_kg"])

    @cached_property
    def cm(self) -> Floats:
        """Length below two years, height from then on."""
        cm, born = _measures(self.columns["lenhei_cm"]), self.known_age & (self.days >= 0)
        cm = _shifted(cm, born & ~self.stands_by_age & (self.position == STANDING), LYING_MINUS_STANDING_CM)
        return _shifted(cm, born & self.stands_by_age & (self.position == LYING), -LYING_MINUS_STANDING_CM)

    @cached_property
    def bmi(self) -> Floats:
        return _body_mass_index(self.kg, self.cm)

    def score(self, index: str) -> Floats:
        """One of `INDICES`."""
        if index == "wfl":
            return self._weight_for_length_or_height()
        return _score(_INDICATOR_OF[index], self.sex, self.days, self._measure(index))

    def _measure(self, index: str) -> Floats:
        match index:
            case "len":
                return self.cm
            case "wei":
                return self._unless_swollen(self.kg)
            case "bmi":
                return self._unless_swollen(self.bmi)
        return _measures(self.columns["headc_cm" if index == "hc" else "muac_cm"])

    def _weight_for_length_or_height(self) -> Floats:
        # Which table weight is compared in: by age; without age by position; without either by 87 cm.
        guess = np.where(self.position == UNKNOWN, self.cm >= LENGTH_TABLE_BELOW_CM, self.position == STANDING)
        by_height = np.where(self.known_age, self.stands_by_age, guess)
        young = ~self.known_age | ((self.days >= 0) & (self.months < 60))
        kg_for_cm = _only(young, self._unless_swollen(self.kg))
        for_length = _score("weight-for-length", self.sex, self.cm, _only(~by_height, kg_for_cm))
        for_height = _score("weight-for-height", self.sex, self.cm, _only(by_height, kg_for_cm))
        return np.where(by_height, for_height, for_length)

    def _unless_swollen(self, weight: Floats) -> Floats:
        return _only(self.columns["oedema"] != YES, weight)


class _Grown:
    """Children from five years on."""

    def __init__(self, columns: Columns) -> None:
        self.sex, self.months = columns["sex"], columns["age_months"]
        self.kg, self.cm = _measures(columns["weight_kg"]), _measures(columns["height_cm"])
        self.no_oedema = columns["oedema"] != YES

    @cached_property
    def bmi(self) -> Floats:
        return _body_mass_index(self.kg, self.cm)

    def score(self, index: str) -> Floats:
        """One of `INDICES_5_19`."""
        measure = self.cm if index == "hfa" else _only(self.no_oedema, self.kg if index == "wfa" else self.bmi)
        return _score(_INDICATOR_OF[index], self.sex, self.months, measure)


_INDICATOR_OF = {
    **{"len": "length-height-for-age", "wei": "weight-for-age", "wfl": "weight-for-length", "bmi": "bmi-for-age"},
    **{"hc": "head-circumference-for-age", "ac": "arm-circumference-for-age"},
    **{"hfa": "height-for-age-5-19", "wfa": "weight-for-age-5-10", "bfa": "bmi-for-age-5-19"},
}


def _z_scores(children: _Children) -> Columns:
    cleaned: Columns = {
        "clenhei": children.cm,
        "cmeasure": children.position,
        "c9mo_flag": children.implausible,
        "cbmi": children.bmi,
        "csex": np.where(children.sex == UNKNOWN, UNKNOWN, children.sex + 1).astype(np.int8),
    }
    return cleaned | _with_flags({name: children.score(name) for name in INDICES})


def _z_scores_5_19(children: _Grown) -> Columns:
    return {"cbmi": children.bmi} | _with_flags({name: children.score(name) for name in INDICES_5_19})


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
    if rows.size < at.size:
        sex, at, value = sex[rows], at[rows], value[rows]
    start = sex.astype(np.intp) * length
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


def _with_flags(scores: Columns) -> Columns:
    result: Columns = {}
    for name, z in scores.items():
        about = INDICATORS[_INDICATOR_OF[name]]
        result[f"z{name}"] = z
        result[f"f{name}"] = (z < about.lowest) | (z > about.highest)
    return result


def _measures(values: Floats) -> Floats:
    """A measurement of zero or less, or beyond all bodies, is as good as none."""
    return _only((values > 0) & (values < LARGEST_MEASURE), values)


def _only(where: NDArray[np.bool_], values: Floats) -> Floats:
    """NaN elsewhere; mostly there is no elsewhere."""
    return values if where.all() else np.where(where, values, np.nan)


def _shifted(values: Floats, where: NDArray[np.bool_], by: float) -> Floats:
    return np.where(where, values + by, values) if where.any() else values


def _body_mass_index(kg: Floats, cm: Floats) -> Floats:
    metres = _only(cm >= 1, cm) / 100
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
