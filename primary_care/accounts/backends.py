"""Checks a user name and password, and stops listening to guesses: after too many failures a name is shut for a
while.
"""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils import timezone

from primary_care.accounts.limits import LOGIN, count, forget, reached
from primary_care.accounts.models import User


class GuardedBackend(ModelBackend):
    """Django's own check of the password. A name that has failed too often (`limits.LOGIN`) is refused even with the right password,
    known or not, so that the answer tells nobody which names exist.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if not username or password is None or reached(LOGIN, username):
            return None
        user = super().authenticate(request, username=username, password=password, **kwargs)
        if isinstance(user, User) and user.temporary_until is not None and user.temporary_until <= timezone.now():
            user = None  # a slip of paper that nobody used is worth nothing after a while
        if user is None:
            count(LOGIN, username)
            return None
        forget(LOGIN, username)
        assert isinstance(user, User)
        return user
