"""One person on the way: where he is, what may happen next, what happened, and taking back the last step."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.models import Assignment
from primary_care.design.fields import Choice, Faults, Field
from primary_care.design.formats import NotANumber, read_number
from primary_care.desk.access import (
    Typed,
    Worker,
    audit_read,
    not_here,
    owner_mark,
    records_visits,
    take_kept,
    worker_page,
)
from primary_care.desk.presenters.person import age_words
from primary_care.desk.presenters.way import chips, now_words, place_label, step_lines
from primary_care.desk.reception_form import (
    BUTTONS,
    DECISIONS,
    buttons,
    decision,
    position_of,
    reason,
    refused,
    triage_fields,
)
from primary_care.encounters import history, queries
from primary_care.encounters.actions import Refused, happen, take_back
from primary_care.encounters.models import Encounter
from primary_care.encounters.permissions import may_step, may_take_back, queues_seen, registers, sees_signs
from primary_care.encounters.places import EMERGENCY, PLACES
from primary_care.encounters.transitions import TERMINAL, Event, State, rows
from primary_care.keys import new_key
from primary_care.units.queries import traits_on

TAKE_BACK = "batalkan"


@dataclass(frozen=True)
class Fold:
    """Something that is said less often: a fold with its fields and its button."""

    event: str
    title: str
    button: str
    fields: tuple[Field, ...]
    open: bool


@never_cache
@worker_page
def encounter(request: HttpRequest, worker: Worker, encounter_id: uuid.UUID) -> HttpResponse:
    """One encounter; a POST says what happened."""
    by = worker.assignment
    found = queries.encounter_for(encounter_id, by) if by else None
    if by is None or found is None:
        return not_here(request)
    audit_read(worker, "encounters.encounter", object_id=found.pk, person_id=found.person_id)
    faults = Faults()
    if request.method == "POST":
        typed = Typed(request.POST, kept=False)
        if done := _do(request, found, by, worker, faults):
            return done
        found = queries.encounter_for(encounter_id, by)
        if found is None:
            return not_here(request)
    else:
        kept = take_kept(request, worker.user)
        typed = Typed(kept, kept=kept is not None)
    return _show(request, found, by, worker, typed, faults)


def _show(
    request: HttpRequest, one: Encounter, by: Assignment, worker: Worker, typed: Typed, faults: Faults
) -> HttpResponse:
    data = typed.data or QueryDict()
    steps = queries.steps_of(one)
    standing = history.in_force(steps)
    last = standing[-1] if standing else None
    back = last if last is not None and may_take_back(by, one, last, worker.today) else None
    queue = PLACES[one.place].queue if one.place else ""
    home = queue or (PLACES[one.home].queue if one.home else "igd")
    at = position_of(one)
    context = {
        "one": one,
        "person": one.person,
        "age": age_words(one.person, worker.today),
        "place": place_label(one.place),
        "now": now_words(one),
        "chips": chips(one),
        "over": one.state in TERMINAL,
        "buttons": buttons(one, by),
        "visit": reverse("visit", args=[one.person_id]) if _treats(one, worker) else "",
        "schedule": reverse("schedule", args=[one.person_id]) if worker.may_create("jadwal-layanan") else "",
        "decision": decision(one, by, data, faults, beds=bool(traits_on(one.unit, worker.today).get("rawat-inap"))),
        "triage": _triage(one, by, data, faults),
        "folds": _folds(one, by, data, faults, {row.event for row in rows(at)}),
        "answer": reverse("arrive", args=[one.person_id]) if one.state == State.TERDAFTAR and registers(by) else "",
        "death": reverse("death", args=[one.person_id]) if one.state == State.MENINGGAL and worker.may_create("kematian") else "",
        "steps": step_lines(steps, sees_signs(by)),
        "back": _(str(Event(back.event).label)) if back else "",
        "queue": queue or home,
        "queue_label": home in queues_seen(by),
        "arriving": registers(by) and by.role == "registrasi",
        "errors": faults.listed(),
        "kept": typed.kept,
        "mark": owner_mark(worker.user),
        "key": str(new_key()),
    }  # fmt: skip
    return render(request, "desk/reception/encounter.html", context, status=422 if faults else 200)


def _treats(one: Encounter, worker: Worker) -> bool:
    """Whether this worker records a visit of somebody who is in his room."""
    return records_visits(worker) and one.holder_id == worker.user.pk


def _folds(one: Encounter, by: Assignment, data: QueryDict, faults: Faults, open_: set[Event]) -> list[Fold]:
    said = data.get("apa", "")

    def of(event: Event, title: str, button: str, *fields: Field) -> list[Fold]:
        return [Fold(event.value, title, button, fields, said == event)] if event in open_ and may_step(by, one, event) else []  # fmt: skip

    mine, ours = data if said == Event.PERGI else QueryDict(), data if said == Event.MENJADI_GAWAT else QueryDict()
    places = tuple(Choice(key, place_label(key), ours.get("ruang", "igd") == key) for key in sorted(EMERGENCY))
    where = Field("ruang", _("Ke ruang mana?"), "choice", choices=places, errors=faults.at("ruang") if ours else ())
    why = reason(mine, faults if mine else Faults(), _("Mengapa pulang?"))
    return [
        *of(Event.MENJADI_GAWAT, _("Menjadi gawat darurat"), _("Pindahkan ke gawat darurat"), where),
        *of(Event.PERGI, _("Pulang sebelum selesai"), _("Catat pulang"), why),
    ]


def _triage(one: Encounter, by: Assignment, data: QueryDict, faults: Faults) -> Fold | None:
    """The level of threat to life, open until it was said; None where this worker does not treat an emergency here."""
    if not one.emergency or not may_step(by, one, Event.TRIASE):
        return None
    said = data.get("apa") == Event.TRIASE
    fields = triage_fields(data if said else QueryDict(), faults)
    return Fold(Event.TRIASE.value, _("Catat triase"), _("Simpan triase"), tuple(fields), said or not one.triage)


def _do(request: HttpRequest, one: Encounter, by: Assignment, worker: Worker, faults: Faults) -> HttpResponse | None:
    """Do what was sent, and where to go then; None where `faults` says what is wrong."""
    data = request.POST
    event, place = data.get("apa", ""), data.get("ruang", "")
    if event == "jawaban":
        event, _colon, place = data.get("jawaban", "").partition(":")
        if event not in DECISIONS:
            faults.add("jawaban", _("Pilih salah satu jawaban."))
            return None
    elif event in BUTTONS:
        place = ""
    try:
        seen = int(data.get("dilihat", ""))
        key = uuid.UUID(data.get("kunci", ""))
    except ValueError:
        seen, key = one.last_step, new_key()
    how = {"by": by, "today": worker.today, "now": timezone.now(), "key": key, "seen": seen}
    try:
        if event == TAKE_BACK:
            after = take_back(one, **how)  # type: ignore[arg-type]
        elif event in Event.values:
            after = happen(one, event, place=place if place in PLACES else "", data=_said(data, event), **how)  # type: ignore[arg-type]
        else:
            faults.add("langkah", _("Pilih apa yang terjadi."))
            return None
    except Refused as error:
        refused(faults, error)
        return None
    except (NotAllowed, NotANumber) as error:
        faults.add("gcs" if isinstance(error, NotANumber) else "langkah", str(error))
        return None
    return _go_on(request, after, event, by, worker)


def _said(data: QueryDict, event: str) -> dict[str, object]:
    found: dict[str, object] = {"reason": data.get("alasan", "")}
    if event == Event.TRIASE:
        gcs = data.get("gcs", "").strip()
        found |= {"triage": data.get("triase", ""), "gcs": int(read_number(gcs, whole=True)) if gcs else None}
    return found


def _go_on(request: HttpRequest, after: Encounter, event: str, by: Assignment, worker: Worker) -> HttpResponse:
    said = {"number": after.number, "name": after.person.full_name, "now": now_words(after)}
    messages.success(request, _("%(number)s, %(name)s: %(now)s.") % said)
    if event == Event.MASUK and PLACES[after.place].clinical and records_visits(worker):
        return redirect("visit", person_id=after.person_id)
    queue = request.POST.get("antrean", "")
    if queue in queues_seen(by):
        part = request.POST.get("bagian", "")
        return redirect(reverse("queue", args=[queue]) + (f"?bagian={part}" if part in PLACES else ""))
    if after.state == State.TIBA:
        return redirect("reception" if registers(by) else "queues")
    if queries.encounter_for(after.pk, by) is None:  # he is somewhere else now, where this worker does not look
        return redirect("queues")
    return redirect("encounter", encounter_id=after.pk)
