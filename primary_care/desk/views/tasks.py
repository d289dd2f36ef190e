"""Follow-up: the list of a unit with what is late first, and one task with what closes it and what was said about it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.models import Assignment
from primary_care.decisions.keeping import catch_up
from primary_care.design.fields import Choice, Faults, Field
from primary_care.design.formats import NotADate, read_date
from primary_care.desk.access import (
    Typed,
    Worker,
    audit_read,
    audit_read_many,
    not_here,
    owner_mark,
    take_kept,
    worker_page,
)
from primary_care.desk.paging import page_of
from primary_care.desk.presenters.person import age_words, header, where
from primary_care.desk.presenters.tasks import KINDS, TaskLine, closing_words, line, note_lines
from primary_care.followup import actions, queries
from primary_care.followup.models import NoteKind, State, Task, TaskNote
from primary_care.followup.permissions import may_say, reads_tasks
from primary_care.followup.transitions import allows
from primary_care.keys import new_key
from primary_care.people.models import Person
from primary_care.people.queries import read_person

A_PAGE = 25
CAUGHT_UP = 25
PARTS = (queries.LATE, queries.TODAY, queries.LATER)


@dataclass(frozen=True)
class Tab:
    """A part of the list to look at alone."""

    label: str
    count: int
    url: str
    chosen: bool


@never_cache
@worker_page
def tasks(request: HttpRequest, worker: Worker) -> HttpResponse:
    """The list of the worker's unit, or of the whole area that he sees."""
    by = worker.assignment
    if by is None or not reads_tasks(by.role):
        return render(request, "desk/tasks.html", {"no_tasks": True})
    catch_up(worker.today, Person.objects.visible_to(worker.scope), CAUGHT_UP)
    asked = {name: request.GET.get(name, "") for name in ("lingkup", "jenis", "bagian")}
    everything = queries.open_tasks(by, worker.today)
    mine = queries.of_unit(everything, by)
    here = everything if asked["lingkup"] == "wilayah" else mine
    if asked["lingkup"] == "saya":
        here = everything.filter(owner__user=worker.user)
    if asked["jenis"] in KINDS:
        here = here.filter(kind=asked["jenis"])
    part = asked["bagian"] if asked["bagian"] in PARTS else ""
    page = page_of(queries.when(here, part, worker.today), request, A_PAGE)
    audit_read_many(worker, "followup.list", dict.fromkeys(task.person_id for task in page.items))
    context = {
        "people": _by_person(page.items, worker),
        "page": page,
        "tabs": _tabs(here, part, worker, asked),
        "kinds": [("", _("Semua jenis"), not asked["jenis"]), *((key, _(label), key == asked["jenis"]) for key, label in KINDS.items())],
        "reaches": _reaches(by, asked["lingkup"]),
        "filtered": any(asked.values()),
    }  # fmt: skip
    return render(request, "desk/tasks.html", context)


@dataclass(frozen=True)
class Somebody:
    """One person of the list with the tasks of this page."""

    name: str
    url: str
    age: str
    where: str
    tasks: tuple[TaskLine, ...]


def _by_person(items: list[Task], worker: Worker) -> list[Somebody]:
    """The people of a page in the order of their first task."""
    people = {task.person_id: task.person for task in items}
    sights = worker.sights(people.values())
    return [
        Somebody(
            person.full_name,
            reverse("person", args=[key]),
            age_words(person, worker.today),
            where(person),
            tuple(line(task, worker.today, sights[key]) for task in items if task.person_id == key),
        )
        for key, person in people.items()
    ]


def _tabs(here: QuerySet[Task], part: str, worker: Worker, asked: dict[str, str]) -> list[Tab]:
    found = queries.counts(here, worker.today)
    kept = "".join(f"&{name}={asked[name]}" for name in ("lingkup", "jenis") if asked[name])
    parts = (
        ("", _("Semua"), found.all),
        (queries.LATE, _("Terlambat"), found.late),
        (queries.TODAY, _("Hari ini"), found.today),
        (queries.LATER, _("Nanti"), found.later),
    )
    return [Tab(label, count, f"{reverse('tasks')}?bagian={key}{kept}", key == part) for key, label, count in parts]


