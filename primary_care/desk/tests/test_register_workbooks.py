"""A workbook sent in, looked at, imported, its questions decided and taken back; and the register taken out."""

import io
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from primary_care.accounts.models import Assignment
from primary_care.audit.models import AuditEntry
from primary_care.desk import access
from primary_care.desk.tests.test_register import elsewhere, someone
from primary_care.people.actions import PersonDetails, register_person
from primary_care.people.models import NameToken, Person
from primary_care.people.register import background
from primary_care.people.register.reading import COLUMNS, read_workbook
from primary_care.people.register.tests.workbooks import BUDI, RINA, SITI, write_workbook
from primary_care.people.register_models import ImportedRow, RegisterFile, RowDecision
from primary_care.visits.register_import import opener
from primary_care.visits.tasks import import_registers
from primary_care.visits.tests.world import BEGAN, TODAY

OTHER = "9901014506880002"  # the NIK of SITI


@pytest.fixture(autouse=True)
def on_a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)


@pytest.fixture
def manager(client: Client, world: Any) -> Client:
    world.manager = someone(world, "petugas-klaster-1")
    client.force_login(world.manager.user)
    return client


def send(browser: Client, folder: Path, rows: list[dict[str, Any]]) -> RegisterFile:
    """Send a workbook in and have it imported."""
    answer = upload(browser, write_workbook(folder / "register.xlsx", rows).read_bytes())
    file = RegisterFile.objects.latest("recorded_at")
    assert answer.url == reverse("import", args=[file.pk])
    background.work(opener)
    assert browser.post(answer.url, {"keputusan": "impor"}).url == answer.url
    background.work(opener)
    assert browser.get(answer.url).url == reverse("review", args=[file.pk])
    return RegisterFile.objects.get(pk=file.pk)


def upload(browser: Client, content: bytes, name: str = "register.xlsx") -> Any:
    return browser.post(reverse("imports"), {"berkas": SimpleUploadedFile(name, content)})


def row(number: int) -> ImportedRow:
    return (
        ImportedRow.objects.get(row_number=number, person__isnull=True)
        if number < 0
        else ImportedRow.objects.filter(row_number=number).latest("recorded_at")
    )


def answer(browser: Client, number: int, kind: str, **typed: Any) -> Any:
    return browser.post(reverse("review-row", args=[row(number).pk]), {"keputusan": kind} | typed)


def state() -> dict[str, Any]:
    """What lists show: those who are active, and the words to be found by."""
    people = Person.objects.filter(active=True).order_by("pk")
    words = NameToken.objects.filter(person__active=True).values_list("person_id", "word")
    return {"people": list(people.exclude(active=False).values()), "words": sorted(words)}


def comparable(before: dict[str, Any]) -> dict[str, Any]:
    """Without the keys of versions: a value brought back stands in a new row."""
    return before | {
        "people": [{name: value for name, value in one.items() if name != "version_id"} for one in before["people"]]
    }


def test_a_workbook_is_looked_at_before_anything_is_stored(manager: Client, world: Any, tmp_path: Path) -> None:
    answer = upload(
        manager,
        write_workbook(
            tmp_path / "register.xlsx", [BUDI, SITI | {"NIK": "12"}, RINA | {"Tanggal Lahir": "31/02/2015"}]
        ).read_bytes(),
    )
    assert "sedang diperiksa" in manager.get(answer.url).content.decode()
    background.work(opener)
    page = manager.get(answer.url).content.decode()
    assert "3 baris, 1 keluarga" in page and "NIK bukan 16 angka" in page and "Tanggal lahir tidak terbaca" in page
    assert (
        not Person.objects.filter(full_name="Budi Santoso", nik__isnull=False).exists()
        and not ImportedRow.objects.exists()
    )
    assert manager.post(answer.url, {"keputusan": "batal"}).status_code == 302
    file = RegisterFile.objects.get()
    assert (file.state, file.content) == ("dibatalkan", None), "what is not imported is not kept"


