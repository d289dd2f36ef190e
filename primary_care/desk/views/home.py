"""Today's work: who of this unit is in danger, late or due, by place and life stage, each with the reason in one line."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache

from primary_care.accounts.access import READ, allowed
from primary_care.accounts.scope import NOTHING, Scope, scope_of_assignment, with_implied_cadres
from primary_care.accounts.sight import STATUS, sight_of
from primary_care.areas.models import Area
from primary_care.areas.queries import address_in_words, addresses_in_words
from primary_care.decisions.content import calling
from primary_care.decisions.keeping import catch_up, waiting
from primary_care.decisions.kept_models import Stage
from primary_care.decisions.reading import MOST_URGENT, Service
from primary_care.decisions.visibility import closed, seen
from primary_care.decisions.work import GROUPS, LATE, URGENT, Waits, who_waits
from primary_care.design.states import Chip
from primary_care.desk.access import HOME_VISIT, Worker, audit_read_many, records_visits, worker_page
from primary_care.desk.paging import Page, page_of
from primary_care.desk.presenters import due
from primary_care.desk.presenters.due import urgency
from primary_care.desk.presenters.person import age_words
from primary_care.desk.presenters.tasks import Summary, summary
from primary_care.desk.recent import recent_readings
from primary_care.people.models import Person
from primary_care.people.own_work import has_work_with

A_PAGE = 25  # people on one page: about what a morning holds
CAUGHT_UP = 25  # people whose facts just changed and who are decided for before the list is drawn

TITLES = {
    "urgent": gettext_noop("Perlu ditangani dulu"),
    "late": gettext_noop("Terlambat"),
    "due": gettext_noop("Jatuh tempo hari ini"),
}
STAGES = (
    gettext_noop("Ibu hamil"),
    gettext_noop("Ibu nifas"),
    gettext_noop("Bayi"),
    gettext_noop("Balita"),
    gettext_noop("Prasekolah"),
    gettext_noop("Usia sekolah dan remaja"),
    gettext_noop("Dewasa"),
    gettext_noop("Lansia"),
    gettext_noop("Umur belum dicatat"),
)  # the labels of decisions.kept_models.Stage, named here so that they are translated


@dataclass(frozen=True)
class Work:
    """One person with work: who, where, and in one line why."""

    group: str
    name: str
    url: str
    line: str
    where: str
    what: str
    why: str
    more: int
    chip: Chip


@dataclass(frozen=True)
class Option:
    """One choice of a filter, with how many people it would leave."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Tab:
    """A part of the list to look at alone."""

    label: str
    count: int
    url: str
    chosen: bool


@never_cache
@worker_page
def home(request: HttpRequest, worker: Worker) -> HttpResponse:
    """The first page after logging in."""
    context: dict[str, object] = {
        "no_scope": not worker.scope.area_paths and not worker.scope.own,
        "no_list": not allowed(worker.role, STATUS, READ),
        "tasks": _tasks(worker),
    }
    if not context["no_scope"] and not context["no_list"]:
        context |= _list(request, worker)
    return render(request, "desk/home.html", context)


def status_scope(worker: Worker) -> Scope:
    """Those of whom the worker sees what is due."""
    if worker.assignment is None:
        return NOTHING
    return scope_of_assignment(worker.assignment, worker.today, STATUS)


def _tasks(worker: Worker) -> Summary | None:
    return summary(worker.assignment, worker.today) if worker.assignment else None


def _list(request: HttpRequest, worker: Worker) -> dict[str, object]:
    people = Person.objects.visible_to(status_scope(worker))
    behind = waiting(worker.today, people).count()
    if behind:
        behind -= catch_up(worker.today, people, CAUGHT_UP)
    everybody = who_waits(
        people,
        worker.today,
        sight_of(worker.role, worker.cadre, inside=True, own=False),
        sight_of(worker.role, worker.cadre, inside=True, own=True),
        has_work_with(worker.user.pk, "person"),
        _places_of(worker),
    )
    asked = {name: request.GET.get(name, "") for name in ("di", "tahap", "bagian")}
    areas = _areas(everybody)
    places = _with_above(areas.values())
    chosen = next((area for area in places if str(area.pk) == asked["di"]), None)
    inside = [one for one in everybody if _is_in(one, areas, chosen)]
    staged = [one for one in inside if not asked["tahap"] or one.stage == asked["tahap"]]
    part = asked["bagian"] if asked["bagian"] in GROUPS else ""
    shown = [one for one in staged if not part or one.group == part]
    page = page_of(shown, request, A_PAGE)
    audit_read_many(worker, "desk.work-list", [one.person for one in page.items])
    return {
        "place": address_in_words(chosen.path) if chosen else _("Seluruh wilayah kerja"),
        "places": _place_options(everybody, areas, places, chosen),
        "stages": _stage_options(inside, asked["tahap"]),
        "tabs": _tabs(staged, part, asked),
        "work": _grouped(_work(page, worker)),
        "page": page,
        "behind": behind,
        "filtered": bool(chosen or asked["tahap"] or part),
        "part": part,
    }


def _places_of(worker: Worker) -> list[str] | None:
    """Where and as what this worker gives services; None for somebody who does not record visits and looks at all."""
    if not records_visits(worker):
        return None
    cadres = with_implied_cadres({worker.cadre})
    return [f"{unit}:{cadre}" for unit in (worker.unit_kind, HOME_VISIT) for cadre in sorted(cadres)]


