"""Tasks in words: what is to be done, by when, why, what closes it, what was said."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from primary_care.accounts.models import Assignment
from primary_care.accounts.sight import Sight
from primary_care.decisions.content import item_label, service_label
from primary_care.decisions.following import action_label, answer_of, finding_label
from primary_care.decisions.reading import MOST_URGENT
from primary_care.design.formats import days, long_date, near_date, relative
from primary_care.design.states import UNIT_LABELS, Chip
from primary_care.desk.presenters.due import nearest
from primary_care.followup.models import Kind, NoteKind, State, Task, TaskNote
from primary_care.followup.permissions import reads_tasks
from primary_care.followup.queries import Counts, counts, of_unit, open_tasks, sees_finding, tasks_of_many
from primary_care.people.models import Person

KINDS = {
    Kind.RECHECK.value: gettext_noop("Periksa ulang"),
    Kind.REFER.value: gettext_noop("Rujukan"),
    Kind.VISIT.value: gettext_noop("Kunjungan rumah"),
}
STATES = {
    State.DONE.value: gettext_noop("Selesai"),
    State.RENEWED.value: gettext_noop("Diganti temuan yang lebih baru"),
    State.GONE.value: gettext_noop("Temuannya tidak ada lagi"),
    State.LAPSED.value: gettext_noop("Lewat masanya"),
    State.REPORTED.value: gettext_noop("Dilaporkan sudah dilayani"),
    State.DROPPED.value: gettext_noop("Dihentikan dengan alasan"),
}
NOTES = {
    NoteKind.ASSIGNED.value: gettext_noop("Diserahkan kepada %(owner)s"),
    NoteKind.POSTPONED.value: gettext_noop("Ditunda sampai %(until)s"),
    NoteKind.DECLINED.value: gettext_noop("Menolak; ditawarkan lagi %(until)s"),
    NoteKind.REPORTED.value: gettext_noop("Sudah dilayani di tempat lain pada %(on)s"),
    NoteKind.DROPPED.value: gettext_noop("Dihentikan"),
    NoteKind.WITHDRAWN.value: gettext_noop("Catatan sebelumnya dibatalkan"),
}


@dataclass(frozen=True)
class Summary:
    """How much follow-up work waits for a unit."""

    url: str
    counts: Counts


@dataclass(frozen=True)
class TaskLine:
    """One task in a list. `why` is empty for those who may not know what was found."""

    url: str
    kind: str
    what: str
    why: str
    chip: Chip
    by: str
    units: tuple[str, ...]
    owner: str
    urgent: Chip | None
    open: bool


@dataclass(frozen=True)
class Tasks:
    """The tasks of one person: the open ones by their day, and those closed in the last three months."""

    open: tuple[TaskLine, ...]
    closed: tuple[TaskLine, ...]


@dataclass(frozen=True)
class NoteLine:
    """Something that was said about a task; `key` where it may still be taken back."""

    on: date
    what: str
    text: str
    by: str
    key: str
    taken_back: bool


def summary(by: Assignment, on: date) -> Summary | None:
    """The work of the worker's unit; None for those who see no tasks."""
    if not reads_tasks(by.role):
        return None
    return Summary(reverse("tasks"), counts(of_unit(open_tasks(by, on), by), on))


def line(task: Task, on: date, sight: Sight) -> TaskLine:
    """One task as this worker may read it."""
    told = sees_finding(task, sight)
    kind = _(KINDS[task.kind])
    what = action_label(task.finding, task.action) if told else kind
    return TaskLine(
        url=reverse("task", args=[task.pk]),
        kind=kind,
        what=what,
        why=_why(task, on) if told else "",
        chip=chip(task, on),
        by=_by(task, on),
        units=nearest(tuple(task.units)),
        owner=owner(task),
        urgent=_urgent(task),
        open=task.state == State.OPEN,
    )


