"""Released knowledge by its version: kept when the node first uses it, read back to say which rule made a finding.

A version is read back as text and never evaluated: what an old rule said stays readable although the language may have gone on.
"""

import io
import lzma
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import QuerySet

from care_engine.loading import DEFAULT_PATH, digest, release_files
from care_engine.yaml_files import KnowledgeError, parse_yaml
from primary_care.decisions.content import knowledge
from primary_care.decisions.release_models import KnowledgeRelease
from primary_care.visits.models import Contact


@dataclass(frozen=True)
class RuleText:
    """The text of one rule as it was written, its file, and the number of its first line."""

    file: str
    line: int
    text: str


def keep_release() -> bool:
    """Keep the knowledge in use, unless its version is kept already. Returns whether it is new. Called when a node starts."""
    version = digest(DEFAULT_PATH)
    if KnowledgeRelease.objects.filter(pk=version).exists():
        return False
    known = knowledge()
    if known.version != version:
        raise ValueError("the knowledge changed while it was read; start again")
    contents = {
        "services": len(known.services), "tables": len(known.tables), "findings": len(known.findings), "items": len(known.items),
        "forms": len(known.forms), "settings": len(known.settings),
    }  # fmt: skip
    row = KnowledgeRelease(version=version, archive=_packed(), contents=contents)
    KnowledgeRelease.objects.bulk_create(
        [row], ignore_conflicts=True
    )  # of two processes that start together one is first
    return True


def releases() -> QuerySet[KnowledgeRelease]:
    """All versions, the latest first, without their contents."""
    return KnowledgeRelease.objects.defer("archive").order_by("-first_used_at", "version")


@lru_cache(maxsize=4)
def files_of(version: str) -> dict[str, str]:
    """The files of a version by their path below `knowledge/`. Raises `KnowledgeRelease.DoesNotExist`."""
    packed = KnowledgeRelease.objects.values_list("archive", flat=True).get(pk=version)
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress(bytes(packed)))) as archive:
        found = ((one.name, archive.extractfile(one)) for one in archive.getmembers())
        return {name: content.read().decode() for name, content in found if content is not None}


def rule_of(version: str, table: str) -> RuleText | None:
    """A decision table as a version had it; None where it had no such table, or the version is not kept."""
    try:
        files = files_of(version)
    except KnowledgeRelease.DoesNotExist:
        return None
    for name, text in files.items():
        if name.startswith("findings/") and f"id: {table}" in text:
            found = _part(name, text, table)
            if found is not None:
                return found
    return None


def rules_behind(contact: Contact, shown: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Of the kept findings of a contact those that are `shown` (id to name): name, version of the knowledge, decision table."""
    kept = contact.findings.filter(replaced_by__isnull=True, withdrawn=False, finding__in=shown).order_by("finding")
    rows = kept.values_list("finding", "knowledge_version", "trace__table")
    return [(shown[finding], version, table) for finding, version, table in rows if version and table]


def _part(name: str, text: str, table: str) -> RuleText | None:
    try:
        document = parse_yaml(text, name)
    except KnowledgeError:  # written in a language that is read no longer: the whole file
        return RuleText(name, 1, text)
    tables = document.data.get("tables", []) if isinstance(document.data, dict) else []
    place = next((at for at, one in enumerate(tables) if isinstance(one, dict) and one.get("id") == table), None)
    if place is None:
        return None
    first = document.lines["tables", place]
    begins = [line for path, line in document.lines.items() if len(path) == 1 or path[:-1] == ("tables",)]
    lines = text.splitlines()
    last = min((line for line in begins if line > first), default=len(lines) + 1)
    return RuleText(name, first, "\n".join(lines[first - 1 : last - 1]).rstrip())


def _packed() -> bytes:
    """The files of the knowledge in use; the same files give the same bytes."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in release_files(DEFAULT_PATH):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return lzma.compress(packed.getvalue(), preset=6)
