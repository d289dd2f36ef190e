"""Who lives in the made-up Puskesmas: ages and couples as in the census, children with mothers of a fitting age, families of a fitting size."""

from __future__ import annotations

from datetime import date

import numpy as np

from primary_care.demo.figures import figures, share, shares, value
from primary_care.demo.layout import RTS
from primary_care.demo.making.block import NONE, Array, Columns, taken
from primary_care.demo.names import FEMALE, FEMALE_SECOND, MALE, MALE_SECOND

YEAR = 365.25
WOMAN, MAN = 0, 1
HEAD, WIFE, CHILD, PARENT, GRANDCHILD, OTHER = range(6)
RELATIONSHIPS = ("kepala-keluarga", "istri", "anak", "orang-tua", "cucu", "famili-lain")
SINGLE, MARRIED, DIVORCED, WIDOWED = range(4)
MARITAL = ("belum-kawin", "kawin", "cerai-hidup", "cerai-mati")
JKN = ("pbi", "non-pbi", "mandiri", "tidak")
JOBS = (
    "",
    "Mengurus rumah tangga",
    "Petani",
    "Buruh tani",
    "Pedagang",
    "Tukang",
    "Sopir",
    "Nelayan",
    "Guru",
    "Karyawan",
    "Wiraswasta",
)
DISABILITIES = ("tidak-ada", "fisik", "netra", "rungu", "wicara", "intelektual", "mental", "ganda")
GROUPS = ("0-4", "5-9", "10-14", "15-19", "20-24", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54", "55-59", "60-64", "65-69",
          "70-74", "75-95")  # fmt: skip
CLOSEST = 330  # days between the births of two siblings who are not twins
YOUNGEST_MOTHER, OLDEST_MOTHER = 16.5 * YEAR, 47 * YEAR
ROUNDS = 10


def families(rng: np.random.Generator, people: int, on: int, start: int) -> tuple[Columns, Columns]:
    """Columns of households and of persons, ordered so that a head comes first in his house and a mother before her children."""
    sex, age = _ages(rng, people)
    marital = _marital(rng, sex, age)
    husband, wife = _couples(rng, sex, age, marital)
    mother = _mothers(rng, sex, age, marital)
    twin = _twins(rng, age, mother)
    house = _houses(rng, age, marital, husband, wife, mother)
    household, place, relationship = _in_order(rng, age, house, husband, wife, mother)
    persons = taken({"sex": sex, "age": age, "marital": marital, "twin": twin}, place)
    persons["household"], persons["relationship"] = household, relationship
    back = np.empty(people, dtype=np.int64)
    back[place] = np.arange(people)
    persons["mother"] = np.where(mother[place] == NONE, NONE, back[mother[place]])
    persons["birth"] = _birthdays(rng, on - persons.pop("age"), on)
    households = _households(rng, int(household[-1]) + 1, on, start)
    return households, _further(rng, persons, households, on)


def _ages(rng: np.random.Generator, people: int) -> tuple[Array, Array]:
    """Sex and age in days (1 or more)."""
    weights: list[float] = []
    sexes: list[int] = []
    groups: list[int] = []
    for number, name in enumerate(GROUPS):
        found = list(figures()[f"usia-{name}"].values)
        if len(found) == 1:
            found = [found[0] * share("laki-laki"), found[0] * (1 - share("laki-laki"))]
        weights += found
        sexes += [MAN, WOMAN]
        groups += [number, number]
    drawn = rng.choice(len(weights), people, p=np.array(weights) / sum(weights))
    group: Array = np.array(groups)[drawn]
    within = np.where(group == len(GROUPS) - 1, np.minimum(rng.exponential(0.9, people), 3.9), rng.random(people))
    return np.array(sexes)[drawn], np.maximum(1, ((group + within) * 5 * YEAR).astype(np.int64))


def _marital(rng: np.random.Generator, sex: Array, age: Array) -> Array:
    group = np.minimum((age / (5 * YEAR)).astype(int), len(GROUPS) - 1)
    married = np.zeros((2, len(GROUPS)))
    married[WOMAN, 2:], married[MAN, 2:] = shares("kawin-perempuan"), shares("kawin-laki-laki")
    of = married[sex, group]
    young, old = age < 30 * YEAR, age >= 55 * YEAR
    single = np.where(young, 0.97, np.where(old, 0.07, 0.55))
    divorced = np.where(young, 0.03, np.where(old, 0.08, 0.25))
    draw, other = rng.random(len(age)), rng.random(len(age))
    alone = np.where(other < single, SINGLE, np.where(other < single + divorced, DIVORCED, WIDOWED))
    return np.where(draw < of, MARRIED, alone)


