"""The only code that changes units, their traits and catchments. Partners: `partners.py`.

Each action takes the day `on` from which it holds and `by`, the assignment in which somebody acts (None: the operator
of the node), checks, appends, brings the current view up to date and writes the audit trail, all in one transaction.
`today` is the day on which `by` acts, where that is another.
"""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.areas.actions import set_setting
from primary_care.areas.models import Area
from primary_care.audit.actions import record_write
from primary_care.design.formats import long_date
from primary_care.units import permissions
from primary_care.units.models import Catchment, Unit, UnitKind, UnitTrait, UnitVersion
from primary_care.units.queries import in_force, traits_on, units_serving
from primary_care.units.traits import TRAITS

# Who may coordinate whom in the network (*jaringan*). Every other kind stands alone.
COORDINATORS = {
    UnitKind.POSYANDU.value: frozenset({UnitKind.PUSTU.value, UnitKind.PUSKESMAS.value}),
    UnitKind.PUSTU.value: frozenset({UnitKind.PUSKESMAS.value}),
}


class UnitRefused(ValueError):
    """The unit cannot be recorded like this; the text says why, `code` what it is about: kind, code, name, parent, area, value, from."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


@transaction.atomic
def add_unit(
    *,
    code: str,
    kind: str,
    name: str,
    area: Area,
    on: date,
    parent: Unit | None = None,
    serves: list[Area] | None = None,
    source: str = "",
    by: Assignment | None = None,
    today: date | None = None,
) -> Unit:
    """A unit begins on `on` at `area`, coordinated by `parent`, and serves the areas `serves`."""
    permissions.check_can_found_unit(by, kind, area.path, today or on)
    if kind not in UnitKind.values:
        raise UnitRefused(_("Jenis unit tidak dikenal: %(kind)s.") % {"kind": kind}, "kind")
    code, name = code.strip(), " ".join(name.split())
    if not code or not name:
        raise UnitRefused(_("Kode dan nama unit harus diisi."), "code")
    _check_parent(kind, parent, on)
    _check_area(area)
    try:
        with transaction.atomic():
            unit = Unit.objects.create(code=code, kind=kind, name=name, parent=parent, area=area, valid_from=on)
    except IntegrityError as error:
        raise UnitRefused(_("Kode unit %(code)s sudah dipakai.") % {"code": code}, "code") from error
    UnitVersion.objects.create(unit=unit, name=name, parent=parent, area=area, **_signed(by, on, source))
    record_write("units.unit", unit.pk, by, code)
    for served in serves or []:
        add_catchment(unit, served, on=on, by=by, today=today)
    return unit


@transaction.atomic
def change_unit(
    unit: Unit,
    *,
    on: date,
    name: str | None = None,
    parent: Unit | None = None,
    area: Area | None = None,
    ends: bool = False,
    source: str = "",
    by: Assignment | None = None,
    today: date | None = None,
) -> UnitVersion:
    """From `on` the unit has another name, coordinator or place; what is not given stays. `ends`: it is closed, and
    serves nobody any more.
    """
    unit = _lock(unit)
    if ends:
        permissions.check_can_found_unit(by, unit.kind, unit.area.path, today or on)
    permissions.check_can_change_unit(by, unit, today or on)
    last = unit.versions.order_by("-valid_from", "-recorded_at", "-id").first()
    if last and last.valid_from > on:
        raise UnitRefused(
            _("%(name)s: sudah tercatat perubahan pada %(day)s, sesudah tanggal ini.")
            % {"name": unit.name, "day": long_date(last.valid_from)},
            "from",
        )
    if parent:
        _check_parent(unit.kind, parent, on)
    if area:
        permissions.check_can_found_unit(by, unit.kind, area.path, today or on)
        _check_area(area)
    if name is not None and not name.strip():
        raise UnitRefused(_("Nama unit harus diisi."), "name")
    if ends:
        _check_can_end(unit, on)
        for row in unit.catchments.filter(in_force(on)):
            end_catchment(row, on=on, by=by, today=today)
    version = UnitVersion.objects.create(
        unit=unit,
        name=" ".join((name or unit.name).split()),
        parent=parent or unit.parent,
        area=area or unit.area,
        ends=ends,
        **_signed(by, on, source),
    )
    project(unit)
    record_write("units.unitversion", version.pk, by, unit.code)
    return version


@transaction.atomic
def set_trait(
    unit: Unit,
    key: str,
    value: Any,
    *,
    on: date,
    source: str = "",
    by: Assignment | None = None,
    today: date | None = None,
) -> UnitTrait:
    """From `on`, the trait `key` of the unit is `value`. A trait on which care depends is set in its catchment too."""
    unit = _lock(unit)
    permissions.check_can_change_unit(by, unit, today or on)
    trait = TRAITS.get(key)
    if trait is None or unit.kind not in trait.kinds:
        raise UnitRefused(
            _("%(kind)s tidak punya ciri %(key)s.") % {"kind": _(str(unit.get_kind_display())), "key": key}, "value"
        )
    if not trait.allows(value):
        raise UnitRefused(
            _("%(trait)s: nilai %(value)r tidak dikenal.") % {"trait": _(trait.label), "value": value}, "value"
        )
    row = UnitTrait.objects.create(unit=unit, key=key, value=value, **_signed(by, on, source))
    if trait.setting:
        for served in unit.catchments.filter(in_force(on)).select_related("area"):
            set_setting(served.area, trait.setting, value, on=on, by=by)
    record_write("units.unittrait", row.pk, by, f"{key} di {unit.code}")
    return row


@transaction.atomic
def add_catchment(
    unit: Unit, area: Area, *, on: date, by: Assignment | None = None, today: date | None = None
) -> Catchment:
    """The unit serves `area` and everything inside it from `on`."""
    unit = _lock(unit)
    permissions.check_can_found_unit(by, unit.kind, area.path, today or on)
    _check_area(area)
    for other in units_serving(area.path, on):
        if other.pk == unit.pk:
            raise UnitRefused(_("%(name)s sudah melayani %(area)s.") % {"name": unit.name, "area": area.name}, "area")
        if unit.kind == other.kind == UnitKind.PUSKESMAS:
            raise UnitRefused(
                _("%(name)s sudah dilayani %(other)s. Akhiri dahulu wilayah kerja itu.")
                % {"name": area.name, "other": other.name},
                "area",
            )
    row = Catchment.objects.create(unit=unit, area=area, valid_from=on)
    for key, value in traits_on(unit, on).items():
        if TRAITS[key].setting:
            set_setting(area, TRAITS[key].setting, value, on=on, by=by)
    record_write("units.catchment", row.pk, by, f"{unit.code} melayani {area.code}")
    return row


@transaction.atomic
def end_catchment(row: Catchment, *, on: date, by: Assignment | None = None, today: date | None = None) -> None:
    """`on` is the first day on which the unit no longer serves the area."""
    permissions.check_can_found_unit(by, row.unit.kind, row.area.path, today or on)
    if row.valid_from >= on:
        raise UnitRefused(_("Wilayah kerja ini baru mulai pada %(day)s.") % {"day": long_date(row.valid_from)}, "from")
    if row.valid_to and row.valid_to <= on:
        raise UnitRefused(
            _("Wilayah kerja ini sudah berakhir pada %(day)s.") % {"day": long_date(row.valid_to)}, "from"
        )
    row.valid_to = on
    row.save(update_fields=["valid_to"])
    record_write("units.catchment", row.pk, by, f"{row.unit.code} tidak lagi melayani {row.area.code}")


def project(unit: Unit) -> None:
    """The current view of a unit, from its versions."""
    last = unit.versions.order_by("-valid_from", "-recorded_at", "-id").first()
    assert last is not None
    unit.name, unit.parent, unit.area = last.name, last.parent, last.area
    unit.valid_to = last.valid_from if last.ends else None
    unit.save(update_fields=["name", "parent", "area", "valid_to"])


def _check_parent(kind: str, parent: Unit | None, on: date) -> None:
    if parent is None:
        return
    if parent.kind not in COORDINATORS.get(kind, frozenset()):
        raise UnitRefused(
            _("%(kind)s tidak dikoordinasi oleh %(parent)s.")
            % {"kind": _(str(UnitKind(kind).label)), "parent": _(str(parent.get_kind_display()))},
            "parent",
        )
    if parent.valid_from > on or (parent.valid_to and parent.valid_to <= on):
        raise UnitRefused(
            _("%(name)s tidak buka pada %(day)s.") % {"name": parent.name, "day": long_date(on)}, "parent"
        )


def _check_area(area: Area) -> None:
    if area.valid_to is not None:
        raise UnitRefused(
            _("%(name)s (%(code)s) sudah berakhir pada %(day)s.")
            % {"name": area.name, "code": area.code, "day": long_date(area.valid_to)},
            "area",
        )


def _check_can_end(unit: Unit, on: date) -> None:
    if unit.valid_from >= on:
        raise UnitRefused(
            _("%(name)s baru mulai pada %(day)s.") % {"name": unit.name, "day": long_date(unit.valid_from)}, "from"
        )
    network = list(unit.network.filter(in_force(on)).values_list("name", flat=True)[:5])
    staff = unit.assignments.filter(in_force(on)).count()
    if network:
        raise UnitRefused(
            _("%(name)s masih mengoordinasi %(names)s. Pindahkan dahulu.")
            % {"name": unit.name, "names": ", ".join(network)}
        )
    if staff:
        raise UnitRefused(
            _("%(name)s masih punya %(count)s petugas. Akhiri dahulu penugasannya.")
            % {"name": unit.name, "count": staff}
        )


def _lock(unit: Unit) -> Unit:
    now = Unit.objects.select_for_update(of=("self",)).select_related("area").get(pk=unit.pk)
    if now.valid_to is not None:
        raise UnitRefused(
            _("%(name)s sudah ditutup pada %(day)s.") % {"name": now.name, "day": long_date(now.valid_to)}
        )
    return now


def _signed(by: Assignment | None, on: date, source: str) -> dict[str, Any]:
    return {
        "valid_from": on,
        "source": source.strip()[:300],
        "recorded_by_id": by.user_id if by else None,
        "recorded_as": by,
    }
