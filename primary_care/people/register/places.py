"""Where a household of the register lives: the names that offices write, found in the tree of areas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from primary_care.areas.actions import ensure_area
from primary_care.areas.models import Area, AreaLevel
from primary_care.areas.queries import list_villages
from primary_care.people.register.cells import plain_village
from primary_care.people.register.rows import RegisterRow
from primary_care.units.models import Catchment
from primary_care.units.queries import in_force, paths_through


class PlaceFinder:
    """The desa in force on a day, by name, and the dusun, RW and RT inside them, which are made where they are missing.

    Looked for in the kabupaten in which the units of this node serve somebody, elsewhere only if there are none: a node
    may hold the whole nation. Of several desa of one name the one that a unit serves is meant; if that does not tell
    them apart, the name is left out.
    """

    def __init__(self, on: date, within: Iterable[str] | None = None) -> None:
        """`within`: only desa under one of these paths are known, e.g. those that the one who imports serves; None for all."""
        served = set(Catchment.objects.filter(in_force(on)).values_list("area__path", flat=True))
        through = {path for one in served for path in paths_through(one)}
        around = Area.objects.filter(level=AreaLevel.KABUPATEN, path__in=through).values_list("path", flat=True)
        by_name: dict[str, list[Area]] = defaultdict(list)
        only = None if within is None else tuple(within)
        for area in list_villages(tuple(around), on) if around else Area.objects.filter(in_force(on), level="desa"):
            if only is not None and not area.path.startswith(only):
                continue
            by_name[plain_village(area.name)].append(area)
        self._on = on
        self._villages: dict[str, Area] = {}
        for name, areas in sorted(by_name.items(), key=lambda one: one[1][0].code):
            meant = [area for area in areas if area.path in served] if len(areas) > 1 else areas
            if len(meant) == 1:
                self._villages[name] = meant[0]
        self._found: dict[tuple[str, str, str], Area] = {}

    @property
    def village_names(self) -> list[str]:
        return [area.name for area in self._villages.values()]

    def village_of(self, row: RegisterRow) -> Area:
        """The desa of a row. Raises KeyError for an unknown one."""
        return self._villages[plain_village(row.village or "")]

    def known_village(self, row: RegisterRow) -> Area | None:
        """The desa of a row; None for an unknown one."""
        return self._villages.get(plain_village(row.village or ""))

    def place_of(self, row: RegisterRow) -> Area:
        """The RT where it is written, else the nearest area above it. Raises KeyError for an unknown village."""
        area = self.village_of(row)
        for level, name in (
            (AreaLevel.DUSUN, row.dusun),
            (AreaLevel.RW, str(row.rw or "")),
            (AreaLevel.RT, str(row.rt or "")),
        ):
            if name and any(sign.isalnum() for sign in name):
                step = (area.code, level.value, name.lower())
                if step not in self._found:
                    self._found[step] = ensure_area(area, level, name, on=self._on)
                area = self._found[step]
        return area
