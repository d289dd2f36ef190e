"""The only code that says something about a task. Each note is a fact; the task itself is worked out from it again at once."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction
from primary_care.decisions.keeping import mark, refresh
from primary_care.design.formats import long_date
from primary_care.followup.models import Kind, NoteKind, Task, TaskNote
from primary_care.followup.permissions import check_may_say
from primary_care.followup.queries import who_may_own
from primary_care.followup.transitions import allows
from primary_care.people.models import Person

LONGEST_POSTPONED = timedelta(days=90)
# Who refuses a referral is asked again within a week, another service at the next contact, at most a month on (domain README §2.4).
ASKED_AGAIN = {Kind.REFER.value: timedelta(days=7)}
ASKED_AGAIN_OTHERWISE = timedelta(days=30)
LONGEST_TEXT = 300


@dataclass(frozen=True)
class Fault:
    """What is wrong with a note: at which field, in words."""

    at: str
    message: str


class NoteRefused(Exception):
    """The note cannot be written as it stands."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.message for fault in faults))


def assign(task: Task, owner: Assignment | None, *, by: Assignment, today: date, key: uuid.UUID) -> TaskNote:
    """Somebody takes the task, or it is given to somebody."""
    faults = []
    if owner is None or not who_may_own(task, today).filter(pk=owner.pk).exists():
        faults.append(Fault("petugas", _("Pilih petugas yang mengerjakan.")))
    return _say(task, NoteKind.ASSIGNED, faults, by=by, today=today, key=key, owner=owner)


def postpone(task: Task, until: date | None, text: str, *, by: Assignment, today: date, key: uuid.UUID) -> TaskNote:
    """Another day was agreed on, for a reason."""
    faults = _until(until, today, today + LONGEST_POSTPONED) + _text(text, _("Tulis alasan ditunda."))
    return _say(task, NoteKind.POSTPONED, faults, by=by, today=today, key=key, until=until, text=text)


def decline(task: Task, until: date | None, text: str, *, by: Assignment, today: date, key: uuid.UUID) -> TaskNote:
    """The person or the family refuses; it is offered again on the day `until`."""
    longest = ASKED_AGAIN.get(task.kind, ASKED_AGAIN_OTHERWISE)
    faults = _until(until, today, today + longest) + _text(text, _("Tulis alasan menolak."))
    return _say(task, NoteKind.DECLINED, faults, by=by, today=today, key=key, until=until, text=text)


def report(task: Task, on: date | None, text: str, *, by: Assignment, today: date, key: uuid.UUID) -> TaskNote:
    """It was done elsewhere, as somebody tells: on which day, where. Closes the task."""
    faults = _text(text, _("Tulis tempat dan siapa yang memberi tahu."))
    if on is None:
        faults.insert(0, Fault("tanggal", _("Tulis tanggal dilayani, misalnya 3 Juni 2026.")))
    elif not task.opened_on <= on <= today:
        message = _("Tanggal dilayani paling awal hari temuan dan paling akhir hari ini.")
        faults.insert(0, Fault("tanggal", message))
    return _say(task, NoteKind.REPORTED, faults, by=by, today=today, key=key, on=on, text=text)


def drop(task: Task, text: str, *, by: Assignment, today: date, key: uuid.UUID) -> TaskNote:
    """It is not to be followed any more, for a reason. Closes the task."""
    faults = _text(text, _("Tulis alasan dihentikan."))
    return _say(task, NoteKind.DROPPED, faults, by=by, today=today, key=key, text=text)


@transaction.atomic
def withdraw(note: TaskNote, task: Task, *, by: Assignment, today: date, key: uuid.UUID) -> TaskNote:
    """Take back what was said. The task stands again as if it had not been."""
    faults = []
    Person.objects.select_for_update(no_key=True).get(pk=task.person_id)
    taken = TaskNote.objects.filter(replaces=note).first()
    if taken is not None:
        return taken
    if note.task_id not in task.names or note.kind == NoteKind.WITHDRAWN:
        faults.append(Fault("catatan", _("Catatan ini tidak dapat dibatalkan.")))
    return _say(task, NoteKind.WITHDRAWN, faults, by=by, today=today, key=key, replaces=note, since=note.valid_from)


@transaction.atomic
def _say(
    task: Task,
    kind: NoteKind,
    faults: list[Fault],
    *,
    by: Assignment,
    today: date,
    key: uuid.UUID,
    on: date | None = None,
    since: date | None = None,
    text: str = "",
    **said: object,
) -> TaskNote:
    """Write a note and work the tasks of the person out again. The same key sent again gives the same note and writes nothing."""
    check_may_say(by, task, kind, today)
    Person.objects.select_for_update(no_key=True).get(pk=task.person_id)
    stored = TaskNote.objects.filter(pk=key, task_id=task.pk).first()
    if stored is not None:
        return stored
    if faults:
        raise NoteRefused(faults)
    now = Task.objects.filter(pk=task.pk).first()
    if now is None or not allows(now.state, kind):
        raise NoteRefused([Fault("tindak-lanjut", _("Tindak lanjut ini sudah berubah. Lihat keadaannya sekarang."))])
    day = on or today
    note = TaskNote.objects.create(
        id=key,
        task_id=task.pk,
        person_id=task.person_id,
        kind=kind,
        valid_from=day,
        text=text.strip(),
        recorded_by=by.user,
        recorded_as=by,
        **said,
    )
    record(
        AuditAction.WRITE,
        "followup.note",
        user_id=by.user_id,
        unit_id=by.unit_id,
        object_id=note.pk,
        person_id=task.person_id,
    )
    mark([task.person_id], since or day)
    refresh([task.person_id], today)
    return note


def _until(until: date | None, today: date, latest: date) -> list[Fault]:
    if until is None:
        return [Fault("sampai", _("Tulis tanggal, misalnya 3 Juni 2026."))]
    if until <= today:
        return [Fault("sampai", _("Tulis tanggal sesudah hari ini."))]
    if until > latest:
        return [Fault("sampai", _("Paling lambat %(day)s.") % {"day": long_date(latest)})]
    return []


def _text(text: str, asked: str) -> list[Fault]:
    if len(text.strip()) < 3:
        return [Fault("alasan", asked)]
    if len(text.strip()) > LONGEST_TEXT:
        return [Fault("alasan", _("Paling banyak %(count)s huruf.") % {"count": LONGEST_TEXT})]
    return []
