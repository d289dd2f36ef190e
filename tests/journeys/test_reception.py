"""Four people are led through the Puskesmas: a pregnant woman, an ill toddler, a man of sixty who coughs, and an emergency."""

from datetime import date, timedelta
from typing import Any

import pytest

from primary_care.accounts.models import Assignment
from primary_care.encounters.models import CaseNotice, Encounter, ScheduledService
from primary_care.encounters.tests.conftest import with_staff
from primary_care.people.actions import PersonDetails, register_person
from primary_care.visits.episodes import open_episode
from primary_care.visits.tests.world import BEGAN
from tests.journeys.steps import press
from tests.journeys.test_access import sound
from tests.journeys.test_desk import fill_what_is_required

pytestmark = pytest.mark.browser


@pytest.fixture
def staffed(world: Any, today: date) -> Any:
    """The family, of which the mother is pregnant and an old man is new; and somebody of each role."""
    with_staff(world)
    hpht = today - timedelta(weeks=20)
    open_episode(world.ibu, kind="kehamilan", facts={"hpht": hpht}, registered_on=today, today=today, by=world.bidan)
    registrar = Assignment.objects.get(user=world.bidan, role="registrasi")
    for name, birth in (("Pak Karta", date(1966, 6, 10)), ("Pak Wayan", date(1980, 1, 1))):
        register_person(
            PersonDetails(full_name=name, sex="laki-laki", birth_date=birth), by=registrar, on=BEGAN,
            household=world.household, relationship="famili-lain",
        )  # fmt: skip
    return world


def become(page: Any, username: str) -> None:
    """Somebody else sits down at the computer."""
    press(page, "button", "Keluar")
    page.get_by_label("Nama pengguna").fill(username)
    page.get_by_label("Kata sandi").fill("rahasia-sekali")
    press(page, "button", "Masuk")


def register(page: Any, name: str, *, signs: str = "", danger: str = "") -> str:
    """At the counter: from the search to the number."""
    page.goto("/pendaftaran")
    page.get_by_label("Siapa yang datang?").fill(name.split()[-1].lower())
    press(page, "button", "Cari")
    press(page, "link", f"Daftarkan {name}")
    for field, found in (("gawat", danger), ("menular", signs)):
        question = page.locator(f"#isian-{field}")
        question.locator(".opens__some" if found else ".opens__none").check()
        if found:
            question.get_by_label(found).check()
    press(page, "button", "Beri nomor")
    return str(page.locator(".ticket--large").inner_text()).split()[-1]


