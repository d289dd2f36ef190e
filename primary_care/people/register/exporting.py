"""The register as a workbook, for those who may take names out of the node: in the form that the import reads, so that it can be worked on
and come back.

Every cell is text, NIK and KK number too, so that Excel keeps all their digits; a cell that Excel would take for a formula is marked as
text (`quotePrefix`) and never begins one. A second sheet says who took the list, when, of where, and why.
"""

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from primary_care.accounts.access import EXPORT
from primary_care.accounts.models import Assignment
from primary_care.accounts.scope import scope_of_assignment
from primary_care.areas.models import Area
from primary_care.people import permissions
from primary_care.people.models import JKN, BirthDatePrecision, Disability, MaritalStatus, Person, Relationship, Sex
from primary_care.people.reasons import allow_export
from primary_care.people.register.reading import COLUMNS, SHEET

ABOUT = "Keterangan"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")
WIDTHS = {"No. KK": 19, "NIK": 19, "Nama Lengkap": 30, "Hubungan": 16, "Tanggal Lahir": 13, "Desa/Kel": 18, "Dusun": 14}


@transaction.atomic
def export_register(*, within: Area, reason: str, by: Assignment, on: date) -> bytes:
    """The workbook of everybody who lives in `within`, with a line in the audit trail. Raises `NotAllowed` or `NoReason`."""
    permissions.check_can_export(by, within.path, on)
    allow_export("people.register", area_path=within.path, reason=reason, by=by, on=on)
    scope = scope_of_assignment(by, on, "keluarga", EXPORT)
    people = Person.objects.visible_to(scope).in_areas([within.path]).alive()
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.freeze_panes = "A2"
    for position, column in enumerate(COLUMNS):
        sheet.column_dimensions[chr(ord("A") + position)].width = WIDTHS.get(column, 12)
    sheet.append([_cell(sheet, column, bold=True) for column in COLUMNS])
    count = 0
    for row in rows_of(people):
        sheet.append([_cell(sheet, row[column]) for column in COLUMNS])
        count += 1
    about = book.create_sheet(ABOUT)
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 22, 70
    for pair in (
        ("Isi", f"Register keluarga {within.name}, {count} orang"), ("Diambil", f"{on:%d-%m-%Y} oleh {by.user.full_name}, {by}"),
        ("Alasan", " ".join(reason.split())),
        ("Perhatian", "Berisi data pribadi. Simpan di tempat yang terkunci dan hapus setelah dipakai."),
    ):  # fmt: skip
        about.append([_cell(about, text) for text in pair])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows_of(people: Any) -> Iterator[dict[str, str]]:
    """One row a person, by family, the head first, in the columns of the form."""
    names = _places()
    ordered = people.select_related("version", "household", "area").order_by(
        "area_path", "household_id", "birth_date", "pk"
    )
    rows = sorted(
        ordered, key=lambda one: (one.area_path, str(one.household_id), one.relationship != "kepala-keluarga")
    )
    for person in rows:
        version, place = person.version, names.get(person.area_path, {})
        yield {
            "No. KK": (person.household.no_kk or "") if person.household else "",
            "NIK": person.nik or "",
            "Nama Lengkap": person.full_name,
            "Hubungan": _label(Relationship, person.relationship),
            "JK": {Sex.LAKI_LAKI: "L", Sex.PEREMPUAN: "P"}.get(person.sex, ""),
            "Tempat Lahir": version.birth_place,
            "Tanggal Lahir": _birth(person),
            "Status Kawin": _label(MaritalStatus, version.marital_status),
            "Pekerjaan": version.occupation,
            "Desa/Kel": place.get("desa", ""),
            "Dusun": place.get("dusun", ""),
            "RT": place.get("rt", ""),
            "RW": place.get("rw", ""),
            "No. HP": version.phone,
            "JKN": {JKN.PBI: "PBI", JKN.NON_PBI: "Non-PBI", JKN.MANDIRI: "Mandiri", JKN.TIDAK: "Tidak"}.get(
                version.jkn, ""
            ),
            "Disabilitas": ", ".join(_label(Disability, one) for one in version.disability),
            "Hamil": "",
            "HPHT": "",
            "Ket": "",
        }


def _places() -> dict[str, dict[str, str]]:
    """For the path of every area, the names of the desa, dusun, RW and RT that it goes through; numbers as the form has them."""
    found: dict[str, dict[str, str]] = {}
    for path, level, name in Area.objects.order_by("path").values_list("path", "level", "name"):
        above = found.get(path.rstrip("/").rpartition("/")[0] + "/", {})
        if level in ("desa", "dusun", "rw", "rt"):
            short = name.removeprefix(level.upper()).strip().lstrip("0") if level in ("rw", "rt") else name
            found[path] = {**above, level: short or name}
    return found


def _birth(person: Person) -> str:
    if person.birth_date is None:
        return ""
    known = {BirthDatePrecision.YEAR: "%Y", BirthDatePrecision.MONTH: "%m/%Y"}
    return person.birth_date.strftime(known.get(BirthDatePrecision(person.birth_date_precision), "%d/%m/%Y"))


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value else ""


def _cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    """A text cell, whatever the text begins with."""
    cell = WriteOnlyCell(sheet, value="")
    cell.value = text
    cell.data_type = "s"
    cell.number_format = "@"
    if text.startswith(FORMULA):
        cell.quotePrefix = True
    if bold:
        cell.font = Font(bold=True)
    return cell
