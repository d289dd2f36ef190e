"""`growth_csv`: what it reads, what it writes, and how it refuses."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from care_engine.growth_csv import GrowthCsvError, growth_csv

HEADER = "sex,age_days,weight_kg,lenhei_cm,measure,headc_cm,muac_cm,oedema"
# bayi-balita §23, cases 8 and 9
GIRL, BOY = "2,402,6.4,72.5,l,,11.2,n", "1,797,10.6,83.0,l,,14.4,n"


def run(folder: Path, text: str) -> pl.DataFrame:
    source, target = folder / "ukur.csv", folder / "hasil.csv"
    source.write_text(text, encoding="utf-8")
    rows = growth_csv(source, target)
    result = pl.read_csv(target, infer_schema_length=None)
    assert result.height == rows
    return result


def test_worked_cases(tmp_path: Path) -> None:
    result = run(tmp_path, f"{HEADER}\n{GIRL}\n{BOY}\n")
    assert result["zwei"].to_list() == [-3.08, -1.49]
    assert result["zlen"].to_list() == [-1.12, -2.09]
    assert result["zwfl"].to_list() == [-3.51, -0.5]
    assert result["fwfl"].to_list() == [0, 0]
    assert result["clenhei"].to_list() == [72.5, 82.3]
    assert result["cmeasure"].to_list() == ["l", "l"]
    assert result["zhc"].to_list() == [None, None]
    assert result["fhc"].to_list() == [None, None]


def test_order_quotes_extra_columns_and_words(tmp_path: Path) -> None:
    plain = run(tmp_path, f"{HEADER}\n{GIRL}\n{BOY}\n")
    other = run(
        tmp_path,
        '"Oedema","nama","muac_cm","headc_cm","measure","lenhei_cm","weight_kg","age_days"," sex "\n'
        '"tidak","x","11.2","","telentang","72.5","6.4","402","perempuan"\n'
        '"","y","14.4","NA","L"," 83.0 ","10.6","797","L"\n',
    )
    assert other.equals(plain)


def test_semicolons_and_byte_order_mark(tmp_path: Path) -> None:
    plain = run(tmp_path, f"{HEADER}\n{GIRL}\n")
    assert run(tmp_path, "\ufeff" + f"{HEADER}\n{GIRL}\n".replace(",", ";")).equals(plain)


def test_unknown_sex_cell_gives_an_empty_row(tmp_path: Path) -> None:
    result = run(tmp_path, f"{HEADER}\n{GIRL[1:]}\n{GIRL}\n")
    first = result.row(0, named=True)
    assert [first[name] for name in ("csex", "zlen", "zwei", "zwfl", "zbmi", "flen")] == [None] * 6
    assert result["zwei"][1] == -3.08


def test_an_empty_line_is_a_row_without_measurements(tmp_path: Path) -> None:
    """So that rows out and lines in keep the same numbers."""
    assert run(tmp_path, f"{HEADER}\n{GIRL}\n\n{BOY}\n")["zwei"].to_list() == [-3.08, None, -1.49]


def test_header_only(tmp_path: Path) -> None:
    assert run(tmp_path, HEADER + "\n").height == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["kosong", "empty file"]),
        (
            "sex,age_days\n1,2\n",
            ["baris 1", "kolom measure, oedema, weight_kg, lenhei_cm, headc_cm, muac_cm", "missing"],
        ),
        (f"{HEADER},sex\n{GIRL},1\n", ["baris 1", "kolom sex ada lebih dari sekali", "more than once"]),
        (f"{HEADER},SEX \n{GIRL},1\n", ["baris 1", "kolom sex ada lebih dari sekali"]),
        (f"{HEADER}\n{GIRL}\n2,402,enam,72.5,l,,,n\n", ["baris 3", "kolom weight_kg", '"enam"', "row 3", "titik"]),
        (f'{HEADER}\n2,402,"6,4",72.5,l,,,n\n', ["baris 2", "kolom weight_kg", '"6,4"', "misalnya 9.9"]),
        (f"{HEADER}\n2,inf,6.4,72.5,l,,,n\n", ["baris 2", "kolom age_days"]),
        (f"{HEADER}\n2,402,6.4,nan,l,,,n\n", ["baris 2", "kolom lenhei_cm"]),
        (f"{HEADER}\n{GIRL}\n{BOY}\nx{GIRL[1:]}\n", ["baris 4", "kolom sex", '"x"', "laki-laki", "write 1 or 2"]),
        (f"{HEADER}\n2,402,6.4,72.5,duduk,,,n\n", ["baris 2", "kolom measure", "telentang"]),
        (f"{HEADER}\n2,402,6.4,72.5,l,,,mungkin\n", ["baris 2", "kolom oedema"]),
        (f"{HEADER}\n{GIRL},1,2,3\n", ["bukan CSV yang utuh", "not a sound CSV"]),
    ],
)
def test_faults_are_named(tmp_path: Path, text: str, said: list[str]) -> None:
    with pytest.raises(GrowthCsvError) as caught:
        run(tmp_path, text)
    assert isinstance(caught.value, ValueError)
    for part in ["ukur.csv", *said]:
        assert part in str(caught.value)
    assert not (tmp_path / "hasil.csv").exists()


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(GrowthCsvError, match=r"tidak-ada\.csv: berkas tidak ada .*no such file"):
        growth_csv(tmp_path / "tidak-ada.csv", tmp_path / "hasil.csv")


def test_not_text(tmp_path: Path) -> None:
    (tmp_path / "gambar.csv").write_bytes(b"\x89PNG\r\n\xff\xfe\x00")
    with pytest.raises(GrowthCsvError, match=r"gambar\.csv: bukan CSV"):
        growth_csv(tmp_path / "gambar.csv", tmp_path / "hasil.csv")


def test_no_place_for_the_result(tmp_path: Path) -> None:
    (tmp_path / "ukur.csv").write_text(f"{HEADER}\n{GIRL}\n")
    with pytest.raises(GrowthCsvError, match=r"hasil\.csv: hasil tidak dapat ditulis"):
        growth_csv(tmp_path / "ukur.csv", tmp_path / "tidak-ada" / "hasil.csv")


def test_the_measurements_are_never_replaced_by_the_result(tmp_path: Path) -> None:
    source = tmp_path / "ukur.csv"
    source.write_text(f"{HEADER}\n{GIRL}\n", encoding="utf-8")
    with pytest.raises(GrowthCsvError, match="the result would replace the measurements; give it another name"):
        growth_csv(source, tmp_path / "." / "ukur.csv")
    assert source.read_text(encoding="utf-8") == f"{HEADER}\n{GIRL}\n"
