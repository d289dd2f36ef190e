"""Reads of people and households, always within a scope."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from primary_care.accounts.models import Assignment
from primary_care.accounts.once import RECORDS, kept
from primary_care.accounts.scope import Scope, scope_of_assignment
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction
from primary_care.people.models import Household, Identifier, Membership, Person, PersonVersion, Residence

AnyFact = TypeVar("AnyFact", PersonVersion, Identifier, Membership, Residence)


def read_person(key: uuid.UUID, *, by: Assignment, on: date, reason: str = "") -> Person:
    """One person whom the assignment may see; the read goes into the audit trail. Raises `Person.DoesNotExist`
    outside the scope, as for a person who does not exist: an outsider learns nothing.
    """
    inside = Person.objects.visible_to(scope_of_assignment(by, on)).select_related(
        "version", "household", "area", "mother"
    )
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
    asked, known = list(people), kept(RECORDS)
    merged: dict[uuid.UUID, list[uuid.UUID]] = {} if known is None else known
    if new := [key for key in asked if key not in merged]:
        merged.update((key, []) for key in new)
        for key, into in Person.objects.filter(merged_into__in=new).values_list("pk", "merged_into_id"):
            if into:
                merged[into].append(key)
    return {**{key: key for key in asked}, **{one: key for key in asked for one in merged[key]}}


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
