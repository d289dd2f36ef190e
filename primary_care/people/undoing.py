"""A fact just written is taken back: one more row that says again what the row before it said. Nothing is deleted."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.people import permissions, projection
from primary_care.people.models import Household, Identifier, Membership, Person, PersonVersion, Residence
from primary_care.people.moving import last_place
from primary_care.people.writing import (
    ActionRefused,
    PersonDetails,
    append_version,
    audited,
    lock,
    refresh,
    signed,
)

AnyFact = PersonVersion | Identifier | Membership | Residence
Check = Callable[[Assignment, str, date], None]


@transaction.atomic
def take_back(
    fact: AnyFact, *, by: Assignment, on: date, reason: str, check: Check = permissions.check_can_change
) -> AnyFact:
    """Append the row that undoes `fact`. Raises `NotAllowed`, and `ActionRefused` where it has been replaced meanwhile."""
    owner = owner_of(fact)
    lock(owner)
    check(by, owner.area_path or last_place(owner), on)
    if type(fact).objects.filter(replaces_id=fact.pk).exists():
        raise ActionRefused("sudah-berubah", _("Data ini sudah diubah lagi sesudahnya. Lihat data terbaru."))
    before: Any = fact.replaces
    since = before.valid_from if before else fact.valid_from
    chain: dict[str, Any] = {"replaces": fact, "correction": True, "reason": reason[:200]}
    row: AnyFact
    if isinstance(fact, PersonVersion):
        if before is None:
            raise ActionRefused("data-pertama", _("Data pertama seseorang tidak dapat dicabut; cabut catatannya."))
        assert isinstance(owner, Person)
        row = append_version(owner, details_of(before), by, since, **chain)
        projection.refresh_person(owner.pk, renamed=True)
    else:
        row = _again(fact, since, by, chain)
        refresh(owner)
    kind = f"people.{type(fact)._meta.model_name}"
    audited(kind, by, row.pk, owner.pk if isinstance(owner, Person) else None, reason)
    owner.refresh_from_db()
    return row


def owner_of(fact: AnyFact) -> Person | Household:
    """The person or household that a fact is about."""
    if isinstance(fact, PersonVersion | Membership):
        return fact.person
    owner = fact.person or fact.household
    assert owner is not None  # a constraint of the table
    return owner


def details_of(version: PersonVersion) -> PersonDetails:
    """What a version says."""
    return PersonDetails(**{name: getattr(version, name) for name in PersonDetails.__dataclass_fields__})


def differences(before: PersonVersion, after: PersonVersion) -> list[tuple[str, object, object]]:
    """The fields in which two versions differ, with both values."""
    old, new = asdict(details_of(before)), asdict(details_of(after))
    return [(name, old[name], new[name]) for name in old if old[name] != new[name]]


def _again(fact: Identifier | Membership | Residence, since: date, by: Assignment, chain: dict[str, Any]) -> AnyFact:
    """What held before, said once more; nothing, where nothing did."""
    signature = signed(by, since)
    last: Any = fact.replaces
    if isinstance(fact, Identifier):
        return Identifier.objects.create(
            person=fact.person, household=fact.household, system=fact.system,
            value=last.value if last else "", **chain, **signature,
        )  # fmt: skip
    if isinstance(fact, Membership):
        return Membership.objects.create(
            person=fact.person, household=last.household if last else None, relationship=last.relationship if last else "",
            **chain, **signature,
        )  # fmt: skip
    return Residence.objects.create(
        person=fact.person, household=fact.household, area=last.area if last else None,
        address=last.address if last else "", rt=last.rt if last else "", rw=last.rw if last else "", **chain, **signature,
    )  # fmt: skip
