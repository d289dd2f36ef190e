"""Services and their schedules: when each is due."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal as OneOfText

from care_engine.cells import Cell
from care_engine.dates import Span
from care_engine.expressions import Expression
from care_engine.model.basics import Provider, Source, Tell, Text, Who
from care_engine.places import Place

STATUSES = (
    "not-yet",
    "due",
    "overdue",
    "done",
    "missed",
    "cancelled",
    "deferred",
    "declined",
    "contraindicated",
    "unknown",
)
FLAGS = ("late", "partial", "open", "invalid-dose")


@dataclass(frozen=True)
class Credit:
    """Which contacts count for a schedule."""

    services: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    condition: Expression | None = None


@dataclass(frozen=True)
class Hold:
    """A reason not to do now what is due."""

    when: Expression
    status: OneOfText["deferred", "contraindicated", "unknown"]
    because: Text
    until: Expression | None = None
    services: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """A day counted from an anchor of its own."""

    anchor: Expression
    after: Span


@dataclass(frozen=True)
class Step:
    """One thing to be done. Window steps use `opens`, `needs`, `full`; series steps `min_age`, `after`."""

    id: str
    service: str
    at: Place
    opens: Span = Span()
    due: Span | Target = Span()
    until: Span | None = None
    late_until: Span | None = None
    late_if: Expression | None = None
    needs: Expression | None = None
    full: Expression | None = None
    complete_within: Span | None = None
    min_age: Span | None = None
    after: Span | None = None
    grace: Span | None = None
    when: Expression | None = None


@dataclass(frozen=True)
class Spacing:
    until: Span | None
    days: int


@dataclass(frozen=True)
class Common:
    """What all schedules share."""

    credit: Credit = Credit()
    grace: Span = Span(days=30)
    holds: tuple[Hold, ...] = ()
    lifelong: bool = False


@dataclass(frozen=True)
class Window(Common):
    anchor: Expression | None = None
    steps: tuple[Step, ...] = ()
    min_gap: int = 0
    spacing: tuple[Spacing, ...] = ()
    due_from_opening: bool = False
    advanced_by: str | None = None


@dataclass(frozen=True)
class Variant:
    """Other steps when the first valid dose falls at this age in completed months (or, with none yet, would fall today)."""

    first_at: Cell
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Apart:
    services: tuple[str, ...]
    days: int


@dataclass(frozen=True)
class Prior:
    count: Expression
    on: Expression


@dataclass(frozen=True)
class Series(Common):
    anchor: Expression | None = None
    steps: tuple[Step, ...] = ()
    counts: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    apart: Apart | None = None
    prior: Prior | None = None
    late_after: int | None = None


@dataclass(frozen=True)
class Repeat(Common):
    """Every so long after the last one; `every` None means at each contact, or, on request, whenever it is wanted."""

    every: Span | None = None
    spacing: tuple[Spacing, ...] = ()
    first: Target | None = None
    until: Expression | None = None
    on_request: bool = False


@dataclass(frozen=True)
class Calendar(Common):
    """In these months of the year; empty means every month."""

    months: tuple[int, ...] = ()
    until_day: int = 0
    min_gap: int = 0
    age_from: Span | None = None
    age_until: Span | None = None


Schedule = Window | Series | Repeat | Calendar


@dataclass(frozen=True)
class Service:
    id: str
    label: Text
    klaster: str
    family: str
    given_by: tuple[Provider, ...]
    source: Source
    at: Place
    form: str | None = None
    #: Whether somebody is called for this alone; otherwise it is done when the person comes.
    calls: bool = True
    tell: tuple[Tell, ...] = ()
    hidden_from: tuple[str, ...] = ()
    sensitive: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Family:
    """Services that share eligibility and one schedule; often just one service. A service with several target groups is in a family for each,
    which tells how it is given to that group.
    """

    id: str
    label: Text
    who: Who
    schedule: Schedule
    members: tuple[Service, ...]
    at: Place

    @cached_property
    def services(self) -> tuple[str, ...]:
        """The ids of its members, in order."""
        return tuple(one.id for one in self.members)

    def member(self, service: str) -> Service:
        return next(one for one in self.members if one.id == service)
