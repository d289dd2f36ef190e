"""The only code that says what happens to an encounter. Each step is a fact; where the encounter stands is worked out from all of them at once."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction
from primary_care.encounters import history, routing
from primary_care.encounters.models import OPEN, CaseNotice, Encounter, Step
from primary_care.encounters.permissions import check, here, may_step, may_take_back, registers, works_at
from primary_care.encounters.places import RAWAT_INAP
from primary_care.encounters.queries import age_of, is_newborn, pregnancy_of, under_way, waiting
from primary_care.encounters.routing import Arrival, Pregnancy, Triage
from primary_care.encounters.transitions import WAITING, Event, NotPossible, State
from primary_care.people.models import Person
from primary_care.units.queries import traits_on

LONGEST_TEXT = 300
# Why somebody must say something in words.
NEEDS_REASON = frozenset({Event.PERGI, Event.RUJUK_FKRTL, Event.RUJUK_FKTP, Event.RUJUKAN_LAIN})


@dataclass(frozen=True)
class Fault:
    """What is wrong: at which field, in words."""

    at: str
    message: str


class Refused(Exception):
    """It cannot be done as it stands."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("; ".join(fault.message for fault in faults))


@dataclass(frozen=True)
class Registration:
    """What is asked of whoever arrives. `pregnancy` empty: as recorded. `age`: about how many years, where the birth is not known."""

    source: str
    emergency: bool | None
    emergency_signs: frozenset[str] = frozenset()
    infectious_signs: frozenset[str] = frozenset()
    pregnancy: str = ""
    age: int | None = None


@transaction.atomic
def arrive(
    person: Person, told: Registration, *, by: Assignment, today: date, now: datetime, key: uuid.UUID
) -> Encounter:
    """Register somebody who has come, and send him where he belongs. The same key sent again gives the same encounter. One whose answer
    was taken back is answered anew. Raises `Refused`.
    """
    check(registers(by), by)
    assert by.unit is not None
    with connection.cursor() as cursor:  # numbers are given out one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"encounters {by.unit_id} {today}"])
    if stored := Step.objects.filter(pk=key, encounter__unit=by.unit).select_related("encounter").first():
        return stored.encounter
    route = _route(person, told, today)
    running = under_way(person, by.unit, today)
    if running is not None and running.state != State.TERDAFTAR:
        words = _("%(name)s sudah terdaftar hari ini dengan nomor %(number)s.")
        raise Refused(Fault("asal", words % {"name": person.full_name, "number": running.number}))
    encounter = running or _new(person, by, today)
    with_key: dict[str, Any] = {"key": key}
    if encounter.state == State.TIBA:
        _append(encounter, Event.REGISTRASI, by=by, today=today, now=now, data={"source": told.source}, **with_key)
        with_key = {}
    data: dict[str, Any] = {"rule": route.rule, "priority": route.priority, "signs": sorted(told.infectious_signs)}
    if told.emergency:
        data["emergency"] = sorted(told.emergency_signs)
    if told.pregnancy:
        data["pregnancy"] = told.pregnancy
    if told.age is not None:
        data["age"] = told.age
    event = Event.GAWAT if told.emergency else Event.TIDAK_GAWAT
    step = _append(encounter, event, by=by, today=today, now=now, place=route.place, data=data, **with_key)
    if told.infectious_signs:
        CaseNotice.objects.create(
            step=step, signs=sorted(told.infectious_signs), valid_from=today, recorded_by=by.user, recorded_as=by
        )
    return encounter


