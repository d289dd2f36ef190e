"""Who may employ, post and train whom, and manage whose account. Source: the permission matrix in the domain files ("SDM", "Pengguna &
peran", "Data kader"; our own). Klaster 1 answers for the staff of its Puskesmas and its network, the head posts and trains them and may
close their accounts; the dinas for heads, for klaster 1, for other facilities and for village governments in its area; a province for the
dinas in it, the ministry for provinces. Nobody appoints themselves, and nobody gets hold of an account that reaches further than what they
may give.
"""

import uuid
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from primary_care.accounts.access import CREATE, NotAllowed, allowed
from primary_care.accounts.models import Assignment, Role, User
from primary_care.areas.models import Area
from primary_care.areas.permissions import is_inside
from primary_care.units.models import Unit
from primary_care.units.queries import in_force

USERS = "pengguna"
KADER = frozenset({Role.KADER.value, Role.KADER_PUSTU.value})
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
APPOINTS: dict[str, frozenset[Role]] = {
    Role.PETUGAS_KLASTER_1.value: BY_PUSKESMAS,
    Role.DINAS_KABKOTA.value: BY_DINAS,
    Role.DINAS_PROVINSI.value: frozenset({Role.DINAS_KABKOTA}),
    Role.KEMENTERIAN.value: frozenset({Role.DINAS_PROVINSI}),
}


def check_can_appoint(
    by: Assignment | None, user_id: uuid.UUID, role: str, unit: Unit | None, area: Area | None, on: date
) -> None:
    """May `by` give somebody a role at a unit or an area, or end it? `by` None is the operator of the node, who may."""
    if by is None:
        return
    if by.user_id == user_id:
        raise NotAllowed(_("Anda tidak dapat menugaskan diri sendiri."))
    if role not in APPOINTS.get(by.role, frozenset()):
        raise NotAllowed(
            _("Sebagai %(role)s, Anda tidak dapat menugaskan %(other)s.")
            % {"role": _(str(by.get_role_display())), "other": _(str(Role(role).label))}
        )
    if by.role == Role.PETUGAS_KLASTER_1:
        _check_network(by, unit, on)
        return
    place = unit.area if unit else area
    if place is None or not is_inside(by, place.path, on):
        raise NotAllowed(_("Tempat ini di luar wilayah kerja %(place)s.") % {"place": by.unit or by.area})


def check_can_create_accounts(by: Assignment | None, on: date | None) -> None:
    """May `by` make accounts at all? An account alone sees nothing."""
    if by is not None and (not _holds(by, on) or allowed(by.role, USERS, CREATE) is None):
        raise NotAllowed(
            _("Sebagai %(role)s, Anda tidak dapat membuat akun.") % {"role": _(str(by.get_role_display()))}
        )


def check_can_manage_account(by: Assignment | None, user: User, on: date | None) -> None:
    """May `by` mend this account: its name, its password, its second factor? Only where `by` may give every duty that it has or will
    have; of an account without one, the last it had. Otherwise the password would open more than `by` may give.
    """
    if by is None:
        return
    assert on is not None
    for one in _duties(by, user, on):
        check_can_appoint(by, user.pk, one.role, one.unit, one.area, on)


def check_can_close_account(by: Assignment | None, user: User, on: date | None) -> None:
    """May `by` close this account, or open it again? Who may mend it, and the head of the Puskesmas for all who work in its network alone."""
    if by is None or by.role != Role.KEPALA_PUSKESMAS:
        return check_can_manage_account(by, user, on)
    assert on is not None
    for one in _duties(by, user, on):
        _check_network(by, one.unit, on)


def check_can_post(by: Assignment | None, unit: Unit, on: date) -> None:
    """May `by` post staff to the klaster of this Puskesmas?"""
    if by is None:
        return
    if by.role not in FOR_STAFF:
        raise NotAllowed(
            _("Sebagai %(role)s, Anda tidak dapat mengatur petugas.") % {"role": _(str(by.get_role_display()))}
        )
    _check_network(by, unit, on)


def check_can_train(by: Assignment | None, user_id: uuid.UUID, on: date) -> None:
    """May `by` record what somebody is trained for? That person has to work in the network of `by`; for a Pustu, as a kader."""
    if by is None:
        return
    if by.role not in (*FOR_STAFF, Role.PETUGAS_PUSTU):
        raise NotAllowed(
            _("Sebagai %(role)s, Anda tidak dapat mencatat kompetensi.") % {"role": _(str(by.get_role_display()))}
        )
    for one in Assignment.objects.filter(in_force(on), user_id=user_id).select_related("unit__parent__parent"):
        if by.role == Role.PETUGAS_PUSTU and one.role not in KADER:
            continue
        if _holds(by, on) and one.unit and by.unit_id in _coordinators(one.unit):
            return
    said = _("Orang ini tidak bertugas di %(place)s atau jaringannya.")
    if by.role == Role.PETUGAS_PUSTU:
        said = _("Kader ini tidak bertugas di %(place)s atau jaringannya.")
    raise NotAllowed(said % {"place": by.unit})


def _duties(by: Assignment, user: User, on: date) -> list[Assignment]:
    """What the account opens today or later; else what it opened last. Nothing at all is the operator's to manage."""
    if by.user_id == user.pk:
        raise NotAllowed(_("Akun Anda sendiri diatur oleh orang lain; kata sandi Anda ganti di halaman Kata sandi."))
    rows = Assignment.objects.filter(user=user).select_related("unit__parent__parent", "unit__area", "area")
    found = list(rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on)))
    if not found:
        last = rows.order_by("-valid_to").first()
        found = [one for one in rows if last and one.valid_to == last.valid_to]
    if not found:
        raise NotAllowed(_("Akun ini belum pernah bertugas; hanya operator node yang mengaturnya."))
    return found


def _check_network(by: Assignment, unit: Unit | None, on: date) -> None:
    if not _holds(by, on) or unit is None or by.unit_id not in _coordinators(unit):
        raise NotAllowed(_("Anda hanya mengatur petugas %(place)s dan jaringannya.") % {"place": by.unit})


def _holds(by: Assignment, on: date | None) -> bool:
    return on is not None and by.valid_from <= on and (by.valid_to is None or on < by.valid_to)


def _coordinators(unit: Unit) -> list[uuid.UUID]:
    """The unit and those above it in the network."""
    return [unit.pk, *(_coordinators(unit.parent) if unit.parent else [])]