def _reaches(by: Assignment, asked: str) -> list[tuple[str, str, bool]]:
    unit = str(by.unit) if by.unit else _("Semua")
    reaches = [("", unit), ("wilayah", _("Seluruh wilayah kerja")), ("saya", _("Diserahkan kepada saya"))]
    return [(key, label, key == asked) for key, label in reaches]


@never_cache
@worker_page
def task(request: HttpRequest, worker: Worker, task_id: uuid.UUID) -> HttpResponse:
    """One task; a POST says something about it."""
    by = worker.assignment
    found = queries.task_for(task_id, by, worker.today) if by else None
    if by is None or found is None:
        return not_here(request)
    try:
        person = read_person(found.person_id, by=by, on=worker.today)
    except Person.DoesNotExist:
        return not_here(request)
    audit_read(worker, "followup.task", object_id=found.pk, person_id=person.pk)
    faults = Faults()
    if request.method == "POST":
        typed = Typed(request.POST, kept=False)
        if _say(request, found, by, worker, faults):
            return redirect("task", task_id=found.pk)
        found = queries.task_for(task_id, by, worker.today) or found
    else:
        kept = take_kept(request, worker.user)
        typed = Typed(kept, kept=kept is not None)
    sight = worker.sight(person)
    withdraws = may_say(by, found, NoteKind.WITHDRAWN, worker.today) and allows(found.state, NoteKind.WITHDRAWN)
    context = {
        "p": header(person, worker.today),
        "person": person,
        "task": found,
        "line": line(found, worker.today, sight),
        "closing": closing_words(found) if found.state == State.OPEN and queries.sees_finding(found, sight) else "",
        "notes": note_lines(queries.notes_about(found), withdraws),
        "forms": _forms(found, by, worker, typed.data or QueryDict(), faults),
        "errors": faults.listed(),
        "said": (typed.data or QueryDict()).get("apa", ""),
        "kept": typed.kept,
        "mark": owner_mark(worker.user),
        "key": (typed.data or QueryDict()).get("kunci") or str(new_key()),
    }
    return render(request, "desk/task.html", context, status=422 if faults else 200)


@dataclass(frozen=True)
class NoteForm:
    """One thing that may be said about a task: a fold with its fields and its button."""

    kind: str
    title: str
    button: str
    fields: tuple[Field, ...]
    open: bool


def _forms(task: Task, by: Assignment, worker: Worker, data: QueryDict, faults: Faults) -> list[NoteForm]:
    said = data.get("apa", "")

    def typed(kind: str, name: str) -> str:
        return data.get(name, "") if said == kind else ""

    def at(kind: str, name: str) -> tuple[str, ...]:
        return faults.at(f"{kind}-{name}") if said == kind else ()

    def text(kind: str, label: str, hint: str) -> Field:
        return Field(
            f"{kind}-alasan", label, "long-text", typed(kind, f"{kind}-alasan"), hint=hint, errors=at(kind, "alasan")
        )

    def day(kind: str, name: str, label: str, hint: str) -> Field:
        return Field(f"{kind}-{name}", label, "date", typed(kind, f"{kind}-{name}"), hint=hint, errors=at(kind, name))

    owners = tuple(
        Choice(str(one.pk), _owner_label(one, by), typed("assigned", "assigned-petugas") == str(one.pk))
        for one in sorted(queries.who_may_own(task, worker.today), key=lambda one: one.pk != by.pk)
    )
    example = _("Misalnya 3 Juni 2026.")
    reason = _("Singkat, misalnya: keluarga sedang ke luar kota. Jangan tulis nama penyakit.")
    forms = [
        ("assigned", _("Tentukan siapa yang mengerjakan"), _("Simpan petugas"),
         (Field("assigned-petugas", _("Siapa yang mengerjakan?"), "choice", choices=owners, errors=at("assigned", "petugas")),)),
        ("postponed", _("Buat janji baru"), _("Simpan janji"),
         (day("postponed", "sampai", _("Sampai tanggal berapa?"), example), text("postponed", _("Mengapa ditunda?"), reason))),
        ("reported", _("Sudah dilayani di tempat lain"), _("Simpan laporan"),
         (day("reported", "tanggal", _("Kapan dilayani?"), example),
          text("reported", _("Di mana, dan siapa yang memberi tahu?"), _("Misalnya: RS Tirta, kata suaminya; kartu kontrol dilihat.")))),
        ("declined", _("Orang atau keluarga menolak"), _("Simpan penolakan"),
         (day("declined", "sampai", _("Kapan ditawarkan lagi?"), _("Rujukan paling lambat 7 hari, yang lain 30 hari. Misalnya 3 Juni 2026.")),
          text("declined", _("Apa alasannya?"), reason))),
        ("dropped", _("Hentikan tindak lanjut ini"), _("Hentikan tindak lanjut"),
         (text("dropped", _("Mengapa dihentikan?"), _("Misalnya: pindah ke kabupaten lain. Jangan tulis nama penyakit.")),)),
    ]  # fmt: skip
    return [
        NoteForm(kind, title, button, fields, said == kind)
        for kind, title, button, fields in forms
        if allows(task.state, kind) and may_say(by, task, kind, worker.today)
    ]


