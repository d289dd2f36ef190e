"""Demo newborn screening: one blood card for SHK, G6PD and HAK at the Puskesmas, its results about two weeks later, and what followed
where a result was not normal. Every number is made up.
"""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from primary_care.accounts.models import Assignment
from primary_care.decisions.actions import keep_findings
from primary_care.demo.place import DemoPlace
from primary_care.keys import new_key
from primary_care.people.models import Person
from primary_care.units.models import Unit
from primary_care.visits.actions import ServiceEntry, record_visit
from primary_care.visits.models import Source

SAMPLE = ("skrining-shk", "skrining-g6pd", "skrining-hak")
SAMPLE_ON = 2  # days of age: within the 48 to 72 hours asked for
RESULT_ON = 13
FOLLOWED_AFTER = timedelta(days=40)  # an age by which every story has come to its end


@dataclass(frozen=True)
class Step:
    """One contact of the story: at which age in days, what was recorded, and whether at the hospital."""

    age: int
    values: dict[str, Any]
    services: tuple[str, ...] = ()
    hospital: bool = False


@dataclass(frozen=True)
class Story:
    """What the laboratory said of the card, and what followed."""

    result: dict[str, Any] = field(default_factory=dict)
    after: tuple[Step, ...] = ()


NORMAL = {"shk-hasil": "normal", "tsh-neonatus": 6.4, "g6pd-hasil": "normal", "hak-hasil": "normal"}
UNFIT = {"shk-hasil": "tidak-layak", "g6pd-hasil": "tidak-layak", "hak-hasil": "tidak-layak"}
# The first children of a demo take these, one each; all others are normal.
STORIES = (
    Story(NORMAL),
    Story(
        NORMAL | {"shk-hasil": "tinggi", "tsh-neonatus": 38.5},
        (Step(RESULT_ON + 1, {"shk-terapi-mulai": RESULT_ON + 1, "tsh-neonatus": 41.0}, hospital=True),),
    ),
    Story(NORMAL | {"g6pd-hasil": "tinggi"}, (Step(RESULT_ON + 5, {"g6pd-aktivitas": 1.3, "g6pd-hasil": "tinggi"}, hospital=True),)),
    Story(
        UNFIT,
        (
            Step(RESULT_ON + 1, {"shk-jumlah-bulatan": 4, "shk-kualitas-sampel": "layak", "shk-sampel-ke": 2}, SAMPLE),
            Step(RESULT_ON + 13, NORMAL | {"tsh-neonatus": 5.1}),
        ),
    ),
    Story(
        NORMAL | {"hak-hasil": "tinggi", "hak-tanda-krisis": False},
        (Step(RESULT_ON + 4, {"hak-hasil": "normal"}, hospital=True),),
    ),
)  # fmt: skip


def story(number: int) -> Story:
    """What became of the child with this number, counted among those old enough to have been followed."""
    return STORIES[number] if number < len(STORIES) else Story(NORMAL)


def add(person: Person, born: date, story: Story, place: DemoPlace, on: date) -> int:
    """The screening of a child as far as it lies before the day `on`; returns how many contacts were stored."""
    sample = {
        "shk-no-kartu": f"DEMO-{born:%y%m%d}",
        "shk-jumlah-bulatan": 3,
        "shk-kualitas-sampel": "layak",
        "shk-sampel-ke": 1,
    }
    steps = [
        Step(SAMPLE_ON, sample | {"shk-tanggal-kirim": SAMPLE_ON}, SAMPLE),
        Step(RESULT_ON, story.result | {"shk-tanggal-hasil": RESULT_ON}),
        *story.after,
    ]
    done = [step for step in steps if born + timedelta(days=step.age) < on]
    for step in done:
        _record(person, born, step, place.staff["bidan.puskesmas"], place.puskesmas)
    return len(done)


def _record(person: Person, born: date, step: Step, staff: Assignment, unit: Unit) -> None:
    day = born + timedelta(days=step.age)
    values = {item: born + timedelta(days=value) if _is_day(item) else value for item, value in step.values.items()}
    place: dict[str, Any] = {"cadre": staff.cadre, "unit": unit, "assignment": staff}
    if step.hospital:
        place = {
            "cadre": "spesialis-anak",
            "unit": None,
            "unit_kind": "rumah-sakit",
            "assignment": staff,
            "source": Source.LUAR,
        }
    saved = record_visit(
        person, contact_id=new_key(), on=day, at=time(9, 10), today=day, by=staff.user, observations=values,
        services=[ServiceEntry(service) for service in step.services], **place,
    )  # fmt: skip
    keep_findings(saved)


def _is_day(item: str) -> bool:
    """Days of the stories are ages; the items that hold one name it."""
    return item.startswith("shk-tanggal-") or item == "shk-terapi-mulai"
