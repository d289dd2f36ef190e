"""Growth of one child: plain floats, a few microseconds, for the bedside.

Every function answers a z-score rounded to two decimals (so that the figure shown and the class agree), or None when it
cannot be computed: sex, age or measurement unknown, a measurement not above zero, oedema (nothing based on weight), or
outside WHO's table. Ages below five years are whole days since birth (birth = day 0), from five years months, whole or
with decimals.

Rules: bayi-balita-prasekolah §11.1, §11.2, §21; they equal WHO's own programs (`anthro`, `anthroplus`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

from care_engine.growth.standards import DAYS_IN_MONTH, INDICATORS, Sex, is_flagged, lms_at, sex_row, z_from_lms

Position = Literal["telentang", "berdiri", "l", "h"] | None

STANDING_FROM_DAY = 731
LYING_MINUS_STANDING_CM = 0.7
LENGTH_TABLE_BELOW_CM = 87.0
STANDING_IMPLAUSIBLE_BELOW_MONTHS = 9
LARGEST_MEASURE = 1e6
"""No weight, length or BMI reaches this; it keeps nonsense from overflowing."""

_POSITIONS: dict[object, str | None] = {"telentang": "l", "berdiri": "h", "l": "l", "h": "h", None: None}


@dataclass(frozen=True, slots=True)
class Score:
    """A z-score of one index. flagged: outside WHO's limits of the possible; measure again, do not classify."""

    indicator: str
    z: float
    flagged: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything that one measurement of a child says.

    length_height_cm: converted to the position of the table used (None when not measured). position_assumed: the
    position was not recorded or not believed, and was taken from the age (or, without age, from 87 cm).
    position_implausible: recorded as standing before nine months of age, WHO's c9mo flag; the value was used as a
    length. bmi: kg/m2 from the converted value. scores: by index ('weight-for-age', 'length-height-for-age',
    'weight-for-length-height', 'bmi-for-age', 'head-circumference-for-age', 'arm-circumference-for-age'); an index
    that cannot be computed is absent.
    """

    length_height_cm: float | None
    position_assumed: bool
    position_implausible: bool
    bmi: float | None
    scores: dict[str, Score] = field(default_factory=dict)


def weight_for_age(sex: Sex, age_days: float | None, weight_kg: float | None, *, oedema: bool = False) -> float | None:
    """BB/U, 0 to 1826 days; weight in kg."""
    return None if oedema else _z("weight-for-age", sex, age_days, weight_kg)


def length_height_for_age(
    sex: Sex, age_days: float | None, length_height_cm: float | None, position: Position = None
) -> float | None:
    """PB/U or TB/U, 0 to 1826 days; cm as measured, converted here by position and age."""
    return _z("length-height-for-age", sex, age_days, converted_length_height(age_days, length_height_cm, position))


def weight_for_length_height(
    sex: Sex,
    age_days: float | None,
    weight_kg: float | None,
    length_height_cm: float | None,
    position: Position = None,
    *,
    oedema: bool = False,
) -> float | None:
    """BB/PB (45 to 110 cm) below 731 days, BB/TB (65 to 120 cm) from 731 to 1826 days; kg, and cm as measured.

    The only index for a child whose age is unknown: lying uses the length table, standing the height table, an unknown
    position the length table below 87 cm.
    """
    cm = converted_length_height(age_days, length_height_cm, position)
    if oedema or cm is None or not _age_below_five(age_days):
        return None
    return _z(_weight_for_cm_table(age_days, cm, position), sex, cm, weight_kg)


def bmi_for_age(
    sex: Sex,
    age_days: float | None,
    weight_kg: float | None,
    length_height_cm: float | None,
    position: Position = None,
    *,
    oedema: bool = False,
) -> float | None:
    """IMT/U, 0 to 1826 days; kg, and cm as measured."""
    cm = converted_length_height(age_days, length_height_cm, position)
    return None if oedema else _z("bmi-for-age", sex, age_days, body_mass_index(weight_kg, cm))


def head_circumference_for_age(sex: Sex, age_days: float | None, head_cm: float | None) -> float | None:
    """LK/U, 0 to 1826 days; cm."""
    return _z("head-circumference-for-age", sex, age_days, head_cm)


def arm_circumference_for_age(sex: Sex, age_days: float | None, arm_cm: float | None) -> float | None:
    """LiLA/U, 91 to 1826 days; cm. (The programme classifies LiLA by cm; this index is for surveys.)"""
    return _z("arm-circumference-for-age", sex, age_days, arm_cm)


def height_for_age_5_19(sex: Sex, age_months: float | None, height_cm: float | None) -> float | None:
    """TB/U, 60 to below 229 months; standing height in cm."""
    return _z("height-for-age-5-19", sex, age_months, height_cm)


def bmi_for_age_5_19(
    sex: Sex, age_months: float | None, weight_kg: float | None, height_cm: float | None, *, oedema: bool = False
) -> float | None:
    """IMT/U, 60 to below 229 months; kg and standing height in cm."""
    return None if oedema else _z("bmi-for-age-5-19", sex, age_months, body_mass_index(weight_kg, height_cm))


def weight_for_age_5_10(
    sex: Sex, age_months: float | None, weight_kg: float | None, *, oedema: bool = False
) -> float | None:
    """BB/U, 60 to below 121 months; kg. WHO has no weight-for-age after ten years."""
    return None if oedema else _z("weight-for-age-5-10", sex, age_months, weight_kg)


def body_mass_index(weight_kg: float | None, length_height_cm: float | None) -> float | None:
    """kg/m2, not rounded; None when either is unknown."""
    if weight_kg is None or length_height_cm is None or not (_is_measure(weight_kg) and length_height_cm >= 1):
        return None
    metres = length_height_cm / 100
    return weight_kg / (metres * metres)


def converted_length_height(
    age_days: float | None, length_height_cm: float | None, position: Position = None
) -> float | None:
    """cm as the table for this age wants it: +0.7 if the child stood below 731 days, −0.7 if it lay from 731 days on.

    Unknown position or age: unchanged. Standing before nine months is not believed: unchanged.
    """
    how = _position(position)
    if length_height_cm is None or not _is_measure(length_height_cm):
        return None
    if how is None or age_days is None or not 0 <= age_days < math.inf or standing_is_implausible(age_days, position):
        return length_height_cm
    standing_age = int(age_days + 0.5) >= STANDING_FROM_DAY
    if how == "h" and not standing_age:
        return length_height_cm + LYING_MINUS_STANDING_CM
    if how == "l" and standing_age:
        return length_height_cm - LYING_MINUS_STANDING_CM
    return length_height_cm


def standing_is_implausible(age_days: float | None, position: Position) -> bool:
    """WHO's c9mo flag: recorded as standing before nine months of age."""
    months = None if age_days is None else age_days / DAYS_IN_MONTH
    return _position(position) == "h" and months is not None and months < STANDING_IMPLAUSIBLE_BELOW_MONTHS


