"""Keeps what is decided about everybody: decided anew for whoever changed, and for all on a new day or with new knowledge.

    refresh(people, on)   these people now, in the transaction of the caller
    catch_up(on, …)       those that wait: facts changed since, a new day, other knowledge

Old state plus changes equals fresh state: each person is decided wholly anew by the bedside evaluator, only *who* is decided is left to
the marks of `ChangedFacts`, which the database writes with every fact.
"""

import logging
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import Error, connection, models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from care_engine.bedside import Decision, decide
from care_engine.facts import Facts
from primary_care.accounts.once import RECORDS, read_once
from primary_care.decisions.content import knowledge
from primary_care.decisions.kept_models import ChangedFacts, KeptDecision, Stage, UrgentFinding, WantedService
from primary_care.decisions.queries import facts_of_people
from primary_care.decisions.reading import MOST_URGENT, WANTED
from primary_care.decisions.signals import decided_anew
from primary_care.people.models import Person

BATCH = 25  # people decided for in one transaction: meanwhile nobody else records a visit for them
AHEAD = 20 * BATCH  # who waits is looked for in order, which takes a while where all do
AnyKept = TypeVar("AnyKept", WantedService, UrgentFinding)


@dataclass(frozen=True)
class Kept:
    """One person just decided anew. `since`: the day of the earliest fact that changed, None where none did; `before`: the day for
    which the answers were kept until now, None where none were.
    """

    person: Person
    on: date
    since: date | None
    before: date | None
    facts: Facts
    decision: Decision


def refresh(people: Iterable[uuid.UUID], on: date, *, wait: bool = True) -> int:
    """Decide anew for these people and keep it; returns for how many. `wait=False` leaves out those whom somebody else is changing."""
    return len(refreshed(people, on, wait=wait))


@transaction.atomic
def refreshed(people: Iterable[uuid.UUID], on: date, *, wait: bool = True) -> list[Kept]:
    """The same; returns what was decided."""
    keys = list(people)
    # In the order of their keys, so that two who refresh the same people do not wait for each other.
    locked = Person.objects.select_for_update(no_key=True, of=("self",), skip_locked=not wait)
    found = list(locked.select_related("version").filter(pk__in=keys).order_by("pk"))
    marks = ChangedFacts.objects.filter(person__in=found)
    since = dict(marks.select_for_update().order_by("pk").values_list("person_id", "since"))
    marks.delete()
    versions = KeptDecision.objects.filter(person__in=found, version=knowledge().version)
    before = dict(versions.values_list("person_id", "on"))
    with read_once(RECORDS):  # nobody merges whom this has locked
        facts = facts_of_people(found, on)
        kept = [
            Kept(
                one,
                on,
                since.get(one.pk),
                before.get(one.pk),
                facts[one.pk],
                decide(facts[one.pk], on.toordinal(), knowledge()),
            )
            for one in found
        ]
        _write(kept, on)
        decided_anew.send(sender=refresh, kept=kept)
    return kept


def catch_up(on: date, within: QuerySet[Person] | None = None, limit: int | None = None) -> int:
    """Decide anew for those who wait, at most `limit` of them (of `within`); returns for how many. Whoever is being changed just now
    is left for the next time. Not in one transaction: what is done stays done. Whose facts cannot be read goes on waiting, and is told
    in the log; the others are done.
    """
    done = 0
    seen: set[uuid.UUID] = set()
    while limit is None or done < limit:
        size = AHEAD if limit is None else min(AHEAD, limit - done)
        keys = [key for key in waiting(on, within).values_list("pk", flat=True)[: size + len(seen)] if key not in seen]
        keys = keys[:size]
        if not keys:
            break
        seen.update(keys)
        for start in range(0, len(keys), BATCH):
            done += _as_many_as_possible(keys[start : start + BATCH], on)
    return done


def _as_many_as_possible(keys: list[uuid.UUID], on: date) -> int:
    try:
        return refresh(keys, on, wait=False)
    except Error:
        raise
    except Exception:
        if len(keys) == 1:
            logging.getLogger("django.request").exception("The facts of person %s cannot be decided from.", keys[0])
            return 0
        return sum(_as_many_as_possible([key], on) for key in keys)


