"""`simpul import areas` and `simpul import borders`: what the command line calls. The operator of the node acts."""

import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from django.db import transaction

from primary_care.areas.actions import lock_tree
from primary_care.areas.importing.borders import plan_borders, read_features, write_borders
from primary_care.areas.importing.codes import Plan, plan_import, write
from primary_care.areas.importing.codes_file import CODE, FileRefused, read_codes
from primary_care.areas.models import Area, AreaLevel
from primary_care.reports import ReportRefused, check_report_path, write_report

DONE, REFUSED = 0, 1
SHOWN = 20  # faults or codes told on the screen; the report has all


def import_areas(
    file: Path,
    *,
    on: date,
    within: str = "",
    source: str = "",
    report: Path | None = None,
    dry_run: bool = False,
    out: TextIO = sys.stdout,
    errors: TextIO = sys.stderr,
) -> int:
    """Bring the tree to what the file says from `on`; returns 0, or 1 with the reasons on `errors` and nothing stored."""
    try:
        check_report_path(report, file)
        if within and not CODE.fullmatch(within):
            raise FileRefused(f"Kode {within} tidak sah; tulis seperti 52.08.")
        codes = read_codes(file)
        if within and not any(row.code == within for row in codes.rows):
            raise FileRefused(f"Kode {within} tidak ada di berkas ini.")
        with transaction.atomic():
            lock_tree()
            plan = plan_import(codes.rows, on=on, within=within)
            faults = sorted([*codes.faults, *plan.faults], key=lambda fault: fault.row)
            if not faults and not dry_run:
                write(plan, on=on, source=source or file.name)
    except (FileRefused, ReportRefused) as error:
        print(f"Tidak ada yang diimpor. {error}", file=errors)
        return REFUSED
    told = {
        "file": file.name,
        "on": on.isoformat(),
        "within": within,
        "dry_run": dry_run,
        "rows": len(codes.rows),
        "repeated": codes.repeated,
        "faults": [asdict(fault) for fault in faults],
        "same": plan.same,
        "new": plan.new_by_level,
        "renamed": [
            {"row": row.row, "code": row.code, "from": area.name, "to": row.name} for area, row in plan.renamed
        ],
        "gone": [{"code": area.code, "name": area.name} for area in plan.gone],
        "ended_here": [asdict(row) for row in plan.ended],
    }
    if report:
        write_report(told, report)
    if faults:
        print(f"Tidak ada yang diimpor: {len(faults)} baris salah.", file=errors)
        _list(errors, [f"Baris {fault.row} ({fault.code}): {fault.reason}" for fault in faults])
        return REFUSED
    _tell_areas(plan, dry_run, out)
    return DONE


def import_borders(
    file: Path,
    *,
    on: date,
    code_property: str = "",
    source: str = "",
    report: Path | None = None,
    dry_run: bool = False,
    out: TextIO = sys.stdout,
    errors: TextIO = sys.stderr,
) -> int:
    """Store the borders of the file, in force from `on`; returns 0, or 1 with the reasons on `errors` and nothing stored."""
    try:
        check_report_path(report, file)
        features = read_features(file)
        with transaction.atomic():
            lock_tree()
            plan = plan_borders(features, on=on, source=source or file.name, code_property=code_property)
            if not plan.faults and not dry_run:
                write_borders(plan)
    except (FileRefused, ReportRefused) as error:
        print(f"Tidak ada yang diimpor. {error}", file=errors)
        return REFUSED
    kept = sum(border.points for border in plan.new)
    told: dict[str, Any] = {
        "file": file.name,
        "on": on.isoformat(),
        "dry_run": dry_run,
        "code_property": plan.code_property,
        "features": len(features),
        "new": [border.area.code for border in plan.new],
        "same": plan.same,
        "points": {"in_file": plan.points, "kept": kept},
        "faults": [asdict(fault) for fault in plan.faults],
    }
    if report:
        write_report(told, report)
    if plan.faults:
        print(f"Tidak ada yang diimpor: {len(plan.faults)} wilayah salah.", file=errors)
        _list(errors, [f"Feature {fault.feature} ({fault.code or '?'}): {fault.reason}" for fault in plan.faults])
        return REFUSED
    verb = "akan disimpan" if dry_run else "disimpan"
    print(f"{len(plan.new)} batas wilayah {verb} ({kept} titik), {plan.same} sudah sama.", file=out)
    return DONE


def _tell_areas(plan: Plan, dry_run: bool, out: TextIO) -> None:
    levels = [(level, plan.new_by_level.get(level, 0)) for level in AreaLevel.values]
    made = ", ".join(f"{count} {AreaLevel(level).label.lower()}" for level, count in levels if count)
    verb = "akan ditambahkan" if dry_run else "ditambahkan"
    print(f"{len(plan.new)} wilayah {verb}{f' ({made})' if made else ''}, {plan.same} sudah sama.", file=out)
    if plan.renamed:
        print(f"{len(plan.renamed)} nama {'akan berubah' if dry_run else 'berubah'}:", file=out)
        _list(out, [f"{row.code}: {area.name} → {row.name}" for area, row in plan.renamed])
    if plan.gone:
        print(
            f"{len(plan.gone)} kode tidak ada lagi di berkas dan TIDAK diakhiri. Bila dimekarkan, digabung atau dipindahkan, "
            "catat dengan: simpul areas split, merge, move",
            file=out,
        )
        _list(out, [_named(area) for area in plan.gone])
    if plan.ended:
        print(f"{len(plan.ended)} kode sudah berakhir di node ini dan tidak dihidupkan lagi:", file=out)
        _list(out, [f"{row.code} {row.name}" for row in plan.ended])


def _named(area: Area) -> str:
    return f"{area.code} {area.name}"


def _list(stream: TextIO, lines: list[str]) -> None:
    for line in lines[:SHOWN]:
        print(f"  {line}", file=stream)
    if len(lines) > SHOWN:
        print(f"  … dan {len(lines) - SHOWN} lagi; semuanya ada di laporan (--report).", file=stream)
