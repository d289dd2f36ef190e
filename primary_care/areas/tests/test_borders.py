"""`simpul import borders`, and what a map gets."""

import io
import json
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from primary_care.accounts.tests.factories import Place, make_place
from primary_care.areas.actions import ensure_area
from primary_care.areas.borders import border_on, borders_of_children
from primary_care.areas.changes import merge_areas, rename_area, split_area
from primary_care.areas.importing.command import import_areas, import_borders
from primary_care.areas.importing.shapes import MOST_POINTS, count_points, lighter
from primary_care.areas.models import Area, AreaBorder, AreaLevel
from primary_care.areas.tests.shared_data import shared_file

pytestmark = pytest.mark.django_db

ON = date(2026, 1, 1)
LATER = date(2026, 6, 1)
SQUARE = [[116.0, -8.0], [116.1, -8.0], [116.1, -8.1], [116.0, -8.1], [116.0, -8.0]]


@pytest.fixture
def place() -> Place:
    return make_place()


def feature(code: object, ring: Any = None, name: str = "kode", **more: object) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": [ring or SQUARE]}
    return {"type": "Feature", "properties": {name: code, **more}, "geometry": geometry}


def moved(by: float) -> list[list[float]]:
    return [[longitude + by, latitude] for longitude, latitude in SQUARE]


class Run:
    """One import: `code`, what it said, its report."""

    def __init__(self, folder: Path, *features: object, on: date = ON, **options: object) -> None:
        file, report = folder / "batas.geojson", folder / "laporan.json"
        file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        out, errors = io.StringIO(), io.StringIO()
        self.code = import_borders(file, on=on, report=report, out=out, errors=errors, **options)  # type: ignore[arg-type]
        self.out, self.errors = out.getvalue(), errors.getvalue()
        self.report = json.loads(report.read_text()) if report.exists() else {}


def test_the_children_of_an_area_as_a_map_wants_them(place: Place, tmp_path: Path) -> None:
    run = Run(tmp_path, feature("99.01.01.2001"), feature("99.01.01.2002", moved(0.5)), feature("99.01.01"))
    assert run.code == 0, run.errors
    found = borders_of_children(place.kecamatan, ON)
    assert found["type"] == "FeatureCollection" and found["bbox"] == [116.0, -8.1, 116.6, -8.0]
    assert [one["properties"] for one in found["features"]] == [
        {"kode": "99.01.01.2001", "nama": "Desa Satu", "tingkat": "desa", "lama": False},
        {"kode": "99.01.01.2002", "nama": "Desa Dua", "tingkat": "desa", "lama": False},
    ]
    assert found["features"][0]["geometry"] == {"type": "MultiPolygon", "coordinates": [[SQUARE]]}
    assert borders_of_children(place.kecamatan, date(2025, 1, 1)) == {"type": "FeatureCollection", "features": []}


def test_borders_are_dated_and_a_second_import_changes_nothing(place: Place, tmp_path: Path) -> None:
    Run(tmp_path, feature("99.01.01.2001"))
    assert Run(tmp_path, feature("99.01.01.2001"), on=LATER).report["same"] == 1
    Run(tmp_path, feature("99.01.01.2001", moved(0.2)), on=LATER, source="BIG 2026")
    rows = [border_on(place.desa, day) for day in (ON, LATER)]
    assert [row.west for row in rows if row] == [116.0, 116.2]
    assert AreaBorder.objects.count() == 2 and rows[1] is not None and rows[1].source == "BIG 2026"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AreaBorder.objects.update(source="lain")


def test_a_border_older_than_a_split_or_a_merge_is_marked(place: Place, tmp_path: Path) -> None:
    Run(tmp_path, feature("99.01.01.2001"), feature("99.01.01.2002", moved(0.5)))
    ensure_area(place.desa, AreaLevel.DUSUN, "Barat", on=ON)
    rename_area(place.other_desa, "Desa Indah", on=LATER, source="Perda 1")
    split_area(place.desa, code="99.01.01.2003", name="Tiga", takes=[place.rt2], on=LATER, source="Perda 2")

    def marks(on: date) -> dict[str, bool]:
        found = borders_of_children(place.kecamatan, on)["features"]
        return {one["properties"]["nama"]: one["properties"]["lama"] for one in found}

    assert marks(ON) == {"Desa Satu": False, "Desa Dua": False}
    assert marks(LATER) == {"Desa Satu": True, "Desa Indah": False}
    merge_areas([Area.objects.get(code="99.01.01.2003")], into=place.other_desa, on=date(2026, 7, 1), source="Perda 3")
    assert marks(date(2026, 7, 1)) == {"Desa Satu": True, "Desa Indah": True}
    Run(tmp_path, feature("99.01.01.2001", moved(0.1)), on=date(2026, 8, 1))
    assert marks(date(2026, 8, 1)) == {"Desa Satu": False, "Desa Indah": True}


def test_the_property_that_holds_the_code_is_found_or_told(place: Place, tmp_path: Path) -> None:
    run = Run(tmp_path, feature("9901012001", name="KDEPUM", OBJECTID="a1", NAMOBJ="Desa Satu"))
    assert (run.code, run.report["code_property"], run.report["new"]) == (0, "KDEPUM", ["99.01.01.2001"])
    both = feature("99.01.01.2001", kecamatan="99.01.01")
    assert "Sebutkan dengan --code-property" in Run(tmp_path, both).errors
    assert Run(tmp_path, both, code_property="kode").report["same"] == 1
    assert "Tidak ada kode wilayah dalam nama" in Run(tmp_path, both, code_property="nama").errors


