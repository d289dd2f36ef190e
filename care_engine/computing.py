"""The functions of the language that compute from the values of their arguments: numbers, dates, growth, tables of figures."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from care_engine import growth
from care_engine.dates import month_index, months_between
from care_engine.expressions import Call
from care_engine.model import Figures
from care_engine.moments import Meaning, Moment, unnoted
from care_engine.remembering import remembered

FigureRow = tuple[tuple[str | tuple[float, float], ...], float]


def _in_episode(call: Call, arguments: list[Meaning]) -> Meaning:
    """Whether an episode of this kind is going on at the moment (its last day included)."""
    kind = call.arguments[0].value  # type: ignore[union-attr]
    return lambda at: any(
        one.kind == kind and one.start <= at.on and (one.end is None or at.on <= one.end) for one in at.person.episodes
    )


def _at_least(call: Call, arguments: list[Meaning]) -> Meaning:
    wanted, *conditions = arguments

    def value(at: Moment) -> Any:
        least = wanted(at)
        answers = [one(at) for one in conditions]
        true, unknown = answers.count(True), answers.count(None)
        if true >= least:
            return True
        return False if true + unknown < least else None

    return value


def _extreme(choose: Callable[[list[Any]], Any]) -> Callable[[Call, list[Meaning]], Meaning]:
    """The least or greatest of the known values; unknown only if all are."""

    def function(call: Call, arguments: list[Meaning]) -> Meaning:
        candidates = [unnoted(one) for one in arguments]

        def value(at: Moment) -> Any:
            known = [value for one in candidates if (value := one(at)) is not None]
            return choose(known) if known else None

        return value

    return function


def round_half_up(value: float, digits: int = 0) -> float:
    scale = 10.0**digits
    return math.floor(value * scale + 0.5) / scale


def _known(compute: Callable[..., Any]) -> Callable[[Call, list[Meaning]], Meaning]:
    """A function of its arguments' values that is unknown as soon as one of them is."""

    def function(call: Call, arguments: list[Meaning]) -> Meaning:
        def value(at: Moment) -> Any:
            values = [one(at) for one in arguments]
            return None if any(one is None for one in values) else compute(*values)

        return value

    return function


def _now(call: Call, arguments: list[Meaning]) -> Meaning:
    (value,) = arguments
    return lambda at: value(at.person.today(at.subject))


FIVE_YEARS_IN_MONTHS = 60


def growth_score(
    index: str, sex: Any, age_days: Any, months: int, first: Any, second: Any = None, position: Any = None
) -> float | None:
    """z-score of one index; `first` is kg (bb-u, bb-pb, imt-u) or cm (pb-u, lk-u); from 60 completed months by WHO 2007."""
    older = months >= FIVE_YEARS_IN_MONTHS
    match index:
        case "bb-u":
            return (
                growth.weight_for_age_5_10(sex, months, first) if older else growth.weight_for_age(sex, age_days, first)
            )
        case "pb-u":
            if older:
                return growth.height_for_age_5_19(sex, months, first)
            return growth.length_height_for_age(sex, age_days, first, position)
        case "bb-pb":
            return None if older else growth.weight_for_length_height(sex, age_days, first, second, position)
        case "imt-u":
            if older:
                return growth.bmi_for_age_5_19(sex, months, first, second)
            return growth.bmi_for_age(sex, age_days, first, second, position)
        case "lk-u":
            return None if older else growth.head_circumference_for_age(sex, age_days, first)
    raise AssertionError(f"no growth index {index}")


INDICATOR_OF_INDEX = {
    "bb-u": "weight-for-age",
    "pb-u": "length-height-for-age",
    "bb-pb": "weight-for-length",  # the same limits as weight-for-height
    "imt-u": "bmi-for-age",
    "lk-u": "head-circumference-for-age",
}
GROWTH_POSITION = {"pb-u": 1, "bb-pb": 2, "imt-u": 2}


def _growth(call: Call, arguments: list[Meaning]) -> Meaning:
    def value(at: Moment) -> Any:
        index, age, *measures = (one(at) for one in arguments)
        sex = at.person.facts.sex
        needed = measures[: GROWTH_POSITION.get(index, len(measures))]
        if sex is None:
            at.person.note_missing("sex")
        if sex is None or any(one is None for one in needed) or (age is None and index != "bb-pb"):
            return None
        position_at = GROWTH_POSITION.get(index)
        position = measures[position_at] if position_at is not None and len(measures) > position_at else None
        months = months_between(at.on - int(age), at.on) if age is not None else 0
        second = measures[1] if index in ("bb-pb", "imt-u") else None
        asked = (index, age, *measures)
        if asked not in at.scores:
            at.scores[asked] = growth_score(index, sex, age, months, measures[0], second, position)
        score = at.scores[asked]
        if call.function == "zscore" or score is None:
            return score
        return growth.is_flagged(INDICATOR_OF_INDEX[index], score)

    return value


@remembered
def _rows_by_word(figures: Figures) -> Mapping[str, list[FigureRow]]:
    """The rows of a table of figures whose first key is a word, by that word."""
    found: dict[str, list[FigureRow]] = {}
    if all(isinstance(cells[0], str) for cells, _ in figures.rows):
        for cells, figure in figures.rows:
            found.setdefault(str(cells[0]), []).append((cells, figure))
    return found


def _lookup(call: Call, arguments: list[Meaning]) -> Meaning:
    def value(at: Moment) -> Any:
        table, *keys = (one(at) for one in arguments)
        if any(key is None for key in keys):
            return None
        figures = at.person.knowledge.figures[table]
        for cells, figure in _rows_by_word(figures).get(keys[0], figures.rows):
            if all(
                cell == key if isinstance(cell, str) or isinstance(key, str) else cell[0] <= key <= cell[1]
                for cell, key in zip(cells, keys, strict=True)
            ):
                return figure
        return None

    return value


#: By name: from a call and the meanings of its arguments to its own meaning.
COMPUTING: dict[str, Callable[[Call, list[Meaning]], Meaning]] = {
    "in_episode": _in_episode,
    "at_least": _at_least,
    "min": _extreme(min),
    "max": _extreme(max),
    "abs": _known(abs),
    "round": _known(lambda value, digits=0.0: round_half_up(value, int(digits))),
    "floor": _known(lambda value: float(math.floor(value))),
    "days": _known(lambda start, end: float(end - start)),
    "months": _known(lambda start, end: float(months_between(start, end))),
    "years": _known(lambda start, end: float(months_between(start, end) // 12)),
    "month_index": _known(lambda day: float(month_index(day))),
    "size": _known(lambda value: float(len(value))),
    "now": _now,
    "zscore": _growth,
    "zflag": _growth,
    "lookup": _lookup,
}
