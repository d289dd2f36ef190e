"""The only code that makes, closes and mends accounts. Who works where is `staff.actions`; what one sets up for oneself is `second_factor.py`.

`by` is the assignment in which somebody acts on the day `on`; None is the operator of the node, at its command line, who may. A password that
somebody else has set is temporary when a person is to choose the real one: whoever manages accounts never knows it.
"""

import secrets
from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from primary_care.accounts import second_factor
from primary_care.accounts.limits import CODE, LOGIN, forget
from primary_care.accounts.models import Assignment, User
from primary_care.audit.actions import record, record_write
from primary_care.audit.models import AuditAction
from primary_care.staff import permissions

KIND = "accounts.user"
SHORTEST_REASON = 10  # letters
TEMPORARY = timedelta(
    days=14
)  # assumed: long enough to reach a kader on an island, short enough for a lost slip of paper
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another


class AccountRefused(ValueError):
    """This cannot be done; the text says why and what to do, `code` what it is about."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


@transaction.atomic
def create_account(
    username: str,
    full_name: str,
    password: str,
    *,
    temporary: bool = False,
    by: Assignment | None = None,
    on: date | None = None,
) -> User:
    """A new account, which sees nothing until it is appointed (`staff.actions.appoint`)."""
    permissions.check_can_create_accounts(by, on)
    username, full_name = username.strip(), " ".join(full_name.split())
    if not username or len(username) > 60:
        raise AccountRefused(_("Nama pengguna (paling panjang 60) harus diisi."), "username")
    if not all(letter.isalnum() or letter in "._-" for letter in username):
        raise AccountRefused(
            _("Nama pengguna hanya huruf, angka, titik, garis bawah dan tanda hubung, tanpa spasi."), "username"
        )
    _check_name(full_name)
    _check_password(password, User(username=username, full_name=full_name))
    try:
        with transaction.atomic():
            user = User.objects.create_user(username, password, full_name=full_name)
    except IntegrityError as error:
        raise AccountRefused(
            _("Nama pengguna %(username)s sudah dipakai. Pilih nama lain.") % {"username": username}, "username"
        ) from error
    if temporary:
        user.temporary_until = timezone.now() + TEMPORARY
        user.save(update_fields=["temporary_until"])
    record_write(KIND, user.pk, by, "akun dibuat")
    return user


@transaction.atomic
def correct_name(user: User, full_name: str, *, by: Assignment | None = None, on: date | None = None) -> None:
    """The name of the person, written right."""
    permissions.check_can_manage_account(by, user, on)
    full_name = " ".join(full_name.split())
    _check_name(full_name)
    before, user.full_name = user.full_name, full_name
    user.save(update_fields=["full_name"])
    record_write(KIND, user.pk, by, f"nama diperbaiki, tadinya {before}")


@transaction.atomic
def set_password(
    user: User, password: str, *, temporary: bool = False, by: Assignment | None = None, on: date | None = None
) -> None:
    """A new password. Whoever is logged in with the old one is logged out, and a name that was shut after wrong guesses is open again."""
    permissions.check_can_manage_account(by, user, on)
    _check_password(password, user)
    user.set_password(password)
    user.temporary_until = timezone.now() + TEMPORARY if temporary else None
    user.save(update_fields=["password", "temporary_until"])
    end_sessions(user)
    forget(LOGIN, user.username)
    record_write(KIND, user.pk, by, "kata sandi sementara dibuat" if temporary else "kata sandi diganti")


@transaction.atomic
def choose_password(user: User, password: str) -> None:
    """The owner's own password, in place of the one before. All sessions end; the page that asks goes on with a new one."""
    if user.check_password(password):
        raise AccountRefused(_("Kata sandi baru harus berbeda dari yang lama."), "password")
    _check_password(password, user)
    user.set_password(password)
    user.temporary_until = None
    user.save(update_fields=["password", "temporary_until"])
    end_sessions(user)
    record(AuditAction.WRITE, KIND, user_id=user.pk, object_id=user.pk, reason="kata sandi dipilih sendiri")


@transaction.atomic
def reset_second_factor(user: User, reason: str, *, by: Assignment | None = None, on: date | None = None) -> None:
    """Take away the app and the recovery codes of somebody who has lost both. At the next login a role that needs one sets up a new one."""
    permissions.check_can_manage_account(by, user, on)
    reason = _reason(reason, _("siapa meminta, dan bagaimana dikenali"))
    removed = Authenticator.objects.filter(user=user).delete()[0]
    if not removed:
        raise AccountRefused(_("%(username)s belum memasang kode kedua.") % {"username": user.username})
    end_sessions(user)
    forget(CODE, str(user.pk))
    record_write(second_factor.KIND, user.pk, by, f"kode kedua dicabut: {reason}")


@transaction.atomic
def close_account(user: User, reason: str, *, by: Assignment | None = None, on: date | None = None) -> None:
    """Nobody can log in with it any more. What its owner recorded stays."""
    permissions.check_can_close_account(by, user, on)
    if by is not None:
        reason = _reason(reason, _("mengapa akun ini ditutup"))
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)
    record_write(KIND, user.pk, by, f"akun ditutup: {' '.join(reason.split())}")


@transaction.atomic
def reopen_account(user: User, *, by: Assignment | None = None, on: date | None = None) -> None:
    """It can be logged in with again."""
    permissions.check_can_close_account(by, user, on)
    user.is_active = True
    user.save(update_fields=["is_active"])
    record_write(KIND, user.pk, by, "akun dibuka lagi")


def end_sessions(user: User) -> int:
    """Log the user out everywhere; gives how many sessions were ended."""
    mine = [one.pk for one in Session.objects.iterator() if one.get_decoded().get("_auth_user_id") == str(user.pk)]
    Session.objects.filter(pk__in=mine).delete()
    return len(mine)


def temporary_password() -> str:
    """A password to write on a slip of paper, of 59 random bits: `k7mq-r2tz-9hwp`."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def _reason(reason: str, what: str) -> str:
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise AccountRefused(
            _("Tulis alasannya, paling sedikit %(count)s huruf: %(what)s.") % {"count": SHORTEST_REASON, "what": what},
            "reason",
        )
    return reason


def _check_name(full_name: str) -> None:
    if not full_name or len(full_name) > 120:
        raise AccountRefused(_("Nama lengkap (paling panjang 120) harus diisi."), "full_name")


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise AccountRefused(" ".join(error.messages), "password") from error
