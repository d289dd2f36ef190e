"""Reads of encounters, schedules and notices, always of the unit that the reader works in."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.db.models.functions import Now

from primary_care.accounts.models import Assignment
from primary_care.accounts.scope import scope_of_assignment
from primary_care.decisions.queries import decide_for_many
from primary_care.decisions.reading import Service
from primary_care.encounters import history
from primary_care.encounters.models import OPEN, CaseNotice, Encounter, NoticeAnswer, ScheduledService, Step
from primary_care.encounters.permissions import SCHEDULE, answers_cases, queues_seen, reads_schedule, sees_all
from primary_care.encounters.places import PLACES, RAWAT_INAP
from primary_care.encounters.routing import NEWBORN_DAYS, URGENCY, Pregnancy, age_in_years
from primary_care.encounters.transitions import CALLED, INSIDE, WAITING, State
from primary_care.people.models import Person
from primary_care.people.queries import records_of
from primary_care.units.models import Unit, UnitKind
from primary_care.units.queries import network_of, partners_of
from primary_care.visits.episodes import BIRTHS, LOSSES, PREGNANCY
from primary_care.visits.queries import episodes_of

LONGEST_STAY = timedelta(days=14)  # of an inpatient, with room above the five days of lintas-klaster §4
NIFAS = timedelta(days=42)  # day 0 is that of the birth (domain README §2.5)
DECIDING = (State.CEK_LAYANAN_LAIN, State.CEK_SPESIALISTIK)


def of_day(unit: Unit, on: date) -> QuerySet[Encounter]:
    """The encounters of a unit on a day that were not taken back whole, by number."""
    found = Encounter.objects.filter(unit=unit, on=on).exclude(state=State.TIBA)
    return found.select_related("person__version", "person__household", "holder").order_by("ticket")


def in_turn(found: QuerySet[Encounter]) -> QuerySet[Encounter]:
    """In the order in which they are called; the same as `history.turn`."""
    urgency = Case(*(When(emergency=True, triage=one, then=Value(at)) for one, at in URGENCY.items()), default=Value(0))
    later = Case(When(priority=True, behind=0, then=Value(0)), default=Value(1))
    return found.order_by("-emergency", urgency, later, "order", "behind", "pk")


def waiting(unit: Unit, on: date, places: Iterable[str]) -> QuerySet[Encounter]:
    """Who waits at any of these places and was not called yet, in turn. Inpatients also from earlier days."""
    where = list(places)
    when = Q(on=on) | (Q(place=RAWAT_INAP) if RAWAT_INAP in where else Q(pk__in=[]))
    return in_turn(Encounter.objects.filter(when, unit=unit, place__in=where, stage=WAITING))


@dataclass(frozen=True)
class Queue:
    """One queue at a moment: who waits, was called, is in a room; and of whom it must still be said how he goes on."""

    waiting: tuple[Encounter, ...]
    called: tuple[Encounter, ...]
    inside: tuple[Encounter, ...]
    deciding: tuple[Encounter, ...]


def queue_for(by: Assignment, queue: str, on: date, part: str = "") -> Queue | None:
    """A queue of the unit that `by` works in, or one part of it; None where it is not his to see."""
    if by.unit is None or queue not in queues_seen(by):
        return None
    places = [one.id for one in PLACES.values() if one.queue == queue and part in ("", one.id)]
    when = Q(on=on) | (Q(place=RAWAT_INAP) & OPEN)
    here = Encounter.objects.filter(when, unit=by.unit).select_related("person__version", "holder")
    there = {stage: tuple(in_turn(here.filter(place__in=places, stage=stage))) for stage in (WAITING, CALLED, INSIDE)}
    of_these = Q(home__in=places) | (Q(home="") if queue == "igd" else Q(pk__in=[]))
    deciding = here.filter(of_these, state__in=DECIDING, on=on).order_by("since", "ticket")
    return Queue(there[WAITING], there[CALLED], there[INSIDE], tuple(deciding))


def encounter_for(key: uuid.UUID, by: Assignment) -> Encounter | None:
    """One encounter of the unit that `by` works in, of whom he sees all or serves where the person is now."""
    if by.unit is None:
        return None
    found = Encounter.objects.filter(pk=key, unit=by.unit).exclude(state=State.TIBA)
    one = found.select_related("person__version", "person__household", "unit", "holder").first()
    if one is None or not (sees_all(by) or (one.place and PLACES[one.place].queue in queues_seen(by))):
        return None
    return one


def steps_of(encounter: Encounter) -> list[Step]:
    """Everything that happened, the first first, what was taken back included."""
    rows = encounter.steps.select_related("recorded_by", "replaced_by__recorded_by")
    return list(rows.order_by("number"))


def under_way(person: Person, unit: Unit, on: date) -> Encounter | None:
    """The encounter of a person that is not over, of this day or as an inpatient."""
    when = Q(on=on) | Q(place=RAWAT_INAP)
    rows = Encounter.objects.filter(OPEN, when, unit=unit, person__in=records_of([person.pk]))
    return rows.select_related("holder", "unit").order_by("-on").first()


def left_open(unit: Unit, on: date) -> QuerySet[Encounter]:
    """Encounters of the two weeks before that nobody has ended; inpatients are not among them."""
    rows = Encounter.objects.filter(OPEN, unit=unit, on__lt=on, on__gte=on - timedelta(days=14))
    return rows.exclude(place=RAWAT_INAP).select_related("person__version").order_by("-on", "ticket")


def counts(unit: Unit, on: date) -> dict[str, dict[str, int]]:
    """How many are in each stage, by queue. No names."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = Encounter.objects.filter(unit=unit, on=on).exclude(place="").values_list("place", "stage")
    for place, stage, many in rows.annotate(many=Count("pk")):
        found[PLACES[place].queue][stage] += many
    return found


