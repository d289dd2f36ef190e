"""Families registered in bulk and the same families registered one by one leave the same facts and the same view."""

from datetime import date

import pytest
from django.db import connection, transaction

from primary_care.accounts.access import NotAllowed
from primary_care.audit.queries import verify_chains
from primary_care.people import actions
from primary_care.people.actions import ActionRefused, PersonDetails
from primary_care.people.bulk import Family, NewMember, register_families
from primary_care.people.models import Household, Identifier, Membership, NameToken, Person, PersonVersion, Residence
from primary_care.people.tests.factories import TODAY, make_place

pytestmark = pytest.mark.django_db
KEYS = {"id", "created_at", "recorded_at", "person_id", "household_id", "version_id"}
PEOPLE = [
    (PersonDetails(full_name="Budi  Santoso", sex="laki-laki", birth_date=date(1985, 4, 3)), "kepala-keluarga"),
    (PersonDetails(full_name="Siti Nur Hayati", sex="perempuan", jkn="pbi", disability=["netra"]), "istri"),
]
NIKS = ["9901010304850001", "9901014506880002"]


def stored() -> dict[str, list[dict]]:
    """Everything about people but the keys and moments, which differ from run to run."""
    models = (Household, Person, PersonVersion, Membership, Residence, Identifier, NameToken)
    return {
        model.__name__: sorted(
            ({name: value for name, value in row.items() if name not in KEYS} for row in model.objects.values()),
            key=str,
        )
        for model in models
    }


def family(place, **change) -> Family:
    members = [
        NewMember(details=details, relationship=relationship, nik=nik)
        for (details, relationship), nik in zip(PEOPLE, NIKS, strict=True)
    ]
    values = {"area": place.rt1, "rt": "1", "rw": "2", "no_kk": "9901010203040001", "address": "Dusun Timur"}
    return Family(**{**values, "members": members, **change})


def bulk(place, *families, by=None) -> None:
    register_families(families, user=place.registrasi.user, by=by or place.registrasi, on=TODAY)


def test_bulk_equals_one_by_one():
    place = make_place()
    with transaction.atomic():
        bulk(place, family(place))
        in_bulk = stored()
        assert verify_chains() == []
        transaction.set_rollback(True)
    assert Person.objects.count() == 0

    household = actions.register_household(
        by=place.registrasi, on=TODAY, area=place.rt1, address="Dusun Timur", rt="1", rw="2", no_kk="9901010203040001"
    )
    for (details, relationship), nik in zip(PEOPLE, NIKS, strict=True):
        actions.register_person(
            details, by=place.registrasi, on=TODAY, household=household, relationship=relationship, nik=nik
        )
    assert stored() == in_bulk
    assert len(in_bulk["NameToken"]) == 8


def test_members_join_a_household_that_is_there():
    place = make_place()
    first = family(place)
    bulk(place, first)
    child = NewMember(details=PersonDetails(full_name="Rina", birth_date=date(2015, 7, 12)), relationship="anak")
    bulk(place, family(place, key=first.key, is_new=False, members=[child]))
    rina = Person.objects.get(full_name="Rina")
    assert (rina.household_id, rina.area, rina.nik) == (first.key, place.rt1, None)
    assert rina.identifiers.get().value == child.provisional_number
    assert verify_chains() == []


def test_nothing_is_registered_when_one_is_refused():
    place = make_place()
    wrong = NewMember(details=PersonDetails(full_name="Anak", birth_date=date(2027, 1, 1)), relationship="anak")
    with pytest.raises(ActionRefused, match="Tanggal lahir"):
        bulk(place, family(place), family(place, no_kk="", members=[wrong]))
    with pytest.raises(NotAllowed):
        bulk(place, family(place), by=place.kepala)
    with pytest.raises(NotAllowed):
        bulk(place, family(place, area=place.rt2), by=place.kader)
    assert Household.objects.count() == Person.objects.count() == 0


def test_the_database_knows_how_many_there_are_before_it_joins_them():
    """Else it takes tables that were just filled for empty ones, and an import after a broken one takes hours."""
    place = make_place()
    many = [family(place, members=(), no_kk=f"99010102030{number:05d}") for number in range(200)]
    bulk(place, *many)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname IN ('people_household', 'people_residence')")
        assert cursor.fetchall() == [(200,), (200,)]
