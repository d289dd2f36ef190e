"""The only code that changes who works where, in which klaster, and trained for what.

Each action takes the day `on` from which it holds and `by`, the assignment in which somebody acts (None: the operator of
the node), checks, writes and audits, in one transaction. What ends keeps its row.
"""

from datetime import date

from django.db import IntegrityError, transaction

from primary_care.accounts.models import Assignment, Cadre, Klaster, Role, User
from primary_care.areas.models import Area, AreaLevel
from primary_care.audit.actions import record_write
from primary_care.staff import permissions
from primary_care.staff.klaster import SUB_UNITS, SubUnit, Training
from primary_care.staff.models import Competence, KlasterPost, Position
from primary_care.staff.queries import units_of
from primary_care.units.models import Unit, UnitKind
from primary_care.units.queries import traits_on

# Where a role is held: at a unit of this kind, or over an area of this level.
UNIT_OF = {
    Role.KADER: UnitKind.POSYANDU,
    Role.KADER_PUSTU: UnitKind.PUSTU,
    Role.PETUGAS_PUSTU: UnitKind.PUSTU,
    Role.DOKTER: UnitKind.PUSKESMAS,
    Role.PETUGAS_KLASTER_1: UnitKind.PUSKESMAS,
    Role.PETUGAS_KLASTER_2: UnitKind.PUSKESMAS,
    Role.PETUGAS_KLASTER_3: UnitKind.PUSKESMAS,
    Role.PETUGAS_KLASTER_4: UnitKind.PUSKESMAS,
    Role.PETUGAS_LABORATORIUM: UnitKind.PUSKESMAS,
    Role.PETUGAS_FARMASI: UnitKind.PUSKESMAS,
    Role.REGISTRASI: UnitKind.PUSKESMAS,
    Role.KEPALA_PUSKESMAS: UnitKind.PUSKESMAS,
    Role.FKTP_LAIN: UnitKind.FKTP_LAIN,
    Role.RUMAH_SAKIT: UnitKind.RUMAH_SAKIT,
}
AREA_OF = {
    Role.DINAS_KABKOTA: AreaLevel.KABUPATEN,
    Role.DINAS_PROVINSI: AreaLevel.PROVINSI,
    Role.KEMENTERIAN: AreaLevel.NASIONAL,
    Role.PEMERINTAH_DESA: AreaLevel.DESA,
}
CADRES_OF_KADER = ("kader", "kader-terlatih")


class StaffRefused(ValueError):
    """This cannot be recorded; the text says why."""


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
) -> Assignment:
    """`user` works in a role from `on`, until the day before `until` if that is known: at a unit, or over an area for the
    dinas, the ministry and a village government.
    """
    if role not in UNIT_OF and role not in AREA_OF:
        raise StaffRefused(f"Peran ini tidak ditugaskan: {role}.")
    permissions.check_can_appoint(by, user.pk, role, unit, area, on)
    place: Unit | Area | None = unit if role in UNIT_OF else area
    if place is None or (role in UNIT_OF and area) or (role in AREA_OF and unit):
        raise StaffRefused(f"{Role(role).label} bertugas di {'sebuah unit' if role in UNIT_OF else 'sebuah wilayah'}.")
    if unit and unit.kind != UNIT_OF[Role(role)]:
        raise StaffRefused(f"{Role(role).label} tidak bertugas di {unit.get_kind_display()}.")
    if area and area.level != AREA_OF[Role(role)]:
        raise StaffRefused(f"{Role(role).label} tidak bertugas di tingkat {area.get_level_display()}.")
    if place.valid_from > on or (place.valid_to and place.valid_to <= on):
        raise StaffRefused(f"{place} tidak ada pada {on:%d-%m-%Y}.")
    if cadre not in ("", *Cadre.values) or klaster not in ("", *Klaster.values):
        raise StaffRefused(f"Jenis tenaga atau klaster tidak dikenal: {cadre} {klaster}.")
    if (role in (Role.KADER, Role.KADER_PUSTU)) != (cadre in CADRES_OF_KADER):
        raise StaffRefused("Peran kader hanya untuk kader, dan kader hanya untuk peran kader.")
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
        raise StaffRefused(f"{user} sudah bertugas sebagai {Role(role).label} di {place}.") from error
    record_write("accounts.assignment", row.pk, by, f"{role} di {place}")
    return row


@transaction.atomic
def end_appointment(row: Assignment, *, on: date, by: Assignment | None = None) -> None:
    """`on` is the first day on which this no longer holds. Posts in a klaster that the person leaves with it end too."""
    permissions.check_can_appoint(by, row.user_id, row.role, row.unit, row.area, on)
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
) -> KlasterPost:
    """`user`, who works in this Puskesmas or its network, belongs to a klaster from `on`."""
    permissions.check_can_post(by, unit, on)
    if unit.kind != UnitKind.PUSKESMAS:
        raise StaffRefused("Klaster ada di Puskesmas.")
    if klaster not in SUB_UNITS or position not in Position.values:
        raise StaffRefused(f"Klaster atau kedudukan tidak dikenal: {klaster} {position}.")
    if sub_unit and sub_unit not in SUB_UNITS[klaster]:
        raise StaffRefused(f"{Klaster(klaster).label} tidak punya bagian {sub_unit}.")
    if sub_unit == SubUnit.RAWAT_INAP and traits_on(unit, on).get("rawat-inap") is not True:
        raise StaffRefused(f"{unit} bukan Puskesmas rawat inap.")
    if unit not in _workplaces(user, on):
        raise StaffRefused(f"{user} tidak bertugas di {unit} atau jaringannya pada {on:%d-%m-%Y}.")
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
        raise StaffRefused(f"{user} sudah ditugaskan di sana. Akhiri dahulu penugasan yang lama.") from error
    record_write("staff.klasterpost", row.pk, by, f"{position} klaster {klaster}")
    return row


@transaction.atomic
def end_post(row: KlasterPost, *, on: date, by: Assignment | None = None) -> None:
    """`on` is the first day on which the post no longer holds."""
    permissions.check_can_post(by, row.unit, on)
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
) -> Competence:
    """`user` is trained from `on`, until the day before `until` if the certificate ends."""
    permissions.check_can_train(by, user.pk, on)
    if training not in Training.values:
        raise StaffRefused(f"Pelatihan tidak dikenal: {training}.")
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
        raise StaffRefused(f"Kompetensi ini sudah tercatat untuk {user}.") from error
    record_write("staff.competence", row.pk, by, training)
    return row


@transaction.atomic
def end_competence(row: Competence, *, on: date, by: Assignment | None = None) -> None:
    """`on` is the first day on which the competence no longer holds."""
    permissions.check_can_train(by, row.user_id, on)
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
        raise StaffRefused(f"Ini baru mulai pada {row.valid_from:%d-%m-%Y}.")
    if row.valid_to and row.valid_to <= on:
        raise StaffRefused(f"Ini sudah berakhir pada {row.valid_to:%d-%m-%Y}.")
    row.valid_to = on
    row.save(update_fields=["valid_to"])


def _check_dates(on: date, until: date | None) -> None:
    if until and until <= on:
        raise StaffRefused("Hari terakhir sesudah hari pertama.")
