"""The current view of areas, computed from their versions by one SQL statement: the same for the part of the tree
that a change touched and for all of it in a rebuild, so the two cannot differ.
"""

import uuid
from collections.abc import Iterable

from django.db import connection, transaction

# The version that holds last: no later day, and on the same day none recorded later.
_LAST = """NOT EXISTS (
    SELECT 1 FROM areas_areaversion AS newer WHERE newer.area_id = {row}.area_id
       AND (newer.valid_from, newer.recorded_at, newer.id) > ({row}.valid_from, {row}.recorded_at, {row}.id))"""

# A code is that of the parent with the own part behind it; the nation's code stands in no other.
CODE = """CASE WHEN {above}.id IS NULL OR {above}.level = 'nasional' THEN {own}
     ELSE {above}.code || CASE WHEN {level} IN ('dusun', 'rw', 'rt') THEN '-' ELSE '.' END || {own} END"""

_REFRESH = f"""
WITH RECURSIVE tree AS (
    SELECT area.id, area.level, version.name, version.parent_id, version.ends, version.valid_from,
           {CODE.format(above="above", own="version.own_code", level="area.level")} AS code,
           COALESCE(above.path, '') AS above_path
      FROM areas_areaversion AS version
      JOIN areas_area AS area ON area.id = version.area_id
      LEFT JOIN areas_area AS above ON above.id = version.parent_id
     WHERE (version.area_id = ANY(%(keys)s::uuid[]) OR %(keys)s::uuid[] IS NULL AND version.parent_id IS NULL)
       AND {_LAST.format(row="version")}
    UNION ALL
    SELECT area.id, area.level, version.name, version.parent_id, version.ends, version.valid_from,
           {CODE.format(above="tree", own="version.own_code", level="area.level")},
           tree.above_path || tree.code || '/'
      FROM tree
      JOIN areas_areaversion AS version ON version.parent_id = tree.id
      JOIN areas_area AS area ON area.id = version.area_id
     WHERE {_LAST.format(row="version")}
), now AS (
    SELECT tree.id, tree.code, tree.name, tree.parent_id, tree.above_path || tree.code || '/' AS path,
           (SELECT min(valid_from) FROM areas_areaversion WHERE area_id = tree.id) AS valid_from,
           CASE WHEN tree.ends THEN tree.valid_from END AS valid_to
      FROM tree
)
UPDATE areas_area AS area
   SET code = now.code, name = now.name, parent_id = now.parent_id, path = now.path,
       valid_from = now.valid_from, valid_to = now.valid_to
  FROM now
 WHERE area.id = now.id
   AND (area.code, area.name, area.parent_id, area.path, area.valid_from, area.valid_to)
       IS DISTINCT FROM (now.code, now.name, now.parent_id, now.path, now.valid_from, now.valid_to)
RETURNING area.id
"""


def refresh(keys: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """After new versions of these areas: their view and that of everything inside them. None that moved may lie inside
    another one of them. Returns the areas whose view changed.
    """
    named = list(keys)
    return _run(named) if named else set()


@transaction.atomic
def rebuild() -> set[uuid.UUID]:
    """Compute every area again from the versions. What was right stays as it was; returns what was not."""
    return _run(None)


def _run(keys: list[uuid.UUID] | None) -> set[uuid.UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, {"keys": keys})
        return {row[0] for row in cursor.fetchall()}
