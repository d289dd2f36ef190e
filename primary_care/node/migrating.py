"""Migrations that are done wholly or not at all. Where a migration leaves statements for its end, Django commits it first and notes it
afterwards: killed in between, the next start would make the same tables again, and fail.
"""

import contextlib
from typing import Any

from django.db import transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor


class WholeMigrations(MigrationExecutor):
    """Does a migration and notes that it was done in one transaction."""

    def apply_migration(self, state: Any, migration: Migration, fake: bool = False, fake_initial: bool = False) -> Any:
        """As Django does it."""
        whole = transaction.atomic(self.connection.alias) if migration.atomic else contextlib.nullcontext()
        with whole:
            return super().apply_migration(state, migration, fake, fake_initial)