def _route(person: Person, told: Registration, today: date) -> routing.Route:
    faults = []
    if person.deceased_on is not None:
        faults.append(Fault("asal", _("Orang ini tercatat meninggal. Periksa datanya dulu.")))
    if told.source not in Arrival.values:
        faults.append(Fault("asal", _("Pilih dari mana ia datang.")))
    if told.emergency is None:
        faults.append(Fault("gawat", _("Jawab dulu apakah ia gawat darurat.")))
    elif told.emergency and not routing.is_emergency(told.emergency_signs):
        faults.append(Fault("tanda-gawat", _("Tandai apa yang membuatnya gawat darurat.")))
    elif not told.emergency and told.emergency_signs:
        faults.append(Fault("gawat", _("Ada tanda gawat darurat yang ditandai. Jawab ya, atau hapus tandanya.")))
    if told.pregnancy and told.pregnancy not in Pregnancy.values:
        faults.append(Fault("kehamilan", _("Pilih salah satu jawaban.")))
    if told.age is not None and not 0 <= told.age <= 120:
        faults.append(Fault("umur", _("Tulis umurnya dalam tahun, dari 0 sampai 120.")))
    if not told.infectious_signs <= routing.INFECTIOUS_SIGNS.keys():
        faults.append(Fault("menular", _("Pilih dari tanda yang ada.")))
    if faults:
        raise Refused(*faults)
    age = age_of(person, today)
    found = routing.route(
        age=told.age if age is None else age,
        pregnancy=told.pregnancy or pregnancy_of(person, today),
        emergency=bool(told.emergency),
        newborn=is_newborn(person, today),
    )
    if found is None:
        raise Refused(Fault("umur", _("Tanggal lahirnya belum dicatat. Tulis kira-kira umurnya dalam tahun.")))
    return found


def _new(person: Person, by: Assignment, today: date) -> Encounter:
    """The encounter to register: one of today that was taken back whole, else a new one with the next number."""
    assert by.unit is not None
    mine = Encounter.objects.filter(unit=by.unit, on=today)
    if again := mine.filter(person=person, state=State.TIBA).first():
        return again
    last = mine.aggregate(last=Max("ticket"))["last"] or 0
    return Encounter.objects.create(person=person, unit=by.unit, on=today, ticket=last + 1, order=last + 1)


@transaction.atomic
def call_next(
    places: Collection[str], *, by: Assignment, today: date, now: datetime, key: uuid.UUID
) -> Encounter | None:
    """Call whoever is next at these places; None where nobody waits. Two who press at once call two different people: the row of the first
    is locked, and the second passes it over.
    """
    mine = works_at(by.role) & set(places)
    check(here(by) and bool(mine), by)
    assert by.unit is not None
    if stored := Step.objects.filter(pk=key, encounter__unit=by.unit).select_related("encounter").first():
        return stored.encounter
    found = waiting(by.unit, today, mine).select_for_update(skip_locked=True, of=("self",)).first()
    if found is not None:
        _append(found, Event.PANGGIL, by=by, today=today, now=now, key=key)
    return found


@transaction.atomic
def happen(
    encounter: Encounter, event: str, *, by: Assignment, today: date, now: datetime, key: uuid.UUID, seen: int | None = None,
    place: str = "", data: Mapping[str, Any] | None = None,
) -> Encounter:  # fmt: skip
    """`event` happens. `seen`: the last step that the user knew of; when more has happened since, he is told and nothing is stored.

    `data`: `reason` (text) for those who leave or are referred, `triage` and `gcs` for a triage. Raises `Refused` or `NotAllowed`.
    """
    encounter = Encounter.objects.select_for_update(of=("self",)).select_related("unit", "person").get(pk=encounter.pk)
    if Step.objects.filter(pk=key, encounter=encounter).exists():
        return encounter
    check(may_step(by, encounter, event), by)
    _check_seen(encounter, seen)
    given = _read(event, dict(data or {}))
    if event == Event.PERLU_LAYANAN and place == RAWAT_INAP and not traits_on(encounter.unit, today).get("rawat-inap"):
        raise Refused(Fault("layanan", _("Puskesmas ini bukan Puskesmas rawat inap.")))
    if event == Event.BELUM_ADA:
        last = Encounter.objects.filter(unit=encounter.unit, on=encounter.on).aggregate(last=Max("ticket"))["last"]
        given["order"] = last
    try:
        _append(encounter, event, by=by, today=today, now=now, key=key, place=place, data=given)
    except NotPossible:
        raise Refused(Fault("langkah", _("Langkah ini tidak mungkin dari keadaannya sekarang. Pilih yang ada di halaman."))) from None  # fmt: skip
    return encounter


