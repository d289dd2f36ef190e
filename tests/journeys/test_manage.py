"""Somebody who knows a Puskesmas and no command line runs it: employs a nurse, who chooses her own password; opens a Posyandu; begins an RT,
renames and merges desa. Every page is looked at by axe, at 320 pixels and at twice the text size.
"""

from typing import Any

import pytest

from primary_care.accounts.models import User
from primary_care.areas.models import Area, AreaLevel
from primary_care.units.models import Unit
from primary_care.visits.tests.world import BEGAN, area
from tests.journeys.steps import press
from tests.journeys.test_access import sound
from tests.journeys.test_register import manager, sound_at_twice_the_size  # noqa: F401  (a fixture)

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def without_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR = "mati"


def test_a_nurse_is_employed_and_chooses_her_own_password(manager: Any, world: Any) -> None:  # noqa: F811
    page = manager
    press(page, "link", "Kelola")
    sound(page)
    page.goto("/petugas")
    sound(page)
    press(page, "link", "Tambah petugas")
    press(page, "button", "Simpan petugas")
    assert page.locator(".panel--error").evaluate("e => e === document.activeElement")
    sound(page)
    page.get_by_label("Sudah, tambahkan tugasnya").check()
    assert not page.get_by_label("Nama lengkap").is_visible() and page.get_by_label("Nama penggunanya").is_visible()
    page.get_by_label("Belum, buat akun baru").check()
    page.get_by_label("Nama lengkap").fill("Putu Eka")
    page.get_by_label("Nama pengguna", exact=True).fill("putu.eka")
    page.get_by_label("Peran").select_option(label="Petugas Klaster 3 (dewasa dan lansia)")
    page.get_by_label("Bertugas di").select_option(label="Puskesmas Tirta")
    page.get_by_label("Jenis tenaga").select_option(label="Perawat")
    press(page, "button", "Simpan petugas")
    sound(page)
    password = page.locator(".key.big").inner_text()
    press(page, "link", "Lanjut ke Putu Eka")
    assert page.get_by_text("Belum memilih kata sandi").is_visible()
    sound(page)
    press(page, "button", "Keluar")

    page.get_by_label("Nama pengguna").fill("putu.eka")
    page.get_by_label("Kata sandi").fill(password)
    press(page, "button", "Masuk")
    page.get_by_role("heading", name="Pilih kata sandi Anda sendiri").wait_for()
    sound(page)
    page.get_by_label("Kata sandi sementara").fill(password)
    page.get_by_label("Kata sandi baru", exact=True).fill("kuda-laut-77")
    page.get_by_label("sekali lagi").fill("kuda-laut-76")
    press(page, "button", "Simpan kata sandi")
    sound(page)
    page.get_by_label("Kata sandi sementara").fill(password)
    page.get_by_label("Kata sandi baru", exact=True).fill("kuda-laut-77")
    page.get_by_label("sekali lagi").fill("kuda-laut-77")
    press(page, "button", "Simpan kata sandi")
    page.get_by_text("Kata sandi baru tersimpan").wait_for()
    assert User.objects.get(username="putu.eka").temporary_until is None
    assert page.get_by_role("link", name="Kelola").count() == 0, "not for a nurse of klaster 3"
    press(page, "link", "Putu Eka")
    sound(page)


def test_a_posyandu_opens_and_serves_an_rt_that_begins(manager: Any, world: Any) -> None:  # noqa: F811
    page = manager
    page.goto(f"/wilayah/{world.desa.pk}")
    sound(page)
    press(page, "link", "Tambah wilayah di dalamnya")
    page.get_by_label("RT", exact=True).check()
    page.get_by_label("Nama atau nomor").fill("7")
    page.get_by_label("Dasar").fill("Berita acara desa 4/2026")
    press(page, "button", "Simpan wilayah")
    assert page.get_by_role("link", name="RT 07").is_visible()
    page.goto("/unit")
    press(page, "link", "Tambah unit")
    press(page, "button", "Simpan unit")
    sound(page)
    page.get_by_label("Jenis").select_option(label="Posyandu")
    page.get_by_label("Nama").fill("Posyandu Anggrek")
    page.get_by_label("Kode").fill("Y7")
    page.get_by_label("Berdiri di").select_option(label="RT 07")
    page.get_by_label("Ya", exact=True).check()
    page.get_by_label("Dikoordinasi oleh").select_option(label="Puskesmas Tirta")
    press(page, "button", "Simpan unit")
    page.get_by_role("heading", name="Posyandu Anggrek").wait_for()
    sound(page)
    assert Unit.objects.get(code="Y7").catchments.get().area.name == "RT 07"
    press(page, "link", "Catat Tanggal hari buka")
    page.get_by_label("Tanggal hari buka").fill("12")
    press(page, "button", "Simpan ciri")
    assert page.get_by_text("setiap tanggal 12").first.is_visible()


