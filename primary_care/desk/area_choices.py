"""Areas as a list to pick from, under the names that people know them by."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from primary_care.areas.models import Area, AreaLevel

MANY = 800  # above that a list is no help: only kecamatan and desa stand in it, the rest is found from the page of the desa
UPPER = (
    AreaLevel.NASIONAL.value,
    AreaLevel.PROVINSI.value,
    AreaLevel.KABUPATEN.value,
    AreaLevel.KECAMATAN.value,
    AreaLevel.DESA.value,
)


def area_choices(paths: Iterable[str], levels: Iterable[str]) -> list[tuple[str, str, str]]:
    """The areas of these levels in force under one of `paths`: triples of the key, the name, and the heading that they stand under (of a
    desa its kecamatan, of what lies in a desa the desa), in the order of the tree.
    """
    inside = Q(pk__in=[])
    for path in paths:
        inside |= Q(path__startswith=path)
    wanted = Area.objects.filter(inside, level__in=list(levels), valid_to__isnull=True)
    if wanted.count() > MANY:
        wanted = wanted.filter(level__in=UPPER)
    areas = list(wanted.order_by("path"))
    names = _names(areas)
    return [(str(area.pk), _label(area, names), _heading(area, names)) for area in areas]


def places_in_words(areas: Iterable[Area]) -> dict[str, str]:
    """Where each area lies, by its path, nearest first, up to the kecamatan: `RT 02, Dusun Timur, Mekar Sari, Tirta`. One query."""
    areas = list(areas)
    names = _names(areas) | {area.path: area for area in areas}
    shown = (AreaLevel.NASIONAL, AreaLevel.PROVINSI, AreaLevel.KABUPATEN)
    found = {}
    for area in areas:
        way = [names[path] for path in (*_above(area.path), area.path) if path in names]
        near = [one for one in way if one.level not in shown] or way[-1:]
        found[area.path] = ", ".join(named(one) for one in reversed(near))
    return found


def _names(areas: list[Area]) -> dict[str, Area]:
    paths = {path for area in areas for path in _above(area.path)}
    return {area.path: area for area in Area.objects.filter(path__in=paths)}


def _above(path: str) -> list[str]:
    """The paths above one, from the top."""
    parts = path.strip("/").split("/")
    return ["/".join(parts[:end]) + "/" for end in range(1, len(parts))]


def _label(area: Area, names: dict[str, Area]) -> str:
    if area.level in UPPER:
        return area.name
    way = [names[path] for path in _above(area.path) if path in names and names[path].level not in UPPER]
    return ", ".join(named(one) for one in [area, *reversed(way)])


def _heading(area: Area, names: dict[str, Area]) -> str:
    level = AreaLevel.KECAMATAN if area.level == AreaLevel.DESA else AreaLevel.DESA
    if area.level in UPPER and area.level != AreaLevel.DESA:
        return ""
    return next((names[path].name for path in _above(area.path) if path in names and names[path].level == level), "")


def named(area: Area) -> str:
    """The name of an area as people say it: a dusun with that word before it."""
    return _("Dusun %(name)s") % {"name": area.name} if area.level == AreaLevel.DUSUN else area.name
