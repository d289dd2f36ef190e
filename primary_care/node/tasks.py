"""What a node does for itself in the background. The queue holds no more than that something is to be done.

Each looks often and does its work when it is due: a laptop that sleeps at night does it in the morning.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from procrastinate.contrib.django import app

from primary_care.accounts.limits import forget_old
from primary_care.audit.queries import verify_chains
from primary_care.node import backup
from primary_care.node.memories import recall, remember

TRAIL, TIDYING = "trail", "tidying"  # what is remembered of it: broken chains; nothing
OLD_JOBS = timedelta(days=30)


@app.periodic(cron="*/10 * * * *")
@app.task(name="backup", queueing_lock="backup")
def back_up(timestamp: int) -> None:
    """The nightly backup, where it is wanted and the last one is from before this night."""
    if settings.NIGHTLY_BACKUP and due(backup.MEMORY, timezone.localtime()):
        backup.back_up_tonight()


@app.periodic(cron="3-59/10 * * * *")
@app.task(name="check-trail", queueing_lock="check-trail")
def check_trail(timestamp: int) -> None:
    """Read every chain of the audit trail once a night, so that a change in it is noticed without anybody asking."""
    now = timezone.localtime()
    if due(TRAIL, now):
        remember(TRAIL, now, broken=len(verify_chains()))


@app.periodic(cron="6-59/10 * * * *")
@app.task(name="tidy", queueing_lock="tidy")
async def tidy(timestamp: int) -> None:
    """Work that a killed worker left behind begins again; once a night sessions, attempts and jobs that are past are removed."""
    from asgiref.sync import sync_to_async

    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(job)
    if await sync_to_async(_clear)():
        await app.job_manager.delete_old_jobs(nb_hours=int(OLD_JOBS.total_seconds() // 3600), include_failed=True)


def _clear() -> bool:
    now = timezone.localtime()
    if not due(TIDYING, now):
        return False
    call_command("clearsessions")
    forget_old()
    remember(TIDYING, now)
    return True


def due(what: str, now: datetime) -> bool:
    """Whether this was not done since the hour of the night (`SIMPUL_NIGHT_HOUR`) that was last. `now` in the time zone of the node."""
    night = now.replace(hour=settings.NIGHT_HOUR, minute=0, second=0, microsecond=0)
    if night > now:
        night -= timedelta(days=1)
    done = recall(what)
    return done is None or done["at"] < night
