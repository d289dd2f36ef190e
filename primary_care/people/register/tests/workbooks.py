"""Small register workbooks for the tests."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from primary_care.people.register.plans import Plan, make_plan
from primary_care.people.register.reading import COLUMNS, SHEET, read_workbook
from primary_care.people.register.rows import RegisterRow

ON = date(2026, 11, 1)
VILLAGES = ["Mekar Sari", "Sumber Rejeki"]
KK = "9901010203040001"
SHARED = Path(__file__).resolve().parents[5] / "shared/data/register"

BUDI = {
    "No. KK": KK, "NIK": "9901010304850001", "Nama Lengkap": "Budi Santoso", "Hubungan": "Kepala Keluarga", "JK": "L",
    "Tempat Lahir": "Mataram", "Tanggal Lahir": "03/04/1985", "Status Kawin": "Kawin", "Pekerjaan": "Petani",
    "Desa/Kel": "Mekar Sari", "Dusun": "Timur", "RT": 1, "RW": 2, "No. HP": "081200000001", "JKN": "PBI",
}  # fmt: skip
SITI = BUDI | {
    "NIK": "9901014506880002", "Nama Lengkap": "Siti Rahayu", "Hubungan": "Istri", "JK": "P",
    "Tanggal Lahir": "05/06/1988", "No. HP": None,
}  # fmt: skip
RINA = BUDI | {
    "NIK": "9901015207150003", "Nama Lengkap": "Rina Santoso", "Hubungan": "Anak", "JK": "P",
    "Tanggal Lahir": "12/07/2015", "Status Kawin": "Belum Kawin", "Pekerjaan": "Pelajar", "No. HP": None,
}  # fmt: skip


def write_workbook(path: Path, rows: list[dict[str, Any]], *, columns: tuple[str, ...] = COLUMNS) -> Path:
    """A register with these rows from sheet row 2 on; an empty dictionary is a blank row."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.append(list(columns))
    for number, row in enumerate(rows, 2):
        for index, column in enumerate(columns, 1):
            if row.get(column) is not None:
                sheet.cell(number, index, row[column])
    book.save(path)
    return path


def plan_of(folder: Path, rows: list[dict[str, Any]], on: date = ON) -> Plan:
    return make_plan(read_workbook(write_workbook(folder / "register.xlsx", rows)), VILLAGES, on)


def codes_of(plan: Plan) -> list[list[str]]:
    """The problem codes of each row, in sheet order."""
    return [sorted(row.codes()) for row in plan.rows]


def row_of(plan: Plan, number: int) -> RegisterRow:
    return next(row for row in plan.rows if row.number == number)


def shared_file(name: str) -> Path:
    """A file of the data folder beside the project; its absence is an error in CI and a skip elsewhere."""
    path = SHARED / name
    if not path.exists():
        message = f"{path} is missing: the data folder must lie beside the project"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return path