def test_two_desa_are_merged_by_what_is_asked(manager: Any, world: Any) -> None:  # noqa: F811
    kecamatan = area("99.02.01", "kecamatan", None, "Tirta")
    one, other = (area(f"99.02.01.200{n}", "desa", kecamatan, name) for n, name in ((1, "Kiri"), (2, "Kanan")))
    for desa in (one, other):
        world.puskesmas.catchments.create(area=desa, valid_from=BEGAN)
        area(f"{desa.code}-rt01", AreaLevel.RT, desa, "RT 01")
    page = manager
    page.goto(f"/wilayah/{one.pk}")
    press(page, "link", "Gabungkan")
    press(page, "button", "Lanjut")
    sound(page)
    page.get_by_label("Kanan, Tirta").check()
    page.get_by_label("Kiri tetap ada").check()
    press(page, "button", "Lanjut")
    page.get_by_label("Dasar").fill("Perda 3/2026")
    press(page, "button", "Simpan penggabungan")
    assert page.locator(".field__error").count() == 1
    sound(page)
    assert page.get_by_label("Dasar").input_value() == "Perda 3/2026"
    page.get_by_label("RT 01, Kanan").fill("2")
    press(page, "button", "Simpan penggabungan")
    assert page.get_by_text("Kanan masuk ke sini").is_visible()
    sound(page)
    assert Area.objects.get(pk=other.pk).valid_to is not None


def test_the_other_pages_are_sound(manager: Any, world: Any) -> None:  # noqa: F811
    post = world.bidan.klaster_posts.create(unit=world.puskesmas, klaster="2", position="pj", valid_from=BEGAN)
    training = world.bidan.competences.create(training="apn", valid_from=BEGAN)
    partner = world.puskesmas.partnerships.create(kind="j5-linsek", name="Kantor kecamatan", valid_from=BEGAN)
    served = world.posyandu.catchments.create(area=world.rt, valid_from=BEGAN)
    member, head = f"/petugas/{world.bidan.pk}", f"/petugas/{world.manager.user_id}"
    unit, posyandu, desa = f"/unit/{world.puskesmas.pk}", f"/unit/{world.posyandu.pk}", f"/wilayah/{world.desa.pk}"
    page = manager
    for address in (
        "/kelola", "/petugas", "/petugas?q=zzz", "/petugas?bagian=lalu", "/petugas/baru", member, f"{member}/akun", f"{member}/tugas",
        f"{member}/tugas/{world.assignment.pk}/akhiri", f"{member}/klaster", f"{member}/klaster/{post.pk}/akhiri", f"{member}/kompetensi",
        f"{member}/kompetensi/{training.pk}/akhiri", f"{head}/akun", "/akun-saya", "/akun-saya/kata-sandi",
        "/unit", "/unit?q=zzz", "/unit?bagian=tutup", "/unit/baru", unit, f"{unit}/ubah", f"{unit}/ciri/tipologi", f"{unit}/tutup",
        f"{unit}/jejaring", f"{unit}/jejaring/{partner.pk}/akhiri", posyandu, f"{posyandu}/ciri/asal-ukbm", f"{posyandu}/tutup",
        f"{posyandu}/wilayah-kerja", f"{posyandu}/wilayah-kerja/{served.pk}/akhiri",
        "/wilayah", "/wilayah?q=rt", "/wilayah?q=zzz", "/wilayah/tanpa-unit", desa, f"{desa}/tambah", f"{desa}/nama", f"{desa}/pindah",
        f"{desa}/pemekaran", f"{desa}/penggabungan", f"/wilayah/{world.rt.pk}/pindah",
    ):  # fmt: skip
        page.goto(address)
        sound(page)
        sound_at_twice_the_size(page)
        if (
            address.count("/") > 2
            and "akun" not in address
            and page.locator("main form[method=post] button.button").count()
        ):
            page.locator("main form[method=post] button.button").last.click()
            sound(page)
