"""What the bar of every page shows."""

from typing import Any

from django.http import HttpRequest


def worker(request: HttpRequest) -> dict[str, Any]:
    """The worker of the request, where a page has one."""
    return {"worker": getattr(request, "worker", None)}
