"""What was recorded, given and found before, for many rows at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from care_engine.expressions import Call, Expression, Name
from care_engine.population import columns as c
from care_engine.population.columns import Column
from care_engine.population.evaluating import evaluate, means, truth
from care_engine.population.frame import Frame
from care_engine.population.frames import LAST_SEQUENCE
from care_engine.population.log import Rows
from care_engine.population.necessary import to_be_true
from care_engine.population.occurrences import Moments, Occurrences, with_unknown

if TYPE_CHECKING:
    from care_engine.population.deciding import Population


@dataclass(frozen=True)
class History:
    """The values of an item in the lives of all subjects of a kind: where they were recorded, the value at each place, and one unknown for none."""

    at: Occurrences
    values: Column


def history(item: str, kind: str | None, population: Population) -> History:
    """A formula item has the values that it took at the contacts."""
    key = (kind, item)
    if key not in population.histories:
        contacts = population.contacts(kind)
        if population.knowledge.items[item].formula is None:
            at = population.recorded(item, kind)
            rows, column = population.log.values(item)
            if contacts.source_is_shifted:
                place = np.empty(contacts.size_of_log, dtype=np.int64)
                place[rows] = np.arange(len(rows))
                column = column[place.take(contacts.source.take(at.rows))]
        else:
            at = Occurrences(contacts, c.rows_where(contacts.is_real))
            column = evaluate(Name(item), population.rows(kind, today=False, rows=at.rows))
        known = c.rows_where(c.known(column))
        if len(known) < len(at):
            at, column = Occurrences(contacts, at.rows.take(known)), c.pick(column, known)
        population.histories[key] = History(at, with_unknown(column))
    return population.histories[key]


def contacts_where(condition: Expression, frame: Frame) -> Occurrences:
    """The contacts of the frame's kind of subject that make a condition true; unknown counts as no."""
    population, kind = frame.population, frame.subjects.kind
    key = (kind, condition)
    if key not in population.where:
        rows = _where(condition, c.rows_where(frame.contacts.is_real), kind, population)
        population.where[key] = Occurrences(frame.contacts, rows)
    return population.where[key]


def _where(condition: Expression, rows: Rows, kind: str | None, population: Population) -> Rows:
    """Those of these contacts that make a condition true."""
    rows = population.narrowed(rows, kind, to_be_true(condition, population.knowledge))
    fits = truth(condition, population.rows(kind, today=False, rows=rows)) == c.YES
    return rows.take(c.rows_where(fits))


def _history_where(item: str, condition: Expression, frame: Frame) -> History:
    """The history of an item at the contacts that make a condition true."""
    population, kind = frame.population, frame.subjects.kind
    key = (kind, item, condition)
    if key not in population.histories_where:
        told = history(item, kind, population)
        at, recorded = told.at, told.at.rows
        rows = _where(condition, recorded.compress(at.contacts.is_real.take(recorded)), kind, population)
        values = c.pick(told.values, np.append(np.searchsorted(recorded, rows), -1))
        population.histories_where[key] = History(Occurrences(at.contacts, rows), values)
    return population.histories_where[key]


@means(
    *("latest", "latest_on", "latest_ever", "latest_ever_on", "latest_where", "latest_where_on"),
    *("latest_between", "latest_between_on", "previous", "previous_on", "previous_where", "previous_where_on"),
    *("first", "first_on"),
)
def _item_function(node: Call, frame: Frame) -> Column:
    function = node.function.removesuffix("_on")
    item = node.arguments[0].id  # type: ignore[union-attr]
    kind = None if function == "latest_ever" else frame.subjects.kind
    told, moments = history(item, kind, frame.population), frame.moments_of(kind)
    if function in ("latest_where", "previous_where"):
        told = _history_where(item, node.arguments[1], frame)
    at, values = told.at, told.values
    if not len(at):
        return c.numbers(np.nan, len(frame)) if node.function.endswith("_on") else c.unknown_like(values, len(frame))
    if function.startswith("previous"):
        moments = moments.before(at.contacts)
    if function == "first":
        place = at.first(moments)
    elif function == "latest_between":
        place = _between(node, frame, at)
    else:
        place = at.last(moments)
        if len(node.arguments) > 1 and function in ("latest", "latest_ever"):
            age = frame.on - at.dated(place)
            oldest = np.asarray(evaluate(node.arguments[1], frame))
            place = c.or_none(place, age <= oldest)
    return at.dated(place) if node.function.endswith("_on") else c.pick(values, place)


def _between(node: Call, frame: Frame, at: Occurrences) -> Rows:
    """Between so many and so many days ago."""
    least = np.asarray(evaluate(node.arguments[1], frame))
    most = np.asarray(evaluate(node.arguments[2], frame))
    until = at.contacts.rows_until(frame.subject, frame.on - least, LAST_SEQUENCE)
    if not frame.today:
        until = np.minimum(until, frame.chosen)
    place = at.last(Moments(frame.subject, until))
    return c.or_none(place, frame.on - at.dated(place) <= most)


@means("count")
def _count(node: Call, frame: Frame) -> Column:
    told = history(node.arguments[0].id, frame.subjects.kind, frame.population)  # type: ignore[union-attr]
    return told.at.count(frame.moments_of(frame.subjects.kind))


def _of_none(function: str, frame: Frame) -> Column:
    """What a function says of what never happened to anybody: no, no day, or not once."""
    if function in ("given", "exists"):
        return c.truths(False, len(frame))
    return c.numbers(0 if function in ("count_where", "times_given", "times_given_ever") else np.nan, len(frame))


@means("given", "given_on", "times_given", "given_ever_on", "times_given_ever")
def _given(node: Call, frame: Frame) -> Column:
    kind = None if "ever" in node.function else frame.subjects.kind
    at = frame.population.given(node.arguments[0].id, kind)  # type: ignore[union-attr]
    if not len(at):
        return _of_none(node.function, frame)
    if node.function == "given":
        return c.truths(False, len(frame)) if frame.today else at.holds(frame.chosen).astype(np.int8)
    moments = frame.moments_of(kind)
    return at.count(moments) if node.function.startswith("times") else at.day(at.last(moments))


@means("exists", "count_where", "first_date", "last_date")
def _contact_function(node: Call, frame: Frame) -> Column:
    at = contacts_where(node.arguments[0], frame)
    if not len(at):
        return _of_none(node.function, frame)
    moments = frame.moments_of(frame.subjects.kind)
    match node.function:
        case "exists":
            return (at.last(moments) >= 0).astype(np.int8)
        case "count_where":
            return at.count(moments)
        case "first_date":
            return at.day(at.first(moments))
        case _:
            return at.day(at.last(moments))


@means("found", "found_on", "ever_found", "first_found_on", "previously_found")
def _finding_function(node: Call, frame: Frame) -> Column:
    finding = node.arguments[0].id  # type: ignore[union-attr]
    population = frame.population
    match node.function:
        case "found":
            return population.findings.found(finding, frame)
        case "found_on":
            return population.findings.standing_on(finding, frame)
        case "previously_found":
            return population.findings.found(finding, frame, before=True)
        case "ever_found":
            return c.known(population.findings.first_found_on(finding, frame)).view(np.int8)
        case _:
            return population.findings.first_found_on(finding, frame)


@means("done_on", "status", "doses")
def _schedule_function(node: Call, frame: Frame) -> Column:
    return frame.population.concluded(node.function, node.arguments[0].id, frame)  # type: ignore[union-attr]
