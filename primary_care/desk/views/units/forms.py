"""Forms about a unit: founded, changed, a trait, closed."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.areas.models import Area, AreaLevel
from primary_care.design.fields import Field
from primary_care.design.formats import NotANumber, read_number
from primary_care.desk.access import Typed, Worker, not_here
from primary_care.desk.area_choices import area_choices
from primary_care.desk.manage_form import REFUSALS, DatedForm, as_day, filled
from primary_care.desk.views.register.common import Page, by_of, register_page, typed_on
from primary_care.desk.views.units.common import (
    AT,
    VALUES,
    back_to,
    changes,
    closes,
    founds,
    kind_word,
    trait_words,
    traits_of,
    unit_page,
)
from primary_care.units.actions import COORDINATORS, add_unit, change_unit, set_trait
from primary_care.units.models import Unit, UnitKind
from primary_care.units.queries import in_force, paths_seen, traits_on, units_seen
from primary_care.units.traits import NUMBER, ONE, SOME, TRAITS, Trait

PLACES = [AreaLevel.KABUPATEN, AreaLevel.KECAMATAN, AreaLevel.DESA, AreaLevel.DUSUN, AreaLevel.RW, AreaLevel.RT]


@never_cache
@register_page(founds)
def new(request: HttpRequest, worker: Worker) -> HttpResponse:
    """A unit begins."""
    typed = typed_on(request, worker)
    form = DatedForm(filled(typed, sejak=as_day(worker.today)))
    kinds = [(value, _(str(label))) for value, label in UnitKind.choices]
    if worker.role == "petugas-klaster-1":
        kinds = [pair for pair in kinds if pair[0] != UnitKind.PUSKESMAS]
    places, parents = _places(worker), _parents(worker)
    if request.method == "POST":
        kind = form.one_of("jenis", [value for value, _label in kinds], _("Pilih jenisnya."))
        name, code, since = form.text("nama"), form.text("kode"), form.day("sejak", worker.today)
        if not name:
            form.faults.add("nama", _("Tulis namanya."))
        if not code or len(code) > 30:
            form.faults.add("kode", _("Tulis kodenya, paling panjang 30 huruf dan angka."))
        area = chosen_area(form, "wilayah", places, _("Pilih tempatnya."))
        parent = _chosen_parent(form, parents)
        if not form.faults and since and area:
            serves = [area] if form.data.get("layani") == "ya" else []
            try:
                made = add_unit(
                    code=code, kind=kind, name=name, area=area, on=since, parent=parent, serves=serves, source=form.text("dasar"),
                    by=by_of(worker), today=worker.today,
                )  # fmt: skip
                messages.success(request, _("%(name)s tercatat.") % {"name": made.name})
                return redirect("unit", unit_id=made.pk)
            except REFUSALS as error:
                form.refused(error, AT, "jenis")
    page = Page(
        title=_("Tambah unit"),
        save=_("Simpan unit"),
        form=form,
        groups=[("", [
            form.choice("jenis", _("Jenis"), kinds, kind="select", required=True),
            form.field("nama", _("Nama"), required=True, hint=_("misalnya Posyandu Melati")),
            form.field("kode", _("Kode"), required=True, hint=_("kode registrasi, atau kode sendiri yang belum dipakai")),
            form.grouped("wilayah", _("Berdiri di"), places, required=True),
            form.choice("layani", _("Melayani seluruh wilayah itu?"), [("ya", _("Ya")), ("tidak", _("Tidak, dicatat sesudah ini"))]),
            form.grouped("induk", _("Dikoordinasi oleh"), parents, hint=_("untuk Pustu dan Posyandu; yang lain dikosongkan")),
            form.since(_("Buka sejak")),
            source(form),
        ])],
        back=(reverse("units"), _("Kembali ke daftar unit")),
    )  # fmt: skip
    return page.response(request, worker, typed)


@never_cache
@unit_page(changes)
def change(request: HttpRequest, worker: Worker, unit: Unit, typed: Typed) -> HttpResponse:
    """Another name, coordinator or place, from a day on."""
    first = {"nama": unit.name, "induk": str(unit.parent_id or ""), "wilayah": str(unit.area_id)}
    form = DatedForm(filled(typed, sejak=as_day(worker.today), **first))
    places, parents = _places(worker), _parents(worker, unit.kind)
    if str(unit.area_id) not in {value for value, _text, _group in places}:
        places = [(str(unit.area_id), unit.area.name, ""), *places]
    if request.method == "POST":
        name, since = form.text("nama"), form.day("sejak", worker.today)
        if not name:
            form.faults.add("nama", _("Tulis namanya."))
        area = chosen_area(form, "wilayah", places, _("Pilih tempatnya."))
        parent = _chosen_parent(form, parents)
        if not form.faults and since and area:
            try:
                change_unit(
                    unit, on=since, name=name, parent=parent, area=area if area.pk != unit.area_id else None,
                    source=form.text("dasar"), by=by_of(worker), today=worker.today,
                )  # fmt: skip
                messages.success(request, _("Perubahan tercatat. Yang lama tetap terbaca di riwayatnya."))
                return redirect("unit", unit_id=unit.pk)
            except REFUSALS as error:
                form.refused(error, AT, "nama")
    fields = [form.field("nama", _("Nama"), required=True)]
    if unit.kind in COORDINATORS:
        fields.append(form.grouped("induk", _("Dikoordinasi oleh"), parents))
    fields += [
        form.grouped("wilayah", _("Berdiri di"), places, required=True),
        form.since(_("Berlaku sejak")),
        source(form),
    ]
    page = Page(
        title=_("Ubah data unit"),
        lead=f"{unit.name}, {kind_word(unit)}",
        save=_("Simpan perubahan"),
        form=form,
        groups=[("", fields)],
        back=back_to(unit),
    )
    return page.response(request, worker, typed)


@never_cache
@unit_page(changes)
def trait(request: HttpRequest, worker: Worker, unit: Unit, typed: Typed, key: str) -> HttpResponse:
    """One trait of a unit, from a day on."""
    if key not in traits_of(unit):
        return not_here(request)
    kind = TRAITS[key]
    form = DatedForm(filled(typed, sejak=as_day(worker.today)))
    if request.method == "POST":
        value, since = _value(form, kind), form.day("sejak", worker.today)
        if not form.faults and since:
            try:
                set_trait(unit, key, value, on=since, source=form.text("dasar"), by=by_of(worker), today=worker.today)
                messages.success(request, _("%(what)s tercatat.") % {"what": _(kind.label)})
                return redirect("unit", unit_id=unit.pk)
            except REFUSALS as error:
                form.refused(error, AT, "nilai")
    now = traits_on(unit, worker.today)
    lead = _("%(name)s, sekarang: %(value)s.") % {
        "name": unit.name, "value": trait_words(key, now[key]) if key in now else _("belum dicatat"),
    }  # fmt: skip
    decides = _("Layanan di wilayah kerjanya mengikuti ciri ini.") if kind.setting else ""
    page = Page(
        title=_(kind.label),
        lead=f"{lead} {decides}".strip(),
        save=_("Simpan ciri"),
        form=form,
        groups=[("", [_value_field(form, kind), form.since(_("Berlaku sejak")), source(form)])],
        back=back_to(unit),
    )
    return page.response(request, worker, typed)


@never_cache
@unit_page(closes)
def close(request: HttpRequest, worker: Worker, unit: Unit, typed: Typed) -> HttpResponse:
    """A unit is closed; whoever it coordinates or employs has to be seen to before."""
    form = DatedForm(filled(typed))
    if request.method == "POST":
        since = form.day("sejak", worker.today)
        if not form.text("dasar"):
            form.faults.add("dasar", _("Tulis dasarnya, misalnya nomor SK."))
        if not form.faults and since:
            try:
                change_unit(unit, on=since, ends=True, source=form.text("dasar"), by=by_of(worker), today=worker.today)
                messages.success(request, _("%(name)s ditutup. Catatannya tetap ada.") % {"name": unit.name})
                return redirect("unit", unit_id=unit.pk)
            except REFUSALS as error:
                form.refused(error, AT, "sejak")
    lead = _(
        "%(name)s tidak melayani siapa pun lagi, dan wilayah kerjanya berakhir. Pindahkan dahulu jaringannya dan akhiri tugas petugasnya."
    )
    page = Page(
        title=_("Tutup unit"),
        lead=lead % {"name": unit.name},
        save=_("Tutup unit"),
        form=form,
        groups=[("", [form.since(_("Tidak buka lagi sejak")), source(form, required=True)])],
        back=back_to(unit),
    )  # fmt: skip
    return page.response(request, worker, typed)


def source(form: DatedForm, *, required: bool = False) -> Field:
    """What a change rests on."""
    return form.field("dasar", _("Dasar"), hint=_("misalnya nomor SK atau Perda"), required=required)


def chosen_area(form: DatedForm, name: str, places: list[tuple[str, str, str]], missing: str) -> Area | None:
    """The area that was picked from the list."""
    key = form.one_of(name, [value for value, _text, _group in places], missing)
    return Area.objects.get(pk=key) if key else None


def _places(worker: Worker) -> list[tuple[str, str, str]]:
    return area_choices(paths_seen(by_of(worker), worker.today), PLACES)


def _parents(worker: Worker, kind: str = "") -> list[tuple[str, str, str]]:
    """The units in sight that may coordinate one of this kind, or of any."""
    kinds = COORDINATORS.get(kind, frozenset()) if kind else frozenset().union(*COORDINATORS.values())
    found = (
        units_seen(by_of(worker), worker.today).filter(in_force(worker.today), kind__in=kinds).order_by("-kind", "name")
    )
    return [
        (str(one.pk), one.name, kind_word(one))
        for one in sorted(found, key=lambda one: UnitKind.values.index(one.kind))
    ]


def _chosen_parent(form: DatedForm, parents: list[tuple[str, str, str]]) -> Unit | None:
    key = form.one_of("induk", [value for value, _text, _group in parents])
    return Unit.objects.get(pk=uuid.UUID(key)) if key else None


def _value_field(form: DatedForm, kind: Trait) -> Field:
    label = _(kind.label)
    if kind.type == NUMBER:
        between = {"least": kind.between[0], "most": kind.between[1]}
        return form.field("nilai", label, "integer", hint=_("angka %(least)d sampai %(most)d") % between, required=True)
    pairs = [(value, _(VALUES[value])) for value in kind.choices] or [("ya", _("Ya")), ("tidak", _("Tidak"))]
    return form.choice("nilai", label, pairs, kind="choices" if kind.type == SOME else "choice", required=True)


def _value(form: DatedForm, kind: Trait) -> Any:
    """What was answered, as the trait wants it; a fault where nothing was."""
    missing = _("Pilih salah satu.")
    if kind.type == NUMBER:
        try:
            return int(read_number(form.text("nilai"), whole=True))
        except NotANumber as wrong:
            form.faults.add("nilai", str(wrong))
            return None
    if kind.type == SOME:
        found = [one for one in form.data.getlist("nilai") if one in kind.choices]
        if not found:
            form.faults.add("nilai", missing)
        return found
    if kind.type == ONE:
        return form.one_of("nilai", kind.choices, missing)
    return form.one_of("nilai", ("ya", "tidak"), missing) == "ya"
