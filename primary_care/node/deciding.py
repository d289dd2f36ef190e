"""Keeps the lists of the day current behind the pages: after a start, on a new day, after an import. A visit is followed at once, in its own
transaction; this thread takes what no page waited for.
"""

import logging
import threading
import time

LOOK_EVERY = 20.0  # seconds
LOCK = "SELECT pg_try_advisory_lock(hashtextextended('simpul decide', 0))"
UNLOCK = "SELECT pg_advisory_unlock(hashtextextended('simpul decide', 0))"


def catch_up_once() -> int:
    """Decide for everybody who waits; returns for how many. Of several processes one does it, the others return 0."""
    from django.db import connection
    from django.utils import timezone

    from primary_care.decisions.keeping import catch_up

    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        [(mine,)] = cursor.fetchall()
    if not mine:
        return 0
    try:
        return catch_up(timezone.localdate())
    finally:
        with connection.cursor() as cursor:
            cursor.execute(UNLOCK)


def _go_on() -> None:
    from django.db import Error, close_old_connections

    while True:
        try:
            close_old_connections()
            catch_up_once()
        except Error:  # the database is away: the pages tell it, and this looks again
            logging.getLogger("django.request").error("The lists of the day wait for the database.")
            close_old_connections()
        time.sleep(LOOK_EVERY)


def start() -> None:
    """Begin, in a thread that ends with the process."""
    threading.Thread(target=_go_on, name="decide", daemon=True).start()
