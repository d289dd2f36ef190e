"""Child growth by WHO: z-scores, flags and chart lines from birth to 19 years.

One child at the bedside (plain floats, see `single.py`):

    assess("perempuan", age_days=402, weight_kg=6.4, length_height_cm=72.5, position="telentang")
    weight_for_age, length_height_for_age, weight_for_length_height, bmi_for_age, head_circumference_for_age,
    arm_circumference_for_age, height_for_age_5_19, bmi_for_age_5_19, weight_for_age_5_10   -> z, or None

Many children (NumPy arrays or Polars columns): `z_scores`, `z_scores_5_19` of `care_engine.growth.table`, imported from there, so that a node that
serves pages does not carry Polars.
Charts and formulas (see `standards.py`): `curve`, `median`, `lms_at`, `z_from_lms`, `z_from_lms_many`,
`value_from_lms`.

Ages below five years in whole days, from five years in months; kg and cm; z rounded to two decimals; None or NaN: not
computable.
"""

from care_engine.growth.single import (
    Assessment,
    Position,
    Score,
    arm_circumference_for_age,
    assess,
    bmi_for_age,
    bmi_for_age_5_19,
    body_mass_index,
    converted_length_height,
    head_circumference_for_age,
    height_for_age_5_19,
    length_height_for_age,
    weight_for_age,
    weight_for_age_5_10,
    weight_for_length_height,
)
from care_engine.growth.standards import (
    INDICATORS,
    Indicator,
    Sex,
    curve,
    is_flagged,
    lms_at,
    median,
    value_from_lms,
    z_from_lms,
    z_from_lms_many,
)

__all__ = [
    "INDICATORS",
    "Assessment",
    "Indicator",
    "Position",
    "Score",
    "Sex",
    "arm_circumference_for_age",
    "assess",
    "bmi_for_age",
    "bmi_for_age_5_19",
    "body_mass_index",
    "converted_length_height",
    "curve",
    "head_circumference_for_age",
    "height_for_age_5_19",
    "is_flagged",
    "length_height_for_age",
    "lms_at",
    "median",
    "value_from_lms",
    "weight_for_age",
    "weight_for_age_5_10",
    "weight_for_length_height",
    "z_from_lms",
    "z_from_lms_many",
]
