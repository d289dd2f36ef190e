"""What an import writes, what it recognises, and that it never writes anything twice."""

import io
import json
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from primary_care.audit.queries import verify_chains
from primary_care.people import projection
from primary_care.people.models import Household, Identifier, Person
from primary_care.people.register import running
from primary_care.people.register.command import DONE, REFUSED, run
from primary_care.people.register.running import PregnancyAnswer
from primary_care.people.register.tests.places import make_areas
from primary_care.people.register.tests.workbooks import BUDI, KK, ON, RINA, SITI, shared_file, write_workbook
from primary_care.people.register_models import ImportedRow, RegisterQuestion

FAMILY = [BUDI, SITI, RINA]


def everything() -> dict[str, list[dict[str, Any]]]:
    """The whole content of every table."""
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in apps.get_models()}


def import_rows(folder: Path, rows: list[dict[str, Any]], **options: Any) -> dict[str, Any]:
    """Import a workbook with these rows and return the report."""
    file = write_workbook(folder / "register.xlsx", rows)
    report = folder / "report.json"
    errors = io.StringIO()
    options.setdefault("dry_run", False)
    assert run(file, report, on=ON, out=io.StringIO(), errors=errors, **options) == DONE, errors.getvalue()
    return json.loads(report.read_text())


def refused(file: Path, **options: Any) -> str:
    errors = io.StringIO()
    assert run(file, None, False, on=ON, out=io.StringIO(), errors=errors, **options) == REFUSED
    return errors.getvalue()


@pytest.fixture
def clerk(db):
    return make_areas()


def codes(row_number: int) -> set[str]:
    return set(RegisterQuestion.objects.filter(row__row_number=row_number).values_list("code", flat=True))


def test_a_family_is_stored_as_it_was_written(tmp_path, clerk):
    report = import_rows(tmp_path, FAMILY)
    assert (report["imported"], report["held"]) == (3, 0)
    household = Household.objects.get()
    assert household.no_kk == KK
    assert household.area.name == "RT 01" and household.area.path.startswith("ID/99.01.01/99.01.01.2001/")
    siti = Person.objects.get(nik=SITI["NIK"])
    assert (siti.full_name, siti.sex, siti.birth_date) == ("Siti Rahayu", "perempuan", date(1988, 6, 5))
    assert (siti.household, siti.relationship, siti.area) == (household, "istri", household.area)
    assert (siti.version.marital_status, siti.version.jkn, siti.version.occupation) == ("kawin", "pbi", "Petani")
    assert Person.objects.get(relationship="kepala-keluarga").nik == BUDI["NIK"]
    assert verify_chains() == []


def test_the_original_cells_are_kept_and_cannot_be_changed(tmp_path, clerk):
    import_rows(tmp_path, [BUDI, SITI | {"NIK": "990101450688000", "Ket": "pindahan"}])
    row = ImportedRow.objects.get(row_number=3)
    assert (row.cells["NIK"], row.cells["Ket"]) == ("990101450688000", "pindahan")
    assert row.state == "imported-with-question" and row.person.full_name == "Siti Rahayu"
    assert codes(3) == {"nik_wrong_length"}
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ImportedRow.objects.filter(pk=row.pk).update(cells={})


def test_who_has_no_certain_nik_gets_a_provisional_number(tmp_path, clerk):
    import_rows(tmp_path, [BUDI, SITI | {"NIK": None}, RINA | {"NIK": BUDI["NIK"]}])
    assert Person.objects.filter(nik__isnull=False).get().full_name == "Budi Santoso"
    numbers = Identifier.objects.filter(system="sementara").values_list("value", flat=True)
    assert len(set(numbers)) == 2 and all(number.startswith("S-") for number in numbers)


def test_held_rows_keep_their_cells_but_make_no_person(tmp_path, clerk):
    report = import_rows(tmp_path, [BUDI, SITI | {"Tanggal Lahir": "02/11/2026"}, {}, RINA | {"Desa/Kel": "Entah"}])
    assert (report["imported"], report["held"]) == (1, 3)
    assert Person.objects.count() == 1
    assert list(ImportedRow.objects.filter(state="held").order_by("row_number").values_list("row_number", "person")) == [
        (3, None), (5, None),
    ]  # fmt: skip


