"""What opens a record and what a person agreed to: openings of closed data (break-glass) and consents. Append-only."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from primary_care.audit.facts import Fact
from primary_care.keys import new_key


class OpeningReason(models.TextChoices):
    """Why closed data of a person are opened. assumed: no source lists them."""

    CARE = "perawatan", "Merawat atau merujuk orang ini"
    EMERGENCY = "gawat", "Keadaan gawat, orangnya tidak dapat ditanya"
    QUALITY = "mutu", "Menangani keluhan, insiden, atau audit mutu"
    LAW = "hukum", "Permintaan resmi menurut hukum"
    OTHER = "lain", "Alasan lain"


class Opening(models.Model):
    """A worker gave a reason and saw closed data of one person from then until `until` (PV-7)."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="openings")
    assignment = models.ForeignKey("accounts.Assignment", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=OpeningReason.choices)
    reason = models.CharField(max_length=250)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        verbose_name = "pembukaan data tertutup"
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=OpeningReason.values), name="opening_known_kind"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="opening_has_a_reason"),
            models.CheckConstraint(condition=models.Q(until__gt=models.F("opened_at")), name="opening_lasts"),
        ]
        indexes = [models.Index(fields=["user", "person", "until"], name="opening_in_force")]


class ConsentKind(models.TextChoices):
    """What a person agrees to or not (PV-1). assumed: the law asks for a purpose, no source lists these three."""

    CARE = "pelayanan", "Pencatatan data kesehatan untuk pelayanan"
    SHARING = "berbagi", "Pengiriman data ke fasilitas lain dan SATUSEHAT"
    VISIT = "kunjungan-rumah", "Kunjungan rumah oleh kader dan tenaga kesehatan"


class Consent(Fact):
    """What was agreed to or refused on a day (`valid_from`), and who was there. The latest of a kind holds; a change of mind is a new row."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="consents")
    kind = models.CharField(max_length=20, choices=ConsentKind.choices)
    given = models.BooleanField()
    given_by = models.CharField(
        max_length=120, blank=True, help_text="Wali, bila orangnya tidak dapat menyetujui sendiri."
    )
    witness = models.CharField("saksi", max_length=120)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "persetujuan"
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=ConsentKind.values), name="consent_known_kind"),
            models.CheckConstraint(condition=~models.Q(witness=""), name="consent_has_a_witness"),
        ]
        indexes = [models.Index(fields=["person", "kind", "valid_from"], name="consent_of_person")]
