"""Many lines of the audit trail at once, for an import or a list of people: the same chains that `actions.record` writes, one line after the other."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from primary_care.audit.actions import NODE_CHAIN, hash_of
from primary_care.audit.models import AuditAction, AuditEntry
from primary_care.copying import copy_rows

FIELDS = ("id", "at", "chain", "position", "user_id", "unit_id", "action", "kind", "object_id", "person_id", "reason", "previous_hash", "hash")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """A thing of `kind` (e.g. `people.person`) that was written or read, about a person or nobody."""

    kind: str
    object_id: uuid.UUID | None
    person_id: uuid.UUID | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class By:
    """Who wrote it, in which unit. No user: the node itself."""

    user_id: uuid.UUID | None
    unit_id: uuid.UUID | None = None


def record_many(
    written: Iterable[Written],
    *,
    user_id: uuid.UUID | None,
    unit_id: uuid.UUID | None = None,
    reason: str = "",
    action: AuditAction = AuditAction.WRITE,
) -> None:
    """Append one line for each thing, in this order, all by one user."""
    by = By(user_id, unit_id)
    lines = [(by, Written(one.kind, one.object_id, one.person_id, one.reason or reason)) for one in written]
    record_lines(lines, action)


@transaction.atomic
def record_lines(lines: Sequence[tuple[By, Written]], action: AuditAction = AuditAction.WRITE) -> None:
    """Append one line for each thing, in this order, each to the chain of its user."""
    chains = sorted({_chain(by) for by, _ in lines})
    last: dict[str, tuple[int, str]] = {}
    with connection.cursor() as cursor:
        for chain in chains:  # in one order, so that two who write at once do not wait for each other
            # The lock that `record` takes: nobody else appends to this chain meanwhile.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", ["audit " + chain])
            entry = AuditEntry.objects.filter(chain=chain).order_by("-position").first()
            last[chain] = (entry.position, entry.hash) if entry else (0, "")
    now = timezone.now()
    rows = []
    for by, one in lines:
        chain = _chain(by)
        position, previous = last[chain]
        entry = AuditEntry(
            at=now,
            chain=chain,
            position=position + 1,
            user_id=by.user_id,
            unit_id=by.unit_id,
            action=str(action),
            kind=one.kind,
            object_id=one.object_id,
            person_id=one.person_id,
            reason=one.reason[:300],
            previous_hash=previous,
        )
        entry.hash = hash_of(entry)
        last[chain] = (entry.position, entry.hash)
        rows.append([getattr(entry, field) for field in FIELDS])
    copy_rows(AuditEntry, FIELDS, rows)


def _chain(by: By) -> str:
    return str(by.user_id) if by.user_id else NODE_CHAIN
