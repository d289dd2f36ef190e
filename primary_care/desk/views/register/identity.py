"""Who somebody is: corrected or changed as a new fact, with every older one readable and the last one to be taken back; and a death."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache

from primary_care.accounts.access import NotAllowed
from primary_care.areas.queries import address_in_words
from primary_care.decisions.deaths import pregnancy_of_death, record_a_death
from primary_care.design.formats import long_date
from primary_care.desk.access import Typed, Worker, recording_page
from primary_care.desk.presenters.person import header
from primary_care.desk.presenters.visit import questions_of
from primary_care.desk.register_form import DAY_HINT, Form, PersonForm, mothers_in, typed_from
from primary_care.desk.views.register.common import REFUSAL, Page, by_of, changes, look_for, refused
from primary_care.keys import new_key
from primary_care.people.actions import ActionRefused, PersonDetails, add_identifier, correct_person
from primary_care.people.duplicates import Likeness
from primary_care.people.models import Identifier, IdentifierSystem, Membership, Person, PersonVersion, Residence
from primary_care.people.undoing import AnyFact, differences, take_back
from primary_care.visits.actions import VisitRefused

WRONG, CHANGED = "salah", "berubah"
NAMES = {
    "full_name": gettext_noop("Nama"), "sex": gettext_noop("Jenis kelamin"), "birth_date": gettext_noop("Tanggal lahir"),
    "birth_date_precision": gettext_noop("Ketelitian tanggal lahir"), "birth_time": gettext_noop("Jam lahir"),
    "birth_place": gettext_noop("Tempat lahir"), "birth_order": gettext_noop("Urutan lahir"), "mother_id": gettext_noop("Ibu kandung"),
    "phone": gettext_noop("Nomor HP"), "occupation": gettext_noop("Pekerjaan"), "marital_status": gettext_noop("Status kawin"),
    "jkn": gettext_noop("JKN"), "disability": gettext_noop("Disabilitas"), "deceased_on": gettext_noop("Meninggal"),
}  # fmt: skip
SYSTEMS = (
    gettext_noop("Nomor KK"),
    gettext_noop("Nomor IHS (SATUSEHAT)"),
    gettext_noop("Nomor sementara"),
    gettext_noop("NIK ibu"),
)
TABLES: dict[str, type[PersonVersion] | type[Identifier] | type[Membership] | type[Residence]] = {
    "diri": PersonVersion, "nomor": Identifier, "keluarga": Membership, "tinggal": Residence,
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One fact in the history: what was recorded, from when it holds, when and by whom. `undo` names the fact where it can be taken back."""

    at: datetime
    since: date
    lines: tuple[str, ...]
    by: str
    reason: str
    correction: bool
    undo: str = ""


@never_cache
@recording_page(changes, REFUSAL)
def identity(request: HttpRequest, worker: Worker, person: Person, typed: Typed) -> HttpResponse:
    """The form with what is known now, the saving of what differs, and the history below."""
    if request.method == "POST" and request.POST.get("urungkan"):
        return _undo(request, worker, person)
    mothers = mothers_in(person.household, person) if person.household else ()
    if person.mother and person.mother not in mothers:
        mothers = (person.mother, *mothers)
    form = PersonForm(typed.data if typed.data is not None else typed_from(person), mothers=mothers, relationship=False)
    questions: list[dict[str, str]] = []
    alike: list[Likeness] = []
    seen = form.data.get("versi") or str(person.version_id)
    if request.method == "POST":
        what = form.one_of("apa", (WRONG, CHANGED), _("Pilih apa yang terjadi."))
        details = form.details(worker.today, sex_required=bool(person.sex))
        nik = form.nik(details, questions) if form.digits("nik") != (person.nik or "") else form.digits("nik")
        if {"nama", "lahir", "nik"} & set(_changed_fields(person, details, nik)):
            alike = look_for(form, details, nik, worker, questions, household=person.household, besides=[person.pk])
        if not form.faults and not questions:
            try:
                said = _save(person, details, nik, form, what == WRONG, worker)
                messages.success(request, said)
                return redirect("identity", person_id=person.pk)
            except ActionRefused as error:
                if error.code == "sudah-berubah":
                    person.refresh_from_db()
                    seen = str(person.version_id)
                    form.faults.add("nama", _meanwhile(person, form))
                else:
                    refused(form, error)
            except NotAllowed as error:
                form.faults.add("nama", str(error))
    ways = [
        (WRONG, _("Yang tercatat salah; sejak dulu seperti yang saya tulis")),
        (CHANGED, _("Dulu benar, sekarang berubah")),
    ]
    why = [
        form.choice("apa", _("Apa yang terjadi?"), ways, required=True),
        form.field("alasan", _("Menurut apa?"), hint=_("misalnya: KTP, akta lahir, kata ibunya")),
    ]
    page = Page(
        title=_("Perbaiki data diri"),
        lead=_("Yang lama tidak dihapus: tetap terbaca di riwayat di bawah."),
        save=_("Simpan perubahan"),
        form=form,
        header=header(person, worker.today),
        groups=[("", form.first()), (_("Tentang perubahan ini"), why)],
        folded=[(_("Keterangan lain"), form.more_is_open, form.more())],
        back=(reverse("person", args=[person.pk]), _("Kembali ke %(name)s") % {"name": person.full_name}),
        questions=questions,
        alike=alike,
        hidden={"versi": seen, "orang": str(person.pk)},
        watch=True,
        history=history_of(person, worker),
    )  # fmt: skip
    return page.response(request, worker, typed)


