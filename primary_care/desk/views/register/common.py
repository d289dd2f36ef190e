"""What the pages of the register share: who may come, the form that most of them are, and who may be registered already."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from primary_care.accounts.access import APPROVE, BY_CATCHMENT, CHANGE, CREATE, allowed
from primary_care.accounts.models import Assignment
from primary_care.accounts.scope import scope_of_assignment
from primary_care.design.fields import Field
from primary_care.desk.access import Typed, Worker, audit_read, not_here, owner_mark, take_kept, worker_page
from primary_care.desk.presenters.person import age_words, relationship_word, sex_word, where
from primary_care.desk.register_form import AT, Form
from primary_care.keys import new_key
from primary_care.people.actions import ActionRefused, PersonDetails
from primary_care.people.duplicates import Likeness, asked_for, nik_is_elsewhere, similar
from primary_care.people.models import Household, Person
from primary_care.people.names import normalise
from primary_care.people.permissions import may_import, may_link

REFUSAL = "desk/register/not_allowed.html"
WHY = {
    "nik": gettext_noop("NIK sama"),
    "name-and-birth": gettext_noop("nama sama atau mirip, tanggal lahir sama"),
    "swapped": gettext_noop("nama sama atau mirip, hari dan bulan lahir tertukar"),
    "near": gettext_noop("nama sama, tanggal lahir hampir sama"),
    "name-and-unknown": gettext_noop("nama sama atau mirip, tanggal lahir belum diketahui"),
    "twin": gettext_noop("lahir pada hari yang sama di keluarga ini; bila kembar, lanjutkan"),
}


def _may(worker: Worker, right: str) -> bool:
    grant = allowed(worker.role, "keluarga", right)
    return grant is not None and grant.reach in BY_CATCHMENT


def registers(worker: Worker) -> bool:
    """Whether this worker registers families and persons."""
    return _may(worker, CREATE)


def changes(worker: Worker) -> bool:
    """Whether this worker corrects identities and records moves."""
    return _may(worker, CHANGE)


def links_records(worker: Worker) -> bool:
    """Whether this worker decides that two records are one person."""
    return may_link(worker.role) and _may(worker, APPROVE)


def imports(worker: Worker) -> bool:
    """Whether this worker brings in whole registers."""
    return may_import(worker.role)


def reach(worker: Worker, right: str = CREATE) -> tuple[str, ...]:
    """The paths of the areas in which this worker has a right to families."""
    if worker.assignment is None:
        return ()
    return scope_of_assignment(worker.assignment, worker.today, "keluarga", right).area_paths


def register_page(
    may: Callable[[Worker], bool],
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A page of the register as a whole; for those who may not it does not exist."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @worker_page
        @wraps(view)
        def page(request: HttpRequest, worker: Worker, *args: Any, **kwargs: Any) -> HttpResponse:
            if worker.assignment is None or not may(worker):
                return not_here(request)
            return view(request, worker, *args, **kwargs)

        return page

    return decorate


def household_page(
    may: Callable[[Worker], bool],
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A page on which those who `may` change something about a household; the view gets the worker, the household and what was `Typed`."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @worker_page
        @wraps(view)
        def page(request: HttpRequest, worker: Worker, household_id: uuid.UUID) -> HttpResponse:
            found = Household.objects.visible_to(worker.scope).select_related("area").filter(pk=household_id).first()
            if found is None:
                return not_here(request)
            if not may(worker):
                return render(request, REFUSAL, status=403)
            audit_read(worker, "people.household", object_id=found.pk)
            return view(request, worker, found, typed_on(request, worker))

        return page

    return decorate


def typed_on(request: HttpRequest, worker: Worker) -> Typed:
    """What was sent just now, or kept since the login ended."""
    if request.method == "POST":
        return Typed(request.POST, kept=False)
    kept = take_kept(request, worker.user) if request.method == "GET" else None
    return Typed(kept, kept=kept is not None)


@dataclass
class Page:
    """A page that is one form, for the template `desk/register/form.html`. `groups`: pairs of a legend (or nothing) and its fields; `folded`:
    the same, but closed until it is opened. `watch`: whether who may be registered already is looked for while typing.
    """

    title: str
    save: str
    form: Form
    groups: Sequence[tuple[str, Sequence[Field]]]
    back: tuple[str, str]
    lead: str = ""
    header: Any = None
    folded: Sequence[tuple[str, bool, Sequence[Field]]] = ()
    questions: list[dict[str, str]] = field(default_factory=list)
    alike: Sequence[Likeness] = ()
    hidden: dict[str, str] = field(default_factory=dict)
    watch: bool = False
    history: Sequence[Any] = ()
    download: bool = False
    ways: Mapping[str, str] = field(default_factory=dict)  # a legend that is shown for one answer to "ke" only

    def response(
        self, request: HttpRequest, worker: Worker, typed: Typed, template: str = "form.html", **more: Any
    ) -> HttpResponse:
        """The page; 422 where something has to be repaired or confirmed."""
        wrong = bool(self.form.faults or self.questions)
        context = {
            "page": self,
            "errors": self.form.faults.listed({one.name: one.label for one in self.shown()}),
            "groups": [(legend, fields, self.ways.get(legend, "")) for legend, fields in self.groups],
            "questions": self.questions,
            "similar": said(self.alike, worker),
            "mark": owner_mark(worker.user),
            "kept": typed.kept,
            **more,
        }
        return render(request, f"desk/register/{template}", context, status=422 if wrong else 200)

    def shown(self) -> Iterable[Field]:
        """Every field of the page."""
        for _legend, fields in self.groups:
            yield from fields
        for _legend, _open, fields in self.folded:
            yield from fields


def by_of(worker: Worker) -> Assignment:
    """The assignment worked in; pages that record are closed to those without."""
    assert worker.assignment is not None
    return worker.assignment


def refused(form: Form, error: ActionRefused) -> None:
    """Tell a refusal of the actions at its field."""
    form.faults.add(AT.get(error.code, "nama"), str(error))


def key_of(form: Form) -> uuid.UUID:
    """The key that the form was made with, so that sending it twice stores once."""
    try:
        return uuid.UUID(form.data.get("kunci", ""))
    except ValueError:
        return new_key()


def look_for(
    form: Form, details: PersonDetails, nik: str, worker: Worker, questions: list[dict[str, str]], *,
    household: Household | None = None, besides: Iterable[uuid.UUID] = (),
) -> list[Likeness]:  # fmt: skip
    """Who may be this person already. A NIK that is taken is a fault; who is alike, a question until the user says that they are two."""
    alike = likely(details, nik, worker, household=household, besides=besides)
    for one in alike:
        name = one.person.full_name
        if one.why == "nik":
            form.faults.add(
                "nik",
                _("NIK ini sudah milik %(name)s. Buka orang itu di bawah, atau periksa NIK-nya.") % {"name": name},
            )
        elif one.why != "twin" and (token := f"bukan={one.person.pk}") not in form.confirmed():
            text = _("Mungkin sudah terdaftar: %(name)s (%(why)s).") % {"name": name, "why": _(WHY[one.why])}
            confirm = _("%(name)s orang yang berbeda") % {"name": name}
            questions.append({"field": "nama", "text": text, "confirm": confirm, "token": token})
    if nik and nik_is_elsewhere(nik, worker.scope, next(iter(besides), None)):
        form.faults.add("nik", elsewhere())
    return alike


def likely(
    details: PersonDetails,
    nik: str,
    worker: Worker,
    *,
    household: Household | None = None,
    besides: Iterable[uuid.UUID] = (),
) -> list[Likeness]:
    """Those in sight who may be this person; each of them has then been read."""
    if not normalise(details.full_name) and len(nik) != 16:
        return []
    asked = asked_for(
        details.full_name, sex=details.sex, birth_date=details.birth_date, nik=nik, mother_id=details.mother_id,
        household_id=household.pk if household else None, birth_order=details.birth_order,
    )  # fmt: skip
    found = similar(asked, worker.scope, besides=besides)
    for one in found:
        audit_read(worker, "desk.similar", person_id=one.person.pk)
    return found


def elsewhere() -> str:
    """What is told of somebody outside the sight: nothing but that the number is taken."""
    return _(
        "NIK ini sudah terdaftar di luar wilayah kerja Anda. Bila orangnya pindah ke sini, pakai “Pindah masuk” di halaman keluarga. "
        "Bila tidak, kosongkan NIK dan minta petugas Klaster 1 memeriksanya."
    )


def said(alike: Iterable[Likeness], worker: Worker) -> list[dict[str, object]]:
    """Those who may be the same, as a list shows them."""
    return [
        {
            "name": one.person.full_name,
            "url": reverse("person", args=[one.person.pk]),
            "line": ", ".join(
                part
                for part in (relationship_word(one.person), sex_word(one.person), age_words(one.person, worker.today))
                if part
            ),
            "where": where(one.person),
            "why": _(WHY[one.why]),
            "twin": one.why == "twin",
        }
        for one in alike
    ]


def head_of(household: Household) -> Person | None:
    """The head of a household who is alive, else its first member."""
    members = household.members.order_by("birth_date", "pk")
    return members.filter(relationship="kepala-keluarga", deceased_on__isnull=True).first() or members.first()


def household_name(household: Household) -> str:
    """`Keluarga Budi Santoso`."""
    head = head_of(household)
    return _("Keluarga %(head)s") % {"head": head.full_name} if head else _("Keluarga tanpa anggota")
