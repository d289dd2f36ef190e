"""One setting in one area: what it is, what holds, who said so and why, what is planned; and the form on which a change is proposed."""

import uuid
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.accounts.access import NotAllowed
from primary_care.areas.models import Area, AreaSetting
from primary_care.areas.queries import areas_inside_with, rows_in_force, rows_of_setting
from primary_care.decisions.setting_changes import UNDECIDED, SettingRefused, propose
from primary_care.decisions.setting_models import SettingProposal
from primary_care.decisions.settings_told import SettingInWords, setting_in_words
from primary_care.decisions.tasks import ask_for_previews
from primary_care.design.fields import Field
from primary_care.design.formats import NotADate, NotANumber, number, read_date, read_number, unit_words
from primary_care.desk.access import Typed, Worker, not_here, owner_mark
from primary_care.desk.manage_form import DatedForm, as_day, filled
from primary_care.desk.register_form import DAY_HINT
from primary_care.desk.views.areas.common import area_page
from primary_care.desk.views.register.common import by_of
from primary_care.desk.views.settings.common import (
    FROM_UNITS,
    default_said,
    place_words,
    proposal_for,
    row_said,
    said,
    sets,
)

AT = {"value": "nilai", "from": "sejak", "reason": "alasan"}
FOLLOW = "ikut"
YES, NO = "ya", "tidak"


@never_cache
@area_page()
def setting(request: HttpRequest, worker: Worker, area: Area, typed: Typed, key: str) -> HttpResponse:
    """The page of a setting in an area; a POST proposes a change of it."""
    one = setting_in_words(key)
    if one is None:
        return not_here(request)
    may_set = sets(worker, area)
    rows = rows_of_setting(area, key)
    own = any(row.area_id == area.pk for row in rows)
    now = rows_in_force(area, worker.today).get(key)
    form = DatedForm(filled(typed, **_first(request, worker, one)))
    if request.method == "POST":
        if not may_set:
            return render(request, "desk/areas/not_allowed.html", {"area": area}, status=403)
        value = _value(form, one)
        since = form.begins(worker.today)
        if not form.faults and since is not None:
            follows = own and form.data.get("cara") == FOLLOW
            try:
                proposal = propose(
                    area,
                    key,
                    value,
                    inherits=follows,
                    on=since,
                    reason=form.text("alasan"),
                    by=by_of(worker),
                    today=worker.today,
                )
                ask_for_previews()
                return redirect("setting-proposal", proposal_id=proposal.pk)
            except (SettingRefused, NotAllowed) as error:
                form.faults.add(AT.get(getattr(error, "code", ""), "nilai"), str(error))
    fields = _fields(form, one, own)
    context = {
        "area": area,
        "place": place_words(area),
        "setting": one,
        "default": default_said(one),
        "from_units": _(FROM_UNITS[key]) if key in FROM_UNITS else "",
        "value": said(one, now.value) if now is not None else default_said(one),
        "now": now,
        "now_place": place_words(now.area) if now is not None else "",
        "plans": [_told(one, row, area) for row in rows if row.valid_from > worker.today],
        "history": [_told(one, row, area) for row in reversed(rows) if row.valid_from <= worker.today],
        "inside": [(place_words(row.area), said(one, row.value), row) for row in areas_inside_with(area, key, worker.today)],
        "proposals": SettingProposal.objects.filter(area=area, key=key, state__in=UNDECIDED).select_related("asked_by"),
        "fields": fields if may_set else [],
        "errors": form.faults.listed({field.name: field.label for field in fields}),
        "mark": owner_mark(worker.user),
        "kept": typed.kept,
    }  # fmt: skip
    return render(request, "desk/settings/setting.html", context, status=422 if form.faults else 200)


def _first(request: HttpRequest, worker: Worker, setting: SettingInWords) -> dict[str, str]:
    """What the form begins with: nothing but today, or what was typed for a proposal that is gone back to."""
    begins = {"sejak": as_day(worker.today), "cara": "isi"}
    try:
        proposal = proposal_for(worker, uuid.UUID(request.GET.get("dari", "")))
    except ValueError:
        return begins
    if proposal is None or proposal.key != setting.id:
        return begins
    begins |= {"sejak": as_day(proposal.valid_from), "alasan": proposal.reason}
    if proposal.inherits:
        return begins | {"cara": FOLLOW}
    return begins | {"nilai": _typed(setting, proposal.value)}


def _typed(setting: SettingInWords, value: Any) -> str:
    """A value as it stands in the form."""
    if isinstance(value, bool):
        return YES if value else NO
    if setting.type == "date":
        return as_day(date.fromisoformat(str(value)))
    return number(value) if isinstance(value, int | float) else str(value)


def _value(form: DatedForm, setting: SettingInWords) -> Any:
    """What was typed, in the type of the setting; None with a fault where it cannot be read, or where the area follows the one above."""
    if form.data.get("cara") == FOLLOW:
        return None
    text = form.text("nilai")
    if not text:
        form.faults.add("nilai", _("Isi nilainya."))
        return None
    try:
        match setting.type:
            case "boolean":
                return {YES: True, NO: False}.get(text)
            case "number" | "integer":
                read = read_number(text, whole=setting.type == "integer")
                return int(read) if setting.type == "integer" else float(read)
            case "date":
                return read_date(text).isoformat()
    except (NotANumber, NotADate) as wrong:
        form.faults.add("nilai", str(wrong))
        return None
    return text


def _fields(form: DatedForm, setting: SettingInWords, own: bool) -> list[Field]:
    label, hint = _("Nilai baru"), ""
    if setting.range is not None:
        low, high = (number(one) for one in setting.range)
        hint = _("antara %(low)s dan %(high)s") % {"low": low, "high": high}
    fields = []
    if own:
        ways = [("isi", _("Nilai sendiri, di bawah ini")), (FOLLOW, _("Mengikuti wilayah di atasnya"))]
        fields.append(form.choice("cara", _("Yang berlaku"), ways))
    match setting.type:
        case "boolean":
            fields.append(form.choice("nilai", label, [(YES, _("Ya")), (NO, _("Tidak"))], required=True))
        case "choice":
            fields.append(form.choice("nilai", label, setting.choices, required=True))
        case "number" | "integer":
            field = form.field("nilai", label, setting.type, hint=hint, required=True)
            fields.append(Field(**{**vars(field), "unit": unit_words(setting.unit)}))
        case "date":
            fields.append(form.field("nilai", label, "date", hint=_(DAY_HINT), required=True))
        case _:
            fields.append(form.field("nilai", label, required=True))
    fields.append(form.since(_("Berlaku mulai"), _("hari ini atau sesudahnya, misalnya 3-6-2026")))
    reason = _("misalnya: SK Bupati 12/2026, atau surat edaran Dinas Kesehatan")
    fields.append(form.field("alasan", _("Alasan"), "long-text", hint=reason, required=True))
    return fields


def _told(setting: SettingInWords, row: AreaSetting, area: Area) -> dict[str, Any]:
    return {
        "row": row,
        "value": row_said(setting, row),
        "place": "" if row.area_id == area.pk else place_words(row.area),
    }
