"""The only code that makes, closes and mends accounts. Who works where is `staff.actions`; what one sets up for oneself is `second_factor.py`.

The operator of the node acts here, from its command line: `by` is None in the audit trail.
"""

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from primary_care.accounts import second_factor
from primary_care.accounts.limits import CODE, LOGIN, forget
from primary_care.accounts.models import User
from primary_care.audit.actions import record_write

SHORTEST_REASON = 10  # letters


class AccountRefused(ValueError):
    """This cannot be done; the text says why and what to do."""


@transaction.atomic
def create_account(username: str, full_name: str, password: str) -> User:
    """A new account, which sees nothing until it is appointed (`staff.actions.appoint`)."""
    username, full_name = username.strip(), " ".join(full_name.split())
    if not username or not full_name or len(username) > 60 or len(full_name) > 120:
        raise AccountRefused("Nama pengguna (paling panjang 60) dan nama lengkap (paling panjang 120) harus diisi.")
    if not all(letter.isalnum() or letter in "._-" for letter in username):
        raise AccountRefused("Nama pengguna hanya huruf, angka, titik, garis bawah dan tanda hubung, tanpa spasi.")
    _check_password(password, User(username=username, full_name=full_name))
    try:
        with transaction.atomic():
            user = User.objects.create_user(username, password, full_name=full_name)
    except IntegrityError as error:
        raise AccountRefused(f"Nama pengguna {username} sudah dipakai. Pilih nama lain.") from error
    record_write("accounts.user", user.pk, None, "akun dibuat")
    return user


@transaction.atomic
def set_password(user: User, password: str) -> None:
    """A new password. Whoever is logged in with the old one is logged out, and a name that was shut after wrong guesses is open again."""
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    end_sessions(user)
    forget(LOGIN, user.username)
    record_write("accounts.user", user.pk, None, "kata sandi diganti")


@transaction.atomic
def reset_second_factor(user: User, reason: str) -> None:
    """Take away the app and the recovery codes of somebody who has lost both. At the next login a role that needs one sets up a new one."""
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise AccountRefused(
            f"Tulis alasannya, paling sedikit {SHORTEST_REASON} huruf: siapa meminta, dan bagaimana dikenali."
        )
    removed, _ = Authenticator.objects.filter(user=user).delete()
    if not removed:
        raise AccountRefused(f"{user.username} belum memasang kode kedua.")
    end_sessions(user)
    forget(CODE, str(user.pk))
    record_write(second_factor.KIND, user.pk, None, f"kode kedua dicabut: {reason}")


@transaction.atomic
def close_account(user: User, reason: str) -> None:
    """Nobody can log in with it any more. What its owner recorded stays."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)
    record_write("accounts.user", user.pk, None, f"akun ditutup: {' '.join(reason.split())}")


@transaction.atomic
def reopen_account(user: User) -> None:
    """It can be logged in with again."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    record_write("accounts.user", user.pk, None, "akun dibuka lagi")


def end_sessions(user: User) -> int:
    """Log the user out everywhere; gives how many sessions were ended."""
    mine = [one.pk for one in Session.objects.iterator() if one.get_decoded().get("_auth_user_id") == str(user.pk)]
    Session.objects.filter(pk__in=mine).delete()
    return len(mine)


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise AccountRefused(" ".join(error.messages)) from error
