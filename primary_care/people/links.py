"""Two records of one person become one, two people stay two, a record made by mistake goes: each with an audit line, each undone whole.

Nothing is copied and nothing is moved. Facts stay with the record that they were written for; a `PersonLink` says whom that record
stands for, and the current view and every reading of visits follow it. So taking the link back gives exactly what was before
(`visits/tests/test_linked_people.py`). What is recorded while it stands belongs to the record that was kept, and stays there.
"""

import uuid
from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction
from primary_care.people import permissions, projection
from primary_care.people.link_models import LinkKind, PersonLink, PersonUnlink
from primary_care.people.models import Membership, Person, Residence
from primary_care.people.objections import objections
from primary_care.people.writing import ActionRefused, signed

Check = Callable[[Assignment, str, date], None]


def hindrances(person: Person, other: Person) -> list[str]:
    """Why the two cannot be merged as they stand, for the user; empty when they can."""
    found = []
    if person.nik and other.nik and person.nik != other.nik:
        found.append(_("NIK keduanya berbeda. Bila salah satu keliru, perbaiki dahulu NIK itu."))
    if person.sex and other.sex and person.sex != other.sex:
        found.append(_("Jenis kelamin keduanya berbeda. Bila salah satu keliru, perbaiki dahulu."))
    if person.deceased_on != other.deceased_on:
        found.append(_("Yang satu tercatat meninggal, yang lain tidak (atau tanggalnya lain). Samakan dahulu."))
    if other.pk in (person.mother_id, *_mothers_of(person)) or person.pk in (other.mother_id, *_mothers_of(other)):
        found.append(_("Yang satu tercatat sebagai ibu dari yang lain."))
    return found + objections(person, other)


@transaction.atomic
def merge_persons(person: Person, into: Person, *, by: Assignment, on: date, reason: str = "") -> PersonLink:
    """The record `person` is the same person as `into` and is shown as it from now on. Raises `NotAllowed` or `ActionRefused`."""
    person, into = _locked(person, into)
    for one in (person, into):
        permissions.check_can_link(by, place_of_facts(one), on)
    if person.pk == into.pk:
        raise ActionRefused("sama", _("Ini catatan yang sama."))
    if not (person.active and into.active):
        raise ActionRefused(
            "sudah-berubah", _("Salah satu catatan ini sudah digabung atau dicabut. Muat ulang halamannya.")
        )
    if found := hindrances(person, into):
        raise ActionRefused("bukan-orang-yang-sama", " ".join(found))
    return _link(LinkKind.MERGED, person, into, by, on, reason)


@transaction.atomic
def withdraw_person(
    person: Person, *, by: Assignment, on: date, reason: str = "", check: Check = permissions.check_can_link
) -> PersonLink:
    """The record should never have been made. It is in no list any more; its facts stay. `check` says whether `by` may do it. Raises
    `NotAllowed` or `ActionRefused`.
    """
    person = _locked(person, person)[0]
    check(by, place_of_facts(person), on)
    if not person.active:
        raise ActionRefused("sudah-berubah", _("Catatan ini sudah digabung atau dicabut. Muat ulang halamannya."))
    if person.merged.exists():
        raise ActionRefused(
            "ada-gabungan", _("Catatan lain sudah digabung ke orang ini. Urungkan dahulu gabungan itu.")
        )
    if person.children.filter(active=True).exists():
        raise ActionRefused("ibu", _("Orang ini tercatat sebagai ibu. Perbaiki dahulu ibu dari anaknya."))
    if found := objections(person, None):
        raise ActionRefused("ada-catatan", " ".join(found))
    return _link(LinkKind.WITHDRAWN, person, None, by, on, reason)


