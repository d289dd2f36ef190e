"""`simpul areas ...` and the imports as an operator types them."""

import argparse
import re
from datetime import date
from pathlib import Path

import pytest

from primary_care import area_commands
from primary_care.accounts.tests.factories import Place, make_place
from primary_care.areas.actions import set_setting
from primary_care.areas.models import Area, AreaChange
from primary_care.areas.queries import setting_at
from primary_care.units.queries import catchment_areas

pytestmark = pytest.mark.django_db

SOURCE = ["--source", "Perda 3/2026", "--on", "2026-03-01"]
DAY = date(2026, 3, 1)


@pytest.fixture
def place() -> Place:
    return make_place()


def simpul(line: str, *more: str) -> int:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    kinds = commands.add_parser("import").add_subparsers()
    area_commands.add_to(commands, kinds, day=date.fromisoformat, in_node=lambda work: work())
    options = parser.parse_args([*re.split(r"\s+", line), *more])
    code: int = options.command(options)
    return code


def codes() -> set[str]:
    return set(Area.objects.filter(valid_to__isnull=True, level="desa").values_list("code", flat=True))


def test_a_rename_a_move_and_a_split(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert simpul("areas rename 99.01.01.2001-timur Barat", *SOURCE) == 0
    assert "Dicatat: 99.01.01.2001-barat Barat" in capsys.readouterr().out
    assert simpul("areas move 99.01.01.2002-rt01 99.01.01.2001-barat-rw01 --name 9", *SOURCE) == 0
    assert "99.01.01.2001-barat-rw01-rt09 RT 09" in capsys.readouterr().out
    assert (
        simpul("areas split 99.01.01.2001 --code 99.01.01.2003 --name Tiga --takes 99.01.01.2001-barat", *SOURCE) == 0
    )
    assert codes() == {"99.01.01.2001", "99.01.01.2002", "99.01.01.2003"}
    capsys.readouterr()
    assert simpul("areas show 99.01.01 --on 2026-02-28") == 0
    assert capsys.readouterr().out == "99.01.01 Kecamatan Uji\n  99.01.01.2001 Desa Satu\n  99.01.01.2002 Desa Dua\n"


def test_a_split_kecamatan_with_new_codes(place: Place) -> None:
    line = "areas split 99.01.01 --code 99.01.02 --name Dua --takes 99.01.01.2002 --recode 99.01.01.2002=99.01.02.2001"
    assert simpul(line, *SOURCE) == 0
    assert codes() == {"99.01.01.2001", "99.01.02.2001"}


def test_a_merge_with_everything_that_is_asked(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    set_setting(place.desa, "malaria-endemis", True, on=date(2020, 1, 1))
    line = "areas merge 99.01.01.2001 99.01.01.2002 --code 99.01.01.2005 --name Bersama"
    assert simpul(line, *SOURCE) == 1
    assert "malaria-endemis" in capsys.readouterr().err
    assert simpul(f"{line} --set malaria-endemis=true --served-by P00", *SOURCE) == 1
    assert "Tidak ada unit dengan kode P00" in capsys.readouterr().err
    more = "--set malaria-endemis=true --served-by P99 --rename 99.01.01.2002-rt01=7"
    assert simpul(f"{line} {more}", *SOURCE) == 0
    new = Area.objects.get(code="99.01.01.2005")
    assert setting_at(new, "malaria-endemis", DAY) is True
    assert Area.objects.filter(code="99.01.01.2005-rt07").exists()
    assert catchment_areas(place.puskesmas, DAY) == [new]


def test_one_goes_into_another(place: Place) -> None:
    assert simpul("areas merge 99.01.01.2002 --into 99.01.01.2001", *SOURCE) == 0
    assert codes() == {"99.01.01.2001"}


def test_what_is_still_to_come_or_is_not_there_is_refused(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert simpul("areas rename 99.01.01 Baru --source Perda --on 2999-01-01") == 1
    assert "belum tiba" in capsys.readouterr().err
    assert simpul("areas rename 99.77 Baru", *SOURCE) == 1
    assert "Tidak ada wilayah dengan kode 99.77" in capsys.readouterr().err
    assert not AreaChange.objects.exists()


def test_the_three_imports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "w.csv").write_text("kode,nama\n99,Uji\n99.01,Kabupaten\n")
    square = [[[116, -8], [116.1, -8], [116.1, -8.1], [116, -8]]]
    (tmp_path / "b.json").write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"kode": "99.01"}, '
        f'"geometry": {{"type": "Polygon", "coordinates": {square}}}}}]}}'
    )
    (tmp_path / "u.csv").write_text("kode,jenis,nama,induk,wilayah,wilayah_kerja\nP1,puskesmas,Satu,,99.01,99.01\n")
    for kind, file in (("areas", "w.csv"), ("borders", "b.json"), ("units", "u.csv")):
        assert simpul(f"import {kind} {tmp_path / file} --on 2026-03-01") == 0, capsys.readouterr().err
    out = capsys.readouterr().out
    assert "3 wilayah ditambahkan" in out and "1 batas wilayah disimpan" in out and "1 unit ditambahkan" in out


@pytest.mark.parametrize("line", ["areas merge 1 --set salah", "areas split 99", "areas", "areas rename 99 Baru"])
def test_a_command_that_lacks_something_is_refused(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        simpul(line)
