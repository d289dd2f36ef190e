"""The pages: who may see what, what is kept, what wrong input says. Real database, real engine, real knowledge."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from primary_care.accounts.models import Assignment
from primary_care.audit.models import AuditEntry
from primary_care.decisions.asking import sections
from primary_care.decisions.models import Finding
from primary_care.decisions.queries import decide_for
from primary_care.desk import access
from primary_care.people.actions import register_household
from primary_care.visits.episodes import open_episode
from primary_care.visits.models import Contact, Episode, Observation
from primary_care.visits.tests.world import TODAY, area


@pytest.fixture(autouse=True)
def on_a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one place where the desk asks what day it is."""
    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)


@pytest.fixture
def bidan(client: Client, world: Any) -> Client:
    """A browser in which the bidan is logged in."""
    client.force_login(world.bidan)
    return client


def registrar(world: Any) -> Assignment:
    """Somebody who may register families on the fixed day."""
    return Assignment.objects.create(
        user=world.bidan, role="registrasi", unit=world.puskesmas, valid_from=TODAY, valid_to=TODAY + timedelta(days=1)
    )


def pages_of(person: Any) -> list[str]:
    """Every page about a person."""
    return [
        reverse("person", args=[person.pk]),
        reverse("growth", args=[person.pk]),
        reverse("visit", args=[person.pk]),
        reverse("register-pregnancy", args=[person.pk]),
        reverse("end-pregnancy", args=[person.pk]),
        reverse("visit-result", args=[person.pk, uuid4()]),
        reverse("household", args=[person.household_id]),
    ]


def hidden(page: bytes, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.decode())
    assert found
    return found[1]


def visit_form(browser: Client, person: Any, **typed: Any) -> dict[str, Any]:
    """What a browser sends for a visit form with `typed` filled in."""
    page = browser.get(reverse("visit", args=[person.pk])).content
    return (
        {name: hidden(page, name) for name in ("kunjungan", "milik", "di")}
        | {"tanggal": "10-6-2026", "jam": "09.30"}
        | typed
    )


def test_every_page_asks_for_a_login_and_comes_back_to_it(client: Client, world: Any) -> None:
    for page in [*pages_of(world.ibu), reverse("home"), reverse("search"), reverse("place")]:
        answer = client.get(page)
        assert answer.status_code == 302
        assert answer.url == f"/masuk?next={page.replace('/', '%2F')}"


def test_outside_the_area_every_page_is_the_plain_404(client: Client, world: Any) -> None:
    client.force_login(world.stranger)
    for page in pages_of(world.ibu):
        for answer in (client.get(page), client.post(page)):
            assert answer.status_code == 404
            assert "Siti" not in answer.content.decode()
    assert client.get(reverse("person", args=[uuid4()])).content.count(b"wilayah kerja Anda") > 0
    assert not AuditEntry.objects.filter(user=world.stranger, person_id=world.ibu.pk).exists()


def test_the_search_finds_only_people_of_the_area(client: Client, world: Any) -> None:
    client.force_login(world.bidan)
    assert "Siti Aminah" in client.get("/cari?q=siti").content.decode()
    client.force_login(world.stranger)
    assert "Siti Aminah" not in client.get("/cari?q=siti").content.decode()


def test_the_person_page_says_who_this_is_and_is_audited(bidan: Client, world: Any) -> None:
    page = bidan.get(reverse("person", args=[world.anak.pk])).content.decode()
    assert "Rara Santoso" in page and "usia 9 bulan 9 hari" in page and "Jalan Melati 3" in page
    entry = AuditEntry.objects.get(person_id=world.anak.pk, action="read")
    assert entry.user == world.bidan and entry.unit == world.puskesmas


def test_the_login_refuses_a_wrong_password_in_words_and_does_not_lead_elsewhere(client: Client, world: Any) -> None:
    wrong = client.post("/masuk", {"username": "bidan.sri", "password": "salah", "next": "/"})
    assert wrong.status_code == 422 and "tidak cocok" in wrong.content.decode()
    away = client.post(
        "/masuk", {"username": "bidan.sri", "password": "rahasia-sekali", "next": "https://example.org/"}
    )
    assert (away.status_code, away.url) == (302, "/")


