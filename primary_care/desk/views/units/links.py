"""Forms about whom a unit serves and with whom a Puskesmas works: begun, and ended on a last day."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.areas.models import AreaLevel
from primary_care.desk.access import Typed, Worker, not_here
from primary_care.desk.area_choices import area_choices
from primary_care.desk.manage_form import REFUSALS, DatedForm, as_day, filled
from primary_care.desk.views.ending import end_dated
from primary_care.desk.views.register.common import Page, by_of
from primary_care.desk.views.staff.common import words
from primary_care.desk.views.units.common import AT, back_to, closes, kind_word, partners, unit_page
from primary_care.desk.views.units.forms import chosen_area
from primary_care.units.actions import add_catchment, end_catchment
from primary_care.units.models import DataIntegration, NetworkKind, Owner, ReportFrequency, Unit
from primary_care.units.partners import MEMBERS, add_partner, end_partner
from primary_care.units.queries import in_force, paths_seen, units_seen

SERVED = [AreaLevel.KECAMATAN, AreaLevel.DESA, AreaLevel.DUSUN, AreaLevel.RW, AreaLevel.RT]


@never_cache
@unit_page(closes)
def catchment(request: HttpRequest, worker: Worker, unit: Unit, typed: Typed) -> HttpResponse:
    """One more area that a unit serves, with everything inside it."""
    form = DatedForm(filled(typed, sejak=as_day(worker.today)))
    places = area_choices(paths_seen(by_of(worker), worker.today), SERVED)
    if request.method == "POST":
        area = chosen_area(form, "wilayah", places, _("Pilih wilayahnya."))
        since = form.day("sejak", worker.today)
        if not form.faults and since and area:
            try:
                add_catchment(unit, area, on=since, by=by_of(worker), today=worker.today)
                messages.success(request, _("%(unit)s melayani %(area)s.") % {"unit": unit.name, "area": area.name})
                return redirect("unit", unit_id=unit.pk)
            except REFUSALS as error:
                form.refused(error, AT, "wilayah")
    page = Page(
        title=_("Tambah wilayah kerja"),
        lead=_("%(name)s melayani wilayah ini dan semua yang ada di dalamnya. Petugasnya melihat keluarga di sana.") % {"name": unit.name},
        save=_("Simpan wilayah kerja"),
        form=form,
        groups=[("", [form.grouped("wilayah", _("Wilayah"), places, required=True), form.since()])],
        back=back_to(unit),
    )  # fmt: skip
    return page.response(request, worker, typed)


@never_cache
@unit_page(closes)
def end_area(request: HttpRequest, worker: Worker, unit: Unit, typed: Typed, row_id: uuid.UUID) -> HttpResponse:
    """The last day on which a unit serves an area."""
    row = unit.catchments.filter(pk=row_id).select_related("unit", "area").first()
    if row is None:
        return not_here(request)
    note = _("Sesudah hari itu petugasnya tidak lagi melihat keluarga di sana.")
    return end_dated(
        request, worker, typed, row, title=_("Akhiri wilayah kerja"), whose=unit.name, what=row.area.name, action=end_catchment,
        back=back_to(unit), note=note,
    )  # fmt: skip


@never_cache
@unit_page(partners)
def partner(request: HttpRequest, worker: Worker, unit: Unit, typed: Typed) -> HttpResponse:
    """A partner of a Puskesmas, with the agreement."""
    form = DatedForm(filled(typed, sejak=as_day(worker.today)))
    members = frozenset().union(*(kinds for key, kinds in MEMBERS.items() if key != NetworkKind.LINSEK))
    known = units_seen(by_of(worker), worker.today).filter(in_force(worker.today), kind__in=members).exclude(pk=unit.pk)
    units = [(str(one.pk), one.name, kind_word(one)) for one in known.order_by("kind", "name")]
    if request.method == "POST":
        kind = form.one_of("jenis", NetworkKind.values, _("Pilih jenis jejaringnya."))
        key = form.one_of("mitra", [value for value, _text, _group in units])
        name = form.text("nama")[:120]
        if not key and not name:
            form.faults.add("nama", _("Pilih unitnya, atau tulis nama mitranya."))
        details = {
            "owner": form.one_of("pemilik", Owner.values), "services": form.text("layanan")[:300], "contact": form.text("penghubung")[:120],
            "agreement_number": form.text("mou")[:80], "reports": form.one_of("lapor", ReportFrequency.values),
            "integration": form.one_of("integrasi", DataIntegration.values),
        }  # fmt: skip
        since, until = form.begins(worker.today), form.ends(worker.today)
        if not form.faults and since:
            try:
                made = add_partner(
                    unit, kind, on=since, until=until, name=name, partner=Unit.objects.get(pk=key) if key else None,
                    by=by_of(worker), today=worker.today, **details,
                )  # fmt: skip
                messages.success(request, _("%(name)s tercatat sebagai jejaring.") % {"name": made.name})
                return redirect("unit", unit_id=unit.pk)
            except REFUSALS as error:
                form.refused(error, AT, "jenis")
    page = Page(
        title=_("Tambah jejaring"),
        lead=_("Mitra yang dikoordinasi %(name)s. Perjanjian yang berubah diakhiri, lalu dicatat yang baru.") % {"name": unit.name},
        save=_("Simpan jejaring"),
        form=form,
        groups=[
            ("", [
                form.choice("jenis", _("Jenis jejaring"), words(NetworkKind.choices), kind="select", required=True),
                form.grouped("mitra", _("Unit di Simpul"), units, hint=_("bila mitranya sudah tercatat")),
                form.field("nama", _("Nama mitra"), hint=_("bila tidak ada di daftar, misalnya kantor kecamatan")),
                form.choice("pemilik", _("Pemilik"), words(Owner.choices)),
                form.field("layanan", _("Layanan yang disepakati")),
            ]),
            (_("Perjanjian"), [form.field("mou", _("Nomor perjanjian (MoU)")), form.since(_("Mulai")), form.until(_("Sampai"))]),
            (_("Hubungan"), [
                form.field("penghubung", _("Penghubung"), hint=_("nama dan nomor telepon kantor")),
                form.choice("lapor", _("Melapor"), words(ReportFrequency.choices)),
                form.choice("integrasi", _("Data terhubung"), words(DataIntegration.choices)),
            ]),
        ],
        back=back_to(unit),
    )  # fmt: skip
    return page.response(request, worker, typed)


@never_cache
@unit_page(partners)
def end_link(request: HttpRequest, worker: Worker, unit: Unit, typed: Typed, row_id: uuid.UUID) -> HttpResponse:
    """The last day of an agreement."""
    row = unit.partnerships.filter(pk=row_id).select_related("coordinator").first()
    if row is None:
        return not_here(request)
    return end_dated(
        request, worker, typed, row, title=_("Akhiri jejaring"), whose=unit.name, what=row.name, action=end_partner, back=back_to(unit)
    )  # fmt: skip
