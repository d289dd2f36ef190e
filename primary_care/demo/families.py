"""Synthetic families: planned by a seeded generator relative to a day, so that there are always babies to weigh and women to see,
then registered through the same actions that the pages use.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from primary_care.demo.names import FEMALE, FEMALE_SECOND, MALE, MALE_SECOND
from primary_care.demo.place import FOUNDED, DemoPlace
from primary_care.people import actions
from primary_care.people.actions import PersonDetails
from primary_care.people.models import Person
from primary_care.people.nik import make_nik

SEED = 9901
FAMILIES = 60
WITHOUT_NIK = timedelta(days=90)  # a newborn waits for the birth certificate


@dataclass(frozen=True)
class Member:
    """A planned person. `hpht`: first day of the last period of a woman who is pregnant on the day of the plan."""

    name: str
    sex: str
    birth_date: date
    relationship: str
    marital_status: str
    occupation: str
    jkn: str
    nik: str = ""
    mother: int | None = None  # place of the mother in the family's list
    hpht: date | None = None
    disability: tuple[str, ...] = ("tidak-ada",)


@dataclass(frozen=True)
class Family:
    """A planned household: where it lives and who belongs to it, the head first."""

    region: str
    rt: int
    house_number: int
    no_kk: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class DemoPerson:
    """A stored person with the plan it came from, for whoever adds visits and pregnancies."""

    person: Person
    plan: Member


# Each letter is a member: A husband, W wife, P pregnant wife, N newborn (0–28 days), B baby, T toddler, K kindergarten child,
# S school child, R teenager, O old man, E old woman, L working adult alone. The mix is ours, not that of a census.
KINDS = """
AWB AWT AWTS APT AWSR OE AWBS APS AWN AWKR OEAWT L AWSS APTS WSR E AWRR AWTK APB OEL AWBT AWS AP AWKS EAWB LR AWNT
AWRS OAWT AWTR
""".split()  # noqa: SIM905
AGES = {
    "A": (24, 58), "W": (21, 45), "P": (18, 38), "N": (0, 0), "B": (0, 0), "T": (1, 3), "K": (4, 5), "S": (6, 11),
    "R": (12, 17), "O": (62, 82), "E": (60, 80), "L": (19, 55),
}  # fmt: skip
JOBS = ("Petani", "Buruh tani", "Pedagang", "Tukang", "Sopir", "Nelayan", "Guru", "Karyawan", "Wiraswasta")


def plan_families(on: date, seed: int = SEED) -> list[Family]:
    """The families as of the day `on`. The same day and seed give the same families."""
    chance = random.Random(seed)
    serial = iter(range(1, 10_000))
    return [_plan_family(number, on, chance, serial) for number in range(FAMILIES)]


def _plan_family(number: int, on: date, chance: random.Random, serial: Iterator[int]) -> Family:
    region = ("990101", "990102")[number % 2]
    jkn = chance.choices(["pbi", "mandiri", "non-pbi", "tidak"], [5, 2, 2, 1])[0]
    members: list[Member] = []
    wife: int | None = None
    kind = KINDS[number % len(KINDS)]
    for letter in kind:
        member = _plan_member(letter, on, chance)
        if letter in "WP":
            eldest = max((AGES[child][1] for child in kind if child in "NBTKSR"), default=0)
            youngest = min(45, max(AGES[letter][0], eldest + 19))
            member = replace(member, birth_date=_born(on, youngest, max(youngest, AGES[letter][1]), chance))
            wife = len(members)
        if letter in "NBTKSR" and wife is not None:
            member = replace(member, mother=wife)
        relationship = "kepala-keluarga" if not members else member.relationship
        nik = (
            ""
            if on - member.birth_date < WITHOUT_NIK
            else make_nik(region, member.sex, member.birth_date, next(serial))
        )
        members.append(replace(member, relationship=relationship, nik=nik, jkn=jkn))
    no_kk = f"{region}{FOUNDED:%d%m%y}{number + 1:04d}"
    return Family(region, number // 2, number + 1, no_kk, tuple(members))


def _plan_member(letter: str, on: date, chance: random.Random) -> Member:
    male = letter in "AO" or (letter in "NBTKSRL" and chance.random() < 0.5)
    first, second = (MALE, MALE_SECOND) if male else (FEMALE, FEMALE_SECOND)
    name = f"{chance.choice(first)} {chance.choice(second)}"
    hpht = on - timedelta(days=chance.randrange(35, 270)) if letter == "P" else None
    if letter == "N":
        born = on - timedelta(days=chance.randrange(2, 28))
    elif letter == "B":
        born = on - timedelta(days=chance.randrange(60, 350))
    else:
        born = _born(on, *AGES[letter], chance)
    adult = letter in "AWPOEL"
    return Member(
        name=name,
        sex="laki-laki" if male else "perempuan",
        birth_date=born,
        relationship={"W": "istri", "P": "istri", "O": "orang-tua", "E": "orang-tua", "A": "famili-lain"}.get(
            letter, "anak"
        ),
        marital_status={"L": "belum-kawin", "E": "cerai-mati"}.get(letter, "kawin") if adult else "belum-kawin",
        occupation=chance.choice(JOBS) if letter in "AL" else ("Mengurus rumah tangga" if letter in "WPE" else ""),
        jkn="",
        hpht=hpht,
        disability=("netra",) if letter == "O" and chance.random() < 0.2 else ("tidak-ada",),
    )


def _born(on: date, youngest: int, oldest: int, chance: random.Random) -> date:
    """A day on which somebody was born who is `youngest` to `oldest` years old on `on`, both included."""
    days = chance.randrange(youngest * 366 + 1, (oldest + 1) * 365)
    return on - timedelta(days=days)


def register(families: list[Family], place: DemoPlace, on: date) -> list[DemoPerson]:
    """Store the families through the actions, recorded by the registration desk: a year ago, later comers soon after birth."""
    by = place.staff["pendaftaran"]
    stored: list[DemoPerson] = []
    a_year_ago = on - timedelta(days=365)
    for family in families:
        rts = place.rts[family.region]
        household = actions.register_household(
            by=by,
            on=a_year_ago,
            area=rts[family.rt % len(rts)],
            address=f"Rumah nomor {family.house_number}",
            no_kk=family.no_kk,
        )
        persons: list[Person] = []
        for member in family.members:
            person = actions.register_person(
                PersonDetails(
                    full_name=member.name,
                    sex=member.sex,
                    birth_date=member.birth_date,
                    mother_id=persons[member.mother].pk if member.mother is not None else None,
                    marital_status=member.marital_status,
                    occupation=member.occupation,
                    jkn=member.jkn,
                    disability=list(member.disability),
                ),
                by=by,
                on=max(a_year_ago, min(on, member.birth_date + timedelta(days=7))),
                household=household,
                relationship=member.relationship,
                nik=member.nik,
            )
            persons.append(person)
            stored.append(DemoPerson(person, member))
    return stored
