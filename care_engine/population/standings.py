"""Where services stand, for many subjects at once: one array a property."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from care_engine.dates import Span
from care_engine.model import STATUSES
from care_engine.population import columns as c
from care_engine.population.columns import Array
from care_engine.population.log import Rows

CODE = {status: number for number, status in enumerate(STATUSES)}
NOT_YET, DUE, OVERDUE, DONE, MISSED, CANCELLED, DEFERRED, DECLINED, CONTRAINDICATED, UNKNOWN = (
    CODE[one] for one in STATUSES
)
FLAGS = {"late": 1, "partial": 2, "open": 4, "invalid-dose": 8}
LATE, PARTIAL, OPEN, INVALID_DOSE = FLAGS.values()
Mask = NDArray[np.bool_]
#: By status.
IS_CLOSED: Mask = np.isin(np.arange(len(STATUSES)), (DONE, MISSED, CANCELLED))
IS_DATED: Mask = np.isin(np.arange(len(STATUSES)), (NOT_YET, DUE, OVERDUE))


@dataclass
class Standings:
    """Where one step (later: one service) stands, per subject. Days are NaN where there is none; where nobody has one, a column is a view of one
    NaN, which `write` makes a column of its own.
    """

    service: str
    status: NDArray[np.int8]
    present: Mask
    due: Array
    opens: Array
    closes: Array
    overdue_from: Array
    given_on: Array
    until: Array
    flags: NDArray[np.int8]
    names: tuple[str, ...] = STATUSES

    @staticmethod
    def empty(service: str, size: int, **days: Array) -> Standings:
        """Not yet, without any days but these."""
        status, flags = np.zeros((2, size), dtype=np.int8)
        all_days: dict[str, Any] = {name: days[name] if name in days else c.numbers(np.nan, size) for name in _DAYS}
        return Standings(service, status, np.ones(size, dtype=bool), **all_days, flags=flags)

    @staticmethod
    def nobody(service: str, size: int) -> Standings:
        one = Standings.empty(service, size)
        one.present[:] = False
        return one

    def put(self, rows: Rows, others: Standings) -> None:
        """Others' standings, at some of the rows."""
        for name in _COLUMNS:
            self.write(name, rows, getattr(others, name))

    def write(self, name: str, rows: Rows, values: Any) -> None:
        """Days or whatever else in a column, at some of the rows."""
        column = getattr(self, name)
        if c.is_same(column):
            if np.all(np.isnan(values[:1] if np.ndim(values) and c.is_same(values) else values)):
                return
            column = column.copy()
            setattr(self, name, column)
        column[rows] = values

    def __getitem__(self, rows: Rows) -> Standings:
        picked: list[Any] = [c.pick(getattr(self, name), rows) for name in _COLUMNS]
        return Standings(self.service, *picked)

    def forget_days(self) -> None:
        """Let go of what no rule asks about, once it has been told."""
        self.due = self.opens = self.closes = self.overdue_from = self.until = np.zeros(0)


_DAYS = ("due", "opens", "closes", "overdue_from", "given_on", "until")
_COLUMNS = ("status", "present", *_DAYS, "flags")


@dataclass
class Found:
    """What a schedule says, before exceptions: the standing of each service, the day on which it was last given, the doses, and who has no event."""

    of_service: dict[str, Standings]
    given: dict[str, Array]
    doses: Array
    without: Mask

    @staticmethod
    def of(steps: list[Standings], without: Mask) -> Found:
        """From steps in order. A service stands where its next step stands; where none is open, where its last one does."""
        own: dict[str, list[Standings]] = {}
        doses = np.zeros(len(without))
        for step in steps:
            own.setdefault(step.service, []).append(step)
            doses += step.present & (step.status == DONE)
        of_service = {service: _next_or_last(several) for service, several in own.items()}
        given = {
            service: np.fmax.reduce([np.where(step.present, step.given_on, np.nan) for step in several])
            for service, several in own.items()
        }
        return Found(of_service, given, doses, without)


def _next_or_last(steps: list[Standings]) -> Standings:
    if len(steps) == 1:
        return steps[0]
    result = Standings.nobody(steps[0].service, len(steps[0].status))
    settled = np.zeros(len(result.status), dtype=bool)
    for step in steps:
        rows = c.rows_where(step.present & ~settled)
        result.put(rows, step[rows])
        settled[rows] = ~IS_CLOSED[step.status[rows]]
    return result


@dataclass
class Steps:
    """The conclusions about one family. subject: the subjects it concerns (indices into `Population.subjects`)."""

    subject: Rows
    doses: Array
    of_service: dict[str, Standings] = field(default_factory=dict)


def dated(one: Standings, where: Mask, grace: Span, on: int, starts: Array | None = None) -> None:
    """Status by the calendar alone, where the mask holds: not-yet until `starts` (otherwise the due day), due, overdue."""
    overdue = c.add_span(one.due, grace.months, grace.days) + 1
    overdue = np.fmin(overdue, np.maximum(one.closes, one.due + 1))  # what does not close is overdue after the grace
    early = on < (one.due if starts is None else starts)
    status = np.where(early, np.int8(NOT_YET), DUE + ~(on < overdue))
    one.overdue_from = np.where(where, overdue, one.overdue_from)
    np.copyto(one.status, status, where=where)
    one.flags[c.rows_where(where & early & (on >= one.opens))] |= OPEN


def plus(day: Array, span: Span) -> Array:
    return c.add_span(day, span.months, span.days)


def spacing_after(spacing, on: Array, anchor: Array) -> Array:  # type: ignore[no-untyped-def]
    days = np.zeros(len(on))
    undecided = np.ones(len(on), dtype=bool)
    for one in spacing:
        fits = undecided if one.until is None else undecided & (on <= plus(anchor, one.until))
        days[fits] = one.days
        undecided = undecided & ~fits
    return days
