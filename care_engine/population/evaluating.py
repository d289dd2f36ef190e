"""Expressions for many rows at once: the same meaning as `care_engine.evaluating`, node by node, function by function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from care_engine import growth
from care_engine.evaluating import FIVE_YEARS_IN_MONTHS, GROWTH_POSITION, INDICATOR_OF_INDEX
from care_engine.expressions import Binary, Call, Expression, If, In, Length, Literal, Name, Setting, Unary
from care_engine.growth.standards import INDICATORS
from care_engine.growth.table import LYING, STANDING, z_scores_of_codes
from care_engine.population import columns as c
from care_engine.population import storage as st
from care_engine.population.columns import Array, Column, Sets
from care_engine.population.frames import LAST_SEQUENCE, Contacts, Subjects, follow, take
from care_engine.population.log import Rows

if TYPE_CHECKING:
    from care_engine.population.deciding import Population


@dataclass
class Frame:
    """Rows under evaluation: contacts of a kind of subject, or (today) subjects on the day of the decision. chosen: which of them.

    What a larger frame has answered already is taken from there (`part_of`: the frame, and these rows' places in it).
    """

    population: Population
    contacts: Contacts
    today: bool
    chosen: Rows
    part_of: tuple[Frame, Array] | None = None
    is_kept: bool = True  # False while a table asks what it said itself before: its answers change
    memo: dict[Expression, Column] = field(default_factory=dict)
    formulas: dict[str, Column] = field(default_factory=dict)
    pointers: dict[str | None, Rows] = field(default_factory=dict)
    standing: dict[tuple[str, bool], tuple[Rows, Rows, Array]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.chosen)

    @property
    def subjects(self) -> Subjects:
        return self.contacts.subjects

    @cached_property
    def subject(self) -> Rows:
        return self.chosen if self.today else self.contacts.subject[self.chosen]

    @cached_property
    def on(self) -> Array:
        return c.numbers(self.population.on, len(self)) if self.today else self.contacts.on[self.chosen]

    @cached_property
    def sequence(self) -> Any:
        return np.broadcast_to(LAST_SEQUENCE, (len(self),)) if self.today else self.contacts.sequence[self.chosen]

    @cached_property
    def pointer(self) -> Rows:
        """The contact row at or before each row: itself, or the subject's last one."""
        return self.contacts.last_of_subject[self.chosen] if self.today else self.chosen

    @cached_property
    def person(self) -> Rows:
        return self.subjects.person[self.subject]

    @cached_property
    def source(self) -> Rows:
        """The rows of the log at which these contacts stand."""
        return self.contacts.source[self.chosen]

    def from_larger(self, node: Expression) -> Column | None:
        """What the frame of which this one is a part has answered already."""
        if self.part_of is None:
            return None
        larger, places = self.part_of
        column = larger.memo.get(node)
        return None if column is None else column[places]

    def where(self, rows: Array) -> Frame:
        """Some of these rows, as a mask or as places."""
        part, chosen = (self, rows), self.chosen[rows]
        if not self.is_kept:
            return Frame(self.population, self.contacts, self.today, chosen, part, is_kept=False)
        return self.population.rows(self.subjects.kind, today=self.today, rows=chosen, part_of=part)

    def at_today(self) -> Frame:
        return self.population.frame(self.subjects.kind, today=True)

    def pointer_into(self, kind: str | None) -> tuple[Contacts, Rows]:
        """For each row the last contact, at or before it, of the current subject of another kind; -1 where there is none."""
        other = self.population.contacts(kind)
        if kind == self.subjects.kind:
            return other, self.pointer
        if kind not in self.pointers:
            subject = self.population.current_subject(kind, self)
            self.pointers[kind] = other.rows_until(subject, self.on, self.sequence)
        return other, self.pointers[kind]


def evaluate(node: Expression, frame: Frame) -> Column:
    """The column of an expression. Worked out once a frame: equal trees share their answer."""
    found = frame.memo.get(node)
    if found is None:
        found = frame.from_larger(node)
        if found is None:
            found = _RULES[type(node)](node, frame)
        frame.memo[node] = found
    return found


def truth(node: Expression, frame: Frame) -> Array:
    column = evaluate(node, frame)
    assert not isinstance(column, Sets)
    return c.truths(None, len(column)) if column.dtype == np.float64 else column  # the literal `unknown`


def _literal(node: Literal, frame: Frame) -> Column:
    value, rows = node.value, len(frame)
    if value is None:
        return c.numbers(np.nan, rows)
    if isinstance(value, bool):
        return c.truths(value, rows)
    if isinstance(value, str):
        return c.words(frame.population.words[value], rows)
    return c.numbers(value, rows)


def _name(node: Name, frame: Frame) -> Column:
    word = _WORDS.get(node.id)
    if word is not None:
        return word(frame)
    item = frame.population.knowledge.items[node.id]
    if item.formula is not None:
        if node.id not in frame.formulas:
            frame.formulas[node.id] = evaluate(item.formula, frame)
        return frame.formulas[node.id]
    if frame.today:
        return c.unknown_like(frame.population.log.column(node.id), len(frame))
    own = frame.source
    if frame.subjects.kind is not None:  # attributes are a person's, not an episode's
        own = np.where(frame.contacts.timeless[frame.chosen], -1, own)
    return take(frame.population.log.column(node.id), own)


def _hours(frame: Frame, day: Array, minute: Array) -> Column:
    if frame.today:
        return c.numbers(np.nan, len(frame))
    at = np.asarray(take(frame.population.log.column(st.MINUTE), frame.source))
    return np.asarray(((frame.on - day) * 1440 + at - minute) / 60)


def _birth(frame: Frame) -> Array:
    return frame.population.birth[frame.person]


def _of_contact(mark: str) -> Callable[[Frame], Column]:
    def column(frame: Frame) -> Column:
        if frame.today:
            return c.words(-1, len(frame))
        return take(frame.population.log.column(mark), frame.source)

    return column


def _episode(select: Callable[[Subjects], Array]) -> Callable[[Frame], Column]:
    def column(frame: Frame) -> Column:
        if frame.subjects.kind is None:
            return c.numbers(np.nan, len(frame))
        return select(frame.subjects)[frame.subject]

    return column


def _episode_end(frame: Frame) -> Column:
    if frame.subjects.kind is None:
        return c.numbers(np.nan, len(frame))
    end = frame.subjects.end[frame.subject]
    return np.where(end <= frame.population.on, end, np.nan)


_WORDS: dict[str, Callable[[Frame], Column]] = {
    "birth": _birth,
    "today": lambda frame: frame.on.astype(np.float64),
    "umur-hari": lambda frame: frame.on - _birth(frame),
    "umur-bulan": lambda frame: c.months_between(_birth(frame), frame.on),
    "umur-tahun": lambda frame: np.floor_divide(c.months_between(_birth(frame), frame.on), 12),
    "sex": lambda frame: frame.population.sex[frame.person],
    "unit": _of_contact(st.UNIT),
    "cadre": _of_contact(st.CADRE),
    "jam-sejak-lahir": lambda frame: _hours(frame, _birth(frame), frame.population.birth_minute[frame.person]),
    "jam-sejak-awal": lambda frame: _hours(
        frame, frame.subjects.start[frame.subject], frame.subjects.start_minute[frame.subject]
    ),
    "episode-start": _episode(lambda subjects: subjects.start),
    "episode-end": _episode_end,
    "episode-outcome": lambda frame: frame.subjects.outcome[frame.subject],
    "registered": lambda frame: frame.subjects.registered[frame.subject],
}


def _setting(node: Setting, frame: Frame) -> Column:
    return frame.population.setting(node.id)[frame.person]


def _unary(node: Unary, frame: Frame) -> Column:
    inner = evaluate(node.operand, frame)
    if node.op == "is known":
        return c.known(inner).astype(np.int8)
    if node.op == "is unknown":
        return (~c.known(inner)).astype(np.int8)
    assert not isinstance(inner, Sets)
    return c.negate(truth(node.operand, frame)) if node.op == "not" else -inner


def _binary(node: Binary, frame: Frame) -> Column:
    op = node.op
    if op == "and":
        return c.both(truth(node.left, frame), truth(node.right, frame))
    if op == "or":
        return c.either(truth(node.left, frame), truth(node.right, frame))
    left = evaluate(node.left, frame)
    if op == "else":
        return c.choose(c.known(left), left, evaluate(node.right, frame))
    if isinstance(node.right, Length):
        sign = 1 if op == "+" else -1
        assert not isinstance(left, Sets)
        return c.add_months(left, sign * node.right.months) + sign * node.right.days
    right = evaluate(node.right, frame)
    if op == "contains":
        assert isinstance(left, Sets) and isinstance(node.right, Literal)
        word = str(node.right.value)
        bit = left.choices.index(word) if word in left.choices else None
        member = np.zeros(len(left), dtype=bool) if bit is None else (left.bits >> bit & 1).astype(bool)
        return c.as_truth(member, left.known)
    assert not isinstance(left, Sets) and not isinstance(right, Sets)
    if op in _ARITHMETIC:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            result = _ARITHMETIC[op](left.astype(np.float64), right.astype(np.float64))
        return np.where(np.isfinite(result), result, np.nan)
    with np.errstate(invalid="ignore"):
        answer = _COMPARISONS[op](left, right)
    return c.as_truth(answer, c.known(left) & c.known(right))


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": lambda left, right: np.where(right == 0, np.nan, np.divide(left, right)),
    "^": lambda left, right: np.where(np.isnan(left) | np.isnan(right), np.nan, np.power(left, right)),
}
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "=": np.equal,
    "!=": np.not_equal,
}


