"""Where people live and to which household they belong, as dated facts: moving within the area, away, and here again."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.areas.models import Area
from primary_care.design.formats import long_date
from primary_care.people import permissions, projection
from primary_care.people.models import Household, Membership, Person, Residence
from primary_care.people.writing import (
    ActionRefused,
    append_membership,
    audited,
    check_areas,
    lock,
    place_of,
    refresh,
    signed,
)


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
    since: date | None = None,
    reason: str = "",
) -> Residence:
    """A household, or one person apart from it, lives in `area` from `since` (or `on`); without `area` they moved to a place
    unknown to us.
    """
    lock(owner)
    permissions.check_can_change(by, owner.area_path, on)
    since = since or on
    before = owner.residences.filter(replaced_by__isnull=True).first()
    if before and before.valid_from > since and not correction:
        raise ActionRefused(
            "urutan",
            _("Sudah tercatat pindah pada %(day)s, sesudah tanggal ini.") % {"day": long_date(before.valid_from)},
        )
    check_areas([area] if area else [])
    of = {"household": owner} if isinstance(owner, Household) else {"person": owner}
    residence = Residence.objects.create(
        **of,
        area=area,
        address=address,
        rt=rt,
        rw=rw,
        replaces=before,
        correction=correction,
        reason=reason,
        **signed(by, since),
    )
    refresh(owner)
    audited("people.residence", by, residence.pk, owner.pk if isinstance(owner, Person) else None)
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
    since: date | None = None,
    reason: str = "",
) -> Membership:
    """The person belongs to `household` from `since` (or `on`); without one, the person left the household."""
    lock(person)
    permissions.check_can_change(by, person.area_path or place_of(household), on)
    if household:
        permissions.check_can_change(by, place_of(household), on)
    since = since or on
    before = person.memberships.filter(replaced_by__isnull=True).first()
    if before and before.valid_from > since and not correction:
        raise ActionRefused(
            "urutan",
            _("Sudah tercatat pindah keluarga pada %(day)s, sesudah tanggal ini.")
            % {"day": long_date(before.valid_from)},
        )
    membership = append_membership(person, household, relationship, by, since, before, correction, reason)
    projection.refresh_person(person.pk)
    audited("people.membership", by, membership.pk, person.pk)
    person.refresh_from_db()
    return membership


# What a decision or a page may take back again: the facts written, in their order.
Moved = list[Residence | Membership]


@transaction.atomic
def move_out(owner: Person | Household, *, to: str, by: Assignment, on: date, since: date) -> Moved:
    """A household, or one person, left for a place that this node does not serve; `to` says in words where. Who left without the
    household is no longer its member. Nobody sees them in lists from then on but `queries.moved_out`.
    """
    if since > on:
        raise ActionRefused("tanggal", _("Tanggal pindah belum tiba."))
    made: Moved = []
    path = owner.area_path
    if isinstance(owner, Person) and owner.household_id:
        made.append(join_household(owner, None, "", by=by, on=on, since=since, reason="pindah keluar"))
    else:
        permissions.check_can_change(by, path, on)
    before = owner.residences.filter(replaced_by__isnull=True).first()
    if before and before.valid_from > since:
        raise ActionRefused(
            "urutan", _("Sudah tercatat tinggal di sini sejak %(day)s.") % {"day": long_date(before.valid_from)}
        )
    of = {"household": owner} if isinstance(owner, Household) else {"person": owner}
    residence = Residence.objects.create(
        **of, area=None, address=to[:200], replaces=before, reason="pindah keluar", **signed(by, since)
    )
    made.append(residence)
    refresh(owner)
    audited("people.residence", by, residence.pk, owner.pk if isinstance(owner, Person) else None, "pindah keluar")
    owner.refresh_from_db()
    return made


@transaction.atomic
def move_within(
    person: Person, household: Household, relationship: str, *, by: Assignment, on: date, since: date
) -> Membership:
    """The person now lives with `household`, also when they lived apart from the last one."""
    if since > on:
        raise ActionRefused("tanggal", _("Tanggal pindah belum tiba."))
    apart = person.residences.filter(replaced_by__isnull=True).first()
    if apart and apart.valid_from > since:
        raise ActionRefused(
            "urutan",
            _("Sudah tercatat pindah pada %(day)s, sesudah tanggal ini.") % {"day": long_date(apart.valid_from)},
        )
    return join_household(person, household, relationship, by=by, on=on, since=since)


@transaction.atomic
def arrive(
    persons: Sequence[Person],
    household: Household,
    relationships: Sequence[str],
    *,
    by: Assignment,
    on: date,
    since: date,
) -> list[Membership]:
    """Persons of this node who lived elsewhere, or had left, live with `household` from `since`. Who registers there may do it: where
    they lived before he need not work. The caller has made sure that they stand before him (their NIK and birth date).
    """
    permissions.check_can_register(by, place_of(household), on)
    if since > on:
        raise ActionRefused("tanggal", _("Tanggal pindah belum tiba."))
    made = []
    for person, relationship in zip(persons, relationships, strict=True):
        lock(person)
        before = person.memberships.filter(replaced_by__isnull=True).first()
        apart = person.residences.filter(replaced_by__isnull=True).first()
        latest = max((row.valid_from for row in (before, apart) if row), default=since)
        if latest > since:
            raise ActionRefused(
                "urutan", _("Sudah tercatat tinggal di tempat lain sejak %(day)s.") % {"day": long_date(latest)}
            )
        membership = append_membership(person, household, relationship, by, since, before, reason="pindah masuk")
        projection.refresh_person(person.pk)
        audited("people.membership", by, membership.pk, person.pk, "pindah masuk")
        person.refresh_from_db()
        made.append(membership)
    return made


def last_place(owner: Person | Household) -> str:
    """The path of the area where somebody who is nowhere now was last written; empty if they never were anywhere. A household, or a
    person with it, counts by the household.
    """
    rows = Residence.objects.filter(area__isnull=False).select_related("area").order_by("-valid_from", "-id")
    if isinstance(owner, Household):
        found = rows.filter(household=owner).first()
        return found.area.path if found and found.area else ""
    apart = rows.filter(person=owner).first()
    with_it = owner.memberships.filter(household__isnull=False).order_by("-valid_from", "-id").first()
    if apart and apart.area and (with_it is None or apart.valid_from > with_it.valid_from):
        return apart.area.path
    assert with_it is None or with_it.household is not None
    return (with_it.household.area_path or last_place(with_it.household)) if with_it and with_it.household else ""
