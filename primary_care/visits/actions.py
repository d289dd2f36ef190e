"""The only code that records visits and episodes. Each action is one transaction; each refusal says what is wrong and where."""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, time
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment, User
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction
from primary_care.design.formats import long_date
from primary_care.people.models import Person
from primary_care.units.models import Unit
from primary_care.visits import queries
from primary_care.visits.checks import Checked, Fault, Question, Raw, check_values
from primary_care.visits.models import Contact, Observation, ServiceGiven, ServiceState, Source
from primary_care.visits.vocabulary import vocabulary


class VisitRefused(Exception):
    """The visit cannot be recorded as it stands. `faults` must be mended; `questions` must be answered."""

    def __init__(self, faults: Sequence[Fault], questions: Sequence[Question] = ()) -> None:
        self.faults, self.questions = tuple(faults), tuple(questions)
        super().__init__("; ".join(f"{f.at}: {f.message}" for f in faults) or "; ".join(q.text for q in questions))


class AlreadyOtherwise(Exception):
    """A contact with this key is stored, with other content."""


@dataclass(frozen=True)
class ServiceEntry:
    """What became of one service: see `ServiceState`. `until` and `because` for a postponed one, `because` for one not allowed."""

    service: str
    state: str = ServiceState.GIVEN
    until: date | None = None
    because: str = ""
    batch: str = ""


@dataclass(frozen=True)
class Saved:
    """The contact as stored; `new` is false where it had been stored before."""

    contact: Contact
    new: bool


@transaction.atomic
def record_visit(
    person: Person,
    *,
    contact_id: uuid.UUID,
    on: date,
    today: date,
    by: User,
    cadre: str,
    unit: Unit | None,
    unit_kind: str = "",
    at: time | None = None,
    assignment: Assignment | None = None,
    observations: Mapping[str, Raw] | None = None,
    services: Sequence[ServiceEntry] = (),
    confirmed: frozenset[str] = frozenset(),
    source: str = Source.LOKAL,
) -> Saved:
    """Record one contact with everything done at it. The same `contact_id` sent again gives the same contact and stores nothing.

    `confirmed` holds the tokens of questions that were answered with "it is right". Raises `VisitRefused` or `AlreadyOtherwise`.
    """
    observations = observations or {}
    kind = unit_kind or (unit.kind if unit else "")
    sent = {
        "person": person.pk, "on": on, "at": at, "unit": unit.pk if unit else None, "kind": kind, "cadre": cadre, "by": by.pk,
        "source": source, "observations": dict(observations), "services": [asdict(entry) for entry in services],
    }  # fmt: skip
    mark = _fingerprint(sent)
    Person.objects.select_for_update().get(
        pk=person.pk
    )  # one visit of a person at a time: the same key twice waits here
    if stored := Contact.objects.filter(pk=contact_id).first():
        if stored.fingerprint != mark:
            raise AlreadyOtherwise(
                _("Kunjungan ini sudah tersimpan dengan isi lain. Buka kunjungan itu untuk memperbaikinya.")
            )
        return Saved(stored, new=False)

    faults = [
        *_day_faults(person, on, today),
        *_place_faults(kind, cadre, source, unit),
        *_service_faults(services, on),
    ]
    checked = check_values(
        observations,
        items=vocabulary(),
        on=on,
        birth=person.birth_date,
        last=queries.last_values(person, on),
        confirmed=confirmed,
    )
    if not observations and not services:
        faults.append(
            Fault("kunjungan", _("Belum ada yang dicatat. Isi paling sedikit satu hasil atau tandai satu layanan."))
        )
    if faults or checked.faults or checked.questions:
        raise VisitRefused([*faults, *checked.faults], checked.questions)

    contact = Contact.objects.create(
        id=contact_id, person=person, on=on, at=at, unit=unit, unit_kind=kind, cadre=cadre, source=source, fingerprint=mark,
        recorded_by=by, recorded_as=assignment,
    )  # fmt: skip
    Observation.objects.bulk_create(_observations(contact, checked, by))
    ServiceGiven.objects.bulk_create(
        ServiceGiven(contact=contact, recorded_by=by, **{**asdict(entry), "because": entry.because.strip()})
        for entry in services
    )
    audited("visits.contact", contact.pk, person, by, unit)
    return Saved(contact, new=True)


def audited(kind: str, key: uuid.UUID, person: Person, by: User, unit: Unit | None) -> None:
    """Note in the audit trail that something was recorded about `person`."""
    record(
        AuditAction.WRITE,
        kind,
        user_id=by.pk,
        unit_id=unit.pk if unit else None,
        object_id=key,
        person_id=person.pk,
    )


def fill(row: object, value: object) -> None:
    """Put `value` into the column of its type."""
    columns = {bool: "truth", Decimal: "number", list: "codes", date: "day", str: "text"}
    setattr(row, columns[type(value)], value)


def _observations(contact: Contact, checked: Checked, by: User) -> list[Observation]:
    rows = []
    for item, value in checked.values.items():
        row = Observation(contact=contact, item=item, confirmed=item in checked.confirmed, recorded_by=by)
        fill(row, value)
        rows.append(row)
    return rows


def _day_faults(person: Person, on: date, today: date) -> list[Fault]:
    if on > today:
        return [Fault("tanggal", _("Tanggal kunjungan %(day)s belum tiba.") % {"day": long_date(on)})]
    if person.birth_date and on < person.birth_date:
        message = _("Tanggal kunjungan mendahului tanggal lahir (%(day)s).")
        return [Fault("tanggal", message % {"day": long_date(person.birth_date)})]
    if person.deceased_on and on > person.deceased_on:
        message = _("Orang ini tercatat meninggal pada %(day)s. Periksa tanggal atau data dirinya.")
        return [Fault("tanggal", message % {"day": long_date(person.deceased_on)})]
    return []


def _place_faults(kind: str, cadre: str, source: str, unit: Unit | None) -> list[Fault]:
    faults = []
    if not kind or (source == Source.LOKAL and unit is None):
        faults.append(Fault("tempat", _("Tempat kunjungan belum dipilih.")))
    if not cadre:
        faults.append(Fault("tempat", _("Tenaga yang melakukan kunjungan belum dipilih.")))
    return faults


def _service_faults(services: Sequence[ServiceEntry], on: date) -> list[Fault]:
    faults = []
    for entry in services:
        because = entry.because.strip()
        if entry.state not in ServiceState.values or entry.state == ServiceState.WITHDRAWN:
            faults.append(Fault(entry.service, _("Pilih apa yang terjadi dengan layanan ini.")))
        if entry.state == ServiceState.DEFERRED and (entry.until is None or entry.until <= on):
            faults.append(Fault(entry.service, _("Ditunda sampai kapan? Tulis tanggal sesudah hari kunjungan.")))
        if entry.state in (ServiceState.DEFERRED, ServiceState.CONTRAINDICATED) and not because:
            faults.append(Fault(entry.service, _("Tulis alasannya.")))
        if len(because) > 300:
            faults.append(Fault(entry.service, _("Alasan paling banyak 300 huruf.")))
    if len({entry.service for entry in services}) < len(services):
        faults.append(Fault("kunjungan", _("Satu layanan tercatat dua kali.")))
    return faults


def _fingerprint(sent: Mapping[str, object]) -> str:
    def plain(value: object) -> object:
        return sorted(value) if isinstance(value, set | frozenset) else str(value)

    return hashlib.sha256(json.dumps(sent, sort_keys=True, default=plain).encode()).hexdigest()
