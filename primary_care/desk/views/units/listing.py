"""The units of the area, to look for one; and one of them: what it is, whom it serves, its network, its partners, its staff."""

from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.desk.access import Typed, Worker
from primary_care.desk.area_choices import places_in_words
from primary_care.desk.paging import page_of
from primary_care.desk.views.areas.common import level_word
from primary_care.desk.views.home import Tab
from primary_care.desk.views.register.common import by_of, register_page
from primary_care.desk.views.staff.common import KLASTER, duty_words
from primary_care.desk.views.units.common import (
    changes,
    closes,
    founds,
    kind_word,
    partners,
    trait_words,
    traits_of,
    unit_page,
)
from primary_care.staff.models import Position
from primary_care.staff.queries import duties_seen, posts_of, staffing_warnings
from primary_care.units.models import NetworkKind, Unit, UnitKind, UnitVersion
from primary_care.units.queries import in_force, paths_seen, units_seen
from primary_care.units.traits import TRAITS

A_PAGE = 25
ORDER = {kind: place for place, kind in enumerate(UnitKind.values)}
OPEN, CLOSED = "", "tutup"


@never_cache
@register_page(lambda worker: worker.reads_network)
def listing(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Every unit in sight by kind and name: those open, or those closed."""
    asked = {name: request.GET.get(name, "").strip()[:80] for name in ("q", "jenis", "bagian")}
    units = units_seen(by_of(worker), worker.today).select_related("parent", "area")
    kinds = sorted(set(units.values_list("kind", flat=True)), key=ORDER.__getitem__)
    if asked["q"]:
        units = units.filter(
            Q(name__icontains=asked["q"]) | Q(code__iexact=asked["q"]) | Q(area__name__icontains=asked["q"])
        )
    if asked["jenis"]:
        units = units.filter(kind=asked["jenis"])
    open_now = Q(valid_to__isnull=True) | Q(valid_to__gt=worker.today)
    parts = {OPEN: units.filter(open_now), CLOSED: units.exclude(open_now)}
    part = CLOSED if asked["bagian"] == CLOSED else OPEN
    shown = sorted(parts[part], key=lambda unit: (ORDER[unit.kind], unit.name))
    page = page_of(shown, request, A_PAGE)
    staff, places = _staff_counts(worker, page.items), places_in_words(one.area for one in page.items)
    kept = "".join(f"&{name}={asked[name]}" for name in ("q", "jenis") if asked[name])
    context = {
        "page": page,
        "rows": [
            {"unit": one, "kind": kind_word(one), "where": places[one.area.path], "staff": staff.get(one.pk, 0)}
            for one in page.items
        ],
        "asked": asked,
        "kinds": [(value, _(str(UnitKind(value).label)), value == asked["jenis"]) for value in kinds],
        "tabs": [
            Tab(label, parts[key].count(), f"{reverse('units')}?bagian={key}{kept}", key == part)
            for key, label in ((OPEN, _("Buka")), (CLOSED, _("Sudah ditutup")))
        ],
        "filtered": bool(asked["q"] or asked["jenis"]),
        "founds": founds(worker),
        "counts_staff": worker.reads_staff,
    }  # fmt: skip
    return render(request, "desk/units/list.html", context)


def _staff_counts(worker: Worker, units: list[Unit]) -> dict[object, int]:
    duties = duties_seen(by_of(worker), worker.today).filter(in_force(worker.today), unit__in=units)
    return dict(duties.values_list("unit").annotate(Count("user", distinct=True)))


@never_cache
@unit_page()
def unit(request: HttpRequest, worker: Worker, unit: Unit, typed: Typed) -> HttpResponse:
    """One unit."""
    in_sight = set(units_seen(by_of(worker), worker.today).values_list("pk", flat=True))
    paths = paths_seen(by_of(worker), worker.today)
    context: dict[str, Any] = {
        "unit": unit,
        "kind": kind_word(unit),
        "where": places_in_words([unit.area])[unit.area.path],
        "parent_seen": unit.parent_id in in_sight,
        "traits": _traits(unit, worker.today),
        "catchment": [
            {"row": one, "level": level_word(one.area.level), "seen": one.area.path.startswith(paths)}
            for one in unit.catchments.select_related("area").order_by("valid_to", "area__path")
        ],
        "network": [
            {"unit": one, "kind": kind_word(one)}
            for one in unit.network.filter(in_force(worker.today)).order_by("kind", "name")
        ],
        "partners": [
            {"row": one, "kind": _(str(NetworkKind(one.kind).label)), "seen": one.partner_id in in_sight}
            for one in unit.partnerships.order_by("valid_to", "kind", "name")
        ],
        "staff": duty_words(
            duties_seen(by_of(worker), worker.today)
            .filter(in_force(worker.today), unit=unit)
            .select_related("user", "unit", "area")
            .order_by("user__full_name", "pk")
        ),
        "reads_staff": worker.reads_staff,
        "changes": changes(worker, unit),
        "closes": closes(worker, unit),
        "keeps_partners": partners(worker, unit),
        "is_puskesmas": unit.kind == UnitKind.PUSKESMAS,
        "history": _history(unit),
        "today": worker.today,
    }
    if unit.kind == UnitKind.PUSKESMAS and worker.role in ("petugas-klaster-1", "kepala-puskesmas", "dinas-kabkota"):
        context["klasters"] = _klasters(unit, worker.today)
        context["warnings"] = [one.text for one in staffing_warnings(unit, worker.today)]
    return render(request, "desk/units/unit.html", context)


def _traits(unit: Unit, today: date) -> list[dict[str, Any]]:
    """Every trait that a unit of this kind has, with its value of today and since when."""
    last = {
        row.key: row for row in unit.traits.filter(valid_from__lte=today).order_by("valid_from", "recorded_at", "id")
    }
    return [
        {
            "key": key,
            "label": _(TRAITS[key].label),
            "value": trait_words(key, last[key].value) if key in last else "",
            "row": last.get(key),
            "decides": bool(TRAITS[key].setting),
        }
        for key in traits_of(unit)
    ]


def _klasters(unit: Unit, today: date) -> list[dict[str, Any]]:
    """Who answers for each klaster of a Puskesmas and who works in it."""
    posts = list(posts_of(unit, today))
    return [
        {
            "klaster": _(label),
            "heads": [post.user for post in posts if post.klaster == key and post.position == Position.PJ],
            "members": [post.user for post in posts if post.klaster == key and post.position != Position.PJ],
        }
        for key, label in KLASTER.items()
    ]


def _history(unit: Unit) -> list[dict[str, Any]]:
    """What was said of a unit, latest first: its name, coordinator and place, and its traits."""
    versions = list(
        unit.versions.select_related("parent", "area", "recorded_by").order_by("valid_from", "recorded_at", "id")
    )
    found = [
        {"on": one.valid_from, "lines": _changed(before, one), "source": one.source, "by": one.recorded_by}
        for before, one in zip([None, *versions], versions, strict=False)
    ]
    for row in unit.traits.select_related("recorded_by").order_by("valid_from", "recorded_at", "id"):
        line = f"{_(TRAITS[row.key].label)}: {trait_words(row.key, row.value)}" if row.key in TRAITS else row.key
        found.append({"on": row.valid_from, "lines": [line], "source": row.source, "by": row.recorded_by})
    return sorted(reversed(found), key=lambda one: one["on"], reverse=True)


def _changed(before: UnitVersion | None, now: UnitVersion) -> list[str]:
    if now.ends:
        return [_("Ditutup")]
    if before is None:
        return [_("Dibuka: %(name)s, di %(place)s") % {"name": now.name, "place": now.area.name}]
    lines = []
    if now.name != before.name:
        lines.append(_("Nama: dari %(old)s menjadi %(new)s") % {"old": before.name, "new": now.name})
    if now.parent_id != before.parent_id:
        lines.append(_("Dikoordinasi oleh %(name)s") % {"name": now.parent or "–"})
    if now.area_id != before.area_id:
        lines.append(_("Tempat: %(place)s") % {"place": now.area.name})
    return lines or [_("Dicatat ulang, tanpa perubahan")]
