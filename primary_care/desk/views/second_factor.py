"""The second step of logging in: the code, and setting up the app that makes it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from primary_care.accounts import second_factor
from primary_care.accounts.limits import TooMany
from primary_care.accounts.models import User
from primary_care.design.fields import Faults, Field
from primary_care.desk.access import pass_second_factor, passed_second_factor

SECRET = "second-factor-secret"


@never_cache
@sensitive_post_parameters("kode")
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the code; go on to the page that was wanted."""
    if not isinstance(request.user, User):
        return redirect("login")
    wanted = wanted_page(request)
    if not second_factor.enrolled(request.user):
        return HttpResponseRedirect(f"{reverse('second-factor-setup')}?{urlencode({'next': wanted})}")
    faults = Faults()
    if request.method == "POST":
        try:
            if second_factor.passes(request.user, request.POST.get("kode", "")):
                pass_second_factor(request)
                return HttpResponseRedirect(wanted)
            faults.add(
                "kode", _("Kode tidak cocok. Pakai kode yang tampil sekarang di aplikasi, atau satu kode cadangan.")
            )
        except TooMany as too_many:
            faults.add("kode", str(too_many))
    context = {"fields": [_code(faults)], "errors": faults.listed(), "next": wanted}
    return render(request, "desk/second_factor.html", context, status=422 if faults else 200)


@never_cache
@sensitive_post_parameters("kode")
def set_up(request: HttpRequest) -> HttpResponse:
    """Show the secret to the app, ask for its first code, then show the recovery codes once."""
    if not isinstance(request.user, User):
        return redirect("login")
    user, wanted, faults = request.user, wanted_page(request), Faults()
    if second_factor.enrolled(user) and not passed_second_factor(request):
        return HttpResponseRedirect(f"{reverse('second-factor')}?{urlencode({'next': wanted})}")
    secret = request.session.get(SECRET)
    if not isinstance(secret, str):
        secret = request.session[SECRET] = second_factor.new_secret()
    if request.method == "POST":
        try:
            codes = second_factor.set_up(user, secret, request.POST.get("kode", ""))
            if codes is not None:
                del request.session[SECRET]
                pass_second_factor(request)
                return render(request, "desk/recovery_codes.html", {"codes": codes, "next": wanted})
            faults.add("kode", _("Kode tidak cocok. Tunggu kode berikutnya di aplikasi, lalu ketik lagi."))
        except TooMany as too_many:
            faults.add("kode", str(too_many))
    context = {
        "fields": [_code(faults)],
        "errors": faults.listed(),
        "next": wanted,
        "picture": second_factor.picture(user, secret),
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "again": second_factor.enrolled(user),
    }
    return render(request, "desk/second_factor_setup.html", context, status=422 if faults else 200)


def wanted_page(request: HttpRequest) -> str:
    """The page of this node to go on to."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    here = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if here else "/"


def _code(faults: Faults) -> Field:
    return Field(
        "kode",
        _("Kode enam angka"),
        "integer",
        errors=faults.at("kode"),
        autocomplete="one-time-code",
        hint=_("dari aplikasi di ponsel Anda"),
    )
