"""`simpul import areas`: what goes in, what is refused with its row, and what a second file changes."""

import gzip
import io
import json
from datetime import date
from pathlib import Path

import pytest

from primary_care.areas import projection
from primary_care.areas.changes import merge_areas, rename_area
from primary_care.areas.history import tree_on
from primary_care.areas.importing.command import import_areas
from primary_care.areas.models import Area, AreaChange, AreaVersion
from primary_care.areas.tests.shared_data import shared_file

pytestmark = pytest.mark.django_db

ON = date(2026, 1, 1)
LATER = date(2026, 6, 1)
ROWS = (
    "52,Nusa Tenggara Barat\n"
    "52.08,Kabupaten Lombok Utara\n"
    "52.08.01,Tanjung\n"
    "52.08.01.2001,Tanjung\n"
    '52.08.01.2002,"Sokong, I"\n'
)


class Run:
    """One import: `code`, what it said (`out`, `errors`), its report."""

    def __init__(self, folder: Path, content: str | bytes, on: date = ON, **options: object) -> None:
        file, report = folder / "wilayah.csv", folder / "laporan.json"
        text = f"kode,nama\n{content}" if isinstance(content, str) else content
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        report.unlink(missing_ok=True)
        out, errors = io.StringIO(), io.StringIO()
        self.code = import_areas(file, on=on, report=report, out=out, errors=errors, **options)  # type: ignore[arg-type]
        self.out, self.errors = out.getvalue(), errors.getvalue()
        self.report = json.loads(report.read_text()) if report.exists() else {}


def names() -> dict[str, str]:
    return dict(Area.objects.filter(valid_to__isnull=True).values_list("code", "name"))


def test_a_file_becomes_a_tree(tmp_path: Path) -> None:
    run = Run(tmp_path, ROWS, source="Kepmendagri 300.2.2-2138/2025")
    assert run.code == 0, run.errors
    desa = Area.objects.get(code="52.08.01.2002")
    assert (desa.name, desa.level, desa.path) == ("Sokong, I", "desa", "ID/52/52.08/52.08.01/52.08.01.2002/")
    assert run.report["new"] == {"nasional": 1, "provinsi": 1, "kabupaten": 1, "kecamatan": 1, "desa": 2}
    assert {version.change for version in AreaVersion.objects.all()} == {AreaChange.objects.get()}
    assert AreaChange.objects.get().source == "Kepmendagri 300.2.2-2138/2025"
    assert projection.rebuild() == set()


def test_a_second_import_changes_nothing(tmp_path: Path) -> None:
    Run(tmp_path, ROWS)
    kept = list(Area.objects.order_by("pk").values())
    run = Run(tmp_path, ROWS, LATER)
    assert (run.code, run.report["same"], run.report["new"]) == (0, 5, {})
    assert list(Area.objects.order_by("pk").values()) == kept
    assert AreaChange.objects.count() == 1


def test_another_name_is_a_rename_from_that_day(tmp_path: Path) -> None:
    Run(tmp_path, ROWS)
    run = Run(tmp_path, ROWS.replace("2001,Tanjung", "2001,Tanjung Baru"), LATER)
    assert run.report["renamed"] == [{"row": 5, "code": "52.08.01.2001", "from": "Tanjung", "to": "Tanjung Baru"}]
    desa = Area.objects.get(code="52.08.01.2001")
    assert desa.name == "Tanjung Baru"
    assert [tree_on(desa, day)[0].name for day in (date(2026, 5, 31), LATER)] == ["Tanjung", "Tanjung Baru"]
    assert projection.rebuild() == set()


def test_an_older_file_does_not_undo_a_later_change(tmp_path: Path) -> None:
    Run(tmp_path, ROWS)
    rename_area(Area.objects.get(code="52.08.01"), "Tanjung Raya", on=LATER, source="Perda 1")
    run = Run(tmp_path, ROWS, date(2026, 3, 1))
    assert run.code == 1 and "Baris 4 (52.08.01): Di sini sudah tercatat perubahan pada 01-06-2026" in run.errors
    assert names()["52.08.01"] == "Tanjung Raya"