def of_people(
    people: Iterable[Person], by: Assignment | None, on: date, sights: Mapping[uuid.UUID, Sight]
) -> dict[uuid.UUID, Tasks]:
    """The open and the closed tasks of each person, as this worker may read them."""
    people = list(people)
    found = {person.pk: Tasks((), ()) for person in people}
    if by is None or not reads_tasks(by.role):
        return found
    for person, tasks in tasks_of_many(people, by, on).items():
        lines = [line(task, on, sights[person]) for task in tasks]
        found[person] = Tasks(tuple(one for one in lines if one.open), tuple(one for one in lines if not one.open))
    return found


def chip(task: Task, on: date) -> Chip:
    """How a task stands on a day."""
    if task.state == State.OPEN:
        if task.act_by < on:
            return Chip("overdue", _("Terlambat %(span)s") % {"span": days((on - task.act_by).days)}, "clock")
        if task.act_by == on:
            return Chip("due", _("Hari ini"))
        return Chip("not-yet", _("Sampai %(day)s") % {"day": near_date(task.act_by, on)})
    assert task.closed_on is not None
    words = f"{_(STATES[task.state])}, {near_date(task.closed_on, on)}"
    if task.state in (State.DONE, State.REPORTED):
        return Chip("done", words, "tick")
    return Chip("missed" if task.state == State.LAPSED else "cancelled", words)


def owner(task: Task) -> str:
    """Who does it, or the unit that follows it."""
    if task.owner is not None:
        place = f", {task.owner.unit}" if task.owner.unit else ""
        return f"{task.owner.user.full_name}{place}"
    return str(task.unit) if task.unit else ""


def closing_words(task: Task) -> str:
    """What closes the task by itself, in words."""
    answer = answer_of(task.finding, task.action)
    if answer is None or task.contact_id is None:
        return _("Tertutup sendiri bila layanannya tercatat, di mana pun.")
    parts = []
    if answer.items:
        names = ", ".join(sorted(item_label(item) for item in answer.items))
        parts.append(_("tercatat: %(items)s") % {"items": names})
    if answer.service:
        parts.append(_("%(service)s diberikan") % {"service": service_label(answer.service)})
    if answer.units:
        order = [unit for unit in UNIT_LABELS if unit in answer.units]
        parts.append(_("ada kunjungan di %(units)s") % {"units": _or([_(UNIT_LABELS[unit]) for unit in order])})
    return _("Tertutup sendiri bila %(what)s.") % {"what": _(", atau ").join(parts)}


def note_lines(notes: Iterable[TaskNote], may_withdraw: bool) -> list[NoteLine]:
    """What was said, in the order in which it was said."""
    return [
        NoteLine(
            on=note.valid_from,
            what=_(NOTES[note.kind])
            % {
                "owner": note.owner.user.full_name if note.owner else "",
                "until": long_date(note.until) if note.until else "",
                "on": long_date(note.valid_from),
            },
            text=note.text,
            by=note.recorded_by.full_name,
            key=str(note.pk) if may_withdraw and _standing(note) else "",
            taken_back=hasattr(note, "replaced_by"),
        )
        for note in notes
    ]


def _standing(note: TaskNote) -> bool:
    return note.kind != NoteKind.WITHDRAWN and not hasattr(note, "replaced_by")


def _urgent(task: Task) -> Chip | None:
    """How pressing the finding was, in one word: by when it must be done says the other chip."""
    if task.state != State.OPEN or task.severity not in MOST_URGENT:
        return None
    return Chip("danger", _("Gawat") if task.severity == "gawat" else _("Segera"), "warning")


def _why(task: Task, on: date) -> str:
    found = finding_label(task.finding)
    if task.contact_id is None:
        return _("%(finding)s, sejak %(day)s") % {"finding": found, "day": near_date(task.opened_on, on)}
    return _("%(finding)s, ditemukan %(day)s") % {"finding": found, "day": near_date(task.opened_on, on)}


def _by(task: Task, on: date) -> str:
    words = f"{near_date(task.act_by, on)}, {relative(task.act_by, on)}"
    if task.act_by > task.due:
        return _("%(day)s (semula %(due)s)") % {"day": words, "due": near_date(task.due, on)}
    return words


def _or(names: list[str]) -> str:
    return _(" atau ").join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
