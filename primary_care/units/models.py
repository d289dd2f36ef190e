"""Places of care and the areas they serve. FHIR: Organization and Location."""

from django.db import models

from primary_care.areas.models import Area
from primary_care.keys import new_key


class UnitKind(models.TextChoices):
    """Kinds of unit, in the words of the programme."""

    PUSKESMAS = "puskesmas", "Puskesmas"
    PUSTU = "pustu", "Pustu"
    POSYANDU = "posyandu", "Posyandu"
    FKTP_LAIN = "fktp-lain", "Klinik pratama atau praktik mandiri"
    RUMAH_SAKIT = "rumah-sakit", "Rumah sakit (FKRTL)"
    SEKOLAH = "sekolah", "Sekolah"
    PAUD = "paud", "PAUD/TK/TPA"
    TEMPAT_KERJA = "tempat-kerja", "Tempat kerja"


class Unit(models.Model):
    """One place of care. `parent` is the unit that coordinates it: Posyandu → Pustu → Puskesmas (the network,
    *jaringan*).
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    code = models.CharField(max_length=30, unique=True)
    kind = models.CharField(max_length=20, choices=UnitKind.choices)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="network")
    area = models.ForeignKey(Area, models.PROTECT, related_name="units")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        verbose_name = "unit"
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=UnitKind.values), name="unit_known_kind"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="unit_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Catchment(models.Model):
    """An area that a unit serves, with everything inside it: a Puskesmas its desa, a Posyandu its dusun, RW or RT."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="catchments")
    area = models.ForeignKey(Area, models.PROTECT, related_name="catchments")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        verbose_name = "wilayah kerja"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "area"], condition=models.Q(valid_to__isnull=True), name="catchment_once_now"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="catchment_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} – {self.area}"
