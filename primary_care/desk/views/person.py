"""One person: what matters now, what is due, what was found, what happened; and the growth of a child."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.accounts.sight import Sight
from primary_care.decisions.deaths import pregnancy_of_death
from primary_care.decisions.keeping import catch_up
from primary_care.decisions.pathways import stages_of
from primary_care.decisions.queries import decide_for
from primary_care.decisions.reading import Reading
from primary_care.decisions.visibility import closed, seen
from primary_care.desk.access import (
    Worker,
    not_here,
    person_or_none,
    records_births,
    records_consents,
    records_visits,
    worker_page,
)
from primary_care.desk.presenters import due, tasks
from primary_care.desk.presenters.growth import chart
from primary_care.desk.presenters.person import Action, header, may_be_a_mother
from primary_care.desk.presenters.pregnancy import pregnancy, state_words
from primary_care.desk.presenters.timeline import entries
from primary_care.desk.presenters.way import encounter_now, way
from primary_care.desk.views.correct import mend_url
from primary_care.desk.views.facts import birth_url, pregnancies
from primary_care.desk.views.reception.for_person import agreed_lines, registers_here, schedule_url
from primary_care.desk.views.register.links_of import identity_links
from primary_care.encounters.models import Encounter
from primary_care.people.closed_models import ConsentKind, Opening
from primary_care.people.consents import consents_of
from primary_care.people.models import Person, Sex
from primary_care.people.openings import openings_now
from primary_care.visits import queries

CONTACTS_SHOWN = 5
FERTILE = (10, 55)  # years: between these a pregnancy is offered
CHILDHOOD_MONTHS = 72  # until then care asks about the birth


@never_cache
@worker_page
def person(request: HttpRequest, worker: Worker, person_id: uuid.UUID) -> HttpResponse:
    """The page of a person."""
    found = person_or_none(worker, person_id)
    if found is None:
        return not_here(request)
    return render(request, "desk/person.html", record_of(found, worker, everything="semua" in request.GET))


def record_of(found: Person, worker: Worker, *, everything: bool = False) -> dict[str, object]:
    """What a page or a sheet about a person shows, as far as it is open to this worker."""
    catch_up(worker.today, Person.objects.filter(pk=found.pk))  # so that the tasks are those of the facts shown here
    sight = worker.sight(found)
    whole = decide_for(found, worker.today)
    reading = seen(whole, sight)
    visible = [one for one in reading.findings if not found.deceased_on]
    standing = [one for one in visible if one not in reading.urgent and one.severity != "normal"]
    minor = due.minor(standing)
    shown = None if everything else CONTACTS_SHOWN + 1
    running = encounter_now(found, worker.assignment, worker.today)
    contacts = list(queries.timeline(found, worker.today)[:shown]) if sight.status or sight.whole_record else []
    return {
        "p": header(
            found,
            worker.today,
            state="" if found.deceased_on or not sight.status else state_words(reading),
            actions=_actions(worker, found, reading, sight, running),
        ),
        "person": found,
        "sight": sight,
        "closed": None if found.deceased_on else due.closed_result(closed(whole, sight)),
        "opening": _opening(found, worker) if sight.opened else None,
        "urgent": due.results([one for one in visible if one in reading.urgent], worker.today, worker.unit_kind),
        "findings": due.results([one for one in standing if one not in minor], worker.today, worker.unit_kind),
        "minor": due.results(minor, worker.today, worker.unit_kind),
        "normal": [one.label for one in visible if one.severity == "normal"],
        "lines": due.lines(reading, worker.unit_kind, worker.cadre),
        "missing": [] if found.deceased_on else due.missing_words(reading.missing),
        "deceased": found.deceased_on,
        "pregnancy": None if found.deceased_on or not sight.status else pregnancy(reading),
        "pregnancies": pregnancies(worker, found, sight) if found.sex == Sex.PEREMPUAN and sight.status else None,
        "chart": chart(found, reading, worker.today) if sees_growth(sight) else None,
        "tasks": tasks.of_people([found], worker.assignment, worker.today, {found.pk: sight})[found.pk],
        "next": due.next_dates(reading, 4),
        "way": way(running, worker.assignment),
        "agreed": agreed_lines(found, worker, sight),
        "schedule_url": schedule_url(found, worker),
        "entries": entries(contacts if everything else contacts[:CONTACTS_SHOWN], sight, mend_url(worker, found)),
        "consents": _consents(found, worker, sight),
        "may_consent": records_consents(worker) and worker.scope.covers(found.area_path),
        "links": _links(found, worker, reading, sight),
        "identity": identity_links(found, worker),
        "more_contacts": not everything and len(contacts) > CONTACTS_SHOWN,
    }


@never_cache
@worker_page
def growth(request: HttpRequest, worker: Worker, person_id: uuid.UUID) -> HttpResponse:
    """The growth chart of a child, large, with its table; made to be printed too."""
    found = person_or_none(worker, person_id)
    seen_by = worker.sight(found) if found else None
    drawing = None
    if found and seen_by and sees_growth(seen_by):
        drawing = chart(found, decide_for(found, worker.today), worker.today)
    if found is None or drawing is None:
        return not_here(request)
    return render(request, "desk/growth.html", {"p": header(found, worker.today), "person": found, "chart": drawing})


def sees_growth(sight: Sight) -> bool:
    """Whether the weighings of a child are open."""
    return "sesi-posyandu" in sight.reads or sight.screening


def _opening(found: Person, worker: Worker) -> Opening | None:
    """The opening of closed data that lasts."""
    if worker.assignment is None:
        return None
    return openings_now(worker.assignment, [found.pk], timezone.now()).get(found.pk)


def _consents(found: Person, worker: Worker, sight: Sight) -> list[dict[str, object]] | None:
    """What the person agreed to; None for those who do not see it."""
    if "persetujuan" not in sight.reads:
        return None
    return [
        {
            "kind": _(str(ConsentKind(one.kind).label)),
            "given": one.given,
            "on": one.valid_from,
            "given_by": one.given_by,
            "witness": one.witness,
        }
        for one in consents_of(found, worker.today)
    ]


def _links(found: Person, worker: Worker, reading: Reading, sight: Sight) -> list[Action]:
    """Ways to what is closed, and to who has read it."""
    links = []
    young = found.birth_date is not None and queries.age_in_months(found, worker.today) < CHILDHOOD_MONTHS
    if young and (url := birth_url(worker, found, sight)):
        links.append(Action(_("Keterangan lahir: lihat, perbaiki"), url))
    if sight.status and not found.deceased_on and stages_of(reading):
        links.append(Action(_("Lihat di Alur Pelayanan"), reverse("person-pathway", args=[found.pk])))
    if sight.status or sight.whole_record:
        links.append(Action(_("Lembar ringkasan untuk dicetak"), reverse("summary", args=[found.pk])))
    if sight.may_open and not sight.opened:
        links.append(Action(_("Buka data tertutup"), reverse("open-record", args=[found.pk])))
    if worker.reads_trail:
        links.append(Action(_("Siapa membaca data ini"), f"{reverse('audit')}?orang={found.pk}"))
    return links


def _actions(
    worker: Worker, found: Person, reading: Reading, sight: Sight, running: Encounter | None
) -> tuple[Action, ...]:
    if found.deceased_on:
        return ()
    recording, births = records_visits(worker), records_births(worker) and sight.status
    age = queries.age_in_months(found, worker.today) // 12
    actions = [Action(_("Catat kunjungan"), reverse("visit", args=[found.pk]))] if recording else []
    actions += (
        [Action(_("Daftarkan kedatangan"), reverse("arrive", args=[found.pk]))]
        if registers_here(running, worker)
        else []
    )
    if "kehamilan" in reading.episodes():
        if births:
            actions.append(Action(_("Catat akhir kehamilan"), reverse("end-pregnancy", args=[found.pk])))
    elif births and may_be_a_mother(found, worker.today) and pregnancy_of_death(found, worker.today):
        actions.append(Action(_("Catat kematian ibu"), reverse("end-pregnancy", args=[found.pk]) + "?cara=meninggal"))
    fertile = found.sex == Sex.PEREMPUAN and FERTILE[0] <= age <= FERTILE[1]
    if recording and fertile and "kehamilan" not in reading.episodes():
        actions.append(Action(_("Daftarkan kehamilan"), reverse("register-pregnancy", args=[found.pk])))
    return tuple(actions)
