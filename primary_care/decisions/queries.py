"""What is decided about people today. The only way from facts to the engine."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from care_engine import reviewing
from care_engine.bedside import decide
from care_engine.facts import Facts
from care_engine.reading_facts import read_facts
from primary_care.areas.queries import settings_of_many
from primary_care.decisions.content import knowledge
from primary_care.decisions.reading import Finding, Reading, read, read_finding
from primary_care.people.models import Person
from primary_care.visits.queries import Entered, facts_of_many, with_contact


def decide_for(person: Person, on: date) -> Reading:
    """Everything that Simpul concludes about one person on a day, from facts recorded up to that day."""
    return next(reading for _, reading in decide_for_many([person], on))


def decide_for_many(
    people: Iterable[Person], on: date, *, wanted_only: bool = False
) -> Iterator[tuple[Person, Reading]]:
    """As `decide_for` for many people, in three queries; `wanted_only` as in `read`."""
    people = list(people)
    facts = facts_of_people(people, on)
    for person in people:
        yield person, read(decide(facts[person.pk], on.toordinal(), knowledge()), wanted_only=wanted_only)


def facts_of_people(people: Iterable[Person], on: date) -> dict[uuid.UUID, Facts]:
    """Everything recorded about these people up to a day, as the engine wants it, in three queries."""
    people = list(people)
    areas = _settings(people, on)
    documents = facts_of_many(people, on, {person.pk: areas[person.area_id] for person in people})
    return {key: read_facts(document, knowledge())[0] for key, document in documents.items()}


def decide_as_if(person: Person, entered: Entered) -> Reading:
    """What would be concluded on the day of a contact that is not recorded yet. Nothing is stored."""
    areas = _settings([person], entered.on)
    document = facts_of_many([person], entered.on, {person.pk: areas[person.area_id]})[person.pk]
    facts, on, _ = read_facts(with_contact(document, entered), knowledge())
    return read(decide(facts, on, knowledge()))


def findings_made(person: Person, on: date) -> tuple[list[Finding], str]:
    """The findings made on a day, from facts recorded up to it, and the version of the knowledge: less work than deciding everything."""
    facts = facts_of_people([person], on)[person.pk]
    return [
        read_finding(one) for one in reviewing.findings_made(facts, on.toordinal(), knowledge())
    ], knowledge().version


def _settings(people: list[Person], on: date) -> dict[uuid.UUID | None, dict[str, Any]]:
    known = knowledge().settings
    found: dict[uuid.UUID | None, dict[str, Any]] = {None: {}}
    for area, settings in settings_of_many({one.area_id for one in people if one.area_id}, on).items():
        found[area] = {key: value for key, value in settings.items() if key in known}
    return found
