"""Families and their members: who they are, how they are identified, where they live. FHIR: Patient, RelatedPerson,
Group.

What was learnt lies in append-only facts: `PersonVersion` (who somebody is), `Identifier`, `Membership` (in which
household), `Residence` (where). `Person` and `Household` hold the key and, beside it, the *current view* of those
facts, in columns that a search can use. `projection.py` computes that view from the facts; nothing else writes it,
and a test rebuilds it and compares.
"""

from collections.abc import Iterable
from typing import Self, TypeVar

from django.db import models
from django.utils import timezone

from primary_care.accounts.scope import Scope
from primary_care.areas.models import Area
from primary_care.audit.facts import Fact
from primary_care.keys import new_key
from primary_care.people.own_work import has_work_with

PREFIX = "text_pattern_ops"


class Sex(models.TextChoices):
    """FHIR: administrative gender."""

    LAKI_LAKI = "laki-laki", "Laki-laki"
    PEREMPUAN = "perempuan", "Perempuan"


class BirthDatePrecision(models.TextChoices):
    """How much of the birth date is known; the date stored is then the first day of that year or month."""

    DAY = "hari", "tanggal lengkap"
    MONTH = "bulan", "bulan dan tahun saja"
    YEAR = "tahun", "tahun saja"


class MaritalStatus(models.TextChoices):
    BELUM_KAWIN = "belum-kawin", "Belum kawin"
    KAWIN = "kawin", "Kawin"
    CERAI_HIDUP = "cerai-hidup", "Cerai hidup"
    CERAI_MATI = "cerai-mati", "Cerai mati"


class JKN(models.TextChoices):
    """Kind of national health insurance."""

    PBI = "pbi", "PBI"
    NON_PBI = "non-pbi", "Non-PBI (pekerja)"
    MANDIRI = "mandiri", "Mandiri"
    TIDAK = "tidak", "Tidak punya"


class Disability(models.TextChoices):
    """Kinds of disability (several may hold)."""

    FISIK = "fisik", "Fisik"
    INTELEKTUAL = "intelektual", "Intelektual"
    MENTAL = "mental", "Mental"
    NETRA = "netra", "Netra"
    RUNGU = "rungu", "Rungu"
    WICARA = "wicara", "Wicara"
    GANDA = "ganda", "Ganda"
    TIDAK_ADA = "tidak-ada", "Tidak ada"


class Relationship(models.TextChoices):
    """Relationship to the head of the household, as on a Kartu Keluarga."""

    KEPALA_KELUARGA = "kepala-keluarga", "Kepala keluarga"
    SUAMI = "suami", "Suami"
    ISTRI = "istri", "Istri"
    ANAK = "anak", "Anak"
    MENANTU = "menantu", "Menantu"
    CUCU = "cucu", "Cucu"
    ORANG_TUA = "orang-tua", "Orang tua"
    MERTUA = "mertua", "Mertua"
    FAMILI_LAIN = "famili-lain", "Famili lain"
    LAINNYA = "lainnya", "Lainnya"


class IdentifierSystem(models.TextChoices):
    """Who gave the number. `no-kk` belongs to a household, the others to a person."""

    NIK = "nik", "NIK"
    NO_KK = "no-kk", "Nomor KK"
    IHS = "ihs", "Nomor IHS (SATUSEHAT)"
    SEMENTARA = "sementara", "Nomor sementara"


AnyModel = TypeVar("AnyModel", bound=models.Model, covariant=True)


def living_under(paths: Iterable[str]) -> models.Q:
    """The condition "lives under one of `paths`"; of no paths, nobody."""
    inside = models.Q(pk__in=[])
    for path in paths:
        inside |= models.Q(area_path__startswith=path)
    return inside


class ScopedQuerySet(models.QuerySet[AnyModel]):
    """Every list of people starts here, so that where somebody works is part of the query and never a filter
    afterwards.
    """

    def visible_to(self, scope: Scope) -> Self:
        """Only those who live in the areas of `scope`. A scope without areas sees nobody."""
        return self.in_areas(scope.area_paths)

    def in_areas(self, paths: Iterable[str]) -> Self:
        """Only those who live under one of `paths`."""
        return self.filter(living_under(paths))


class HouseholdQuerySet(ScopedQuerySet["Household"]):
    """Questions about households."""


