"""What a bidan does at the desk, from logging in to the next dates."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from primary_care.encounters.actions import Registration, arrive
from primary_care.encounters.models import Encounter
from primary_care.encounters.queries import under_way
from primary_care.keys import new_key
from primary_care.visits.actions import ServiceEntry, record_visit
from primary_care.visits.corrections import correct_contact
from primary_care.visits.episodes import open_episode
from primary_care.visits.models import Contact, Observation
from tests.journeys.steps import press

pytestmark = pytest.mark.browser
SAVED = re.compile(r"/kunjungan/[0-9a-f-]{36}$")


def pregnant(world: Any, today: date, hpht: date) -> None:
    """Siti is pregnant."""
    open_episode(world.ibu, kind="kehamilan", facts={"hpht": hpht}, registered_on=today, today=today, by=world.bidan)


def find(page: Any, name: str) -> None:
    """Search for a person and open the page."""
    press(page, "link", "Cari orang")
    page.get_by_label("Nama, NIK, atau nomor KK").fill(name.split()[0].lower())
    page.get_by_role("button", name="Cari").click()
    press(page, "link", name)
    page.get_by_role("heading", level=1, name=name).wait_for()


def test_a_pregnant_woman_from_search_to_findings_and_next_dates(open_page: Any, world: Any, today: date) -> None:
    pregnant(world, today, date(2026, 1, 21))
    page = open_page()
    find(page, "Siti Aminah")
    assert "hamil 20 minggu" in page.locator(".person").inner_text()
    assert page.get_by_role("heading", name="Jatuh tempo sekarang").is_visible()
    assert page.locator(".due__item").count() > 2
    page.locator(".due__item summary").first.click()
    assert "Sumber" in page.locator(".due__item").first.inner_text()

    press(page, "link", "Catat kunjungan")
    page.get_by_label("Tekanan darah sistolik").fill("152")
    page.get_by_label("Tekanan darah diastolik").fill("98")
    hb = page.locator("[id='isian-i-hb']")
    page.locator("details.part", has=hb).locator("summary").first.click()
    hb.fill("9,4")
    press(page, "button", "Simpan kunjungan")
    page.wait_for_url(SAVED, timeout=10_000)
    shown = page.locator("main").inner_text()
    assert "Kunjungan tersimpan" in shown and "Anemia" in shown and "9,4" in shown
    assert "Segera, dalam 24 jam" in shown
    assert "Datang lagi" in shown and page.locator(".next").count() > 0
    assert Contact.objects.get(person=world.ibu).observations.get(item="hb").number == Decimal("9.4")


def test_a_child_is_weighed_and_vaccinated(open_page: Any, world: Any) -> None:
    page = open_page()
    find(page, "Rara Santoso")
    assert "usia 9 bulan 9 hari" in page.locator(".person").inner_text()
    press(page, "link", "Catat kunjungan")
    page.get_by_label("Berat badan").first.fill("8,1")
    mr = page.locator("[id='isian-l-imunisasi-mr-1']")
    mr.get_by_role("checkbox").check()
    mr.get_by_label("Nomor batch vaksin").fill("MR2604A")
    press(page, "button", "Simpan kunjungan")
    if "Ada yang perlu diperbaiki" in page.locator("main").inner_text():
        fill_what_is_required(page)
        press(page, "button", "Simpan kunjungan")
    page.wait_for_url(SAVED, timeout=10_000)
    contact = Contact.objects.get(person=world.anak)
    assert contact.services.get(service="imunisasi-mr-1").batch == "MR2604A"
    press(page, "link", "Lihat Rara Santoso")
    assert "8,1 kg" in page.locator(".chart figcaption").inner_text()


def test_the_keyboard_goes_from_a_high_blood_pressure_to_the_second_and_through_the_list_of_dangers(
    open_page: Any, world: Any, today: date
) -> None:
    pregnant(world, today, date(2025, 12, 1))
    page = open_page()
    page.goto(f"/orang/{world.ibu.pk}/kunjungan")
    assert page.evaluate("document.documentElement.scrollHeight") < 2 * 900 + 450
    second = page.locator("[id='isian-i-sistolik-2']")
    for above, below, opened in (("139", "89", False), ("140", "88", True), ("118", "76", False), ("138", "90", True)):
        page.locator("[id='isian-i-sistolik']").fill(above)
        page.locator("[id='isian-i-diastolik']").fill(below)
        page.locator("[id='isian-i-diastolik']").press("Tab")
        assert second.is_visible() is opened, (above, below)
    assert page.evaluate("document.activeElement.id") == "isian-i-sistolik-2"
    page.keyboard.type("136")
    page.locator("[id='isian-i-sistolik']").fill("120")
    page.locator("[id='isian-i-diastolik']").fill("80")
    page.keyboard.press("Tab")
    assert second.is_visible(), "what was typed does not go away"

    danger = page.locator("[id='isian-i-tanda-bahaya-hamil']")
    listed = danger.locator(".opens__list")
    assert "Perdarahan dari jalan lahir" in danger.inner_text() and not listed.is_visible()
    danger.locator(".opens__none").focus()
    page.keyboard.press("ArrowRight")
    assert listed.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    danger.locator(".opens__none").check()
    assert listed.is_visible() and danger.get_by_text("masih ada yang ditandai").is_visible()
    danger.locator(".opens__some").check()
    press(page, "button", "Simpan kunjungan")
    page.wait_for_url(SAVED, timeout=10_000)
    assert len(Observation.objects.get(item="tanda-bahaya-hamil").value) == 1


def test_without_scripts_everything_can_be_answered(
    chromium: Any, live_server: Any, open_page: Any, world: Any, today: date
) -> None:
    pregnant(world, today, date(2025, 12, 1))
    cookies = open_page().context.cookies()
    context = chromium.new_context(java_script_enabled=False, base_url=live_server.url)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"/orang/{world.ibu.pk}/kunjungan")
    second = page.locator("[id='isian-i-sistolik-2']")
    page.locator("details.part", has=second).locator("summary").first.click()
    second.fill("138")
    page.locator("[id='isian-i-tanda-bahaya-hamil'] .opens__some").check()
    page.locator("[id='isian-i-tanda-bahaya-hamil']").get_by_label("Demam", exact=True).check()
    assert page.get_by_role("button", name="Hapus jawaban").count() == 0
    press(page, "button", "Simpan kunjungan")
    page.wait_for_url(SAVED, timeout=10_000)
    assert Observation.objects.get(item="tanda-bahaya-hamil").value == ["demam"]
    context.close()


def test_an_answer_can_be_taken_back_by_keyboard(open_page: Any, world: Any) -> None:
    page = open_page()
    page.goto(f"/orang/{world.anak.pk}/kunjungan")
    question = page.locator("fieldset.field:not(.opens):has(input[value=ya])").locator("visible=true").first
    take_back = question.get_by_role("button", name="Hapus jawaban")
    assert not take_back.is_visible()
    question.get_by_role("radio", name="Ya").focus()
    page.keyboard.press("Space")
    assert question.get_by_role("radio", name="Ya").is_checked() and take_back.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert question.locator("input:checked").count() == 0 and not take_back.is_visible()
    assert page.evaluate("document.activeElement.value") == "ya"
    danger = page.locator(".opens").first
    danger.locator(".opens__some").check()
    danger.get_by_role("checkbox").first.check()
    danger.get_by_role("button", name="Hapus jawaban").click()
    assert danger.locator("input:checked").count() == 0 and not danger.locator(".opens__list").is_visible()


def fill_what_is_required(page: Any) -> None:
    """Answer each question that the list of faults points to, with its last (harmless) answer or a plain number."""
    for anchor in [link.get_attribute("href") for link in page.locator(".panel--error a").all()]:
        entry = page.locator(f"[id='{anchor[1:]}']")
        if entry.locator(".opens__none").count():
            entry.locator(".opens__none").check()
        elif entry.evaluate("e => e.tagName") == "FIELDSET":
            entry.locator("input").last.check()
        else:
            entry.fill({"isian-i-tinggi-badan-cm": "70", "isian-i-suhu-c": "36,6"}.get(anchor[1:], "0"))


def test_a_birth_from_the_pregnant_woman_to_the_visits_of_mother_and_child(
    open_page: Any, world: Any, today: date
) -> None:
    pregnant(world, today, date(2025, 9, 10))
    page = open_page(360)
    find(page, "Siti Aminah")
    press(page, "link", "Catat akhir kehamilan")
    press(page, "link", "Bayi sudah lahir")
    press(page, "button", "Simpan persalinan")
    panel = page.locator(".panel--error")
    panel.wait_for()
    assert panel.locator("li").count() == 7
    panel.get_by_role("link").first.click()
    page.keyboard.type("9 Juni 2026")
    for name in ("Puskesmas", "Bidan", "Spontan", "Lahir hidup", "Laki-laki"):
        page.get_by_label(name, exact=True).first.check()
    page.get_by_label("Berat lahir").first.fill("900")
    page.get_by_label("Jam lahir").first.fill("3.15")
    press(page, "button", "Simpan persalinan")
    page.get_by_label("Ya, 900 g sudah diperiksa ulang").check()
    assert page.get_by_label("Jam lahir").first.input_value() == "3.15"
    press(page, "button", "Simpan persalinan")
    page.get_by_text("Terdaftar: Bayi Ny. Siti Aminah").wait_for()
    shown = page.locator("main").inner_text()
    assert "nifas, 1 hari setelah bersalin" in shown and "KF1" in shown
    press(page, "link", "Bayi Ny. Siti Aminah")
    page.get_by_role("heading", level=1, name="Bayi Ny. Siti Aminah").wait_for()
    assert "KN1" in page.locator("main").inner_text()
    assert page.locator(".person").get_by_role("link", name="Siti Aminah").is_visible()


def test_nonsense_is_told_at_the_field_and_nothing_typed_is_lost(open_page: Any, world: Any) -> None:
    page = open_page()
    find(page, "Rara Santoso")
    press(page, "link", "Catat kunjungan")
    weight = page.locator("[id='isian-i-berat-badan-kg']")
    weight.fill("-5")
    weight.press("Enter")
    assert "tidak mungkin untuk usia ini" in page.locator(".field__note").first.inner_text()
    assert page.url.endswith("/kunjungan"), "Enter moves on and does not send"
    page.locator("[id='isian-i-tinggi-badan-cm']").fill("tujuh puluh")
    press(page, "button", "Simpan kunjungan")
    panel = page.locator(".panel--error")
    panel.wait_for()
    assert panel.evaluate("e => e === document.activeElement")
    assert "bukan angka" in panel.inner_text()
    assert (weight.input_value(), page.locator("[id='isian-i-tinggi-badan-cm']").input_value()) == ("-5", "tujuh puluh")
    panel.get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.id").startswith("isian-")
    assert not Observation.objects.exists()


def test_one_press_sends_also_when_the_field_just_left_gets_a_note(open_page: Any, world: Any) -> None:
    page = open_page()
    find(page, "Rara Santoso")
    press(page, "link", "Catat kunjungan")
    page.set_viewport_size(
        {"width": 360, "height": 4000}
    )  # tall, so that nothing scrolls and the note alone moves the button
    page.locator("[id='isian-i-berat-badan-kg']").fill("-5")
    press(page, "button", "Simpan kunjungan")
    page.locator(".panel--error").wait_for()


def test_a_login_that_ends_while_typing_loses_nothing(open_page: Any, world: Any) -> None:
    page = open_page()
    find(page, "Rara Santoso")
    press(page, "link", "Catat kunjungan")
    page.locator("[id='isian-i-berat-badan-kg']").fill("8,1")
    page.context.clear_cookies(name="sessionid")
    press(page, "button", "Simpan kunjungan")
    page.get_by_label("Nama pengguna").fill("bidan.sri")
    page.get_by_label("Kata sandi").fill("rahasia-sekali")
    press(page, "button", "Masuk")
    assert "Yang Anda ketik masih ada" in page.locator("main").inner_text()
    press(page, "button", "Simpan kunjungan")
    page.wait_for_url(SAVED, timeout=10_000)
    assert Observation.objects.get(item="berat-badan-kg").number == Decimal("8.1")


def recorded(world: Any) -> Contact:
    """A visit of Rara that was mended once, so that its history shows."""
    made = Contact.objects.filter(person=world.anak).first()
    if made is None:
        visit = {"on": date(2026, 6, 9), "today": date(2026, 6, 10), "by": world.bidan, "cadre": "bidan"}
        made = record_visit(
            world.anak, contact_id=new_key(), unit=world.puskesmas, observations={"berat-badan-kg": Decimal("5.9")},
            services=[ServiceEntry("imunisasi-mr-1")], **visit,
        ).contact  # fmt: skip
        correct_contact(made, values={"berat-badan-kg": Decimal("7.9")}, reason="salah ketik", by=world.bidan)
    return made


def waiting(world: Any) -> Encounter:
    """The father waits in the queue."""
    found = under_way(world.bapak, world.puskesmas, world.today)
    if found is None:
        told = Registration("posyandu", emergency=False, infectious_signs=frozenset({"batuk-2-minggu"}))
        found = arrive(world.bapak, told, by=world.assignment, today=world.today, now=timezone.now(), key=new_key())
    return found


def pages(world: Any) -> list[str]:
    """The addresses of every page."""
    person, child = f"/orang/{world.ibu.pk}", f"/orang/{world.anak.pk}"
    return [
        "/", "/cari?q=siti", "/cari?q=zzz", person, f"{person}/kunjungan", f"{person}/kehamilan",
        f"{person}/akhir-kehamilan", f"{person}/akhir-kehamilan?cara=lahir",
        f"{person}/akhir-kehamilan?cara=keguguran", child, f"{child}/kunjungan",
        f"{child}/kunjungan/{recorded(world).pk}", f"{child}/kunjungan/{recorded(world).pk}/perbaiki",
        *(f"{person}/kehamilan/{one.pk}/perbaiki" for one in world.ibu.episodes.all()), f"{child}/keterangan-lahir",
        f"{child}/pertumbuhan", f"{child}/ringkasan", f"{person}/ringkasan", f"{person}/kartu-kehamilan", "/?bagian=late", "/?tahap=lansia",
        "/tindak-lanjut", "/tindak-lanjut?bagian=today&jenis=refer&lingkup=wilayah", "/cari?q=siti+rt+2",
        "/alur", "/alur?q=hb", "/alur?q=zzz", "/alur/ibu-hamil", "/alur/ibu-hamil/layanan/skrining-anemia-bumil", "/alur/ibu-hamil/tabel/anemia-hamil",
        f"{person}/alur", f"{person}/alur/tabel/kelengkapan-anc",
        f"/keluarga/{world.household.pk}", "/orang/01900000-0000-7000-8000-000000000000", "/gaya", "/masuk", "/sehat",
        "/pendaftaran", "/pendaftaran?q=santoso", f"{person}/kedatangan", f"/pelayanan/{waiting(world).pk}", "/antrean", "/antrean/klaster-3",
        "/antrean/farmasi", "/jadwal", f"{child}/jadwal",
    ]  # fmt: skip


def test_no_page_scrolls_sideways_at_320_pixels_or_at_twice_the_text_size(
    open_page: Any, world: Any, today: date
) -> None:
    pregnant(world, today, date(2026, 1, 21))
    page = open_page(320)
    for address in pages(world):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
    page.set_viewport_size({"width": 640, "height": 900})
    for address in pages(world):
        page.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, address


def test_axe_finds_no_violations(open_page: Any, world: Any, today: date) -> None:
    from axe_playwright_python.sync_playwright import Axe

    pregnant(world, today, date(2026, 1, 21))
    page = open_page()
    found = {}
    for address in pages(world):
        page.goto(address)
        result = Axe().run(page)
        if result.violations_count:
            found[address] = [
                (one["id"], [node["target"] for node in one["nodes"]][:3]) for one in result.response["violations"]
            ]
    assert found == {}


def test_every_stop_of_the_keyboard_is_visible_and_large_enough(open_page: Any, world: Any) -> None:
    page = open_page(360)
    page.goto(f"/orang/{world.anak.pk}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Langsung ke isi"
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, .button, summary, input:not([type=hidden])")]
            .filter((e) => e.offsetParent && e.getBoundingClientRect().height < 44 && !e.closest("label.choice"))
            .map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert small == []
