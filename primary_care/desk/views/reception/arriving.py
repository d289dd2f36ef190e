"""Registration: finding who has come, the few questions, and where he is sent."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.accounts.limits import SEARCH, TooMany, count
from primary_care.desk.access import (
    Typed,
    Worker,
    audit_read_many,
    not_here,
    owner_mark,
    recording_page,
    worker_page,
)
from primary_care.desk.manage_form import filled
from primary_care.desk.paging import page_of
from primary_care.desk.presenters.person import cards, header
from primary_care.desk.presenters.way import now_words, somebody
from primary_care.desk.reception_form import ArrivalForm, refused
from primary_care.desk.views.search import LIMIT
from primary_care.encounters import queries
from primary_care.encounters.actions import Refused, arrive
from primary_care.encounters.permissions import registers
from primary_care.encounters.routing import Arrival
from primary_care.encounters.transitions import State
from primary_care.keys import new_key
from primary_care.people.models import Person
from primary_care.people.search import read, search_persons

A_PAGE = 25


def may_register(worker: Worker) -> bool:
    """Whether this worker registers whoever arrives."""
    return worker.assignment is not None and registers(worker.assignment)


@never_cache
@worker_page
def reception(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Find who has come, and those of today, the last first."""
    by = worker.assignment
    if by is None or by.unit is None or not registers(by):
        return not_here(request)
    text, too_many = request.GET.get("q", "").strip()[:80], ""
    found: list[Person] = []
    try:
        if text:
            count(SEARCH, str(worker.user.pk))
            found = search_persons(text, worker.scope, limit=LIMIT + 1)
    except TooMany as refusal:
        too_many = str(refusal)
    now = timezone.now()
    page = page_of(queries.of_day(by.unit, worker.today).order_by("-ticket"), request, A_PAGE)
    audit_read_many(worker, "desk.reception", [one.pk for one in found[:LIMIT]])
    audit_read_many(worker, "encounters.list", dict.fromkeys(one.person_id for one in page.items))
    context = {
        "q": text,
        "too_many": too_many,
        "short": bool(text) and not read(text).enough,
        "found": list(zip(cards(found[:LIMIT], worker.today), found, strict=False)),
        "more": len(found) > LIMIT,
        "today": [(somebody(one, worker.today, now), now_words(one)) for one in page.items],
        "page": page,
        "unit": by.unit,
        "left": [(somebody(one, worker.today, now), one.on) for one in queries.left_open(by.unit, worker.today)],
    }
    return render(request, "desk/reception/reception.html", context, status=429 if too_many else 200)


@never_cache
@recording_page(may_register, "desk/reception/cannot_register.html")
def arrival(request: HttpRequest, worker: Worker, person: Person, typed: Typed) -> HttpResponse:
    """The questions on arrival; answered, they give a number and a place."""
    by = worker.assignment
    assert by is not None and by.unit is not None
    running = queries.under_way(person, by.unit, worker.today)
    if running is not None and running.state != State.TERDAFTAR and request.method != "POST":
        return redirect("encounter", encounter_id=running.pk)
    data = filled(typed, asal=running.source if running else Arrival.SENDIRI.value, kunci=str(new_key()))
    form = ArrivalForm(data=data, person=person, age=queries.age_of(person, worker.today))
    if request.method == "POST":
        told = form.registration()
        if not form.faults:
            try:
                one = arrive(
                    person, told, by=by, today=worker.today, now=timezone.now(), key=_key(data.get("kunci", ""))
                )
                return redirect("encounter", encounter_id=one.pk)
            except Refused as error:
                refused(form.faults, error)
    context = {
        "p": header(person, worker.today),
        "person": person,
        "fields": form.fields(),
        "errors": form.faults.listed(),
        "kept": typed.kept,
        "mark": owner_mark(worker.user),
        "key": data.get("kunci", ""),
        "again": running is not None,
        "title": _("Daftarkan kedatangan"),
    }
    return render(request, "desk/reception/arrival.html", context, status=422 if form.faults else 200)


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return new_key()
