"""The functions that only reckon, for many rows at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from care_engine.evaluating import FIVE_YEARS_IN_MONTHS, GROWTH_POSITION, INDICATOR_OF_INDEX
from care_engine.expressions import Call
from care_engine.growth.standards import INDICATORS
from care_engine.growth.table import LYING, STANDING, z_score_5_19_of_codes, z_score_of_codes
from care_engine.population import columns as c
from care_engine.population.columns import Array, Column, Sets, take
from care_engine.population.evaluating import evaluate, means, truth
from care_engine.population.frame import Frame


@means("at_least")
def _at_least(node: Call, frame: Frame) -> Column:
    wanted = np.asarray(evaluate(node.arguments[0], frame))
    answers = [truth(one, frame) for one in node.arguments[1:]]
    yes = np.sum([one == 1 for one in answers], axis=0)
    maybe = np.sum([one < 0 for one in answers], axis=0)
    return np.where(np.isnan(wanted), -1, np.where(yes >= wanted, 1, np.where(yes + maybe < wanted, 0, -1))).astype(
        np.int8
    )


@means("min", "max")
def _extreme(node: Call, frame: Frame) -> Column:
    pick = np.fmin if node.function == "min" else np.fmax
    result = np.asarray(evaluate(node.arguments[0], frame))
    for one in node.arguments[1:]:
        result = pick(result, np.asarray(evaluate(one, frame)))
    return result


def _numbers(compute: Callable[..., Array]) -> Callable[[Call, Frame], Column]:
    def apply(node: Call, frame: Frame) -> Column:
        return compute(*(np.asarray(evaluate(one, frame)) for one in node.arguments))

    return apply


def _round(value: Array, digits: Array | None = None) -> Array:
    scale = 10.0 ** (np.zeros(len(value)) if digits is None else np.trunc(digits))
    return np.floor(value * scale + 0.5) / scale


@means("size")
def _size(node: Call, frame: Frame) -> Column:
    column = evaluate(node.arguments[0], frame)
    assert isinstance(column, Sets)
    count = np.zeros(len(column))
    for bit in range(len(column.choices)):
        count += column.bits >> bit & 1
    return np.where(column.known, count, np.nan)


@means("now")
def _now(node: Call, frame: Frame) -> Column:
    return take(evaluate(node.arguments[0], frame.at_today()), frame.subject)


@means("in_episode")
def _in_episode(node: Call, frame: Frame) -> Column:
    return frame.population.in_episode(str(node.arguments[0].value), frame).astype(np.int8)  # type: ignore[union-attr]


_SCORE = {"bb-u": "wei", "pb-u": "len", "bb-pb": "wfl", "imt-u": "bmi", "lk-u": "hc"}
_OF_TWO = ("bb-pb", "imt-u")
_MEASURES = {
    "bb-u": ("weight_kg",),
    "pb-u": ("lenhei_cm",),
    "lk-u": ("headc_cm",),
    **dict.fromkeys(_OF_TWO, ("weight_kg", "lenhei_cm")),
}
#: No five years have fewer days; below, months need not be counted.
FIVE_YEARS_AT_LEAST_DAYS = 5 * 365
_SCORE_5_19 = {"bb-u": "wfa", "pb-u": "hfa", "imt-u": "bfa"}


@means("zscore")
def _zscore(node: Call, frame: Frame) -> Column:
    """Days of age below five years, months of age from then on; rounded to two decimals."""
    index = str(node.arguments[0].value)  # type: ignore[union-attr]
    days, *measures = (np.asarray(evaluate(one, frame)) for one in node.arguments[1:])
    words, sexes = frame.population.words, frame.population.sex[frame.person]
    female = sexes == words["perempuan"]
    sex = c.truth_unless(~(female | (sexes == words["laki-laki"])), female)
    first, second = measures[0].astype(np.float64), measures[1] if index in _OF_TWO else None
    usable = (sex >= 0) & ~np.isnan(first) & (~np.isnan(days) | (index == "bb-pb"))
    if second is not None:
        usable &= ~np.isnan(second)
    score = np.full(len(frame), np.nan)
    months = np.full(len(frame), -1.0)
    grown = c.rows_where(usable & (days >= FIVE_YEARS_AT_LEAST_DAYS))
    months[grown] = c.months_between(frame.on[grown] - days[grown], frame.on[grown])
    young = c.rows_where(usable & (months < FIVE_YEARS_IN_MONTHS))
    if len(young):
        columns = {"sex": sex[young], "age_days": days[young]}
        if (at := GROWTH_POSITION.get(index)) is not None and len(measures) > at:
            recorded = measures[at][young]
            position = np.where(recorded == words["berdiri"], STANDING, np.int8(-1))
            columns["measure"] = np.where(recorded == words["telentang"], LYING, position).astype(np.int8)
        columns |= zip(_MEASURES[index], (one[young] for one in (first, second) if one is not None), strict=True)
        score[young] = z_score_of_codes(columns, _SCORE[index])
    old = c.rows_where(months >= FIVE_YEARS_IN_MONTHS)
    if len(old) and index in _SCORE_5_19:
        columns = {"sex": sex[old], "age_months": months[old]}
        names = (one.replace("lenhei", "height") for one in _MEASURES[index])
        columns |= zip(names, (one[old] for one in (first, second) if one is not None), strict=True)
        score[old] = z_score_5_19_of_codes(columns, _SCORE_5_19[index])
    return score


@means("zflag")
def _zflag(node: Call, frame: Frame) -> Column:
    """Whether the score lies beyond all believable ones."""
    score = np.asarray(evaluate(Call("zscore", node.arguments), frame))
    limits = INDICATORS[INDICATOR_OF_INDEX[str(node.arguments[0].value)]]  # type: ignore[union-attr]
    return c.as_truth((score < limits.lowest) | (score > limits.highest), ~np.isnan(score))


@means("lookup")
def _lookup(node: Call, frame: Frame) -> Column:
    figures = frame.population.knowledge.figures[str(node.arguments[0].value)]  # type: ignore[union-attr]
    keys = [np.asarray(evaluate(one, frame)) for one in node.arguments[1:]]
    known = np.all([c.known(key) for key in keys], axis=0)
    found = np.full(len(frame), np.nan)
    for cells, value in reversed(figures.rows):
        fits = known.copy()
        for cell, key in zip(cells, keys, strict=True):
            fits &= (
                key == frame.population.words[cell] if isinstance(cell, str) else (key >= cell[0]) & (key <= cell[1])
            )
        found[fits] = value
    return found


for _name, _meaning in (
    ("abs", np.abs),
    ("round", _round),
    ("floor", np.floor),
    ("days", lambda start, end: end - start),
    ("months", c.months_between),
    ("years", lambda start, end: np.floor_divide(c.months_between(start, end), 12)),
    ("month_index", c.month_index),
):
    means(_name)(_numbers(_meaning))
