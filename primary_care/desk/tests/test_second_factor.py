"""The second factor: asked of wide roles, of nobody twice, never to be guessed."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from primary_care.accounts.limits import CODE
from primary_care.accounts.models import Assignment, User
from primary_care.audit.models import AuditEntry
from primary_care.desk import access
from primary_care.desk.views.second_factor import SECRET
from primary_care.visits.tests.world import BEGAN, TODAY

NOW = 1_800_000_000


@pytest.fixture(autouse=True)
def fixed_time(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: NOW)
    settings.SECOND_FACTOR = "peran-luas"
    cache.clear()


def code(secret: str, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, NOW // 30 + step))


@pytest.fixture
def head(world: Any) -> User:
    user = User.objects.create_user("kepala", "rahasia-sekali", full_name="Kepala")
    Assignment.objects.create(
        user=user, role="kepala-puskesmas", cadre="dokter", unit=world.puskesmas, valid_from=BEGAN
    )
    return user


def enrol(client: Client) -> tuple[str, list[str]]:
    """Sets the app up in a browser that is logged in: the secret and the recovery codes."""
    page = client.get(reverse("second-factor-setup")).content.decode()
    assert 'src="data:image/svg+xml;base64,' in page and "<script>" not in page
    secret = client.session[SECRET]
    shown = client.post(reverse("second-factor-setup"), {"kode": code(secret)})
    assert shown.status_code == 200 and "Simpan kode cadangan" in shown.content.decode()
    return secret, shown.context["codes"]


def log_in(client: Client, **further: str) -> Any:
    typed = {"username": "kepala", "password": "rahasia-sekali", "next": "/cari"}
    return client.post("/masuk", typed | further, follow=True)


def test_a_wide_role_sets_it_up_before_anything_is_shown(client: Client, head: User, world: Any) -> None:
    landed = log_in(client)
    assert landed.redirect_chain[-1][0].startswith(reverse("second-factor-setup"))
    for page in (reverse("home"), reverse("person", args=[world.ibu.pk]), reverse("audit"), "/cari?q=siti"):
        answer = client.get(page)
        assert answer.status_code == 302 and answer.url.startswith(reverse("second-factor"))
    enrol(client)
    assert "Siti Aminah" in client.get("/cari?q=siti").content.decode()


def test_each_login_asks_for_a_code_that_works_once(client: Client, head: User) -> None:
    client.force_login(head)
    secret, _codes = enrol(client)
    client.logout()
    assert log_in(client).redirect_chain[-1][0].startswith(reverse("second-factor"))
    wrong = client.post(reverse("second-factor"), {"kode": "000000"})
    assert wrong.status_code == 422 and "tidak cocok" in wrong.content.decode()
    assert client.get(reverse("home")).status_code == 302
    right = client.post(reverse("second-factor"), {"kode": code(secret, 1), "next": "/cari"})
    assert (right.status_code, right.url) == (302, "/cari")
    assert client.get(reverse("home")).status_code == 200
    client.logout()
    log_in(client)
    assert client.post(reverse("second-factor"), {"kode": code(secret, 1)}).status_code == 422, "the same code again"
    trail = AuditEntry.objects.filter(kind="accounts.second-factor", user=head).order_by("position")
    assert [one.action for one in trail] == ["write", "login-failed", "login", "login-failed"]


def test_a_recovery_code_works_once(client: Client, head: User) -> None:
    client.force_login(head)
    _secret, codes = enrol(client)
    assert len(codes) == 10
    for expected in (302, 422):
        client.logout()
        log_in(client)
        typed = f"{codes[0][:4]} {codes[0][4:]}"
        assert client.post(reverse("second-factor"), {"kode": typed}).status_code == expected


def test_codes_cannot_be_guessed(client: Client, head: User) -> None:
    client.force_login(head)
    secret, _codes = enrol(client)
    client.logout()
    log_in(client)
    for _ in range(CODE.most):
        assert client.post(reverse("second-factor"), {"kode": "000000"}).status_code == 422
    shut = client.post(reverse("second-factor"), {"kode": code(secret, 1)})
    assert shut.status_code == 422 and "Terlalu sering" in shut.content.decode()


def test_whoever_has_only_the_password_cannot_set_up_another(client: Client, head: User) -> None:
    client.force_login(head)
    enrol(client)
    client.logout()
    log_in(client)
    answer = client.get(reverse("second-factor-setup"))
    assert answer.status_code == 302 and answer.url.startswith(reverse("second-factor"))
    assert client.post(reverse("second-factor-setup"), {"kode": "1"}).status_code == 302
    assert Authenticator.objects.filter(user=head).count() == 2


def test_it_leads_nowhere_else(client: Client, head: User) -> None:
    client.force_login(head)
    secret, _codes = enrol(client)
    client.logout()
    log_in(client)
    answer = client.post(reverse("second-factor"), {"kode": code(secret, 1), "next": "https://example.org/"})
    assert answer.url == "/"


@pytest.mark.parametrize(
    ("mode", "bidan_asked", "head_asked"), [("tidak", 200, 200), ("peran-luas", 200, 302), ("semua", 302, 302)]
)
def test_the_setting_says_of_whom(
    client: Client, head: User, world: Any, settings: Any, mode: str, bidan_asked: int, head_asked: int
) -> None:
    settings.SECOND_FACTOR = mode
    client.force_login(world.bidan)
    assert client.get(reverse("home")).status_code == bidan_asked
    client.force_login(head)
    assert client.get(reverse("home")).status_code == head_asked


def test_one_who_chose_to_have_it_is_asked_too(client: Client, world: Any) -> None:
    client.force_login(world.bidan)
    enrol(client)
    client.logout()
    client.force_login(world.bidan)
    assert client.get(reverse("home")).status_code == 302


def test_its_pages_need_a_login(client: Client, db: None) -> None:
    for name in ("second-factor", "second-factor-setup"):
        assert client.get(reverse(name)).url == reverse("login")
