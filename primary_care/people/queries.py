"""Reads of people and households, always within a scope."""

import re
import uuid
from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from django.db.models import Case, Exists, OuterRef, Q, When

from primary_care.accounts.models import Assignment
from primary_care.accounts.scope import Scope, scope_of_assignment
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction
from primary_care.people.models import Household, Identifier, Membership, NameToken, Person, PersonVersion, Residence
from primary_care.people.names import likeness, normalise, sound_of

AnyFact = TypeVar("AnyFact", PersonVersion, Identifier, Membership, Residence)
CANDIDATES = 300  # names looked at before ranking; more than anybody reads


def search_persons(text: str, scope: Scope, limit: int = 20) -> list[Person]:
    """Persons in `scope` by name, NIK or KK number, the likeliest first.

    Digits are a NIK or KK number, whole or its beginning (six digits or more). Words are names: each may be the
    beginning of a word of the name or sound like one. If no name has all the words, names with some of them are
    offered.
    """
    inside = Person.objects.visible_to(scope).select_related("area", "household")
    digits = re.sub(r"[\s.\-]", "", text)
    if digits.isascii() and digits.isdigit():
        if len(digits) < 6:
            return []
        numbers = Q(nik__startswith=digits) | Q(household__no_kk__startswith=digits)
        return list(inside.filter(numbers).order_by("household_id", "birth_date")[:limit])
    asked = normalise(text)
    words = [word for word in asked.split() if len(word) > 1][:6]
    if not words:
        return []
    conditions = [
        Exists(NameToken.objects.filter(Q(word__startswith=word) | Q(sound=sound_of(word)), person=OuterRef("pk")))
        for word in words
    ]
    every, some = Q(), Q(pk__in=[])
    for condition in conditions:
        every &= Q(condition)
        some |= Q(condition)
    # The database hands over the closest first, so that a common name does not crowd out the very one that was asked for.
    closest = Case(When(name_normal=asked, then=0), When(name_normal__startswith=asked, then=1), default=2)
    found = list(inside.filter(every).order_by(closest, "pk")[:CANDIDATES])
    if not found and len(words) > 1:
        found = list(inside.filter(some).order_by("pk")[:CANDIDATES])
    found.sort(key=lambda person: (-likeness(asked, person.name_normal), person.full_name, str(person.pk)))
    return found[:limit]


def read_person(key: uuid.UUID, *, by: Assignment, on: date, reason: str = "") -> Person:
    """One person whom the assignment may see; the read goes into the audit trail. Raises `Person.DoesNotExist`
    outside the scope, as for a person who does not exist: an outsider learns nothing.
    """
    inside = Person.objects.visible_to(scope_of_assignment(by, on)).select_related("version", "household", "area")
    person = inside.filter(pk=key).first() or inside.get(
        merged__pk=key
    )  # a record that was merged leads to the one that stands for it
    record(
        AuditAction.READ,
        "people.person",
        user_id=by.user_id,
        unit_id=by.unit_id,
        object_id=person.pk,
        person_id=person.pk,
        reason=reason,
    )
    return person


def records_of(people: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Every record whose facts belong to these people: each stands for itself, and those merged into it stand for it."""
    found = {key: key for key in people}
    for key, into in Person.objects.filter(merged_into__in=list(found)).values_list("pk", "merged_into_id"):
        if into:
            found[key] = into
    return found


def get_household(key: uuid.UUID, scope: Scope) -> tuple[Household, list[Person]]:
    """A household in `scope` with its members whom the scope covers: the head first, then by age, the dead last."""
    household = Household.objects.visible_to(scope).select_related("area").get(pk=key)
    return household, list_members(household, scope)


def list_members(household: Household, scope: Scope) -> list[Person]:
    """The members of a household whom the scope covers: the head first, then the oldest, the dead last."""
    members = household.members.visible_to(scope).select_related("version")

    def order(person: Person) -> tuple[bool, bool, date, str]:
        return (
            person.deceased_on is not None,
            person.relationship != "kepala-keluarga",
            person.birth_date or date.max,
            str(person.pk),
        )

    return sorted(members, key=order)


def at_date(chain: Iterable[AnyFact], on: date) -> AnyFact | None:
    """The fact of one chain that held on a day: the last that begins by then and was not corrected since."""
    rows = {row.pk: row for row in chain}
    corrected = {row.replaces_id for row in rows.values() if row.correction}
    held = [row for row in rows.values() if row.pk not in corrected and row.valid_from <= on]
    return max(held, key=lambda row: (row.valid_from, row.recorded_at, row.pk), default=None)


def locked_person(key: uuid.UUID) -> Person:
    """The person whose facts a record holds, locked until the end of the transaction: itself, or the one it was merged into."""
    record_ = Person.objects.select_for_update().get(pk=key)
    return Person.objects.select_for_update().get(pk=record_.merged_into_id) if record_.merged_into_id else record_
