"""The pages about areas: walked through, searched, changed by decree; what a change asks, and who may make one."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from primary_care.areas.actions import ensure_area, set_setting
from primary_care.areas.models import Area, AreaChange, AreaLevel
from primary_care.areas.queries import setting_at
from primary_care.audit.models import AuditEntry
from primary_care.desk import access
from primary_care.desk.tests.test_staff_pages import errors, someone
from primary_care.people.models import Person
from primary_care.units.models import Catchment, Unit
from primary_care.visits.tests.world import BEGAN, TODAY, area

DATED = {"sejak": "1-6-2026", "dasar": "Perda 3/2026"}


@pytest.fixture(autouse=True)
def on_a_fixed_day(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)
    settings.SECOND_FACTOR = "mati"


@pytest.fixture
def manager(client: Client, world: Any) -> Client:
    """A browser in which klaster 1 works, whose Puskesmas serves a whole kecamatan."""
    world.kecamatan = area("99.02.01", "kecamatan", None, "Tirta")
    world.kiri = area("99.02.01.2001", "desa", world.kecamatan, "Desa Kiri")
    world.kanan = area("99.02.01.2002", "desa", world.kecamatan, "Desa Kanan")
    world.dusun = ensure_area(world.kiri, AreaLevel.DUSUN, "Timur", on=BEGAN)
    world.rts = [ensure_area(world.dusun, AreaLevel.RT, number, on=BEGAN) for number in "12"]
    world.other_rt = ensure_area(world.kanan, AreaLevel.RT, "1", on=BEGAN)
    world.pkm = Unit.objects.create(
        code="P3", kind="puskesmas", name="Puskesmas Tiga", area=world.kecamatan, valid_from=BEGAN
    )
    for one in (world.kiri, world.kanan):
        Catchment.objects.create(unit=world.pkm, area=one, valid_from=BEGAN)
    world.manager = someone("petugas-klaster-1", world.pkm)
    client.force_login(world.manager.user)
    return client


def names(browser: Client, page: str, **asked: str) -> list[str]:
    text = browser.get(page, asked).content.decode()
    return re.findall(r'class="people__name" href="/wilayah/[^"]+">([^<]+)<', text)


def test_the_tree_begins_where_the_unit_works_and_is_searched(manager: Client, world: Any) -> None:
    tree = reverse("areas")
    assert names(manager, tree) == ["Desa Kiri", "Desa Kanan"]
    assert (
        names(manager, tree, q="kan") == ["Desa Kanan"] and names(manager, tree, q=" 99.02.01.2002 ")[0] == "Desa Kanan"
    )
    assert names(manager, tree, q="timur") == ["Dusun Timur"]
    assert names(manager, tree, q="mekar sari") == [], "another Puskesmas"
    text = manager.get(reverse("area", args=[world.rts[0].pk])).content.decode()
    assert "Tirta" in text and reverse("area", args=[world.dusun.pk]) in text
    assert reverse("area", args=[world.kecamatan.pk]) not in text, "above the reach there is no link"
    assert "Puskesmas Tiga" in text and "RT 01" in text
    assert manager.get(reverse("area", args=[world.kecamatan.pk])).status_code == 404


def test_villages_without_a_facility_are_listed(manager: Client, world: Any) -> None:
    page = reverse("without-facility")
    assert "Desa Kiri" in manager.get(page).content.decode() and "Desa Kanan" in manager.get(page).content.decode()
    Unit.objects.create(
        code="Y9", kind="posyandu", name="Posyandu", parent=world.pkm, area=world.rts[0], valid_from=BEGAN
    )
    text = manager.get(page).content.decode()
    assert "Desa Kiri" not in text and "Puskesmas Tiga" in text
    assert "1 desa tanpa" in manager.get(reverse("manage")).content.decode()


def test_a_new_rt_begins_by_decree(manager: Client, world: Any) -> None:
    page = reverse("add-area", args=[world.dusun.pk])
    assert errors(manager.post(page, {"tingkat": "rt", "nama": "3"})).keys() == {"sejak", "dasar"}
    assert errors(manager.post(page, DATED | {"tingkat": "rt", "nama": "tiga"})).keys() == {"nama"}
    assert errors(manager.post(page, DATED | {"tingkat": "rt", "nama": "2"})).keys() == {"kode"}
    assert errors(manager.post(page, DATED | {"tingkat": "rt", "nama": "3", "sejak": "1-6-2019"})).keys() == {"sejak"}
    assert manager.post(page, DATED | {"tingkat": "rt", "nama": "3"}).status_code == 302
    made = Area.objects.get(code="99.02.01.2001-timur-rt03")
    assert (made.name, made.valid_from) == ("RT 03", date(2026, 6, 1))
    assert AuditEntry.objects.get(kind="areas.areachange").user == world.manager.user
    assert "Perda 3/2026" in manager.get(reverse("area", args=[made.pk])).content.decode()


def test_a_desa_is_renamed_and_its_old_name_stays_readable(manager: Client, world: Any) -> None:
    page = reverse("rename-area", args=[world.kiri.pk])
    assert errors(manager.post(page, {})).keys() == {"nama", "sejak", "dasar"}
    assert errors(manager.post(page, DATED | {"nama": "Desa Baru", "sejak": "1-7-2026"})).keys() == {"sejak"}
    assert manager.post(page, DATED | {"nama": "Desa Baru"}).status_code == 302
    text = manager.get(reverse("area", args=[world.kiri.pk])).content.decode()
    assert "dari Desa Kiri menjadi Desa Baru" in text and "Orang petugas-klaster-1" in text


def test_an_rt_moves_and_two_of_one_number_never_meet(manager: Client, world: Any) -> None:
    page = reverse("move-area", args=[world.rts[0].pk])
    typed = DATED | {"ke-dalam": str(world.kanan.pk)}
    assert errors(manager.post(page, DATED)).keys() == {"ke-dalam"}
    told = errors(manager.post(page, typed))
    assert told.keys() == {"nama"} and "nama baru" in told["nama"]
    assert manager.post(page, typed | {"nama": "7"}).status_code == 302
    assert Area.objects.get(pk=world.rts[0].pk).code == "99.02.01.2002-rt07"


def test_a_desa_is_split_and_served_as_before(manager: Client, world: Any) -> None:
    page = reverse("split-area", args=[world.kiri.pk])
    assert errors(manager.post(page, DATED)).keys() == {"nama", "kode", "ambil"}
    typed = DATED | {"nama": "Desa Timur", "kode": "99.02.01.2003", "ambil": [str(world.dusun.pk)]}
    assert errors(manager.post(page, typed | {"kode": "99.02.01.2002"})).keys() == {"kode"}
    assert AreaChange.objects.count() == 0, "nothing of what was refused is left"
    assert manager.post(page, typed).status_code == 302
    new = Area.objects.get(code="99.02.01.2003")
    assert Area.objects.get(pk=world.dusun.pk).parent == new
    assert world.pkm.catchments.filter(area=new).exists()
    assert "Desa Timur mekar dari sini" in manager.get(reverse("area", args=[world.kiri.pk])).content.decode()
    assert manager.get(reverse("split-area", args=[world.rts[0].pk])).status_code == 403, "nothing lies inside an RT"


def test_a_dusun_is_split_by_its_name_alone(manager: Client, world: Any) -> None:
    page = reverse("split-area", args=[world.dusun.pk])
    typed = DATED | {"nama": "Tengah", "ambil": [str(world.rts[1].pk)]}
    assert manager.post(page, typed).status_code == 302
    assert Area.objects.get(pk=world.rts[1].pk).code == "99.02.01.2001-tengah-rt02"


def test_a_merge_asks_which_then_what_differs(manager: Client, world: Any) -> None:
    ensure_area(world.kiri, AreaLevel.RT, "1", on=BEGAN)
    set_setting(world.kiri, "malaria-endemis", True, on=BEGAN)
    page = reverse("merge-area", args=[world.kiri.pk])
    first = manager.get(page)
    assert first.status_code == 200 and "Desa Kanan" in first.content.decode()
    assert errors(manager.get(page, {"lanjut": "1"})).keys() == {"dengan", "menjadi"}
    address = f"{page}?dengan={world.kanan.pk}&menjadi=tetap"
    assert "Daerah endemis malaria" in manager.get(address).content.decode()
    assert errors(manager.post(address, DATED)).keys() == {"atur-malaria-endemis"}
    typed = DATED | {"atur-malaria-endemis": "true"}
    told = errors(manager.post(address, typed))
    assert told.keys() == {f"nama-{world.other_rt.pk}"}, "RT 01 is there already"
    assert manager.post(address, typed | {f"nama-{world.other_rt.pk}": "9"}).status_code == 302
    world.kanan.refresh_from_db()
    assert world.kanan.valid_to == date(2026, 6, 1)
    assert Area.objects.get(pk=world.other_rt.pk).code == "99.02.01.2001-rt09"
    assert setting_at(world.kiri, "malaria-endemis", TODAY) is True
    assert "Desa Kanan masuk ke sini" in manager.get(reverse("area", args=[world.kiri.pk])).content.decode()
    assert "Berakhir, masuk Desa Kiri" in manager.get(reverse("area", args=[world.kanan.pk])).content.decode()


def test_a_merge_into_a_new_desa_needs_its_code_and_its_puskesmas(manager: Client, world: Any) -> None:
    other = Unit.objects.create(
        code="P4", kind="puskesmas", name="Puskesmas Empat", area=world.kecamatan, valid_from=BEGAN
    )
    Catchment.objects.filter(unit=world.pkm, area=world.kanan).update(unit=other)
    browser = Client()
    browser.force_login(someone("dinas-kabkota", None, world.kecamatan).user)
    address = f"{reverse('merge-area', args=[world.kiri.pk])}?dengan={world.kanan.pk}&menjadi=baru"
    assert errors(browser.post(address, {})).keys() == {"sejak", "dasar", "nama", "kode", "dilayani"}
    typed = DATED | {"nama": "Desa Bersatu", "kode": "99.02.01.2009", "dilayani": [str(other.pk)]}
    assert browser.post(address, typed).status_code == 302
    new = Area.objects.get(code="99.02.01.2009")
    assert list(Catchment.objects.filter(area=new, valid_to__isnull=True).values_list("unit", flat=True)) == [other.pk]


def test_families_follow_and_the_reach_of_their_midwife_too(client: Client, world: Any) -> None:
    client.force_login(someone("petugas-klaster-1", world.puskesmas).user)
    page = reverse("rename-area", args=[world.rt.pk])
    assert client.post(page, DATED | {"nama": "5"}).status_code == 302
    world.ibu.refresh_from_db()
    assert world.ibu.area_path == Area.objects.get(pk=world.rt.pk).path
    assert Person.objects.filter(pk=world.ibu.pk, area_path__startswith=world.desa.path).exists()


def test_levels_above_and_places_outside_are_closed(manager: Client, world: Any) -> None:
    browser = Client()
    browser.force_login(someone("dinas-kabkota", None, world.kecamatan).user)
    assert browser.get(reverse("rename-area", args=[world.kecamatan.pk])).status_code == 200
    assert browser.get(reverse("rename-area", args=[world.desa.pk])).status_code == 404
    typed = DATED | {"tingkat": "desa", "nama": "Desa Ketiga"}
    page = reverse("add-area", args=[world.kecamatan.pk])
    assert errors(browser.post(page, typed)).keys() == {"kode"}
    assert errors(browser.post(page, typed | {"kode": "99.03.01.2001"})).keys() == {"kode"}
    assert browser.post(page, typed | {"kode": "99.02.01.2005"}).status_code == 302
    browser.force_login(someone("kepala-puskesmas", world.pkm, cadre="dokter").user)
    assert browser.get(reverse("area", args=[world.kiri.pk])).status_code == 200
    assert browser.post(reverse("rename-area", args=[world.kiri.pk]), DATED | {"nama": "X"}).status_code == 403
