"""Forms about what somebody does here: a duty, a post in a klaster, a training; begun, and ended on a last day."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.accounts.models import User
from primary_care.design.fields import Field
from primary_care.desk.access import Typed, Worker, not_here
from primary_care.desk.manage_form import REFUSALS, DatedForm, as_day, filled
from primary_care.desk.views.ending import end_dated
from primary_care.desk.views.register.common import Page, by_of, register_page, typed_on
from primary_care.desk.views.staff.common import (
    AT,
    KLASTER,
    appoints,
    appoints_member,
    back_to,
    duty_words,
    may,
    member_page,
    posts,
    trains,
    words,
)
from primary_care.desk.views.staff.duty_form import duty_fields, known_account, read_duty
from primary_care.staff import permissions
from primary_care.staff.actions import (
    appoint,
    employ,
    end_appointment,
    end_competence,
    end_post,
    post_to_klaster,
    record_competence,
)
from primary_care.staff.klaster import SUB_UNITS, SubUnit, Training
from primary_care.staff.models import Competence, KlasterPost, Position
from primary_care.staff.queries import duties_seen

NEW, KNOWN = "baru", "lama"


@never_cache
@register_page(appoints)
def new(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Somebody begins here: with a new account, or with the one that he has already, known by its whole name."""
    typed = typed_on(request, worker)
    form = DatedForm(filled(typed, sejak=as_day(worker.today), ke=NEW))
    if request.method == "POST":
        way = form.one_of("ke", (NEW, KNOWN), _("Pilih salah satu."))
        name, username, known = form.text("nama"), form.text("nama-pengguna"), form.text("akun")
        if way == NEW and not name:
            form.faults.add("nama", _("Tulis nama lengkapnya."))
        if way == NEW and not username:
            form.faults.add("nama-pengguna", _("Tulis nama untuk masuk, misalnya dewi.anggraini."))
        user = known_account(form, worker, known) if way == KNOWN else None
        duty = read_duty(form, worker)
        if not form.faults and duty:
            try:
                if user is None:
                    row, password = employ(username, name, duty, by=by_of(worker), today=worker.today)
                    return slip(request, worker, row.user, password, _("Akun dibuat"))
                appoint(user, **vars(duty), by=by_of(worker), today=worker.today)
                messages.success(request, _("%(name)s sekarang bertugas di sini.") % {"name": user.full_name})
                return redirect("staff-member", user_id=user.pk)
            except REFUSALS as error:
                form.refused(error, AT, "peran")
    ways = [(NEW, _("Belum, buat akun baru")), (KNOWN, _("Sudah, tambahkan tugasnya"))]
    page = Page(
        title=_("Tambah petugas"),
        save=_("Simpan petugas baru"),
        form=form,
        groups=[
            ("", [form.choice("ke", _("Apakah orang ini sudah punya akun Simpul?"), ways, required=True)]),
            (_("Akun baru"), [
                form.field("nama", _("Nama lengkap"), hint=_("seperti di KTP, gelar boleh ditulis")),
                form.field("nama-pengguna", _("Nama pengguna"), hint=_("untuk masuk; huruf, angka, titik, tanpa spasi")),
            ]),
            (_("Akun yang sudah ada"), [
                form.field("akun", _("Nama penggunanya, lengkap"), hint=_("tanyakan kepada orangnya; ia tetap memakai kata sandinya")),
            ]),
            (_("Tugas"), duty_fields(form, worker)),
        ],
        back=(reverse("staff"), _("Kembali ke daftar petugas")),
        ways={_("Akun baru"): NEW, _("Akun yang sudah ada"): KNOWN},
    )  # fmt: skip
    return page.response(request, worker, typed)


@never_cache
@member_page(appoints_member)
def duty(request: HttpRequest, worker: Worker, member: User, typed: Typed) -> HttpResponse:
    """One more duty of a member."""
    form = DatedForm(filled(typed, sejak=as_day(worker.today)))
    if request.method == "POST":
        wanted = read_duty(form, worker)
        if not form.faults and wanted:
            try:
                appoint(member, **vars(wanted), by=by_of(worker), today=worker.today)
                messages.success(request, _("Tugas baru tercatat."))
                return redirect("staff-member", user_id=member.pk)
            except REFUSALS as error:
                form.refused(error, AT, "peran")
    page = Page(
        title=_("Tambah tugas"),
        lead=member.full_name,
        save=_("Simpan tugas"),
        form=form,
        groups=[("", duty_fields(form, worker))],
        back=back_to(member),
    )
    return page.response(request, worker, typed)


@never_cache
@member_page(posts)
def klaster(request: HttpRequest, worker: Worker, member: User, typed: Typed) -> HttpResponse:
    """A post in a klaster of the Puskesmas; help from another klaster is a post of that day."""
    form = DatedForm(filled(typed, sejak=as_day(worker.today)))
    unit = by_of(worker).unit
    assert unit is not None
    if request.method == "POST":
        chosen = form.one_of("klaster", KLASTER, _("Pilih klasternya."))
        position = form.one_of("kedudukan", Position.values, _("Pilih kedudukannya."))
        sub_unit = form.one_of("sub-unit", SubUnit.values)
        since, until = form.begins(worker.today), form.ends(worker.today)
        if not form.faults and since:
            try:
                post_to_klaster(
                    member, unit, chosen, position, on=since, until=until, sub_unit=sub_unit, decree=form.text("sk")[:80],
                    by=by_of(worker), today=worker.today,
                )  # fmt: skip
                messages.success(request, _("Penugasan klaster tercatat."))
                return redirect("staff-member", user_id=member.pk)
            except REFUSALS as error:
                form.refused(error, AT, "klaster")
    page = Page(
        title=_("Tugaskan ke klaster"),
        lead=_("%(name)s, di %(unit)s. Bantuan dari klaster lain dicatat untuk hari itu saja.") % {"name": member.full_name, "unit": unit},
        save=_("Simpan penugasan klaster"),
        form=form,
        groups=[("", [
            form.choice("klaster", _("Klaster"), words(KLASTER.items()), required=True),
            _sub_units(form),
            form.choice("kedudukan", _("Kedudukan"), words(Position.choices), required=True),
            form.since(),
            form.until(),
            form.field("sk", _("Nomor SK")),
        ])],
        back=back_to(member),
    )  # fmt: skip
    return page.response(request, worker, typed)