def test_a_pregnant_woman_from_the_counter_to_the_medicine(open_page: Any, staffed: Any) -> None:
    page = open_page()
    become(page, "loket.uji")
    assert register(page, "Siti Aminah") == "001"
    assert "menunggu di Klaster 2, ibu" in page.locator("main").inner_text()
    sound(page)

    become(page, "bidan.sri")
    page.goto(f"/orang/{staffed.ibu.pk}")
    assert "Sekarang: menunggu di Klaster 2, ibu, sejak pukul" in page.locator("main").inner_text()
    press(page, "link", "Antrean")
    sound(page)
    press(page, "link", "Klaster 2 Ibu dan Anak")
    sound(page)
    press(page, "button", "Panggil berikutnya")
    assert "001, Siti Aminah: dipanggil ke Klaster 2, ibu." in page.locator("[role=status]").first.inner_text()
    press(page, "button", "Panggil lagi")
    press(page, "button", "Masuk ruang")
    page.wait_for_url("**/kunjungan")
    page.get_by_label("Tekanan darah sistolik").fill("118")
    page.get_by_label("Tekanan darah diastolik").fill("76")
    press(page, "button", "Simpan kunjungan")
    press(page, "link", "Nomor 001: lanjutkan di sini")
    press(page, "button", "Selesai di sini")
    press(page, "button", "Simpan jawaban")
    assert page.locator(".panel--error").get_by_text("Pilih salah satu jawaban.").is_visible()
    page.get_by_label("Laboratorium", exact=True).check()
    press(page, "button", "Simpan jawaban")
    assert "menunggu di Laboratorium" in page.locator("main").inner_text()
    sound(page)

    become(page, "lab.uji")
    page.goto("/antrean/laboratorium")
    press(page, "button", "Panggil berikutnya")
    press(page, "button", "Masuk ruang")
    press(page, "link", "Siti Aminah")
    page.get_by_label("Kembali ke klaster untuk konsultasi").check()
    press(page, "button", "Simpan jawaban")

    become(page, "bidan.sri")
    page.goto("/antrean/klaster-2")
    press(page, "button", "Panggil berikutnya")
    press(page, "button", "Masuk ruang")
    page.goto(f"/pelayanan/{Encounter.objects.get().pk}")
    press(page, "button", "Selesai di sini")
    page.get_by_label("Tidak perlu layanan lain").check()
    press(page, "button", "Simpan jawaban")
    page.get_by_label("Tidak perlu, ada resep: ke farmasi").check()
    press(page, "button", "Simpan jawaban")
    press(page, "button", "Batalkan langkah terakhir")
    assert "Apakah perlu rujukan?" in page.locator("main").inner_text()
    page.get_by_label("Tidak perlu, ada resep: ke farmasi").check()
    press(page, "button", "Simpan jawaban")

    become(page, "apotek.uji")
    page.goto("/antrean/farmasi")
    press(page, "button", "Panggil berikutnya")
    press(page, "button", "Obat sudah diserahkan")
    assert Encounter.objects.get().state == "pulang"


def test_an_ill_toddler_is_told_to_come_to_the_posyandu_for_the_vaccine(
    open_page: Any, staffed: Any, today: date
) -> None:
    page = open_page(360)
    register(page, "Rara Santoso")
    assert "menunggu di Klaster 2, balita dan prasekolah" in page.locator("main").inner_text()
    press(page, "button", "Panggil")
    press(page, "button", "Masuk ruang")
    page.wait_for_url("**/kunjungan")
    page.get_by_label("Berat badan").first.fill("8,1")
    press(page, "button", "Simpan kunjungan")
    if "Ada yang perlu diperbaiki" in page.locator("main").inner_text():
        fill_what_is_required(page)
        press(page, "button", "Simpan kunjungan")
    page.goto(f"/orang/{staffed.anak.pk}")
    press(page, "link", "Jadwalkan layanan")
    press(page, "button", "Simpan janji")
    assert page.locator(".panel--error li").count() == 3
    sound(page)
    page.locator("[id='isian-layanan']").get_by_role("checkbox", name="Campak-Rubela").first.check()
    page.get_by_label("Di mana?").select_option(label="Posyandu Melati")
    page.get_by_label("Tanggal berapa").fill("17-6-2026")
    press(page, "button", "Simpan janji")
    shown = page.locator("[aria-labelledby=judul-janji]").inner_text()
    assert "17 Juni 2026, Posyandu Melati" in shown
    assert ScheduledService.objects.get().encounter == Encounter.objects.get()
    sound(page)
    page.goto("/jadwal")
    sound(page)


