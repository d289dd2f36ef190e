"""The tree over time: renamed, moved, split, merged; what was so last year stays so for last year."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from primary_care.accounts.models import Assignment
from primary_care.accounts.tests.factories import FOUNDED, TODAY, Place, assign, make_place, make_unit
from primary_care.areas import projection
from primary_care.areas.actions import AreaRefused, add_area, ensure_area, set_setting
from primary_care.areas.changes import merge_areas, move_area, rename_area, split_area
from primary_care.areas.history import chain_on, tree_on
from primary_care.areas.models import Area, AreaChange, AreaLevel, AreaVersion
from primary_care.areas.queries import address_in_words, setting_at, settings_at
from primary_care.audit.models import AuditEntry
from primary_care.units.models import Catchment
from primary_care.units.queries import catchment_areas, units_serving, units_that_served

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 1)
BEFORE = date(2026, 2, 28)
DECREE = "Perda Kab. Uji 3/2026"


@pytest.fixture
def place() -> Place:
    return make_place()


def kecamatan_two(place: Place) -> Area:
    return add_area(code="99.01.02", name="Kecamatan Dua", level="kecamatan", parent=place.kecamatan.parent, on=FOUNDED)


def codes_on(area: Area, on: date) -> dict[str, str]:
    return {one.code: one.name for one in tree_on(area, on)}


def view() -> list[tuple[object, ...]]:
    """The current tree without its keys, as a reader sees it."""
    return sorted(
        Area.objects.filter(valid_to__isnull=True).values_list("path", "code", "name", "level", "parent__code")
    )


# --- renaming ---


def test_a_renamed_desa_keeps_its_key_and_its_past(place: Place) -> None:
    change = rename_area(place.desa, " Desa  Baru ", on=DAY, source=DECREE, by=place.dinas)
    assert Area.objects.get(pk=place.desa.pk).name == "Desa Baru"
    assert [codes_on(place.desa, day)["99.01.01.2001"] for day in (BEFORE, DAY)] == ["Desa Satu", "Desa Baru"]
    assert address_in_words(place.rt1.path).endswith("Desa Baru")
    assert (change.source, change.recorded_as) == (DECREE, place.dinas)
    assert AuditEntry.objects.get(kind="areas.areachange", object_id=change.pk).user == place.dinas.user


def test_a_renamed_dusun_takes_the_codes_below_it_along(place: Place) -> None:
    dusun = Area.objects.get(code="99.01.01.2001-timur")
    rename_area(dusun, "barat daya", on=DAY, source=DECREE)
    assert Area.objects.get(pk=place.rt1.pk).path.endswith(
        "99.01.01.2001-baratdaya/99.01.01.2001-baratdaya-rw01/99.01.01.2001-baratdaya-rw01-rt01/"
    )
    assert ensure_area(place.desa, AreaLevel.DUSUN, "Barat Daya", on=TODAY) == dusun
    assert chain_on(place.rt1, BEFORE)[-1].code == "99.01.01.2001-timur-rw01-rt01"


def test_of_two_names_of_one_day_the_later_recorded_holds(place: Place) -> None:
    for name in ("Desa Salah", "Desa Benar"):
        rename_area(place.desa, name, on=DAY, source=DECREE)
    assert Area.objects.get(pk=place.desa.pk).name == "Desa Benar"
    assert codes_on(place.desa, DAY)["99.01.01.2001"] == "Desa Benar"


@pytest.mark.parametrize("on", [DAY, FOUNDED])
def test_a_change_is_not_dated_before_the_last_one(place: Place, on: date) -> None:
    rename_area(place.desa, "Desa Baru", on=TODAY, source=DECREE)
    with pytest.raises(AreaRefused, match="sudah tercatat perubahan"):
        rename_area(place.desa, "Desa Lain", on=on, source=DECREE)


@pytest.mark.parametrize(("name", "source"), [("  ", DECREE), ("Desa Baru", " ")])
def test_a_change_has_a_name_and_a_decree(place: Place, name: str, source: str) -> None:
    with pytest.raises(AreaRefused):
        rename_area(place.desa, name, on=DAY, source=source)


# --- moving and splitting ---


def test_a_desa_goes_to_another_kecamatan_with_all_that_lies_inside(place: Place) -> None:
    two = kecamatan_two(place)
    move_area(place.desa, two, code="99.01.02.2001", on=DAY, source=DECREE)
    rt = Area.objects.get(pk=place.rt1.pk)
    assert rt.code == "99.01.02.2001-timur-rw01-rt01" and rt.path.startswith(two.path)
    assert "99.01.01.2001-timur-rw01-rt01" in codes_on(place.kecamatan, BEFORE)
    assert not any(code.startswith("99.01.01.2001") for code in codes_on(place.kecamatan, DAY))
    assert codes_on(two, BEFORE) == {"99.01.02": "Kecamatan Dua"}
    assert "99.01.02.2001-timur-rw01-rt01" in codes_on(two, DAY)
    assert catchment_areas(place.pustu, DAY) == [place.desa]
    assert AreaVersion.objects.filter(area=place.rt1).count() == 1  # one row for the desa says it all


@pytest.mark.parametrize("code", ["", "99.01.01.2001", "99.01.02"])
def test_a_moved_desa_needs_a_code_of_its_new_kecamatan(place: Place, code: str) -> None:
    with pytest.raises(AreaRefused, match=r"dimulai dengan 99\.01\.02"):
        move_area(place.desa, kecamatan_two(place), code=code, on=DAY, source=DECREE)


def test_an_area_cannot_go_inside_a_lower_one(place: Place) -> None:
    with pytest.raises(AreaRefused, match="tidak dapat berada di dalam"):
        move_area(place.desa, place.other_rt, code="x", on=DAY, source=DECREE)


def test_a_split_desa_hands_its_dusun_over(place: Place) -> None:
    dusun = Area.objects.get(code="99.01.01.2001-timur")
    new = split_area(place.desa, code="99.01.01.2003", name="Desa Tiga", takes=[dusun], on=DAY, source=DECREE)
    assert Area.objects.get(pk=place.rt1.pk).code == "99.01.01.2003-timur-rw01-rt01"
    assert Area.objects.get(pk=place.desa.pk).valid_to is None
    assert codes_on(place.desa, DAY) == {"99.01.01.2001": "Desa Satu"}
    assert len(codes_on(place.desa, BEFORE)) == 5
    assert tree_on(new, BEFORE) == [] and len(tree_on(new, DAY)) == 5
    assert new.versions.get().came_from == place.desa
    assert [unit.kind for unit in units_serving(Area.objects.get(pk=place.rt1.pk).path, DAY)] == [
        "posyandu",
        "pustu",
        "puskesmas",
    ]
    assert catchment_areas(place.puskesmas, BEFORE) == [place.desa, place.other_desa]
    assert catchment_areas(place.puskesmas, DAY) == [place.desa, place.other_desa, new]
    every = [place.posyandu, place.pustu, place.puskesmas]
    assert [units_that_served(place.rt1, day) for day in (FOUNDED, BEFORE, DAY)] == [every] * 3
    assert units_that_served(place.rt1, date(2019, 12, 31)) == []


def test_a_split_may_take_an_rt_out_of_a_dusun_that_stays(place: Place) -> None:
    dusun = Area.objects.get(code="99.01.01.2001-timur")
    new = split_area(place.desa, code="99.01.01.2003", name="Tiga", takes=[place.rt2], on=DAY, source=DECREE)
    assert Area.objects.get(pk=place.rt2.pk).code == "99.01.01.2003-rt02"
    assert Area.objects.get(pk=dusun.pk).path.startswith(place.desa.path)
    assert chain_on(place.rt2, DAY)[-2].id == new.pk


def test_a_split_takes_only_what_lies_inside(place: Place) -> None:
    for takes in ([], [place.other_rt], [place.desa]):
        with pytest.raises(AreaRefused):
            split_area(place.desa, code="99.01.01.2003", name="Tiga", takes=takes, on=DAY, source=DECREE)
    with pytest.raises(AreaRefused, match="sudah dipakai"):
        split_area(place.desa, code="99.01.01.2002", name="Tiga", takes=[place.rt1], on=DAY, source=DECREE)


def test_two_rt_of_one_number_do_not_meet_unseen(place: Place) -> None:
    second_rw = ensure_area(Area.objects.get(code="99.01.01.2001-timur"), AreaLevel.RW, "2", on=FOUNDED)
    namesake = ensure_area(second_rw, AreaLevel.RT, "1", on=FOUNDED)
    takes = [place.rt1, namesake]
    with pytest.raises(AreaRefused, match=r"sudah ada RT 01.*nama baru"):
        split_area(place.desa, code="99.01.01.2003", name="Tiga", takes=takes, on=DAY, source=DECREE)
    new = split_area(
        place.desa,
        code="99.01.01.2003",
        name="Tiga",
        takes=takes,
        renamed={namesake.pk: "7"},
        on=DAY,
        source=DECREE,
    )
    assert codes_on(new, DAY) == {
        "99.01.01.2003": "Tiga",
        "99.01.01.2003-rt01": "RT 01",
        "99.01.01.2003-rt07": "RT 07",
    }


def test_a_split_kecamatan_takes_desa_under_new_codes(place: Place) -> None:
    new = split_area(
        place.kecamatan,
        code="99.01.02",
        name="Kecamatan Dua",
        takes=[place.other_desa],
        codes={place.other_desa.pk: "99.01.02.2001"},
        on=DAY,
        source=DECREE,
        by=place.dinas,
    )
    assert Area.objects.get(pk=place.other_rt.pk).code == "99.01.02.2001-rt01"
    assert {one.level for one in tree_on(new, DAY, steps=1)} == {"kecamatan", "desa"}


# --- merging ---


def merged(place: Place, **more: object) -> Area:
    values: dict[str, object] = {"code": "99.01.01.2005", "name": "Desa Bersama", "on": DAY, "source": DECREE, **more}
    return merge_areas([place.desa, place.other_desa], **values)  # type: ignore[arg-type]


def test_two_desa_become_one(place: Place) -> None:
    new = merged(place)
    assert Area.objects.get(pk=place.desa.pk).valid_to == DAY
    assert set(codes_on(new, DAY)) == {
        "99.01.01.2005",
        "99.01.01.2005-rt01",
        "99.01.01.2005-timur",
        "99.01.01.2005-timur-rw01",
        "99.01.01.2005-timur-rw01-rt01",
        "99.01.01.2005-timur-rw01-rt02",
    }
    assert len(codes_on(place.desa, BEFORE)) == 5 and tree_on(place.desa, DAY) == []
    assert {row.went_into for row in AreaVersion.objects.filter(ends=True)} == {new}


def test_a_desa_goes_into_another_that_stays(place: Place) -> None:
    kept = merge_areas([place.other_desa], into=place.desa, on=DAY, source=DECREE)
    assert kept == place.desa and len(codes_on(place.desa, DAY)) == 6


def test_the_new_one_may_bear_the_code_of_one_that_ends(place: Place) -> None:
    new = merged(place, code="99.01.01.2001")
    assert new != place.desa and Area.objects.get(code="99.01.01.2001", valid_to__isnull=True) == new


def test_who_served_a_part_keeps_that_part_and_who_served_all_serves_all(place: Place) -> None:
    new = merged(place)
    dusun, rt = Area.objects.get(code="99.01.01.2005-timur"), Area.objects.get(pk=place.rt1.pk)
    assert catchment_areas(place.puskesmas, DAY) == [new]
    assert catchment_areas(place.pustu, DAY) == [dusun]
    assert catchment_areas(place.posyandu, DAY) == [rt]
    assert catchment_areas(place.puskesmas, BEFORE) == [place.desa, place.other_desa]
    assert units_serving(Area.objects.get(pk=place.other_rt.pk).path, DAY) == [place.puskesmas]
    place.pustu.refresh_from_db()
    assert place.pustu.area == new


def test_of_two_puskesmas_one_has_to_be_named(place: Place) -> None:
    Catchment.objects.filter(unit=place.puskesmas, area=place.other_desa).delete()
    second = make_unit("P98", "puskesmas", place.kecamatan, None, [place.other_desa])
    with pytest.raises(AreaRefused, match="Sebutkan Puskesmas"):
        merged(place)
    assert Area.objects.get(pk=place.desa.pk).valid_to is None and not AreaChange.objects.exists()
    new = merged(place, served_by=[second.pk])
    assert catchment_areas(second, DAY) == [new] and catchment_areas(place.puskesmas, DAY) == []


def test_staff_of_a_village_go_on_at_its_successor(place: Place) -> None:
    village = assign("kades", "pemerintah-desa", "", None, place.desa)
    new = merged(place)
    rows = Assignment.objects.filter(user=village.user).order_by("valid_from")
    assert [(row.area, row.valid_from, row.valid_to) for row in rows] == [
        (place.desa, FOUNDED, DAY),
        (new, DAY, None),
    ]


@pytest.mark.parametrize("wrong", [{"name": " "}, {"code": ""}, {"code": "99.02.01.2005"}, {"code": "99.01.01.20?5"}])
def test_the_new_one_needs_a_name_and_a_code_of_its_place(place: Place, wrong: dict[str, str]) -> None:
    with pytest.raises(AreaRefused):
        merged(place, **wrong)
    assert not AreaVersion.objects.filter(ends=True).exists()


@pytest.mark.parametrize("fault", ["one", "twice", "levels", "ended"])
def test_a_merge_that_makes_no_sense_is_refused(place: Place, fault: str) -> None:
    if fault == "ended":
        merged(place)
    areas = {
        "one": [place.desa],
        "twice": [place.desa, place.desa],
        "levels": [place.desa, place.rt1],
        "ended": [place.desa, place.other_desa],
    }[fault]
    with pytest.raises(AreaRefused):
        merge_areas(areas, code="99.01.01.2006", name="Desa", on=TODAY, source=DECREE)


def test_an_area_does_not_end_on_the_day_it_began(place: Place) -> None:
    with pytest.raises(AreaRefused, match="baru mulai"):
        merged(place, on=FOUNDED)


# --- settings ---


def test_what_was_set_goes_on_to_hold_where_it_held(place: Place) -> None:
    two = kecamatan_two(place)
    set_setting(place.kecamatan, "malaria-endemis", True, on=FOUNDED)
    set_setting(two, "malaria-endemis", False, on=FOUNDED)
    set_setting(two, "kecacingan", "tinggi", on=FOUNDED)
    move_area(place.desa, two, code="99.01.02.2001", on=DAY, source=DECREE)
    assert settings_at(place.rt1, BEFORE) == {"malaria-endemis": True}
    assert settings_at(place.rt1, DAY) == {"malaria-endemis": True, "kecacingan": "tinggi"}


def test_a_split_off_area_has_the_settings_it_came_with(place: Place) -> None:
    set_setting(place.desa, "je-endemis", True, on=FOUNDED)
    new = split_area(place.desa, code="99.01.01.2003", name="Tiga", takes=[place.rt1], on=DAY, source=DECREE)
    set_setting(place.desa, "je-endemis", False, on=TODAY)
    assert setting_at(new, "je-endemis", TODAY) is True
    assert setting_at(place.rt1, "je-endemis", TODAY) is True
    assert setting_at(place.rt1, "je-endemis", BEFORE) is True
    assert setting_at(place.desa, "je-endemis", TODAY) is False


def test_a_merge_asks_what_the_areas_do_not_agree_on(place: Place) -> None:
    set_setting(place.desa, "malaria-endemis", True, on=FOUNDED)
    set_setting(place.rt2, "malaria-endemis", False, on=FOUNDED)
    for area in (place.desa, place.other_desa):
        set_setting(area, "kecacingan", "tinggi", on=FOUNDED)
    with pytest.raises(AreaRefused, match="malaria-endemis"):
        merged(place)
    new = merged(place, settings={"malaria-endemis": True})
    assert settings_at(new, DAY) == {"malaria-endemis": True, "kecacingan": "tinggi"}
    assert setting_at(place.other_rt, "malaria-endemis", DAY) is True
    assert setting_at(place.other_rt, "malaria-endemis", BEFORE) is None
    assert setting_at(place.rt2, "malaria-endemis", DAY) is False


# --- the whole ---


def test_the_old_tree_and_its_changes_give_the_tree_that_is_founded_new(place: Place) -> None:
    two = kecamatan_two(place)
    rename_area(place.desa, "Desa Lama", on=DAY, source=DECREE)
    split_area(place.desa, code="99.01.01.2003", name="Desa Tiga", takes=[place.rt2], on=DAY, source=DECREE)
    merge_areas([place.other_desa], into=place.desa, on=DAY, source=DECREE)
    move_area(place.desa, two, code="99.01.02.2001", on=DAY, source=DECREE)
    changed = view()
    for model in (Catchment, Assignment):
        model.objects.all().delete()

    def founded(code: str, name: str, level: str, parent: str) -> tuple[object, ...]:
        paths = {path.rstrip("/").split("/")[-1]: path for path, *_ in changed}
        return (f"{paths[parent]}{code}/", code, name, level, parent)

    fresh = [
        ("ID/", "ID", "Indonesia", "nasional", None),
        founded("99", "Provinsi Uji", "provinsi", "ID"),
        founded("99.01", "Kabupaten Uji", "kabupaten", "99"),
        founded("99.01.01", "Kecamatan Uji", "kecamatan", "99.01"),
        founded("99.01.02", "Kecamatan Dua", "kecamatan", "99.01"),
        founded("99.01.01.2003", "Desa Tiga", "desa", "99.01.01"),
        founded("99.01.01.2003-rt02", "RT 02", "rt", "99.01.01.2003"),
        founded("99.01.02.2001", "Desa Lama", "desa", "99.01.02"),
        founded("99.01.02.2001-rt01", "RT 01", "rt", "99.01.02.2001"),
        founded("99.01.02.2001-timur", "Timur", "dusun", "99.01.02.2001"),
        founded("99.01.02.2001-timur-rw01", "RW 01", "rw", "99.01.02.2001-timur"),
        founded("99.01.02.2001-timur-rw01-rt01", "RT 01", "rt", "99.01.02.2001-timur-rw01"),
    ]
    assert changed == sorted(fresh)
    assert sorted(one.path for one in tree_on(Area.objects.get(code="ID"), TODAY)) == [row[0] for row in changed]


def test_a_rebuild_finds_nothing_to_mend_and_mends_what_was_broken(place: Place) -> None:
    two = kecamatan_two(place)
    move_area(place.other_desa, two, code="99.01.02.2001", on=DAY, source=DECREE)
    split_area(place.desa, code="99.01.01.2003", name="Tiga", takes=[place.rt1], on=DAY, source=DECREE)
    assert projection.rebuild() == set()
    kept = list(Area.objects.order_by("pk").values())
    Area.objects.filter(pk=place.rt1.pk).update(name="?", parent=place.desa)
    assert projection.rebuild() == {place.rt1.pk}
    assert list(Area.objects.order_by("pk").values()) == kept


@pytest.mark.parametrize("model", [AreaChange, AreaVersion])
def test_what_was_decided_cannot_be_changed_in_place(place: Place, model: type[AreaChange]) -> None:
    rename_area(place.desa, "Desa Baru", on=DAY, source=DECREE)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        model.objects.update(valid_from=TODAY)
