"""What the page of a person shows of arriving and of what was agreed for another day."""

from django.urls import reverse

from primary_care.accounts.sight import Sight
from primary_care.desk.access import Worker
from primary_care.desk.presenters.way import AgreedLine, agreed_line
from primary_care.desk.views.reception.scheduling import is_open, may_schedule
from primary_care.encounters import queries
from primary_care.encounters.models import Encounter
from primary_care.encounters.permissions import reads_schedule
from primary_care.encounters.transitions import State
from primary_care.people.models import Person


def registers_here(running: Encounter | None, worker: Worker) -> bool:
    """Whether this worker registers arrivals, of somebody who is not on the way already or whose questions were not answered."""
    return worker.registers_arrivals and (running is None or running.state == State.TERDAFTAR)


def agreed_lines(person: Person, worker: Worker, sight: Sight) -> list[AgreedLine]:
    """What was agreed with the person and is not done, as far as it is open."""
    if worker.assignment is None or person.deceased_on or not sight.status or not reads_schedule(worker.assignment):
        return []
    found = queries.agreed_of(person, worker.today)
    return [agreed_line(one, worker.today) for one in found if is_open(one, sight)]


def schedule_url(person: Person, worker: Worker) -> str:
    """Where a day is agreed with the person, or nothing."""
    return reverse("schedule", args=[person.pk]) if may_schedule(worker) and not person.deceased_on else ""
