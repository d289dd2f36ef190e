"""Who stands before a page: the user, where he works today, what he may see. And: what was typed when a login ended is kept."""

import uuid
from collections.abc import Callable, Iterable
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

from primary_care.accounts import second_factor
from primary_care.accounts.access import BY_CATCHMENT, CHANGE, CREATE, EXPORT, READ, allowed
from primary_care.accounts.models import Assignment, User
from primary_care.accounts.once import CATCHMENTS, RECORDS, read_once
from primary_care.accounts.scope import NOTHING, Scope, assignments_of, catchment_paths, scope_of_assignment
from primary_care.accounts.sight import Sight, may_record_at, sight_of
from primary_care.audit.actions import record
from primary_care.audit.many import Written, record_many
from primary_care.audit.models import AuditAction
from primary_care.desk.presenters.person import header
from primary_care.encounters import permissions as reception
from primary_care.followup.permissions import reads_tasks
from primary_care.people.models import Person
from primary_care.people.openings import openings_now
from primary_care.people.own_work import has_work_with
from primary_care.people.queries import read_person
from primary_care.staff.queries import reads_staff

KEPT = "kept-form"
PLACE = "assignment"
SECOND_FACTOR = "second-factor"
HOME_VISIT = "rumah"
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
    def role(self) -> str:
        """The role worked in, or nothing."""
        return self.assignment.role if self.assignment else ""

    def may_record_at(self, place: str) -> bool:
        """Whether visits in this kind of place are recorded by this worker."""
        return bool(self.unit_kind and self.cadre and place) and may_record_at(self.role, place)

    @property
    def reads_trail(self) -> bool:
        """Whether the audit trail is open to this worker."""
        return allowed(self.role, "log-audit", READ) is not None

    @property
    def opens_register(self) -> bool:
        """Whether this worker registers or changes families, or takes the register out."""
        return self.assignment is not None and any(
            (grant := allowed(self.role, "keluarga", right)) is not None and grant.reach in BY_CATCHMENT
            for right in (CREATE, CHANGE, EXPORT)
        )

    @property
    def reads_staff(self) -> bool:
        """Whether this worker reads about others who work here."""
        return self.assignment is not None and reads_staff(self.role)

    @property
    def reads_network(self) -> bool:
        """Whether areas and units are open to this worker as something that is managed."""
        return self.assignment is not None and allowed(self.role, "wilayah-unit", READ) is not None

    @property
    def manages(self) -> bool:
        """Whether there is something to keep, or to look at, among areas, units and staff."""
        return self.reads_staff or self.reads_network

    @property
    def reads_tasks(self) -> bool:
        """Whether follow-up work is shown to this worker."""
        return reads_tasks(self.role)

    @property
    def registers_arrivals(self) -> bool:
        """Whether this worker registers whoever comes to the Puskesmas."""
        return self.assignment is not None and reception.registers(self.assignment)

    @property
    def sees_queues(self) -> bool:
        """Whether the queues of the Puskesmas are open to this worker."""
        return self.assignment is not None and reception.sees_queues(self.assignment)

    @property
    def reads_schedule(self) -> bool:
        """Whether this worker sees what was agreed for a day at the unit."""
        return self.assignment is not None and reception.reads_schedule(self.assignment)

    @property
    def answers_cases(self) -> bool:
        """Whether the notices of suspected cases are this worker's."""
        return self.assignment is not None and reception.answers_cases(self.assignment)

    def may_create(self, resource: str) -> bool:
        """Whether the matrix lets this worker create in one of its rows."""
        return allowed(self.role, resource, CREATE) is not None

    def sights(self, people: Iterable[Person]) -> dict[uuid.UUID, Sight]:
        """What this worker sees of each person, by key. Two queries."""
        people = list(people)
        if self.assignment is None:
            return {person.pk: Sight("") for person in people}
        keys = [person.pk for person in people]
        own = set(Person.objects.filter(has_work_with(self.user.pk), pk__in=keys).values_list("pk", flat=True))
        opened = openings_now(self.assignment, keys, timezone.now())
        # Who sees people of own work only (a laboratory) may still have other rights in the area of the unit.
        served = tuple(catchment_paths(self.assignment, self.today)) if self.scope.own else self.scope.area_paths
        return {
            person.pk: sight_of(
                self.role,
                self.cadre,
                inside=bool(person.area_path) and person.area_path.startswith(served),
                own=person.pk in own,
                opened=person.pk in opened,
            )
            for person in people
        }

    def sight(self, person: Person) -> Sight:
        """What this worker sees of one person."""
        return self.sights([person])[person.pk]


@dataclass(frozen=True)
class Typed:
    """What a form was filled with: sent just now, or kept since the login ended. `data` is None where the form is still empty."""

    data: QueryDict | None
    kept: bool


View = Callable[..., HttpResponse]


def worker_page(view: View) -> View:
    """A page for those who are logged in; the view gets a `Worker` after the request. Who has a password from somebody else chooses one first."""
    return _worker_page(view, "own-password")


def password_page(view: View) -> View:
    """As `worker_page`, for the page on which a password is chosen."""
    return _worker_page(view, "")


