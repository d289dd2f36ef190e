"""What happened between a worker and a person: contacts, what was observed, what was given, and the stretches of life they belong to.

FHIR: EpisodeOfCare (`Episode`), Encounter (`Contact`; part of an `encounters.Encounter` where there is one), Observation (`Observation`),
Procedure/Immunization (`ServiceGiven`).
Facts are appended, never edited: a correction is a new row that names the row it replaces. The database refuses anything else.
"""

from collections.abc import Iterable
from typing import TypeVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_noop

from primary_care.audit.facts import Fact
from primary_care.keys import new_key
from primary_care.people.models import Person
from primary_care.units.models import Unit

ITEM_ID = r"^[a-z0-9][a-z0-9.-]*$"
VALUE_COLUMNS = ("number", "text", "codes", "truth", "day")


class Value(models.Model):
    """The value of one vocabulary item, in the column of its type: number, choice or free text, set of choices, yes/no, date.

    A row without any value withdraws the row it replaces ("recorded in error").
    """

    item = models.CharField(max_length=80)
    number = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    text = models.CharField(max_length=500, null=True)
    codes = ArrayField(models.CharField(max_length=80), null=True)
    truth = models.BooleanField(null=True)
    day = models.DateField(null=True)

    class Meta:
        abstract = True

    @property
    def value(self) -> object:
        """The value as it was given: Decimal, str, list of str, bool, date, or None for a withdrawn one."""
        return next((v for v in (getattr(self, column) for column in VALUE_COLUMNS) if v is not None), None)


def _value_rules(name: str) -> list[models.BaseConstraint]:
    """One value, or none where the row withdraws another one; a plain item id."""
    empty = models.Q(**{f"{column}__isnull": True for column in VALUE_COLUMNS}, replaces__isnull=False)
    one = empty
    for filled in VALUE_COLUMNS:
        one |= models.Q(**{f"{column}__isnull": column != filled for column in VALUE_COLUMNS})
    return [
        models.CheckConstraint(condition=one, name=f"{name}_one_value"),
        models.CheckConstraint(condition=models.Q(item__regex=ITEM_ID), name=f"{name}_item_is_plain"),
    ]


def _says_why(name: str) -> models.BaseConstraint:
    """What replaces a row belongs to a correction. So does what was forgotten and added later, which replaces nothing."""
    return models.CheckConstraint(
        condition=models.Q(replaces__isnull=True) | models.Q(correction__isnull=False),
        name=f"{name}_replaces_by_a_correction",
    )


class Attribute(Fact, Value):
    """Something known about a person that hangs on no contact, e.g. the birth weight of a child registered later."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="attributes")
    correction = models.ForeignKey("Correction", models.PROTECT, null=True, related_name="attributes")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        verbose_name = "keterangan orang"
        constraints = [
            *_value_rules("attribute"),
            models.UniqueConstraint(
                fields=["person", "item"], condition=models.Q(replaces__isnull=True), name="attribute_one_first"
            ),
        ]


class Episode(models.Model):
    """A stretch of life that care follows, such as a pregnancy. What is known about it lies in `EpisodeFact`; `ended_on` and
    `outcome` are the current view of the facts `ended` and `outcome`, so that the database can hold "one open of a kind".
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="episodes")
    kind = models.CharField(max_length=40)
    registered_on = models.DateField()
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_on = models.DateField(null=True, editable=False)
    outcome = models.CharField(max_length=40, blank=True, editable=False)

    class Meta:
        verbose_name = "episode"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=models.Q(ended_on__isnull=True), name="episode_one_open_of_a_kind"
            ),
            models.CheckConstraint(condition=models.Q(kind__regex=ITEM_ID), name="episode_kind_is_plain"),
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True, outcome="")
                | (models.Q(ended_on__isnull=False) & ~models.Q(outcome="")),
                name="episode_ends_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.registered_on})"


class EpisodeFact(Fact, Value):
    """One thing known about an episode (`hpht`, `gravida`, `ended`, …), from the day it was learnt (`valid_from`)."""

    episode = models.ForeignKey(Episode, models.PROTECT, related_name="facts")
    correction = models.ForeignKey("Correction", models.PROTECT, null=True, related_name="episode_facts")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        verbose_name = "keterangan episode"
        constraints = [
            *_value_rules("episode_fact"),
            models.UniqueConstraint(
                fields=["episode", "item"], condition=models.Q(replaces__isnull=True), name="episode_fact_one_first"
            ),
        ]


class Source(models.TextChoices):
    """Whether we were there, or read it in a book, a card or a letter."""

    LOKAL = "lokal", "Dicatat di sini"
    LUAR = "luar", "Dari catatan tempat lain"


