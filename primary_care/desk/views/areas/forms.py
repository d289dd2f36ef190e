"""Forms about the tree: something new inside an area, another name, another place, a split."""

import uuid
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.areas.changes import BELOW_DESA, begin_area, move_area, rename_area, split_area
from primary_care.areas.models import Area
from primary_care.design.fields import Field
from primary_care.desk.access import Typed, Worker
from primary_care.desk.area_choices import area_choices, named
from primary_care.desk.manage_form import REFUSALS, DatedForm, Refusal, as_day, filled
from primary_care.desk.views.areas.common import (
    AT,
    adds,
    area_page,
    back_to,
    changes,
    changes_with_contents,
    level_word,
    levels_above,
    levels_to_add,
    moves,
)
from primary_care.desk.views.register.common import Page, by_of
from primary_care.units.queries import paths_seen


@never_cache
@area_page(adds)
def add(request: HttpRequest, worker: Worker, area: Area, typed: Typed) -> HttpResponse:
    """Something new inside an area."""
    levels = levels_to_add(worker, area)
    form = DatedForm(filled(typed, sejak=as_day(worker.today), tingkat=levels[0][0] if len(levels) == 1 else ""))
    if request.method == "POST":
        level = form.one_of("tingkat", [value for value, _label in levels], _("Pilih tingkatnya."))
        since = _checked(form, worker)
        if level and level not in BELOW_DESA and not form.text("kode"):
            form.faults.add("kode", _("Tulis kode Kemendagri-nya, yang dimulai dengan %(code)s.") % {"code": area.code})
        if not form.faults and since:
            try:
                new = begin_area(
                    area, level, form.text("nama"), code=form.text("kode") if level not in BELOW_DESA else "",
                    on=since, source=form.text("dasar"), by=by_of(worker), today=worker.today,
                )  # fmt: skip
                messages.success(request, _("%(name)s tercatat.") % {"name": named(new)})
                return redirect("area", area_id=area.pk)
            except REFUSALS as error:
                told(form, error, "nama")
    fields = [
        form.choice("tingkat", _("Tingkat"), levels, required=True),
        form.field("nama", _("Nama atau nomor"), hint=_("untuk RW dan RT cukup nomornya, misalnya 3"), required=True),
    ]
    if any(value not in BELOW_DESA for value, _label in levels):
        hint = _("hanya untuk kecamatan dan desa, misalnya %(code)s") % {"code": f"{area.code}.2009"}
        fields.append(form.field("kode", _("Kode Kemendagri"), hint=hint))
    page = Page(
        title=_("Tambah wilayah di dalamnya"),
        lead=_("Di dalam %(name)s. Belum ada keluarga di dalamnya; yang melayani %(name)s melayaninya juga.") % {"name": named(area)},
        save=_("Simpan wilayah"),
        form=form,
        groups=[("", [*fields, *dated_fields(form)])],
        back=back_to(area),
    )  # fmt: skip
    return page.response(request, worker, typed)


@never_cache
@area_page(changes)
def rename(request: HttpRequest, worker: Worker, area: Area, typed: Typed) -> HttpResponse:
    """Another name from a day on."""
    form = DatedForm(filled(typed, sejak=as_day(worker.today)))
    if request.method == "POST":
        since = _checked(form, worker)
        if not form.faults and since:
            try:
                rename_area(
                    area, form.text("nama"), on=since, source=form.text("dasar"), by=by_of(worker), today=worker.today
                )
                messages.success(request, _("Nama baru tercatat. Nama lama tetap terbaca untuk hari sebelumnya."))
                return redirect("area", area_id=area.pk)
            except REFUSALS as error:
                told(form, error, "nama")
    page = Page(
        title=_("Ganti nama wilayah"),
        lead=_("Sekarang: %(name)s (%(code)s). Keluarga, unit dan petugas mengikuti dengan sendirinya.") % {"name": named(area), "code": area.code},
        save=_("Simpan nama baru"),
        form=form,
        groups=[("", [form.field("nama", _("Nama baru"), required=True), *dated_fields(form)])],
        back=back_to(area),
    )  # fmt: skip
    return page.response(request, worker, typed)


@never_cache
@area_page(moves)
def move(request: HttpRequest, worker: Worker, area: Area, typed: Typed) -> HttpResponse:
    """Inside another area from a day on, with everything in it."""
    form = DatedForm(filled(typed, sejak=as_day(worker.today)))
    above = levels_above(worker, area)
    places = [
        one for one in area_choices(paths_seen(by_of(worker), worker.today), above) if one[0] != str(area.parent_id)
    ]
    coded = area.level not in BELOW_DESA
    if request.method == "POST":
        key = form.one_of("ke-dalam", [value for value, _text, _group in places], _("Pilih tujuannya."))
        since = form.day("sejak", worker.today)
        if not form.text("dasar"):
            form.faults.add("dasar", _("Tulis dasarnya, misalnya nomor Perda atau SK."))
        if not form.faults and since:
            try:
                move_area(
                    area, Area.objects.get(pk=key), on=since, source=form.text("dasar"), by=by_of(worker), today=worker.today,
                    code=form.text("kode") if coded else "", renamed=form.text("nama"),
                )  # fmt: skip
                messages.success(request, _("%(name)s pindah, dengan semua isinya.") % {"name": named(area)})
                return redirect("area", area_id=area.pk)
            except REFUSALS as error:
                told(form, error, "ke-dalam", own=area)
    fields = [form.grouped("ke-dalam", _("Pindah ke dalam"), places, required=True)]
    if coded:
        fields.append(
            form.field("kode", _("Kode baru"), hint=_("kode Kemendagri, dimulai dengan kode tujuannya"), required=True)
        )
    fields.append(
        form.field("nama", _("Nama baru"), hint=_("hanya bila berganti, misalnya nomor RT yang sudah ada di tujuan"))
    )
    now = {"name": named(area), "code": area.code, "parent": named(area.parent) if area.parent else "–"}
    page = Page(
        title=_("Pindahkan wilayah"),
        lead=_("%(name)s (%(code)s), sekarang di dalam %(parent)s. Semua isinya ikut.") % now,
        save=_("Simpan pemindahan"),
        form=form,
        groups=[("", [*fields, *dated_fields(form)])],
        back=back_to(area),
    )  # fmt: skip
    return page.response(request, worker, typed)


