"""What every recorded fact has in common, and the database rule that keeps facts as they were written.

A fact is appended and never edited: a correction is a new row that names the row it replaces. The rule is held by a
trigger, so that neither `QuerySet.update`, nor a script, nor a slip of the hand in `psql` can break it.
"""

from django.conf import settings
from django.db import models
from django.db.migrations.operations import RunSQL
from django.utils import timezone

from primary_care.keys import new_key

REFUSING_FUNCTION = """
CREATE OR REPLACE FUNCTION simpul_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only: % refused; append a row that replaces the old one', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
"""


def append_only(*tables: str) -> RunSQL:
    """A migration operation that makes the database refuse UPDATE and DELETE on `tables`.

    TRUNCATE is left alone: only the owner of the tables may do it, and emptying a test database needs it.
    """
    make, drop = [REFUSING_FUNCTION], []
    for table in tables:
        make.append(
            f'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION simpul_append_only();"
        )
        drop.append(f'DROP TRIGGER append_only ON "{table}";')
    return RunSQL("\n".join(make), "\n".join(drop))


class Fact(models.Model):
    """One thing that was learnt: from when it holds, who recorded it and in which assignment.

    `valid_from` is a date of the world (FHIR `period.start`). `recorded_at` is the moment this server accepted the
    row; it orders the audit and is never read by a decision. `id` breaks ties between facts of one day: a later key
    sorts later.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    valid_from = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_as = models.ForeignKey("accounts.Assignment", models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True
