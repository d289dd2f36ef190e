"""What units, their catchments and staff with an area of their own follow when the tree of areas changes.

Nobody falls out of care and nobody gets strangers into their list: a split-off area is served by those who served what
it came from; a merged one by those who served all of it, while who served a part keeps that part. If no Puskesmas served
all of it, one has to be named.
"""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.dispatch import receiver
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.areas.actions import AreaRefused
from primary_care.areas.models import Area
from primary_care.areas.signals import TreeChange, tree_changed
from primary_care.audit.actions import record_write
from primary_care.units.actions import project
from primary_care.units.models import Catchment, Unit, UnitKind, UnitVersion
from primary_care.units.queries import in_force, paths_through


@receiver(tree_changed)
def follow(sender: Any, change: TreeChange, **_: Any) -> None:
    """Part of the transaction of the change."""
    on, by = change.change.valid_from, change.by
    if change.begun:
        new, origin = change.begun
        for unit_id in _serving_itself(origin.pk, on):
            _serve(unit_id, new, on, by)
    if change.into:
        _merge_catchments(change, change.into, on, by)
        _move_units(change, change.into, on)
        _move_assignments(change, change.into, on)


def _merge_catchments(change: TreeChange, target: Area, on: date, by: Assignment | None) -> None:
    ended = list(Area.objects.filter(pk__in=list(change.ended)))
    before = {area.pk: _covering(area, on) for area in ended}
    target_is_old = target.valid_from < on
    if target_is_old:
        before[target.pk] = _covering(target, on)
    served_all = set.intersection(*before.values())
    served_some = set.union(*before.values())
    puskesmas = set(Unit.objects.filter(pk__in=served_some, kind=UnitKind.PUSKESMAS).values_list("pk", flat=True))
    if change.served_by is not None:
        whole = (served_all - puskesmas) | set(change.served_by)
        leaving = puskesmas - set(change.served_by)
    elif puskesmas <= served_all:
        whole, leaving = served_all, set()
    else:
        names = Unit.objects.filter(pk__in=puskesmas).order_by("name").values_list("name", flat=True)
        raise AreaRefused(
            _("Sebutkan Puskesmas yang melayani %(name)s: sebelumnya %(names)s.")
            % {"name": target.name, "names": ", ".join(names)},
            "served-by",
        )
    covering = _covering(target, on)
    for row in Catchment.objects.filter(in_force(on), area_id__in=list(before)):
        if row.area_id in change.ended:
            _end(row, on, by)
            if row.unit_id not in whole | leaving | covering:
                for child in change.ended[row.area_id]:
                    _serve(row.unit_id, child, on, by)
        elif row.unit_id in leaving:
            _end(row, on, by)
    for unit_id in sorted(whole - covering):
        _serve(unit_id, target, on, by)


def _serve(unit_id: uuid.UUID, area: Area, on: date, by: Assignment | None) -> None:
    row, made = Catchment.objects.get_or_create(
        unit_id=unit_id, area=area, valid_to__isnull=True, defaults={"valid_from": on}
    )
    if made:
        record_write("units.catchment", row.pk, by, f"melayani {area.code}")


def _end(row: Catchment, on: date, by: Assignment | None) -> None:
    """The day before a change is the last one; what would only have begun then never was."""
    record_write("units.catchment", row.pk, by, f"tidak lagi melayani {row.area.code}")
    if row.valid_from >= on:
        row.delete()
    else:
        Catchment.objects.filter(pk=row.pk).update(valid_to=on)


def _serving_itself(area_id: uuid.UUID, on: date) -> Iterable[uuid.UUID]:
    return list(Catchment.objects.filter(in_force(on), area_id=area_id).values_list("unit_id", flat=True))


def _covering(area: Area, on: date) -> set[uuid.UUID]:
    """The units that serve all of an area: it, or one above it."""
    rows = Catchment.objects.filter(in_force(on), area__path__in=paths_through(area.path))
    return set(rows.values_list("unit_id", flat=True))


def _move_units(change: TreeChange, target: Area, on: date) -> None:
    for unit in Unit.objects.filter(area_id__in=list(change.ended), valid_to__isnull=True):
        UnitVersion.objects.create(
            unit=unit,
            name=unit.name,
            parent=unit.parent,
            area=target,
            valid_from=max(on, unit.valid_from),
            source=str(change.change)[:300],
            recorded_by_id=change.by.user_id if change.by else None,
            recorded_as=change.by,
        )
        project(unit)


def _move_assignments(change: TreeChange, target: Area, on: date) -> None:
    """Staff of a dinas or a village: the assignment ends, and goes on at the successor."""
    still = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    for row in Assignment.objects.filter(still, area_id__in=list(change.ended)):
        record_write("accounts.assignment", row.pk, change.by, f"wilayah menjadi {target.code}")
        if row.valid_from >= on:
            Assignment.objects.filter(pk=row.pk).update(area=target)
            continue
        Assignment.objects.filter(pk=row.pk).update(valid_to=on)
        Assignment.objects.create(
            user_id=row.user_id,
            role=row.role,
            cadre=row.cadre,
            klaster=row.klaster,
            unit_id=row.unit_id,
            area=target,
            valid_from=on,
            valid_to=row.valid_to,
        )
