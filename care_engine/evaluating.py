"""Expressions for one person at one moment: the plain reading of `docs/knowledge-language.md` §4.

Unknown is None. Every function below says what it does with it; nothing turns it into no or zero silently.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from care_engine import growth
from care_engine.dates import add_months, month_index, months_between
from care_engine.expressions import Binary, Call, Expression, If, In, Length, Literal, Name, Setting, Unary
from care_engine.facts import Contact, Value
from care_engine.subjects import FIRST_DAY, Entry, Subject

if TYPE_CHECKING:
    from care_engine.answers import Judgement
    from care_engine.bedside import Person

LAST_SEQUENCE = 1 << 30


@dataclass(eq=False)
class Moment:
    """A day and sequence in a subject's life, with the contact that takes place there, if one does."""

    person: Person
    subject: Subject
    on: int
    sequence: int = LAST_SEQUENCE
    contact: Contact | None = None
    memo: dict[str, Value | None] = field(default_factory=dict)
    judgements: dict[str, Judgement | None] = field(default_factory=dict)

    @property
    def key(self) -> tuple[int, int]:
        return (self.on, self.sequence)


def evaluate(node: Expression, at: Moment) -> Any:
    """The value of an expression at a moment: float, str, bool, int (a date as ordinal), frozenset, or None for unknown."""
    return _RULES[type(node)](node, at)


def _literal(node: Literal, at: Moment) -> Any:
    return node.value


def _name(node: Name, at: Moment) -> Any:
    word = _WORDS.get(node.id)
    if word is not None:
        value = word(at)
    else:
        item = at.person.knowledge.items[node.id]
        if item.formula is not None:
            return _formula(node.id, item.formula, at)
        value = at.contact.values.get(node.id) if at.contact is not None else None
    if value is None and (word is None or node.id in ("birth", "sex")):
        at.person.note_missing(node.id)
    return value


def _formula(item: str, formula: Expression, at: Moment) -> Any:
    if item not in at.memo:
        at.memo[item] = evaluate(formula, at)
    elif at.memo[item] is None:
        evaluate(formula, at)  # so that what is missing is noted again
    return at.memo[item]


def _hours(at: Moment, day: int | None, minute: int | None) -> float | None:
    if at.contact is None or at.contact.minute is None or day is None or minute is None:
        return None
    return ((at.contact.on - day) * 1440 + at.contact.minute - minute) / 60


def _age(at: Moment, measure: Callable[[int, int], int]) -> float | None:
    birth = at.person.facts.birth
    return None if birth is None else float(measure(birth, at.on))


