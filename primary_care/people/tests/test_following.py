"""Families when the tree of areas changes: they move with their RT, and go to the successor of a place that ends."""

from datetime import date

import pytest

from primary_care.accounts.scope import scope_of
from primary_care.areas.actions import AreaRefused, ensure_area
from primary_care.areas.changes import merge_areas, rename_area, split_area
from primary_care.areas.models import Area, AreaLevel
from primary_care.audit.models import AuditEntry
from primary_care.audit.queries import verify_chains
from primary_care.people import actions, projection
from primary_care.people.models import Household, Person, Residence
from primary_care.people.queries import at_date
from primary_care.people.tests.factories import FOUNDED, TODAY, Place, make_household, make_person, make_place

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 1)
DECREE = "Perda Kab. Uji 3/2026"


@pytest.fixture
def place() -> Place:
    return make_place()


def views() -> list[object]:
    return [*Person.objects.order_by("pk").values(), *Household.objects.order_by("pk").values()]


def test_families_go_where_their_rt_goes_without_a_new_residence(place: Place) -> None:
    person = make_person(place)
    alone = actions.register_person(
        actions.PersonDetails(full_name="Joko"), by=place.registrasi, on=FOUNDED, area=place.rt1
    )
    dusun = Area.objects.get(code="99.01.01.2001-timur")
    split_area(place.desa, code="99.01.01.2003", name="Tiga", takes=[dusun], on=DAY, source=DECREE)
    path = Area.objects.get(pk=place.rt1.pk).path
    assert "99.01.01.2003/" in path
    assert set(Person.objects.values_list("area_path", flat=True)) == {path}
    assert set(Household.objects.values_list("area_path", flat=True)) == {path}
    assert Residence.objects.count() == 2
    assert {person, alone} <= set(Person.objects.visible_to(scope_of(place.kader.user, TODAY)))
    kept = views()
    projection.rebuild()
    assert views() == kept


def test_who_was_written_at_a_place_that_ends_lives_at_its_successor(place: Place) -> None:
    household = make_household(place, place.desa)
    member = make_person(place, "Siti", household)
    alone = actions.register_person(
        actions.PersonDetails(full_name="Joko"), by=place.registrasi, on=FOUNDED, area=place.other_desa
    )
    settled = make_household(place)
    new = merge_areas(
        [place.desa, place.other_desa], code="99.01.01.2005", name="Bersama", on=DAY, source=DECREE, by=place.dinas
    )
    residence = household.residences.get(replaced_by__isnull=True)
    assert (residence.area, residence.valid_from, residence.recorded_as) == (new, DAY, place.dinas)
    assert DECREE in residence.reason and not residence.correction
    then = at_date(household.residences.all(), date(2026, 2, 28))
    assert then is not None and then.area == place.desa
    for one in (member, alone):
        one.refresh_from_db()
        assert (one.area, one.area_path) == (new, new.path)
    assert settled.residences.count() == 1
    assert AuditEntry.objects.filter(kind="people.residence", user=place.dinas.user).count() == 2
    kept = views()
    projection.rebuild()
    assert views() == kept


def test_the_operator_signs_what_nobody_else_did(place: Place) -> None:
    household = make_household(place, place.desa)
    merge_areas([place.desa], into=place.other_desa, on=DAY, source=DECREE)
    residence = household.residences.get(replaced_by__isnull=True)
    assert residence.recorded_by.username == "operator-node" and not residence.recorded_by.is_active
    assert residence.recorded_as is None
    assert verify_chains() == []


def test_a_family_that_moves_in_later_than_the_change_keeps_its_day(place: Place) -> None:
    household = make_household(place)
    actions.move_residence(household, place.desa, by=place.registrasi, on=TODAY)
    merge_areas([place.desa], into=place.other_desa, on=DAY, source=DECREE)
    days = household.residences.order_by("recorded_at").values_list("valid_from", flat=True)
    assert list(days) == [FOUNDED, TODAY, TODAY]


def test_a_new_name_touches_nobody(place: Place) -> None:
    person = make_person(place)
    kept = views()
    rename_area(place.desa, "Desa Baru", on=DAY, source=DECREE)
    assert views() == kept and person.area_path in {path for path in Area.objects.values_list("path", flat=True)}


def test_nobody_is_written_at_a_place_that_has_ended(place: Place) -> None:
    household = make_household(place)
    seen_before = place.other_desa
    merge_areas([place.other_desa], into=place.desa, on=DAY, source=DECREE)
    assert seen_before.valid_to is None  # as a page that was opened before knows it
    with pytest.raises(actions.ActionRefused, match="tidak ada lagi"):
        actions.move_residence(household, seen_before, by=place.registrasi, on=TODAY)
    assert household.residences.count() == 1
    with pytest.raises(AreaRefused, match="sudah berakhir"):
        ensure_area(seen_before, AreaLevel.RT, "9", on=TODAY)
