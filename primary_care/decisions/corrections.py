"""Mending a recorded visit: who may, what is replaced, and the findings of this and later visits made anew, in one transaction."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.models import Assignment
from primary_care.accounts.sight import Sight, may_correct_item
from primary_care.decisions.actions import find_anew, save_visit
from primary_care.decisions.asking import sections
from primary_care.decisions.content import service_marks, vocabulary
from primary_care.decisions.keeping import refresh
from primary_care.decisions.queries import decide_for
from primary_care.people.models import Person
from primary_care.people.permissions import check_can_correct
from primary_care.people.queries import records_of
from primary_care.visits import corrections
from primary_care.visits.actions import Saved
from primary_care.visits.checks import Raw
from primary_care.visits.models import Contact, Correction, CorrectionKind, Observation, ServiceGiven, ServiceState
from primary_care.visits.queries import NOT_TAKEN_BACK


def check_may_correct(contact: Contact, by: Assignment, today: date) -> None:
    """Raises `NotAllowed` where this assignment may not mend the contact at all."""
    own = contact.recorded_by_id == by.user_id
    check_can_correct(by, contact.person.standing.area_path, today, contact.unit_kind, own=own)


def open_to(contact: Contact, by: Assignment, sight: Sight) -> tuple[list[Observation], list[ServiceGiven]]:
    """The standing values and services of a contact that this worker may mend: what he sees and may change."""
    values, services = corrections.standing(contact)
    may_mend = _may_mend(contact, by, sight)
    return (
        [row for row in values if may_mend(row.item)],
        [row for row in services if sight.service(*service_marks(row.service))],
    )


def may_be_added(contact: Contact, by: Assignment, sight: Sight) -> dict[str, list[str]]:
    """What may have been forgotten at a contact, by the hands and in the order in which it is asked (`asking.HANDS`): items of the forms of the
    services given, and those that are recorded on the same form as others there, as far as this worker may mend them.
    """
    recorded, services = corrections.standing(contact)
    there, given = {row.item for row in recorded}, {row.service for row in services if row.state == ServiceState.GIVEN}
    reading = decide_for(contact.person.standing, contact.on)
    whole = {one.form for one in reading.services if one.id in given}
    in_part = {one.form for one in reading.services if there & set(one.credit_items)}
    done = [
        replace(one, credit_items=() if one.form in whole else one.credit_items)
        for one in reading.services
        if one.form in whole | in_part
    ]
    may_mend, items = _may_mend(contact, by, sight), vocabulary()
    found: dict[str, list[str]] = {}
    for section in sections(reading, done, contact.unit_kind, by.cadre):
        for item, _forms in section.items:
            if item not in there and may_mend(item) and not items[item].worked_out:
                found.setdefault(section.hands, []).append(item)
    return found


def _may_mend(contact: Contact, by: Assignment, sight: Sight) -> Callable[[str], bool]:
    own = contact.recorded_by_id == by.user_id
    items = vocabulary()

    def may(name: str) -> bool:
        item = items.get(name)
        return item is not None and may_correct_item(sight, item.sensitive, item.laboratory, contact.unit_kind, own=own)

    return may


def open_whole(contact: Contact, by: Assignment, sight: Sight) -> bool:
    """Whether nothing of the contact is closed to this worker, so that he may take it back as a whole."""
    values, services = corrections.standing(contact)
    mine, my_services = open_to(contact, by, sight)
    return (len(mine), len(my_services)) == (len(values), len(services))


@transaction.atomic
def correct_visit(
    contact: Contact,
    *,
    values: Mapping[str, Raw | None],
    forgotten: Mapping[str, Raw] | None = None,
    not_given: Collection[str],
    reason: str,
    by: Assignment,
    sight: Sight,
    today: date,
    confirmed: frozenset[str] = frozenset(),
) -> Correction | None:
    """Replace values, add `forgotten` ones and take back services; None where nothing has changed. Raises `NotAllowed`, `VisitRefused`."""
    check_may_correct(contact, by, today)
    mine, my_services = open_to(contact, by, sight)
    standing_values, standing_services = corrections.standing(contact)
    closed = {row.item for row in standing_values} - {row.item for row in mine}
    closed |= {row.service for row in standing_services} - {row.service for row in my_services}
    may_add = _may_mend(contact, by, sight)
    closed |= {item for item in forgotten or () if not may_add(item)}
    if closed & {*values, *(forgotten or ()), *not_given}:
        raise NotAllowed(_("Sebagian dari ini bukan untuk peran Anda perbaiki."))
    correction = corrections.correct_contact(
        contact, values=values, forgotten=forgotten, not_given=not_given, reason=reason, by=by.user, assignment=by,
        confirmed=confirmed,
    )  # fmt: skip
    if correction is not None:
        find_later_anew(contact.person.standing, contact.on, correction, today)
    return correction


@transaction.atomic
def take_back_visit(
    contact: Contact,
    *,
    reason: str,
    by: Assignment,
    sight: Sight,
    today: date,
    kind: str = CorrectionKind.TAKEN_BACK,
    moved_to: Contact | None = None,
) -> Correction:
    """The whole visit never was, or was somebody else's. Raises `NotAllowed`, `VisitRefused`."""
    check_may_correct(contact, by, today)
    if not open_whole(contact, by, sight):
        raise NotAllowed(
            _("Kunjungan ini berisi data yang tertutup bagi Anda. Minta yang mencatatnya, atau dokter, menariknya.")
        )
    correction = corrections.take_back_contact(
        contact, kind=kind, reason=reason, by=by.user, assignment=by, moved_to=moved_to
    )
    find_later_anew(contact.person.standing, contact.on, correction, today)
    return correction


@transaction.atomic
def move_visit(contact: Contact, to: Person, *, reason: str, sight: Sight, **visit: Any) -> Saved:
    """Record the visit for the right person, as it was looked through in his form (`visit`: what `save_visit` takes), and take it back from
    the wrong one. Sent twice it is moved once. Raises what both raise.
    """
    saved = save_visit(to, **visit)
    if saved.new:
        take_back_visit(
            contact, kind=CorrectionKind.WRONG_PERSON, reason=reason, by=visit["assignment"], sight=sight, today=visit["today"], moved_to=saved.contact
        )  # fmt: skip
    return saved


def find_later_anew(person: Person, since: date, correction: Correction, today: date) -> None:
    """A visit may have been judged by what was wrong (a gain of weight, the weeks of a pregnancy): the findings of those from a day on are made anew."""
    visits = Contact.objects.filter(person__in=records_of([person.pk]), on__gte=since).select_related("person")
    for one in visits.filter(NOT_TAKEN_BACK | Q(pk=correction.contact_id)).order_by("on", "id"):
        find_anew(one, correction)
    refresh([person.pk], today)