def test_a_pregnancy_is_registered_and_shown(bidan: Client, world: Any) -> None:
    page = reverse("register-pregnancy", args=[world.ibu.pk])
    answer = bidan.post(page, {"hpht": "15-4-2026", "gravida": "2", "partus": "1", "abortus": "0"}, follow=True)
    shown = answer.content.decode()
    assert "hamil 8 minggu" in shown and "15 April 2026" in shown and "20 Januari 2027" in shown
    assert "G2 P1 A0" in shown


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"hpht": "11-6-2026"}, "belum tiba"),
        ({"hpht": "kemarin dulu"}, "bukan tanggal"),
        ({"hpht": "31-2-2026"}, "bukan tanggal"),
        ({"hpht": "1-1-2025"}, "44 minggu"),
        ({}, "Tulis HPHT"),
        ({"hpht": "15-4-2026", "tahu": "tidak"}, "Pilih salah satu"),
        ({"hpht": "15-4-2026", "gravida": "-1"}, "tidak mungkin"),
        ({"hpht": "15-4-2026", "gravida": "dua"}, "bukan angka. Tulis angka saja, misalnya 12."),
    ],
)
def test_a_wrong_pregnancy_is_refused_with_what_was_typed_still_there(
    bidan: Client, world: Any, typed: dict[str, str], says: str
) -> None:
    answer = bidan.post(reverse("register-pregnancy", args=[world.ibu.pk]), typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and says in page
    for value in typed.values():
        assert value in page
    assert not Episode.objects.exists()


def test_a_man_cannot_be_registered_as_pregnant(bidan: Client, world: Any) -> None:
    answer = bidan.post(reverse("register-pregnancy", args=[world.bapak.pk]), {"hpht": "15-4-2026"})
    assert answer.status_code == 422 and "laki-laki" in answer.content.decode()


def test_a_visit_is_saved_with_its_findings_and_shows_its_result(bidan: Client, world: Any) -> None:
    form = visit_form(bidan, world.anak, **{"i-berat-badan-kg": "5,2"})
    answer = bidan.post(reverse("visit", args=[world.anak.pk]), form, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("visit-result", args=[world.anak.pk, form["kunjungan"]])
    page = answer.content.decode()
    assert "Kunjungan tersimpan" in page and "Berat badan sangat kurang" in page
    stored = Finding.objects.get(finding="bb-sangat-kurang")
    assert (stored.person, stored.severity, stored.on) == (world.anak, "segera", TODAY)
    assert stored.knowledge_version and stored.trace["inputs"]["z"] < -3
    assert AuditEntry.objects.filter(person_id=world.anak.pk, action="write", kind="visits.contact").exists()


def test_what_a_finding_wants_measured_again_is_asked_when_its_day_has_come(bidan: Client, world: Any) -> None:
    """She was weighed on 2 June and very thin: the month's weighing is done, the recheck of 9 June is not."""
    seen = visit_form(bidan, world.anak, **{"tanggal": "2-6-2026", "i-berat-badan-kg": "5,2"})
    bidan.post(reverse("visit", args=[world.anak.pk]), seen)
    reading = decide_for(world.anak, TODAY)
    measured = [one for one in sections(reading, [], "puskesmas", "bidan") if one.hands == "measure"]
    assert any("berat-badan-kg" in one.due for one in measured)
    assert sections(decide_for(world.anak, TODAY - timedelta(days=2)), [], "puskesmas", "bidan") == []
    assert 'name="i-berat-badan-kg"' in bidan.get(reverse("visit", args=[world.anak.pk])).content.decode()


def test_the_same_form_sent_twice_leads_to_the_same_result_and_is_stored_once(bidan: Client, world: Any) -> None:
    form = visit_form(bidan, world.anak, **{"i-berat-badan-kg": "8,2", "l-timbang-bulanan": "1"} | answers_required())
    first = bidan.post(reverse("visit", args=[world.anak.pk]), form)
    again = bidan.post(reverse("visit", args=[world.anak.pk]), form)
    assert first.status_code == again.status_code == 302, again.content.decode()
    assert first.url == again.url
    assert Contact.objects.count() == 1
    assert Observation.objects.filter(item="berat-badan-kg").count() == 1


def answers_required() -> dict[str, Any]:
    """What the form of weighing requires besides the weight."""
    return {
        "i-tinggi-badan-cm": "70", "i-posisi-ukur": "telentang", "i-tanda-bahaya-balita": "-", "i-batuk-hari": "0",
        "i-gejala-tbc": "-", "i-kontak-tbc": "tidak",
    }  # fmt: skip


def test_going_back_and_changing_a_saved_form_is_not_lost_in_silence(bidan: Client, world: Any) -> None:
    form = visit_form(bidan, world.anak, **{"i-berat-badan-kg": "8,2"})
    bidan.post(reverse("visit", args=[world.anak.pk]), form)
    changed = bidan.post(reverse("visit", args=[world.anak.pk]), form | {"i-berat-badan-kg": "8,4"})
    assert changed.status_code == 422 and "sudah tersimpan dengan isi lain" in changed.content.decode()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"i-berat-badan-kg": "-5"}, "tidak mungkin"),
        ({"i-berat-badan-kg": "800"}, "tidak mungkin"),
        ({"i-berat-badan-kg": "delapan"}, "bukan angka"),
        ({"i-berat-badan-kg": "8.200"}, "dua cara"),
        ({"i-berat-badan-kg": "8,2", "tanggal": "11-6-2026"}, "belum tiba"),
        ({"i-berat-badan-kg": "8,2", "tanggal": "1-1-2020"}, "mendahului tanggal lahir"),
        ({"i-berat-badan-kg": "8,2", "jam": "25.70"}, "Tulis jam"),
        ({"i-berat-badan-kg": "8,2", "l-timbang-bulanan": "1", "lb-timbang-bulanan": "declined"}, "jangan keduanya"),
        (
            {
                "i-berat-badan-kg": "8,2",
                "lb-timbang-bulanan": "deferred",
                "lt-timbang-bulanan": "1-6-2026",
                "la-timbang-bulanan": "sakit",
            },
            "Ditunda sampai kapan",
        ),
        ({"i-berat-badan-kg": "8,2", "lb-timbang-bulanan": "contraindicated"}, "Tulis alasannya"),
        ({"i-berat-badan-kg": "8,2", "l-bukan-layanan": "1"}, "tidak dikenal"),
        ({"i-posisi-ukur": "terbang"}, "Pilih salah satu"),
        ({}, "Belum ada yang dicatat"),
    ],
)
def test_nonsense_is_refused_at_its_place_and_nothing_typed_is_lost(
    bidan: Client, world: Any, typed: dict[str, str], says: str
) -> None:
    answer = bidan.post(reverse("visit", args=[world.anak.pk]), visit_form(bidan, world.anak, **typed))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page and "Ada yang perlu diperbaiki" in page
    for name in ("i-berat-badan-kg", "tanggal"):
        if name in typed:
            assert f'value="{typed[name]}"' in page
    assert not Contact.objects.exists()


