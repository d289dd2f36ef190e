"""What was recorded about many people over a long time, stored at once with its findings. Part of the actions of this app.

`Recorder` has the actions that the desk calls, by the same names; it checks as they do and keeps the rows until `write`, which writes them
with COPY in the transaction of the caller. The people must be new: told here from their registration on, in the order of recording, within
`accounts.once.read_once(CATCHMENTS)`.
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from primary_care.accounts.models import Assignment
from primary_care.areas.models import Area
from primary_care.audit.many import By, Written, record_lines
from primary_care.copying import copy_rows
from primary_care.decisions.actions import check_items, check_services
from primary_care.decisions.births import (
    Birth,
    carried_to_child,
    check_babies,
    contact_of_birth,
    facts_of_baby,
    facts_of_twins,
    name_of_child,
)
from primary_care.decisions.models import Finding
from primary_care.decisions.reviewing import Made, Review, Reviewing
from primary_care.people.actions import PersonDetails
from primary_care.people.bulk_facts import PeopleRows
from primary_care.people.permissions import check_can_record
from primary_care.visits.actions import ServiceEntry, VisitRefused
from primary_care.visits.bulk import Told, ToldEpisode, VisitRows
from primary_care.visits.checks import Raw
from primary_care.visits.models import Source

Progress = Callable[[int, int], None]
_FINDING = ("id", "person_id", "contact_id", "finding", "severity", "on", "because", "trace", "knowledge_version", "recorded_at", "recorded_by_id")  # fmt: skip


class Recorder:
    """Keeps what is told. `key` makes the keys of facts, `at` is the moment at which the server accepts them, `reviewing` works out the
    findings of the visits.
    """

    def __init__(self, *, key: Callable[[], uuid.UUID], at: datetime, reviewing: Reviewing) -> None:
        self.at, self.key, self.reviewing = at, key, reviewing
        self.trail: list[tuple[By, Written]] = []
        self.people = PeopleRows(key=key, at=at, trail=self.trail)
        self.visits = VisitRows(key=key, at=at, trail=self.trail)
        self._who: dict[uuid.UUID, Told] = {}
        self._by: dict[uuid.UUID, uuid.UUID] = {}  # who recorded each contact
        self._may: set[tuple[uuid.UUID, frozenset[str]]] = set()  # who may record what

    def register_household(self, key: uuid.UUID, **household: Any) -> None:
        """`people.actions.register_household`."""
        self.people.register_household(key, **household)

    def register_person(self, key: uuid.UUID, details: PersonDetails, **person: Any) -> None:
        """`people.actions.register_person`."""
        self.people.register_person(key, details, **person)
        self._who[key] = Told(key, details.full_name, details.sex, details.birth_date, details.birth_time)

    def rename(self, key: uuid.UUID, full_name: str, *, by: Assignment, on: date) -> None:
        """`people.actions.correct_person`: a child gets its name."""
        self.people.correct_person(key, {"full_name": full_name}, by=by, on=on)

    def add_nik(self, key: uuid.UUID, nik: str, *, by: Assignment, on: date) -> None:
        """`people.actions.add_identifier`."""
        self.people.add_nik(key, nik, by=by, on=on)

    def move_household(self, key: uuid.UUID, area: Area | None, *, by: Assignment, on: date) -> None:
        """`people.actions.move_residence`."""
        self.people.move_household(key, area, by=by, on=on)

    def record_death(self, key: uuid.UUID, deceased_on: date, *, by: Assignment, on: date) -> None:
        """`people.actions.record_death`."""
        self.people.record_death(key, deceased_on, by=by, on=on)
        self._who[key].deceased_on = deceased_on

    def open_pregnancy(
        self, person: uuid.UUID, facts: dict[str, Raw], *, registered_on: date, by: Assignment
    ) -> ToldEpisode:
        """`visits.episodes.open_episode`."""
        return self.visits.open_pregnancy(self._who[person], facts=facts, registered_on=registered_on, by=by)

    def record_end(self, episode: ToldEpisode, *, ended_on: date, outcome: str, by: Assignment) -> None:
        """`decisions.births.record_end`."""
        self.visits.close_episode(episode, ended_on=ended_on, outcome=outcome, by=by)

    def save_visit(self, person: uuid.UUID, *, row: str = "", by: Assignment, **visit: Any) -> None:
        """`decisions.actions.save_visit`; its findings come with `finish`."""
        if visit.get("source", Source.LOKAL) == Source.LOKAL:
            _check_services(
                tuple((one.service, one.state) for one in visit.get("services", ())), visit["unit_kind"], visit["cadre"]
            )
            check_can_record(by, self.people.path(person), visit["today"], visit["unit_kind"], row)
            self._check_items(frozenset(visit.get("observations") or ()), by)
        self._by[visit["contact_id"]] = by.user_id
        self.visits.record_visit(self._who[person], by=by, **visit)

    def record_birth(self, episode: ToldEpisode, birth: Birth, *, key: uuid.UUID, by: Assignment) -> list[uuid.UUID]:
        """`decisions.births.record_birth`, told on the day of the birth. Returns the keys of the living children."""
        mother = episode.person
        contact = uuid.uuid5(key, json.dumps(asdict(birth), default=str))
        start = episode.value("hpht")
        known = isinstance(start, date)
        facts = [facts_of_baby(baby, birth.on, birth.on - start if known else None) for baby in birth.babies]  # type: ignore[operator]
        faults, _questions = check_babies(facts, birth, frozenset())
        if faults:
            raise VisitRefused(faults)
        carried = carried_to_child(mother.tests, start if isinstance(start, date) else episode.registered)
        self.visits.close_episode(episode, ended_on=birth.on, outcome=birth.outcome, at=birth.at, by=by)
        self.save_visit(mother.pk, today=birth.on, by=by, **contact_of_birth(birth, contact, by))
        children = []
        for number, baby in enumerate(birth.babies, 1):
            if not baby.alive:
                continue
            child, twins = uuid.uuid5(contact, str(number)), facts_of_twins(birth, number)
            details = PersonDetails(
                full_name=name_of_child(baby, mother.full_name, twins),
                sex=baby.sex,
                birth_date=birth.on,
                birth_time=baby.at,
                mother_id=mother.pk,
                birth_order=number if twins else None,
            )
            self.people.register_newborn(mother.pk, details, by=by, on=birth.on, key=child)
            self._who[child] = Told(child, details.full_name, details.sex, birth.on, baby.at)
            attributes = facts[number - 1] | carried | twins
            self.visits.record_attributes(self._who[child], facts=attributes, on=birth.on, by=by)
            children.append(child)
        return children

    def write(self) -> None:
        """Of the people who were told since the last time, everything has been told: it is written, and their findings are begun with."""
        self.reviewing.add([_review(one) for one in self._who.values() if one.contacts])
        self._who.clear()
        self.people.write()
        self.visits.write()
        record_lines(self.trail)
        self.trail.clear()

    def finish(self, progress: Progress | None = None) -> None:
        """Write the rest, and the findings of every visit. `progress` is told how far they are."""
        self.write()
        copy_rows(Finding, _FINDING, (self._finding(one) for one in self.reviewing.made(progress)))

    def _finding(self, one: Made) -> list[Any]:
        trace = json.dumps(one.trace)
        made = [one.finding, one.severity, one.on, one.because, trace, one.version]
        return [self.key(), one.person, one.contact, *made, self.at, self._by[one.contact]]

    def _check_items(self, items: frozenset[str], by: Assignment) -> None:
        if (by.pk, items) not in self._may:
            check_items(dict.fromkeys(items), by)
            self._may.add((by.pk, items))


@lru_cache(maxsize=10_000)
def _check_services(services: tuple[tuple[str, str], ...], unit_kind: str, cadre: str) -> None:
    check_services([ServiceEntry(service, state) for service, state in services], unit_kind, cadre)


def _review(one: Told) -> Review:
    person: dict[str, Any] = {"sex": one.sex or None, "birth_date": one.birth_date}
    if one.birth_time:
        person["birth_time"] = one.birth_time.strftime("%H:%M")
    episodes = [{"registered": each.registered, "facts": each.facts} for each in one.pregnancies]
    return Review(one.pk, {key: value for key, value in person.items() if value is not None}, one.attributes, episodes, one.contacts)  # fmt: skip
