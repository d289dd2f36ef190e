"""What the pages about units share: which unit is seen, what may be done with it, how its traits read."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from primary_care.desk.access import Worker, not_here, worker_page
from primary_care.desk.views.register.common import by_of, typed_on
from primary_care.desk.views.staff.common import may
from primary_care.units.models import Unit, UnitKind
from primary_care.units.permissions import MAY_CHANGE, check_can_change_unit, check_can_found_unit
from primary_care.units.queries import units_seen
from primary_care.units.traits import TRAITS

AT = {
    "kind": "jenis", "code": "kode", "name": "nama", "parent": "induk", "area": "wilayah", "value": "nilai", "from": "sejak", "until": "sampai",
    "partner": "mitra",
}  # fmt: skip
# The labels of kinds, traits and partners, named here so that they are translated.
WORDS = (
    gettext_noop("Puskesmas"), gettext_noop("Pustu"), gettext_noop("Posyandu"), gettext_noop("Klinik pratama atau praktik mandiri"),
    gettext_noop("Rumah sakit (FKRTL)"), gettext_noop("Sekolah"), gettext_noop("PAUD/TK/TPA"), gettext_noop("Tempat kerja"),
    gettext_noop("Labkesmas tingkat 2–4"), gettext_noop("Instalasi Farmasi Kabupaten/Kota"), gettext_noop("Tipologi wilayah"),
    gettext_noop("Puskesmas rawat inap"), gettext_noop("Mampu PONED"), gettext_noop("Melayani persalinan"),
    gettext_noop("Memiliki alat tes cepat"), gettext_noop("Tanggal hari buka"), gettext_noop("Asal UKBM"), gettext_noop("Tingkat Labkesmas"),
    gettext_noop("Pemilik"), gettext_noop("Berbasis Wilayah Administratif"), gettext_noop("Berbasis Satuan Pendidikan"),
    gettext_noop("Berbasis Tempat Kerja"), gettext_noop("Sistem Rujukan"), gettext_noop("Lintas Sektor"), gettext_noop("Pemerintah"),
    gettext_noop("Swasta"), gettext_noop("Mingguan"), gettext_noop("Bulanan"), gettext_noop("Triwulanan"), gettext_noop("Tahunan"),
    gettext_noop("Belum"), gettext_noop("Sebagian"), gettext_noop("Terintegrasi"),
)  # fmt: skip
VALUES = {
    "perkotaan": gettext_noop("perkotaan"), "perdesaan": gettext_noop("perdesaan"), "terpencil": gettext_noop("terpencil"),
    "sangat-terpencil": gettext_noop("sangat terpencil"), "poskesdes": gettext_noop("Poskesdes"),
    "posyandu-kia": gettext_noop("Posyandu KIA"), "posyandu-remaja": gettext_noop("Posyandu remaja"),
    "posyandu-lansia": gettext_noop("Posyandu lansia"), "posbindu-ptm": gettext_noop("Posbindu PTM"),
    "pemerintah": gettext_noop("pemerintah"), "swasta": gettext_noop("swasta"),
}  # fmt: skip


def unit_page(
    allows: Callable[[Worker, Unit], bool] = lambda worker, unit: True,
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A page about a unit in sight, for those whom it `allows`; the view gets the worker, the unit and what was `Typed`."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @worker_page
        @wraps(view)
        def page(request: HttpRequest, worker: Worker, unit_id: uuid.UUID, *args: Any, **kwargs: Any) -> HttpResponse:
            unit = seen(worker, unit_id)
            if unit is None:
                return not_here(request)
            if not allows(worker, unit):
                return render(request, "desk/units/not_allowed.html", {"unit": unit}, status=403)
            return view(request, worker, unit, typed_on(request, worker), *args, **kwargs)

        return page

    return decorate


def seen(worker: Worker, unit_id: uuid.UUID) -> Unit | None:
    """The unit, if this worker looks at it."""
    if worker.assignment is None:
        return None
    found = units_seen(worker.assignment, worker.today).select_related("parent", "area")
    return found.filter(pk=unit_id).first()


def founds(worker: Worker) -> bool:
    """Whether this worker founds units at all."""
    return worker.assignment is not None and worker.role in MAY_CHANGE


def changes(worker: Worker, unit: Unit) -> bool:
    """Whether this worker changes what is known of a unit that is open."""
    return unit.valid_to is None and may(check_can_change_unit, by_of(worker), unit, worker.today)


def closes(worker: Worker, unit: Unit) -> bool:
    """Whether this worker closes a unit, or says what it serves."""
    founding = may(check_can_found_unit, by_of(worker), unit.kind, unit.area.path, worker.today)
    return founding and changes(worker, unit)


def partners(worker: Worker, unit: Unit) -> bool:
    """Whether this worker keeps the partners of a Puskesmas."""
    return unit.kind == UnitKind.PUSKESMAS and changes(worker, unit)


def kind_word(unit: Unit) -> str:
    """The kind of a unit, in the language in use."""
    return _(str(UnitKind(unit.kind).label))


def trait_words(key: str, value: Any) -> str:
    """The value of a trait in words."""
    if isinstance(value, bool):
        return _("Ya") if value else _("Tidak")
    if isinstance(value, list):
        return ", ".join(trait_words(key, one) for one in value)
    if key == "hari-buka":
        return _("setiap tanggal %(day)s") % {"day": value}
    return _(VALUES[value]) if value in VALUES else str(value)


def traits_of(unit: Unit) -> list[str]:
    """The keys of the traits that a unit of this kind has."""
    return [key for key, trait in TRAITS.items() if unit.kind in trait.kinds]


def back_to(unit: Unit) -> tuple[str, str]:
    """The way back to the page of a unit."""
    return reverse("unit", args=[unit.pk]), _("Kembali ke %(name)s") % {"name": unit.name}