def test_everything_that_is_wrong_is_told_at_once(bidan: Client, world: Any) -> None:
    typed = visit_form(bidan, world.anak, **{"i-berat-badan-kg": "banyak", "i-tinggi-badan-cm": "900"})
    page = bidan.post(reverse("visit", args=[world.anak.pk]), typed).content.decode()
    assert "bukan angka" in page and "30 sampai 140" in page


def test_an_unlikely_value_is_asked_once_and_then_stored(bidan: Client, world: Any) -> None:
    bidan.post(
        reverse("visit", args=[world.anak.pk]),
        visit_form(bidan, world.anak, **{"i-tinggi-badan-cm": "72", "tanggal": "1-6-2026"}),
    )
    form = visit_form(bidan, world.anak, **{"i-tinggi-badan-cm": "68"})
    asked = bidan.post(reverse("visit", args=[world.anak.pk]), form)
    page = asked.content.decode()
    assert asked.status_code == 422 and "turun 4 cm" in page and "Pastikan dulu" in page
    token = re.search(r'name="yakin" value="([^"]*)"', page)
    assert token
    assert bidan.post(reverse("visit", args=[world.anak.pk]), form | {"yakin": token[1]}).status_code == 302
    assert Observation.objects.get(item="tinggi-badan-cm", number=68).confirmed