class PersonQuerySet(ScopedQuerySet["Person"]):
    """Questions about persons."""

    def visible_to(self, scope: Scope) -> Self:
        """Those who live in the areas of `scope`, and where it says so those whom the user has work with. Else nobody."""
        seen = living_under(scope.area_paths)
        if scope.own and scope.user_id:
            seen |= has_work_with(scope.user_id)
        return self.filter(seen)

    def alive(self) -> Self:
        """Without those recorded as dead."""
        return self.filter(deceased_on__isnull=True)


class Household(models.Model):
    """A family that lives together (one *Kartu Keluarga*). Columns below the key are the current view of the facts."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    no_kk = models.CharField(max_length=16, null=True, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, null=True, editable=False, related_name="+")
    area_path = models.CharField(max_length=400, blank=True, editable=False)
    address = models.CharField(max_length=200, blank=True, editable=False)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = "keluarga"
        constraints = [models.UniqueConstraint(fields=["no_kk"], name="household_no_kk_once")]
        indexes = [models.Index(fields=["area_path"], opclasses=[PREFIX], name="household_area_prefix")]


class Person(models.Model):
    """One person. The key is for ever; the columns below it are the current view of the facts (see the top of this
    file).
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    version = models.OneToOneField(
        "PersonVersion", models.PROTECT, null=True, editable=False, related_name="current_person"
    )
    full_name = models.CharField(max_length=120, blank=True, editable=False)
    name_normal = models.CharField(max_length=120, blank=True, editable=False)
    sex = models.CharField(max_length=10, blank=True, choices=Sex.choices, editable=False)
    birth_date = models.DateField(null=True, editable=False)
    birth_date_precision = models.CharField(
        max_length=6, blank=True, choices=BirthDatePrecision.choices, editable=False
    )
    deceased_on = models.DateField(null=True, editable=False)
    mother = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="children")
    nik = models.CharField(max_length=16, null=True, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, null=True, editable=False, related_name="members")
    relationship = models.CharField(max_length=20, blank=True, choices=Relationship.choices, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, null=True, editable=False, related_name="+")
    area_path = models.CharField(max_length=400, blank=True, editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = "anggota keluarga"
        constraints = [
            models.UniqueConstraint(fields=["nik"], name="person_nik_once"),
            models.UniqueConstraint(
                fields=["household"],
                condition=models.Q(relationship="kepala-keluarga", deceased_on__isnull=True),
                name="household_has_one_head",
            ),
        ]
        indexes = [
            models.Index(fields=["area_path"], opclasses=[PREFIX], name="person_area_prefix"),
            models.Index(fields=["nik"], opclasses=[PREFIX], name="person_nik_prefix"),
            models.Index(fields=["birth_date"], name="person_birth_date"),
        ]

    def __str__(self) -> str:
        return self.full_name


class ChainedFact(Fact):
    """A fact in a chain of facts about one owner: each row names the row it replaces, and the last one holds now.

    `correction` says why: true when the earlier row was wrong (it never held), false when the world changed (it held
    until then). On a date, the fact in force is the last row of the chain that begins by that date and was not
    corrected (`queries.at_date`). Two rows cannot replace the same one: whoever comes second is told, and sees the
    disagreement instead of overwriting it.
    """

    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    correction = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


class PersonVersion(ChainedFact):
    """Everything known about who a person is, as somebody recorded it at one time. A correction or a change is a new
    version that replaces the one it was made from; the current version is the one that nothing replaces.

    `name_normal` is made from `full_name` by `names.normalise` when the row is made. Empty text and null mean "not
    asked" or "not known", never "no": a person without disability has `tidak-ada`, a person without insurance
    `tidak`.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="versions")
    full_name = models.CharField(max_length=120)
    name_normal = models.CharField(max_length=120)
    sex = models.CharField(max_length=10, blank=True, choices=Sex.choices)
    birth_date = models.DateField(null=True)
    birth_date_precision = models.CharField(
        max_length=6, choices=BirthDatePrecision.choices, default=BirthDatePrecision.DAY
    )
    birth_time = models.TimeField(null=True)
    birth_place = models.CharField(max_length=80, blank=True)
    mother = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    phone = models.CharField(max_length=20, blank=True)
    occupation = models.CharField(max_length=60, blank=True)
    marital_status = models.CharField(max_length=12, blank=True, choices=MaritalStatus.choices)
    jkn = models.CharField(max_length=10, blank=True, choices=JKN.choices)
    disability = models.JSONField(default=list)
    deceased_on = models.DateField(null=True)

    class Meta:
        verbose_name = "data diri"
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(replaces__isnull=True), name="person_one_first_version"
            ),
            models.CheckConstraint(condition=~models.Q(full_name=""), name="person_has_a_name"),
            models.CheckConstraint(condition=models.Q(sex__in=["", *Sex.values]), name="person_known_sex"),
            models.CheckConstraint(
                condition=models.Q(birth_date_precision__in=BirthDatePrecision.values), name="person_known_precision"
            ),
            models.CheckConstraint(
                condition=models.Q(marital_status__in=["", *MaritalStatus.values]), name="person_known_marital"
            ),
            models.CheckConstraint(condition=models.Q(jkn__in=["", *JKN.values]), name="person_known_jkn"),
            models.CheckConstraint(
                condition=models.Q(deceased_on__isnull=True)
                | models.Q(birth_date__isnull=True)
                | models.Q(deceased_on__gte=models.F("birth_date")),
                name="person_dies_after_birth",
            ),
            models.CheckConstraint(
                condition=models.Q(mother__isnull=True) | ~models.Q(mother=models.F("person")),
                name="person_not_own_mother",
            ),
        ]


class Identifier(ChainedFact):
    """A number that somebody gave to a person or a household. An empty value ends the number it replaces."""

    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="identifiers")
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="identifiers")
    system = models.CharField(max_length=10, choices=IdentifierSystem.choices)
    value = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = "nomor identitas"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(system="no-kk", household__isnull=False, person__isnull=True)
                | models.Q(system__in=["nik", "ihs", "sementara"], person__isnull=False, household__isnull=True),
                name="identifier_has_its_owner",
            ),
            models.CheckConstraint(
                condition=~models.Q(system__in=["nik", "no-kk"])
                | models.Q(value="")
                | models.Q(value__regex=r"^\d{16}$"),
                name="identifier_of_16_digits",
            ),
            models.CheckConstraint(
                condition=~models.Q(value="") | models.Q(replaces__isnull=False), name="identifier_end_replaces"
            ),
            models.UniqueConstraint(
                fields=["person", "system"],
                condition=models.Q(replaces__isnull=True, person__isnull=False),
                name="identifier_one_first_person",
            ),
            models.UniqueConstraint(
                fields=["household", "system"],
                condition=models.Q(replaces__isnull=True, household__isnull=False),
                name="identifier_one_first_household",
            ),
        ]
        indexes = [models.Index(fields=["value"], name="identifier_value")]


class Membership(ChainedFact):
    """A person belongs to a household from a date on. The next row ends this one; without household: left."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="memberships")
    relationship = models.CharField(max_length=20, blank=True, choices=Relationship.choices)

    class Meta:
        verbose_name = "keanggotaan keluarga"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(household__isnull=True, relationship="")
                | models.Q(household__isnull=False, relationship__in=Relationship.values),
                name="membership_has_relationship",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(replaces__isnull=True), name="membership_one_first"
            ),
        ]


