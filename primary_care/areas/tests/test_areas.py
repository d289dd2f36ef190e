"""The tree of areas and the settings that differ by place."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from primary_care.accounts.tests.factories import FOUNDED, TODAY, Place, make_place
from primary_care.areas.actions import AreaRefused, add_area, ensure_area, set_setting
from primary_care.areas.models import Area, AreaLevel, AreaSetting
from primary_care.areas.queries import address_in_words, list_villages, setting_at, settings_at
from primary_care.units.queries import catchment_areas, units_serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return make_place()


def test_everything_below_an_area_is_one_prefix(place: Place) -> None:
    below = Area.objects.below(place.desa)
    assert set(below.values_list("name", flat=True)) == {"Desa Satu", "Timur", "RW 01", "RT 01", "RT 02"}


def test_an_rt_is_made_once_however_it_is_written(place: Place) -> None:
    rw = place.rt1.parent
    assert rw is not None
    assert {ensure_area(rw, AreaLevel.RT, text, on=TODAY) for text in ("1", "01", "RT 001")} == {place.rt1}
    dusun = rw.parent
    assert dusun is not None
    assert ensure_area(place.desa, AreaLevel.DUSUN, " TIMUR ", on=TODAY) == dusun


@pytest.mark.parametrize(
    ("level", "name"), [(AreaLevel.RT, "kosong"), (AreaLevel.DUSUN, " - "), (AreaLevel.DESA, "Desa Tiga")]
)
def test_an_area_without_a_usable_name_is_refused(place: Place, level: AreaLevel, name: str) -> None:
    with pytest.raises(AreaRefused):
        ensure_area(place.kecamatan, level, name, on=TODAY)


def test_a_level_never_lies_inside_a_lower_one(place: Place) -> None:
    with pytest.raises(AreaRefused, match="tidak dapat berada di dalam"):
        add_area(code="99.01.01.2009", name="Desa", level="desa", parent=place.rt1, on=TODAY)


@pytest.mark.parametrize("path", ["ID/99/", "ID/99.01.01/", "99.01.01.2009/", "ID/x99.01.01.2009/"])
def test_the_database_refuses_a_path_that_does_not_end_in_the_code(place: Place, path: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.create(
            code="99.01.01.2009", name="Desa", level="desa", parent=place.kecamatan, path=path, valid_from=TODAY
        )


def test_a_setting_comes_from_the_nearest_area_and_the_latest_day(place: Place) -> None:
    set_setting(place.kecamatan, "malaria-endemis", False, on=date(2025, 1, 1))
    set_setting(place.desa, "malaria-endemis", True, on=date(2026, 1, 1), by=place.registrasi)
    set_setting(place.desa, "malaria-endemis", False, on=date(2026, 6, 1), by=place.registrasi)
    days = {date(2024, 12, 31): "?", date(2025, 6, 1): False, date(2026, 3, 1): True, date(2026, 6, 1): False}
    assert {day: setting_at(place.rt1, "malaria-endemis", day, "?") for day in days} == days
    assert settings_at(place.other_rt, TODAY) == {"malaria-endemis": False}


def test_of_two_settings_of_one_day_the_later_recorded_holds(place: Place) -> None:
    for value in (1, 2, 3):
        set_setting(place.desa, "jumlah", value, on=TODAY)
    assert setting_at(place.desa, "jumlah", TODAY) == 3


def test_a_setting_cannot_be_changed_in_place(place: Place) -> None:
    set_setting(place.desa, "je-endemis", True, on=TODAY)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AreaSetting.objects.update(value=False)


def test_an_address_reads_from_the_house_outwards(place: Place) -> None:
    assert address_in_words(place.rt2.path) == "RT 02, RW 01, Dusun Timur, Desa Satu"


def test_the_nearest_unit_comes_first(place: Place) -> None:
    assert units_serving(place.rt1.path, TODAY) == [place.posyandu, place.pustu, place.puskesmas]
    assert units_serving(place.other_rt.path, TODAY) == [place.puskesmas]
    assert units_serving(place.rt1.path, TODAY, "pustu") == [place.pustu]
    assert units_serving(place.rt1.path, date(2019, 12, 31)) == []


def test_villages_and_catchments(place: Place) -> None:
    assert list(list_villages((place.kecamatan.path,), TODAY)) == [place.desa, place.other_desa]
    assert catchment_areas(place.puskesmas, TODAY) == [place.desa, place.other_desa]
    assert list(list_villages((), FOUNDED)) == []
