"""Trials of knowledge that is not released: files are sent in, tried behind the pages, and what came out is shown beside the released one."""

import uuid
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache

from primary_care.accounts.access import CREATE, NotAllowed, allowed
from primary_care.decisions.content import language
from primary_care.decisions.fault_words import in_words
from primary_care.decisions.settings_told import status_word
from primary_care.decisions.tasks import ask_for_trials
from primary_care.decisions.trial_models import KnowledgeTrial, TrialState
from primary_care.decisions.trials import PEOPLE, TRIALS, TrialRefused, send_in
from primary_care.design.fields import Field
from primary_care.design.formats import NotADate, NotANumber, number, read_date, read_number
from primary_care.desk.access import Typed, Worker, not_here
from primary_care.desk.manage_form import DatedForm, as_day, filled
from primary_care.desk.register_form import DAY_HINT
from primary_care.desk.views.register.common import by_of, register_page
from primary_care.queue import is_served

AT = {"files": "berkas", "people": "orang"}
SHOWN = 30
MOST_READ = 500_000  # bytes that are read of a file; more is refused anyway
PATIENCE = timedelta(seconds=30)
COLUMNS = ("due", "overdue", "done", "unknown")
AGES = {
    "bayi": gettext_noop("Bayi"), "balita": gettext_noop("Balita"), "prasekolah": gettext_noop("Prasekolah"),
    "usia-sekolah": gettext_noop("Usia sekolah dan remaja"), "dewasa": gettext_noop("Dewasa"), "lansia": gettext_noop("Lansia"),
    "tidak-diketahui": gettext_noop("Umur belum dicatat"),
}  # fmt: skip
SEXES = {"perempuan": gettext_noop("Perempuan"), "laki-laki": gettext_noop("Laki-laki")}
STATES = (
    gettext_noop("Menunggu"),
    gettext_noop("Selesai"),
    gettext_noop("Perlu diperbaiki"),
    gettext_noop("Tidak dapat dijalankan"),
)


def tries(worker: Worker) -> bool:
    """Whether this worker tries knowledge."""
    return worker.assignment is not None and allowed(worker.role, TRIALS, CREATE) is not None


@never_cache
@register_page(tries)
def trials(request: HttpRequest, worker: Worker) -> HttpResponse:
    """The trials so far, and the place to send files in."""
    typed = Typed(request.POST if request.method == "POST" else None, kept=False)
    form = DatedForm(filled(typed, orang=str(PEOPLE[0]), benih="1", tanggal=as_day(worker.today)))
    if request.method == "POST":
        trial = _sent_in(request, form, worker)
        if trial is not None:
            return redirect("trial", trial_id=trial.pk)
    many = [(str(one), _("%(count)s orang") % {"count": number(one)}) for one in PEOPLE]
    files = form.field(
        "berkas",
        _("Berkas YAML"),
        "file",
        hint=_("Satu atau beberapa, seperti di folder knowledge/; paling banyak 30 berkas, 400 kB."),
        required=True,
    )
    fields = [
        Field(**{**vars(files), "accept": ".yaml,.yml", "several": True}),
        form.choice("orang", _("Banyaknya orang buatan"), many, required=True),
        form.field("tanggal", _("Dihitung untuk tanggal"), "date", hint=_(DAY_HINT), required=True),
        form.field(
            "benih", _("Angka benih"), "integer", hint=_("angka yang sama memberi orang yang sama"), required=True
        ),
    ]
    recent = KnowledgeTrial.objects.defer("files", "report").select_related("asked_by").order_by("-asked_at")[:SHOWN]
    context = {
        "fields": fields,
        "errors": form.faults.listed({one.name: one.label for one in fields}),
        "rows": [{"trial": one, "state": _(str(TrialState(one.state).label))} for one in recent],
    }
    return render(request, "desk/knowledge/trials.html", context, status=422 if form.faults else 200)


def _sent_in(request: HttpRequest, form: DatedForm, worker: Worker) -> KnowledgeTrial | None:
    files = {}
    for sent in request.FILES.getlist("berkas"):
        if isinstance(sent, UploadedFile):
            files[get_valid_filename(sent.name or "rancangan.yaml")[:80]] = sent.read(MOST_READ)
    try:
        on = read_date(form.text("tanggal"))
    except NotADate as wrong:
        form.faults.add("tanggal", str(wrong))
    try:
        seed = int(read_number(form.text("benih"), whole=True))
        if not 0 <= seed < 1_000_000:
            form.faults.add("benih", _("Isi antara %(low)s dan %(high)s.") % {"low": "0", "high": number(999_999)})
    except NotANumber as wrong:
        form.faults.add("benih", str(wrong))
    people = form.one_of("orang", [str(one) for one in PEOPLE], _("Pilih banyaknya orang."))
    if form.faults:
        return None
    try:
        trial = send_in(files, people=int(people), seed=seed, on=on, by=by_of(worker))
    except (TrialRefused, NotAllowed) as error:
        form.faults.add(AT.get(getattr(error, "code", ""), "berkas"), str(error))
        return None
    ask_for_trials()
    return trial


