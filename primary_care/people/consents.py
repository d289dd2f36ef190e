"""What a person consented to (PV-1): recorded with the day and a witness; the latest of each kind holds."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction
from primary_care.people import permissions
from primary_care.people.closed_models import Consent, ConsentKind
from primary_care.people.models import Person
from primary_care.people.queries import records_of


class ConsentRefused(Exception):
    """The consent cannot be recorded as it stands. `faults` are pairs (field, what is wrong), for the user."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{at}: {message}" for at, message in faults))


@transaction.atomic
def record_consent(
    person: Person,
    *,
    kind: str,
    given: bool | None,
    on: date,
    witness: str,
    today: date,
    by: Assignment,
    given_by: str = "",
) -> Consent:
    """Append what was agreed to, or refused. Raises `NotAllowed` or `ConsentRefused`."""
    permissions.check_can_record_consent(by, person.area_path, today)
    witness, given_by = " ".join(witness.split()), " ".join(given_by.split())
    rules = [
        (kind not in ConsentKind.values, "jenis", _("Pilih persetujuan untuk apa.")),
        (given is None, "setuju", _("Pilih setuju atau tidak setuju.")),
        (on > today, "tanggal", _("Tanggal ini belum tiba.")),
        (bool(person.birth_date and on < person.birth_date), "tanggal", _("Tanggal ini mendahului tanggal lahir.")),
        (not witness, "saksi", _("Tulis nama saksi.")),
    ]
    if faults := [(at, message) for broken, at, message in rules if broken]:
        raise ConsentRefused(faults)
    assert given is not None  # among the rules
    consent = Consent.objects.create(
        person=person, kind=kind, given=given, valid_from=on, witness=witness[:120], given_by=given_by[:120],
        recorded_by=by.user, recorded_as=by,
    )  # fmt: skip
    record(
        AuditAction.WRITE,
        "people.consent",
        user_id=by.user_id,
        unit_id=by.unit_id,
        object_id=consent.pk,
        person_id=person.pk,
    )
    return consent


def consents_of(person: Person, on: date) -> list[Consent]:
    """What holds on a day: of each kind the latest, in the order of the kinds."""
    rows = Consent.objects.filter(person__in=records_of([person.pk]), valid_from__lte=on).order_by(
        "valid_from", "recorded_at", "id"
    )
    latest = {row.kind: row for row in rows}
    return [latest[kind] for kind in ConsentKind.values if kind in latest]
