"""`simpul import households FILE.xlsx --report REPORT.json [--dry-run]`: what the command line calls."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TextIO

from django.db import IntegrityError, transaction

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.models import Assignment, User
from primary_care.accounts.operators import operator_account
from primary_care.accounts.scope import assignments_of
from primary_care.areas.models import Area
from primary_care.people.actions import ActionRefused
from primary_care.people.nik import SYNTHETIC_PROVINCE
from primary_care.people.permissions import may_register
from primary_care.people.register.importing import import_plan
from primary_care.people.register.places import PlaceFinder
from primary_care.people.register.plans import make_plan
from primary_care.people.register.reading import Workbook, WorkbookError, read_workbook
from primary_care.people.register.report import make_report
from primary_care.people.register.running import OnPregnancy
from primary_care.reports import ReportRefused, check_report_path, write_report

DONE, REFUSED = 0, 1
# Makes, for the one who signs and the day, the function that opens a pregnancy.
PregnancyOpener = Callable[[User, "Assignment | None", date], OnPregnancy]
OPERATOR = "impor-register"  # signs an import from the command line when no user is named; nobody can log in with it


class ImportRefused(Exception):
    """Nothing was imported; the text says why and what to do."""


def run(
    file: Path,
    report: Path | None,
    dry_run: bool,
    *,
    on: date,
    username: str | None = None,
    on_pregnancy_by: PregnancyOpener | None = None,
    load_sample_areas: Callable[[], object] | None = None,
    out: TextIO = sys.stdout,
    errors: TextIO = sys.stderr,
) -> int:
    """Import the workbook and write the report; returns the exit code, 0 or 1 with a message on `errors`.

    `on` is the day that the rules compare with and from which the facts hold. `username`: the user who imports, bound by
    role and working area; without one it is the operator of this node. `on_pregnancy_by` makes, for the one who signs, the
    function that opens a pregnancy (`visits.register_import.opener`); without it no pregnancy is recorded.
    `load_sample_areas` fills a node without areas with those of the demo (`demo.place.build`), so that the sample register
    can be tried on a fresh node; it is called for nothing but a register of synthetic people.
    """
    try:
        check_report_path(report, file)
        workbook = read_workbook(file)
        with transaction.atomic():
            if load_sample_areas and is_synthetic(workbook) and not Area.objects.exists():
                load_sample_areas()
            places = PlaceFinder(on)
            if not places.village_names:
                raise ImportRefused(
                    "Node ini belum punya wilayah, jadi tidak ada desa untuk menempatkan keluarga. "
                    "Muat dahulu wilayah kerja Anda; untuk mencoba dengan data contoh jalankan: simpul demo"
                )
            plan = make_plan(workbook, places.village_names, on)
            written = None
            if dry_run:
                transaction.set_rollback(True)  # the sample areas too
            else:
                user, assignment = _signer(username, on)
                opener = on_pregnancy_by(user, assignment, on) if on_pregnancy_by else None
                written = import_plan(
                    plan, places=places, file=file, on=on, user=user, by=assignment, on_pregnancy=opener
                )
    except (WorkbookError, ImportRefused, ReportRefused, ActionRefused, NotAllowed) as error:
        print(f"Tidak ada yang diimpor. {error}", file=errors)
        return REFUSED
    except IntegrityError:
        print(
            "Tidak ada yang diimpor: sementara impor berjalan, keluarga atau orang yang sama didaftarkan lewat jalan lain. "
            "Jalankan perintah yang sama sekali lagi.",
            file=errors,
        )
        return REFUSED
    result = make_report(plan, file=file.name, on=on, dry_run=dry_run, written=asdict(written) if written else None)
    if report:
        write_report(result, report)
    verb = "akan diimpor" if dry_run else "diimpor"
    print(
        f"{result['rows']} baris, {result['households']} keluarga: {result['imported']} {verb} "
        f"({result['imported_with_question']} dengan pertanyaan), {result['held']} ditahan.",
        file=out,
    )
    if written:
        print(
            f"Baru: {written.households} keluarga, {written.persons} orang, {written.pregnancies} kehamilan."
            if written.rows
            else "Semua baris ini sudah ada; tidak ada yang berubah.",
            file=out,
        )
    if workbook.extra_columns:
        print(f"Kolom di luar formulir disimpan bersama barisnya: {', '.join(workbook.extra_columns)}.", file=out)
    if report:
        print(f"Laporan: {report}", file=out)
    return DONE


def is_synthetic(workbook: Workbook) -> bool:
    """Whether every whole NIK begins with the unused province code 99, as those of made-up people do."""
    numbers = [str(row.cells["NIK"]).strip() for row in workbook.rows if row.cells["NIK"] is not None]
    return bool(numbers) and all(number.startswith(SYNTHETIC_PROVINCE) for number in numbers)


def _signer(username: str | None, on: date) -> tuple[User, Assignment | None]:
    """Who signs the import, and the assignment that binds it."""
    if username is None:
        return operator_account(OPERATOR, "Impor register keluarga"), None
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise ImportRefused(f"Pengguna “{username}” tidak ada atau tidak aktif. Periksa nama penggunanya.")
    for assignment in assignments_of(user, on):
        if may_register(assignment.role):
            return user, assignment
    raise ImportRefused(
        f"Pengguna “{username}” tidak punya penugasan yang boleh mendaftarkan keluarga pada {on:%d-%m-%Y}."
    )
