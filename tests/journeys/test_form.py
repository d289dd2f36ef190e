"""The visit form while somebody types: doubtful numbers asked at their field, findings at once, nothing lost."""

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from primary_care.decisions.models import Finding
from primary_care.keys import new_key
from primary_care.visits.actions import record_visit
from primary_care.visits.models import Contact, Observation
from tests.journeys.steps import press

pytestmark = pytest.mark.browser
SAVED = re.compile(r"/kunjungan/[0-9a-f-]{36}$")
FORM = json.loads((Path(__file__).resolve().parents[2] / "conformance" / "form.json").read_text(encoding="utf-8"))
HEIGHT, WEIGHT = "[id='isian-i-tinggi-badan-cm']", "[id='isian-i-berat-badan-kg']"


def measured(world: Any, today: date) -> None:
    """Rara was weighed and measured a month ago."""
    record_visit(
        world.anak, contact_id=new_key(), on=today - timedelta(days=31), today=today, by=world.bidan, cadre="bidan", unit=world.puskesmas,
        observations={"berat-badan-kg": Decimal("7.8"), "tinggi-badan-cm": Decimal("70")},
    )  # fmt: skip


def test_a_child_that_shrank_is_asked_about_at_the_field_and_the_answer_is_kept(
    open_page: Any, world: Any, today: date
) -> None:
    measured(world, today)
    page = open_page()
    page.goto(f"/orang/{world.anak.pk}/kunjungan")
    page.locator(WEIGHT).fill("8,1")
    page.locator(HEIGHT).focus()
    page.keyboard.type("66")
    page.keyboard.press("Enter")
    asked = page.locator(".field", has=page.locator(HEIGHT)).locator(".field__ask")
    assert "turun 4 cm dari 70 cm pada 10 Mei 2026. Ukur ulang" in asked.inner_text()
    assert page.evaluate("document.activeElement.name") == "yakin", "Enter goes on to the question"

    page.get_by_role("button", name="Simpan kunjungan").click()
    assert "perlu dipastikan dulu" in page.locator(".form-told").inner_text()
    assert page.evaluate("document.activeElement.name") == "yakin"
    assert not Contact.objects.filter(on=today).exists(), "nothing is sent before the question is answered"

    page.locator(HEIGHT).fill("67")
    page.keyboard.press("Tab")
    assert "turun 3 cm" in asked.inner_text() and not asked.get_by_role("checkbox").is_checked()
    page.keyboard.press("Space")
    press(page, "button", "Simpan kunjungan")
    page.wait_for_url(SAVED, timeout=10_000)
    stored = Contact.objects.get(on=today).observations.get(item="tinggi-badan-cm")
    assert (stored.number, stored.confirmed) == (Decimal(67), True)


def test_a_value_measured_again_is_not_asked_about(open_page: Any, world: Any, today: date) -> None:
    measured(world, today)
    page = open_page()
    page.goto(f"/orang/{world.anak.pk}/kunjungan")
    page.locator(HEIGHT).fill("66")
    page.keyboard.press("Tab")
    assert page.locator(".field__ask").count() == 1
    page.locator(HEIGHT).fill("71")
    page.keyboard.press("Tab")
    assert page.locator(".field__ask").count() == 0
    press(page, "button", "Simpan kunjungan")
    page.wait_for_url(SAVED, timeout=10_000)
    assert not Contact.objects.get(on=today).observations.get(item="tinggi-badan-cm").confirmed


def test_without_scripts_the_question_stands_at_the_field_too(
    chromium: Any, live_server: Any, open_page: Any, world: Any, today: date
) -> None:
    measured(world, today)
    context = chromium.new_context(java_script_enabled=False, base_url=live_server.url)
    context.add_cookies(open_page().context.cookies())
    page = context.new_page()
    page.goto(f"/orang/{world.anak.pk}/kunjungan")
    assert not page.locator(".look").is_visible()
    page.locator(HEIGHT).fill("66")
    press(page, "button", "Simpan kunjungan")
    panel = page.locator(".panel--question")
    assert "turun 4 cm" in panel.inner_text() and panel.get_by_role("link", name="Lihat isiannya").is_visible()
    page.get_by_label("Ya, 66 cm sudah diperiksa ulang").check()
    press(page, "button", "Simpan kunjungan")
    page.wait_for_url(SAVED, timeout=10_000)
    assert Observation.objects.get(item="tinggi-badan-cm", number=66).confirmed
    context.close()


