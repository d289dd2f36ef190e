"""The demo visits: the same for the same day, believable, and stored through the actions of the pages."""

from datetime import date, timedelta
from typing import Any

import pytest

from primary_care.decisions.models import Finding
from primary_care.decisions.queries import decide_for_many
from primary_care.demo import load
from primary_care.people.models import Person
from primary_care.visits.models import Contact, Episode, Observation, ServiceGiven

ON = date(2026, 6, 10)


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Any:
    """The demo as of a fixed day, in a transaction that is taken back."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        load.load(ON)
        yield
        transaction.set_rollback(True)


def test_there_are_pregnancies_weighings_and_vaccines_and_none_lies_ahead(demo: Any) -> None:
    assert Episode.objects.filter(kind="kehamilan").count() >= 8
    assert Contact.objects.filter(observations__item="berat-badan-kg").count() > 200
    assert ServiceGiven.objects.filter(service__startswith="imunisasi-").count() > 50
    assert not Contact.objects.filter(on__gte=ON).exists()
    assert Finding.objects.exists()


def test_every_demo_person_can_be_decided_about_and_not_everybody_is_late(demo: Any) -> None:
    people = list(Person.objects.filter(contacts__isnull=False).distinct().select_related("version"))
    readings = [reading for _person, reading in decide_for_many(people, ON)]
    assert any(reading.findings for reading in readings)
    assert any(one.status == "done" for reading in readings for one in reading.services)
    assert any(one.status == "overdue" for reading in readings for one in reading.services)


def test_newborn_screenings_have_results_and_what_is_not_normal_was_followed(demo: Any) -> None:
    results = Observation.objects.filter(item__in=("shk-hasil", "g6pd-hasil", "hak-hasil"), contact__on__lt=ON)
    said = {(row.item, row.value) for row in results}
    assert {(item, "normal") for item in ("shk-hasil", "g6pd-hasil", "hak-hasil")} <= said
    assert {
        ("shk-hasil", "tinggi"),
        ("g6pd-hasil", "tinggi"),
        ("hak-hasil", "tinggi"),
        ("shk-hasil", "tidak-layak"),
    } <= said
    for item, value in said - {(item, "normal") for item, _value in said}:
        for row in results.filter(item=item, contact__source="lokal").select_related("contact"):
            if row.value == value:
                after = Contact.objects.filter(
                    person=row.contact.person_id, on__gt=row.contact.on, on__lt=row.contact.on + timedelta(days=14)
                )
                assert after.exists(), (item, value)
    treated = Observation.objects.get(item="shk-terapi-mulai")
    assert (treated.contact.source, treated.contact.unit_kind) == ("luar", "rumah-sakit")
    found = set(Finding.objects.values_list("finding", flat=True))
    assert {
        "shk-normal",
        "shk-tinggi",
        "g6pd-normal",
        "g6pd-positif",
        "hak-positif",
        "sampel-tumit-tidak-layak",
    } <= found
    samples = ServiceGiven.objects.filter(service="skrining-shk").select_related("contact")
    assert {one.contact.unit_kind for one in samples} == {"puskesmas"}