def beat(ago: str) -> None:
    """A worker told so long ago that it lives."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval)", [ago])


def test_the_page_tells_how_far_the_work_is_and_moves_on(manager: Client, world: Any, tmp_path: Path) -> None:
    where = upload(manager, write_workbook(tmp_path / "register.xlsx", [BUDI, SITI]).read_bytes()).url
    file = RegisterFile.objects.get()
    part = reverse("import-progress", args=[file.pk])
    beat("5 s")
    page = manager.get(where).content.decode()
    assert "Menunggu giliran" in page and "Muat ulang halaman ini" in page and "tidak berjalan" not in page
    assert f'hx-get="{part}"' in page and "Siti" not in page
    assert manager.get(part).url == where, "without HTMX it is no page"
    assert "Menunggu giliran" in manager.get(part, headers={"HX-Request": "true"}).content.decode()
    background.work(opener)
    assert manager.get(part, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    manager.post(where, {"keputusan": "impor"})
    assert "Menunggu giliran" in manager.get(where).content.decode()
    RegisterFile.objects.update(worked_at=timezone.now(), done=150, total=3639)
    page = manager.get(where).content.decode()
    assert "150 dari 3639 baris selesai" in page and 'value="4"' in page and "Buang" not in page
    assert manager.post(where, {"keputusan": "batal"}).status_code == 422, "begun is not dropped"
    assert "Sedang diimpor" in manager.get(reverse("imports")).content.decode()


def test_a_page_that_asks_by_itself_keeps_no_login_alive(manager: Client, world: Any, tmp_path: Path) -> None:
    where = upload(manager, write_workbook(tmp_path / "register.xlsx", [BUDI]).read_bytes()).url
    part = reverse("import-progress", args=[RegisterFile.objects.get().pk])
    session = manager.session
    session["seen"] -= settings.SESSION_COOKIE_AGE / 30 + 1  # so long ago that it would be written down again
    session.save()
    ends = Session.objects.get().expire_date
    answer = manager.get(part, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "sessionid" not in answer.cookies
    assert Session.objects.get().expire_date == ends
    manager.get(where)
    assert Session.objects.get().expire_date > ends


def test_that_nobody_works_is_said_after_some_time(manager: Client, world: Any, tmp_path: Path) -> None:
    where = upload(manager, write_workbook(tmp_path / "register.xlsx", [BUDI]).read_bytes()).url
    beat("10 minutes")
    assert "tidak berjalan" not in manager.get(where).content.decode(), "a moment is no trouble"
    RegisterFile.objects.update(asked_at=timezone.now() - timedelta(seconds=40))
    page = manager.get(where).content.decode()
    assert "Pekerjaan latar Simpul tidak berjalan" in page and reverse("health") in page and "tersimpan" in page
    beat("5 s")
    page = manager.get(where).content.decode()
    assert "tidak berjalan" not in page and "Lebih lama dari biasanya" in page
    assert manager.post(where, {"keputusan": "batal"}).url == reverse("imports")
    assert RegisterFile.objects.get().content is None


def test_a_workbook_of_another_form_is_told_on_its_page(manager: Client, world: Any, tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "x.xlsx", [BUDI], columns=("NIK", "Nama Lengkap"))
    where = upload(manager, path.read_bytes()).url
    background.work(opener)
    page = manager.get(where).content.decode()
    assert "tidak dapat dibaca" in page and "kolom tidak ditemukan" in page and reverse("imports") in page
    assert RegisterFile.objects.get().content is None


@pytest.mark.django_db(transaction=True)
def test_the_queue_is_asked_once_and_does_the_work(manager: Client, world: Any, tmp_path: Path) -> None:
    content = write_workbook(tmp_path / "register.xlsx", [BUDI]).read_bytes()
    for _ in range(2):
        where = upload(manager, content).url
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, args::text FROM procrastinate_jobs WHERE task_name = 'import-registers'")
        assert cursor.fetchall() == [("todo", "{}")], "one job, and nothing of the file in it"
    import_registers(SimpleNamespace(should_abort=lambda: False), 0)
    assert {one.state for one in RegisterFile.objects.all()} == {"menunggu"}
    assert "1 baris, 1 keluarga" in manager.get(where).content.decode()
    import_registers(SimpleNamespace(should_abort=lambda: True), 0)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "kosong"),
        (b"PK\x03\x04rusak", "bukan buku kerja"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, ".xls"),
    ],
)
def test_what_is_no_register_is_refused_in_words(manager: Client, world: Any, content: bytes, says: str) -> None:
    sent = upload(manager, content)
    assert sent.status_code == 422 and not RegisterFile.objects.exists()
    assert says in sent.content.decode() or "Pilih dulu berkasnya" in sent.content.decode()


def test_the_import_keeps_the_workbook_no_longer_and_asks_what_is_doubtful(
    manager: Client, world: Any, tmp_path: Path
) -> None:
    file = send(manager, tmp_path, [BUDI, SITI | {"NIK": "12"}, RINA | {"Tanggal Lahir": "31/02/2015"}])
    assert (file.state, file.content, file.area_path) == ("diimpor", None, world.desa.path)
    page = manager.get(reverse("review", args=[file.pk])).content.decode()
    assert "Siti Rahayu" in page and "Rina Santoso" in page and "2 menunggu, 0 sudah diputuskan" in page
    only = manager.get(reverse("review", args=[file.pk]), {"soal": "birth_unreadable"}).content.decode()
    assert "Rina Santoso" in only and "Siti Rahayu" not in only
    other = Client()
    other.force_login(
        someone(world, "petugas-klaster-1", Assignment.objects.get(user=world.stranger).unit, "lain").user
    )
    assert other.get(reverse("review", args=[file.pk])).status_code == 404
    assert other.get(reverse("review-row", args=[row(3).pk])).status_code == 404
    assert other.post(reverse("review-row", args=[row(3).pk]), {"keputusan": "terima"}).status_code == 404


def test_a_held_row_is_mended_on_the_page_and_taken_back(manager: Client, world: Any, tmp_path: Path) -> None:
    send(manager, tmp_path, [BUDI, RINA | {"Tanggal Lahir": "31/02/2015"}])
    before = state()
    still = answer(manager, 3, "perbaiki", **{"sel-tanggallahir": "30/02/2015"})
    assert (
        still.status_code == 422
        and "30/02/2015" in still.content.decode()
        and "tidak ada tanggal 30" in still.content.decode()
    )
    assert answer(manager, 3, "terima").status_code == 422, "a date that cannot be is no date"
    assert answer(manager, 3, "perbaiki", **{"sel-tanggallahir": "12/07/2015"}).status_code == 302
    rina = Person.objects.get(full_name="Rina Santoso")
    assert (rina.household.no_kk, rina.relationship, rina.nik) == (BUDI["No. KK"], "anak", RINA["NIK"])
    shown = manager.get(reverse("review-row", args=[row(3).pk])).content.decode()
    assert "Diperbaiki" in shown and "12/07/2015" in shown
    assert answer(manager, 3, "urung").status_code == 302
    assert state() == before
    assert answer(manager, 3, "perbaiki", **{"sel-tanggallahir": "12/07/2015"}).status_code == 302, (
        "and may be decided anew"
    )


def test_an_imported_row_is_corrected_and_taken_back(manager: Client, world: Any, tmp_path: Path) -> None:
    send(manager, tmp_path, [BUDI, SITI | {"NIK": "12", "JK": None, "Hubungan": None}])
    before = comparable(state())
    typed = {"sel-nik": OTHER, "sel-jk": "P", "sel-hubungan": "Istri"}
    assert answer(manager, 3, "perbaiki", **typed | {"sel-nik": "123"}).status_code == 422
    assert answer(manager, 3, "perbaiki", **typed).status_code == 302
    siti = Person.objects.get(full_name="Siti Rahayu")
    assert (siti.nik, siti.sex, siti.relationship) == (OTHER, "perempuan", "istri")
    assert [table for table, _key in RowDecision.objects.get().made] == ["personversion", "identifier", "membership"]
    assert answer(manager, 3, "urung").status_code == 302
    assert comparable(state()) == before
    assert answer(manager, 3, "terima").status_code == 302
    assert comparable(state()) == before


def test_a_row_is_somebody_who_is_there_already(manager: Client, world: Any, tmp_path: Path) -> None:
    details = PersonDetails(
        full_name="Sitti Rahayu", sex="perempuan", birth_date=world.ibu.birth_date.replace(year=1988, month=6, day=5)
    )
    there = register_person(details, by=world.manager, on=TODAY, household=world.household, relationship="famili-lain")
    send(manager, tmp_path, [BUDI, SITI | {"NIK": "12"}])
    before = state()
    assert "Sitti Rahayu" in manager.get(reverse("review-row", args=[row(3).pk])).content.decode()
    assert answer(manager, 3, "orang-yang-sama", orang=str(there.pk)).status_code == 302
    assert not Person.objects.get(full_name="Siti Rahayu").active
    answer(manager, 3, "urung")
    assert state() == before


def test_a_duplicate_is_joined_or_taken_in_as_another_and_a_wrong_row_is_left_out(
    manager: Client, world: Any, tmp_path: Path
) -> None:
    send(manager, tmp_path, [BUDI, SITI, SITI | {"Nama Lengkap": "Siti Rahaju"}, RINA | {"JK": None}])
    before = state()
    siti = Person.objects.get(nik=OTHER)
    assert (
        "baris pembanding" in manager.get(reverse("review-row", args=[row(4).pk])).content.decode()
        or "NIK sama" in manager.get(reverse("review-row", args=[row(4).pk])).content.decode()
    )
    answer(manager, 4, "orang-yang-sama", orang=str(siti.pk))
    assert state() == before and RowDecision.objects.latest("recorded_at").person == siti
    answer(manager, 4, "urung")
    answer(manager, 4, "terima")
    twin = Person.objects.get(full_name="Siti Rahaju")
    assert twin.nik is None and twin.household == siti.household and twin.relationship == "istri"
    answer(manager, 4, "urung")
    assert state() == before
    answer(manager, 5, "jangan")
    assert not Person.objects.get(full_name="Rina Santoso").active
    answer(manager, 5, "urung")
    assert state() == before


def test_people_of_elsewhere_are_neither_touched_nor_told_of(manager: Client, world: Any, tmp_path: Path) -> None:
    person = elsewhere(world, "Siti Rahayu", OTHER)
    send(manager, tmp_path, [BUDI, SITI])
    page = manager.get(reverse("review-row", args=[row(3).pk])).content.decode()
    assert "NIK terdaftar di wilayah lain" in page and str(person.pk) not in page
    assert not row(3).person_id
    answer(manager, 3, "terima")
    assert Person.objects.exclude(pk=person.pk).get(full_name="Siti Rahayu").nik is None


def test_rows_of_a_desa_that_the_sender_does_not_serve_are_held(manager: Client, world: Any, tmp_path: Path) -> None:
    send(manager, tmp_path, [BUDI, SITI | {"Desa/Kel": "Sumber Jaya"}])
    assert row(3).person_id is None and row(3).questions.get(code="unknown_village")


def test_the_register_leaves_as_a_workbook_that_reads_back(manager: Client, world: Any, tmp_path: Path) -> None:
    send(manager, tmp_path, [BUDI, SITI])
    details = PersonDetails(full_name='=HYPERLINK("http://x")', occupation="@SUM(1)", phone="+6281200000001")
    register_person(details, by=world.manager, on=TODAY, household=world.household, relationship="lainnya")
    elsewhere(world, "Orang Jauh", "9901014106900009")
    page = reverse("export")
    assert manager.post(page, {"tempat": str(world.desa.pk), "alasan": "ya"}).status_code == 422
    assert (
        manager.post(page, {"tempat": str(world.elsewhere.pk), "alasan": "untuk pencocokan data desa"}).status_code
        == 422
    )
    sent = manager.post(page, {"tempat": str(world.desa.pk), "alasan": "untuk pencocokan data desa"})
    assert sent.status_code == 200 and "register-99.01.01.2001-2026-06-10.xlsx" in sent.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(sent.content))
    cells = [cell for line in book["Data Keluarga"].iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}, (
        "text and nothing else: no number loses a digit, no formula runs"
    )
    active = [cell for cell in cells if cell.value.startswith(("=", "+", "@"))]
    assert len(active) >= 2 and all(cell.quotePrefix for cell in active)
    target = tmp_path / "keluar.xlsx"
    target.write_bytes(sent.content)
    back = {one.cells["NIK"]: one.cells for one in read_workbook(target).rows}
    assert (
        back[OTHER]["Nama Lengkap"] == "Siti Rahayu"
        and back[OTHER]["No. KK"] == SITI["No. KK"]
        and back[OTHER]["Dusun"] == "Timur"
    )
    text = " ".join(str(cell.value) for cell in cells)
    assert "Orang Jauh" not in text and tuple(cell.value for cell in book["Data Keluarga"][1]) == COLUMNS
    about = " ".join(str(cell.value) for line in book["Keterangan"].iter_rows() for cell in line)
    assert "pencocokan data desa" in about and "Petugas petugas-klaster-1" in about
    entry = AuditEntry.objects.get(action="export")
    assert (entry.user, entry.reason) == (world.manager.user, "untuk pencocokan data desa")


def test_a_kader_neither_imports_nor_exports(client: Client, world: Any) -> None:
    world.posyandu.catchments.get_or_create(area=world.rt, valid_from=BEGAN)
    client.force_login(someone(world, "kader", world.posyandu).user)
    assert upload(client, b"x").status_code == 404 and client.post(reverse("export"), {}).status_code == 404
