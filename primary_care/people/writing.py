"""What every action on people needs: the refusal, what a version holds, and how facts are signed, chained and audited."""

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.areas.actions import lock_tree
from primary_care.areas.models import Area
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction
from primary_care.people import projection
from primary_care.people.models import (
    JKN,
    BirthDatePrecision,
    Disability,
    Household,
    MaritalStatus,
    Membership,
    Person,
    PersonVersion,
    Relationship,
    Sex,
)
from primary_care.people.names import normalise


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
    birth_order: int | None = None
    mother_id: uuid.UUID | None = None
    phone: str = ""
    occupation: str = ""
    marital_status: str = ""
    jkn: str = ""
    disability: list[str] = field(default_factory=list)
    deceased_on: date | None = None


def append_version(person: Person, details: PersonDetails, by: Assignment, on: date, **chain: Any) -> PersonVersion:
    """One more row in the chain of who a person is."""
    values = asdict(details) | {"full_name": " ".join(details.full_name.split())}
    return PersonVersion.objects.create(
        person=person, name_normal=normalise(details.full_name), **values, **chain, **signed(by, on)
    )


def append_membership(
    person: Person,
    household: Household | None,
    relationship: str,
    by: Assignment,
    on: date,
    replaces: Membership | None = None,
    correction: bool = False,
    reason: str = "",
) -> Membership:
    """One more row in the chain of households of a person. Refuses a second head."""
    if household and relationship not in Relationship.values:
        raise ActionRefused("hubungan", _("Pilih hubungan dengan kepala keluarga."))
    if household and relationship == Relationship.KEPALA_KELUARGA:
        Household.objects.select_for_update().get(pk=household.pk)
        if household.members.alive().filter(relationship=relationship).exclude(pk=person.pk).exists():
            raise ActionRefused("kepala-keluarga-dua", _("Keluarga ini sudah mempunyai kepala keluarga."))
    return Membership.objects.create(
        person=person,
        household=household,
        relationship=relationship if household else "",
        replaces=replaces,
        correction=correction,
        reason=reason,
        **signed(by, on),
    )


def check_details(details: PersonDetails, on: date) -> None:
    """Refuse what cannot be true on the day it is recorded."""
    if not normalise(details.full_name):
        raise ActionRefused("nama", _("Nama harus diisi."))
    if len(details.full_name) > 120:
        raise ActionRefused("nama", _("Nama paling panjang 120 huruf."))
    if details.birth_date and details.birth_date > on:
        raise ActionRefused("tanggal-lahir", _("Tanggal lahir tidak boleh sesudah hari pencatatan."))
    if details.deceased_on and details.deceased_on > on:
        raise ActionRefused("tanggal-meninggal", _("Tanggal meninggal tidak boleh sesudah hari pencatatan."))
    if details.deceased_on and details.birth_date and details.deceased_on < details.birth_date:
        raise ActionRefused("tanggal-meninggal", _("Tanggal meninggal tidak boleh sebelum tanggal lahir."))
    choices = [
        (_("Jenis kelamin"), {details.sex}, Sex),
        (_("Status kawin"), {details.marital_status}, MaritalStatus),
        (_("JKN"), {details.jkn}, JKN),
        (_("Ketelitian tanggal lahir"), {details.birth_date_precision}, BirthDatePrecision),
        (_("Disabilitas"), set(details.disability), Disability),
    ]
    for label, values, allowed in choices:
        wrong = values - {"", *allowed.values}
        if wrong:
            raise ActionRefused(
                "pilihan",
                _("%(what)s tidak dikenal: %(values)s.") % {"what": label, "values": ", ".join(sorted(wrong))},
            )


def check_areas(areas: Iterable[Area]) -> None:
    """Refuse an area that has ended meanwhile: nobody would serve those who are written there."""
    lock_tree(shared=True)
    for ended in Area.objects.filter(pk__in=[area.pk for area in areas], valid_to__isnull=False):
        raise ActionRefused(
            "wilayah-berakhir", _("%(name)s tidak ada lagi. Pilih wilayah penggantinya.") % {"name": ended.name}
        )


def signed(by: Assignment, on: date) -> dict[str, Any]:
    """From when it holds, who recorded it and as what: the columns of every fact."""
    return {"valid_from": on, "recorded_by_id": by.user_id, "recorded_as": by}


def place_of(household: Household | None) -> str:
    """The path of the area where a household lives; empty for none."""
    return household.area_path if household else ""


def lock(owner: Person | Household) -> None:
    """Two who change the same record go one after the other, and the second sees what the first did."""
    type(owner).objects.select_for_update().get(pk=owner.pk)
    owner.refresh_from_db()


def refresh(owner: Person | Household) -> None:
    """Bring the current view of a person or household up to date."""
    if isinstance(owner, Household):
        projection.refresh_household(owner.pk)
    else:
        projection.refresh_person(owner.pk)


def audited(kind: str, by: Assignment, key: uuid.UUID, person: uuid.UUID | None = None, reason: str = "") -> None:
    """One line in the trail: something of `kind` was written."""
    record(
        AuditAction.WRITE, kind, user_id=by.user_id, unit_id=by.unit_id, object_id=key, person_id=person, reason=reason
    )
