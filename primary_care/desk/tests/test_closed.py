"""Break-glass, consent, the audit trail on a page, limits: what closes data, what opens them, and who can read that."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.limits import OPENING, SEARCH
from primary_care.accounts.models import Assignment, User
from primary_care.audit.models import AuditEntry
from primary_care.desk import access
from primary_care.desk.tests.test_pages import visit_form
from primary_care.people.closed_models import Consent, Opening
from primary_care.people.reasons import NoReason, allow_export
from primary_care.visits.models import Contact
from primary_care.visits.tests.world import BEGAN, TODAY

WHY = "Ibu datang dengan perdarahan, bidan yang biasa sedang cuti."


@pytest.fixture(autouse=True)
def on_a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)


def someone(world: Any, role: str, cadre: str = "bidan", unit: Any = None) -> Assignment:
    user = User.objects.create_user(f"u.{role}", "rahasia-sekali", full_name=f"Petugas {role}")
    return Assignment.objects.create(user=user, role=role, cadre=cadre, unit=unit or world.puskesmas, valid_from=BEGAN)


@pytest.fixture
def reactive(world: Any) -> Any:
    """The mother has a reactive HIV test, recorded by the bidan of the world."""
    bidan = Client()
    bidan.force_login(world.bidan)
    sent = visit_form(bidan, world.ibu, **{"i-hiv": "reaktif"})
    assert bidan.post(reverse("visit", args=[world.ibu.pk]), sent).status_code == 302
    return world


def page(client: Client, world: Any) -> str:
    return client.get(reverse("person", args=[world.ibu.pk])).content.decode()


def test_a_reason_opens_closed_data_for_one_person_and_a_while(reactive: Any, client: Client) -> None:
    mine = someone(reactive, "petugas-klaster-3", "perawat")
    client.force_login(mine.user)
    assert "Tes HIV (skrining) Reaktif" not in page(client, reactive) and "Buka data tertutup" in page(client, reactive)
    form = reverse("open-record", args=[reactive.ibu.pk])
    assert client.post(form, {"alasan": "perawatan", "penjelasan": WHY}).url == reverse(
        "person", args=[reactive.ibu.pk]
    )
    shown = page(client, reactive)
    assert "Tes HIV (skrining) Reaktif" in shown and "Data tertutup orang ini terbuka untuk Anda sampai" in shown
    opening = Opening.objects.get()
    assert opening.until - opening.opened_at == timedelta(minutes=60)
    entry = AuditEntry.objects.get(action="open")
    assert (entry.user, entry.person_id) == (mine.user, reactive.ibu.pk) and WHY in entry.reason
    assert not client.get(reverse("person", args=[reactive.anak.pk])).content.decode().count("terbuka untuk Anda")


def test_an_opening_ends(reactive: Any, client: Client) -> None:
    mine = someone(reactive, "kepala-puskesmas", "dokter")
    client.force_login(mine.user)
    ago = timezone.now() - timedelta(hours=2)
    Opening.objects.create(
        person=reactive.ibu, assignment=mine, user=mine.user, kind="mutu", reason="uji", opened_at=ago,
        until=ago + timedelta(hours=1),
    )  # fmt: skip
    assert "Tes HIV (skrining) Reaktif" not in page(client, reactive)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "Pilih salah satu alasan"),
        ({"alasan": "perawatan"}, "paling sedikit sepuluh huruf"),
        ({"alasan": "perawatan", "penjelasan": "1234567890 ....."}, "paling sedikit sepuluh huruf"),
        ({"alasan": "iseng", "penjelasan": WHY}, "Pilih salah satu alasan"),
    ],
)
def test_without_a_reason_nothing_opens(reactive: Any, client: Client, typed: dict[str, str], says: str) -> None:
    client.force_login(someone(reactive, "dokter", "dokter").user)
    answer = client.post(reverse("open-record", args=[reactive.ibu.pk]), typed)
    assert answer.status_code == 422 and says in answer.content.decode()
    assert not Opening.objects.exists()


def test_all_that_is_missing_of_a_reason_is_told_at_once(reactive: Any, client: Client) -> None:
    client.force_login(someone(reactive, "petugas-klaster-3", "perawat").user)
    shown = client.post(reverse("open-record", args=[reactive.ibu.pk]), {}).content.decode()
    assert "Pilih salah satu alasan" in shown and "paling sedikit sepuluh huruf" in shown


def test_openings_are_limited(reactive: Any, client: Client) -> None:
    client.force_login(someone(reactive, "dokter", "dokter").user)
    form = reverse("open-record", args=[reactive.ibu.pk])
    for _ in range(OPENING.most):
        assert client.post(form, {"alasan": "perawatan", "penjelasan": WHY}).status_code == 302
    refused = client.post(form, {"alasan": "perawatan", "penjelasan": WHY})
    assert refused.status_code == 422 and "Terlalu sering" in refused.content.decode()


def test_an_opening_cannot_be_changed(reactive: Any, client: Client) -> None:
    client.force_login(someone(reactive, "dokter", "dokter").user)
    client.post(reverse("open-record", args=[reactive.ibu.pk]), {"alasan": "perawatan", "penjelasan": WHY})
    with pytest.raises(Exception, match="append-only"):
        Opening.objects.update(reason="lain")


def test_searching_is_limited(world: Any, client: Client) -> None:
    client.force_login(world.bidan)
    for _ in range(SEARCH.most):
        client.get("/cari?q=tidak-ada")
    answer = client.get("/cari?q=siti")
    assert answer.status_code == 429 and "Terlalu sering" in answer.content.decode()
    assert "Siti Aminah" not in answer.content.decode()


def test_a_kader_records_no_test_even_if_the_form_is_forged(world: Any, client: Client) -> None:
    kader = someone(world, "kader", "kader", world.puskesmas)
    client.force_login(kader.user)
    sent = visit_form(client, world.anak, **{"i-hiv": "reaktif", "i-berat-badan-kg": "8,2"})
    answer = client.post(reverse("visit", args=[world.anak.pk]), sent)
    assert answer.status_code == 422 and "tidak dicatat oleh peran Anda" in answer.content.decode()
    assert not Contact.objects.exists()


def test_consent_is_a_dated_fact_and_a_change_of_mind_a_new_one(world: Any, client: Client) -> None:
    client.force_login(world.bidan)
    form, given = reverse("consent", args=[world.ibu.pk]), {"jenis": "berbagi", "saksi": "Budi Santoso"}
    assert client.post(form, {**given, "setuju": "ya", "tanggal": "1-6-2026"}).status_code == 302
    shown = page(client, world)
    assert "Setuju, 1 Juni 2026" in shown and "Saksi: Budi Santoso" in shown
    assert client.post(form, {**given, "setuju": "tidak", "tanggal": "9-6-2026"}).status_code == 302
    assert "Tidak setuju, 9 Juni 2026" in page(client, world) and Consent.objects.count() == 2
    assert AuditEntry.objects.filter(kind="people.consent", person_id=world.ibu.pk).count() == 2


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"jenis": ""}, "Pilih persetujuan untuk apa"),
        ({"setuju": ""}, "Pilih setuju atau tidak"),
        ({"saksi": " "}, "Tulis nama saksi"),
        ({"tanggal": "11-6-2026"}, "belum tiba"),
        ({"tanggal": "1-1-1990"}, "mendahului tanggal lahir"),
        ({"tanggal": "besok"}, "bukan tanggal"),
    ],
)
def test_an_incomplete_consent_is_refused(world: Any, client: Client, typed: dict[str, str], says: str) -> None:
    client.force_login(world.bidan)
    whole = {"jenis": "pelayanan", "setuju": "ya", "tanggal": "1-6-2026", "saksi": "Budi"}
    answer = client.post(reverse("consent", args=[world.ibu.pk]), whole | typed)
    assert answer.status_code == 422 and says in answer.content.decode()
    assert not Consent.objects.exists()


def test_everything_that_is_wrong_with_a_consent_is_told_at_once(world: Any, client: Client) -> None:
    client.force_login(world.bidan)
    page = client.post(reverse("consent", args=[world.ibu.pk]), {"tanggal": "11-6-2026"}).content.decode()
    for said in ("Pilih persetujuan untuk apa", "Pilih setuju atau tidak", "Tulis nama saksi", "belum tiba"):
        assert said in page


def test_the_head_reads_who_read_and_why(reactive: Any, client: Client) -> None:
    doctor, head = someone(reactive, "dokter", "dokter"), someone(reactive, "kepala-puskesmas", "dokter")
    opener = Client()
    opener.force_login(doctor.user)
    opener.post(reverse("open-record", args=[reactive.ibu.pk]), {"alasan": "perawatan", "penjelasan": WHY})
    client.force_login(head.user)
    trail = client.get(reverse("audit"), {"orang": reactive.ibu.pk}).content.decode()
    assert "membuka data tertutup" in trail and WHY in trail and "Petugas dokter" in trail
    assert "Siapa membaca data ini" in page(client, reactive)
    only = client.get(reverse("audit"), {"tindakan": "open"}).content.decode()
    assert WHY in only and only.count('<th scope="row">') == 1
    assert WHY not in client.get(reverse("audit"), {"siapa": "bidan"}).content.decode()
    assert WHY not in client.get(reverse("audit"), {"tanggal": "1-1-2020"}).content.decode()
    assert client.get(reverse("audit"), {"tanggal": "entah"}).status_code == 422


def test_the_trail_of_another_puskesmas_stays_there(reactive: Any, client: Client) -> None:
    other = Assignment.objects.get(user=reactive.stranger).unit
    client.force_login(someone(reactive, "kepala-puskesmas", "dokter", other).user)
    trail = client.get(reverse("audit")).content.decode()
    assert "Siti Aminah" not in trail and "Sri Wahyuni" not in trail
    assert client.get(reverse("audit"), {"orang": reactive.ibu.pk}).status_code == 404


def test_a_dinas_reads_the_trail_without_names(reactive: Any, client: Client) -> None:
    user = User.objects.create_user("dinas", "rahasia-sekali", full_name="Dinas")
    Assignment.objects.create(user=user, role="dinas-kabkota", area=reactive.desa, valid_from=BEGAN)
    client.force_login(user)
    trail = client.get(reverse("audit")).content.decode()
    assert "Sri Wahyuni" in trail and "seorang warga" in trail and "Siti Aminah" not in trail


def test_a_changed_trail_is_told(reactive: Any, client: Client) -> None:
    client.force_login(someone(reactive, "kepala-puskesmas", "dokter").user)
    assert "Jejak ini utuh" in client.post(reverse("audit")).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER append_only")
        cursor.execute(
            "UPDATE audit_auditentry SET reason = 'lain' WHERE chain = %s AND position = 1", [str(reactive.bidan.pk)]
        )
        cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER append_only")
    shown = client.post(reverse("audit")).content.decode()
    assert "Jejak ini pernah diubah" in shown and re.search(r"Sri Wahyuni,\s+baris 1", shown)


@pytest.mark.parametrize("role", ["petugas-klaster-1", "petugas-klaster-4", "kepala-puskesmas"])
def test_lists_with_names_leave_with_a_reason_that_is_kept(world: Any, role: str) -> None:
    mine = someone(world, role)
    how = {"by": mine, "on": TODAY}
    with pytest.raises(NoReason):
        allow_export("people.person", area_path=world.rt.path, reason="ya", **how)
    with pytest.raises(NotAllowed):
        allow_export("people.person", area_path=world.elsewhere.path, reason="rapat lintas sektor", **how)
    assert not AuditEntry.objects.filter(action="export").exists()
    allow_export("people.person", area_path=world.rt.path, reason="rapat lintas sektor", **how)
    assert AuditEntry.objects.get(action="export").reason == "rapat lintas sektor"


def test_nobody_else_exports_names(world: Any) -> None:
    with pytest.raises(NotAllowed):
        allow_export(
            "people.person",
            area_path=world.rt.path,
            reason="rapat lintas sektor",
            by=someone(world, "dokter"),
            on=TODAY,
        )


def test_a_session_lasts_while_somebody_works_but_not_every_page_writes_it_down(
    world: Any, client: Client, settings: Any
) -> None:
    def ends() -> datetime:
        return Session.objects.get().expire_date

    client.force_login(world.bidan)
    client.get("/")
    first = ends()
    client.get("/")
    assert ends() == first
    session = client.session
    session["seen"] -= settings.SESSION_COOKIE_AGE / 30 + 1  # some while ago
    session.save()
    again = ends()
    client.get("/")
    assert ends() > again


def test_an_idle_session_ends_and_what_was_typed_survives(world: Any, client: Client, settings: Any) -> None:
    assert settings.SESSION_EXPIRE_AT_BROWSER_CLOSE
    client.force_login(world.bidan)
    sent = visit_form(client, world.anak, **{"i-berat-badan-kg": "8,2"})
    session = client.session
    session.set_expiry(-1)
    session.save()
    where = reverse("visit", args=[world.anak.pk])
    answer = client.post(where, sent)
    assert answer.status_code == 302 and answer.url.startswith("/masuk?next=")
    back = client.post("/masuk", {"username": "bidan.sri", "password": "rahasia-sekali", "next": where}, follow=True)
    assert 'value="8,2"' in back.content.decode()
