"""Readings that are kept for lists: those of the judge, and anew as soon as something changes."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.utils import translation

from primary_care.decisions.actions import save_visit
from primary_care.decisions.keeping import refresh
from primary_care.decisions.queries import decide_for
from primary_care.desk import recent
from primary_care.keys import new_key
from primary_care.visits.actions import record_visit
from primary_care.visits.episodes import open_episode
from primary_care.visits.tests.world import TODAY


@pytest.fixture
def kept(world: Any) -> Any:
    recent._made.clear()
    hpht = {"hpht": TODAY - timedelta(weeks=26)}
    open_episode(world.ibu, kind="kehamilan", facts=hpht, registered_on=TODAY, today=TODAY, by=world.bidan)
    refresh([world.ibu.pk, world.anak.pk], TODAY)
    return world


def wanted(world: Any, person: Any) -> Any:
    return recent.recent_readings([world.ibu, world.anak], TODAY)[person.pk].reading


def test_they_say_what_the_judge_says_and_are_worked_out_once(kept: Any) -> None:
    first = wanted(kept, kept.anak)
    assert [one.id for one in first.wanted] == [one.id for one in decide_for(kept.anak, TODAY).wanted]
    with patch.object(
        recent, "decide_for_many", side_effect=lambda people, *_, **__: iter([(one, 1 / 0) for one in people])
    ):
        assert wanted(kept, kept.anak) is first
    with translation.override("en"):
        assert wanted(kept, kept.anak).wanted[0].why != first.wanted[0].why


def test_a_saved_visit_and_a_mark_end_them(kept: Any) -> None:
    visit = {
        "on": TODAY, "today": TODAY, "by": kept.bidan, "cadre": "bidan", "unit": kept.puskesmas,
        "observations": {"sistolik": Decimal(165), "diastolik": Decimal(112)},
    }  # fmt: skip
    assert not wanted(kept, kept.ibu).urgent
    save_visit(kept.ibu, contact_id=new_key(), unit_kind="puskesmas", assignment=kept.assignment, **visit)
    first = wanted(kept, kept.ibu)
    assert [one.id for one in first.urgent] == [one.id for one in decide_for(kept.ibu, TODAY).urgent] != []
    record_visit(kept.ibu, contact_id=new_key(), **visit)  # by another way, so that nobody has decided since
    assert wanted(kept, kept.ibu) is not first


def test_no_more_of_them_are_kept_than_memory_is_meant_for_them(kept: Any) -> None:
    with patch.object(recent, "MOST", 1):
        recent.recent_readings([kept.ibu, kept.anak], TODAY)
    assert len(recent._made) == 1
