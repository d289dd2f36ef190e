"""The account of a member: a password to begin anew, a lost second factor, closing and opening; and one's own password."""

from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from primary_care.accounts import second_factor
from primary_care.accounts.actions import (
    AccountRefused,
    choose_password,
    close_account,
    correct_name,
    reopen_account,
    reset_second_factor,
    set_password,
    temporary_password,
)
from primary_care.accounts.models import User
from primary_care.design.fields import Faults, Field
from primary_care.desk.access import Typed, Worker, owner_mark, pass_second_factor, passed_second_factor, password_page
from primary_care.desk.manage_form import REFUSALS, DatedForm
from primary_care.desk.views.register.common import by_of
from primary_care.desk.views.second_factor import wanted_page
from primary_care.desk.views.staff.common import (
    account_states,
    closes_account,
    member_page,
    mends_account,
    opens_account,
)
from primary_care.desk.views.staff.duties import slip

NAME, PASSWORD, CODE, CLOSE, OPEN = "nama", "sandi", "kode", "tutup", "buka"


@never_cache
@member_page(opens_account)
def account(request: HttpRequest, worker: Worker, member: User, typed: Typed) -> HttpResponse:
    """What may be done about an account, each with its own button."""
    data = typed.data if typed.data is not None else QueryDict()
    form = DatedForm(data)
    mends, doing = mends_account(worker, member), data.get("tindakan", "") if request.method == "POST" else ""
    by, on = by_of(worker), worker.today
    said = ""
    try:
        if doing == NAME:
            correct_name(member, form.text("nama"), by=by, on=on)
            said = _("Nama diperbaiki.")
        elif doing == PASSWORD:
            password = temporary_password()
            set_password(member, password, temporary=True, by=by, on=on)
            return slip(request, worker, member, password, _("Kata sandi sementara dibuat"))
        elif doing == CODE:
            reset_second_factor(member, form.text("alasan-kode"), by=by, on=on)
            said = _("Kode kedua dicabut. Ia memasang yang baru saat masuk berikutnya; minta ia masuk sekarang juga.")
        elif doing == CLOSE:
            close_account(member, form.text("alasan-tutup"), by=by, on=on)
            said = _("Akun ditutup. Catatannya tetap ada.")
        elif doing == OPEN:
            reopen_account(member, by=by, on=on)
            said = _("Akun dibuka lagi.")
    except REFUSALS as error:
        member.refresh_from_db()
        form.faults.add({CODE: "alasan-kode", CLOSE: "alasan-tutup"}.get(doing, "nama"), str(error))
    if said:
        messages.success(request, said)
        return redirect("account", user_id=member.pk)
    name = form.field("nama", _("Nama lengkap"), required=True)
    if doing != NAME:
        name = Field("nama", _("Nama lengkap"), value=member.full_name, required=True, errors=form.faults.at("nama"))
    why_closed = _("misalnya: pindah ke kabupaten lain; tercatat di jejak akses")
    hint = _("siapa meminta, dan bagaimana Anda mengenalinya; tercatat di jejak akses")
    context = {
        "member": member,
        "mends": mends,
        "closes": closes_account(worker, member),
        "has_code": second_factor.enrolled(member),
        "chips": account_states([member], worker)[member.pk],
        "name": name,
        "code_reason": form.field("alasan-kode", _("Alasan mencabut"), "long-text", hint=hint, required=True),
        "close_reason": form.field("alasan-tutup", _("Alasan menutup"), "long-text", hint=why_closed, required=True),
        "doing": doing,
        "errors": form.faults.listed(),
        "mark": owner_mark(worker.user),
        "kept": typed.kept,
    }  # fmt: skip
    return render(request, "desk/staff/account.html", context, status=422 if form.faults else 200)


@never_cache
@sensitive_post_parameters("lama", "baru", "ulang")
@password_page
def own_password(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Choose one's own password: after a temporary one, or at any time."""
    user, wanted, faults = worker.user, wanted_page(request), Faults()
    if request.method == "POST":
        old, new = request.POST.get("lama", ""), request.POST.get("baru", "")
        if authenticate(request, username=user.username, password=old) != user:
            faults.add("lama", _("Kata sandi lama tidak cocok. Periksa huruf besar dan kecil."))
        elif new != request.POST.get("ulang", ""):
            faults.add("ulang", _("Tidak sama dengan kata sandi baru. Ketik sekali lagi."))
        else:
            had_passed = passed_second_factor(request)
            try:
                choose_password(user, new)
                update_session_auth_hash(request, user)
                if had_passed:
                    pass_second_factor(request)
                messages.success(request, _("Kata sandi baru tersimpan."))
                return HttpResponseRedirect(wanted if wanted != "/" else reverse("me"))
            except AccountRefused as error:
                faults.add("baru", str(error))
    temporary = user.temporary_until is not None
    old_label = _("Kata sandi sementara") if temporary else _("Kata sandi lama")
    hint = _("paling sedikit 10 huruf atau angka; hanya Anda yang tahu")
    asked = (
        ("lama", old_label, "", "current"),
        ("baru", _("Kata sandi baru"), hint, "new"),
        ("ulang", _("Kata sandi baru, sekali lagi"), "", "new"),
    )
    fields = [
        Field(name, label, "password", hint=hint, errors=faults.at(name), autocomplete=f"{which}-password")
        for name, label, hint, which in asked
    ]
    context = {"fields": fields, "errors": faults.listed(), "next": wanted, "temporary": temporary}
    return render(request, "desk/staff/own_password.html", context, status=422 if faults else 200)
