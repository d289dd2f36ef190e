"""Agreeing on a day for what could not be done today, another day, calling it off; and what klaster 4 says about a notice. Part of the
actions of this app.
"""

import uuid
from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction
from primary_care.decisions.content import service_label
from primary_care.decisions.queries import decide_for
from primary_care.design.formats import long_date
from primary_care.encounters.actions import LONGEST_TEXT, Fault, Refused
from primary_care.encounters.models import CaseNotice, NoticeAnswer, NoticeOutcome, ScheduledService
from primary_care.encounters.permissions import answers_cases, check, schedules
from primary_care.encounters.queries import under_way, where_to_schedule
from primary_care.people.models import Person
from primary_care.units.models import Unit

FARTHEST = timedelta(days=90)  # assumed, as for an appointment of follow-up work (decision 0014)


@transaction.atomic
def schedule(
    person: Person, services: Collection[str], unit: Unit | None, day: date | None, *, by: Assignment, today: date
) -> list[ScheduledService]:
    """Agree on one day and place for these services, which must be open for the person and be given at such a unit. What was agreed before
    for one of them is replaced. Raises `Refused`.
    """
    check(schedules(by, person, today), by)
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    faults = _day(day, today)
    known = {one.id: one for one in decide_for(person, today).services}
    if not services:
        faults.append(Fault("layanan", _("Pilih paling sedikit satu layanan.")))
    if unit is None or unit not in where_to_schedule(by, today):
        faults.append(Fault("tempat", _("Pilih tempatnya.")))
    for one in services:
        if one not in known:
            faults.append(Fault("layanan", _("Layanan ini tidak untuk orang ini.")))
        elif unit is not None and unit.kind not in known[one].units:
            words = _("%(service)s tidak diberikan di %(unit)s.")
            faults.append(Fault("tempat", words % {"service": service_label(one), "unit": unit.name}))
    if faults or unit is None:
        raise Refused(*faults)
    running = under_way(person, by.unit, today) if by.unit is not None else None
    rows = []
    for service in services:
        before = ScheduledService.objects.filter(
            person=person, service=service, replaced_by__isnull=True, day__isnull=False
        ).first()
        row = ScheduledService.objects.create(
            person=person, service=service, unit=unit, day=day, encounter=running, replaces=before,
            valid_from=today, recorded_by=by.user, recorded_as=by,
        )  # fmt: skip
        _audited("encounters.schedule", row.pk, person.pk, by)
        rows.append(row)
    return rows


@transaction.atomic
def call_off(row: ScheduledService, reason: str, *, by: Assignment, today: date) -> ScheduledService:
    """It is not to be done on that day after all, for a reason. Asked twice it is done once. Raises `Refused`."""
    check(schedules(by, row.person, today), by)
    Person.objects.select_for_update(no_key=True).get(pk=row.person_id)
    if taken := ScheduledService.objects.filter(replaces=row).first():
        return taken
    ended = ScheduledService.objects.create(
        person_id=row.person_id, service=row.service, unit_id=row.unit_id, reason=_reason(reason, "alasan"), replaces=row,
        valid_from=today, recorded_by=by.user, recorded_as=by,
    )  # fmt: skip
    _audited("encounters.schedule", ended.pk, row.person_id, by)
    return ended


@transaction.atomic
def answer_notice(
    notice: CaseNotice, outcome: str, text: str, *, by: Assignment, today: date, key: uuid.UUID
) -> NoticeAnswer:
    """Klaster 4 says what became of a notice; an empty outcome opens it again. The same key sent again changes nothing."""
    encounter = notice.step.encounter
    check(answers_cases(by) and by.unit_id == encounter.unit_id, by)
    if stored := NoticeAnswer.objects.filter(pk=key, notice=notice).first():
        return stored
    if outcome and outcome not in NoticeOutcome.values:
        raise Refused(Fault("hasil", _("Pilih kasus atau bukan kasus.")))
    row = NoticeAnswer.objects.create(
        id=key, notice=notice, outcome=outcome, text=_reason(text, "keterangan") if outcome else "", valid_from=today,
        recorded_by=by.user, recorded_as=by,
    )  # fmt: skip
    _audited("encounters.notice", row.pk, encounter.person_id, by)
    return row


def _day(day: date | None, today: date) -> list[Fault]:
    if day is None:
        return [Fault("tanggal", _("Tulis tanggal, misalnya 3 Juni 2026."))]
    if day <= today:
        return [Fault("tanggal", _("Tulis tanggal sesudah hari ini."))]
    if day > today + FARTHEST:
        return [Fault("tanggal", _("Paling lambat %(day)s.") % {"day": long_date(today + FARTHEST)})]
    return []


def _reason(text: str, at: str) -> str:
    text = " ".join(text.split())
    if len(text) < 3:
        raise Refused(Fault(at, _("Tulis alasannya dengan singkat.") if at == "alasan" else _("Tulis apa yang dilakukan.")))  # fmt: skip
    if len(text) > LONGEST_TEXT:
        raise Refused(Fault(at, _("Paling banyak %(count)s huruf.") % {"count": LONGEST_TEXT}))
    return text


def _audited(kind: str, key: uuid.UUID, person: uuid.UUID, by: Assignment) -> None:
    record(AuditAction.WRITE, kind, user_id=by.user_id, unit_id=by.unit_id, object_id=key, person_id=person)
