"""Mending what is known apart from visits: a pregnancy as it was registered and ended, and what is known of somebody since birth."""

import uuid
from collections.abc import Callable, Iterable, Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.sight import Sight
from primary_care.decisions.content import item_label, vocabulary
from primary_care.decisions.fact_corrections import (
    PREGNANCY_FACTS,
    birth_facts_open_to,
    check_may_correct_episode,
    check_may_correct_person,
    correct_birth_facts,
    correct_episode,
)
from primary_care.design.formats import clock, long_date
from primary_care.desk.access import Typed, Worker, not_here, owner_mark, person_or_none, take_kept, worker_page
from primary_care.desk.correction_form import KnownForm
from primary_care.desk.fact_form import PregnancyForm, history_hints, outcome_words
from primary_care.desk.presenters.person import header
from primary_care.desk.presenters.timeline import value_words
from primary_care.people.models import Person
from primary_care.people.queries import records_of
from primary_care.visits import queries
from primary_care.visits.actions import VisitRefused
from primary_care.visits.corrections import reason_faults
from primary_care.visits.episodes import BIRTHS, PREGNANCY
from primary_care.visits.fact_corrections import standing_attributes
from primary_care.visits.models import Attribute, Correction, Episode, EpisodeFact


@never_cache
@worker_page
def correct_pregnancy(
    request: HttpRequest, worker: Worker, person_id: uuid.UUID, episode_id: uuid.UUID
) -> HttpResponse:
    """HPHT, the pregnancies before, and the end of one pregnancy."""
    person = _open(worker, person_id)
    records = records_of([person.pk]) if person else {}
    episode = Episode.objects.filter(pk=episode_id, person__in=records, kind=PREGNANCY).first()
    if person is None or episode is None or worker.assignment is None:
        return not_here(request)
    by = worker.assignment
    if refusal := _refused(request, worker, person, lambda: check_may_correct_episode(episode, by, worker.today)):
        return refusal
    typed = _typed(request, worker)
    before = queries.episode_values(episode)
    known = {one: before.get(one) for one in PREGNANCY_FACTS}
    form = PregnancyForm(episode=episode, known=known, hints=history_hints(), data=typed.data)

    def save() -> Correction | None:
        facts, end = form.read_values(), form.end()
        if form.faults:
            raise VisitRefused(reason_faults(form.typed("alasan")))  # so that all that is wrong is told at once
        return correct_episode(
            episode, facts=facts, end=end, reason=form.typed("alasan"), by=by, today=worker.today, confirmed=form.confirmed()
        )  # fmt: skip

    context = {
        "title": _("Perbaiki data kehamilan"),
        "lead": _("Kosongkan yang tidak diketahui. Umur kehamilan, jadwal, dan temuan dihitung ulang."),
        "more": form.end_fields,
        "born": episode.outcome in BIRTHS,
        "history": _history(episode.facts.select_related("correction__recorded_by", "replaces")),
    }
    return _page(request, worker, person, form, typed, save, context)


@never_cache
@worker_page
def correct_birth(request: HttpRequest, worker: Worker, person_id: uuid.UUID) -> HttpResponse:
    """Weight and length at birth, weeks, twins, the mother's tests."""
    person = _open(worker, person_id)
    if person is None or worker.assignment is None:
        return not_here(request)
    by, sight = worker.assignment, worker.sight(person)
    if refusal := _refused(request, worker, person, lambda: check_may_correct_person(person, by, worker.today)):
        return refusal
    typed, standing = _typed(request, worker), standing_attributes(person)
    items = birth_facts_open_to(sight)
    known = {one: standing[one].value if one in standing else None for one in items}
    form = KnownForm(known=known, data=typed.data)

    def save() -> Correction | None:
        facts = form.read_values()
        if form.faults:
            raise VisitRefused(reason_faults(form.typed("alasan")))  # so that all that is wrong is told at once
        return correct_birth_facts(
            person, facts=facts, reason=form.typed("alasan"), by=by, sight=sight, today=worker.today, confirmed=form.confirmed()
        )  # fmt: skip

    rows = Attribute.objects.filter(person__in=records_of([person.pk]), item__in=items)
    context = {
        "title": _("Keterangan lahir"),
        "lead": _("Dari Buku KIA, kartu, atau surat lahir. Kosongkan yang tidak diketahui; temuan dihitung ulang."),
        "history": _history(rows.select_related("correction__recorded_by", "replaces")),
    }
    return _page(request, worker, person, form, typed, save, context)


