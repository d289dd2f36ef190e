"""Find a person by name, NIK or KK number, RT."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from primary_care.accounts.limits import SEARCH, TooMany, count
from primary_care.desk.access import Worker, audit_read_many, worker_page
from primary_care.desk.presenters.person import cards
from primary_care.people.search import read, search_persons

LIMIT = 20


@worker_page
def search(request: HttpRequest, worker: Worker) -> HttpResponse:
    """The search page; with HTMX only the list of those found."""
    text = request.GET.get("q", "").strip()[:80]
    try:
        if text:
            count(SEARCH, str(worker.user.pk))
        found, too_many = search_persons(text, worker.scope, limit=LIMIT + 1) if text else [], ""
    except TooMany as refused:
        found, too_many = [], str(refused)
    audit_read_many(worker, "desk.search", [person.pk for person in found[:LIMIT]])
    context = {
        "q": text,
        "people": cards(found[:LIMIT], worker.today),
        "more": len(found) > LIMIT,
        "too_many": too_many,
        "short": bool(text) and not read(text).enough,
    }
    part = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
    response = render(
        request,
        "desk/_found.html" if part else "desk/search.html",
        context,
        status=429 if too_many and not part else 200,
    )
    response.headers["Vary"] = "HX-Request"
    return response
