"""Reads of areas and of their settings."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Case, Q, QuerySet, When

from primary_care.areas.history import UP
from primary_care.areas.models import Area, AreaLevel, AreaSetting


def ancestors(area_path: str) -> QuerySet[Area]:
    """The areas that a path goes through, from the nation down to the area itself."""
    return Area.objects.filter(path__in=_paths_above(area_path)).order_by("path")


def address_in_words(area_path: str) -> str:
    """The place as people say it, nearest first, down from the kecamatan: "RT 02, RW 01, Dusun Timur, Mekar Sari"."""
    return addresses_in_words([area_path])[area_path]


def addresses_in_words(area_paths: Iterable[str]) -> dict[str, str]:
    """The same for several places, by path. One query."""
    above = {path: _paths_above(path) for path in area_paths}
    named = Area.objects.filter(
        path__in={one for paths in above.values() for one in paths}, level__in=("desa", "dusun", "rw", "rt")
    )
    words = {
        path: f"Dusun {name}" if level == "dusun" else name
        for path, level, name in named.values_list("path", "level", "name")
    }
    return {path: ", ".join(words[one] for one in reversed(paths) if one in words) for path, paths in above.items()}


def _paths_above(area_path: str) -> list[str]:
    """The paths of the areas that a path goes through, its own last."""
    parts = area_path.strip("/").split("/")
    return ["/".join(parts[: end + 1]) + "/" for end in range(len(parts))]


@dataclass(frozen=True)
class Assumed:
    """A row of settings that nobody has recorded: what would be in force with it?"""

    area: uuid.UUID
    key: str
    value: Any
    valid_from: date
    inherits: bool = False


# Read for every decision: plain SQL is sent as it stands, where a query of the ORM is put together anew each time.
_IN_FORCE = f"""{UP}
SELECT here, key, value, id FROM (
    SELECT DISTINCT ON (up.here, up.steps, setting.key) up.here, up.steps, setting.key, setting.value, setting.inherits, setting.id
      FROM up JOIN {{settings}} AS setting ON setting.area_id = up.above AND setting.valid_from <= %(on)s
     ORDER BY up.here, up.steps, setting.key, setting.valid_from DESC, setting.recorded_at DESC, setting.id DESC) AS own
 WHERE NOT inherits ORDER BY steps DESC"""
_WITH_ASSUMED = """(SELECT area_id, key, value, inherits, valid_from, recorded_at, id FROM areas_areasetting UNION ALL
       SELECT %(area)s::uuid, %(key)s, %(value)s::jsonb, %(inherits)s, %(from)s::date, 'infinity', %(area)s::uuid)"""
_SETTINGS, _SETTINGS_WITH = (_IN_FORCE.format(settings=rows) for rows in ("areas_areasetting", _WITH_ASSUMED))


def settings_of_many(
    areas: Iterable[uuid.UUID], on: date, assuming: Assumed | None = None
) -> dict[uuid.UUID, dict[str, Any]]:
    """Every setting in force in each area on a day, by the area's key: of the nearest area up the tree of that day
    that has one, the latest not after `on`. `assuming`: as if that row had been recorded last of all. One query.
    """
    found: dict[uuid.UUID, dict[str, Any]] = {area: {} for area in areas}
    for area, key, value, _id in _in_force(found, on, assuming):
        found[area][key] = json.loads(value)
    return found


def rows_in_force(area: Area, on: date) -> dict[str, AreaSetting]:
    """The row behind each setting in force in `area` on a day, with its area and who recorded it."""
    ids = {key: row for _area, key, _value, row in _in_force([area.pk], on, None)}
    rows = AreaSetting.objects.select_related("area", "set_by").in_bulk(ids.values())
    return {key: rows[row] for key, row in ids.items()}


def _in_force(
    areas: Iterable[uuid.UUID], on: date, assuming: Assumed | None
) -> list[tuple[uuid.UUID, str, str, uuid.UUID]]:
    """Of each area the settings of all areas above it, the nearest last: area, key, value as JSON, key of the row."""
    given: dict[str, Any] = {"on": on, "areas": list(areas)}
    if assuming is not None:
        given |= {
            "area": assuming.area, "key": assuming.key, "value": json.dumps(assuming.value), "inherits": assuming.inherits,
            "from": assuming.valid_from,
        }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SETTINGS if assuming is None else _SETTINGS_WITH, given)
        return list(cursor.fetchall())


def settings_at(area: Area, on: date) -> dict[str, Any]:
    """Every setting in force in `area` on a day."""
    return settings_of_many([area.pk], on)[area.pk]


def setting_at(area: Area, key: str, on: date, default: Any = None) -> Any:
    """One setting in force in `area` on a day, or `default` where nobody set it."""
    return settings_at(area, on).get(key, default)


def rows_of_setting(area: Area, key: str) -> list[AreaSetting]:
    """Everything that was ever recorded about a setting in `area` and above it, in the order of its days, the later recorded behind."""
    rows = AreaSetting.objects.filter(key=key, area__path__in=_paths_above(area.path))
    return list(rows.select_related("area", "set_by").order_by("valid_from", "recorded_at", "id"))


def planned(area: Area, on: date) -> list[AreaSetting]:
    """What holds in `area` from a later day: rows of the area and of those above it."""
    rows = AreaSetting.objects.filter(area__path__in=_paths_above(area.path), valid_from__gt=on)
    rows = rows.order_by("area", "key", "valid_from", "-recorded_at", "-id").distinct("area", "key", "valid_from")
    return sorted(rows.select_related("area", "set_by"), key=lambda row: (row.key, row.valid_from))


def areas_inside_with(area: Area, key: str, on: date) -> list[AreaSetting]:
    """The rows in force of areas inside `area` that say a setting for themselves."""
    rows = AreaSetting.objects.filter(
        key=key, area__path__startswith=area.path, area__valid_to__isnull=True, valid_from__lte=on
    )
    rows = rows.exclude(area=area).order_by("area", "-valid_from", "-recorded_at", "-id").distinct("area")
    return sorted((row for row in rows.select_related("area") if not row.inherits), key=lambda row: row.area.path)


def search_areas(within: Iterable[str], text: str) -> QuerySet[Area]:
    """The areas in force under one of the paths `within` whose name holds `text` or whose code begins with it, the larger ones first."""
    inside = Q(pk__in=[])
    for path in within:
        inside |= Q(path__startswith=path)
    named = Q(name__icontains=text) | Q(code__istartswith=text)
    size = Case(*(When(level=level, then=place) for place, level in enumerate(AreaLevel.values)))
    return Area.objects.filter(inside, named, valid_to__isnull=True).order_by(size, "name", "path")


def list_villages(within: list[str] | tuple[str, ...], on: date) -> QuerySet[Area]:
    """The desa and kelurahan in force on a day under one of the paths `within`."""
    inside = Q(pk__in=[])
    for path in within:
        inside |= Q(path__startswith=path)
    in_force = Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))
    return Area.objects.filter(inside, in_force, level="desa").order_by("code")


def places_within(paths: Iterable[str]) -> list[tuple[Area, str, str]]:
    """The areas in force under one of `paths` that hold no smaller ones, where families live: with their name inside the desa and the
    name of the desa, in the order of the tree. Two queries.
    """
    inside = Q(pk__in=[])
    for path in paths:
        inside |= Q(path__startswith=path)
    areas = list(Area.objects.filter(inside, valid_to__isnull=True).order_by("path"))
    above = {parts for area in areas for parts in _above(area.path)}
    named = {area.path: area for area in Area.objects.filter(path__in=above | {area.path for area in areas})}
    parents = {area.parent_id for area in areas}
    found = []
    for area in areas:
        if area.pk in parents or area.level not in ("desa", "dusun", "rw", "rt"):
            continue
        way = [named[path] for path in (*_above(area.path), area.path) if path in named]
        desa = next((one.name for one in way if one.level == "desa"), "")
        below = [
            f"Dusun {one.name}" if one.level == "dusun" else one.name
            for one in way
            if one.level in ("dusun", "rw", "rt")
        ]
        found.append((area, ", ".join(reversed(below)) or area.name, desa))
    return found


def _above(path: str) -> list[str]:
    parts = path.strip("/").split("/")
    return ["/".join(parts[:end]) + "/" for end in range(1, len(parts))]


def common_path(paths: Iterable[str]) -> str:
    """The path of the smallest area that holds all of them; empty for none."""
    parts = [path.strip("/").split("/") for path in set(paths)]
    if not parts:
        return ""
    low, high = min(parts), max(parts)
    shared = next(
        (at for at, (one, other) in enumerate(zip(low, high, strict=False)) if one != other), min(len(low), len(high))
    )
    return "/".join(low[:shared]) + "/" if shared else ""
