"""The only code that mends what was recorded at a contact. The old rows stay; each new one names what it replaces, if anything, and the correction
says why.
"""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment, User
from primary_care.people.queries import locked_person
from primary_care.visits import queries
from primary_care.visits.actions import VisitRefused, audited, fill
from primary_care.visits.checks import Checked, Fault, Raw, check_values
from primary_care.visits.models import (
    Contact,
    Correction,
    CorrectionKind,
    Observation,
    ServiceGiven,
    ServiceState,
)
from primary_care.visits.vocabulary import Last, vocabulary

SHORTEST_REASON = 5  # letters: assumed


@transaction.atomic
def correct_contact(
    contact: Contact,
    *,
    values: Mapping[str, Raw | None],
    forgotten: Mapping[str, Raw] | None = None,
    not_given: Collection[str] = (),
    reason: str,
    by: User,
    assignment: Assignment | None = None,
    confirmed: frozenset[str] = frozenset(),
) -> Correction | None:
    """Replace values by item (None takes one back), add `forgotten` ones, and take back services that were not given after all. Values that
    are what they were are left alone; None where nothing is left to do. Raises `VisitRefused`.
    """
    _lock(contact)
    standing = {row.item: row for row in _observations(contact)}
    services = {row.service: row for row in _services(contact)}
    forgotten = forgotten or {}
    faults = reason_faults(reason) + _gone_faults([*values, *not_given], [*standing, *services])
    faults += _there_faults(forgotten, standing)
    checked = check_values(
        _compared({**values, **forgotten}, standing),
        items=vocabulary(),
        on=contact.on,
        birth=contact.person.birth_date,
        last=_before(contact),
        confirmed=confirmed,
    )
    changed = {item for item in values if item in standing and _is_changed(item, values, standing, checked)}
    if not faults and not checked.faults and not changed and not forgotten and not not_given:
        return None
    questions = [one for one in checked.questions if one.at in changed or one.at in forgotten]
    faults += [one for one in checked.faults if one.at in values or one.at in forgotten]
    if faults or questions:
        raise VisitRefused(faults, questions)
    correction = _correction(contact, CorrectionKind.WRONG_VALUE, reason, by, assignment)
    last = {row.item: row for row in contact.observations.filter(replaced_by__isnull=True)}
    for item in sorted(changed | set(forgotten)):
        row = Observation(
            contact=contact, item=item, replaces=last.get(item), correction=correction, recorded_by=by,
            confirmed=item in checked.confirmed,
        )  # fmt: skip
        if item in forgotten or values[item] is not None:
            fill(row, checked.values[item])
        row.save(force_insert=True)
    for service in sorted(not_given):
        _take_back_service(services[service], correction, by)
    audited("visits.correction", correction.pk, contact.person, by, assignment.unit if assignment else None)
    return correction


@transaction.atomic
def take_back_contact(
    contact: Contact,
    *,
    kind: str,
    reason: str,
    by: User,
    assignment: Assignment | None = None,
    moved_to: Contact | None = None,
) -> Correction:
    """The whole contact was of somebody else, or never was: nothing of it counts any more. Raises `VisitRefused`."""
    _lock(contact)
    faults = reason_faults(reason)
    if contact.corrections.filter(whole=True).exists():
        faults.append(Fault("kunjungan", _("Kunjungan ini sudah ditarik.")))
    if faults:
        raise VisitRefused(faults)
    correction = _correction(contact, kind, reason, by, assignment, whole=True, moved_to=moved_to)
    Observation.objects.bulk_create(
        Observation(contact=contact, item=row.item, replaces=row, correction=correction, recorded_by=by)
        for row in _observations(contact)
    )
    for service in _services(contact):
        _take_back_service(service, correction, by)
    audited("visits.correction", correction.pk, contact.person, by, assignment.unit if assignment else None)
    return correction


def standing(contact: Contact) -> tuple[list[Observation], list[ServiceGiven]]:
    """The values and services of a contact that nothing replaces or takes back."""
    return _observations(contact), _services(contact)


def _lock(contact: Contact) -> None:
    """Two who correct one person wait for each other; the second sees what the first did."""
    locked_person(contact.person_id)


def _observations(contact: Contact) -> list[Observation]:
    rows = contact.observations.filter(replaced_by__isnull=True).order_by("id")
    return [row for row in rows if row.value is not None]


def _services(contact: Contact) -> list[ServiceGiven]:
    rows = contact.services.filter(replaced_by__isnull=True).exclude(state=ServiceState.WITHDRAWN)
    return list(rows.order_by("id"))


def _compared(values: Mapping[str, Raw | None], standing: Mapping[str, Observation]) -> dict[str, Raw]:
    """The new values, and beside them those that stay: of a pair, one must still be lower than the other."""
    kept = {item: row.value for item, row in standing.items() if item not in values}
    return {item: value for item, value in {**kept, **values}.items() if value is not None}  # type: ignore[misc]


def _is_changed(
    item: str, values: Mapping[str, Raw | None], standing: Mapping[str, Observation], checked: Checked
) -> bool:
    return values[item] is None or checked.values.get(item) != standing[item].value


def _before(contact: Contact) -> dict[str, Last]:
    """The values before the day of the contact: its own must not be held against their correction."""
    return queries.last_values(contact.person, contact.on, earlier=True)


def reason_faults(reason: str) -> list[Fault]:
    if len(reason.strip()) < SHORTEST_REASON:
        return [Fault("alasan", _("Tulis alasannya, misalnya “salah ketik”."))]
    return [Fault("alasan", _("Alasan paling banyak 300 huruf."))] if len(reason.strip()) > 300 else []


def _gone_faults(named: Collection[str], there: Collection[str]) -> list[Fault]:
    message = _("Hasil ini sudah diperbaiki orang lain. Muat ulang halaman ini untuk melihat yang terbaru.")
    return [Fault(one, message) for one in named if one not in there]


def _there_faults(forgotten: Collection[str], there: Collection[str]) -> list[Fault]:
    message = _("Hasil ini sudah dicatat orang lain. Muat ulang halaman ini untuk melihat yang terbaru.")
    return [Fault(one, message) for one in forgotten if one in there]


def _correction(
    contact: Contact,
    kind: str,
    reason: str,
    by: User,
    assignment: Assignment | None,
    *,
    whole: bool = False,
    moved_to: Contact | None = None,
) -> Correction:
    return Correction.objects.create(
        contact=contact, kind=kind, reason=reason.strip(), whole=whole, moved_to=moved_to, recorded_by=by, recorded_as=assignment
    )  # fmt: skip


def _take_back_service(row: ServiceGiven, correction: Correction, by: User) -> None:
    ServiceGiven.objects.create(
        contact=row.contact, service=row.service, state=ServiceState.WITHDRAWN, replaces=row, correction=correction, recorded_by=by
    )  # fmt: skip
