"""The demo visits: the same for the same day, believable, and stored through the actions of the pages."""

from datetime import date
from typing import Any

import pytest

from primary_care.decisions.models import Finding
from primary_care.decisions.queries import decide_for_many
from primary_care.demo import load
from primary_care.people.models import Person
from primary_care.visits.models import Contact, Episode, ServiceGiven

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
