"""Borders from a GeoJSON file, one feature an area. All or nothing: one fault, and the file is refused."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from primary_care.areas.borders import border_on
from primary_care.areas.importing.codes_file import FileRefused
from primary_care.areas.importing.shapes import ShapeRefused, box_of, count_points, lighter, polygons_of
from primary_care.areas.models import Area, AreaBorder
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction

MOST_BYTES = 500_000_000
# With dots as Kemendagri writes them, or the digits alone as maps do.
CODE = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?|[0-9]{4}|[0-9]{6}|[0-9]{10}")


@dataclass(frozen=True)
class FeatureFault:
    """What is wrong with a feature (1 = the first)."""

    feature: int
    code: str
    reason: str


@dataclass
class BorderPlan:
    """What an import would do. `points` counts those of the file, the borders hold those that are kept."""

    code_property: str
    new: list[AreaBorder] = field(default_factory=list)
    faults: list[FeatureFault] = field(default_factory=list)
    same: int = 0
    points: int = 0


def read_features(path: Path) -> list[Any]:
    """The features of a GeoJSON file. Raises FileRefused."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FileRefused(f"{path}: lebih dari {MOST_BYTES // 1_000_000} MB. Bagi per kabupaten.")
        document = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise FileRefused(f"{path}: {error.strerror}.") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise FileRefused(f"{path}: ini bukan GeoJSON (JSON dalam UTF-8): {error}") from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or document.get("type") != "FeatureCollection" or not features:
        raise FileRefused(f"{path}: seharusnya satu FeatureCollection yang berisi features.")
    if not all(isinstance(one, dict) for one in features):
        raise FileRefused(f"{path}: features berisi sesuatu yang bukan feature.")
    return features


def plan_borders(features: list[Any], *, on: date, source: str, code_property: str = "") -> BorderPlan:
    """Check every feature and compare with the borders that hold on `on`. `code_property`: the property that holds the
    code; without it, the only one that holds a code in every feature. Raises FileRefused when there is no such one.
    """
    plan = BorderPlan(code_property or _find_code_property(features))
    codes = [_dotted(_properties(feature).get(plan.code_property)) for feature in features]
    areas = {area.code: area for area in Area.objects.filter(code__in=[code for code in codes if code])}
    open_now = {area.code: area for area in Area.objects.filter(code__in=list(areas), valid_to__isnull=True)}
    often = Counter(codes)
    for number, (feature, code) in enumerate(zip(features, codes, strict=True), 1):
        try:
            if not code:
                raise ShapeRefused(f"Tidak ada kode wilayah dalam {plan.code_property}.")
            if often[code] > 1:
                raise ShapeRefused("Kode ini ada lebih dari sekali di berkas ini.")
            if code not in open_now:
                raise ShapeRefused(
                    "Wilayah ini sudah berakhir." if code in areas else "Wilayah ini belum ada. Impor dahulu kodenya."
                )
            polygons = polygons_of(feature.get("geometry"))
        except ShapeRefused as error:
            plan.faults.append(FeatureFault(number, code, str(error)))
            continue
        plan.points += count_points(polygons)
        border = _border(open_now[code], lighter(polygons), on, source)
        held = border_on(open_now[code], on)
        if held and held.polygons == border.polygons:
            plan.same += 1
        else:
            plan.new.append(border)
    return plan


@transaction.atomic
def write_borders(plan: BorderPlan) -> None:
    """Store a plan without faults."""
    assert not plan.faults
    AreaBorder.objects.bulk_create(plan.new, batch_size=500)
    for border in plan.new[:1]:
        reason = f"{len(plan.new)} batas wilayah: {border.source}"
        record(AuditAction.WRITE, "areas.areaborder", user_id=None, object_id=border.pk, reason=reason)


def _border(area: Area, polygons: list[Any], on: date, source: str) -> AreaBorder:
    west, south, east, north = box_of(polygons)
    return AreaBorder(
        area=area,
        valid_from=on,
        source=source[:300],
        polygons=polygons,
        points=count_points(polygons),
        west=west,
        south=south,
        east=east,
        north=north,
    )


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    found = feature.get("properties")
    return found if isinstance(found, dict) else {}


def _find_code_property(features: list[Any]) -> str:
    names = [name for name in _properties(features[0]) if all(_dotted(_properties(one).get(name)) for one in features)]
    if len(names) == 1:
        return names[0]
    held = ", ".join(names or _properties(features[0])) or "tidak ada"
    raise FileRefused(f"Tidak jelas properti mana yang berisi kode wilayah ({held}). Sebutkan dengan --code-property.")


def _dotted(value: Any) -> str:
    """The code as Kemendagri writes it, or nothing."""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not CODE.fullmatch(text):
        return ""
    if "." in text or len(text) == 2:
        return text
    return ".".join([text[at : at + 2] for at in range(0, min(6, len(text)), 2)] + [text[6:]] * (len(text) == 10))
