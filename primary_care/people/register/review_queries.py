"""Which rows of imported registers somebody may review, and what is known about each: its cells, its questions, who it may be."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from primary_care.accounts.access import CREATE
from primary_care.accounts.models import Assignment
from primary_care.accounts.scope import Scope, scope_of_assignment
from primary_care.people.duplicates import Likeness, asked_for, similar
from primary_care.people.models import Person, living_under
from primary_care.people.permissions import may_import
from primary_care.people.register.reading import COLUMNS, RawRow
from primary_care.people.register.rows import RegisterRow, read_row
from primary_care.people.register_models import (
    DecisionKind,
    FileState,
    ImportedRow,
    RegisterFile,
    RegisterQuestion,
    RowDecision,
)

STANDING = Q(replaced_by__isnull=True) & ~Q(kind=DecisionKind.UNDO)


def import_scope(by: Assignment, on: date) -> Scope:
    """Where somebody registers families."""
    return scope_of_assignment(by, on, "keluarga", CREATE)


def files_for(by: Assignment, on: date) -> QuerySet[RegisterFile]:
    """The workbooks that somebody may see, the latest first: those sent in from the same unit, and those whose places meet his own area."""
    if not may_import(by.role):
        return RegisterFile.objects.none()
    meets = Q(recorded_as__unit=by.unit_id) if by.unit_id else Q(pk__in=[])
    for path in import_scope(by, on).area_paths:
        parts = path.strip("/").split("/")
        above = ["/".join(parts[: end + 1]) + "/" for end in range(len(parts))]
        meets |= Q(state=FileState.IMPORTED) & (Q(area_path__in=above) | Q(area_path__startswith=path))
    return RegisterFile.objects.filter(meets).select_related("recorded_by").order_by("-recorded_at")


def rows_for(by: Assignment, on: date) -> QuerySet[ImportedRow]:
    """The rows that somebody may review: written at a desa of his area, or at none that is known in a workbook that he may see; not
    those of people who live elsewhere by now.
    """
    scope = import_scope(by, on)
    here = Q(pk__in=[])
    for path in scope.area_paths:
        here |= Q(area__path__startswith=path)
    people = Person.objects.filter(living_under(scope.area_paths)).values("pk")
    mine = Q(person__isnull=True) | Q(person__active=False) | Q(person__in=people)
    nowhere = Q(area__isnull=True, file__in=files_for(by, on).values("pk"))
    return ImportedRow.objects.filter(mine & (here | nowhere)).select_related("person", "file", "area")


def with_questions(rows: QuerySet[ImportedRow], *, code: str = "", decided: bool = False) -> QuerySet[ImportedRow]:
    """The rows with questions that are open, or with `decided` those that somebody has decided; of one kind of question only."""
    questions = RegisterQuestion.objects.filter(row=OuterRef("pk"))
    if code:
        questions = questions.filter(code=code)
    standing = RowDecision.objects.filter(STANDING, row=OuterRef("pk"))
    rows = rows.filter(Exists(questions))
    rows = rows.filter(Exists(standing)) if decided else rows.exclude(Exists(standing))
    return rows.prefetch_related("questions").order_by("row_number", "pk")


def open_codes(rows: QuerySet[ImportedRow]) -> Counter[str]:
    """How many open rows show each kind of question."""
    pairs = RegisterQuestion.objects.filter(row__in=with_questions(rows).values("pk")).values_list("code", "row_id")
    return Counter(code for code, _row in set(pairs))


def standing_decision(row: ImportedRow) -> RowDecision | None:
    """What was decided about a row and not taken back."""
    return row.decisions.filter(STANDING).select_related("recorded_by", "person").first()


def read_again(row: ImportedRow, on: date, cells: dict[str, object] | None = None) -> RegisterRow:
    """The row as the import reads it, with some cells corrected."""
    return read_row(RawRow(row.row_number, {**dict.fromkeys(COLUMNS), **row.cells, **(cells or {})}), on)


def may_be(row: ImportedRow, scope: Scope, on: date) -> list[Likeness]:
    """Persons in sight who may be the one of the row: by NIK, by the row that it was compared with, by name and birth date."""
    read = read_again(row, on)
    nik = read.nik.digits if read.nik and read.nik.is_whole else ""
    asked = asked_for(read.name or "", sex=read.sex or "", birth_date=read.birth_date)
    besides = [row.person_id] if row.person_id else []
    by_nik = (
        Person.objects.visible_to(scope).select_related("version", "household").filter(nik=nik).exclude(pk__in=besides)
    )
    found = [Likeness(person, "nik") for person in by_nik] if nik else []
    found += [
        Likeness(person, "row") for person in _compared(row, scope, [*besides, *(one.person.pk for one in found)])
    ]
    return found + similar(asked, scope, besides=[*besides, *(one.person.pk for one in found)])


def _compared(row: ImportedRow, scope: Scope, besides: Iterable[object]) -> QuerySet[Person]:
    others = [one.other_row for one in row.questions.all() if one.code == "duplicate_person" and one.other_row]
    rows = ImportedRow.objects.filter(file=row.file, row_number__in=others, person__isnull=False)
    people = Person.objects.visible_to(scope).filter(pk__in=rows.values("person")).exclude(pk__in=list(besides))
    return people.select_related("version", "household")