def _owner_label(one: Assignment, by: Assignment) -> str:
    name = _("Saya sendiri") if one.pk == by.pk else one.user.full_name
    return f"{name} ({one.get_role_display()}, {one.unit})"


def _say(request: HttpRequest, task: Task, by: Assignment, worker: Worker, faults: Faults) -> bool:
    """Do what was sent. Returns whether it was done; else `faults` says what is wrong and where."""
    data, kind = request.POST, request.POST.get("apa", "")

    def text() -> str:
        return str(data.get(f"{kind}-alasan", ""))

    def day(name: str) -> object:
        typed = str(data.get(f"{kind}-{name}", "")).strip()
        return read_date(typed) if typed else None

    say: dict[str, Callable[..., TaskNote]] = {
        "assigned": lambda **how: actions.assign(task, _assignment(data.get("assigned-petugas", "")), **how),
        "postponed": lambda **how: actions.postpone(task, day("sampai"), text(), **how),  # type: ignore[arg-type]
        "reported": lambda **how: actions.report(task, day("tanggal"), text(), **how),  # type: ignore[arg-type]
        "declined": lambda **how: actions.decline(task, day("sampai"), text(), **how),  # type: ignore[arg-type]
        "dropped": lambda **how: actions.drop(task, text(), **how),
        "withdrawn": lambda **how: actions.withdraw(_note(data.get("catatan", ""), task), task, **how),
    }
    if kind not in say:
        faults.add("tindak-lanjut", _("Pilih apa yang terjadi dengan tindak lanjut ini."))
        return False
    try:
        key = uuid.UUID(str(data.get("kunci", "")))
    except ValueError:
        key = new_key()
    try:
        say[kind](by=by, today=worker.today, key=key)
    except NotADate as wrong:
        names = {"reported": "tanggal"}
        faults.add(f"{kind}-{names.get(kind, 'sampai')}", str(wrong))
    except actions.NoteRefused as refused:
        for fault in refused.faults:
            faults.add(f"{kind}-{fault.at}", fault.message)
    except NotAllowed as refused:
        faults.add("tindak-lanjut", str(refused))
    except TaskNote.DoesNotExist:
        faults.add("tindak-lanjut", _("Catatan itu tidak ada lagi. Lihat keadaannya sekarang."))
    if faults:
        return False
    messages.success(request, _("Tersimpan. Tindak lanjut ini sudah diperbarui."))
    return True


def _assignment(key: str) -> Assignment | None:
    try:
        return Assignment.objects.filter(pk=uuid.UUID(key)).first()
    except ValueError:
        return None


def _note(key: str, task: Task) -> TaskNote:
    try:
        return TaskNote.objects.get(pk=uuid.UUID(key), task_id__in=task.names)
    except ValueError:
        raise TaskNote.DoesNotExist from None
