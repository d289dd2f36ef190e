"""How often one may try: failed logins and codes, searches, openings of closed data. assumed: the numbers; no source fixes them."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from primary_care.accounts.models import Attempt


@dataclass(frozen=True)
class Limit:
    """At most `most` of `what` within `window`, by one key (a user, a name)."""

    what: str
    most: int
    window: timedelta


LOGIN = Limit("login", 10, timedelta(minutes=15))
CODE = Limit("code", 5, timedelta(minutes=15))
SEARCH = Limit("search", 120, timedelta(minutes=10))
SIMILAR = Limit("similar", 400, timedelta(minutes=10))  # asked while somebody types
ARRIVAL = Limit("arrival", 10, timedelta(hours=1))
EXPORT = Limit("export", 10, timedelta(hours=1))
OPENING = Limit("opening", 10, timedelta(hours=1))


class TooMany(Exception):
    """The limit is reached; the text says so, for the user."""


def reached(limit: Limit, key: str) -> bool:
    """Whether `key` has used up what `limit` allows."""
    return _recent(limit, key).count() >= limit.most


def count(limit: Limit, key: str) -> None:
    """Count one more of `key`. Raises `TooMany` where the limit was reached before."""
    if reached(limit, key):
        minutes = int(limit.window.total_seconds() // 60)
        raise TooMany(
            _("Terlalu sering dalam waktu singkat. Coba lagi paling lama %(minutes)d menit lagi.")
            % {"minutes": minutes}
        )
    Attempt.objects.filter(what=limit.what, at__lt=timezone.now() - limit.window).delete()
    Attempt.objects.create(what=limit.what, key_hash=_hash(key), at=timezone.now())


def forget(limit: Limit, key: str) -> None:
    """Start anew for `key`: it has shown who it is."""
    Attempt.objects.filter(what=limit.what, key_hash=_hash(key)).delete()


def forget_old() -> None:
    """Remove all attempts that count no more."""
    longest = max(one.window for one in (LOGIN, CODE, SEARCH, OPENING))
    Attempt.objects.filter(at__lt=timezone.now() - longest).delete()


def _recent(limit: Limit, key: str) -> "QuerySet[Attempt]":
    since = timezone.now() - limit.window
    return Attempt.objects.filter(what=limit.what, key_hash=_hash(key), at__gte=since)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
