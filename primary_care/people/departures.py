"""Those who left for a place that nobody on this node serves. No scope covers them any more; they stay in care of whoever served the place
that they left, as far as calling them back goes: a wrong click must not make a family disappear.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from primary_care.people.models import Household, Membership, Person, Residence
from primary_care.people.moving import last_place

SHOWN = 100


@dataclass(frozen=True)
class Departure:
    """A household or a person that left on a day for a place in words. `facts`: what has to be taken back to call them back, the last first."""

    owner: Household | Person
    people: tuple[Person, ...]
    on: date
    to: str
    facts: tuple[Residence | Membership, ...]

    @property
    def is_household(self) -> bool:
        """Whether a whole household left."""
        return isinstance(self.owner, Household)


def moved_out(paths: Iterable[str]) -> list[Departure]:
    """Who left from under one of `paths` and lives nowhere known, the latest first, at most `SHOWN`."""
    within = tuple(paths)
    if not within:
        return []
    last = Residence.objects.filter(replaced_by__isnull=True, area__isnull=True, correction=False)
    nowhere = last.filter(
        Exists(Household.objects.filter(pk=OuterRef("household_id"), area__isnull=True))
        | Exists(
            Person.objects.filter(pk=OuterRef("person_id"), area__isnull=True, household__isnull=True, active=True)
        )
    )
    found = []
    for row in nowhere.select_related("household", "person").order_by("-valid_from", "-id").iterator(chunk_size=500):
        owner = row.household or row.person
        assert owner is not None  # a constraint of the table
        if not last_place(owner).startswith(within):
            continue
        facts: tuple[Residence | Membership, ...] = (row,)
        if isinstance(owner, Person):
            left = owner.memberships.filter(
                replaced_by__isnull=True,
                household__isnull=True,
                replaces__isnull=False,
                valid_from=row.valid_from,
                reason=row.reason,
            )
            facts = (row, *left)
        people = tuple(owner.members.order_by("birth_date", "pk")) if isinstance(owner, Household) else (owner,)
        found.append(Departure(owner, people, row.valid_from, row.address, facts))
        if len(found) == SHOWN:
            break
    return found
