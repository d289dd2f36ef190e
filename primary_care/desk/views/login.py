"""Logging in and out, and choosing where one works today."""

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from primary_care.design.fields import Faults, Field
from primary_care.desk.access import KEPT, PLACE, Worker, worker_page


@never_cache
@sensitive_post_parameters("password")
def log_in(request: HttpRequest) -> HttpResponse:
    """Ask for user name and password; go on to the page that was wanted."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        wanted = "/"
    faults = Faults()
    name = request.POST.get("username", "").strip()
    if request.method == "POST":
        user = authenticate(request, username=name, password=request.POST.get("password", ""))
        if user is not None:
            login(request, user)
            return HttpResponseRedirect(wanted)
        faults.add(
            "username", _("Nama pengguna atau kata sandi tidak cocok. Periksa huruf besar dan kecil, lalu coba lagi.")
        )
    fields = [
        Field("username", _("Nama pengguna"), value=name, errors=faults.at("username"), autocomplete="username"),
        Field("password", _("Kata sandi"), kind="password", autocomplete="current-password"),
    ]
    kept = request.session.get(KEPT, {}).get("path") == wanted
    context = {"fields": fields, "errors": faults.listed(), "next": wanted, "kept": kept}
    return render(request, "desk/login.html", context, status=422 if faults else 200)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    messages.success(request, _("Anda sudah keluar."))
    return redirect("login")


@worker_page
def place(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Choose in which unit and as what one works now."""
    if request.method == "POST":
        chosen = request.POST.get("tempat", "")
        if any(str(one.pk) == chosen for one in worker.assignments):
            request.session[PLACE] = chosen
            return redirect("home")
    return render(request, "desk/place.html")
