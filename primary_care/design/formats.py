"""Dates, ages, numbers and lists as Indonesians write and say them; in English when English is the language in use."""

import calendar
import re
from datetime import date, time
from decimal import Decimal, InvalidOperation

from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

MONTHS = (
    gettext_noop("Januari"), gettext_noop("Februari"), gettext_noop("Maret"), gettext_noop("April"), gettext_noop("Mei"), gettext_noop("Juni"),
    gettext_noop("Juli"), gettext_noop("Agustus"), gettext_noop("September"), gettext_noop("Oktober"), gettext_noop("November"), gettext_noop("Desember"),
)  # fmt: skip


class NotANumber(ValueError):
    """The text typed is no number; the message says what to write."""


class NotADate(ValueError):
    """The text typed is no date; the message says what to write."""


def long_date(day: date) -> str:
    """`3 Juni 2026`."""
    return f"{day.day} {_(MONTHS[day.month - 1])} {day.year}"


def near_date(day: date, on: date) -> str:
    """As `long_date`, without the year where it is the year of `on`: `3 Juni`."""
    return f"{day.day} {_(MONTHS[day.month - 1])}" if day.year == on.year else long_date(day)


def clock(at: time) -> str:
    """`pukul 09.30`."""
    return _("pukul %(time)s") % {"time": at.strftime("%H:%M" if _english() else "%H.%M")}


def read_clock(text: str) -> time:
    """The time that somebody typed: `09.30`, `9:30`. Raises ValueError with what to write."""
    found = re.fullmatch(r"([0-9]{1,2})(?:[.:]([0-9]{1,2}))?", text.strip())
    try:
        if found:
            return time(int(found[1]), int(found[2] or 0))
    except ValueError:
        pass
    raise ValueError(_("Tulis jam seperti 09.30."))


def number(value: Decimal | float | int, decimals: int | None = None) -> str:
    """`12,4`; a dot between thousands from 10.000 on. Without `decimals`, as many as the value has."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if decimals is None:
        decimals = max(0, -int(exact.normalize().as_tuple().exponent))
    text = f"{exact:,.{decimals}f}" if abs(exact) >= 10000 else f"{exact:.{decimals}f}"
    text = text.replace("-", "−", 1)
    return text if _english() else text.translate(str.maketrans(",.", ".,"))


def read_number(text: str, *, whole: bool = False) -> Decimal:
    """The number that somebody typed: `12,4`, `12.4`, `3.100` where a whole number is asked. Raises `NotANumber`."""
    plain = text.strip().replace(" ", "").replace("−", "-")
    if re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{3})+", plain):
        if not whole:
            raise NotANumber(
                _("“%(text)s” dapat dibaca dua cara. Tulis koma untuk desimal, misalnya 3,1.") % {"text": text}
            )
        plain = plain.replace(".", "")
    if not re.fullmatch(r"-?[0-9]{1,9}([.,][0-9]{1,6})?", plain):
        said = {"text": text[:40], "example": "12" if whole else "12,4"}
        raise NotANumber(_("“%(text)s” bukan angka. Tulis angka saja, misalnya %(example)s.") % said)
    try:
        value = Decimal(plain.replace(",", "."))
    except InvalidOperation:  # pragma: no cover - the pattern above lets only numbers pass
        raise NotANumber(_("“%(text)s” bukan angka.") % {"text": text[:40]}) from None
    if whole and value != value.to_integral_value():
        raise NotANumber(_("Tulis angka bulat, tanpa koma."))
    return value


def read_date(text: str) -> date:
    """The day that somebody typed: `3-6-2026`, `03/06/2026`, `3 Juni 2026`, or a machine's `2026-06-03`. Raises `NotADate`."""
    parts = [part for part in re.split(r"[-/. ]+", text.strip()) if part]
    if len(parts) == 3 and (month := _month(parts[1])):
        parts[1] = str(month)
    try:
        first, second, third = (int(part) for part in parts if part.isascii())
        if len(parts[0]) == 4:
            return date(first, second, third)
        if len(parts[2]) == 4:
            return date(third, second, first)
    except (ValueError, IndexError, OverflowError):
        pass
    raise NotADate(_("“%(text)s” bukan tanggal. Tulis hari-bulan-tahun, misalnya 3-6-2026.") % {"text": text[:40]})


def _month(word: str) -> int | None:
    """The number of a month written as a word, in either language, whole or its first three letters."""
    low = word.lower()
    for number_, name in enumerate(MONTHS, start=1):
        if low in (name.lower(), name[:3].lower(), _(name).lower()):
            return number_
    return None


def _since(start: date, end: date) -> tuple[int, int]:
    """Completed months and the days left over from `start` to `end`."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if end.day < start.day and end.day < calendar.monthrange(end.year, end.month)[1]:
        months -= 1
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return months, (end - date(year, month + 1, min(start.day, last))).days


def days(count: int) -> str:
    """`12 hari`."""
    return ngettext("%(count)d hari", "%(count)d hari", count) % {"count": count}


def months(count: int) -> str:
    """`9 bulan`."""
    return ngettext("%(count)d bulan", "%(count)d bulan", count) % {"count": count}


def years(count: int) -> str:
    """`3 tahun`."""
    return ngettext("%(count)d tahun", "%(count)d tahun", count) % {"count": count}


def weeks(count: int) -> str:
    """`20 minggu`."""
    return ngettext("%(count)d minggu", "%(count)d minggu", count) % {"count": count}


def age(birth: date, on: date) -> str:
    """`12 hari`, `9 bulan 12 hari` (below two years), `3 tahun 4 bulan` (below six), `28 tahun`."""
    whole, rest = _since(birth, on)
    if whole < 1:
        return days((on - birth).days)
    if whole < 24:
        return f"{months(whole)} {days(rest)}" if rest else months(whole)
    if whole < 72 and whole % 12:
        return f"{years(whole // 12)} {months(whole % 12)}"
    return years(whole // 12)


def gestation(day_count: int) -> str:
    """`20 minggu 3 hari`."""
    return f"{weeks(day_count // 7)} {days(day_count % 7)}" if day_count % 7 else weeks(day_count // 7)


def relative(day: date, on: date) -> str:
    """`hari ini`, `besok`, `12 hari lagi`, `12 hari lalu`; weeks and months where days no longer tell."""
    distance = (day - on).days
    if distance == 0:
        return _("hari ini")
    if distance == 1:
        return _("besok")
    if distance == -1:
        return _("kemarin")
    size = abs(distance)
    words = days(size) if size < 28 else weeks(size // 7) if size < 90 else months(size // 30)
    return (_("%(span)s lagi") if distance > 0 else _("%(span)s lalu")) % {"span": words}


def unit_words(unit: str) -> str:
    """The unit of an item as people say it: `hari` for d, `kali/menit` for /min."""
    return {"d": _("hari"), "/min": _("kali/menit"), "/uL": "/µL", "10^6/uL": "juta/µL", "kg/m2": "kg/m²"}.get(
        unit, unit
    )


def _english() -> bool:
    return (get_language() or "id").startswith("en")


def shortened(labels: tuple[str, ...]) -> str:
    """The first three, and how many more."""
    if len(labels) <= 4:
        return ", ".join(labels)
    return _("%(some)s dan %(count)d isian lain") % {"some": ", ".join(labels[:3]), "count": len(labels) - 3}
