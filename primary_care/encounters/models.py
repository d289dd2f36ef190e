"""One person's way through one unit on one day, the services that were put off to an agreed day, and what klaster 4 is told.

FHIR: Encounter (`Encounter`, `Step` is its statusHistory; a `visits.Contact` recorded meanwhile is an Encounter that is part of it),
Appointment (`ScheduledService`), Communication (`CaseNotice`).
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_noop

from primary_care.audit.facts import Fact
from primary_care.encounters.places import PLACES
from primary_care.encounters.routing import Arrival, Triage
from primary_care.encounters.transitions import CALLED, INSIDE, TERMINAL, WAITING, Event, State
from primary_care.keys import new_key
from primary_care.people.models import Person
from primary_care.units.models import Unit

STAGES = ("", WAITING, CALLED, INSIDE)
OPEN = ~models.Q(state__in=[*sorted(one.value for one in TERMINAL), State.TIBA.value])


class Encounter(models.Model):
    """From arrival to leaving. `ticket` is the number in the queue, one series for each unit and day. The columns below it are the current
    view of the steps, which `history.replay` gives again.

    `since`: from when he waits or is where he is. `order`: his turn, the ticket until he is set behind. `holder`: in whose room he is.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="encounters")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="encounters")
    on = models.DateField()
    ticket = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    state = models.CharField(max_length=30, choices=State.choices, default=State.TIBA, editable=False)
    place = models.CharField(max_length=20, blank=True, editable=False)
    stage = models.CharField(max_length=10, blank=True, editable=False)
    home = models.CharField(max_length=20, blank=True, editable=False)
    source = models.CharField(max_length=20, blank=True, choices=Arrival.choices, editable=False)
    priority = models.BooleanField(default=False, editable=False)
    infectious = models.BooleanField(default=False, editable=False)
    emergency = models.BooleanField(default=False, editable=False)
    triage = models.CharField(max_length=6, blank=True, choices=Triage.choices, editable=False)
    order = models.PositiveIntegerField(default=0, editable=False)
    behind = models.PositiveSmallIntegerField(default=0, editable=False)
    since = models.DateTimeField(null=True, editable=False)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")
    last_step = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = "pelayanan di Puskesmas"
        constraints = [
            models.UniqueConstraint(fields=["unit", "on", "ticket"], name="encounter_ticket_once_a_day"),
            models.UniqueConstraint(
                fields=["person", "unit", "on"], condition=OPEN, name="encounter_one_under_way_a_day"
            ),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="encounter_known_state"),
            models.CheckConstraint(condition=models.Q(place__in=["", *PLACES]), name="encounter_known_place"),
            models.CheckConstraint(condition=models.Q(stage__in=STAGES), name="encounter_known_stage"),
        ]
        indexes = [
            models.Index(fields=["unit", "on"], name="encounter_of_unit_and_day"),
            models.Index(fields=["holder"], condition=models.Q(holder__isnull=False), name="encounter_in_a_room"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket:03d} {self.state}"

    @property
    def number(self) -> str:
        """The ticket as it is called and shown: `007`."""
        return f"{self.ticket:03d}"


class Step(Fact):
    """One thing that happened to an encounter, at a moment. `data`: what belongs to it (`history` reads it). A step without event takes back
    the one that it replaces, which was then the last that stood.
    """

    encounter = models.ForeignKey(Encounter, models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    event = models.CharField(max_length=30, blank=True, choices=Event.choices)
    place = models.CharField(max_length=20, blank=True)
    data = models.JSONField(default=dict)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        verbose_name = "langkah pelayanan"
        constraints = [
            models.UniqueConstraint(fields=["encounter", "number"], name="encounter_step_once"),
            models.CheckConstraint(condition=models.Q(event__in=["", *Event.values]), name="encounter_step_known"),
            models.CheckConstraint(condition=models.Q(place__in=["", *PLACES]), name="encounter_step_known_place"),
            models.CheckConstraint(
                condition=models.Q(event="", replaces__isnull=False)
                | (~models.Q(event="") & models.Q(replaces__isnull=True)),
                name="encounter_step_does_or_takes_back",
            ),
        ]


class ScheduledService(Fact):
    """A service that was not given today and was agreed for a `day` at a `unit`. The row that nothing replaces holds; one without day calls it
    off. Whether it is done is said by the record of the person (`queries.standing`). FHIR: Appointment.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="scheduled_services")
    service = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="scheduled_services")
    day = models.DateField(null=True)
    encounter = models.ForeignKey(Encounter, models.PROTECT, null=True, related_name="scheduled_services")
    reason = models.CharField(max_length=300, blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        verbose_name = "jadwal layanan"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(day__isnull=False) | (models.Q(replaces__isnull=False) & ~models.Q(reason="")),
                name="scheduled_service_has_a_day_or_calls_off",
            ),
            models.CheckConstraint(
                condition=models.Q(day__isnull=True) | models.Q(day__gte=models.F("valid_from")),
                name="scheduled_service_not_before_it_was_agreed",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "day"], name="scheduled_service_of_unit"),
            models.Index(fields=["person"], name="scheduled_service_of_person"),
        ]


class CaseNotice(Fact):
    """Klaster 4 is told that somebody with signs of an infectious disease has come (jejaring §6). Made with the step that says so, and gone
    when that is taken back.
    """

    step = models.OneToOneField(Step, models.PROTECT, related_name="notice")
    signs = ArrayField(models.CharField(max_length=30))

    class Meta:
        verbose_name = "pemberitahuan kasus"


class NoticeOutcome(models.TextChoices):
    """What became of a notice."""

    CASE = "kasus", gettext_noop("Kasus, ditindaklanjuti")
    NO_CASE = "bukan-kasus", gettext_noop("Bukan kasus")


class NoticeAnswer(Fact):
    """What klaster 4 says about a notice; the last one holds. Without outcome it opens the notice again."""

    notice = models.ForeignKey(CaseNotice, models.PROTECT, related_name="answers")
    outcome = models.CharField(max_length=12, blank=True, choices=NoticeOutcome.choices)
    text = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "jawaban pemberitahuan kasus"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=["", *NoticeOutcome.values]), name="notice_answer_known_outcome"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="") | ~models.Q(text=""), name="notice_answer_says_what_was_done"
            ),
        ]
