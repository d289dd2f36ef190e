"""Reads of the audit trail, for Klaster 1, the kepala Puskesmas and the tests. No other app decides anything by it."""

import uuid
from dataclasses import dataclass

from django.db.models import QuerySet

from primary_care.audit.actions import hash_of
from primary_care.audit.models import AuditEntry


@dataclass(frozen=True)
class BrokenChain:
    """The first place where a chain does not hold."""

    chain: str
    position: int
    problem: str


def list_of_person(person_id: uuid.UUID) -> QuerySet[AuditEntry]:
    """Who read or wrote the record of a person, latest first."""
    return AuditEntry.objects.filter(person_id=person_id).select_related("user", "unit").order_by("-at", "-id")


def verify_chains() -> list[BrokenChain]:
    """Every chain read from its start: the first fault of each that was changed, cut out of, or put in a new order."""
    broken: dict[str, BrokenChain] = {}
    before: AuditEntry | None = None
    for entry in AuditEntry.objects.order_by("chain", "position").iterator(chunk_size=5000):
        previous = before if before and before.chain == entry.chain else None
        before = entry
        if entry.chain in broken:
            continue
        if entry.position != (previous.position + 1 if previous else 1):
            broken[entry.chain] = BrokenChain(entry.chain, entry.position, "baris sebelumnya hilang")
        elif entry.previous_hash != (previous.hash if previous else ""):
            broken[entry.chain] = BrokenChain(entry.chain, entry.position, "tidak menyambung ke baris sebelumnya")
        elif entry.hash != hash_of(entry):
            broken[entry.chain] = BrokenChain(entry.chain, entry.position, "isi baris berubah")
    return list(broken.values())
