"""The house stands as the design says: imports go downward only, keys are made where the record is made, facts stay as written."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models

from primary_care.audit.facts import Fact

ROOT = Path(__file__).resolve().parents[2]
APPS_OF_FACTS = ("people", "visits")
# The current view of facts, derived and rebuilt: keyed by what it is a view of, or by a number of its own.
DERIVED = {"people.NameToken", "people.SpellingKey"}


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("primary_care.")]


def test_imports_go_downward_only() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr


def test_there_are_contracts_to_hold() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    assert len(re.findall(r"^\[\[tool\.importlinter\.contracts\]\]", text, re.M)) >= 3


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_every_record_has_a_key_made_where_it_is_made(model: type[models.Model]) -> None:
    if model._meta.app_label in APPS_OF_FACTS and model._meta.label not in DERIVED:
        key = model._meta.pk
        if isinstance(key, models.ForeignKey):  # a record that is part of another shares its key
            key = key.target_field
        assert isinstance(key, models.UUIDField), f"{model._meta.label} is keyed by {type(key).__name__}"
        if model._meta.pk is key:
            assert key.default is models.NOT_PROVIDED or key.get_default().version == 7  # given by the maker, or v7


@pytest.mark.django_db
def test_the_database_keeps_every_fact_as_it_was_written() -> None:
    facts = {model._meta.db_table for model in own_models() if issubclass(model, Fact)}
    facts |= {"audit_auditentry", "areas_areasetting"}
    assert {"people_personversion", "people_identifier", "people_membership", "people_residence"} <= facts
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger "
            "WHERE tgfoid = 'simpul_append_only'::regproc AND tgenabled = 'O' AND tgtype & 26 = 26"  # before, update, delete
        )
        guarded = {row[0] for row in cursor.fetchall()}
    assert facts - guarded == set()


@pytest.mark.django_db
def test_a_fact_of_a_person_cannot_be_changed() -> None:
    from django.db import IntegrityError, transaction

    from primary_care.people.models import PersonVersion
    from primary_care.people.tests.factories import make_person, make_place

    version = make_person(make_place()).version
    for change in (lambda: PersonVersion.objects.update(full_name="x"), lambda: PersonVersion.objects.all().delete()):
        with pytest.raises((IntegrityError, models.ProtectedError)), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_personversion")
    assert PersonVersion.objects.get() == version