def waiting_times(unit: Unit, on: date, now: datetime) -> dict[str, history.Waiting]:
    """How long people of this day waited, by queue, worked out from the steps."""
    by_encounter: dict[uuid.UUID, list[Step]] = defaultdict(list)
    for step in Step.objects.filter(encounter__unit=unit, encounter__on=on).order_by("number"):
        by_encounter[step.encounter_id].append(step)
    return history.summary((one for steps in by_encounter.values() for one in history.waits(steps)), now)


def shown_in_public(unit: Unit, on: date) -> tuple[list[Encounter], list[Encounter]]:
    """For the screen of the waiting room: who was called and is expected, the last one first; who comes next, in turn. Numbers only are shown."""
    here = Encounter.objects.filter(unit=unit, on=on)
    expected = list(here.filter(stage=CALLED))
    steps = Step.objects.filter(encounter__in=expected).order_by("number")
    last = dict(steps.values_list("encounter", "at"))
    expected.sort(key=lambda one: last[one.pk], reverse=True)
    return expected, list(in_turn(here.filter(stage=WAITING)))


def in_the_room_of(user_id: uuid.UUID, field: str = "pk") -> Q:
    """The condition "is in the room of this user now", on what has the person's key in `field`: whoever takes somebody in has work with him."""
    recent = Q(created_at__gt=Now() - timedelta(days=1)) | Q(place=RAWAT_INAP, created_at__gt=Now() - LONGEST_STAY)
    held = Encounter.objects.filter(recent, holder=user_id).values("person")
    merged = Person.objects.filter(pk__in=held, merged_into__isnull=False).values("merged_into")
    return Q(**{f"{field}__in": held}) | Q(**{f"{field}__in": merged})


# --- what registration must know ---


def pregnancy_of(person: Person, on: date) -> str:
    """Whether somebody is pregnant or has been within 42 days, by the record, on a day."""
    for one in episodes_of(person, PREGNANCY):
        if one.registered_on > on:
            continue
        if one.ended_on is None or one.ended_on > on:
            return Pregnancy.HAMIL
        if one.outcome in (*BIRTHS, *LOSSES) and on - one.ended_on <= NIFAS:
            return Pregnancy.NIFAS
    return Pregnancy.TIDAK


def age_of(person: Person, on: date) -> int | None:
    """Completed years, or None where the birth is not known."""
    return None if person.birth_date is None else age_in_years(person.birth_date, on)


