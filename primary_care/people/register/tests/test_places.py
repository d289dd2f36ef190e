"""Which desa a name in the register means."""

from datetime import date

import pytest

from primary_care.accounts.tests.factories import FOUNDED, TODAY, Place, make_place, make_unit
from primary_care.areas.actions import add_area
from primary_care.areas.models import Area
from primary_care.people.register.places import PlaceFinder

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    place = make_place()
    elsewhere = add_area(code="99.02", name="Lain", level="kabupaten", parent=Area.objects.get(code="99"), on=FOUNDED)
    far = add_area(code="99.02.01", name="Jauh", level="kecamatan", parent=elsewhere, on=FOUNDED)
    add_area(code="99.02.01.2001", name="Desa Satu", level="desa", parent=far, on=FOUNDED)
    add_area(code="99.02.01.2002", name="Desa Jauh", level="desa", parent=far, on=FOUNDED)
    return place


def test_a_village_is_looked_for_in_the_kabupaten_that_the_node_serves(place: Place) -> None:
    assert PlaceFinder(TODAY).village_names == ["Desa Satu", "Desa Dua"]


def test_of_two_of_one_name_the_one_that_is_served_is_meant(place: Place) -> None:
    two = add_area(code="99.01.02", name="Dua", level="kecamatan", parent=place.kecamatan.parent, on=FOUNDED)
    namesake = add_area(code="99.01.02.2001", name="DESA SATU", level="desa", parent=two, on=FOUNDED)
    assert [area.code for area in PlaceFinder(TODAY)._villages.values()] == ["99.01.01.2001", "99.01.01.2002"]
    make_unit("P98", "puskesmas", two, None, [namesake])
    assert PlaceFinder(TODAY).village_names == ["Desa Dua"]


def test_without_units_every_village_counts_and_a_name_of_two_does_not(place: Place) -> None:
    assert set(PlaceFinder(date(2019, 1, 1)).village_names) == set()
    for unit in (place.puskesmas, place.pustu, place.posyandu):
        unit.catchments.update(valid_to=date(2026, 1, 1))
    assert set(PlaceFinder(TODAY).village_names) == {"Desa Dua", "Desa Jauh"}
