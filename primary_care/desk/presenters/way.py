"""The way through the Puskesmas in words: where somebody is, since when, what happened, what was agreed for another day."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from primary_care.accounts.models import Assignment
from primary_care.decisions.content import service_label
from primary_care.design.formats import clock, days, long_date, near_date
from primary_care.design.states import Chip
from primary_care.desk.presenters.person import age_words
from primary_care.encounters.models import Encounter, Step
from primary_care.encounters.permissions import sees_queues
from primary_care.encounters.places import IGD, PLACES
from primary_care.encounters.queries import Agreed, encounter_for, under_way
from primary_care.encounters.routing import EMERGENCY_SIGNS, INFECTIOUS_SIGNS, Triage
from primary_care.encounters.transitions import CALLED, INSIDE, TERMINAL, WAITING, Event, State
from primary_care.people.models import Person

STAGES = {
    WAITING: gettext_noop("menunggu di %(place)s"),
    CALLED: gettext_noop("dipanggil ke %(place)s"),
    INSIDE: gettext_noop("di ruang: %(place)s"),
}
COLOURS = {
    Triage.MERAH.value: gettext_noop("Triase merah"),
    Triage.KUNING.value: gettext_noop("Triase kuning"),
    Triage.HIJAU.value: gettext_noop("Triase hijau"),
    Triage.HITAM.value: gettext_noop("Triase hitam"),
}
RULES = {
    2: gettext_noop("hendak bersalin"),
    3: gettext_noop("hamil atau nifas"),
    4: gettext_noop("umur di bawah 6 tahun"),
    5: gettext_noop("umur 6 sampai 17 tahun"),
    6: gettext_noop("umur 18 sampai 59 tahun"),
    7: gettext_noop("umur 60 tahun atau lebih"),
}


@dataclass(frozen=True)
class Somebody:
    """One person in a queue."""

    key: uuid.UUID
    number: str
    name: str
    url: str
    age: str
    where: str
    waits: str
    chips: tuple[Chip, ...]
    seen: int
    behind: int
    emergency: bool


@dataclass(frozen=True)
class StepLine:
    """One thing that happened."""

    at: datetime
    what: str
    more: tuple[str, ...]
    by: str
    taken_back: str


@dataclass(frozen=True)
class AgreedLine:
    """A service that was agreed for a day."""

    key: uuid.UUID
    service: str
    when: str
    unit: str
    chip: Chip
    person: str
    person_url: str


def place_label(place: str) -> str:
    """The name of a place, or nothing."""
    return _(PLACES[place].label) if place in PLACES else ""


def now_words(one: Encounter) -> str:
    """`menunggu di Klaster 2, ibu, sejak pukul 09.30`."""
    if one.stage in STAGES and one.state != State.RUANG_LANSIA:
        words = _(STAGES[one.stage]) % {"place": place_label(one.place)}
    else:
        words = _(str(State(one.state).label))
    if one.since is None or one.state in TERMINAL:
        return words
    since = clock(timezone.localtime(one.since).time())
    return _("%(where)s, sejak %(since)s") % {"where": words, "since": since}


def length(duration: timedelta) -> str:
    """`5 menit`, `1 jam 20 menit`."""
    whole = max(0, int(duration.total_seconds()) // 60)
    hours, minutes = divmod(whole, 60)
    if not hours:
        return ngettext("%(count)d menit", "%(count)d menit", minutes) % {"count": minutes}
    return _("%(hours)d jam %(minutes)d menit") % {"hours": hours, "minutes": minutes}


def chips(one: Encounter) -> tuple[Chip, ...]:
    """What whoever calls must know: danger and its level, the priority of the aged, the way of the infectious."""
    found = []
    if one.emergency:
        found.append(
            Chip("danger", _(COLOURS[one.triage]) if one.triage else _("Gawat darurat, belum triase"), "warning")
        )
    if one.priority:
        found.append(Chip("due", _("Prioritas")))
    if one.infectious:
        found.append(Chip("overdue", _("Jalur infeksius: masker, tempat tunggu terpisah")))
    return tuple(found)


def somebody(one: Encounter, today: date, now: datetime) -> Somebody:
    """One line of a queue."""
    return Somebody(
        key=one.pk,
        number=one.number,
        name=one.person.full_name,
        url=reverse("encounter", args=[one.pk]),
        age=age_words(one.person, today),
        where=place_label(one.place) or _(str(State(one.state).label)),
        waits=length(now - one.since) if one.since else "",
        chips=chips(one),
        seen=one.last_step,
        behind=one.behind,
        emergency=one.emergency,
    )


def step_lines(steps: Iterable[Step], signs: bool) -> list[StepLine]:
    """What happened, in order; `signs`: whether what was told at registration is open."""
    return [
        StepLine(
            at=one.at,
            what=_(str(Event(one.event).label)),
            more=tuple(_details(one, signs)),
            by=one.recorded_by.full_name,
            taken_back=_taken_back(one),
        )
        for one in steps
        if one.event
    ]


def _taken_back(step: Step) -> str:
    back = getattr(step, "replaced_by", None)
    if back is None:
        return ""
    said = {"name": back.recorded_by.full_name, "at": clock(timezone.localtime(back.at).time())}
    return _("dibatalkan %(name)s, %(at)s") % said


def _details(step: Step, signs: bool) -> Iterable[str]:
    data = step.data
    if step.place and step.place != IGD:  # the event says it already
        yield place_label(step.place)
    if data.get("rule", 1) > 1:
        yield _("karena %(why)s") % {"why": _(RULES[data["rule"]])}
    if signs:
        yield from (_(EMERGENCY_SIGNS[one]) for one in data.get("emergency", ()))
        yield from (_(INFECTIOUS_SIGNS[one][0]) for one in data.get("signs", ()))
    if "triage" in data:
        yield _(str(Triage(data["triage"]).label))
    if "gcs" in data:
        yield f"GCS {data['gcs']}"
    if "reason" in data:
        yield data["reason"]


def agreed_line(one: Agreed, on: date) -> AgreedLine:
    """One service agreed for a day. Its day over and nothing recorded, it is late."""
    day = one.row.day
    assert day is not None
    late = (on - day).days
    if late > 0:
        chip = Chip("overdue", _("Lewat %(days)s") % {"days": days(late)}, "clock")
    elif late == 0:
        chip = Chip("due", _("Hari ini"))
    else:
        chip = Chip("deferred", _("Dijadwalkan %(day)s") % {"day": near_date(day, on)})
    return AgreedLine(
        key=one.row.pk,
        service=service_label(one.row.service),
        when=long_date(day),
        unit=one.row.unit.name,
        chip=chip,
        person=one.row.person.full_name,
        person_url=reverse("person", args=[one.row.person_id]),
    )


@dataclass(frozen=True)
class Way:
    """For the page of a person: where he is now in the unit of the worker."""

    now: str
    number: str
    url: str
    chips: tuple[Chip, ...]
    emergency: bool


def way(one: Encounter | None, by: Assignment | None) -> Way | None:
    """Where somebody is in the unit that `by` works in; None for who does not look there, or where he is nowhere."""
    if one is None or by is None or encounter_for(one.pk, by) is None:
        return None
    return Way(now_words(one), one.number, reverse("encounter", args=[one.pk]), chips(one), one.emergency)


def encounter_now(person: Person, by: Assignment | None, on: date) -> Encounter | None:
    """The encounter of a person that is under way in the unit that `by` works in, for who looks at queues."""
    return under_way(person, by.unit, on) if by is not None and by.unit is not None and sees_queues(by) else None
