"""Finding people in spite of how a name is spelled, by a part of a number, and by RT."""

import pytest
from django.db import connection

from primary_care.accounts.scope import scope_of_assignment
from primary_care.people import search
from primary_care.people.models import NameToken
from primary_care.people.search_keys import LONGEST, SHORTEST, SpellingKey, keys_of, slips
from primary_care.people.tests.factories import TODAY, Place, make_household, make_person, make_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return make_place()


def found(text: str, place: Place, **options: str) -> list[str]:
    scope = scope_of_assignment(place.bidan, TODAY)
    return [person.full_name for person in search.search_persons(text, scope, **options)]


@pytest.mark.parametrize("text", ["maemunah", "maimuna", "meimunah", "maimunsh", "miamunah", "mmaimunah", "maiunah"])
def test_one_slip_of_the_pen_is_forgiven(place: Place, text: str) -> None:
    make_person(place, "Maimunah")
    make_person(place, "Mardiyah")
    assert found(text, place) == ["Maimunah"]


def test_who_is_spelled_right_crowds_out_who_is_not(place: Place) -> None:
    make_person(place, "Rohani")
    make_person(place, "Rohana")
    assert found("rohani", place) == ["Rohani"]


def test_two_slips_or_a_slip_in_a_short_word_are_not_forgiven(place: Place) -> None:
    make_person(place, "Sita")
    make_person(place, "Maimunah")
    assert found("siti", place) == ["Sita"], "four letters: one may differ"
    assert found("ani", place) == []
    assert found("meimunsh", place) == []


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        *[("ani", "ani", 0), ("ani", "anik", 1), ("anik", "ani", 1), ("ani", "ana", 1), ("nai", "ani", 1)],
        *[("ani", "budi", 2), ("ab", "ba", 1), ("abc", "cab", 2), ("", "a", 1), ("", "ab", 2), ("rahaiu", "rahaju", 1)],
    ],
)
def test_slips(one: str, other: str, count: int) -> None:
    assert slips(one, other) == count


def test_keys_are_those_of_the_names_there_are(place: Place) -> None:
    make_person(place, "Nur Hayati")
    make_person(place, "Siti Nurhasanah Widyaningrum")
    kept = {(row.key, row.form) for row in SpellingKey.objects.all()}
    forms = {form for pair in NameToken.objects.values_list("word", "sound") for form in pair}
    assert {form for form in forms if len(form) > LONGEST}, "two names written together"
    assert kept == {(key, one) for one in forms if SHORTEST <= len(one) <= LONGEST for key in keys_of(one)}
    make_person(place, "Nur Hayati")
    assert SpellingKey.objects.count() == len(kept)


@pytest.mark.parametrize("text", ["420498", "4204980001", "980001", "04980001", "990101", "9901 01420498"])
def test_a_part_of_a_nik(place: Place, text: str) -> None:
    make_person(place, "Siti Nurhayati", nik="9901014204980001")
    make_person(place, "Budi Wijaya", nik="9902014204970002")
    assert found(text, place) == ["Siti Nurhayati"]
    assert found("010142", place) == [], "from the middle there is no way in"


def test_a_part_of_a_family_card_gives_the_whole_family(place: Place) -> None:
    home = make_household(place, no_kk="9901010101200017")
    make_person(place, "Siti Nurhayati", home)
    make_person(place, "Ayu Nurhayati", home, relationship="anak")
    make_person(place, "Budi Wijaya", make_household(place, no_kk="9901010101200025"))
    assert found("200017", place) == ["Siti Nurhayati", "Ayu Nurhayati"]
    assert len(found("990101", place)) == 3


@pytest.mark.parametrize("text", ["siti rt 1", "siti rt001", "SITI RT. 01/RW 1", "rt 1 rw 01 siti", "sity rt:1"])
def test_an_rt_narrows_a_name(place: Place, text: str) -> None:
    make_person(place, "Siti Satu", make_household(place, place.rt1))
    make_person(place, "Siti Dua", make_household(place, place.rt2))
    assert found(text, place) == ["Siti Satu"]


def test_an_rt_alone_gives_the_heads_of_its_families_in_the_scope(place: Place) -> None:
    home = make_household(place, place.rt1)
    make_person(place, "Bapak Satu", home, relationship="kepala-keluarga", sex="laki-laki")
    make_person(place, "Ibu Satu", home)
    make_person(place, "Bapak Lain", make_household(place, place.other_rt), relationship="kepala-keluarga")
    assert found("rt 1", place) == ["Bapak Satu"]
    assert found("rw 9", place) == []
    assert found("satu", place, within=place.rt2.path) == []


def test_numbers_are_looked_up_by_an_index(place: Place) -> None:
    """Of many, the database does not read all: with sequential reading forbidden, every part of the question still has an index."""
    with connection.cursor() as cursor:
        for part in ("substr(nik, 7)", "reverse(nik)", "nik"):
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN SELECT id FROM people_person WHERE {part} LIKE '420498%%'")
            assert "Seq Scan" not in "".join(line for (line,) in cursor.fetchall()), part