def test_cells_of_any_length_fit_the_tables(tmp_path, clerk):
    long = {column: "Panjang " * 60 for column in ("Tempat Lahir", "Pekerjaan", "Dusun", "Ket")}
    report = import_rows(tmp_path, [BUDI | long, SITI | {"Nama Lengkap": "Y" * 500}, RINA | {"RT": 999, "RW": 999}])
    assert report["imported"] == 3
    assert "text_too_long" in codes(2)
    assert len(Person.objects.get(nik=SITI["NIK"]).full_name) == 120


def test_the_second_head_becomes_another_member(tmp_path, clerk):
    second = BUDI | {"NIK": "9901010101700009", "Nama Lengkap": "Umar Hadi", "Tanggal Lahir": "01/01/1970"}
    import_rows(tmp_path, [BUDI, second])
    assert Person.objects.get(full_name="Umar Hadi").relationship == "lainnya"
    assert codes(3) == {"kepala_keluarga_twice"}


def test_importing_again_changes_nothing(tmp_path, clerk):
    rows = [BUDI, SITI | {"NIK": None, "No. KK": None}, RINA, RINA, {}, BUDI | {"Desa/Kel": "Entah"}]
    first = import_rows(tmp_path, rows)
    before = everything()
    second = import_rows(tmp_path, rows)
    assert everything() == before
    assert set(second.pop("written").values()) == {0}
    assert first.pop("written")["persons"] == 3
    assert second == first


def test_rows_in_another_order_or_another_file_are_the_same_rows(tmp_path, clerk):
    import_rows(tmp_path, FAMILY)
    before = everything()
    import_rows(tmp_path, [{}, RINA, SITI, BUDI])
    assert everything() == before


def test_a_dry_run_writes_nothing_but_the_report(tmp_path, clerk):
    before = everything()
    dry = import_rows(tmp_path, FAMILY, dry_run=True)
    assert everything() == before
    real = import_rows(tmp_path, FAMILY)
    assert dry["problems"] == real["problems"] and dry["outcomes"] == real["outcomes"]
    assert dry["written"] == {}


def test_a_held_row_that_was_repaired_is_imported_and_the_rest_left_alone(tmp_path, clerk):
    import_rows(tmp_path, [BUDI, SITI | {"Tanggal Lahir": "31/02/1988"}])
    report = import_rows(tmp_path, [BUDI, SITI])
    assert report["written"] == {"households": 0, "persons": 1, "pregnancies": 0, "rows": 1, "questions": 0}
    assert Household.objects.get().members.count() == 2


def test_a_birth_that_was_in_the_future_is_imported_when_its_day_has_come(tmp_path, clerk):
    rows = [BUDI, RINA | {"Tanggal Lahir": "02/11/2026", "NIK": None}]
    import_rows(tmp_path, rows)
    file = tmp_path / "register.xlsx"
    assert run(file, None, False, on=date(2026, 11, 2), out=io.StringIO()) == DONE
    assert Person.objects.count() == 2
    assert sorted(ImportedRow.objects.filter(row_number=3).values_list("state", flat=True)) == [
        "held",
        "imported-with-question",
    ]


def test_a_person_who_is_registered_is_recognised_by_nik(tmp_path, clerk):
    import_rows(tmp_path, FAMILY)
    report = import_rows(tmp_path, [BUDI, SITI | {"Nama Lengkap": "Siti Rahayuu", "Pekerjaan": "Buruh"}])
    assert report["written"]["persons"] == 0
    assert report["problems"]["differs_from_record"] == [3]
    question = RegisterQuestion.objects.get(code="differs_from_record")
    assert "nama, pekerjaan" in question.reason
    assert question.row.person.full_name == "Siti Rahayu"


def test_a_registered_nik_with_another_birth_date_holds_the_row(tmp_path, clerk):
    import_rows(tmp_path, FAMILY)
    report = import_rows(tmp_path, [BUDI, SITI | {"Tanggal Lahir": "05/06/1989"}])
    assert report["problems"]["nik_of_another_person"] == [3]
    assert report["held"] == 1 and Person.objects.count() == 3


def test_a_member_without_nik_is_recognised_in_the_family(tmp_path, clerk):
    twins = [RINA | {"NIK": None, "Nama Lengkap": name} for name in ("Rini Santoso", "Rina Santoso")]
    import_rows(tmp_path, [BUDI, *twins])
    assert Person.objects.count() == 3
    changed = [twin | {"Pekerjaan": "Buruh"} for twin in twins]
    import_rows(tmp_path, [BUDI, *reversed(changed)])
    assert Person.objects.count() == 3
    linked = ImportedRow.objects.filter(cells__Pekerjaan="Buruh").select_related("person")
    assert len(linked) == 2
    assert all(row.person.full_name == row.cells["Nama Lengkap"] for row in linked)