def test_a_dry_run_stores_nothing(place: Place, tmp_path: Path) -> None:
    assert "akan disimpan" in Run(tmp_path, feature("99.01.01.2001"), dry_run=True).out
    assert not AreaBorder.objects.exists()


def wrong(change: str) -> dict[str, Any]:
    one = feature("99.01.01.2002")
    ring = one["geometry"]["coordinates"][0] = deepcopy(SQUARE)
    if change == "type":
        one["geometry"] = {"type": "Point", "coordinates": [116, -8]}
    elif change == "none":
        one["geometry"] = None
    elif change == "empty":
        one["geometry"]["coordinates"] = []
    elif change == "open":
        ring.pop()
    elif change == "short":
        one["geometry"]["coordinates"] = [ring[:2] + ring[:1]]
    elif change == "flat":
        one["geometry"]["coordinates"] = [[ring[0], ring[1], ring[0], ring[1], ring[0]]]
    elif change == "swapped":
        one["geometry"]["coordinates"] = [[[latitude, longitude] for longitude, latitude in ring]]
    elif change == "abroad":
        ring[1] = [150.0, -8.0]
    elif change == "metres":
        ring[1] = [431000.0, 9080000.0]
    elif change == "text":
        ring[1] = ["116", "-8"]
    elif change == "pair":
        ring[1] = [116.0]
    return one


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("type", "Bentuknya Point"),
        ("none", "Bentuknya tidak ada"),
        ("empty", "tidak berisi titik"),
        ("open", "tidak tertutup"),
        ("short", "kurang dari empat titik"),
        ("flat", "tidak melingkupi apa pun"),
        ("swapped", "Bujur dan lintang tertukar"),
        ("abroad", "di luar Indonesia"),
        ("metres", "di luar Indonesia"),
        ("text", "bukan angka"),
        ("pair", "bukan pasangan"),
    ],
)
def test_a_shape_that_makes_no_sense_is_refused(place: Place, tmp_path: Path, change: str, said: str) -> None:
    run = Run(tmp_path, feature("99.01.01.2001"), wrong(change))
    assert run.code == 1 and "Feature 2 (99.01.01.2002): " in run.errors and said in run.errors
    assert [fault["feature"] for fault in run.report["faults"]] == [2] and not AreaBorder.objects.exists()


def test_an_area_that_is_unknown_ended_or_twice_in_the_file_is_refused(place: Place, tmp_path: Path) -> None:
    merge_areas([place.desa], into=place.other_desa, on=ON, source="Perda 1")
    run = Run(tmp_path, feature("99.01.01.2001"), feature("99.01.01.2009"), *[feature("99.01.01.2002")] * 2)
    assert [fault["reason"] for fault in run.report["faults"]] == [
        "Wilayah ini sudah berakhir.",
        "Wilayah ini belum ada. Impor dahulu kodenya.",
        *["Kode ini ada lebih dari sekali di berkas ini."] * 2,
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"type": "FeatureCollection", "features": []}',
        b'{"type": "Feature"}',
        b"[" * 100_000,
    ],
)
def test_a_file_that_is_no_collection_of_features_is_refused(tmp_path: Path, content: bytes) -> None:
    file, errors = tmp_path / "batas.geojson", io.StringIO()
    file.write_bytes(content)
    assert import_borders(file, on=ON, errors=errors) == 1
    assert errors.getvalue().startswith("Tidak ada yang diimpor.")


def test_a_shape_with_too_many_points_becomes_lighter_and_stays_closed() -> None:
    side = [[116 + step / 100_000, -8 + (step % 2) / 20_000] for step in range(6000)]
    shape = [[[*side, [116.06, -8.1], [116.0, -8.1], side[0]]]]
    light = lighter(shape)
    assert 4 <= count_points(light) <= MOST_POINTS
    assert light[0][0][0] == light[0][0][-1] and [116.06, -8.1] in light[0][0]


def test_points_on_a_straight_line_go_and_no_others() -> None:
    ring = [SQUARE[0], [116.05, -8.0], *SQUARE[1:]]
    assert lighter([[ring]]) == [[SQUARE]]
    assert lighter([[SQUARE]]) == [[SQUARE]]


def test_a_sliver_keeps_an_inside() -> None:
    sliver = [[116.0, -8.0], [116.1, -8.0], [116.05, -8.00001], [116.0, -8.0]]
    assert lighter([[sliver]]) == [[sliver]]


def test_lombok_utara_goes_in_whole(tmp_path: Path) -> None:
    errors = io.StringIO()
    codes = shared_file("wilayah/wilayah-2025.csv.gz")
    assert import_areas(codes, on=ON, within="52.08", out=io.StringIO(), errors=errors) == 0, errors.getvalue()
    for name, count in (("batas-kecamatan-52.08", 5), ("batas-desa-52.08", 43)):
        out = io.StringIO()
        assert import_borders(shared_file(f"wilayah/{name}.geojson"), on=ON, out=out, errors=errors) == 0, (
            errors.getvalue()
        )
        assert out.getvalue().startswith(f"{count} batas wilayah disimpan")
    kabupaten = Area.objects.get(code="52.08")
    assert len(borders_of_children(kabupaten, ON)["features"]) == 5
    shown = [borders_of_children(one, ON) for one in Area.objects.filter(parent=kabupaten)]
    assert sum(len(one["features"]) for one in shown) == 43
    assert AreaBorder.objects.filter(area__level="desa").count() == 43
