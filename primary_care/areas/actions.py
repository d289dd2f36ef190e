"""The only code that changes areas and their settings."""

import re
from datetime import date
from typing import Any

from django.db import transaction

from primary_care.areas.models import Area, AreaLevel, AreaSetting
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction

ORDER = list(AreaLevel.values)
OWN_CODES = {AreaLevel.RW: "rw", AreaLevel.RT: "rt"}


class AreaRefused(ValueError):
    """The area or setting cannot be recorded; the text says why."""


@transaction.atomic
def add_area(*, code: str, name: str, level: str, parent: Area | None, on: date) -> Area:
    """Append one area to the tree, inside `parent`, in force from `on`."""
    if parent and ORDER.index(level) <= ORDER.index(parent.level):
        raise AreaRefused(
            f"{name}: tingkat {level} tidak dapat berada di dalam {parent.get_level_display()} {parent.name}."
        )
    path = f"{parent.path if parent else ''}{code}/"
    return Area.objects.create(code=code, name=name, level=level, parent=parent, path=path, valid_from=on)


@transaction.atomic
def ensure_area(parent: Area, level: AreaLevel, name: str, *, on: date) -> Area:
    """The area of that level and name directly inside `parent`, made if it is missing. For the levels below the desa,
    which have no code of Kemendagri: `ensure_area(dusun, AreaLevel.RW, "3", on=...)` finds or makes `RW 03`.
    """
    if ORDER.index(level) <= ORDER.index(AreaLevel.DESA):
        raise AreaRefused(f"{name}: wilayah setingkat {level} ke atas memakai kode Kemendagri, tidak dibuat dari nama.")
    prefix = OWN_CODES.get(level, "")
    if prefix:
        digits = re.sub(r"\D", "", name)
        if not digits:
            raise AreaRefused(f'"{name}" bukan nomor {prefix.upper()}.')
        part, name = f"{prefix}{int(digits):02d}", f"{prefix.upper()} {int(digits):02d}"
    else:
        part = re.sub(r"[^a-z0-9]+", "", name.lower())
        if not part:
            raise AreaRefused("Nama dusun kosong.")
        name = " ".join(name.split()).title()
    Area.objects.select_for_update().get(pk=parent.pk)  # two who make the same RT at once make one
    code = f"{parent.code}-{part}"
    found = Area.objects.filter(code=code, valid_to__isnull=True).first()
    return found or add_area(code=code, name=name, level=level, parent=parent, on=on)


@transaction.atomic
def set_setting(area: Area, key: str, value: Any, *, on: date, by: Any = None) -> AreaSetting:
    """From `on`, `key` has `value` in `area` and inside it, where nothing nearer says otherwise. `by`: the
    assignment, or none.
    """
    setting = AreaSetting.objects.create(
        area=area, key=key, value=value, valid_from=on, set_by_id=by.user_id if by else None
    )
    record(
        AuditAction.WRITE,
        "areas.areasetting",
        user_id=by.user_id if by else None,
        unit_id=by.unit_id if by else None,
        object_id=setting.id,
        reason=f"{key} di {area.code}",
    )
    return setting
