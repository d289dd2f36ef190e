"""What is taken out of a decision before a page has it: an exposed infant, a mother in danger."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from primary_care.accounts.sight import Sight, sight_of
from primary_care.decisions.content import knowledge
from primary_care.decisions.queries import decide_for
from primary_care.decisions.reading import Reading
from primary_care.decisions.visibility import closed, seen
from primary_care.keys import new_key
from primary_care.visits.actions import record_visit
from primary_care.visits.episodes import open_episode, record_attributes
from primary_care.visits.tests.world import TODAY

KADER = sight_of("kader", "kader-terlatih", inside=True, own=True)
BIDAN = sight_of("petugas-klaster-2", "bidan", inside=True, own=False)
OWN_BIDAN = sight_of("petugas-klaster-2", "bidan", inside=True, own=True)
HEAD = sight_of("kepala-puskesmas", "dokter", inside=True, own=False)


@pytest.fixture
def exposed(world: Any) -> Reading:
    """What is decided about a child whose mother has HIV."""
    record_attributes(world.anak, facts={"ibu-hiv": "reaktif"}, on=world.anak.birth_date, by=world.bidan)
    return decide_for(world.anak, TODAY)


def words(reading: Reading) -> str:
    """Everything in a reading that a page may print."""
    said = [f"{one.label} {one.because} {one.why} {one.whole} {one.missing}" for one in reading.services]
    said += [f"{one.label} {one.because}" for one in reading.findings]
    said += [one.label for one in reading.actions]
    said += [f"{one.label} {one.needed_for}" for one in reading.missing]
    return "\n".join(said)


@pytest.mark.parametrize("sight", [KADER, BIDAN, HEAD])
def test_nothing_tells_that_a_child_was_exposed(exposed: Reading, sight: Sight) -> None:
    hidden = {one.id for one in exposed.services if one.topic == "hiv"}
    assert hidden and "HIV" in words(exposed)
    shown = seen(exposed, sight)
    assert not hidden & {one.id for one in shown.services}
    assert not [one.id for one in shown.findings if one.topic == "hiv"]
    assert "HIV" not in words(shown)
    assert all(action.finding in {one.id for one in exposed.findings} for action in shown.actions)


def test_those_who_treat_the_child_see_it(exposed: Reading) -> None:
    shown = seen(exposed, OWN_BIDAN)
    assert {one.id for one in exposed.services} == {one.id for one in shown.services}
    assert {one.id for one in exposed.findings} == {one.id for one in shown.findings}


def test_rechecks_of_what_is_closed_are_closed(exposed: Reading) -> None:
    open_findings = {one.id for one in seen(exposed, KADER).findings}
    for action in seen(exposed, KADER).actions:
        followers = {one.id for one in exposed.findings if any(each is action for each in one.actions)}
        assert followers & open_findings


def test_a_kader_is_told_that_help_is_needed_and_not_why(world: Any) -> None:
    open_episode(
        world.ibu,
        kind="kehamilan",
        facts={"hpht": TODAY - timedelta(weeks=30)},
        registered_on=TODAY,
        today=TODAY,
        by=world.bidan,
    )
    record_visit(
        world.ibu, contact_id=new_key(), on=TODAY, today=TODAY, by=world.bidan, cadre="bidan", unit=world.puskesmas,
        observations={"sistolik": Decimal(165), "diastolik": Decimal(112), "protein-urin": "+2"},
    )  # fmt: skip
    reading = decide_for(world.ibu, TODAY)
    severe = knowledge().findings["preeklampsia-berat"].label.id
    assert severe in words(reading) and severe not in words(seen(reading, KADER))
    told = closed(reading, KADER)
    assert told is not None and not told.may_open
    assert closed(reading, OWN_BIDAN) is None
    assert closed(reading, HEAD) is None, "the head reads figures of screening, not findings"


def test_an_urgent_secret_is_told_to_those_who_may_open_it_and_not_to_a_kader(world: Any) -> None:
    open_episode(
        world.ibu,
        kind="kehamilan",
        facts={"hpht": TODAY - timedelta(weeks=30)},
        registered_on=TODAY,
        today=TODAY,
        by=world.bidan,
    )
    record_visit(
        world.ibu, contact_id=new_key(), on=TODAY, today=TODAY, by=world.bidan, cadre="bidan", unit=world.puskesmas,
        observations={"srq-17": True},
    )  # fmt: skip
    reading = decide_for(world.ibu, TODAY)
    assert [one for one in reading.urgent if one.topic == "jiwa"]
    told = closed(reading, BIDAN)
    assert told is not None and told.may_open
    assert closed(reading, KADER) is None, "for a kader the knowledge has a neutral finding of its own"
