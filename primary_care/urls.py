"""Addresses of the node. The pages are the desk's; the foundation adds only a sign of life."""

from importlib.util import find_spec

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path


def alive(request: HttpRequest) -> HttpResponse:
    """Says that the process answers; reads nothing."""
    return HttpResponse("ok", content_type="text/plain")


handler400 = "primary_care.settings.away.bad_request"
handler500 = "primary_care.settings.away.server_error"
urlpatterns: list[URLPattern | URLResolver] = [path("hidup", alive, name="alive")]
if find_spec("primary_care.desk.urls"):
    urlpatterns.append(path("", include("primary_care.desk.urls")))
