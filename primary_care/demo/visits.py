"""Demo visits: pregnancies with earlier contacts, babies with births, weighings and vaccines. Seeded and relative to the day given,
stored through the same actions that the pages use. Every number is made up.
"""

import random
from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from primary_care.accounts.models import Assignment
from primary_care.decisions.actions import keep_findings
from primary_care.decisions.charts import Points, curves
from primary_care.decisions.content import knowledge
from primary_care.decisions.queries import decide_for
from primary_care.demo import screening
from primary_care.demo.families import DemoPerson
from primary_care.demo.place import DemoPlace
from primary_care.keys import new_key
from primary_care.people.models import Person
from primary_care.units.models import Unit
from primary_care.visits.actions import ServiceEntry, VisitRefused, record_visit
from primary_care.visits.episodes import PREGNANCY, open_episode, record_attributes

SEED = 9902
BABY_UNTIL = timedelta(days=6 * 365)
SCREENED_UNTIL = timedelta(days=365)  # children younger than this have the results of their newborn screening
BIRTHS_SEEN = timedelta(days=2 * 365)
# Age in days, services: newborn care and the usual course of vaccines (domain-bayi §5.1, §9.1). Those that the knowledge has are recorded.
COURSE = (
    (0, ("imunisasi-hb0", "bbl-0-6-jam", "imd", "salep-mata", "vitamin-k1", "pkg-bbl")),
    (1, ("kn1", "skrining-pjb-kritis")),
    (5, ("kn2", "skrining-empedu")),
    (15, ("kn3",)),
    (30, ("imunisasi-bcg", "imunisasi-opv-1")),
    (61, ("imunisasi-dpt-hb-hib-1", "imunisasi-opv-2", "imunisasi-rv-1", "imunisasi-pcv-1")),
    (92, ("imunisasi-dpt-hb-hib-2", "imunisasi-opv-3", "imunisasi-rv-2", "imunisasi-pcv-2")),
    (123, ("imunisasi-dpt-hb-hib-3", "imunisasi-opv-4", "imunisasi-ipv-1", "imunisasi-rv-3")),
    (275, ("imunisasi-mr-1", "imunisasi-ipv-2")),
    (366, ("imunisasi-pcv-3",)),
    (549, ("imunisasi-dpt-hb-hib-4", "imunisasi-mr-2")),
)
CHANNELS = (-2.4, -1.4, -0.8, -0.3, 0.1, 0.6, 1.2)  # the weight channel (z-score) that a demo child follows


def add(persons: Sequence[DemoPerson], place: DemoPlace, on: date) -> int:
    """Add visits for the demo people as of the day `on`; returns how many were stored."""
    chance = random.Random(SEED)
    count = babies = 0
    for one in persons:
        if one.plan.hpht:
            count += _pregnancy(one, place, on, chance)
        elif on - one.plan.birth_date < BABY_UNTIL:
            if on - one.plan.birth_date < SCREENED_UNTIL:
                count += screening.add(one.person, one.plan.birth_date, screening.story(babies), place, on)
                babies += on - one.plan.birth_date > screening.FOLLOWED_AFTER
            count += _child(one, place, on, chance)
    return count


def _pregnancy(one: DemoPerson, place: DemoPlace, on: date, chance: random.Random) -> int:
    """Registered at six to twelve weeks, seen about monthly; one in five comes late, and the last visit is often still owed."""
    hpht, person = one.plan.hpht, one.person
    assert hpht is not None
    first = hpht + timedelta(days=chance.choice([45, 52, 60, 70, 110]))
    if first > on:
        first = on
    bidan = place.staff["bidan.puskesmas"]
    births = chance.randrange(0, 3)
    known = chance.random() > 0.1
    facts: dict[str, Any] = {"gravida": births + 1, "partus": births, "abortus": 0} | ({"hpht": hpht} if known else {})
    open_episode(person, kind=PREGNANCY, facts=facts, registered_on=first, today=on, by=bidan.user, assignment=bidan)
    height, weight, hb = chance.randrange(148, 163), chance.uniform(42, 62), round(chance.uniform(9.6, 12.6), 1)
    pressure = chance.choice([(108, 68), (112, 72), (118, 76), (124, 80), (142, 92)])
    count = 0
    day = first
    while day < on:
        week = (day - hpht).days // 7
        doctor = day == first or week >= 32
        values: dict[str, Any] = {
            "berat-badan-kg": round(weight + 0.35 * max(0, week - 8), 1), "sistolik": pressure[0] + chance.randrange(-4, 5),
            "diastolik": pressure[1] + chance.randrange(-3, 4),
        }  # fmt: skip
        if day == first:
            values |= {"tinggi-badan-cm": height, "lila-cm": round(chance.uniform(22.4, 28), 1), "hb": hb} | _history(
                births, chance
            )
        if week >= 22:
            values["tfu-cm"] = week - 2 + chance.randrange(0, 3)
            values["djj"] = chance.randrange(128, 152)
        step = _anc_step(day, hpht, count)
        services = [step, "ttd-bumil"] + (["usg-obstetri-t1"] if doctor and week <= 12 else [])
        staff = place.staff["dokter"] if doctor else bidan
        if day == first:
            services += _due_here(person, day, staff, place.puskesmas, chance)
        count += _visit(person, day, staff, place.puskesmas, values, services, chance)
        day += timedelta(days=chance.choice([28, 30, 35, 42]))
    return count + _last_antenatal(one, place, on, chance)


