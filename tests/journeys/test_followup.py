"""From a finding to its follow-up and back: the list, the task, an appointment, the visit that closes it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from primary_care.decisions.actions import save_visit
from primary_care.followup.models import State, Task
from primary_care.keys import new_key
from primary_care.visits.episodes import open_episode
from tests.journeys.steps import press
from tests.journeys.test_access import sound

pytestmark = pytest.mark.browser


def fever(world: Any, on: date) -> Task:
    """The mother has a fever at the Posyandu, and is sent to the Puskesmas."""
    hpht = on - timedelta(weeks=20)
    open_episode(world.ibu, kind="kehamilan", facts={"hpht": hpht}, registered_on=on, today=on, by=world.bidan)
    save_visit(
        world.ibu, contact_id=new_key(), on=on, today=on, by=world.bidan, cadre="bidan", unit=world.posyandu, unit_kind="posyandu",
        observations={"suhu-c": Decimal("39.0")},
    )  # fmt: skip
    return Task.objects.get(person=world.ibu, action="rujuk-puskesmas", state=State.OPEN)


def test_a_referral_is_put_off_reported_taken_back_and_closed_by_a_visit(
    open_page: Any, world: Any, today: date
) -> None:
    task = fever(world, today)
    page = open_page()
    assert "Tindak lanjut" in page.locator("main").inner_text()
    page.goto("/tindak-lanjut")
    sound(page)
    row = page.locator(".work > li", has_text="Siti Aminah")
    assert "Rujuk ke Puskesmas" in row.inner_text() and "Segera" in row.inner_text()
    press(page, "link", "Rujuk ke Puskesmas")
    assert "Tertutup sendiri bila" in page.locator("main").inner_text()
    sound(page)

    page.get_by_text("Buat janji baru").click()
    page.get_by_label("Sampai tanggal berapa?").fill("kemarin")
    page.get_by_label("Mengapa ditunda?").fill("hujan deras, jalan putus")
    press(page, "button", "Simpan janji")
    assert page.title().startswith("Perlu diperbaiki")
    assert page.get_by_label("Mengapa ditunda?").input_value() == "hujan deras, jalan putus"
    sound(page)
    page.get_by_label("Sampai tanggal berapa?").fill("14-6-2026")
    press(page, "button", "Simpan janji")
    assert "14 Juni, 4 hari lagi (semula 11 Juni)" in page.locator("main").inner_text()

    page.get_by_text("Sudah dilayani di tempat lain").click()
    page.get_by_label("Kapan dilayani?").fill("10-6-2026")
    page.get_by_label("Di mana, dan siapa yang memberi tahu?").fill("RS Tirta, kata suaminya")
    press(page, "button", "Simpan laporan")
    task.refresh_from_db()
    assert task.state == State.REPORTED
    sound(page)
    press(page, "button", "Sudah dilayani di tempat lain pada 10 Juni 2026")  # take this note back
    task.refresh_from_db()
    assert task.state == State.OPEN

    press(page, "link", "← Kembali ke Siti Aminah")
    press(page, "link", "Catat kunjungan")
    page.get_by_label("Tekanan darah sistolik").fill("118")
    page.get_by_label("Tekanan darah diastolik").fill("76")
    press(page, "button", "Simpan kunjungan")
    task.refresh_from_db()
    assert (task.state, task.closed_on) == (State.DONE, today), "she was seen at the Puskesmas"
    press(page, "link", "Lihat Siti Aminah")
    page.get_by_text("Yang tertutup tiga bulan terakhir").click()
    assert "Selesai, 10 Juni" in page.locator("main").inner_text()


def test_the_days_list_narrows_by_part_and_stage(open_page: Any, world: Any, today: date) -> None:
    fever(world, today)
    page = open_page()
    press(page, "link", "Terlambat 1")
    assert "Rara Santoso" in page.locator("main").inner_text()
    assert "Siti Aminah" not in page.locator("main").inner_text()
    page.get_by_label("Sasaran").select_option(label="Ibu hamil (1)")
    press(page, "button", "Tampilkan")
    assert "Tidak ada yang cocok dengan saringan ini" in page.locator("main").inner_text()
    press(page, "link", "Hapus saringan")
    assert "Siti Aminah" in page.locator("main").inner_text()


def test_the_sheets_fit_on_paper(open_page: Any, world: Any, today: date) -> None:
    fever(world, today)
    page = open_page()
    for sheet in (
        f"/orang/{world.ibu.pk}/ringkasan",
        f"/orang/{world.ibu.pk}/kartu-kehamilan",
        f"/orang/{world.anak.pk}/pertumbuhan",
    ):
        page.goto(sheet)
        assert page.get_by_role("button", name="Cetak lembar ini").is_visible()
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 680, "height": 960})  # 180 mm of paper
        assert page.evaluate("document.documentElement.scrollWidth") <= 680, sheet
        assert not page.get_by_role("button", name="Cetak lembar ini").is_visible()
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": 1280, "height": 900})