def test_a_family_without_kk_and_nik_is_recognised_when_a_row_changes(tmp_path, clerk):
    nothing = {"No. KK": None, "NIK": None}
    import_rows(tmp_path, [BUDI | nothing, SITI | nothing])
    report = import_rows(tmp_path, [BUDI | nothing | {"Pekerjaan": "Buruh"}, SITI | nothing | {"JKN": "Mandiri"}])
    assert report["written"]["persons"] == 0 and report["problems"]["differs_from_record"] == [2, 3]
    assert (Household.objects.count(), Person.objects.count()) == (1, 2)


def test_new_members_join_the_household_that_is_there_under_its_head(tmp_path, clerk):
    import_rows(tmp_path, [BUDI])
    import_rows(tmp_path, [SITI | {"Hubungan": "Kepala Keluarga"}, RINA])
    household = Household.objects.get()
    assert household.members.count() == 3
    assert household.members.get(relationship="kepala-keluarga").full_name == "Budi Santoso"
    assert codes(2) == {"head_registered"}


def test_pregnancies_are_handed_on_once(tmp_path, clerk):
    opened: list[tuple[str, date | None]] = []

    def opener(user, assignment, on):
        def open_one(person, hpht):
            opened.append((person.full_name, hpht))
            return PregnancyAnswer(opened=True)

        return open_one

    pregnant = {"Hamil": "Ya", "HPHT": "01/08/2026"}
    rows = [BUDI | pregnant, SITI | pregnant]
    assert import_rows(tmp_path, rows, on_pregnancy_by=opener)["written"]["pregnancies"] == 1
    import_rows(tmp_path, rows, on_pregnancy_by=opener)
    assert opened == [("Siti Rahayu", date(2026, 8, 1))]


def test_a_refused_pregnancy_is_a_question_in_every_report(tmp_path, clerk):
    def opener(user, assignment, on):
        return lambda person, hpht: PregnancyAnswer(refused="sudah ada kehamilan lain.")

    rows = [BUDI, SITI | {"Hamil": "Ya", "HPHT": "01/08/2026"}]
    first = import_rows(tmp_path, rows, on_pregnancy_by=opener)
    assert first["problems"]["pregnancy_refused"] == [3]
    second = import_rows(tmp_path, rows, on_pregnancy_by=opener)
    assert second["outcomes"] == first["outcomes"]


def test_without_areas_nothing_is_imported_and_the_way_is_told(tmp_path, db):
    message = refused(write_workbook(tmp_path / "a.xlsx", FAMILY))
    assert message.startswith("Tidak ada yang diimpor.") and "wilayah" in message


def test_a_fresh_node_takes_the_sample_areas_for_the_sample_register_only(tmp_path, db):
    empty = everything()
    assert import_rows(tmp_path, FAMILY, dry_run=True, load_sample_areas=make_areas)["imported"] == 3
    assert everything() == empty
    real = write_workbook(tmp_path / "real.xlsx", [BUDI | {"NIK": "5208" + BUDI["NIK"][4:]}, SITI])
    assert "wilayah" in refused(real, load_sample_areas=make_areas)
    assert everything() == empty
    assert import_rows(tmp_path, FAMILY, load_sample_areas=make_areas)["written"]["persons"] == 3
    import_rows(tmp_path, [BUDI], load_sample_areas=make_areas)  # the areas are there: not loaded again
    assert Person.objects.count() == 3


def test_a_user_is_bound_by_role_and_area(tmp_path, clerk):
    file = write_workbook(tmp_path / "a.xlsx", [BUDI, SITI | {"Desa/Kel": "Sumber Rejeki", "No. KK": None}])
    before = everything()
    assert "wilayah kerja" in refused(file, username="registrasi")
    assert "tidak ada atau tidak aktif" in refused(file, username="siapa")
    assert everything() == before
    import_rows(tmp_path, FAMILY, username="registrasi")
    assert Person.objects.first().version.recorded_as == clerk


