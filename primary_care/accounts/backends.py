"""Checks a user name and password, and stops listening to guesses: after too many failures a name is shut for a
while.
"""

import hashlib
from datetime import timedelta
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils import timezone

from primary_care.accounts.models import FailedLogin, User

MOST_FAILURES = 10
WINDOW = timedelta(minutes=15)


class GuardedBackend(ModelBackend):
    """Django's own check of the password. A name with `MOST_FAILURES` failures inside `WINDOW` is refused even with
    the right password, known or not, so that the answer tells nobody which names exist.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if not username or password is None:
            return None
        now, name_hash = timezone.now(), hashlib.sha256(username.encode()).hexdigest()
        FailedLogin.objects.filter(at__lt=now - WINDOW).delete()
        failures = FailedLogin.objects.filter(name_hash=name_hash)
        if failures.count() >= MOST_FAILURES:
            return None
        user = super().authenticate(request, username=username, password=password, **kwargs)
        if user is None:
            FailedLogin.objects.create(name_hash=name_hash, at=now)
            return None
        failures.delete()
        assert isinstance(user, User)
        return user
