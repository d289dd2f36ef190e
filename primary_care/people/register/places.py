"""Where a household of the register lives: the names that offices write, found in the tree of areas."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.db.models import Q

from primary_care.areas.actions import ensure_area
from primary_care.areas.models import Area, AreaLevel
from primary_care.people.register.cells import plain_village
from primary_care.people.register.rows import RegisterRow


class PlaceFinder:
    """The desa in force on a day, by name, and the dusun, RW and RT inside them, which are made where they are missing.

    A name that two desa of this node bear is left out: it cannot be told which one is meant.
    """

    def __init__(self, on: date) -> None:
        in_force = Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))
        villages = list(Area.objects.filter(in_force, level=AreaLevel.DESA).order_by("code"))
        counts = Counter(plain_village(area.name) for area in villages)
        self._on = on
        self._villages = {plain_village(area.name): area for area in villages if counts[plain_village(area.name)] == 1}
        self._found: dict[tuple[str, str, str], Area] = {}

    @property
    def village_names(self) -> list[str]:
        return [area.name for area in self._villages.values()]

    def village_of(self, row: RegisterRow) -> Area:
        """The desa of a row. Raises KeyError for an unknown one."""
        return self._villages[plain_village(row.village or "")]

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