def _read(event: str, data: dict[str, Any]) -> dict[str, Any]:
    """What belongs to an event, checked."""
    faults, kept = [], {}
    reason = " ".join(str(data.get("reason", "")).split())
    if event in NEEDS_REASON and len(reason) < 3:
        faults.append(Fault("alasan", _("Tulis alasannya dengan singkat.")))
    if len(reason) > LONGEST_TEXT:
        faults.append(Fault("alasan", _("Paling banyak %(count)s huruf.") % {"count": LONGEST_TEXT}))
    if reason:
        kept["reason"] = reason
    if event == Event.TRIASE:
        gcs = data.get("gcs")
        if gcs is not None and not 3 <= gcs <= routing.FULL_CONSCIOUSNESS:
            faults.append(Fault("gcs", _("GCS antara 3 dan 15.")))
        elif data.get("triage") not in Triage.values:
            faults.append(Fault("triase", _("Pilih tingkat triase.")))
        elif data["triage"] not in routing.triage_levels(gcs):
            words = _("GCS %(gcs)d berarti kesadarannya menurun. Pilih merah atau kuning.")
            faults.append(Fault("triase", words % {"gcs": gcs}))
        kept |= {name: data[name] for name in ("triage", "gcs") if data.get(name) is not None}
    if faults:
        raise Refused(*faults)
    return kept


@transaction.atomic
def take_back(
    encounter: Encounter, *, by: Assignment, today: date, now: datetime, key: uuid.UUID, seen: int | None = None
) -> Encounter:
    """Take back the last step that stands, by a new one that says so. Raises `Refused` or `NotAllowed`."""
    encounter = Encounter.objects.select_for_update(of=("self",)).select_related("unit", "person").get(pk=encounter.pk)
    if Step.objects.filter(pk=key, encounter=encounter).exists():
        return encounter
    _check_seen(encounter, seen)
    standing = history.in_force(encounter.steps.order_by("number"))
    if not standing:
        raise Refused(Fault("langkah", _("Tidak ada langkah yang dapat dibatalkan.")))
    last = standing[-1]
    check(may_take_back(by, encounter, last, today), by)
    again = Encounter.objects.filter(OPEN, person=encounter.person, unit=encounter.unit, on=encounter.on)
    if again.exclude(pk=encounter.pk).exists():
        raise Refused(Fault("langkah", _("Orang ini sudah terdaftar lagi hari ini. Batalkan dulu pendaftaran yang baru.")))  # fmt: skip
    _append(encounter, "", by=by, today=today, now=now, key=key, replaces=last)
    return encounter


def _check_seen(encounter: Encounter, seen: int | None) -> None:
    if seen is not None and seen != encounter.last_step:
        raise Refused(Fault("langkah", _("Sementara itu sudah ada langkah lain. Lihat keadaannya sekarang.")))


def _append(
    encounter: Encounter, event: str, *, by: Assignment, today: date, now: datetime, key: uuid.UUID | None = None,
    place: str = "", data: Mapping[str, Any] | None = None, replaces: Any = None,
) -> Step:  # fmt: skip
    """Write a step and bring the current view up to it."""
    step = Step(
        encounter=encounter, number=encounter.last_step + 1, at=now, event=event, place=place, data=dict(data or {}),
        replaces=replaces, valid_from=today, recorded_by=by.user, recorded_as=by,
    )  # fmt: skip
    if key is not None:
        step.pk = key
    show(encounter, history.replay(encounter.ticket, [*encounter.steps.order_by("number"), step]))
    step.save(force_insert=True)
    encounter.last_step = step.number
    encounter.save()
    record(
        AuditAction.WRITE, "encounters.step", user_id=by.user_id, unit_id=by.unit_id, object_id=step.pk, person_id=encounter.person_id
    )  # fmt: skip
    return step


def show(encounter: Encounter, now: history.Standing) -> None:
    """Put where it stands into the columns of the current view."""
    encounter.state, encounter.place, encounter.stage, encounter.home = (
        now.at.state, now.at.place, now.at.stage, now.at.home,
    )  # fmt: skip
    for name in ("source", "priority", "infectious", "emergency", "triage", "order", "behind", "since", "holder_id"):
        setattr(encounter, name, getattr(now, name))
    if encounter.stage == WAITING or encounter.holder_id is None:
        encounter.holder = None
