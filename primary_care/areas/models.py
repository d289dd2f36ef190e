"""The tree of areas, from nation to RT, and the settings that differ by place. FHIR: Location (jurisdiction).

What was decided about an area lies in append-only facts: `AreaVersion` (its name, code and parent from a day on),
each naming the `AreaChange` it belongs to. `Area` holds the key and, beside it, the *current view* of those facts;
`projection.py` computes it (docs/decisions/0008-areas-over-time.md).
"""

from django.conf import settings
from django.db import models
from django.db.models.functions import Concat
from django.utils import timezone

from primary_care.keys import new_key


class AreaLevel(models.TextChoices):
    """Levels of the tree, from the top down. A level may be skipped (a kelurahan may have no dusun), never reversed."""

    NASIONAL = "nasional", "Nasional"
    PROVINSI = "provinsi", "Provinsi"
    KABUPATEN = "kabupaten", "Kabupaten/Kota"
    KECAMATAN = "kecamatan", "Kecamatan"
    DESA = "desa", "Desa/Kelurahan"
    DUSUN = "dusun", "Dusun/Lingkungan"
    RW = "rw", "RW"
    RT = "rt", "RT"


class AreaQuerySet(models.QuerySet["Area"]):
    """Questions about areas."""

    def below(self, area: "Area") -> "AreaQuerySet":
        """`area` itself and everything inside it."""
        return self.filter(path__startswith=area.path)


class Area(models.Model):
    """One place, the same through every change of its name, code or parent; all columns but `level` are the current
    view. `code` is the code of Kemendagri down to the desa (`99.01.01.2001`) and our own below it
    (`99.01.01.2001-timur-rw01-rt02`). `path` is the codes from the top, each closed by a slash (`ID/99/99.01/`), so
    that "everything in this kecamatan" is one prefix.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=10, choices=AreaLevel.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=400)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = "wilayah"
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(valid_to__isnull=True), name="area_one_per_code_now"
            ),
            models.CheckConstraint(condition=models.Q(level__in=AreaLevel.values), name="area_known_level"),
            models.CheckConstraint(condition=models.Q(code__regex=r"^[A-Za-z0-9.-]+$"), name="area_code_is_plain"),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True, path=Concat("code", models.Value("/")))
                | models.Q(parent__isnull=False, path__endswith=Concat(models.Value("/"), "code", models.Value("/"))),
                name="area_path_ends_in_code",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="area_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["path"], opclasses=["text_pattern_ops"], name="area_path_prefix")]

    def __str__(self) -> str:
        return self.name


class ChangeKind(models.TextChoices):
    """Why the tree changed."""

    IMPOR = "impor", "Impor kode wilayah"
    PEMBENTUKAN = "pembentukan", "Pembentukan"
    UBAH_NAMA = "ubah-nama", "Perubahan nama"
    PEMINDAHAN = "pemindahan", "Pemindahan"
    PEMEKARAN = "pemekaran", "Pemekaran"
    PENGGABUNGAN = "penggabungan", "Penggabungan"


class AreaChange(models.Model):
    """One decision about the tree, from a day on: an import, or a decree (`source`: "Perda Kab. Tirta Asri 3/2026").
    Append-only. Without `recorded_by` it was the operator of the node.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    kind = models.CharField(max_length=20, choices=ChangeKind.choices)
    valid_from = models.DateField()
    source = models.CharField(max_length=300)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_as = models.ForeignKey("accounts.Assignment", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "perubahan wilayah"
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=ChangeKind.values), name="area_change_known_kind"),
            models.CheckConstraint(condition=~models.Q(source=""), name="area_change_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.source}"


class AreaVersion(models.Model):
    """What an area is from a day on, until a later row says otherwise. Append-only; of two rows of one day the later
    recorded holds. A row that `ends` repeats what it ends. `own_code` is the part that the area adds to the code of
    its parent: `52`, `08`, `2001`, `rw01`. `change` is none for an RT that a register mentioned.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="versions", db_index=False)  # `area_version_lookup`
    change = models.ForeignKey(AreaChange, models.PROTECT, null=True, related_name="versions")
    valid_from = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    name = models.CharField(max_length=120)
    own_code = models.CharField(max_length=80)
    parent = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    ends = models.BooleanField(default=False)
    came_from = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    went_into = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "riwayat wilayah"
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="area_version_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(own_code__regex=r"^[A-Za-z0-9.-]+$"), name="area_version_code_is_plain"
            ),
            models.CheckConstraint(
                condition=models.Q(went_into__isnull=True) | models.Q(ends=True), name="area_version_goes_when_it_ends"
            ),
        ]
        indexes = [models.Index(fields=["area", "valid_from"], name="area_version_lookup")]


class AreaSetting(models.Model):
    """A value that care depends on and that differs by place, e.g. `malaria-endemis: true`. Append-only: the setting
    in force on a date is the latest row not after it, in the nearest area up the tree (`queries.setting_at`). A row that
    `inherits` has no value of its own: from its day on the area follows what is above it again.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="settings")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    inherits = models.BooleanField(default=False)
    valid_from = models.DateField()
    reason = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_as = models.ForeignKey("accounts.Assignment", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "pengaturan wilayah"
        constraints = [
            models.CheckConstraint(condition=models.Q(key__regex=r"^[a-z0-9_-]+$"), name="area_setting_key_is_plain"),
            models.CheckConstraint(
                condition=models.Q(inherits=False) | models.Q(value=""), name="area_setting_inherits_without_value"
            ),
        ]
        indexes = [models.Index(fields=["area", "key", "valid_from"], name="area_setting_lookup")]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"


class AreaBorder(models.Model):
    """The outline of an area from a day on. Append-only: the latest row not after a day holds; of two of one day the later
    recorded. `polygons` are the coordinates of a GeoJSON MultiPolygon, longitude first, in degrees (WGS 84).
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="borders", db_index=False)  # `area_border_lookup`
    valid_from = models.DateField()
    source = models.CharField(max_length=300)
    polygons = models.JSONField()
    points = models.PositiveIntegerField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "batas wilayah"
        constraints = [
            models.CheckConstraint(condition=~models.Q(source=""), name="area_border_has_a_source"),
            models.CheckConstraint(
                condition=models.Q(west__lte=models.F("east"), south__lte=models.F("north")), name="area_border_box"
            ),
        ]
        indexes = [models.Index(fields=["area", "valid_from"], name="area_border_lookup")]
