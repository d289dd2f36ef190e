"""Alur Pelayanan: charts that say what the knowledge says, are found by their words, and show where one person stands."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from primary_care.decisions.actions import save_visit
from primary_care.decisions.content import knowledge
from primary_care.desk import access
from primary_care.desk.presenters.pathway import called
from primary_care.keys import new_key
from primary_care.visits.episodes import open_episode
from primary_care.visits.tests.world import TODAY

DRAWING = '<svg class="pathway" '


@pytest.fixture(autouse=True)
def on_a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)


@pytest.fixture
def bidan(client: Client, world: Any) -> Client:
    client.force_login(world.bidan)
    return client


@pytest.fixture
def siti(world: Any) -> Any:
    """Pregnant for 20 weeks, with a haemoglobin of 9.4 three days ago."""
    open_episode(
        world.ibu, kind="kehamilan", facts={"hpht": date(2026, 1, 21)}, registered_on=TODAY - timedelta(days=20), today=TODAY, by=world.bidan
    )  # fmt: skip
    save_visit(
        world.ibu, contact_id=new_key(), cadre="bidan", unit=world.puskesmas, unit_kind="puskesmas", on=TODAY - timedelta(days=3),
        today=TODAY, by=world.bidan, observations={"hb": Decimal("9.4"), "berat-badan-kg": Decimal(52), "sistolik": Decimal(118), "diastolik": Decimal(76)},
    )  # fmt: skip
    return world.ibu


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_every_stage_of_life_has_a_chart_in_the_order_of_a_life(bidan: Client) -> None:
    page = text_of(bidan, "/alur")
    labels = [one.label.id for one in knowledge().pathways.values()]
    assert labels[0] == "Ibu hamil" and len(labels) >= 5
    assert sorted(labels, key=page.index) == labels
    for one in knowledge().pathways:
        chart = text_of(bidan, f"/alur/{one}")
        assert chart.count(DRAWING) > 2 and "Dari rumah sampai rumah sakit, dan kembali" in chart
    assert "Rujuk balik ke FKTP" in text_of(bidan, "/alur/ibu-hamil")


def test_a_chart_stands_as_drawing_and_as_a_list_with_the_same_links(bidan: Client) -> None:
    page = text_of(bidan, "/alur/ibu-hamil")
    link = 'href="/alur/ibu-hamil/layanan/skrining-anemia-bumil"'
    drawing, words = page.index(DRAWING), page.index('<ul class="pathway-words">')
    assert words < drawing  # what a phone and a screen reader meet first
    assert page.count(link) >= 2
    assert "Hemoglobin (Hb) &lt; 7 g/dL → rujuk ke rumah sakit (FKRTL) dalam 1 hari" in page
    assert "style=" not in page[page.index("<main") :]


def test_the_chart_of_a_service_leads_to_what_is_told_and_asked(bidan: Client) -> None:
    page = text_of(bidan, "/alur/ibu-hamil/layanan/skrining-anemia-bumil")
    assert "Alur Skrining: Skrining anemia (Hb) ibu hamil" in page
    assert 'id="edukasi-ttd-cara-minum"' in page and 'href="#edukasi-' in page
    assert "Formulir: Pemeriksaan kehamilan" in page
    assert "Sumber: KMK HK.01.07/MENKES/1936/2022" in page


def test_a_service_says_which_finding_asks_for_it(bidan: Client) -> None:
    page = text_of(bidan, "/alur/bayi-balita-prasekolah/layanan/pmt-pangan-lokal")
    assert "Berat tidak naik (T)</a>" in page and "temuan yang memintanya" in page


@pytest.mark.parametrize(
    "address",
    [
        "/alur/tidak-ada",
        "/alur/ibu-hamil/layanan/timbang-bulanan",
        "/alur/ibu-hamil/tabel/tidak-ada",
        "/alur/ibu-hamil/layanan/tidak-ada",
    ],
)
def test_what_is_not_there_is_not_found(bidan: Client, address: str) -> None:
    text_of(bidan, address, 404)


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("anemia", "Anemia pada kehamilan"),  # a table
        ("kpsp", "KPSP (Kuesioner Pra Skrining Perkembangan)"),  # a service
        ("hb < 7", "Anemia pada kehamilan"),  # a limit
        ("lila < 23,5", "Kurang energi kronik"),
        ("protein urine", "Protein dan glukosa urine"),  # an item
        ("BERAT TIDAK NAIK", "Naik atau tidak naik (N/T)"),  # a finding, in capitals
    ],
)
def test_a_chart_is_found_by_its_words(bidan: Client, asked: str, title: str) -> None:
    page = bidan.get("/alur", {"q": asked}).content.decode()
    assert f">{title}" in page.split("Tahap kehidupan")[0].replace("&lt;", "<")


def test_a_search_without_an_answer_says_how_to_go_on(bidan: Client) -> None:
    page = bidan.get("/alur", {"q": "<b>zzz"}).content.decode()
    assert "Tidak ada bagan yang memuat semua kata itu" in page and "<b>zzz" not in page


def test_in_english(bidan: Client) -> None:
    with translation.override("en"):
        page = bidan.get("/alur/ibu-hamil", headers={"accept-language": "en"}).content.decode()
    assert "Haemoglobin" in page and "≥ " in page and "Pregnant women" in page


def test_a_persons_own_place_is_that_of_the_decision(bidan: Client, siti: Any) -> None:
    person = text_of(bidan, f"/orang/{siti.pk}")
    assert "Lihat di Alur Pelayanan" in person
    page = text_of(bidan, f"/orang/{siti.pk}/alur")
    assert "Ibu Siti ada di sini, karena" in page and "Alur Pelayanan: Ibu hamil" in page
    assert "Anemia sedang</a>: Hb 9,4 g/dL" in page  # the finding, with its reason
    assert "Ibu Siti di sini sejak 7 Juni: Hb 9,4 g/dL" in page  # at its place in the chart
    assert "K2 · Ibu Siti: Terlambat 28 hari" in page  # the status of a service
    assert f'href="/orang/{siti.pk}/alur/layanan/skrining-anemia-bumil?tahap=ibu-hamil"' in page


def test_the_row_that_holds_of_a_person_is_marked_and_what_follows_from_it(bidan: Client, siti: Any) -> None:
    page = text_of(bidan, f"/orang/{siti.pk}/alur/tabel/anemia-hamil")
    words = page[page.index('<ul class="pathway-words">') : page.index(DRAWING)]
    severe, moderate, mild = (words.index(f">Anemia {one}<") for one in ("berat", "sedang", "ringan"))
    assert "Ibu Siti" not in words[words.index("&lt; 7 g/dL") : words.index("7 sampai kurang dari 10")]
    assert (
        severe < words.index("Ibu Siti ada di sini") < moderate < words.index("Ibu Siti: paling lambat 7 Juli") < mild
    )


def test_a_child_is_shown_on_the_chart_of_its_age(bidan: Client, world: Any) -> None:
    assert "Alur Pelayanan: Bayi, balita, dan anak prasekolah" in text_of(bidan, f"/orang/{world.anak.pk}/alur")


def test_a_grown_man_is_shown_on_the_chart_of_adults(bidan: Client, world: Any) -> None:
    assert "Lihat di Alur Pelayanan" in text_of(bidan, f"/orang/{world.bapak.pk}")
    assert "Alur Pelayanan: Usia dewasa" in text_of(bidan, f"/orang/{world.bapak.pk}/alur")


def test_a_stage_that_does_not_concern_the_person_is_not_shown(bidan: Client, siti: Any) -> None:
    assert "Alur Pelayanan: Ibu hamil" in text_of(bidan, f"/orang/{siti.pk}/alur?tahap=bayi-baru-lahir")


def test_how_somebody_is_spoken_of(world: Any) -> None:
    assert called(world.ibu, TODAY) == "Ibu Siti"
    assert called(world.anak, TODAY).startswith("Anak ")
    assert called(world.bapak, TODAY).startswith("Bapak ")
