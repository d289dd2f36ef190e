"""The commands of `simpul` about areas and units: imports, and changes of the tree by the operator of the node."""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from primary_care.areas.models import Area

InNode = Callable[[Callable[[], int]], int]
REFUSED = 1


def add_to(commands: Any, kinds: Any, *, day: Callable[[str], date], in_node: InNode) -> None:
    """Add `import areas`, `import borders`, `import units` to `kinds`, and `areas ...` to `commands`. `day` reads a date;
    `in_node` runs the work with a database.
    """

    def add(to: Any, name: str, does: Callable[[argparse.Namespace, date], int], text: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = to.add_parser(name, help=text, description=text)
        added.add_argument("--on", type=day, metavar="TANGGAL", help="berlaku mulai, 2026-11-01 (bawaan: hari ini)")
        added.set_defaults(command=lambda options: in_node(lambda: _on_a_day(does, options)))
        return added

    areas = add(kinds, "areas", _import_areas, "kode dan nama wilayah (kode,nama; csv atau csv.gz)")
    areas.add_argument("file", type=Path, metavar="BERKAS.csv")
    areas.add_argument("--within", default="", metavar="KODE", help="hanya wilayah ini, isinya, dan yang di atasnya")
    borders = add(kinds, "borders", _import_borders, "batas wilayah (GeoJSON)")
    borders.add_argument("file", type=Path, metavar="BERKAS.geojson")
    borders.add_argument("--code-property", default="", metavar="NAMA", help="properti yang berisi kode wilayah")
    units = add(kinds, "units", _import_units, "unit pelayanan dan wilayah kerjanya (csv)")
    units.add_argument("file", type=Path, metavar="BERKAS.csv")
    for one in (areas, borders, units):
        one.add_argument("--dry-run", action="store_true", help="periksa saja, tidak menyimpan apa pun")
        one.add_argument("--report", type=Path, metavar="LAPORAN.json", help="tempat menulis laporan")
        one.add_argument("--source", default="", metavar="DASAR", help="asal data (bawaan: nama berkas)")

    text = "lihat dan ubah pohon wilayah: ganti nama, pindah, pemekaran, penggabungan"
    changes = commands.add_parser("areas", help=text, description=text).add_subparsers(
        title="perubahan", metavar="PERUBAHAN", required=True
    )
    shown = add(changes, "show", _show, "wilayah di dalam satu wilayah, pada suatu hari")
    shown.add_argument("area", metavar="KODE")
    rename = add(changes, "rename", _rename, "beri nama baru")
    rename.add_argument("area", metavar="KODE")
    rename.add_argument("name", metavar="NAMA")
    move = add(changes, "move", _move, "pindahkan ke dalam wilayah lain, dengan semua isinya")
    move.add_argument("area", metavar="KODE")
    move.add_argument("into", metavar="KODE-TUJUAN")
    move.add_argument("--code", default="", metavar="KODE", help="kode barunya (sampai desa)")
    move.add_argument("--name", default="", metavar="NAMA", help="nama barunya, misalnya nomor RT")
    split = add(changes, "split", _split, "pemekaran: wilayah baru dari sebagian isi wilayah ini")
    split.add_argument("area", metavar="KODE")
    split.add_argument("--takes", nargs="+", required=True, metavar="KODE", help="isi yang masuk wilayah baru")
    split.add_argument("--code", required=True, metavar="KODE", help="kode wilayah baru")
    split.add_argument("--name", required=True, metavar="NAMA", help="nama wilayah baru")
    merge = add(changes, "merge", _merge, "penggabungan: wilayah ini berakhir dan isinya masuk satu wilayah")
    merge.add_argument("areas", nargs="+", metavar="KODE")
    merge.add_argument("--into", metavar="KODE", help="wilayah yang tetap ada")
    merge.add_argument("--code", default="", metavar="KODE", help="kode wilayah baru, bila tidak ada yang tetap")
    merge.add_argument("--name", default="", metavar="NAMA", help="nama wilayah baru")
    merge.add_argument(
        "--set", type=_pair, action="append", metavar="PENGATURAN=NILAI", help="pengaturan yang tadinya berbeda"
    )
    merge.add_argument("--served-by", nargs="+", metavar="UNIT", help="kode Puskesmas yang melayani semuanya")
    for one in (split, merge):
        one.add_argument("--recode", type=_pair, action="append", metavar="KODE=KODE-BARU", help="kode baru isinya")
        one.add_argument("--rename", type=_pair, action="append", metavar="KODE=NAMA", help="nama baru isinya")
    for one in (rename, move, split, merge):
        one.add_argument("--source", required=True, metavar="DASAR", help="dasar hukumnya, misalnya nomor Perda")


def _on_a_day(does: Callable[[argparse.Namespace, date], int], options: argparse.Namespace) -> int:
    """Do it on the day asked for, never on one that is still to come: a change shows at once."""
    from zoneinfo import ZoneInfo

    from django.conf import settings

    from primary_care.areas.actions import AreaRefused
    from primary_care.units.actions import UnitRefused

    today = datetime.now(ZoneInfo(settings.TIME_ZONE)).date()
    on = options.on or today
    try:
        if on > today:
            raise AreaRefused(f"{on:%d-%m-%Y} belum tiba. Catat pada atau sesudah hari berlakunya.")
        return does(options, on)
    except (AreaRefused, UnitRefused) as error:
        print(error, file=sys.stderr)
        return REFUSED


def _import_areas(options: argparse.Namespace, on: date) -> int:
    from primary_care.areas.importing.command import import_areas

    return import_areas(
        options.file,
        on=on,
        within=options.within,
        source=options.source,
        report=options.report,
        dry_run=options.dry_run,
        out=sys.stdout,
        errors=sys.stderr,
    )


def _import_borders(options: argparse.Namespace, on: date) -> int:
    from primary_care.areas.importing.command import import_borders

    return import_borders(
        options.file,
        on=on,
        code_property=options.code_property,
        source=options.source,
        report=options.report,
        dry_run=options.dry_run,
        out=sys.stdout,
        errors=sys.stderr,
    )


def _import_units(options: argparse.Namespace, on: date) -> int:
    from primary_care.units.importing import import_units

    return import_units(
        options.file,
        on=on,
        source=options.source,
        report=options.report,
        dry_run=options.dry_run,
        out=sys.stdout,
        errors=sys.stderr,
    )


def _show(options: argparse.Namespace, on: date) -> int:
    from primary_care.areas.history import tree_on

    area = _area(options.area)
    for one in tree_on(area, on, steps=1):
        print(f"{'  ' if one.id != area.pk else ''}{one.code} {one.name}")
    return 0


def _rename(options: argparse.Namespace, on: date) -> int:
    from primary_care.areas.changes import rename_area

    area = _area(options.area)
    rename_area(area, options.name, on=on, source=options.source)
    return _done(area)


def _move(options: argparse.Namespace, on: date) -> int:
    from primary_care.areas.changes import move_area

    area = _area(options.area)
    move_area(area, _area(options.into), on=on, source=options.source, code=options.code, renamed=options.name)
    return _done(area)


def _split(options: argparse.Namespace, on: date) -> int:
    from primary_care.areas.changes import split_area

    new = split_area(
        _area(options.area),
        code=options.code,
        name=options.name,
        takes=[_area(code) for code in options.takes],
        codes=_by_area(options.recode),
        renamed=_by_area(options.rename),
        on=on,
        source=options.source,
    )
    return _done(new)


def _merge(options: argparse.Namespace, on: date) -> int:
    from primary_care.areas.actions import AreaRefused
    from primary_care.areas.changes import merge_areas
    from primary_care.units.models import Unit

    served_by = None
    if options.served_by:
        found = dict(Unit.objects.filter(code__in=options.served_by).values_list("code", "pk"))
        missing = set(options.served_by) - set(found)
        if missing:
            raise AreaRefused(f"Tidak ada unit dengan kode {', '.join(sorted(missing))}.")
        served_by = list(found.values())
    target = merge_areas(
        [_area(code) for code in options.areas],
        into=_area(options.into) if options.into else None,
        code=options.code,
        name=options.name,
        codes=_by_area(options.recode),
        renamed=_by_area(options.rename),
        settings={key: _value(text) for key, text in options.set or []},
        served_by=served_by,
        on=on,
        source=options.source,
    )
    return _done(target)


def _done(area: "Area") -> int:
    area.refresh_from_db()
    print(f"Dicatat: {area.code} {area.name}")
    return 0


def _area(code: str) -> "Area":
    from primary_care.areas.actions import AreaRefused
    from primary_care.areas.models import Area

    area = Area.objects.filter(code=code, valid_to__isnull=True).first()
    if area is None:
        raise AreaRefused(f"Tidak ada wilayah dengan kode {code}. Lihat kodenya dengan: simpul areas show")
    return area


def _by_area(pairs: list[tuple[str, str]] | None) -> dict[Any, str]:
    return {_area(code).pk: text for code, text in pairs or []}


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals and value):
        raise argparse.ArgumentTypeError(f"{text!r} seharusnya berbentuk KODE=ISI")
    return key, value


def _value(text: str) -> Any:
    """true, 3 and the like as they are in JSON; anything else is text."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
