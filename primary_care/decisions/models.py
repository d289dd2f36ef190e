"""What was found when a visit was saved, kept with its trace and the version of the knowledge that said so. FHIR: Condition, DetectedIssue."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from primary_care.keys import new_key
from primary_care.people.models import Person
from primary_care.visits.models import Contact, Correction


class Severity(models.TextChoices):
    """How urgent a finding is (domain README §2.3), from the most urgent on."""

    GAWAT = "gawat", "Gawat"
    SEGERA = "segera", "Segera"
    BIASA = "biasa", "Biasa"
    TERJADWAL = "terjadwal", "Terjadwal"
    PANTAU = "pantau", "Pantau"
    NORMAL = "normal", "Normal"


class Finding(models.Model):
    """One finding of one saved visit. Rows are never changed: whether a finding still stands today is always decided anew. After a
    `correction` of what was recorded, a row replaces the one before, or withdraws it where it is no longer found.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="findings")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="findings")
    finding = models.CharField(max_length=80)
    severity = models.CharField(max_length=12, choices=Severity.choices)
    on = models.DateField()
    because = models.TextField(blank=True)
    trace = models.JSONField(default=dict)
    knowledge_version = models.CharField(max_length=80)
    withdrawn = models.BooleanField(default=False)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    correction = models.ForeignKey(Correction, models.PROTECT, null=True, related_name="findings")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "temuan"
        constraints = [
            models.CheckConstraint(condition=models.Q(severity__in=Severity.values), name="finding_known_severity"),
            models.UniqueConstraint(
                fields=["contact", "finding"], condition=models.Q(replaces__isnull=True), name="finding_one_first"
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn=False) | models.Q(replaces__isnull=False),
                name="finding_withdrawn_replaces",
            ),
        ]
        indexes = [models.Index(fields=["person", "on"], name="finding_of_person")]

    def __str__(self) -> str:
        return self.finding


# The other tables of the app, so that Django finds them.
from primary_care.decisions import kept_models, release_models, setting_models, trial_models  # noqa: E402, F401
