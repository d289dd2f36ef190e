"""One raw cell becomes a value. Pure functions: the day that "future" is measured against is passed in.

A parser returns None for an empty cell and raises `Unreadable` for a cell that holds something it cannot read, so that
"not filled in" and "filled in, but wrong" stay two things.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.utils.translation import gettext as _

from primary_care.people.register.reading import is_empty

# A two-digit year that would make a person older than this is not taken for granted: "28" in 2026 is either a slip for
# another year or somebody of 98. Only the NIK (same day, month and year) or four digits settle it.
# assumed: no source fixes it.
OLDEST_BY_TWO_DIGITS = 95
OLDEST = 120  # years; older is taken as a typing error. assumed: no source fixes it.
NIK_DIGITS = 16
EXCEL_DIGITS = 15  # Excel keeps 15 significant digits of a number

_MONTH_NAMES = (
    "jan januari january", "feb peb februari pebruari february", "mar mrt maret march", "apr april", "mei may",
    "jun juni june", "jul juli july", "agu ags agt agust agustus aug august", "sep sept september",
    "okt oct oktober october", "nov nop november nopember", "des dec desember december",
)  # fmt: skip
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_DAY_FIRST = re.compile(r"^(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4}|\d{2})$")
_YEAR_FIRST = re.compile(r"^(\d{4})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?$")
_NAMED_MONTH = re.compile(r"^(\d{1,2})\s*[/.\- ]?\s*([a-z]+)\.?\s*[/.\- ]?\s*(\d{4}|\d{2})$")


class Unreadable(ValueError):
    """A cell holds something that its parser cannot read. The text says why, for the user, without its content."""


def parse_text(value: Any) -> str | None:
    """Text with single spaces, None when empty. A whole number in a text column loses its ".0"."""
    if is_empty(value):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split())


@dataclass(frozen=True)
class ReadDate:
    """A date as read. `precision`: how much the cell told, `day` is then the first day of that month or year.

    `century_guessed`: the cell had two digits for the year, so the century is ours.
    """

    day: date
    century_guessed: bool = False
    precision: Literal["hari", "bulan", "tahun"] = "hari"


def parse_date(value: Any, on: date, *, date_1904: bool = False, digits_of_nik: str | None = None) -> ReadDate | None:
    """Read a date cell: a date, a serial number, or text with the day first (or the year first, with four digits).
    A year or a month alone is read with that precision.

    A two-digit year belongs to the century that makes the date the latest one up to `on`, unless that makes a person
    older than OLDEST_BY_TWO_DIGITS: then the date in the future is returned (and questioned), except when
    `digits_of_nik` (ddmmyy without the 40 of a woman) is that very date. Raises Unreadable.
    """
    if is_empty(value):
        return None
    if isinstance(value, datetime):
        return ReadDate(value.date())
    if isinstance(value, date):
        return ReadDate(value)
    if isinstance(value, bool):
        raise Unreadable(_("berisi BENAR/SALAH, bukan tanggal"))
    if isinstance(value, int | float):
        if _is_year(value):
            return ReadDate(_date(int(value), 1, 1), precision="tahun")
        return ReadDate(_from_serial(float(value), date_1904))
    text = " ".join(str(value).strip().strip("'").lower().split())
    if re.fullmatch(r"\d{4,5}(\.0+)?", text) and not _is_year(float(text)):
        return ReadDate(_from_serial(float(text), date_1904))  # a serial number kept as text
    if part := _year_or_month(text):
        return part
    year_text, month, day = _parts(text)
    if len(year_text) == 4:
        return ReadDate(_date(int(year_text), month, day))
    return ReadDate(_with_century(int(year_text), month, day, on, digits_of_nik), century_guessed=True)


def _parts(text: str) -> tuple[str, int, int]:
    if match := _YEAR_FIRST.match(text):
        return match[1], int(match[2]), int(match[3])
    if match := _DAY_FIRST.match(text):
        return match[3], int(match[2]), int(match[1])
    if match := _NAMED_MONTH.match(text):
        month = _MONTHS.get(match[2])
        if month is None:
            raise Unreadable(_("nama bulan tidak dikenal"))
        return match[3], month, int(match[1])
    raise Unreadable(_("tidak terbaca; tulis seperti 17/08/1990"))


def _is_year(number: float) -> bool:
    """As a serial number 1900–2100 would be a day in 1905, which nobody alive was born on: it is a year."""
    return 1900 <= number <= 2100 and number == int(number)


def _year_or_month(text: str) -> ReadDate | None:
    """ "1957", "08/1957", "Agustus 1957", "00/00/1957": all that is known of many an old person's birth."""
    if match := re.fullmatch(r"(?:00?[/.\- ]00?[/.\- ])?(\d{4})", text):
        return ReadDate(_date(int(match[1]), 1, 1), precision="tahun")
    if match := re.fullmatch(r"(?:00?[/.\- ])?(\d{1,2})[/.\- ](\d{4})", text):
        return ReadDate(_date(int(match[2]), int(match[1]), 1), precision="bulan")
    if (match := re.fullmatch(r"([a-z]+)\.?[ \-/](\d{4})", text)) and match[1] in _MONTHS:
        return ReadDate(_date(int(match[2]), _MONTHS[match[1]], 1), precision="bulan")
    return None


