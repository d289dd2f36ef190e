"""The language of states: how the status of a service is said, in words, with a shape and only then a colour."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from primary_care.design.formats import days, long_date, months, near_date, years

ORDER = (
    "overdue",
    "due",
    "unknown",
    "not-yet",
    "deferred",
    "declined",
    "contraindicated",
    "done",
    "missed",
    "cancelled",
)
#: Days after which what was never done is said to be that: how many years have gone since a birthday tells nobody anything.
LONG_AGO = 2 * 365
SHAPES = {"overdue": "clock", "missed": "clock-struck", "done": "tick", "danger": "warning", "contraindicated": "bar"}

UNIT_LABELS = {
    "rumah": gettext_noop("Kunjungan rumah"),
    "posyandu": gettext_noop("Posyandu"),
    "pustu": gettext_noop("Pustu"),
    "puskesmas": gettext_noop("Puskesmas"),
    "fktp-lain": gettext_noop("Klinik atau praktik mandiri"),
    "rumah-sakit": gettext_noop("FKRTL"),
    "sekolah": gettext_noop("Sekolah"),
    "paud": gettext_noop("PAUD"),
    "tempat-kerja": gettext_noop("Tempat kerja"),
    "labkesmas": gettext_noop("Labkesmas"),
}


@dataclass(frozen=True)
class Chip:
    """A state to show. `tone` is one of the ten states, `shape` the name of a drawing or empty."""

    tone: str
    text: str
    shape: str = ""


def chip(
    status: str,
    on: date,
    *,
    due: date | None = None,
    closes: date | None = None,
    last: date | None = None,
    until: date | None = None,
    missing: str = "",
    reason: str = "",
    place: str = "",
) -> Chip:
    """The chip of a service whose status is `status` on the day `on`.

    `last` is the day it was done, refused or postponed; `until` the day a postponement ends; `missing` what is not recorded yet.
    """
    return Chip(status, _words(status, on, due, closes, last, until, missing, reason, place), SHAPES.get(status, ""))


def _words(
    status: str, on: date, due: date | None, closes: date | None, last: date | None, until: date | None,
    missing: str, reason: str, place: str,
) -> str:  # fmt: skip
    match status:
        case "not-yet":
            return _("Belum waktunya, mulai %(day)s") % {"day": near_date(due, on)} if due else _("Belum waktunya")
        case "due" if closes and closes > on:
            return _("Jatuh tempo, paling lambat %(day)s") % {"day": near_date(closes, on)}
        case "due":
            return _("Jatuh tempo")
        case "overdue" if due and not last and (on - due).days > LONG_AGO:
            return _("Belum pernah")
        case "overdue" if due and due < on:
            return _("Terlambat %(span)s") % {"span": _span((on - due).days)}
        case "overdue":
            return _("Terlambat")
        case "done":
            words = _("Selesai %(day)s") % {"day": near_date(last, on)} if last else _("Selesai")
            return f"{words}, {place}" if place else words
        case "missed":
            return _("Terlewat, batasnya %(day)s") % {"day": near_date(closes, on)} if closes else _("Terlewat")
        case "cancelled":
            return _("Batal")
        case "deferred":
            words = _("Ditunda sampai %(day)s") % {"day": near_date(until, on)} if until else _("Ditunda")
            return f"{words}: {reason}" if reason else words
        case "declined":
            return _("Ditolak %(day)s") % {"day": near_date(last, on)} if last else _("Ditolak")
        case "contraindicated":
            return _("Tidak boleh: %(reason)s") % {"reason": reason} if reason else _("Tidak boleh")
        case "unknown":
            if missing:
                return _("Belum dapat ditentukan: %(missing)s belum dicatat") % {"missing": missing}
            return _("Belum dapat ditentukan")
        case "danger":
            return _("Tanda bahaya")
    return status


def _span(count: int) -> str:
    """Days as long as they tell; from three months on in whole months, from two years on in whole years."""
    return days(count) if count < 92 else months(count // 30) if count < 731 else years(count // 365)


def window(due: date | None, closes: date | None, on: date) -> str:
    """`3 Juni 2026, paling lambat 30 Juni 2026`, or nothing."""
    if due is None:
        return ""
    if closes is None or closes <= due:
        return long_date(due)
    return _("%(due)s, paling lambat %(closes)s") % {"due": near_date(due, on), "closes": near_date(closes, on)}
