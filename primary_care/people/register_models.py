"""What was in an imported register, and what has to be asked about it. Append-only: nothing that was typed is lost.

A workbook is a `RegisterFile`: checked, then waiting until somebody decides, then imported, both in the background. Each of its rows
becomes an `ImportedRow` with its original cells, each doubt about it a `RegisterQuestion`. The questions of a row are open until somebody
appends a `RowDecision`; a decision that is taken back is replaced by one that says so.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone

from primary_care.audit.facts import Fact
from primary_care.keys import new_key


class FileState(models.TextChoices):
    """Where a workbook stands."""

    CHECKING = "diperiksa", "Sedang diperiksa"
    REFUSED = "ditolak", "Tidak dapat dibaca"
    WAITING = "menunggu", "Menunggu keputusan Anda"
    IMPORTING = "berjalan", "Sedang diimpor"
    IMPORTED = "diimpor", "Sudah diimpor"
    DROPPED = "dibatalkan", "Tidak jadi diimpor"


IN_WORK = (FileState.CHECKING, FileState.IMPORTING)  # what the background is asked to do
KEPT = (*IN_WORK, FileState.WAITING)  # states in which the workbook itself is still needed


class RegisterFile(models.Model):
    """A register workbook that somebody sent in. Its `content` is kept only until it is imported, refused or dropped. `area_path`: where
    all of its known places lie; with the unit of the assignment it decides who reviews rows without a place.

    `asked_as` is who asked for the check or the import that runs, `asked_on` the day that its rules compare with. `done` of `total` rows
    are written (a killed worker goes on from there), `worked_at` is the last sign of work, `attempts` how often it was begun since.
    `preview` and `counts` hold numbers only; `said` why it was refused or stopped, as its sender reads it.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    name = models.CharField(max_length=200)
    hash = models.CharField(max_length=64, help_text="SHA-256 berkas.")
    content = models.BinaryField(null=True)
    state = models.CharField(max_length=12, choices=FileState.choices, default=FileState.WAITING)
    area_path = models.CharField(max_length=400, blank=True)
    preview = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    said = models.TextField(blank=True)
    asked_as = models.ForeignKey("accounts.Assignment", models.PROTECT, null=True, related_name="+")
    asked_on = models.DateField(null=True)
    asked_at = models.DateTimeField(null=True)
    worked_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_as = models.ForeignKey("accounts.Assignment", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "berkas register"
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=FileState.values), name="register_file_known_state"),
            models.CheckConstraint(
                condition=models.Q(state__in=KEPT) | models.Q(content__isnull=True),
                name="register_file_kept_while_it_waits",
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=models.Q(state__in=KEPT), name="register_file_to_do")]


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
    file = models.ForeignKey(RegisterFile, models.PROTECT, null=True, related_name="imported")
    area = models.ForeignKey(
        "areas.Area", models.PROTECT, null=True, related_name="+", help_text="Desa yang tertulis, bila dikenal."
    )
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


class DecisionKind(models.TextChoices):
    """What somebody decided about a row."""

    ACCEPT = "terima", "Diterima"
    CORRECT = "perbaiki", "Diperbaiki"
    JOIN = "orang-yang-sama", "Orang yang sudah terdaftar"
    LEAVE_OUT = "jangan", "Tidak dimasukkan"
    UNDO = "urung", "Diurungkan"


class RowDecision(Fact):
    """What somebody decided about the questions of a row. The last one stands, unless it takes back the one that it replaces.

    `cells`: what was corrected, by column. `person`: who the row is by this decision. `made`: the facts and links that the decision
    wrote, as pairs of table and key in the order of writing, so that they can be taken back. Rows accepted together have one `batch`.
    """

    row = models.ForeignKey(ImportedRow, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=16, choices=DecisionKind.choices)
    cells = models.JSONField(default=dict)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    made = models.JSONField(default=list)
    batch = models.UUIDField(null=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        verbose_name = "keputusan baris register"
        indexes = [
            models.Index(fields=["batch"], condition=models.Q(batch__isnull=False), name="row_decision_of_batch")
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=DecisionKind.values), name="row_decision_known_kind"),
            models.CheckConstraint(
                condition=~models.Q(kind="urung") | models.Q(replaces__isnull=False), name="row_decision_undo_replaces"
            ),
            models.UniqueConstraint(
                fields=["row"], condition=models.Q(replaces__isnull=True), name="row_decision_one_first"
            ),
        ]
