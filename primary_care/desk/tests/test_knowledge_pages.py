"""The pages about knowledge: which versions were used, the rule behind a finding, and trials of what is not released."""

import html
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from primary_care.decisions import trials
from primary_care.decisions.actions import save_visit
from primary_care.decisions.content import knowledge
from primary_care.decisions.fault_words import in_words
from primary_care.decisions.releases import files_of, keep_release
from primary_care.decisions.trial_models import KnowledgeTrial
from primary_care.demo.trying import try_draft
from primary_care.desk import access
from primary_care.desk.tests.test_staff_pages import errors, someone
from primary_care.desk.views.knowledge import trials as pages
from primary_care.keys import new_key
from primary_care.visits.episodes import open_episode
from primary_care.visits.tests.world import TODAY

SERVICE = (
    'id: cek\nlabel: {id: "Cek tahunan", en: "Yearly check"}\nklaster: 3\nfor: {age: {from: 18y}}\n'
    "schedule: {kind: repeat, every: 365d, first: {anchor: birth, after: 216m}}\n"
    "given_by: [{unit: pustu, cadre: perawat}]\nsource: {assumed: true}\n"
)


@pytest.fixture(autouse=True)
def on_a_fixed_day(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)
    settings.SECOND_FACTOR = "mati"
    files_of.cache_clear()


@pytest.fixture
def owner(client: Client, world: Any) -> Client:
    """A browser in the dinas."""
    client.force_login(someone("dinas-kabkota", None, world.desa).user)
    return client


def page(browser: Client, name: str, *parts: Any) -> str:
    text = browser.get(reverse(name, args=parts)).content.decode()
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


def send(browser: Client, text: str = SERVICE, name: str = "cek.yaml", **typed: str) -> Any:
    file = SimpleUploadedFile(name, text.encode())
    return browser.post(
        reverse("trials"), {"berkas": file, "orang": "3000", "benih": "1", "tanggal": "10-6-2026"} | typed
    )


def test_a_finding_leads_to_the_rule_that_made_it_in_the_version_of_that_day(client: Client, world: Any) -> None:
    keep_release()
    open_episode(
        world.ibu, kind="kehamilan", facts={"hpht": TODAY - timedelta(weeks=26)}, registered_on=TODAY, today=TODAY, by=world.bidan
    )  # fmt: skip
    contact = save_visit(
        world.ibu, contact_id=new_key(), cadre="bidan", unit=world.puskesmas, unit_kind="puskesmas", on=TODAY, today=TODAY, by=world.bidan,
        observations={"sistolik": Decimal(165), "diastolik": Decimal(112)},
    ).contact  # fmt: skip
    client.force_login(world.bidan)
    result = client.get(reverse("visit-result", args=[world.ibu.pk, contact.pk])).content.decode()
    links = re.findall(r'href="(/pengetahuan/[^"]+/aturan/[^"]+)"', result)
    assert links and all(f"/pengetahuan/{knowledge().version}/" in one for one in links)
    for link in links:
        text = html.unescape(client.get(link).content.decode())
        assert "- id: " in text and "when:" in text and "Dipakai di sini sejak" in text


def test_versions_and_their_files_are_read_by_whoever_works_here(client: Client, world: Any) -> None:
    client.force_login(world.bidan)
    assert "Belum ada versi" in page(client, "releases")
    keep_release()
    version = knowledge().version
    text = page(client, "releases")
    assert version in text and "dipakai sekarang" in text and "Coba rancangan" not in text
    assert "services/anak/obat-cacing.yaml" in page(client, "release", version)
    assert "id: obat-cacing" in page(client, "release-file", version, "services/anak/obat-cacing.yaml")
    for name, *parts in (
        ("release", "0" * 12), ("release-file", version, "../settings.py"), ("release-rule", version, "tidak-ada"), ("release-file", "0" * 12, "x"),
    ):  # fmt: skip
        assert client.get(reverse(name, args=parts)).status_code == 404


