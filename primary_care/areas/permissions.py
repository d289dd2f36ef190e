"""Who may change the tree of areas: the dinas inside its area, klaster 1 inside its catchment (assumed: from the desa
down). Provinces and kabupaten come from national files, which only the operator of the node imports.
"""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from primary_care.accounts.access import CHANGE, NotAllowed, allowed
from primary_care.accounts.models import Assignment, Role
from primary_care.areas.models import Area, AreaLevel
from primary_care.units.models import Catchment

SETTINGS = "pengaturan-wilayah"  # the row of the matrix
SET_AT = frozenset({AreaLevel.KABUPATEN, AreaLevel.KECAMATAN, AreaLevel.DESA})
LEVELS_OF = {
    Role.DINAS_KABKOTA: frozenset({AreaLevel.KECAMATAN, AreaLevel.DESA, AreaLevel.DUSUN, AreaLevel.RW, AreaLevel.RT}),
    Role.PETUGAS_KLASTER_1: frozenset({AreaLevel.DESA, AreaLevel.DUSUN, AreaLevel.RW, AreaLevel.RT}),
}


def check_can_change_area(by: Assignment | None, area: Area, on: date) -> None:
    """May `by` rename, move, split or merge `area`? `by` None is the operator of the node, who may."""
    if by is None:
        return
    if area.level not in LEVELS_OF.get(Role(by.role), frozenset()):
        raise NotAllowed(
            _("Sebagai %(role)s, Anda tidak dapat mengubah %(level)s.")
            % {"role": _(str(by.get_role_display())), "level": _(str(area.get_level_display()))}
        )
    if not is_inside(by, area.path, on):
        raise NotAllowed(
            _("%(name)s di luar wilayah kerja %(place)s.") % {"name": area.name, "place": by.unit or by.area}
        )


def check_can_add_area(by: Assignment | None, level: str, parent: Area, on: date) -> None:
    """May `by` begin a new area of this level inside `parent`?"""
    if by is None:
        return
    if level not in LEVELS_OF.get(Role(by.role), frozenset()):
        raise NotAllowed(
            _("Sebagai %(role)s, Anda tidak dapat membentuk %(level)s.")
            % {"role": _(str(by.get_role_display())), "level": _(str(AreaLevel(level).label))}
        )
    if not is_inside(by, parent.path, on):
        raise NotAllowed(
            _("%(name)s di luar wilayah kerja %(place)s.") % {"name": parent.name, "place": by.unit or by.area}
        )


def check_can_set(by: Assignment, area: Area, on: date) -> None:
    """May `by` say what holds in `area`? The dinas, down to the desa: below it nobody decides on his own."""
    if allowed(by.role, SETTINGS, CHANGE) is None or area.level not in SET_AT:
        raise NotAllowed(
            _("Sebagai %(role)s, Anda tidak dapat mengubah pengaturan %(level)s.")
            % {"role": _(str(by.get_role_display())), "level": _(str(area.get_level_display()))}
        )
    if not is_inside(by, area.path, on):
        raise NotAllowed(
            _("%(name)s di luar wilayah kerja %(place)s.") % {"name": area.name, "place": by.unit or by.area}
        )


def is_inside(by: Assignment, area_path: str, on: date) -> bool:
    """Whether a place lies in the area that an assignment answers for on a day: its own, or the catchment of its unit."""
    if not (by.valid_from <= on and (by.valid_to is None or on < by.valid_to)):
        return False
    if by.area:
        return area_path.startswith(by.area.path)
    served = Catchment.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), unit=by.unit, valid_from__lte=on)
    return area_path.startswith(tuple(served.values_list("area__path", flat=True)))