def test_a_report_that_cannot_be_written_stops_the_import_before_it_begins(tmp_path, clerk):
    file = write_workbook(tmp_path / "a.xlsx", FAMILY)
    errors = io.StringIO()
    assert run(file, tmp_path / "tidak-ada/r.json", False, on=ON, out=io.StringIO(), errors=errors) == REFUSED
    assert "Folder untuk laporan tidak ada" in errors.getvalue()
    too_long = tmp_path / f"{'r' * 252}.json"
    assert run(file, too_long, False, on=ON, out=io.StringIO(), errors=errors) == REFUSED
    assert "Laporan tidak dapat ditulis ke" in errors.getvalue()
    assert Person.objects.count() == 0


def test_a_report_never_replaces_the_register(tmp_path, clerk):
    file = write_workbook(tmp_path / "a.xlsx", FAMILY)
    before, errors = file.read_bytes(), io.StringIO()
    assert run(file, tmp_path / "." / "a.xlsx", True, on=ON, out=io.StringIO(), errors=errors) == REFUSED
    assert "Laporan akan menimpa berkas" in errors.getvalue()
    assert file.read_bytes() == before


def test_an_unreadable_workbook_writes_nothing(tmp_path, clerk):
    before = everything()
    (tmp_path / "a.xlsx").write_text("x")
    assert "bukan buku kerja" in refused(tmp_path / "a.xlsx")
    assert everything() == before


def test_a_failure_at_the_last_step_undoes_every_step(tmp_path, clerk, monkeypatch):
    file = write_workbook(tmp_path / "a.xlsx", FAMILY)
    before = everything()

    def fail(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(running.Run, "_store_rows", fail)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        run(file, None, False, on=ON, out=io.StringIO())
    assert everything() == before
    monkeypatch.undo()
    assert import_rows(tmp_path, FAMILY)["written"]["persons"] == 3


KILLED = """
import sys, django
from datetime import date
from pathlib import Path
django.setup()
from primary_care.people.register import command, running
stored = running.Run._store_rows
def wait(*args):
    stored(*args)
    print("all written, nothing committed", flush=True)
    sys.stdin.read()
running.Run._store_rows = wait
command.run(Path(sys.argv[1]), None, False, on=date(2026, 11, 1))
"""


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_before_its_commit_loses_and_doubles_nothing(tmp_path):
    make_areas()
    file = write_workbook(tmp_path / "a.xlsx", FAMILY)
    run(write_workbook(tmp_path / "b.xlsx", [{}, BUDI | {"Desa/Kel": "Entah"}]), None, False, on=ON, out=io.StringIO())
    before = everything()
    place = connection.settings_dict
    password = f":{place['PASSWORD']}" if place["PASSWORD"] else ""
    url = f"postgresql://{place['USER']}{password}@/{place['NAME']}?host={place['HOST']}"
    url += f"&port={place['PORT']}" if place["PORT"] else ""
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "primary_care.settings"}
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(file)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=Path(__file__).parents[4],
    )  # fmt: skip
    with child:
        assert child.stdout.readline() == "all written, nothing committed\n"
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    assert everything() == before
    report = import_rows(tmp_path, FAMILY)
    assert report["written"]["persons"] == Person.objects.count() == 3
    once = everything()
    import_rows(tmp_path, FAMILY)
    assert everything() == once


def test_the_whole_register_twice(tmp_path, clerk):
    """3,639 rows of the data folder: the counts, the current view against a rebuild, and the second import."""
    file, report = shared_file("register-keluarga.xlsx"), tmp_path / "report.json"
    assert run(file, report, False, on=ON, out=io.StringIO()) == DONE
    first = json.loads(report.read_text())
    assert first["rows"] == 3639 and first["written"]["households"] == Household.objects.count() <= 900
    assert first["written"]["persons"] == Person.objects.count() == first["imported"]
    assert ImportedRow.objects.count() == 3639 - len(first["problems"]["blank_row"])
    assert verify_chains() == []
    before = everything()
    assert run(file, report, False, on=ON, out=io.StringIO()) == DONE
    assert everything() == before
    second = json.loads(report.read_text())
    assert second["problems"] == first["problems"] and second["outcomes"] == first["outcomes"]
    projection.rebuild()
    tokens = "people.NameToken"
    after = everything()
    assert {name: rows for name, rows in after.items() if name != tokens} == {
        name: rows for name, rows in before.items() if name != tokens
    }
    assert len(after[tokens]) == len(before[tokens])
