"""Saving a visit and keeping what was found at it, in one transaction."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.accounts.scope import with_implied_cadres
from primary_care.accounts.sight import Sight, is_lay
from primary_care.decisions.content import knowledge, vocabulary, words
from primary_care.decisions.keeping import Kept, refreshed
from primary_care.decisions.models import Finding
from primary_care.decisions.queries import findings_made
from primary_care.decisions.reading import made_on_the_day
from primary_care.people.models import Person
from primary_care.people.permissions import check_can_record
from primary_care.visits.actions import Saved, ServiceEntry, VisitRefused, record_visit
from primary_care.visits.checks import Fault
from primary_care.visits.models import Contact, Correction, Source


@transaction.atomic
def save_visit(person: Person, *, row: str = "", **visit: Any) -> Saved:
    """`record_visit`, then the findings that stand on the day of the visit are kept with their trace. Raises what it raises, and
    `NotAllowed`. `row` is the row of the permission matrix that allows it, where that is not the row of the place.
    """
    assignment: Assignment | None = visit.get("assignment")
    if visit.get("source", Source.LOKAL) == Source.LOKAL:
        check_services(visit.get("services", ()), visit["unit_kind"], visit["cadre"])
        if assignment is not None:
            check_can_record(assignment, person.area_path, visit["today"], visit["unit_kind"], row)
            check_items(visit.get("observations") or {}, assignment)
    saved = record_visit(person, **visit)
    if saved.new:
        kept = refreshed([person.pk], visit["today"])
        find_anew(saved.contact, None, next((one for one in kept if one.on == saved.contact.on), None))
    return saved


def check_services(services: Iterable[ServiceEntry], unit_kind: str, cadre: str) -> None:
    """Refuse services that do not exist, or that this cadre may not give in this kind of unit. Raises `VisitRefused`."""
    cadres = with_implied_cadres({cadre})
    faults = []
    for entry in services:
        service = knowledge().services.get(entry.service)
        if service is None:
            faults.append(Fault(entry.service, _("Layanan “%(service)s” tidak dikenal.") % {"service": entry.service}))
        elif entry.state == "given" and not any(
            one.unit == unit_kind and one.cadre in cadres for one in service.given_by
        ):
            message = _("%(service)s tidak dapat Anda berikan di tempat ini.")
            faults.append(Fault(entry.service, message % {"service": words(service.label)}))
    if faults:
        raise VisitRefused(faults)


def check_items(observations: Mapping[str, Any], by: Assignment) -> None:
    """Refuse values that are not for this role to record. Raises `VisitRefused`."""
    sight = Sight(by.role, lay=is_lay(by.role, by.cadre))
    items = vocabulary()
    faults = [
        Fault(item, _("Ini tidak dicatat oleh peran Anda. Kosongkan, atau minta tenaga kesehatan mencatatnya."))
        for item in observations
        if item in items and not sight.writes(items[item].sensitive, items[item].laboratory)
    ]
    if faults:
        raise VisitRefused(faults)


def find_anew(contact: Contact, correction: Correction | None, kept: Kept | None = None) -> None:
    """The findings made on the day of a contact. After a `correction` those that changed replace the rows before, and those
    that are found no longer are withdrawn. `kept`: what has just been decided about the person for that day, if it was.
    """
    taken_back = contact.corrections.filter(whole=True).exists()
    if kept is not None and kept.person.pk == contact.person.standing.pk:
        made, version = made_on_the_day(kept.decision), kept.decision.knowledge.version
    else:
        made, version = findings_made(contact.person.standing, contact.on)
    found = {} if taken_back else {one.id: one for one in made}
    before = {row.finding: row for row in contact.findings.filter(replaced_by__isnull=True)}
    rows = []
    for key, one in found.items():
        row = Finding(
            person=contact.person,
            contact=contact,
            finding=key,
            severity=one.severity,
            on=one.on,
            because=one.because,
            trace=dict(one.trace),
            knowledge_version=version,
            replaces=before.get(key),
            correction=correction,
            recorded_by=correction.recorded_by if correction else contact.recorded_by,
        )
        if row.replaces is None or not _same(row, row.replaces):
            rows.append(row)
    if correction is not None:
        rows += [_withdrawn(row, correction) for key, row in before.items() if key not in found and not row.withdrawn]
    Finding.objects.bulk_create(rows)


def _same(one: Finding, before: Finding) -> bool:
    told = ("severity", "because", "trace")
    return not before.withdrawn and all(getattr(one, name) == getattr(before, name) for name in told)


def _withdrawn(row: Finding, correction: Correction) -> Finding:
    return Finding(
        person=row.person, contact=row.contact, finding=row.finding, severity=row.severity, on=row.on, trace=row.trace,
        knowledge_version=row.knowledge_version, withdrawn=True, replaces=row, correction=correction, recorded_by=correction.recorded_by,
    )  # fmt: skip
