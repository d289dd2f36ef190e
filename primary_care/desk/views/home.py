"""Today's work: the people of this place who are in danger, late or due, each with the reason in one line, by RT."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache

from primary_care.accounts.access import READ, allowed
from primary_care.accounts.scope import NOTHING, Scope, scope_of_assignment, with_implied_cadres
from primary_care.accounts.sight import STATUS
from primary_care.areas.models import Area
from primary_care.areas.queries import address_in_words
from primary_care.decisions.queries import decide_for_many
from primary_care.decisions.reading import MOST_URGENT, Reading, Service
from primary_care.decisions.visibility import closed, seen
from primary_care.design.states import Chip
from primary_care.desk.access import HOME_VISIT, Worker, audit_read, records_visits, worker_page
from primary_care.desk.presenters import due
from primary_care.desk.presenters.due import urgency
from primary_care.desk.presenters.person import age_words
from primary_care.desk.presenters.pregnancy import state_words
from primary_care.people.models import Person

LOOKED_AT = 300  # people decided for on one page; an RT holds about 150


@dataclass(frozen=True)
class Work:
    """One person with work: who, and in one line why. `group`: urgent | late | due."""

    group: str
    name: str
    url: str
    line: str
    why: str
    more: int
    chip: Chip
    rank: tuple[int, date, str]


GROUPS = (
    ("urgent", gettext_noop("Perlu ditangani dulu")),
    ("late", gettext_noop("Terlambat")),
    ("due", gettext_noop("Jatuh tempo hari ini")),
)


@dataclass(frozen=True)
class Place:
    """One area to choose."""

    name: str
    within: str
    url: str
    count: int
    chosen: bool


@never_cache
@worker_page
def home(request: HttpRequest, worker: Worker) -> HttpResponse:
    """The first page after logging in."""
    people = Person.objects.visible_to(status_scope(worker)).alive().filter(_life_stages_with_content(worker.today))
    places = _places(people, request.GET.get("rt", ""))
    chosen = next((one for one in places if one[1].chosen), places[0] if places else None)
    inside = people.filter(area=chosen[0]) if chosen else people.none()
    here = list(islice(inside.select_related("version").order_by("household_id", "birth_date"), LOOKED_AT))
    waiting = _work(decide_for_many(here, worker.today), worker)
    if chosen:
        audit_read(worker, "desk.work-list", object_id=chosen[0].pk)
    context = {
        "places": [place for _area, place in places],
        "place": address_in_words(chosen[0].path) if chosen else "",
        "work": [
            (key, _(title), [one for one in waiting if one.group == key])
            for key, title in GROUPS
            if any(one.group == key for one in waiting)
        ],
        "count": len(here),
        "no_scope": not worker.scope.area_paths and not worker.scope.own,
        "no_list": not allowed(worker.role, STATUS, READ),
    }
    return render(request, "desk/home.html", context)


def status_scope(worker: Worker) -> Scope:
    """Those of whom the worker sees what is due."""
    if worker.assignment is None:
        return NOTHING
    return scope_of_assignment(worker.assignment, worker.today, STATUS)


def _life_stages_with_content(today: date) -> Q:
    """Those for whom the list looks: running or recent pregnancies, and children below six."""
    six_years_ago = today.replace(year=today.year - 6, day=min(today.day, 28))
    return (
        Q(birth_date__gt=six_years_ago)
        | Q(episodes__ended_on__isnull=True, episodes__isnull=False)
        | Q(episodes__ended_on__gte=date.fromordinal(today.toordinal() - 84))
    )


def _places(people: "QuerySet[Person]", asked: str) -> list[tuple[Area, Place]]:
    counts = dict(people.order_by().values_list("area").annotate(count=Count("pk", distinct=True)))
    areas = sorted(Area.objects.filter(pk__in=[key for key in counts if key]), key=lambda area: area.path)
    chosen = next((area for area in areas if str(area.pk) == asked), areas[0] if areas else None)
    return [
        (area, Place(area.name, _within(area), f"{reverse('home')}?rt={area.pk}", counts[area.pk], area == chosen))
        for area in areas
    ]


def _within(area: Area) -> str:
    """The names above an RT: `RW 01, Dusun Barat, Mekar Sari`."""
    return address_in_words(area.path).partition(", ")[2]


def _work(decided: Iterable[tuple[Person, Reading]], worker: Worker) -> list[Work]:
    """Those with something to do here, the most urgent first, then the latest."""
    cadres = with_implied_cadres({worker.cadre})
    decided = list(decided)
    sights = worker.sights(person for person, _reading in decided)
    found = []
    for person, whole in decided:
        reading = seen(whole, sights[person.pk])
        hidden = due.closed_result(closed(whole, sights[person.pk]))
        urgent = [(one.severity, one.label) for one in reading.urgent] + (
            [(hidden.severity, hidden.what)] if hidden else []
        )
        wanted = [
            one
            for one in reading.wanted
            if not records_visits(worker) or one.given_by(worker.unit_kind, cadres) or one.given_by(HOME_VISIT, cadres)
        ]
        if urgent or wanted:
            found.append(_one(person, reading, urgent, wanted, worker))
    return sorted(found, key=lambda one: one.rank)


def _one(
    person: Person, reading: Reading, urgent: list[tuple[str, str]], wanted: list[Service], worker: Worker
) -> Work:
    """`urgent` are pairs (severity, what)."""
    late = [one for one in wanted if one.status == "overdue"]
    first = min((one.due for one in wanted if one.due), default=worker.today)
    if urgent:
        severity, why = min(urgent, key=lambda one: MOST_URGENT.index(one[0]))
        group, mark, count = "urgent", urgency(severity), len(urgent)
    else:
        # Here before elsewhere: what can be done in this unit, then what waits for a home visit.
        soonest = min(
            late or wanted, key=lambda one: (not one.given_by(worker.unit_kind, {worker.cadre}), one.due or date.max)
        )
        group, why, count = "late" if late else "due", soonest.label, len(wanted)
        mark = due.line(soonest, worker.today).chip
    return Work(
        group=group,
        name=person.full_name,
        url=reverse("person", args=[person.pk]),
        line=", ".join(part for part in (age_words(person, worker.today), state_words(reading)) if part),
        why=why,
        more=count - 1,
        chip=mark,
        rank=(("urgent", "late", "due").index(group), first, person.full_name),
    )
