"""The care pathways in a real browser: what is drawn fits its boxes there too, reads as a list on a phone, prints on paper turned sideways."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from primary_care.decisions.actions import save_visit
from primary_care.keys import new_key
from primary_care.visits.episodes import open_episode
from tests.journeys.steps import press

pytestmark = pytest.mark.browser

#: Of every node the text that leaves its shape by more than a pixel, in the units of the drawing.
TEXT_OUTSIDE = """() => [...document.querySelectorAll('svg.pathway:not(.pathway--key) g.node')].flatMap(node => {
    const shape = node.querySelector('.shape').getBBox();
    return [...node.querySelectorAll('text')].filter(text => {
        const box = text.getBBox();
        return box.x < shape.x || box.x + box.width > shape.x + shape.width + 1 || box.y < shape.y - 1 || box.y + box.height > shape.y + shape.height + 3;
    }).map(text => text.textContent);
})"""


def siti(world: Any, today: date) -> str:
    """Siti is pregnant and her haemoglobin is 9.4; the address of her page."""
    open_episode(
        world.ibu, kind="kehamilan", facts={"hpht": date(2026, 1, 21)}, registered_on=today - timedelta(days=20), today=today, by=world.bidan
    )  # fmt: skip
    save_visit(
        world.ibu, contact_id=new_key(), cadre="bidan", unit=world.puskesmas, unit_kind="puskesmas", on=today, today=today, by=world.bidan,
        observations={"hb": Decimal("9.4"), "berat-badan-kg": Decimal(52), "sistolik": Decimal(118), "diastolik": Decimal(76)},
    )  # fmt: skip
    return f"/orang/{world.ibu.pk}"


def test_from_the_list_to_a_limit_and_what_follows(open_page: Any) -> None:
    page = open_page()
    press(page, "link", "Alur Pelayanan")
    page.get_by_label("Layanan, temuan, pemeriksaan, atau batas").fill("hb < 7")
    press(page, "button", "Cari")
    press(page, "link", "Anemia pada kehamilan")
    assert page.get_by_role("heading", level=1, name="Alur Skrining: Anemia pada kehamilan").is_visible()
    assert (
        page.locator(".pathway-frame svg").first.is_visible() and not page.locator(".pathway-words").first.is_visible()
    )
    page.get_by_label("Baca sebagai daftar").check()
    assert (
        page.locator(".pathway-words").first.is_visible() and not page.locator(".pathway-frame svg").first.is_visible()
    )
    press(page, "link", "← Ibu hamil")
    with page.expect_event("domcontentloaded"):
        page.locator("svg.pathway a", has_text="Skrining anemia (Hb) ibu hamil").first.click()
    assert "Alur Skrining: Skrining anemia" in page.locator("h1").inner_text()


def test_drawn_text_fits_its_shapes_in_the_browser(open_page: Any, world: Any, today: date) -> None:
    person = siti(world, today)
    page = open_page()
    for address in (
        "/alur/ibu-hamil",
        "/alur/bayi-balita-prasekolah",
        "/alur/ibu-hamil/tabel/tekanan-darah-hamil",
        f"{person}/alur",
    ):
        page.goto(address)
        page.evaluate("document.fonts.ready")
        assert page.locator("svg.pathway:not(.pathway--key) g.node").count() > 10
        assert page.evaluate(TEXT_OUTSIDE) == [], address


def test_on_a_phone_the_list_is_read_first_and_the_drawing_moves_in_its_frame(
    open_page: Any, world: Any, today: date
) -> None:
    page = open_page(360)
    page.goto("/alur/ibu-hamil")
    words, frame = page.locator(".pathway-words").first, page.locator(".pathway-frame").first
    assert words.is_visible() and frame.is_visible()
    assert words.bounding_box()["y"] < frame.bounding_box()["y"]
    assert frame.evaluate("one => one.scrollWidth > one.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_from_a_person_to_her_place_on_the_chart(open_page: Any, world: Any, today: date) -> None:
    person = siti(world, today)
    page = open_page()
    page.goto(person)
    press(page, "link", "Lihat di Alur Pelayanan")
    assert page.get_by_role("heading", name="Ibu Siti ada di sini, karena").is_visible()
    with page.expect_event("domcontentloaded"):
        page.locator(".here a", has_text="Anemia sedang").click()
    assert page.locator("svg.pathway .mark-text--here").count() > 0


def test_paper_is_turned_sideways(open_page: Any, tmp_path: Any) -> None:
    page = open_page()
    page.goto("/alur/ibu-hamil/layanan/skrining-anemia-bumil")
    page.pdf(path=tmp_path / "bagan.pdf", prefer_css_page_size=True)
    boxes = [one for one in (tmp_path / "bagan.pdf").read_bytes().split(b"/MediaBox [")[1:]]
    for box in boxes:
        _left, _top, wide, high = (float(one) for one in box.split(b"]")[0].split())
        assert wide > high
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation", name="Utama").is_visible()
