"""The made-up people follow the table of figures: counted in as many as a Puskesmas has, with a fixed seed and day."""

from datetime import date
from functools import cache

import numpy as np
import pytest

from care_engine.growth.table import z_scores
from primary_care.demo.figures import figures, share, value
from primary_care.demo.making.block import DECLINED, DEFERRED, NONE, Array, Block
from primary_care.demo.making.blocks import make
from primary_care.demo.making.families import GROUPS, HEAD, MARRIED, WOMAN, YEAR
from primary_care.demo.making.mothers import LOST

DAY = date(2026, 6, 10).toordinal()
PEOPLE = 27_000


@cache
def block() -> Block:
    return make(1, 0, PEOPLE, DAY)


def age() -> Array:
    return (DAY - block().persons["birth"]) / YEAR


def values_of(item: str) -> tuple[Array, Array]:
    """Visits at which an item was noted, and the numbers."""
    one = block()
    rows = one.values["item"] == one.items.index(item)
    return one.values["visit"][rows], one.values["number"][rows]


def visits_with(service: str, state: int = 0) -> Array:
    one = block()
    if service not in one.service_names:
        return np.zeros(0, dtype=int)
    rows = (one.services["service"] == one.service_names.index(service)) & (one.services["state"] == state)
    return one.services["visit"][rows]


def near(found: float, wanted: float, within: float) -> None:
    assert abs(found - wanted) <= within, f"{found:.4f} instead of {wanted:.4f} ± {within}"


def test_the_same_seed_and_number_give_the_same_people_and_others_do_not() -> None:
    one, again, other = make(7, 2, 500, DAY), make(7, 2, 500, DAY), make(8, 2, 500, DAY)
    for columns in ("households", "persons", "episodes", "visits", "values", "services", "attributes"):
        for name, column in getattr(one, columns).items():
            assert np.array_equal(column, getattr(again, columns)[name], equal_nan=column.dtype.kind == "f"), (
                columns,
                name,
            )
    assert not np.array_equal(one.persons["birth"], other.persons["birth"])
    assert not np.array_equal(one.persons["birth"], make(7, 1, 500, DAY).persons["birth"])


@pytest.mark.parametrize("people", [1, 2, 5, 20, 60])
@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2026, 11, 30), date(2027, 1, 1)])
def test_few_people_can_be_made_too(people: int, day: date) -> None:
    for seed in range(5):
        made = make(seed, 0, people, day.toordinal())
        assert len(made.persons["birth"]) == people
        assert (made.persons["birth"] < day.toordinal()).all()


def test_ages_and_sexes_are_those_of_the_census() -> None:
    whole = sum(sum(one.values) for one in figures().values() if one.id.startswith("usia-"))
    for number, group in enumerate(GROUPS):
        wanted = sum(figures()[f"usia-{group}"].values) / whole
        found = ((age() >= 5 * number) & (age() < (5 * number + 5 if number < 15 else 200))).mean()
        near(found, wanted, 0.006)
    near((block().persons["sex"] == WOMAN).mean(), 0.495, 0.012)
    women = (block().persons["sex"] == WOMAN) & (age() >= 25) & (age() < 30)
    near((block().persons["marital"][women] == MARRIED).mean(), 0.756, 0.04)


def test_families_are_of_the_size_of_the_register_and_hang_together() -> None:
    persons = block().persons
    near(PEOPLE / len(block().households["rt"]), value("anggota-keluarga"), 0.05)
    heads = np.bincount(persons["household"], persons["relationship"] == HEAD)
    assert (heads == 1).all()
    children = np.flatnonzero(persons["mother"] != NONE)
    mothers = persons["mother"][children]
    years = (persons["birth"][children] - persons["birth"][mothers]) / YEAR
    assert years.min() > 16 and years.max() < 48
    assert (mothers < children).all() and (persons["sex"][mothers] == WOMAN).all()
    assert (np.isin(np.flatnonzero(age() < 5), children)).mean() > 0.95
    order = np.lexsort((persons["birth"][children], mothers))
    same = np.diff(mothers[order]) == 0
    gap = np.diff(persons["birth"][children][order])[same]
    assert ((gap == 0) | (gap > 300)).all()


def test_the_29_posyandu_have_about_the_same_number_of_people() -> None:
    here = np.bincount(block().posyandu, minlength=29)
    assert len(here) == 29 and here.min() > 800 and here.max() < 1050


