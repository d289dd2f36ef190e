"""Reads of units, their network, partners and traits."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from primary_care.accounts.access import READ, allowed
from primary_care.accounts.models import Assignment
from primary_care.accounts.scope import scope_of_assignment
from primary_care.areas.history import chain_on
from primary_care.areas.models import Area
from primary_care.areas.queries import list_villages
from primary_care.units.models import Catchment, Partnership, Unit, UnitTrait

NETWORK = "wilayah-unit"  # the row of the matrix
# Of two units that serve the same area, the one closer to people comes first.
NEAREST = {"posyandu": 0, "pustu": 1, "puskesmas": 2}
# What the figure of "desa tanpa fasilitas" counts: Pustu, Posyandu (and, gone into them, Poskesdes).
VILLAGE_FACILITIES = ("pustu", "posyandu")


def in_force(on: date) -> Q:
    """The condition "dated rows that hold on `on`": from `valid_from` until the day before `valid_to`."""
    return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))


def paths_seen(by: Assignment, on: date) -> tuple[str, ...]:
    """The paths of the areas that `by` may look at, with their units, on the day `on`."""
    return scope_of_assignment(by, on, NETWORK, READ).area_paths


def units_seen(by: Assignment, on: date) -> QuerySet[Unit]:
    """The units, closed ones too, that `by` may look at on the day `on`: those that stand in the area, and the own network."""
    seen = Q(pk__in=[])
    for path in paths_seen(by, on):
        seen |= Q(area__path__startswith=path)
    if by.unit_id is not None and allowed(by.role, NETWORK, READ) and by.valid_from <= on:
        seen |= Q(pk=by.unit_id) | Q(parent=by.unit_id) | Q(parent__parent=by.unit_id)
    return Unit.objects.filter(seen)


def units_serving(area_path: str, on: date, kind: str | None = None) -> list[Unit]:
    """The units in whose catchment a place lies, the nearest first (Posyandu, Pustu, Puskesmas): those whose catchment
    holds on the day, in the tree as it is now. For the tree of that day: `units_that_served`.
    """
    rows = Catchment.objects.filter(in_force(on), area__path__in=paths_through(area_path)).select_related(
        "unit", "area"
    )
    found = sorted(rows, key=lambda row: (-len(row.area.path), NEAREST.get(row.unit.kind, 9), row.unit.name))
    return list(dict.fromkeys(row.unit for row in found if kind in (None, row.unit.kind)))


def units_that_served(area: Area, on: date) -> list[Unit]:
    """The units in whose catchment an area lay on a day, in the tree of that day, the nearest first."""
    steps = {one.id: step for step, one in enumerate(chain_on(area, on))}
    rows = Catchment.objects.filter(in_force(on), area_id__in=list(steps)).select_related("unit")
    found = sorted(rows, key=lambda row: (-steps[row.area_id], NEAREST.get(row.unit.kind, 9), row.unit.name))
    return list(dict.fromkeys(row.unit for row in found))


def paths_through(area_path: str) -> list[str]:
    """The paths of the areas that a path goes through, the area itself included."""
    parts = area_path.strip("/").split("/")
    return ["/".join(parts[: end + 1]) + "/" for end in range(len(parts))]


def catchment_areas(unit: Unit, on: date) -> list[Area]:
    """The areas that a unit serves on a day."""
    rows = unit.catchments.filter(in_force(on)).select_related("area")
    return sorted((row.area for row in rows), key=lambda area: area.path)


def traits_on(unit: Unit, on: date) -> dict[str, Any]:
    """What is known of a unit on a day: of each trait the latest row not after it."""
    rows = unit.traits.filter(valid_from__lte=on).order_by("valid_from", "recorded_at", "id")
    return dict(rows.values_list("key", "value"))


def units_with(key: str, value: Any, within: Iterable[str], on: date) -> list[Unit]:
    """The units under one of the paths `within` of which a trait holds on a day, e.g. `poned` is true."""
    inside = Q(pk__in=[])
    for path in within:
        inside |= Q(unit__area__path__startswith=path)
    rows = UnitTrait.objects.filter(inside, key=key, valid_from__lte=on).select_related("unit__area")
    last = {row.unit: row.value for row in rows.order_by("valid_from", "recorded_at", "id")}
    holding = [unit for unit, known in last.items() if known == value and (unit.valid_to is None or unit.valid_to > on)]
    return sorted(holding, key=lambda unit: unit.name)


def network_of(unit: Unit, on: date) -> list[Unit]:
    """The units that a unit coordinates on a day (*jaringan*), those of its own units after each of them."""
    below: dict[object, list[Unit]] = defaultdict(list)
    rows = Unit.objects.filter(in_force(on), Q(parent=unit) | Q(parent__parent=unit)).order_by("kind", "name")
    for row in rows:
        below[row.parent_id].append(row)
    return [one for child in below[unit.pk] for one in (child, *below[child.pk])]


def partners_of(unit: Unit, on: date, kind: str | None = None) -> QuerySet[Partnership]:
    """The partners (*jejaring*) of a Puskesmas on a day, by kind of network."""
    of_kind = {"kind": kind} if kind else {}
    return unit.partnerships.filter(in_force(on), **of_kind).select_related("partner").order_by("kind", "name")


@dataclass(frozen=True)
class Uncovered:
    """A desa without a facility of its own, and the units from elsewhere that serve it."""

    village: Area
    served_by: list[Unit]


def villages_without_facility(within: tuple[str, ...], on: date) -> list[Uncovered]:
    """The desa and kelurahan under one of the paths `within` in which no Pustu and no Posyandu stands on a day."""
    villages = list(list_villages(within, on))
    standing: set[str] = set()
    for path in Unit.objects.filter(in_force(on), kind__in=VILLAGE_FACILITIES).values_list("area__path", flat=True):
        standing.update(paths_through(path))
    empty = [village for village in villages if village.path not in standing]
    above = {village.pk: paths_through(village.path) for village in empty}
    serving: dict[str, list[Unit]] = defaultdict(list)
    wanted = {path for paths in above.values() for path in paths}
    rows = Catchment.objects.filter(in_force(on), area__path__in=wanted).select_related("unit", "area")
    for row in sorted(rows, key=lambda row: (NEAREST.get(row.unit.kind, 9), row.unit.name)):
        serving[row.area.path].append(row.unit)
    return [
        Uncovered(village, list(dict.fromkeys(unit for path in reversed(above[village.pk]) for unit in serving[path])))
        for village in empty
    ]
