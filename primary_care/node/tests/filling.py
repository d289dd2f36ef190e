"""A node with a few people in it, made without the demo, and copies of it."""

import os
import subprocess
import sys

from primary_care.node.tests.nodes import PATIENCE, Node

NAME, PASSWORD = "bidan.sri", "rahasia-sekali"  # who may record visits there
# The small world of the tests of visits, and a child of nine months who was weighed: the node goes by the clock of the machine.
FILL = """
import django
django.setup()
from datetime import timedelta
from decimal import Decimal
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from primary_care.accounts.models import Assignment
from primary_care.audit.actions import record
from primary_care.keys import new_key
from primary_care.people.actions import PersonDetails, register_person
from primary_care.visits.actions import record_visit
from primary_care.visits.tests.world import small_world
world, today = small_world(), timezone.localdate()
born = today - timedelta(days=270)
registrar = Assignment.objects.create(user=world.bidan, role="registrasi", unit=world.posyandu.parent, valid_from=born)
child = register_person(PersonDetails(full_name="Bayi Uji", sex="perempuan", birth_date=born), by=registrar, on=born,
                        household=world.household, relationship="anak")
registrar.valid_to = today
registrar.save()
record_visit(child, contact_id=new_key(), on=today - timedelta(days=30), today=today, by=world.bidan, cadre="bidan",
             unit=world.puskesmas, observations={"berat-badan-kg": Decimal("8.1")})
for person in (world.ibu, world.anak):
    record("read", "people.person", user_id=world.bidan.pk, person_id=person.pk)
SessionStore().create()
"""


def fill(node: Node) -> None:
    """A node with people, audit and a session in it, stopped again."""
    assert node.finish("migrate").returncode == 0
    node.server.start()
    environment = {**os.environ, "DATABASE_URL": node.server.url(), "DJANGO_SETTINGS_MODULE": "primary_care.settings"}
    subprocess.run([sys.executable, "-c", FILL], env=environment, check=True, timeout=PATIENCE)
    node.server.stop()


def copy(source: Node, node: Node) -> None:
    """A second node with what the first holds; both are stopped."""
    subprocess.run(["cp", "-a", source.folder / "postgres", source.folder / "secret-key", node.folder], check=True)
