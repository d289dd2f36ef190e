"""The only code that changes what is known about people and households.

Each action takes `by` (the assignment in which somebody acts) and `on` (the day from which it holds), checks that
this assignment may do it there, appends facts, brings the current view up to date and writes the audit trail, all in
one transaction. A key may be given by the one who made the record (a phone, an import): doing the same action again
with the same key changes nothing.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, time
from typing import Any

from django.db import IntegrityError, transaction

from primary_care.accounts.models import Assignment
from primary_care.areas.actions import lock_tree
from primary_care.areas.models import Area
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction
from primary_care.keys import new_key
from primary_care.people import permissions, projection
from primary_care.people.models import (
    JKN,
    BirthDatePrecision,
    Disability,
    Household,
    Identifier,
    IdentifierSystem,
    MaritalStatus,
    Membership,
    Person,
    PersonVersion,
    Relationship,
    Residence,
    Sex,
)
from primary_care.people.names import normalise
from primary_care.people.nik import check_nik


class ActionRefused(Exception):
    """The data cannot be recorded. `code` names the fault, the text tells the user what is wrong and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class PersonDetails:
    """What a version of a person holds. Empty text and None: not asked or not known."""

    full_name: str
    sex: str = ""
    birth_date: date | None = None
    birth_date_precision: str = BirthDatePrecision.DAY
    birth_time: time | None = None
    birth_place: str = ""
    mother_id: uuid.UUID | None = None
    phone: str = ""
    occupation: str = ""
    marital_status: str = ""
    jkn: str = ""
    disability: list[str] = field(default_factory=list)
    deceased_on: date | None = None


@transaction.atomic
def register_household(
    *,
    by: Assignment,
    on: date,
    area: Area,
    address: str = "",
    rt: str = "",
    rw: str = "",
    no_kk: str = "",
    key: uuid.UUID | None = None,
) -> Household:
    """A new household that lives in `area` (an RT where it is known)."""
    permissions.check_can_register(by, area.path, on)
    check_areas([area])
    household, made = Household.objects.get_or_create(pk=key or new_key())
    if not made:
        return household
    Residence.objects.create(household=household, area=area, address=address, rt=rt, rw=rw, **_signed(by, on))
    projection.refresh_household(household.pk)
    _audit("people.household", by, household.pk)
    if no_kk:
        add_identifier(household, IdentifierSystem.NO_KK, no_kk, by=by, on=on)
    household.refresh_from_db()
    return household


@transaction.atomic
def register_person(
    details: PersonDetails,
    *,
    by: Assignment,
    on: date,
    household: Household | None = None,
    relationship: str = "",
    area: Area | None = None,
    address: str = "",
    nik: str = "",
    key: uuid.UUID | None = None,
) -> Person:
    """A new person: a member of `household` with a `relationship`, or somebody on their own who lives in `area`."""
    if (household is None) == (area is None):
        raise ActionRefused("tempat-tinggal", "Pilih keluarga, atau wilayah tempat tinggal bila tanpa keluarga.")
    permissions.check_can_register(by, area.path if area else _place(household), on)
    _check(details, on)
    check_areas([area] if area else [])
    person, made = Person.objects.get_or_create(pk=key or new_key())
    if not made:
        return person
    _append_version(person, details, by, on)
    if household:
        _append_membership(person, household, relationship, by, on)
    else:
        Residence.objects.create(person=person, area=area, address=address, **_signed(by, on))
    projection.refresh_person(person.pk, renamed=True)
    _audit("people.person", by, person.pk, person.pk)
    if nik:
        add_identifier(person, IdentifierSystem.NIK, nik, by=by, on=on)
    person.refresh_from_db()
    return person


@transaction.atomic
def correct_person(
    person: Person,
    changes: Mapping[str, Any],
    *,
    replaces: uuid.UUID,
    by: Assignment,
    on: date,
    reason: str = "",
    correction: bool = True,
    check: Callable[[Assignment, str, date], None] = permissions.check_can_change,
) -> PersonVersion:
    """Append a version with `changes` (fields of `PersonDetails`). `correction=False` when the world changed (a
    marriage, a death).

    `replaces` is the version that the user saw: if somebody else has replaced it meanwhile, the change is refused and
    nothing lost. `check` says whether `by` may do it.
    """
    _lock(person)
    check(by, person.area_path, on)
    seen = person.versions.filter(pk=replaces).first()
    if seen is None or seen.pk != person.version_id:
        raise ActionRefused(
            "sudah-berubah", "Data ini sudah diubah orang lain. Lihat data terbaru, lalu ulangi bila perlu."
        )
    unknown = set(changes) - set(PersonDetails.__dataclass_fields__)
    if unknown:
        raise ActionRefused("tidak-dikenal", f"Isian tidak dikenal: {', '.join(sorted(unknown))}.")
    details = PersonDetails(
        **{name: getattr(seen, name) for name in PersonDetails.__dataclass_fields__} | dict(changes)
    )
    _check(details, on)
    if details.mother_id == person.pk:
        raise ActionRefused("ibu", "Seseorang tidak dapat menjadi ibunya sendiri.")
    version = _append_version(person, details, by, on, replaces=seen, correction=correction, reason=reason)
    projection.refresh_person(person.pk, renamed=True)
    _audit("people.personversion", by, version.pk, person.pk, reason)
    person.refresh_from_db()
    return version


