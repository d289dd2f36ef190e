"""Reads of tasks, always within what the worker may see: the row `tindak-lanjut` of the matrix, and of each task its finding."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Case, Count, Q, QuerySet, When

from primary_care.accounts.access import OWN, READ, allowed
from primary_care.accounts.models import Assignment, Role
from primary_care.accounts.scope import in_force, scope_of_assignment
from primary_care.accounts.sight import Sight, sight_of
from primary_care.decisions.content import knowledge
from primary_care.decisions.reading import MOST_URGENT
from primary_care.followup.models import Kind, State, Task, TaskNote
from primary_care.followup.permissions import RESOURCE, reads_tasks
from primary_care.people.models import Person
from primary_care.people.own_work import has_work_with

LATE, TODAY, LATER = "late", "today", "later"


@dataclass(frozen=True)
class Counts:
    """How many open tasks are late, of today, and for later."""

    late: int
    today: int
    later: int

    @property
    def all(self) -> int:
        """Every open one."""
        return self.late + self.today + self.later


def assigned_to(user_id: uuid.UUID, field: str = "pk") -> Q:
    """The condition "this user has an open task with the person" whose key is in `field`."""
    return Q(**{f"{field}__in": Task.objects.filter(owner__user=user_id, state=State.OPEN).values("person")})


def tasks_for(by: Assignment, on: date) -> QuerySet[Task]:
    """The tasks that an assignment sees on a day: in its area, or its own where the matrix says so, and of those the ones whose finding
    is open to it. A visit or referral handed to a kader is seen by him; what was found is not told (`sees_finding`).
    """
    grant = allowed(by.role, RESOURCE, READ)
    if grant is None:
        return Task.objects.none()
    if grant.reach == OWN:
        return _with_people(Task.objects.filter(owner__user=by.user_id, person__in=_living(by, on)))
    people = Person.objects.visible_to(scope_of_assignment(by, on, RESOURCE, READ))
    inside, more = _open_findings(by)
    visible = Q(finding__in=inside)
    if more:
        visible |= Q(finding__in=more) & has_work_with(by.user_id, "person")
    return _with_people(Task.objects.filter(visible, person__in=people))


def task_for(key: uuid.UUID, by: Assignment, on: date) -> Task | None:
    """One task that the assignment sees, or None."""
    return tasks_for(by, on).filter(pk=key).first()


def open_tasks(by: Assignment, on: date) -> QuerySet[Task]:
    """The open ones: first what is late, of that the most urgent, then by day (pws-dan-indikator §6)."""
    late = Case(When(act_by__lt=on, then=0), default=1)
    urgency = Case(*(When(severity=one, then=place) for place, one in enumerate(MOST_URGENT)), default=len(MOST_URGENT))
    return tasks_for(by, on).filter(state=State.OPEN).order_by(late, urgency, "act_by", "person_id", "id")


def of_unit(tasks: QuerySet[Task], by: Assignment) -> QuerySet[Task]:
    """Those of the worker's own unit: found there, or to be done in a unit of its kind; without a unit, all."""
    if by.unit is None:
        return tasks
    kinds = [by.unit.kind]
    mine = Q(unit=by.unit) | Q(owner__user=by.user_id) | Q(units__overlap=kinds)
    if by.unit.kind in ("posyandu", "pustu", "puskesmas"):  # those from which people are visited at home
        mine |= Q(kind=Kind.VISIT)
    return tasks.filter(mine)


def counts(tasks: QuerySet[Task], on: date) -> Counts:
    """Of open tasks, how many are late, of today, for later."""
    parts = {"late": Q(act_by__lt=on), "today": Q(act_by=on), "later": Q(act_by__gt=on)}
    return Counts(**tasks.order_by().aggregate(**{name: Count("pk", filter=one) for name, one in parts.items()}))


def when(tasks: QuerySet[Task], part: str, on: date) -> QuerySet[Task]:
    """The part of a list: `late`, `today`, `later`; anything else is all of it."""
    condition = {LATE: Q(act_by__lt=on), TODAY: Q(act_by=on), LATER: Q(act_by__gt=on)}.get(part)
    return tasks.filter(condition) if condition is not None else tasks


