"""Facts of many people and their areas, from few queries."""

from datetime import date, timedelta
from typing import Any

from primary_care.areas.actions import set_setting
from primary_care.areas.models import Area
from primary_care.areas.queries import settings_at, settings_of_many
from primary_care.decisions import content
from primary_care.decisions.asking import sections
from primary_care.decisions.queries import decide_for, decide_for_many
from primary_care.people.models import Person
from primary_care.visits.episodes import BIRTH_FROM, BIRTHS, PREGNANCY, open_episode
from primary_care.visits.tests.world import TODAY


def test_many_people_are_decided_in_three_queries(world: Any, django_assert_num_queries: Any) -> None:
    people = list(Person.objects.select_related("version"))
    assert len(people) > 1
    with django_assert_num_queries(3):
        readings = [reading for _, reading in decide_for_many(people, TODAY)]
    assert all(reading.on == TODAY for reading in readings)


def test_a_setting_of_her_area_reaches_the_decision(world: Any) -> None:
    rt = Area.objects.get(pk=world.ibu.area_id)
    desa = Area.objects.get(pk=rt.pk)
    while desa.level != "desa":
        desa = Area.objects.get(pk=desa.parent_id)
    set_setting(desa, "malaria-endemis", True, on=date(2026, 1, 1))
    set_setting(desa, "bukan-pengaturan", 3, on=date(2026, 1, 1))
    [(_, reading)] = decide_for_many([world.ibu], TODAY)
    assert reading.decision.person.facts.area["malaria-endemis"] is True
    assert "bukan-pengaturan" not in reading.decision.person.facts.area, "the knowledge has no such setting"


def test_each_area_has_its_own_settings_and_those_above_it(world: Any) -> None:
    rt = Area.objects.get(pk=world.ibu.area_id)
    parent = Area.objects.get(pk=rt.parent_id)
    set_setting(parent, "jumlah", 1, on=TODAY)
    set_setting(rt, "jumlah", 2, on=TODAY)
    both = settings_of_many([rt.pk, parent.pk], TODAY)
    assert (both[rt.pk]["jumlah"], both[parent.pk]["jumlah"]) == (2, 1)
    assert both[rt.pk] == settings_at(rt, TODAY)


def test_a_service_without_a_form_is_asked_by_what_it_is_credited_with(world: Any) -> None:
    """Thalassaemia screening of a pregnant woman needs the red cell indices besides Hb, at the place of laboratory values."""
    hpht = TODAY - timedelta(weeks=20)
    open_episode(world.ibu, kind="kehamilan", facts={"hpht": hpht}, registered_on=TODAY, today=TODAY, by=world.bidan)
    reading = decide_for(world.ibu, TODAY)
    alone = [one for one in reading.services if one.id == "skrining-talasemia"]
    assert [one.credit_items for one in alone] == [("hb", "mcv")]
    [asked] = sections(reading, alone, "puskesmas", "bidan")
    assert asked.hands == "test"
    assert dict(asked.items).keys() == {"hb", "mcv"}


def test_a_loss_is_a_birth_from_the_same_week_on_at_the_desk_and_in_the_knowledge() -> None:
    earliest = content.knowledge().episodes[PREGNANCY].earliest
    assert earliest is not None and set(earliest.outcomes) == set(BIRTHS)
    assert timedelta(days=earliest.day.after.days) == BIRTH_FROM and not earliest.day.after.months
