"""Keeps the tasks of whoever was just decided anew. Part of the transaction that changed the facts."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F

from primary_care.decisions.following import Asked, Past, answer_of
from primary_care.decisions.keeping import Kept
from primary_care.followup.following import CLOSING, KEPT_FOR, Closed, Followed, Following, Known
from primary_care.followup.models import NoteKind, State, Task, TaskNote
from primary_care.visits.models import Contact

FIELDS = [field.attname for field in Task._meta.concrete_fields if not field.primary_key]


@dataclass(frozen=True)
class Said:
    """What stands of the notes about the tasks of one person."""

    closed: Mapping[uuid.UUID, Closed]
    owner: Mapping[uuid.UUID, uuid.UUID]
    until: Mapping[uuid.UUID, date]


def follow(kept: Sequence[Kept], **_: Any) -> None:
    """Work out the tasks of these people again, from the earliest change on, and keep what differs."""
    people = [one.person.pk for one in kept]
    contacts = contacts_of(people)
    said = notes_of(people)
    before: dict[uuid.UUID, list[Task]] = defaultdict(list)
    for task in Task.objects.filter(person__in=people):
        before[task.person_id].append(task)
    fresh: list[Task] = []
    old: list[Task] = []
    for one in kept:
        key = one.person.pk
        start = one.on - KEPT_FOR
        first = max(start, min(one.since or one.on, one.before or date.min))
        now = tasks_of(one, contacts[key], said[key], first, _known(one, before[key], first))
        again = {task.pk for task in now}
        still = {t.pk for t in before[key] if t.closed_on and start <= t.closed_on < first} - again
        old += [t for t in before[key] if t.pk not in still]
        fresh += now
    _write(old, fresh)


def tasks_of(
    one: Kept, contacts: Sequence[tuple[uuid.UUID, uuid.UUID | None]], said: Said, first: date, known: Known
) -> list[Task]:
    """The tasks of a person that are open, or were closed from the day `first` on. `contacts`: keys with the keys of their units."""
    keys = [key for key, _unit in contacts]
    found = Following(one.person.pk, Past(one.facts), keys, said.closed, known).run(first, one.on)
    return [_row(one, task, contacts, said) for task in found.values()]


def _known(one: Kept, tasks: Iterable[Task], first: date) -> Known:
    """What the tasks kept until now say of the time before `first`; nothing where the knowledge or earlier facts have changed."""
    if one.before is None or (one.since is not None and one.since < first):
        return Known()
    earlier = [task for task in tasks if task.opened_on < first]
    calendar = [task for task in earlier if task.contact_id is None and task.state == State.OPEN]
    return Known(
        {task.pk: asked for task in earlier if task.contact_id and (asked := _asked(task))},
        {(task.action, task.topic, task.finding): task.opened_on for task in calendar},
    )


def _asked(task: Task) -> Asked | None:
    answer = answer_of(task.finding, task.action)
    if answer is None:
        return None
    return Asked(
        action=task.action,
        kind=task.kind,
        finding=task.finding,
        severity=task.severity,
        on=task.opened_on,
        at=None,
        by=task.due,
        units=tuple(task.units),
        answer=answer,
        topic=task.topic,
    )


def contacts_of(people: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[tuple[uuid.UUID, uuid.UUID | None]]]:
    """The contacts of each person with their units, in the order in which the engine reads them."""
    found: dict[uuid.UUID, list[tuple[uuid.UUID, uuid.UUID | None]]] = defaultdict(list)
    rows = Contact.objects.filter(person__in=list(people)).order_by("on", F("at").asc(nulls_first=True), "id")
    for person, key, unit in rows.values_list("person_id", "id", "unit_id"):
        found[person].append((key, unit))
    return found


def notes_of(people: Iterable[uuid.UUID]) -> dict[uuid.UUID, Said]:
    """What workers said about the tasks of each person and did not take back; of two notes the later counts."""
    found: dict[uuid.UUID, Said] = defaultdict(lambda: Said({}, {}, {}))
    rows = TaskNote.objects.filter(person__in=list(people), replaced_by__isnull=True).exclude(kind=NoteKind.WITHDRAWN)
    for note in rows.order_by("valid_from", "recorded_at", "id"):
        said = found[note.person_id]
        if note.kind in CLOSING:
            said.closed.setdefault(note.task_id, Closed(CLOSING[note.kind], note.valid_from))  # type: ignore[attr-defined]
        elif note.kind == NoteKind.ASSIGNED and note.owner_id:
            said.owner[note.task_id] = note.owner_id  # type: ignore[index]
        elif note.until:
            said.until[note.task_id] = note.until  # type: ignore[index]
    return found


def _row(one: Kept, task: Followed, contacts: Sequence[tuple[uuid.UUID, uuid.UUID | None]], said: Said) -> Task:
    asked, places = task.asked, one.facts.contacts
    contact, unit = contacts[places[asked.at].sequence] if asked.at is not None else (None, None)
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
        act_by=max(task.due, said.until.get(task.id, task.due)),
        owner_id=said.owner.get(task.id),
        state=State(task.state).value,
        closed_on=task.closed_on,
        closed_by_id=task.closed_by,
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
