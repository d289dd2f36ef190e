"""What the engine finds in a visit form while it is being filled in. Nothing is saved; the reading is audited like every other."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from primary_care.accounts.models import User
from primary_care.accounts.sight import Sight
from primary_care.decisions.queries import decide_as_if
from primary_care.decisions.reading import Reading
from primary_care.decisions.scores import Score, scores
from primary_care.decisions.visibility import closed, seen
from primary_care.design.formats import number, unit_words
from primary_care.desk.access import Typed, Worker, not_here, recording_page, records_visits
from primary_care.desk.presenters import due
from primary_care.desk.views.visit import form_of, kind_of, moved_here, recorded_at
from primary_care.people.models import Person
from primary_care.visits.checks import check_values
from primary_care.visits.queries import Entered
from primary_care.visits.vocabulary import vocabulary


@never_cache
def look(request: HttpRequest, **where: Any) -> HttpResponse:
    """Where the login has ended the form is told so, and goes on holding what was typed. It is no page to open by itself."""
    if not isinstance(request.user, User):
        return HttpResponse(status=401)
    return _look(request, **where)


@recording_page(records_visits)
def _look(request: HttpRequest, worker: Worker, person: Person, typed: Typed) -> HttpResponse:
    if typed.data is None or request.method != "POST":
        return not_here(request)
    kind, sight = kind_of(request, typed.data, worker), worker.sight(person)
    _values, also = recorded_at(moved_here(worker, typed.data))
    form, _elsewhere = form_of(worker, person, sight, kind, typed.data, frozenset(), also)
    read = form.read()
    day = min(read["on"], worker.today)
    checked = check_values(
        read["observations"], items=vocabulary(), on=day, birth=person.birth_date, last={}, confirmed=frozenset()
    )
    services = tuple((one.service, one.state, one.until, one.because) for one in read["services"])
    writable = {item: value for item, value in checked.values.items() if _writes(sight, item)}
    if not writable and not services:
        return render(request, "desk/_look.html", {"empty": True})
    whole = decide_as_if(person, Entered(day, read["at"], kind, worker.cadre, writable, services))
    return render(
        request, "desk/_look.html", _found(whole, sight, kind) | {"scores": _said(scores(whole, writable, sight))}
    )


def _said(several: list[Score]) -> list[tuple[str, str]]:
    """The name of each score, and its value as people write it."""
    return [
        (
            one.label,
            f"{number(one.value, one.decimals)} {unit_words(one.unit)}".strip()
            if isinstance(one.value, float | int)
            else str(one.value),
        )
        for one in several
    ]


def _writes(sight: Sight, item: str) -> bool:
    known = vocabulary()[item]
    return sight.writes(known.sensitive, known.laboratory)


def _found(whole: Reading, sight: Sight, kind: str) -> dict[str, Any]:
    reading = seen(whole, sight)
    fresh = [one for one in reading.findings if one.on == reading.on]
    pressing = [one for one in fresh if one.severity != "normal"]
    hidden = due.closed_result(closed(whole, sight))
    results = due.results(pressing, reading.on, kind)
    return {
        "results": [hidden, *results] if hidden else results,
        "normal": [one.label for one in fresh if one.severity == "normal"],
        "advice": due.advice(pressing),
        "names": [one.label for one in pressing],
        "gawat": bool(hidden) or any(one.severity in ("gawat", "segera") for one in pressing),
    }
