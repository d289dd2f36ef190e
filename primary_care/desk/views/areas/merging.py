"""A merge: first which areas go together and what they become, then everything that has to be said about it."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.areas.changes import BELOW_DESA, merge_areas, settings_that_differ
from primary_care.areas.models import Area
from primary_care.decisions.content import setting_words
from primary_care.design.fields import Choice, Field
from primary_care.desk.access import Typed, Worker
from primary_care.desk.area_choices import named
from primary_care.desk.manage_form import REFUSALS, DatedForm, as_day, filled
from primary_care.desk.views.areas.common import area_page, changes, level_word
from primary_care.desk.views.areas.forms import answers, code_fields, dated_fields, told
from primary_care.desk.views.register.common import Page, by_of
from primary_care.units.models import UnitKind
from primary_care.units.queries import units_serving

STAYS, NEW = "tetap", "baru"


@never_cache
@area_page(changes)
def merge(request: HttpRequest, worker: Worker, area: Area, typed: Typed) -> HttpResponse:
    """Which areas beside this one, and whether this one stays or all become a new one, stand in the address; what is sent repeats them."""
    beside = [one for one in _beside(area) if changes(worker, one)]
    sent = typed.data if typed.data is not None else QueryDict()
    wanted = request.GET.getlist("dengan") or sent.get("pilihan", "").split()
    chosen = [one for one in beside if str(one.pk) in wanted]
    way = request.GET.get("menjadi") or sent.get("menjadi", "")
    if chosen and way in (STAYS, NEW):
        return _details(request, worker, area, chosen, way, typed)
    form = DatedForm(request.GET)
    if "menjadi" in request.GET or "dengan" in request.GET or "lanjut" in request.GET:
        if not chosen:
            form.faults.add("dengan", _("Pilih sedikitnya satu."))
        form.one_of("menjadi", (STAYS, NEW), _("Pilih salah satu."))
    pairs = [
        (STAYS, _("%(name)s tetap ada, yang lain masuk ke sana") % {"name": named(area)}),
        (NEW, _("Semuanya menjadi satu wilayah baru")),
    ]
    context = {
        "area": area,
        "name": named(area),
        "level": level_word(area.level),
        "beside": beside,
        "fields": [
            form.choice("dengan", _("Digabung dengan"), [(str(one.pk), _inside(one)) for one in beside], kind="choices", required=True),
            form.choice("menjadi", _("Menjadi apa?"), pairs, required=True),
        ],
        "errors": form.faults.listed(),
    }  # fmt: skip
    return render(request, "desk/areas/merge.html", context, status=422 if form.faults else 200)


def _beside(area: Area) -> list[Area]:
    """The areas of the same level in the same kecamatan, or else beside it: those that a merge is likely to be about."""
    around = area.parent.parent if area.parent and area.level in BELOW_DESA and area.parent.parent else area.parent
    path = around.path if around else ""
    found = Area.objects.filter(path__startswith=path, level=area.level, valid_to__isnull=True).exclude(pk=area.pk)
    return list(found.select_related("parent").order_by("path")[:300])


def _details(
    request: HttpRequest, worker: Worker, area: Area, chosen: list[Area], way: str, typed: Typed
) -> HttpResponse:
    form = DatedForm(filled(typed, sejak=as_day(worker.today)))
    whole = [area, *chosen]
    ending = chosen if way == STAYS else whole
    inside = [
        child
        for one in ending
        for child in one.children.filter(valid_to__isnull=True).select_related("parent").order_by("path")
    ]
    differing = settings_that_differ(whole, worker.today)
    puskesmas = _puskesmas(whole, worker)
    coded = area.level not in BELOW_DESA
    if request.method == "POST":
        since = form.day("sejak", worker.today)
        if not form.text("dasar"):
            form.faults.add("dasar", _("Tulis dasarnya, misalnya nomor Perda atau SK."))
        if way == NEW and not form.text("nama"):
            form.faults.add("nama", _("Tulis nama wilayah baru."))
        if way == NEW and coded and not form.text("kode"):
            form.faults.add("kode", _("Tulis kode Kemendagri wilayah baru."))
        decided = {}
        for key, values in differing.items():
            answer = form.one_of(
                f"atur-{key}", [json.dumps(value) for value in values if value is not None], _("Pilih salah satu.")
            )
            decided[key] = json.loads(answer) if answer else None
        served_by = None
        if len(puskesmas) > 1:
            served_by = [unit.pk for unit in puskesmas if str(unit.pk) in form.data.getlist("dilayani")]
            if not served_by:
                form.faults.add("dilayani", _("Pilih Puskesmas yang melayani semuanya."))
        if not form.faults and since:
            try:
                target = merge_areas(
                    ending, into=area if way == STAYS else None, code=form.text("kode") if coded else "", name=form.text("nama"),
                    codes=answers(form, "kode", inside), renamed=answers(form, "nama", inside), settings=decided, served_by=served_by,
                    on=since, source=form.text("dasar"), by=by_of(worker), today=worker.today,
                )  # fmt: skip
                messages.success(request, _("Digabung menjadi %(name)s.") % {"name": named(target)})
                return redirect("area", area_id=target.pk)
            except REFUSALS as error:
                told(form, error, "dasar")
    page = Page(
        title=_("Penggabungan"),
        lead=_lead(area, chosen, way),
        save=_("Simpan penggabungan"),
        form=form,
        groups=_groups(form, way, coded, inside, differing, puskesmas),
        back=(reverse("merge-area", args=[area.pk]), _("Kembali memilih")),
        hidden={"pilihan": " ".join(str(one.pk) for one in chosen), "menjadi": way},
    )  # fmt: skip
    return page.response(request, worker, typed)


def _lead(area: Area, chosen: list[Area], way: str) -> str:
    names = ", ".join(named(one) for one in chosen)
    if way == STAYS:
        return _("%(names)s berakhir, dan isinya masuk %(name)s.") % {"names": names, "name": named(area)}
    return _("%(name)s, %(names)s berakhir, dan isinya masuk satu wilayah baru.") % {
        "names": names,
        "name": named(area),
    }


def _groups(
    form: DatedForm, way: str, coded: bool, inside: list[Area], differing: dict[str, list[Any]], puskesmas: list[Any]
) -> list[tuple[str, list[Field]]]:
    first: list[Field] = []
    if way == NEW:
        first.append(form.field("nama", _("Nama wilayah baru"), required=True))
        if coded:
            first.append(form.field("kode", _("Kode Kemendagri wilayah baru"), required=True))
    groups = [("", [*first, *dated_fields(form)])]
    if differing:
        groups.append(
            (_("Pengaturan yang berbeda"), [_setting(form, key, values) for key, values in differing.items()])
        )
    if len(puskesmas) > 1:
        pairs = [(str(unit.pk), unit.name) for unit in puskesmas]
        label = _("Puskesmas yang melayani semuanya")
        groups.append((_("Wilayah kerja"), [form.choice("dilayani", label, pairs, kind="choices", required=True)]))
    codes = code_fields(form, inside)
    if codes:
        groups.append((_("Kode baru dari isinya"), codes))
    small = [one for one in inside if one.level in BELOW_DESA]
    if small:
        hint = _("isi hanya bila senama dengan yang lain")
        groups.append(
            (
                _("Nama baru dari isinya"),
                [form.field(f"nama-{one.pk}", _inside(one), hint=hint) for one in small],
            )
        )
    return groups


def _inside(area: Area) -> str:
    """An area with the one that it lies in: `Dusun Timur, Sumber Rejeki`."""
    return f"{named(area)}, {named(area.parent)}" if area.parent else named(area)


def _setting(form: DatedForm, key: str, values: list[Any]) -> Field:
    """What holds in the merged area, of the values that its parts have."""
    chosen = form.data.get(f"atur-{key}", "")
    known = [value for value in values if value is not None]
    choices = tuple(
        Choice(json.dumps(value), setting_words(key, value)[1], json.dumps(value) == chosen) for value in known
    )
    label = setting_words(key, None)[0]
    return Field(f"atur-{key}", label, "choice", choices=choices, required=True, errors=form.faults.at(f"atur-{key}"))


def _puskesmas(areas: list[Area], worker: Worker) -> list[Any]:
    """Every Puskesmas that serves one of the areas."""
    found = [unit for one in areas for unit in units_serving(one.path, worker.today, UnitKind.PUSKESMAS)]
    return list(dict.fromkeys(found))
