"""Every login, failed login and logout goes into the audit trail, whichever page or program it came through."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from primary_care.accounts.models import User
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction

KIND = "accounts.user"


def connect() -> None:
    """Listen to Django's login signals, once."""
    user_logged_in.connect(_logged_in, dispatch_uid="login_trail")
    user_logged_out.connect(_logged_out, dispatch_uid="login_trail")
    user_login_failed.connect(_failed, dispatch_uid="login_trail")


def _logged_in(*, user: User, **_: Any) -> None:
    record(AuditAction.LOGIN, KIND, user_id=user.pk, object_id=user.pk)


def _logged_out(*, user: User | None, **_: Any) -> None:
    if user is not None:
        record(AuditAction.LOGOUT, KIND, user_id=user.pk, object_id=user.pk)


def _failed(*, credentials: dict[str, Any], **_: Any) -> None:
    """Into the chain of the node: nobody is logged in. A name that is no account is not kept, it may be a mistyped password."""
    user = User.objects.filter(username=credentials.get("username", "")).first()
    record(AuditAction.LOGIN_FAILED, KIND, user_id=None, object_id=user.pk if user else None)
