"""Where a user works decides what the user sees: the units and the areas of a user on a date."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from primary_care.accounts.models import Assignment, Cadre, Role, User
from primary_care.units.models import Catchment

# Roles that see people by name in the catchment of the unit they work in: the Posyandu's RT and RW, the Pustu's desa,
# the desa of the Puskesmas. The others see nobody here: laboratory, pharmacy, other clinics and hospitals will see
# those who have a task or a referral with them; Dinas, Kementerian and village government see figures without names.
ROLES_WITH_A_CATCHMENT = frozenset(
    {
        Role.KADER,
        Role.KADER_PUSTU,
        Role.PETUGAS_PUSTU,
        Role.DOKTER,
        Role.PETUGAS_KLASTER_1,
        Role.PETUGAS_KLASTER_2,
        Role.PETUGAS_KLASTER_3,
        Role.PETUGAS_KLASTER_4,
        Role.REGISTRASI,
        Role.KEPALA_PUSKESMAS,
    }
)
NOT_LICENSED = frozenset({Cadre.KADER, Cadre.KADER_TERLATIH, Cadre.GURU, Cadre.KELUARGA})
LICENSED_CADRES = frozenset(cadre.value for cadre in Cadre if cadre not in NOT_LICENSED)


@dataclass(frozen=True)
class Scope:
    """What one user may see on one day. `area_paths` are prefixes of `Area.path`, none inside another; empty means
    nobody.
    """

    user_id: uuid.UUID | None = None
    assignment_ids: tuple[uuid.UUID, ...] = ()
    unit_ids: tuple[uuid.UUID, ...] = ()
    roles: frozenset[str] = frozenset()
    cadres: frozenset[str] = frozenset()
    area_paths: tuple[str, ...] = ()

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
    """The scope of `user` on the day `on`; of an account that is closed or without assignment, nothing."""
    if not user.is_active:
        return Scope(user_id=user.pk)
    return _scope(user, list(assignments_of(user, on)), on)


def scope_of_assignment(assignment: Assignment, on: date) -> Scope:
    """The scope that one assignment alone gives on the day `on`; nothing outside its dates."""
    holds = assignment.valid_from <= on and (assignment.valid_to is None or on < assignment.valid_to)
    return _scope(assignment.user, [assignment] if holds and assignment.user.is_active else [], on)


def _scope(user: User, assignments: list[Assignment], on: date) -> Scope:
    units = {a.unit_id for a in assignments if a.unit_id and a.role in ROLES_WITH_A_CATCHMENT}
    catchments = Catchment.objects.filter(in_force(on), unit_id__in=units)
    return Scope(
        user_id=user.pk,
        assignment_ids=tuple(a.pk for a in assignments),
        unit_ids=tuple(dict.fromkeys(a.unit_id for a in assignments if a.unit_id)),
        roles=frozenset(a.role for a in assignments),
        cadres=with_implied_cadres({a.cadre for a in assignments if a.cadre}),
        area_paths=outermost(catchments.values_list("area__path", flat=True)) if units else (),
    )


def with_implied_cadres(cadres: set[str]) -> frozenset[str]:
    """Adds what a cadre also is: every licensed one is `nakes`, a trained kader is a kader."""
    implied = {"nakes"} if cadres & LICENSED_CADRES else set()
    return frozenset(cadres | implied | ({"kader"} if "kader-terlatih" in cadres else set()))


def outermost(paths: "QuerySet[Catchment, str] | list[str]") -> tuple[str, ...]:
    """The paths that lie inside no other one, sorted."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return tuple(kept)
