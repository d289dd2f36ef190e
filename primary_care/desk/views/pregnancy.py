"""Registering a pregnancy: the first day of the last period, or that it is not known."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.design.fields import Choice, Faults, Field
from primary_care.design.formats import NotADate, NotANumber, read_date, read_number
from primary_care.desk.access import Typed, Worker, owner_mark, recording_page, records_visits
from primary_care.desk.fact_form import history_hints
from primary_care.desk.presenters.person import header
from primary_care.desk.presenters.visit import questions_of
from primary_care.people.models import Person
from primary_care.visits.actions import VisitRefused
from primary_care.visits.episodes import PREGNANCY, open_episode
from primary_care.visits.vocabulary import vocabulary

HISTORY = ("gravida", "partus", "abortus")


@never_cache
@recording_page(records_visits)
def register(request: HttpRequest, worker: Worker, person: Person, typed: Typed) -> HttpResponse:
    """The form, and the saving of it."""
    faults, questions = Faults(), []
    if request.method == "POST":
        assert worker.assignment is not None
        facts = _read(request.POST, faults)
        if not faults:
            try:
                open_episode(
                    person,
                    kind=PREGNANCY,
                    facts=facts,
                    registered_on=worker.today,
                    today=worker.today,
                    by=worker.user,
                    assignment=worker.assignment,
                    confirmed=frozenset(request.POST.getlist("yakin")),
                )
                messages.success(request, _("Kehamilan %(name)s terdaftar.") % {"name": person.full_name})
                return redirect("person", person_id=person.pk)
            except VisitRefused as refused:
                for fault in refused.faults:
                    faults.add(fault.at, fault.message)
                questions = questions_of(refused)
    fields = _fields(typed.data, faults)
    context = {
        "p": header(person, worker.today),
        "person": person,
        "fields": fields,
        "errors": faults.listed({one.name: one.label for one in fields if one.name in HISTORY}),
        "questions": questions,
        "kept": typed.kept,
        "mark": owner_mark(worker.user),
    }
    return render(request, "desk/pregnancy.html", context, status=422 if faults or questions else 200)


def _read(data: QueryDict, faults: Faults) -> dict[str, Any]:
    """The facts typed: `hpht` unless it is not known, and the obstetric history."""
    facts: dict[str, Any] = {}
    text, known = data.get("hpht", "").strip(), data.get("tahu")
    if text and known == "tidak":
        faults.add("tahu", _("Anda menulis HPHT, tetapi memilih tidak diketahui. Pilih salah satu."))
    elif text:
        try:
            facts["hpht"] = read_date(text)
        except NotADate as wrong:
            faults.add("hpht", str(wrong))
    elif known != "tidak":
        faults.add("hpht", _("Tulis HPHT, atau pilih bahwa HPHT tidak diketahui."))
    for item in HISTORY:
        if typed := data.get(item, "").strip():
            try:
                facts[item] = read_number(typed, whole=True)
            except NotANumber as wrong:
                faults.add(item, str(wrong))
    return facts


def _fields(data: QueryDict | None, faults: Faults) -> list[Field]:
    typed = {name: (data.get(name, "") if data is not None else "") for name in ("hpht", "tahu", *HISTORY)}
    items = vocabulary()
    first = Field(
        "hpht",
        str(items["hpht"].label),
        "date",
        typed["hpht"],
        hint=_("hari-bulan-tahun, misalnya 3-6-2026"),
        errors=faults.at("hpht"),
    )
    known = Field(
        "tahu",
        _("Apakah HPHT diketahui?"),
        "choice",
        choices=(
            Choice("ya", _("Ya, seperti di atas"), typed["tahu"] == "ya"),
            Choice("tidak", _("Tidak diketahui"), typed["tahu"] == "tidak"),
        ),
        hint=_("Bila tidak diketahui, umur kehamilan ditetapkan dokter dengan USG."),
        errors=faults.at("tahu"),
    )
    hints = history_hints()
    history = [
        Field(item, str(items[item].label), "integer", typed[item], hint=hints[item], errors=faults.at(item))
        for item in HISTORY
        if item in items
    ]
    return [first, known, *history]
