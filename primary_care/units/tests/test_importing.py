"""`simpul import units`: units from a CSV, all or nothing."""

import io
import json
from datetime import date
from pathlib import Path

import pytest

from primary_care.accounts.tests.factories import Place, make_place
from primary_care.areas.queries import setting_at
from primary_care.units.importing import import_units
from primary_care.units.models import Catchment, Unit
from primary_care.units.queries import catchment_areas, traits_on

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 1)
LATER = date(2026, 6, 1)
HEADER = "kode,jenis,nama,induk,wilayah,wilayah_kerja,tipologi,poned,hari-buka,asal-ukbm\n"
ROWS = (
    "Y1,posyandu,Posyandu Kenanga,T1,99.01.01.2002-rt01,99.01.01.2002-rt01,,,12,posyandu-kia posyandu-lansia\n"
    "T1,pustu,Pustu Dua,P1,99.01.01.2002,99.01.01.2002,,,,\n"
    "P1,puskesmas,Puskesmas Satu,,99.01.01,99.01.01.2001 99.01.01.2002,perdesaan,ya,,\n"
)


class Run:
    """One import: `code`, what it said, its report."""

    def __init__(self, folder: Path, rows: str, on: date = ON, header: str = HEADER, dry_run: bool = False) -> None:
        file, report = folder / "unit.csv", folder / "laporan.json"
        file.write_text(header + rows)
        out, errors = io.StringIO(), io.StringIO()
        self.code = import_units(file, on=on, report=report, dry_run=dry_run, out=out, errors=errors)
        self.out, self.errors = out.getvalue(), errors.getvalue()
        self.report = json.loads(report.read_text()) if report.exists() else {}


@pytest.fixture
def place() -> Place:
    place = make_place()
    Catchment.objects.all().delete()
    return place


def test_units_go_in_with_network_catchment_and_traits(place: Place, tmp_path: Path) -> None:
    run = Run(tmp_path, ROWS)
    assert run.code == 0, run.errors
    posyandu = Unit.objects.get(code="Y1")
    assert posyandu.parent and (posyandu.parent.code, posyandu.parent.parent and posyandu.parent.parent.code) == (
        "T1",
        "P1",
    )
    assert traits_on(posyandu, ON) == {"hari-buka": 12, "asal-ukbm": ["posyandu-kia", "posyandu-lansia"]}
    puskesmas = Unit.objects.get(code="P1")
    assert catchment_areas(puskesmas, ON) == [place.desa, place.other_desa]
    assert traits_on(puskesmas, ON) == {"tipologi": "perdesaan", "poned": True}
    assert setting_at(place.rt1, "puskesmas-poned", ON) is True
    assert run.report["not_in_file"] == ["P99", "T99", "Y99"] and "tidak ditutup" in run.out


def test_a_second_import_changes_nothing_and_a_changed_file_what_it_says(place: Place, tmp_path: Path) -> None:
    Run(tmp_path, ROWS)
    assert Run(tmp_path, ROWS, LATER).report["same"] == 3
    changed = ROWS.replace("Pustu Dua", "Pustu Mawar").replace("99.01.01.2001 99.01.01.2002", "99.01.01.2002")
    run = Run(tmp_path, changed, LATER)
    assert (run.report["changed"], run.report["served_beyond_file"]) == (["T1"], ["P1 99.01.01.2001"])
    assert Unit.objects.get(code="T1").name == "Pustu Mawar"
    assert catchment_areas(Unit.objects.get(code="P1"), LATER) == [place.desa, place.other_desa]


def test_a_dry_run_stores_nothing(place: Place, tmp_path: Path) -> None:
    assert "3 unit akan ditambahkan" in Run(tmp_path, ROWS, dry_run=True).out
    assert not Unit.objects.filter(code="P1").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("T1,pustu", "T1,warung"), "Baris 3 (T1): Jenis unit tidak dikenal: warung."),
        (("Dua,P1", "Dua,P7"), "Baris 3 (T1): Unit induk P7 tidak ada."),
        (("99.01.01.2002-rt01,99", "99.01.01.2002-rt09,99"), "Baris 2 (Y1): Wilayah 99.01.01.2002-rt09 tidak ada."),
        (("perdesaan", "kota"), "Baris 4 (P1): Tipologi wilayah: nilai 'kota' tidak dikenal."),
        (("T1,pustu", "T99,posyandu"), "Baris 3 (T99): pustu T99 tercatat sebagai pustu; jenis unit tidak berubah."),
        ((",12,", ",x,"), "Baris 2 (Y1): Tanggal hari buka"),
    ],
)
def test_a_wrong_row_is_told_and_nothing_is_stored(
    place: Place, tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    before = Unit.objects.count()
    run = Run(tmp_path, ROWS.replace(*change))
    assert run.code == 1 and said in run.errors
    assert Unit.objects.count() == before and not Catchment.objects.exists()


@pytest.mark.parametrize(
    "header", ["kode,nama\n", HEADER.replace("poned", "ponet"), "", HEADER.replace("poned", "tipologi")]
)
def test_other_columns_are_refused(place: Place, tmp_path: Path, header: str) -> None:
    run = Run(tmp_path, ROWS, header=header)
    assert run.code == 1 and "Baris pertama harus kode,jenis,nama" in run.errors


def test_a_row_with_too_few_cells_is_refused(place: Place, tmp_path: Path) -> None:
    assert (
        "Baris 3: ada 2 kolom, seharusnya 10" in Run(tmp_path, ROWS.splitlines(keepends=True)[0] + "T1,pustu\n").errors
    )
