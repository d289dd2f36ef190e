"""Accounts made, mended and closed by the operator: checked, audited, and nobody stays logged in."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client

from primary_care.accounts import second_factor
from primary_care.accounts.actions import (
    AccountRefused,
    close_account,
    create_account,
    reopen_account,
    reset_second_factor,
    set_password,
)
from primary_care.accounts.limits import CODE, LOGIN, count, reached
from primary_care.accounts.models import User
from primary_care.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
GOOD = "kuda-laut-77"


def last_line() -> tuple[str, object, str, object]:
    entry = AuditEntry.objects.order_by("-position").filter(chain="node").first()
    assert entry is not None
    return entry.kind, entry.object_id, entry.reason, entry.user_id


def test_an_account_can_log_in_and_sees_nothing(client: Client) -> None:
    user = create_account(" dewi ", "Dewi  Kepala", GOOD)
    assert (user.username, user.full_name, user.assignments.count()) == ("dewi", "Dewi Kepala", 0)
    assert last_line() == ("accounts.user", user.pk, "akun dibuat", None)
    assert client.login(username="dewi", password=GOOD)


@pytest.mark.parametrize(
    ("username", "full_name", "password", "told"),
    [
        ("", "Dewi", GOOD, "harus diisi"),
        ("dewi", " ", GOOD, "harus diisi"),
        ("d" * 61, "Dewi", GOOD, "harus diisi"),
        ("de wi", "Dewi", GOOD, "tanpa spasi"),
        ("dewi", "Dewi", "pendek", "10 karakter"),
        ("dewi.anggraini", "Dewi", "dewi.anggraini", "mirip"),
        ("sudah.ada", "Dewi", GOOD, "sudah dipakai"),
    ],
)
def test_what_is_wrong_is_told(username: str, full_name: str, password: str, told: str) -> None:
    create_account("sudah.ada", "Yang Pertama", GOOD)
    with pytest.raises(AccountRefused, match=told):
        create_account(username, full_name, password)
    assert User.objects.count() == 1


def test_a_new_password_ends_what_the_old_one_began(client: Client) -> None:
    user, other = create_account("dewi", "Dewi", GOOD), create_account("budi", "Budi", GOOD)
    client.login(username="dewi", password=GOOD)
    Client().login(username="budi", password=GOOD)
    for _ in range(LOGIN.most):
        count(LOGIN, "dewi")
    set_password(user, "ikan-paus-88")
    assert [one.get_decoded()["_auth_user_id"] for one in Session.objects.all()] == [str(other.pk)]
    assert not reached(LOGIN, "dewi") and client.login(username="dewi", password="ikan-paus-88")
    with pytest.raises(AccountRefused):
        set_password(user, "12345678901")


def test_a_lost_second_factor_is_taken_away_with_a_reason(client: Client) -> None:
    user = create_account("dewi", "Dewi", GOOD)
    with pytest.raises(AccountRefused, match="belum memasang"):
        reset_second_factor(user, "ponsel hilang, dikenal langsung")
    for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        Authenticator.objects.create(user=user, type=kind, data={})
    client.login(username="dewi", password=GOOD)
    count(CODE, str(user.pk))
    with pytest.raises(AccountRefused, match="alasannya"):
        reset_second_factor(user, "  hilang ")
    assert second_factor.enrolled(user) and Session.objects.exists()
    reset_second_factor(user, "ponsel hilang, dikenal langsung")
    assert not Authenticator.objects.exists() and not Session.objects.exists()
    assert last_line() == (
        "accounts.second-factor",
        user.pk,
        "kode kedua dicabut: ponsel hilang, dikenal langsung",
        None,
    )


def test_a_closed_account_is_out_at_once_and_can_come_back(client: Client) -> None:
    user = create_account("dewi", "Dewi", GOOD)
    client.login(username="dewi", password=GOOD)
    close_account(user, "pindah tugas")
    assert last_line()[2] == "akun ditutup: pindah tugas"
    assert not Session.objects.exists() and not client.login(username="dewi", password=GOOD)
    reopen_account(user)
    assert client.login(username="dewi", password=GOOD)