@never_cache
@register_page(tries)
def trial(request: HttpRequest, worker: Worker, trial_id: uuid.UUID) -> HttpResponse:
    """A trial: how far it is, what is wrong with the files, or what came out."""
    one = KnowledgeTrial.objects.select_related("asked_by").filter(pk=trial_id).first()
    if one is None:
        return not_here(request)
    return render(request, "desk/knowledge/trial.html", {**_work(one), **_report(one), "faults": _faults(one)})


@never_cache
@register_page(tries)
def progress(request: HttpRequest, worker: Worker, trial_id: uuid.UUID) -> HttpResponse:
    """How far a trial is: the part of its page that asks for itself again."""
    one = KnowledgeTrial.objects.defer("files", "report").filter(pk=trial_id).first()
    if one is None:
        return not_here(request)
    if not request.headers.get("HX-Request"):
        return redirect("trial", trial_id=one.pk)
    request.asked_by_itself = True  # type: ignore[attr-defined]
    if one.state != TrialState.WAITING:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "desk/knowledge/_progress.html", _work(one))


def _work(one: KnowledgeTrial) -> dict[str, Any]:
    now = timezone.now()
    still = now - (one.worked_at or one.asked_at)
    return {
        "trial": one,
        "waiting": one.state == TrialState.WAITING,
        "percent": one.done * 100 // one.total if one.total else 0,
        "nobody": one.state == TrialState.WAITING and still > PATIENCE and not is_served(now),
    }


def _faults(one: KnowledgeTrial) -> list[dict[str, Any]]:
    """Each fault at its place, with the line that it is about."""
    texts = {file["name"]: file["text"].splitlines() for file in one.files}
    found = []
    for fault in one.faults:
        lines = texts.get(fault["file"], [])
        line = lines[fault["line"] - 1].strip()[:200] if 0 < fault["line"] <= len(lines) else ""
        found.append(
            {"file": fault["file"], "line": fault["line"], "text": line, "problem": in_words(fault["problem"])}
        )
    return found


def _report(one: KnowledgeTrial) -> dict[str, Any]:
    """What came out, in words."""
    if one.state != TrialState.READY:
        return {}
    report, tongue = one.report, language()
    labels = {(kind, row["id"]): row["label"][tongue] for kind in ("service", "finding") for row in report[f"{kind}s"]}
    services = [
        {
            "label": row["label"][tongue],
            "new": row["new"],
            "gone": row["gone"],
            "cells": [(status_word(status), *row["statuses"].get(status, [0, 0])) for status in COLUMNS],
        }
        for row in report["services"]
    ]
    groups = [
        {**row, "label": labels.get((row["kind"], row["id"]), row["id"]), "sex": _(SEXES.get(row["sex"], "–")), "age": _(AGES[row["age"]])}
        for row in report["groups"]
    ]  # fmt: skip
    return {
        "services": services,
        "columns": [status_word(status) for status in COLUMNS],
        "findings": [{**row, "label": row["label"][tongue]} for row in report["findings"]],
        "groups": groups,
        "unchanged": report["unchanged"],
        "files": report["files"],
        "examples": [_example(row, tongue) for row in report["examples"]],
        "nothing": not report["services"] and not report["findings"],
    }


def _example(row: dict[str, Any], tongue: str) -> dict[str, Any]:
    if row["kind"] == "service":
        change = _("%(before)s → %(after)s") % {
            "before": status_word(row["before"]),
            "after": status_word(row["after"]),
        }
    else:
        change = _("temuan baru") if row["after"] else _("tidak lagi ditemukan")
    return {
        "label": row["label"][tongue],
        "change": change,
        "people": [
            {
                "number": person["person"],
                "sex": _(SEXES.get(person["sex"], "–")).lower(),
                "age": _age(person["months"]),
                "before": person["why_before"][tongue],
                "after": person["why_after"][tongue],
            }
            for person in row["people"]
        ],
    }


def _age(months: int | None) -> str:
    if months is None:
        return _("umur belum diketahui")
    if months < 72:
        return _("%(count)d bulan") % {"count": months}
    return _("%(count)d tahun") % {"count": months // 12}
