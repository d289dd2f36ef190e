"""Registering a family with its head, adding a member, and what a family is known by: its number, its house, who is what in it."""

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.limits import SIMILAR, TooMany, count
from primary_care.design.formats import NotADate
from primary_care.desk.access import Typed, Worker
from primary_care.desk.register_form import DAY_HINT, Form, PersonForm, mothers_in, read_birth
from primary_care.desk.views.register.common import (
    Page,
    by_of,
    changes,
    household_name,
    household_page,
    key_of,
    likely,
    look_for,
    reach,
    refused,
    register_page,
    registers,
    said,
    typed_on,
)
from primary_care.keys import new_key
from primary_care.people.actions import (
    ActionRefused,
    PersonDetails,
    add_identifier,
    join_household,
    register_household,
    register_person,
)
from primary_care.people.duplicates import Likeness, nik_is_elsewhere
from primary_care.people.models import Household, IdentifierSystem, Relationship
from primary_care.people.queries import list_members

HEAD = Relationship.KEPALA_KELUARGA


@never_cache
@register_page(registers)
def new(request: HttpRequest, worker: Worker) -> HttpResponse:
    """A new family with its head, on one page."""
    typed = typed_on(request, worker)
    form = PersonForm(typed.data if typed.data is not None else _today(worker), relationship=False, head=True)
    questions: list[dict[str, str]] = []
    alike: list[Likeness] = []
    if request.method == "POST" and (
        stored := Household.objects.visible_to(worker.scope).filter(pk=key_of(form)).first()
    ):
        return redirect("household", household_id=stored.pk)  # the same form sent twice
    if request.method == "POST":
        area, since = form.area("tempat", reach(worker)), form.day("sejak", worker.today)
        no_kk, address, details = form.digits("kk"), form.text("alamat"), form.details(worker.today)
        nik = form.nik(details, questions)
        if no_kk:
            _check_no_kk(form, no_kk, worker)
        alike = look_for(form, details, nik, worker, questions)
        if not form.faults and not questions and area and since:
            key = key_of(form)
            try:
                with transaction.atomic():
                    household = register_household(
                        by=by_of(worker), on=worker.today, since=since, area=area, address=address, no_kk=no_kk, key=key
                    )
                    register_person(
                        details, by=by_of(worker), on=worker.today, since=since, household=household, relationship=HEAD, nik=nik,
                        key=uuid.uuid5(key, "kepala-keluarga"),
                    )  # fmt: skip
                messages.success(
                    request, _("Keluarga %(head)s terdaftar. Tambahkan anggotanya.") % {"head": details.full_name}
                )
                return redirect("household", household_id=household.pk)
            except ActionRefused as error:
                refused(form, error)
            except NotAllowed as error:
                form.faults.add("tempat", str(error))
    house = [
        form.place("tempat", _("Tempat tinggal"), reach(worker)),
        form.field("alamat", _("Alamat"), hint=_("jalan dan nomor rumah, atau tanda yang mudah ditemukan")),
        form.field("kk", _("Nomor KK"), hint=_("16 angka. Boleh kosong pada kunjungan pertama.")),
        form.field("sejak", _("Tinggal di sini sejak"), "date", hint=_(DAY_HINT), required=True),
    ]
    page = Page(
        title=_("Daftarkan keluarga baru"),
        lead=_("Keluarga dimulai dari kepala keluarganya. Anggota lain ditambahkan sesudahnya."),
        save=_("Simpan keluarga"),
        form=form,
        groups=[(_("Rumah"), house), (_("Kepala keluarga"), form.first())],
        folded=[(_("Keterangan lain, boleh menyusul"), form.more_is_open, form.more())],
        back=(reverse("register"), _("Kembali ke register")),
        questions=questions,
        alike=alike,
        hidden={"kunci": str(key_of(form))},
        watch=True,
    )
    return page.response(request, worker, typed)


@never_cache
@household_page(registers)
def add_member(request: HttpRequest, worker: Worker, household: Household, typed: Typed) -> HttpResponse:
    """A new member of a family: born there, come from elsewhere, or forgotten until now."""
    form = PersonForm(typed.data if typed.data is not None else _today(worker), mothers=mothers_in(household))
    questions: list[dict[str, str]] = []
    alike: list[Likeness] = []
    if request.method == "POST" and household.members.filter(pk=key_of(form)).exists():
        return redirect("household", household_id=household.pk)  # the same form sent twice
    if request.method == "POST":
        since, details = form.day("sejak", worker.today), form.details(worker.today)
        nik = form.nik(details, questions)
        alike = look_for(form, details, nik, worker, questions, household=household)
        if details.birth_date and since and since < details.birth_date and details.birth_date_precision == "hari":
            form.faults.add("sejak", _("Tanggal ini mendahului tanggal lahirnya."))
        if not form.faults and not questions and since:
            try:
                person = register_person(
                    details, by=by_of(worker), on=worker.today, since=since, household=household,
                    relationship=form.data.get("hubungan", ""), nik=nik, key=key_of(form),
                )  # fmt: skip
                messages.success(request, _("%(name)s terdaftar.") % {"name": person.full_name})
                return redirect("household", household_id=household.pk)
            except (ActionRefused, NotAllowed) as error:
                refused(form, error) if isinstance(error, ActionRefused) else form.faults.add("nama", str(error))
    page = Page(
        title=_("Tambah anggota keluarga"),
        lead=_("Bayi yang lahir dari kehamilan yang tercatat didaftarkan lewat “Catat akhir kehamilan” pada ibunya."),
        save=_("Simpan anggota"),
        form=form,
        groups=[
            (household_name(household), form.first()),
            ("", [form.field("sejak", _("Tinggal di keluarga ini sejak"), "date", hint=_(DAY_HINT), required=True)]),
        ],
        folded=[(_("Keterangan lain, boleh menyusul"), form.more_is_open, form.more())],
        back=(reverse("household", args=[household.pk]), _("Kembali ke keluarga")),
        questions=questions,
        alike=alike,
        hidden={"kunci": str(key_of(form)), "keluarga": str(household.pk)},
        watch=True,
    )
    return page.response(request, worker, typed)


