"""Many families registered at once: the same facts that `actions.register_household` and `register_person` append one by one.

Part of the actions of this app. Used by imports, where one by one would take minutes; a test holds both ways equal.
"""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment, User
from primary_care.areas.models import Area
from primary_care.audit.many import Written, record_many
from primary_care.keys import new_key
from primary_care.people import permissions, projection
from primary_care.people.identifiers import provisional_number
from primary_care.people.models import (
    Household,
    Identifier,
    IdentifierSystem,
    Membership,
    Person,
    PersonVersion,
    Relationship,
    Residence,
)
from primary_care.people.names import normalise
from primary_care.people.writing import ActionRefused, PersonDetails, check_areas, check_details

BATCH = 2000


@dataclass(frozen=True, kw_only=True)
class NewMember:
    """One person to register. Without a `nik` the person gets a provisional number."""

    details: PersonDetails
    relationship: str
    nik: str = ""
    key: uuid.UUID = field(default_factory=new_key)

    @property
    def provisional_number(self) -> str:
        """The number until there is a NIK."""
        return provisional_number(self.key)


@dataclass(frozen=True, kw_only=True)
class Family:
    """A household with the members to register. `is_new` is false when the household is there and only gains members."""

    area: Area
    members: Sequence[NewMember]
    address: str = ""
    rt: str = ""
    rw: str = ""
    no_kk: str = ""
    key: uuid.UUID = field(default_factory=new_key)
    is_new: bool = True


@transaction.atomic
def register_families(
    families: Sequence[Family], *, user: User, by: Assignment | None, on: date, reason: str = ""
) -> None:
    """Register all of them, or none. Raises ActionRefused, NotAllowed, or IntegrityError for a number or head that is taken.

    `by` None means the operator of the node (the command line), who is not bound to an area; `user` signs the facts.
    """
    if by is not None:
        for path in {family.area.path for family in families}:
            permissions.check_can_register(by, path, on)
    check_areas(family.area for family in families)
    signed: dict[str, Any] = {"valid_from": on, "recorded_by": user, "recorded_as": by}
    households, persons, residences, identifiers, versions, memberships = [], [], [], [], [], []
    written: list[Written] = []
    for family in families:
        if family.is_new:
            households.append(Household(pk=family.key))
            residences.append(
                Residence(
                    household_id=family.key,
                    area=family.area,
                    address=family.address,
                    rt=family.rt,
                    rw=family.rw,
                    **signed,
                )
            )
            if family.no_kk:
                identifiers.append(
                    Identifier(household_id=family.key, system=IdentifierSystem.NO_KK, value=family.no_kk, **signed)
                )
            written.append(Written("people.household", family.key))
        for member in family.members:
            check_details(member.details, on)
            if member.relationship not in Relationship.values:
                raise ActionRefused("hubungan", _("Pilih hubungan dengan kepala keluarga."))
            persons.append(Person(pk=member.key))
            values = asdict(member.details) | {"full_name": " ".join(member.details.full_name.split())}
            versions.append(
                PersonVersion(person_id=member.key, name_normal=normalise(member.details.full_name), **values, **signed)
            )
            memberships.append(
                Membership(person_id=member.key, household_id=family.key, relationship=member.relationship, **signed)
            )
            system = IdentifierSystem.NIK if member.nik else IdentifierSystem.SEMENTARA
            value = member.nik or member.provisional_number
            identifiers.append(Identifier(person_id=member.key, system=system, value=value, **signed))
            written.append(Written("people.person", member.key, member.key))
    Household.objects.bulk_create(households, batch_size=BATCH)
    Person.objects.bulk_create(persons, batch_size=BATCH)
    Residence.objects.bulk_create(residences, batch_size=BATCH)
    PersonVersion.objects.bulk_create(versions, batch_size=BATCH)
    Membership.objects.bulk_create(memberships, batch_size=BATCH)
    Identifier.objects.bulk_create(identifiers, batch_size=BATCH)
    projection.refresh_new([household.pk for household in households], [person.pk for person in persons])
    record_many(written, user_id=user.pk, unit_id=by.unit_id if by else None, reason=reason)
