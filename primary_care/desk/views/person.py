"""One person: what matters now, what is due, what was found, what happened; and the growth of a child."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.decisions.deaths import pregnancy_of_death
from primary_care.decisions.queries import decide_for
from primary_care.decisions.reading import Reading
from primary_care.desk.access import Worker, not_here, person_or_none, worker_page
from primary_care.desk.presenters import due
from primary_care.desk.presenters.growth import chart
from primary_care.desk.presenters.person import Action, header
from primary_care.desk.presenters.pregnancy import pregnancy, state_words
from primary_care.desk.presenters.timeline import entries
from primary_care.people.models import Person, Sex
from primary_care.visits import queries

CONTACTS_SHOWN = 5


@never_cache
@worker_page
def person(request: HttpRequest, worker: Worker, person_id: uuid.UUID) -> HttpResponse:
    """The page of a person."""
    found = person_or_none(worker, person_id)
    if found is None:
        return not_here(request)
    reading = decide_for(found, worker.today)
    visible = [one for one in reading.findings if worker.cadre not in one.hidden_from and not found.deceased_on]
    standing = [one for one in visible if one not in reading.urgent and one.severity != "normal"]
    minor = due.minor(standing)
    everything = "semua" in request.GET
    contacts = list(queries.timeline(found, worker.today)[: None if everything else CONTACTS_SHOWN + 1])
    context = {
        "p": header(
            found,
            worker.today,
            state="" if found.deceased_on else state_words(reading),
            actions=_actions(worker, found, reading),
        ),
        "person": found,
        "urgent": due.results(
            [one for one in visible if one in reading.urgent], worker.today, worker.cadre, worker.unit_kind
        ),
        "findings": due.results(
            [one for one in standing if one not in minor], worker.today, worker.cadre, worker.unit_kind
        ),
        "minor": due.results(minor, worker.today, worker.cadre, worker.unit_kind),
        "normal": [one.label for one in visible if one.severity == "normal"],
        "lines": due.lines(reading, worker.unit_kind, worker.cadre),
        "missing": [] if found.deceased_on else due.missing_words(reading.missing),
        "deceased": found.deceased_on,
        "pregnancy": None if found.deceased_on else pregnancy(reading),
        "chart": chart(found, reading, worker.today),
        "next": due.next_dates(reading, 4),
        "entries": entries(contacts if everything else contacts[:CONTACTS_SHOWN], show_sensitive=not worker.is_kader),
        "more_contacts": not everything and len(contacts) > CONTACTS_SHOWN,
    }
    return render(request, "desk/person.html", context)


@never_cache
@worker_page
def growth(request: HttpRequest, worker: Worker, person_id: uuid.UUID) -> HttpResponse:
    """The growth chart of a child, large, with its table; made to be printed too."""
    found = person_or_none(worker, person_id)
    drawing = chart(found, decide_for(found, worker.today), worker.today) if found else None
    if found is None or drawing is None:
        return not_here(request)
    return render(request, "desk/growth.html", {"p": header(found, worker.today), "person": found, "chart": drawing})


def _actions(worker: Worker, found: Person, reading: Reading) -> tuple[Action, ...]:
    if found.deceased_on or not worker.cadre or not worker.unit_kind:
        return ()
    actions = [Action(_("Catat kunjungan"), reverse("visit", args=[found.pk]))]
    if "kehamilan" in reading.episodes():
        actions.append(Action(_("Catat akhir kehamilan"), reverse("end-pregnancy", args=[found.pk])))
    elif pregnancy_of_death(found, worker.today):
        actions.append(Action(_("Catat kematian ibu"), reverse("end-pregnancy", args=[found.pk]) + "?cara=meninggal"))
    age = queries.age_in_months(found, worker.today) // 12
    if found.sex == Sex.PEREMPUAN and 10 <= age <= 55 and "kehamilan" not in reading.episodes():
        actions.append(Action(_("Daftarkan kehamilan"), reverse("register-pregnancy", args=[found.pk])))
    return tuple(actions)
