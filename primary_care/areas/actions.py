"""The only code that adds areas and changes their settings. Changes over time: `changes.py`."""

import re
import uuid
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from primary_care.areas.history import own_code_of
from primary_care.areas.models import Area, AreaChange, AreaLevel, AreaSetting, AreaVersion
from primary_care.audit.actions import record_write
from primary_care.design.formats import long_date
from primary_care.keys import new_key

ORDER = list(AreaLevel.values)
OWN_CODES = {AreaLevel.RW: "rw", AreaLevel.RT: "rt"}


class AreaRefused(ValueError):
    """The area or setting cannot be recorded; the text says why, `code` what it is about: name, code, level, from, source, takes, settings,
    served-by; `name <key>` and `code <key>` are about what lies inside.
    """

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


@transaction.atomic
def add_area(
    *,
    code: str,
    name: str,
    level: str,
    parent: Area | None,
    on: date,
    change: AreaChange | None = None,
    came_from: Area | None = None,
    key: uuid.UUID | None = None,
) -> Area:
    """Append one area to the tree, inside `parent`, in force from `on`."""
    check_level(name, level, parent)
    if not name:
        raise AreaRefused(_("Nama wilayah harus diisi."), "name")
    try:
        own_code = own_code_of(code, parent, level)
    except ValueError:
        raise AreaRefused(
            _("Kode %(code)s tidak dimulai dengan kode %(parent)s.")
            % {"code": code, "parent": parent.code if parent else ""},
            "code",
        ) from None
    path = f"{parent.path if parent else ''}{code}/"
    try:
        with transaction.atomic():
            area = Area.objects.create(
                pk=key or new_key(), code=code, name=name, level=level, parent=parent, path=path, valid_from=on
            )
    except IntegrityError as error:
        raise AreaRefused(_("Kode %(code)s tidak sah atau sudah dipakai.") % {"code": code}, "code") from error
    AreaVersion.objects.create(
        area=area, change=change, valid_from=on, name=name, own_code=own_code, parent=parent, came_from=came_from
    )
    return area


def check_level(name: str, level: str, parent: Area | None) -> None:
    """Refuse a level inside the same or a lower one."""
    if parent and ORDER.index(level) <= ORDER.index(parent.level):
        raise AreaRefused(
            _("%(name)s: tingkat %(level)s tidak dapat berada di dalam %(above)s %(parent)s.")
            % {
                "name": name,
                "level": _(str(AreaLevel(level).label)),
                "above": _(str(parent.get_level_display())),
                "parent": parent.name,
            },
            "level",
        )


def part_and_name(level: str, name: str) -> tuple[str, str]:
    """The own code and the name of a dusun, RW or RT as people write it: ("rw03", "RW 03") for `3`."""
    if ORDER.index(level) <= ORDER.index(AreaLevel.DESA):
        raise AreaRefused(
            _("%(name)s: wilayah setingkat %(level)s ke atas memakai kode Kemendagri, tidak dibuat dari nama.")
            % {"name": name, "level": _(str(AreaLevel(level).label))}
        )
    prefix = OWN_CODES.get(AreaLevel(level), "")
    if prefix:
        digits = re.sub(r"\D", "", name)
        if not digits:
            raise AreaRefused(_('"%(name)s" bukan nomor %(kind)s.') % {"name": name, "kind": prefix.upper()}, "name")
        return f"{prefix}{int(digits):02d}", f"{prefix.upper()} {int(digits):02d}"
    part = re.sub(r"[^a-z0-9]+", "", name.lower())
    if not part:
        raise AreaRefused(_("Nama dusun kosong."), "name")
    return part, " ".join(name.split()).title()


@transaction.atomic
def ensure_area(parent: Area, level: AreaLevel, name: str, *, on: date) -> Area:
    """The area of that level and name directly inside `parent`, made if it is missing. For the levels below the desa,
    which have no code of Kemendagri: `ensure_area(dusun, AreaLevel.RW, "3", on=...)` finds or makes `RW 03`.
    """
    part, name = part_and_name(level, name)
    lock_tree(shared=True)
    # Two who make the same RT at once make one; read anew, as the code of the parent may have changed meanwhile.
    parent = Area.objects.select_for_update().get(pk=parent.pk)
    if parent.valid_to is not None:
        raise AreaRefused(
            _("%(name)s (%(code)s) sudah berakhir pada %(day)s.")
            % {"name": parent.name, "code": parent.code, "day": long_date(parent.valid_to)}
        )
    code = f"{parent.code}-{part}"
    found = Area.objects.filter(code=code, valid_to__isnull=True).first()
    return found or add_area(code=code, name=name, level=level, parent=parent, on=on)


@transaction.atomic
def set_setting(
    area: Area, key: str, value: Any, *, on: date, by: Any = None, inherits: bool = False, reason: str = ""
) -> AreaSetting:
    """From `on`, `key` has `value` in `area` and inside it, where nothing nearer says otherwise; with `inherits` it has there what holds
    above. `by`: the assignment, or none.
    """
    setting = AreaSetting.objects.create(
        area=area, key=key, value="" if inherits else value, inherits=inherits, valid_from=on, reason=reason,
        set_by_id=by.user_id if by else None, recorded_as=by,
    )  # fmt: skip
    record_write("areas.areasetting", setting.id, by, f"{key} di {area.code}")
    return setting


def lock_tree(*, shared: bool = False) -> None:
    """Those who change the tree go one after the other, until the end of the transaction. `shared`: who only writes
    something at an area goes beside others of that kind, and never while the area ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT pg_advisory_xact_lock{'_shared' if shared else ''}(hashtextextended('simpul areas', 0))"
        )
