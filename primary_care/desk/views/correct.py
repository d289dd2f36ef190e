"""Mending a recorded visit: a wrong value, a service that was not given, the wrong person, a visit that never was."""

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.limits import SEARCH, TooMany, count
from primary_care.accounts.models import Assignment
from primary_care.accounts.sight import Sight, may_correct_at
from primary_care.decisions.corrections import (
    check_may_correct,
    correct_visit,
    may_be_added,
    open_to,
    open_whole,
    take_back_visit,
)
from primary_care.desk.access import (
    KEPT,
    Typed,
    Worker,
    audit_read,
    not_here,
    owner_mark,
    person_or_none,
    take_kept,
    where_to_go,
    worker_page,
)
from primary_care.desk.correction_form import CorrectionForm
from primary_care.desk.presenters.person import cards, header
from primary_care.desk.typed_form import as_typed
from primary_care.people.models import Person
from primary_care.people.queries import records_of
from primary_care.people.search import search_persons
from primary_care.visits import queries
from primary_care.visits.actions import VisitRefused
from primary_care.visits.corrections import reason_faults
from primary_care.visits.models import Contact

FOUND = 10


def mend_url(worker: Worker, person: Person) -> Callable[[Contact], str]:
    """The address where a contact of this person can be mended by this worker, or nothing."""
    inside = worker.scope.covers(person.area_path)

    def address(contact: Contact) -> str:
        own = contact.recorded_by_id == worker.user.pk
        if worker.assignment is None or not may_correct_at(worker.role, contact.unit_kind, own=own, inside=inside):
            return ""
        return reverse("correct-visit", args=[person.pk, contact.pk])

    return address


@never_cache
@where_to_go
@worker_page
def correct(request: HttpRequest, worker: Worker, person_id: uuid.UUID, contact_id: uuid.UUID) -> HttpResponse:
    """The page on which a visit is mended; what it was stays readable on the page of the person."""
    person = person_or_none(worker, person_id)
    sight = worker.sight(person) if person else None
    open_here = person is not None and sight is not None and (sight.screening or sight.whole_record)
    records = records_of([person.pk]) if person else {}
    rows = Contact.objects.filter(pk=contact_id, person__in=records).select_related("person", "unit", "recorded_by")
    contact = rows.first() if open_here else None
    if person is None or sight is None or contact is None or worker.assignment is None:
        return not_here(request)
    try:
        check_may_correct(contact, worker.assignment, worker.today)
    except NotAllowed as refused:
        context = {"p": header(person, worker.today), "why": str(refused)}
        return render(request, "desk/cannot_correct.html", context, status=403)
    if contact.corrections.filter(whole=True).exists():
        messages.info(request, _("Kunjungan itu sudah ditarik. Riwayatnya ada di bawah."))
        return redirect("person", person.pk)
    kept = take_kept(request, worker.user) if request.method == "GET" else None
    typed = Typed(request.POST if request.method == "POST" else kept, kept=kept is not None)
    return _page(request, worker, worker.assignment, contact, sight, typed)


def _page(
    request: HttpRequest, worker: Worker, by: Assignment, contact: Contact, sight: Sight, typed: Typed
) -> HttpResponse:
    person = contact.person.standing
    what = typed.data.get("apa", "nilai") if typed.data is not None else "nilai"
    values, services = open_to(contact, by, sight)
    form = CorrectionForm(
        contact=contact,
        known={row.item: row.value for row in values},
        may_be_added=may_be_added(contact, by, sight),
        services=services,
        last=queries.last_values(person, contact.on, earlier=True),
        birth=person.birth_date,
        data=typed.data if what == "nilai" else None,
    )
    whole = CorrectionForm(contact=contact, known={}, services=(), last={}, birth=None, data=typed.data)
    questions: list[dict[str, object]] = []
    if request.method == "POST":
        try:
            if what == "nilai":
                done = _mend(request, by, form, contact, sight, worker)
            elif what == "pindah":
                done = _hand_over(request, worker, contact, typed.data)
            else:
                done = _take_back(request, by, contact, sight, worker, whole)
            if done is not None:
                return done
        except VisitRefused as refused:
            faulty = form if what == "nilai" else whole
            for fault in refused.faults:
                name = f"i-{fault.at}" if fault.at in {*form.known, *form.forgotten} else fault.at
                faulty.faults.add("alasan-seluruh" if what != "nilai" and name == "alasan" else name, fault.message)
            questions = form.ask(refused.questions)
    found, too_many = _candidates(request, worker, contact)
    context = {
        "p": header(person, worker.today),
        "person": person,
        "contact": contact,
        "place": str(contact.unit or contact.unit_kind),
        "form": form,
        "reason": form.reason_field(),
        "whole_reason": whole.reason_field("alasan-seluruh"),
        "late_url": _late_url(worker, person, contact),
        "whole": open_whole(contact, by, sight),
        "errors": form.faults.listed(form.labels()) + whole.faults.listed({"alasan-seluruh": _("Alasan")}),
        "questions": questions,
        "kept": typed.kept,
        "mark": owner_mark(worker.user),
        "q": request.GET.get("q", ""),
        "people": found,
        "too_many": too_many,
    }
    return render(request, "desk/correct.html", context, status=422 if context["errors"] or questions else 200)