class Residence(ChainedFact):
    """A household, or a person who lives apart from it, lives somewhere from a date on. Moving is a new row.

    Without `area` they moved to a place unknown to us.
    """

    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="residences")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="residences")
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="residences")
    address = models.CharField(max_length=200, blank=True)
    rt = models.CharField(max_length=5, blank=True)
    rw = models.CharField(max_length=5, blank=True)

    class Meta:
        verbose_name = "tempat tinggal"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(household__isnull=False, person__isnull=True)
                | models.Q(household__isnull=True, person__isnull=False),
                name="residence_of_one",
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=models.Q(replaces__isnull=True, household__isnull=False),
                name="residence_one_first_household",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(replaces__isnull=True, person__isnull=False),
                name="residence_one_first_person",
            ),
        ]


class NameToken(models.Model):
    """One word of a person's current name, for search by prefix and by sound. Part of the current view."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="name_tokens")
    position = models.PositiveSmallIntegerField()
    word = models.CharField(max_length=120)
    sound = models.CharField(max_length=120)

    class Meta:
        verbose_name = "kata nama"
        constraints = [models.UniqueConstraint(fields=["person", "position"], name="name_token_once")]
        indexes = [
            models.Index(fields=["word"], opclasses=[PREFIX], name="name_token_word_prefix"),
            models.Index(fields=["sound"], opclasses=[PREFIX], name="name_token_sound_prefix"),
        ]


# Further tables of the app, so that Django finds them with it.
import primary_care.people.closed_models  # noqa: E402
import primary_care.people.register_models  # noqa: E402
import primary_care.people.search_keys  # noqa: E402, F401