def waiting(on: date, within: QuerySet[Person] | None = None) -> QuerySet[Person]:
    """Those whose kept answers are not those of the day `on`, changed facts first."""
    people = Person.objects.all() if within is None else within
    changed = Exists(ChangedFacts.objects.filter(person=OuterRef("pk")))
    today = Q(kept__on=on, kept__version=knowledge().version)
    return people.filter(changed | Q(~today, active=True)).annotate(changed=changed).order_by("-changed", "pk")


def decided_at(people: Iterable[uuid.UUID], on: date) -> dict[uuid.UUID, datetime]:
    """When the answers of a day were worked out last, of these people; of those that wait, nothing."""
    changed = Exists(ChangedFacts.objects.filter(person=OuterRef("person")))
    kept = KeptDecision.objects.filter(~changed, person__in=list(people), on=on, version=knowledge().version)
    return dict(kept.values_list("person_id", "decided_at"))


def mark(people: Iterable[uuid.UUID], since: date = date.min) -> None:
    """What is kept about these people no longer holds. The database marks by itself whoever gets a new fact; this is for the rest."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO decisions_changedfacts AS mark (person_id, since) SELECT unnest(%s::uuid[]), %s "
            "ON CONFLICT (person_id) DO UPDATE SET since = LEAST(mark.since, EXCLUDED.since)",
            [sorted(people), since],
        )


def stage_of(person: Person, episodes: Iterable[str], on: date) -> str:
    """The life stage of a person on a day."""
    running = set(episodes)
    if "kehamilan" in running:
        return Stage.HAMIL
    if "nifas" in running:
        return Stage.NIFAS
    if person.birth_date is None:
        return Stage.TIDAK_DIKETAHUI
    birth = person.birth_date
    months = (on.year - birth.year) * 12 + on.month - birth.month - (on.day < birth.day)
    limits = ((12, Stage.BAYI), (60, Stage.BALITA), (72, Stage.PRASEKOLAH), (216, Stage.SEKOLAH), (720, Stage.DEWASA))
    return next((stage for until, stage in limits if months < until), Stage.LANSIA)


def _write(kept: Sequence[Kept], on: date) -> None:
    KeptDecision.objects.bulk_create(
        [
            KeptDecision(
                person=one.person,
                on=on,
                version=knowledge().version,
                stage=stage_of(one.person, (s.kind for s in one.decision.person.shown if s.kind), on),
            )
            for one in kept
        ],
        update_conflicts=True,
        unique_fields=["person"],
        update_fields=["on", "version", "stage", "decided_at"],
    )
    _replace(WantedService, kept, [row for one in kept for row in _wanted(one)])
    _replace(UrgentFinding, kept, [row for one in kept for row in _urgent(one)])


def _wanted(one: Kept) -> list[WantedService]:
    if one.person.deceased_on or not one.person.active:
        return []
    return [
        WantedService(
            person=one.person,
            service=status.service.id,
            status=status.status,
            due=_day(status.due),
            overdue_from=_day(status.overdue_from),
            closes=_day(status.closes),
            places=[f"{unit}:{cadre}" for unit, cadre in status.where],
        )
        for status in one.decision.services
        if status.status in WANTED
    ]


def _urgent(one: Kept) -> list[UrgentFinding]:
    if one.person.deceased_on or not one.person.active:
        return []
    return [
        UrgentFinding(
            person=one.person, finding=found.finding.id, severity=found.severity, on=date.fromordinal(found.on)
        )
        for found in one.decision.findings
        if found.severity in MOST_URGENT
    ]


def _replace(table: type[AnyKept], kept: Sequence[Kept], fresh: list[AnyKept]) -> None:
    """The rows of these people become `fresh`; those that say the same stay as they are."""
    old = {_said(row): row.pk for row in table._default_manager.filter(person__in=[one.person for one in kept])}
    new = {_said(row): row for row in fresh}
    table._default_manager.filter(pk__in=[key for said, key in old.items() if said not in new]).delete()
    table._default_manager.bulk_create([row for said, row in new.items() if said not in old], batch_size=2000)


def _said(row: models.Model) -> tuple[Any, ...]:
    values = (getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key)
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(int(ordinal))