@transaction.atomic
def say_distinct(one: Person, other: Person, *, by: Assignment, on: date, reason: str = "") -> PersonLink:
    """Two who look alike are two people: nobody is asked again. Raises `NotAllowed` or `ActionRefused`."""
    one, other = _locked(one, other)
    for person in (one, other):
        permissions.check_can_link(by, person.area_path, on)
    if one.pk == other.pk:
        raise ActionRefused("sama", _("Ini catatan yang sama."))
    standing = PersonLink.objects.filter(_between(one, other), kind=LinkKind.DISTINCT, undone__isnull=True).first()
    return standing or _link(LinkKind.DISTINCT, one, other, by, on, reason)


@transaction.atomic
def undo_link(link: PersonLink, *, by: Assignment, on: date, reason: str = "") -> PersonUnlink:
    """Take a link back. Raises `NotAllowed` or `ActionRefused`."""
    person, other = _locked(link.person, link.other or link.person)
    for path in {place_of_facts(person), place_of_facts(other)} - {""} or {""}:
        permissions.check_can_link(by, path, on)
    if PersonUnlink.objects.filter(link=link).exists():
        raise ActionRefused("sudah-urung", _("Ini sudah diurungkan."))
    if link.kind != LinkKind.DISTINCT and _taken_since(person):
        raise ActionRefused(
            "sudah-dipakai",
            _("NIK catatan itu sekarang dipakai orang lain. Perbaiki dahulu NIK orang itu, lalu urungkan."),
        )
    undone = PersonUnlink.objects.create(link=link, reason=reason[:250], **signed(by, on))
    _follow(link, by, "people.unlink", undone.pk, reason)
    return undone


def _taken_since(person: Person) -> bool:
    """Whether somebody else has meanwhile got the NIK that a record brings back."""
    numbers = person.identifiers.filter(system="nik", replaced_by__isnull=True).exclude(value="").values("value")
    own = [key for key in (person.pk, person.merged_into_id) if key]
    return Person.objects.filter(nik__in=numbers).exclude(pk__in=own).exists()


def place_of_facts(person: Person) -> str:
    """Where a record belongs by its own facts, also when it is not active: the path of its area, or of the last household's."""
    if person.area_path:
        return person.area_path
    apart = Residence.objects.filter(person=person, replaced_by__isnull=True, area__isnull=False).first()
    last = Membership.objects.filter(person=person, replaced_by__isnull=True, household__isnull=False).first()
    if apart and apart.area and (last is None or apart.valid_from > last.valid_from):
        return apart.area.path
    return last.household.area_path if last and last.household else ""


def _link(kind: LinkKind, person: Person, other: Person | None, by: Assignment, on: date, reason: str) -> PersonLink:
    link = PersonLink.objects.create(person=person, other=other, kind=kind, reason=reason[:250], **signed(by, on))
    _follow(link, by, "people.link", link.pk, reason)
    return link


def _follow(link: PersonLink, by: Assignment, kind: str, key: uuid.UUID, reason: str) -> None:
    """The view, and one line in the trail of each record."""
    about = [one for one in (link.person_id, link.other_id) if one]
    if link.kind != LinkKind.DISTINCT:
        projection.refresh_linked(about)
    for person in about:
        record(
            AuditAction.WRITE,
            kind,
            user_id=by.user_id,
            unit_id=by.unit_id,
            object_id=key,
            person_id=person,
            reason=f"{LinkKind(link.kind).label}. {reason}".strip(),
        )


def _locked(one: Person, other: Person) -> tuple[Person, Person]:
    """Both as they are now, locked in the order of their keys, so that two who link the same do not wait for each other."""
    rows = {row.pk: row for row in Person.objects.select_for_update().filter(pk__in=[one.pk, other.pk]).order_by("pk")}
    return rows[one.pk], rows[other.pk]


def _between(one: Person, other: Person) -> Q:
    return Q(person=one, other=other) | Q(person=other, other=one)


def _mothers_of(person: Person) -> set[uuid.UUID | None]:
    """Mothers said by the record itself and by those merged into it."""
    return set(
        Person.objects.filter(Q(pk=person.pk) | Q(merged_into=person)).values_list("version__mother_id", flat=True)
    )
