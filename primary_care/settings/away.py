"""What is answered while the database cannot be reached, or has no room: not a bare fault, and nothing that was typed is lost.

An embedded server is started again by the node within seconds (`primary_care.node.watching`); another one is for its keeper.
"""

import errno
import sys

import psycopg
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views import defaults

RETRY_AFTER = "5"  # seconds; for programs, people read the page
NOT_SENT_AGAIN = {"csrfmiddlewaretoken"}  # the page has its own
SECRET = "password"  # never written into a page: such a form is typed anew


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of a fault; where the fault is that the database is away or its disk is full, the page that says so."""
    if is_away(sys.exc_info()[1]):
        return _away(request)
    if is_full(sys.exc_info()[1]):
        return _given_back(request, "507.html", 507)
    return HttpResponseServerError(defaults.server_error(request).content)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same for a request that Django calls bad: it takes a session that could not be stored for one that was ended."""
    if is_away(exception):
        return _away(request)
    return defaults.bad_request(request, exception)


def is_away(error: BaseException | None) -> bool:
    """Whether a fault comes from a database that cannot be reached, or that went while it was asked.

    PostgreSQL names the cause of a fault in five characters. None: it did not answer at all; 08…: the connection broke;
    57P…: it is being stopped or started. A deadlock or a full disk is an answer.
    """
    while error is not None:
        if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
            return error.sqlstate is None or error.sqlstate.startswith(("08", "57P"))
        error = error.__cause__ or error.__context__
    return False


def is_full(error: BaseException | None) -> bool:
    """Whether a fault comes from a disk without room: the database's (53100), or the node's own."""
    while error is not None:
        if isinstance(error, psycopg.errors.DiskFull) or (isinstance(error, OSError) and error.errno == errno.ENOSPC):
            return True
        error = error.__cause__ or error.__context__
    return False


def _away(request: HttpRequest) -> HttpResponse:
    response = _given_back(request, "503.html", 503)
    response.headers["Retry-After"] = RETRY_AFTER
    return response


def _given_back(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """What was sent by a form stands in the page, to be sent again by a button; it is kept nowhere else."""
    secret = SECRET in request.POST
    sent = [(name, value) for name, values in request.POST.lists() if name not in NOT_SENT_AGAIN for value in values]
    context = {"again": request.get_full_path(), "sent": sent, "form": request.method == "POST" and not secret}
    response = render(request, template, context, status=status)
    add_never_cache_headers(response)
    return response
