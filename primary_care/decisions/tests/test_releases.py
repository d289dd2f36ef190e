"""Every version of the knowledge that was decided from stays readable: a finding names its version, and its rule can be shown."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from care_engine.loading import DEFAULT_PATH, release_files
from primary_care.decisions.actions import save_visit
from primary_care.decisions.content import knowledge
from primary_care.decisions.models import Finding
from primary_care.decisions.release_models import KnowledgeRelease
from primary_care.decisions.releases import files_of, keep_release, releases, rule_of
from primary_care.keys import new_key
from primary_care.visits.episodes import open_episode
from primary_care.visits.tests.world import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    files_of.cache_clear()


def test_the_version_in_use_is_kept_once_and_whole() -> None:
    assert keep_release() and not keep_release()
    [release] = releases()
    assert release.version == knowledge().version
    assert release.contents["services"] == len(knowledge().services)
    assert {name: text.encode() for name, text in files_of(release.version).items()} == dict(
        release_files(DEFAULT_PATH)
    )
    assert len(KnowledgeRelease.objects.get().archive) < 600_000


def test_a_release_is_never_edited() -> None:
    keep_release()
    with pytest.raises(IntegrityError), transaction.atomic():
        KnowledgeRelease.objects.update(archive=b"")
    with pytest.raises(IntegrityError), transaction.atomic():
        KnowledgeRelease.objects.all().delete()


def test_the_rule_behind_each_kept_finding_can_be_read_by_its_version(world: Any) -> None:
    keep_release()
    open_episode(
        world.ibu, kind="kehamilan", facts={"hpht": TODAY - timedelta(weeks=26)}, registered_on=TODAY, today=TODAY, by=world.bidan
    )  # fmt: skip
    save_visit(
        world.ibu, contact_id=new_key(), cadre="bidan", unit=world.puskesmas, unit_kind="puskesmas", on=TODAY, today=TODAY, by=world.bidan,
        observations={"sistolik": Decimal(165), "diastolik": Decimal(112), "suhu-c": Decimal(39)},
    )  # fmt: skip
    findings = list(Finding.objects.all())
    assert findings
    for one in findings:
        rule = rule_of(one.knowledge_version, one.trace["table"])
        assert rule is not None and f"id: {one.trace['table']}" in rule.text and f"then: {one.finding}" in rule.text
        lines = files_of(one.knowledge_version)[rule.file].splitlines()
        assert rule.text.splitlines() == lines[rule.line - 1 : rule.line - 1 + len(rule.text.splitlines())]


def test_every_table_of_the_release_is_found_alone() -> None:
    keep_release()
    for table in knowledge().tables[:40]:
        rule = rule_of(knowledge().version, table.id)
        assert rule is not None and rule.text.count("\n  - id: ") <= 1 and rule.line == table.at.line


def test_what_is_not_kept_has_no_rule() -> None:
    keep_release()
    assert rule_of("000000000000", "tekanan-darah") is None and rule_of(knowledge().version, "tidak-ada") is None
