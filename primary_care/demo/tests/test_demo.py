"""The demo is synthetic, plausible, and loaded once."""

from collections import Counter
from datetime import date, timedelta

import pytest

from primary_care.accounts.models import User
from primary_care.accounts.scope import scope_of
from primary_care.areas.borders import borders_of_children
from primary_care.areas.models import Area
from primary_care.audit.queries import verify_chains
from primary_care.demo import families, load, place
from primary_care.people.models import Household, Person
from primary_care.people.nik import check_nik
from primary_care.staff.queries import staffing_warnings
from primary_care.units.queries import villages_without_facility

DAYS = [date(2026, 11, 1), date(2027, 3, 1), date(2028, 2, 29)]
MEMBERS = [(on, family, member) for on in DAYS for family in families.plan_families(on) for member in family.members]


def test_the_same_day_gives_the_same_families() -> None:
    assert families.plan_families(DAYS[0]) == families.plan_families(DAYS[0])
    assert families.plan_families(DAYS[0]) != families.plan_families(DAYS[0], seed=1)


@pytest.mark.parametrize("on", DAYS)
def test_there_is_somebody_of_every_age(on: date) -> None:
    ages = [(on - member.birth_date).days for day, _, member in MEMBERS if day == on]
    assert 190 <= len(ages) <= 250
    counts = Counter("neonate" if a <= 28 else "baby" if a < 365 else "toddler" if a < 1826 else "other" for a in ages)
    assert counts["neonate"] >= 2 and counts["baby"] >= 6 and counts["toddler"] >= 15
    assert sum(member.hpht is not None for day, _, member in MEMBERS if day == on) >= 8
    assert sum(a >= 60 * 366 for a in ages) >= 10


def test_every_number_is_synthetic_and_agrees_with_its_owner() -> None:
    for on, family, member in MEMBERS:
        assert family.no_kk.startswith("99") and len(family.no_kk) == 16
        if member.nik:
            assert member.nik.startswith("99")
            assert check_nik(member.nik, member.sex, member.birth_date) == []
        else:
            assert on - member.birth_date < families.WITHOUT_NIK
    for on in DAYS:
        numbers = [member.nik for day, _, member in MEMBERS if day == on and member.nik]
        assert len(numbers) == len(set(numbers))


def test_mothers_are_of_an_age_to_have_their_children() -> None:
    for _, family, member in MEMBERS:
        if member.mother is not None:
            mother = family.members[member.mother]
            years = (member.birth_date - mother.birth_date).days / 365.25
            assert mother.sex == "perempuan" and 17 <= years <= 47, (mother, member)


def test_a_pregnant_woman_is_neither_past_term_nor_just_delivered() -> None:
    for on, family, member in MEMBERS:
        if member.hpht:
            assert timedelta(weeks=4) < on - member.hpht < timedelta(days=280)
            children = [child for child in family.members if child.mother is not None]
            assert all(child.birth_date + timedelta(days=60) < member.hpht for child in children), family


@pytest.mark.django_db
def test_the_demo_is_loaded_once_and_seen_by_area() -> None:
    assert load.is_empty() and not load.is_demo()
    made = load.load(DAYS[0])
    assert made == Person.objects.count() > 190
    assert load.load(DAYS[0]) == 0
    assert (Person.objects.count(), Household.objects.count(), User.objects.count()) == (made, 60, len(place.STAFF))
    assert load.is_demo() and not load.is_empty()
    seen = {
        user.username: Person.objects.visible_to(scope_of(user, DAYS[0])).count()
        for user in User.objects.order_by("pk")
    }
    assert seen["kepala"] == seen["dokter"] == made
    assert seen["kader.melati"] == seen["bidan.pustu"]
    assert seen["kader.melati"] + seen["kader.kenanga"] == made
    assert User.objects.get(username="kader.melati").check_password(place.PASSWORD)
    assert not Person.objects.filter(area_path="").exists()
    assert Area.objects.filter(level="rt").count() == 12
    assert verify_chains() == []


@pytest.mark.django_db
def test_the_place_has_a_map_and_a_staff_with_gaps() -> None:
    built = place.build()
    kecamatan = Area.objects.get(code="99.01.01")
    desa = borders_of_children(kecamatan, DAYS[0])["features"]
    assert [one["properties"]["nama"] for one in desa] == ["Mekar Sari", "Sumber Rejeki"]
    river = [set(map(tuple, one["geometry"]["coordinates"][0][0])) for one in desa]
    assert len(river[0] & river[1]) == 6  # the two banks meet in the river and leave nothing between them
    assert {one.code for one in staffing_warnings(built.puskesmas, DAYS[0])} >= {"klaster-tanpa-anggota"}
    assert villages_without_facility((kecamatan.path,), DAYS[0]) == []
