"""Who may be registered already: spellings, swapped dates, twins, and what is told of those outside the asker's sight."""

from datetime import date
from typing import Any

import pytest

from primary_care.accounts.scope import scope_of_assignment
from primary_care.people.duplicates import asked_for, compare, nik_is_elsewhere, pairs_in, similar, swapped
from primary_care.people.links import say_distinct
from primary_care.people.models import Person
from primary_care.people.tests.factories import TODAY, assign, make_household, make_person, make_place

BORN = date(1998, 4, 2)
NIK, OTHER_NIK = "9901014204980001", "9901014204980002"


def told(name: str, second: str, birth: date | None = BORN, other_birth: date | None = BORN, **known: Any) -> str:
    return compare(
        asked_for(name, birth_date=birth, **known.get("one", {})),
        asked_for(second, birth_date=other_birth, **known.get("other", {})),
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Siti Aminah", "Sitti Aminah"), ("Siti Aminah", "St. Aminah"), ("Muhammad Rizki", "Moh. Rizky"), ("Soekarno", "Sukarno"),
        ("Nur Hayati", "Nurhayati"), ("Hj. Siti Fatimah", "Siti Fatima"), ("Fitri Handayani", "Pitri Handayani"), ("Dewi Lestari", "Dewi"),
        ("Achmad Fauzi", "Ahmad Fauzi"), ("Tjipto Rahardjo", "Cipto Raharjo"),
    ],
)  # fmt: skip
def test_spellings_of_one_name_born_the_same_day_are_told(one: str, other: str) -> None:
    assert told(one, other) == told(other, one) == "name-and-birth"


@pytest.mark.parametrize(
    ("one", "other"), [("Siti Aminah", "Siti Rahayu"), ("Budi Santoso", "Agus Santoso"), ("Rara", "Rina"), ("Dewi", "Dwi Putri")]
)  # fmt: skip
def test_other_names_are_not(one: str, other: str) -> None:
    assert told(one, other) == told(other, one) == ""


def test_dates_swapped_mistyped_and_unknown() -> None:
    assert told("Siti Aminah", "Sitti Aminah", BORN, date(1998, 2, 4)) == "swapped"
    assert told("Siti Aminah", "Siti Aminah", BORN, date(1988, 4, 2)) == "near"
    assert told("Siti Aminah", "Siti Aminah", BORN, date(1998, 4, 12)) == "near"
    assert told("Siti Aminah", "Siti Aminah", BORN, date(1975, 1, 1)) == ""
    assert told("Siti Aminah", "Siti Aminah", None, BORN) == "name-and-unknown"
    assert told("Siti Aminah", "Siti Aminah", BORN, None) == "", "a desa has many of that name"
    assert (swapped(date(2020, 5, 5)), swapped(date(2020, 5, 13))) == (None, None)


def test_twins_are_told_apart() -> None:
    mother = Person().pk
    born = date(2026, 3, 1)
    family = {"one": {"mother_id": mother, "sex": "laki-laki"}, "other": {"mother_id": mother, "sex": "laki-laki"}}
    assert told("Hasan", "Husein", born, born, **family) == "twin"
    assert told("Bayi Ny. Siti 1", "Bayi Ny. Siti 2", born, born, one={"birth_order": 1, "mother_id": mother}, 
                other={"birth_order": 2, "mother_id": mother}) == "twin"  # fmt: skip
    boy_and_girl = {
        "one": {"mother_id": mother, "sex": "laki-laki"},
        "other": {"mother_id": mother, "sex": "perempuan"},
    }
    assert told("Putra Ayu", "Putri Ayu", born, born, **boy_and_girl) == "twin"
    assert told("Hasan", "Hasan", born, born, **family) == "name-and-birth", "the same child written twice"


def test_two_niks_or_two_sexes_are_two_people_and_one_nik_is_one() -> None:
    assert told("Siti Aminah", "Siti Aminah", one={"nik": NIK}, other={"nik": OTHER_NIK}) == ""
    assert told("Siti Aminah", "Siti Aminah", one={"sex": "perempuan"}, other={"sex": "laki-laki"}) == ""
    assert told("Siti Aminah", "Orang Lain", BORN, date(1970, 1, 1), one={"nik": NIK}, other={"nik": NIK}) == "nik"


@pytest.mark.django_db
def test_the_register_is_asked_within_the_scope_and_of_others_only_a_whole_nik_is_told() -> None:
    place = make_place()
    here = make_person(place, "Sitti Aminah", nik=NIK)
    there = make_person(place, "Siti Aminah", make_household(place, place.other_rt), nik=OTHER_NIK)
    scope = scope_of_assignment(place.kader, TODAY)
    asked = asked_for("Siti Aminah", birth_date=BORN)
    assert [(one.person, one.why) for one in similar(asked, scope)] == [(here, "name-and-birth")]
    assert similar(asked_for("Siti Aminah", birth_date=BORN, nik=OTHER_NIK), scope) == []
    assert nik_is_elsewhere(OTHER_NIK, scope) and not nik_is_elsewhere(NIK, scope)
    assert not nik_is_elsewhere(OTHER_NIK[:15], scope), "a number that is not whole tells nothing"
    whole = scope_of_assignment(assign("manajer", "petugas-klaster-1", "", place.puskesmas), TODAY)
    found = similar(asked_for("Siti Aminah", birth_date=BORN, nik=OTHER_NIK), whole)
    assert [(one.person, one.why) for one in found] == [(there, "nik")], (
        "with a NIK of her own the other one is another"
    )
    assert similar(asked, whole, besides=[here.pk, there.pk]) == []


@pytest.mark.django_db
def test_pairs_in_a_list_are_told_once_until_somebody_says_they_are_two() -> None:
    place = make_place()
    home = make_household(place)
    one, other = make_person(place, "Siti Aminah"), make_person(place, "Sitti Aminah")
    swapped_one = make_person(place, "Siti Aminah", birth_date=date(1998, 2, 4))
    for name in ("Hasan", "Husein"):
        make_person(place, name, home, relationship="anak", birth_date=date(2019, 3, 1), sex="laki-laki")
    everybody = Person.objects.select_related("version").order_by("pk")
    found = {(frozenset((a.pk, b.pk)), why) for a, b, why in pairs_in(everybody)}
    pair = frozenset
    assert found == {
        (pair((one.pk, other.pk)), "name-and-birth"), (pair((one.pk, swapped_one.pk)), "swapped"),
        (pair((other.pk, swapped_one.pk)), "swapped"),
    }  # fmt: skip
    say_distinct(one, other, by=assign("manajer", "petugas-klaster-1", "", place.puskesmas), on=TODAY)
    assert len(list(pairs_in(everybody))) == 2
