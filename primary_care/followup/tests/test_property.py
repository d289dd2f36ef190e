"""Old state plus changes equals fresh state: whatever is recorded, in whatever order, the kept tasks and the kept decisions are those that
come out of all facts computed anew.
"""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest

from primary_care.decisions.following import Judge, Past
from primary_care.decisions.keeping import Kept, catch_up, refresh, waiting
from primary_care.decisions.kept_models import KeptDecision, UrgentFinding, WantedService
from primary_care.decisions.queries import decide_for, facts_of_people
from primary_care.decisions.reading import MOST_URGENT
from primary_care.followup import keeping
from primary_care.followup.actions import assign, decline, drop, postpone, report, withdraw
from primary_care.followup.following import KEPT_FOR, Known
from primary_care.followup.models import State, Task, TaskNote
from primary_care.keys import new_key
from primary_care.people.models import Person
from primary_care.visits import corrections
from primary_care.visits.actions import ServiceEntry, VisitRefused, record_visit
from primary_care.visits.episodes import open_episode
from primary_care.visits.models import Contact, CorrectionKind, Observation

STARTS = date(2026, 3, 2)
CHILD: dict[str, list[Any]] = {
    "berat-badan-kg": [Decimal("5.6"), Decimal("6.4"), Decimal("7.1"), Decimal("7.9"), Decimal("8.4")],
    "suhu-c": [Decimal("36.8"), Decimal("38.9")],
    "kondisi-kontrol": ["membaik", "tetap", "memburuk"],
    "napas": [Decimal(34), Decimal(56)],
    "batuk-hari": [0, 3, 16],
    "hasil-evaluasi-gizi": ["membaik", "tidak-membaik"],
    "pucat-telapak": ["tidak", "agak-pucat"],
    "tanda-bahaya-balita": [[], ["kejang"]],
    "sakit": [True, False],
}
MOTHER: dict[str, list[Any]] = {
    "sistolik": [Decimal(118), Decimal(150), Decimal(172)],
    "diastolik": [Decimal(70), Decimal(95), Decimal(112)],
    "hb": [Decimal("9.1"), Decimal("10.5"), Decimal("12.0")],
    "lila-cm": [Decimal("22.4"), Decimal("25.0")],
    "berat-badan-kg": [Decimal("44.0"), Decimal("47.5"), Decimal("52.0")],
    "protein-urin": ["neg", "+2"],
    "hiv": ["reaktif", "non-reaktif"],
}
SERVICES = {"anak": ["kunjungan-rumah-gizi-buruk", "imunisasi-mr-1", "mtbs"], "ibu": ["anc-k1", "anc-k2"]}