def test_births_pregnancies_and_twins_are_as_many_as_they_should_be() -> None:
    persons, episodes = block().persons, block().episodes
    born = persons["episode"] != NONE
    a_year = (age() < 2).sum() / 2
    near(
        born.sum() / (2 * a_year), 1 - share("kelahiran-tak-tercatat"), 0.17
    )  # those born before the registration are none of ours
    going_on = (episodes["end"] == NONE).sum()
    near(going_on / (a_year * 280 / 365), 0.75, 0.1)  # the youngest, and those who come late, are not known yet
    assert ((episodes["hpht"] > DAY - 295) | (episodes["end"] != NONE)).all()
    young = age() < 6
    pairs = (persons["twin"] == 2)[young].sum()
    near(pairs / young.sum(), value("kembar") / 1000, 0.005)
    near((persons["birth_g"][born & (persons["twin"] == 0)] < 2500).mean(), share("bblr"), 0.02)
    near((persons["birth_cm"][born] < 48).mean(), share("panjang-lahir-pendek"), 0.035)
    birth = (episodes["end"] != NONE) & (episodes["outcome"] != LOST)
    near((episodes["place"][birth] != 3).mean(), share("persalinan-fasilitas"), 0.03)
    near((episodes["helper"][birth] < 3).mean(), share("penolong-nakes"), 0.03)
    gestation = (episodes["end"] - episodes["hpht"])[birth & (episodes["outcome"] == 0)]
    near((gestation < 259).mean(), share("prematur"), 0.03)
    assert (episodes["outcome"] == LOST).sum() > 10 and (episodes["outcome"] == 1).sum() >= 3


def test_antenatal_visits_are_as_early_and_as_many_as_the_surveys_say() -> None:
    one = block()
    episodes = one.episodes
    since = one.households["registered"][one.persons["household"][episodes["person"]]]
    over = np.flatnonzero((episodes["end"] != NONE) & (episodes["outcome"] == 0) & (episodes["hpht"] > since))
    visits = one.visits
    early = full = 0
    for episode in over:
        days = visits["on"][visits["person"] == episodes["person"][episode]] - episodes["hpht"][episode]
        days = days[(days >= 0) & (days < episodes["end"][episode] - episodes["hpht"][episode])]
        parts = [((days >= low) & (days <= high)).sum() for low, high in ((0, 84), (85, 168), (169, 300))]
        early += parts[0] > 0
        full += parts[0] > 0 and parts[1] > 0 and parts[2] > 1
    near(early / len(over), share("anc-trimester-1"), 0.08)
    near(full / len(over), share("anc-k4"), 0.1)
    first = visits_with("anc-k1")
    seen, arm = values_of("lila-cm")
    near((arm[np.isin(seen, first)] < 23.5).mean(), share("kek-hamil"), 0.04)
    seen, hb = values_of("hb")
    near((hb[np.isin(seen, first)] < 11).mean(), share("anemia-hamil"), 0.05)


def test_children_grow_as_the_last_survey_found() -> None:
    one = block()
    seen, kg = values_of("berat-badan-kg")
    last, position = values_of("tinggi-badan-cm")
    child = one.visits["spot"][seen] == 0
    weights = dict(zip(seen[child].tolist(), kg[child].tolist(), strict=True))
    rows = [(visit, cm) for visit, cm in zip(last.tolist(), position.tolist(), strict=True) if visit in weights]
    visit = np.array([row[0] for row in rows])
    person, on = one.visits["person"][visit], one.visits["on"][visit]
    days = on - one.persons["birth"][person]
    young = days < 1826
    visit, person, days = visit[young], person[young], days[young]
    z = z_scores(
        {
            "sex": 2 - one.persons["sex"][person],
            "age_days": days,
            "weight_kg": [weights[row] for row in visit.tolist()],
            "lenhei_cm": np.array([row[1] for row in rows])[young],
            "measure": np.where(days < 731, "l", "h").tolist(),
        }
    )
    tall, thin, light = z["zlen"], z["zwfl"], z["zwei"]
    near((tall < -2).mean(), share("stunting"), 0.03)
    near((thin < -2).mean(), share("wasting"), 0.025)
    near((thin > 2).mean(), share("gizi-lebih"), 0.02)
    near((light < -2).mean(), share("bb-kurang"), 0.04)
    oldest, youngest = (tall < -2)[days > 730].mean(), (tall < -2)[days < 330].mean()
    assert oldest > youngest + 0.05
    assert np.nanstd(tall) < 1.5 and (np.abs(tall) > 6).sum() == 0


