"""Recording how a pregnancy ended: first which way, then what is asked for that way. Her death also in the weeks after."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.accounts.access import NotAllowed
from primary_care.decisions.births import record_birth, record_end
from primary_care.decisions.deaths import pregnancy_of_death, record_mothers_death
from primary_care.decisions.queries import decide_for
from primary_care.decisions.visibility import seen
from primary_care.desk.access import Typed, Worker, owner_mark, recording_page, records_births
from primary_care.desk.birth_form import WAYS, EndForm
from primary_care.desk.presenters.person import header
from primary_care.desk.presenters.pregnancy import pregnancy, state_words
from primary_care.desk.presenters.visit import questions_of
from primary_care.keys import new_key
from primary_care.people.models import Person
from primary_care.people.queries import records_of
from primary_care.visits.actions import VisitRefused
from primary_care.visits.episodes import PREGNANCY
from primary_care.visits.models import Episode
from primary_care.visits.queries import standing_episode

DEATH = "meninggal"


@never_cache
@recording_page(records_births)
def end(request: HttpRequest, worker: Worker, person: Person, typed: Typed) -> HttpResponse:
    """The choice of the way, the form of that way, and the saving of it."""
    data = typed.data
    way = (data or request.GET).get("cara", "")
    episode = _episode(person, data.get("kehamilan", "") if data else "")
    if episode is None and way == DEATH:
        episode = pregnancy_of_death(person, worker.today)
    if episode is None or (person.deceased_on and request.method == "GET"):
        messages.info(request, _("Tidak ada kehamilan yang sedang berjalan. Daftarkan dulu kehamilannya."))
        return redirect("person", person_id=person.pk)
    form = EndForm(way, data) if way in WAYS else None
    questions: list[dict[str, str]] = []
    if request.method == "POST" and form:
        try:
            if said := _save(request, worker, form, episode):
                messages.success(request, said)
                return redirect("person", person_id=person.pk)
        except VisitRefused as refused:
            for fault in refused.faults:
                form.faults.add(fault.at if fault.at != "kehamilan" else "ended", fault.message)
            questions = questions_of(refused)
        except NotAllowed as refused:
            form.faults.add("ended", str(refused))
    sight = worker.sight(person)
    reading = seen(decide_for(person, worker.today), sight)
    context = {
        "p": header(person, worker.today, state=state_words(reading) if sight.status else ""),
        "person": person,
        "pregnancy": pregnancy(reading) if sight.status else None,
        "way": way,
        "form": form,
        "errors": form.faults.listed(form.labels()) if form else [],
        "questions": questions,
        "confirmed": data.getlist("yakin") if data else [],
        "kept": typed.kept,
        "episode": episode.pk,
        "ended": episode.ended_on is not None,
        "key": _key(data.get("kunjungan", "") if data else ""),
        "mark": owner_mark(worker.user),
    }
    return render(
        request, "desk/pregnancy_end.html", context, status=422 if (form and form.faults) or questions else 200
    )


def _save(request: HttpRequest, worker: Worker, form: EndForm, episode: Episode) -> str:
    """Record what was typed; returns what to say, or nothing where it cannot be read. Raises `VisitRefused`."""
    assert worker.assignment is not None
    confirmed = frozenset(request.POST.getlist("yakin"))
    if form.way == "lahir":
        if birth := form.birth():
            key = _key(request.POST.get("kunjungan", ""))
            children = record_birth(
                episode, birth, key=key, today=worker.today, by=worker.assignment, confirmed=confirmed
            )
            names = ", ".join(child.full_name for child in children)
            if names:
                return _("Persalinan tercatat. Terdaftar: %(names)s.") % {"names": names}
            return _("Persalinan tercatat.")
    elif found := form.end():
        on, outcome = found
        if form.way == DEATH:
            record_mothers_death(episode, died_on=on, today=worker.today, by=worker.assignment, confirmed=confirmed)
            return _("Kematian Ibu %(name)s tercatat. Kami turut berduka.") % {"name": episode.person.full_name}
        record_end(episode, ended_on=on, outcome=outcome, today=worker.today, by=worker.assignment, confirmed=confirmed)
        return _("Akhir kehamilan tercatat.")
    return ""


def _episode(person: Person, sent: str) -> Episode | None:
    """The pregnancy that the form was made for, also when it has ended meanwhile; else the one that runs."""
    try:
        return Episode.objects.filter(pk=uuid.UUID(sent), person__in=records_of([person.pk]), kind=PREGNANCY).first()
    except ValueError:
        return standing_episode(person, PREGNANCY)


def _key(sent: str) -> uuid.UUID:
    try:
        return uuid.UUID(sent)
    except ValueError:
        return new_key()
