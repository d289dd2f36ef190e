"""The register at the desk, by keyboard and mouse: a family registered with a warning while typing, a correction taken back, a workbook
reviewed, two records merged and parted. Every page of it is looked at by axe, at 320 pixels and at twice the text size.
"""

from pathlib import Path
from typing import Any

import pytest

from primary_care.accounts.models import Assignment, User
from primary_care.people.actions import PersonDetails, register_person
from primary_care.people.models import Person
from primary_care.people.register import background
from primary_care.people.register.tests.workbooks import BUDI, RINA, SITI, write_workbook
from primary_care.visits.register_import import opener
from primary_care.visits.tests.world import BEGAN, TODAY
from tests.journeys.steps import press
from tests.journeys.test_access import sound

pytestmark = pytest.mark.browser


@pytest.fixture
def manager(world: Any, open_page: Any) -> Any:
    """A page in which klaster 1 of the Puskesmas is logged in."""
    user = User.objects.create_user("manajer", "rahasia-sekali", full_name="Rahma Manajer")
    world.manager = Assignment.objects.create(
        user=user, role="petugas-klaster-1", unit=world.puskesmas, valid_from=BEGAN
    )
    page = open_page()
    press(page, "button", "Keluar")
    page.get_by_label("Nama pengguna").fill("manajer")
    page.get_by_label("Kata sandi").fill("rahasia-sekali")
    press(page, "button", "Masuk")
    return page


