"""Units over time, their network and catchments, their traits, the partners; villages without a facility."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.models import Assignment, Role
from primary_care.accounts.tests.factories import FOUNDED, TODAY, Place, assign, make_place
from primary_care.areas.actions import add_area
from primary_care.areas.models import Area
from primary_care.areas.queries import setting_at
from primary_care.audit.models import AuditEntry
from primary_care.units.actions import (
    UnitRefused,
    add_catchment,
    add_unit,
    change_unit,
    end_catchment,
    set_trait,
)
from primary_care.units.models import Catchment, Unit, UnitKind, UnitTrait, UnitVersion
from primary_care.units.partners import add_partner, end_partner
from primary_care.units.queries import (
    catchment_areas,
    network_of,
    partners_of,
    traits_on,
    units_serving,
    units_with,
    villages_without_facility,
)
from primary_care.units.traits import TRAITS

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 1)
BEFORE = date(2026, 2, 28)


@pytest.fixture
def place() -> Place:
    return make_place()


def new_pustu(place: Place, **more: object) -> Unit:
    values = {"code": "T98", "kind": "pustu", "name": "Pustu Dua", "area": place.other_desa, "parent": place.puskesmas}
    return add_unit(**{**values, "on": DAY, "serves": [place.other_desa], "source": "SK 1/2026", **more})  # type: ignore[arg-type]


# --- units and their network ---


def test_a_unit_begins_with_its_network_and_catchment(place: Place) -> None:
    unit = new_pustu(place, by=place.dinas)
    assert unit.versions.get().source == "SK 1/2026" and unit.versions.get().recorded_as == place.dinas
    assert units_serving(place.other_rt.path, DAY) == [unit, place.puskesmas]
    assert units_serving(place.other_rt.path, BEFORE) == [place.puskesmas]
    assert network_of(place.puskesmas, BEFORE) == [place.pustu, place.posyandu]
    assert set(network_of(place.puskesmas, DAY)) == {place.pustu, place.posyandu, unit}
    assert AuditEntry.objects.filter(object_id=unit.pk, user=place.dinas.user).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": " "},
        {"name": " "},
        {"kind": "rumah"},
        {"code": "P99"},
        {"kind": "sekolah"},  # a school is no part of the network
        {"kind": "puskesmas"},
    ],
)
def test_a_unit_that_makes_no_sense_is_refused(place: Place, wrong: dict[str, str]) -> None:
    with pytest.raises(UnitRefused):
        new_pustu(place, **wrong)
    assert not Unit.objects.filter(name="Pustu Dua").exists()


@pytest.mark.parametrize("kind", [kind for kind in UnitKind.values if kind not in ("posyandu", "pustu")])
def test_every_other_kind_stands_alone(place: Place, kind: str) -> None:
    assert new_pustu(place, kind=kind, parent=None, serves=[]).kind == kind


def test_a_changed_unit_keeps_its_past(place: Place) -> None:
    unit = new_pustu(place)
    change_unit(unit, name="Pustu Melati", area=place.other_rt, on=TODAY, source="SK 2/2026", by=place.dinas)
    unit.refresh_from_db()
    assert (unit.name, unit.area, unit.parent) == ("Pustu Melati", place.other_rt, place.puskesmas)
    names = unit.versions.order_by("valid_from").values_list("valid_from", "name")
    assert list(names) == [(DAY, "Pustu Dua"), (TODAY, "Pustu Melati")]
    with pytest.raises(UnitRefused, match="sudah tercatat perubahan"):
        change_unit(unit, name="Pustu Lama", on=DAY)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        UnitVersion.objects.update(name="?")


def test_a_closed_unit_serves_nobody_and_leaves_nobody_behind(place: Place) -> None:
    with pytest.raises(UnitRefused, match="masih mengoordinasi posyandu Y99"):
        change_unit(place.pustu, ends=True, on=DAY)
    with pytest.raises(UnitRefused, match="masih punya 1 petugas"):
        change_unit(place.posyandu, ends=True, on=DAY)
    Assignment.objects.filter(unit=place.posyandu).update(valid_to=DAY)
    change_unit(place.posyandu, ends=True, on=DAY, source="SK 3/2026")
    assert units_serving(place.rt1.path, DAY) == [place.pustu, place.puskesmas]
    assert units_serving(place.rt1.path, BEFORE)[0] == place.posyandu
    assert network_of(place.puskesmas, DAY) == [place.pustu]
    with pytest.raises(UnitRefused, match="sudah ditutup"):
        change_unit(place.posyandu, name="Melati", on=TODAY)


def test_one_place_has_one_puskesmas(place: Place) -> None:
    second = add_unit(code="P98", kind="puskesmas", name="Puskesmas Dua", area=place.kecamatan, on=DAY)
    with pytest.raises(UnitRefused, match="sudah dilayani puskesmas P99"):
        add_catchment(second, place.other_rt, on=DAY)
    with pytest.raises(UnitRefused, match="sudah melayani"):
        add_catchment(place.puskesmas, place.rt1, on=DAY)
    row = Catchment.objects.get(unit=place.puskesmas, area=place.other_desa)
    end_catchment(row, on=DAY)
    add_catchment(second, place.other_desa, on=DAY)
    assert catchment_areas(place.puskesmas, BEFORE) == [place.desa, place.other_desa]
    assert catchment_areas(place.puskesmas, DAY) == [place.desa]
    with pytest.raises(UnitRefused, match="baru mulai"):
        end_catchment(Catchment.objects.get(unit=second), on=DAY)


# --- traits ---


def test_a_trait_holds_from_its_day_and_reaches_the_care_of_its_catchment(place: Place) -> None:
    set_trait(place.puskesmas, "poned", True, on=DAY, source="SK 4/2026")
    set_trait(place.puskesmas, "tipologi", "terpencil", on=DAY)
    set_trait(place.puskesmas, "tipologi", "perdesaan", on=TODAY)
    assert traits_on(place.puskesmas, BEFORE) == {}
    assert traits_on(place.puskesmas, DAY) == {"poned": True, "tipologi": "terpencil"}
    assert traits_on(place.puskesmas, TODAY)["tipologi"] == "perdesaan"
    assert [setting_at(place.rt1, "tipologi", day, "?") for day in (BEFORE, DAY, TODAY)] == [
        "?",
        "terpencil",
        "perdesaan",
    ]
    assert setting_at(place.other_rt, "puskesmas-poned", DAY) is True
    assert units_with("poned", True, [place.kecamatan.path], DAY) == [place.puskesmas]
    assert units_with("poned", True, [place.kecamatan.path], BEFORE) == []
    assert units_with("tipologi", "terpencil", [place.kecamatan.path], TODAY) == []


def test_a_new_catchment_gets_the_traits_that_care_depends_on(place: Place) -> None:
    set_trait(place.pustu, "poct", False, on=DAY)
    add_catchment(place.pustu, place.other_desa, on=TODAY)
    assert [setting_at(place.other_rt, "poct-pustu", day) for day in (DAY, TODAY)] == [None, False]


@pytest.mark.parametrize(
    ("unit", "key", "value"),
    [
        ("puskesmas", "tipologi", "kota"),
        ("puskesmas", "poned", 1),
        ("puskesmas", "hari-buka", 10),
        ("posyandu", "poned", True),
        ("posyandu", "hari-buka", 32),
        ("posyandu", "hari-buka", True),
        ("posyandu", "asal-ukbm", []),
        ("posyandu", "asal-ukbm", ["puskesmas"]),
        ("pustu", "warna", "biru"),
    ],
)
def test_a_trait_that_makes_no_sense_is_refused(place: Place, unit: str, key: str, value: object) -> None:
    with pytest.raises(UnitRefused):
        set_trait(getattr(place, unit), key, value, on=DAY)
    assert not UnitTrait.objects.exists()


def test_every_trait_that_care_depends_on_is_a_setting_of_the_knowledge() -> None:
    from pathlib import Path

    known = (Path(__file__).parents[3] / "knowledge" / "areas" / "settings.yaml").read_text(encoding="utf-8")
    for trait in TRAITS.values():
        assert not trait.setting or f"id: {trait.setting}," in known


# --- partners ---


def test_partners_by_kind_of_network(place: Place) -> None:
    school = new_pustu(place, code="S1", kind="sekolah", name="SDN 1", parent=None, serves=[])
    row = add_partner(
        place.puskesmas,
        "j2-pendidikan",
        partner=school,
        on=DAY,
        until=date(2027, 3, 1),
        owner="pemerintah",
        services="penjaringan, TTD, BIAS",
        agreement_number="MoU 5/2026",
        contact="Bu Ani, 0811",
        reports="bulanan",
        integration="belum",
        by=assign("k1", "petugas-klaster-1", "", place.puskesmas),
    )
    add_partner(place.puskesmas, "j5-linsek", name="Kantor Camat", on=DAY)
    assert [one.name for one in partners_of(place.puskesmas, DAY)] == ["SDN 1", "Kantor Camat"]
    assert list(partners_of(place.puskesmas, DAY, "j2-pendidikan")) == [row]
    assert list(partners_of(place.puskesmas, BEFORE)) == []
    assert [one.name for one in partners_of(place.puskesmas, date(2027, 3, 1))] == ["Kantor Camat"]
    end_partner(row, on=TODAY)
    assert row not in partners_of(place.puskesmas, TODAY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "j9"},
        {"name": " "},
        {"owner": "yayasan"},
        {"reports": "kadang"},
        {"colour": "biru"},
        {"until": DAY},
        {"partner": "pustu", "kind": "j2-pendidikan"},
        {"partner": "puskesmas"},
    ],
)
def test_a_partner_that_makes_no_sense_is_refused(place: Place, wrong: dict[str, object]) -> None:
    values: dict[str, object] = {"kind": "j1-wilayah", "name": "Klinik Sehat", "on": DAY, **wrong}
    if "partner" in wrong:
        values["partner"] = getattr(place, str(wrong["partner"]))
    with pytest.raises(UnitRefused):
        add_partner(place.puskesmas, **values)  # type: ignore[arg-type]
    with pytest.raises(UnitRefused, match="Puskesmas"):
        add_partner(place.pustu, "j1-wilayah", name="Klinik", on=DAY)


def test_one_partner_has_one_agreement_at_a_time(place: Place) -> None:
    row = add_partner(place.puskesmas, "j1-wilayah", name="Klinik Sehat", on=DAY)
    with pytest.raises(UnitRefused, match="sudah menjadi jejaring"):
        add_partner(place.puskesmas, "j1-wilayah", name="Klinik Sehat", on=TODAY)
    end_partner(row, on=TODAY)
    add_partner(place.puskesmas, "j1-wilayah", name="Klinik Sehat", on=TODAY)
    assert partners_of(place.puskesmas, TODAY).count() == 1


# --- villages without a facility ---


def test_villages_without_a_facility(place: Place) -> None:
    add_area(code="99.01.01.2003", name="Desa Tiga", level="desa", parent=place.kecamatan, on=DAY)
    within = (place.kecamatan.path,)
    assert [(one.village.name, one.served_by) for one in villages_without_facility(within, BEFORE)] == [
        ("Desa Dua", [place.puskesmas])
    ]
    assert [(one.village.name, one.served_by) for one in villages_without_facility(within, DAY)] == [
        ("Desa Dua", [place.puskesmas]),
        ("Desa Tiga", []),
    ]
    new_pustu(place)
    assert [one.village.name for one in villages_without_facility(within, DAY)] == ["Desa Tiga"]
    assert villages_without_facility((), DAY) == []


# --- who may ---


@pytest.mark.parametrize("role", Role.values)
def test_only_the_dinas_and_klaster_1_change_units(place: Place, role: str) -> None:
    kabupaten = place.kecamatan.parent
    dinas = role.startswith("dinas")
    by = assign("seseorang", role, "", None if dinas else place.puskesmas, kabupaten if dinas else None)
    if role in ("dinas-kabkota", "petugas-klaster-1"):
        assert new_pustu(place, by=by) and set_trait(place.puskesmas, "rawat-inap", True, on=DAY, by=by)
    else:
        with pytest.raises(NotAllowed):
            new_pustu(place, by=by)
        with pytest.raises(NotAllowed):
            set_trait(place.puskesmas, "rawat-inap", True, on=DAY, by=by)
        with pytest.raises(NotAllowed):
            add_partner(place.puskesmas, "j1-wilayah", name="Klinik", on=DAY, by=by)


def test_a_puskesmas_and_its_catchment_are_set_by_the_dinas_in_its_area(place: Place) -> None:
    klaster_1 = assign("k1", "petugas-klaster-1", "", place.puskesmas)
    with pytest.raises(NotAllowed, match="ditetapkan oleh Dinas"):
        new_pustu(place, kind="puskesmas", parent=None, serves=[], by=klaster_1)
    with pytest.raises(NotAllowed, match="ditetapkan oleh Dinas"):
        end_catchment(Catchment.objects.get(unit=place.puskesmas, area=place.desa), on=DAY, by=klaster_1)
    elsewhere = add_area(code="99.02", name="Lain", level="kabupaten", parent=Area.objects.get(code="99"), on=FOUNDED)
    with pytest.raises(NotAllowed, match="di luar wilayah kerja"):
        new_pustu(place, by=assign("dinas.lain", "dinas-kabkota", "", None, elsewhere))
    with pytest.raises(NotAllowed, match="di luar wilayah kerja"):
        change_unit(place.pustu, name="Lain", on=DAY, by=assign("k2", "petugas-klaster-1", "", place.posyandu))
