"""Tasks of records that are merged: what was said at either is seen at the one that stands, and everything is as before when they part."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from primary_care.accounts.models import Assignment, User
from primary_care.decisions.keeping import catch_up, refresh, waiting
from primary_care.followup import queries
from primary_care.followup.actions import assign, postpone, report, withdraw
from primary_care.followup.models import State, Task
from primary_care.followup.tests.test_property import CHILD, SERVICES, STARTS, Life, anew, check, rows
from primary_care.followup.tests.test_tasks import DAY, visit
from primary_care.keys import new_key
from primary_care.people.actions import PersonDetails, register_person
from primary_care.people.link_models import PersonLink
from primary_care.people.links import merge_persons, undo_link
from primary_care.people.models import Person
from primary_care.visits.tests.world import BEGAN, TODAY

SWEEP = "sweeping-balita-timbang"


@pytest.fixture
def twice(world: Any) -> Any:
    """The child of the small world, registered a second time."""
    user = User.objects.create_user("manajer", full_name="Manajer")
    world.manager = Assignment.objects.create(
        user=user, role="petugas-klaster-1", unit=world.puskesmas, valid_from=BEGAN
    )
    details = PersonDetails(full_name=world.anak.full_name, sex=world.anak.sex, birth_date=world.anak.birth_date)
    world.again = register_person(
        details, by=world.manager, on=STARTS, household=world.household, relationship="famili-lain"
    )
    return world


def merge(world: Any, gone: Person, kept: Person, on: date = TODAY) -> PersonLink:
    link = merge_persons(gone, kept, by=world.manager, on=on, reason="uji")
    catch_up(on)
    return link


def part(world: Any, link: PersonLink, on: date = TODAY) -> None:
    undo_link(link, by=world.manager, on=on)
    catch_up(on)


def tasks() -> dict[str, Any]:
    """Every task with what is said about it on its page."""
    return {
        "rows": rows(list(Task.objects.all())),
        "notes": {one.pk: [note.pk for note in queries.notes_about(one)] for one in Task.objects.all()},
    }


def the(person: Person, action: str = "rujuk-rumah-sakit") -> Task:
    return Task.objects.get(person=person, action=action, state=State.OPEN)


def told(world: Any, task: Task, today: date = TODAY) -> None:
    """Somebody takes a task, and another day is agreed on."""
    assign(task, world.assignment, by=world.assignment, today=today, key=new_key())
    postpone(task, today + 9 * DAY, "keluarga sedang pergi", by=world.assignment, today=today, key=new_key())


def test_what_was_said_at_the_record_that_goes_is_seen_at_the_other_and_returns(twice: Any, client: Client) -> None:
    visit(twice, twice.again, TODAY, "posyandu", tanda_bahaya_balita=["kejang"])
    told(twice, the(twice.again))
    catch_up(TODAY)
    before = tasks()
    link = merge(twice, twice.again, twice.anak)
    assert not Task.objects.filter(person=twice.again).exists()
    task = the(twice.anak)
    assert (task.owner, task.act_by) == (twice.assignment, TODAY + 9 * DAY)
    assert [note.kind for note in queries.notes_about(task)] == ["assigned", "postponed"]
    client.force_login(twice.bidan)
    page = client.get(reverse("task", args=[task.pk])).content.decode()
    assert "keluarga sedang pergi" in page
    assert rows([task]) <= rows(anew(Person.objects.get(pk=twice.anak.pk), TODAY))
    part(twice, link)
    assert tasks() == before


def test_two_that_ask_for_one_action_are_one_task_with_the_notes_of_both(twice: Any) -> None:
    visit(twice, twice.anak, TODAY - 2 * DAY, "posyandu", batuk_hari=16)
    visit(twice, twice.again, TODAY, "posyandu", diare_hari=15)
    mine, other = the(twice.anak, "rujuk-puskesmas"), the(twice.again, "rujuk-puskesmas")
    assert mine.finding != other.finding
    assign(mine, twice.assignment, by=twice.assignment, today=TODAY, key=new_key())
    postpone(other, TODAY + 25 * DAY, "hujan", by=twice.assignment, today=TODAY, key=new_key())
    catch_up(TODAY)
    before = tasks()
    for gone, kept in ((twice.again, twice.anak), (twice.anak, twice.again)):
        link = merge(twice, gone, kept)
        task = the(kept, "rujuk-puskesmas")
        assert (task.owner, task.act_by) == (twice.assignment, TODAY + 25 * DAY)
        assert sorted(note.kind for note in queries.notes_about(task)) == ["assigned", "postponed"]
        part(twice, link)
        assert tasks() == before


def test_what_was_served_elsewhere_closes_the_work_of_the_one_that_stands(twice: Any) -> None:
    visit(twice, twice.again, TODAY - 2 * DAY, "posyandu", tanda_bahaya_balita=["kejang"])
    report(the(twice.again), TODAY - DAY, "RS Tirta", by=twice.assignment, today=TODAY, key=new_key())
    catch_up(TODAY)
    before = tasks()
    link = merge(twice, twice.again, twice.anak)
    closed = Task.objects.get(person=twice.anak, action="rujuk-rumah-sakit")
    assert (closed.state, closed.closed_on) == (State.REPORTED, TODAY - DAY)
    part(twice, link)
    assert tasks() == before
    visit(twice, twice.anak, TODAY, "posyandu", tanda_bahaya_balita=["kejang"])
    merge(twice, twice.again, twice.anak)
    assert the(twice.anak).opened_on == TODAY, "a fit after that is new work"


def test_what_the_calendar_asks_for_is_one_task_however_long_each_record_was_asked(twice: Any) -> None:
    visit(twice, twice.again, TODAY - 70 * DAY, "posyandu", berat_badan_kg=Decimal("7.9"))
    refresh([twice.anak.pk, twice.again.pk], TODAY)
    assert the(twice.anak, SWEEP).opened_on != the(twice.again, SWEEP).opened_on
    told(twice, the(twice.again, SWEEP))
    assign(the(twice.anak, SWEEP), twice.assignment, by=twice.assignment, today=TODAY, key=new_key())
    catch_up(TODAY)
    before = tasks()
    for gone, kept in ((twice.again, twice.anak), (twice.anak, twice.again)):
        link = merge(twice, gone, kept)
        task = the(kept, SWEEP)
        assert (task.owner, task.act_by) == (twice.assignment, TODAY + 9 * DAY)
        assert "postponed" in [note.kind for note in queries.notes_about(task)]
        part(twice, link)
        assert tasks() == before


def test_what_is_said_or_taken_back_while_they_are_one_is_not_lost_when_they_part(twice: Any) -> None:
    visit(twice, twice.again, TODAY, "posyandu", tanda_bahaya_balita=["kejang"])
    told(twice, the(twice.again))
    link = merge(twice, twice.again, twice.anak)
    task = the(twice.anak)
    wait = queries.notes_about(task)[1]
    withdraw(wait, task, by=twice.assignment, today=TODAY, key=new_key())
    report(the(twice.anak), TODAY, "RS Tirta", by=twice.assignment, today=TODAY, key=new_key())
    part(twice, link)
    closed = Task.objects.get(person=twice.again, action="rujuk-rumah-sakit")
    assert (closed.state, closed.owner) == (State.REPORTED, twice.assignment)
    said = [(note.kind, hasattr(note, "replaced_by")) for note in queries.notes_about(closed)]
    assert sorted(said) == [("assigned", False), ("postponed", True), ("reported", False), ("withdrawn", False)]
    assert not Task.objects.filter(person=twice.anak, action="rujuk-rumah-sakit").exists()


@pytest.mark.parametrize("seed", range(6))
def test_merged_and_parted_at_any_time_the_tasks_are_those_of_the_facts(twice: Any, seed: int) -> None:
    """Two records live on their own, are merged and parted; at every step what is kept is what comes out anew, and parting at once gives
    what was before, notes and all.
    """
    lives = [
        Life(twice, one, CHILD, SERVICES["anak"], 40 + seed + at) for at, one in enumerate((twice.anak, twice.again))
    ]
    chance, day, link = lives[0].chance, STARTS, None
    carried = 0
    for _ in range(8):
        day += timedelta(days=chance.choice([0, 1, 4, 9]))
        for life in lives:
            if link is None or life.person.pk == link.other_id:
                life.happens(day)
        catch_up(day)
        if link is None:
            before = tasks()
            gone, kept = chance.sample([twice.anak, twice.again], 2)
            again = merge(twice, gone, kept, day)
            carried += sum(bool(task.also) for task in Task.objects.filter(person=kept))
            check(Person.objects.get(pk=kept.pk), day)
            if chance.random() < 0.5:
                part(twice, again, day)
                assert tasks() == before
            else:
                link = again
        elif chance.random() < 0.5:
            part(twice, link, day)
            link = None
        assert not waiting(day).exists()
        for person in Person.objects.filter(pk__in=[twice.anak.pk, twice.again.pk], active=True):
            check(person, day)
    assert PersonLink.objects.count() > 1
    assert carried or seed not in (0, 1, 2), "some notes must have been carried over"
