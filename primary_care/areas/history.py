"""The tree of areas as it was on a day, read from the versions: up from some areas, or down from one."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from primary_care.areas.models import Area
from primary_care.areas.projection import CODE

# The version that held on a day. A day before the first one reads the first: a family may be older here than its area.
ON_DAY = """SELECT name, own_code, parent_id, ends, valid_from FROM areas_areaversion WHERE area_id = {area}
     ORDER BY valid_from > %(on)s, abs(valid_from - %(on)s), recorded_at DESC, id DESC LIMIT 1"""

# Each area with everything above it on a day: `here`, `above`, and how many steps up.
UP = f"""WITH RECURSIVE up AS (
    SELECT area.id AS here, area.id AS above, 0 AS steps FROM areas_area AS area WHERE area.id = ANY(%(areas)s)
    UNION ALL
    SELECT up.here, version.parent_id, up.steps + 1
      FROM up CROSS JOIN LATERAL ({ON_DAY.format(area="up.above")}) AS version
     WHERE version.parent_id IS NOT NULL)"""

_DOWN = f"""WITH RECURSIVE tree AS (
    SELECT area.id, area.level, version.name, version.parent_id, %(code)s::text AS code, %(above)s::text AS above,
           0 AS steps
      FROM areas_area AS area, LATERAL ({ON_DAY.format(area="area.id")}) AS version
     WHERE area.id = %(area)s AND version.valid_from <= %(on)s AND NOT version.ends
    UNION ALL
    SELECT area.id, area.level, version.name, version.parent_id,
           {CODE.format(above="tree", own="version.own_code", level="area.level")}, tree.above || tree.code || '/',
           tree.steps + 1
      FROM tree
      CROSS JOIN LATERAL (SELECT DISTINCT area_id FROM areas_areaversion WHERE parent_id = tree.id) AS ever
      JOIN areas_area AS area ON area.id = ever.area_id
      CROSS JOIN LATERAL ({ON_DAY.format(area="area.id")}) AS version
     WHERE version.parent_id = tree.id AND version.valid_from <= %(on)s AND NOT version.ends
       AND (%(steps)s::int IS NULL OR tree.steps < %(steps)s))
SELECT id, code, name, level, parent_id, above || code || '/' FROM tree ORDER BY 6"""

_CHAIN = f"""{UP}
SELECT area.id, version.name, area.level, version.own_code, version.parent_id
  FROM up JOIN areas_area AS area ON area.id = up.above
  CROSS JOIN LATERAL ({ON_DAY.format(area="area.id")}) AS version
 ORDER BY up.steps DESC"""


@dataclass(frozen=True)
class AreaOnDay:
    """An area as it was on a day. `path` as `Area.path`."""

    id: uuid.UUID
    code: str
    name: str
    level: str
    parent_id: uuid.UUID | None
    path: str


def chain_on(area: Area, on: date) -> list[AreaOnDay]:
    """The areas from the nation down to `area` itself as they were on a day."""
    chain: list[AreaOnDay] = []
    with connection.cursor() as cursor:
        cursor.execute(_CHAIN, {"areas": [area.pk], "on": on})
        for key, name, level, own_code, parent in cursor.fetchall():
            above = chain[-1] if chain else None
            code = code_of(above.code if above else "", above.level if above else "", level, own_code)
            chain.append(AreaOnDay(key, code, name, level, parent, f"{above.path if above else ''}{code}/"))
    return chain


def tree_on(area: Area, on: date, steps: int | None = None) -> list[AreaOnDay]:
    """`area` and everything that lay inside it on a day, by path; nothing if it was not there. With `steps` no more than
    that many levels down.
    """
    above = chain_on(area, on)
    with connection.cursor() as cursor:
        values: dict[str, Any] = {
            "area": area.pk,
            "on": on,
            "steps": steps,
            "code": above[-1].code,
            "above": above[-2].path if len(above) > 1 else "",
        }
        cursor.execute(_DOWN, values)
        return [AreaOnDay(*row) for row in cursor.fetchall()]


def code_of(above_code: str, above_level: str, level: str, own_code: str) -> str:
    """The full code of an area inside another, as the current view has it."""
    if not above_level or above_level == "nasional":
        return own_code
    return f"{above_code}{'-' if level in ('dusun', 'rw', 'rt') else '.'}{own_code}"


def own_code_of(code: str, above: Area | None, level: str) -> str:
    """The part that `code` adds to the code of the area above. Raises ValueError if it does not begin with that."""
    prefix = code_of(above.code, above.level, level, "") if above else ""
    if not code.startswith(prefix) or code == prefix:
        raise ValueError(code)
    return code[len(prefix) :]
