"""The database itself refuses to change or take away a fact."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from primary_care.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


def entry() -> AuditEntry:
    return AuditEntry.objects.create(
        at=datetime(2026, 11, 1, 8, tzinfo=UTC),
        chain="node",
        position=1,
        action="login",
        kind="accounts.user",
        hash="0" * 64,
    )


def test_an_audit_row_cannot_be_updated() -> None:
    row = entry()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=row.pk).update(reason="changed")
    assert AuditEntry.objects.get().reason == ""


def test_an_audit_row_cannot_be_deleted() -> None:
    entry()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEntry.objects.all().delete()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditentry")
    assert AuditEntry.objects.count() == 1
