"""The JSON report of an import: checked before the work begins, written whole."""

import json
from pathlib import Path
from typing import Any


class ReportRefused(Exception):
    """The report cannot be written there; the text says why and what to do."""


def check_report_path(report: Path | None, file: Path) -> None:
    """Before the import of `file`, not after it: an import without its report would leave its questions unseen."""
    if report is None:
        return
    try:
        if report.exists() and file.exists() and report.samefile(file):
            raise ReportRefused(f"Laporan akan menimpa berkas {file}. Sebutkan nama lain, misalnya laporan.json.")
        if not report.resolve().parent.is_dir():
            raise ReportRefused(f"Folder untuk laporan tidak ada: {report.resolve().parent}. Buat foldernya dahulu.")
        if report.is_dir():
            raise ReportRefused(f"{report} adalah folder. Sebutkan nama berkas laporannya, misalnya laporan.json.")
        partial = _partial(report)
        partial.touch()
        partial.unlink()
    except OSError as error:
        raise ReportRefused(
            f"Laporan tidak dapat ditulis ke {report} ({error.strerror}). Pilih nama atau folder lain."
        ) from error


def write_report(report: dict[str, Any], path: Path) -> None:
    """Write the report so that a reader never meets half of it."""
    partial = _partial(path)
    partial.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    partial.replace(path)


def _partial(path: Path) -> Path:
    return path.with_name(path.name + ".partial")
