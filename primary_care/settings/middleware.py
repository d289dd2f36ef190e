"""What holds for every request and every answer, whichever page it is for."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, UnreadablePostError
from django.shortcuts import render
from django.template.loader import render_to_string

POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
Answer = Callable[[HttpRequest], HttpResponse]


class ContentSecurityPolicy:
    """Only files of this node may run or show: no inline script, no inline style, nothing from elsewhere."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Content-Security-Policy"] = POLICY
        return response


class Sessions(SessionMiddleware):
    """A session lasts as long as somebody works. What a page asks for by itself (`asked_by_itself` of the request) is no work of anybody.

    That somebody works is written down again only after a thirtieth of the time that a session lasts: by so much it may end early, and
    most pages write nothing.
    """

    SEEN = "seen"

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        session, now = request.session, time.time()
        if getattr(request, "asked_by_itself", False) and not session.modified:
            return response
        if not session.is_empty() and (
            session.modified or now - session.get(self.SEEN, 0) > settings.SESSION_COOKIE_AGE / 30
        ):
            session[self.SEEN] = now
        return super().process_response(request, response)


class RequestLimits:
    """What is too large is refused before a byte of it is read, and in words."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.META.get("CONTENT_LENGTH") or "0"
        if sent.isdigit() and int(sent) > settings.LARGEST_UPLOAD:
            context = {"largest": settings.LARGEST_UPLOAD // 1_000_000, "sent": int(sent) // 1_000_000}
            response = render(request, "413.html", context, status=413)
            response.headers["Connection"] = "close"  # the rest of it is not wanted
            return response
        return self.get_response(request)


class StorableText:
    """A character that PostgreSQL cannot store (NUL, half of a surrogate pair) comes from no keyboard: the request is bad."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            sent_in_both = (request.GET, request.POST)
        except UnreadablePostError:  # whoever sent it has gone
            return HttpResponseBadRequest()
        for sent in sent_in_both:
            if any(not _storable(text) for name, values in sent.lists() for text in (name, *values)):
                return HttpResponseBadRequest(render_to_string("400.html", request=request))
        return self.get_response(request)


def _storable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
