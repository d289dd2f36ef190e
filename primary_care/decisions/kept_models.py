"""What was decided about everybody for today, kept so that a list need not decide for 27,000 people. Derived: `keeping.py` alone writes it,
and what it holds equals a decision made anew. Reasons in words are not kept: a page asks for them for those it shows.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from primary_care.people.models import Person


class Stage(models.TextChoices):
    """The life stage by which lists are narrowed (domain README §2.5)."""

    HAMIL = "hamil", "Ibu hamil"
    NIFAS = "nifas", "Ibu nifas"
    BAYI = "bayi", "Bayi"
    BALITA = "balita", "Balita"
    PRASEKOLAH = "prasekolah", "Prasekolah"
    SEKOLAH = "usia-sekolah", "Usia sekolah dan remaja"
    DEWASA = "dewasa", "Dewasa"
    LANSIA = "lansia", "Lansia"
    TIDAK_DIKETAHUI = "tidak-diketahui", "Umur belum dicatat"


class KeptDecision(models.Model):
    """For which day a person's answers are kept, by which version of the knowledge, and when they were worked out last."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="kept")
    on = models.DateField()
    version = models.CharField(max_length=80)
    stage = models.CharField(max_length=16, choices=Stage.choices)
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "keputusan tersimpan"
        indexes = [models.Index(fields=["on"], name="kept_decision_day")]


class WantedService(models.Model):
    """A service that is due or overdue. `places` are pairs `unit:cadre` that may give it today."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="wanted_services", db_index=False)
    service = models.CharField(max_length=80)
    status = models.CharField(max_length=10)
    due = models.DateField(null=True)
    overdue_from = models.DateField(null=True)
    closes = models.DateField(null=True)
    places = ArrayField(models.CharField(max_length=60))

    class Meta:
        verbose_name = "layanan jatuh tempo"
        indexes = [models.Index(fields=["person", "service"], name="wanted_service_of_person")]


class UrgentFinding(models.Model):
    """A finding that stands and cannot wait."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="urgent_findings", db_index=False)
    finding = models.CharField(max_length=80)
    severity = models.CharField(max_length=12)
    on = models.DateField()

    class Meta:
        verbose_name = "temuan mendesak"
        indexes = [models.Index(fields=["person", "finding"], name="urgent_finding_of_person")]


class ChangedFacts(models.Model):
    """Facts about a person changed, the earliest of them of the day `since`; what is kept has not followed yet. The database writes these
    marks by itself (`migrations/0005`), whoever writes the facts and however many; `keeping.py` takes them away.
    """

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="+")
    since = models.DateField()

    class Meta:
        verbose_name = "fakta berubah"
