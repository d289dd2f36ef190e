"""Recording a visit and showing what came out of it."""

import uuid
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.once import RECORDS, read_once
from primary_care.accounts.scope import with_implied_cadres
from primary_care.accounts.sight import Sight
from primary_care.decisions.actions import save_visit
from primary_care.decisions.content import item_label, service_label
from primary_care.decisions.corrections import move_visit
from primary_care.decisions.queries import decide_for
from primary_care.decisions.releases import rules_behind
from primary_care.decisions.visibility import closed, seen
from primary_care.design.formats import NotADate, read_date
from primary_care.design.states import UNIT_LABELS
from primary_care.desk.access import (
    HOME_VISIT,
    Typed,
    Worker,
    not_here,
    owner_mark,
    person_or_none,
    recording_page,
    records_visits,
    where_to_go,
    worker_page,
)
from primary_care.desk.presenters import due
from primary_care.desk.presenters.person import header
from primary_care.desk.presenters.pregnancy import state_words
from primary_care.desk.presenters.way import encounter_now, way
from primary_care.desk.views.correct import mend_url
from primary_care.desk.visit_form import VisitForm
from primary_care.people.models import Person
from primary_care.people.queries import records_of
from primary_care.visits import queries
from primary_care.visits.actions import AlreadyOtherwise, Saved, VisitRefused
from primary_care.visits.corrections import standing
from primary_care.visits.models import Contact

#: The button that opens a questionnaire: the form is shown again with it, and nothing is saved.
TAKE_UP = "buka"


@never_cache
@where_to_go
@recording_page(records_visits)
def visit(request: HttpRequest, worker: Worker, person: Person, typed: Typed) -> HttpResponse:
    """The form of a visit, empty or with what was typed; a good one is saved and leads to its result."""
    data = typed.data
    kind = kind_of(request, data, worker)
    sight = worker.sight(person)
    moved = moved_here(worker, data)
    values, also = recorded_at(moved)
    extra, late_for = frozenset(request.GET.getlist("tambah")), _late_for(request, worker)
    with read_once(RECORDS):
        form, elsewhere = form_of(worker, person, sight, kind, data, extra, also, late_for)
    questions: list[dict[str, object]] = []
    if request.method == "POST" and not request.POST.get(TAKE_UP):
        visit_read = form.read()
        if not form.faults:
            try:
                saved = _save(worker, person, kind, visit_read, moved)
                return redirect("visit-result", person_id=person.pk, contact_id=saved.contact.pk)
            except VisitRefused as refused:
                questions = _show_refusal(form, refused)
            except (AlreadyOtherwise, NotAllowed) as stored:
                form.faults.add("kunjungan", str(stored))
        else:
            form.tell_impossible(visit_read)
    context = {
        "p": header(person, worker.today, state=state_words(form.reading) if sight.status else ""),
        "person": person,
        "form": form,
        "kind": kind,
        "places": _places(worker, kind),
        "asked": _asked(extra, late_for),
        "elsewhere": elsewhere,
        "errors": form.faults.listed(form.labels()),
        "questions": questions,
        "confirmed": data.getlist("yakin") if data else [],
        "kept": typed.kept and moved is None,
        "moved": moved,
        "left_out": [service_label(one) for one in sorted(also - {one.id for one in form.services})]
        + [item_label(one) for one in sorted(values - set(form.items))],
        "mark": owner_mark(worker.user),
        "urgent": due.results(form.reading.urgent, worker.today, kind),
    }
    context["typed"] = data is not None
    return render(request, "desk/visit.html", context, status=422 if form.faults or questions else 200)


@never_cache
@worker_page
def result(request: HttpRequest, worker: Worker, person_id: uuid.UUID, contact_id: uuid.UUID) -> HttpResponse:
    """What was found at a visit, what to do now, what to tell, when to come again."""
    person = person_or_none(worker, person_id)
    records = records_of([person.pk]) if person else {}
    contact = Contact.objects.filter(pk=contact_id, person__in=records).select_related("unit").first()
    if person is None or contact is None:
        return not_here(request)
    sight = worker.sight(person)
    if not sight.screening and not sight.whole_record:
        return not_here(request)
    whole = decide_for(person, contact.on)
    reading = seen(whole, sight)
    given = set(contact.services.filter(state="given", replaced_by__isnull=True).values_list("service", flat=True))
    fresh = [one for one in reading.findings if one.on == contact.on]
    fresh_normal = [one.label for one in fresh if one.severity == "normal"]
    fresh = [one for one in fresh if one.severity != "normal"]
    minor = due.minor(fresh)
    older = [one for one in reading.findings if one.on != contact.on and one.severity != "normal"]
    context = {
        "p": header(person, worker.today, state=state_words(reading)),
        "person": person,
        "contact": contact,
        "place": str(contact.unit or contact.unit_kind),
        "closed": due.closed_result(closed(whole, sight)),
        "results": due.results([one for one in fresh if one not in minor], contact.on, contact.unit_kind),
        "minor": due.results(minor, contact.on, contact.unit_kind),
        "normal": fresh_normal,
        "standing": due.results(older, contact.on, contact.unit_kind),
        "advice": due.advice(fresh, [one for one in reading.services if one.id in given]),
        "missing": due.missing_words(reading.missing),
        "still": [due.line(one, contact.on) for one in reading.wanted],
        "next": due.next_dates(reading),
        "mend_url": mend_url(worker, person)(contact),
        "way": way(encounter_now(person, worker.assignment, worker.today), worker.assignment),
        "rules": [] if sight.lay else rules_behind(contact, {one.id: one.label for one in fresh}),
    }
    return render(request, "desk/result.html", context)


