"""WHO's growth tables: what they are called, what they say at one point, and the curves they draw.

Figures: WHO Child Growth Standards (2006) and WHO Reference 2007, from `care_engine/data/who-growth.npz`
(docs/decisions/0003-who-growth-figures.md). Formulas: WHO Child Growth Standards, Methods and development (2006),
chapter 7.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Axis = Literal["days", "months", "cm"]
Sex = Literal["laki-laki", "perempuan"] | int | None
Floats = NDArray[np.float64]

MALE, FEMALE = 0, 1
"""Row of the tables for each sex; WHO writes 1 and 2."""

DAYS_IN_MONTH = 30.4375
"""WHO's fixed month, 365.25 / 12 days."""

_SEX_ROWS: dict[object, int | None] = {"laki-laki": MALE, "perempuan": FEMALE, 1: MALE, 2: FEMALE, None: None}


@dataclass(frozen=True, slots=True)
class Indicator:
    """One WHO table.

    axis: what the table runs along. Days are looked up as whole days; months and cm are interpolated between rows.
    first: the axis value of the first row. scale: rows in one unit of the axis (10 for cm by 0.1).
    unit: of the measurement. extended: beyond ±3 the score goes on in steps of the distance from 2 to 3 SD (indices
    based on weight, and arm circumference). lowest, highest: WHO's limits; a score outside them is flagged as hardly
    possible.
    """

    id: str
    axis: Axis
    first: int
    scale: int
    unit: str
    extended: bool
    lowest: float
    highest: float


_INDICATORS = (
    Indicator("weight-for-age", "days", 0, 1, "kg", True, -6, 5),
    Indicator("length-height-for-age", "days", 0, 1, "cm", False, -6, 6),
    Indicator("bmi-for-age", "days", 0, 1, "kg/m2", True, -5, 5),
    Indicator("head-circumference-for-age", "days", 0, 1, "cm", False, -5, 5),
    Indicator("arm-circumference-for-age", "days", 91, 1, "cm", True, -5, 5),
    Indicator("weight-for-length", "cm", 45, 10, "kg", True, -5, 5),
    Indicator("weight-for-height", "cm", 65, 10, "kg", True, -5, 5),
    Indicator("height-for-age-5-19", "months", 60, 1, "cm", False, -6, 6),
    Indicator("bmi-for-age-5-19", "months", 60, 1, "kg/m2", True, -5, 5),
    Indicator("weight-for-age-5-10", "months", 60, 1, "kg", True, -6, 5),
)
INDICATORS: dict[str, Indicator] = {indicator.id: indicator for indicator in _INDICATORS}


def sex_row(sex: Sex) -> int | None:
    """0 for 'laki-laki' or 1, 1 for 'perempuan' or 2, None for an unknown sex; anything else is a ValueError."""
    try:
        return _SEX_ROWS[sex]
    except (KeyError, TypeError):
        raise ValueError(f"sex {sex!r}: use 'laki-laki' (1), 'perempuan' (2), or None when unknown") from None


@cache
def _file() -> dict[str, Floats]:
    with (files("care_engine") / "data" / "who-growth.npz").open("rb") as stream, np.load(stream) as archive:
        return {name: archive[name] for name in archive.files}


@cache
def lms_columns(indicator: str) -> tuple[Floats, Floats, Floats, int]:
    """L, M and S of a table, males then females end to end, and the number of rows of one sex."""
    table = _file()[indicator]
    flat = table.reshape(-1, 3)
    L, M, S = (np.ascontiguousarray(flat[:, i]) for i in range(3))
    return L, M, S, table.shape[1]


@cache
def lms_rows(indicator: str, row: int) -> list[tuple[float, float, float]]:
    """(L, M, S) of one sex as plain floats, for single values."""
    return [(L, M, S) for L, M, S in _file()[indicator][row].tolist()]