def test_findings_and_advice_are_there_before_anything_is_saved(open_page: Any, world: Any, today: date) -> None:
    measured(world, today)
    page = open_page()
    page.goto(f"/orang/{world.anak.pk}/kunjungan")
    look = page.locator(".look")
    assert "Temuan muncul di sini" in look.inner_text()
    with page.expect_response("**/kunjungan/temuan"):
        page.locator(WEIGHT).press_sequentially("5,9")
    look.get_by_text("Temuan (").wait_for()
    look.locator("summary").click()
    assert "Gizi" in look.inner_text() or "Berat badan" in look.inner_text()
    assert "belum disimpan" in look.inner_text()
    with page.expect_response("**/kunjungan/temuan"):
        page.locator(HEIGHT).fill("71")
        page.keyboard.press("Tab")
    page.locator(".look:not([aria-busy])").wait_for()
    assert look.locator("details").get_attribute("open") is not None, "what was opened stays open"
    assert not Contact.objects.filter(on=today).exists() and not Finding.objects.exists()


def test_a_login_that_ends_is_told_while_typing_and_nothing_is_lost(open_page: Any, world: Any) -> None:
    page = open_page()
    page.goto(f"/orang/{world.anak.pk}/kunjungan")
    page.context.clear_cookies(name="sessionid")
    page.locator(WEIGHT).fill("8,1")
    page.get_by_text("Waktu masuk Anda habis").wait_for()
    press(page, "button", "Simpan kunjungan")
    page.get_by_label("Nama pengguna").fill("bidan.sri")
    page.get_by_label("Kata sandi").fill("rahasia-sekali")
    press(page, "button", "Masuk")
    assert page.locator(WEIGHT).input_value() == "8,1"
    press(page, "button", "Simpan kunjungan")
    page.wait_for_url(SAVED, timeout=10_000)


@pytest.mark.parametrize(("fault", "says"), [("away", "tidak terhubung"), ("ill", "sedang terganggu")])
def test_a_node_that_is_away_or_ill_costs_nothing_typed(open_page: Any, world: Any, fault: str, says: str) -> None:
    page = open_page()
    page.goto(f"/orang/{world.anak.pk}/kunjungan")
    page.locator(WEIGHT).fill("8,1")
    page.route(
        "**/kunjungan",
        lambda route: route.abort() if fault == "away" else route.fulfill(status=503, body="<h1>Gangguan</h1>"),
    )
    page.get_by_role("button", name="Simpan kunjungan").click()
    page.get_by_text(f"Belum tersimpan: simpul {says}").wait_for()
    assert page.locator(WEIGHT).input_value() == "8,1"
    page.unroute("**/kunjungan")
    press(page, "button", "Simpan kunjungan")
    page.wait_for_url(SAVED, timeout=10_000)
    assert Observation.objects.get(item="berat-badan-kg").number == Decimal("8.1")


def test_who_leaves_with_something_typed_is_asked_and_nothing_is_kept_on_the_device(open_page: Any, world: Any) -> None:
    page = open_page()
    page.goto(f"/orang/{world.anak.pk}/kunjungan")
    page.locator(WEIGHT).press_sequentially("8,1")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    press(page, "link", "Tidak jadi")
    assert asked == ["beforeunload"]
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "8,1" not in kept and "Rara" not in kept, kept
    page.goto("/cari")
    page.get_by_label("Nama, NIK, atau nomor KK").fill("rara")
    page.get_by_role("button", name="Cari").click()
    page.get_by_role("link", name="Rara Santoso").wait_for()
    press(page, "link", "Rara Santoso")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Rara" not in kept, kept


