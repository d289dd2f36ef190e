"""Who is posted to which klaster and trained for what. FHIR: PractitionerRole (specialty), Practitioner.qualification.

Who may log in and see what is `accounts.Assignment`; a post gives no access by itself.
"""

from django.db import models

from primary_care.accounts.models import Klaster, User
from primary_care.keys import new_key
from primary_care.staff.klaster import SubUnit, Training
from primary_care.units.models import Unit


class Position(models.TextChoices):
    """There is no "PJ program": a PJ answers for a klaster (R-ORG-2)."""

    PJ = "pj", "Penanggung jawab"
    ANGGOTA = "anggota", "Anggota"


class KlasterPost(models.Model):
    """A member of staff works in a klaster of a Puskesmas, for a time (*penugasan klaster*). Help from another klaster is
    a post of that day (R-ORG-3).
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="klaster_posts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="klaster_posts")
    klaster = models.CharField(max_length=10, choices=Klaster.choices)
    sub_unit = models.CharField(max_length=30, choices=SubUnit.choices, blank=True)
    position = models.CharField(max_length=10, choices=Position.choices)
    decree = models.CharField("nomor SK", max_length=80, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, help_text="Hari pertama tidak bertugas lagi.")

    class Meta:
        verbose_name = "penugasan klaster"
        constraints = [
            models.CheckConstraint(condition=models.Q(klaster__in=Klaster.values), name="post_known_klaster"),
            models.CheckConstraint(condition=models.Q(sub_unit__in=["", *SubUnit.values]), name="post_known_sub_unit"),
            models.CheckConstraint(condition=models.Q(position__in=Position.values), name="post_known_position"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="post_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["user", "unit", "klaster", "sub_unit"],
                condition=models.Q(valid_to__isnull=True),
                name="post_once_now",
            ),
        ]


class Competence(models.Model):
    """Somebody was trained, from a day on and, if the certificate ends, until the day before `valid_to`."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="competences")
    training = models.CharField(max_length=30, choices=Training.choices)
    certificate = models.CharField("nomor sertifikat", max_length=80, blank=True)
    issuer = models.CharField("penyelenggara", max_length=120, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, help_text="Hari pertama tidak berlaku lagi.")

    class Meta:
        verbose_name = "kompetensi"
        constraints = [
            models.CheckConstraint(condition=models.Q(training__in=Training.values), name="competence_known"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="competence_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["user", "training"], condition=models.Q(valid_to__isnull=True), name="competence_once_now"
            ),
        ]