def lms_at(indicator: str, sex: Sex, at: float) -> tuple[float, float, float] | None:
    """(L, M, S) at an age in days or months, or at a length or height in cm.

    None outside the table or for an unknown sex.
    """
    row = sex_row(sex)
    about = INDICATORS[indicator]
    if row is None or not at >= about.first or at == math.inf:
        return None
    rows = lms_rows(indicator, row)
    last = len(rows) - 1
    if about.axis == "days":
        day = int(at + 0.5) - about.first
        return rows[day] if day <= last else None
    scaled = int(at * about.scale)
    part = (at - scaled / about.scale) / (1 / about.scale)
    position = scaled - about.first * about.scale
    # The last row of a monthly table only closes the month before it; the last cm is a point of its own.
    if position > last or (position == last and (about.axis == "months" or part > 0)):
        return None
    if part <= 0:
        return rows[position]
    # The row above as WHO's program finds it. For one height this shows: 103.1 - 0.7 comes out as 102.39999999999999,
    # adding 1 rounds up, and the row of 102.5 is taken for that of 102.4 (up to 0.03 z). A child shall not get another
    # figure here than in WHO's own tools.
    above = int(at * about.scale + 1) - about.first * about.scale
    L, M, S = rows[position]
    next_L, next_M, next_S = rows[min(above, last)]
    return L + part * (next_L - L), M + part * (next_M - M), S + part * (next_S - S)


def z_from_lms(value: float, L: float, M: float, S: float, *, extended: bool = False) -> float:
    """The z-score of one measurement (value > 0, in the unit of M), not rounded.

    extended: beyond ±3 use WHO's straight line, in steps of the distance between 2 and 3 SD.
    """
    z = ((value / M) ** L - 1) / (S * L) if L else math.log(value / M) / S
    if extended and z > 3:
        third = value_from_lms(3, L, M, S)
        return 3 + (value - third) / (third - value_from_lms(2, L, M, S))
    if extended and z < -3:
        third = value_from_lms(-3, L, M, S)
        return -3 + (value - third) / (value_from_lms(-2, L, M, S) - third)
    return z


def value_from_lms(z: float, L: float, M: float, S: float, *, extended: bool = False) -> float:
    """The measurement that has this z-score: the inverse of `z_from_lms`."""
    if extended and abs(z) > 3:
        side = math.copysign(1, z)
        third = value_from_lms(3 * side, L, M, S)
        return third + (abs(z) - 3) * (third - value_from_lms(2 * side, L, M, S))
    value = M * (1 + L * S * z) ** (1 / L) if L else M * math.exp(S * z)
    return float(value)


def z_from_lms_many(value: Floats, L: Floats, M: Floats, S: Floats, *, extended: bool = False) -> Floats:
    """`z_from_lms` for arrays of one shape: float64, not rounded. L must not be 0 (no WHO row has it)."""
    z: Floats = (np.power(value / M, L) - 1) / (S * L)
    if extended:
        for side in (1.0, -1.0):
            far = np.flatnonzero(side * z > 3)
            if far.size:
                l, m, s = L[far], M[far], S[far]  # noqa: E741
                third = m * np.power(1 + l * s * 3 * side, 1 / l)
                second = m * np.power(1 + l * s * 2 * side, 1 / l)
                z[far] = side * 3 + (value[far] - third) / (side * (third - second))
    return z


def is_flagged(indicator: str, z: float | None) -> bool:
    """WHO's plausibility flag (bayi-balita §11.4): measure again before anyone is classified by this score."""
    about = INDICATORS[indicator]
    return z is not None and not about.lowest <= z <= about.highest


def curve(indicator: str, sex: Sex, z: float) -> Floats:
    """The line of one z-score as a growth chart draws it.

    Returns float64 of shape (n, 2): column 0 the age in days or months or the length or height in cm, column 1 the
    measurement in the indicator's unit. ValueError when the sex is unknown: there is no curve for both.
    """
    row = sex_row(sex)
    if row is None:
        raise ValueError("a growth curve needs a known sex: 'laki-laki' (1) or 'perempuan' (2)")
    about = INDICATORS[indicator]
    rows = lms_rows(indicator, row)
    if about.axis == "months":
        rows = rows[:-1]
    values = [value_from_lms(z, *figures, extended=about.extended) for figures in rows]
    first = about.first * about.scale
    return np.column_stack([np.arange(first, first + len(rows)) / about.scale, values])


def median(indicator: str, sex: Sex) -> Floats:
    """The middle line of the chart, `curve(indicator, sex, 0)`."""
    return curve(indicator, sex, 0)
