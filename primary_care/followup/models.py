"""Tasks that follow from findings, and what workers say about them. FHIR: Task, ServiceRequest.

A task is worked out: from the facts of its person, the knowledge, and the notes about it (`following.py`). Nothing edits it, and computed
anew from all facts it is the same; a test compares. What people say is `TaskNote`, append-only.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from primary_care.accounts.models import Assignment
from primary_care.audit.facts import Fact
from primary_care.people.models import Person
from primary_care.units.models import Unit
from primary_care.visits.models import Contact


class Kind(models.TextChoices):
    """What is to be done."""

    RECHECK = "recheck", "Periksa ulang"
    REFER = "refer", "Rujukan"
    VISIT = "visit", "Kunjungan rumah"


class State(models.TextChoices):
    """Where a task stands. Only an open one is work; whether it is late is a matter of the day."""

    OPEN = "open", "Terbuka"
    DONE = "done", "Selesai"
    RENEWED = "renewed", "Diganti temuan baru"
    GONE = "gone", "Temuan tidak ada lagi"
    LAPSED = "lapsed", "Lewat masanya"
    REPORTED = "reported", "Dilaporkan sudah dilayani"
    DROPPED = "dropped", "Dihentikan dengan alasan"


class Task(models.Model):
    """One thing to follow. `id` is made from the person, the action and what opened it, so that the same task is the same row for ever.

    `topic` is that of a sensitive finding. `contact` made the finding; a task of the calendar has none. `units` are the kinds of unit
    where it is done, `unit` is the one that found it and therefore follows it. `act_by` is `due`, or the day until which somebody put it off.
    `also` are the keys under which something was said about it at other records of the person, before they were merged.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="tasks")
    action = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    finding = models.CharField(max_length=80)
    topic = models.CharField(max_length=20, blank=True)
    severity = models.CharField(max_length=12)
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="tasks_opened")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="tasks")
    units = ArrayField(models.CharField(max_length=20))
    opened_on = models.DateField()
    due = models.DateField()
    act_by = models.DateField()
    owner = models.ForeignKey(Assignment, models.PROTECT, null=True, related_name="tasks")
    state = models.CharField(max_length=8, choices=State.choices)
    closed_on = models.DateField(null=True)
    closed_by = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="tasks_closed")
    also = ArrayField(models.UUIDField(), default=list)

    @property
    def names(self) -> list[uuid.UUID]:
        """The keys under which notes are about it."""
        return [self.pk, *self.also]

    class Meta:
        verbose_name = "tindak lanjut"
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="task_known_kind"),
            models.CheckConstraint(
                condition=models.Q(state="open", closed_on__isnull=True)
                | (models.Q(state__in=State.values, closed_on__isnull=False) & ~models.Q(state="open")),
                name="task_closed_on_a_day",
            ),
            models.UniqueConstraint(
                fields=["person", "action", "topic"],
                condition=models.Q(state="open"),
                name="task_open_once_of_an_action",
            ),
        ]
        indexes = [
            models.Index(fields=["act_by"], condition=models.Q(state="open"), name="task_open_by_day"),
            models.Index(fields=["unit", "act_by"], condition=models.Q(state="open"), name="task_open_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.action}"


class NoteKind(models.TextChoices):
    """What a worker says about a task."""

    ASSIGNED = "assigned", "Ditangani oleh"
    POSTPONED = "postponed", "Ditunda"
    DECLINED = "declined", "Menolak"
    REPORTED = "reported", "Sudah dilayani di tempat lain"
    DROPPED = "dropped", "Dihentikan"
    WITHDRAWN = "withdrawn", "Catatan dibatalkan"


class TaskNote(Fact):
    """What a worker said about a task, on the day `valid_from`. `withdrawn` takes back the note that it replaces.

    The task is named by its key and not tied to its row: when a correction takes the finding away, what was said stays.
    """

    task_id = models.UUIDField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="task_notes")
    kind = models.CharField(max_length=10, choices=NoteKind.choices)
    text = models.CharField(max_length=300, blank=True)
    until = models.DateField(null=True)
    owner = models.ForeignKey(Assignment, models.PROTECT, null=True, related_name="+")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        verbose_name = "catatan tindak lanjut"
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=NoteKind.values), name="task_note_known_kind"),
            models.CheckConstraint(
                condition=~models.Q(kind="assigned") | models.Q(owner__isnull=False), name="task_note_names_the_owner"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind__in=["postponed", "declined"]) | models.Q(until__isnull=False),
                name="task_note_says_until_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind__in=["postponed", "declined", "reported", "dropped"]) | ~models.Q(text=""),
                name="task_note_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="withdrawn", replaces__isnull=False)
                | (~models.Q(kind="withdrawn") & models.Q(replaces__isnull=True)),
                name="task_note_withdraws_one",
            ),
        ]
        indexes = [models.Index(fields=["person", "valid_from"], name="task_note_of_person")]