_WORDS: dict[str, Callable[[Moment], Any]] = {
    "birth": lambda at: at.person.facts.birth,
    "today": lambda at: at.on,
    "umur-hari": lambda at: _age(at, lambda birth, on: on - birth),
    "umur-bulan": lambda at: _age(at, months_between),
    "umur-tahun": lambda at: _age(at, lambda birth, on: months_between(birth, on) // 12),
    "sex": lambda at: at.person.facts.sex,
    "unit": lambda at: at.contact.unit if at.contact else None,
    "cadre": lambda at: at.contact.cadre if at.contact else None,
    "jam-sejak-lahir": lambda at: _hours(at, at.person.facts.birth, at.person.facts.birth_minute),
    "jam-sejak-awal": lambda at: _hours(at, at.subject.start, at.subject.start_minute),
    "episode-start": lambda at: at.subject.start if at.subject.kind else None,
    "episode-end": lambda at: at.subject.end if at.subject.end is not None and at.subject.end <= at.person.on else None,
    "episode-outcome": lambda at: at.subject.outcome,
    "registered": lambda at: at.subject.registered,
}


def _setting(node: Setting, at: Moment) -> Any:
    area = at.person.facts.area
    value = area[node.id] if node.id in area else at.person.knowledge.settings[node.id].default
    if isinstance(value, date):
        return value.toordinal()
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _unary(node: Unary, at: Moment) -> Any:
    if node.op == "is known" or node.op == "is unknown":
        with at.person.not_missing():
            known = evaluate(node.operand, at) is not None
        return known if node.op == "is known" else not known
    value = evaluate(node.operand, at)
    if value is None:
        return None
    return not value if node.op == "not" else -value


def both(left: bool | None, right: bool | None) -> bool | None:
    """Three-valued and: no wins over unknown."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def either(left: bool | None, right: bool | None) -> bool | None:
    """Three-valued or: yes wins over unknown."""
    if left is True or right is True:
        return True
    return None if left is None or right is None else False


def _binary(node: Binary, at: Moment) -> Any:
    op = node.op
    if op == "and":
        left = evaluate(node.left, at)
        return False if left is False else both(left, evaluate(node.right, at))
    if op == "or":
        left = evaluate(node.left, at)
        return True if left is True else either(left, evaluate(node.right, at))
    if op == "else":
        with at.person.not_missing():
            value = evaluate(node.left, at)
        return value if value is not None else evaluate(node.right, at)
    left = evaluate(node.left, at)
    if isinstance(node.right, Length):
        if left is None:
            return None
        sign = 1 if op == "+" else -1
        return add_months(left, sign * node.right.months) + sign * node.right.days
    right = evaluate(node.right, at)
    if left is None or right is None:
        return None
    match op:
        case "+":
            return _same(left, right, left + right)
        case "-":
            return (
                float(left - right)
                if isinstance(left, int) and isinstance(right, int)
                else _same(left, right, left - right)
            )
        case "*":
            return left * right
        case "/":
            return None if right == 0 else left / right
        case "^":
            return _power(left, right)
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case ">=":
            return left >= right
        case "=":
            return left == right
        case "!=":
            return left != right
        case "contains":
            return right in left
    raise AssertionError(f"no meaning for {op}")


def _power(base: float, exponent: float) -> float | None:
    """Unknown where there is no real number: the root of a negative one, a division by zero, one too large to hold."""
    try:
        result = base**exponent
    except (ZeroDivisionError, OverflowError):
        return None
    return None if isinstance(result, complex) else result


def _same(left: Any, right: Any, result: float) -> float | int:
    """A date plus or minus days stays a date (a whole ordinal)."""
    is_date = isinstance(left, int) != isinstance(right, int)
    return int(result) if is_date and not isinstance(left, bool) else result


def _in(node: In, at: Moment) -> Any:
    value = evaluate(node.operand, at)
    answer: bool | None = False
    for one in node.options:
        option = evaluate(one, at)
        answer = either(answer, None if value is None or option is None else option == value)
    return answer


def _if(node: If, at: Moment) -> Any:
    condition = evaluate(node.condition, at)
    if condition is None:
        return None
    return evaluate(node.then if condition else node.otherwise, at)


# --- history -----------------------------------------------------------------------------------------------------


def entries(item: str, subject: Subject, person: Person) -> list[Entry]:
    """All values of an item in the subject's life, in order. A formula item has the values it took at the contacts."""
    formula = person.knowledge.items[item].formula
    if formula is None:
        return subject.history.get(item, [])
    if item not in subject.formula_history:
        with person.not_missing():
            values = [
                (one.on, one.sequence, _formula(item, formula, person.moment(subject, one)))
                for one in subject.contacts
                if one.is_meeting
            ]
        subject.formula_history[item] = [entry for entry in values if entry[2] is not None]
    return subject.formula_history[item]


def _upto(item: str, at: Moment, subject: Subject, *, before: bool = False) -> list[Entry]:
    key = at.key
    if before:
        return [entry for entry in entries(item, subject, at.person) if (entry[0], entry[1]) < key]
    return [entry for entry in entries(item, subject, at.person) if (entry[0], entry[1]) <= key]


def _entry(node: Call, at: Moment) -> Entry | None:
    """The history entry that an item function means, or None."""
    function = node.function.removesuffix("_on")
    first = node.arguments[0]
    assert isinstance(first, Name)
    item = first.id
    subject = at.person.subject if function == "latest_ever" else at.subject
    found = _upto(item, at, subject, before=function in ("previous", "previous_where"))
    if function == "first":
        return found[0] if found else None
    if function in ("latest_where", "previous_where"):
        true_at = {contact.moment for contact, true in _truths(node.arguments[1], at) if true}
        found = [entry for entry in found if (entry[0], entry[1]) in true_at]
    elif function == "latest_between":
        least, most = evaluate(node.arguments[1], at), evaluate(node.arguments[2], at)
        found = [entry for entry in found if least <= at.on - entry[0] <= most]
    elif len(node.arguments) > 1:
        oldest = evaluate(node.arguments[1], at)
        found = [entry for entry in found if at.on - entry[0] <= oldest]
    return found[-1] if found else None


def _item_function(node: Call, at: Moment) -> Any:
    entry = _entry(node, at)
    if entry is None:
        at.person.note_missing(node.arguments[0].id)  # type: ignore[union-attr]
        return None
    if not node.function.endswith("_on"):
        return entry[2]
    return entry[0] if entry[0] != FIRST_DAY else None


def _count(node: Call, at: Moment) -> Any:
    return float(len(_upto(node.arguments[0].id, at, at.subject)))  # type: ignore[union-attr]


def _given(node: Call, at: Moment) -> Any:
    service = node.arguments[0].id  # type: ignore[union-attr]
    if node.function == "given":
        return at.contact is not None and service in at.contact.services
    ever = "ever" in node.function
    subject = at.person.subject if ever else at.subject
    days = [one.on for one in subject.contacts if one.moment <= at.key and service in one.services]
    if node.function.startswith("times"):
        return float(len(days))
    return days[-1] if days else None


def _truths(condition: Expression, at: Moment) -> list[tuple[Contact, bool]]:
    """Each contact of the subject with whether it makes the condition true; unknown counts as no."""
    known = at.subject.truths.get(condition)
    if known is None:
        with at.person.not_missing():
            known = [
                (one, evaluate(condition, at.person.moment(at.subject, one)) is True)
                for one in at.subject.contacts
                if one.is_meeting
            ]
        at.subject.truths[condition] = known
    return known


def _contact_function(node: Call, at: Moment) -> Any:
    days = [one.on for one, true in _truths(node.arguments[0], at) if true and one.moment <= at.key]
    match node.function:
        case "exists":
            return bool(days)
        case "count_where":
            return float(len(days))
        case "first_date":
            return days[0] if days else None
        case _:
            return days[-1] if days else None


def _finding_function(node: Call, at: Moment) -> Any:
    finding = node.arguments[0].id  # type: ignore[union-attr]
    match node.function:
        case "found":
            return at.person.standing_on(finding, at) is not None
        case "found_on":
            return at.person.standing_on(finding, at)
        case "previously_found":
            return at.person.standing_on(finding, at, before=True) is not None
        case "ever_found":
            return at.person.first_found_on(finding, at) is not None
        case _:
            return at.person.first_found_on(finding, at)


def _schedule_function(node: Call, at: Moment) -> Any:
    status = at.person.status_of(node.arguments[0].id)  # type: ignore[union-attr]
    if status is None:
        return None
    if node.function == "doses":
        return float(status.doses)
    return status.given_on if node.function == "done_on" else status.status


# --- plain functions ---------------------------------------------------------------------------------------------


def _in_episode(node: Call, at: Moment) -> Any:
    """Whether an episode of this kind is going on at the moment (its last day included)."""
    kind = node.arguments[0].value  # type: ignore[union-attr]
    return any(
        one.kind == kind and one.start <= at.on and (one.end is None or at.on <= one.end) for one in at.person.episodes
    )


def _at_least(node: Call, at: Moment) -> Any:
    wanted = evaluate(node.arguments[0], at)
    answers = [evaluate(one, at) for one in node.arguments[1:]]
    true, unknown = answers.count(True), answers.count(None)
    if true >= wanted:
        return True
    return False if true + unknown < wanted else None


def _extreme(node: Call, at: Moment) -> Any:
    with at.person.not_missing():
        values = [value for value in (evaluate(one, at) for one in node.arguments) if value is not None]
    if not values:
        return None
    return min(values) if node.function == "min" else max(values)


def round_half_up(value: float, digits: int = 0) -> float:
    scale = 10.0**digits
    return math.floor(value * scale + 0.5) / scale


def _known(compute: Callable[..., Any]) -> Callable[[Call, Moment], Any]:
    """A function of its arguments' values that is unknown as soon as one of them is."""

    def apply(node: Call, at: Moment) -> Any:
        values = [evaluate(one, at) for one in node.arguments]
        return None if any(value is None for value in values) else compute(*values)

    return apply


def _now(node: Call, at: Moment) -> Any:
    return evaluate(node.arguments[0], at.person.today(at.subject))


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


def _growth(node: Call, at: Moment) -> Any:
    index, age, *measures = (evaluate(one, at) for one in node.arguments)
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
    score = growth_score(index, sex, age, months, measures[0], second, position)
    if node.function == "zscore" or score is None:
        return score
    return growth.is_flagged(INDICATOR_OF_INDEX[index], score)


def _lookup(node: Call, at: Moment) -> Any:
    table, *keys = (evaluate(one, at) for one in node.arguments)
    if any(key is None for key in keys):
        return None
    for cells, value in at.person.knowledge.figures[table].rows:
        if all(
            cell == key if isinstance(cell, str) or isinstance(key, str) else cell[0] <= key <= cell[1]
            for cell, key in zip(cells, keys, strict=True)
        ):
            return value
    return None


_FUNCTIONS: dict[str, Callable[[Call, Moment], Any]] = {
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


def _call(node: Call, at: Moment) -> Any:
    return _FUNCTIONS[node.function](node, at)


_RULES: dict[type, Callable[[Any, Moment], Any]] = {
    Literal: _literal,
    Name: _name,
    Setting: _setting,
    Unary: _unary,
    Binary: _binary,
    In: _in,
    If: _if,
    Call: _call,
}
