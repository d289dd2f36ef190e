"""Reads of areas and of their settings."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from primary_care.areas.models import Area, AreaSetting


def ancestors(area_path: str) -> QuerySet[Area]:
    """The areas that a path goes through, from the nation down to the area itself."""
    parts = area_path.strip("/").split("/")
    return Area.objects.filter(path__in=["/".join(parts[: end + 1]) + "/" for end in range(len(parts))]).order_by(
        "path"
    )


def address_in_words(area_path: str) -> str:
    """The place as people say it, nearest first, down from the kecamatan: "RT 02, RW 01, Dusun Timur, Mekar Sari"."""
    named = [area for area in ancestors(area_path) if area.level in ("desa", "dusun", "rw", "rt")]
    return ", ".join(f"Dusun {area.name}" if area.level == "dusun" else area.name for area in reversed(named))


def settings_at(area: Area, on: date) -> dict[str, Any]:
    """Every setting in force in `area` on a day: of the nearest area up the tree that has one, the latest not after
    `on`.
    """
    rows = AreaSetting.objects.filter(area__in=ancestors(area.path), valid_from__lte=on).select_related("area")
    found: dict[str, Any] = {}
    for row in sorted(rows, key=lambda row: (len(row.area.path), row.valid_from, row.recorded_at, row.id)):
        found[row.key] = row.value
    return found


def setting_at(area: Area, key: str, on: date, default: Any = None) -> Any:
    """One setting in force in `area` on a day, or `default` where nobody set it."""
    return settings_at(area, on).get(key, default)


def list_villages(within: list[str] | tuple[str, ...], on: date) -> QuerySet[Area]:
    """The desa and kelurahan in force on a day under one of the paths `within`."""
    inside = Q(pk__in=[])
    for path in within:
        inside |= Q(path__startswith=path)
    in_force = Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))
    return Area.objects.filter(inside, in_force, level="desa").order_by("code")
