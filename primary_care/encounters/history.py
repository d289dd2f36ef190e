"""From the steps of an encounter to where it stands, and how long was waited. Pure."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from primary_care.encounters.places import PLACES
from primary_care.encounters.routing import URGENCY
from primary_care.encounters.transitions import CALLED, INSIDE, WAITING, Event, Position, State, move


class Happened(Protocol):
    """What a step tells (`models.Step`): `event` is empty where it takes back the step whose key is `replaces_id`."""

    @property
    def pk(self) -> Any: ...

    event: str
    place: str
    at: datetime
    data: Mapping[str, Any]
    replaces_id: uuid.UUID | None
    recorded_by_id: uuid.UUID


@dataclass(frozen=True)
class Standing:
    """Where an encounter stands; the fields are those of `models.Encounter`."""

    at: Position = field(default_factory=Position)
    source: str = ""
    priority: bool = False
    infectious: bool = False
    emergency: bool = False
    triage: str = ""
    order: int = 0
    behind: int = 0
    since: datetime | None = None
    holder_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Wait:
    """Somebody waited at a place from a moment until another; `until` is None while he still does."""

    place: str
    since: datetime
    until: datetime | None = None

    def length(self, now: datetime) -> timedelta:
        """How long it was, or is at the moment `now`."""
        return (self.until or now) - self.since


AnyStep = TypeVar("AnyStep", bound=Happened)


def in_force(steps: Iterable[AnyStep]) -> list[AnyStep]:
    """The steps that were not taken back, in order."""
    there = list(steps)
    gone = {one.replaces_id for one in there if one.replaces_id is not None}
    return [one for one in there if one.event and one.pk not in gone]


def replay(ticket: int, steps: Iterable[Happened]) -> Standing:
    """Where the encounter with this ticket stands after these steps, in their order. Raises `NotPossible` for steps that cannot be."""
    now = Standing(order=ticket)
    for step in in_force(steps):
        now = after(now, step, ticket)
    return now


def after(before: Standing, step: Happened, ticket: int) -> Standing:
    """Where it stands after one more step."""
    at = move(before.at, step.event, step.place)
    now = replace(before, at=at, emergency=at.state == State.GADAR)
    if (at.state, at.place) != (before.at.state, before.at.place) or at.stage == INSIDE != before.at.stage:
        now = replace(now, since=step.at)
    if at.place != before.at.place or at.state != before.at.state:
        now = replace(now, order=ticket, behind=0, triage="" if at.state == State.GADAR else now.triage)
    now = replace(now, holder_id=_holder(before, at, step))
    match step.event:
        case Event.REGISTRASI:
            return replace(now, source=step.data.get("source", ""))
        case Event.GAWAT | Event.TIDAK_GAWAT:
            return replace(now, priority=bool(step.data.get("priority")), infectious=bool(step.data.get("signs")))
        case Event.TRIASE:
            return replace(now, triage=step.data["triage"])
        case Event.BELUM_ADA:
            return replace(now, order=step.data["order"], behind=before.behind + 1)
    return now


def _holder(before: Standing, at: Position, step: Happened) -> uuid.UUID | None:
    if at.stage != INSIDE:
        return None
    return before.holder_id if before.at.stage == INSIDE and at.place == before.at.place else step.recorded_by_id


def turn(one: Any) -> tuple[Any, ...]:
    """The order in which people of one place are called, of an encounter or a standing: danger first, of that the most urgent; then those
    with priority, unless they were set behind; then by number.
    """
    return (
        not one.emergency,
        URGENCY[one.triage] if one.emergency else 0,
        not (one.priority and not one.behind),
        one.order,
        one.behind,
    )


def waits(steps: Iterable[Happened]) -> list[Wait]:
    """Every stretch of waiting in these steps: from when somebody joined a queue until he went in, or left it without going in."""
    found: list[Wait] = []
    at, since = Position(), None
    for step in in_force(steps):
        before, at = at, move(at, step.event, step.place)
        now_waits = at.stage in (WAITING, CALLED)
        if since is not None and (not now_waits or (at.state, at.place) != (before.state, before.place)):
            found.append(Wait(before.place, since, step.at))
            since = None
        if now_waits and since is None:
            since = step.at
    if since is not None:
        found.append(Wait(at.place, since))
    return found


@dataclass(frozen=True)
class Waiting:
    """Of one queue and day: how many wait now, how many have waited, and the median and longest of all waits until now."""

    now: int
    ended: int
    median: timedelta | None
    longest: timedelta | None


def summary(found: Iterable[Wait], now: datetime) -> dict[str, Waiting]:
    """The waits of a day, by queue."""
    by_queue: dict[str, list[Wait]] = {}
    for one in found:
        by_queue.setdefault(PLACES[one.place].queue, []).append(one)
    return {
        queue: Waiting(
            now=sum(one.until is None for one in these),
            ended=sum(one.until is not None for one in these),
            median=_median([one.length(now) for one in these]),
            longest=max(one.length(now) for one in these),
        )
        for queue, these in by_queue.items()
    }


def _median(lengths: list[timedelta]) -> timedelta:
    """The middle one, or the mean of the middle two."""
    there, middle = sorted(lengths), len(lengths) // 2
    return there[middle] if len(there) % 2 else (there[middle - 1] + there[middle]) / 2
