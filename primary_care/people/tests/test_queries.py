"""Finding and reading people, always within a scope."""

import pytest

from primary_care.accounts.scope import NOTHING, scope_of, scope_of_assignment
from primary_care.audit.models import AuditEntry
from primary_care.people import actions
from primary_care.people.models import Household, Person
from primary_care.people.queries import get_household, read_person
from primary_care.people.search import search_persons
from primary_care.people.tests.factories import TODAY, Place, make_household, make_person, make_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return make_place()


def found(text: str, place: Place, who: str = "bidan") -> list[str]:
    return [person.full_name for person in search_persons(text, scope_of_assignment(getattr(place, who), TODAY))]


@pytest.mark.parametrize(
    "text",
    [
        "Siti Nurhayati",
        "siti",
        "nurha",
        "nur hayati",
        "Sity Noerhajati",
        "hj siti",
        "nurhayati siti",
        "9901014204980001",
        "990101 4204",
        "9901010101200001",
    ],
)
def test_a_person_is_found_by_name_sound_and_number(place: Place, text: str) -> None:
    make_person(place, "Siti Nurhayati", make_household(place, no_kk="9901010101200001"), nik="9901014204980001")
    make_person(place, "Budi Wijaya")
    assert found(text, place) == ["Siti Nurhayati"]


def test_a_name_written_in_two_words_is_found_by_one(place: Place) -> None:
    make_person(place, "Nur Hayati")
    assert found("nurhayati", place) == ["Nur Hayati"]


def test_the_likeliest_comes_first(place: Place) -> None:
    for name in ("Siti Aminahwati", "Siti Aminah", "Sity Amina"):
        make_person(place, name)
    assert found("siti aminah", place)[0] == "Siti Aminah"
    assert len(found("siti aminah", place)) == 3


def test_a_common_name_does_not_crowd_out_the_one_asked_for(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("primary_care.people.search.CANDIDATES", 3)
    for name in ("Siti Aminahwati", "Siti Aminarti", "Siti Aminatun", "Siti Aminudin", "Siti Amin"):
        make_person(place, name)
    assert found("siti amin", place)[0] == "Siti Amin"


def test_if_no_name_has_every_word_names_with_some_are_offered(place: Place) -> None:
    make_person(place, "Siti Rahayu")
    assert found("siti marpaung", place) == ["Siti Rahayu"]


@pytest.mark.parametrize("text", ["", " ", "12345", "a", "%", "_", "%%%%%%", "'; --"])
def test_too_little_or_odd_text_finds_nobody(place: Place, text: str) -> None:
    make_person(place, "Siti Aminah", nik="9901014204980001")
    assert found(text, place) == []


def test_the_truth_table_of_who_sees_whom(place: Place) -> None:
    homes = {"rt1": place.rt1, "rt2": place.rt2, "other": place.other_rt}
    people = {name: make_person(place, f"Warga {name}", make_household(place, area)).pk for name, area in homes.items()}
    sees = {
        who: {name for name, key in people.items() if key in visible}
        for who in ("kader", "bidan", "registrasi", "kepala", "dinas")
        for visible in [set(_visible(place, who).values_list("pk", flat=True))]
    }
    assert sees == {
        "kader": {"rt1"},
        "bidan": {"rt1", "rt2"},
        "registrasi": {"rt1", "rt2", "other"},
        "kepala": {"rt1", "rt2", "other"},
        "dinas": set(),
    }
    assert not Person.objects.visible_to(NOTHING).exists()


def _visible(place: Place, who: str) -> "object":
    return Person.objects.visible_to(scope_of(getattr(place, who).user, TODAY))


def test_reading_a_person_leaves_a_trace_and_an_outsider_learns_nothing(place: Place) -> None:
    person = make_person(place, household=make_household(place, place.rt2))
    assert read_person(person.pk, by=place.bidan, on=TODAY) == person
    trace = AuditEntry.objects.get(action="read")
    assert (trace.user, trace.unit, trace.person_id) == (place.bidan.user, place.pustu, person.pk)
    with pytest.raises(Person.DoesNotExist):
        read_person(person.pk, by=place.kader, on=TODAY)
    assert AuditEntry.objects.filter(action="read").count() == 1


def test_a_household_shows_its_head_first_and_the_dead_last(place: Place) -> None:
    household = make_household(place)
    child = make_person(place, "Anak", household, relationship="anak")
    dead = make_person(place, "Nenek", household, relationship="orang-tua")
    head = make_person(place, "Bapak Kepala", household, relationship="kepala-keluarga", sex="laki-laki")
    actions.record_death(dead, TODAY, by=place.bidan, on=TODAY)
    scope = scope_of_assignment(place.kader, TODAY)
    assert get_household(household.pk, scope) == (household, [head, child, dead])
    with pytest.raises(Household.DoesNotExist):
        get_household(household.pk, NOTHING)