@never_cache
@area_page(changes_with_contents)
def split(request: HttpRequest, worker: Worker, area: Area, typed: Typed) -> HttpResponse:
    """A new area beside this one takes some of what lies inside it."""
    form = DatedForm(filled(typed, sejak=as_day(worker.today)))
    inside = list(area.children.filter(valid_to__isnull=True).order_by("path"))
    coded = area.level not in BELOW_DESA
    if request.method == "POST":
        since = _checked(form, worker)
        taken = [one for one in inside if str(one.pk) in form.data.getlist("ambil")]
        if not taken:
            form.faults.add("ambil", _("Pilih yang masuk wilayah baru."))
        if coded and not form.text("kode"):
            form.faults.add("kode", _("Tulis kode Kemendagri wilayah baru."))
        if not form.faults and since:
            try:
                new = split_area(
                    area, code=form.text("kode") if coded else "", name=form.text("nama"), takes=taken, on=since,
                    source=form.text("dasar"), by=by_of(worker), today=worker.today, codes=answers(form, "kode", taken),
                )  # fmt: skip
                said = _("%(name)s tercatat. Yang melayani %(old)s melayaninya juga.")
                messages.success(request, said % {"name": named(new), "old": named(area)})
                return redirect("area", area_id=new.pk)
            except REFUSALS as error:
                told(form, error, "ambil")
    fields = [form.field("nama", _("Nama wilayah baru"), required=True)]
    if coded:
        fields.append(form.field("kode", _("Kode Kemendagri wilayah baru"), required=True))
    ticks = [
        (str(one.pk), f"{named(one)} ({one.code})" if one.level not in BELOW_DESA else named(one)) for one in inside
    ]
    fields.append(form.choice("ambil", _("Yang masuk wilayah baru"), ticks, kind="choices", required=True))
    groups: list[tuple[str, list[Field]]] = [("", [*fields, *dated_fields(form)])]
    if any(one.level not in BELOW_DESA for one in inside):
        groups.append((_("Kode baru dari yang ikut"), code_fields(form, inside)))
    lead = _(
        "Wilayah baru setingkat %(level)s, dari sebagian isi %(name)s, yang tetap ada. Keluarga yang tercatat langsung di %(name)s, "
        "tanpa RT, tetap di sana."
    )
    page = Page(
        title=_("Pemekaran"),
        lead=lead % {"level": level_word(area.level), "name": named(area)},
        save=_("Simpan pemekaran"),
        form=form,
        groups=groups,
        back=back_to(area),
    )  # fmt: skip
    return page.response(request, worker, typed)


def told(form: DatedForm, error: Refusal, otherwise: str, own: Area | None = None) -> None:
    """A refusal at its field; what is about an area inside, at the field of that area. `own`: the area whose fields bear no key."""
    about, _blank, key = getattr(error, "code", "").partition(" ")
    name = AT.get(about, otherwise)
    if key and (own is None or key != str(own.pk)):
        name = f"{name}-{key}"
    form.faults.add(name, str(error))


def answers(form: DatedForm, name: str, areas: list[Area]) -> dict[uuid.UUID, str]:
    """What was typed about each of several areas, where something was."""
    return {one.pk: text for one in areas if (text := form.text(f"{name}-{one.pk}"))}


def code_fields(form: DatedForm, areas: list[Area]) -> list[Field]:
    """A field for the new code of each area that has one of Kemendagri."""
    return [
        form.field(f"kode-{one.pk}", named(one), hint=_("sekarang %(code)s") % {"code": one.code})
        for one in areas
        if one.level not in BELOW_DESA
    ]


def _checked(form: DatedForm, worker: Worker) -> date | None:
    """The day of the change; faults where the name or what it rests on is missing."""
    if not form.text("nama"):
        form.faults.add("nama", _("Tulis namanya."))
    since = form.day("sejak", worker.today)
    if not form.text("dasar"):
        form.faults.add("dasar", _("Tulis dasarnya, misalnya nomor Perda atau SK."))
    return since


def dated_fields(form: DatedForm) -> list[Field]:
    """From when, and what the change rests on."""
    hint = _("misalnya nomor Perda, SK, atau berita acara desa")
    return [form.since(_("Berlaku sejak")), form.field("dasar", _("Dasar"), hint=hint, required=True)]