def _date(year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12:
        raise Unreadable(_("tidak ada bulan %(month)s; tulis hari dulu, lalu bulan: 17/08/1990") % {"month": month})
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable(
            _("tidak ada tanggal %(day)s bulan %(month)s tahun %(year)s") % {"day": day, "month": month, "year": year}
        ) from None


def _with_century(two_digits: int, month: int, day: int, on: date, digits_of_nik: str | None) -> date:
    century = on.year // 100 * 100
    recent = _date(century + two_digits, month, day)
    if recent <= on:
        return recent
    earlier = _date(century - 100 + two_digits, month, day)
    if on.year - earlier.year <= OLDEST_BY_TWO_DIGITS or digits_of_nik == f"{day:02}{month:02}{two_digits:02}":
        return earlier
    return recent


def _from_serial(serial: float, date_1904: bool) -> date:
    """Excel's day number. 1900 is a leap year for Excel, so day 60 does not exist and earlier numbers are one off."""
    if not 1 <= serial < 110_000:
        raise Unreadable(_("berisi angka yang bukan tanggal; tulis seperti 17/08/1990"))
    days = int(serial)
    if date_1904:
        return date(1904, 1, 1) + timedelta(days=days)
    if days == 60:
        raise Unreadable(_("berisi 29 Februari 1900, tanggal yang tidak ada"))
    return date(1899, 12, 31 if days < 60 else 30) + timedelta(days=days)


@dataclass(frozen=True)
class ReadNumber:
    """A NIK or KK number as typed: `digits` as far as known, `lost` when Excel kept it as a number and cut the end."""

    digits: str
    lost: bool = False

    @property
    def is_whole(self) -> bool:
        return len(self.digits) == NIK_DIGITS and not self.lost


def parse_number16(value: Any) -> ReadNumber | None:
    """A 16-digit number (NIK, No. KK). Spaces, dots, dashes and apostrophes are ignored; "-" and "0" mean empty.

    Raises Unreadable when other signs are in it.
    """
    if is_empty(value):
        return None
    if isinstance(value, bool):
        raise Unreadable(_("berisi BENAR/SALAH, bukan nomor"))
    if isinstance(value, int | float):
        if value != value or value in (float("inf"), float("-inf")) or value < 0 or value != int(value):
            raise Unreadable(_("berisi pecahan atau tanda minus, bukan nomor"))
        digits = str(int(value))
        if len(digits) > 1 and len(set(digits)) == 1:
            return None
        return ReadNumber(digits, lost=len(digits) > EXCEL_DIGITS) if int(value) else None
    text = str(value).strip().strip("'")
    if re.fullmatch(r"\d([.,]\d+)?e\+?\d+", text.lower()):
        return ReadNumber(str(int(float(text.replace(",", ".")))), lost=True)  # 9,90102E+15 kept as text
    digits = re.sub(r"[\s.\-_']", "", text)
    if len(set(digits)) <= 1:  # nothing, 0, or a filler such as 9999999999999999
        return None
    if not (digits.isascii() and digits.isdigit()):
        raise Unreadable(_("berisi huruf atau tanda lain, bukan 16 angka"))
    return ReadNumber(digits)


_SEX = {
    "l": "laki-laki", "lk": "laki-laki", "lakilaki": "laki-laki", "laki": "laki-laki", "pria": "laki-laki",
    "p": "perempuan", "pr": "perempuan", "perempuan": "perempuan", "wanita": "perempuan",
}  # fmt: skip


def parse_sex(value: Any) -> str | None:
    """`laki-laki` or `perempuan`. Raises Unreadable for anything else."""
    if is_empty(value):
        return None
    plain = re.sub(r"[^a-z]", "", str(value).lower())
    if plain not in _SEX:
        raise Unreadable(_("bukan L atau P"))
    return _SEX[plain]


_YES = {"ya", "y", "iya", "yes", "true", "benar", "1", "v", "✓", "√", "hamil"}
_NO = {"tidak", "t", "tdk", "no", "n", "false", "salah", "0", "-", "bukan"}


def parse_yes_no(value: Any) -> bool | None:
    """True, False, or None when empty. Raises Unreadable for anything else."""
    if is_empty(value):
        return None
    plain = str(parse_text(value)).lower()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise Unreadable(_("bukan Ya atau Tidak"))


def parse_rt_rw(value: Any) -> int | None:
    """The number of an RT or RW: 3, "003", "RT 3", "3.0". Raises Unreadable for anything else; 0 and "-" mean empty."""
    if is_empty(value):
        return None
    text = str(parse_text(value)).lower()
    if text in {"-", "--"}:
        return None
    match = re.fullmatch(r"(?:r\s*\.?\s*[tw]\s*\.?\s*[:.]?\s*)?0*(\d{1,3})(?:\.0)?", text)
    if not match:
        raise Unreadable(_("bukan nomor RT/RW"))
    return int(match[1]) or None


def parse_phone(value: Any) -> str | None:
    """A telephone number as digits with a leading 0 or +. A number cell has lost its 0, which is put back.

    Raises Unreadable for more than one number in the cell.
    """
    text = parse_text(value)
    if text is None:
        return None
    digits = re.sub(r"[^\d+]", "", text)
    if not digits.strip("+0"):
        return None
    if len(digits) > 16 or "+" in digits[1:]:
        raise Unreadable(_("bukan satu nomor telepon"))
    if digits.startswith("62"):
        return "+" + digits
    return digits if digits.startswith(("0", "+")) else "0" + digits


def plain_village(name: str) -> str:
    """A village name for comparing: no case, spaces, signs, or a leading "Desa", "Kel." and the like."""
    text = re.sub(r"^(desa|ds|kelurahan|kel|nagari|gampong|pekon)\b[.\s]*", "", name.lower().strip())
    return re.sub(r"[^a-z0-9]", "", text)
