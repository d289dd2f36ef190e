"""Keeps the tasks of whoever was just decided anew. Part of the transaction that changed the facts."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F

from primary_care.decisions.following import Past
from primary_care.decisions.keeping import Kept
from primary_care.followup.following import CLOSING, KEPT_FOR, ONE_DAY, Closed, Followed, Following, Known, Records
from primary_care.followup.models import NoteKind, State, Task, TaskNote
from primary_care.people.link_models import LinkKind, PersonLink
from primary_care.people.queries import records_of
from primary_care.visits.models import Contact
from primary_care.visits.queries import NOT_TAKEN_BACK

FIELDS = [field.attname for field in Task._meta.concrete_fields if not field.primary_key]


@dataclass(frozen=True)
class Said:
    """What stands of the notes about the tasks of one person, by task, the first first; and the records that they may be about."""

    notes: Mapping[uuid.UUID, Sequence[TaskNote]]
    records: Records

    @property
    def closed(self) -> dict[uuid.UUID, Closed]:
        """What closes a task; of several the first."""
        first = {key: next((one for one in notes if one.kind in CLOSING), None) for key, notes in self.notes.items()}
        return {key: Closed(CLOSING[one.kind], one.valid_from) for key, one in first.items() if one is not None}

    def about(self, task: Followed) -> list[TaskNote]:
        """The notes about a task under all its names, the first first."""
        return sorted((note for name in (task.id, *task.names) for note in self.notes.get(name, ())), key=_order)


def follow(kept: Sequence[Kept], **_: Any) -> None:
    """Work out the tasks of these people again, from the earliest change on, and keep what differs."""
    people = [one.person.pk for one in kept]
    contacts = contacts_of(people)
    said = notes_of(people)
    whose = records_of(people)
    before: dict[uuid.UUID, list[Task]] = defaultdict(list)
    for task in Task.objects.filter(person__in=whose):
        before[whose[task.person_id]].append(task)
    fresh: list[Task] = []
    old: list[Task] = []
    for one in kept:
        key = one.person.pk
        start = one.on - KEPT_FOR
        first = max(start, min(one.since or one.on, one.before or date.min))
        now, still = [], set()
        if one.person.active:  # of a record that stands no longer nothing is followed
            now = tasks_of(one, contacts[key], said[key], first, known_of(one, before[key]))
            again = {task.pk for task in now}
            mine = [t for t in before[key] if t.person_id == key]  # those of records merged into this one go
            still = {t.pk for t in mine if t.closed_on and start <= t.closed_on < first} - again
        old += [t for t in before[key] if t.pk not in still]
        fresh += now
    _write(old, fresh)


def known_of(one: Kept, before: Iterable[Task]) -> Known:
    """What the tasks kept before say of the time in which no fact has changed."""
    if one.before is None or one.since == date.min:
        return Known()
    until = min(one.before, (one.since or date.max) - ONE_DAY)
    calendar = (task for task in before if task.contact_id is None and task.person_id == one.person.pk)
    since = {
        (task.action, task.topic): task.opened_on
        for task in calendar
        if task.state == State.OPEN and task.opened_on <= until
    }
    return Known(until, since)


def tasks_of(
    one: Kept,
    contacts: Sequence[tuple[uuid.UUID, uuid.UUID | None]],
    said: Said,
    first: date,
    known: Known,
) -> list[Task]:
    """The tasks of a person that are open, or were closed from the day `first` on. `contacts`: keys with the keys of their units."""
    past, keys = Past(one.facts, one.decision.person), [key for key, _unit in contacts]
    following = Following(one.person.pk, past, keys, said.closed, said.records, known)
    found = following.run(first, one.on)
    return [_row(one, task, contacts, said) for task in found.values()]


def contacts_of(people: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[tuple[uuid.UUID, uuid.UUID | None]]]:
    """The contacts of each person with their units, those and in the order that the engine reads."""
    found: dict[uuid.UUID, list[tuple[uuid.UUID, uuid.UUID | None]]] = defaultdict(list)
    whose = records_of(people)
    rows = Contact.objects.filter(NOT_TAKEN_BACK, person__in=whose).order_by("on", F("at").asc(nulls_first=True), "id")
    for record, key, unit in rows.values_list("person_id", "id", "unit_id"):
        found[whose[record]].append((key, unit))
    return found


def notes_of(people: Iterable[uuid.UUID]) -> dict[uuid.UUID, Said]:
    """What workers said about the tasks of each person, of whichever record of his, and did not take back."""
    whose = records_of(people)
    merged: dict[uuid.UUID, set[uuid.UUID]] = {person: set() for person in whose.values()}
    into: dict[uuid.UUID, set[uuid.UUID]] = {person: set() for person in merged}
    for record, person in whose.items():
        merged[person].add(record)
    links = PersonLink.objects.filter(person__in=whose, kind=LinkKind.MERGED, undone__isnull=False)
    for record, other in links.values_list("person_id", "other_id"):
        into[whose[record]].add(other)
    keys = {*whose, *(other for others in into.values() for other in others)}
    said: dict[uuid.UUID, list[TaskNote]] = defaultdict(list)
    for note in TaskNote.objects.filter(person__in=keys).order_by("valid_from", "recorded_at", "id"):
        said[note.person_id].append(note)
    found = {}
    for person, records in merged.items():
        notes = [note for record in records | into[person] for note in said[record]]
        replaced = {note.replaces_id for note in notes}
        standing: dict[uuid.UUID, list[TaskNote]] = defaultdict(list)
        for note in sorted(notes, key=_order):
            if note.kind != NoteKind.WITHDRAWN and note.pk not in replaced:
                standing[note.task_id].append(note)
        about = Records(
            frozenset(records - {person}), frozenset(into[person] - records), frozenset(note.task_id for note in notes)
        )
        found[person] = Said(standing, about)
    return found


def _order(note: TaskNote) -> tuple[date, datetime, uuid.UUID]:
    return note.valid_from, note.recorded_at, note.pk


def _row(one: Kept, task: Followed, contacts: Sequence[tuple[uuid.UUID, uuid.UUID | None]], said: Said) -> Task:
    asked, places = task.asked, one.facts.contacts
    contact, unit = contacts[places[asked.at].sequence] if asked.at is not None else (None, None)
    notes = said.about(task)
    owner = next((note.owner_id for note in reversed(notes) if note.kind == NoteKind.ASSIGNED), None)
    until = next((note.until for note in reversed(notes) if note.until and note.kind != NoteKind.ASSIGNED), task.due)
    return Task(
        id=task.id,
        person_id=one.person.pk,
        action=asked.action,
        kind=asked.kind,
        finding=asked.finding,
        topic=asked.topic,
        severity=asked.severity,
        contact_id=contact,
        unit_id=unit,
        units=list(asked.units),
        opened_on=task.opened_on,
        due=task.due,
        act_by=max(task.due, until),
        owner_id=owner,
        state=State(task.state).value,
        closed_on=task.closed_on,
        closed_by_id=task.closed_by,
        also=list(task.names),
    )


def _write(old: Sequence[Task], fresh: Sequence[Task]) -> None:
    before = {task.pk: task for task in old}
    after = {task.pk: task for task in fresh}
    Task.objects.filter(pk__in=before.keys() - after.keys()).delete()
    changed = [task for key, task in after.items() if key in before and said(task) != said(before[key])]
    # What closes goes first: an action is open once.
    changed.sort(key=lambda task: task.state == State.OPEN)
    Task.objects.bulk_update([task for task in changed if task.state != State.OPEN], [f.name for f in _fields()])
    Task.objects.bulk_update([task for task in changed if task.state == State.OPEN], [f.name for f in _fields()])
    Task.objects.bulk_create([task for key, task in after.items() if key not in before], batch_size=1000)


def said(task: Task) -> tuple[Any, ...]:
    """All that a row says."""
    return tuple(getattr(task, name) for name in FIELDS)


def _fields() -> list[Any]:
    return [field for field in Task._meta.concrete_fields if not field.primary_key]
