"""Loads the demo into an empty node, in one transaction: killed in the middle it leaves nothing, started twice it loads once."""

from datetime import date
from importlib import import_module
from importlib.util import find_spec

from django.db import connection, transaction

from primary_care.accounts.models import User
from primary_care.areas.models import Area
from primary_care.demo import families, place

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('simpul demo', 0))"


def is_empty() -> bool:
    """Whether the node holds neither areas nor accounts."""
    return not (Area.objects.exists() or User.objects.exists())


def is_demo() -> bool:
    """Whether the node holds the demo."""
    return User.objects.filter(username=place.STAFF[0].username).exists() and Area.objects.filter(code="99.01").exists()


@transaction.atomic
def load(on: date) -> int:
    """Fill an empty node with the demo as of the day `on`: place, staff, families, and what the module `primary_care.demo.visits` adds
    through its function `add(persons, place, on)`. Returns the number of persons made; 0 when the node is not empty.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK)  # of two who start together, the second waits and then finds the node filled
    if not is_empty():
        return 0
    built = place.build()
    persons = families.register(families.plan_families(on), built, on)
    if find_spec("primary_care.demo.visits"):
        import_module("primary_care.demo.visits").add(persons, built, on)
    return len(persons)
