"""The parts of the interface with every state, on one page: `/gaya`."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from primary_care.design.gallery import examples

EXAMPLE_DAY = date(2026, 6, 15)


def gallery(request: HttpRequest) -> HttpResponse:
    """Shows made-up examples only, so it needs no login."""
    return render(request, "design/gallery.html", examples(EXAMPLE_DAY))
