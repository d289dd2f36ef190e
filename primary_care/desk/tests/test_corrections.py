"""The page on which a visit is mended, and what stays readable of it."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from primary_care.accounts.models import Assignment, User
from primary_care.decisions.actions import save_visit
from primary_care.decisions.content import knowledge
from primary_care.desk import access
from primary_care.keys import new_key
from primary_care.people.actions import PersonDetails, register_person
from primary_care.visits.actions import ServiceEntry
from primary_care.visits.models import Contact, Correction
from primary_care.visits.tests.world import BEGAN, TODAY


@pytest.fixture(autouse=True)
def on_a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)


@pytest.fixture
def bidan(client: Client, world: Any) -> Client:
    client.force_login(world.bidan)
    return client


@pytest.fixture
def contact(world: Any) -> Contact:
    """Rara was weighed yesterday, wrongly, at the Puskesmas."""
    return save_visit(
        world.anak, contact_id=new_key(), on=TODAY - timedelta(days=1), today=TODAY, by=world.bidan, cadre="bidan",
        unit=world.puskesmas, unit_kind="puskesmas", assignment=world.assignment, services=[ServiceEntry("imunisasi-mr-1", batch="MR1")],
        observations={"berat-badan-kg": Decimal("5.9"), "gejala-tbc": ["lesu"]},
    ).contact  # fmt: skip


def page_of(contact: Contact) -> str:
    return reverse("correct-visit", args=[contact.person_id, contact.pk])


def sent(**typed: Any) -> dict[str, Any]:
    """The form as a browser sends it, with `typed` in place of what stood there."""
    return {
        "apa": "nilai", "ada-berat-badan-kg": "1", "ada-gejala-tbc": "1", "i-berat-badan-kg": "5,9", "i-gejala-tbc": ["+", "lesu"],
        "alasan": "salah ketik",
    } | typed  # fmt: skip


def test_a_value_is_mended_and_the_old_one_can_be_read_with_who_and_when(bidan: Client, contact: Contact) -> None:
    page = bidan.get(page_of(contact)).content.decode()
    assert 'value="5,9"' in page and "Campak" in page
    answer = bidan.post(page_of(contact), sent(**{"i-berat-badan-kg": "6,9"}), follow=True)
    assert "Perbaikan tersimpan" in answer.content.decode()
    person = bidan.get(reverse("person", args=[contact.person_id])).content.decode()
    assert "Berat badan 6,9 kg" in person
    assert "Berat badan: tadinya 5,9 kg, kini 6,9 kg" in person
    assert "Diperbaiki oleh Sri Wahyuni" in person and "salah ketik" in person


def test_an_emptied_value_and_an_unticked_list_are_taken_back(bidan: Client, contact: Contact) -> None:
    bidan.post(
        page_of(contact), sent(**{"i-berat-badan-kg": "", "i-gejala-tbc": [], "tarik-layanan": "imunisasi-mr-1"})
    )
    rows = contact.observations.filter(replaced_by__isnull=True)
    assert [row.value for row in rows] == [None, None]
    assert contact.services.get(replaced_by__isnull=True).state == "withdrawn"
    person = bidan.get(reverse("person", args=[contact.person_id])).content.decode()
    assert "Berat badan: tadinya 5,9 kg, ditarik" in person


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "Belum ada yang diubah"),
        ({"i-berat-badan-kg": "6,9", "alasan": ""}, "Tulis alasannya"),
        ({"i-berat-badan-kg": "enam"}, "bukan angka"),
        ({"i-berat-badan-kg": "enam", "alasan": ""}, "Tulis alasannya"),
        ({"i-berat-badan-kg": "98"}, "tidak mungkin untuk usia ini"),
        ({"i-gejala-tbc": ["+"]}, "Tandai apa saja yang ada"),
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_stays(
    bidan: Client, contact: Contact, typed: dict[str, Any], says: str
) -> None:
    answer = bidan.post(page_of(contact), sent(**typed))
    page = answer.content.decode()
    assert answer.status_code == 422 and says in page
    assert f'value="{typed.get("i-berat-badan-kg", "5,9")}"' in page
    assert not Correction.objects.exists()


def test_a_visit_that_never_was_is_taken_back_whole(bidan: Client, contact: Contact) -> None:
    refused = bidan.post(page_of(contact), {"apa": "tarik", "alasan-seluruh": ""})
    assert refused.status_code == 422 and "Tulis alasannya" in refused.content.decode()
    page = bidan.post(page_of(contact), {"apa": "tarik", "alasan-seluruh": "anak tidak datang"}, follow=True)
    shown = page.content.decode()
    assert "Ditarik: tidak dihitung lagi" in shown and "Berat badan: tadinya 5,9 kg" in shown
    assert "anak tidak datang" in shown
    again = bidan.get(page_of(contact), follow=True).content.decode()
    assert "sudah ditarik" in again


def test_a_visit_of_the_wrong_child_is_moved_by_saving_it_for_the_right_one(
    bidan: Client, world: Any, contact: Contact
) -> None:
    page = bidan.get(page_of(contact)).content.decode()
    assert "Pindahkan ke Siti Aminah" in page
    there = bidan.post(page_of(contact), {"apa": "pindah", "ke": str(world.ibu.pk)}, follow=True)
    form = there.content.decode()
    assert "Memindahkan kunjungan dari Rara Santoso" in form and 'value="5,9"' in form and 'value="9-6-2026"' in form
    assert not Correction.objects.exists(), "nothing moves before it is saved"
    key = form.split('name="kunjungan" value="')[1].split('"')[0]
    typed = {
        "kunjungan": key,
        "dari": str(contact.pk),
        "di": "puskesmas",
        "tanggal": "9-6-2026",
        "i-berat-badan-kg": "58,5",
    }
    bidan.post(reverse("visit", args=[world.ibu.pk]), typed)
    moved = Correction.objects.get()
    assert (moved.contact, moved.kind, moved.moved_to) == (contact, "salah-orang", world.ibu.contacts.get())
    shown = bidan.get(reverse("person", args=[world.anak.pk])).content.decode()
    assert "Ditarik" in shown and "Siti Aminah" not in shown.split("Riwayat perbaikan")[1].split("</details>")[0]


def test_a_visit_is_never_moved_to_or_from_somebody_outside(bidan: Client, world: Any, contact: Contact) -> None:
    for to in (new_key(), contact.person_id, "bukan-kunci"):
        assert bidan.post(page_of(contact), {"apa": "pindah", "ke": str(to)}).status_code == 200
    client = Client()
    client.force_login(world.stranger)
    assert client.get(page_of(contact)).status_code == 404
    assert client.post(page_of(contact), sent(**{"i-berat-badan-kg": "6,9"})).status_code == 404
    assert not Correction.objects.exists()


def test_who_may_not_is_told_so_and_sees_no_way_there(world: Any, contact: Contact) -> None:
    user = User.objects.create_user("perawat.k4", "rahasia-sekali", full_name="Perawat")
    Assignment.objects.create(
        user=user, role="petugas-klaster-4", cadre="perawat", unit=world.puskesmas, valid_from=BEGAN
    )
    client = Client()
    client.force_login(user)
    answer = client.get(page_of(contact))
    assert answer.status_code == 403 and "bukan untuk Anda perbaiki" in answer.content.decode()
    assert client.post(page_of(contact), sent(**{"i-berat-badan-kg": "6,9"})).status_code == 403
    assert "/perbaiki" not in client.get(reverse("person", args=[contact.person_id])).content.decode()


def test_findings_while_typing_store_nothing_and_end_with_the_login(bidan: Client, world: Any) -> None:
    page = reverse("visit-look", args=[world.anak.pk])
    answer = bidan.post(page, {"i-berat-badan-kg": "5,9", "di": "puskesmas", "tanggal": "10-6-2026"})
    assert answer.status_code == 200 and "Temuan" in answer.content.decode()
    assert "Temuan muncul di sini" in bidan.post(page, {"i-berat-badan-kg": "lima"}).content.decode()
    assert not Contact.objects.exists()
    assert Client().post(page, {"i-berat-badan-kg": "5,9"}).status_code == 401


def test_a_questionnaire_is_taken_up_without_losing_what_was_typed(bidan: Client, world: Any) -> None:
    page = reverse("visit", args=[world.ibu.pk])
    empty = bidan.get(page).content.decode()
    assert 'name="buka" value="gawat-darurat"' in empty and "i-gcs" not in empty
    typed = {"i-berat-badan-kg": "abc", "di": "puskesmas", "tanggal": "10-6-2026", "buka": "gawat-darurat"}
    answer = bidan.post(page, typed)
    form = answer.content.decode()
    assert answer.status_code == 200 and not Contact.objects.exists()
    assert 'name="i-gcs"' in form and 'value="abc"' in form and 'name="kuesioner" value="gawat-darurat"' in form
    assert 'name="buka" value="gawat-darurat"' not in form
    saved = bidan.post(page, {"kuesioner": "gawat-darurat", "i-gcs": "15", "di": "puskesmas"})
    assert saved.status_code == 302 and Contact.objects.get().observations.get().item == "gcs"


def test_whatever_is_taken_up_of_anybody_is_answered(bidan: Client, world: Any) -> None:
    page = reverse("visit", args=[world.bapak.pk])
    for form in (*knowledge().forms, "tidak-ada", "/", "x" * 300):
        assert bidan.post(page, {"buka": form, "di": "puskesmas"}).status_code == 200, form


def test_scores_are_told_while_typing_but_not_to_kader_and_no_closed_ones(bidan: Client, world: Any) -> None:
    page = reverse("visit-look", args=[world.ibu.pk])
    typed = {"kuesioner": ["aktivitas-fisik", "jiwa-pkg"], "di": "puskesmas", "tanggal": "10-6-2026"}
    typed |= {"i-berat-badan-kg": "52", "i-aktivitas-hari-per-minggu": "4", "i-aktivitas-menit-per-hari": "45"}
    typed |= {f"i-jiwa-pkg-{number}": "beberapa-hari" for number in range(1, 5)}
    told = bidan.post(page, typed).content.decode().split("Hitungan")[1]
    assert re.search(r"menit per minggu</dt><dd>180</dd>", told) and "PHQ-2" not in told
    world.assignment.role = world.assignment.cadre = "kader"
    world.assignment.save()
    told = bidan.post(page, typed).content.decode()
    assert "Temuan" in told and "Hitungan" not in told


def test_what_does_not_move_with_a_visit_is_said_and_what_is_done_already_moves(
    bidan: Client, world: Any, contact: Contact
) -> None:
    registrar = Assignment.objects.create(
        user=world.bidan, role="registrasi", unit=world.puskesmas, valid_from=TODAY, valid_to=TODAY + timedelta(days=1)
    )
    details = PersonDetails(full_name="Rafi Santoso", sex="laki-laki", birth_date=world.anak.birth_date)
    sibling = register_person(details, by=registrar, on=TODAY, household=world.household, relationship="anak")
    world.household.refresh_from_db()
    page = reverse("correct-visit", args=[contact.person_id, contact.pk])
    form = bidan.post(page, {"apa": "pindah", "ke": str(world.ibu.pk)}, follow=True).content.decode()
    assert "Tidak ikut pindah" in form and "Campak" in form.split("Tidak ikut pindah")[1].split("</p>")[0]
    form = bidan.post(page, {"apa": "pindah", "ke": str(sibling.pk)}, follow=True).content.decode()
    assert 'name="l-imunisasi-mr-1"' in form and "Tidak ikut pindah" not in form


def test_what_was_forgotten_is_added_and_can_be_read_as_such(bidan: Client, contact: Contact) -> None:
    page = bidan.get(page_of(contact)).content.decode()
    assert "Ada hasil yang lupa dicatat" in page and 'name="i-tinggi-badan-cm"' in page
    chosen = [one for one in re.findall("<input[^>]* checked", page) if 'name="i-' in one and "i-gejala-tbc" not in one]
    assert chosen == [], "nothing is answered before somebody does"
    assert "Belum ada yang diubah" in bidan.post(page_of(contact), sent()).content.decode()
    answer = bidan.post(page_of(contact), sent(**{"i-tinggi-badan-cm": "8,5"}))
    assert answer.status_code == 422 and 'value="8,5"' in answer.content.decode()  # no child is that short
    answer = bidan.post(page_of(contact), sent(**{"i-tinggi-badan-cm": "85"}), follow=True)
    questions = re.findall(r'name="yakin" value="([^"]+)"', answer.content.decode())
    if questions:
        answer = bidan.post(page_of(contact), sent(**{"i-tinggi-badan-cm": "85", "yakin": questions}), follow=True)
    assert "Perbaikan tersimpan" in answer.content.decode()
    person = bidan.get(reverse("person", args=[contact.person_id])).content.decode()
    assert "Panjang atau tinggi badan 85 cm" in person and "Panjang atau tinggi badan: terlupa, kini 85 cm" in person
    later = bidan.get(page_of(contact)).content.decode()
    assert 'name="ada-tinggi-badan-cm"' in later


def test_a_service_that_was_forgotten_is_recorded_for_the_day_of_the_visit(bidan: Client, contact: Contact) -> None:
    page = bidan.get(page_of(contact)).content.decode()
    [address] = re.findall(r'href="([^"]+)"[^>]*>Catat layanan yang terlupa', page)
    form = bidan.get(unescape(address)).content.decode()
    day = f"{contact.on.day}-{contact.on.month}-{contact.on.year}"
    assert "Mencatat susulan untuk 9 Juni" in form and f'value="{day}"' in form
    assert f"tanggal={contact.on.isoformat()}" in form  # also after choosing another place or opening more fields


def test_a_day_that_is_no_earlier_day_is_left_out(bidan: Client, contact: Contact) -> None:
    for day in ("besok", "2099-01-01", TODAY.isoformat()):
        page = bidan.get(reverse("visit", args=[contact.person_id]), {"tanggal": day}).content.decode()
        assert "Mencatat susulan" not in page