def _last_antenatal(one: DemoPerson, place: DemoPlace, on: date, chance: random.Random) -> int:
    """A recent contact of half the women at which tests and advice that were due are made up for."""
    day = on - timedelta(days=chance.randrange(4, 18))
    assert one.plan.hpht is not None
    if day <= one.plan.hpht + timedelta(days=63) or chance.random() < 0.5:
        return 0
    values = {"batuk-hari": 0, "gejala-tbc": [], "kontak-tbc": "tidak", "tanda-bahaya-hamil": [], "protein-urin": "neg"}
    return _all_that_is_due(one.person, day, place.staff["bidan.puskesmas"], place.puskesmas, values, chance)


def _anc_step(day: date, hpht: date, seen: int) -> str:
    week = (day - hpht).days / 7
    if week <= 12:
        return "anc-k1"
    if week <= 24:
        return "anc-k2" if seen < 2 else "anc-k3"
    return ("anc-k4", "anc-k5", "anc-k6")[0 if week < 32 else 1 if week < 36 else 2]


def _child(one: DemoPerson, place: DemoPlace, on: date, chance: random.Random) -> int:
    """Birth, monthly weighing at the Posyandu (sometimes missed), vaccines on a Posyandu day (sometimes late)."""
    person, born = one.person, one.plan.birth_date
    bidan, kader = place.staff["bidan.pustu"], _kader(one, place)
    record_attributes(
        person, facts={"berat-lahir-g": chance.randrange(2450, 3700, 10)}, on=born, by=bidan.user, assignment=bidan
    )
    channel = chance.choice(CHANNELS)
    line = next(iter(curves("weight-for-age", one.plan.sex, (0,), 1826))).points
    spread = next(iter(curves("weight-for-age", one.plan.sex, (1,), 1826))).points
    slack = chance.choice([0, 0, 3, 9, 40])
    course = [(days + (slack if days > 28 else 0), names) for days, names in COURSE]
    start = max(born, on - BIRTHS_SEEN)
    count = 0
    for days, names in course:
        day = born + timedelta(days=days)
        if start <= day < on:
            count += _visit(person, day, bidan, place.pustu, {}, list(names), chance)
    month = max(1, (start - born).days // 30)
    while (day := born + timedelta(days=30 * month + chance.randrange(0, 4))) < on:
        age = (day - born).days
        if age < 1826 and chance.random() > 0.12:
            middle, above = _at(line, age), _at(spread, age)
            kg = round(middle + channel * (above - middle) + chance.uniform(-0.12, 0.15), 1)
            count += _visit(
                person, day, kader, place.posyandu[_region(one)], {"berat-badan-kg": kg}, ["timbang-bulanan"], chance
            )
        month += 1
    # Lately everything that was due was also done, mostly; before that a child's record is as thin as real ones are.
    for back, staff, unit in (
        (chance.randrange(28, 60), bidan, place.pustu),
        (chance.randrange(3, 20), bidan, place.pustu),
    ):
        day = on - timedelta(days=back)
        if day > born:
            count += _all_that_is_due(
                person, day, staff, unit, _measures(one, day, channel, line, spread, chance), chance
            )
    return count


def _measures(
    one: DemoPerson, day: date, channel: float, line: Points, spread: Points, chance: random.Random
) -> dict[str, Any]:
    """Weight, length, head and arm of a child who follows a channel."""
    age = min((day - one.plan.birth_date).days, 1825)
    tall = next(iter(curves("length-height-for-age", one.plan.sex, (-1,), 1826))).points
    head = next(iter(curves("head-circumference-for-age", one.plan.sex, (0,), 1826))).points
    middle, above = _at(line, age), _at(spread, age)
    values: dict[str, Any] = {
        "berat-badan-kg": round(middle + channel * (above - middle), 1),
        "tinggi-badan-cm": round(_at(tall, age) + chance.uniform(-1, 1), 1),
        "posisi-ukur": "telentang" if age < 730 else "berdiri",
        "lingkar-kepala-cm": round(_at(head, age), 1),
        "batuk-hari": 0,
        "gejala-tbc": [],
        "kontak-tbc": "tidak",
    }
    return values | ({"lila-cm": round(13.8 + channel * 0.6, 1)} if age > 190 else {})


def _all_that_is_due(
    person: Person, day: date, staff: Assignment, unit: Unit, values: dict[str, Any], chance: random.Random
) -> int:
    """A visit at which the worker does most of what Simpul says is due here."""
    due = _due_here(person, day, staff, unit, chance)
    return _visit(person, day, staff, unit, values, due, chance, keep=True)


def _due_here(person: Person, day: date, staff: Assignment, unit: Unit, chance: random.Random) -> list[str]:
    """Most of what is due on a day for this worker in this unit."""
    wanted = decide_for(person, day).wanted
    return [one.id for one in wanted if one.given_by(unit.kind, {staff.cadre}) and chance.random() < 0.85]


def _history(births: int, chance: random.Random) -> dict[str, Any]:
    """What is asked once, at the first contact: nothing special, for most."""
    return {
        "riwayat-obstetri": [], "riwayat-penyakit": [], "faktor-pe-sedang": [], "faktor-pe-tinggi": [], "anak-hidup": births,
        "gol-darah": chance.choice(["a", "b", "ab", "o"]), "rhesus": "positif", "pekerjaan": "tidak-bekerja", "batuk-hari": 0,
        "gejala-tbc": [], "kontak-tbc": "tidak", "protein-urin": "neg", "tanda-bahaya-hamil": [],
    }  # fmt: skip


def _visit(
    person: Person,
    day: date,
    staff: Assignment,
    unit: Unit,
    values: dict[str, Any],
    services: list[str],
    chance: random.Random,
    *,
    keep: bool = False,
) -> int:
    """Store one contact. With `keep` its findings are kept too: only for late ones, deciding for every old day takes minutes."""
    known = knowledge().services
    services = list(dict.fromkeys(services))
    entries = [
        ServiceEntry(service, batch=f"DEMO{day:%y%m}" if service.startswith("imunisasi-") else "")
        for service in services
        if service in known
    ]
    if not entries and not values:
        return 0
    visit: dict[str, Any] = {
        "contact_id": new_key(), "on": day, "at": time(8 + chance.randrange(0, 4), chance.choice([0, 10, 20, 30, 40, 50])), "today": day,
        "by": staff.user, "cadre": staff.cadre, "unit": unit, "assignment": staff, "observations": values, "services": entries,
    }  # fmt: skip
    try:
        saved = record_visit(person, **visit)
    except VisitRefused as refused:  # an unusual made-up value: the worker says that it is right
        if refused.faults:
            raise
        saved = record_visit(person, **visit, confirmed=frozenset(question.token for question in refused.questions))
    if keep:
        keep_findings(saved)
    return 1


def _at(points: Points, age: int) -> float:
    """The line's value at an age in days, between its points."""
    before = max((point for point in points if point[0] <= age), key=lambda point: point[0])
    after = min((point for point in points if point[0] >= age), key=lambda point: point[0])
    if after[0] == before[0]:
        return before[1]
    return before[1] + (after[1] - before[1]) * (age - before[0]) / (after[0] - before[0])


def _region(one: DemoPerson) -> str:
    return "990102" if "99.01.01.2002" in one.person.area_path else "990101"


def _kader(one: DemoPerson, place: DemoPlace) -> Assignment:
    return place.staff["kader.kenanga" if _region(one) == "990102" else "kader.melati"]