def _couples(rng: np.random.Generator, sex: Array, age: Array, marital: Array) -> tuple[Array, Array]:
    """Husbands and wives, pair by pair: the husband some years older."""
    men = rng.permutation(np.flatnonzero((marital == MARRIED) & (sex == MAN)))
    women = rng.permutation(np.flatnonzero((marital == MARRIED) & (sex == WOMAN)))
    pairs = min(len(men), len(women))
    men, women = men[:pairs], women[:pairs]
    men = men[np.argsort(age[men] + rng.normal(0, 3 * YEAR, pairs))]
    women = women[np.argsort(age[women] + rng.normal(0, 2 * YEAR, pairs))]
    return men, women


def _age_at_birth(rng: np.random.Generator, size: int) -> Array:
    rates = np.array(figures()["asfr"].values)
    group = rng.choice(len(rates), size, p=rates / rates.sum())
    return (15 + 5 * (group + rng.random(size))) * YEAR


def _mothers(rng: np.random.Generator, sex: Array, age: Array, marital: Array) -> Array:
    """The mother of each unmarried person below 30, or none: siblings are at least `CLOSEST` days apart."""
    mother = np.full(len(age), NONE)
    women = np.flatnonzero((sex == WOMAN) & (marital != SINGLE) & (age > YOUNGEST_MOTHER))
    women = women[np.argsort(age[women])]
    if not len(women):
        return mother
    open_ = np.flatnonzero((marital == SINGLE) & (age < 30 * YEAR))
    for round_ in range(ROUNDS):
        wanted = age[open_] + _age_at_birth(rng, len(open_))
        spread = (1 + round_) * max(2, len(women) // 150)
        at = np.searchsorted(age[women], wanted) + rng.integers(-spread, spread + 1, len(open_))
        found = women[np.clip(at, 0, len(women) - 1)]
        then = age[found] - age[open_]
        fits = (then > YOUNGEST_MOTHER) & (then < OLDEST_MOTHER)
        mother[open_[fits]] = found[fits]
        order = np.lexsort((-age, mother))
        order = order[mother[order] != NONE]
        close = np.zeros(len(order), dtype=bool)
        close[1:] = (mother[order][1:] == mother[order][:-1]) & (-np.diff(age[order]) < CLOSEST)
        mother[order[close]] = NONE
        open_ = open_[mother[open_] == NONE]
        if not len(open_):
            break
    return mother


def _twins(rng: np.random.Generator, age: Array, mother: Array) -> Array:
    """Makes some children below six twins of another of their year: same mother, same day. Returns 1 and 2 for them, 0 for others."""
    twin = np.zeros(len(age), dtype=np.int64)
    children = rng.permutation(np.flatnonzero((age < 6 * YEAR) & (mother != NONE)))
    pairs = int(rng.binomial(len(children), value("kembar") / 1000)) if len(children) > 20 else 0
    first, rest = children[:pairs], list(children[pairs:])
    for one in first:
        if not rest:
            break
        other = min(rest[:200], key=lambda each: abs(int(age[each]) - int(age[one])))
        rest.remove(other)
        age[other], mother[other] = age[one], mother[one]
        twin[one], twin[other] = 1, 2
    return twin


def _houses(rng: np.random.Generator, age: Array, marital: Array, husband: Array, wife: Array, mother: Array) -> Array:
    """The house of each person. Couples have their own; of the others so many head a house that the mean size is that of the table."""
    house = np.full(len(age), NONE)
    house[husband] = house[wife] = np.arange(len(husband))
    others = np.flatnonzero((house == NONE) & ~((marital == SINGLE) & (age < 30 * YEAR)))
    wanted = max(1, round(len(age) / value("anggota-keluarga")) - len(husband))
    with_children = np.isin(others, mother[mother != NONE])
    likely = rng.random(len(others)) + 0.5 * with_children + 0.3 * (age[others] > 50 * YEAR)
    order = others[np.argsort(-likely)]
    heads, guests = order[:wanted], order[wanted:]
    house[heads] = len(husband) + np.arange(len(heads))
    houses = len(husband) + len(heads)
    if not houses:  # children alone
        house[np.argmax(age)], houses = 0, 1
    house[guests] = rng.integers(0, houses, len(guests))
    children = np.flatnonzero(house == NONE)
    with_mother = children[mother[children] != NONE]
    house[with_mother] = house[mother[with_mother]]
    left = np.flatnonzero(house == NONE)
    house[left] = rng.integers(0, houses, len(left))
    return house


def _in_order(
    rng: np.random.Generator, age: Array, house: Array, husband: Array, wife: Array, mother: Array
) -> tuple[Array, Array, Array]:
    """Households by number, the person who stands at each place, and what that person is to the head."""
    people = len(age)
    rank = np.full(people, 2)
    rank[husband], rank[wife] = 0, 1
    order = np.lexsort((-age, rank, house))
    first = np.ones(people, dtype=bool)
    first[1:] = house[order][1:] != house[order][:-1]
    head = np.zeros(people, dtype=np.int64)
    head[house[order][first]] = order[first]
    heads = head[house]
    is_head = heads == np.arange(people)
    of_head = (mother == heads) | ((mother != NONE) & (np.isin(mother, wife)) & (house[mother] == house) & (rank == 2))
    older = age - age[heads]
    relationship = np.select(
        [is_head, rank == 1, of_head, older > 16 * YEAR, (older < -45 * YEAR) & (mother == NONE)],
        [HEAD, WIFE, CHILD, PARENT, GRANDCHILD],
        OTHER,
    )
    shuffled = rng.permutation(int(house.max()) + 1)  # an RT is no age group
    place = np.lexsort((-age, relationship != WIFE, relationship != HEAD, shuffled[house]))
    number = np.cumsum(np.concatenate([[0], np.diff(shuffled[house][place]) != 0]))
    return number, place, relationship[place]


def _birthdays(rng: np.random.Generator, birth: Array, on: int) -> Array:
    """Days of birth; some of the old know only the year, and have 31 December or 1 July on their card."""
    rounded = np.flatnonzero((on - birth > 58 * YEAR) & (rng.random(len(birth)) < 0.12))
    for one in rounded:
        day = date.fromordinal(int(birth[one]))
        birth[one] = (date(day.year, 7, 1) if one % 2 else date(day.year, 12, 31)).toordinal()
    return birth


def _households(rng: np.random.Generator, count: int, on: int, start: int) -> Columns:
    """Where they live, when they were registered, and who moves: `left` for a place unknown, `moved` to the RT `moved_to`."""
    late = rng.random(count) < share("keluarga-datang")
    registered = start + np.where(late, rng.integers(40, on - start - 30, count), rng.integers(0, 30, count))
    years = (on - start) / YEAR
    draw = rng.random(count)
    away, within = share("keluarga-pindah-keluar") * years, share("keluarga-pindah-dalam") * years
    day = registered + 20 + (rng.random(count) * np.maximum(1, on - registered - 21)).astype(np.int64)
    rt = (rng.permutation(count) * RTS // count).astype(np.int64)
    return {
        "rt": rt,
        "registered": registered,
        "left": np.where((draw < away) & (day < on), day, NONE),
        "moved": np.where((draw >= away) & (draw < away + within) & (day < on), day, NONE),
        "moved_to": (rt + 1 + rng.integers(0, RTS - 1, count)) % RTS,
        "jkn": rng.choice(len(JKN), count, p=shares("jkn")),
    }


def _further(rng: np.random.Generator, persons: Columns, households: Columns, on: int) -> Columns:
    """Names, work, disability, numbers, and who dies."""
    size = len(persons["sex"])
    sex, age = persons["sex"], on - persons["birth"]
    registered = households["registered"][persons["household"]]
    persons["registered"] = np.maximum(registered, persons["birth"])
    persons["first"] = rng.integers(0, np.array([len(FEMALE), len(MALE)])[sex])
    persons["second"] = rng.integers(0, np.array([len(FEMALE_SECOND), len(MALE_SECOND)])[sex])
    grown = age > 18 * YEAR
    at_home = grown & (sex == WOMAN) & (persons["marital"] == MARRIED) & (rng.random(size) < 0.6)
    works = grown & ~at_home & (age < 75 * YEAR) & (rng.random(size) < 0.85)
    persons["job"] = np.select([at_home, works], [1, 1], 0) + np.where(works, rng.integers(1, len(JOBS) - 1, size), 0)
    has = (age > 5 * YEAR) & (rng.random(size) < share("disabilitas"))
    persons["disability"] = np.where(has, rng.integers(1, len(DISABILITIES), size), 0)
    persons["nik"] = (rng.random(size) >= share("tanpa-nik")).astype(np.int64)
    persons["died"] = _deaths(rng, persons, households, on)
    for name in ("episode", "order", "named", "numbered"):
        persons[name] = np.full(size, NONE)
    return persons


def _deaths(rng: np.random.Generator, persons: Columns, households: Columns, on: int) -> Array:
    """The day of death of some, mostly old; nobody dies in a household that moves away, nor a woman of an age to bear."""
    size = len(persons["sex"])
    age = (on - persons["birth"]) / YEAR
    since, left = persons["registered"] + 25, households["left"][persons["household"]]
    may = (age > 1) & (left == NONE) & (since < on - 2) & ~((persons["sex"] == WOMAN) & (age > 14) & (age < 51))
    weight = np.where(may, np.exp(age / 11), 0)
    died = np.full(size, NONE)
    many = min(int(may.sum()), round(size * share("kematian-umum") * 2))
    if many:
        chosen = rng.choice(size, many, replace=False, p=weight / weight.sum())
        died[chosen] = since[chosen] + (rng.random(many) * (on - 1 - since[chosen])).astype(np.int64)
    return died