class Contact(models.Model):
    """One meeting with a person. The key is made where the visit is recorded, so that sending it twice changes nothing.

    `fingerprint` is the hash of everything sent with it: a second sending with the same key must say the same.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="contacts")
    on = models.DateField()
    at = models.TimeField(null=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="contacts")
    unit_kind = models.CharField(max_length=20)
    cadre = models.CharField(max_length=30)
    source = models.CharField(max_length=5, choices=Source.choices, default=Source.LOKAL)
    fingerprint = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_as = models.ForeignKey("accounts.Assignment", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "kunjungan"
        constraints = [
            models.CheckConstraint(condition=models.Q(source__in=Source.values), name="contact_known_source"),
            models.CheckConstraint(
                condition=models.Q(source=Source.LUAR) | models.Q(unit__isnull=False), name="contact_here_has_a_unit"
            ),
            models.CheckConstraint(condition=models.Q(unit_kind__regex=ITEM_ID), name="contact_unit_kind_is_plain"),
        ]
        indexes = [models.Index(fields=["person", "on"], name="contact_of_person")]

    def __str__(self) -> str:
        return f"{self.on} {self.unit_kind}"

    @property
    def values_now(self) -> "list[Observation]":
        """Its observations that no later one replaces; one without a value takes another back."""
        return _not_replaced(self.observations.all())

    @property
    def services_now(self) -> "list[ServiceGiven]":
        """What became of its services, without what a later row replaces."""
        return _not_replaced(self.services.all())


Replacing = TypeVar("Replacing", "Observation", "ServiceGiven")


def _not_replaced(rows: Iterable[Replacing]) -> list[Replacing]:
    """Of all rows of one contact, each of which replaces none or one of the others."""
    there = list(rows)
    replaced = {row.replaces_id for row in there}
    return [row for row in there if row.pk not in replaced]


def _of_one_thing(*columns: str) -> models.Q:
    """Exactly one of these names something."""
    one = models.Q()
    for filled in columns:
        one |= models.Q(**{f"{column}__isnull": column != filled for column in columns})
    return one


class CorrectionKind(models.TextChoices):
    """Why something recorded was replaced."""

    WRONG_VALUE = "salah-nilai", gettext_noop("Salah ketik atau salah ukur")
    WRONG_PERSON = "salah-orang", gettext_noop("Salah orang")
    TAKEN_BACK = "ditarik", gettext_noop("Tidak terjadi")


class Correction(models.Model):
    """Somebody mends what was recorded at a contact, or is known about an episode or a person, and says why. The rows it wrote name it
    and the rows they replace. `whole`: the contact itself is taken back; `moved_to` is where it was recorded for the right person.
    FHIR: Provenance (AMEND, NULLIFY).
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="corrections")
    episode = models.ForeignKey(Episode, models.PROTECT, null=True, related_name="corrections")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="fact_corrections")
    kind = models.CharField(max_length=12, choices=CorrectionKind.choices)
    reason = models.CharField(max_length=300)
    whole = models.BooleanField(default=False)
    moved_to = models.OneToOneField(Contact, models.PROTECT, null=True, related_name="moved_from")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_as = models.ForeignKey("accounts.Assignment", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "perbaikan"
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=CorrectionKind.values), name="correction_known_kind"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="correction_says_why"),
            models.CheckConstraint(
                condition=_of_one_thing("contact", "episode", "person"), name="correction_of_one_thing"
            ),
            models.CheckConstraint(
                condition=models.Q(whole=False) | models.Q(contact__isnull=False), name="correction_whole_contacts_only"
            ),
            models.CheckConstraint(
                condition=models.Q(whole=True) ^ models.Q(kind=CorrectionKind.WRONG_VALUE),
                name="correction_whole_unless_a_value",
            ),
            models.CheckConstraint(
                condition=models.Q(moved_to__isnull=True) | models.Q(kind=CorrectionKind.WRONG_PERSON),
                name="correction_moved_only_to_a_person",
            ),
            models.UniqueConstraint(
                fields=["contact"], condition=models.Q(whole=True), name="correction_takes_back_once"
            ),
        ]


class Observation(Value):
    """What was asked, measured or tested at a contact. `confirmed`: an unusual value, asked about once and said to be right."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="observations")
    confirmed = models.BooleanField(default=False)
    correction = models.ForeignKey(Correction, models.PROTECT, null=True, related_name="observations")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "hasil"
        constraints = [
            *_value_rules("observation"),
            _says_why("observation"),
            models.UniqueConstraint(
                fields=["contact", "item"], condition=models.Q(replaces__isnull=True), name="observation_one_first"
            ),
        ]


class ServiceState(models.TextChoices):
    """What became of a service that was offered."""

    GIVEN = "given", gettext_noop("Diberikan")
    DEFERRED = "deferred", "Ditunda"
    DECLINED = "declined", "Ditolak"
    CONTRAINDICATED = "contraindicated", "Tidak boleh"
    WITHDRAWN = "withdrawn", "Salah catat"


class ServiceGiven(models.Model):
    """A service at a contact: given, postponed, refused or not allowed. `withdrawn` takes back a row recorded in error."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="services")
    service = models.CharField(max_length=80)
    state = models.CharField(max_length=15, choices=ServiceState.choices)
    until = models.DateField(null=True)
    because = models.CharField(max_length=300, blank=True)
    batch = models.CharField(max_length=60, blank=True)
    correction = models.ForeignKey(Correction, models.PROTECT, null=True, related_name="services")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "layanan"
        constraints = [
            models.CheckConstraint(condition=models.Q(service__regex=ITEM_ID), name="service_given_is_plain"),
            models.CheckConstraint(condition=models.Q(state__in=ServiceState.values), name="service_given_known_state"),
            models.CheckConstraint(
                condition=~models.Q(state=ServiceState.DEFERRED)
                | (models.Q(until__isnull=False) & ~models.Q(because="")),
                name="service_deferred_says_until_and_why",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ServiceState.CONTRAINDICATED) | ~models.Q(because=""),
                name="service_contraindicated_says_why",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ServiceState.WITHDRAWN) | models.Q(replaces__isnull=False),
                name="service_withdrawn_replaces",
            ),
            _says_why("service_given"),
            models.UniqueConstraint(
                fields=["contact", "service"], condition=models.Q(replaces__isnull=True), name="service_given_one_first"
            ),
        ]
