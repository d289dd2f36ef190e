"""The pages on which what is known of a pregnancy, or since birth, is mended: what stands there, what is refused, what stays readable."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from primary_care.accounts.models import Assignment, User
from primary_care.desk import access
from primary_care.visits.episodes import close_episode, open_episode, record_attributes
from primary_care.visits.models import Correction, Episode
from primary_care.visits.queries import episode_values
from primary_care.visits.tests.world import BEGAN, TODAY

HPHT = TODAY - timedelta(weeks=20)


@pytest.fixture(autouse=True)
def on_a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)


@pytest.fixture
def bidan(client: Client, world: Any) -> Client:
    client.force_login(world.bidan)
    return client


@pytest.fixture
def pregnancy(world: Any) -> Episode:
    facts = {"hpht": HPHT, "gravida": Decimal(2)}
    return open_episode(
        world.ibu, kind="kehamilan", facts=facts, registered_on=TODAY - timedelta(weeks=10), today=TODAY, by=world.bidan
    )  # fmt: skip


def day(one: Any) -> str:
    return f"{one.day}-{one.month}-{one.year}"


def page_of(pregnancy: Episode) -> str:
    return reverse("correct-pregnancy", args=[pregnancy.person_id, pregnancy.pk])


def sent(**typed: Any) -> dict[str, Any]:
    """The form as a browser sends it, with `typed` in place of what stood there."""
    items = {"i-hpht": day(HPHT), "i-gravida": "2", "i-partus": "", "i-abortus": ""}
    there = {f"ada-{one}": "1" for one in ("hpht", "gravida", "partus", "abortus")}
    return items | there | {"alasan": "salah baca kartu"} | typed


def test_a_last_period_is_mended_and_the_old_one_can_be_read(bidan: Client, pregnancy: Episode) -> None:
    person = bidan.get(reverse("person", args=[pregnancy.person_id])).content.decode()
    assert page_of(pregnancy) in person
    page = bidan.get(page_of(pregnancy)).content.decode()
    assert f'value="{day(HPHT)}"' in page and "Riwayat perbaikan" not in page
    new = HPHT + timedelta(weeks=3)
    answer = bidan.post(page_of(pregnancy), sent(**{"i-hpht": day(new), "i-partus": "1"}), follow=True).content.decode()
    assert "Perbaikan tersimpan" in answer and "17 minggu" in answer
    page = bidan.get(page_of(pregnancy)).content.decode()
    assert "salah baca kartu" in page and "tadinya" in page and "tidak diketahui, kini 1" in page
    assert episode_values(pregnancy)["hpht"] == new


def test_what_cannot_be_is_told_at_its_field_and_nothing_typed_is_lost(bidan: Client, pregnancy: Episode) -> None:
    answer = bidan.post(page_of(pregnancy), sent(**{"i-hpht": "32-1-2026", "i-gravida": "dua"}))
    page = answer.content.decode()
    assert answer.status_code == 422 and 'value="32-1-2026"' in page and 'value="dua"' in page
    assert 'id="isian-i-hpht-error"' in page and 'id="isian-i-gravida-error"' in page
    answer = bidan.post(page_of(pregnancy), sent(**{"i-gravida": "3", "alasan": ""}))
    assert answer.status_code == 422 and 'id="isian-alasan-error"' in answer.content.decode()
    answer = bidan.post(page_of(pregnancy), sent())
    assert "Belum ada yang diubah" in answer.content.decode()
    assert not Correction.objects.exists()


def test_an_unlikely_value_is_asked_about_once(bidan: Client, world: Any, pregnancy: Episode) -> None:
    record_attributes(world.anak, facts={"berat-lahir-g": Decimal(3000)}, on=world.anak.birth_date, by=world.bidan)
    page = reverse("correct-birth", args=[world.anak.pk])
    typed = {"ada-berat-lahir-g": "1", "i-berat-lahir-g": "900", "alasan": "dari surat lahir"}
    answer = bidan.post(page, typed)
    assert answer.status_code == 422 and "berat-lahir-g=900" in answer.content.decode()
    answer = bidan.post(page, typed | {"yakin": "berat-lahir-g=900"}, follow=True)
    assert "Perbaikan tersimpan" in answer.content.decode()
    assert "Berat lahir: tadinya 3000 g, kini 900 g" in bidan.get(page).content.decode()


def test_an_end_that_was_no_end_is_taken_back(bidan: Client, pregnancy: Episode) -> None:
    ended = TODAY - timedelta(weeks=2)
    close_episode(pregnancy, ended_on=ended, outcome="abortus", today=TODAY, by=pregnancy.registered_by)
    person = bidan.get(reverse("person", args=[pregnancy.person_id])).content.decode()
    assert "Kehamilan sebelumnya" in person and page_of(pregnancy) in person
    page = bidan.get(page_of(pregnancy)).content.decode()
    assert f'value="{day(ended)}"' in page and "Masih berjalan" in page
    bidan.post(page_of(pregnancy), sent(ended=day(ended), outcome="-"))
    pregnancy.refresh_from_db()
    assert pregnancy.ended_on is None
    assert "tadinya Keguguran, kini Masih berjalan" in bidan.get(page_of(pregnancy)).content.decode()


def test_a_birth_says_what_else_is_to_be_mended(bidan: Client, pregnancy: Episode) -> None:
    close_episode(
        pregnancy, ended_on=TODAY - timedelta(days=1), outcome="lahir-hidup", today=TODAY, by=pregnancy.registered_by,
        start=TODAY - timedelta(weeks=38),
    )  # fmt: skip
    page = bidan.get(page_of(pregnancy)).content.decode()
    assert "Tanggal lahir bayi" in page and 'name="outcome"' not in page


def test_pages_of_others_are_not_here_and_a_kader_mends_only_his_own(
    client: Client, world: Any, pregnancy: Episode
) -> None:
    user = User.objects.create_user("kader.satu", "rahasia-sekali", full_name="Kader Satu")
    Assignment.objects.create(user=user, role="kader", cadre="kader", unit=world.posyandu, valid_from=BEGAN)
    world.posyandu.catchments.get_or_create(area=world.rt, valid_from=BEGAN)
    client.force_login(user)
    assert client.get(page_of(pregnancy)).status_code == 403
    assert client.post(page_of(pregnancy), sent(**{"i-gravida": "3"})).status_code == 403
    assert page_of(pregnancy) not in client.get(reverse("person", args=[world.ibu.pk])).content.decode()
    Episode.objects.filter(pk=pregnancy.pk).update(registered_by=user)
    assert client.get(page_of(pregnancy)).status_code == 200
    wrong = reverse("correct-pregnancy", args=[world.anak.pk, pregnancy.pk])
    assert client.get(wrong).status_code == 404, "not of this person"
