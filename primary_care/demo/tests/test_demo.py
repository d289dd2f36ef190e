"""The demo in a node: loaded once, seen by area, with accounts for every role, every number made up."""

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError, OperationalError

from primary_care.accounts.models import Assignment, Role, User
from primary_care.accounts.scope import scope_of
from primary_care.areas.borders import borders_of_children
from primary_care.areas.models import Area
from primary_care.audit.models import AuditEntry
from primary_care.audit.queries import verify_chains
from primary_care.copying import describe_new_tables
from primary_care.decisions.models import Finding
from primary_care.decisions.queries import decide_for_many
from primary_care.demo import layout, load, place
from primary_care.people import projection
from primary_care.people.models import Household, Identifier, Person
from primary_care.people.nik import check_nik
from primary_care.staff.queries import staffing_warnings
from primary_care.units.models import Unit
from primary_care.units.queries import villages_without_facility
from primary_care.visits.models import Contact, Episode, Observation, ServiceGiven

ON = date(2026, 6, 10)
PEOPLE = 700


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Any:
    """A demo of a fixed day, in a transaction that is taken back."""
    told: list[str] = []
    with django_db_blocker.unblock(), transaction.atomic():
        assert load.is_empty() and not load.is_demo()
        made = load.load(ON, people=PEOPLE, seed=2, say=told.append)
        yield made, told
        transaction.set_rollback(True)


def test_it_is_loaded_once_and_says_how_far_it_is(demo: Any) -> None:
    made, told = demo
    assert 0.97 * PEOPLE < made == Person.objects.count() <= PEOPLE
    assert load.load(ON) == 0 and load.is_demo() and not load.is_empty()
    assert f"{PEOPLE} orang buatan" in told[0] and "100 %" in told[-1]


def test_postgresql_knows_how_full_the_tables_are(demo: Any) -> None:
    filled = {model._meta.db_table for model in (Person, Household, Contact, Observation, ServiceGiven, AuditEntry)}
    assert filled.isdisjoint(describe_new_tables())
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE just_filled AS SELECT generate_series(1, 9) AS number")
    assert "just_filled" in describe_new_tables()
    assert "just_filled" not in describe_new_tables()


def test_everybody_is_seen_where_they_live_and_by_nobody_else(demo: Any, settings: Any) -> None:
    made, _told = demo
    away = Person.objects.filter(area_path="").count()
    seen = {one.username: Person.objects.visible_to(scope_of(one, ON)).count() for one in User.objects.order_by("pk")}
    assert seen["kepala"] == seen["dokter"] == seen["pendaftaran"] == made - away
    by_kader = {name: seen[f"kader.{name.lower()}"] for name in layout.POSYANDU}
    assert len(by_kader) == 29 and min(by_kader.values()) > 5 and sum(by_kader.values()) == made - away
    mekar = [by_kader[name] for name in layout.VILLAGES[0].posyandu]
    assert seen["bidan.pustu"] == seen["perawat.pustu"] == sum(mekar)
    settings.PASSWORD_HASHERS = [*settings.PASSWORD_HASHERS, "django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert User.objects.get(username="kader.melati").check_password(place.PASSWORD)


def test_every_role_of_a_node_has_an_account_at_a_place_that_fits(demo: Any) -> None:
    held = set(Assignment.objects.values_list("role", flat=True))
    elsewhere = {"fktp-lain", "rumah-sakit", "dinas-provinsi", "kementerian", "pemerintah-desa", "warga", "kader-pustu"}
    assert held == set(Role.values) - elsewhere
    assert Unit.objects.filter(kind="posyandu").count() == 29 == len(set(layout.POSYANDU))
    assert not Unit.objects.filter(kind="posyandu").exclude(assignments__role="kader").exists()
    assert Unit.objects.filter(kind="pustu").count() == 4
    for pustu in Unit.objects.filter(kind="pustu"):
        assert set(pustu.assignments.values_list("cadre", flat=True)) == {"bidan", "perawat"}
    assert len(place.all_staff()) == len({one.username for one in place.all_staff()}) == User.objects.count()
    assert {one.code for one in staffing_warnings(Unit.objects.get(kind="puskesmas"), ON)} >= {"klaster-tanpa-anggota"}


def test_the_place_has_a_map_without_gaps_and_an_rt_for_everybody(demo: Any) -> None:
    kecamatan = Area.objects.get(code="99.01.01")
    desa = borders_of_children(kecamatan, ON)["features"]
    assert [one["properties"]["nama"] for one in desa] == [one.name for one in layout.VILLAGES]
    points = [set(map(tuple, one["geometry"]["coordinates"][0][0])) for one in desa]
    assert len(points[0] & points[1]) == 6  # the two banks meet in the river
    assert all(any(len(one & other) >= 2 for other in points if other is not one) for one in points)
    assert Area.objects.filter(level="rt").count() == 145 == layout.RTS
    assert Area.objects.filter(level="dusun").count() == 29 == Area.objects.filter(level="rw").count()
    assert villages_without_facility((kecamatan.path,), ON) == []
    assert set(Household.objects.exclude(area=None).values_list("area__level", flat=True)) == {"rt"}


def test_every_number_is_made_up_and_agrees_with_its_owner(demo: Any) -> None:
    for person in Person.objects.exclude(nik=None):
        assert person.nik and person.nik.startswith("99")
        assert check_nik(person.nik, person.sex, person.birth_date) == []
    numbers = list(Identifier.objects.exclude(system__in=["sementara", "nik-ibu"]).values_list("value", flat=True))
    assert len(numbers) == len(set(numbers)) and all(one.startswith("99") and len(one) == 16 for one in numbers)
    assert Household.objects.filter(no_kk=None).count() == 0


def test_the_trail_holds_and_facts_cannot_be_changed(demo: Any) -> None:
    assert verify_chains() == []
    assert AuditEntry.objects.filter(kind="people.person").count() == Person.objects.count()
    assert AuditEntry.objects.filter(kind="visits.contact").count() == Contact.objects.count()
    for model in (Observation, ServiceGiven, Contact, Finding):
        with pytest.raises((InternalError, OperationalError, Exception), match="append-only"), transaction.atomic():
            model.objects.filter(pk=model.objects.first().pk).update(recorded_at="2020-01-01T00:00:00Z")


def test_the_current_view_is_what_a_rebuild_gives(demo: Any) -> None:
    def view() -> list[Any]:
        return [list(model.objects.order_by("pk").values()) for model in (Person, Household)]

    before = view()
    with transaction.atomic():
        projection.rebuild()
        assert view() == before
        transaction.set_rollback(True)


def test_there_is_something_to_see_and_everybody_can_be_decided_about(demo: Any) -> None:
    assert not Contact.objects.filter(on__gte=ON).exists()
    assert Episode.objects.filter(ended_on=None).count() >= 2 and Episode.objects.exclude(ended_on=None).count() >= 5
    people = list(Person.objects.filter(contacts__isnull=False).distinct().select_related("version")[:150])
    readings = [reading for _person, reading in decide_for_many(people, ON)]
    statuses = {one.status for reading in readings for one in reading.services}
    assert {"done", "overdue", "due"} <= statuses
    assert any(reading.findings for reading in readings) and Finding.objects.count() > 500


def test_a_load_that_fails_leaves_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("primary_care.decisions.bulk.record_lines", broken)
    with pytest.raises(OSError), transaction.atomic():
        load.load(ON, people=30)
    assert load.is_empty()
    monkeypatch.undo()
    assert load.load(ON, people=30) > 20
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_person WHERE full_name = ''")
        assert cursor.fetchone() == (0,)
