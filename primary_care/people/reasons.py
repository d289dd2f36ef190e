"""Reasons that somebody gives for seeing or taking out what is closed: kept with the deed, and long enough to tell a reader something."""

from datetime import date

from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction
from primary_care.people.permissions import check_can_export_names

SHORTEST = 10  # letters


class NoReason(Exception):
    """The reason does not say enough; the text says what is missing, for the user."""


def checked(reason: str) -> str:
    """The reason with single spaces. Raises `NoReason`."""
    reason = " ".join(reason.split())
    if sum(letter.isalpha() for letter in reason) < SHORTEST:
        raise NoReason(_("Jelaskan alasannya, paling sedikit sepuluh huruf."))
    return reason[:250]


def allow_export(kind: str, *, area_path: str, reason: str, by: Assignment, on: date) -> None:
    """Let a list with names of those who live at `area_path` leave the node, and write that down (PV-8). To be called in the transaction
    that makes the file. `kind` is what is exported, e.g. `people.person`. Raises `NotAllowed` or `NoReason`.
    """
    check_can_export_names(by, area_path, on)
    record(AuditAction.EXPORT, kind, user_id=by.user_id, unit_id=by.unit_id, reason=checked(reason))
