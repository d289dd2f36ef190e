"""The functions that only reckon, for many rows at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from care_engine import growth
from care_engine.evaluating import FIVE_YEARS_IN_MONTHS, GROWTH_POSITION, INDICATOR_OF_INDEX
from care_engine.expressions import Call
from care_engine.growth.standards import INDICATORS
from care_engine.growth.table import LYING, STANDING, z_scores_of_codes
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


_SCORE = {"bb-u": "zwei", "pb-u": "zlen", "bb-pb": "zwfl", "imt-u": "zbmi", "lk-u": "zhc"}
_SCORE_5_19 = {"bb-u": "zwfa", "pb-u": "zhfa", "imt-u": "zbfa"}


@means("zscore", "zflag")
def _growth(node: Call, frame: Frame) -> Column:
    index = str(node.arguments[0].value)  # type: ignore[union-attr]
    age, *measures = (evaluate(one, frame) for one in node.arguments[1:])
    days = np.asarray(age)
    months = c.months_between(frame.on - days, frame.on)
    older = months >= FIVE_YEARS_IN_MONTHS
    words = frame.population.words
    sexes = frame.population.sex[frame.person]
    sex = np.where(sexes == words["laki-laki"], 0, np.where(sexes == words["perempuan"], 1, -1)).astype(np.int8)
    first = np.asarray(measures[0], dtype=np.float64)
    second = np.asarray(measures[1], dtype=np.float64) if index in ("bb-pb", "imt-u") else c.numbers(np.nan, len(frame))
    position = np.full(len(frame), -1, dtype=np.int8)
    position_at = GROWTH_POSITION.get(index)
    if position_at is not None and len(measures) > position_at:
        recorded = np.asarray(measures[position_at])
        position[recorded == words["telentang"]] = LYING
        position[recorded == words["berdiri"]] = STANDING
    usable = (sex >= 0) & ~np.isnan(first) & (~np.isnan(days) | (index == "bb-pb"))
    if index in ("bb-pb", "imt-u"):
        usable &= ~np.isnan(second)
    score = np.full(len(frame), np.nan)
    young = np.flatnonzero(usable & ~older)
    if len(young):
        lengths = second if index in ("bb-pb", "imt-u") else first
        columns: dict[str, Any] = {"sex": sex[young], "age_days": days[young], "measure": position[young]}
        if index in ("bb-u", "bb-pb", "imt-u"):
            columns["weight_kg"] = first[young]
        if index in ("pb-u", "bb-pb", "imt-u"):
            columns["lenhei_cm"] = lengths[young]
        if index == "lk-u":
            columns["headc_cm"] = first[young]
        score[young] = z_scores_of_codes(columns, (_SCORE[index][1:],))[_SCORE[index]]
    old = np.flatnonzero(usable & older)
    if len(old) and index in _SCORE_5_19:
        columns = {"sex": sex[old] + 1, "age_months": months[old]}
        if index in ("bb-u", "imt-u"):
            columns["weight_kg"] = first[old]
        if index in ("pb-u", "imt-u"):
            columns["height_cm"] = (second if index == "imt-u" else first)[old]
        score[old] = growth.z_scores_5_19(columns)[_SCORE_5_19[index]]
    if node.function == "zscore":
        return score
    limits = INDICATORS[INDICATOR_OF_INDEX[index]]
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
