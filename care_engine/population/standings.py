"""Where services stand, for many subjects at once: one array a property."""

from __future__ import annotations

from dataclasses import dataclass, field

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
    """Where one step (later: one service) stands, per subject. Days are NaN where there is none."""

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
    def empty(service: str, size: int) -> Standings:
        def none() -> Array:
            return np.full(size, np.nan)

        zero = np.zeros(size, dtype=np.int8)
        every = np.ones(size, dtype=bool)
        return Standings(service, zero, every, none(), none(), none(), none(), none(), none(), zero.copy())


@dataclass
class Steps:
    """The conclusions about one family. subject: the subjects it concerns (indices into `Population.subjects`)."""

    subject: Rows
    doses: Array
    of_service: dict[str, Standings] = field(default_factory=dict)


def dated(one: Standings, where: Mask, grace: Span, on: int, *, from_opening: bool = False) -> None:
    """Status by the calendar alone, where the mask holds: not-yet, due, overdue."""
    overdue = c.add_span(one.due, grace.months, grace.days) + 1
    overdue = np.where(np.isnan(one.closes), overdue, np.minimum(overdue, np.maximum(one.closes, one.due + 1)))
    starts = np.where(np.isnan(one.opens), one.due, one.opens) if from_opening else one.due
    early = on < starts
    one.overdue_from[where] = overdue[where]
    one.status[where] = np.where(early, NOT_YET, np.where(on < overdue, DUE, OVERDUE))[where]
    one.flags[where & early & (on >= one.opens)] |= OPEN


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