def test_vaccines_reach_as_many_one_year_olds_as_the_survey_found() -> None:
    one = block()
    persons = one.persons
    who = np.flatnonzero((age() >= 1) & (age() < 2) & (persons["registered"] < DAY) & (persons["died"] == NONE))
    who = who[one.households["left"][persons["household"][who]] == NONE]
    settled = who[persons["registered"][who] <= persons["birth"][who] + 30]

    def reached(*services: str) -> float:
        has = np.ones(len(settled), dtype=bool)
        for service in services:
            has &= np.isin(settled, one.visits["person"][visits_with(service)])
        return float(has.mean())

    near(reached("imunisasi-bcg"), share("imunisasi-bcg"), 0.04)
    near(reached("imunisasi-dpt-hb-hib-3"), share("imunisasi-dpt3"), 0.06)
    near(reached("imunisasi-opv-3"), share("imunisasi-polio3"), 0.06)
    # A year is all they had: who comes late has it after this count.
    near(reached("imunisasi-mr-1"), share("imunisasi-campak") * (1 - share("imunisasi-terlambat") / 3), 0.05)
    basic = [
        "imunisasi-bcg",
        *(f"imunisasi-dpt-hb-hib-{n}" for n in (1, 2, 3)),
        *(f"imunisasi-opv-{n}" for n in (1, 2, 3, 4)),
    ]
    near(reached(*basic, "imunisasi-mr-1"), share("imunisasi-dasar-lengkap") * 0.93, 0.06)


def test_adults_have_the_pressure_sugar_and_weight_of_the_survey() -> None:
    one = block()
    seen, top = values_of("sistolik")
    low_seen, low = values_of("diastolik")
    assert np.array_equal(seen, low_seen) and (low < top).all()
    person = one.visits["person"][seen]
    years = (one.visits["on"][seen] - one.persons["birth"][person]) / YEAR
    screening = np.isin(seen, values_of("lingkar-perut-cm")[0]) & (years >= 18)
    high = (top >= 140) | (low >= 90)
    near(high[screening].mean(), share("hipertensi"), 0.02)
    assert high[screening & (years >= 60)].mean() > high[screening & (years < 40)].mean() + 0.2
    near((top[screening] % 10 == 0).mean(), share("pembulatan-tensi") + (1 - share("pembulatan-tensi")) / 5, 0.06)
    seen, sugar = values_of("gds")
    near((sugar >= 200).mean(), share("gula-darah-tinggi"), 0.02)
    weight_seen, kg = values_of("berat-badan-kg")
    height_seen, cm = values_of("tinggi-badan-cm")
    heights = dict(zip(height_seen.tolist(), cm.tolist(), strict=True))
    both = [
        (v, w / (heights[v] / 100) ** 2) for v, w in zip(weight_seen.tolist(), kg.tolist(), strict=True) if v in heights
    ]
    screened = set(seen.tolist())
    adult = np.array([bmi for v, bmi in both if v in screened])
    near((adult >= 27).mean(), share("obesitas"), 0.03)
    near(((adult >= 25) & (adult < 27)).mean(), share("bb-lebih"), 0.03)
    last_year = one.visits["on"][seen] > DAY - 366
    grown = (age() >= 15) & (one.persons["died"] == NONE)
    near(len(np.unique(one.visits["person"][seen][last_year])) / grown.sum(), share("skrining-ptm") * 0.85, 0.05)


def test_the_awkward_ones_are_there() -> None:
    one = block()
    persons, households = one.persons, one.households
    assert (persons["died"] != NONE).sum() > 200 and ((persons["died"] != NONE) & (age() < 2)).sum() >= 3
    assert (households["left"] != NONE).sum() > 150 and (households["moved"] != NONE).sum() > 150
    assert (persons["twin"] > 0).sum() >= 10
    assert (persons["nik"] == 0).mean() > 0.01
    assert len(visits_with("imunisasi-bcg", DECLINED)) >= 3
    assert sum(len(visits_with(name, DEFERRED)) for name in one.service_names) > 30
    assert ((persons["named"] == NONE) & (persons["episode"] != NONE)).sum() >= 10
    assert one.visits["told"].sum() > 1000
    _seen, cm = values_of("tinggi-badan-cm")
    child = one.visits["spot"][_seen] == 0
    whole = (np.round(cm[child]) == cm[child]).mean()
    assert whole > share("pembulatan-tinggi")  # digit preference: far more whole centimetres than one in ten
    lost = 0
    small = np.flatnonzero((age() > 1.5) & (age() < 4) & (persons["registered"] < DAY - 500))
    last = np.zeros(len(age()))
    np.maximum.at(last, one.visits["person"], one.visits["on"])
    lost = (last[small] < DAY - 200).mean()
    assert 0.03 < lost < 0.25


def test_nobody_is_seen_before_birth_registration_or_after_death_or_leaving() -> None:
    one = block()
    person, on = one.visits["person"], one.visits["on"]
    assert (on >= one.persons["birth"][person]).all() and (on < DAY).all()
    told = one.visits["told"].astype(bool)
    assert (on[~told] >= one.persons["registered"][person][~told]).all()
    died, left = one.persons["died"][person], one.households["left"][one.persons["household"][person]]
    assert ((died == NONE) | (on <= died)).all() and ((left == NONE) | (on < left)).all()
    assert (on[~told] >= one.start).all()
