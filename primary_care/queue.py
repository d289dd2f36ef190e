"""Whether somebody does what stands in the queue (procrastinate). Read by the health page and by pages that wait for such work."""

from datetime import datetime, timedelta

SILENT = timedelta(seconds=60)  # a worker tells every ten seconds that it lives


def last_beat() -> datetime | None:
    """When a worker last told that it lives; None when none ever did."""
    from procrastinate.contrib.django.models import ProcrastinateWorker

    beats = ProcrastinateWorker.objects.order_by("-last_heartbeat").values_list("last_heartbeat", flat=True)
    return beats.first()


def is_served(now: datetime) -> bool:
    """Whether a worker is there `now`."""
    beat = last_beat()
    return beat is not None and now - beat <= SILENT
