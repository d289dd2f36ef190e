"""What the bulk path stores is what the actions of the pages would have stored: every table, row by row, and the audit trail."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.once import CATCHMENTS, read_once
from primary_care.audit.queries import verify_chains
from primary_care.decisions.bulk import Recorder
from primary_care.decisions.keeping import catch_up
from primary_care.decisions.reviewing import Reviewing
from primary_care.demo import place
from primary_care.demo.layout import CODES
from primary_care.demo.load import keys_of
from primary_care.demo.making.block import Block
from primary_care.demo.making.blocks import make
from primary_care.demo.telling import Story
from primary_care.demo.tests.acting import Acting
from primary_care.demo.tests.picking import one_of_each
from primary_care.people.models import NameToken
from primary_care.people.search_keys import SpellingKey
from primary_care.visits.actions import VisitRefused

ON = date(2026, 6, 10)
SEED = 9  # whose first three thousand people have one of each kind
APPS = ("audit", "people", "visits", "decisions", "followup")
# Made anew at each load: the moment at which the server took a row, keys of facts, and what hangs on either.
ALWAYS_OTHER = {"recorded_at", "created_at", "decided_at"}
NAMED = {"people.Person", "people.Household", "visits.Contact"}  # their keys come with the story


class Undone(Exception):
    """Takes a savepoint back."""


def everything() -> dict[str, list[Any]]:
    """The rows of every table as text, without what is made anew at each load. A fact that others name is named by what it says."""
    found: dict[str, list[str]] = {}
    said = {_key(row): _said(row) for model in _tables() for row in model.objects.all()}
    for model in _tables():
        found[model._meta.label] = sorted(_line(row, said) for row in model.objects.all())
    # Keys stay when the last person of a name is renamed; what is told at once never had the first name.
    forms = {form for pair in NameToken.objects.values_list("word", "sound") for form in pair}
    found[SpellingKey._meta.label] = sorted(SpellingKey.objects.filter(form__in=forms).values_list("form", "key"))
    return found


def audit_trail() -> list[tuple[Any, ...]]:
    """The lines of each chain in order; a thing is named by its kind where its key is made at each load."""
    named = {
        key for model in _tables() if model._meta.label in NAMED for key in model.objects.values_list("pk", flat=True)
    }
    rows = apps.get_model("audit", "AuditEntry").objects.order_by("user__username", "position")
    return [
        (row.user and row.user.username, row.unit and row.unit.code, row.action, row.kind, row.reason, row.person_id,
         row.object_id if row.object_id in named else None)
        for row in rows.select_related("user", "unit")
    ]  # fmt: skip


def _tables() -> Iterator[type[models.Model]]:
    for app in APPS[1:]:
        yield from apps.get_app_config(app).get_models()


def _key(row: models.Model) -> tuple[str, Any]:
    return row._meta.label, row.pk


def _said(row: models.Model) -> str:
    """A row by its values, keys of other facts left out."""
    values = {
        field.attname: str(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.attname not in ALWAYS_OTHER
        and not field.primary_key
        and not (_names_a_fact(field) and field.related_model._meta.label not in NAMED)
    }  # fmt: skip
    return json.dumps(values, sort_keys=True)


def _names_a_fact(field: Any) -> bool:
    return isinstance(field, models.ForeignKey) and field.related_model._meta.app_label in APPS


def _line(row: models.Model, said: dict[tuple[str, Any], str]) -> str:
    others = {
        field.attname: said.get((field.related_model._meta.label, getattr(row, field.attname)), "")
        for field in row._meta.concrete_fields
        if _names_a_fact(field)
    }  # fmt: skip
    return _said(row) + json.dumps(others, sort_keys=True) + (str(row.pk) if row._meta.label in NAMED else "")


def played(acting: bool, block: Block, built: Any) -> tuple[dict[str, list[Any]], list[tuple[Any, ...]]]:
    """The rows after a story, which is taken back."""
    named, fact = keys_of(SEED)
    try:
        with transaction.atomic():
            if acting:
                Story(block, built, Acting(), named, {}).tell()
            else:
                with Reviewing(built.rts[0], ON) as reviewing, read_once(CATCHMENTS):
                    recorder = Recorder(key=fact, at=timezone.now(), reviewing=reviewing)
                    Story(block, built, recorder, named, {}).tell()
                    recorder.finish()
            catch_up(ON)  # what is kept for the day, and the tasks that follow
            assert verify_chains() == []
            rows = everything(), audit_trail()
            raise Undone
    except Undone:
        return rows


@pytest.mark.django_db
def test_the_bulk_path_leaves_what_the_actions_leave() -> None:
    """Of households with twins, deaths, moves, losses, refusals and everything else that is awkward."""
    built = place.build()
    block = one_of_each(make(SEED, 0, 3_000, ON.toordinal()))
    (bulk, bulk_trail), (acted, acted_trail) = (played(acting, block, built) for acting in (False, True))
    for table, rows in acted.items():
        assert bulk[table] == rows, table
    assert bulk_trail == acted_trail
    for table in ("people.Person", "visits.Contact", "visits.EpisodeFact", "decisions.Finding", "people.NameToken"):
        assert acted[table], table


@pytest.mark.django_db
def test_what_the_actions_refuse_the_bulk_path_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker from elsewhere, a service that this cadre may not give, a value that cannot be."""
    built = place.build()
    block = one_of_each(make(SEED, 0, 3_000, ON.toordinal()))
    with pytest.raises(NotAllowed):
        other = replace(
            built, posyandu=built.posyandu[::-1], staff=built.staff | {"bidan.pustu": built.staff["bidan.karang-asih"]}
        )
        _tell(block, other)
    for change in (_a_kader_gives_vaccines, _a_child_of_400_kg):
        with pytest.raises(VisitRefused):
            _tell(change(block), built)


def _tell(block: Block, built: Any) -> None:
    named, fact = keys_of(SEED)
    with Reviewing(built.rts[0], ON) as reviewing, read_once(CATCHMENTS):
        Story(block, built, Recorder(key=fact, at=timezone.now(), reviewing=reviewing), named, {}).tell()


def _a_kader_gives_vaccines(block: Block) -> Block:
    vaccine = block.service_names.index("imunisasi-mr-1")
    at = block.services["visit"][block.services["service"] == vaccine]
    here = at[block.visits["told"][at] == 0]
    visits = block.visits | {"spot": block.visits["spot"].copy()}
    visits["spot"][here] = CODES["posyandu-kader"]
    return replace(block, visits=visits)


def _a_child_of_400_kg(block: Block) -> Block:
    values = block.values | {"number": block.values["number"].copy()}
    values["number"][np.flatnonzero(values["item"] == block.items.index("berat-badan-kg"))[0]] = 400
    return replace(block, values=values)
