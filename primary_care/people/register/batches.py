"""Many rows of an imported register with the same question accepted at once, and taken back at once. Each in one transaction.

Only what is recorded stays as it is, and only where that loses nothing and claims nothing about a person: the number, word or place that
could not be read is left out, and can be seen to be missing. What says who somebody is, whether he is there already, with whom he lives,
whom a number belongs to, of which sex and age somebody is or whether a woman is pregnant is looked at one by one
(docs/decisions/0011-register-desk.md).
"""

import uuid
from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from primary_care.accounts.models import Assignment
from primary_care.audit.many import Written, record_many
from primary_care.keys import new_key
from primary_care.people import permissions
from primary_care.people.register.review_queries import STANDING, rows_for, with_questions
from primary_care.people.register.reviewing import undo
from primary_care.people.register_models import DecisionKind, ImportedRow, RegisterFile, RegisterQuestion, RowDecision
from primary_care.people.writing import ActionRefused, signed

MOST = 200  # rows at once: what can be looked through on one page
TOGETHER = frozenset(
    {
        "nik_missing", "nik_unreadable", "nik_wrong_length", "nik_digits_lost",  # has a provisional number, and shows it
        "birth_incomplete",  # the year or month is what is known of many an old person
        "birth_century",  # a head, spouse or parent: another century would make him a child
        "relation_missing", "relation_unknown",  # recorded as another member
        "kk_missing", "kk_unreadable", "kk_wrong_length",  # a family of its own; put with another row, it is looked at
        "rt_rw_unreadable", "text_too_long", "value_unknown",  # recorded without that value, or without its end
    }
)  # fmt: skip


def acceptable(rows: QuerySet[ImportedRow], code: str) -> QuerySet[ImportedRow]:
    """Those of `rows` that may be accepted together: imported, open, and asked nothing but this, with no other row to compare with."""
    if code not in TOGETHER:
        return rows.none()
    more = RegisterQuestion.objects.filter(row=OuterRef("pk"))
    found = with_questions(rows, code=code).filter(person__active=True)
    return found.exclude(Exists(more.exclude(code=code))).exclude(Exists(more.filter(other_row__isnull=False)))


@transaction.atomic
def accept_together(
    file: RegisterFile, code: str, keys: Collection[uuid.UUID], *, by: Assignment, on: date
) -> uuid.UUID:
    """Accept these rows of a workbook as they are recorded; returns the key of the batch. All or none: raises `NotAllowed`, or `ActionRefused`
    if one of them has changed since it was looked at.
    """
    permissions.check_can_import(by)
    if not keys:
        raise ActionRefused("baris", _("Pilih paling sedikit satu baris."))
    if len(keys) > MOST:
        raise ActionRefused("baris", _("Paling banyak %(count)s baris sekaligus.") % {"count": MOST})
    locked = list(ImportedRow.objects.select_for_update().filter(pk__in=keys, file=file).order_by("pk"))
    may = {row.pk for row in acceptable(rows_for(by, on).filter(file=file, pk__in=keys), code)}
    gone = sorted(row.row_number for row in locked if row.pk not in may)
    if gone or len(locked) != len(set(keys)):
        which = _(" (baris %(rows)s)") % {"rows": ", ".join(map(str, gone))} if gone else ""
        raise ActionRefused(
            "berubah",
            _(
                "Sebagian baris sudah diputuskan atau berubah%(which)s. Belum ada yang disimpan; periksa daftarnya, "
                "lalu pilih lagi."
            )
            % {"which": which},
        )
    before = {one.row_id: one for one in RowDecision.objects.filter(row__in=locked, replaced_by__isnull=True)}
    batch = new_key()
    decisions = [
        RowDecision(
            row=row, kind=DecisionKind.ACCEPT, person_id=row.person_id, replaces=before.get(row.pk), batch=batch, **signed(by, on)
        )
        for row in locked
    ]  # fmt: skip
    RowDecision.objects.bulk_create(decisions)
    record_many(
        (
            Written(
                "people.rowdecision", one.pk, one.person_id,
                f"{DecisionKind.ACCEPT.label} bersama {len(locked)} baris: {file.name}, baris {one.row.row_number}",
            )
            for one in decisions
        ),
        user_id=by.user_id,
        unit_id=by.unit_id,
    )  # fmt: skip
    return batch


def standing_of(batch: uuid.UUID, file: RegisterFile, *, by: Assignment, on: date) -> QuerySet[ImportedRow]:
    """The rows in sight of which the decision of this batch still stands."""
    standing = RowDecision.objects.filter(STANDING, batch=batch, row=OuterRef("pk"))
    rows = rows_for(by, on).filter(Exists(standing), file=file)
    return rows.prefetch_related("questions").order_by("row_number", "pk")


@transaction.atomic
def undo_together(batch: uuid.UUID, file: RegisterFile, *, by: Assignment, on: date) -> int:
    """Take back what of a batch still stands; returns of how many rows. Raises `NotAllowed` or `ActionRefused`."""
    permissions.check_can_import(by)
    rows = list(standing_of(batch, file, by=by, on=on))
    if not rows:
        raise ActionRefused("belum-diputuskan", _("Tidak ada keputusan yang dapat diurungkan."))
    for row in sorted(rows, key=lambda one: one.pk):  # in the order in which they are locked when accepted
        undo(row, by=by, on=on)
    return len(rows)
