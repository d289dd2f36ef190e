"""Knowledge that is not released yet, tried on made-up people."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from primary_care.keys import new_key


class TrialState(models.TextChoices):
    """Where a trial stands."""

    WAITING = "menunggu", "Menunggu"
    READY = "selesai", "Selesai"
    FAULTY = "ditolak", "Perlu diperbaiki"
    FAILED = "gagal", "Tidak dapat dijalankan"


class KnowledgeTrial(models.Model):
    """Files that somebody tried, with what came out. `files`: name and text of each; `report`: `demo.trying`; `faults`: file, line, text."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    files = models.JSONField()
    people = models.PositiveIntegerField()
    seed = models.PositiveIntegerField()
    on = models.DateField()
    state = models.CharField(max_length=10, choices=TrialState.choices, default=TrialState.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_as = models.ForeignKey("accounts.Assignment", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    worked_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list)
    report = models.JSONField(default=dict)

    class Meta:
        verbose_name = "uji coba pengetahuan"
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=TrialState.values), name="trial_known_state")
        ]
        indexes = [models.Index(fields=["state", "asked_at"], name="trial_waiting")]

    def __str__(self) -> str:
        return ", ".join(one["name"] for one in self.files)
