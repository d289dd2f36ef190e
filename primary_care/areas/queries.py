"""Reads of areas and of their settings."""

import json
import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Case, Q, QuerySet, When

from primary_care.areas.history import UP
from primary_care.areas.models import Area, AreaLevel


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


# Read for every decision: plain SQL is sent as it stands, where a query of the ORM is put together anew each time.
_SETTINGS = f"""{UP}
SELECT up.here, setting.key, setting.value
  FROM up JOIN areas_areasetting AS setting ON setting.area_id = up.above AND setting.valid_from <= %(on)s
 ORDER BY up.steps DESC, setting.valid_from, setting.recorded_at, setting.id"""


def settings_of_many(areas: Iterable[uuid.UUID], on: date) -> dict[uuid.UUID, dict[str, Any]]:
    """Every setting in force in each area on a day, by the area's key: of the nearest area up the tree of that day
    that has one, the latest not after `on`. One query.
    """
    found: dict[uuid.UUID, dict[str, Any]] = {area: {} for area in areas}
    with connection.cursor() as cursor:
        cursor.execute(_SETTINGS, {"on": on, "areas": list(found)})
        for area, key, value in cursor.fetchall():
            found[area][key] = json.loads(value)
    return found


def settings_at(area: Area, on: date) -> dict[str, Any]:
    """Every setting in force in `area` on a day."""
    return settings_of_many([area.pk], on)[area.pk]


def setting_at(area: Area, key: str, on: date, default: Any = None) -> Any:
    """One setting in force in `area` on a day, or `default` where nobody set it."""
    return settings_at(area, on).get(key, default)


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
