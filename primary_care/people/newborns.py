"""Registering a child at birth, through the mother: the household, the place to live and the link to her are taken from her."""

import uuid
from datetime import date, time

from django.db import transaction

from primary_care.accounts.models import Assignment
from primary_care.people import permissions, projection
from primary_care.people.identifiers import number_newcomer
from primary_care.people.models import Person, Relationship, Residence
from primary_care.people.writing import (
    PersonDetails,
    append_membership,
    append_version,
    audited,
    check_details,
    lock,
    signed,
)

# What a child is to the head of the household, from what the mother is to him.
CHILD_OF = {
    Relationship.KEPALA_KELUARGA: Relationship.ANAK,
    Relationship.ISTRI: Relationship.ANAK,
    Relationship.ANAK: Relationship.CUCU,
    Relationship.MENANTU: Relationship.CUCU,
}


@transaction.atomic
def register_newborn(
    mother: Person,
    *,
    sex: str,
    birth_date: date,
    full_name: str,
    by: Assignment,
    on: date,
    key: uuid.UUID,
    birth_time: time | None = None,
    birth_order: int | None = None,
) -> Person:
    """The child that `mother` bore on `birth_date`, recorded on the day `on`, with a provisional number and her NIK until there is a NIK.
    `birth_order` tells twins apart.

    The same key again gives the same child and stores nothing. Raises `NotAllowed` or `ActionRefused`.
    """
    permissions.check_can_register_newborn(by, mother.area_path, on)
    lock(mother)
    child, made = Person.objects.get_or_create(pk=key)
    if not made:
        return child
    details = PersonDetails(
        full_name=full_name,
        sex=sex,
        birth_date=birth_date,
        birth_time=birth_time,
        mother_id=mother.pk,
        birth_order=birth_order,
    )
    check_details(details, on)
    append_version(child, details, by, birth_date)
    if mother.household:
        relationship = CHILD_OF.get(Relationship(mother.relationship), Relationship.FAMILI_LAIN)
        append_membership(child, mother.household, relationship, by, birth_date)
    elif mother.area:
        lived = mother.residences.filter(replaced_by__isnull=True).first()
        Residence.objects.create(
            person=child, area=mother.area, address=lived.address if lived else "", **signed(by, birth_date)
        )
    number_newcomer(child, mother.pk, by, birth_date)
    projection.refresh_person(child.pk, renamed=True)
    audited("people.person", by, child.pk, child.pk)
    child.refresh_from_db()
    return child
