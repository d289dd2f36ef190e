"""Moving: within the area, away, and here from elsewhere; and those who went away, to be called back."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from primary_care.accounts.access import CHANGE, NotAllowed
from primary_care.accounts.limits import ARRIVAL, TooMany, count
from primary_care.design.fields import Field
from primary_care.design.formats import NotADate
from primary_care.desk.access import Typed, Worker, audit_read, recording_page
from primary_care.desk.presenters.person import header
from primary_care.desk.register_form import DAY_HINT, Form, read_birth
from primary_care.desk.views.register.common import (
    REFUSAL,
    Page,
    by_of,
    changes,
    household_name,
    household_page,
    reach,
    refused,
    register_page,
    registers,
)
from primary_care.people.actions import ActionRefused, move_residence, register_household
from primary_care.people.departures import moved_out
from primary_care.people.models import Household, Person, Relationship
from primary_care.people.moving import arrive, move_out, move_within
from primary_care.people.undoing import take_back

WITHIN, OTHER, OWN, AWAY = "dalam", "keluarga", "sendiri", "keluar"


@never_cache
@household_page(changes)
def move_household(request: HttpRequest, worker: Worker, household: Household, typed: Typed) -> HttpResponse:
    """A whole family moves, within the area or away."""
    form = Form(typed.data if typed.data is not None else QueryDict())
    if request.method == "POST":
        way = form.one_of("ke", (WITHIN, AWAY), _("Pilih ke mana pindahnya."))
        since, address, to = form.day("sejak", worker.today), form.text("alamat"), form.text("tujuan")
        area = form.area("tempat", reach(worker, CHANGE)) if way == WITHIN else None
        if way == AWAY and not to:
            form.faults.add("tujuan", _("Tulis ke mana, atau “tidak diketahui”."))
        if not form.faults and since:
            name = household_name(household)
            try:
                if way == WITHIN:
                    move_residence(household, area, by=by_of(worker), on=worker.today, since=since, address=address)
                    messages.success(
                        request,
                        _("%(family)s pindah. Alamat lama tetap terbaca di riwayat anggotanya.") % {"family": name},
                    )
                    return redirect("household", household_id=household.pk)
                move_out(household, to=to, by=by_of(worker), on=worker.today, since=since)
                messages.success(
                    request,
                    _("%(family)s tercatat pindah keluar. Bila keliru, kembalikan di bawah.") % {"family": name},
                )
                return redirect("moved-out")
            except ActionRefused as error:
                refused(form, error)
            except NotAllowed as error:
                form.faults.add("ke", str(error))
    ways = [(WITHIN, _("Di dalam wilayah kerja ini")), (AWAY, _("Ke luar wilayah kerja ini"))]
    page = Page(
        title=_("Keluarga pindah"),
        lead=_("%(family)s, semua anggotanya. Bila hanya seorang yang pindah, buka halaman orang itu.") % {"family": household_name(household)},
        save=_("Simpan kepindahan"),
        form=form,
        groups=[
            ("", [form.choice("ke", _("Pindah ke mana?"), ways, required=True), _since(form)]),
            (_("Bila di dalam wilayah"), _within(form, worker)),
            (_("Bila ke luar wilayah"), _away(form)),
        ],
        back=(reverse("household", args=[household.pk]), _("Kembali ke keluarga")),
        ways={_("Bila di dalam wilayah"): WITHIN, _("Bila ke luar wilayah"): AWAY},
    )  # fmt: skip
    return page.response(request, worker, typed)


@never_cache
@recording_page(changes, REFUSAL)
def move_person(request: HttpRequest, worker: Worker, person: Person, typed: Typed) -> HttpResponse:
    """One person moves: to another family, to a household of their own, or away."""
    form = Form(typed.data if typed.data is not None else QueryDict())
    if request.method == "POST":
        way = form.one_of("ke", (OTHER, OWN, AWAY), _("Pilih ke mana pindahnya."))
        since, address, to = form.day("sejak", worker.today), form.text("alamat"), form.text("tujuan")
        area = form.area("tempat", reach(worker, CHANGE)) if way == OWN else None
        household = _household(form, worker, person) if way == OTHER else None
        relationship = (
            form.one_of("hubungan", Relationship.values, _("Pilih hubungan dengan kepala keluarga."))
            if way == OTHER
            else ""
        )
        if way == OWN and not registers(worker):
            form.faults.add(
                "ke", _("Peran Anda tidak dapat membentuk keluarga baru. Minta kader atau petugas pendaftaran.")
            )
        if way == AWAY and not to:
            form.faults.add("tujuan", _("Tulis ke mana, atau “tidak diketahui”."))
        if not form.faults and since:
            try:
                with transaction.atomic():
                    if way == AWAY:
                        move_out(person, to=to, by=by_of(worker), on=worker.today, since=since)
                        messages.success(
                            request,
                            _("%(name)s tercatat pindah keluar. Bila keliru, kembalikan di bawah.")
                            % {"name": person.full_name},
                        )
                        return redirect("moved-out")
                    if area:
                        household = register_household(
                            by=by_of(worker), on=worker.today, since=since, area=area, address=address
                        )
                        relationship = Relationship.KEPALA_KELUARGA
                    assert household is not None
                    move_within(person, household, relationship, by=by_of(worker), on=worker.today, since=since)
                messages.success(
                    request,
                    _("%(name)s sekarang tercatat di %(family)s.")
                    % {"name": person.full_name, "family": household_name(household)},
                )
                return redirect("person", person_id=person.pk)
            except ActionRefused as error:
                refused(form, error)
            except NotAllowed as error:
                form.faults.add("ke", str(error))
    ways = [
        (OTHER, _("Ke keluarga lain di wilayah ini")),
        (OWN, _("Membentuk keluarga sendiri di wilayah ini")),
        (AWAY, _("Ke luar wilayah kerja ini")),
    ]
    relations = [(value, _(str(label))) for value, label in Relationship.choices]
    page = Page(
        title=_("Orang ini pindah"),
        save=_("Simpan kepindahan"),
        form=form,
        header=header(person, worker.today),
        groups=[
            ("", [form.choice("ke", _("Pindah ke mana?"), ways, required=True), _since(form)]),
            (_("Bila ke keluarga lain"), [
                form.field("tujuan-kk", _("Nomor KK keluarga itu, atau NIK salah satu anggotanya"), hint=_("16 angka")),
                form.choice("hubungan", _("Hubungan dengan kepala keluarga"), relations, kind="select"),
            ]),
            (_("Bila membentuk keluarga sendiri"), _within(form, worker)),
            (_("Bila ke luar wilayah"), _away(form)),
        ],
        back=(reverse("person", args=[person.pk]), _("Kembali ke %(name)s") % {"name": person.full_name}),
        ways={_("Bila ke keluarga lain"): OTHER, _("Bila membentuk keluarga sendiri"): OWN, _("Bila ke luar wilayah"): AWAY},
    )  # fmt: skip
    return page.response(request, worker, typed)


@never_cache
@household_page(registers)
def arrival(request: HttpRequest, worker: Worker, household: Household, typed: Typed) -> HttpResponse:
    """Somebody known to this node, but out of sight, moves in: found by the whole NIK and the birth date on the card, nothing less."""
    form = Form(typed.data if typed.data is not None else QueryDict())
    if request.method == "POST":
        nik, since = form.digits("nik"), form.day("sejak", worker.today)
        relationship = form.one_of("hubungan", Relationship.values, _("Pilih hubungan dengan kepala keluarga."))
        born = None
        try:
            born, _precision = read_birth(form.text("lahir"))
        except NotADate as wrong:
            form.faults.add("lahir", str(wrong))
        if len(nik) != 16 or not nik.isdigit():
            form.faults.add("nik", _("NIK harus 16 angka."))
        if not form.faults and since:
            try:
                count(ARRIVAL, str(worker.user.pk))
                found = Person.objects.alive().filter(nik=nik, birth_date=born, active=True).first()
                if found is None:
                    form.faults.add(
                        "nik",
                        _(
                            "Tidak ada orang dengan NIK dan tanggal lahir ini di Simpul. Periksa keduanya, atau tambahkan sebagai anggota baru."
                        ),
                    )
                else:
                    arrive([found], household, [relationship], by=by_of(worker), on=worker.today, since=since)
                    messages.success(
                        request,
                        _("%(name)s sekarang tercatat di keluarga ini, dengan riwayatnya.") % {"name": found.full_name},
                    )
                    return redirect("household", household_id=household.pk)
            except ActionRefused as error:
                refused(form, error)
            except (NotAllowed, TooMany) as error:
                form.faults.add("nik", str(error))
    relations = [(value, _(str(label))) for value, label in Relationship.choices]
    page = Page(
        title=_("Pindah masuk"),
        lead=_(
            "Untuk orang yang sudah tercatat di Simpul tetapi tinggal di luar wilayah kerja Anda, atau pernah pindah keluar. "
            "Tulis NIK dan tanggal lahir dari kartunya. Nama Anda tercatat."
        ),
        save=_("Catat pindah masuk"),
        form=form,
        groups=[(household_name(household), [
            form.field("nik", _("NIK"), hint=_("16 angka"), required=True),
            form.field("lahir", _("Tanggal lahir"), "date", hint=_(DAY_HINT), required=True),
            form.choice("hubungan", _("Hubungan dengan kepala keluarga"), relations, kind="select", required=True),
            form.field("sejak", _("Tinggal di keluarga ini sejak"), "date", hint=_(DAY_HINT), required=True),
        ])],
        back=(reverse("household", args=[household.pk]), _("Kembali ke keluarga")),
    )  # fmt: skip
    return page.response(request, worker, typed)


@never_cache
@register_page(changes)
def departures(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Those who left from here for a place that nobody on this node serves, latest first; each can be called back."""
    paths = reach(worker, CHANGE)
    found = moved_out(paths)
    if request.method == "POST":
        key = request.POST.get("kembalikan", "")
        one = next((one for one in found if str(one.owner.pk) == key), None)
        if one is not None:
            try:
                with transaction.atomic():
                    for fact in one.facts:
                        take_back(fact, by=by_of(worker), on=worker.today, reason=_("pindah keluar diurungkan"))
                messages.success(request, _("Sudah dikembalikan ke tempat tinggalnya yang lama."))
            except (ActionRefused, NotAllowed) as error:
                messages.error(request, str(error))
        return redirect("moved-out")
    for one in found:
        for person in one.people:
            audit_read(worker, "people.person", person_id=person.pk)
    return render(request, "desk/register/moved_out.html", {"departures": found})


