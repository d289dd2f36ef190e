"""Places of care, what they can do, the areas they serve and the partners they work with. FHIR: Organization,
Location, HealthcareService, OrganizationAffiliation.

As for areas, what was decided about a unit lies in append-only `UnitVersion` and `UnitTrait` rows; `Unit` holds the
key and the current view (docs/decisions/0008-areas-over-time.md).
"""

from django.conf import settings
from django.db import models
from django.utils import timezone

from primary_care.areas.models import Area
from primary_care.keys import new_key


class UnitKind(models.TextChoices):
    """Kinds of unit, in the words of the programme. A house is no unit: it is where a kader goes."""

    PUSKESMAS = "puskesmas", "Puskesmas"
    PUSTU = "pustu", "Pustu"
    POSYANDU = "posyandu", "Posyandu"
    FKTP_LAIN = "fktp-lain", "Klinik pratama atau praktik mandiri"
    RUMAH_SAKIT = "rumah-sakit", "Rumah sakit (FKRTL)"
    SEKOLAH = "sekolah", "Sekolah"
    PAUD = "paud", "PAUD/TK/TPA"
    TEMPAT_KERJA = "tempat-kerja", "Tempat kerja"
    LABKESMAS = "labkesmas", "Labkesmas tingkat 2–4"
    IFK = "ifk", "Instalasi Farmasi Kabupaten/Kota"


class Unit(models.Model):
    """One place of care. `parent` is the unit that coordinates it: Posyandu → Pustu → Puskesmas (the network,
    *jaringan*); partners outside it (*jejaring*) are `Partnership` rows. All columns but `code` and `kind` are the
    current view.
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


class UnitFact(models.Model):
    """Something decided about a unit, from a day on. `source`: the SK, or what else it rests on. Without `recorded_by`
    it was the operator of the node. Of two rows of one day the later recorded holds.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    valid_from = models.DateField()
    source = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_as = models.ForeignKey("accounts.Assignment", models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True


class UnitVersion(UnitFact):
    """What a unit is called, who coordinates it and where it stands. Append-only; a row that `ends` repeats the last."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="versions")
    name = models.CharField(max_length=120)
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    ends = models.BooleanField(default=False)

    class Meta:
        verbose_name = "riwayat unit"
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="unit_version_has_a_name")]
        indexes = [models.Index(fields=["unit", "valid_from"], name="unit_version_lookup")]


class UnitTrait(UnitFact):
    """What a unit is or can do, e.g. `poned: true` or `tipologi: terpencil`. Append-only; keys: `traits.py`."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="traits")
    key = models.CharField(max_length=40)
    value = models.JSONField()

    class Meta:
        verbose_name = "ciri unit"
        constraints = [
            models.CheckConstraint(condition=models.Q(key__regex=r"^[a-z0-9-]+$"), name="unit_trait_key_is_plain")
        ]
        indexes = [models.Index(fields=["unit", "key", "valid_from"], name="unit_trait_lookup")]


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


class NetworkKind(models.TextChoices):
    """The five structures of partners (`jenis_jejaring`) of KMK 2015/2023, BAB III.C, Gambar 9."""

    WILAYAH = "j1-wilayah", "Berbasis Wilayah Administratif"
    PENDIDIKAN = "j2-pendidikan", "Berbasis Satuan Pendidikan"
    TEMPAT_KERJA = "j3-tempat-kerja", "Berbasis Tempat Kerja"
    RUJUKAN = "j4-rujukan", "Sistem Rujukan"
    LINSEK = "j5-linsek", "Lintas Sektor"


class Owner(models.TextChoices):
    PEMERINTAH = "pemerintah", "Pemerintah"
    SWASTA = "swasta", "Swasta"


class ReportFrequency(models.TextChoices):
    """How often a partner reports. No source fixes the choices (assumed)."""

    MINGGUAN = "mingguan", "Mingguan"
    BULANAN = "bulanan", "Bulanan"
    TRIWULANAN = "triwulanan", "Triwulanan"
    TAHUNAN = "tahunan", "Tahunan"


class DataIntegration(models.TextChoices):
    """Whether a partner's data reach us by themselves. No source fixes the choices (assumed)."""

    BELUM = "belum", "Belum"
    SEBAGIAN = "sebagian", "Sebagian"
    TERINTEGRASI = "terintegrasi", "Terintegrasi"


class Partnership(models.Model):
    """A partner (*jejaring*) that a Puskesmas coordinates, for a time. `partner` is a unit of this node, or none (a
    kecamatan office); `name` is then all there is. An agreement that changes ends, and a new row begins.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    coordinator = models.ForeignKey(Unit, models.PROTECT, related_name="partnerships")
    partner = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=20, choices=NetworkKind.choices)
    name = models.CharField(max_length=120)
    owner = models.CharField(max_length=10, choices=Owner.choices, blank=True)
    services = models.CharField(max_length=300, blank=True)
    agreement_number = models.CharField(max_length=80, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, help_text="Hari pertama perjanjian tidak berlaku lagi.")
    contact = models.CharField(max_length=120, blank=True)
    reports = models.CharField(max_length=12, choices=ReportFrequency.choices, blank=True)
    integration = models.CharField(max_length=12, choices=DataIntegration.choices, blank=True)

    class Meta:
        verbose_name = "jejaring"
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=NetworkKind.values), name="partnership_known_kind"),
            models.CheckConstraint(condition=~models.Q(name=""), name="partnership_has_a_name"),
            models.CheckConstraint(condition=models.Q(owner__in=["", *Owner.values]), name="partnership_known_owner"),
            models.CheckConstraint(
                condition=models.Q(reports__in=["", *ReportFrequency.values]), name="partnership_known_frequency"
            ),
            models.CheckConstraint(
                condition=models.Q(integration__in=["", *DataIntegration.values]), name="partnership_known_integration"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="partnership_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["coordinator", "kind", "name"],
                condition=models.Q(valid_to__isnull=True),
                name="partnership_once_now",
            ),
        ]

    def __str__(self) -> str:
        return self.name
