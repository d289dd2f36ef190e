"""The database of the tests: `DATABASE_URL` when it is set, else an embedded PostgreSQL that lives as long as the
test run.

The server starts when the first test that needs a database is about to run, one for each pytest process (so also for
each worker of pytest-xdist), in a temporary folder with a short path.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Called by pytest-django before it makes the test database."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    from django.db import connections

    from primary_care.node.postgres import throwaway

    folder = Path(tempfile.mkdtemp(prefix="simpul-"))
    server = throwaway(folder)
    connections["default"].settings_dict["HOST"] = str(server.socket_folder)
    yield
    connections.close_all()
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Before the test database is dropped, sessions that are still open in it are ended. Under the event loop of a browser test Django has
    another connection than before it in the same thread, and who closes one does not see the other.
    """
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def fast_passwords(settings: Any) -> None:
    """argon2 is slow by design; MD5 keeps the tests quick. `accounts/tests` turns argon2 on where it is the subject."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
