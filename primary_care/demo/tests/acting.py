"""A recorder that does what the desk does: it calls the actions, one by one."""

import uuid
from datetime import date
from typing import Any

from primary_care.accounts.models import Assignment
from primary_care.decisions import births
from primary_care.decisions.actions import save_visit
from primary_care.decisions.births import Birth
from primary_care.people import actions
from primary_care.people.actions import PersonDetails
from primary_care.people.models import Household, IdentifierSystem, Person
from primary_care.visits.actions import VisitRefused
from primary_care.visits.episodes import PREGNANCY, open_episode
from primary_care.visits.models import Episode


class Acting:
    """See `decisions.bulk.Recorder`. Questions are answered "it is right"."""

    def register_household(self, key: uuid.UUID, **household: Any) -> None:
        actions.register_household(key=key, **household)

    def register_person(self, key: uuid.UUID, details: PersonDetails, *, household: uuid.UUID, **person: Any) -> None:
        actions.register_person(details, key=key, household=Household.objects.get(pk=household), **person)

    def rename(self, key: uuid.UUID, full_name: str, *, by: Assignment, on: date) -> None:
        person = _person(key)
        assert person.version_id
        actions.correct_person(
            person, {"full_name": full_name}, replaces=person.version_id, by=by, on=on, correction=False
        )

    def add_nik(self, key: uuid.UUID, nik: str, *, by: Assignment, on: date) -> None:
        actions.add_identifier(_person(key), IdentifierSystem.NIK, nik, by=by, on=on)

    def move_household(self, key: uuid.UUID, area: Any, *, by: Assignment, on: date) -> None:
        actions.move_residence(Household.objects.get(pk=key), area, by=by, on=on)

    def record_death(self, key: uuid.UUID, deceased_on: date, *, by: Assignment, on: date) -> None:
        actions.record_death(_person(key), deceased_on, by=by, on=on)

    def open_pregnancy(
        self, person: uuid.UUID, facts: dict[str, Any], *, registered_on: date, by: Assignment
    ) -> Episode:
        told = {"kind": PREGNANCY, "facts": facts, "registered_on": registered_on, "today": registered_on}
        return _answering(open_episode, _person(person), by=by.user, assignment=by, **told)

    def record_end(self, episode: Episode, *, ended_on: date, outcome: str, by: Assignment) -> None:
        _answering(births.record_end, episode, ended_on=ended_on, outcome=outcome, today=ended_on, by=by)

    def record_birth(self, episode: Episode, birth: Birth, *, key: uuid.UUID, by: Assignment) -> list[uuid.UUID]:
        children = _answering(births.record_birth, episode, birth, key=key, today=birth.on, by=by)
        return [child.pk for child in children]

    def save_visit(self, person: uuid.UUID, *, by: Assignment, **visit: Any) -> None:
        _answering(save_visit, _person(person), by=by.user, assignment=by, **visit)


def _person(key: uuid.UUID) -> Person:
    return Person.objects.get(pk=key)


def _answering(action: Any, *told: Any, **named: Any) -> Any:
    try:
        return action(*told, **named)
    except VisitRefused as refused:
        if refused.faults:
            raise
        return action(*told, **named, confirmed=frozenset(one.token for one in refused.questions))
