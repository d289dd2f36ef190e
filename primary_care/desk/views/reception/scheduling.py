"""What was agreed for another day: the list of a unit, agreeing with one person, calling off; and the notices to klaster 4."""

import uuid
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.accounts.sight import Sight
from primary_care.decisions.queries import decide_for
from primary_care.decisions.reading import Service
from primary_care.decisions.visibility import seen
from primary_care.design.fields import Faults, Field
from primary_care.design.formats import NotADate, read_date
from primary_care.design.states import UNIT_LABELS
from primary_care.desk.access import (
    Typed,
    Worker,
    audit_read_many,
    not_here,
    owner_mark,
    recording_page,
    worker_page,
)
from primary_care.desk.manage_form import DatedForm, filled
from primary_care.desk.presenters.person import age_words, header
from primary_care.desk.presenters.way import AgreedLine, agreed_line
from primary_care.desk.reception_form import reason
from primary_care.desk.views.reception.queues import Tab
from primary_care.encounters import queries
from primary_care.encounters.actions import Refused
from primary_care.encounters.models import CaseNotice, NoticeOutcome
from primary_care.encounters.permissions import answers_cases, reads_schedule, schedules
from primary_care.encounters.queries import Agreed
from primary_care.encounters.routing import INFECTIOUS_SIGNS
from primary_care.encounters.scheduling import answer_notice, call_off, schedule
from primary_care.keys import new_key
from primary_care.people.models import Person
from primary_care.units.models import Unit

NETWORK = ("posyandu", "pustu", "puskesmas")
AHEAD = timedelta(days=90)
NOTICES_SHOWN = timedelta(days=30)


def may_schedule(worker: Worker) -> bool:
    """Whether this worker agrees on a day with people."""
    return worker.assignment is not None and schedules(worker.assignment)


@never_cache
@worker_page
def scheduled(request: HttpRequest, worker: Worker) -> HttpResponse:
    """What was agreed for this unit: late, today, later."""
    by = worker.assignment
    if by is None or not reads_schedule(by):
        return not_here(request)
    everything = queries.agreed_at(by, worker.today, worker.today + AHEAD)
    sights = worker.sights({one.row.person for one in everything})
    open_ = [one for one in everything if is_open(one, sights[one.row.person_id])]
    part = request.GET.get("bagian", "")
    parts = {
        "terlambat": (_("Lewat harinya"), [one for one in open_ if (one.row.day or worker.today) < worker.today]),
        "hari-ini": (_("Hari ini"), [one for one in open_ if one.row.day == worker.today]),
        "nanti": (_("Nanti"), [one for one in open_ if (one.row.day or worker.today) > worker.today]),
    }
    shown = parts[part][1] if part in parts else open_
    audit_read_many(worker, "encounters.scheduled", dict.fromkeys(one.row.person_id for one in shown))
    people: dict[uuid.UUID, tuple[Person, list[AgreedLine]]] = {}
    for one in shown:
        people.setdefault(one.row.person_id, (one.row.person, []))[1].append(agreed_line(one, worker.today))
    context = {
        "unit": by.unit,
        "tabs": [
            Tab(_("Semua"), len(open_), reverse("scheduled"), part not in parts),
            *(Tab(label, len(these), f"{reverse('scheduled')}?bagian={key}", key == part) for key, (label, these) in parts.items()),
        ],
        "people": [(person, age_words(person, worker.today), lines) for person, lines in people.values()],
        "filtered": part in parts,
    }  # fmt: skip
    return render(request, "desk/reception/scheduled.html", context)


def is_open(one: Agreed, sight: Sight) -> bool:
    """Whether it may be told what was agreed: as far as it is told how the service stands."""
    service = one.service
    return service is not None and sight.service(service.topic, service.hidden_from)


@never_cache
@recording_page(may_schedule, "desk/reception/cannot_schedule.html")
def agree(request: HttpRequest, worker: Worker, person: Person, typed: Typed) -> HttpResponse:
    """Agree on a day for what is open; or call off what was agreed."""
    by = worker.assignment
    assert by is not None
    form = DatedForm(data=filled(typed))
    sight = worker.sight(person)
    units = queries.where_to_schedule(by, worker.today)
    kinds = {one.kind for one in units}
    known = seen(decide_for(person, worker.today), sight).services
    offered = [one for one in known if (one.wanted or one.status == "deferred") and kinds & set(one.units)]
    if request.method == "POST":
        try:
            if key := form.data.get("cabut", ""):
                return _call_off(request, worker, person, key, form.data.get("alasan", ""))
            day = _day(form)
            unit = next((one for one in units if str(one.pk) == form.data.get("tempat")), None)
            chosen = [one.id for one in offered if one.id in form.data.getlist("layanan")]
            if not form.faults:
                schedule(person, chosen, unit, day, by=by, today=worker.today)
                messages.success(request, _("Tersimpan. Janji ini tampil di halaman orangnya dan di daftar unit itu."))
                return redirect("person", person_id=person.pk)
        except Refused as error:
            for fault in error.faults:
                form.faults.add(fault.at, fault.message)
    agreed = [one for one in queries.agreed_of(person, worker.today) if is_open(one, sight)]
    context = {
        "p": header(person, worker.today),
        "person": person,
        "fields": _fields(form, offered, units),
        "offered": bool(offered),
        "agreed": [agreed_line(one, worker.today) for one in agreed],
        "reason": reason(form.data, form.faults, _("Mengapa janji dicabut?")),
        "calling_off": form.data.get("cabut", ""),
        "errors": form.faults.listed(),
        "kept": typed.kept,
        "mark": owner_mark(worker.user),
    }
    return render(request, "desk/reception/schedule.html", context, status=422 if form.faults else 200)


