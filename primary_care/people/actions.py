"""The only code that changes what is known about people and households.

Each action takes `by` (the assignment in which somebody acts) and `on` (the day on which it is recorded), checks that
this assignment may do it there, appends facts, brings the current view up to date and writes the audit trail, all in
one transaction. Facts hold from `since` where that is given, else from `on`. A key may be given by the one who made the record
(a phone, an import): doing the same action again with the same key changes nothing.

Here: registering and correcting. The others by subject: `identifiers`, `moving`, `newborns`, `links` (merging), `undoing`, `bulk`.
"""

import uuid
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.areas.models import Area
from primary_care.keys import new_key
from primary_care.people import permissions, projection
from primary_care.people.identifiers import add_identifier, number_newcomer
from primary_care.people.models import Household, IdentifierSystem, Person, PersonVersion, Residence
from primary_care.people.moving import join_household, move_residence
from primary_care.people.writing import (
    ActionRefused,
    PersonDetails,
    append_membership,
    append_version,
    audited,
    check_areas,
    check_details,
    lock,
    place_of,
    signed,
)

__all__ = [
    "ActionRefused",
    "PersonDetails",
    "add_identifier",
    "correct_person",
    "join_household",
    "move_residence",
    "record_death",
    "register_household",
    "register_person",
]


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
    since: date | None = None,
) -> Household:
    """A new household that lives in `area` (an RT where it is known), `since` a day or from `on`."""
    permissions.check_can_register(by, area.path, on)
    check_areas([area])
    household, made = Household.objects.get_or_create(pk=key or new_key())
    if not made:
        return household
    Residence.objects.create(household=household, area=area, address=address, rt=rt, rw=rw, **signed(by, since or on))
    projection.refresh_household(household.pk)
    audited("people.household", by, household.pk)
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
    since: date | None = None,
) -> Person:
    """A new person: a member of `household` with a `relationship`, or somebody on their own who lives in `area`, `since` a day or
    from `on`. Without a `nik` they get a provisional number.
    """
    if (household is None) == (area is None):
        raise ActionRefused("tempat-tinggal", _("Pilih keluarga, atau wilayah tempat tinggal bila tanpa keluarga."))
    permissions.check_can_register(by, area.path if area else place_of(household), on)
    check_details(details, on)
    check_areas([area] if area else [])
    person, made = Person.objects.get_or_create(pk=key or new_key())
    if not made:
        return person
    append_version(person, details, by, since or on)
    if household:
        append_membership(person, household, relationship, by, since or on)
    else:
        Residence.objects.create(person=person, area=area, address=address, **signed(by, since or on))
    if not nik:
        number_newcomer(person, details.mother_id, by, since or on)
    projection.refresh_person(person.pk, renamed=True)
    audited("people.person", by, person.pk, person.pk)
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
    lock(person)
    check(by, person.area_path, on)
    seen = person.versions.filter(pk=replaces).first()
    if seen is None or seen.pk != person.version_id:
        raise ActionRefused(
            "sudah-berubah", _("Data ini sudah diubah orang lain. Lihat data terbaru, lalu ulangi bila perlu.")
        )
    unknown = set(changes) - set(PersonDetails.__dataclass_fields__)
    if unknown:
        raise ActionRefused(
            "tidak-dikenal", _("Isian tidak dikenal: %(fields)s.") % {"fields": ", ".join(sorted(unknown))}
        )
    details = PersonDetails(
        **{name: getattr(seen, name) for name in PersonDetails.__dataclass_fields__} | dict(changes)
    )
    check_details(details, on)
    if details.mother_id == person.pk:
        raise ActionRefused("ibu", _("Seseorang tidak dapat menjadi ibunya sendiri."))
    version = append_version(person, details, by, on, replaces=seen, correction=correction, reason=reason)
    projection.refresh_person(person.pk, renamed=True)
    audited("people.personversion", by, version.pk, person.pk, reason)
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
