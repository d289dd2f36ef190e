"""The command `simpul`: what it refuses, it refuses with exit code 2 and a sentence."""

from pathlib import Path

import pytest

from primary_care.command_line import BAD_INPUT, main


def test_growth_writes_a_row_for_each_measurement(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.csv").write_text(
        "sex,age_days,measure,oedema,weight_kg,lenhei_cm,headc_cm,muac_cm\n1,0,l,n,3.3,50,,\n2,365,l,n,9.0,74,,\n"
    )
    code = main(["growth", str(tmp_path / "in.csv"), str(tmp_path / "out.csv")])
    said = capsys.readouterr()
    assert code == 0, said.err
    assert "2 baris" in said.out
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 3


def test_a_file_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "tidak-ada.csv"
    assert main(["growth", str(missing), str(tmp_path / "out.csv")]) == BAD_INPUT
    assert "tidak-ada.csv" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["jalan"], ["import"], ["import", "households"], ["growth", "satu.csv"]])
def test_a_command_that_is_not_one_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == BAD_INPUT
    assert "usage: simpul" in capsys.readouterr().err


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert all(name in text for name in ("run", "migrate", "demo", "growth", "import"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--seed", "-1"], "bilangan bulat mulai 0"),
        (["--people", "0"], "bukan banyaknya orang"),
        (["--on", "2026-13-01"], "bukan tanggal"),
    ],
)
def test_a_demo_that_cannot_be_is_refused(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["demo", *arguments])
    assert told in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "berkas").write_text("x")
    assert main(["demo", "--people", "5", "--parquet", str(tmp_path / "berkas" / "x")]) == BAD_INPUT
    assert "tidak dapat ditulis" in capsys.readouterr().err
