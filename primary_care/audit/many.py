"""Many lines of the audit trail at once, for an import or a list of people: the same chain that `actions.record` writes, one line after the other."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from primary_care.audit.actions import NODE_CHAIN, hash_of
from primary_care.audit.models import AuditAction, AuditEntry


@dataclass(frozen=True)
class Written:
    """A thing of `kind` (e.g. `people.person`) that was written or read, about a person or nobody."""

    kind: str
    object_id: uuid.UUID | None
    person_id: uuid.UUID | None = None


@transaction.atomic
def record_many(
    written: Iterable[Written],
    *,
    user_id: uuid.UUID | None,
    unit_id: uuid.UUID | None = None,
    reason: str = "",
    action: AuditAction = AuditAction.WRITE,
) -> None:
    """Append one line for each thing, in this order, all by one user."""
    chain = str(user_id) if user_id else NODE_CHAIN
    with connection.cursor() as cursor:
        # The lock that `record` takes: nobody else appends to this chain meanwhile.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", ["audit " + chain])
    last = AuditEntry.objects.filter(chain=chain).order_by("-position").first()
    start, previous = (last.position + 1, last.hash) if last else (1, "")
    now = timezone.now()
    entries = []
    for position, one in enumerate(written, start):
        entry = AuditEntry(
            at=now,
            chain=chain,
            position=position,
            user_id=user_id,
            unit_id=unit_id,
            action=str(action),
            kind=one.kind,
            object_id=one.object_id,
            person_id=one.person_id,
            reason=reason[:300],
            previous_hash=previous,
        )
        entry.hash = previous = hash_of(entry)
        entries.append(entry)
    AuditEntry.objects.bulk_create(entries, batch_size=2000)
