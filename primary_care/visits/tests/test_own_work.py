"""Roles without an area see those whom they have met, and nobody else."""

from typing import Any

import pytest

from primary_care.accounts.models import Assignment, User
from primary_care.accounts.scope import scope_of_assignment
from primary_care.keys import new_key
from primary_care.people.models import Person
from primary_care.visits.actions import record_visit
from primary_care.visits.tests.world import BEGAN, TODAY


@pytest.mark.parametrize("role", ["petugas-laboratorium", "petugas-farmasi", "fktp-lain", "rumah-sakit"])
def test_own_work_is_seen_and_the_rest_of_the_house_is_not(world: Any, role: str) -> None:
    worker = User.objects.create_user("seseorang", "rahasia-sekali", full_name="Seseorang")
    mine = Assignment.objects.create(user=worker, role=role, cadre="atlm", unit=world.puskesmas, valid_from=BEGAN)
    seen = Person.objects.visible_to(scope_of_assignment(mine, TODAY))
    assert not seen.exists()
    record_visit(
        world.ibu, contact_id=new_key(), on=TODAY, today=TODAY, by=worker, cadre="atlm", unit=world.puskesmas,
        assignment=mine, observations={"hb": 11},
    )  # fmt: skip
    assert list(seen.all()) == [world.ibu]
