"""A family: who belongs to it and what is due for each."""

import uuid
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from primary_care.accounts.sight import Sight
from primary_care.areas.queries import address_in_words
from primary_care.decisions.keeping import catch_up
from primary_care.decisions.queries import decide_for_many
from primary_care.decisions.reading import Reading
from primary_care.decisions.visibility import seen
from primary_care.desk.access import Worker, audit_read_many, not_here, worker_page
from primary_care.desk.presenters import due, tasks
from primary_care.desk.presenters.person import age_words, relationship_word, sex_word
from primary_care.desk.presenters.pregnancy import state_words
from primary_care.desk.views.register.links_of import household_links
from primary_care.people.models import Household, Person
from primary_care.people.queries import get_household

SHOWN = 4


@dataclass(frozen=True)
class Member:
    """One member with everything that is due and to be followed; `more` stands folded."""

    name: str
    url: str
    line: str
    urgent: tuple[str, ...]
    tasks: tuple[tasks.TaskLine, ...]
    lines: tuple[due.Line, ...]
    more: tuple[due.Line, ...]


@never_cache
@worker_page
def household(request: HttpRequest, worker: Worker, household_id: uuid.UUID) -> HttpResponse:
    """The page of a household."""
    try:
        found, members = get_household(household_id, worker.scope)
    except Household.DoesNotExist:
        return not_here(request)
    audit_read_many(worker, "people.household", [one.pk for one in members], object_id=found.pk)
    catch_up(worker.today, Person.objects.filter(pk__in=[one.pk for one in members]))
    sights = worker.sights(members)
    open_tasks = tasks.of_people(members, worker.assignment, worker.today, sights)
    place = address_in_words(found.area_path) if found.area_path else ""
    context = {
        "address": ", ".join(part for part in (found.address, place) if part),
        "no_kk": found.no_kk,
        "actions": household_links(found, worker),
        "head": next((one.full_name for one in members if one.relationship == "kepala-keluarga"), ""),
        "status": any(one.status for one in sights.values()),
        "members": [
            _member(one, seen(reading, sights[one.pk]), worker, sights[one.pk], open_tasks[one.pk].open)
            for one, reading in decide_for_many(members, worker.today, wanted_only=True)
        ],
    }
    return render(request, "desk/household.html", context)


def _member(
    person: Person, reading: Reading, worker: Worker, sight: Sight, follow: tuple[tasks.TaskLine, ...]
) -> Member:
    """`reading` holds only what is open to `sight`."""
    wanted = [] if person.deceased_on else reading.wanted
    state = state_words(reading) if sight.status else ""
    parts = (relationship_word(person), sex_word(person), age_words(person, worker.today), state)
    return Member(
        name=person.full_name,
        url=reverse("person", args=[person.pk]),
        line=", ".join(part for part in parts if part),
        urgent=tuple(one.label for one in reading.urgent),
        tasks=follow,
        lines=tuple(due.line(one, worker.today) for one in wanted[:SHOWN]),
        more=tuple(due.line(one, worker.today) for one in wanted[SHOWN:]),
    )
