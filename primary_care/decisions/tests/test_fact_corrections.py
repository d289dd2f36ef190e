"""Mending what is known apart from visits: new facts beside the old ones, true from the day of the wrong one, findings made anew, who may."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from primary_care.accounts.access import NotAllowed
from primary_care.audit.models import AuditEntry
from primary_care.decisions.fact_corrections import birth_facts_open_to, correct_birth_facts, correct_episode
from primary_care.decisions.queries import decide_for
from primary_care.decisions.tests.test_corrections import saved, seeing, somebody, standing
from primary_care.visits.actions import VisitRefused
from primary_care.visits.episodes import close_episode, open_episode, record_attributes
from primary_care.visits.fact_corrections import End
from primary_care.visits.models import Correction, Episode
from primary_care.visits.queries import episode_values, facts_of
from primary_care.visits.tests.world import TODAY

HPHT = TODAY - timedelta(weeks=26)
REGISTERED = TODAY - timedelta(weeks=16)


@pytest.fixture
def pregnancy(world: Any) -> Episode:
    facts = {"hpht": HPHT, "gravida": Decimal(2)}
    return open_episode(
        world.ibu, kind="kehamilan", facts=facts, registered_on=REGISTERED, today=TODAY, by=world.bidan, assignment=world.assignment
    )  # fmt: skip


def mend(world: Any, episode: Episode, facts: dict[str, Any], **changes: Any) -> Correction | None:
    episode.refresh_from_db()
    given = {
        "end": End(episode.ended_on, episode.outcome),
        "reason": "salah baca kartu",
        "by": world.assignment,
        "today": TODAY,
    }
    return correct_episode(episode, facts=facts, **given | changes)


def at_fault(world: Any, episode: Episode, facts: dict[str, Any], **changes: Any) -> list[str]:
    with pytest.raises(VisitRefused) as caught:
        mend(world, episode, facts, **changes)
    return [one.at for one in (*caught.value.faults, *caught.value.questions)]


def weeks(world: Any) -> object:
    return decide_for(world.ibu, TODAY).value("usia-kehamilan", "kehamilan")


def test_another_last_period_changes_the_weeks_and_the_findings_of_visits_since(world: Any, pregnancy: Episode) -> None:
    contact = saved(world, world.ibu, {"sistolik": Decimal(145), "diastolik": Decimal(92)}, days_ago=1)
    late = standing(contact)
    new = TODAY - timedelta(weeks=17)
    correction = mend(world, pregnancy, {"hpht": new})
    assert correction is not None and correction.episode == pregnancy and correction.reason == "salah baca kartu"
    assert weeks(world) == 17 * 7
    assert standing(contact) == {one.id for one in decide_for(world.ibu, contact.on).findings if one.on == contact.on}
    assert late != standing(contact), "below 20 weeks high pressure is another finding"
    rows = pregnancy.facts.filter(item="hpht").order_by("recorded_at", "id")
    assert [row.day for row in rows] == [HPHT, new] and rows[1].replaces == rows[0]
    assert AuditEntry.objects.filter(kind="visits.correction", person_id=world.ibu.pk, user=world.bidan).exists()


def test_the_new_fact_holds_since_the_wrong_one_did(world: Any, pregnancy: Episode) -> None:
    mend(world, pregnancy, {"hpht": HPHT - timedelta(days=7)})
    then = facts_of(world.ibu, REGISTERED)["episodes"][0]
    assert then["hpht"] == HPHT - timedelta(days=7)


def test_a_forgotten_fact_is_added_and_one_that_is_not_known_taken_back(world: Any, pregnancy: Episode) -> None:
    mend(world, pregnancy, {"hpht": None, "partus": Decimal(1)})
    assert episode_values(pregnancy) == {"gravida": 2, "partus": 1}
    assert weeks(world) is None
    mend(world, pregnancy, {"hpht": HPHT})
    assert episode_values(pregnancy)["hpht"] == HPHT, "and told again"


def test_what_is_as_it_was_is_left_alone(world: Any, pregnancy: Episode) -> None:
    assert mend(world, pregnancy, {"hpht": HPHT, "gravida": Decimal(2), "partus": None}) is None
    assert not Correction.objects.exists()


def test_what_cannot_be_is_refused_at_its_field(world: Any, pregnancy: Episode) -> None:
    assert at_fault(world, pregnancy, {"hpht": TODAY - timedelta(weeks=16 + 45)}) == ["hpht"]
    assert at_fault(world, pregnancy, {"hpht": REGISTERED + timedelta(days=1)}) == ["hpht"]
    assert at_fault(world, pregnancy, {"gravida": Decimal(-1)}) == ["gravida"]
    assert at_fault(world, pregnancy, {"gravida": Decimal(3)}, reason=" ") == ["alasan"]
    assert episode_values(pregnancy) == {"hpht": HPHT, "gravida": 2}, "and nothing is kept"


def test_an_end_that_was_none_is_taken_back_and_can_come_later(world: Any, pregnancy: Episode) -> None:
    close_episode(pregnancy, ended_on=TODAY - timedelta(weeks=10), outcome="abortus", today=TODAY, by=world.bidan)
    assert mend(world, pregnancy, {}, end=End()) is not None
    pregnancy.refresh_from_db()
    assert (pregnancy.ended_on, pregnancy.outcome) == (None, "")
    assert weeks(world) == 26 * 7
    close_episode(pregnancy, ended_on=TODAY, outcome="lahir-hidup", today=TODAY, by=world.bidan)
    assert facts_of(world.ibu, TODAY)["episodes"][0]["outcome"] == "lahir-hidup"


def test_the_day_of_an_end_is_mended_but_a_birth_stays_a_birth(world: Any, pregnancy: Episode) -> None:
    born = TODAY - timedelta(days=3)
    close_episode(pregnancy, ended_on=born, outcome="lahir-hidup", today=TODAY, by=world.bidan)
    mend(world, pregnancy, {}, end=End(born + timedelta(days=1), "lahir-hidup"))
    pregnancy.refresh_from_db()
    assert pregnancy.ended_on == born + timedelta(days=1)
    assert facts_of(world.ibu, TODAY)["episodes"][0]["ended"] == pregnancy.ended_on
    assert at_fault(world, pregnancy, {}, end=End(born, "abortus")) == ["outcome"]
    assert at_fault(world, pregnancy, {}, end=End()) == ["outcome"]
    assert at_fault(world, pregnancy, {}, end=End(TODAY + timedelta(days=1), "lahir-hidup")) == ["ended"]
    assert at_fault(world, pregnancy, {"hpht": REGISTERED}) == ["ended"], "no birth below 20 weeks"


def test_an_older_end_stays_before_the_pregnancy_that_follows(world: Any, pregnancy: Episode) -> None:
    close_episode(pregnancy, ended_on=TODAY - timedelta(weeks=14), outcome="abortus", today=TODAY, by=world.bidan)
    last = TODAY - timedelta(weeks=10)
    open_episode(
        world.ibu, kind="kehamilan", facts={"hpht": last}, registered_on=TODAY - timedelta(weeks=4), today=TODAY, by=world.bidan
    )  # fmt: skip
    assert at_fault(world, pregnancy, {}, end=End(TODAY, "abortus")) == ["ended"]
    assert at_fault(world, pregnancy, {}, end=End()) == ["outcome"], "two cannot be going on"
    assert mend(world, pregnancy, {}, end=End(TODAY - timedelta(weeks=15), "abortus")) is not None


def test_who_did_not_record_it_and_may_not_change_records_is_refused(world: Any, pregnancy: Episode) -> None:
    kader = somebody(world, "kader", "kader", world.posyandu)
    with pytest.raises(NotAllowed):
        mend(world, pregnancy, {"hpht": None}, by=kader)
    other = somebody(world, "dokter", "dokter")
    assert mend(world, pregnancy, {"gravida": Decimal(3)}, by=other) is not None


def test_facts_cannot_be_edited_and_a_correction_is_of_one_thing(world: Any, pregnancy: Episode) -> None:
    correction = mend(world, pregnancy, {"gravida": Decimal(3)})
    assert correction is not None
    for broken in (
        lambda: pregnancy.facts.update(number=4),
        lambda: Correction.objects.create(kind="salah-nilai", reason="tanpa apa-apa", recorded_by=world.bidan),
        lambda: Correction.objects.create(
            kind="salah-nilai", reason="dari dua hal", recorded_by=world.bidan, episode=pregnancy, person=world.ibu
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            broken()


def test_the_facts_of_a_birth_are_mended_and_the_visits_since_judged_anew(world: Any) -> None:
    child = world.anak
    record_attributes(child, facts={"berat-lahir-g": Decimal(3100)}, on=child.birth_date, by=world.bidan)
    given = {"reason": "salah ketik", "by": world.assignment, "sight": seeing(world.assignment), "today": TODAY}
    correction = correct_birth_facts(child, facts={"berat-lahir-g": Decimal(2100), "kembar-jumlah": None}, **given)
    assert correction is not None and correction.person == child
    assert facts_of(child, child.birth_date)["person"]["attributes"] == {"berat-lahir-g": 2100}
    assert decide_for(child, TODAY).value("riwayat-bblr") is True
    assert correct_birth_facts(child, facts={"berat-lahir-g": Decimal(2100)}, **given) is None
    correct_birth_facts(child, facts={"berat-lahir-g": None}, **given)
    assert facts_of(child, TODAY)["person"]["attributes"] == {}


def test_what_is_closed_to_somebody_is_not_his_to_mend(world: Any) -> None:
    gizi = somebody(world, "registrasi", "nutrisionis")
    sight = seeing(gizi, own=False)
    assert "ibu-hiv" not in birth_facts_open_to(sight)
    with pytest.raises(NotAllowed):
        correct_birth_facts(
            world.anak, facts={"ibu-hiv": "reaktif"}, reason="dari kartu ibu", by=gizi, sight=sight, today=date.max
        )
