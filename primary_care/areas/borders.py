"""Reads of borders, as GeoJSON for a map."""

import uuid
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Subquery

from primary_care.areas.history import tree_on
from primary_care.areas.models import Area, AreaBorder


def border_on(area: Area, on: date) -> AreaBorder | None:
    """The border that holds on a day: the latest not after it."""
    rows = area.borders.filter(valid_from__lte=on).order_by("-valid_from", "-recorded_at", "-id")
    return rows.first()


def borders_of_children(area: Area, on: date) -> dict[str, Any]:
    """A GeoJSON FeatureCollection of what lay directly inside `area` on a day and has a border, with its `bbox`.

    Properties: `kode`, `nama`, `tingkat`, and `lama`: the border is older than a split or a merge of its area, so it may
    no longer be right.
    """
    children = {one.id: one for one in tree_on(area, on, steps=1) if one.id != area.pk}
    latest = AreaBorder.objects.filter(area_id=OuterRef("area_id"), valid_from__lte=on).order_by(
        "-valid_from", "-recorded_at", "-id"
    )
    rows = AreaBorder.objects.filter(area_id__in=list(children)).filter(pk=Subquery(latest.values("pk")[:1]))
    changed = _reshaped(list(children), on)
    features = [
        {
            "type": "Feature",
            "bbox": [row.west, row.south, row.east, row.north],
            "properties": {
                "kode": children[row.area_id].code,
                "nama": children[row.area_id].name,
                "tingkat": children[row.area_id].level,
                "lama": row.area_id in changed and changed[row.area_id] > row.valid_from,
            },
            "geometry": {"type": "MultiPolygon", "coordinates": row.polygons},
        }
        for row in sorted(rows, key=lambda row: children[row.area_id].code)
    ]
    found: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if features:
        west, south, east, north = zip(*(feature["bbox"] for feature in features), strict=True)
        found["bbox"] = [min(west), min(south), max(east), max(north)]
    return found


# The last day on which something was taken out of an area or put into it, or another area arose from it or went into it.
_RESHAPED = """
SELECT place, max(day) FROM (
    SELECT gone.parent_id AS place, moved.valid_from AS day FROM areas_areaversion AS gone
      JOIN areas_areaversion AS moved ON moved.area_id = gone.area_id AND moved.parent_id <> gone.parent_id
           AND (moved.valid_from, moved.recorded_at) > (gone.valid_from, gone.recorded_at)
     WHERE gone.parent_id = ANY(%(areas)s)
    UNION ALL
    SELECT come.parent_id, come.valid_from FROM areas_areaversion AS come
      JOIN areas_areaversion AS earlier ON earlier.area_id = come.area_id AND earlier.parent_id <> come.parent_id
           AND (earlier.valid_from, earlier.recorded_at) < (come.valid_from, come.recorded_at)
     WHERE come.parent_id = ANY(%(areas)s)
    UNION ALL SELECT came_from_id, valid_from FROM areas_areaversion WHERE came_from_id = ANY(%(areas)s)
    UNION ALL SELECT went_into_id, valid_from FROM areas_areaversion WHERE went_into_id = ANY(%(areas)s)) AS change
 WHERE place = ANY(%(areas)s) AND day <= %(on)s GROUP BY place"""


def _reshaped(areas: list[uuid.UUID], on: date) -> dict[uuid.UUID, date]:
    with connection.cursor() as cursor:
        cursor.execute(_RESHAPED, {"areas": areas, "on": on})
        return dict(cursor.fetchall())