def _worker_page(view: View, instead_of_temporary: str) -> View:

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        showing = (CATCHMENTS, RECORDS) if request.method in ("GET", "HEAD") else ()
        with read_once(*showing):  # a page that only shows changes neither
            return answer(request, *args, **kwargs)

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, User):
            if request.method == "POST":
                _keep(request)
            query = urlencode({"next": request.path if request.method == "POST" else request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('login')}?{query}")
        worker = worker_of(request, request.user)
        if not _second_factor_done(request, worker):
            if request.method == "POST":
                _keep(request)
            path = request.path if request.method == "POST" else request.get_full_path()
            return HttpResponseRedirect(f"{reverse('second-factor')}?{urlencode({'next': path})}")
        request.worker = worker  # type: ignore[attr-defined]
        if instead_of_temporary and worker.user.temporary_until is not None:
            if request.method == "POST":
                _keep(request)
            path = request.path if request.method == "POST" else request.get_full_path()
            return HttpResponseRedirect(f"{reverse(instead_of_temporary)}?{urlencode({'next': path})}")
        return view(request, worker, *args, **kwargs)

    return page


def where_to_go(view: View) -> View:
    """A form that sends by script (`components/src/form.ts`) is told where to go next, and goes there itself."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        if request.headers.get("Simpul-Form") and isinstance(answer, HttpResponseRedirect):
            return HttpResponse(status=204, headers={"Simpul-Location": answer.url})
        return answer

    return page


May = Callable[[Worker], bool]


def records_visits(worker: Worker) -> bool:
    """Whether this worker records visits at all, in the unit or in houses."""
    return worker.may_record_at(worker.unit_kind) or worker.may_record_at(HOME_VISIT)


def records_births(worker: Worker) -> bool:
    """Whether this worker records how a pregnancy ended."""
    recording = bool(worker.unit_kind and worker.cadre)
    return recording and (worker.may_create("kelahiran") or worker.may_create("kematian"))


def may_open_records(worker: Worker) -> bool:
    """Whether this worker may give a reason to see closed data."""
    return sight_of(worker.role, worker.cadre, inside=True, own=False).may_open


def records_consents(worker: Worker) -> bool:
    """Whether this worker records what a person agreed to."""
    return worker.may_create("persetujuan")


def recording_page(may: May, refusal: str = "desk/cannot_record.html") -> Callable[[View], View]:
    """A page on which those who `may` record something about a person; the view gets the worker, the person and what was `Typed`.
    Others read the template `refusal`.
    """

    def decorate(view: View) -> View:
        @worker_page
        @wraps(view)
        def page(request: HttpRequest, worker: Worker, person_id: uuid.UUID) -> HttpResponse:
            person = person_or_none(worker, person_id)
            if person is None:
                return not_here(request)
            if not may(worker):
                return render(request, refusal, {"p": header(person, worker.today)}, status=403)
            if request.method == "POST":
                with read_once(CATCHMENTS):
                    return view(request, worker, person, Typed(request.POST, kept=False))
            kept = take_kept(request, worker.user) if request.method == "GET" else None
            return view(request, worker, person, Typed(kept, kept=kept is not None))

        return page

    return decorate


def worker_of(request: HttpRequest, user: User) -> Worker:
    """The worker behind a request, in the place chosen in this session or else the first one."""
    today = timezone.localdate()
    assignments = tuple(assignments_of(user, today)) if user.is_active else ()
    chosen = request.session.get(PLACE)
    assignment = next((one for one in assignments if str(one.pk) == chosen), assignments[0] if assignments else None)
    scope = scope_of_assignment(assignment, today) if assignment else NOTHING
    return Worker(user, today, scope, assignment, assignments)


def pass_second_factor(request: HttpRequest) -> None:
    """Remember for this session that the user has shown the second factor."""
    request.session.cycle_key()
    request.session[SECOND_FACTOR] = f"passed {request.user.pk}"


def passed_second_factor(request: HttpRequest) -> bool:
    """Whether the user has shown it in this session."""
    return bool(request.session.get(SECOND_FACTOR) == f"passed {request.user.pk}")


def _second_factor_done(request: HttpRequest, worker: Worker) -> bool:
    """Whether the user may go on: has shown the second factor, or has none and needs none for any of his roles of today."""
    if passed_second_factor(request):
        return True
    if second_factor.required(frozenset(one.role for one in worker.assignments)):
        return False
    has_none = f"none {worker.user.pk}"
    if request.session.get(SECOND_FACTOR) == has_none:
        return True
    if second_factor.enrolled(worker.user):
        return False
    request.session[SECOND_FACTOR] = has_none
    return True


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


def audit_read_many(worker: Worker, kind: str, people: Iterable[uuid.UUID], object_id: uuid.UUID | None = None) -> None:
    """As `audit_read`, for each of the people of one list."""
    unit_id = worker.assignment.unit_id if worker.assignment else None
    lines = [Written(kind, object_id, person) for person in people]
    if lines:
        record_many(lines, user_id=worker.user.pk, unit_id=unit_id, action=AuditAction.READ)


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
