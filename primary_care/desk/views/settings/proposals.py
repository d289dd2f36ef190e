"""A proposed setting: what would change, while it is being counted and when it is; then it is saved, changed again, or dropped."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.accounts.access import NotAllowed
from primary_care.areas.queries import areas_inside_with, rows_in_force
from primary_care.decisions.comparing import FINDING, Change
from primary_care.decisions.setting_changes import UNDECIDED, SettingRefused, drop_proposal, save_proposal
from primary_care.decisions.setting_models import ProposalState, SettingProposal
from primary_care.decisions.settings_told import change_text, effects, label_of, marks_of, setting_in_words
from primary_care.desk.access import Worker, audit_read_many, not_here
from primary_care.desk.presenters.person import age_words
from primary_care.desk.views.register.common import by_of, register_page
from primary_care.desk.views.settings.common import (
    default_said,
    place_words,
    proposal_for,
    reads_settings,
    row_said,
    said,
    sets,
)
from primary_care.people.models import Person
from primary_care.queue import is_served

PATIENCE = timedelta(seconds=30)  # without a sign of work, before the page says that something may be wrong
EXAMPLES = 12


@never_cache
@register_page(reads_settings)
def proposal(request: HttpRequest, worker: Worker, proposal_id: uuid.UUID) -> HttpResponse:
    """The page of a proposal; a POST saves or drops it."""
    one = proposal_for(worker, proposal_id)
    if one is None:
        return not_here(request)
    refused, may_set = "", sets(worker, one.area)
    if request.method == "POST":
        if not may_set:
            return render(request, "desk/areas/not_allowed.html", {"area": one.area}, status=403)
        try:
            return _decide(request, worker, one)
        except (SettingRefused, NotAllowed) as error:
            refused = str(error)
            one.refresh_from_db()
    context = {**_context(worker, one), "refused": refused, "sets": may_set, "examples": _examples(worker, one)}
    return render(request, "desk/settings/proposal.html", context, status=422 if refused else 200)


@never_cache
@register_page(reads_settings)
def progress(request: HttpRequest, worker: Worker, proposal_id: uuid.UUID) -> HttpResponse:
    """How far the counting is: the part of the page that asks for itself again. It tells numbers only and is not written into the trail."""
    one = proposal_for(worker, proposal_id)
    if one is None:
        return not_here(request)
    if not request.headers.get("HX-Request"):
        return redirect("setting-proposal", proposal_id=one.pk)
    request.asked_by_itself = True  # type: ignore[attr-defined]
    if one.state != ProposalState.COUNTING:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "desk/settings/_progress.html", _context(worker, one))


def _decide(request: HttpRequest, worker: Worker, one: SettingProposal) -> HttpResponse:
    if request.POST.get("keputusan") == "batal":
        drop_proposal(one.pk, by=by_of(worker), today=worker.today)
        messages.success(request, _("Pengaturan tetap seperti sebelumnya."))
    else:
        save_proposal(one.pk, by=by_of(worker), today=worker.today)
        messages.success(request, _("Pengaturan tersimpan. Daftar kerja dihitung lagi untuk wilayah ini."))
    return redirect("area-setting", area_id=one.area_id, key=one.key)


def _context(worker: Worker, one: SettingProposal) -> dict[str, Any]:
    setting = setting_in_words(one.key)
    now = timezone.now()
    still = now - (one.worked_at or one.asked_at)
    before = rows_in_force(one.area, one.valid_from).get(one.key) if one.setting_id is None else None
    counting = one.state == ProposalState.COUNTING
    nearer = areas_inside_with(one.area, one.key, one.valid_from)
    return {
        "proposal": one,
        "label": setting.label if setting else one.key,
        "place": place_words(one.area),
        "before": (said(setting, before.value) if before else default_said(setting)) if setting else "",
        "after": row_said(setting, one) if setting else str(one.value),
        "nearer": [(place_words(row.area), row_said(setting, row)) for row in nearer] if setting else [],
        "open": one.state in UNDECIDED,
        "counting": counting,
        "percent": min(100, one.done * 100 // one.total) if one.total else 0,
        "busy": still > PATIENCE,
        "nobody": counting and still > PATIENCE and not is_served(now),
        "effects": effects(one.changes, one.touched, worker.role),
        "back": f"{reverse('area-setting', args=[one.area_id, one.key])}?dari={one.pk}",
    }


def _examples(worker: Worker, one: SettingProposal) -> list[dict[str, Any]]:
    """People for whom something would differ, of those that this worker sees, and of that only what he may read."""
    seen = Person.objects.visible_to(worker.scope)
    rows = list(one.examples.filter(person__in=seen).select_related("person").order_by("kind", "subject", "pk")[:400])
    sights = worker.sights(row.person for row in rows)
    found: dict[uuid.UUID, dict[str, Any]] = {}
    for row in rows:
        change = Change(row.kind, row.subject, row.before, row.after)
        sight, (topic, hidden) = sights[row.person_id], marks_of(change)
        if not (sight.finding(topic, hidden) if row.kind == FINDING else sight.service(topic, hidden)):
            continue
        if row.person_id not in found and len(found) == EXAMPLES:
            continue
        person = found.setdefault(
            row.person_id, {"person": row.person, "age": age_words(row.person, worker.today), "lines": {}}
        )
        person["lines"].setdefault(label_of(change), []).append(change_text(change))
    audit_read_many(worker, "desk.settings", found, object_id=one.pk)
    return list(found.values())