def test_without_a_server_the_component_draws_the_same_form_and_hands_over_the_answers(
    open_page: Any, world: Any
) -> None:
    page = open_page()
    page.goto("/")
    description = {
        "language": "id", "birth": "2025-09-01", "on": "2026-06-10", "groups": _whole(FORM["groups"][0]["groups"]),
        "words": {**FORM["words"], "save": "Simpan", "falls": "%(item)s turun %(change)s%(unit)s", "confirm": "Ya, %(value)s%(unit)s"},
        "items": {"tinggi-badan-cm": {
            "label": "Tinggi", "unit": "cm", "whole": False, "last": {"on": "2026-05-10", "value": 70},
            "limits": {"range": [], "usual": [], "change": [{"falls": 1}]}}},
    }  # fmt: skip
    page.context.set_offline(True)
    page.evaluate(
        """(description) => {
            const form = document.createElement("simpul-form");
            form.description = description;
            window.saved = [];
            form.addEventListener("simpul-save", (event) => {
                event.preventDefault();
                window.saved.push([...event.detail]);
            });
            document.querySelector("main").replaceChildren(form);
        }""",
        description,
    )
    drawn = page.locator("simpul-form")
    assert drawn.locator("fieldset.hands").count() == 3
    page.locator(HEIGHT).fill("65")
    drawn.get_by_role("button", name="Simpan").click()
    assert page.evaluate("window.saved") == []
    drawn.get_by_label("Ya, 65 cm").check()
    drawn.get_by_role("button", name="Simpan").click()
    assert ["i-tinggi-badan-cm", "65"] in page.evaluate("window.saved[0]")
    page.context.set_offline(False)


def _whole(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Fields with everything that the shared cases leave out as usual."""
    usual = {
        "kind": "text", "value": "", "hint": "", "unit": "", "last": "", "choices": [], "errors": [], "required": False,
        "autocomplete": "off", "opening": None, "when": None, "order": 0, "ask": None,
    }  # fmt: skip

    def part(one: dict[str, Any]) -> dict[str, Any]:
        return {**one, "fields": [usual | entry for entry in one["fields"]]}

    return [
        {**one, "parts": [part(p) for p in one["parts"]], "folds": [part(p) for p in one["folds"]]} for one in groups
    ]


def test_a_slip_is_mended_by_keyboard_and_what_it_was_can_still_be_read(
    open_page: Any, world: Any, today: date
) -> None:
    measured(world, today)
    page = open_page(360)
    page.goto(f"/orang/{world.anak.pk}")
    press(page, "link", "Perbaiki kunjungan 10 Mei 2026")
    page.locator(WEIGHT).fill("78")
    page.locator(WEIGHT).press("Enter")
    assert "tidak mungkin untuk usia ini" in page.locator(".field__note").inner_text()
    page.locator(WEIGHT).fill("7,3")
    page.get_by_label("Alasan").first.fill("angka terbalik")
    with page.expect_event("domcontentloaded"):
        page.keyboard.press("Control+Enter")
    page.get_by_text("Perbaikan tersimpan").wait_for()
    press(page, "link", "Lihat Rara Santoso")
    page.get_by_text("Riwayat perbaikan").first.click()
    shown = page.locator(".timeline").inner_text()
    assert "Berat badan 7,3 kg" in shown and "tadinya 7,8 kg, kini 7,3 kg" in shown
    assert "Diperbaiki oleh Sri Wahyuni" in shown and "angka terbalik" in shown


def test_a_visit_of_the_wrong_child_is_moved(open_page: Any, world: Any, today: date) -> None:
    measured(world, today)
    page = open_page()
    page.goto(f"/orang/{world.anak.pk}")
    press(page, "link", "Perbaiki kunjungan 10 Mei 2026")
    page.get_by_text("Kunjungan ini milik orang lain").click()
    press(page, "button", "Pindahkan ke Siti Aminah")
    assert "Memindahkan kunjungan dari Rara Santoso" in page.locator("main").inner_text()
    assert page.locator(WEIGHT).input_value() == "7,8"
    page.locator(WEIGHT).fill("57,8")
    page.locator(HEIGHT).fill("157")
    press(page, "button", "Simpan kunjungan")
    page.wait_for_url(SAVED, timeout=10_000)
    assert world.ibu.contacts.get().on == today - timedelta(days=31)
    page.goto(f"/orang/{world.anak.pk}")
    assert "Ditarik: tidak dihitung lagi" in page.locator(".timeline").inner_text()