@never_cache
@member_page(trains)
def competence(request: HttpRequest, worker: Worker, member: User, typed: Typed) -> HttpResponse:
    """What a member was trained for."""
    form = DatedForm(filled(typed))
    if request.method == "POST":
        training = form.one_of("pelatihan", Training.values, _("Pilih pelatihannya."))
        since, until = form.day("sejak", worker.today), form.ends(worker.today)
        if not form.faults and since:
            try:
                record_competence(
                    member, training, on=since, until=until, certificate=form.text("sertifikat")[:80],
                    issuer=form.text("penyelenggara")[:120], by=by_of(worker), today=worker.today,
                )  # fmt: skip
                messages.success(request, _("Kompetensi tercatat."))
                return redirect("staff-member", user_id=member.pk)
            except REFUSALS as error:
                form.refused(error, AT, "pelatihan")
    page = Page(
        title=_("Catat kompetensi"),
        lead=member.full_name,
        save=_("Simpan kompetensi"),
        form=form,
        groups=[("", [
            form.choice("pelatihan", _("Pelatihan"), words(Training.choices), kind="select", required=True),
            form.since(_("Tanggal sertifikat")),
            form.until(_("Berlaku sampai"), _("kosongkan bila tidak ada batasnya")),
            form.field("sertifikat", _("Nomor sertifikat")),
            form.field("penyelenggara", _("Penyelenggara")),
        ])],
        back=back_to(member),
    )  # fmt: skip
    return page.response(request, worker, typed)


@never_cache
@member_page(appoints_member)
def end_duty(request: HttpRequest, worker: Worker, member: User, typed: Typed, row_id: uuid.UUID) -> HttpResponse:
    """The last day of a duty."""
    row = (
        duties_seen(by_of(worker), worker.today)
        .filter(user=member, pk=row_id)
        .select_related("unit__area", "unit__parent", "area")
        .first()
    )
    if row is None:
        return not_here(request)
    if not may(permissions.check_can_appoint, by_of(worker), member.pk, row.role, row.unit, row.area, worker.today):
        return render(request, "desk/staff/not_allowed.html", {"member": member}, status=403)
    said = duty_words([row])[0]
    what = _("%(role)s, %(place)s") % {"role": said["role"], "place": said["place"]}
    note = _(
        "Sesudah hari itu ia tidak lagi melihat data lewat tugas ini; penugasan klasternya di Puskesmas ini ikut berakhir."
    )
    return _end(request, worker, member, typed, row, _("Akhiri tugas"), what, end_appointment, note)


@never_cache
@member_page(posts)
def end_klaster(request: HttpRequest, worker: Worker, member: User, typed: Typed, row_id: uuid.UUID) -> HttpResponse:
    """The last day of a post in a klaster."""
    row = KlasterPost.objects.filter(user=member, pk=row_id, unit=by_of(worker).unit_id).select_related("unit").first()
    if row is None:
        return not_here(request)
    what = _(KLASTER[row.klaster])
    return _end(request, worker, member, typed, row, _("Akhiri penugasan klaster"), what, end_post)


@never_cache
@member_page(trains)
def end_training(request: HttpRequest, worker: Worker, member: User, typed: Typed, row_id: uuid.UUID) -> HttpResponse:
    """The last day of a competence."""
    row = Competence.objects.filter(user=member, pk=row_id).first()
    if row is None:
        return not_here(request)
    return _end(
        request,
        worker,
        member,
        typed,
        row,
        _("Akhiri kompetensi"),
        _(str(Training(row.training).label)),
        end_competence,
    )


def slip(request: HttpRequest, worker: Worker, member: User, password: str, title: str) -> HttpResponse:
    """The password to begin with, shown once, to print and to hand over."""
    context = {
        "member": member,
        "password": password,
        "until": timezone.localtime(member.temporary_until).date() if member.temporary_until else None,
        "title": title,
        "address": request.build_absolute_uri("/"),
    }
    return render(request, "desk/staff/slip.html", context)


def _end(
    request: HttpRequest,
    worker: Worker,
    member: User,
    typed: Typed,
    row: Any,
    title: str,
    what: str,
    action: Callable[..., None],
    note: str = "",
) -> HttpResponse:
    whose, back = member.full_name, back_to(member)
    return end_dated(
        request, worker, typed, row, title=title, whose=whose, what=what, action=action, back=back, note=note
    )


def _sub_units(form: DatedForm) -> Field:
    places = [
        (sub.value, _(str(sub.label)), _(KLASTER[klaster])) for klaster, subs in SUB_UNITS.items() for sub in subs
    ]
    return form.grouped("sub-unit", _("Bagian"), places, hint=_("boleh kosong"))
