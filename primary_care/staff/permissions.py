"""Who may employ, post and train whom. Source: the permission matrix in the domain files ("SDM", "Pengguna & peran"; our
own). The head of a Puskesmas and klaster 1 answer for its staff and that of its network; the dinas for heads, for
klaster 1, for other facilities and for village governments in its area. Nobody appoints themselves.
"""

import uuid
from datetime import date

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.models import Assignment, Role
from primary_care.areas.models import Area
from primary_care.areas.permissions import is_inside
from primary_care.units.models import Unit
from primary_care.units.queries import in_force

FOR_STAFF = frozenset({Role.KEPALA_PUSKESMAS, Role.PETUGAS_KLASTER_1})
BY_DINAS = frozenset(
    {Role.KEPALA_PUSKESMAS, Role.PETUGAS_KLASTER_1, Role.FKTP_LAIN, Role.RUMAH_SAKIT, Role.PEMERINTAH_DESA}
)
BY_PUSKESMAS = frozenset(
    {
        Role.KADER,
        Role.KADER_PUSTU,
        Role.PETUGAS_PUSTU,
        Role.DOKTER,
        Role.PETUGAS_KLASTER_2,
        Role.PETUGAS_KLASTER_3,
        Role.PETUGAS_KLASTER_4,
        Role.PETUGAS_LABORATORIUM,
        Role.PETUGAS_FARMASI,
        Role.REGISTRASI,
    }
)


def check_can_appoint(
    by: Assignment | None, user_id: uuid.UUID, role: str, unit: Unit | None, area: Area | None, on: date
) -> None:
    """May `by` give somebody a role at a unit or an area, or end it? `by` None is the operator of the node, who may."""
    if by is None:
        return
    if by.user_id == user_id:
        raise NotAllowed("Anda tidak dapat menugaskan diri sendiri.")
    if by.role == Role.PETUGAS_KLASTER_1 and role in BY_PUSKESMAS:
        _check_network(by, unit, on)
    elif by.role == Role.DINAS_KABKOTA and role in BY_DINAS:
        place = unit.area if unit else area
        if place is None or not is_inside(by, place.path, on):
            raise NotAllowed(f"Tempat ini di luar wilayah kerja {by.unit or by.area}.")
    else:
        raise NotAllowed(f"Sebagai {by.get_role_display()}, Anda tidak dapat menugaskan {Role(role).label}.")


def check_can_post(by: Assignment | None, unit: Unit, on: date) -> None:
    """May `by` post staff to the klaster of this Puskesmas?"""
    if by is None:
        return
    if by.role not in FOR_STAFF:
        raise NotAllowed(f"Sebagai {by.get_role_display()}, Anda tidak dapat mengatur petugas.")
    _check_network(by, unit, on)


def check_can_train(by: Assignment | None, user_id: uuid.UUID, on: date) -> None:
    """May `by` record what somebody is trained for? That person has to work in the network of `by`."""
    if by is None:
        return
    if by.role not in FOR_STAFF:
        raise NotAllowed(f"Sebagai {by.get_role_display()}, Anda tidak dapat mencatat kompetensi.")
    for one in Assignment.objects.filter(in_force(on), user_id=user_id).select_related("unit__parent__parent"):
        if one.unit and by.unit_id in _coordinators(one.unit):
            return
    raise NotAllowed(f"Orang ini tidak bertugas di {by.unit} atau jaringannya.")


def _check_network(by: Assignment, unit: Unit | None, on: date) -> None:
    holds = by.valid_from <= on and (by.valid_to is None or on < by.valid_to)
    if not holds or unit is None or by.unit_id not in _coordinators(unit):
        raise NotAllowed(f"Anda hanya mengatur petugas {by.unit} dan jaringannya.")


def _coordinators(unit: Unit) -> list[uuid.UUID]:
    """The unit and those above it in the network."""
    return [unit.pk, *(_coordinators(unit.parent) if unit.parent else [])]