def _in(node: In, frame: Frame) -> Column:
    value = evaluate(node.operand, frame)
    assert not isinstance(value, Sets)
    answer = c.truths(False, len(frame))
    for option in node.options:
        other = evaluate(option, frame)
        assert not isinstance(other, Sets)
        answer = c.either(answer, c.as_truth(value == other, c.known(value) & c.known(other)))
    return answer


def _if(node: If, frame: Frame) -> Column:
    condition = truth(node.condition, frame)
    chosen = c.choose(condition == 1, evaluate(node.then, frame), evaluate(node.otherwise, frame))
    return c.choose(condition >= 0, chosen, c.unknown_like(chosen, len(frame)))


# --- history -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class History:
    """The values of an item in the lives of all subjects of a kind: contact rows in order, and the value at each."""

    rows: Rows
    values: Column


def history(item: str, kind: str | None, population: Population) -> History:
    """A formula item has the values that it took at the contacts."""
    key = (kind, item)
    if key not in population.histories:
        contacts = population.contacts(kind)
        if population.knowledge.items[item].formula is None:
            rows = contacts.rows_of(population.log.rows(item))
            column = take(population.log.column(item), contacts.source[rows])
        else:
            rows = np.flatnonzero(contacts.is_real)
            column = evaluate(Name(item), population.rows(kind, today=False, rows=rows))
        known = c.known(column)
        population.histories[key] = History(rows[known], column[known])
    return population.histories[key]


