"""The pages on which a district sets what the decree leaves open: read by those who look at areas, proposed, looked at, saved."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from primary_care.areas.actions import set_setting
from primary_care.areas.models import AreaSetting
from primary_care.areas.queries import settings_at
from primary_care.audit.models import AuditEntry
from primary_care.decisions import setting_preview
from primary_care.decisions.content import knowledge
from primary_care.decisions.setting_models import ProposalState, SettingProposal
from primary_care.desk import access
from primary_care.desk.tests.test_staff_pages import errors, someone
from primary_care.visits.episodes import open_episode
from primary_care.visits.tests.world import BEGAN, TODAY

SOON = TODAY + timedelta(days=9)
TYPED = {"nilai": "ya", "sejak": "19-6-2026", "alasan": "SK Bupati 7/2026"}


@pytest.fixture(autouse=True)
def on_a_fixed_day(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)
    settings.SECOND_FACTOR = "mati"


@pytest.fixture
def dinas(client: Client, world: Any) -> Client:
    """A browser in the dinas, whose area is the desa; in it a pregnant woman."""
    open_episode(
        world.ibu, kind="kehamilan", facts={"hpht": TODAY - timedelta(weeks=20)}, registered_on=TODAY, today=TODAY, by=world.bidan
    )  # fmt: skip
    world.dinas = someone("dinas-kabkota", None, world.desa)
    client.force_login(world.dinas.user)
    return client


def page(browser: Client, name: str, *parts: Any) -> str:
    text = browser.get(reverse(name, args=parts)).content.decode()
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


def proposed(browser: Client, world: Any, key: str = "malaria-endemis", **typed: str) -> SettingProposal:
    answer = browser.post(reverse("area-setting", args=[world.desa.pk, key]), TYPED | typed)
    assert answer.status_code == 302, errors(answer)
    return SettingProposal.objects.latest("asked_at")


def test_every_setting_stands_on_the_page_with_what_holds_and_where_from(dinas: Client, world: Any) -> None:
    assert dinas.get(reverse("settings")).url == reverse("area-settings", args=[world.desa.pk])
    set_setting(world.desa, "gizi-recheck-hari", 14, on=BEGAN, by=world.dinas, reason="SE 3/2020")
    set_setting(world.desa, "je-endemis", True, on=SOON, by=world.dinas, reason="SE 4/2026")
    text = page(dinas, "area-settings", world.desa.pk)
    for one in knowledge().settings.values():
        assert one.label.id in text
    assert "14 hari" in text and "Diatur di sini sejak 1 Januari 2020" in text
    assert "Ya mulai 19 Juni 2026" in text and "Bawaan (asumsi)" in text
    below = page(dinas, "area-setting", world.rt.pk, "gizi-recheck-hari")
    assert "dari Desa/Kelurahan Mekar Sari sejak 1 Januari 2020" in below and "Lihat akibatnya" not in below
    one = page(dinas, "area-setting", world.desa.pk, "gizi-recheck-hari")
    for words in (
        "SE 3/2020",
        "Dicatat oleh Orang dinas-kabkota",
        "7 hari",
        "asumsi",
        "antara 1 dan 60",
        "Lihat akibatnya",
    ):
        assert words in one
    assert "Rencana mulai 19 Juni 2026" in page(dinas, "area-setting", world.desa.pk, "je-endemis")
    assert "Belum ada aturan yang memakainya" in page(dinas, "area-setting", world.desa.pk, "min-kontak")
    assert "Diatur sendiri di dalamnya" not in one
    set_setting(world.rt, "gizi-recheck-hari", 21, on=BEGAN)
    assert "RT 02 : 21 hari" in page(dinas, "area-setting", world.desa.pk, "gizi-recheck-hari")


def test_a_change_is_looked_at_and_then_saved(dinas: Client, world: Any) -> None:
    proposal = proposed(dinas, world)
    waiting = page(dinas, "setting-proposal", proposal.pk)
    assert (
        "Menunggu giliran" in waiting
        and "Simpan tanpa menunggu hitungan" in waiting
        and AreaSetting.objects.count() == 0
    )
    assert not setting_preview.work()
    shown = page(dinas, "setting-proposal", proposal.pk)
    assert "dari Tidak menjadi Ya mulai 19 Juni 2026" in shown and "1 dari 3 orang berubah" in shown
    assert re.search(r"malaria[^<]* 1 0 0", shown, re.I) and "Simpan pengaturan" in shown
    assert "Siti Aminah" not in shown  # the dinas sees figures
    answer = dinas.post(reverse("setting-proposal", args=[proposal.pk]), {"keputusan": "simpan"})
    assert answer.url == reverse("area-setting", args=[world.desa.pk, "malaria-endemis"])
    assert settings_at(world.rt, SOON) == {"malaria-endemis": True} and settings_at(world.rt, TODAY) == {}
    row = AreaSetting.objects.get()
    assert (row.set_by, row.reason) == (world.dinas.user, "SK Bupati 7/2026")
    assert "Disimpan" in page(dinas, "setting-proposal", proposal.pk)
    again = dinas.post(reverse("setting-proposal", args=[proposal.pk]), {"keputusan": "simpan"})
    assert again.status_code == 422 and AreaSetting.objects.count() == 1


def test_nothing_typed_is_lost_on_the_way_back(dinas: Client, world: Any) -> None:
    proposal = proposed(dinas, world, "gizi-recheck-hari", nilai="14")
    back = dinas.get(
        reverse("area-setting", args=[world.desa.pk, "gizi-recheck-hari"]), {"dari": proposal.pk}
    ).content.decode()
    for value in ('value="14"', 'value="19-6-2026"', ">SK Bupati 7/2026</textarea>"):
        assert value in back
    second = proposed(dinas, world, "gizi-recheck-hari", nilai="21")
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.DROPPED and second.value == 21  # the one before is not counted any further
    dinas.post(reverse("setting-proposal", args=[second.pk]), {"keputusan": "batal"})
    assert AreaSetting.objects.count() == 0
    wrong = dinas.post(
        reverse("area-setting", args=[world.desa.pk, "gizi-recheck-hari"]), TYPED | {"nilai": "99", "alasan": ""}
    )
    assert wrong.status_code == 422 and set(errors(wrong)) == {"alasan"} and 'value="99"' in wrong.content.decode()
    for typed, at in (
        ({"nilai": "99"}, "nilai"),
        ({"nilai": "tujuh"}, "nilai"),
        ({"sejak": "1-6-2026"}, "sejak"),
        ({"nilai": ""}, "nilai"),
    ):
        answer = dinas.post(
            reverse("area-setting", args=[world.desa.pk, "gizi-recheck-hari"]), TYPED | {"nilai": "14"} | typed
        )
        assert answer.status_code == 422 and set(errors(answer)) == {at}


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("varian-imunisasi", "heksavalen", "heksavalen"),
        ("bgm-sd", "-2,5", -2.5),
        ("klb-campak-sejak", "1 Juni 2026", "2026-06-01"),
        ("opv-program", "tidak", False),
    ],
)
def test_every_type_is_typed_as_people_write_it(dinas: Client, world: Any, key: str, typed: str, value: Any) -> None:
    proposal = proposed(dinas, world, key, nilai=typed)
    assert proposal.value == value
    assert not setting_preview.work()
    text = page(dinas, "setting-proposal", proposal.pk)
    assert "Yang akan berubah" in text
    back = dinas.get(reverse("area-setting", args=[world.desa.pk, key]), {"dari": proposal.pk}).content.decode()
    assert {"klb-campak-sejak": "1-6-2026", "bgm-sd": "−2,5"}.get(key, typed) in back


def test_a_place_with_a_value_of_its_own_may_go_back_to_the_one_above(dinas: Client, world: Any) -> None:
    assert (
        'value="ikut"'
        not in dinas.get(reverse("area-setting", args=[world.desa.pk, "malaria-endemis"])).content.decode()
    )
    set_setting(world.desa, "malaria-endemis", True, on=BEGAN)
    proposal = proposed(dinas, world, cara="ikut", nilai="")
    assert proposal.inherits
    dinas.post(reverse("setting-proposal", args=[proposal.pk]), {"keputusan": "simpan"})
    assert settings_at(world.desa, SOON) == {} and settings_at(world.desa, TODAY) == {"malaria-endemis": True}
    assert "mengikuti wilayah di atasnya" in page(dinas, "area-setting", world.desa.pk, "malaria-endemis")


def test_klaster_1_sees_whom_it_concerns_and_changes_nothing(dinas: Client, world: Any) -> None:
    proposal = proposed(dinas, world)
    setting_preview.work()
    mine = Client()
    mine.force_login(someone("petugas-klaster-1", world.puskesmas).user)
    text = page(mine, "setting-proposal", proposal.pk)
    assert "Siti Aminah" in text and "tidak berlaku → " in text and "Simpan" not in text
    assert AuditEntry.objects.filter(kind="desk.settings", person_id=world.ibu.pk).count() == 1
    for address, typed in (
        (reverse("setting-proposal", args=[proposal.pk]), {"keputusan": "simpan"}),
        (reverse("area-setting", args=[world.desa.pk, "malaria-endemis"]), TYPED),
    ):
        assert mine.post(address, typed).status_code == 403
    assert AreaSetting.objects.count() == 0 and SettingProposal.objects.count() == 1


def test_what_is_closed_to_a_role_is_not_told_in_figures(dinas: Client, world: Any) -> None:
    proposal = proposed(dinas, world)
    sensitive = next(key for key, one in knowledge().findings.items() if one.sensitive == "hiv")
    SettingProposal.objects.update(changes=[["finding", sensitive, "", "segera", 3]], state="siap", touched=3, done=30)
    label = knowledge().findings[sensitive].label.id
    text = page(dinas, "setting-proposal", proposal.pk)
    assert (
        label in text
        and "(<5 orang)" in text
        and "<5 dari 30 orang berubah" in text
        and "3 " not in text.split("Yang akan berubah")[1].replace("30", "")
    )  # PV-6
    mine = Client()
    mine.force_login(someone("petugas-klaster-1", world.puskesmas).user)
    closed = page(mine, "setting-proposal", proposal.pk)
    assert label not in closed and "tertutup bagi peran Anda" in closed


def test_the_part_that_asks_for_itself_ends_with_the_counting(dinas: Client, world: Any) -> None:
    proposal = proposed(dinas, world)
    part = reverse("setting-proposal-progress", args=[proposal.pk])
    lines = AuditEntry.objects.count()
    assert 'hx-trigger="every 2s"' in dinas.get(part, headers={"HX-Request": "true"}).content.decode()
    assert AuditEntry.objects.count() == lines
    setting_preview.work()
    assert dinas.get(part, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert dinas.get(part).url == reverse("setting-proposal", args=[proposal.pk])