def sound_at_twice_the_size(page: Any) -> None:
    """Nothing scrolls sideways when the text is twice as large."""
    page.set_viewport_size({"width": 640, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640, page.url
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_family_is_registered_and_who_is_there_already_is_told_while_typing(manager: Any, world: Any) -> None:
    page = manager
    press(page, "link", "Register")
    sound(page)
    press(page, "link", "Daftarkan keluarga baru")
    sound(page)
    press(page, "button", "Simpan keluarga")
    panel = page.locator(".panel--error")
    panel.wait_for()
    assert panel.evaluate("e => e === document.activeElement")
    sound(page)
    page.get_by_label("Tempat tinggal").select_option(label="RT 02")
    page.get_by_label("Alamat").fill("Jalan Kenanga 5")
    page.get_by_label("Nama lengkap").fill("Sitti Aminah")
    page.get_by_label("Perempuan", exact=True).check()
    page.get_by_label("Tanggal lahir", exact=True).fill("4-2-1998")
    page.get_by_label("NIK").click()
    page.get_by_text("Mungkin sudah terdaftar").first.wait_for()
    assert "tertukar" in page.locator("#mirip").inner_text()
    sound(page)
    press(page, "button", "Simpan keluarga")
    page.get_by_label("Siti Aminah orang yang berbeda").check()
    assert page.get_by_label("Alamat").input_value() == "Jalan Kenanga 5"
    sound(page)
    press(page, "button", "Simpan keluarga")
    page.get_by_text("Keluarga Sitti Aminah terdaftar").wait_for()
    sound(page)
    press(page, "link", "Tambah anggota")
    sound(page)
    sound_at_twice_the_size(page)


def test_a_correction_is_read_in_the_history_and_taken_back(manager: Any, world: Any) -> None:
    page = manager
    page.goto(f"/orang/{world.ibu.pk}")
    press(page, "link", "Perbaiki data diri, lihat riwayatnya")
    sound(page)
    page.get_by_label("Nama lengkap").fill("Siti Aminah Putri")
    page.get_by_label("Yang tercatat salah").check()
    page.get_by_label("Menurut apa?").fill("KTP")
    press(page, "button", "Simpan perubahan")
    assert page.get_by_text("Nama: dari Siti Aminah menjadi Siti Aminah Putri", exact=True).is_visible()
    sound(page)
    sound_at_twice_the_size(page)
    page.locator(".timeline button").first.click()
    page.get_by_text("Perubahan itu diurungkan").wait_for()
    assert page.get_by_label("Nama lengkap").input_value() == "Siti Aminah"


def send_in(page: Any, path: Path) -> None:
    """A workbook sent in, checked, and imported. The pages that wait ask for themselves again and move on."""
    page.goto("/daftar/impor")
    sound(page)
    page.get_by_label("Berkas register").set_input_files(path)
    press(page, "button", "Periksa berkas")
    assert page.get_by_text("Menunggu giliran").is_visible()
    sound(page)
    background.work(opener)
    page.get_by_text("Ditahan sampai diputuskan").wait_for()
    sound(page)
    press(page, "button", "Impor sekarang")
    sound(page)
    sound_at_twice_the_size(page)
    background.work(opener)
    page.get_by_role("heading", level=1, name="Pertanyaan register").wait_for()
    sound(page)
    sound_at_twice_the_size(page)


def test_a_workbook_is_reviewed_row_by_row(manager: Any, world: Any, tmp_path: Path) -> None:
    page = manager
    rows = [BUDI, SITI | {"NIK": "12"}, RINA | {"Tanggal Lahir": "31/02/2015"}]
    send_in(page, write_workbook(tmp_path / "register.xlsx", rows))
    press(page, "link", "Siti Rahayu")
    sound(page)
    press(page, "button", "Terima apa adanya")
    page.get_by_role("heading", level=1, name="Baris 4").wait_for()
    page.get_by_label("Tanggal Lahir", exact=True).fill("12/07/2015")
    press(page, "button", "Simpan perbaikan dan daftarkan")
    page.get_by_text("Tidak ada yang menunggu").wait_for()
    assert Person.objects.get(full_name="Rina Santoso").nik == RINA["NIK"]
    press(page, "link", "Sudah diputuskan (2)")
    sound(page)
    press(page, "link", "Rina Santoso")
    sound(page)
    sound_at_twice_the_size(page)
    press(page, "button", "Urungkan keputusan")
    assert page.get_by_text("ditahan, belum terdaftar").is_visible()


def test_rows_with_one_question_are_accepted_together_by_keyboard(manager: Any, world: Any, tmp_path: Path) -> None:
    page = manager
    others = [
        SITI | {"NIK": None, "Nama Lengkap": f"Siti {name}", "Hubungan": "Famili lain"}
        for name in ("Aminah", "Mardiyah", "Zubaidah")
    ]
    send_in(page, write_workbook(tmp_path / "register.xlsx", [BUDI, *others]))
    press(page, "link", "NIK kosong")
    press(page, "link", "Terima 3 baris sekaligus")
    sound(page)
    sound_at_twice_the_size(page)
    press(page, "button", "Terima yang dipilih apa adanya")
    page.locator(".panel--error").wait_for()
    sound(page)
    press(page, "link", "Pilih semua 3 baris")
    boxes = page.get_by_role("checkbox")
    assert [boxes.nth(at).is_checked() for at in range(3)] == [True] * 3
    boxes.nth(1).focus()
    page.keyboard.press("Space")
    press(page, "button", "Terima yang dipilih apa adanya")
    assert page.get_by_text("2 baris diterima apa adanya.").is_visible()
    sound(page)
    sound_at_twice_the_size(page)
    press(page, "button", "Urungkan keputusan untuk 2 baris")
    assert page.get_by_text("Keputusan untuk 2 baris diurungkan.").is_visible()


def test_two_records_are_merged_and_parted(manager: Any, world: Any) -> None:
    details = PersonDetails(full_name="Sitti Aminah", sex="perempuan", birth_date=world.ibu.birth_date)
    register_person(details, by=world.manager, on=TODAY, household=world.household, relationship="famili-lain")
    page = manager
    page.goto("/daftar/ganda")
    sound(page)
    press(page, "link", "Bandingkan")
    sound(page)
    press(page, "button", "Simpan keputusan")
    sound(page)
    page.get_by_label("pertahankan catatan A").check()
    page.get_by_label("Menurut apa?").fill("KTP yang sama, sudah ditanyakan")
    press(page, "button", "Simpan keputusan")
    page.get_by_text("sekarang satu orang").wait_for()
    page.goto("/daftar/gabungan")
    sound(page)
    page.locator("main button").first.click()
    page.get_by_text("Semua kembali seperti sebelumnya").wait_for()


def test_the_other_pages_are_sound(manager: Any, world: Any) -> None:
    page = manager
    home, person = f"/keluarga/{world.household.pk}", f"/orang/{world.bapak.pk}"
    for address in (
        home, f"{home}/data", f"{home}/pindah", f"{home}/pindah-masuk", person, f"{person}/pindah", f"{person}/kematian",
        "/daftar/pindah-keluar", "/daftar/ekspor", "/daftar/ganda", "/daftar/gabungan",
    ):  # fmt: skip
        page.goto(address)
        sound(page)
        sound_at_twice_the_size(page)
        if page.locator("main form button.button").count():
            page.locator("main form button.button").last.click()
            sound(page)