def _fields(form: DatedForm, offered: list[Service], units: list[Unit]) -> list[Field]:
    services = [(one.id, one.label + _only_at(one)) for one in offered]
    places = [(str(one.pk), one.name, _(UNIT_LABELS[one.kind])) for one in units]
    return [
        form.choice("layanan", _("Layanan apa?"), services, kind="choices", required=True),
        form.grouped("tempat", _("Di mana?"), places, required=True),
        form.field("tanggal", _("Tanggal berapa, menurut kesepakatan?"), "date", hint=_("Misalnya 3 Juni 2026."), required=True),
    ]  # fmt: skip


def _only_at(service: Service) -> str:
    """Where it is given, unless in the whole network."""
    there = [unit for unit in NETWORK if unit in service.units]
    if len(there) == len(NETWORK):
        return ""
    return _(" (hanya %(units)s)") % {"units": ", ".join(_(UNIT_LABELS[unit]) for unit in there or service.units)}


def _day(form: DatedForm) -> date | None:
    text = form.text("tanggal")
    try:
        return read_date(text) if text else None
    except NotADate as wrong:
        form.faults.add("tanggal", str(wrong))
        return None


def _call_off(request: HttpRequest, worker: Worker, person: Person, key: str, why: str) -> HttpResponse:
    row = next((one.row for one in queries.agreed_of(person, worker.today) if str(one.row.pk) == key), None)
    assert worker.assignment is not None
    if row is not None:
        call_off(row, why, by=worker.assignment, today=worker.today)
        messages.success(request, _("Janji dicabut."))
    return redirect("schedule", person_id=person.pk)


@never_cache
@worker_page
def case_notices(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Klaster 4: who came with signs of an infectious disease, and what became of it."""
    by = worker.assignment
    if by is None or not answers_cases(by):
        return not_here(request)
    found = queries.notices_for(by, worker.today - NOTICES_SHOWN)
    faults, said = Faults(), ""
    if request.method == "POST":
        said = request.POST.get("pemberitahuan", "")
        row = next((one.row for one in found if str(one.row.pk) == said), None)
        try:
            if row is not None:
                _answer(request, row, worker)
            return redirect("case-notices")
        except Refused as error:
            for fault in error.faults:
                faults.add(f"{fault.at}-{said}", fault.message)
    audit_read_many(worker, "encounters.notice", dict.fromkeys(one.row.step.encounter.person_id for one in found))
    context = {
        "open": [_notice(one, worker, said, faults, request) for one in found if one.answer is None],
        "answered": [_notice(one, worker, said, faults, request) for one in found if one.answer is not None],
        "errors": faults.listed(),
        "key": str(new_key()),
    }
    return render(request, "desk/reception/case_notices.html", context, status=422 if faults else 200)


def _answer(request: HttpRequest, row: CaseNotice, worker: Worker) -> None:
    data = request.POST
    try:
        key = uuid.UUID(data.get("kunci", ""))
    except ValueError:
        key = new_key()
    again = data.get("apa") == "buka"
    outcome = "" if again else data.get(f"hasil-{row.pk}", "") or "?"
    assert worker.assignment is not None
    answer_notice(row, outcome, data.get(f"keterangan-{row.pk}", ""), by=worker.assignment, today=worker.today, key=key)
    messages.success(request, _("Dibuka lagi.") if again else _("Tersimpan."))


def _notice(one: queries.Notice, worker: Worker, said: str, faults: Faults, request: HttpRequest) -> dict[str, object]:
    person, mine = one.row.step.encounter.person, str(one.row.pk) == said
    form = DatedForm(
        data=request.POST if mine else filled(Typed(None, kept=False)), faults=faults if mine else Faults()
    )
    outcomes = [(value, _(str(label))) for value, label in NoticeOutcome.choices]
    return {
        "key": one.row.pk,
        "person": person,
        "age": age_words(person, worker.today),
        "at": timezone.localtime(one.row.step.at),
        "number": one.row.step.encounter.number,
        "by": one.row.recorded_by.full_name,
        "signs": [tuple(_(text) for text in INFECTIOUS_SIGNS[sign]) for sign in one.row.signs if sign in INFECTIOUS_SIGNS],
        "answer": one.answer,
        "outcome": _(str(NoticeOutcome(one.answer.outcome).label)) if one.answer else "",
        "open": mine,
        "fields": [
            form.choice(f"hasil-{one.row.pk}", _("Apa hasilnya?"), outcomes, required=True),
            form.field(f"keterangan-{one.row.pk}", _("Apa yang dilakukan?"), hint=_("Misalnya: dahak diambil, kontak serumah didata."), required=True),
        ],
    }  # fmt: skip
