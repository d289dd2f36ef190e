"""Many rows into a table by PostgreSQL's COPY. For the bulk paths of the apps, which check what they write as the actions do. And what
PostgreSQL must be told after it.
"""

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


_UNSEEN = """
    SELECT quote_ident(relname) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND pg_relation_size(oid) > 0
      AND NOT EXISTS (SELECT FROM pg_stats WHERE schemaname = current_schema() AND tablename = relname)
    ORDER BY relname
"""


def describe_new_tables() -> list[str]:
    """Have PostgreSQL look at the tables that it has never seen a row of; returns their names, those that were emptied again included. It
    does so by itself a minute or more after they were filled; stopped or killed before, it forgets to, and then reads whole tables for
    every question about one person.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNSEEN)
        tables = [name for (name,) in cursor.fetchall()]
        if tables:
            cursor.execute(f"ANALYZE {', '.join(tables)}")
    return tables
