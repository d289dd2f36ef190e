"""`simpul import units FILE.csv`: units with their network, place and catchment. All or nothing, each fault with its row.

Columns: `kode,jenis,nama,induk,wilayah,wilayah_kerja`, the last with the codes of the areas served, parted by blanks; then
any of the traits (`traits.py`) under its key, an empty cell for unknown, `ya` or `tidak` for yes and no. A unit that is
there already is changed where the file says otherwise. Units and catchments that the file lacks are told, never ended.
"""

import csv
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from django.db import transaction

from primary_care.areas.importing.codes_file import FileRefused, read_text
from primary_care.areas.models import Area
from primary_care.reports import ReportRefused, check_report_path, write_report
from primary_care.units.actions import UnitRefused, add_catchment, add_unit, change_unit, set_trait
from primary_care.units.models import Unit, UnitKind
from primary_care.units.queries import catchment_areas, in_force, traits_on
from primary_care.units.traits import TRAITS

COLUMNS = ["kode", "jenis", "nama", "induk", "wilayah", "wilayah_kerja"]
# A unit is made after the one that coordinates it.
ORDER = [UnitKind.PUSKESMAS.value, UnitKind.PUSTU.value]
WORDS = {"ya": True, "tidak": False}
DONE, REFUSED = 0, 1
SHOWN = 20


@dataclass
class Outcome:
    """What an import did, by unit code; `faults` by row."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: int = 0
    faults: list[dict[str, Any]] = field(default_factory=list)
    not_in_file: list[str] = field(default_factory=list)
    served_beyond_file: list[str] = field(default_factory=list)


def import_units(
    file: Path,
    *,
    on: date,
    source: str = "",
    report: Path | None = None,
    dry_run: bool = False,
    out: TextIO = sys.stdout,
    errors: TextIO = sys.stderr,
) -> int:
    """Bring the units to what the file says from `on`; returns 0, or 1 with the reasons on `errors` and nothing stored."""
    outcome = Outcome()
    try:
        check_report_path(report, file)
        rows = list(_rows(file))
        with transaction.atomic():
            for number, cells in sorted(rows, key=lambda one: _rank(one[1]["jenis"])):
                try:
                    with transaction.atomic():
                        _store(cells, on, source or file.name, outcome)
                except UnitRefused as error:
                    outcome.faults.append({"row": number, "code": cells["kode"], "reason": str(error)})
            listed = {cells["kode"] for _, cells in rows}
            others = Unit.objects.filter(in_force(on)).exclude(code__in=listed)
            outcome.not_in_file = sorted(others.values_list("code", flat=True))
            transaction.set_rollback(bool(outcome.faults) or dry_run)
    except (FileRefused, ReportRefused) as error:
        print(f"Tidak ada yang diimpor. {error}", file=errors)
        return REFUSED
    outcome.faults.sort(key=lambda fault: fault["row"])
    if report:
        told = {"file": file.name, "on": on.isoformat(), "dry_run": dry_run, "rows": len(rows), **vars(outcome)}
        write_report(told, report)
    if outcome.faults:
        print(f"Tidak ada yang diimpor: {len(outcome.faults)} baris salah.", file=errors)
        for fault in outcome.faults[:SHOWN]:
            print(f"  Baris {fault['row']} ({fault['code']}): {fault['reason']}", file=errors)
        return REFUSED
    will = "akan " if dry_run else ""
    print(
        f"{len(outcome.new)} unit {will}ditambahkan, {len(outcome.changed)} {will}diubah, {outcome.same} sama.",
        file=out,
    )
    for text, codes in (
        ("unit tidak ada di berkas dan tidak ditutup", outcome.not_in_file),
        ("wilayah kerja tidak ada di berkas dan tidak diakhiri", outcome.served_beyond_file),
    ):
        if codes:
            print(f"{len(codes)} {text}: {', '.join(codes[:SHOWN])}", file=out)
    return DONE


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(read_text(file), newline=""), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        more = header[len(COLUMNS) :]
        if header[: len(COLUMNS)] != COLUMNS or not set(more) <= set(TRAITS) or len(set(more)) < len(more):
            raise FileRefused(
                f"Baris pertama harus {','.join(COLUMNS)}, lalu bila perlu: {', '.join(TRAITS)}. "
                f"Di berkas ini: {','.join(header)[:120] or 'kosong'}."
            )
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header):
                raise FileRefused(f"Baris {reader.line_num}: ada {len(cells)} kolom, seharusnya {len(header)}.")
            yield reader.line_num, dict(zip(header, (cell.strip() for cell in cells), strict=True))
    except csv.Error as error:
        raise FileRefused(f"Baris {reader.line_num}: tanda kutip atau pemisah tidak benar ({error}).") from error


def _rank(kind: str) -> int:
    return ORDER.index(kind) if kind in ORDER else len(ORDER)


def _store(cells: dict[str, str], on: date, source: str, outcome: Outcome) -> None:
    area, serves = _area(cells["wilayah"]), [_area(code) for code in cells["wilayah_kerja"].split()]
    parent = None
    if cells["induk"]:
        parent = Unit.objects.filter(in_force(on), code=cells["induk"]).first()
        if parent is None:
            raise UnitRefused(f"Unit induk {cells['induk']} tidak ada.")
    traits = {key: _value(key, cells[key]) for key in TRAITS if cells.get(key)}
    unit = Unit.objects.filter(code=cells["kode"]).select_related("parent", "area").first()
    if unit is None:
        unit = add_unit(
            code=cells["kode"],
            kind=cells["jenis"],
            name=cells["nama"],
            area=area,
            parent=parent,
            serves=serves,
            on=on,
            source=source,
        )
        for key, value in traits.items():
            set_trait(unit, key, value, on=on, source=source)
        outcome.new.append(unit.code)
        return
    if unit.kind != cells["jenis"]:
        raise UnitRefused(f"{unit.name} tercatat sebagai {unit.kind}; jenis unit tidak berubah. Beri kode baru.")
    touched = False
    if (unit.name, unit.parent, unit.area) != (" ".join(cells["nama"].split()), parent or unit.parent, area):
        change_unit(unit, name=cells["nama"], parent=parent, area=area, on=on, source=source)
        touched = True
    now = catchment_areas(unit, on)
    for served in serves:
        if served not in now:
            add_catchment(unit, served, on=on)
            touched = True
    outcome.served_beyond_file += [f"{unit.code} {served.code}" for served in now if served not in serves]
    known = traits_on(unit, on)
    for key, value in traits.items():
        if key not in known or known[key] != value:
            set_trait(unit, key, value, on=on, source=source)
            touched = True
    if touched:
        outcome.changed.append(unit.code)
    else:
        outcome.same += 1


def _area(code: str) -> Area:
    area = Area.objects.filter(code=code, valid_to__isnull=True).first()
    if area is None:
        raise UnitRefused(f"Wilayah {code or '(kosong)'} tidak ada.")
    return area


def _value(key: str, text: str) -> Any:
    """A cell as the trait wants it; `set_trait` refuses what makes no sense."""
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    if text.isascii() and text.isdigit():
        return int(text)
    return text.split() if key == "asal-ukbm" else text
