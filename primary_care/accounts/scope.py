"""Where a user works decides what the user sees: the units and the areas of a user on a date."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from primary_care.accounts.access import BY_AREA, BY_CATCHMENT, OWN, READ, allowed
from primary_care.accounts.models import NOT_LICENSED, Assignment, Cadre, User
from primary_care.accounts.once import CATCHMENTS, kept
from primary_care.units.models import Catchment

LICENSED_CADRES = frozenset(cadre.value for cadre in Cadre if cadre not in NOT_LICENSED)


@dataclass(frozen=True)
class Scope:
    """What one user may see on one day. `area_paths` are prefixes of `Area.path`, none inside another. `own` adds those whom the
    user has work with (a contact, later a task), wherever they live. Neither means nobody.
    """

    user_id: uuid.UUID | None = None
    assignment_ids: tuple[uuid.UUID, ...] = ()
    unit_ids: tuple[uuid.UUID, ...] = ()
    roles: frozenset[str] = frozenset()
    cadres: frozenset[str] = frozenset()
    area_paths: tuple[str, ...] = ()
    own: bool = False

    def covers(self, area_path: str) -> bool:
        """Whether a place lies in the scope."""
        return bool(area_path) and area_path.startswith(self.area_paths)


NOTHING = Scope()


def in_force(on: date) -> Q:
    """The condition "dated rows that hold on `on`": from `valid_from` until the day before `valid_to`."""
    return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))


def assignments_of(user: User, on: date) -> QuerySet[Assignment]:
    """The user's assignments on a day, oldest first."""
    return user.assignments.filter(in_force(on)).select_related("unit", "area").order_by("valid_from", "id")


def scope_of(user: User, on: date) -> Scope:
    """The people by name whom `user` may see on the day `on`; of an account that is closed or without assignment, nobody."""
    if not user.is_active:
        return Scope(user_id=user.pk)
    return _scope(user, list(assignments_of(user, on)), on, "keluarga", READ)


def scope_of_assignment(assignment: Assignment, on: date, resource: str = "keluarga", right: str = READ) -> Scope:
    """How far one assignment alone reaches on the day `on` for a right to a resource of the matrix; nothing outside its dates."""
    holds = assignment.valid_from <= on and (assignment.valid_to is None or on < assignment.valid_to)
    assignments = [assignment] if holds and assignment.user.is_active else []
    return _scope(assignment.user, assignments, on, resource, right)


def _scope(user: User, assignments: list[Assignment], on: date, resource: str, right: str) -> Scope:
    grants = [(one, grant) for one in assignments if (grant := allowed(one.role, resource, right))]
    paths: list[str] = []
    for one, grant in grants:
        if grant.reach in BY_CATCHMENT:
            paths += catchment_paths(one, on)
        elif grant.reach in BY_AREA and one.area:
            paths.append(one.area.path)
    return Scope(
        user_id=user.pk,
        assignment_ids=tuple(a.pk for a in assignments),
        unit_ids=tuple(dict.fromkeys(a.unit_id for a in assignments if a.unit_id)),
        roles=frozenset(a.role for a in assignments),
        cadres=with_implied_cadres({a.cadre for a in assignments if a.cadre}),
        area_paths=outermost(paths),
        own=any(grant.reach == OWN for _, grant in grants),
    )


def catchment_paths(assignment: Assignment, on: date) -> list[str]:
    """The areas that the unit serves; of those only the one that the assignment names, where it names one (the RT of a kader)."""
    if assignment.unit_id is None:
        return []
    served = [
        path for path, since, until in _catchments(assignment.unit_id) if since <= on and (until is None or on < until)
    ]
    if assignment.area is None:
        return served
    here = assignment.area.path
    return [
        here if here.startswith(path) else path for path in served if here.startswith(path) or path.startswith(here)
    ]


def _catchments(unit_id: uuid.UUID) -> list[tuple[str, date, date | None]]:
    """The areas that a unit serves or served: path, first day, first day no longer."""
    known = kept(CATCHMENTS)
    if known is not None and unit_id in known:
        return list(known[unit_id])
    rows = Catchment.objects.filter(unit_id=unit_id).order_by("pk")
    served = list(rows.values_list("area__path", "valid_from", "valid_to"))
    if known is not None:
        known[unit_id] = served
    return served


def with_implied_cadres(cadres: set[str]) -> frozenset[str]:
    """Adds what a cadre also is: every licensed one is `nakes`, a trained kader is a kader."""
    implied = {"nakes"} if cadres & LICENSED_CADRES else set()
    return frozenset(cadres | implied | ({"kader"} if "kader-terlatih" in cadres else set()))


def outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths that lie inside no other one, sorted."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return tuple(kept)
