"""The audit trail: who did what to whose record, when and why. FHIR: AuditEvent.

Rows are append-only and chained: each holds the hash of the one before it in its chain, so that a row changed or
taken out of the middle is found by `queries.verify_chain`. There is one chain for each user (and one for the node
itself), because one chain for everybody would make all transactions of a node wait for each other.
"""

from django.conf import settings
from django.db import models

from primary_care.keys import new_key


class AuditAction(models.TextChoices):
    """What was done."""

    READ = "read", "membaca"
    WRITE = "write", "mencatat"
    EXPORT = "export", "mengekspor"
    OPEN = "open", "membuka data tertutup"
    LOGIN = "login", "masuk"
    LOGIN_FAILED = "login-failed", "gagal masuk"
    LOGOUT = "logout", "keluar"


class AuditEntry(models.Model):
    """One line of the audit trail. `person_id` is a bare key: the trail lies below `people` and outlives what it
    names.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    at = models.DateTimeField()
    chain = models.CharField(max_length=40)
    position = models.PositiveBigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey("units.Unit", models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=20, choices=AuditAction.choices)
    kind = models.CharField(max_length=60)
    object_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = "catatan audit"
        constraints = [
            models.UniqueConstraint(fields=["chain", "position"], name="audit_one_row_per_position"),
            models.CheckConstraint(condition=models.Q(action__in=AuditAction.values), name="audit_known_action"),
        ]
        indexes = [
            models.Index(fields=["person_id", "at"], name="audit_of_person"),
            models.Index(fields=["user", "at"], name="audit_of_user"),
        ]
