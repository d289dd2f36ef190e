"""`simpul growth IN.csv OUT.csv`: WHO z-scores for a file of measurements.

In: the columns sex (1 or 2, L or P, laki-laki or perempuan), age_days, weight_kg, lenhei_cm, measure (l or h,
telentang or berdiri), headc_cm, muac_cm, oedema (y or n), in any order, quoted or not, separated by comma or
semicolon; other columns are ignored. An empty cell means not recorded. Out: one row for each row in, in the same
order, with the columns of WHO's program: clenhei, cmeasure, c9mo_flag, cbmi, csex, then z and f of len, wei, wfl,
bmi, hc, ac; empty where not computable.
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from care_engine.growth.table import z_scores

NUMBERS = {"age_days": "731", "weight_kg": "9.9", "lenhei_cm": "77.9", "headc_cm": "46.7", "muac_cm": "11.9"}
"""Numeric columns, each with the example that an error message shows."""

CODES: dict[str, dict[str, str | int]] = {
    "sex": {"1": 1, "2": 2, "m": 1, "f": 2, "l": 1, "p": 2, "laki-laki": 1, "perempuan": 2},
    "measure": {"l": "l", "h": "h", "telentang": "l", "berdiri": "h"},
    "oedema": {"y": "y", "n": "n", "1": "y", "2": "n", "ya": "y", "tidak": "n"},
}
ADVICE = {
    "sex": (
        "Tulis 1 atau L (laki-laki), 2 atau P (perempuan), atau kosongkan",
        "write 1 or 2, or leave it empty",
    ),
    "measure": (
        "Tulis l (telentang), h (berdiri), atau kosongkan",
        "write l (lying) or h (standing), or leave it empty",
    ),
    "oedema": ("Tulis y (ya), n (tidak), atau kosongkan", "write y or n, or leave it empty"),
}
INDICES = ("len", "wei", "wfl", "bmi", "hc", "ac")


class GrowthCsvError(ValueError):
    """The file cannot be used; the message says which file, row and column, what is wrong and what to do."""


def growth_csv(in_path: str | Path, out_path: str | Path) -> int:
    """Read measurements from `in_path`, write z-scores to `out_path`; returns the number of rows.

    Nothing is written unless the whole file is sound. Raises GrowthCsvError.
    """
    source, target = Path(in_path), Path(out_path)
    if target.exists() and source.exists() and target.samefile(source):
        raise GrowthCsvError(
            f"{target}: hasil akan menimpa berkas pengukuran. Sebutkan nama lain untuk hasil. "
            "(the result would replace the measurements; give it another name)"
        )
    table = _with_column_names(source, _read(source))
    columns = {name: _number(source, table[name], name, example) for name, example in NUMBERS.items()}
    columns |= {name: _code(source, table[name], name) for name in CODES}
    try:
        _result(columns).write_csv(target)
    except OSError as error:
        raise GrowthCsvError(
            f"{target}: hasil tidak dapat ditulis. Periksa folder dan izinnya. "
            f"(cannot write the result; check the folder and its permissions: {error.strerror or error})"
        ) from error
    return table.height


def _read(source: Path) -> pl.DataFrame:
    """Every cell as text, so that a fault can be named by its row."""
    try:
        with source.open(encoding="utf-8-sig") as lines:
            header = lines.readline()
        separator = ";" if header.count(";") > header.count(",") else ","
        return pl.read_csv(source, separator=separator, infer_schema=False)
    except OSError as error:
        raise GrowthCsvError(
            f"{source}: berkas tidak ada atau tidak dapat dibaca. Periksa nama dan foldernya. "
            f"(no such file, or not readable; check the name and the folder: {error.strerror or error})"
        ) from error
    except pl.exceptions.NoDataError as error:
        raise GrowthCsvError(
            f"{source}: berkas kosong. Isi baris pertama dengan nama kolom. "
            f"(empty file; the first line holds the column names)"
        ) from error
    except (UnicodeDecodeError, pl.exceptions.PolarsError) as error:
        reason = str(error).strip().splitlines()[0]
        raise GrowthCsvError(
            f"{source}: bukan CSV yang utuh. Simpan ulang sebagai CSV UTF-8, jumlah kolom sama di tiap baris. "
            f"(not a sound CSV; save it again as UTF-8 with the same number of columns in each row: {reason})"
        ) from error


def _with_column_names(source: Path, table: pl.DataFrame) -> pl.DataFrame:
    # Polars renames a column that comes twice; take that back, so that the second one is not overlooked.
    names = {name: re.sub(r"_duplicated_\d+$", "", name).strip().lower() for name in table.columns}
    needed = [*CODES, *NUMBERS]
    for name in needed:
        if list(names.values()).count(name) > 1:
            raise GrowthCsvError(
                f"{source}: baris 1, kolom {name} ada lebih dari sekali. Hapus atau ganti nama salah satunya. "
                f"(row 1: column {name} comes more than once; remove or rename one)"
            )
    missing = [name for name in needed if name not in names.values()]
    if missing:
        raise GrowthCsvError(
            f"{source}: baris 1, kolom {', '.join(missing)} tidak ada. Tambahkan kolom itu; isinya boleh kosong. "
            f"(row 1: column {', '.join(missing)} is missing; add it, its cells may be empty)"
        )
    table = table.select([name for name, clean in names.items() if clean in needed]).rename(names, strict=False)
    text = pl.all().str.strip_chars()
    return table.select(pl.when(text.is_in(["", "NA"])).then(None).otherwise(text).name.keep())


def _number(source: Path, text: pl.Series, name: str, example: str) -> pl.Series:
    numbers = text.cast(pl.Float64, strict=False)
    finite = numbers.is_finite().fill_null(False)
    _refuse_first(
        source,
        text,
        text.is_not_null() & ~finite,
        name,
        f"bukan angka. Tulis angka dengan titik, misalnya {example}, atau kosongkan",
        f"not a number; write it with a decimal point, like {example}, or leave it empty",
    )
    return numbers


def _code(source: Path, text: pl.Series, name: str) -> pl.Series:
    codes = CODES[name]
    kind = pl.Int8 if name == "sex" else pl.String
    coded = text.str.to_lowercase().replace_strict(codes, default=None, return_dtype=kind)
    advice, english = ADVICE[name]
    wrong = text.is_not_null() & coded.is_null()
    _refuse_first(source, text, wrong, name, f"tidak dikenal. {advice}", f"unknown; {english}")
    return coded


def _refuse_first(source: Path, text: pl.Series, wrong: pl.Series, name: str, indonesian: str, english: str) -> None:
    """Raise for the first faulty cell. Rows are counted as a spreadsheet does: the header is row 1."""
    at = wrong.arg_true()
    if at.len():
        row, cell = int(at[0]) + 2, text[int(at[0])]
        raise GrowthCsvError(
            f'{source}: baris {row}, kolom {name}: "{cell}" {indonesian}. (row {row}, column {name}: {english})'
        )


def _result(columns: dict[str, pl.Series]) -> pl.DataFrame:
    scores = z_scores(columns)
    result = pl.DataFrame(
        {
            # Conversion leaves binary dust (77.9 + 0.7 = 78.60000000000001) that nobody measured.
            "clenhei": pl.Series(scores["clenhei"]).round(6),
            "cmeasure": pl.Series(scores["cmeasure"]).replace_strict(
                {0: "l", 1: "h"}, default=None, return_dtype=pl.String
            ),
            "c9mo_flag": pl.Series(scores["c9mo_flag"]).cast(pl.Int8),
            "cbmi": scores["cbmi"],
            "csex": columns["sex"],
        }
    )
    for index in INDICES:
        z = pl.Series(scores[f"z{index}"]).fill_nan(None)
        flag = pl.Series(scores[f"f{index}"]).cast(pl.Int8)
        result = result.with_columns(z.alias(f"z{index}"), flag.alias(f"f{index}"))
        result = result.with_columns(pl.when(z.is_not_null()).then(pl.col(f"f{index}")).alias(f"f{index}"))
    return result.with_columns(pl.col(pl.Float64).fill_nan(None))