def contacts_where(condition: Expression, kind: str | None, population: Population) -> Rows:
    """The contact rows, in order, that make a condition true; unknown counts as no."""
    rows = np.flatnonzero(population.contacts(kind).is_real)
    return np.asarray(rows[truth(condition, population.rows(kind, today=False, rows=rows)) == 1])


def _item_function(node: Call, frame: Frame) -> Column:
    function = node.function.removesuffix("_on")
    item = node.arguments[0].id  # type: ignore[union-attr]
    kind = None if function == "latest_ever" else frame.subjects.kind
    contacts, pointer = frame.pointer_into(kind)
    told = history(item, kind, frame.population)
    rows, values = told.rows, told.values
    if function in ("latest_where", "previous_where"):
        among = np.isin(rows, contacts_where(node.arguments[1], kind, frame.population), assume_unique=True)
        rows, values = rows[among], values[among]
    if function.startswith("previous") and not frame.today:
        pointer = contacts.before(pointer)
    if function == "first":
        place = contacts.first_among(rows, pointer)
    elif function == "latest_between":
        place = _between(node, frame, contacts, rows)
    else:
        place = contacts.last_among(rows, pointer)
        if len(node.arguments) > 1 and function in ("latest", "latest_ever"):
            oldest = np.asarray(evaluate(node.arguments[1], frame))
            at = follow(rows, place)
            age = frame.on - np.asarray(take(contacts.on, at))
            place = np.where((age <= oldest) & ~_timeless(contacts, at), place, -1)
    if not node.function.endswith("_on"):
        return take(values, place)
    at = follow(rows, place)
    return take(contacts.on, np.where(_timeless(contacts, at), -1, at))


