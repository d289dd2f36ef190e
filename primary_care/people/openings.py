"""Break-glass: closed data of one person opened for a while, for a reason that is kept (PV-7)."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.models import Assignment
from primary_care.accounts.sight import sight_of
from primary_care.audit.actions import record
from primary_care.audit.models import AuditAction
from primary_care.people.closed_models import Opening, OpeningReason
from primary_care.people.models import Person
from primary_care.people.reasons import NoReason, checked


class OpeningRefused(NoReason):
    """What is missing of the reason: pairs of the field and what to do."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        self.faults = faults
        super().__init__(" ".join(message for _, message in faults))


@transaction.atomic
def open_record(person: Person, *, kind: str, reason: str, by: Assignment, inside: bool, at: datetime) -> Opening:
    """Open the closed data of a person who lives `inside` the area of `by` for `settings.BREAK_GLASS`, from `at` on.

    Raises `NotAllowed` for a role that may not, `OpeningRefused` for a reason that says nothing.
    """
    if not sight_of(by.role, by.cadre, inside=inside, own=False).may_open:
        raise NotAllowed(
            _("Sebagai %(role)s, Anda tidak dapat membuka data tertutup orang ini.")
            % {"role": _(str(by.get_role_display()))}
        )
    faults = [] if kind in OpeningReason.values else [("alasan", _("Pilih salah satu alasan."))]
    try:
        reason = checked(reason)
    except NoReason as missing:
        faults.append(("penjelasan", str(missing)))
    if faults:
        raise OpeningRefused(faults)
    until = at + timedelta(minutes=opening_minutes())
    opening = Opening.objects.create(
        person=person, assignment=by, user=by.user, kind=kind, reason=reason, opened_at=at, until=until
    )
    record(
        AuditAction.OPEN,
        "people.person",
        user_id=by.user_id,
        unit_id=by.unit_id,
        object_id=opening.pk,
        person_id=person.pk,
        reason=f"{OpeningReason(kind).label}: {reason}",
        at=at,
    )
    return opening


def opening_minutes() -> int:
    """How long an opening lasts."""
    return int(settings.BREAK_GLASS_MINUTES)


def openings_now(by: Assignment, people: Iterable[uuid.UUID], at: datetime) -> dict[uuid.UUID, Opening]:
    """The openings of one assignment that last at the moment `at`, by person."""
    rows = Opening.objects.filter(
        assignment=by, user=by.user_id, person__in=list(people), opened_at__lte=at, until__gt=at
    )
    return {row.person_id: row for row in rows.order_by("until")}
