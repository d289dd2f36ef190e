"""The second factor: a code from an authenticator app, or one of the recovery codes. The cryptography is django-allauth's (TOTP, RFC 6238)."""

import base64
import uuid
from collections.abc import Iterable
from io import BytesIO
from urllib.parse import quote, urlencode

import qrcode
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from django.conf import settings
from django.db import transaction
from qrcode.image.svg import SvgPathImage

from primary_care.accounts.access import needs_second_factor
from primary_care.accounts.limits import CODE, count, forget
from primary_care.accounts.models import User
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction

KIND = "accounts.second-factor"
ISSUER = "Simpul"
new_secret = generate_totp_secret


def required(roles: frozenset[str]) -> bool:
    """Whether somebody with these roles needs a second factor on this node (`SIMPUL_SECOND_FACTOR`)."""
    mode: str = settings.SECOND_FACTOR
    return mode == "semua" or (mode == "peran-luas" and needs_second_factor(roles))


def enrolled(user: User) -> bool:
    """Whether the user has set one up."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def enrolled_among(users: Iterable[User]) -> set[uuid.UUID]:
    """The keys of those who have set one up."""
    rows = Authenticator.objects.filter(user__in=list(users), type=Authenticator.Type.TOTP)
    return set(rows.values_list("user_id", flat=True))


def set_up(user: User, secret: str, code: str) -> list[str] | None:
    """Take the app that knows `secret` for this user, if `code` shows that it does: the recovery codes, else None. Raises `TooMany`."""
    count(CODE, str(user.pk))
    if not validate_totp_code(secret, _plain(code)):
        return None
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        TOTP.activate(user, secret)
        codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
        record(AuditAction.WRITE, KIND, user_id=user.pk, object_id=user.pk)
    forget(CODE, str(user.pk))
    return codes


def passes(user: User, code: str) -> bool:
    """Whether `code` is the app's code of now, not used before, or an unused recovery code. Raises `TooMany`."""
    count(CODE, str(user.pk))
    code, good = _plain(code), False
    for one in Authenticator.objects.filter(user=user):
        if one.type == Authenticator.Type.TOTP:
            good = good or TOTP(one).validate_code(code)
        elif one.type == Authenticator.Type.RECOVERY_CODES:
            good = good or RecoveryCodes(one).validate_code(code)
    record(AuditAction.LOGIN if good else AuditAction.LOGIN_FAILED, KIND, user_id=user.pk, object_id=user.pk)
    if good:
        forget(CODE, str(user.pk))
    return good


def picture(user: User, secret: str) -> str:
    """The secret as a QR code for the app: the address of an SVG picture (`data:`)."""
    label = quote(f"{ISSUER}:{user.username}")
    url = f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': ISSUER})}"
    drawn = BytesIO()
    qrcode.make(url, image_factory=SvgPathImage).save(drawn)
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.getvalue()).decode()


def _plain(code: str) -> str:
    return "".join(code.split())