@transaction.atomic
def record_death(person: Person, deceased_on: date, *, by: Assignment, on: date) -> PersonVersion:
    """The person died on `deceased_on`."""
    assert person.version_id
    return correct_person(
        person,
        {"deceased_on": deceased_on},
        replaces=person.version_id,
        by=by,
        on=on,
        reason="meninggal",
        correction=False,
        check=permissions.check_can_record_death,
    )


@transaction.atomic
def add_identifier(
    owner: Person | Household,
    system: str,
    value: str,
    *,
    by: Assignment,
    on: date,
    correction: bool = False,
    reason: str = "",
) -> Identifier:
    """Give a person or a household a number; it replaces the one they had in that system. Empty `value`: it ends
    without a new one.
    """
    _lock(owner)
    permissions.check_can_change(by, owner.area_path, on)
    if (system == IdentifierSystem.NO_KK) != isinstance(owner, Household):
        raise ActionRefused("pemilik", "Nomor KK milik keluarga; NIK, IHS dan nomor sementara milik orang.")
    if system == IdentifierSystem.NIK and value and {"nik-panjang", "nik-bukan-angka"} & set(check_nik(value)):
        raise ActionRefused("nik-panjang", "NIK harus 16 angka.")
    if system == IdentifierSystem.NO_KK and value and not (len(value) == 16 and value.isascii() and value.isdigit()):
        raise ActionRefused("kk-panjang", "Nomor KK harus 16 angka.")
    before = owner.identifiers.filter(system=system, replaced_by__isnull=True).first()
    if before is None and not value:
        raise ActionRefused("nomor-kosong", "Tidak ada nomor yang dapat diakhiri.")
    if before and before.value == value:
        return before
    of = {"household": owner} if isinstance(owner, Household) else {"person": owner}
    identifier = Identifier.objects.create(
        **of, system=system, value=value, replaces=before, correction=correction, reason=reason, **_signed(by, on)
    )
    try:
        with transaction.atomic():
            _refresh(owner)
    except IntegrityError as error:
        label = IdentifierSystem(system).label
        raise ActionRefused(
            "nomor-dipakai", f"{label} ini sudah dipakai. Cari dahulu, mungkin sudah terdaftar."
        ) from error
    _audit("people.identifier", by, identifier.pk, owner.pk if isinstance(owner, Person) else None, reason)
    owner.refresh_from_db()
    return identifier


@transaction.atomic
def move_residence(
    owner: Person | Household,
    area: Area | None,
    *,
    by: Assignment,
    on: date,
    address: str = "",
    rt: str = "",
    rw: str = "",
    correction: bool = False,
) -> Residence:
    """A household, or one person apart from it, lives in `area` from `on`; without `area` they moved to a place
    unknown to us.
    """
    _lock(owner)
    permissions.check_can_change(by, owner.area_path, on)
    before = owner.residences.filter(replaced_by__isnull=True).first()
    if before and before.valid_from > on and not correction:
        raise ActionRefused("urutan", f"Sudah tercatat pindah pada {before.valid_from:%d-%m-%Y}, sesudah tanggal ini.")
    check_areas([area] if area else [])
    of = {"household": owner} if isinstance(owner, Household) else {"person": owner}
    residence = Residence.objects.create(
        **of, area=area, address=address, rt=rt, rw=rw, replaces=before, correction=correction, **_signed(by, on)
    )
    _refresh(owner)
    _audit("people.residence", by, residence.pk, owner.pk if isinstance(owner, Person) else None)
    owner.refresh_from_db()
    return residence


