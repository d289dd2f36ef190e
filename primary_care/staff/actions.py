"""The only code that changes who works where, in which klaster, and trained for what.

Each action takes the day `on` from which it holds and `by`, the assignment in which somebody acts (None: the operator of
the node), checks, writes and audits, in one transaction. `today` is the day on which `by` acts, where that is another: who
came to this office last week may write down that somebody was trained years ago. What ends keeps its row.
"""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from primary_care.accounts.actions import create_account, temporary_password
from primary_care.accounts.models import Assignment, Cadre, Klaster, Role, User
from primary_care.areas.models import Area
from primary_care.audit.actions import record_write
from primary_care.design.formats import long_date
from primary_care.staff import permissions
from primary_care.staff.klaster import SUB_UNITS, SubUnit, Training
from primary_care.staff.models import Competence, KlasterPost, Position
from primary_care.staff.places import AREA_OF, CADRES_OF_KADER, UNIT_OF
from primary_care.staff.queries import units_of
from primary_care.units.models import Unit, UnitKind
from primary_care.units.queries import catchment_areas, traits_on


class StaffRefused(ValueError):
    """This cannot be recorded; the text says why, `code` what it is about: role, place, cadre, klaster, sub-unit, training, from, until."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Duty:
    """What somebody is appointed to, as `appoint` takes it."""

    role: str
    on: date
    unit: Unit | None = None
    area: Area | None = None
    cadre: str = ""
    until: date | None = None


@transaction.atomic
def employ(
    username: str, full_name: str, duty: Duty, *, by: Assignment | None = None, today: date | None = None
) -> tuple[Assignment, str]:
    """An account for somebody new with a first duty, and the password to begin with, which is told once."""
    password = temporary_password()
    user = create_account(username, full_name, password, temporary=True, by=by, on=today or duty.on)
    return appoint(user, **vars(duty), by=by, today=today), password


@transaction.atomic
def appoint(
    user: User,
    role: str,
    *,
    on: date,
    unit: Unit | None = None,
    area: Area | None = None,
    cadre: str = "",
    klaster: str = "",
    until: date | None = None,
    by: Assignment | None = None,
    today: date | None = None,
) -> Assignment:
    """`user` works in a role from `on`, until the day before `until` if that is known: at a unit, or over an area for the
    dinas, the ministry and a village government. For a kader `area` is the part of the catchment that is theirs.
    """
    if role not in UNIT_OF and role not in AREA_OF:
        raise StaffRefused(_("Peran ini tidak ditugaskan: %(role)s.") % {"role": role}, "role")
    permissions.check_can_appoint(by, user.pk, role, unit, area, today or on)
    place: Unit | Area | None = unit if role in UNIT_OF else area
    part = role in permissions.KADER and unit is not None and area is not None
    if place is None or (role in UNIT_OF and area and not part) or (role in AREA_OF and unit):
        said = _("%(role)s bertugas di sebuah unit.") if role in UNIT_OF else _("%(role)s bertugas di sebuah wilayah.")
        raise StaffRefused(said % {"role": _(str(Role(role).label))}, "place")
    if unit and unit.kind != UNIT_OF[Role(role)]:
        raise StaffRefused(
            _("%(role)s tidak bertugas di %(kind)s.")
            % {"role": _(str(Role(role).label)), "kind": _(str(unit.get_kind_display()))},
            "place",
        )
    if part and area and unit and not area.path.startswith(tuple(one.path for one in catchment_areas(unit, on))):
        raise StaffRefused(_("%(name)s di luar wilayah kerja %(place)s.") % {"name": area, "place": place}, "part")
    if area and not part and area.level != AREA_OF[Role(role)]:
        raise StaffRefused(
            _("%(role)s tidak bertugas di tingkat %(level)s.")
            % {"role": _(str(Role(role).label)), "level": _(str(area.get_level_display()))},
            "place",
        )
    if place.valid_from > on or (place.valid_to and place.valid_to <= on):
        raise StaffRefused(_("%(place)s tidak ada pada %(day)s.") % {"place": place, "day": long_date(on)}, "from")
    if cadre not in ("", *Cadre.values) or klaster not in ("", *Klaster.values):
        raise StaffRefused(
            _("Jenis tenaga atau klaster tidak dikenal: %(cadre)s %(klaster)s.") % {"cadre": cadre, "klaster": klaster},
            "cadre",
        )
    if (role in (Role.KADER, Role.KADER_PUSTU)) != (cadre in CADRES_OF_KADER):
        raise StaffRefused(_("Peran kader hanya untuk kader, dan kader hanya untuk peran kader."), "cadre")
    _check_dates(on, until)
    try:
        with transaction.atomic():
            row = Assignment.objects.create(
                user=user,
                role=role,
                cadre=cadre,
                klaster=klaster,
                unit=unit,
                area=area,
                valid_from=on,
                valid_to=until,
            )
    except IntegrityError as error:
        raise StaffRefused(
            _("%(name)s sudah bertugas sebagai %(role)s di %(place)s.")
            % {"name": user, "role": _(str(Role(role).label)), "place": place},
            "role",
        ) from error
    record_write("accounts.assignment", row.pk, by, f"{role} di {place}")
    return row


@transaction.atomic
def end_appointment(row: Assignment, *, on: date, by: Assignment | None = None, today: date | None = None) -> None:
    """`on` is the first day on which this no longer holds. Posts in a klaster that the person leaves with it end too."""
    permissions.check_can_appoint(by, row.user_id, row.role, row.unit, row.area, today or on)
    _end(row, on)
    record_write("accounts.assignment", row.pk, by, f"berakhir: {row.role} di {row.unit or row.area}")
    for post in KlasterPost.objects.filter(user_id=row.user_id, valid_to__isnull=True, valid_from__lt=on):
        if post.unit_id not in {unit.pk for unit in _workplaces(row.user, on)}:
            _end(post, on)
            record_write("staff.klasterpost", post.pk, by, f"berakhir: klaster {post.klaster}")


@transaction.atomic
def post_to_klaster(
    user: User,
    unit: Unit,
    klaster: str,
    position: str,
    *,
    on: date,
    sub_unit: str = "",
    until: date | None = None,
    decree: str = "",
    by: Assignment | None = None,
    today: date | None = None,
) -> KlasterPost:
    """`user`, who works in this Puskesmas or its network, belongs to a klaster from `on`."""
    permissions.check_can_post(by, unit, today or on)
    if unit.kind != UnitKind.PUSKESMAS:
        raise StaffRefused(_("Klaster ada di Puskesmas."), "place")
    if klaster not in SUB_UNITS or position not in Position.values:
        raise StaffRefused(
            _("Klaster atau kedudukan tidak dikenal: %(klaster)s %(position)s.")
            % {"klaster": klaster, "position": position},
            "klaster",
        )
    if sub_unit and sub_unit not in SUB_UNITS[klaster]:
        raise StaffRefused(
            _("%(klaster)s tidak punya bagian %(sub_unit)s.")
            % {"klaster": _(str(Klaster(klaster).label)), "sub_unit": sub_unit},
            "sub-unit",
        )
    if sub_unit == SubUnit.RAWAT_INAP and traits_on(unit, on).get("rawat-inap") is not True:
        raise StaffRefused(_("%(place)s bukan Puskesmas rawat inap.") % {"place": unit}, "sub-unit")
    if unit not in _workplaces(user, on):
        raise StaffRefused(
            _("%(name)s tidak bertugas di %(place)s atau jaringannya pada %(day)s.")
            % {"name": user, "place": unit, "day": long_date(on)},
            "from",
        )
    _check_dates(on, until)
    try:
        with transaction.atomic():
            row = KlasterPost.objects.create(
                user=user,
                unit=unit,
                klaster=klaster,
                sub_unit=sub_unit,
                position=position,
                decree=decree.strip(),
                valid_from=on,
                valid_to=until,
            )
    except IntegrityError as error:
        raise StaffRefused(
            _("%(name)s sudah ditugaskan di sana. Akhiri dahulu penugasan yang lama.") % {"name": user}, "klaster"
        ) from error
    record_write("staff.klasterpost", row.pk, by, f"{position} klaster {klaster}")
    return row


@transaction.atomic
def end_post(row: KlasterPost, *, on: date, by: Assignment | None = None, today: date | None = None) -> None:
    """`on` is the first day on which the post no longer holds."""
    permissions.check_can_post(by, row.unit, today or on)
    _end(row, on)
    record_write("staff.klasterpost", row.pk, by, f"berakhir: klaster {row.klaster}")


@transaction.atomic
def record_competence(
    user: User,
    training: str,
    *,
    on: date,
    until: date | None = None,
    certificate: str = "",
    issuer: str = "",
    by: Assignment | None = None,
    today: date | None = None,
) -> Competence:
    """`user` is trained from `on`, until the day before `until` if the certificate ends."""
    permissions.check_can_train(by, user.pk, today or on)
    if training not in Training.values:
        raise StaffRefused(_("Pelatihan tidak dikenal: %(training)s.") % {"training": training}, "training")
    _check_dates(on, until)
    try:
        with transaction.atomic():
            row = Competence.objects.create(
                user=user,
                training=training,
                certificate=certificate.strip(),
                issuer=issuer.strip(),
                valid_from=on,
                valid_to=until,
            )
    except IntegrityError as error:
        raise StaffRefused(_("Kompetensi ini sudah tercatat untuk %(name)s.") % {"name": user}, "training") from error
    record_write("staff.competence", row.pk, by, training)
    return row


@transaction.atomic
def end_competence(row: Competence, *, on: date, by: Assignment | None = None, today: date | None = None) -> None:
    """`on` is the first day on which the competence no longer holds."""
    permissions.check_can_train(by, row.user_id, today or on)
    _end(row, on)
    record_write("staff.competence", row.pk, by, f"berakhir: {row.training}")


def _workplaces(user: User, on: date) -> set[Unit]:
    """The Puskesmas whose staff somebody is: where they work, or whose network they work in."""
    found: set[Unit] = set()
    for unit in units_of(user, on):
        above: Unit | None = unit
        while above is not None:
            found.add(above)
            above = above.parent
    return {unit for unit in found if unit.kind == UnitKind.PUSKESMAS}


def _end(row: Assignment | KlasterPost | Competence, on: date) -> None:
    if row.valid_from >= on:
        raise StaffRefused(_("Ini baru mulai pada %(day)s.") % {"day": long_date(row.valid_from)}, "from")
    if row.valid_to and row.valid_to <= on:
        raise StaffRefused(_("Ini sudah berakhir pada %(day)s.") % {"day": long_date(row.valid_to)}, "from")
    row.valid_to = on
    row.save(update_fields=["valid_to"])


def _check_dates(on: date, until: date | None) -> None:
    if until and until <= on:
        raise StaffRefused(_("Hari terakhir sesudah hari pertama."), "until")
