"""Merging two records and undoing it: the view, the search and what visits say are as before, whatever was merged in between."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.scope import scope_of_assignment
from primary_care.audit.models import AuditEntry
from primary_care.audit.queries import verify_chains
from primary_care.keys import new_key
from primary_care.people import actions, projection
from primary_care.people.actions import ActionRefused
from primary_care.people.link_models import PersonLink
from primary_care.people.links import hindrances, merge_persons, say_distinct, undo_link, withdraw_person
from primary_care.people.models import Household, NameToken, Person
from primary_care.people.queries import read_person
from primary_care.people.search import search_persons
from primary_care.people.tests.factories import TODAY, assign, make_household, make_person, make_place
from primary_care.visits.actions import record_visit
from primary_care.visits.episodes import open_episode
from primary_care.visits.queries import facts_of_many, last_values, timeline

pytestmark = pytest.mark.django_db
NIK = "9901014204980001"


@pytest.fixture
def place() -> Any:
    made = make_place()
    made.manager = assign("manajer", "petugas-klaster-1", "", made.puskesmas)
    return made


def state() -> dict[str, Any]:
    """Everything that pages show of people: the view, the words to be found by, and what visits say."""
    people = list(Person.objects.filter(active=True).select_related("version").order_by("pk"))
    return {
        "persons": list(Person.objects.order_by("pk").values()),
        "households": list(Household.objects.order_by("pk").values()),
        "words": sorted(NameToken.objects.values_list("person_id", "word", "sound", "position")),
        "facts": facts_of_many(people, TODAY),
        "visits": {one.pk: [contact.pk for contact in timeline(one, TODAY)] for one in people},
        "last": {one.pk: last_values(one, TODAY) for one in people},
    }


def weigh(place: Any, person: Person, kilos: str, on: date) -> None:
    record_visit(
        person, contact_id=new_key(), on=on, today=TODAY, by=place.bidan.user, cadre="bidan", unit=place.pustu,
        observations={"berat-badan-kg": Decimal(kilos)},
    )  # fmt: skip


def crowd(place: Any, chance: random.Random) -> list[Person]:
    """People of one sex, some with a NIK, some born the same day, mothers with children, heads and members, with visits."""
    people = []
    for number in range(7):
        household = make_household(place, chance.choice([place.rt1, place.rt2]))
        person = make_person(
            place, chance.choice(["Siti Aminah", "Sitti Aminah", "St. Aminah Putri"]), household,
            nik=f"99010142049800{number:02}" if chance.random() < 0.3 else "",
            relationship=chance.choice(["kepala-keluarga", "istri"]),
            birth_date=chance.choice([date(1998, 4, 2), date(1998, 2, 4), None]), sex=chance.choice(["perempuan", ""]),
        )  # fmt: skip
        people.append(person)
        if chance.random() < 0.4:
            make_person(
                place,
                f"Anak {number}",
                household,
                relationship="anak",
                birth_date=date(2019, 6, 1),
                mother_id=person.pk,
            )
        for _ in range(chance.randrange(3)):
            weigh(place, person, str(chance.randrange(50, 55)), TODAY - timedelta(days=chance.randrange(300)))
    return people


@pytest.mark.parametrize("seed", range(12))
def test_merge_then_undo_equals_before(place: Any, seed: int) -> None:
    """Any number of merges, of merged ones too, taken back in any order: after the last the state is the first one, and at every step it is
    the one that the standing links alone give.
    """
    chance = random.Random(seed)
    people = crowd(place, chance)
    before = state()
    standing: list[PersonLink] = []
    for _ in range(14):
        active = list(Person.objects.filter(pk__in=[one.pk for one in people], active=True).order_by("pk"))
        one, other = chance.sample(active, 2) if len(active) > 1 else (active[0], active[0])
        if chance.random() < 0.65 and one != other and not hindrances(one, other):
            standing.append(merge_persons(one, other, by=place.manager, on=TODAY, reason="uji"))
        elif standing:
            undo_link(standing.pop(chance.randrange(len(standing))), by=place.manager, on=TODAY)
        now = state()
        projection.rebuild()
        assert state() == now
        assert (now == before) == (not standing)
    chance.shuffle(standing)
    for link in standing:
        undo_link(link, by=place.manager, on=TODAY)
    assert state() == before
    assert verify_chains() == []


def test_the_kept_record_shows_both_and_the_other_is_in_no_list(place: Any) -> None:
    kept, other = make_person(place, "Siti Aminah", birth_date=None), make_person(place, "Sitti Aminahh", nik=NIK)
    weigh(place, kept, "51", date(2026, 5, 1))
    weigh(place, other, "52", date(2026, 6, 1))
    link = merge_persons(other, kept, by=place.manager, on=TODAY, reason="KTP yang sama")
    kept.refresh_from_db()
    other.refresh_from_db()
    assert (kept.nik, kept.birth_date, kept.full_name) == (NIK, date(1998, 4, 2), "Siti Aminah")
    assert (other.active, other.nik, other.household, other.area_path) == (False, None, None, "")
    assert last_values(kept, TODAY)["berat-badan-kg"].value == 52
    assert len(timeline(kept, TODAY)) == 2
    for text in ("aminahh", NIK, "siti aminah"):
        assert search_persons(text, scope_of_assignment(place.manager, TODAY)) == [kept], text
    assert read_person(other.pk, by=place.manager, on=TODAY) == kept
    entries = AuditEntry.objects.filter(kind="people.link", object_id=link.pk)
    assert {one.person_id for one in entries} == {kept.pk, other.pk}
    weigh(place, kept, "53", TODAY)
    undo_link(link, by=place.manager, on=TODAY)
    assert last_values(kept, TODAY)["berat-badan-kg"].value == 53, "what came later stays with the one that was kept"
    assert last_values(other, TODAY)["berat-badan-kg"].value == 52


def test_a_merged_mother_keeps_her_children(place: Any) -> None:
    kept, other = make_person(place), make_person(place)
    child = make_person(place, "Rina", relationship="anak", birth_date=date(2019, 6, 1), mother_id=other.pk)
    link = merge_persons(other, kept, by=place.manager, on=TODAY)
    assert list(kept.children.all()) == [child]
    undo_link(link, by=place.manager, on=TODAY)
    assert list(other.children.all()) == [child]


def test_what_cannot_be_one_person_is_not_merged(place: Any) -> None:
    woman = make_person(place, nik=NIK)
    child = make_person(place, relationship="anak", birth_date=date(2019, 6, 1), mother_id=woman.pk)
    man = make_person(place, sex="laki-laki")
    other_nik = make_person(place, nik="9901014204980002")
    dead = make_person(place)
    actions.record_death(dead, TODAY, by=place.bidan, on=TODAY)
    pregnant = [make_person(place), make_person(place)]
    for one in pregnant:
        open_episode(one, kind="kehamilan", facts={}, registered_on=TODAY, today=TODAY, by=place.bidan.user)
    for one, other, says in (
        (woman, child, "ibu"), (woman, man, "Jenis kelamin"), (woman, other_nik, "NIK"), (woman, dead, "meninggal"),
        (*pregnant, "kehamilan"), (woman, woman, "sama"),
    ):  # fmt: skip
        with pytest.raises(ActionRefused, match=says):
            merge_persons(one, other, by=place.manager, on=TODAY)
    merge_persons(make_person(place), woman, by=place.manager, on=TODAY)
    gone = PersonLink.objects.get().person
    with pytest.raises(ActionRefused, match="sudah digabung"):
        merge_persons(gone, woman, by=place.manager, on=TODAY)


def test_only_who_approves_and_covers_both_merges(place: Any) -> None:
    here, there = make_person(place), make_person(place, household=make_household(place, place.other_rt))
    for who in (place.kader, place.registrasi, place.kepala, place.dinas):
        with pytest.raises(NotAllowed):
            merge_persons(here, make_person(place), by=who, on=TODAY)
    with pytest.raises(NotAllowed):
        merge_persons(here, there, by=place.bidan, on=TODAY)  # the Pustu serves the first desa alone
    link = merge_persons(here, there, by=place.manager, on=TODAY)
    with pytest.raises(NotAllowed):
        undo_link(link, by=place.bidan, on=TODAY)
    undo_link(link, by=place.manager, on=TODAY)
    with pytest.raises(ActionRefused, match="sudah diurungkan"):
        undo_link(link, by=place.manager, on=TODAY)


def test_the_undo_waits_while_somebody_else_has_the_nik(place: Any) -> None:
    kept, other = make_person(place), make_person(place, nik=NIK)
    link = merge_persons(other, kept, by=place.manager, on=TODAY)
    actions.add_identifier(kept, "nik", "9901014204980009", by=place.manager, on=TODAY)
    make_person(place, "Orang Lain", nik=NIK)
    with pytest.raises(ActionRefused, match="dipakai orang lain"):
        undo_link(link, by=place.manager, on=TODAY)
    assert not Person.objects.get(pk=other.pk).active


def test_a_record_made_by_mistake_goes_and_comes_back(place: Any) -> None:
    person = make_person(place, nik=NIK)
    before = state()
    link = withdraw_person(person, by=place.manager, on=TODAY, reason="diketik dua kali")
    assert Person.objects.get(pk=person.pk).nik is None and not Person.objects.filter(active=True).exists()
    undo_link(link, by=place.manager, on=TODAY)
    assert state() == before
    weigh(place, person, "50", TODAY)
    with pytest.raises(ActionRefused, match="kunjungan"):
        withdraw_person(person, by=place.manager, on=TODAY)


def test_two_said_to_be_two_change_nothing(place: Any) -> None:
    one, other = make_person(place), make_person(place)
    before = state()
    link = say_distinct(one, other, by=place.manager, on=TODAY)
    assert say_distinct(other, one, by=place.manager, on=TODAY) == link
    assert state() == before