def _areas(waits: Iterable[Waits]) -> dict[object, Area]:
    keys = {one.area for one in waits if one.area}
    return {area.pk: area for area in Area.objects.filter(pk__in=keys).order_by("path")}


def _with_above(areas: Iterable[Area]) -> list[Area]:
    """These areas and the desa above them, in the order of the tree."""
    paths = {
        "/".join(area.path.strip("/").split("/")[: end + 1]) + "/"
        for area in areas
        for end in range(area.path.count("/"))
    }
    return list(Area.objects.filter(path__in=paths, level__in=("desa", "rt")).order_by("path"))


def _is_in(one: Waits, areas: dict[object, Area], chosen: Area | None) -> bool:
    return chosen is None or (one.area in areas and areas[one.area].path.startswith(chosen.path))


def _place_options(
    waits: list[Waits], areas: dict[object, Area], places: list[Area], chosen: Area | None
) -> list[tuple[str, list[Option]]]:
    """Pairs (desa, choices): the desa as a whole, then its RT. With one RT only there is nothing to choose."""
    counts = Counter(one.area for one in waits)
    groups: list[tuple[str, list[Option]]] = []
    desa: Area | None = None
    addresses = addresses_in_words(area.path for area in places)
    for area in places:
        if area.level == "desa":
            desa = area
            inside = sum(
                count for key, count in counts.items() if key in areas and areas[key].path.startswith(area.path)
            )
            label = _("Semua %(desa)s") % {"desa": area.name}
            groups.append((area.name, [Option(str(area.pk), label, inside, area == chosen)]))
        elif groups and desa is not None:
            label = ", ".join(part for part in addresses[area.path].split(", ") if part != desa.name)
            groups[-1][1].append(Option(str(area.pk), label, counts[area.pk], area == chosen))
    return groups if sum(len(options) for _desa, options in groups) > 2 else []


def _stage_options(waits: list[Waits], asked: str) -> list[Option]:
    counts = Counter(one.stage for one in waits)
    found = [Option(value, _(str(label)), counts[value], value == asked) for value, label in Stage.choices]
    found = [one for one in found if one.count or one.chosen]
    return found if len(found) > 1 else []


def _tabs(waits: list[Waits], part: str, asked: dict[str, str]) -> list[Tab]:
    counts = Counter(one.group for one in waits)
    kept = "".join(f"&{name}={asked[name]}" for name in ("di", "tahap") if asked[name])
    parts = [("", _("Semua"), len(waits)), *((key, _(TITLES[key]), counts[key]) for key in GROUPS)]
    return [Tab(label, count, f"{reverse('home')}?bagian={key}{kept}", key == part) for key, label, count in parts]


def _grouped(work: list[Work]) -> list[tuple[str, str, list[Work]]]:
    found = [(key, _(TITLES[key]), [one for one in work if one.group == key]) for key in GROUPS]
    return [(key, title, people) for key, title, people in found if people]


def _work(page: "Page[Waits]", worker: Worker) -> list[Work]:
    """The people of one page in words. Words come from the judge, never from what is kept."""
    keys = [one.person for one in page.items]
    people = {one.pk: one for one in _with_names(Person.objects.filter(pk__in=keys))}
    cadres = with_implied_cadres({worker.cadre})
    sights = worker.sights(people.values())
    readings = recent_readings(people.values(), worker.today)
    addresses = addresses_in_words({one.area_path for one in people.values() if one.area_path})
    found = []
    for one in page.items:
        person, recent = people[one.person], readings[one.person]
        whole = recent.reading
        reading = seen(whole, sights[person.pk])
        hidden = due.closed_result(closed(whole, sights[person.pk]))
        urgent = [(f.severity, f.label, f.because) for f in reading.urgent]
        urgent += [(hidden.severity, hidden.what, "")] if hidden else []
        wanted = [
            service
            for service in reading.wanted
            if service.id in calling()
            if not records_visits(worker)
            or service.given_by(worker.unit_kind, cadres)
            or service.given_by(HOME_VISIT, cadres)
        ]
        if urgent or wanted:
            found.append(_one(person, recent.state, urgent, wanted, worker, addresses.get(person.area_path, "")))
    return found


def _with_names(people: QuerySet[Person]) -> QuerySet[Person]:
    return people.select_related("version", "household")


def _one(
    person: Person,
    state: str,
    urgent: list[tuple[str, str, str]],
    wanted: list[Service],
    worker: Worker,
    address: str,
) -> Work:
    """`urgent` are triples (severity, what, because)."""
    late = [one for one in wanted if one.status == "overdue"]
    if urgent:
        severity, what, why = min(urgent, key=lambda one: MOST_URGENT.index(one[0]))
        group, mark, count = URGENT, urgency(severity), len(urgent)
    else:
        # Here before elsewhere: what can be done in this unit, then what waits for a home visit. Of several what cannot be made up for
        # soonest, then what became due last: the rest has waited long already.
        soonest = max(
            late or wanted,
            key=lambda one: (
                one.given_by(worker.unit_kind, {worker.cadre}),
                -(one.closes or date.max).toordinal(),
                one.due or date.min,
            ),
        )
        group, what, why, count = LATE if late else "due", soonest.label, soonest.why, len(wanted)
        mark = due.line(soonest, worker.today).chip
    street = person.household.address if person.household else ""
    return Work(
        group=group,
        name=person.full_name,
        url=reverse("person", args=[person.pk]),
        line=", ".join(part for part in (age_words(person, worker.today), state) if part),
        where=", ".join(part for part in (street, address) if part),
        what=what,
        why=why,
        more=count - 1,
        chip=mark,
    )
