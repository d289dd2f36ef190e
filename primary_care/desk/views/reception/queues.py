"""Queues: all of them with their waiting times, one with who waits in turn, and the screen of the waiting room."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.desk.access import Worker, audit_read_many, not_here, worker_page
from primary_care.desk.presenters.way import Somebody, length, place_label, somebody
from primary_care.desk.reception_form import buttons
from primary_care.encounters import queries
from primary_care.encounters.actions import call_next
from primary_care.encounters.models import Encounter
from primary_care.encounters.permissions import queues_seen, sees_queues, works_at
from primary_care.encounters.places import PLACES, QUEUES, parts_of
from primary_care.encounters.transitions import CALLED, INSIDE, WAITING
from primary_care.keys import new_key
from primary_care.units.models import Unit

_SALT = "desk.queue-screen"
SHOWN = 12  # numbers that a screen holds, readable from the last row


@dataclass(frozen=True)
class Line:
    """One queue on the page of all."""

    label: str
    url: str
    waiting: int
    called: int
    inside: int
    ended: int
    median: str
    longest: str

    @property
    def busy(self) -> bool:
        """Whether anybody has come here today."""
        return bool(self.waiting or self.called or self.inside or self.ended)


@dataclass(frozen=True)
class Tab:
    """A part of a queue to look at alone."""

    label: str
    count: int
    url: str
    chosen: bool


@never_cache
@worker_page
def queues(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Every queue of the unit: how many wait, and for how long people of today waited. No names."""
    by = worker.assignment
    if by is None or by.unit is None or not sees_queues(by):
        return not_here(request)
    now, seen = timezone.now(), queues_seen(by)
    counts, times = queries.counts(by.unit, worker.today), queries.waiting_times(by.unit, worker.today, now)
    lines = [
        Line(
            label=_(label),
            url=reverse("queue", args=[queue]) if queue in seen else "",
            waiting=counts[queue][WAITING],
            called=counts[queue][CALLED],
            inside=counts[queue][INSIDE],
            ended=times[queue].ended if queue in times else 0,
            median=_length(times[queue].median if queue in times else None),
            longest=_length(times[queue].longest if queue in times else None),
        )
        for queue, label in QUEUES.items()
    ]
    context = {
        "unit": by.unit,
        "lines": [one for one in lines if one.busy],
        "quiet": [one for one in lines if one.url and not one.busy],
        "screen": reverse("queue-screen", args=[screen_token(by.unit)]),
    }
    return render(request, "desk/reception/queues.html", context)


def _length(duration: object) -> str:
    return length(duration) if duration is not None else ""  # type: ignore[arg-type]


@never_cache
@worker_page
def queue(request: HttpRequest, worker: Worker, queue: str) -> HttpResponse:
    """One queue; a POST calls whoever is next."""
    by = worker.assignment
    asked = request.POST.get("bagian", "") if request.method == "POST" else request.GET.get("bagian", "")
    part = asked if any(one.id == asked for one in parts_of(queue)) else ""
    found = queries.queue_for(by, queue, worker.today, part) if by else None
    if by is None or by.unit is None or found is None:
        return not_here(request)
    places = [part] if part else [one.id for one in parts_of(queue)]
    address = reverse("queue", args=[queue]) + (f"?bagian={part}" if part else "")
    calls = bool(works_at(by.role) & set(places))
    if request.method == "POST" and calls:
        one = call_next(places, by=by, today=worker.today, now=timezone.now(), key=_key(request.POST.get("kunci", "")))
        said = {"number": one.number, "name": one.person.full_name, "place": place_label(one.place)} if one else {}
        messages.success(request, _("%(number)s, %(name)s: dipanggil ke %(place)s.") % said if one else _("Tidak ada yang menunggu."))  # fmt: skip
        return redirect(address)
    now = timezone.now()
    everybody = [*found.called, *found.inside, *found.deciding, *found.waiting]
    audit_read_many(worker, "encounters.queue", dict.fromkeys(one.person_id for one in everybody))

    def lines(these: tuple[Encounter, ...]) -> list[tuple[Somebody, list[tuple[str, str]]]]:
        return [(somebody(one, worker.today, now), buttons(one, by)) for one in these]

    context = {
        "title": _(QUEUES[queue]),
        "queue": queue,
        "part": part,
        "calls": calls,
        "key": str(new_key()),
        "waiting": [(one, actions if one.emergency else []) for one, actions in lines(found.waiting)],
        "called": lines(found.called),
        "inside": lines(found.inside),
        "deciding": lines(found.deciding),
        "tabs": _tabs(by.unit, worker, queue, part, now) if len(parts_of(queue)) > 1 else [],
    }
    return render(request, "desk/reception/queue.html", context)


def _tabs(unit: Unit, worker: Worker, queue: str, part: str, now: datetime) -> list[Tab]:
    here = [one.id for one in parts_of(queue)]
    waiting = list(queries.waiting(unit, worker.today, here).values_list("place", flat=True))
    address = reverse("queue", args=[queue])
    tabs = [Tab(_("Semua"), len(waiting), address, not part)]
    for one in parts_of(queue):
        label = _(one.label).split(", ", 1)[-1].capitalize()
        tabs.append(Tab(label, waiting.count(one.id), f"{address}?bagian={one.id}", part == one.id))
    return tabs


def screen_token(unit: Unit) -> str:
    """The address of a unit's screen, which nobody guesses and which needs no login: a screen has no keyboard."""
    return signing.dumps(str(unit.pk), salt=_SALT)


@never_cache
def screen(request: HttpRequest, token: str) -> HttpResponse:
    """The screen of the waiting room: numbers and where to go, never a name. With HTMX only what changes."""
    try:
        unit = get_object_or_404(Unit, pk=uuid.UUID(signing.loads(token, salt=_SALT)))
    except (signing.BadSignature, ValueError):
        return not_here(request)
    today, now = timezone.localdate(), timezone.localtime()
    called, coming = queries.shown_in_public(unit, today)
    context = {
        "unit": unit,
        "token": token,
        "now": now,
        "called": [(one.number, place_label(one.place)) for one in called[:SHOWN]],
        "coming": [(_(QUEUES[queue]), numbers) for queue, numbers in _by_queue(coming)],
    }
    request.asked_by_itself = True  # type: ignore[attr-defined]
    part = request.headers.get("HX-Request") == "true"
    response = render(request, "desk/reception/_screen.html" if part else "desk/reception/screen.html", context)
    response.headers["Vary"] = "HX-Request"
    return response


def _by_queue(coming: list[Encounter]) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for one in coming:
        found.setdefault(PLACES[one.place].queue, []).append(one.number)
    return [(queue, found[queue][:5]) for queue in QUEUES if queue in found]


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return new_key()