def test_a_code_that_is_gone_is_told_and_stays(tmp_path: Path) -> None:
    Run(tmp_path, ROWS)
    run = Run(tmp_path, ROWS.replace("52.08.01.2001,Tanjung\n", "52.08.01.2003,Medana\n"), LATER)
    assert run.code == 0 and run.report["gone"] == [{"code": "52.08.01.2001", "name": "Tanjung"}]
    assert "TIDAK diakhiri" in run.out and "52.08.01.2001" in names()


def test_a_file_that_stops_at_the_kecamatan_says_nothing_of_desa(tmp_path: Path) -> None:
    Run(tmp_path, ROWS)
    run = Run(tmp_path, "".join(ROWS.splitlines(keepends=True)[:3]), LATER)
    assert run.report["gone"] == []


def test_a_code_that_ended_here_is_not_brought_back(tmp_path: Path) -> None:
    Run(tmp_path, ROWS)
    first, second = (Area.objects.get(code=f"52.08.01.200{number}") for number in (1, 2))
    merge_areas([first], into=second, on=LATER, source="Perda 1")
    run = Run(tmp_path, ROWS, LATER)
    assert run.code == 0 and run.report["ended_here"] == [{"row": 5, "code": "52.08.01.2001", "name": "Tanjung"}]
    assert not Area.objects.filter(code="52.08.01.2001", valid_to__isnull=True).exists()


def test_within_takes_one_area_with_what_is_above_and_inside(tmp_path: Path) -> None:
    more = ROWS + "52.09,Lain\n53,NTT\n"
    run = Run(tmp_path, more, within="52.08")
    assert run.code == 0
    assert set(names()) == {"ID", "52", "52.08", "52.08.01", "52.08.01.2001", "52.08.01.2002"}
    assert "tidak ada di berkas" in Run(tmp_path, more, within="52.10").errors
    assert "tidak sah" in Run(tmp_path, more, within="Lombok").errors


def test_a_dry_run_stores_nothing(tmp_path: Path) -> None:
    run = Run(tmp_path, ROWS, dry_run=True)
    assert run.code == 0 and "akan ditambahkan" in run.out and run.report["dry_run"]
    assert not Area.objects.exists()


def test_a_compressed_file_and_one_with_a_mark_of_order_are_read(tmp_path: Path) -> None:
    run = Run(tmp_path, gzip.compress(b"\xef\xbb\xbfkode,nama\r\n" + ROWS.replace("\n", "\r\n").encode()))
    assert run.code == 0 and len(names()) == 6


def test_blanks_at_the_ends_go_and_the_name_stays_as_written(tmp_path: Path) -> None:
    Run(tmp_path, "31,DKI Jakarta \n31.72, Kota Adm.  JAKARTA Utara \n")
    assert names()["31.72"] == "Kota Adm.  JAKARTA Utara"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("52,NTB\n52.08.01,Tanjung\n", "Baris 3 (52.08.01): Kode di atasnya, 52.08, tidak ada"),
        ("52,NTB\n52.8,Lombok\n", "Baris 3 (52.8): Kode tidak sah"),
        ("52,NTB\n5208,Lombok\n", "Baris 3 (5208): Kode tidak sah"),
        ("52,NTB\n\n52,Nusa\n", "Baris 4 (52): Kode ini sudah ada di baris 2 dengan nama lain: NTB."),
        ("52,  \n", "Baris 2 (52): Nama kosong."),
        ("52,NTB,lama\n", "Baris 2 (52): Ada 3 kolom, seharusnya 2."),
        ("52\n", "Baris 2 (52): Ada 1 kolom"),
        (f"52,{'x' * 121}\n", "Baris 2 (52): Nama lebih dari 120 huruf."),
        ('52,"NTB\x07"\n', "Baris 2 (52): Nama berisi tanda yang tidak terlihat."),
    ],
)
def test_a_wrong_row_is_told_and_nothing_is_stored(tmp_path: Path, rows: str, said: str) -> None:
    run = Run(tmp_path, rows + "53,NTT\n")
    assert run.code == 1 and said in run.errors
    assert len(run.report["faults"]) == 1 and not Area.objects.exists()