def test_an_expired_login_loses_nothing_typed(bidan: Client, world: Any) -> None:
    form = visit_form(bidan, world.anak, **{"i-berat-badan-kg": "8,2"})
    page = reverse("visit", args=[world.anak.pk])
    bidan.logout()
    answer = bidan.post(page, form)
    assert answer.status_code == 302 and answer.url.startswith("/masuk?next=")
    assert "Yang sudah Anda ketik tersimpan" in bidan.get(answer.url).content.decode()
    back = bidan.post("/masuk", {"username": "bidan.sri", "password": "rahasia-sekali", "next": page}, follow=True)
    shown = back.content.decode()
    assert "Yang Anda ketik masih ada" in shown and 'value="8,2"' in shown and form["kunjungan"] in shown
    assert "Yang Anda ketik masih ada" not in bidan.get(page).content.decode()


def test_what_was_typed_is_shown_to_nobody_else(bidan: Client, world: Any) -> None:
    form = visit_form(bidan, world.anak, **{"i-berat-badan-kg": "8,2"})
    page = reverse("visit", args=[world.anak.pk])
    colleague = type(world.bidan).objects.create_user("bidan.dua", "rahasia-sekali", full_name="Bidan Dua")
    world.assignment.pk = None
    world.assignment.id = uuid4()
    world.assignment.user = colleague
    world.assignment.save(force_insert=True)
    bidan.logout()
    bidan.post(page, form)
    back = bidan.post("/masuk", {"username": "bidan.dua", "password": "rahasia-sekali", "next": page}, follow=True)
    assert back.status_code == 200 and 'value="8,2"' not in back.content.decode()


def test_a_service_that_this_cadre_may_not_give_is_refused(bidan: Client, world: Any) -> None:
    open_episode(
        world.ibu, kind="kehamilan", facts={"hpht": date(2026, 4, 15)}, registered_on=TODAY, today=TODAY, by=world.bidan
    )
    form = visit_form(bidan, world.ibu, **{"l-usg-obstetri-t1": "1"})
    answer = bidan.post(reverse("visit", args=[world.ibu.pk]), form)
    assert answer.status_code == 422 and "tidak dapat Anda berikan" in answer.content.decode()


def test_results_that_are_not_for_kader_are_hidden_from_them(client: Client, world: Any) -> None:
    bidan = Client()
    bidan.force_login(world.bidan)
    bidan.post(reverse("visit", args=[world.ibu.pk]), visit_form(bidan, world.ibu, **{"i-hiv": "non-reaktif"}))
    assert "Tes HIV" in bidan.get(reverse("person", args=[world.ibu.pk])).content.decode()
    world.assignment.role = world.assignment.cadre = "kader"
    world.assignment.save()
    assert "Tes HIV" not in bidan.get(reverse("person", args=[world.ibu.pk])).content.decode()


def test_the_home_page_lists_who_is_due_by_rt(bidan: Client, world: Any) -> None:
    page = bidan.get(reverse("home")).content.decode()
    assert "Rara Santoso" in page and "RT 02" in page
    assert "Budi Santoso" not in page


def test_the_home_page_puts_danger_first_and_gives_one_reason_each(bidan: Client, world: Any) -> None:
    other = area("99.01.01.2001-rw01-rt03", "rt", world.desa, "RT 03")
    register_household(by=registrar(world), on=TODAY, area=other)
    open_episode(
        world.ibu, kind="kehamilan", facts={"hpht": date(2026, 1, 21)}, registered_on=TODAY, today=TODAY, by=world.bidan
    )
    typed = visit_form(bidan, world.ibu, **{"i-sistolik": "165", "i-diastolik": "112"})
    assert bidan.post(reverse("visit", args=[world.ibu.pk]), typed).status_code == 302
    page = bidan.get(reverse("home")).content.decode()
    urgent, rest = (page.index(f'<h2 class="work__title">{title}') for title in ("Perlu ditangani dulu", "Terlambat"))
    assert urgent < page.index("Siti Aminah") < rest < page.index("Rara Santoso")
    assert page.count('class="work__why"') == 2


