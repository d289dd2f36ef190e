"""What was in an imported register, and what has to be asked about it. Append-only: nothing that was typed is lost.

A row of a workbook becomes an `ImportedRow` with its original cells. Each doubt about it is a `RegisterQuestion`, which is open
until somebody appends a `RegisterAnswer`.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone

from primary_care.keys import new_key


class RowState(models.TextChoices):
    """What became of a row at its import."""

    IMPORTED = "imported", "Diimpor"
    IMPORTED_WITH_QUESTION = "imported-with-question", "Diimpor dengan pertanyaan"
    HELD = "held", "Ditahan"


class ImportedRow(models.Model):
    """One row of a register workbook. `source_key` is the same whenever the same cells are imported again, wherever they stand.

    A held row that can be imported later gets a second `ImportedRow` with the same key and a person; each at most once.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    source_key = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64, help_text="SHA-256 berkas.")
    row_number = models.PositiveIntegerField(help_text="Baris di lembar; judul kolom adalah baris 1.")
    cells = models.JSONField(help_text="Isi asli setiap kolom.")
    state = models.CharField(max_length=30, choices=RowState.choices)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="imported_rows")
    imported_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "baris register"
        constraints = [
            models.UniqueConstraint(
                fields=["source_key"], condition=models.Q(person__isnull=False), name="imported_row_once"
            ),
            models.UniqueConstraint(
                fields=["source_key"], condition=models.Q(person__isnull=True), name="held_row_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="held", person__isnull=True)
                | models.Q(state__in=["imported", "imported-with-question"], person__isnull=False),
                name="imported_row_has_its_person",
            ),
        ]


class RegisterQuestion(models.Model):
    """One doubt about an imported or held row. `code` is a code of `register.problems`."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    row = models.ForeignKey(ImportedRow, models.PROTECT, related_name="questions")
    code = models.CharField(max_length=40)
    reason = models.CharField(max_length=500)
    other_row = models.PositiveIntegerField(null=True, help_text="Baris pembanding di lembar yang sama.")

    class Meta:
        verbose_name = "pertanyaan register"
        indexes = [models.Index(fields=["code"], name="register_question_code")]


class RegisterAnswer(models.Model):
    """What somebody decided about a question. A question without an answer is open."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    question = models.OneToOneField(RegisterQuestion, models.PROTECT, related_name="answer")
    decision = models.CharField(max_length=200)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "jawaban register"