def known(values: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Those of the items that the knowledge has, with the choices that it knows."""
    from primary_care.visits.vocabulary import vocabulary

    found = {}
    for item, choices in values.items():
        entry = vocabulary().get(item)
        if entry is not None:
            allowed = set(entry.choices)
            fitting = [
                one
                for one in choices
                if not allowed or (set(one) <= allowed if isinstance(one, list) else one in allowed)
            ]
            if fitting:
                found[item] = fitting
    return found


class Life:
    """Somebody to whom things happen at random, from a seed."""

    def __init__(self, world: Any, person: Person, items: dict[str, list[Any]], services: list[str], seed: int) -> None:
        self.world, self.person, self.items, self.services = world, person, known(items), services
        self.chance = random.Random(seed)
        self.counts: dict[str, int] = {}

    def happens(self, today: date) -> None:
        """One thing: mostly a visit, sometimes an earlier one only now recorded, a correction, something said about a task."""
        what = self.chance.choices([self.visit, self.late_visit, self.correct, self.say], [6, 1, 2, 3])[0]
        what(today)
        self.counts[what.__name__] = self.counts.get(what.__name__, 0) + 1

    def visit(self, today: date, on: date | None = None) -> None:
        chosen = self.chance.sample(sorted(self.items), self.chance.randint(1, min(4, len(self.items))))
        unit, cadre, kind = self.chance.choice(
            [
                (self.world.posyandu, "kader", "posyandu"),
                (self.world.puskesmas, "bidan", "puskesmas"),
                (self.world.puskesmas, "bidan", "rumah"),
            ]
        )
        given = [ServiceEntry(self.chance.choice(self.services))] if self.chance.random() < 0.3 else []
        values = {item: self.chance.choice(self.items[item]) for item in chosen}
        try:
            record_visit(
                self.person,
                contact_id=new_key(),
                on=on or today,
                today=today,
                by=self.world.bidan,
                cadre=cadre,
                unit=unit,
                unit_kind=kind,
                observations=values,
                services=given,
            )
        except VisitRefused as refused:  # an unusual value: say that it is so
            record_visit(
                self.person,
                contact_id=new_key(),
                on=on or today,
                today=today,
                by=self.world.bidan,
                cadre=cadre,
                unit=unit,
                unit_kind=kind,
                observations=values,
                services=given,
                confirmed=frozenset(one.token for one in refused.questions),
            )

    def late_visit(self, today: date) -> None:
        self.visit(today, on=today - timedelta(days=self.chance.randint(1, 20)))

    def correct(self, today: date) -> None:
        """A value recorded in error is taken back, now and then with the whole visit."""
        rows = Observation.objects.filter(
            contact__person=self.person, replaced_by__isnull=True, replaces__isnull=True
        ).order_by("contact__on", "contact_id", "item")
        if rows:
            row = self.chance.choice(list(rows))
            told: dict[str, Any] = {"reason": "salah orang", "by": self.world.bidan}
            if self.chance.random() < 0.3:
                corrections.take_back_contact(row.contact, kind=CorrectionKind.TAKEN_BACK, **told)
            else:
                corrections.correct_contact(row.contact, values={row.item: None}, **told)

    def say(self, today: date) -> None:
        by = self.world.assignment
        tasks = list(Task.objects.filter(person=self.person, state=State.OPEN).order_by("action", "opened_on"))
        said = TaskNote.objects.filter(person=self.person, replaced_by__isnull=True).exclude(kind="withdrawn")
        notes = list(said.order_by("recorded_at"))
        if notes and self.chance.random() < 0.4:
            note = self.chance.choice(notes)
            task = Task.objects.filter(pk=note.task_id).first()
            if task is not None and task.state in (State.OPEN, State.REPORTED, State.DROPPED):
                withdraw(note, task, by=by, today=today, key=new_key())
        elif tasks:
            task, key = self.chance.choice(tasks), new_key()
            match self.chance.randint(0, 4):
                case 0:
                    assign(task, by, by=by, today=today, key=key)
                case 1:
                    postpone(task, today + timedelta(days=5), "keluarga sedang pergi", by=by, today=today, key=key)
                case 2:
                    decline(task, today + timedelta(days=4), "belum bersedia", by=by, today=today, key=key)
                case 3:
                    report(
                        task, max(task.opened_on, today - timedelta(days=1)), "RS Tirta", by=by, today=today, key=key
                    )
                case _:
                    drop(task, "sudah pindah", by=by, today=today, key=key)


def rows(tasks: list[Task]) -> set[tuple[Any, ...]]:
    return {(task.pk, *(tuple(v) if isinstance(v, list) else v for v in keeping.said(task))) for task in tasks}


class Plain(Past):
    """Each question is judged by somebody new."""

    def __init__(self, facts: Any, judge: object) -> None:
        super().__init__(facts)

    def _judge(self, after: int, day: int) -> Judge:
        self._judges.clear()
        return super()._judge(after, day)


def anew(person: Person, on: date) -> list[Task]:
    """The tasks from all facts, with nothing that was kept."""
    facts = facts_of_people([person], on)[person.pk]
    one = Kept(person, on, None, None, facts, decide_for(person, on).decision)
    contacts, notes = keeping.contacts_of([person.pk]), keeping.notes_of([person.pk])
    with patch.object(keeping, "Past", Plain):
        return keeping.tasks_of(one, contacts[person.pk], notes[person.pk], on - KEPT_FOR, Known())


def check(person: Person, on: date) -> list[Task]:
    kept = list(Task.objects.filter(person=person))
    assert rows(kept) == rows(anew(person, on))
    reading = decide_for(person, on)
    assert {(w.service, w.status, w.due) for w in WantedService.objects.filter(person=person)} == {
        (one.id, one.status, one.due) for one in reading.wanted
    }
    assert {(u.finding, u.severity, u.on) for u in UrgentFinding.objects.filter(person=person)} == {
        (one.id, one.severity, one.on) for one in reading.findings if one.severity in MOST_URGENT
    }
    assert KeptDecision.objects.get(person=person).on == on
    return kept


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("who", ["anak", "ibu"])
def test_kept_equals_computed_anew_after_every_change(world: Any, who: str, seed: int) -> None:
    person: Person = getattr(world, who)
    if who == "ibu":
        open_episode(
            person,
            kind="kehamilan",
            facts={"hpht": STARTS - timedelta(weeks=8)},
            registered_on=STARTS,
            today=STARTS,
            by=world.bidan,
        )
    life = Life(world, person, CHILD if who == "anak" else MOTHER, SERVICES[who], seed)
    day, seen = STARTS, set()
    refresh([person.pk], day)
    for _ in range(10):
        day += timedelta(days=life.chance.choice([0, 0, 1, 3, 7, 16]))
        for _ in range(life.chance.randint(0, 2)):
            refresh([person.pk], day) if life.chance.random() < 0.3 else None
            life.happens(day)
        catch_up(day)
        assert not waiting(day).exists()
        seen |= {task.state for task in check(Person.objects.get(pk=person.pk), day)}
    assert {State.OPEN, State.DONE} & seen, life.counts


def test_the_lives_see_everything_that_can_happen_to_a_task(world: Any) -> None:
    """The property would hold of nothing at all; so the lives must have opened, ended and reopened tasks in every way."""
    seen: set[str] = set()
    for seed in range(20, 36):
        life = Life(world, world.anak, CHILD, SERVICES["anak"], seed)
        day = STARTS
        for _ in range(10):
            day += timedelta(days=life.chance.choice([0, 1, 4, 9]))
            life.happens(day)
            catch_up(day, Person.objects.filter(pk=world.anak.pk))
            seen |= set(Task.objects.values_list("state", flat=True)) | set(Task.objects.values_list("kind", flat=True))
    assert {"open", "done", "renewed", "gone", "reported", "dropped", "recheck", "refer", "visit"} <= seen, seen
    assert Contact.objects.count() > 10
