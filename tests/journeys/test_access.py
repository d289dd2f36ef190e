"""Closed data opened for a reason, the trail of it read by the head, who logs in with a second factor. Every state is looked at by axe and at 320 pixels."""

from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from axe_playwright_python.sync_playwright import Axe

from primary_care.accounts.models import Assignment, User
from primary_care.visits.tests.world import BEGAN
from tests.journeys.steps import press


def sound(page: Any) -> None:
    """No violation found by axe, nothing to scroll sideways on a small phone."""
    result = Axe().run(page)
    assert not result.violations_count, [
        (one["id"], [node["target"] for node in one["nodes"]][:3]) for one in result.response["violations"]
    ]
    wide = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.url
    page.set_viewport_size(wide)


def test_a_reason_opens_closed_data_and_the_head_reads_it(open_page: Any, world: Any, settings: Any) -> None:
    head = User.objects.create_user("kepala", "rahasia-sekali", full_name="Sri Kepala")
    Assignment.objects.create(
        user=head, role="kepala-puskesmas", cadre="dokter", unit=world.puskesmas, valid_from=BEGAN
    )
    page = open_page()
    page.goto(f"/orang/{world.ibu.pk}")
    press(page, "link", "Catat persetujuan")
    sound(page)
    press(page, "button", "Simpan persetujuan")
    sound(page)
    page.get_by_label("Pencatatan data kesehatan").check()
    page.get_by_label("Setuju", exact=True).check()
    page.get_by_label("Saksi").fill("Budi Santoso")
    press(page, "button", "Simpan persetujuan")
    assert page.get_by_text("Saksi: Budi Santoso").is_visible()
    press(page, "link", "Buka data tertutup")
    press(page, "button", "Buka data tertutup")
    sound(page)
    page.get_by_label("Merawat atau merujuk").check()
    page.get_by_label("Jelaskan dengan singkat").fill("Ibu datang dengan perdarahan")
    press(page, "button", "Buka data tertutup")
    assert page.get_by_text("terbuka untuk Anda sampai").is_visible()
    sound(page)
    press(page, "button", "Keluar")

    settings.SECOND_FACTOR = "peran-luas"
    page.get_by_label("Nama pengguna").fill("kepala")
    page.get_by_label("Kata sandi").fill("rahasia-sekali")
    press(page, "button", "Masuk")
    page.wait_for_url("**/masuk/kode/pasang**")
    sound(page)
    secret = page.locator(".key").inner_text().replace(" ", "")
    now = list(yield_hotp_counters_from_time())[1]  # before it comes the step that has just passed
    page.get_by_label("Kode enam angka").fill(format_hotp_value(hotp_value(secret, now)))
    press(page, "button", "Pasang")
    assert page.locator(".codes li").count() == 10
    sound(page)
    press(page, "link", "Sudah saya simpan, lanjut")
    press(page, "link", "Jejak akses")
    assert page.get_by_text("Ibu datang dengan perdarahan").is_visible()
    sound(page)
    press(page, "button", "Periksa keutuhan jejak")
    assert page.get_by_text("Jejak ini utuh").is_visible()
    page.get_by_label("Nama petugas").fill("tidak ada")
    press(page, "button", "Tampilkan")
    assert page.get_by_text("Tidak ada jejak yang cocok").is_visible()
    sound(page)
