"""Partners (*jejaring*) of a Puskesmas: agreements that begin and end. Part of the actions of this app."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.audit.actions import record_write
from primary_care.design.formats import long_date
from primary_care.units import permissions
from primary_care.units.actions import UnitRefused
from primary_care.units.models import DataIntegration, NetworkKind, Owner, Partnership, ReportFrequency, Unit, UnitKind

# Which of our units belong to which network (Gambar 9). The fifth, across sectors, is open to all.
_CARE = frozenset(
    {UnitKind.PUSKESMAS.value, UnitKind.FKTP_LAIN.value, UnitKind.RUMAH_SAKIT.value, UnitKind.LABKESMAS.value}
)
MEMBERS = {
    NetworkKind.WILAYAH.value: _CARE | {UnitKind.PUSTU.value, UnitKind.POSYANDU.value, UnitKind.IFK.value},
    NetworkKind.PENDIDIKAN.value: frozenset({UnitKind.SEKOLAH.value, UnitKind.PAUD.value}),
    NetworkKind.TEMPAT_KERJA.value: _CARE | {UnitKind.TEMPAT_KERJA.value},
    NetworkKind.RUJUKAN.value: _CARE,
    NetworkKind.LINSEK.value: frozenset(UnitKind.values),
}
CHOICES = {"owner": Owner, "reports": ReportFrequency, "integration": DataIntegration}
TEXTS = ("services", "agreement_number", "contact")


@transaction.atomic
def add_partner(
    coordinator: Unit,
    kind: str,
    *,
    on: date,
    name: str = "",
    partner: Unit | None = None,
    until: date | None = None,
    by: Assignment | None = None,
    today: date | None = None,
    **details: Any,
) -> Partnership:
    """`coordinator` works with a partner from `on`, until the day before `until` if the agreement says so. `partner` is a
    unit of this node, or none: then `name` says who. `details`: owner, services, agreement_number, contact, reports,
    integration; what is not known is left out.
    """
    permissions.check_can_change_unit(by, coordinator, today or on)
    if coordinator.kind != UnitKind.PUSKESMAS:
        raise UnitRefused(_("Jejaring dikoordinasi oleh Puskesmas."), "kind")
    if kind not in MEMBERS:
        raise UnitRefused(_("Jenis jejaring tidak dikenal: %(kind)s.") % {"kind": kind}, "kind")
    if partner and partner.kind not in MEMBERS[kind]:
        raise UnitRefused(
            _("%(kind)s bukan anggota jejaring %(network)s.")
            % {"kind": _(str(partner.get_kind_display())), "network": _(str(NetworkKind(kind).label))},
            "partner",
        )
    if partner and partner.pk == coordinator.pk:
        raise UnitRefused(_("Puskesmas tidak dapat menjadi jejaringnya sendiri."), "partner")
    name = " ".join(name.split()) or (partner.name if partner else "")
    if not name:
        raise UnitRefused(_("Nama mitra harus diisi."), "name")
    if until and until <= on:
        raise UnitRefused(_("Perjanjian berakhir sesudah mulai."), "until")
    for field, value in details.items():
        if field not in (*CHOICES, *TEXTS) or (field in CHOICES and value not in ("", *CHOICES[field].values)):
            raise UnitRefused(
                _("Isian jejaring tidak dikenal: %(field)s = %(value)r.") % {"field": field, "value": value}
            )
    try:
        with transaction.atomic():
            row = Partnership.objects.create(
                coordinator=coordinator, partner=partner, kind=kind, name=name, valid_from=on, valid_to=until, **details
            )
    except IntegrityError as error:
        raise UnitRefused(
            _("%(name)s sudah menjadi jejaring. Akhiri dahulu perjanjian yang lama.") % {"name": name}, "name"
        ) from error
    record_write("units.partnership", row.pk, by, f"{kind}: {name}")
    return row


@transaction.atomic
def end_partner(row: Partnership, *, on: date, by: Assignment | None = None, today: date | None = None) -> None:
    """`on` is the first day on which the agreement no longer holds."""
    permissions.check_can_change_unit(by, row.coordinator, today or on)
    if row.valid_from >= on:
        raise UnitRefused(_("Perjanjian ini baru mulai pada %(day)s.") % {"day": long_date(row.valid_from)}, "from")
    if row.valid_to and row.valid_to <= on:
        raise UnitRefused(_("Perjanjian ini sudah berakhir pada %(day)s.") % {"day": long_date(row.valid_to)}, "from")
    row.valid_to = on
    row.save(update_fields=["valid_to"])
    record_write("units.partnership", row.pk, by, f"berakhir: {row.name}")
