"""Logging in: counted, shut after too many guesses, and written in the audit trail."""

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.test import Client

from primary_care.accounts.limits import LOGIN
from primary_care.accounts.models import Attempt, User
from primary_care.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
RIGHT, WRONG = "sandi-yang-benar", "sandi-yang-salah"


@pytest.fixture
def user() -> User:
    return User.objects.create_user("sari", RIGHT, full_name="Sari")


def guess(times: int, name: str = "sari") -> None:
    for _ in range(times):
        assert authenticate(username=name, password=WRONG) is None


def test_the_right_password_opens_and_forgives_earlier_slips(user: User) -> None:
    guess(LOGIN.most - 1)
    assert authenticate(username="sari", password=RIGHT) == user
    assert not Attempt.objects.exists()


def test_too_many_guesses_shut_one_name_and_no_other(user: User) -> None:
    other = User.objects.create_user("budi", RIGHT, full_name="Budi")
    guess(LOGIN.most)
    assert authenticate(username="sari", password=RIGHT) is None
    assert authenticate(username="budi", password=RIGHT) == other


def test_a_shut_name_opens_again_when_the_window_has_passed(user: User) -> None:
    guess(LOGIN.most)
    for failure in Attempt.objects.all():
        failure.at -= LOGIN.window + timedelta(seconds=1)
        failure.save()
    assert authenticate(username="sari", password=RIGHT) == user


def test_a_name_that_does_not_exist_is_counted_the_same_and_kept_unreadable() -> None:
    guess(2, "sandi-salah-ketik")
    assert Attempt.objects.count() == 2
    assert "sandi" not in str(list(Attempt.objects.values()))


@pytest.mark.parametrize(("name", "password"), [("", RIGHT), ("sari", ""), (None, RIGHT), ("sari", None)])
def test_an_empty_field_opens_nothing(user: User, name: str | None, password: str | None) -> None:
    assert authenticate(username=name, password=password) is None


def test_a_closed_account_stays_shut(user: User) -> None:
    User.objects.update(is_active=False)
    assert authenticate(username="sari", password=RIGHT) is None


def test_login_failure_and_logout_are_in_the_audit_trail(user: User, client: Client) -> None:
    assert not client.login(username="sari", password=WRONG)
    assert client.login(username="sari", password=RIGHT)
    client.logout()
    trail = list(AuditEntry.objects.order_by("id").values_list("action", "user", "object_id"))
    assert trail == [("login-failed", None, user.pk), ("login", user.pk, user.pk), ("logout", user.pk, user.pk)]
