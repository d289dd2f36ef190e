"""What is decided about people today. The only way from facts to the engine."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from care_engine import reviewing
from care_engine.bedside import decide
from care_engine.reading_facts import read_facts
from primary_care.areas.queries import settings_of_many
from primary_care.decisions.content import knowledge
from primary_care.decisions.reading import Finding, Reading, read, read_finding
from primary_care.people.models import Person
from primary_care.visits.queries import facts_of_many


def decide_for(person: Person, on: date) -> Reading:
    """Everything that Simpul concludes about one person on a day, from facts recorded up to that day."""
    return next(reading for _, reading in decide_for_many([person], on))


def decide_for_many(people: Iterable[Person], on: date) -> Iterator[tuple[Person, Reading]]:
    """As `decide_for` for many people, in two queries."""
    people = list(people)
    areas = _settings(people, on)
    documents = facts_of_many(people, on, {person.pk: areas[person.area_id] for person in people})
    for person in people:
        yield person, _decide(documents[person.pk])


def findings_made(person: Person, on: date) -> tuple[list[Finding], str]:
    """The findings made on a day, from facts recorded up to it, and the version of the knowledge: less work than deciding everything."""
    document = facts_of_many([person], on, {person.pk: _settings([person], on)[person.area_id]})[person.pk]
    facts, day, _ = read_facts(document, knowledge())
    return [read_finding(one) for one in reviewing.findings_made(facts, day, knowledge())], knowledge().version


def _decide(document: dict[str, Any]) -> Reading:
    facts, on, _ = read_facts(document, knowledge())
    return read(decide(facts, on, knowledge()))


def _settings(people: list[Person], on: date) -> dict[uuid.UUID | None, dict[str, Any]]:
    known = knowledge().settings
    found: dict[uuid.UUID | None, dict[str, Any]] = {None: {}}
    for area, settings in settings_of_many({one.area_id for one in people if one.area_id}, on).items():
        found[area] = {key: value for key, value in settings.items() if key in known}
    return found
