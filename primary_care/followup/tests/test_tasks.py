"""Tasks open by findings, close by facts, and open again when the fact is taken back; what workers say about them; who sees them."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.models import Assignment, Role, User
from primary_care.accounts.scope import scope_of_assignment
from primary_care.audit.models import AuditEntry
from primary_care.decisions.actions import save_visit
from primary_care.decisions.content import knowledge
from primary_care.decisions.keeping import catch_up, refresh
from primary_care.followup import queries
from primary_care.followup.actions import NoteRefused, assign, decline, drop, postpone, report, withdraw
from primary_care.followup.following import KEPT_FOR
from primary_care.followup.models import NoteKind, State, Task, TaskNote
from primary_care.followup.transitions import ALLOWED, allows
from primary_care.keys import new_key
from primary_care.people.models import Person
from primary_care.visits.corrections import correct_contact
from primary_care.visits.episodes import open_episode
from primary_care.visits.models import Contact
from primary_care.visits.tests.world import BEGAN, TODAY

DAY = timedelta(days=1)


def visit(world: Any, person: Person, on: date, unit: str = "puskesmas", **values: Any) -> Contact:
    place = {"puskesmas": world.puskesmas, "posyandu": world.posyandu, "rumah": world.puskesmas}[unit]
    return save_visit(
        person, contact_id=new_key(), on=on, today=on, by=world.bidan, cadre="bidan", unit=place, unit_kind=unit,
        observations={item.replace("_", "-"): value for item, value in values.items()},
    ).contact  # fmt: skip


def pregnant(world: Any) -> Person:
    hpht = TODAY - timedelta(weeks=20)
    open_episode(world.ibu, kind="kehamilan", facts={"hpht": hpht}, registered_on=TODAY, today=TODAY, by=world.bidan)
    return Person.objects.get(pk=world.ibu.pk)


def the(action: str) -> Task:
    return Task.objects.get(action=action, state=State.OPEN)


def test_a_recheck_opens_with_the_finding_and_closes_when_it_is_measured_again(world: Any) -> None:
    mother = pregnant(world)
    found = visit(world, mother, TODAY, hb=Decimal("10.4"))
    rule, *_ = knowledge().findings["anemia-ringan"].recheck
    task = the(rule.id)
    assert (task.kind, task.contact, task.unit, task.opened_on) == ("recheck", found, world.puskesmas, TODAY)
    assert task.due == TODAY + timedelta(days=30)
    visit(world, mother, TODAY + 5 * DAY, sistolik=Decimal(110), diastolik=Decimal(70))
    assert the(rule.id).pk == task.pk, "something else was measured"
    closing = visit(world, mother, TODAY + 20 * DAY, hb=Decimal("11.6"))
    task.refresh_from_db()
    assert (task.state, task.closed_on, task.closed_by) == (State.DONE, TODAY + 20 * DAY, closing)


def test_it_opens_again_when_the_fact_that_closed_it_is_taken_back(world: Any) -> None:
    mother = pregnant(world)
    visit(world, mother, TODAY, hb=Decimal("10.4"))
    task = Task.objects.get(action=knowledge().findings["anemia-ringan"].recheck[0].id)
    closing = visit(world, mother, TODAY + 20 * DAY, hb=Decimal("11.6"))
    correct_contact(closing, values={"hb": None}, reason="salah orang", by=world.bidan)
    catch_up(TODAY + 21 * DAY)
    task.refresh_from_db()
    assert (task.state, task.closed_on, task.closed_by) == (State.OPEN, None, None)


def test_it_is_gone_when_the_fact_that_opened_it_is_taken_back(world: Any) -> None:
    mother = pregnant(world)
    found = visit(world, mother, TODAY, hb=Decimal("10.4"))
    assert Task.objects.filter(finding="anemia-ringan").exists()
    correct_contact(found, values={"hb": None}, reason="salah orang", by=world.bidan)
    catch_up(TODAY)
    assert not Task.objects.filter(finding="anemia-ringan").exists()


def test_made_again_it_is_a_new_task_and_the_old_one_was_done(world: Any) -> None:
    mother = pregnant(world)
    visit(world, mother, TODAY, hb=Decimal("10.4"))
    old = Task.objects.get(action=knowledge().findings["anemia-ringan"].recheck[0].id)
    visit(world, mother, TODAY + 28 * DAY, hb=Decimal("10.2"))
    old.refresh_from_db()
    assert (old.state, the(old.action).opened_on) == (State.DONE, TODAY + 28 * DAY)


def test_a_referral_is_answered_by_a_contact_at_the_place_or_further_up(world: Any) -> None:
    mother = pregnant(world)
    visit(world, mother, TODAY, "posyandu", suhu_c=Decimal("39.0"))
    task = the("rujuk-puskesmas")
    visit(world, mother, TODAY + DAY, "posyandu", lila_cm=Decimal("25.0"))
    assert the("rujuk-puskesmas").pk == task.pk
    visit(world, mother, TODAY + 2 * DAY, "puskesmas", lila_cm=Decimal("25.0"))
    task.refresh_from_db()
    assert (task.state, task.closed_on) == (State.DONE, TODAY + 2 * DAY)


def test_a_new_danger_is_not_hidden_behind_an_older_referral_that_was_answered(world: Any) -> None:
    mother = pregnant(world)
    visit(world, mother, TODAY, "posyandu", lila_cm=Decimal("22.4"))
    visit(world, mother, TODAY + DAY, "puskesmas", suhu_c=Decimal("36.9"))
    visit(world, mother, TODAY + 9 * DAY, "posyandu", tanda_bahaya_hamil=["demam"])
    again = the("rujuk-puskesmas")
    assert again.opened_on == TODAY + 9 * DAY


def test_what_only_time_brings_begins_on_its_day_and_ends_with_the_service(world: Any) -> None:
    child = world.anak
    refresh([child.pk], TODAY)
    task = the("sweeping-balita-timbang")
    assert task.contact is None and task.kind == "visit" and task.opened_on < TODAY
    refresh([child.pk], TODAY + 3 * DAY)
    assert (the("sweeping-balita-timbang").pk, the("sweeping-balita-timbang").due) == (task.pk, task.due)
    visit(world, child, TODAY + 4 * DAY, "posyandu", berat_badan_kg=Decimal("8.1"))
    task.refresh_from_db()
    assert (task.state, task.closed_on) == (State.DONE, TODAY + 4 * DAY)


def test_tasks_closed_long_ago_are_left_out(world: Any) -> None:
    mother = pregnant(world)
    visit(world, mother, TODAY, hb=Decimal("10.4"))
    visit(world, mother, TODAY + DAY, hb=Decimal("11.6"))
    assert Task.objects.filter(finding="anemia-ringan", state=State.DONE).exists()
    refresh([mother.pk], TODAY + DAY + KEPT_FOR)
    assert Task.objects.filter(finding="anemia-ringan", state=State.DONE).exists()
    refresh([mother.pk], TODAY + 2 * DAY + KEPT_FOR)
    assert not Task.objects.filter(finding="anemia-ringan").exists()


def test_the_dead_have_no_open_tasks(world: Any) -> None:
    from primary_care.people.actions import record_death

    mother = pregnant(world)
    visit(world, mother, TODAY, hb=Decimal("10.4"))
    record_death(Person.objects.get(pk=mother.pk), TODAY + DAY, by=world.assignment, on=TODAY + DAY)
    catch_up(TODAY + DAY)
    assert not Task.objects.filter(person=mother, state=State.OPEN).exists()
    assert Task.objects.get(finding="anemia-ringan").closed_on == TODAY + DAY


# --- what workers say ---


@pytest.fixture
def task(world: Any) -> Task:
    visit(world, pregnant(world), TODAY, "posyandu", suhu_c=Decimal("39.0"))
    return queries.tasks_for(world.assignment, TODAY).get(action="rujuk-puskesmas")


def test_postponed_it_is_late_from_the_new_day_on(world: Any, task: Task) -> None:
    until = TODAY + 10 * DAY
    postpone(task, until, "keluarga di luar kota", by=world.assignment, today=TODAY, key=new_key())
    again = Task.objects.get(pk=task.pk)
    assert (again.act_by, again.due, again.state) == (until, task.due, State.OPEN)


def test_reported_it_is_closed_and_taken_back_it_is_open(world: Any, task: Task) -> None:
    note = report(task, TODAY, "RS Tirta, kata suaminya", by=world.assignment, today=TODAY, key=new_key())
    assert Task.objects.get(pk=task.pk).state == State.REPORTED
    withdraw(note, Task.objects.get(pk=task.pk), by=world.assignment, today=TODAY, key=new_key())
    assert Task.objects.get(pk=task.pk).state == State.OPEN
    assert [one.kind for one in queries.notes_about(task)] == ["reported", "withdrawn"]


def test_reported_it_is_open_again_when_it_is_found_anew(world: Any, task: Task) -> None:
    report(task, TODAY, "RS Tirta, kata suaminya", by=world.assignment, today=TODAY, key=new_key())
    visit(world, task.person, TODAY + 7 * DAY, "posyandu", suhu_c=Decimal("38.8"))
    assert the("rujuk-puskesmas").opened_on == TODAY + 7 * DAY


def test_assigned_it_is_the_owners_own_work(world: Any, task: Task) -> None:
    kader = someone(world, "kader", world.posyandu)
    assert not queries.tasks_for(kader, TODAY).exists()
    assign(task, kader, by=world.assignment, today=TODAY, key=new_key())
    [mine] = queries.tasks_for(kader, TODAY)
    assert mine.owner == kader
    assert Person.objects.filter(queries.assigned_to(kader.user_id)).get() == task.person
    postpone(mine, TODAY + 3 * DAY, "hujan deras", by=kader, today=TODAY, key=new_key())
    with pytest.raises(NotAllowed):
        drop(mine, "tidak perlu lagi", by=kader, today=TODAY, key=new_key())


@pytest.mark.parametrize(
    ("say", "at"),
    [
        (lambda task, how: postpone(task, None, "alasan", **how), "sampai"),
        (lambda task, how: postpone(task, TODAY, "alasan", **how), "sampai"),
        (lambda task, how: postpone(task, TODAY + 91 * DAY, "alasan", **how), "sampai"),
        (lambda task, how: postpone(task, TODAY + DAY, " ", **how), "alasan"),
        (lambda task, how: postpone(task, TODAY + DAY, "a" * 301, **how), "alasan"),
        (lambda task, how: decline(task, TODAY + 8 * DAY, "alasan", **how), "sampai"),
        (lambda task, how: report(task, TODAY + DAY, "RS Tirta", **how), "tanggal"),
        (lambda task, how: report(task, TODAY - DAY, "RS Tirta", **how), "tanggal"),
        (lambda task, how: report(task, None, "RS Tirta", **how), "tanggal"),
        (lambda task, how: drop(task, "", **how), "alasan"),
        (lambda task, how: assign(task, None, **how), "petugas"),
    ],
)
def test_what_cannot_be_so_is_refused_at_its_place_and_nothing_is_written(
    world: Any, task: Task, say: Any, at: str
) -> None:
    with pytest.raises(NoteRefused) as refused:
        say(task, {"by": world.assignment, "today": TODAY, "key": new_key()})
    assert [fault.at for fault in refused.value.faults] == [at]
    assert not TaskNote.objects.exists()


def test_an_owner_must_work_where_the_person_lives(world: Any, task: Task) -> None:
    other = Assignment.objects.get(user=world.stranger)
    with pytest.raises(NoteRefused):
        assign(task, other, by=world.assignment, today=TODAY, key=new_key())


def test_the_same_key_says_it_once_and_leaves_one_line_in_the_trail(world: Any, task: Task) -> None:
    key = new_key()
    for _ in range(2):
        drop(task, "pindah ke luar kota", by=world.assignment, today=TODAY, key=key)
    assert TaskNote.objects.count() == AuditEntry.objects.filter(kind="followup.note").count() == 1


def test_a_closed_task_takes_no_more_notes(world: Any, task: Task) -> None:
    drop(task, "pindah ke luar kota", by=world.assignment, today=TODAY, key=new_key())
    with pytest.raises(NoteRefused):
        postpone(task, TODAY + DAY, "alasan", by=world.assignment, today=TODAY, key=new_key())


def test_every_note_has_its_states_and_its_right() -> None:
    assert set(ALLOWED) == set(NoteKind.values)
    assert all(allows(State.OPEN, note) for note in ALLOWED)
    assert not any(allows(State.DONE, note) for note in ALLOWED)


def test_what_was_said_cannot_be_changed(world: Any, task: Task) -> None:
    drop(task, "pindah ke luar kota", by=world.assignment, today=TODAY, key=new_key())
    with pytest.raises(IntegrityError), transaction.atomic():
        TaskNote.objects.update(text="lain")


# --- who sees what ---


def someone(world: Any, role: str, unit: Any) -> Assignment:
    user = User.objects.create_user(f"{role}.satu", "rahasia-sekali", full_name=role)
    unit.catchments.get_or_create(area=world.rt, valid_from=BEGAN)
    cadre = {"kader": "kader", "dokter": "dokter"}.get(role, "bidan")
    return Assignment.objects.create(user=user, role=role, cadre=cadre, unit=unit, valid_from=BEGAN)


def says_the_same_of_few(by: Assignment) -> bool:
    """Whether what a page of people asks tells the tasks that the list tells."""
    few = queries.tasks_of_many(Person.objects.all(), by, TODAY).values()
    return {one.pk for tasks in few for one in tasks} == {one.pk for one in queries.tasks_for(by, TODAY)}


SEES = {"petugas-pustu", "dokter", "petugas-klaster-2", "petugas-klaster-3", "petugas-klaster-4"}


@pytest.mark.parametrize("role", Role.values)
def test_who_sees_a_task_of_a_screening(world: Any, task: Task, role: str) -> None:
    mine = someone(world, role, world.puskesmas)
    assert queries.tasks_for(mine, TODAY).filter(pk=task.pk).exists() == (role in SEES)
    stranger = Assignment.objects.get(user=world.stranger)
    assert not queries.tasks_for(stranger, TODAY).exists()
    assert says_the_same_of_few(mine) and says_the_same_of_few(stranger)
    assert scope_of_assignment(mine, TODAY) is not None


def test_a_task_of_a_sensitive_finding_is_seen_by_who_works_with_the_person(world: Any) -> None:
    mother = pregnant(world)
    visit(world, mother, TODAY, hbsag="reaktif")
    sensitive = {one.id for one in knowledge().findings.values() if one.sensitive == "hepatitis"}
    assert Task.objects.filter(finding__in=sensitive).exists()
    doctor = someone(world, "dokter", world.puskesmas)
    assert not queries.tasks_for(doctor, TODAY).filter(finding__in=sensitive).exists()
    assert queries.tasks_for(world.assignment, TODAY).filter(finding__in=sensitive).exists()
    assert says_the_same_of_few(doctor) and says_the_same_of_few(world.assignment)


def test_what_is_open_does_not_hide_behind_what_is_closed(world: Any) -> None:
    """Two findings ask for the hospital, one of them sensitive: they are two tasks, and who may see one sees that one."""
    mother = pregnant(world)
    visit(world, mother, TODAY, hbsag="reaktif", sistolik=Decimal(165), diastolik=Decimal(112), protein_urin="+2")
    doctor = someone(world, "dokter", world.puskesmas)
    both = queries.tasks_for(world.assignment, TODAY).filter(action="rujuk-rumah-sakit", state=State.OPEN)
    assert {task.topic for task in both} == {"", "hepatitis"}
    assert [task.topic for task in queries.tasks_for(doctor, TODAY).filter(pk__in=both)] == [""]


def test_the_list_of_a_unit_has_what_is_late_first_and_of_that_the_most_urgent(world: Any) -> None:
    mother = pregnant(world)
    visit(world, mother, TODAY, hb=Decimal("10.4"), sistolik=Decimal(165), diastolik=Decimal(112))
    found = list(queries.open_tasks(world.assignment, TODAY + 40 * DAY))
    late = [task.act_by < TODAY + 40 * DAY for task in found]
    assert late == sorted(late, reverse=True)
    ranks = [
        ["gawat", "segera"].index(t.severity) if t.severity in ("gawat", "segera") else 2
        for t in found
        if t.act_by < TODAY + 40 * DAY
    ]
    assert ranks == sorted(ranks)
    counts = queries.counts(queries.open_tasks(world.assignment, TODAY), TODAY)
    assert counts.all == len(found)