def test_a_referral_for_danger_does_not_hide_behind_an_older_reason(bidan: Client, world: Any) -> None:
    open_episode(
        world.ibu, kind="kehamilan", facts={"hpht": date(2025, 11, 1)}, registered_on=TODAY, today=TODAY, by=world.bidan
    )
    for day, typed in (("3-6-2026", {"i-hb": "9,0"}), ("10-6-2026", {"i-sistolik": "165", "i-diastolik": "112"})):
        sent = visit_form(bidan, world.ibu, **typed) | {"tanggal": day}
        assert bidan.post(reverse("visit", args=[world.ibu.pk]), sent).status_code == 302
    reading = decide_for(world.ibu, TODAY)
    severe = next(one for one in reading.findings if one.id == "preeklampsia-berat")
    assert [one.units for one in severe.actions if one.kind == "refer"] == [("rumah-sakit",)]


def test_what_this_worker_can_do_here_stands_first_with_the_nearest_places(bidan: Client, world: Any) -> None:
    page = bidan.get(reverse("person", args=[world.anak.pk])).content.decode()
    here, elsewhere = page.index("Jatuh tempo sekarang"), page.index("Oleh tenaga lain atau di tempat lain")
    assert here < page.index("Campak-Rubela") and elsewhere < page.index("Kunjungan rumah balita")
    assert "unit--rumah-sakit" not in page and "unit--fktp-lain" not in page


def test_an_address_that_does_not_exist_is_told_in_plain_words(bidan: Client) -> None:
    answer = bidan.get("/tidak-ada")
    assert answer.status_code == 404 and "Halaman ini tidak ada" in answer.content.decode()


def test_one_result_asks_one_question_and_not_its_whole_form(bidan: Client, world: Any) -> None:
    page = bidan.get(reverse("visit", args=[world.anak.pk])).content.decode()
    assert "i-berat-badan-kg" in page and "i-apgar-5" not in page and "i-tali-pusat" not in page
    assert "Selesai sendiri dari isian di atas" not in page or "i-batuk-hari" in page


def test_the_household_page_shows_its_members_and_what_is_due(bidan: Client, world: Any) -> None:
    page = bidan.get(reverse("household", args=[world.household.pk])).content.decode()
    assert page.index("Budi Santoso") < page.index("Siti Aminah") < page.index("Rara Santoso")


def test_the_growth_page_has_the_chart_and_the_same_content_as_a_table(bidan: Client, world: Any) -> None:
    for back, weight in ((40, "7,6"), (9, "7,9")):
        day = TODAY - timedelta(days=back)
        form = visit_form(
            bidan, world.anak, **{"i-berat-badan-kg": weight, "tanggal": f"{day.day}-{day.month}-{day.year}"}
        )
        assert bidan.post(reverse("visit", args=[world.anak.pk]), form).status_code == 302
    page = bidan.get(reverse("growth", args=[world.anak.pk])).content.decode()
    assert page.count('class="point"') == 2
    assert "7,9 kg" in page and "1 Juni 2026" in page and "Naik" in page
    assert bidan.get(reverse("growth", args=[world.bapak.pk])).status_code == 404


def test_the_pages_hold_no_inline_script_or_style(bidan: Client, world: Any) -> None:
    for page in [*pages_of(world.anak)[:4], reverse("home"), reverse("search"), reverse("gallery"), "/masuk"]:
        text = bidan.get(page).content.decode()
        assert not re.search(
            r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*(?:\bsrc=|type=\"application/json\"))", text
        ), page


def test_the_pages_speak_english_where_the_node_does(bidan: Client, world: Any) -> None:
    with translation.override("en"):
        page = bidan.get(reverse("person", args=[world.anak.pk])).content.decode()
    assert "Due now" in page and "aged 9 months 9 days" in page and "Jatuh tempo" not in page
    assert "Jatuh tempo sekarang" in bidan.get(reverse("person", args=[world.anak.pk])).content.decode()
