"""What holds in an area: every setting with its value, where that comes from, and what is planned."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from primary_care.areas.models import Area, AreaSetting
from primary_care.areas.queries import ancestors, planned, rows_in_force
from primary_care.decisions.setting_changes import UNDECIDED
from primary_care.decisions.setting_models import SettingProposal
from primary_care.decisions.settings_told import SettingInWords, settings_by_group
from primary_care.desk.access import Typed, Worker
from primary_care.desk.area_choices import named
from primary_care.desk.views.areas.common import area_page, level_word
from primary_care.desk.views.register.common import by_of, register_page
from primary_care.desk.views.settings.common import (
    default_said,
    place_words,
    reads_settings,
    row_said,
    said,
    sets,
    where_seen,
)
from primary_care.units.queries import paths_seen


@never_cache
@register_page(reads_settings)
def begin(request: HttpRequest, worker: Worker) -> HttpResponse:
    """To the settings of the area worked in; where it has several parts, a list of them."""
    areas = where_seen(worker)
    if len(areas) == 1:
        return redirect("area-settings", area_id=areas[0].pk)
    rows = [{"area": one, "name": named(one), "level": level_word(one.level)} for one in areas]
    return render(request, "desk/settings/areas.html", {"rows": rows})


@never_cache
@area_page()
def settings(request: HttpRequest, worker: Worker, area: Area, typed: Typed) -> HttpResponse:
    """Every setting in an area."""
    paths = paths_seen(by_of(worker), worker.today)
    in_force = rows_in_force(area, worker.today)
    plans = defaultdict(list)
    for plan in planned(area, worker.today):
        plans[plan.key].append(plan)
    waiting = dict(SettingProposal.objects.filter(area=area, state__in=UNDECIDED).values_list("key", "pk"))
    groups = [
        (
            title,
            [
                {**_row(area, one, in_force.get(one.id), plans[one.id]), "proposal": waiting.get(one.id)}
                for one in settings
            ],
        )
        for title, settings in settings_by_group()
    ]
    context = {
        "area": area,
        "place": place_words(area),
        "above": [
            {"area": one, "name": named(one), "seen": one.path.startswith(paths)}
            for one in ancestors(area.path)
            if one.pk != area.pk
        ],
        "inside": [
            {"area": one, "name": named(one)}
            for one in area.children.filter(
                valid_to__isnull=True, level__in=("kabupaten", "kecamatan", "desa")
            ).order_by("name")
        ],
        "groups": groups,
        "sets": sets(worker, area),
    }
    return render(request, "desk/settings/area.html", context)


def _row(area: Area, setting: SettingInWords, row: AreaSetting | None, plans: Iterable[AreaSetting]) -> dict[str, Any]:
    """One setting as the table shows it."""
    return {
        "setting": setting,
        "value": said(setting, row.value) if row is not None else default_said(setting),
        "row": row,
        "here": row is not None and row.area_id == area.pk,
        "place": place_words(row.area) if row is not None else "",
        "plans": [
            {
                "on": plan.valid_from,
                "value": row_said(setting, plan),
                "place": "" if plan.area_id == area.pk else place_words(plan.area),
            }
            for plan in plans
        ],
    }