def is_newborn(person: Person, on: date) -> bool:
    """Within the first 28 days, that of the birth being day 0."""
    return person.birth_date is not None and (on - person.birth_date).days <= NEWBORN_DAYS


# --- what was agreed for a day ---


@dataclass(frozen=True)
class Agreed:
    """A service agreed for a day, and how it stands for the person now; `service` is None where the knowledge no longer has it for him."""

    row: ScheduledService
    service: Service | None

    @property
    def done(self) -> bool:
        """Whether the service was recorded, anywhere, since the day was agreed."""
        given = self.service.last if self.service else None
        return given is not None and given >= self.row.valid_from


def _standing_rows() -> QuerySet[ScheduledService]:
    rows = ScheduledService.objects.filter(replaced_by__isnull=True, day__isnull=False)
    return rows.select_related("person__version", "person__household", "unit", "recorded_by").order_by("day", "person_id", "pk")  # fmt: skip


def agreed_of(person: Person, on: date) -> list[Agreed]:
    """What was agreed with a person and is not done, the earliest day first."""
    rows = list(_standing_rows().filter(person__in=records_of([person.pk])))
    return _with_services(rows, {row.person_id: person for row in rows}, on)


def agreed_at(by: Assignment, on: date, until: date) -> list[Agreed]:
    """What was agreed for days up to `until` at the unit that `by` works in and is not done, of people whom he sees."""
    if by.unit is None or not reads_schedule(by):
        return []
    people = Person.objects.visible_to(scope_of_assignment(by, on, SCHEDULE))
    mine = Q(person__in=people.values("pk")) | Q(person__merged_into__in=people.values("pk"))
    rows = list(_standing_rows().filter(mine, unit=by.unit, day__lte=until)[:500])
    stand = {row.person_id: row.person.standing for row in rows}
    return _with_services(rows, stand, on)


def _with_services(rows: list[ScheduledService], people: Mapping[uuid.UUID, Person], on: date) -> list[Agreed]:
    readings = dict(decide_for_many(list(dict.fromkeys(people.values())), on)) if rows else {}
    found = []
    for row in rows:
        services = readings[people[row.person_id]].services
        found.append(Agreed(row, next((one for one in services if one.id == row.service), None)))
    return [one for one in found if not one.done]


def where_to_schedule(by: Assignment, on: date) -> list[Unit]:
    """The units where `by` may agree on a day: his own, its network, the one above it, and partner clinics."""
    unit = by.unit
    if unit is None:
        return []
    top = unit
    while top.parent is not None and top.kind != UnitKind.PUSKESMAS:
        top = top.parent
    partners = [one.partner for one in partners_of(top, on) if one.partner is not None and one.partner.kind == UnitKind.FKTP_LAIN]  # fmt: skip
    kinds = (UnitKind.PUSKESMAS, UnitKind.PUSTU, UnitKind.POSYANDU)
    near = [one for one in (top, *network_of(top, on)) if one.kind in kinds]
    return list(dict.fromkeys([*near, *partners]))


# --- klaster 4 ---


@dataclass(frozen=True)
class Notice:
    """A notice of a suspected case, with the answer that holds, or None."""

    row: CaseNotice
    answer: NoticeAnswer | None


def notices_for(by: Assignment, since: date) -> list[Notice]:
    """The notices of the unit from a day on: the unanswered first, of each the newest first."""
    if by.unit is None or not answers_cases(by):
        return []
    rows = CaseNotice.objects.filter(
        step__replaced_by__isnull=True, step__encounter__unit=by.unit, valid_from__gte=since
    )
    rows = rows.select_related("step__encounter__person__version", "step__encounter__person__household", "recorded_by")
    found = [
        Notice(row, _answer(row)) for row in rows.prefetch_related("answers__recorded_by").order_by("-recorded_at")
    ]
    return sorted(found, key=lambda one: one.answer is not None)


def _answer(row: CaseNotice) -> NoticeAnswer | None:
    last = max(row.answers.all(), key=lambda one: (one.recorded_at, one.pk), default=None)
    return last if last is not None and last.outcome else None
