"""Writes the audit trail. Every action of every app calls `record` inside its own transaction; so do reads of a
person.
"""

import hashlib
import json
import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from primary_care.audit.models import AuditAction, AuditEntry

if TYPE_CHECKING:
    from primary_care.accounts.models import Assignment

NODE_CHAIN = "node"


@transaction.atomic
def record(
    action: AuditAction | str,
    kind: str,
    *,
    user_id: uuid.UUID | None,
    unit_id: uuid.UUID | None = None,
    object_id: uuid.UUID | None = None,
    person_id: uuid.UUID | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> AuditEntry:
    """Append one line: `action` on a thing of `kind` (e.g. `people.residence`), by a user in a unit, about a person.

    `reason` is for a human reader and must hold no clinical content. `at` is the server's clock unless a test gives it.
    """
    chain = str(user_id) if user_id else NODE_CHAIN
    with connection.cursor() as cursor:
        # Entries of one chain are written one after the other; other users' chains do not wait.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", ["audit " + chain])
    last = AuditEntry.objects.filter(chain=chain).order_by("-position").first()
    entry = AuditEntry(
        at=at or timezone.now(),
        chain=chain,
        position=last.position + 1 if last else 1,
        user_id=user_id,
        unit_id=unit_id,
        action=str(action),
        kind=kind,
        object_id=object_id,
        person_id=person_id,
        reason=reason[:300],
        previous_hash=last.hash if last else "",
    )
    entry.hash = hash_of(entry)
    entry.save(force_insert=True)
    return entry


def record_write(kind: str, key: uuid.UUID, by: "Assignment | None", reason: str) -> AuditEntry:
    """Append that a thing of `kind` was written by somebody in an assignment; None is the operator of the node."""
    user, unit = (by.user_id, by.unit_id) if by else (None, None)
    return record(AuditAction.WRITE, kind, user_id=user, unit_id=unit, object_id=key, reason=reason)


def hash_of(entry: AuditEntry) -> str:
    """SHA-256 (hex) over everything in the row, the previous row's hash included."""
    content = [
        entry.previous_hash,
        str(entry.id),
        entry.at.timestamp(),
        entry.chain,
        entry.position,
        str(entry.user_id),
        str(entry.unit_id),
        entry.action,
        entry.kind,
        str(entry.object_id),
        str(entry.person_id),
        entry.reason,
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
