"""What is wrong with the target groups of a service."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date

from care_engine import model as m
from care_engine.dates import add, last_day

#: Births that tell months of different lengths apart.
BIRTHS = [date(2020, 2, 29).toordinal(), date(2021, 1, 31).toordinal(), date(2021, 6, 30).toordinal()]


def group_faults(knowledge: m.Knowledge) -> Iterator[tuple[m.Place, str]]:
    """No two groups of a service may concern one person on one day."""
    for service, families in knowledge.families_of.items():
        for one, next_ in itertools.pairwise(families):
            at = next_.at.key("for")
            if one.who.episode != next_.who.episode:
                yield at, f"groups of {service}: all are about the person, or all about one kind of episode"
            if not _ends_before(one.who, next_.who):
                yield at, f"{next_.id} must begin at an age after the last one of {one.id}; give both, and order by age"


def _ends_before(one: m.Who, next_: m.Who) -> bool:
    if one.age_until is None or next_.age_from is None:
        return False
    return all(last_day(birth, one.age_until) < add(birth, next_.age_from) for birth in BIRTHS)
