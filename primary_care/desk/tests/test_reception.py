"""Pages of arriving, queues and agreed days: what each role sees, what is wrong is told where it is, and nothing typed is lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from primary_care.accounts.models import Assignment
from primary_care.desk import access
from primary_care.desk.views.reception.queues import screen_token
from primary_care.encounters.models import Encounter, Step
from primary_care.encounters.scheduling import schedule
from primary_care.encounters.tests.conftest import with_staff
from primary_care.encounters.tests.test_encounters import come, go
from primary_care.keys import new_key
from primary_care.visits.tests.world import BEGAN, TODAY


@pytest.fixture
def staffed(world: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)
    return with_staff(world)


def page(client: Client, by: Assignment, name: str, *args: Any, **asked: Any) -> Any:
    client.force_login(by.user)
    return client.get(reverse(name, args=args), asked)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def answers(**more: Any) -> dict[str, Any]:
    return {"asal": "datang-sendiri", "gawat": "-", "menular": "-", "kunci": str(new_key()), **more}


def test_from_the_search_to_a_number(staffed: Any, client: Client) -> None:
    found = page(client, staffed.loket, "reception", q="santoso")
    assert reverse("arrive", args=[staffed.bapak.pk]) in text(found)
    assert "Belum ada yang terdaftar hari ini" in text(found)
    sent = client.post(reverse("arrive", args=[staffed.bapak.pk]), answers())
    one = Encounter.objects.get()
    assert sent.status_code == 302 and sent["Location"] == reverse("encounter", args=[one.pk])
    assert "Budi Santoso" in text(page(client, staffed.loket, "reception"))
    again = page(client, staffed.loket, "arrive", staffed.bapak.pk)
    assert again["Location"] == reverse("encounter", args=[one.pk])


def test_unanswered_questions_are_told_at_their_fields_and_what_was_answered_stays(
    staffed: Any, client: Client
) -> None:
    client.force_login(staffed.loket.user)
    sent = client.post(reverse("arrive", args=[staffed.bapak.pk]), {"asal": "posyandu", "menular": ["+", "demam-ruam"]})
    assert sent.status_code == 422 and not Encounter.objects.exists()
    shown = text(sent)
    assert "#isian-gawat" in shown and "#isian-menular" not in shown
    assert 'value="posyandu" checked' in shown and 'value="demam-ruam" checked' in shown
    ticked = client.post(reverse("arrive", args=[staffed.bapak.pk]), answers(gawat=["+"]))
    assert ticked.status_code == 422 and "Anda memilih “Ada”" in text(ticked)


def test_what_was_typed_comes_back_after_the_login_ended(staffed: Any, client: Client) -> None:
    form = text(page(client, staffed.loket, "arrive", staffed.bapak.pk))
    mark = form.split('name="milik" value="')[1].split('"')[0]
    client.logout()
    address = reverse("arrive", args=[staffed.bapak.pk])
    client.post(address, answers(asal="sekolah", milik=mark))
    login = {"username": "loket.uji", "password": "rahasia-sekali", "next": address}
    client.post(reverse("login"), login)
    back = text(client.get(address))
    assert 'value="sekolah" checked' in back and not Encounter.objects.exists()


def test_pharmacy_and_laboratory_see_their_own_queue_by_name_and_only_figures_of_the_others(
    staffed: Any, client: Client
) -> None:
    one = go(
        come(staffed, staffed.bapak), staffed.dewasa, "masuk", "selesai", ("perlu-layanan-lain", "laboratorium", None)
    )
    come(staffed, staffed.anak, infectious_signs=frozenset({"demam-ruam"}))
    overview = page(client, staffed.lab, "queues")
    assert "Laboratorium" in text(overview) and "Santoso" not in text(overview)
    assert reverse("queue", args=["klaster-2"]) not in text(overview)
    assert page(client, staffed.lab, "queue", "klaster-2").status_code == 404
    assert "Budi Santoso" in text(page(client, staffed.lab, "queue", "laboratorium"))
    assert page(client, staffed.lab, "encounter", one.pk).status_code == 200
    assert page(client, staffed.apotek, "encounter", one.pk).status_code == 404
    assert "Budi" not in text(page(client, staffed.apotek, "queue", "farmasi"))
    other = Encounter.objects.get(person=staffed.anak)
    assert "Demam dengan bercak" in text(page(client, staffed.ibu_anak, "encounter", other.pk))
    assert "Demam dengan bercak" not in text(page(client, staffed.kepala, "encounter", other.pk))


def test_the_person_page_says_where_he_is_to_who_looks_at_queues(staffed: Any, client: Client) -> None:
    come(staffed, staffed.bapak)
    assert "menunggu di Klaster 3, dewasa" in text(page(client, staffed.dewasa, "person", staffed.bapak.pk))
    assert "Daftarkan kedatangan" not in text(page(client, staffed.loket, "person", staffed.bapak.pk))
    assert "Daftarkan kedatangan" in text(page(client, staffed.loket, "person", staffed.ibu.pk))
    assert "menunggu di" not in text(page(client, staffed.pustu, "person", staffed.bapak.pk))


def test_a_wrong_step_is_told_and_the_other_worker_is_not_overtaken(staffed: Any, client: Client) -> None:
    one = come(staffed, staffed.bapak)
    client.force_login(staffed.dewasa.user)
    address = reverse("encounter", args=[one.pk])
    seen = one.last_step
    go(one, staffed.ibu_anak, "panggil")
    late = client.post(address, {"apa": "panggil", "dilihat": seen, "kunci": str(new_key())})
    assert late.status_code == 422 and "Sementara itu sudah ada langkah lain" in text(late)
    for nonsense in ({"apa": "terbang"}, {"apa": "obat-diserahkan"}, {"apa": "jawaban", "jawaban": "pergi"}, {}):
        assert client.post(address, nonsense).status_code == 422, nonsense
    client.force_login(staffed.loket.user)
    refused = client.post(address, {"apa": "masuk"})
    assert refused.status_code == 422 and "Sebagai Petugas pendaftaran" in text(refused)
    assert Step.objects.count() == 3


def test_calling_and_leading_on_by_the_buttons_of_the_queue(staffed: Any, client: Client) -> None:
    come(staffed, staffed.bapak)
    client.force_login(staffed.dewasa.user)
    address, key = reverse("queue", args=["klaster-3"]), str(new_key())
    for _twice in range(2):
        called = client.post(address, {"kunci": key, "bagian": "klaster-3-dewasa"}, follow=True)
    assert "001, Budi Santoso: dipanggil ke Klaster 3, dewasa." in text(called)
    one = Encounter.objects.get()
    assert one.stage == "dipanggil" and Step.objects.filter(event="panggil").count() == 1
    inside = client.post(reverse("encounter", args=[one.pk]), {"apa": "masuk", "antrean": "klaster-3"})
    assert inside["Location"] == reverse("visit", args=[staffed.bapak.pk])
    none = client.post(address, {"kunci": str(new_key())}, follow=True)
    assert "Tidak ada yang menunggu." in text(none)


def test_the_screen_needs_no_login_and_an_invented_address_shows_nothing(staffed: Any, client: Client) -> None:
    go(come(staffed, staffed.bapak), staffed.dewasa, "panggil")
    address = reverse("queue-screen", args=[screen_token(staffed.puskesmas)])
    shown = client.get(address)
    assert "001" in text(shown) and "Budi" not in text(shown) and "<html" in text(shown)
    part = client.get(address, headers={"HX-Request": "true"})
    assert "001" in text(part) and "<html" not in text(part)
    assert client.get(reverse("queue-screen", args=["apa-saja"])).status_code == 404
    assert not client.session.keys(), "a screen leaves no session"


def test_agreed_days_are_listed_by_unit_and_called_off_with_a_reason(staffed: Any, client: Client) -> None:
    soon = TODAY + timedelta(days=7)
    address = reverse("schedule", args=[staffed.anak.pk])
    client.force_login(staffed.ibu_anak.user)
    wrong = client.post(address, {"layanan": "imunisasi-mr-1", "tanggal": "kemarin"})
    assert wrong.status_code == 422 and 'value="imunisasi-mr-1" checked' in text(wrong) and "kemarin" in text(wrong)
    good = {"layanan": "imunisasi-mr-1", "tempat": str(staffed.puskesmas.pk), "tanggal": "17-6-2026"}
    assert client.post(address, good).status_code == 302
    [row] = staffed.anak.scheduled_services.all()
    assert (row.day, row.unit) == (soon, staffed.puskesmas)
    assert "Campak-Rubela 1" in text(page(client, staffed.ibu_anak, "scheduled", bagian="nanti"))
    assert "Campak-Rubela 1" not in text(page(client, staffed.ibu_anak, "scheduled", bagian="hari-ini"))
    assert "17 Juni 2026, Puskesmas Tirta" in text(page(client, staffed.dewasa, "person", staffed.anak.pk))
    assert "17 Juni 2026, Puskesmas Tirta" not in text(page(client, staffed.loket, "person", staffed.anak.pk))
    client.force_login(staffed.ibu_anak.user)
    assert client.post(address, {"cabut": str(row.pk), "alasan": ""}).status_code == 422
    assert client.post(address, {"cabut": str(row.pk), "alasan": "pindah desa"}).status_code == 302
    assert "Belum ada janji layanan" in text(page(client, staffed.ibu_anak, "scheduled"))


def test_a_day_that_has_passed_is_late_and_a_kader_sees_it_without_anything_closed(
    staffed: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    kader = Assignment.objects.create(
        user=staffed.pustu.user, role="kader", cadre="kader", unit=staffed.posyandu, valid_from=BEGAN
    )
    Assignment.objects.filter(pk=staffed.pustu.pk).delete()
    staffed.posyandu.catchments.create(area=staffed.rt, valid_from=BEGAN)
    schedule(
        staffed.anak, ["imunisasi-mr-1"], staffed.posyandu, TODAY + timedelta(days=7), by=staffed.ibu_anak, today=TODAY
    )
    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY + timedelta(days=9))
    shown = text(page(client, kader, "scheduled", bagian="terlambat"))
    assert "Rara Santoso" in shown and "Lewat 2 hari" in shown


def test_what_was_left_open_is_shown_at_the_counter_the_next_day(
    staffed: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = come(staffed, staffed.bapak)
    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY + timedelta(days=1))
    shown = text(page(client, staffed.loket, "reception"))
    assert "Belum ditutup dari hari sebelumnya" in shown and reverse("encounter", args=[one.pk]) in shown
    gone = client.post(reverse("encounter", args=[one.pk]), {"apa": "pergi", "alasan": "tidak kembali"})
    assert gone.status_code == 302
    assert "Belum ditutup" not in text(page(client, staffed.loket, "reception"))


def test_in_english(staffed: Any, client: Client, settings: Any) -> None:
    come(staffed, staffed.bapak)
    settings.LANGUAGE_CODE = "en"
    shown = text(page(client, staffed.dewasa, "queue", "klaster-3"))
    assert "Call the next" in shown and "Klaster 3, adults" in shown