@never_cache
@recording_page(lambda worker: worker.may_create("kematian"), REFUSAL)
def death(request: HttpRequest, worker: Worker, person: Person, typed: Typed) -> HttpResponse:
    """The day somebody died. A mother in pregnancy or the weeks after goes by the page of the pregnancy."""
    if person.deceased_on is None and pregnancy_of_death(person, worker.today):
        return redirect(reverse("end-pregnancy", args=[person.pk]) + "?cara=meninggal")
    form = Form(typed.data if typed.data is not None else QueryDict())
    questions: list[dict[str, str]] = []
    if request.method == "POST" and (died_on := form.day("ended", worker.today)):
        try:
            record_a_death(person, died_on=died_on, today=worker.today, by=by_of(worker), confirmed=form.confirmed())
            messages.success(request, _("Kematian %(name)s tercatat. Kami turut berduka.") % {"name": person.full_name})
            if person.relationship == "kepala-keluarga" and person.household_id and changes(worker):
                messages.info(request, _("Keluarga ini belum punya kepala keluarga lagi. Pilih yang baru."))
                return redirect("household-data", household_id=person.household_id)
            return redirect("person", person_id=person.pk)
        except VisitRefused as error:
            for fault in error.faults:
                form.faults.add(fault.at, fault.message)
            questions = questions_of(error)
        except (NotAllowed, ActionRefused) as error:
            form.faults.add("ended", str(error))
    page = Page(
        title=_("Catat kematian"),
        lead=_("Sesudah disimpan, semua jadwal layanannya berhenti. Riwayatnya tetap tersimpan dan dapat dibaca."),
        save=_("Simpan kematian"),
        form=form,
        header=header(person, worker.today),
        groups=[("", [form.field("ended", _("Tanggal meninggal"), "date", hint=_(DAY_HINT), required=True)])],
        back=(reverse("person", args=[person.pk]), _("Kembali ke %(name)s") % {"name": person.full_name}),
        questions=questions,
    )
    return page.response(request, worker, typed)


def history_of(person: Person, worker: Worker) -> list[Line]:
    """Everything that was ever said about who somebody is, by what numbers and where with whom, the newest first."""
    facts: list[AnyFact] = [
        *person.versions.select_related("recorded_by", "replaces"),
        *person.identifiers.select_related("recorded_by", "replaces"),
        *person.memberships.select_related("recorded_by", "replaces", "household"),
        *person.residences.select_related("recorded_by", "replaces", "area"),
    ]
    replaced = {one.replaces_id for one in facts}
    facts.sort(key=lambda one: (one.recorded_at, one.pk), reverse=True)
    may = worker.scope.covers(person.area_path) and changes(worker)
    return [
        Line(
            at=one.recorded_at,
            since=one.valid_from,
            lines=tuple(_said(one)),
            by=one.recorded_by.full_name,
            reason=one.reason,
            correction=one.correction,
            undo=_name(one) if may and one.pk not in replaced and one.replaces_id else "",
        )
        for one in facts
    ]


def _said(fact: AnyFact) -> Iterable[str]:
    """What one fact says, in words."""
    before: Any = fact.replaces
    if isinstance(fact, PersonVersion):
        if before is None:
            born = _value("birth_date", fact.birth_date)
            yield _("Terdaftar: %(name)s, %(sex)s, lahir %(born)s") % {
                "name": fact.full_name, "sex": _value("sex", fact.sex), "born": born,
            }  # fmt: skip
            return
        yield from _changes(before, fact)
    elif isinstance(fact, Identifier):
        label = _(str(IdentifierSystem(fact.system).label))
        if before is None:
            yield f"{label}: {fact.value}"
        else:
            pair = {"field": label, "old": before.value or _("kosong"), "new": fact.value or _("kosong")}
            yield _("%(field)s: dari %(old)s menjadi %(new)s") % pair
    elif isinstance(fact, Membership):
        if fact.household is None:
            yield _("Bukan lagi anggota keluarganya")
        else:
            yield _("Anggota keluarga, sebagai %(relation)s") % {
                "relation": _(str(fact.get_relationship_display())).lower()
            }
    elif fact.area:
        yield _("Tinggal di %(place)s") % {"place": address_in_words(fact.area.path)}
    else:
        yield _("Pindah ke %(place)s") % {"place": fact.address or _("tempat yang tidak diketahui")}


