"""Opening closed data of a person for a reason (break-glass), and recording what a person consents to."""

from collections.abc import Iterable
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.limits import OPENING, TooMany, count
from primary_care.design.fields import Choice, Faults, Field
from primary_care.design.formats import NotADate, read_date
from primary_care.desk.access import Typed, Worker, may_open_records, owner_mark, recording_page, records_consents
from primary_care.desk.presenters.person import header
from primary_care.people.closed_models import ConsentKind, OpeningReason
from primary_care.people.consents import ConsentRefused, record_consent
from primary_care.people.models import Person
from primary_care.people.openings import OpeningRefused, open_record, opening_minutes

# The labels of people.closed_models, named here so that they are translated.
WORDS = (
    gettext_noop("Merawat atau merujuk orang ini"),
    gettext_noop("Keadaan gawat, orangnya tidak dapat ditanya"),
    gettext_noop("Menangani keluhan, insiden, atau audit mutu"),
    gettext_noop("Permintaan resmi menurut hukum"),
    gettext_noop("Alasan lain"),
    gettext_noop("Pencatatan data kesehatan untuk pelayanan"),
    gettext_noop("Pengiriman data ke fasilitas lain dan SATUSEHAT"),
    gettext_noop("Kunjungan rumah oleh kader dan tenaga kesehatan"),
)


@never_cache
@recording_page(may_open_records)
def open_closed(request: HttpRequest, worker: Worker, person: Person, typed: Typed) -> HttpResponse:
    """The question for the reason, and the opening."""
    data, faults = typed.data or QueryDict(), Faults()
    if request.method == "POST":
        assert worker.assignment is not None
        try:
            count(OPENING, str(worker.user.pk))
            inside = worker.scope.covers(person.area_path)
            open_record(
                person,
                kind=data.get("alasan", ""),
                reason=data.get("penjelasan", ""),
                by=worker.assignment,
                inside=inside,
                at=timezone.now(),
            )
            messages.success(request, _("Data tertutup terbuka. Alasan Anda tercatat."))
            return redirect("person", person_id=person.pk)
        except OpeningRefused as refused:
            for at, message in refused.faults:
                faults.add(at, message)
        except (NotAllowed, TooMany) as refused:
            faults.add("alasan", str(refused))
    fields = [
        _choice("alasan", _("Untuk apa?"), OpeningReason.choices, data.get("alasan", ""), faults),
        Field(
            "penjelasan",
            _("Jelaskan dengan singkat"),
            "long-text",
            data.get("penjelasan", ""),
            hint=_(
                "Misalnya: ibu datang dengan perdarahan, bidan yang biasa memeriksa sedang cuti. Jangan tulis nama penyakit."
            ),
            errors=faults.at("penjelasan"),
            required=True,
        ),
    ]
    context = {
        "p": header(person, worker.today),
        "person": person,
        "fields": fields,
        "errors": faults.listed(),
        "minutes": opening_minutes(),
        "kept": typed.kept,
        "mark": owner_mark(worker.user),
    }
    return render(request, "desk/open_record.html", context, status=422 if faults else 200)


@never_cache
@recording_page(records_consents)
def consent(request: HttpRequest, worker: Worker, person: Person, typed: Typed) -> HttpResponse:
    """The form of one consent, and the saving of it."""
    data, faults = typed.data, Faults()
    if request.method == "POST" and data is not None:
        on = _day(data.get("tanggal", ""), faults)
        if not faults:
            assert worker.assignment is not None and on is not None
            try:
                record_consent(
                    person,
                    kind=data.get("jenis", ""),
                    given={"ya": True, "tidak": False}.get(data.get("setuju", "")),
                    on=on,
                    witness=data.get("saksi", ""),
                    given_by=data.get("oleh", ""),
                    today=worker.today,
                    by=worker.assignment,
                )
                messages.success(request, _("Persetujuan tercatat."))
                return redirect("person", person_id=person.pk)
            except ConsentRefused as refused:
                for at, message in refused.faults:
                    faults.add(at, message)
            except NotAllowed as refused:
                faults.add("jenis", str(refused))
    typed_or_new = data if data is not None else QueryDict()
    today = f"{worker.today.day}-{worker.today.month}-{worker.today.year}"
    agreed = [("ya", _("Setuju")), ("tidak", _("Tidak setuju"))]
    fields = [
        _choice("jenis", _("Persetujuan untuk apa?"), ConsentKind.choices, typed_or_new.get("jenis", ""), faults),
        _choice("setuju", _("Apa jawabannya?"), agreed, typed_or_new.get("setuju", ""), faults),
        _text(
            "tanggal",
            _("Tanggal"),
            typed_or_new.get("tanggal", today),
            faults,
            "date",
            _("hari-bulan-tahun, misalnya 3-6-2026"),
        ),
        _text("saksi", _("Saksi"), typed_or_new.get("saksi", ""), faults, hint=_("Siapa yang hadir selain Anda?")),
        _text(
            "oleh",
            _("Diberikan oleh"),
            typed_or_new.get("oleh", ""),
            faults,
            hint=_("Isi bila wali yang menjawab, misalnya ibu dari anak."),
        ),
    ]
    context = {
        "p": header(person, worker.today),
        "person": person,
        "fields": fields,
        "errors": faults.listed(),
        "kept": typed.kept,
        "mark": owner_mark(worker.user),
    }
    return render(request, "desk/consent.html", context, status=422 if faults else 200)


def _choice(name: str, label: str, pairs: Iterable[tuple[str, object]], chosen: str, faults: Faults) -> Field:
    choices = tuple(Choice(str(value), _(str(text)), value == chosen) for value, text in pairs)
    return Field(name, label, "choice", choices=choices, errors=faults.at(name), required=True)


def _text(name: str, label: str, value: str, faults: Faults, kind: str = "text", hint: str = "") -> Field:
    return Field(name, label, kind, value, hint=hint, errors=faults.at(name), required=name != "oleh")


def _day(text: str, faults: Faults) -> date | None:
    try:
        return read_date(text)
    except NotADate as wrong:
        faults.add("tanggal", str(wrong))
        return None
