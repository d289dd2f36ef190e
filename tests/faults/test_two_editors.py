"""Two people who change one person at the same moment: one is stored, the other is told and nothing is written over; two visits are both kept."""

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from primary_care.accounts.models import Assignment, User
from primary_care.audit.queries import verify_chains
from primary_care.keys import new_key
from primary_care.people.actions import ActionRefused, correct_person
from primary_care.people.models import Person, PersonVersion
from primary_care.visits.actions import record_visit
from primary_care.visits.models import Contact
from primary_care.visits.tests.world import BEGAN, TODAY, small_world

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works: Callable[[], object]) -> list[object]:
    """Do all of it at once, each with a connection of its own; what each gave back, or raised."""
    begin = threading.Barrier(len(works))
    given: list[object] = [None] * len(works)

    def one(position: int) -> None:
        try:
            begin.wait()
            given[position] = works[position]()
        except Exception as error:
            given[position] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(position,)) for position in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def registrar(world: Any, name: str) -> Assignment:
    user = User.objects.create_user(name, full_name=name)
    return Assignment.objects.create(user=user, role="registrasi", unit=world.puskesmas, valid_from=BEGAN)


def test_of_two_corrections_one_is_stored_and_the_other_is_told() -> None:
    world = small_world()
    first, second = registrar(world, "satu"), registrar(world, "dua")
    for turn in range(5):
        person = Person.objects.get(pk=world.ibu.pk)
        seen, before = person.version_id, person.versions.count()
        assert seen

        def change(by: Assignment, text: str, seen: Any = seen) -> PersonVersion:
            return correct_person(
                Person.objects.get(pk=world.ibu.pk), {"occupation": text}, replaces=seen, by=by, on=TODAY
            )

        given = together(lambda: change(first, f"petani {turn}"), lambda: change(second, f"guru {turn}"))  # noqa: B023
        stored = [one for one in given if isinstance(one, PersonVersion)]
        told = [one for one in given if isinstance(one, ActionRefused)]
        assert len(stored) == len(told) == 1, given
        assert told[0].code == "sudah-berubah" and "sudah diubah" in str(told[0])
        person.refresh_from_db()
        assert person.version_id == stored[0].pk and person.versions.count() == before + 1
    assert verify_chains() == []


def test_of_two_visits_both_are_kept_and_of_one_sent_twice_one() -> None:
    world = small_world()
    common = {
        "on": TODAY - timedelta(days=1),
        "today": TODAY,
        "by": world.bidan,
        "cadre": "bidan",
        "unit": world.puskesmas,
    }

    def visit(key: Any, weight: str) -> object:
        return record_visit(world.anak, contact_id=key, observations={"berat-badan-kg": Decimal(weight)}, **common)

    one, other, twice = new_key(), new_key(), new_key()
    together(
        lambda: visit(one, "8.1"), lambda: visit(other, "8.2"), lambda: visit(twice, "8.1"), lambda: visit(twice, "8.1")
    )
    assert set(Contact.objects.values_list("pk", flat=True)) == {one, other, twice}
    assert verify_chains() == []
