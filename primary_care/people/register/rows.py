"""One row of the register, its cells read: what is known, and what a cell could not give."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from primary_care.people.register import cells
from primary_care.people.register.cells import ReadNumber, Unreadable
from primary_care.people.register.reading import COLUMNS, RawRow, Workbook

RELATIONS = {
    "kepalakeluarga": "kepala-keluarga", "kk": "kepala-keluarga", "kepala": "kepala-keluarga", "suami": "suami",
    "istri": "istri", "isteri": "istri", "anak": "anak", "menantu": "menantu", "cucu": "cucu", "orangtua": "orang-tua",
    "mertua": "mertua", "famililain": "famili-lain", "pembantu": "pembantu", "lainnya": "lainnya",
}  # fmt: skip
HEAD = "kepala-keluarga"
# Nobody is these at a young age, so a two-digit year that says so belongs to the century before. assumed: no source fixes it.
GROWN_UP_RELATIONS = {HEAD, "suami", "istri", "orang-tua", "mertua", "menantu"}
GROWN_UP_YEARS = 10

Read = TypeVar("Read")


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a row. `code` groups it, `reason` tells the user what to do, without personal data."""

    code: str
    reason: str
    holds: bool = False  # the row cannot be imported before somebody has decided
    other_row: int | None = None  # the row that it is compared with


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
    marital_status: str | None = None
    occupation: str | None = None
    village: str | None = None
    dusun: str | None = None
    rt: int | None = None
    rw: int | None = None
    phone: str | None = None
    insurance: str | None = None
    disability: str | None = None
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
        """The same for the same cells, wherever the row stands and however often it is imported: 64 hexadecimal digits."""
        content = {column: plain_cell(self.raw.get(column)) for column in COLUMNS}
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

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
        row.problems.append(Problem("blank_row", "Baris kosong. Hapus baris ini bila tidak ada yang terlupa.", holds=True))
        return row
    cell = raw.cells
    text = cells.parse_text
    row.name, row.birth_place = text(cell["Nama Lengkap"]), text(cell["Tempat Lahir"])
    row.marital_status, row.occupation = text(cell["Status Kawin"]), text(cell["Pekerjaan"])
    row.village, row.dusun = text(cell["Desa/Kel"]), text(cell["Dusun"])
    row.insurance, row.disability, row.note = text(cell["JKN"]), text(cell["Disabilitas"]), text(cell["Ket"])
    row.phone = cells.parse_phone(cell["No. HP"])
    row.relation = _relation(row, cell["Hubungan"])
    row.kk = _read(row, "No. KK", cells.parse_number16, "kk_unreadable")
    row.nik = _read(row, "NIK", cells.parse_number16, "nik_wrong_length")
    row.sex = _read(row, "JK", cells.parse_sex, "sex_unreadable")
    row.rt = _read(row, "RT", cells.parse_rt_rw, "rt_rw_unreadable")
    row.rw = _read(row, "RW", cells.parse_rt_rw, "rt_rw_unreadable")
    row.pregnant = _read(row, "Hamil", cells.parse_yes_no, "pregnancy_unreadable")
    row.birth_date = _birth_date(row, on, date_1904)
    row.hpht = _read(row, "HPHT", lambda value: _day(value, on, date_1904), "hpht_unreadable")
    return row


def _read(row: RegisterRow, column: str, parse: Any, code: str, *, holds: bool = False) -> Any:
    try:
        return parse(row.raw[column])
    except Unreadable as error:
        row.problems.append(Problem(code, f"Kolom {column} {error}.", holds=holds))
        return None


def _day(value: Any, on: date, date_1904: bool) -> date | None:
    read = cells.parse_date(value, on, date_1904=date_1904)
    return read.day if read else None


def _relation(row: RegisterRow, value: Any) -> str | None:
    text = cells.parse_text(value)
    if text is None:
        row.problems.append(Problem("relation_missing", "Hubungan keluarga belum diisi."))
        return None
    relation = RELATIONS.get("".join(sign for sign in text.lower() if sign.isalpha()))
    if relation is None:
        row.problems.append(Problem("relation_unknown", "Hubungan keluarga tidak dikenal; pilih yang sesuai."))
    return relation


def _birth_date(row: RegisterRow, on: date, date_1904: bool) -> date | None:
    value = row.raw["Tanggal Lahir"]
    digits = nik_day(row.nik.digits) if row.nik and row.nik.is_whole else None
    try:
        read = cells.parse_date(value, on, date_1904=date_1904, digits_of_nik=digits)
    except Unreadable as error:
        row.problems.append(Problem("birth_unreadable", f"Kolom Tanggal Lahir {error}.", holds=True))
        return None
    if read is None:
        row.problems.append(Problem("birth_missing", "Tanggal lahir belum diisi. Lihat KTP, KK, atau akta lahir.", holds=True))
        return None
    day = read.day
    if read.century_guessed and row.relation in GROWN_UP_RELATIONS and 0 <= on.year - day.year < GROWN_UP_YEARS:
        day = date(day.year - 100, day.month, 28 if (day.month, day.day) == (2, 29) and day.year == 2000 else day.day)
        row.problems.append(
            Problem("birth_century", "Tahun lahir ditulis dua angka dan dibaca 19xx karena hubungan keluarganya; tulis empat angka.")
        )
    return day


def nik_day(digits: str) -> str:
    """The birth date in a NIK as ddmmyy, without the 40 that is added to a woman's day. Expects 16 digits."""
    day = int(digits[6:8])
    return f"{day - 40 if day > 40 else day:02}{digits[8:12]}"


def nik_sex(digits: str) -> str:
    """The sex in a NIK: a woman's day of birth has 40 added."""
    return "perempuan" if int(digits[6:8]) > 40 else "laki-laki"


def by_number(rows: Iterable[RegisterRow]) -> Mapping[int, RegisterRow]:
    return {row.number: row for row in rows}