def _changes(before: PersonVersion, after: PersonVersion) -> Iterable[str]:
    """In what two versions differ, in words."""
    for name, old, new in differences(before, after):
        yield _("%(field)s: dari %(old)s menjadi %(new)s") % {
            "field": _(NAMES[name]), "old": _value(name, old), "new": _value(name, new),
        }  # fmt: skip


def _value(name: str, value: object) -> str:
    if value in (None, "", []):
        return _("kosong")
    if isinstance(value, date):
        return long_date(value)
    if name == "mother_id":
        mother = Person.objects.filter(pk=str(value)).first()
        return mother.full_name if mother else _("kosong")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value)


def _name(fact: AnyFact) -> str:
    return next(f"{name}:{fact.pk}" for name, table in TABLES.items() if type(fact) is table)


def _undo(request: HttpRequest, worker: Worker, person: Person) -> HttpResponse:
    """Take back the last fact of a chain."""
    table, _colon, key = request.POST.get("urungkan", "").partition(":")
    facts = {_name(one): one for one in _facts(person, table)}
    fact = facts.get(f"{table}:{key}")
    try:
        if fact is None or fact.replaces_id is None:
            raise ActionRefused("tidak-ada", _("Ini tidak dapat diurungkan."))
        take_back(fact, by=by_of(worker), on=worker.today, reason=_("diurungkan"))
        messages.success(request, _("Perubahan itu diurungkan. Keduanya tetap terbaca di riwayat."))
    except (ActionRefused, NotAllowed) as error:
        messages.error(request, str(error))
    return redirect("identity", person_id=person.pk)


def _facts(person: Person, table: str) -> list[AnyFact]:
    if table not in TABLES:
        return []
    return list(TABLES[table].objects.filter(person=person))


def _changed_fields(person: Person, details: PersonDetails, nik: str) -> list[str]:
    found = []
    if details.full_name != person.full_name:
        found.append("nama")
    if details.birth_date != person.birth_date:
        found.append("lahir")
    if nik != (person.nik or ""):
        found.append("nik")
    return found


def _save(person: Person, details: PersonDetails, nik: str, form: Form, wrong: bool, worker: Worker) -> str:
    """Append what differs from what the user saw; says what to tell."""
    assert person.version is not None
    now = {
        name: getattr(person, name) if name in ("sex", "birth_date", "birth_date_precision", "mother_id") else getattr(person.version, name)
        for name in PersonDetails.__dataclass_fields__
    }  # fmt: skip
    typed = {name: getattr(details, name) for name in now} | {name: now[name] for name in ("birth_time", "deceased_on")}
    if details.birth_date is None:
        typed["birth_date_precision"] = now["birth_date_precision"]
    changes = {name: value for name, value in typed.items() if value != now[name]}
    reason = form.text("alasan")
    with transaction.atomic():
        if changes:
            seen = form.data.get("versi", "")
            correct_person(
                person, changes, replaces=_version(seen), by=by_of(worker), on=worker.today, reason=reason[:200],
                correction=wrong,
            )  # fmt: skip
        if nik != (person.nik or ""):
            add_identifier(
                person,
                IdentifierSystem.NIK,
                nik,
                by=by_of(worker),
                on=worker.today,
                correction=wrong,
                reason=reason[:200],
            )
            changes["nik"] = nik
    return _("Perubahan tersimpan.") if changes else _("Tidak ada yang berubah.")


def _meanwhile(person: Person, form: Form) -> str:
    """What somebody else has changed since the form was made, and what saving it again would do."""
    before = PersonVersion.objects.filter(pk=_version(form.data.get("versi", "")), person=person).first()
    assert person.version is not None
    said = {
        "who": person.version.recorded_by.full_name,
        "what": "; ".join(_changes(before, person.version)) if before else "",
    }
    text = _(
        "Data ini sudah diubah orang lain (%(who)s). %(what)s. Periksa isian Anda: bila disimpan lagi, isian ini menggantikannya."
    )
    return text % said if before else _("Formulir ini tidak lengkap. Periksa isian Anda, lalu simpan lagi.")


def _version(text: str) -> uuid.UUID:
    """The version that the form was made from; one that nobody has, where that cannot be read: the action then refuses."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return new_key()
