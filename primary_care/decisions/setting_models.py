"""A change of a setting that is prepared: what it would do to the people of its area is worked out before anybody saves it."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from primary_care.areas.models import Area, AreaSetting
from primary_care.keys import new_key
from primary_care.people.models import Person


class ProposalState(models.TextChoices):
    """Where a proposal stands."""

    COUNTING = "dihitung", "Sedang dihitung"
    READY = "siap", "Siap disimpan"
    FAILED = "gagal", "Tidak dapat dihitung"
    SAVED = "disimpan", "Disimpan"
    DROPPED = "dibuang", "Tidak jadi"


class SettingProposal(models.Model):
    """From `valid_from`, `key` shall have `value` in `area`. What differs is counted person by person; `cursor` is the last one who was,
    so that whoever works on it next goes on from there. `changes`: rows of `comparing.Change` with how many people they happen to.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    inherits = models.BooleanField(default=False)
    valid_from = models.DateField()
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.COUNTING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_as = models.ForeignKey("accounts.Assignment", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    worked_at = models.DateTimeField(null=True)
    version = models.CharField(max_length=80)
    cursor = models.UUIDField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    touched = models.PositiveIntegerField(default=0)  # people for whom anything differs
    unread = models.PositiveIntegerField(default=0)  # people whose facts cannot be decided from
    attempts = models.PositiveSmallIntegerField(default=0)
    changes = models.JSONField(default=list)
    setting = models.OneToOneField(AreaSetting, models.PROTECT, null=True, related_name="proposal")

    class Meta:
        verbose_name = "usulan pengaturan"
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=ProposalState.values), name="proposal_known_state"),
            models.CheckConstraint(
                condition=models.Q(state=ProposalState.SAVED, setting__isnull=False)
                | (~models.Q(state=ProposalState.SAVED) & models.Q(setting__isnull=True)),
                name="proposal_saved_has_setting",
            ),
        ]
        indexes = [models.Index(fields=["state", "asked_at"], name="proposal_waiting")]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"


class ProposalExample(models.Model):
    """Somebody for whom something would differ: shown to those who see this person, and kept until the proposal is decided about."""

    id = models.BigAutoField(primary_key=True)
    proposal = models.ForeignKey(SettingProposal, models.CASCADE, related_name="examples")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8)
    subject = models.CharField(max_length=80)
    before = models.CharField(max_length=60, blank=True)
    after = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = "contoh akibat"