def test_a_draft_is_sent_in_and_its_result_read(owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = send(owner)
    trial = KnowledgeTrial.objects.get()
    assert answer.url == reverse("trial", args=[trial.pk]) and trial.files == [{"name": "cek.yaml", "text": SERVICE}]
    assert "Menunggu giliran" in page(owner, "trial", trial.pk)
    part = reverse("trial-progress", args=[trial.pk])
    assert 'hx-trigger="every 2s"' in owner.get(part, headers={"HX-Request": "true"}).content.decode()
    files = {one["name"]: one["text"] for one in trial.files}
    monkeypatch.setattr(
        trials, "_run", lambda one, folder: try_draft(files, people=300, seed=1, on=TODAY)
    )  # in this process
    trials.work()
    trial.refresh_from_db()
    text = page(owner, "trial", trial.pk)
    assert "Cek tahunan baru" in text and "cek.yaml: berkas baru" in text and "Dengan rancangan: Terlambat" in text
    for status in ("due", "overdue"):
        assert (
            f"0 → {trial.report['services'][0]['statuses'][status][1]}" in text
            or not trial.report["services"][0]["statuses"][status][1]
        )
    assert "Dewasa" in text and "Perempuan" in text and "Orang 0" in text
    assert owner.get(part, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "Selesai" in page(owner, "trials")


def test_faults_stand_at_their_line_in_plain_words(owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    text = SERVICE + "form: tidak-ada\n"
    send(owner, text)
    monkeypatch.setattr(trials, "_run", lambda one, folder: try_draft({"cek.yaml": text}, people=300, seed=1, on=TODAY))
    trials.work()
    shown = page(owner, "trial", KnowledgeTrial.objects.get().pk)
    assert "1 hal perlu diperbaiki" in shown and "baris 8" in shown and "form: tidak-ada" in shown
    assert "Tidak ada formulir “tidak-ada”. Buat dulu, atau perbaiki namanya." in shown


def test_what_is_typed_wrong_is_told_at_its_field(owner: Client) -> None:
    for typed, at in (
        ({"orang": "7"}, "orang"),
        ({"tanggal": "31-2-2026"}, "tanggal"),
        ({"benih": "x"}, "benih"),
        ({"benih": "1000001"}, "benih"),
    ):
        answer = send(owner, **typed)
        assert answer.status_code == 422 and set(errors(answer)) == {at}
    assert set(errors(send(owner, name="cek.txt"))) == {"berkas"}
    assert set(errors(send(owner, text="#" * 500_000))) == {"berkas"}
    none = owner.post(reverse("trials"), {"orang": "3000", "benih": "1", "tanggal": "10-6-2026"})
    assert set(errors(none)) == {"berkas"} and KnowledgeTrial.objects.count() == 0
    assert 'accept=".yaml,.yml" multiple' in none.content.decode()


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (
            "there is no item 'x'; define it or correct the name",
            "Tidak ada butir “x”. Buat dulu, atau perbaiki namanya.",
        ),
        (
            "there is no education topic 'x', did you mean 'y'?",
            "Tidak ada topik edukasi “x”. Buat dulu, atau perbaiki namanya.",
        ),
        (
            "x has no source; name the document, or say assumed: true",
            "x belum punya sumber. Sebut dokumennya, atau tulis assumed: true.",
        ),
        ("table t has a gap: no row takes hb = 11; add a row", "Tabel t berlubang: tidak ada baris untuk hb = 11."),
        ("something nobody has put in words yet", "something nobody has put in words yet"),
    ],
)
def test_faults_in_words(problem: str, said: str) -> None:
    assert in_words(problem) == said
    knowledge()


def test_who_answers_for_no_programme_tries_nothing(client: Client, world: Any) -> None:
    client.force_login(someone("petugas-klaster-1", world.puskesmas).user)
    assert client.get(reverse("trials")).status_code == 404 and send(client).status_code == 404
    assert pages.TRIALS == "uji-coba-pengetahuan" and KnowledgeTrial.objects.count() == 0
