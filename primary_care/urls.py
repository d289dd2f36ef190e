"""Addresses of the node. The pages are the desk's; the node itself adds a sign of life and its health."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from primary_care.node import pages

handler400 = "primary_care.settings.away.bad_request"
handler500 = "primary_care.settings.away.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("hidup", pages.alive, name="alive"),
    path("sehat", pages.health, name="health"),
    path("sehat.json", pages.health_for_monitors, name="health-json"),
]
if find_spec("primary_care.desk.urls"):
    urlpatterns.append(path("", include("primary_care.desk.urls")))
