"""Alur Pelayanan: the care pathways drawn from the knowledge, to be read, searched and printed; and a person's own place on them."""

import uuid
from functools import lru_cache
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from primary_care.decisions import pathways
from primary_care.decisions.content import knowledge, language
from primary_care.decisions.pathways import Link, Page
from primary_care.decisions.queries import decide_for
from primary_care.decisions.visibility import closed, seen
from primary_care.desk.access import Worker, not_here, person_or_none, worker_page
from primary_care.desk.presenters import due, pathway
from primary_care.desk.presenters.person import header
from primary_care.desk.presenters.pregnancy import state_words
from primary_care.people.models import Person

HITS_SHOWN = 40


@worker_page
def stages(request: HttpRequest, worker: Worker) -> HttpResponse:
    """The stages of life, and the charts that speak of a word."""
    text = request.GET.get("q", "").strip()[:80]
    hits = pathways.search(text) if text else []
    found = [(one, address(one.stage)(one.link)) for one in hits[:HITS_SHOWN]]
    context = {"q": text, "found": found, "more": len(hits) > HITS_SHOWN, "stages": pathways.stages()}
    return render(request, "desk/pathways.html", context)


def address(stage: str) -> pathways.Address:
    """Where the links of a chart of a stage lead."""

    def leads_to(link: Link) -> str | None:
        match link.kind:
            case "service":
                return reverse("pathway-service", args=[stage, link.id])
            case "table":
                return reverse("pathway-table", args=[stage, link.id])
        return f"#{_anchor(link)}"

    return leads_to


def _anchor(link: Link) -> str:
    return f"edukasi-{link.id}" if link.kind == "topic" else link.id


@worker_page
def stage(request: HttpRequest, worker: Worker, stage: str) -> HttpResponse:
    """The overview of a stage of life."""
    return _drawn(request, stage, "", "")


@worker_page
def service(request: HttpRequest, worker: Worker, stage: str, service: str) -> HttpResponse:
    """The chart of one service."""
    return _drawn(request, stage, "service", service)


@worker_page
def table(request: HttpRequest, worker: Worker, stage: str, table: str) -> HttpResponse:
    """The chart of one decision table."""
    return _drawn(request, stage, "table", table)


def _drawn(request: HttpRequest, stage: str, kind: str, id_: str) -> HttpResponse:
    page = _kept(knowledge().version, language(), stage, kind, id_)
    if page is None:
        return not_here(request)
    return render(request, "desk/pathway.html", _context(page, stage, kind, address(stage)))


@lru_cache(maxsize=512)
def _kept(version: str, tongue: str, stage: str, kind: str, id_: str) -> Page | None:
    """A chart that concerns nobody in particular, made once for a version of the knowledge."""
    return _made(stage, kind, id_, address(stage), pathways.EVERYTHING)


def _made(stage: str, kind: str, id_: str, leads_to: pathways.Address, view: pathways.View) -> Page | None:
    match kind:
        case "service":
            return pathways.service_page(stage, id_, leads_to, view)
        case "table":
            return pathways.table_page(stage, id_, leads_to, view)
    return pathways.stage_page(stage, leads_to, view)


def _context(page: Page, stage: str, kind: str, leads_to: pathways.Address) -> dict[str, object]:
    return {
        "chart": page,
        "stage": stage,
        "stage_label": pathways.stage_label(stage),
        "kind": kind,
        "also": [(name, leads_to(link)) for name, link in page.also],
        "asked_by": [(name, leads_to(link)) for name, link in page.asked_by],
        "version": knowledge().version,
    }


# --- one person ---


@never_cache
@worker_page
def person_stage(request: HttpRequest, worker: Worker, person_id: uuid.UUID) -> HttpResponse:
    """The stage of life that concerns a person today, with what is said of them."""
    return _of_person(request, worker, person_id, "", "")


@never_cache
@worker_page
def person_service(request: HttpRequest, worker: Worker, person_id: uuid.UUID, service: str) -> HttpResponse:
    """The chart of one service with what is said of a person."""
    return _of_person(request, worker, person_id, "service", service)


@never_cache
@worker_page
def person_table(request: HttpRequest, worker: Worker, person_id: uuid.UUID, table: str) -> HttpResponse:
    """The chart of one decision table with what is said of a person."""
    return _of_person(request, worker, person_id, "table", table)


def _of_person(request: HttpRequest, worker: Worker, person_id: uuid.UUID, kind: str, id_: str) -> HttpResponse:
    found = person_or_none(worker, person_id)
    if found is None:
        return not_here(request)
    sight = worker.sight(found)
    if not sight.status or found.deceased_on:
        return not_here(request)
    whole = decide_for(found, worker.today)
    reading = seen(whole, sight)
    stages = pathways.stages_of(reading)
    stage = request.GET.get("tahap", "") if request.GET.get("tahap") in stages else stages[0] if stages else ""
    if not stage:
        return not_here(request)
    leads_to = _address_of(found, stage)
    view = pathways.view_of(sight, pathway.marks(found, reading))
    page = _made(stage, kind, id_, leads_to, view)
    if page is None:
        return not_here(request)
    said, more = pathway.reasons(reading)
    reasons = [
        (one.label, one.text, leads_to(one.link) if pathways.has_chart(stage, one.link) else None) for one in said
    ]
    context = {
        **_context(page, stage, kind, leads_to),
        "person": found,
        "p": header(found, worker.today, state=state_words(reading)),
        "called": pathway.called(found, worker.today),
        "reasons": reasons,
        "more": more,
        "closed": due.closed_result(closed(whole, sight)),
        "others": [(pathways.stage_label(one), _person_url(found, one)) for one in stages if one != stage],
        "back": _person_url(found, stage),
    }
    return render(request, "desk/pathway.html", context)


def _person_url(person: Person, stage: str) -> str:
    return f"{reverse('person-pathway', args=[person.pk])}?{urlencode({'tahap': stage})}"


def _address_of(person: Person, stage: str) -> pathways.Address:
    """Where the links of a person's chart lead: to the person's own charts."""

    def leads_to(link: Link) -> str | None:
        query = urlencode({"tahap": stage})
        match link.kind:
            case "service":
                return f"{reverse('person-pathway-service', args=[person.pk, link.id])}?{query}"
            case "table":
                return f"{reverse('person-pathway-table', args=[person.pk, link.id])}?{query}"
        return f"#{_anchor(link)}"

    return leads_to