def test_a_man_of_sixty_who_coughs_waits_apart_first_in_turn_and_klaster_4_is_told(
    open_page: Any, staffed: Any
) -> None:
    page = open_page()
    become(page, "loket.uji")
    register(page, "Budi Santoso")
    register(page, "Pak Karta", signs="Batuk 2 minggu atau lebih")
    shown = page.locator("main").inner_text()
    assert "menunggu di Klaster 3, lansia" in shown and "Prioritas" in shown and "Jalur infeksius" in shown

    become(page, "dewasa.uji")
    page.goto("/antrean/klaster-3")
    assert page.locator(".queue .ticket").all_inner_texts() == ["002", "001"]
    press(page, "button", "Panggil berikutnya")
    press(page, "button", "Belum ada, geser ke belakang")
    assert page.locator(".queue .ticket").all_inner_texts() == ["001", "002"]
    sound(page)

    become(page, "menular.uji")
    page.goto("/kasus-terduga")
    assert "Terduga TBC" in page.locator("main").inner_text()
    page.locator("summary").first.click()
    press(page, "button", "Simpan hasil")
    assert page.locator(".panel--error").is_visible()
    sound(page)
    page.get_by_label("Kasus, ditindaklanjuti").check()
    page.get_by_label("Apa yang dilakukan?").fill("Dahak diambil")
    press(page, "button", "Simpan hasil")
    assert "Kasus, ditindaklanjuti: Dahak diambil" in page.locator("main").inner_text()
    sound(page)
    assert CaseNotice.objects.get().answers.get().outcome == "kasus"


def test_an_emergency_is_taken_in_at_once_and_referred(open_page: Any, staffed: Any) -> None:
    page = open_page()
    become(page, "loket.uji")
    page.goto("/pendaftaran")
    sound(page)
    page.get_by_label("Siapa yang datang?").fill("wayan")
    press(page, "button", "Cari")
    press(page, "link", "Daftarkan Pak Wayan")
    sound(page)
    press(page, "button", "Beri nomor")
    assert page.locator(".panel--error li").count() == 2
    register(page, "Pak Wayan", danger="Sesak berat")
    assert "menunggu di Gawat darurat" in page.locator("main").inner_text()
    sound(page)

    become(page, "dewasa.uji")
    page.goto("/antrean/igd")
    press(page, "link", "Pak Wayan")
    page.get_by_label("Hijau").check()
    page.get_by_label("GCS").fill("12")
    press(page, "button", "Simpan triase")
    assert "Pilih merah atau kuning" in page.locator(".panel--error").inner_text()
    assert page.get_by_label("GCS").input_value() == "12"
    page.get_by_label("Merah").check()
    press(page, "button", "Simpan triase")
    assert "Triase merah" in page.locator("main").inner_text()
    press(page, "button", "Masuk ruang")
    page.goto(f"/pelayanan/{Encounter.objects.get().pk}")
    sound(page)
    page.get_by_label("Rujuk ke rumah sakit").check()
    page.get_by_label("Bila dirujuk").fill("RS Tirta, sesak berat")
    press(page, "button", "Simpan jawaban")
    assert "Dirujuk ke rumah sakit" in page.locator("main").inner_text()
    sound(page)


def test_the_screen_of_the_waiting_room_shows_numbers_and_renews_itself(
    chromium: Any, live_server: Any, open_page: Any, staffed: Any
) -> None:
    page = open_page()
    register(page, "Siti Aminah")
    page.goto("/antrean")
    address = page.get_by_role("link", name="Layar ruang tunggu").get_attribute("href")
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 720})
    screen = context.new_page()
    screen.goto(address)
    assert "001" in screen.locator(".screen__coming").inner_text()
    page.goto("/antrean/klaster-2")
    press(page, "button", "Panggil berikutnya")
    screen.locator(".screen__called strong").wait_for(timeout=15_000)
    shown = screen.locator("body").inner_text()
    assert "001" in shown and "Klaster 2, ibu" in shown and "Siti" not in shown
    sound(screen)
    context.close()


def test_a_call_is_reached_and_made_by_keyboard_alone(open_page: Any, staffed: Any) -> None:
    page = open_page()
    register(page, "Siti Aminah")
    page.goto("/antrean/klaster-2")
    for _press in range(40):
        page.keyboard.press("Tab")
        if "Panggil berikutnya" in page.evaluate("document.activeElement.innerText || ''"):
            break
    with page.expect_event("domcontentloaded"):
        page.keyboard.press("Enter")
    assert Encounter.objects.get().stage == "dipanggil"