def _late_url(worker: Worker, person: Person, contact: Contact) -> str:
    """The form in which a service that was forgotten is recorded for its day; nothing for somebody who records no visits in such a place."""
    if not worker.may_record_at(contact.unit_kind):
        return ""
    day = {"tanggal": contact.on.isoformat()} if contact.on < worker.today else {}
    return f"{reverse('visit', args=[person.pk])}?{urlencode({'di': contact.unit_kind, **day})}"


def _mend(
    request: HttpRequest, by: Assignment, form: CorrectionForm, contact: Contact, sight: Sight, worker: Worker
) -> HttpResponse | None:
    read = form.read()
    if form.faults:
        for fault in reason_faults(read["reason"]):  # so that all that is wrong is told at once
            form.faults.add(fault.at, fault.message)
        return None
    correction = correct_visit(contact, **read, by=by, sight=sight, today=worker.today)
    if correction is None:
        form.faults.add("alasan", _("Belum ada yang diubah. Ubah nilainya, atau tandai layanan yang ditarik."))
        return None
    messages.success(request, _("Perbaikan tersimpan. Yang lama tetap terbaca di riwayat, dan temuan dihitung ulang."))
    return redirect("visit-result", person_id=contact.person.standing.pk, contact_id=contact.pk)


def _take_back(
    request: HttpRequest, by: Assignment, contact: Contact, sight: Sight, worker: Worker, form: CorrectionForm
) -> HttpResponse:
    take_back_visit(contact, reason=form.typed("alasan-seluruh"), by=by, sight=sight, today=worker.today)
    messages.success(request, _("Kunjungan ditarik. Yang pernah dicatat tetap terbaca di riwayat."))
    return redirect("person", contact.person.standing.pk)


def _hand_over(request: HttpRequest, worker: Worker, contact: Contact, data: QueryDict | None) -> HttpResponse | None:
    """To the form of the right person, filled with what was recorded; only saving it there moves the visit."""
    try:
        to = person_or_none(worker, uuid.UUID(data.get("ke", "") if data is not None else ""))
    except ValueError:
        to = None
    if to is None or to == contact.person.standing:
        return None
    path = reverse("visit", args=[to.pk])
    request.session[KEPT] = {"path": path, "data": as_visit(contact, owner_mark(worker.user)).urlencode()}
    return redirect(path)


def as_visit(contact: Contact, mark: str) -> QueryDict:
    """A recorded contact as somebody would have typed it in the form of another person; `dari` says where it comes from."""
    typed = QueryDict(mutable=True)
    typed["milik"], typed["dari"], typed["di"] = mark, str(contact.pk), contact.unit_kind
    typed["tanggal"] = as_typed(contact.on)
    if contact.at:
        typed["jam"] = contact.at.strftime("%H.%M")
    for row in contact.observations.filter(replaced_by__isnull=True):
        if row.codes is not None:
            typed.setlist(f"i-{row.item}", row.codes or ["-"])
        elif row.value is not None:
            typed[f"i-{row.item}"] = as_typed(row.value)
    for given in contact.services.filter(replaced_by__isnull=True).exclude(state="withdrawn"):
        if given.state == "given":
            typed[f"l-{given.service}"] = "1"
            typed[f"lk-{given.service}"] = given.batch
        else:
            typed[f"lb-{given.service}"] = given.state
            typed[f"lt-{given.service}"] = as_typed(given.until)
            typed[f"la-{given.service}"] = given.because
    return typed


def _candidates(request: HttpRequest, worker: Worker, contact: Contact) -> tuple[list[Any], str]:
    """Who the visit may have been of: the household, or those found by name or number."""
    text, person = request.GET.get("q", "").strip()[:80], contact.person.standing
    try:
        if text:
            count(SEARCH, str(worker.user.pk))
            people = search_persons(text, worker.scope, limit=FOUND)
        else:
            family = Person.objects.visible_to(worker.scope).filter(household=person.household_id)
            people = list(family.order_by("birth_date", "full_name")) if person.household_id else []
    except TooMany as refused:
        return [], str(refused)
    others = [one for one in people if one != person]
    for one in others if text else ():
        audit_read(worker, "desk.search", person_id=one.pk)
    return list(zip((one.pk for one in others), cards(others, worker.today), strict=True)), ""
