"""What differs between two decisions about one person on one day: before and after something that decisions hang on was changed."""

from typing import NamedTuple, TypeVar

from care_engine.bedside import Decision, Status

Thing = TypeVar("Thing")
STATUS, DATE, PLACE, FINDING, ACTION = "status", "date", "place", "finding", "action"
NEW, GONE, EARLIER, LATER = "new", "gone", "earlier", "later"
OPEN = (
    "not-yet",
    "due",
    "overdue",
    "unknown",
    "declined",
    "deferred",
)  # what is still to be done, and so has places and dates


class Change(NamedTuple):
    """One thing that differs.

    status   of a service: `before` and `after` are statuses, empty where the service does not concern the person
    date     of a service with the same status: `after` is EARLIER or LATER
    place    of a service that is still to be done: `unit:cadre` that may give it no longer (`before`), or from now on (`after`)
    finding  `before` and `after` are severities, empty where it is not found
    action   of a finding: `after` is NEW, GONE, EARLIER or LATER
    """

    kind: str
    subject: str
    before: str
    after: str


def differences(before: Decision, after: Decision) -> list[Change]:
    """Everything that differs, in a fixed order."""
    changes: list[Change] = []
    for service, old, new in _paired(
        {one.service.id: one for one in before.services}, {one.service.id: one for one in after.services}
    ):
        changes += _of_service(service, old, new)
    for finding, was, now in _paired(
        {one.finding.id: one.severity for one in before.findings},
        {one.finding.id: one.severity for one in after.findings},
    ):
        if was != now:
            changes.append(Change(FINDING, finding, was or "", now or ""))
    for action, day, later in _paired(
        {one.id: one.by for one in before.actions}, {one.id: one.by for one in after.actions}
    ):
        if day is None or later is None:
            changes.append(Change(ACTION, action, "", NEW if day is None else GONE))
        elif day != later:
            changes.append(Change(ACTION, action, "", _moved(day, later)))
    return changes


def _of_service(service: str, before: Status | None, after: Status | None) -> list[Change]:
    old, new = before.status if before else "", after.status if after else ""
    if old != new:
        return [Change(STATUS, service, old, new)]
    if before is None or after is None or new not in OPEN:
        return []
    changes = [
        *(
            Change(PLACE, service, f"{unit}:{cadre}", "")
            for unit, cadre in before.where
            if (unit, cadre) not in after.where
        ),
        *(
            Change(PLACE, service, "", f"{unit}:{cadre}")
            for unit, cadre in after.where
            if (unit, cadre) not in before.where
        ),
    ]
    for day, later in (
        (before.due, after.due),
        (before.overdue_from, after.overdue_from),
        (before.closes, after.closes),
    ):
        if day != later:
            changes.append(Change(DATE, service, "", _moved(day, later)))
            break
    return changes


def _moved(before: int | None, after: int | None) -> str:
    """No day at all counts as the latest."""
    return LATER if after is None or (before is not None and after > before) else EARLIER


def _paired(before: dict[str, Thing], after: dict[str, Thing]) -> list[tuple[str, Thing | None, Thing | None]]:
    return [(key, before.get(key), after.get(key)) for key in sorted(before.keys() | after.keys())]
