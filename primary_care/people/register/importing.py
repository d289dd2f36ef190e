"""A plan is written to the database, and never twice.

The command writes everything of one file in one transaction: killed midway it leaves nothing behind and simply starts again. The background
writes some families at a time, so that the pages of the sender do not wait for his line of the audit trail; killed midway it goes on.
Either way what is already there is recognised (`running.py`) and not written again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

from django.db import Error, connection, transaction
from django.utils import timezone

from primary_care.accounts.models import Assignment, User
from primary_care.people.register.places import PlaceFinder
from primary_care.people.register.plans import Plan
from primary_care.people.register.running import OnPregnancy, Run, Written
from primary_care.people.register_models import RegisterFile

FAMILIES_A_STEP = 60  # about 200 rows, a second on one slow core: so long a page of the sender may wait
LOCK = "register import"


@transaction.atomic
def import_plan(
    plan: Plan,
    *,
    places: PlaceFinder,
    file: Path,
    on: date,
    user: User,
    by: Assignment | None = None,
    on_pregnancy: OnPregnancy | None = None,
) -> Written:
    """Write what of the plan is new, whole or not at all. Problems that show only now are added to the plan's rows.

    `user` signs; `by` is the assignment whose role and area bind the import, None for the operator of the node. What is registered outside
    that area is not touched and not told of, but that it is there. Raises ActionRefused, NotAllowed or IntegrityError, and then nothing
    is written.
    """
    with connection.cursor() as cursor:
        # Two imports at once go one after the other; the second finds what the first wrote.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])
    run = Run(plan, places, _keep_file(file, user, by), on, user, by, on_pregnancy)
    run.write(plan.households)
    run.close()
    return run.written


def import_stored(
    plan: Plan,
    *,
    places: PlaceFinder,
    stored: RegisterFile,
    on: date,
    by: Assignment,
    on_pregnancy: OnPregnancy | None = None,
    go_on: Callable[[], bool] = lambda: True,
) -> Written | None:
    """As `import_plan` for a workbook that was sent in, in steps of some families, each a transaction of its own. What a step has written
    stays when a later one fails or is killed, and is not written again. None when `go_on` said no between two steps.

    Expects `one_import_at_a_time` around it.
    """
    run = Run(plan, places, stored, on, by.user, by, on_pregnancy)
    for start in range(0, len(plan.households), FAMILIES_A_STEP):
        if not go_on():
            return None
        with transaction.atomic():
            households = plan.households[start : start + FAMILIES_A_STEP]
            if run.write(households):
                stored.attempts = 0  # further than ever
            stored.done = min(stored.total, stored.done + sum(len(one.rows) for one in households))
            stored.worked_at = timezone.now()
            stored.save(update_fields=["done", "worked_at", "attempts"])
    with transaction.atomic():
        run.close()
    return run.written


@contextmanager
def one_import_at_a_time() -> Iterator[None]:
    """Held over several transactions, until the end or until the process is gone. Waits for another import."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [LOCK])
    try:
        yield
    finally:
        with suppress(Error), connection.cursor() as cursor:  # a connection that is gone holds no lock
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [LOCK])


def _keep_file(file: Path, user: User, by: Assignment | None) -> RegisterFile:
    """A workbook that came by the command line: stored only once there are rows of it."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return RegisterFile(name=file.name[:200], hash=digest, recorded_by=user, recorded_as=by)
