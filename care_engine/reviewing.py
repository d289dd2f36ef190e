"""What was found at each contact of a life, as it was known then: what `decide` says on each of the days, of what was made on it.

A person with many contacts is not judged from the beginning each time: what was judged at earlier contacts does not change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from care_engine.answers import Found
from care_engine.bedside import Person
from care_engine.facts import Facts
from care_engine.model import Knowledge


def findings_made(facts: Facts, on: int, knowledge: Knowledge) -> list[Found]:
    """The findings made on a day, from what was known by the end of it."""
    return Person(facts, on, knowledge).made_today()


def findings_of_days(facts: Facts, days: Iterable[int], knowledge: Knowledge) -> Iterator[tuple[int, list[Found]]]:
    """For each of some days, in order, the findings made on it. A finding is to be read before the next day is asked for.

    Of `facts` only contacts may be younger than a day: what else is known, and the ends of episodes, must have been known on each of them.
    """
    person: Person | None = None
    for day in days:
        if person is None:
            person = Person(facts, day, knowledge)
            person.horizon = max((day, *(one.on for one in facts.contacts)))
        else:
            person.move_to(day)
        yield day, person.made_today()
