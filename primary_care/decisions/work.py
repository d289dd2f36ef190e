"""Who waits for something today, from what is kept: the people of a list, each with how urgent and since when. No decision is made here."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Min, Q, QuerySet

from primary_care.accounts.sight import Sight
from primary_care.decisions.content import calling, knowledge, service_marks
from primary_care.decisions.kept_models import Stage, UrgentFinding, WantedService
from primary_care.decisions.reading import MOST_URGENT
from primary_care.decisions.visibility import hints_at
from primary_care.people.models import Person

URGENT, LATE, DUE = "urgent", "late", "due"
GROUPS = (URGENT, LATE, DUE)
LATE_ENOUGH = timedelta(days=60)  # kunjungan-rumah §3: min(days overdue, 60)


@dataclass(frozen=True)
class Waits:
    """One person with something to do. `urgent` is the place of the severity in `MOST_URGENT`, or None."""

    person: uuid.UUID
    area: uuid.UUID | None
    stage: str
    urgent: int | None
    late_from: date | None
    due: date | None

    @property
    def group(self) -> str:
        """`urgent`, `late` or `due`."""
        return URGENT if self.urgent is not None else LATE if self.late_from is not None else DUE

    def rank(self, on: date) -> tuple[int, int, int, date, str]:
        """Danger first, then who is late, mothers and the smallest before others, the longest late first. Past `LATE_ENOUGH` being later
        says nothing more.
        """
        since = self.late_from if self.group == LATE else self.due
        since = max(since or on, on - LATE_ENOUGH)
        return GROUPS.index(self.group), self.urgent or 0, list(Stage).index(Stage(self.stage)), since, str(self.person)


def who_waits(
    people: QuerySet[Person], on: date, inside: Sight, own: Sight, of_own_work: Q, places: Iterable[str] | None
) -> list[Waits]:
    """The people for whom there is a reason to call, in the order of a list. Counted is only what a worker sees: `inside` of those in his area, `own` of
    those whom `of_own_work` (a condition on rows with a `person`) names. `places` are the pairs `unit:cadre` he may give services at; None for all.
    """
    wanted = WantedService.objects.filter(
        _seen("service", _services, inside, own, of_own_work), person__in=people.filter(deceased_on__isnull=True)
    )
    if places is not None:
        wanted = wanted.filter(places__overlap=list(places))
    rows = wanted.values_list("person_id", "person__area_id", "person__kept__stage")
    late = Min("overdue_from", filter=Q(status="overdue"))
    found = {
        row[0]: Waits(row[0], row[1], row[2], None, since if late_ones else None, due)
        for *row, since, due, late_ones in rows.annotate(
            since=late, first=Min("due"), late=Count("pk", filter=Q(status="overdue"))
        ).order_by()
    }
    urgent = UrgentFinding.objects.filter(_seen("finding", _findings, inside, own, of_own_work), person__in=people)
    for person, area, stage, severity in urgent.values_list(
        "person_id", "person__area_id", "person__kept__stage", "severity"
    ):
        old = found.get(person, Waits(person, area, stage, None, None, None))
        worst = MOST_URGENT.index(severity)
        worst = worst if old.urgent is None else min(worst, old.urgent)
        found[person] = Waits(person, area, stage, worst, old.late_from, old.due)
    return sorted(found.values(), key=lambda one: one.rank(on))


def _seen(field: str, names: Callable[[Sight], set[str]], inside: Sight, own: Sight, mine: Q) -> Q:
    here, more = names(inside), names(own) - names(inside)
    condition = Q(**{f"{field}__in": here})
    return condition | (Q(**{f"{field}__in": more}) & mine) if more else condition


def _services(sight: Sight) -> set[str]:
    return {key for key in calling() if sight.service(*service_marks(key))}


def _findings(sight: Sight) -> set[str]:
    """Those that are told, and those of which it is told that there is something."""
    return {
        one.id
        for one in knowledge().findings.values()
        if sight.finding(one.sensitive, one.hidden_from) or hints_at(sight, one.sensitive)
    }