def test_every_fault_is_told_by_row_and_the_rest_is_in_the_report(tmp_path: Path) -> None:
    run = Run(tmp_path, "".join(f"{number}x,salah\n" for number in range(10, 40)))
    assert "30 baris salah" in run.errors and "dan 10 lagi" in run.errors
    assert [fault["row"] for fault in run.report["faults"]] == list(range(2, 32))


def test_a_row_that_says_the_same_again_does_no_harm(tmp_path: Path) -> None:
    run = Run(tmp_path, "52,NTB\n52,NTB\n")
    assert run.code == 0 and run.report["repeated"] == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"kode;nama\n52;NTB\n", "Baris pertama harus kode,nama; di berkas ini: kode;nama. Simpan ulang dengan koma"),
        (b"nama,kode\nNTB,52\n", "Baris pertama harus kode,nama"),
        (b"", "Baris pertama harus kode,nama; di berkas ini: kosong"),
        (b"kode,nama\n", "tidak berisi satu wilayah pun"),
        (b"kode,nama\n52,NTB\n53,Nusa \xe9\n", "Baris 3: huruf tidak terbaca sebagai UTF-8"),
        (b"PK\x03\x04rest", "ini bukan CSV"),
        (b"kode,nama\n52,\x00\n", "ini bukan CSV"),
        (b'kode,nama\n52,"NTB" x\n', "Baris 2: tanda kutip"),
        (b"\x1f\x8bbroken", "rusak"),
        (gzip.compress(b"kode,nama\n52,NTB\n" * 50, mtime=0)[:-12], "rusak"),
    ],
)
def test_a_file_that_is_no_list_of_codes_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    run = Run(tmp_path, content)
    assert run.code == 1 and said in run.errors and run.errors.startswith("Tidak ada yang diimpor.")
    assert not Area.objects.exists()


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    errors = io.StringIO()
    assert import_areas(tmp_path / "tidak-ada.csv", on=ON, errors=errors) == 1
    assert "tidak-ada.csv" in errors.getvalue()


def test_the_report_does_not_overwrite_the_file(tmp_path: Path) -> None:
    file, errors = tmp_path / "wilayah.csv", io.StringIO()
    file.write_text(f"kode,nama\n{ROWS}")
    assert import_areas(file, on=ON, report=file, errors=errors) == 1
    assert "Laporan akan menimpa" in errors.getvalue() and file.read_text().endswith(ROWS)


def test_the_nation_goes_in_whole() -> None:
    out, errors = io.StringIO(), io.StringIO()
    assert import_areas(shared_file("wilayah/wilayah-2025.csv.gz"), on=ON, out=out, errors=errors) == 0, (
        errors.getvalue()
    )
    counts = {
        level: Area.objects.filter(level=level).count() for level in ("provinsi", "kabupaten", "kecamatan", "desa")
    }
    assert counts == {"provinsi": 38, "kabupaten": 514, "kecamatan": 7285, "desa": 83762}
    assert Area.objects.get(code="52.08").path == "ID/52/52.08/"
    assert AreaVersion.objects.count() == 91_600
    out = io.StringIO()
    assert import_areas(shared_file("wilayah/wilayah-2025.csv.gz"), on=LATER, out=out, errors=errors) == 0
    assert "0 wilayah ditambahkan, 91599 sudah sama" in out.getvalue()
    assert AreaChange.objects.count() == 1