def _since(form: Form) -> Field:
    return form.field("sejak", _("Sejak tanggal"), "date", hint=_(DAY_HINT), required=True)


def _within(form: Form, worker: Worker) -> list[Field]:
    return [
        form.place("tempat", _("Tempat tinggal baru"), reach(worker, CHANGE)),
        form.field("alamat", _("Alamat baru")),
    ]


def _away(form: Form) -> list[Field]:
    hint = _("tulis “tidak diketahui” bila tidak ada yang tahu")
    return [form.field("tujuan", _("Desa, kecamatan, atau kota tujuan"), hint=hint)]


def _household(form: Form, worker: Worker, person: Person) -> Household | None:
    """The family that a number leads to, in sight."""
    number = form.digits("tujuan-kk")
    inside = Household.objects.visible_to(worker.scope)
    found = inside.filter(no_kk=number).first() if len(number) == 16 else None
    if found is None and len(number) == 16:
        member = Person.objects.visible_to(worker.scope).filter(nik=number).first()
        found = inside.filter(pk=member.household_id).first() if member and member.household_id else None
    if found is None:
        form.faults.add("tujuan-kk", _("Tidak ada keluarga dengan nomor ini di wilayah kerja Anda."))
    elif found.pk == person.household_id:
        form.faults.add("tujuan-kk", _("Orang ini sudah di keluarga itu."))
    return found
