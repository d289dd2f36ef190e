"""What is kept follows every fact, whoever writes it; and lists are made of it within what a worker sees."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Q

from primary_care.accounts.sight import sight_of
from primary_care.areas.actions import set_setting
from primary_care.decisions import keeping
from primary_care.decisions.content import calling
from primary_care.decisions.keeping import catch_up, mark, refresh, waiting
from primary_care.decisions.kept_models import ChangedFacts, KeptDecision, Stage, UrgentFinding, WantedService
from primary_care.decisions.work import who_waits
from primary_care.keys import new_key
from primary_care.people.actions import record_death
from primary_care.people.models import Person
from primary_care.visits.actions import ServiceEntry, record_visit
from primary_care.visits.episodes import open_episode, record_attributes
from primary_care.visits.tests.world import TODAY

DAY = timedelta(days=1)
INSIDE = sight_of("petugas-klaster-2", "bidan", inside=True, own=False)
OWN = sight_of("petugas-klaster-2", "bidan", inside=True, own=True)


def measured(world: Any, person: Person, **values: Any) -> None:
    record_visit(
        person, contact_id=new_key(), on=TODAY, today=TODAY, by=world.bidan, cadre="bidan", unit=world.puskesmas,
        observations={item.replace("_", "-"): value for item, value in values.items()},
        services=[] if values else [ServiceEntry("anc-k1")],
    )  # fmt: skip


def changes(world: Any) -> dict[str, Any]:
    """Every way in which facts about the mother change."""
    return {
        "a visit with values": lambda: measured(world, world.ibu, suhu_c=Decimal("36.8")),
        "a visit with a service": lambda: measured(world, world.ibu),
        "a pregnancy": lambda: open_episode(
            world.ibu,
            kind="kehamilan",
            facts={"hpht": TODAY - 70 * DAY},
            registered_on=TODAY,
            today=TODAY,
            by=world.bidan,
        ),
        "an attribute": lambda: record_attributes(
            world.ibu, facts={"berat-lahir-g": Decimal(3000)}, on=TODAY, by=world.bidan
        ),
        "a death": lambda: record_death(world.ibu, TODAY, by=world.assignment, on=TODAY),
        "a setting of her area": lambda: set_setting(world.desa, "malaria-endemis", True, on=TODAY),
    }


WAYS = (
    "a visit with values",
    "a visit with a service",
    "a pregnancy",
    "an attribute",
    "a death",
    "a setting of her area",
)


@pytest.mark.parametrize("way", WAYS)
def test_every_fact_leaves_a_mark_and_catching_up_takes_it_away(world: Any, way: str) -> None:
    assert set(changes(world)) == set(WAYS)
    catch_up(TODAY)
    assert not waiting(TODAY).exists() and not ChangedFacts.objects.exists()
    changes(world)[way]()
    assert ChangedFacts.objects.filter(person=world.ibu).exists()
    assert world.ibu in waiting(TODAY)
    assert catch_up(TODAY) >= 1
    assert not waiting(TODAY).exists() and not ChangedFacts.objects.exists()


def test_a_new_person_a_new_day_and_new_knowledge_make_people_wait(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert waiting(TODAY).count() == Person.objects.count() == catch_up(TODAY)
    assert waiting(TODAY + DAY).count() == 3
    KeptDecision.objects.filter(person=world.anak).update(version="lama")
    assert list(waiting(TODAY)) == [world.anak]


def test_a_mark_keeps_the_earliest_day(world: Any) -> None:
    catch_up(TODAY)
    for day in (TODAY, TODAY - 9 * DAY, TODAY - 3 * DAY):
        mark([world.anak.pk], day)
    assert ChangedFacts.objects.get(person=world.anak).since == TODAY - 9 * DAY


def test_catching_up_ends_at_its_limit_and_goes_on_later(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "BATCH", 1)
    assert catch_up(TODAY, limit=2) == 2
    assert catch_up(TODAY) == 1
    assert catch_up(TODAY) == 0


def test_rows_that_say_the_same_stay_as_they_are(world: Any) -> None:
    refresh([world.anak.pk], TODAY)
    before = set(WantedService.objects.values_list("pk", flat=True))
    refresh([world.anak.pk], TODAY)
    assert before and set(WantedService.objects.values_list("pk", flat=True)) == before


@pytest.mark.parametrize(
    ("age", "stage"),
    [
        *[(0, "bayi"), (11, "bayi"), (12, "balita"), (59, "balita"), (60, "prasekolah"), (71, "prasekolah")],
        *[(72, "usia-sekolah"), (215, "usia-sekolah"), (216, "dewasa"), (719, "dewasa"), (720, "lansia")],
    ],
)  # fmt: skip
def test_life_stages_by_age(age: int, stage: str) -> None:
    years, months = divmod(age, 12)
    born = TODAY.replace(year=TODAY.year - years - (months >= TODAY.month), month=(TODAY.month - months - 1) % 12 + 1)
    assert keeping.stage_of(Person(birth_date=born), [], TODAY) == stage
    assert keeping.stage_of(Person(birth_date=born), ["kehamilan"], TODAY) == Stage.HAMIL


def test_who_waits_is_in_the_order_of_a_list_and_without_the_dead(world: Any) -> None:
    changes(world)["a pregnancy"]()
    measured(world, world.ibu, sistolik=Decimal(165), diastolik=Decimal(112))
    catch_up(TODAY)
    found = who_waits(Person.objects.all(), TODAY, INSIDE, OWN, Q(pk__in=[]), None)
    assert [one.person for one in found] == [world.ibu.pk, world.anak.pk]
    assert [one.group for one in found] == ["urgent", "late"]
    record_death(Person.objects.get(pk=world.ibu.pk), TODAY, by=world.assignment, on=TODAY)
    catch_up(TODAY)
    assert [one.person for one in who_waits(Person.objects.all(), TODAY, INSIDE, OWN, Q(pk__in=[]), None)] == [
        world.anak.pk
    ]


def test_what_is_done_at_every_contact_calls_nobody(world: Any) -> None:
    catch_up(TODAY)
    assert "skrining-tbc" not in calling()
    assert WantedService.objects.filter(person=world.bapak, service="skrining-tbc").exists()
    assert world.bapak.pk not in {
        one.person for one in who_waits(Person.objects.all(), TODAY, INSIDE, OWN, Q(pk__in=[]), None)
    }


def test_a_sensitive_finding_calls_only_whoever_works_with_the_person(world: Any) -> None:
    changes(world)["a pregnancy"]()
    measured(world, world.ibu, hiv="reaktif")
    catch_up(TODAY)
    UrgentFinding.objects.filter(person=world.ibu).exclude(finding="hiv-reaktif").delete()
    UrgentFinding.objects.update_or_create(
        person=world.ibu, finding="hiv-reaktif", defaults={"severity": "segera", "on": TODAY}
    )
    lay = sight_of("kader", "kader", inside=True, own=False)
    seen = who_waits(Person.objects.all(), TODAY, OWN, OWN, Q(pk__in=[]), None)
    assert seen[0].group == "urgent"
    assert all(one.group != "urgent" for one in who_waits(Person.objects.all(), TODAY, lay, lay, Q(pk__in=[]), None))