@never_cache
@household_page(changes)
def household_data(request: HttpRequest, worker: Worker, household: Household, typed: Typed) -> HttpResponse:
    """The number of the family and who is what in it, corrected."""
    members = [one for one in list_members(household, worker.scope) if not one.deceased_on]
    if typed.data is None:
        data = QueryDict(mutable=True)
        data.update({"kk": household.no_kk or ""} | {f"hubungan-{one.pk}": one.relationship for one in members})
    form = Form(typed.data if typed.data is not None else data)
    if request.method == "POST":
        no_kk = form.digits("kk")
        chosen = {
            one: form.one_of(f"hubungan-{one.pk}", Relationship.values, _("Pilih hubungannya.")) for one in members
        }
        if list(chosen.values()).count(HEAD) > 1:
            form.faults.add(f"hubungan-{members[-1].pk}", _("Kepala keluarga hanya satu. Ubah yang lain."))
        if no_kk and no_kk != household.no_kk:
            _check_no_kk(form, no_kk, worker)
        if not form.faults:
            try:
                with transaction.atomic():
                    if no_kk != (household.no_kk or ""):
                        add_identifier(
                            household, IdentifierSystem.NO_KK, no_kk, by=by_of(worker), on=worker.today, correction=True
                        )
                    # Who is head no longer comes first, so that there are never two.
                    for one in sorted(members, key=lambda one: chosen[one] == HEAD):
                        if chosen[one] != one.relationship:
                            join_household(one, household, chosen[one], by=by_of(worker), on=worker.today)
                messages.success(request, _("Data keluarga tersimpan. Yang lama tetap terbaca."))
                return redirect("household", household_id=household.pk)
            except ActionRefused as error:
                refused(form, error)
            except NotAllowed as error:
                form.faults.add("kk", str(error))
    pairs = [(value, _(str(label))) for value, label in Relationship.choices]
    page = Page(
        title=_("Nomor KK dan hubungan keluarga"),
        save=_("Simpan perubahan"),
        form=form,
        groups=[
            ("", [form.field("kk", _("Nomor KK"), hint=_("16 angka"))]),
            (_("Hubungan dengan kepala keluarga"), [form.choice(f"hubungan-{one.pk}", one.full_name, pairs, kind="select") for one in members]),
        ],
        back=(reverse("household", args=[household.pk]), _("Kembali ke keluarga")),
        lead=household_name(household),
    )  # fmt: skip
    return page.response(request, worker, typed)


@require_POST
@never_cache
@register_page(lambda worker: registers(worker) or changes(worker))
def similar_persons(request: HttpRequest, worker: Worker) -> HttpResponse:
    """While somebody types: who may be registered already. Reads what stands in the form; says nothing where that is too little."""
    form = PersonForm(request.POST)
    try:
        count(SIMILAR, str(worker.user.pk))
    except TooMany as wait:
        return render(request, "desk/register/_similar.html", {"too_many": str(wait)})
    try:
        day, precision = read_birth(form.data.get("lahir", ""))
    except NotADate:
        day, precision = None, ""
    household = _household_typed(form, worker)
    besides = [key] if (key := _uuid(form.data.get("orang", ""))) else []
    nik = form.digits("nik")
    details = PersonDetails(
        full_name=form.text("nama"),
        sex=form.data.get("kelamin", ""),
        birth_date=day if precision == "hari" else None,
        mother_id=_uuid(form.data.get("ibu", "")),
    )
    enough = (len(details.full_name) > 2 and day) or len(nik) == 16
    alike = likely(details, nik, worker, household=household, besides=besides) if enough else []
    taken = nik_is_elsewhere(nik, worker.scope, besides[0] if besides else None)
    return render(request, "desk/register/_similar.html", {"similar": said(alike, worker), "nik_elsewhere": taken})


def _check_no_kk(form: Form, no_kk: str, worker: Worker) -> None:
    """A number that is no KK number, or that a family has already."""
    if len(no_kk) != 16 or not no_kk.isdigit():
        form.faults.add("kk", _("Nomor KK harus 16 angka. Yang diketik %(count)d tanda.") % {"count": len(no_kk)})
    elif taken := Household.objects.filter(no_kk=no_kk).first():
        if Household.objects.visible_to(worker.scope).filter(pk=taken.pk).exists():
            text = _(
                "Nomor KK ini sudah milik %(family)s. Cari keluarga itu dengan nomor KK, lalu tambahkan anggotanya di sana."
            )
            form.faults.add("kk", text % {"family": household_name(taken)})
        else:
            form.faults.add(
                "kk",
                _(
                    "Nomor KK ini sudah terdaftar di luar wilayah kerja Anda. Kosongkan dulu, dan hubungi petugas Klaster 1."
                ),
            )


def _household_typed(form: Form, worker: Worker) -> Household | None:
    key = _uuid(form.data.get("keluarga", ""))
    return Household.objects.visible_to(worker.scope).filter(pk=key).first() if key else None


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _today(worker: Worker) -> QueryDict:
    data = QueryDict(mutable=True)
    data["sejak"] = f"{worker.today.day}-{worker.today.month}-{worker.today.year}"
    data["kunci"] = str(new_key())
    return data