def assess(
    sex: Sex,
    *,
    age_days: float | None = None,
    age_months: float | None = None,
    weight_kg: float | None = None,
    length_height_cm: float | None = None,
    position: Position = None,
    head_cm: float | None = None,
    arm_cm: float | None = None,
    oedema: bool = False,
) -> Assessment:
    """All indices of one measurement, each with its flag.

    Give `age_days`; give `age_months` too (completed months) where the calendar decides: from 60 months the reference
    for 5 to 19 years is used, also on a fifth birthday that is still day 1826. Without `age_months`, that reference
    begins on day 1827 with months = days / 30.4375.
    """
    if age_months is None and age_days is not None and age_days > 1826:
        age_months = age_days / DAYS_IN_MONTH
    school_age = age_months is not None and age_months >= 60
    if school_age:
        implausible = False
        # Any age of standing will do: the 2007 reference has heights only.
        cm = converted_length_height(STANDING_FROM_DAY, length_height_cm, position)
    else:
        implausible = standing_is_implausible(age_days, position)
        cm = converted_length_height(age_days, length_height_cm, position)
    bmi = body_mass_index(weight_kg, cm)
    result = Assessment(cm, cm is not None and (position is None or implausible), implausible, bmi)

    def put(index: str, indicator: str, at: float | None, value: float | None) -> None:
        z = _z(indicator, sex, at, value)
        if z is not None:
            result.scores[index] = Score(indicator, z, is_flagged(indicator, z))

    kg, weight_bmi = (None, None) if oedema else (weight_kg, bmi)
    if school_age:
        put("weight-for-age", "weight-for-age-5-10", age_months, kg)
        put("length-height-for-age", "height-for-age-5-19", age_months, cm)
        put("bmi-for-age", "bmi-for-age-5-19", age_months, weight_bmi)
        return result
    put("weight-for-age", "weight-for-age", age_days, kg)
    put("length-height-for-age", "length-height-for-age", age_days, cm)
    if cm is not None and _age_below_five(age_days):
        put("weight-for-length-height", _weight_for_cm_table(age_days, cm, position), cm, kg)
    put("bmi-for-age", "bmi-for-age", age_days, weight_bmi)
    put("head-circumference-for-age", "head-circumference-for-age", age_days, head_cm)
    put("arm-circumference-for-age", "arm-circumference-for-age", age_days, arm_cm)
    return result


def _z(indicator: str, sex: Sex, at: float | None, value: float | None) -> float | None:
    sex_row(sex)  # a wrong code is an error even when nothing was measured
    if at is None or value is None or not _is_measure(value):
        return None
    figures = lms_at(indicator, sex, at)
    if figures is None:
        return None
    z = z_from_lms(value, *figures, extended=INDICATORS[indicator].extended)
    return round(z * 100) / 100


def _is_measure(value: float) -> bool:
    return 0 < value < LARGEST_MEASURE


def _age_below_five(age_days: float | None) -> bool:
    """Unknown counts as below five: weight for length or height is the one index that needs no age."""
    return age_days is None or 0 <= age_days < 60 * DAYS_IN_MONTH


def _weight_for_cm_table(age_days: float | None, cm: float, position: Position) -> str:
    if age_days is not None:
        lying = int(age_days + 0.5) < STANDING_FROM_DAY
    else:
        how = _position(position)
        lying = how == "l" if how else cm < LENGTH_TABLE_BELOW_CM
    return "weight-for-length" if lying else "weight-for-height"


def _position(position: Position) -> str | None:
    try:
        return _POSITIONS[position]
    except (KeyError, TypeError):
        raise ValueError(
            f"position {position!r}: use 'telentang' ('l'), 'berdiri' ('h'), or None when not recorded"
        ) from None
