"""Measurements that have a given z-score in WHO's tables, for many children at once."""

from __future__ import annotations

import numpy as np

from care_engine.growth.standards import INDICATORS, lms_columns
from primary_care.demo.figures import share, shares
from primary_care.demo.making.block import Array
from primary_care.demo.making.mothers import NORMAL

MONTH = 30.4375
SPREAD = 1.2  # of the z-scores of height of one age
GROUPS = np.array([0, 6, 12, 24, 36, 48, 60]) * MONTH  # the age groups of the table


def measured(indicator: str, sex: Array, at: Array, z: Array) -> Array:
    """The measurement in the unit of the table; `sex` 0 woman, 1 man; `at` days, months or cm, kept within the table."""
    about = INDICATORS[indicator]
    all_L, all_M, all_S, length = lms_columns(indicator)
    row = np.clip(np.round((at - about.first) * about.scale).astype(np.int64), 0, length - 1) + (1 - sex) * length
    L, M, S = all_L[row], all_M[row], all_S[row]
    found: Array = np.where(
        np.abs(L) > 1e-9, M * np.maximum(1 + L * S * z, 0.05) ** (1 / np.where(L == 0, 1, L)), M * np.exp(S * z)
    )
    return found


def mean_height_z(days: Array) -> Array:
    """The mean z-score of height at an age, so that the table's share is stunted in each group and overall."""
    shape = np.array(shares("stunting-menurut-umur"))
    level = share("stunting") / float((shape * np.diff(GROUPS)).sum() / GROUPS[-1])
    means = np.array([-2 - NORMAL.inv_cdf(float(one) * level) * SPREAD for one in shape])
    found: Array = np.interp(days, (GROUPS[:-1] + GROUPS[1:]) / 2, means)
    return found


MAIN_SPREAD, HEAVY, HEAVY_SPREAD = 1.05, 2.2, 0.5


def weight_for_height(often: Array, heavy: Array) -> Array:
    """z-scores of weight for height of children: of most a normal distribution of `often` with the table's share below -2, of a few who
    are too heavy (drawn by `heavy`, even between 0 and 1) another, so that the table's share is above +2.
    """
    thin, fat = share("wasting"), share("gizi-lebih")
    few = 0.0
    for _ in range(5):
        mean = -2 - NORMAL.inv_cdf(thin / (1 - few)) * MAIN_SPREAD
        tail = 1 - NORMAL.cdf((2 - mean) / MAIN_SPREAD)
        few = (fat - tail) / (NORMAL.cdf((HEAVY - 2) / HEAVY_SPREAD) - tail)
    found: Array = np.where(heavy < few, HEAVY + HEAVY_SPREAD * often, mean + MAIN_SPREAD * often)
    return found


def kilograms(sex: Array, days: Array, cm: Array, z: Array) -> Array:
    """The weight of children of a length (below two years) or height with a z-score of weight for it."""
    lying = days < 731
    return np.where(
        lying,
        measured("weight-for-length", sex, np.clip(cm, 45, 110), z),
        measured("weight-for-height", sex, np.clip(cm, 65, 120), z),
    )
