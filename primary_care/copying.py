"""Many rows into a table by PostgreSQL's COPY. For the bulk paths of the apps, which check what they write as the actions do."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def copy_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows to the table of `model`; each row holds the values of `fields` (attribute names, `person_id`) in that order. A field
    that is not among them gets the default of the model, where that is one value.
    """
    meta = model._meta
    column_of = {field.attname: field.column for field in meta.concrete_fields}
    others = {
        field.attname: field.default
        for field in meta.concrete_fields
        if field.attname not in fields and field.has_default() and not callable(field.default)
    }
    names = ", ".join(f'"{column_of[name]}"' for name in (*fields, *others))
    with connection.cursor() as cursor, cursor.copy(f'COPY "{meta.db_table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([*row, *others.values()])
