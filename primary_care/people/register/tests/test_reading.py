import zipfile
from datetime import datetime

import openpyxl
import pytest

from primary_care.people.register import reading
from primary_care.people.register.reading import COLUMNS, SHEET, WorkbookError, read_workbook
from primary_care.people.register.tests.workbooks import BUDI, RINA, SITI, write_workbook


def refusal(path) -> str:
    with pytest.raises(WorkbookError) as caught:
        read_workbook(path)
    return str(caught.value)


def changed(path, change):
    """A good workbook after `change(sheet)`."""
    write_workbook(path, [BUDI, SITI])
    book = openpyxl.load_workbook(path)
    change(book[SHEET])
    book.save(path)
    return path


def test_rows_keep_their_sheet_number_and_raw_cells(tmp_path):
    moment = RINA | {"Tanggal Lahir": datetime(2015, 7, 12)}
    rows = read_workbook(write_workbook(tmp_path / "a.xlsx", [BUDI, {}, moment, {}, {}])).rows
    assert [(row.number, row.is_blank) for row in rows] == [(2, False), (3, True), (4, False)]
    assert rows[0].cells["NIK"] == BUDI["NIK"]
    assert rows[2].cells["Tanggal Lahir"] == datetime(2015, 7, 12)


def test_columns_may_stand_in_another_order_with_other_spelling_and_more_columns(tmp_path):
    path = changed(tmp_path / "a.xlsx", lambda sheet: sheet.move_range("A1:A3", cols=20))
    book = openpyxl.load_workbook(path)
    book[SHEET]["U1"] = " NO KK "
    book[SHEET]["V1"], book[SHEET]["V2"] = "Golongan Darah", "O"
    book.save(path)
    workbook = read_workbook(path)
    assert workbook.rows[0].cells["No. KK"] == BUDI["No. KK"]
    assert workbook.rows[0].cells["Golongan Darah"] == "O"
    assert workbook.extra_columns == ["Golongan Darah"]


def test_no_file_a_folder_and_an_empty_file(tmp_path):
    assert "tidak ditemukan" in refusal(tmp_path / "none.xlsx")
    assert "folder" in refusal(tmp_path)
    (tmp_path / "empty.xlsx").touch()
    assert "0 byte" in refusal(tmp_path / "empty.xlsx")


def test_not_a_workbook(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_text("No. KK;NIK\n1;2\n")
    assert "bukan buku kerja Excel" in refusal(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert "arsip" in refusal(path)


def test_a_truncated_workbook(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", [BUDI] * 50)
    path.write_bytes(path.read_bytes()[:-200])
    assert "bukan buku kerja" in refusal(path)


def test_a_workbook_with_a_broken_sheet(tmp_path):
    good = write_workbook(tmp_path / "good.xlsx", [BUDI] * 50)
    bad = tmp_path / "bad.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        for item in source.infolist():
            content = source.read(item)
            target.writestr(item, content[: len(content) // 2] if item.filename.endswith("sheet1.xml") else content)
    assert "rusak" in refusal(bad)


def test_password_and_old_format(tmp_path):
    path = tmp_path / "a.xlsx"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    path.write_bytes(ole)
    assert ".xls)" in refusal(path)
    path.write_bytes(ole + "EncryptedPackage".encode("utf-16-le"))
    assert "kata sandi" in refusal(path)


def test_a_file_of_200_mb_is_refused_without_reading_it(tmp_path):
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)  # sparse: costs no disk
    assert "200 MB" in refusal(path)


def test_a_small_file_that_unpacks_to_a_very_large_one(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_UNPACKED_BYTES", 1000)
    assert "setelah dibuka" in refusal(write_workbook(tmp_path / "a.xlsx", [BUDI]))


def test_too_many_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_ROWS", 2)
    assert "lebih dari 2 baris" in refusal(write_workbook(tmp_path / "a.xlsx", [BUDI, SITI, RINA]))


def test_another_workbook(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Stok Obat"
    book.save(tmp_path / "a.xlsx")
    message = refusal(tmp_path / "a.xlsx")
    assert SHEET in message and "Stok Obat" in message


def test_missing_and_renamed_columns_are_named_with_a_guess(tmp_path):
    columns = tuple("Nama" if column == "Nama Lengkap" else column for column in COLUMNS if column != "HPHT")
    message = refusal(write_workbook(tmp_path / "a.xlsx", [BUDI], columns=columns))
    assert "“HPHT”" in message
    assert "“Nama Lengkap” (kolom C “Nama”?)" in message
    assert "baris 1" in message


def test_a_column_twice(tmp_path):
    message = refusal(write_workbook(tmp_path / "a.xlsx", [BUDI], columns=(*COLUMNS, "NIK")))
    assert "“NIK”" in message and "B dan T" in message


def test_a_header_that_is_not_in_the_first_row(tmp_path):
    message = refusal(changed(tmp_path / "a.xlsx", lambda sheet: sheet.insert_rows(1, 2)))
    assert "baris 3" in message and "Hapus 2 baris" in message


def test_an_empty_sheet_and_a_sheet_without_data(tmp_path):
    assert "tidak ada baris data" in refusal(write_workbook(tmp_path / "a.xlsx", [{}, {}]))
    book = openpyxl.Workbook()
    book.active.title = SHEET
    book.save(tmp_path / "b.xlsx")
    assert "judul kolom tidak ada" in refusal(tmp_path / "b.xlsx")


def test_formulas_and_excel_errors_are_named_by_cell(tmp_path):
    def put(sheet):
        sheet["B3"] = "=B2"

    assert "B3 berisi rumus" in refusal(changed(tmp_path / "a.xlsx", put))

    def error(sheet):
        sheet["G2"] = "#N/A"

    assert "G2 berisi galat" in refusal(changed(tmp_path / "a.xlsx", error))


def test_merged_cells_are_named(tmp_path):
    message = refusal(changed(tmp_path / "a.xlsx", lambda sheet: sheet.merge_cells("A2:A3")))
    assert "A2:A3" in message and SHEET in message


def test_cells_under_no_heading(tmp_path):
    def put(sheet):
        sheet["Z3"] = "lupa"

    message = refusal(changed(tmp_path / "a.xlsx", put))
    assert "baris 3, kolom Z" in message


def test_a_date_cell_with_an_impossible_number_is_named(tmp_path):
    def put(sheet):
        sheet["G2"] = 99999999
        sheet["G2"].number_format = "dd/mm/yyyy"

    assert "G2" in refusal(changed(tmp_path / "a.xlsx", put))
