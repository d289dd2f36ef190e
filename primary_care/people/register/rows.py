"""One row of the register, its cells read: what is known, and what a cell could not give."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from primary_care.people.register import cells
from primary_care.people.register.cells import ReadNumber, Unreadable
from primary_care.people.register.problems import Problem, problem
from primary_care.people.register.reading import COLUMNS, RawRow, Workbook
from primary_care.people.register.vocabulary import DISABILITIES, JKN, MARITAL_STATUS, RELATIONS, choice, choices

HEAD = "kepala-keluarga"
# Nobody is these at a young age, so a two-digit year that says so belongs to the century before.
# assumed: no source fixes it.
GROWN_UP_RELATIONS = {HEAD, "suami", "istri", "orang-tua", "mertua", "menantu"}
GROWN_UP_YEARS = 10

# Free text: the attribute it becomes, and how much of it the tables hold (people.models).
_TEXT_COLUMNS = {
    "Nama Lengkap": ("name", 120),
    "Tempat Lahir": ("birth_place", 80),
    "Pekerjaan": ("occupation", 60),
    "Desa/Kel": ("village", 120),
    "Dusun": ("dusun", 40),  # part of the code of its area
    "Ket": ("note", 1000),
}
Read = TypeVar("Read")


@dataclass
class RegisterRow:
    """One row of the sheet. None always means "not written", never "no"."""

    number: int
    raw: dict[str, Any]
    kk: ReadNumber | None = None
    nik: ReadNumber | None = None
    name: str | None = None
    relation: str | None = None
    sex: str | None = None
    birth_place: str | None = None
    birth_date: date | None = None
    birth_precision: str = "hari"
    marital_status: str | None = None
    occupation: str | None = None
    village: str | None = None
    dusun: str | None = None
    rt: int | None = None
    rw: int | None = None
    phone: str | None = None
    insurance: str | None = None
    disability: list[str] | None = None
    pregnant: bool | None = None
    hpht: date | None = None
    note: str | None = None
    problems: list[Problem] = field(default_factory=list)
    is_blank: bool = False

    @property
    def is_head(self) -> bool:
        return self.relation == HEAD

    @property
    def address(self) -> tuple[str | None, str | None, int | None, int | None]:
        """What members of one household have in common, in a form that can be compared."""
        village = cells.plain_village(self.village) if self.village else None
        return village, self.dusun.lower() if self.dusun else None, self.rt, self.rw

    @property
    def content_key(self) -> str:
        """The same for the same cells, wherever the row stands and however often it is imported: 64 hex digits."""
        content = {column: plain_cell(self.raw.get(column)) for column in COLUMNS}
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def note_problem(self, code: str, *, other: RegisterRow | None = None, **values: object) -> None:
        self.problems.append(problem(code, other=other.number if other else None, **values))

    def drop_problems(self, *codes: str) -> None:
        self.problems = [problem for problem in self.problems if problem.code not in codes]

    @property
    def is_held(self) -> bool:
        return any(problem.holds for problem in self.problems)

    def codes(self) -> set[str]:
        return {problem.code for problem in self.problems}


def plain_cell(value: Any) -> str | int | float | bool | None:
    """A raw cell as JSON can hold it, nothing typed lost."""
    if isinstance(value, datetime):
        return value.date().isoformat() if not (value.hour or value.minute or value.second) else value.isoformat()
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def read_rows(workbook: Workbook, on: date) -> list[RegisterRow]:
    """Read every cell of every row; what cannot be read becomes a problem of the row."""
    return [read_row(raw, on, date_1904=workbook.date_1904) for raw in workbook.rows]


def read_row(raw: RawRow, on: date, *, date_1904: bool = False) -> RegisterRow:
    """One row with its cells read. `on` is the day that two-digit years and "future" are measured against."""
    row = RegisterRow(raw.number, dict(raw.cells), is_blank=raw.is_blank)
    if row.is_blank:
        row.note_problem("blank_row")
        return row
    cell = raw.cells
    for column, (attribute, longest) in _TEXT_COLUMNS.items():
        text = cells.parse_text(cell[column])
        if text and len(text) > longest:
            row.note_problem("text_too_long", column=column, longest=longest)
            text = text[:longest].rstrip()
        setattr(row, attribute, text)
    row.marital_status = _read(row, "Status Kawin", choice(MARITAL_STATUS), "value_unknown")
    row.insurance = _read(row, "JKN", choice(JKN), "value_unknown")
    row.disability = _read(row, "Disabilitas", choices(DISABILITIES), "value_unknown")
    row.phone = _read(row, "No. HP", cells.parse_phone, "value_unknown")
    row.relation = _relation(row)
    row.kk = _read(row, "No. KK", cells.parse_number16, "kk_unreadable")
    row.nik = _read(row, "NIK", cells.parse_number16, "nik_unreadable")
    row.sex = _read(row, "JK", cells.parse_sex, "sex_unreadable")
    row.rt = _read(row, "RT", cells.parse_rt_rw, "rt_rw_unreadable")
    row.rw = _read(row, "RW", cells.parse_rt_rw, "rt_rw_unreadable")
    row.pregnant = _read(row, "Hamil", cells.parse_yes_no, "pregnancy_unreadable")
    row.birth_date = _birth_date(row, on, date_1904)
    row.hpht = _read(row, "HPHT", lambda value: _day(value, on, date_1904), "hpht_unreadable")
    return row


def _read(row: RegisterRow, column: str, parse: Callable[[Any], Read | None], code: str) -> Read | None:
    try:
        return parse(row.raw[column])
    except Unreadable as error:
        row.note_problem(code, why=error, column=column)
        return None


def _day(value: Any, on: date, date_1904: bool) -> date | None:
    read = cells.parse_date(value, on, date_1904=date_1904)
    if read and read.precision != "hari":
        raise Unreadable(_("harus berisi tanggal lengkap seperti 17/08/2026"))
    return read.day if read else None


def _relation(row: RegisterRow) -> str | None:
    relation = _read(row, "Hubungan", choice(RELATIONS), "relation_unknown")
    if relation is None and "relation_unknown" not in row.codes():
        row.note_problem("relation_missing")
    return relation


def _birth_date(row: RegisterRow, on: date, date_1904: bool) -> date | None:
    value = row.raw["Tanggal Lahir"]
    digits = nik_day(row.nik.digits) if row.nik and row.nik.is_whole else None
    try:
        read = cells.parse_date(value, on, date_1904=date_1904, digits_of_nik=digits)
    except Unreadable as error:
        row.note_problem("birth_unreadable", why=error)
        return None
    if read is None:
        row.note_problem("birth_missing")
        return None
    row.birth_precision = read.precision
    if read.precision != "hari":
        row.note_problem("birth_incomplete", precision=_("bulan") if read.precision == "bulan" else _("tahun"))
    day = read.day
    child = 0 <= on.year - day.year < GROWN_UP_YEARS
    if read.century_guessed and child and row.relation in GROWN_UP_RELATIONS:
        try:
            day = day.replace(year=day.year - 100)
        except ValueError:  # 29 February 2000: 1900 had none
            return day
        row.note_problem("birth_century")
    return day


def nik_day(digits: str) -> str:
    """The birth date in a NIK as ddmmyy, without the 40 that is added to a woman's day. Expects 16 digits."""
    day = int(digits[6:8])
    return f"{day - 40 if day > 40 else day:02}{digits[8:12]}"


def nik_agrees(row: RegisterRow, digits: str) -> bool:
    """Whether a NIK carries the row's birth date, as far as that is known. False without a birth date."""
    if row.birth_date is None:
        return False
    known = {"hari": 6, "bulan": 4, "tahun": 2}[row.birth_precision]
    return nik_day(digits)[-known:] == f"{row.birth_date:%d%m%y}"[-known:]


def nik_sex(digits: str) -> str:
    """The sex in a NIK: a woman's day of birth has 40 added."""
    return "perempuan" if int(digits[6:8]) > 40 else "laki-laki"