def tasks_of_many(people: Iterable[Person], by: Assignment, on: date) -> dict[uuid.UUID, list[Task]]:
    """The tasks of these people that the assignment sees: the open ones by their day, then the closed, the last first."""
    found: dict[uuid.UUID, list[Task]] = {}
    for task in _tasks_of_few(list(people), by, on):
        found.setdefault(task.person_id, []).append(task)
    for tasks in found.values():
        tasks.sort(key=lambda task: (task.closed_on is not None, -(task.closed_on or on).toordinal()))
    return found


def _tasks_of_few(people: list[Person], by: Assignment, on: date) -> Iterable[Task]:
    """What `tasks_for` says of these people, with less to ask: where they live is known, and so is which findings are open."""
    grant = allowed(by.role, RESOURCE, READ)
    if grant is None or grant.reach == OWN:
        return tasks_for(by, on).filter(person__in=people).order_by("act_by", "id")
    scope, (inside, more) = scope_of_assignment(by, on, RESOURCE, READ), _open_findings(by)
    here = [one.pk for one in people if one.active and scope.covers(one.area_path)]
    rows = Task.objects.filter(person__in=here).select_related("unit", "owner__user", "owner__unit")
    tasks = [task for task in rows.order_by("act_by", "id") if task.finding in inside or task.finding in more]
    if all(task.finding in inside for task in tasks):
        return tasks
    own = set(Person.objects.filter(has_work_with(by.user_id), pk__in=here).values_list("pk", flat=True))
    return [task for task in tasks if task.finding in inside or task.person_id in own]


def notes_about(task: Task) -> list[TaskNote]:
    """What was said about a task, the first first, what was taken back included."""
    rows = TaskNote.objects.filter(task_id__in=task.names).select_related("recorded_by", "owner__user", "owner__unit")
    return list(rows.select_related("replaced_by").order_by("valid_from", "recorded_at", "id"))


def who_may_own(task: Task, on: date) -> QuerySet[Assignment]:
    """Those to whom a task can be given: whoever works in a unit that serves the person's area, and does such work."""
    roles = [role for role in Role.values if reads_tasks(role)]
    path = task.person.area_path
    above = ["/".join(path.strip("/").split("/")[: end + 1]) + "/" for end in range(path.count("/"))]
    return (
        Assignment.objects.filter(
            in_force(on),
            Q(unit__catchments__valid_from__lte=on)
            & (Q(unit__catchments__valid_to__isnull=True) | Q(unit__catchments__valid_to__gt=on))
            & Q(unit__catchments__area__path__in=above),
            Q(area__isnull=True) | Q(area__path__in=above),
            role__in=roles,
            user__is_active=True,
        )
        .select_related("user", "unit")
        .distinct()
        .order_by("unit__kind", "unit__name", "user__full_name")
    )


def sees_finding(task: Task, sight: Sight) -> bool:
    """Whether it may be told what was found; else only what is to be done."""
    found = knowledge().findings.get(task.finding)
    if found is None:
        return sight.whole_record and bool(sight.topics)
    return sight.finding(found.sensitive, found.hidden_from)


def _open_findings(by: Assignment) -> tuple[frozenset[str], frozenset[str]]:
    """The findings open to an assignment of whoever lives in its area, and those open only where it has work with the person."""
    inside = _open_to(sight_of(by.role, by.cadre, inside=True, own=False))
    return inside, _open_to(sight_of(by.role, by.cadre, inside=True, own=True)) - inside


@lru_cache(maxsize=64)
def _open_to(sight: Sight) -> frozenset[str]:
    return frozenset(one.id for one in knowledge().findings.values() if sight.finding(one.sensitive, one.hidden_from))


def _living(by: Assignment, on: date) -> QuerySet[Person]:
    """The people whom the assignment sees at all."""
    return Person.objects.visible_to(scope_of_assignment(by, on))


def _with_people(tasks: QuerySet[Task]) -> QuerySet[Task]:
    return tasks.select_related("person__household", "person__version", "unit", "owner__user", "owner__unit")
