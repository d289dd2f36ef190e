"""What was found at each contact of a life, as it was known then: what `decide` says on each of the days, of what was made on it.

A person with many contacts is not judged from the beginning each time: what was judged at earlier contacts does not change.
"""

from __future__ import annotations

from collections.abc import Iterator

from care_engine.answers import Found
from care_engine.bedside import Person
from care_engine.facts import Facts
from care_engine.model import Knowledge


def findings_made(facts: Facts, on: int, knowledge: Knowledge) -> list[Found]:
    """The findings made on a day, from what was known by the end of it."""
    return Person(facts, on, knowledge).made_today()


def can_be_reviewed(facts: Facts) -> bool:
    """Whether `findings_of_each` may be asked: without episodes, whose end is learnt later, and with one contact a day at most."""
    days = [one.on for one in facts.contacts]
    return not facts.episodes and facts.deceased_on is None and facts.moved_out_on is None and len(set(days)) == len(days)


def findings_of_each(facts: Facts, knowledge: Knowledge) -> Iterator[tuple[int, list[Found]]]:
    """For each contact its place among `facts.contacts` and the findings made on its day. A finding is to be read before the next is asked for."""
    person: Person | None = None
    for place, contact in enumerate(facts.contacts):
        if person is None:
            person = Person(facts, contact.on, knowledge)
        else:
            person.move_to(contact.on)
        yield place, person.made_today()
