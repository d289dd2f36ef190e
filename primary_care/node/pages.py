"""The pages of the node itself: a sign of life, and its health for people and for monitors. They need no login and say nothing about people."""

from importlib.metadata import version

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from primary_care.node.health import FAIL, PASS, WARN, Check, examine, worst


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Says that the process answers; reads nothing."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """How every part of the node is, for people. Status 503 where pages cannot be served rightly."""
    now = timezone.now()
    checks = examine(now)
    status = worst(checks)
    words = {PASS: _("baik"), WARN: _("perlu dilihat"), FAIL: _("gagal")}
    context = {
        "rows": [(one, words[one.status]) for one in checks],
        "status": status,
        "now": timezone.localtime(now),
        "version": version("simpul"),
    }
    return render(request, "health.html", context, status=_code(status))


@never_cache
@require_safe
def health_for_monitors(request: HttpRequest) -> HttpResponse:
    """The same as `application/health+json` (draft-inadarei-api-health-check). Status 200 for pass and warn, 503 for fail."""
    now = timezone.now()
    checks = examine(now)
    status = worst(checks)
    content = {
        "status": status,
        "version": version("simpul"),
        "checks": {one.id: [_entry(one, now.isoformat())] for one in checks},
    }
    return JsonResponse(content, status=_code(status), content_type="application/health+json")


def _code(status: str) -> int:
    return 503 if status == FAIL else 200


def _entry(check: Check, at: str) -> dict[str, object]:
    entry: dict[str, object] = {"status": check.status, "output": check.seen, "time": at}
    if check.value is not None:
        entry["observedValue"] = check.value
    if check.unit:
        entry["observedUnit"] = check.unit
    return entry
