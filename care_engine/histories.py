"""The functions of the language that look back: at recorded values, contacts, services given, findings and schedules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from care_engine.expressions import Call, Expression, Name
from care_engine.facts import Contact
from care_engine.moments import Meaning, Moment, unnoted
from care_engine.subjects import FIRST_DAY, Entry, Subject

Find = Callable[[Moment], Entry | None]
Function = Callable[[Call, list[Meaning]], Meaning]


def formula_value(item: str, formula: Meaning, at: Moment) -> Any:
    """The value of a formula item at a moment, worked out once."""
    if item not in at.memo:
        at.memo[item] = formula(at)
    elif at.memo[item] is None and at.person.missing is not None:
        formula(at)  # so that what is missing is noted
    return at.memo[item]


# --- values of items ---------------------------------------------------------------------------------------------


def _newest_first(item: str, at: Moment, subject: Subject) -> Iterator[Entry]:
    """The values of an item in the subject's life up to a moment. A formula item has those that it took at the contacts."""
    formula = at.person.formulas[item]
    if formula is None:
        key = at.key
        for entry in reversed(subject.history.get(item, ())):
            if (entry[0], entry[1]) <= key:
                yield entry
        return
    value = unnoted(lambda then: formula_value(item, formula, then))
    for then in _meetings(subject, at):
        if (found := value(then)) is not None:
            yield then.on, then.sequence, found


def _meetings(subject: Subject, at: Moment) -> Iterator[Moment]:
    """The meetings up to a moment, the last one first."""
    for contact in reversed(subject.meetings.values()):
        if contact.moment <= at.key:
            yield at.person.moment(subject, contact)


def _item_function(find: Callable[[str, list[Meaning], Call], Find]) -> Function:
    """A function of an item's recorded values: the value that was found, or, by its name, the day on which it was."""

    def function(call: Call, arguments: list[Meaning]) -> Meaning:
        item = _named(call)
        found = find(item, arguments[1:], call)
        day = call.function.endswith("_on")

        def value(at: Moment) -> Any:
            entry = found(at)
            if entry is None:
                if at.person.missing is not None:
                    at.person.note_missing(item)
                return None
            return (entry[0] if entry[0] != FIRST_DAY else None) if day else entry[2]

        return value

    return function


def _named(call: Call) -> str:
    """The id that a function is asked about: an item, a service or a finding."""
    first = call.arguments[0]
    assert isinstance(first, Name)
    return first.id


def _latest(item: str, limits: list[Meaning], call: Call) -> Find:
    ever = call.function.startswith("latest_ever")

    def find(at: Moment) -> Entry | None:
        subject, key = at.person.subject if ever else at.subject, at.key
        if at.person.formulas[item] is None:
            for entry in reversed(subject.history.get(item, ())):
                if (entry[0], entry[1]) <= key:
                    break
            else:
                return None
        elif (found := next(_newest_first(item, at, subject), None)) is not None:
            entry = found
        else:
            return None
        return entry if not limits or at.on - entry[0] <= limits[0](at) else None

    return find


def _previous(item: str, limits: list[Meaning], call: Call) -> Find:
    def find(at: Moment) -> Entry | None:
        return next((one for one in _newest_first(item, at, at.subject) if (one[0], one[1]) < at.key), None)

    return find


def _first(item: str, limits: list[Meaning], call: Call) -> Find:
    def find(at: Moment) -> Entry | None:
        found = None
        for found in _newest_first(item, at, at.subject):  # noqa: B007 (the last of them is the first)
            pass
        return found

    return find


def _latest_between(item: str, limits: list[Meaning], call: Call) -> Find:
    least, most = limits

    def find(at: Moment) -> Entry | None:
        low, high = least(at), most(at)
        return next((one for one in _newest_first(item, at, at.subject) if low <= at.on - one[0] <= high), None)

    return find


def _where(item: str, limits: list[Meaning], call: Call) -> Find:
    before = call.function.startswith("previous")
    true_at = _true_at(call.arguments[1], limits[0])

    def find(at: Moment) -> Entry | None:
        for entry in _newest_first(item, at, at.subject):
            key = (entry[0], entry[1])
            contact = at.subject.meetings.get(key)
            if contact is not None and not (before and key == at.key) and true_at(contact, at):
                return entry
        return None

    return find


