"""The chain of the audit trail shows what was changed behind its back."""

import pytest
from django.db import connection

from primary_care.accounts.tests.factories import make_place
from primary_care.audit.actions import record
from primary_care.audit.models import AuditEntry
from primary_care.audit.queries import list_of_person, verify_chains
from primary_care.keys import new_key

pytestmark = pytest.mark.django_db


def write_chain() -> list[AuditEntry]:
    return [record("login", "accounts.user", user_id=None, reason=f"baris {number}") for number in (1, 2, 3, 4)]


def tamper(statement: str, key: object) -> None:
    """What somebody with the rights of the database's owner could do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER append_only")
        cursor.execute(statement, [key])
        cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER append_only")


def test_an_untouched_chain_holds() -> None:
    place = make_place()
    for user in (place.kader.user_id, place.bidan.user_id, None, place.kader.user_id):
        record("login", "accounts.user", user_id=user)
    write_chain()
    assert verify_chains() == []
    assert AuditEntry.objects.filter(chain=str(place.kader.user_id)).count() == 2


@pytest.mark.parametrize(
    ("statement", "position", "problem"),
    [
        ("UPDATE audit_auditentry SET reason = 'lain' WHERE id = %s", 2, "isi baris berubah"),
        ("UPDATE audit_auditentry SET at = at + interval '1 second' WHERE id = %s", 2, "isi baris berubah"),
        ("DELETE FROM audit_auditentry WHERE id = %s", 3, "baris sebelumnya hilang"),
        ("UPDATE audit_auditentry SET hash = repeat('0', 64) WHERE id = %s", 2, "isi baris berubah"),
    ],
)
def test_a_changed_chain_is_found(statement: str, position: int, problem: str) -> None:
    tamper(statement, write_chain()[1].pk)
    [broken] = verify_chains()
    assert (broken.position, broken.problem) == (position, problem)


def test_the_trail_of_a_person_is_listed_latest_first() -> None:
    person = new_key()
    first = record("read", "people.person", user_id=None, person_id=person)
    second = record("write", "people.person", user_id=None, person_id=person)
    record("read", "people.person", user_id=None, person_id=new_key())
    assert list(list_of_person(person)) == [second, first]
