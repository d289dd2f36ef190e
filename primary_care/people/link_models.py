"""That two records are one person, or certainly two, or that one should never have been made. Append-only: facts stay with the
record they were written for, and a link that is taken back leaves everything as it was before.
"""

from django.db import models

from primary_care.audit.facts import Fact


class LinkKind(models.TextChoices):
    """What is said of `person` (FHIR: Patient.link, Patient.active)."""

    MERGED = "gabung", "Orang yang sama: digabung"
    WITHDRAWN = "salah-daftar", "Salah daftar"
    DISTINCT = "berbeda", "Orang yang berbeda"


class PersonLink(Fact):
    """`person` is the same as `other` and is shown as it from now on (gabung), is not the same as `other` (berbeda), or was
    registered by mistake (salah-daftar). It stands until a `PersonUnlink` takes it back.
    """

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="links")
    other = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="links_to")
    kind = models.CharField(max_length=12, choices=LinkKind.choices)
    reason = models.CharField(max_length=250, blank=True)

    class Meta:
        verbose_name = "kaitan orang"
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=LinkKind.values), name="link_known_kind"),
            models.CheckConstraint(
                condition=models.Q(kind="salah-daftar", other__isnull=True)
                | (models.Q(kind__in=["gabung", "berbeda"]) & models.Q(other__isnull=False)),
                name="link_has_its_other",
            ),
            models.CheckConstraint(
                condition=models.Q(other__isnull=True) | ~models.Q(other=models.F("person")), name="link_of_two"
            ),
        ]


class PersonUnlink(Fact):
    """A link is taken back."""

    link = models.OneToOneField(PersonLink, models.PROTECT, related_name="undone")
    reason = models.CharField(max_length=250, blank=True)

    class Meta:
        verbose_name = "kaitan yang diurungkan"