def _count(call: Call, arguments: list[Meaning]) -> Meaning:
    item = _named(call)
    return lambda at: float(sum(1 for _ in _newest_first(item, at, at.subject)))


# --- contacts ----------------------------------------------------------------------------------------------------


def _true_at(condition: Expression, meaning: Meaning) -> Callable[[Contact, Moment], bool]:
    """Whether a contact makes a condition true in the life that a moment is in; unknown counts as no."""
    holds = unnoted(meaning)

    def true_at(contact: Contact, at: Moment) -> bool:
        known = at.subject.truths.setdefault(condition, {})
        true = known.get(contact.moment)
        if true is None:
            true = known[contact.moment] = holds(at.person.moment(at.subject, contact)) is True
        return true

    return true_at


def _contact_function(choose: Callable[[Iterator[int]], Any]) -> Function:
    """A function of the days, the last one first, of the contacts that make a condition true."""

    def function(call: Call, arguments: list[Meaning]) -> Meaning:
        true_at = _true_at(call.arguments[0], arguments[0])

        def days(at: Moment) -> Iterator[int]:
            for contact in reversed(at.subject.meetings.values()):
                if contact.moment <= at.key and true_at(contact, at):
                    yield contact.on

        return lambda at: choose(days(at))

    return function


def _given(call: Call, arguments: list[Meaning]) -> Meaning:
    service = _named(call)
    if call.function == "given":
        return lambda at: at.contact is not None and service in at.contact.services
    ever, times = "ever" in call.function, call.function.startswith("times")

    def value(at: Moment) -> Any:
        subject = at.person.subject if ever else at.subject
        days = [one.on for one in subject.given.get(service, ()) if one.moment <= at.key]
        if times:
            return float(len(days))
        return days[-1] if days else None

    return value


# --- findings and schedules --------------------------------------------------------------------------------------


def _finding_function(ask: Callable[[str, Moment], Any]) -> Function:
    def function(call: Call, arguments: list[Meaning]) -> Meaning:
        finding = _named(call)
        return lambda at: ask(finding, at)

    return function


def _schedule_function(call: Call, arguments: list[Meaning]) -> Meaning:
    service = _named(call)

    def value(at: Moment) -> Any:
        status = at.person.status_of(service)
        if status is None:
            return None
        if call.function == "doses":
            return float(status.doses)
        return status.given_on if call.function == "done_on" else status.status

    return value


#: By name: from a call and the meanings of its arguments to its own meaning.
HISTORIES: dict[str, Function] = {
    **dict.fromkeys(("latest", "latest_on", "latest_ever", "latest_ever_on"), _item_function(_latest)),
    **dict.fromkeys(("previous", "previous_on"), _item_function(_previous)),
    **dict.fromkeys(("first", "first_on"), _item_function(_first)),
    **dict.fromkeys(("latest_between", "latest_between_on"), _item_function(_latest_between)),
    **dict.fromkeys(("latest_where", "latest_where_on", "previous_where", "previous_where_on"), _item_function(_where)),
    "count": _count,
    "exists": _contact_function(lambda days: next(days, None) is not None),
    "count_where": _contact_function(lambda days: float(sum(1 for _ in days))),
    "first_date": _contact_function(lambda days: min(days, default=None)),
    "last_date": _contact_function(lambda days: next(days, None)),
    **dict.fromkeys(("given", "given_on", "times_given", "given_ever_on", "times_given_ever"), _given),
    "found": _finding_function(lambda finding, at: at.person.standing_on(finding, at) is not None),
    "found_on": _finding_function(lambda finding, at: at.person.standing_on(finding, at)),
    "previously_found": _finding_function(
        lambda finding, at: at.person.standing_on(finding, at, before=True) is not None
    ),
    "ever_found": _finding_function(lambda finding, at: at.person.first_found_on(finding, at) is not None),
    "first_found_on": _finding_function(lambda finding, at: at.person.first_found_on(finding, at)),
    "done_on": _schedule_function,
    "status": _schedule_function,
    "doses": _schedule_function,
}
