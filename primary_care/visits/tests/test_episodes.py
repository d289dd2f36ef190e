"""Registering and ending pregnancies: what is refused, what is asked, what the engine is told."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from primary_care.visits import queries
from primary_care.visits.actions import VisitRefused
from primary_care.visits.episodes import close_episode, open_episode, record_attributes
from primary_care.visits.models import Episode


def pregnancy(world: Any, person: Any, hpht: date | None, **changes: Any) -> Episode:
    """A pregnancy registered today, with `changes`."""
    given = {
        "kind": "kehamilan", "facts": {"hpht": hpht} if hpht else {}, "registered_on": world.today, "today": world.today,
        "by": world.bidan,
    }  # fmt: skip
    return open_episode(person, **(given | changes))


def refused(world: Any, person: Any, hpht: date | None, **changes: Any) -> VisitRefused:
    with pytest.raises(VisitRefused) as caught:
        pregnancy(world, person, hpht, **changes)
    return caught.value


def test_a_pregnancy_is_told_to_the_engine(world: Any) -> None:
    pregnancy(world, world.ibu, date(2026, 4, 15))
    assert queries.facts_of(world.ibu, world.today)["episodes"] == [
        {"kind": "kehamilan", "registered": world.today, "hpht": date(2026, 4, 15)}
    ]


def test_a_last_period_that_is_not_known_is_accepted(world: Any) -> None:
    pregnancy(world, world.ibu, None)
    assert queries.facts_of(world.ibu, world.today)["episodes"] == [{"kind": "kehamilan", "registered": world.today}]


def test_a_man_cannot_be_pregnant(world: Any) -> None:
    fault = refused(world, world.bapak, date(2026, 4, 15)).faults[0]
    assert fault.at == "kehamilan" and "laki-laki" in fault.message


@pytest.mark.parametrize(("back", "accepted"), [(-1, False), (0, True), (308, True), (309, False)])
def test_the_last_period_lies_within_44_weeks_before_today(world: Any, back: int, accepted: bool) -> None:
    hpht = world.today - timedelta(days=back)
    if accepted:
        assert pregnancy(world, world.ibu, hpht)
    else:
        assert refused(world, world.ibu, hpht).faults[0].at == "hpht"


def test_only_one_pregnancy_at_a_time(world: Any) -> None:
    pregnancy(world, world.ibu, date(2026, 4, 15))
    assert refused(world, world.ibu, date(2026, 4, 20)).faults[0].at == "kehamilan"
    with pytest.raises(IntegrityError), transaction.atomic():
        Episode.objects.create(person=world.ibu, kind="kehamilan", registered_on=world.today, registered_by=world.bidan)


def test_a_last_period_before_the_last_delivery_is_refused(world: Any) -> None:
    first = pregnancy(world, world.ibu, date(2025, 6, 1), registered_on=date(2025, 8, 1))
    close_episode(first, ended_on=date(2026, 3, 1), outcome="lahir-hidup", today=world.today, by=world.bidan)
    assert "1 Maret 2026" in refused(world, world.ibu, date(2026, 2, 1)).faults[0].message
    assert refused(world, world.ibu, date(2026, 3, 1)).faults
    assert pregnancy(world, world.ibu, date(2026, 4, 15))


def test_an_end_before_the_last_period_or_tomorrow_is_refused(world: Any) -> None:
    episode = pregnancy(world, world.ibu, date(2026, 4, 15))
    for day in (date(2026, 4, 14), world.today + timedelta(days=1)):
        with pytest.raises(VisitRefused) as caught:
            close_episode(episode, ended_on=day, outcome="abortus", today=world.today, by=world.bidan)
        assert caught.value.faults[0].at == "ended"
    with pytest.raises(VisitRefused):
        close_episode(episode, ended_on=world.today, outcome="entah", today=world.today, by=world.bidan)
    close_episode(episode, ended_on=world.today, outcome="abortus", today=world.today, by=world.bidan)
    with pytest.raises(VisitRefused):
        close_episode(episode, ended_on=world.today, outcome="abortus", today=world.today, by=world.bidan)
    told = queries.facts_of(world.ibu, world.today)["episodes"][0]
    assert (told["ended"], told["outcome"]) == (world.today, "abortus")


def test_an_unlikely_age_is_asked_about(world: Any) -> None:
    question = refused(world, world.anak, date(2026, 4, 15)).questions[0]
    assert pregnancy(world, world.anak, date(2026, 4, 15), confirmed=frozenset({question.token}))


def test_attributes_are_known_from_their_day_and_can_be_corrected(world: Any) -> None:
    record_attributes(world.anak, facts={"berat-lahir-g": 3100}, on=date(2025, 9, 1), by=world.bidan)
    record_attributes(world.anak, facts={"berat-lahir-g": 3150}, on=date(2025, 9, 1), by=world.bidan)
    assert queries.facts_of(world.anak, world.today)["person"]["attributes"] == {"berat-lahir-g": 3150}
    with pytest.raises(VisitRefused):
        record_attributes(world.anak, facts={"berat-lahir-g": -1}, on=date(2025, 9, 1), by=world.bidan)
