"""Reads a file of codes: `kode,nama`, one area a row, as CSV or compressed (.gz). Nothing is guessed: what is not as it
should be is a fault with its row, and a file that cannot be read at all is refused.
"""

import csv
import gzip
import io
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

CODE = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")
COLUMNS = ["kode", "nama"]
MOST_BYTES = 100_000_000  # the nation takes 2.3 million
LONGEST_NAME = 120


class FileRefused(Exception):
    """The file cannot be read; the text says why and what to do."""


@dataclass(frozen=True)
class Fault:
    """What is wrong in one row of a file (1 = the header)."""

    row: int
    code: str
    reason: str


@dataclass(frozen=True)
class CodeRow:
    row: int
    code: str
    name: str


@dataclass(frozen=True)
class CodesFile:
    """What was read. `repeated`: rows that say the same once more."""

    rows: list[CodeRow]
    faults: list[Fault]
    repeated: int


def read_codes(path: Path) -> CodesFile:
    """Every row of the file, and every fault. Raises FileRefused."""
    text = read_text(path)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: dict[str, CodeRow] = {}
    faults: list[Fault] = []
    repeated = 0
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        if header != COLUMNS:
            raise FileRefused(
                f"Baris pertama harus {','.join(COLUMNS)}; di berkas ini: {','.join(header)[:80] or 'kosong'}."
                + (
                    " Simpan ulang dengan koma sebagai pemisah."
                    if len(header) == 1 and re.search(r"[;\t]", header[0])
                    else ""
                )
            )
        for cells in reader:
            if not cells:
                continue
            fault = _fault_of(cells)
            if fault:
                faults.append(Fault(reader.line_num, cells[0].strip()[:40], fault))
                continue
            row = CodeRow(reader.line_num, cells[0].strip(), cells[1].strip())
            first = rows.setdefault(row.code, row)
            if first is row:
                continue
            if first.name == row.name:
                repeated += 1
            else:
                reason = f"Kode ini sudah ada di baris {first.row} dengan nama lain: {first.name}."
                faults.append(Fault(row.row, row.code, reason))
    except csv.Error as error:
        raise FileRefused(f"Baris {reader.line_num}: tanda kutip atau pemisah tidak benar ({error}).") from error
    if not rows and not faults:
        raise FileRefused("Berkas ini tidak berisi satu wilayah pun.")
    return CodesFile(list(rows.values()), faults, repeated)


def _fault_of(cells: list[str]) -> str:
    if len(cells) != len(COLUMNS):
        return f"Ada {len(cells)} kolom, seharusnya 2. Nama yang berisi koma ditulis di antara tanda kutip."
    code, name = (cell.strip() for cell in cells)
    if not CODE.fullmatch(code):
        return "Kode tidak sah; tulis seperti 52, 52.08, 52.08.01 atau 52.08.01.2001."
    if not name:
        return "Nama kosong."
    if len(name) > LONGEST_NAME:
        return f"Nama lebih dari {LONGEST_NAME} huruf."
    if not name.isprintable():
        return "Nama berisi tanda yang tidak terlihat."
    return ""


def read_text(path: Path) -> str:
    """The text of a CSV in UTF-8, compressed or not. Raises FileRefused."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise FileRefused(f"{path}: berkas .gz ini rusak. Unduh atau salin sekali lagi.") from error
    except OSError as error:
        raise FileRefused(f"{path}: {error.strerror}.") from error
    if len(content) > MOST_BYTES:
        raise FileRefused(f"{path}: lebih dari {MOST_BYTES // 1_000_000} MB; ini bukan daftar kode wilayah.")
    if content.startswith(b"PK\x03\x04") or b"\x00" in content:
        raise FileRefused(f"{path}: ini bukan CSV. Dari Excel: Simpan sebagai, CSV UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileRefused(f"Baris {line}: huruf tidak terbaca sebagai UTF-8. Simpan sebagai CSV UTF-8.") from error
