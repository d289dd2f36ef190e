"""What is due, as lines of the due list; and what was found, as results in three lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from primary_care.accounts.models import Cadre
from primary_care.accounts.scope import with_implied_cadres
from primary_care.decisions.content import topic_text
from primary_care.decisions.reading import MOST_URGENT, Action, Finding, Missing, Reading, Service
from primary_care.decisions.visibility import Closed
from primary_care.design.formats import near_date, relative
from primary_care.design.states import UNIT_LABELS, Chip, chip, window

LATER_SHOWN = 6
NEAR = ("rumah", "posyandu", "pustu", "puskesmas")


@dataclass(frozen=True)
class Line:
    """One service in a due list."""

    id: str
    label: str
    chip: Chip
    why: str
    units: tuple[str, ...]
    explanation: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Result:
    """One finding: what it is, what to do now, when again."""

    severity: str
    what: str
    now: tuple[str, ...]
    when: str
    chip: Chip | None = None


@dataclass(frozen=True)
class Lines:
    """The due list of a person in its parts."""

    here: tuple[Line, ...]
    elsewhere: tuple[Line, ...]
    unknown: tuple[Line, ...]
    later: tuple[Line, ...]
    other: tuple[Line, ...]
    missed: tuple[Line, ...]
    done: tuple[Line, ...]


def lines(reading: Reading, unit: str, cadre: str) -> Lines:
    """All that concerns the person: what is wanted now here from this worker, and elsewhere or from others; what cannot be told,
    what comes, what was not done, what is done. Of a worker without a unit everything wanted is here.
    """
    cadres = with_implied_cadres({cadre})

    def mine(one: Service) -> bool:
        return not unit or one.given_by(unit, cadres)

    by_status: dict[str, list[Service]] = {}
    for one in reading.services:
        by_status.setdefault(one.status, []).append(one)
    coming = sorted(by_status.get("not-yet", []), key=lambda one: (one.due or date.max, one.label))
    held = [one for status in ("deferred", "declined", "contraindicated") for one in by_status.get(status, [])]
    done = sorted(by_status.get("done", []), key=lambda one: one.last or date.min, reverse=True)
    return Lines(
        here=tuple(line(one, reading.on) for one in reading.wanted if mine(one)),
        elsewhere=tuple(line(one, reading.on) for one in reading.wanted if not mine(one)),
        unknown=tuple(line(one, reading.on) for one in by_status.get("unknown", [])),
        later=tuple(line(one, reading.on) for one in coming),
        other=tuple(line(one, reading.on) for one in held),
        missed=tuple(line(one, reading.on) for one in by_status.get("missed", [])),
        done=tuple(line(one, reading.on) for one in done),
    )


def line(one: Service, on: date) -> Line:
    """One service."""
    mark = chip(
        one.status,
        on,
        due=one.due,
        closes=one.closes,
        last=one.last,
        until=one.until,
        missing=", ".join(one.missing),
        reason=one.because,
    )
    pairs = [
        (_("Keadaan"), one.whole),
        (_("Waktu"), window(one.due, one.closes, on)),
        (
            _("Tempat dan tenaga"),
            "; ".join(f"{_(UNIT_LABELS.get(unit, unit))}: {', '.join(who)}" for unit, who in _who(one).items()),
        ),
        (_("Sumber"), one.source),
    ]
    return Line(
        id=one.id,
        label=one.label,
        chip=mark,
        why=one.why,
        units=nearest(one.units) if one.status in ("due", "overdue", "not-yet", "unknown") else (),
        explanation=tuple((term, text) for term, text in pairs if text),
    )


def nearest(units: tuple[str, ...]) -> tuple[str, ...]:
    """The places close to where people live, the nearest first; the others only where there is none of these."""
    return tuple(unit for unit in NEAR if unit in units) or units


def results(findings: Iterable[Finding], on: date, unit: str = "") -> list[Result]:
    """Findings with what concerns a unit of this kind, the most urgent first."""
    return [result(one, on, unit) for one in findings]


def closed_result(closed: Closed | None) -> Result | None:
    """What is said of something urgent that this worker does not see: that help is needed, not why."""
    if closed is None:
        return None
    if closed.may_open:
        what, now = _("Ada temuan mendesak di data tertutup"), _("Buka data tertutup dengan alasan, lalu tangani.")
    else:
        what, now = _("Perlu pendampingan tenaga kesehatan"), _("Dampingi orangnya, hubungi tenaga kesehatan sekarang.")
    return Result(severity=closed.severity, what=what, now=(now,), when="", chip=urgency(closed.severity))


def result(one: Finding, on: date, unit: str = "") -> Result:
    """One finding in three lines, with what concerns a unit of this kind."""
    because = f" ({one.because})" if one.because else ""
    now = [_action(action, on) for action in one.actions if action.kind != "recheck" and action.concerns(unit)]
    now += [text[0] for topic in one.tell if (text := topic_text(topic))] if not now else []
    again = [f"{action.label}, {_by(action.by, on)}" for action in one.actions if action.kind == "recheck"]
    return Result(
        severity=one.severity,
        what=f"{one.label}{because}",
        now=tuple(now),
        when=_("Periksa lagi: %(what)s") % {"what": "; ".join(again)} if again else "",
        chip=urgency(one.severity) if one.severity in MOST_URGENT else None,
    )


def minor(findings: list[Finding]) -> list[Finding]:
    """Those that may be folded below the others: planned or watched, where something more pressing was found too."""
    found = [one for one in findings if one.severity in ("terjadwal", "pantau")]
    return found if len(found) < len(findings) else []


def urgency(severity: str) -> Chip:
    """How fast to act on one of the most urgent findings."""
    return Chip("danger", _("Gawat, sekarang") if severity == "gawat" else _("Segera, dalam 24 jam"), "warning")


def advice(findings: Iterable[Finding], services: Iterable[Service] = ()) -> list[tuple[str, str]]:
    """Titles and texts of what to tell, each once: first for what was found, then for what was given."""
    topics = dict.fromkeys(
        [topic for one in findings for topic in one.tell] + [topic for one in services for topic in one.tell]
    )
    return [text for topic in topics if (text := topic_text(topic))]


def missing_words(missing: Iterable[Missing]) -> list[tuple[str, str]]:
    """Pairs (what to record, what for)."""
    return [(one.label, ", ".join(one.needed_for)) for one in missing]


def next_dates(reading: Reading, count: int = LATER_SHOWN) -> list[tuple[str, str, tuple[str, ...]]]:
    """The next things to come back for: what, when, where."""
    dated: list[tuple[date, str, tuple[str, ...]]] = [
        (one.due, one.label, nearest(one.units))
        for one in reading.services
        if one.status == "not-yet" and one.due and one.due > reading.on
    ]
    dated += [
        (one.by, one.label, nearest(one.units))
        for one in reading.actions
        if one.kind == "recheck" and one.by > reading.on
    ]
    dated += [
        (one.until, one.label, nearest(one.units)) for one in reading.services if one.status == "deferred" and one.until
    ]
    dated.sort(key=lambda row: (row[0], row[1]))
    return [
        (label, f"{near_date(day, reading.on)}, {relative(day, reading.on)}", units)
        for day, label, units in dated[:count]
    ]


def _action(action: Action, on: date) -> str:
    if action.by <= on:
        when = _("hari ini")
    else:
        when = _("paling lambat %(day)s") % {"day": near_date(action.by, on)}
    if action.kind == "refer":
        when = _("sekarang") if action.by <= on else when
    return f"{action.label} ({when})"


def _by(day: date, on: date) -> str:
    """`22 Agustus`; of a day that has passed `seharusnya 22 Agustus`."""
    return near_date(day, on) if day >= on else _("seharusnya %(day)s") % {"day": near_date(day, on)}


def _who(one: Service) -> dict[str, list[str]]:
    labels = {value: str(label).lower() for value, label in Cadre.choices}
    found: dict[str, list[str]] = {}
    for unit, who in one.providers:
        found.setdefault(unit, []).append(labels.get(who, who))
    return found
