"""The tree of areas to walk through and to search; one area; the villages without a facility."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.areas.history import chain_on
from primary_care.areas.models import Area, AreaLevel, AreaVersion, ChangeKind
from primary_care.areas.queries import ancestors, search_areas
from primary_care.desk.access import Typed, Worker
from primary_care.desk.area_choices import UPPER, named, places_in_words
from primary_care.desk.paging import page_of
from primary_care.desk.views.areas.common import adds, area_page, changes, changes_with_contents, level_word, moves
from primary_care.desk.views.register.common import by_of, register_page
from primary_care.desk.views.units.common import kind_word
from primary_care.units.models import Unit
from primary_care.units.queries import in_force, paths_seen, units_seen, units_serving, villages_without_facility

A_PAGE = 50
UNITS_SHOWN = 40


@never_cache
@register_page(lambda worker: worker.reads_network)
def tree(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Where the area of this worker begins; or what a search finds in it."""
    paths, text = paths_seen(by_of(worker), worker.today), " ".join(request.GET.get("q", "").split())[:80]
    if text:
        found = search_areas(paths, text)
    else:
        found = Area.objects.filter(path__in=paths, valid_to__isnull=True).order_by("path")
    page = page_of(found, request, A_PAGE)
    return render(
        request, "desk/areas/tree.html", {"text": text, "page": page, "rows": _rows(page.items, where=bool(text))}
    )


@never_cache
@area_page()
def area(request: HttpRequest, worker: Worker, area: Area, typed: Typed) -> HttpResponse:
    """One area: what lies in it, who serves it, how it came to be."""
    paths = paths_seen(by_of(worker), worker.today)
    page = page_of(area.children.filter(valid_to__isnull=True).order_by("path"), request, A_PAGE)
    in_sight = set(units_seen(by_of(worker), worker.today).values_list("pk", flat=True))
    inside = Unit.objects.filter(in_force(worker.today), pk__in=in_sight, area__path__startswith=area.path)
    standing = sorted(
        inside.order_by("kind", "name")[:UNITS_SHOWN], key=lambda unit: (unit.area_id != area.pk, unit.kind, unit.name)
    )
    serving = units_serving(area.path, worker.today) if area.valid_to is None else []
    context = {
        "area": area,
        "name": named(area),
        "level": level_word(area.level),
        "above": [
            {"area": one, "name": named(one), "seen": one.path.startswith(paths)}
            for one in ancestors(area.path)
            if one.pk != area.pk
        ],
        "page": page,
        "rows": _rows(page.items),
        "serving": [{"unit": one, "kind": kind_word(one), "seen": one.pk in in_sight} for one in serving],
        "units": [{"unit": one, "kind": kind_word(one)} for one in standing],
        "more_units": max(0, inside.count() - UNITS_SHOWN),
        "history": _history(area),
        "changes": changes(worker, area),
        "moves": moves(worker, area),
        "splits": changes_with_contents(worker, area),
        "adds": adds(worker, area),
        "settings": area.level not in (AreaLevel.NASIONAL, AreaLevel.PROVINSI),
        "large": area.level in (AreaLevel.NASIONAL, AreaLevel.PROVINSI, AreaLevel.KABUPATEN, AreaLevel.KECAMATAN),
    }
    return render(request, "desk/areas/area.html", context)


@never_cache
@register_page(lambda worker: worker.reads_network)
def without_facility(request: HttpRequest, worker: Worker) -> HttpResponse:
    """The desa in which no Pustu and no Posyandu stands, and who serves them from elsewhere."""
    found = villages_without_facility(paths_seen(by_of(worker), worker.today), worker.today)
    page = page_of(found, request, A_PAGE)
    rows = [
        {"village": one.village, "served_by": [(unit, kind_word(unit)) for unit in one.served_by]} for one in page.items
    ]
    return render(request, "desk/areas/without_facility.html", {"page": page, "rows": rows})


def _rows(areas: list[Area], *, where: bool = False) -> list[dict[str, Any]]:
    """Areas as a list shows them: how much lies directly inside, and, for a search, where they lie."""
    inside = Count("children", filter=Q(children__valid_to__isnull=True))
    counts = dict(
        Area.objects.filter(pk__in=[one.pk for one in areas]).annotate(inside=inside).values_list("pk", "inside")
    )
    places = places_in_words(areas) if where else {}
    return [
        {
            "area": one,
            "name": named(one),
            "level": level_word(one.level),
            "code": one.code if one.level in UPPER else "",
            "inside": counts[one.pk],
            "where": places[one.path].removeprefix(named(one)).removeprefix(", ") if where else "",
        }
        for one in areas
    ]  # fmt: skip


def _history(area: Area) -> list[dict[str, Any]]:
    """What was said of an area, and what came out of it or went into it, latest first; each with the code that it has had since."""
    versions = list(
        area.versions.select_related("change__recorded_by", "parent", "came_from", "went_into").order_by(
            "valid_from", "recorded_at", "id"
        )
    )
    found = []
    for before, one in zip([None, *versions], versions, strict=False):
        found.append(_entry(one.valid_from, one.change, _changed(before, one), chain_on(area, one.valid_from)[-1].code))
    others = AreaVersion.objects.filter(Q(came_from=area) | Q(went_into=area)).select_related("change__recorded_by")
    for other in others:
        line = _("%(name)s mekar dari sini") if other.came_from_id == area.pk else _("%(name)s masuk ke sini")
        found.append(_entry(other.valid_from, other.change, [line % {"name": other.name}], ""))
    return sorted(reversed(found), key=lambda one: one["on"], reverse=True)


def _entry(on: Any, change: Any, lines: list[str], code: str) -> dict[str, Any]:
    return {
        "on": on,
        "lines": lines,
        "code": code,
        "kind": _(str(ChangeKind(change.kind).label)) if change else "",
        "source": change.source if change else "",
        "by": change.recorded_by if change else None,
        "decided": change is not None,
    }


def _changed(before: AreaVersion | None, now: AreaVersion) -> list[str]:
    if now.ends:
        into = now.went_into
        return [_("Berakhir, masuk %(name)s") % {"name": into.name} if into else _("Berakhir")]
    if before is None:
        if now.came_from:
            return [_("Mekar dari %(name)s") % {"name": now.came_from.name}]
        return [_("Tercatat dengan nama %(name)s") % {"name": now.name}]
    lines = []
    if now.name != before.name:
        lines.append(_("Nama: dari %(old)s menjadi %(new)s") % {"old": before.name, "new": now.name})
    if now.parent_id != before.parent_id and now.parent:
        lines.append(_("Pindah ke dalam %(name)s") % {"name": now.parent.name})
    return lines or [_("Kode baru")]