@transaction.atomic
def join_household(
    person: Person,
    household: Household | None,
    relationship: str,
    *,
    by: Assignment,
    on: date,
    correction: bool = False,
) -> Membership:
    """The person belongs to `household` from `on`; without one, the person left the household."""
    _lock(person)
    permissions.check_can_change(by, person.area_path or _place(household), on)
    if household:
        permissions.check_can_change(by, _place(household), on)
    before = person.memberships.filter(replaced_by__isnull=True).first()
    if before and before.valid_from > on and not correction:
        raise ActionRefused(
            "urutan", f"Sudah tercatat pindah keluarga pada {before.valid_from:%d-%m-%Y}, sesudah tanggal ini."
        )
    membership = _append_membership(person, household, relationship, by, on, before, correction)
    projection.refresh_person(person.pk)
    _audit("people.membership", by, membership.pk, person.pk)
    person.refresh_from_db()
    return membership


def _append_version(person: Person, details: PersonDetails, by: Assignment, on: date, **chain: Any) -> PersonVersion:
    values = asdict(details) | {"full_name": " ".join(details.full_name.split())}
    return PersonVersion.objects.create(
        person=person, name_normal=normalise(details.full_name), **values, **chain, **_signed(by, on)
    )


def _append_membership(
    person: Person,
    household: Household | None,
    relationship: str,
    by: Assignment,
    on: date,
    replaces: Membership | None = None,
    correction: bool = False,
) -> Membership:
    if household and relationship not in Relationship.values:
        raise ActionRefused("hubungan", "Pilih hubungan dengan kepala keluarga.")
    if household and relationship == Relationship.KEPALA_KELUARGA:
        Household.objects.select_for_update().get(pk=household.pk)
        if household.members.alive().filter(relationship=relationship).exclude(pk=person.pk).exists():
            raise ActionRefused("kepala-keluarga-dua", "Keluarga ini sudah mempunyai kepala keluarga.")
    return Membership.objects.create(
        person=person,
        household=household,
        relationship=relationship if household else "",
        replaces=replaces,
        correction=correction,
        **_signed(by, on),
    )


def _check(details: PersonDetails, on: date) -> None:
    """Refuse what cannot be true on the day it is recorded."""
    if not normalise(details.full_name):
        raise ActionRefused("nama", "Nama harus diisi.")
    if len(details.full_name) > 120:
        raise ActionRefused("nama", "Nama paling panjang 120 huruf.")
    if details.birth_date and details.birth_date > on:
        raise ActionRefused("tanggal-lahir", "Tanggal lahir tidak boleh sesudah hari pencatatan.")
    if details.deceased_on and details.deceased_on > on:
        raise ActionRefused("tanggal-meninggal", "Tanggal meninggal tidak boleh sesudah hari pencatatan.")
    if details.deceased_on and details.birth_date and details.deceased_on < details.birth_date:
        raise ActionRefused("tanggal-meninggal", "Tanggal meninggal tidak boleh sebelum tanggal lahir.")
    choices = [
        ("Jenis kelamin", {details.sex}, Sex),
        ("Status kawin", {details.marital_status}, MaritalStatus),
        ("JKN", {details.jkn}, JKN),
        ("Ketelitian tanggal lahir", {details.birth_date_precision}, BirthDatePrecision),
        ("Disabilitas", set(details.disability), Disability),
    ]
    for label, values, allowed in choices:
        wrong = values - {"", *allowed.values}
        if wrong:
            raise ActionRefused("pilihan", f"{label} tidak dikenal: {', '.join(sorted(wrong))}.")


def check_areas(areas: Iterable[Area]) -> None:
    """Refuse an area that has ended meanwhile: nobody would serve those who are written there."""
    lock_tree(shared=True)
    for ended in Area.objects.filter(pk__in=[area.pk for area in areas], valid_to__isnull=False):
        raise ActionRefused("wilayah-berakhir", f"{ended.name} tidak ada lagi. Pilih wilayah penggantinya.")


def _signed(by: Assignment, on: date) -> dict[str, Any]:
    return {"valid_from": on, "recorded_by_id": by.user_id, "recorded_as": by}


def _place(household: Household | None) -> str:
    return household.area_path if household else ""


def _lock(owner: Person | Household) -> None:
    """Two who change the same record go one after the other, and the second sees what the first did."""
    type(owner).objects.select_for_update().get(pk=owner.pk)
    owner.refresh_from_db()


def _refresh(owner: Person | Household) -> None:
    if isinstance(owner, Household):
        projection.refresh_household(owner.pk)
    else:
        projection.refresh_person(owner.pk)


def _audit(kind: str, by: Assignment, key: uuid.UUID, person: uuid.UUID | None = None, reason: str = "") -> None:
    record(
        AuditAction.WRITE, kind, user_id=by.user_id, unit_id=by.unit_id, object_id=key, person_id=person, reason=reason
    )
