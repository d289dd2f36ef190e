"""What people follow when the tree of areas changes: whoever was written at an area that ended gets a residence at its
successor, and every path in the current view is that of the tree.
"""

from typing import Any

from django.db import connection
from django.dispatch import receiver

from primary_care.accounts.operators import operator_account
from primary_care.areas.signals import TreeChange, tree_changed
from primary_care.audit.many import Written, record_many
from primary_care.people import projection
from primary_care.people.models import Residence

# Families whose area is the same as before, under another path.
PATHS = (
    "UPDATE people_household AS row SET area_path = area.path FROM areas_area AS area "
    "WHERE area.id = ANY(%s) AND row.area_id = area.id AND row.area_path <> area.path",
    "UPDATE people_person AS row SET area_path = area.path FROM areas_area AS area "
    "WHERE area.id = ANY(%s) AND row.area_id = area.id AND row.area_path <> area.path",
)


@receiver(tree_changed)
def follow(sender: Any, change: TreeChange, **_: Any) -> None:
    """Part of the transaction of the change."""
    if change.ended:
        _move_residences(change)
    with connection.cursor() as cursor:
        for statement in PATHS:
            cursor.execute(statement, [list(change.changed)])


def _move_residences(change: TreeChange) -> None:
    assert change.into is not None
    user = change.by.user if change.by else operator_account()
    rows = [
        Residence(
            household_id=last.household_id,
            person_id=last.person_id,
            area=change.into,
            address=last.address,
            rt=last.rt,
            rw=last.rw,
            replaces=last,
            reason=str(change.change)[:200],
            valid_from=max(last.valid_from, change.change.valid_from),
            recorded_by=user,
            recorded_as=change.by,
        )
        for last in Residence.objects.filter(area_id__in=list(change.ended), replaced_by__isnull=True)
    ]
    Residence.objects.bulk_create(rows, batch_size=2000)
    projection.refresh_moved(
        [row.household_id for row in rows if row.household_id], [row.person_id for row in rows if row.person_id]
    )
    record_many(
        [Written("people.residence", row.pk, row.person_id) for row in rows],
        user_id=user.pk,
        unit_id=change.by.unit_id if change.by else None,
        reason=str(change.change),
    )
