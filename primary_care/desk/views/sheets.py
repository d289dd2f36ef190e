"""Sheets of paper: the summary of a person and the pregnancy card, made to be printed on A4."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from primary_care.decisions.content import topic_text
from primary_care.decisions.queries import decide_for
from primary_care.decisions.visibility import seen
from primary_care.desk.access import Worker, not_here, person_or_none, worker_page
from primary_care.desk.presenters import due
from primary_care.desk.presenters.person import header
from primary_care.desk.presenters.pregnancy_card import pregnancy_card
from primary_care.desk.views.person import record_of
from primary_care.visits import queries

DANGER_SIGNS = "tanda-bahaya"  # what to tell every pregnant woman


@never_cache
@worker_page
def summary(request: HttpRequest, worker: Worker, person_id: uuid.UUID) -> HttpResponse:
    """The summary of a person."""
    found = person_or_none(worker, person_id)
    if found is None:
        return not_here(request)
    sight = worker.sight(found)
    if not (sight.status or sight.whole_record):
        return not_here(request)
    return render(request, "desk/summary.html", record_of(found, worker))


@never_cache
@worker_page
def card(request: HttpRequest, worker: Worker, person_id: uuid.UUID) -> HttpResponse:
    """The pregnancy card."""
    found = person_or_none(worker, person_id)
    if found is None:
        return not_here(request)
    sight = worker.sight(found)
    reading = seen(decide_for(found, worker.today), sight)
    contacts = reversed(queries.timeline(found, worker.today))
    drawn = pregnancy_card(reading, contacts, sight) if sight.status and not found.deceased_on else None
    if drawn is None:
        return not_here(request)
    context = {
        "p": header(found, worker.today),
        "person": found,
        "card": drawn,
        "next": due.next_dates(reading, 6),
        "signs": topic_text(DANGER_SIGNS),
    }
    return render(request, "desk/pregnancy_card.html", context)
