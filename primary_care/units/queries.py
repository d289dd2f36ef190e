"""Reads of units and their network."""

from datetime import date

from django.db.models import Q

from primary_care.areas.models import Area
from primary_care.units.models import Catchment, Unit

# Of two units that serve the same area, the one closer to people comes first.
NEAREST = {"posyandu": 0, "pustu": 1, "puskesmas": 2}


def units_serving(area_path: str, on: date, kind: str | None = None) -> list[Unit]:
    """The units in whose catchment a place lies on a day, the nearest first (Posyandu, Pustu, Puskesmas)."""
    parts = area_path.strip("/").split("/")
    paths = ["/".join(parts[: end + 1]) + "/" for end in range(len(parts))]
    rows = Catchment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on), area__path__in=paths, valid_from__lte=on
    ).select_related("unit", "area")
    found = sorted(rows, key=lambda row: (-len(row.area.path), NEAREST.get(row.unit.kind, 9), row.unit.name))
    return list(dict.fromkeys(row.unit for row in found if kind in (None, row.unit.kind)))


def catchment_areas(unit: Unit, on: date) -> list[Area]:
    """The areas that a unit serves on a day."""
    rows = unit.catchments.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on).select_related(
        "area"
    )
    return sorted((row.area for row in rows), key=lambda area: area.path)
