"""Who may change units: the dinas inside its area; klaster 1 its own Puskesmas and the network and partners in its
catchment (assumed). A Puskesmas itself is founded, closed and given its catchment by the dinas only.
"""

from datetime import date

from django.utils.translation import gettext as _

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.models import Assignment, Role
from primary_care.areas.permissions import is_inside
from primary_care.units.models import Unit, UnitKind

MAY_CHANGE = frozenset({Role.DINAS_KABKOTA, Role.PETUGAS_KLASTER_1})


def check_can_change_unit(by: Assignment | None, unit: Unit, on: date) -> None:
    """May `by` change what is known of `unit`? `by` None is the operator of the node, who may."""
    if by is None:
        return
    _check_role(by)
    own = by.role == Role.PETUGAS_KLASTER_1 and unit.pk == by.unit_id
    if not own and not is_inside(by, unit.area.path, on):
        raise NotAllowed(
            _("%(name)s di luar wilayah kerja %(place)s.") % {"name": unit.name, "place": by.unit or by.area}
        )


def check_can_found_unit(by: Assignment | None, kind: str, area_path: str, on: date) -> None:
    """May `by` found or close a unit of this kind at a place, or say what it serves?"""
    if by is None:
        return
    _check_role(by)
    if kind == UnitKind.PUSKESMAS and by.role != Role.DINAS_KABKOTA:
        raise NotAllowed(_("Puskesmas dan wilayah kerjanya ditetapkan oleh Dinas Kesehatan."))
    if not is_inside(by, area_path, on):
        raise NotAllowed(_("Tempat ini di luar wilayah kerja %(place)s.") % {"place": by.unit or by.area})


def _check_role(by: Assignment) -> None:
    if by.role not in MAY_CHANGE:
        raise NotAllowed(
            _("Sebagai %(role)s, Anda tidak dapat mengubah unit.") % {"role": _(str(by.get_role_display()))}
        )