def form_of(
    worker: Worker,
    person: Person,
    sight: Sight,
    kind: str,
    data: QueryDict | None,
    extra: frozenset[str],
    also: frozenset[str] = frozenset(),
    late_for: date | None = None,
) -> tuple[VisitForm, list[due.Line]]:
    """The form of what this worker may do here, and what is due for somebody else or somewhere else. `also`: services that were given,
    due or not.
    """
    reading = seen(decide_for(person, worker.today), sight)
    cadres = with_implied_cadres({worker.cadre})
    here = [one for one in reading.services if (one.open_at(kind) or one.id in also) and one.given_by(kind, cadres)]
    order = {"overdue": 0, "due": 1, "unknown": 2}
    here.sort(key=lambda one: (order.get(one.status, 3), one.due or worker.today, one.label))
    elsewhere = [due.line(one, worker.today) for one in reading.wanted if one not in here]
    form = VisitForm(
        reading=reading,
        services=here,
        last=queries.last_values(person, worker.today),
        known=queries.known_values(person, worker.today),
        birth=person.birth_date,
        unit=kind,
        cadre=worker.cadre,
        now=timezone.localtime().time(),
        sight=sight,
        extra=extra,
        taken_up=_taken_up(data),
        late_for=late_for,
        data=data,
    )
    return form, elsewhere


def _taken_up(data: QueryDict | None) -> tuple[str, ...]:
    """The questionnaires that the worker took up, in the order in which he did."""
    return tuple(dict.fromkeys([*data.getlist("kuesioner"), *data.getlist(TAKE_UP)])) if data is not None else ()


def moved_here(worker: Worker, data: QueryDict | None) -> Contact | None:
    """The visit of somebody else that this form moves here; None where there is none, or this worker may not mend it."""
    try:
        key = uuid.UUID(data.get("dari", "") if data is not None else "")
    except ValueError:
        return None
    rows = Contact.objects.filter(pk=key, person__in=Person.objects.visible_to(worker.scope)).select_related("person")
    contact = rows.first()
    return contact if contact is not None and mend_url(worker, contact.person)(contact) else None


def recorded_at(moved: Contact | None) -> tuple[frozenset[str], frozenset[str]]:
    """The items and the services of a visit that is moved; of none, nothing."""
    values, services = standing(moved) if moved is not None else ([], [])
    return frozenset(one.item for one in values), frozenset(one.service for one in services)


def _save(worker: Worker, person: Person, kind: str, visit_read: dict[str, Any], moved: Contact | None) -> Saved:
    assert worker.assignment is not None
    visit = {
        **visit_read,
        "today": worker.today,
        "by": worker.user,
        "cadre": worker.cadre,
        "unit": worker.assignment.unit,
        "unit_kind": kind,
        "assignment": worker.assignment,
    }
    if moved is None:
        return save_visit(person, **visit)
    of_the_other = worker.sight(moved.person)
    return move_visit(moved, person, reason=_("dicatat pada orang yang salah"), sight=of_the_other, **visit)


def _show_refusal(form: VisitForm, refused: VisitRefused) -> list[dict[str, object]]:
    services = {one.id for one in form.services}
    for fault in refused.faults:
        name = f"i-{fault.at}" if fault.at in form.items else f"l-{fault.at}" if fault.at in services else fault.at
        form.faults.add(name, fault.message)
    return form.ask(refused.questions)


def kind_of(request: HttpRequest, data: QueryDict | None, worker: Worker) -> str:
    """The kind of place of the visit: what was chosen, as far as this worker records there."""
    asked = (data.get("di") if data is not None else request.GET.get("di")) or worker.unit_kind
    may = [kind for kind in (worker.unit_kind, HOME_VISIT) if worker.may_record_at(kind)]
    return asked if asked in may else may[0]


def _late_for(request: HttpRequest, worker: Worker) -> date | None:
    """The earlier day that somebody wants to record something for, who came from the visit of that day."""
    try:
        day = read_date(request.GET.get("tanggal", ""))
    except NotADate:
        return None
    return day if day < worker.today else None


def _asked(extra: frozenset[str], late_for: date | None) -> str:
    """What the address asked for, to go on in the addresses of the links on the form."""
    day = [("tanggal", late_for.isoformat())] if late_for else []
    asked = urlencode([*day, *(("tambah", one) for one in sorted(extra))])
    return f"&{asked}" if asked else ""


def _places(worker: Worker, kind: str) -> list[dict[str, Any]]:
    assert worker.assignment is not None
    labels = {worker.unit_kind: str(worker.assignment.unit), HOME_VISIT: _(UNIT_LABELS[HOME_VISIT])}
    return [
        {"value": value, "label": label, "chosen": kind == value}
        for value, label in labels.items()
        if worker.may_record_at(value)
    ]
