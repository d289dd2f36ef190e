"""A register workbook becomes rows of raw cells, or a `WorkbookError` that says what to repair.

Nothing is repaired here by guessing: a workbook that is not the agreed form is refused whole, because a column read
under a wrong name would put a wrong fact on thousands of people.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree import ElementTree

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.datetime import MAC_EPOCH

SHEET = "Data Keluarga"
COLUMNS = (
    "No. KK", "NIK", "Nama Lengkap", "Hubungan", "JK", "Tempat Lahir", "Tanggal Lahir", "Status Kawin", "Pekerjaan",
    "Desa/Kel", "Dusun", "RT", "RW", "No. HP", "JKN", "Disabilitas", "Hamil", "HPHT", "Ket",
)  # fmt: skip
HEADER_ROW = 1
MAX_FILE_BYTES = 30 * 1024 * 1024  # the form for a whole kecamatan (50,000 people) takes about 5 MB
MAX_UNPACKED_BYTES = 400 * 1024 * 1024  # an .xlsx is a zip: a small file may unpack to a very large one
MAX_ROWS = 100_000
SHOWN = 5  # how many places an error names before "and n more"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of old .xls files and of password-protected .xlsx files
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_BROKEN = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, ElementTree.ParseError, OSError)


class WorkbookError(Exception):
    """The workbook cannot be read as a household register. The text is for the user."""


@dataclass(frozen=True)
class RawRow:
    """One row as typed: `number` is the sheet row (the header is 1), `cells` the raw values by column name."""

    number: int
    cells: dict[str, Any]

    @property
    def is_blank(self) -> bool:
        return all(is_empty(value) for value in self.cells.values())


@dataclass(frozen=True)
class Workbook:
    """The rows of the register sheet. `date_1904` says which day a serial number counts from (old Macs: 1904)."""

    rows: list[RawRow]
    date_1904: bool = False
    extra_columns: list[str] = field(default_factory=list)


def is_empty(value: Any) -> bool:
    """True for an empty cell, or one that holds only spaces (no-break spaces included)."""
    return value is None or (isinstance(value, str) and not value.strip())


def read_workbook(path: Path) -> Workbook:
    """Read the sheet "Data Keluarga" of the file.

    Blank rows between rows are kept (they are rows of the register), blank rows at the end are not.
    Raises WorkbookError for anything that is not this form.
    """
    if not path.exists():
        raise WorkbookError(_("Berkas %(path)s tidak ditemukan. Periksa nama dan foldernya.") % {"path": path})
    if path.is_dir():
        raise WorkbookError(
            _("%(path)s adalah folder, bukan berkas. Sebutkan berkas .xlsx di dalamnya.") % {"path": path}
        )
    with path.open("rb") as file:
        return read_content(file, path.name)


def read_content(file: BinaryIO, name: str) -> Workbook:
    """As `read_workbook`, of what was sent in under a name: read where it is, no copy of it is made on the disk."""
    check_content(file, name)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=False)
    except _BROKEN as error:
        raise WorkbookError(
            _(
                "Berkas %(file)s rusak dan tidak dapat dibuka (%(error)s). Buka berkas ini di Excel atau "
                "LibreOffice, simpan ulang sebagai .xlsx, lalu impor lagi."
            )
            % {"file": name, "error": type(error).__name__}
        ) from error
    sheet = _find_sheet(name, [sheet.title for sheet in book.worksheets])
    try:
        columns, rows = _read_sheet(book[sheet])
        _refuse_merged_cells(file, sheet, str(book[sheet]._worksheet_path).lstrip("/"))
    except _BROKEN as error:
        raise WorkbookError(
            _(
                "Lembar “%(sheet)s” di %(file)s rusak (%(error)s). Simpan ulang berkas ini dari Excel atau "
                "LibreOffice sebagai .xlsx, lalu impor lagi."
            )
            % {"sheet": sheet, "file": name, "error": type(error).__name__}
        ) from error
    extra = [column for column in columns.values() if column not in COLUMNS]
    return Workbook(rows=rows, date_1904=book.epoch == MAC_EPOCH, extra_columns=extra)


def _read_sheet(sheet: Any) -> tuple[dict[int, str], list[RawRow]]:
    sheet.reset_dimensions()  # the size that a file claims for its sheet is often wrong
    with warnings.catch_warnings(), contextlib.closing(sheet.iter_rows()) as lines:
        # openpyxl warns of a date cell with an impossible number and makes it "#VALUE!", which is refused below.
        warnings.simplefilter("ignore")
        columns = _read_header(sheet.title, lines)
        return columns, _read_rows(sheet.title, columns, lines)


def check_content(file: BinaryIO, name: str) -> None:
    """What is told of a file before it is read: its size, and that it is a workbook at all. Raises WorkbookError."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size == 0:
        raise WorkbookError(_("Berkas %(file)s kosong (0 byte). Salin ulang berkas dari sumbernya.") % {"file": name})
    if size > MAX_FILE_BYTES:
        raise WorkbookError(
            _(
                "Berkas %(file)s berukuran %(size)s MB, batasnya %(most)s MB. Hapus gambar dan lembar lain, atau "
                "pisahkan per desa, lalu impor satu per satu."
            )
            % {"file": name, "size": f"{size / 1024**2:.0f}", "most": MAX_FILE_BYTES // 1024**2}
        )
    start = file.read(8)
    if start == _OLE:
        if _ENCRYPTED in file.read():
            raise WorkbookError(
                _(
                    "Berkas %(file)s dikunci dengan kata sandi. Buka di Excel, pilih Berkas > Info > Lindungi Buku "
                    "Kerja > Enkripsi dengan Kata Sandi, kosongkan kata sandinya, simpan, lalu impor lagi."
                )
                % {"file": name}
            )
        raise WorkbookError(
            _(
                "Berkas %(file)s berformat Excel lama (.xls). Buka di Excel atau LibreOffice, pilih Simpan Sebagai "
                "“.xlsx”, lalu impor berkas yang baru."
            )
            % {"file": name}
        )
    if not zipfile.is_zipfile(file):
        raise WorkbookError(
            _(
                "Berkas %(file)s bukan buku kerja Excel (.xlsx). Buka berkas sumbernya di Excel atau LibreOffice, "
                "pilih Simpan Sebagai “.xlsx”, lalu impor lagi."
            )
            % {"file": name}
        )
    with zipfile.ZipFile(file) as archive:
        unpacked = sum(item.file_size for item in archive.infolist())
        names = set(archive.namelist())
    if unpacked > MAX_UNPACKED_BYTES:
        raise WorkbookError(
            _(
                "Isi berkas %(file)s berukuran %(size)s MB setelah dibuka, batasnya %(most)s MB. Hapus baris dan "
                "lembar yang tidak dipakai, atau pisahkan per desa."
            )
            % {"file": name, "size": f"{unpacked / 1024**2:.0f}", "most": MAX_UNPACKED_BYTES // 1024**2}
        )
    if "[Content_Types].xml" not in names or not any(name.endswith("workbook.xml") for name in names):
        raise WorkbookError(
            _(
                "Berkas %(file)s adalah arsip, tetapi bukan buku kerja Excel (.xlsx). Buka berkas sumbernya di Excel "
                "atau LibreOffice, pilih Simpan Sebagai “.xlsx”, lalu impor lagi."
            )
            % {"file": name}
        )


def _find_sheet(file: str, names: list[str]) -> str:
    for name in names:
        if _plain(name) == _plain(SHEET):
            return name
    present = ", ".join(f"“{name}”" for name in names) or _("tidak ada lembar")
    raise WorkbookError(
        _(
            "Berkas %(file)s tidak punya lembar “%(sheet)s” (yang ada: %(present)s). Pastikan ini register keluarga, "
            "lalu ganti nama lembar datanya menjadi “%(sheet)s”."
        )
        % {"file": file, "sheet": SHEET, "present": present}
    )


def _read_header(sheet: str, lines: Iterator[Any]) -> dict[int, str]:
    """Column positions (0 = A) by name. All columns of the form must be there, in any order; more may be."""
    first = next(lines, ())
    found, repeated = _columns_of(first)
    if repeated:
        name, letters = repeated
        raise WorkbookError(
            _(
                "Lembar “%(sheet)s”, baris %(row)s: kolom “%(column)s” ada lebih dari sekali (kolom %(letters)s). "
                "Hapus atau ganti nama salah satunya."
            )
            % {"sheet": sheet, "row": HEADER_ROW, "column": name, "letters": letters}
        )
    missing = [column for column in COLUMNS if column not in found.values()]
    if not missing:
        return found
    if len(missing) > len(COLUMNS) // 2:
        elsewhere = _header_below(lines)
        if elsewhere:
            raise WorkbookError(
                _(
                    "Lembar “%(sheet)s”: judul kolom ada di baris %(elsewhere)s, seharusnya di baris %(row)s. Hapus "
                    "%(above)s baris di atasnya, simpan, lalu impor lagi."
                )
                % {"sheet": sheet, "elsewhere": elsewhere, "row": HEADER_ROW, "above": elsewhere - HEADER_ROW}
            )
        if not found:
            raise WorkbookError(
                _(
                    "Lembar “%(sheet)s” kosong di baris %(row)s: judul kolom tidak ada. Baris %(row)s harus memuat: "
                    "%(columns)s."
                )
                % {"sheet": sheet, "row": HEADER_ROW, "columns": ", ".join(COLUMNS)}
            )
    unknown = {index: name for index, name in found.items() if name not in COLUMNS}
    hints = []
    for column in missing:
        near = _nearest(column, unknown)
        hint = ""
        if near is not None:
            said = {"letter": get_column_letter(near + 1), "name": unknown[near]}
            hint = _(" (kolom %(letter)s “%(name)s”?)") % said
        hints.append(f"“{column}”{hint}")
    raise WorkbookError(
        _(
            "Lembar “%(sheet)s”, baris %(row)s: kolom tidak ditemukan: %(columns)s. Tulis judul kolom persis seperti "
            "di formulir; kolom yang tidak diisi tetap harus ada."
        )
        % {"sheet": sheet, "row": HEADER_ROW, "columns": ", ".join(hints)}
    )


def _columns_of(line: Iterable[Any]) -> tuple[dict[int, str], tuple[str, str] | None]:
    known = {_plain(column): column for column in COLUMNS}
    found: dict[int, str] = {}
    for index, cell in enumerate(line):
        if is_empty(cell.value):
            continue
        name = known.get(_plain(str(cell.value)), str(cell.value).strip())
        for earlier, taken in found.items():
            if taken == name:
                said = {"first": get_column_letter(earlier + 1), "second": get_column_letter(index + 1)}
                return found, (name, _("%(first)s dan %(second)s") % said)
        found[index] = name
    return found, None


def _header_below(lines: Iterator[Any]) -> int | None:
    for number, line in enumerate(lines, HEADER_ROW + 1):
        if number > HEADER_ROW + 30:
            return None
        found = _columns_of(line)[0]
        if sum(name in COLUMNS for name in found.values()) > len(COLUMNS) // 2:
            return number
    return None


def _nearest(column: str, unknown: dict[int, str]) -> int | None:
    by_plain = {_plain(name): index for index, name in unknown.items()}
    wanted = _plain(column)
    for plain, index in by_plain.items():
        if plain and (plain in wanted or wanted in plain):
            return index
    near = difflib.get_close_matches(wanted, by_plain, n=1, cutoff=0.6)
    return by_plain[near[0]] if near else None


def _read_rows(sheet: str, columns: dict[int, str], lines: Iterator[Any]) -> list[RawRow]:
    rows: list[RawRow] = []
    blank: list[RawRow] = []  # kept only when a row with content follows
    broken: list[str] = []
    formulas = errors = 0
    for number, line in enumerate(lines, HEADER_ROW + 1):
        cells: dict[str, Any] = dict.fromkeys(columns.values())
        for index, cell in enumerate(line):
            if cell.value is None:
                continue
            if cell.data_type in ("f", "e"):
                formulas += cell.data_type == "f"
                errors += cell.data_type == "e"
                broken.append(f"{get_column_letter(index + 1)}{number}")
            if index in columns:
                cells[columns[index]] = cell.value
            elif not is_empty(cell.value):
                raise WorkbookError(
                    _(
                        "Lembar “%(sheet)s”, baris %(row)s, kolom %(column)s: ada isian di kolom tanpa judul. Beri "
                        "judul di baris %(header)s atau hapus isiannya."
                    )
                    % {"sheet": sheet, "row": number, "column": get_column_letter(index + 1), "header": HEADER_ROW}
                )
        row = RawRow(number, cells)
        if row.is_blank:
            if len(blank) < MAX_ROWS:
                blank.append(row)
            continue
        rows += [*blank, row]
        blank = []
        if len(rows) > MAX_ROWS:
            raise WorkbookError(
                _("Lembar “%(sheet)s” punya lebih dari %(most)s baris. Pisahkan per desa, lalu impor satu per satu.")
                % {"sheet": sheet, "most": MAX_ROWS}
            )
    if broken:
        kind = _("rumus dan galat (seperti #N/A atau #VALUE!)")
        if not (formulas and errors):
            kind = _("rumus") if formulas else _("galat (seperti #N/A atau #VALUE!)")
        raise WorkbookError(
            _(
                "Lembar “%(sheet)s”: sel %(places)s berisi %(kind)s. Salin kolom itu, lalu tempel sebagai nilai "
                "(Tempel Khusus > Nilai), periksa hasilnya, simpan, dan impor lagi."
            )
            % {"sheet": sheet, "places": _places(broken), "kind": kind}
        )
    if not rows:
        raise WorkbookError(
            _("Lembar “%(sheet)s” hanya berisi judul kolom, tidak ada baris data. Isi mulai baris %(first)s.")
            % {"sheet": sheet, "first": HEADER_ROW + 1}
        )
    return rows


def _refuse_merged_cells(file: BinaryIO, sheet: str, part: str) -> None:
    """Merged cells give only their first row a value: members would lose their KK or village without a sign."""
    merged: list[str] = []
    with zipfile.ZipFile(file) as archive, archive.open(part) as stream:
        for _event, element in ElementTree.iterparse(stream):
            if element.tag == f"{_MAIN}mergeCell":
                reference = element.attrib.get("ref", "")
                if range_boundaries(reference)[3] >= HEADER_ROW:
                    merged.append(reference)
            elif element.tag == f"{_MAIN}row":
                element.clear()
    if merged:
        raise WorkbookError(
            _(
                "Lembar “%(sheet)s”: sel %(places)s digabung (merge). Pilih sel itu, batalkan penggabungan "
                "(Unmerge), isi setiap barisnya, lalu impor lagi."
            )
            % {"sheet": sheet, "places": _places(merged)}
        )


def _places(places: list[str]) -> str:
    more = _(" dan %(count)d lagi") % {"count": len(places) - SHOWN} if len(places) > SHOWN else ""
    return ", ".join(places[:SHOWN]) + more


def _plain(text: str) -> str:
    """Letters and digits only, lower case: "No. KK" and "no kk" are the same heading."""
    return re.sub(r"[^a-z0-9]", "", text.lower())
