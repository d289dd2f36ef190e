"""Who stands before a page: the user, where he works today, what he may see. And: what was typed when a login ended is kept."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from primary_care.accounts.models import Assignment, User
from primary_care.accounts.scope import NOTHING, Scope, assignments_of, scope_of_assignment
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction
from primary_care.desk.presenters.person import header
from primary_care.people.models import Person
from primary_care.people.queries import read_person

KEPT = "kept-form"
PLACE = "assignment"
LARGEST_KEPT = 100_000  # characters of a form: far above any visit, far below a nuisance
_SALT = "desk.form-owner"


@dataclass(frozen=True)
class Worker:
    """The user of this request. `today` is read here, once, and passed on."""

    user: User
    today: date
    scope: Scope
    assignment: Assignment | None
    assignments: tuple[Assignment, ...]

    @property
    def unit_kind(self) -> str:
        """The kind of unit worked in, or nothing for those without one."""
        return self.assignment.unit.kind if self.assignment and self.assignment.unit else ""

    @property
    def cadre(self) -> str:
        """The cadre worked as, or nothing."""
        return self.assignment.cadre if self.assignment else ""

    @property
    def is_kader(self) -> bool:
        """Whether sensitive results stay hidden."""
        return self.cadre in ("kader", "kader-terlatih", "keluarga", "guru", "")


@dataclass(frozen=True)
class Typed:
    """What a form was filled with: sent just now, or kept since the login ended. `data` is None where the form is still empty."""

    data: QueryDict | None
    kept: bool


View = Callable[..., HttpResponse]


def worker_page(view: View) -> View:
    """A page for those who are logged in; the view gets a `Worker` after the request."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, User):
            if request.method == "POST":
                _keep(request)
            query = urlencode({"next": request.path if request.method == "POST" else request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('login')}?{query}")
        worker = worker_of(request, request.user)
        request.worker = worker  # type: ignore[attr-defined]
        return view(request, worker, *args, **kwargs)

    return page


def recording_page(view: View) -> View:
    """A page on which something is recorded about a person; the view gets the worker, the person and what was `Typed`."""

    @worker_page
    @wraps(view)
    def page(request: HttpRequest, worker: Worker, person_id: uuid.UUID) -> HttpResponse:
        person = person_or_none(worker, person_id)
        if person is None:
            return not_here(request)
        if not worker.unit_kind or not worker.cadre:
            return render(request, "desk/cannot_record.html", {"p": header(person, worker.today)}, status=403)
        if request.method == "POST":
            return view(request, worker, person, Typed(request.POST, kept=False))
        kept = take_kept(request, worker.user) if request.method == "GET" else None
        return view(request, worker, person, Typed(kept, kept=kept is not None))

    return page


def worker_of(request: HttpRequest, user: User) -> Worker:
    """The worker behind a request, in the place chosen in this session or else the first one."""
    today = timezone.localdate()
    assignments = tuple(assignments_of(user, today)) if user.is_active else ()
    chosen = request.session.get(PLACE)
    assignment = next((one for one in assignments if str(one.pk) == chosen), assignments[0] if assignments else None)
    scope = scope_of_assignment(assignment, today) if assignment else NOTHING
    return Worker(user, today, scope, assignment, assignments)


def person_or_none(worker: Worker, person_id: uuid.UUID) -> Person | None:
    """The person, if the worker may see him where he works now. The read goes into the audit trail."""
    if worker.assignment is None:
        return None
    try:
        return read_person(person_id, by=worker.assignment, on=worker.today)
    except Person.DoesNotExist:
        return None


def audit_read(
    worker: Worker, kind: str, *, object_id: uuid.UUID | None = None, person_id: uuid.UUID | None = None
) -> None:
    """Into the audit trail: this worker has seen a thing of `kind`, or a person in it."""
    unit_id = worker.assignment.unit_id if worker.assignment else None
    record(AuditAction.READ, kind, user_id=worker.user.pk, unit_id=unit_id, object_id=object_id, person_id=person_id)


def not_here(request: HttpRequest) -> HttpResponse:
    """The plain page for what does not exist or is not ours to see; it does not say which."""
    return render(request, "desk/not_here.html", status=404)


def owner_mark(user: User) -> str:
    """A signed mark in a form, so that what was typed comes back to nobody else."""
    return signing.dumps(str(user.pk), salt=_SALT)


def take_kept(request: HttpRequest, user: User) -> QueryDict | None:
    """What was typed on this page before the login ended, once; None if nothing, or if somebody else typed it."""
    kept = request.session.get(KEPT)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[KEPT]
    typed = QueryDict(kept["data"])
    try:
        owner = signing.loads(typed.get("milik", ""), salt=_SALT)
    except signing.BadSignature:
        return None
    return typed if owner == str(user.pk) else None


def _keep(request: HttpRequest) -> None:
    data = request.POST.urlencode()
    if request.POST.get("milik") and len(data) <= LARGEST_KEPT:
        request.session[KEPT] = {"path": request.path, "data": data}