def _timeless(contacts: Contacts, rows: Rows) -> Any:
    return np.asarray(take(contacts.timeless.astype(np.int8), rows)) == 1


def _between(node: Call, frame: Frame, contacts: Contacts, rows: Rows) -> Rows:
    least = np.asarray(evaluate(node.arguments[1], frame))
    most = np.asarray(evaluate(node.arguments[2], frame))
    until = contacts.rows_until(frame.subject, frame.on - least, LAST_SEQUENCE)
    until = np.where((until > frame.pointer) & (frame.pointer >= 0), frame.pointer, until)
    place = contacts.last_among(rows, until)
    at = follow(rows, place)
    near = frame.on - np.asarray(take(contacts.on, at)) <= most
    return np.where(near & ~_timeless(contacts, at), place, -1)


def _count(node: Call, frame: Frame) -> Column:
    told = history(node.arguments[0].id, frame.subjects.kind, frame.population)  # type: ignore[union-attr]
    return frame.contacts.count_among(told.rows, frame.pointer)


def _given(node: Call, frame: Frame) -> Column:
    service = node.arguments[0].id  # type: ignore[union-attr]
    kind = None if "ever" in node.function else frame.subjects.kind
    contacts, pointer = frame.pointer_into(kind)
    rows = contacts.rows_of(frame.population.log.given(service))
    if node.function == "given":
        return c.truths(False, len(frame)) if frame.today else np.isin(frame.chosen, rows).astype(np.int8)
    if node.function.startswith("times"):
        return contacts.count_among(rows, pointer)
    return take(contacts.on, follow(rows, contacts.last_among(rows, pointer)))


def _contact_function(node: Call, frame: Frame) -> Column:
    contacts = frame.contacts
    rows = contacts_where(node.arguments[0], frame.subjects.kind, frame.population)
    match node.function:
        case "exists":
            return (contacts.count_among(rows, frame.pointer) > 0).astype(np.int8)
        case "count_where":
            return contacts.count_among(rows, frame.pointer)
        case "first_date":
            return take(contacts.on, follow(rows, contacts.first_among(rows, frame.pointer)))
        case _:
            return take(contacts.on, follow(rows, contacts.last_among(rows, frame.pointer)))


def _finding_function(node: Call, frame: Frame) -> Column:
    finding = node.arguments[0].id  # type: ignore[union-attr]
    population = frame.population
    match node.function:
        case "found":
            return (~np.isnan(population.standing_on(finding, frame))).astype(np.int8)
        case "found_on":
            return population.standing_on(finding, frame)
        case "previously_found":
            return (~np.isnan(population.standing_on(finding, frame, before=True))).astype(np.int8)
        case "ever_found":
            return (~np.isnan(population.first_found_on(finding, frame))).astype(np.int8)
        case _:
            return population.first_found_on(finding, frame)