def pregnancies(worker: Worker, person: Person, sight: Sight) -> dict[str, object]:
    """For the page of a person: where the running pregnancy can be mended, and those that are over, the latest first, for who sees records."""
    episodes = queries.episodes_of(person, PREGNANCY)
    running = next((one for one in episodes if one.ended_on is None), None)
    ended = [one for one in episodes if one.ended_on is not None] if sight.whole_record else []
    return {
        "mend": _mend_url(worker, person, running) if running is not None and (sight.screening or sight.whole_record) else "",
        "ended": [
            {"words": outcome_words(one.outcome), "on": one.ended_on, "url": _mend_url(worker, person, one)} for one in ended
        ],
    }  # fmt: skip


def birth_url(worker: Worker, person: Person, sight: Sight) -> str:
    """Where what is known of somebody since birth can be mended by this worker, or nothing."""
    if worker.assignment is None or not (sight.screening or sight.whole_record):
        return ""
    try:
        check_may_correct_person(person, worker.assignment, worker.today)
    except NotAllowed:
        return ""
    return reverse("correct-birth", args=[person.pk])


def _mend_url(worker: Worker, person: Person, episode: Episode) -> str:
    try:
        if worker.assignment is not None:
            check_may_correct_episode(episode, worker.assignment, worker.today)
            return reverse("correct-pregnancy", args=[person.pk, episode.pk])
    except NotAllowed:
        pass
    return ""


def _open(worker: Worker, person_id: uuid.UUID) -> Person | None:
    """The person, where this worker sees what is known about his health."""
    person = person_or_none(worker, person_id)
    sight = worker.sight(person) if person else None
    return person if sight is not None and (sight.screening or sight.whole_record) else None


def _refused(request: HttpRequest, worker: Worker, person: Person, check: Callable[[], None]) -> HttpResponse | None:
    try:
        check()
    except NotAllowed as refused:
        context = {"p": header(person, worker.today), "why": str(refused)}
        return render(request, "desk/cannot_correct.html", context, status=403)
    return None


def _typed(request: HttpRequest, worker: Worker) -> Typed:
    kept = take_kept(request, worker.user) if request.method == "GET" else None
    return Typed(request.POST if request.method == "POST" else kept, kept=kept is not None)


def _page(
    request: HttpRequest,
    worker: Worker,
    person: Person,
    form: KnownForm,
    typed: Typed,
    save: Callable[[], Correction | None],
    context: Mapping[str, object],
) -> HttpResponse:
    questions: list[dict[str, object]] = []
    if request.method == "POST":
        try:
            if save() is not None:
                said = _("Perbaikan tersimpan. Yang lama tetap terbaca di riwayat, dan temuan dihitung ulang.")
                messages.success(request, said)
                return redirect("person", person.pk)
            form.faults.add("alasan", _("Belum ada yang diubah."))
        except VisitRefused as refused:
            for fault in refused.faults:
                form.faults.add(f"i-{fault.at}" if fault.at in form.known else fault.at, fault.message)
            questions = form.ask(refused.questions)
        except NotAllowed as refused:
            form.faults.add("alasan", str(refused))
    whole = {
        **context,
        "p": header(person, worker.today),
        "person": person,
        "form": form,
        "reason": form.reason_field(),
        "errors": form.faults.listed(form.labels()),
        "questions": questions,
        "kept": typed.kept,
        "mark": owner_mark(worker.user),
    }
    return render(request, "desk/correct_facts.html", whole, status=422 if form.faults or questions else 200)


def _history(rows: Iterable[EpisodeFact | Attribute]) -> list[dict[str, object]]:
    """The corrections made, the latest first, each with what it changed."""
    found: dict[uuid.UUID, dict[str, object]] = {}
    told: dict[uuid.UUID, list[str]] = {}
    for row in rows:
        one = row.correction
        if one is None:
            continue
        at = timezone.localtime(one.recorded_at)
        said = {"name": one.recorded_by.full_name, "day": long_date(at.date()), "at": clock(at.time())}
        who = _("Diperbaiki oleh %(name)s, %(day)s %(at)s") % said
        found[one.pk] = {"who": f"{who}: {one.reason}", "told": told.setdefault(one.pk, []), "at": at}
        told[one.pk].append(_change(row))
    return sorted(found.values(), key=lambda one: one["at"], reverse=True)  # type: ignore[arg-type, return-value]


def _change(row: EpisodeFact | Attribute) -> str:
    old = row.replaces.value if row.replaces is not None else None
    said = {"item": _label(row.item), "old": _words(row.item, old), "new": _words(row.item, row.value)}
    return _("%(item)s: tadinya %(old)s, kini %(new)s") % said


def _label(item: str) -> str:
    own = {"ended": _("Tanggal berakhir"), "outcome": _("Bagaimana berakhir")}
    return own.get(item) or item_label(item)


def _words(item: str, value: object) -> str:
    if item == "outcome":
        return outcome_words(str(value or ""))
    return _("tidak diketahui") if value is None else value_words(vocabulary().get(item), value)
