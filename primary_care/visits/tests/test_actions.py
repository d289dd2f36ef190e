"""Recording visits: what is stored, what is refused and where, what is asked once, what a second sending does."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from primary_care.keys import new_key
from primary_care.people.models import Person
from primary_care.visits import queries
from primary_care.visits.actions import (
    AlreadyOtherwise,
    Saved,
    ServiceEntry,
    VisitRefused,
    record_visit,
)
from primary_care.visits.models import Contact, Observation, ServiceGiven


def visit(world: Any, person: Any, **changes: Any) -> Saved:
    """A visit today at the Puskesmas, with `changes`."""
    given = {
        "contact_id": new_key(), "on": world.today, "today": world.today, "by": world.bidan, "cadre": "bidan",
        "unit": world.puskesmas, "at": time(9, 30), "observations": {"berat-badan-kg": 52.5},
    }  # fmt: skip
    return record_visit(person, **(given | changes))


def refused(world: Any, person: Any, **changes: Any) -> VisitRefused:
    """The refusal of such a visit; checks that nothing was stored."""
    before = Contact.objects.count()
    with pytest.raises(VisitRefused) as caught:
        visit(world, person, **changes)
    assert Contact.objects.count() == before
    return caught.value


def test_a_visit_is_stored_with_its_values_in_the_column_of_their_type(world: Any) -> None:
    saved = visit(
        world,
        world.ibu,
        observations={
            "berat-badan-kg": 52.5, "protein-urin": "neg", "td-tidak-terukur": False, "gejala-tbc": ["lesu", "demam"],
            "tanggal-kembali": date(2026, 7, 1),
        },
        services=[ServiceEntry("skrining-tbc"), ServiceEntry("imunisasi-td-bumil", "deferred", date(2026, 6, 20), "demam")],
    )  # fmt: skip
    assert saved.new
    values = {row.item: row.value for row in saved.contact.observations.all()}
    assert float(values["berat-badan-kg"]) == 52.5
    assert values["protein-urin"] == "neg"
    assert values["td-tidak-terukur"] is False
    assert values["gejala-tbc"] == ["demam", "lesu"]
    assert values["tanggal-kembali"] == date(2026, 7, 1)
    assert saved.contact.services.get(service="imunisasi-td-bumil").because == "demam"


def test_the_same_form_sent_twice_is_stored_once(world: Any) -> None:
    key = new_key()
    services = [ServiceEntry("skrining-tbc")]
    first = visit(world, world.ibu, contact_id=key, services=services)
    again = visit(world, world.ibu, contact_id=key, services=services)
    assert (first.new, again.new) == (True, False)
    assert first.contact == again.contact
    assert (Contact.objects.count(), Observation.objects.count(), ServiceGiven.objects.count()) == (1, 1, 1)


def test_the_same_key_with_other_content_is_refused(world: Any) -> None:
    key = new_key()
    visit(world, world.ibu, contact_id=key)
    with pytest.raises(AlreadyOtherwise):
        visit(world, world.ibu, contact_id=key, observations={"berat-badan-kg": 53})
    with pytest.raises(AlreadyOtherwise):
        visit(world, world.bapak, contact_id=key)


@pytest.mark.parametrize(
    ("observations", "at"),
    [
        ({"berat-badan-kg": -5}, "berat-badan-kg"),
        ({"berat-badan-kg": 301}, "berat-badan-kg"),
        ({"berat-badan-kg": float("nan")}, "berat-badan-kg"),
        ({"berat-badan-kg": float("inf")}, "berat-badan-kg"),
        ({"berat-badan-kg": "lima"}, "berat-badan-kg"),
        ({"berat-badan-kg": True}, "berat-badan-kg"),
        ({"berat-badan-kg": 52.123}, "berat-badan-kg"),
        ({"sistolik": 120.5}, "sistolik"),
        ({"sistolik": 80, "diastolik": 120}, "diastolik"),
        ({"sistolik": 80, "diastolik": 80}, "diastolik"),
        ({"sistolik-2": 90, "diastolik-2": 140}, "diastolik-2"),
        ({"protein-urin": "banyak"}, "protein-urin"),
        ({"gejala-tbc": ["lesu", "bukan-gejala"]}, "gejala-tbc"),
        ({"td-tidak-terukur": "ya"}, "td-tidak-terukur"),
        ({"hpht": date(2026, 6, 11)}, "hpht"),
        ({"hpht": "2026-01-01"}, "hpht"),
        ({"imt": 22}, "imt"),
        ({"bukan-kata": 1}, "bukan-kata"),
    ],
)
def test_what_cannot_be_so_is_refused_at_its_field(world: Any, observations: dict[str, Any], at: str) -> None:
    assert [fault.at for fault in refused(world, world.ibu, observations=observations).faults] == [at]


@pytest.mark.parametrize(("kg", "accepted"), [(0.39, False), (0.4, True), (40, True), (40.01, False)])
def test_limits_follow_age_and_include_their_ends(world: Any, kg: float, accepted: bool) -> None:
    if accepted:
        assert visit(world, world.anak, observations={"berat-badan-kg": kg}).new
    else:
        refused(world, world.anak, observations={"berat-badan-kg": kg})


def test_an_unusual_value_is_asked_once_and_stored_as_confirmed(world: Any) -> None:
    question = refused(world, world.ibu, observations={"hb": 5.2}).questions[0]
    assert question.at == "hb" and "5,2" in question.text
    saved = visit(world, world.ibu, observations={"hb": 5.2}, confirmed=frozenset({question.token}))
    assert saved.contact.observations.get().confirmed


def test_a_confirmation_is_for_one_value_only(world: Any) -> None:
    token = refused(world, world.ibu, observations={"hb": 5.2}).questions[0].token
    assert refused(world, world.ibu, observations={"hb": 5.1}, confirmed=frozenset({token})).questions


def test_a_child_that_shrinks_is_asked_about(world: Any) -> None:
    visit(world, world.anak, on=date(2026, 5, 10), observations={"tinggi-badan-cm": 70})
    assert (
        not visit(world, world.anak, on=date(2026, 5, 20), observations={"tinggi-badan-cm": 69})
        .contact.observations.get()
        .confirmed
    )
    question = refused(world, world.anak, observations={"tinggi-badan-cm": 66}).questions[0]
    assert "turun 3 cm" in question.text and "20 Mei 2026" in question.text


def test_a_weight_that_jumps_is_asked_about(world: Any) -> None:
    visit(world, world.anak, on=date(2026, 5, 10), observations={"berat-badan-kg": 7.2})
    assert refused(world, world.anak, observations={"berat-badan-kg": 9.2}).questions
    assert visit(world, world.anak, observations={"berat-badan-kg": 7.6}).new


@pytest.mark.parametrize("on", [date(2026, 6, 11), date(1998, 4, 1)])
def test_a_visit_tomorrow_or_before_birth_is_refused(world: Any, on: date) -> None:
    assert "tanggal" in {fault.at for fault in refused(world, world.ibu, on=on).faults}


def test_a_visit_after_death_is_refused(world: Any) -> None:
    world.ibu.deceased_on = date(2026, 6, 1)
    assert refused(world, world.ibu).faults[0].at == "tanggal"
    assert visit(world, world.ibu, on=date(2026, 6, 1)).new


@pytest.mark.parametrize(
    "entry",
    [
        ServiceEntry("imunisasi-td-bumil", "deferred", None, "demam"),
        ServiceEntry("imunisasi-td-bumil", "deferred", date(2026, 6, 10), "demam"),
        ServiceEntry("imunisasi-td-bumil", "deferred", date(2026, 6, 20), "  "),
        ServiceEntry("imunisasi-td-bumil", "contraindicated"),
        ServiceEntry("imunisasi-td-bumil", "lain"),
        ServiceEntry("imunisasi-td-bumil", "withdrawn"),
        ServiceEntry("imunisasi-td-bumil", "contraindicated", because="x" * 301),
    ],
)
def test_a_service_not_given_needs_its_reason(world: Any, entry: ServiceEntry) -> None:
    assert refused(world, world.ibu, services=[entry]).faults[0].at == "imunisasi-td-bumil"


def test_an_empty_visit_is_refused(world: Any) -> None:
    assert refused(world, world.ibu, observations={}).faults[0].at == "kunjungan"


def test_the_database_refuses_to_change_or_delete_what_was_recorded(world: Any) -> None:
    contact = visit(world, world.ibu, services=[ServiceEntry("skrining-tbc")]).contact
    for rows in (Contact.objects.filter(pk=contact.pk), contact.observations.all(), contact.services.all()):
        for change in (
            lambda rows=rows: rows._raw_delete("default"),
            lambda rows=rows: rows.update(recorded_by=world.stranger),
        ):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                change()


def test_the_database_holds_one_value_in_a_row(world: Any) -> None:
    contact = visit(world, world.ibu).contact
    for values in ({}, {"number": 1, "text": "a"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Observation.objects.create(contact=contact, item="hb", recorded_by=world.bidan, **values)


def test_facts_are_read_in_two_queries_in_the_order_of_the_day(world: Any, django_assert_num_queries: Any) -> None:
    visit(world, world.ibu, at=time(11, 0), observations={"hb": 11})
    visit(world, world.ibu, at=time(8, 0), observations={"hb": 10})
    visit(world, world.ibu, at=None, observations={"hb": 12}, services=[ServiceEntry("skrining-tbc", "declined")])
    ibu = Person.objects.select_related("version").get(pk=world.ibu.pk)
    with django_assert_num_queries(2):
        facts = queries.facts_of(ibu, world.today)
    assert [contact["observations"]["hb"] for contact in facts["contacts"]] == [12, 10, 11]
    assert facts["contacts"][0]["declined"] == ["skrining-tbc"]
    assert facts["person"]["sex"] == "perempuan"
    earlier = queries.facts_of(world.ibu, world.today - timedelta(days=1))
    assert earlier["contacts"] == []
