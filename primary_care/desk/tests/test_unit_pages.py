"""The pages about units: found, founded, changed, closed; what they serve; with whom they work; who may."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from primary_care.areas.queries import setting_at
from primary_care.audit.models import AuditEntry
from primary_care.desk import access
from primary_care.desk.tests.test_staff_pages import errors, someone
from primary_care.units.models import Catchment, Partnership, Unit
from primary_care.units.queries import traits_on
from primary_care.visits.tests.world import BEGAN, TODAY


@pytest.fixture(autouse=True)
def on_a_fixed_day(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)
    settings.SECOND_FACTOR = "mati"


@pytest.fixture
def manager(client: Client, world: Any) -> Client:
    """A browser in which klaster 1 of the Puskesmas works."""
    world.manager = someone("petugas-klaster-1", world.puskesmas)
    client.force_login(world.manager.user)
    return client


@pytest.fixture
def dinas(world: Any) -> Client:
    """A browser in which the dinas works, whose area is the desa of the small world."""
    browser = Client()
    browser.force_login(someone("dinas-kabkota", None, world.desa).user)
    return browser


def names(browser: Client, **asked: str) -> list[str]:
    text = browser.get(reverse("units"), asked).content.decode()
    return re.findall(r'class="people__name" href="[^"]+">([^<]+)<', text)


def new_pustu(world: Any, **typed: str) -> dict[str, str]:
    return {
        "jenis": "pustu", "nama": "Pustu Mekar", "kode": "T1", "wilayah": str(world.desa.pk), "layani": "ya",
        "induk": str(world.puskesmas.pk), "sejak": "1-6-2026", "dasar": "SK 9/2026", **typed,
    }  # fmt: skip


def test_the_list_holds_the_area_and_is_narrowed(manager: Client, world: Any) -> None:
    assert names(manager) == ["Puskesmas Tirta", "Posyandu Melati"]
    assert (
        names(manager, jenis="posyandu") == names(manager, q="melati") == names(manager, q="y1") == ["Posyandu Melati"]
    )
    assert names(manager, bagian="tutup") == []


def test_a_pustu_is_founded_with_what_it_serves(manager: Client, world: Any) -> None:
    assert manager.post(reverse("new-unit"), new_pustu(world)).status_code == 302
    pustu = Unit.objects.get(code="T1")
    assert (pustu.parent, pustu.area, pustu.valid_from) == (world.puskesmas, world.desa, date(2026, 6, 1))
    assert pustu.catchments.get().area == world.desa
    text = manager.get(reverse("unit", args=[pustu.pk])).content.decode()
    assert "Dibuka: Pustu Mekar" in text and "SK 9/2026" in text and "Orang petugas-klaster-1" in text
    assert AuditEntry.objects.get(kind="units.unit", object_id=pustu.pk).user == world.manager.user


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"jenis": ""}, "jenis"),
        ({"jenis": "puskesmas"}, "jenis"),
        ({"nama": ""}, "nama"),
        ({"kode": ""}, "kode"),
        ({"kode": "P1"}, "kode"),
        ({"wilayah": ""}, "wilayah"),
        ({"sejak": "1-7-2026"}, "sejak"),
        ({"jenis": "sekolah"}, "induk"),
    ],
)
def test_what_is_wrong_stands_at_its_field(manager: Client, world: Any, typed: dict[str, str], at: str) -> None:
    answer = manager.post(reverse("new-unit"), new_pustu(world, **typed))
    assert answer.status_code == 422 and errors(answer).keys() == {at}
    assert 'value="SK 9/2026"' in answer.content.decode()
    assert not Unit.objects.filter(code="T1").exists()


def test_a_name_and_a_trait_are_dated_and_the_old_ones_stay_readable(manager: Client, world: Any) -> None:
    page = [world.puskesmas.pk]
    typed = {"nama": "Puskesmas Tirta Asri", "wilayah": str(world.desa.pk), "sejak": "1-6-2026", "dasar": "SK 1/2026"}
    world.puskesmas.versions.create(name="Puskesmas Tirta", area=world.desa, valid_from=BEGAN)
    assert errors(manager.post(reverse("change-unit", args=page), typed | {"nama": " "})).keys() == {"nama"}
    assert manager.post(reverse("change-unit", args=page), typed).status_code == 302
    trait = reverse("unit-trait", args=[*page, "tipologi"])
    assert errors(manager.post(trait, {"sejak": "1-6-2026"})).keys() == {"nilai"}
    assert manager.post(trait, {"nilai": "terpencil", "sejak": "1-6-2026"}).status_code == 302
    assert traits_on(world.puskesmas, TODAY) == {"tipologi": "terpencil"}
    assert setting_at(world.desa, "tipologi", TODAY) == "terpencil"
    assert (
        manager.post(reverse("unit-trait", args=[*page, "poned"]), {"nilai": "ya", "sejak": "1-6-2026"}).status_code
        == 302
    )
    text = manager.get(reverse("unit", args=page)).content.decode()
    assert "dari Puskesmas Tirta menjadi Puskesmas Tirta Asri" in text and "Tipologi wilayah: terpencil" in text
    assert manager.get(reverse("unit-trait", args=[*page, "hari-buka"])).status_code == 404, "not of a Puskesmas"


def test_the_opening_day_of_a_posyandu_is_a_number(manager: Client, world: Any) -> None:
    trait = reverse("unit-trait", args=[world.posyandu.pk, "hari-buka"])
    for wrong in ("", "32", "besok", "1,5"):
        assert errors(manager.post(trait, {"nilai": wrong, "sejak": "1-6-2026"})).keys() == {"nilai"}, wrong
    assert manager.post(trait, {"nilai": "12", "sejak": "1-6-2026"}).status_code == 302
    page = manager.get(reverse("unit", args=[world.posyandu.pk])).content.decode()
    assert "setiap tanggal 12" in page
    ukbm = reverse("unit-trait", args=[world.posyandu.pk, "asal-ukbm"])
    assert errors(manager.post(ukbm, {"sejak": "1-6-2026"})).keys() == {"nilai"}
    assert manager.post(ukbm, {"nilai": ["posyandu-kia", "posbindu-ptm"], "sejak": "1-6-2026"}).status_code == 302
    assert traits_on(world.posyandu, TODAY)["asal-ukbm"] == ["posyandu-kia", "posbindu-ptm"]


def test_a_catchment_begins_and_ends(manager: Client, dinas: Client, world: Any) -> None:
    posyandu, puskesmas = [world.posyandu.pk], [world.puskesmas.pk]
    typed = {"wilayah": str(world.rt.pk), "sejak": "1-6-2026"}
    assert manager.post(reverse("add-catchment", args=posyandu), typed).status_code == 302
    assert errors(manager.post(reverse("add-catchment", args=posyandu), typed)).keys() == {"wilayah"}
    row = world.posyandu.catchments.get()
    end = reverse("end-catchment", args=[*posyandu, row.pk])
    assert errors(manager.post(end, {"sampai": "1-5-2026"})).keys() == {"sampai"}
    assert manager.post(end, {"sampai": "9-6-2026"}).status_code == 302
    assert Catchment.objects.get(pk=row.pk).valid_to == TODAY
    assert manager.get(reverse("add-catchment", args=puskesmas)).status_code == 403, "of a Puskesmas only the dinas"
    mine = world.puskesmas.catchments.get()
    assert dinas.post(reverse("end-catchment", args=[*puskesmas, mine.pk]), {"sampai": "9-6-2026"}).status_code == 302
    again = {"wilayah": str(world.desa.pk), "sejak": "10-6-2026"}
    assert dinas.post(reverse("add-catchment", args=puskesmas), again).status_code == 302


def test_a_partner_is_recorded_with_its_agreement(manager: Client, world: Any) -> None:
    page = reverse("add-partner", args=[world.puskesmas.pk])
    assert errors(manager.post(page, {})).keys() == {"jenis", "nama", "sejak"}
    typed = {
        "jenis": "j2-pendidikan",
        "nama": "SD Negeri 1",
        "sejak": "1-1-2026",
        "sampai": "31-12-2026",
        "mou": "MoU 7",
        "lapor": "bulanan",
    }
    assert manager.post(page, typed).status_code == 302
    row = Partnership.objects.get()
    assert (row.name, row.valid_to, row.agreement_number, row.reports) == (
        "SD Negeri 1",
        date(2027, 1, 1),
        "MoU 7",
        "bulanan",
    )
    assert errors(manager.post(page, typed | {"sampai": "31-12-2025"})).keys() == {"sampai"}
    end = reverse("end-partner", args=[world.puskesmas.pk, row.pk])
    assert manager.post(end, {"sampai": "9-6-2026"}).status_code == 302
    assert "sampai 9 Juni 2026" in manager.get(reverse("unit", args=[world.puskesmas.pk])).content.decode()
    assert manager.get(reverse("add-partner", args=[world.posyandu.pk])).status_code == 403


def test_a_unit_is_closed_when_nobody_hangs_on_it(manager: Client, dinas: Client, world: Any) -> None:
    puskesmas = reverse("close-unit", args=[world.puskesmas.pk])
    assert manager.get(puskesmas).status_code == 403
    assert errors(dinas.post(puskesmas, {"sejak": "10-6-2026", "dasar": "SK 2"})).keys() == {"sejak"}, (
        "it has a network"
    )
    posyandu = reverse("close-unit", args=[world.posyandu.pk])
    assert errors(manager.post(posyandu, {})).keys() == {"sejak", "dasar"}
    world.posyandu.versions.create(name=world.posyandu.name, area=world.rt, parent=world.puskesmas, valid_from=BEGAN)
    assert manager.post(posyandu, {"sejak": "10-6-2026", "dasar": "SK Desa 2"}).status_code == 302
    assert names(manager) == ["Puskesmas Tirta"] and names(manager, bagian="tutup") == ["Posyandu Melati"]
    assert manager.get(reverse("change-unit", args=[world.posyandu.pk])).status_code == 403, "closed"


def test_the_head_looks_and_changes_nothing(client: Client, world: Any) -> None:
    client.force_login(someone("kepala-puskesmas", world.puskesmas, cadre="dokter").user)
    text = client.get(reverse("unit", args=[world.puskesmas.pk])).content.decode()
    assert "Ubah data unit" not in text and "Akhiri" not in text and "belum punya penanggung jawab" in text
    assert client.post(reverse("new-unit"), new_pustu(world)).status_code == 404
