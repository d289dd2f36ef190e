"""Workbooks checked and imported behind the pages: where they stand, what stops them, and that a worker killed anywhere loses and doubles nothing."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from primary_care.accounts.models import Assignment
from primary_care.audit.models import AuditEntry
from primary_care.audit.queries import verify_chains
from primary_care.people import projection
from primary_care.people.models import Household, Person
from primary_care.people.register import background, importing, running
from primary_care.people.register.importing import import_plan
from primary_care.people.register.places import PlaceFinder
from primary_care.people.register.plans import make_plan
from primary_care.people.register.reading import WorkbookError, read_workbook
from primary_care.people.register.running import OnPregnancy, PregnancyAnswer
from primary_care.people.register.tests.workbooks import BUDI, RINA, SITI, write_workbook
from primary_care.people.register_models import ImportedRow, RegisterFile, RegisterQuestion
from primary_care.people.tests.factories import TODAY, assign, make_place
from primary_care.people.writing import ActionRefused


class Killed(BaseException):
    """The worker is gone: nothing of Simpul hears of it."""


def opener(*args: Any) -> OnPregnancy:
    return lambda person, hpht: PregnancyAnswer(opened=True)


def rows() -> list[dict[str, Any]]:
    """Families with and without a KK number, a held row, a blank one, a shared NIK, a second head."""
    found: list[dict[str, Any]] = []
    for number in range(7):
        kk = {
            "No. KK": f"99010102030400{number:02}" if number % 3 else None,
            "Dusun": f"Dusun {number}",
            "RT": number + 1,
        }
        found += [
            BUDI | kk | {"NIK": f"99010103048500{number:02}", "Nama Lengkap": f"Budi {'abcdefg'[number] * 5}"},
            SITI
            | kk
            | {
                "NIK": None if number == 2 else f"99010145068800{number:02}",
                "Hamil": "Ya" if number < 3 else None,
                "HPHT": "01/04/2026",
            },
            RINA | kk | {"NIK": f"99010152071500{number:02}", "JK": None if number == 4 else "P"},
        ]
    found[3] |= {"Tanggal Lahir": "31/02/1985"}
    found[10] |= {"NIK": found[13]["NIK"]}
    found[16] |= {"Hubungan": "Kepala Keluarga"}
    found.insert(8, {})
    return found


@pytest.fixture
def clerk(db: None) -> Assignment:
    return someone()


def someone() -> Assignment:
    """Who sends registers in, for the desa of the small place under the name that the workbooks write."""
    place = make_place()
    place.desa.name = "Mekar Sari"
    place.desa.save()
    return assign("manajer", "petugas-klaster-1", "", place.puskesmas)


def sent(folder: Path, by: Assignment, found: list[dict[str, Any]] | None = None) -> RegisterFile:
    content = write_workbook(folder / "register.xlsx", rows() if found is None else found).read_bytes()
    return background.send_in(content, "register.xlsx", by=by, on=TODAY)


def work(go_on: Callable[[], bool] = lambda: True) -> None:
    background.work(opener, go_on=go_on)


def asked(folder: Path, by: Assignment, found: list[dict[str, Any]] | None = None) -> RegisterFile:
    """A workbook that was checked and is to be imported."""
    file = sent(folder, by, found)
    work()
    background.ask_for_import(file, by=by, on=TODAY)
    return file


def stored() -> dict[str, Any]:
    """What was registered, without keys and moments."""
    return {
        "people": sorted(
            Person.objects.values_list("full_name", "nik", "sex", "birth_date", "relationship", "household__no_kk", "area_path"), key=str
        ),
        "households": sorted(Household.objects.values_list("no_kk", "area_path", "address"), key=str),
        "rows": sorted(ImportedRow.objects.values_list("row_number", "source_key", "state", "person__full_name")),
        "questions": sorted(RegisterQuestion.objects.values_list("row__row_number", "code", "reason", "other_row"), key=str),
    }  # fmt: skip


def at_once(folder: Path, by: Assignment) -> dict[str, Any]:
    """What the import of the whole in one transaction gives; it is taken back."""
    file = write_workbook(folder / "register.xlsx", rows())
    with transaction.atomic():
        places = PlaceFinder(TODAY)
        plan = make_plan(read_workbook(file), places.village_names, TODAY)
        import_plan(plan, places=places, file=file, on=TODAY, user=by.user, by=by, on_pregnancy=opener())
        found = stored()
        transaction.set_rollback(True)
    return found


def test_a_workbook_is_checked_and_waits_for_a_decision(tmp_path: Path, clerk: Assignment) -> None:
    file = sent(tmp_path, clerk)
    assert (file.state, file.preview) == ("diperiksa", {})
    work()
    file.refresh_from_db()
    assert file.state == "menunggu" and file.content and not ImportedRow.objects.exists()
    assert (file.preview["rows"], file.preview["held"], file.total) == (22, 3, 21)
    assert file.preview["problems"]["birth_unreadable"] == 1
    assert "Budi" not in str(file.preview)


def test_steps_write_what_one_transaction_writes(
    tmp_path: Path, clerk: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = at_once(tmp_path, clerk)
    monkeypatch.setattr(importing, "FAMILIES_A_STEP", 2)
    file = asked(tmp_path, clerk)
    seen: list[tuple[str, int, int]] = []

    def look() -> bool:
        seen.append(RegisterFile.objects.values_list("state", "done", "total").get(pk=file.pk))
        return True

    work(look)
    assert stored() == expected and len(expected["people"]) > 15
    assert [one for one in seen if one[0] == "berjalan"][1:4] == [
        ("berjalan", 0, 21),
        ("berjalan", 6, 21),
        ("berjalan", 12, 21),
    ]
    file.refresh_from_db()
    assert (file.state, file.content, file.done) == ("diimpor", None, 21)
    assert sum(file.counts.values()) == 21 and file.counts["held"] == 2 and file.area_path
    now = stored()
    projection.rebuild()
    assert stored() == now and verify_chains() == []
    asked(tmp_path, clerk)
    work()
    assert stored() == expected, "importing again changes nothing"


@pytest.mark.parametrize("at", ["families_to_register", "open_pregnancies", "store_rows", "close"])
@pytest.mark.parametrize("step", range(4))
def test_a_worker_killed_at_any_step_goes_on(
    tmp_path: Path, clerk: Assignment, monkeypatch: pytest.MonkeyPatch, step: int, at: str
) -> None:
    expected = at_once(tmp_path, clerk)
    monkeypatch.setattr(importing, "FAMILIES_A_STEP", 2)
    file = asked(tmp_path, clerk)
    name = at if at == "close" else f"_{at}"
    right, calls = getattr(running.Run, name), iter(range(100))

    def dies(*args: Any) -> Any:
        done = right(*args)
        if at == "close" or next(calls) == step:
            raise Killed
        return done

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(running.Run, name, dies)
        work()
    file.refresh_from_db()
    assert file.state == "berjalan" and file.content, "it is still to be done"
    work()
    assert stored() == expected
    file.refresh_from_db()
    assert (file.state, file.content, sum(file.counts.values())) == ("diimpor", None, 21)
    assert verify_chains() == []


def test_work_that_is_told_to_stop_goes_on_later(
    tmp_path: Path, clerk: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = at_once(tmp_path, clerk)
    monkeypatch.setattr(importing, "FAMILIES_A_STEP", 2)
    file = asked(tmp_path, clerk)
    looks = iter([True, True, False, False])
    work(lambda: next(looks))
    file.refresh_from_db()
    assert (file.state, file.done) == ("berjalan", 6) and ImportedRow.objects.count() == 6
    work()
    assert stored() == expected


def test_what_cannot_be_read_is_told_and_not_kept(tmp_path: Path, clerk: Assignment) -> None:
    path = write_workbook(tmp_path / "x.xlsx", [BUDI], columns=("NIK", "Nama Lengkap"))
    file = background.send_in(path.read_bytes(), "x.xlsx", by=clerk, on=TODAY)
    work()
    file.refresh_from_db()
    assert (file.state, file.content) == ("ditolak", None) and "kolom tidak ditemukan" in file.said
    with pytest.raises(WorkbookError):
        background.send_in(b"x", "x.xlsx", by=clerk, on=TODAY)


def test_an_import_that_is_refused_midway_tells_how_far_it_came(
    tmp_path: Path, clerk: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = at_once(tmp_path, clerk)
    monkeypatch.setattr(importing, "FAMILIES_A_STEP", 2)
    file = asked(tmp_path, clerk)
    calls = iter(range(100))
    register = running.register_families

    def refuse(*args: Any, **options: Any) -> None:
        if next(calls) == 1:
            raise ActionRefused("x", "Nomor ini sudah dipakai.")
        register(*args, **options)

    with monkeypatch.context() as patched:
        patched.setattr(running, "register_families", refuse)
        work()
    file.refresh_from_db()
    assert (file.state, file.done, file.said) == ("menunggu", 6, "Nomor ini sudah dipakai.")
    background.ask_for_import(file, by=clerk, on=TODAY)
    work()
    file.refresh_from_db()
    assert stored() == expected and (file.state, file.said) == ("diimpor", "")


def test_a_file_dropped_after_some_rows_keeps_these_and_no_content(
    tmp_path: Path, clerk: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "FAMILIES_A_STEP", 2)
    file = asked(tmp_path, clerk)
    calls = iter(range(100))
    with monkeypatch.context() as patched:
        patched.setattr(running.Run, "_open_pregnancies", lambda *args: 0 if next(calls) < 1 else 1 / 0)
        with pytest.raises(ZeroDivisionError):
            work()
    file.refresh_from_db()
    assert file.state == "menunggu" and "kesalahan di Simpul" in file.said and "zero" not in file.said
    background.drop(file, by=clerk)
    file.refresh_from_db()
    assert (file.state, file.content) == ("diimpor", None) and ImportedRow.objects.filter(file=file).count() == 6
    assert sum(file.counts.values()) == 6 and file.area_path


def test_a_database_that_goes_away_fails_no_file(
    tmp_path: Path, clerk: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = asked(tmp_path, clerk)

    def away(*args: Any, **options: Any) -> None:
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as patched, pytest.raises(OperationalError):
        patched.setattr(running, "register_families", away)
        work()
    file.refresh_from_db()
    assert (file.state, file.said) == ("berjalan", "")
    work()
    file.refresh_from_db()
    assert file.state == "diimpor"


def test_a_file_on_which_the_worker_dies_every_time_is_given_back(
    tmp_path: Path, clerk: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = sent(tmp_path, clerk)

    def dies(*args: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(background, "make_plan", dies)
        for _ in range(background.MOST_ATTEMPTS):
            with pytest.raises(Killed):
                work()
        work()
    file.refresh_from_db()
    assert (file.state, file.content) == ("ditolak", None) and "per desa" in file.said


def test_a_step_on_which_the_worker_dies_every_time_is_not_tried_for_ever(
    tmp_path: Path, clerk: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "FAMILIES_A_STEP", 2)
    file = asked(tmp_path, clerk)
    store = running.Run._store_rows

    def dies(run: Any, rows: Any) -> Any:
        if any(row.number == rows_of_step for row in rows):
            raise Killed
        return store(run, rows)

    rows_of_step = 9
    with monkeypatch.context() as patched:
        patched.setattr(running.Run, "_store_rows", dies)
        tries = 0
        while RegisterFile.objects.get(pk=file.pk).state == "berjalan":
            tries += 1
            assert tries < 10
            try:
                work()
            except Killed:
                continue
    file.refresh_from_db()
    assert (file.state, file.done, ImportedRow.objects.count()) == ("menunggu", 6, 6) and "tiga kali" in file.said


def test_who_works_there_no_more_imports_nothing(tmp_path: Path, clerk: Assignment) -> None:
    file = asked(tmp_path, clerk)
    clerk.user.is_active = False
    clerk.user.save()
    work()
    file.refresh_from_db()
    assert file.state == "menunggu" and "sudah berakhir" in file.said and not ImportedRow.objects.exists()


def test_a_file_is_decided_about_once(tmp_path: Path, clerk: Assignment) -> None:
    file = asked(tmp_path, clerk)
    with pytest.raises(ActionRefused):
        background.ask_for_import(file, by=clerk, on=TODAY)
    background.drop(file, by=clerk)  # nobody has begun
    file.refresh_from_db()
    assert (file.state, file.content) == ("dibatalkan", None)
    with pytest.raises(ActionRefused):
        background.drop(file, by=clerk)
    work()
    assert not ImportedRow.objects.exists()


def test_what_nobody_decides_about_is_kept_for_a_week(tmp_path: Path, clerk: Assignment) -> None:
    file = sent(tmp_path, clerk)
    work()
    now = timezone.now()
    background.forget_undecided(now + timedelta(days=6))
    file.refresh_from_db()
    assert file.state == "menunggu"
    background.forget_undecided(now + timedelta(days=8))
    file.refresh_from_db()
    assert (file.state, file.content) == ("dibatalkan", None)
    assert (
        AuditEntry.objects.get(object_id=file.pk, user=None).reason == "berkas register tidak diputuskan dalam 7 hari"
    )


KILLED = """
import sys, django
django.setup()
from primary_care.people.register import background, importing, running
from primary_care.people.register.tests.test_background import opener
importing.FAMILIES_A_STEP = 2
store, calls = running.Run._store_rows, iter(range(100))
def wait(*args):
    done = store(*args)
    if next(calls) == 2:
        print("the third step is written, not committed", flush=True)
        sys.stdin.read()
    return done
running.Run._store_rows = wait
background.work(opener)
"""


@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_killed_loses_and_doubles_nothing(tmp_path: Path) -> None:
    by = someone()
    expected = at_once(tmp_path, by)
    file = asked(tmp_path, by)
    place = connection.settings_dict
    password = f":{place['PASSWORD']}" if place["PASSWORD"] else ""
    url = f"postgresql://{place['USER']}{password}@/{place['NAME']}?host={place['HOST']}"
    url += f"&port={place['PORT']}" if place["PORT"] else ""
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[4],
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "primary_care.settings"},
    )  # fmt: skip
    with child:
        assert child.stdout is not None and child.stdout.readline() == "the third step is written, not committed\n"
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    assert ImportedRow.objects.count() == 12 and RegisterFile.objects.get().done == 12
    work()  # waits until the lock of the dead is free
    assert stored() == expected
    file.refresh_from_db()
    assert (file.state, file.content) == ("diimpor", None) and verify_chains() == []
