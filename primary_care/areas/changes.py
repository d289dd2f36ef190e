"""Changes of the tree over time: begun, renamed, moved, split (*pemekaran*), merged (*penggabungan*).

Each takes the day `on` from which it holds, the decree as `source`, and `by`, the assignment in which somebody acts
(None: the operator of the node), on the day `today` where that is another. Each checks, appends versions, brings the view up to date, keeps what was set in a
place, tells the other apps (`signals.py`) and writes the audit trail, all in one transaction.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.areas import permissions, projection
from primary_care.areas.actions import AreaRefused, add_area, check_level, lock_tree, part_and_name, set_setting
from primary_care.areas.history import code_of, own_code_of
from primary_care.areas.models import Area, AreaChange, AreaLevel, AreaVersion, ChangeKind
from primary_care.areas.queries import settings_of_many
from primary_care.areas.signals import TreeChange, tree_changed
from primary_care.audit.actions import record_write
from primary_care.design.formats import long_date
from primary_care.keys import new_key

BELOW_DESA = frozenset({AreaLevel.DUSUN, AreaLevel.RW, AreaLevel.RT})


@transaction.atomic
def begin_area(
    parent: Area,
    level: str,
    name: str,
    *,
    on: date,
    source: str,
    by: Assignment | None = None,
    today: date | None = None,
    code: str = "",
) -> Area:
    """A new area inside `parent` from `on`, with nobody in it yet. `code`: its code of Kemendagri, needed down to the desa."""
    parent = _lock(parent)
    permissions.check_can_add_area(by, level, parent, today or on)
    if parent.valid_from > on:
        raise AreaRefused(
            _("%(name)s baru ada sejak %(day)s.") % {"name": parent.name, "day": long_date(parent.valid_from)}, "from"
        )
    code, name = _code_and_name(level, parent, code, name)
    change = _change(ChangeKind.PEMBENTUKAN, on, source, by)
    new = add_area(code=code, name=name, level=level, parent=parent, on=on, change=change)
    _finish(TreeChange(change, by))
    return new


@transaction.atomic
def rename_area(
    area: Area, name: str, *, on: date, source: str, by: Assignment | None = None, today: date | None = None
) -> AreaChange:
    """`area` is called `name` from `on`. A dusun, RW or RT gets the code of its new name as well."""
    area = _lock(area)
    permissions.check_can_change_area(by, area, today or on)
    name = _plain(name)
    if not name:
        raise AreaRefused(_("Nama baru kosong."), "name")
    change = _change(ChangeKind.UBAH_NAMA, on, source, by)
    if area.level in BELOW_DESA:
        part, name = part_and_name(area.level, name)
        _append(area, change, name=name, own_code=part)
    else:
        _append(area, change, name=name)
    _finish(TreeChange(change, by, frozenset(projection.refresh([area.pk]))))
    return change


@transaction.atomic
def move_area(
    area: Area,
    parent: Area,
    *,
    on: date,
    source: str,
    by: Assignment | None = None,
    today: date | None = None,
    code: str = "",
    renamed: str = "",
) -> AreaChange:
    """`area` lies inside `parent` from `on`, with everything inside it. `code`: its new code of Kemendagri, needed down
    to the desa. `renamed`: its new name, e.g. the number of an RT that meets another of that number.
    """
    area, parent = _lock(area), _lock(parent)
    for one in (area, parent):
        permissions.check_can_change_area(by, one, today or on)
    change = _change(ChangeKind.PEMINDAHAN, on, source, by)
    before = settings_of_many([area.pk], on)
    changed = _place(area, parent, change, code, renamed)
    _keep_settings(before, on, by)
    _finish(TreeChange(change, by, frozenset(changed)))
    return change


@transaction.atomic
def split_area(
    area: Area,
    *,
    name: str,
    takes: Sequence[Area],
    on: date,
    source: str,
    by: Assignment | None = None,
    today: date | None = None,
    code: str = "",
    codes: Mapping[uuid.UUID, str] | None = None,
    renamed: Mapping[uuid.UUID, str] | None = None,
    parent: Area | None = None,
) -> Area:
    """A new area with this `code` and `name` begins on `on` beside `area` (or inside `parent`) and takes some of what lies
    inside it, at whatever depth. Returns the new area; the old one stays. Below the desa the code follows from the name.

    `codes`: the new codes of Kemendagri of those taken, where they have one. `renamed`: new names, as for `move_area`.
    Families written at `area` itself, without an RT, stay there.
    """
    area = _lock(area)
    taken = sorted((_lock(one) for one in takes), key=lambda one: one.path)
    permissions.check_can_change_area(by, area, today or on)
    if parent is not None:
        parent = _lock(parent)
        permissions.check_can_change_area(by, parent, today or on)
    if not taken:
        raise AreaRefused(_("Sebutkan wilayah di dalamnya yang masuk wilayah baru."), "takes")
    outside = [one.name for one in taken if one.pk == area.pk or not one.path.startswith(area.path)]
    if outside:
        raise AreaRefused(
            _("Tidak berada di dalam %(name)s: %(names)s.") % {"name": area.name, "names": ", ".join(outside)}, "takes"
        )
    change = _change(ChangeKind.PEMEKARAN, on, source, by)
    before = settings_of_many([area.pk, *(one.pk for one in taken)], on)
    code, name = _code_and_name(area.level, parent or area.parent, code, name)
    new = add_area(
        code=code,
        name=name,
        level=area.level,
        parent=parent or area.parent,
        on=on,
        change=change,
        came_from=area,
    )
    before[new.pk] = before.pop(area.pk)
    changed: set[uuid.UUID] = set()
    for one in taken:
        if not any(one.path.startswith(other.path) for other in taken if other.pk != one.pk):
            changed |= _place(one, new, change, (codes or {}).get(one.pk, ""), (renamed or {}).get(one.pk, ""))
    _keep_settings(before, on, by)
    _finish(TreeChange(change, by, frozenset(changed), begun=(new, area)))
    return new


@transaction.atomic
def merge_areas(
    areas: Sequence[Area],
    *,
    on: date,
    source: str,
    by: Assignment | None = None,
    today: date | None = None,
    into: Area | None = None,
    code: str = "",
    name: str = "",
    codes: Mapping[uuid.UUID, str] | None = None,
    renamed: Mapping[uuid.UUID, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    served_by: Sequence[uuid.UUID] | None = None,
) -> Area:
    """`areas` end on `on` and what lies inside them goes into one: `into`, which stays, or a new one with this `code` and
    `name` beside the first. Returns it.

    `codes`, `renamed`: as for `split_area`. `settings`: the value of each setting in which they differ. `served_by`: the
    units that serve all of it, needed where no unit served every one of them before.
    """
    ending = [_lock(one) for one in areas]
    if into is not None:
        into = _lock(into)
    merged = [*ending, *([into] if into else [])]
    if len({one.pk for one in merged}) < max(2, len(merged)):
        raise AreaRefused(_("Sebutkan sedikitnya dua wilayah yang berbeda."))
    if len({one.level for one in merged}) > 1:
        raise AreaRefused(_("Hanya wilayah setingkat yang dapat digabungkan."))
    for one in merged:
        permissions.check_can_change_area(by, one, today or on)
    decided = _agreed_settings(merged, on, settings or {})
    change = _change(ChangeKind.PENGGABUNGAN, on, source, by)
    children = {one.pk: list(Area.objects.filter(parent=one, valid_to__isnull=True).order_by("path")) for one in ending}
    moved = [child for one in ending for child in children[one.pk]]
    before = settings_of_many([child.pk for child in moved], on)
    target_key = into.pk if into else new_key()
    for one in ending:  # first, so that the new one may bear the code of one that ends
        _append(one, change, ends=True, went_into_id=target_key)
    changed = projection.refresh(one.pk for one in ending)
    first = ending[0]
    if into is None:
        code, name = _code_and_name(first.level, first.parent, code, name)
    target = into or add_area(
        code=code, name=name, level=first.level, parent=first.parent, on=on, change=change, key=target_key
    )
    for child in moved:
        changed |= _place(child, target, change, (codes or {}).get(child.pk, ""), (renamed or {}).get(child.pk, ""))
    _keep_settings({target.pk: decided}, on, by)
    # A value that was decided for the whole reaches what lies inside; all else there stays as it was.
    for values in before.values():
        for key in settings or {}:
            values.pop(key, None)
    _keep_settings(before, on, by)
    _finish(TreeChange(change, by, frozenset(changed), ended=children, into=target, served_by=served_by))
    return target


def settings_that_differ(areas: Sequence[Area], on: date) -> dict[str, list[Any]]:
    """The settings on which areas do not agree on a day, each with the values that they have; None for an area without one."""
    found = list(settings_of_many([area.pk for area in areas], on).values())
    differing: dict[str, list[Any]] = {}
    for key in sorted({key for values in found for key in values}):
        values = [one.get(key) for one in found]
        if any(key not in one for one in found) or any(value != values[0] for value in values):
            differing[key] = [value for place, value in enumerate(values) if value not in values[:place]]
    return differing


def _code_and_name(level: str, parent: Area | None, code: str, name: str) -> tuple[str, str]:
    """The code and the name of a new area. Below the desa the code follows from the name, where none is given."""
    name = _plain(name)
    if level not in BELOW_DESA or code or parent is None:
        return code, name
    part, name = part_and_name(level, name)
    return code_of(parent.code, parent.level, level, part), name


def _lock(area: Area) -> Area:
    """The area as it is now, with the tree held for this transaction."""
    lock_tree()
    now = Area.objects.select_related("parent").get(pk=area.pk)
    if now.valid_to is not None:
        raise AreaRefused(
            _("%(name)s (%(code)s) sudah berakhir pada %(day)s.")
            % {"name": now.name, "code": now.code, "day": long_date(now.valid_to)}
        )
    return now


def _change(kind: ChangeKind, on: date, source: str, by: Assignment | None) -> AreaChange:
    source = _plain(source)
    if not source:
        raise AreaRefused(_("Sebutkan dasar perubahannya, misalnya nomor Perda atau SK."), "source")
    return AreaChange.objects.create(
        kind=kind, valid_from=on, source=source[:300], recorded_by_id=by.user_id if by else None, recorded_as=by
    )


def _append(area: Area, change: AreaChange, **values: Any) -> None:
    """The next version of an area: the last one with `values`."""
    last = area.versions.order_by("-valid_from", "-recorded_at", "-id").first()
    assert last is not None
    if last.valid_from > change.valid_from:
        raise AreaRefused(
            _("%(name)s: sudah tercatat perubahan pada %(day)s, sesudah tanggal ini.")
            % {"name": area.name, "day": long_date(last.valid_from)},
            "from",
        )
    if values.get("ends") and area.valid_from >= change.valid_from:
        raise AreaRefused(
            _("%(name)s baru mulai pada %(day)s; tidak dapat berakhir hari itu juga.")
            % {"name": area.name, "day": long_date(area.valid_from)},
            "from",
        )
    kept = {"name": last.name, "own_code": last.own_code, "parent_id": last.parent_id}
    AreaVersion.objects.create(area=area, change=change, valid_from=change.valid_from, **{**kept, **values})


def _place(area: Area, parent: Area, change: AreaChange, code: str, renamed: str) -> set[uuid.UUID]:
    """From the day of the change `area` lies inside `parent`, unless something of that code is there. Returns the areas
    whose view changed.
    """
    check_level(area.name, area.level, parent)
    if area.level in BELOW_DESA:
        part, name = part_and_name(area.level, renamed or area.name)
        code = code_of(parent.code, parent.level, area.level, part)
    else:
        name = _plain(renamed) or area.name
        try:
            part = own_code_of(code, parent, area.level)
        except ValueError:
            raise AreaRefused(
                _("Sebutkan kode baru %(name)s (%(code)s), yang dimulai dengan %(parent)s.")
                % {"name": area.name, "code": area.code, "parent": parent.code},
                f"code {area.pk}",
            ) from None
    if Area.objects.filter(code=code, valid_to__isnull=True).exclude(pk=area.pk).exists():
        raise AreaRefused(
            _("Di %(place)s sudah ada %(name)s (%(code)s). Beri %(area)s (%(area_code)s) nama baru.")
            % {"place": parent.name, "name": name, "code": code, "area": area.name, "area_code": area.code},
            f"name {area.pk}",
        )
    _append(area, change, parent_id=parent.pk, name=name, own_code=part)
    try:
        with transaction.atomic():
            return projection.refresh([area.pk])
    except IntegrityError as error:
        raise AreaRefused(
            _("Kode %(code)s, atau kode di dalamnya, tidak sah atau sudah dipakai.") % {"code": code}, f"code {area.pk}"
        ) from error


def _agreed_settings(areas: Sequence[Area], on: date, decided: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of merged areas: what all agree on, and what was decided where they do not."""
    differing = {key: values for key, values in settings_that_differ(areas, on).items() if key not in decided}
    if differing:
        raise AreaRefused(
            _("Pengaturan berbeda di antara wilayah yang digabung; tentukan: %(settings)s.")
            % {"settings": ", ".join(differing)},
            "settings",
        )
    return {**settings_of_many([areas[0].pk], on)[areas[0].pk], **decided}


def _keep_settings(before: Mapping[uuid.UUID, Mapping[str, Any]], on: date, by: Assignment | None) -> None:
    """Where an area would now read another value than `before`, write the old one there, from the day of the change."""
    now = settings_of_many(before, on)
    for area in Area.objects.filter(pk__in=list(before)).order_by("path"):
        for key, value in sorted(before[area.pk].items()):
            if now[area.pk].get(key) != value:
                set_setting(area, key, value, on=on, by=by)


def _plain(name: str) -> str:
    return " ".join(name.split())


def _finish(change: TreeChange) -> None:
    """Let the other apps follow, and write the audit trail."""
    tree_changed.send(Area, change=change)
    record_write("areas.areachange", change.change.pk, change.by, str(change.change))