def _schedule_function(node: Call, frame: Frame) -> Column:
    return frame.population.concluded(node.function, node.arguments[0].id, frame)  # type: ignore[union-attr]


# --- plain functions ---------------------------------------------------------------------------------------------


def _at_least(node: Call, frame: Frame) -> Column:
    wanted = np.asarray(evaluate(node.arguments[0], frame))
    answers = [truth(one, frame) for one in node.arguments[1:]]
    yes = np.sum([one == 1 for one in answers], axis=0)
    maybe = np.sum([one < 0 for one in answers], axis=0)
    return np.where(np.isnan(wanted), -1, np.where(yes >= wanted, 1, np.where(yes + maybe < wanted, 0, -1))).astype(
        np.int8
    )


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


def _size(node: Call, frame: Frame) -> Column:
    column = evaluate(node.arguments[0], frame)
    assert isinstance(column, Sets)
    count = np.zeros(len(column))
    for bit in range(len(column.choices)):
        count += column.bits >> bit & 1
    return np.where(column.known, count, np.nan)


def _now(node: Call, frame: Frame) -> Column:
    return take(evaluate(node.arguments[0], frame.at_today()), frame.subject)


def _in_episode(node: Call, frame: Frame) -> Column:
    return frame.population.in_episode(str(node.arguments[0].value), frame).astype(np.int8)  # type: ignore[union-attr]


_SCORE = {"bb-u": "zwei", "pb-u": "zlen", "bb-pb": "zwfl", "imt-u": "zbmi", "lk-u": "zhc"}
_SCORE_5_19 = {"bb-u": "zwfa", "pb-u": "zhfa", "imt-u": "zbfa"}


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


_FUNCTIONS: dict[str, Callable[[Call, Frame], Column]] = {
    **dict.fromkeys(
        (
            *("latest", "previous", "first", "latest_ever", "latest_on", "previous_on", "first_on", "latest_ever_on"),
            *(
                "latest_where",
                "latest_where_on",
                "previous_where",
                "previous_where_on",
                "latest_between",
                "latest_between_on",
            ),
        ),
        _item_function,
    ),
    "count": _count,
    **dict.fromkeys(("given", "given_on", "times_given", "given_ever_on", "times_given_ever"), _given),
    **dict.fromkeys(("exists", "count_where", "first_date", "last_date"), _contact_function),
    **dict.fromkeys(("found", "found_on", "ever_found", "first_found_on", "previously_found"), _finding_function),
    **dict.fromkeys(("done_on", "status", "doses"), _schedule_function),
    "in_episode": _in_episode,
    "at_least": _at_least,
    "min": _extreme,
    "max": _extreme,
    "abs": _numbers(np.abs),
    "round": _numbers(_round),
    "floor": _numbers(np.floor),
    "days": _numbers(lambda start, end: end - start),
    "months": _numbers(c.months_between),
    "years": _numbers(lambda start, end: np.floor_divide(c.months_between(start, end), 12)),
    "month_index": _numbers(c.month_index),
    "size": _size,
    "now": _now,
    "zscore": _growth,
    "zflag": _growth,
    "lookup": _lookup,
}


def _call(node: Call, frame: Frame) -> Column:
    return _FUNCTIONS[node.function](node, frame)


_RULES: dict[type, Callable[[Any, Frame], Column]] = {
    Literal: _literal,
    Name: _name,
    Setting: _setting,
    Unary: _unary,
    Binary: _binary,
    In: _in,
    If: _if,
    Call: _call,
}


def setting_value(value: object, words: c.Words) -> float | int | bool | None:
    """An area setting as a number or a word's number; None is unknown."""
    if isinstance(value, date):
        return float(value.toordinal())
    if isinstance(value, bool) or value is None:
        return value
    return words[value] if isinstance(value, str) else float(value)  # type: ignore[arg-type]
