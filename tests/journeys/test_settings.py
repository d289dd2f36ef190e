"""A district sets what the decree leaves open, looks at what would change, goes back, saves; and tries a rule that is not released. Every page is
looked at by axe, at 320 pixels and at twice the text size, by keyboard where it is used.
"""

from pathlib import Path
from typing import Any

import pytest

from primary_care.accounts.models import Assignment, User
from primary_care.areas.models import AreaSetting
from primary_care.decisions import setting_preview, trials
from primary_care.decisions.content import knowledge
from primary_care.decisions.releases import keep_release
from primary_care.decisions.trial_models import KnowledgeTrial
from primary_care.demo.trying import try_draft
from primary_care.visits.tests.world import BEGAN
from tests.journeys.steps import press
from tests.journeys.test_access import sound
from tests.journeys.test_register import sound_at_twice_the_size

pytestmark = pytest.mark.browser

SERVICE = (
    'id: cek\nlabel: {id: "Cek tahunan", en: "Yearly check"}\nklaster: 3\nfor: {age: {from: 18y}}\n'
    "schedule: {kind: repeat, every: 365d, first: {anchor: birth, after: 216m}}\n"
    "given_by: [{unit: pustu, cadre: perawat}]\nsource: {assumed: true}\n"
)


@pytest.fixture(autouse=True)
def without_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR = "mati"


@pytest.fixture
def dinas(world: Any, open_page: Any) -> Any:
    """A page in which the dinas, whose area is the desa, is logged in."""
    user = User.objects.create_user("dinas", "rahasia-sekali", full_name="Bambang Dinas")
    Assignment.objects.create(user=user, role="dinas-kabkota", area=world.desa, valid_from=BEGAN)
    page = open_page()
    press(page, "button", "Keluar")
    page.get_by_label("Nama pengguna").fill("dinas")
    page.get_by_label("Kata sandi").fill("rahasia-sekali")
    press(page, "button", "Masuk")
    return page


def looked_at(page: Any) -> None:
    sound(page)
    sound_at_twice_the_size(page)


def test_a_setting_is_changed_after_its_consequences_were_seen(dinas: Any) -> None:
    page = dinas
    press(page, "link", "Kelola")
    looked_at(page)
    press(page, "link", "Pengaturan wilayah")
    looked_at(page)
    press(page, "link", "Pemberian obat massal filariasis sedang berjalan")
    looked_at(page)
    press(page, "button", "Lihat akibatnya")
    assert page.locator(".panel--error").evaluate("e => e === document.activeElement")
    looked_at(page)
    page.get_by_label("Ya", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_label("Alasan").fill("SK Bupati 7/2026")
    press(page, "button", "Lihat akibatnya")
    assert page.get_by_text("Menunggu giliran").is_visible()
    looked_at(page)
    assert not setting_preview.work()
    page.get_by_role("button", name="Simpan pengaturan").wait_for()  # the page has seen it by itself
    page.get_by_text("Rincian perubahan").click()
    looked_at(page)
    page.get_by_role("main").get_by_role("link", name="Kembali mengubah").first.click()
    assert (
        page.get_by_label("Alasan").input_value() == "SK Bupati 7/2026"
        and page.get_by_label("Ya", exact=True).is_checked()
    )
    press(page, "button", "Lihat akibatnya")
    assert not setting_preview.work()
    page.get_by_role("button", name="Simpan pengaturan").wait_for()
    press(page, "button", "Simpan pengaturan")
    assert page.get_by_text("Pengaturan tersimpan").is_visible() and page.get_by_text("SK Bupati 7/2026").is_visible()
    looked_at(page)
    assert AreaSetting.objects.get().value is True


def test_a_rule_that_is_not_released_is_tried(dinas: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = dinas
    keep_release()
    page.goto("/pengetahuan")
    looked_at(page)
    press(page, "link", knowledge().version)
    looked_at(page)
    page.goto(f"/pengetahuan/{knowledge().version}/aturan/{knowledge().tables[0].id}")
    looked_at(page)
    page.goto("/uji-coba")
    looked_at(page)
    press(page, "button", "Coba")
    assert page.locator(".panel--error").evaluate("e => e === document.activeElement")
    looked_at(page)

    def tried(one: KnowledgeTrial, folder: Path) -> Any:
        return try_draft({file["name"]: file["text"] for file in one.files}, people=200, seed=1, on=one.on)

    monkeypatch.setattr(trials, "_run", tried)  # in this process, where the test database is
    for text, heading in ((SERVICE, "Contoh orang buatan"), (SERVICE + "form: tidak-ada\n", "perlu diperbaiki")):
        (tmp_path / "cek.yaml").write_text(text)
        page.goto("/uji-coba")
        page.locator("input[type=file]").set_input_files(tmp_path / "cek.yaml")
        press(page, "button", "Coba")
        assert page.get_by_text("Menunggu giliran").is_visible()
        looked_at(page)
        trials.work()
        page.get_by_role("heading", name=heading).wait_for()
        looked_at(page)
