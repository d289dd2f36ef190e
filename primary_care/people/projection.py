"""The current view of persons and households, computed from the facts by one SQL statement each: the same statement
serves one person after an action and a million in a rebuild, so the two cannot differ.

A record that was merged into another, or registered by mistake, is not active: it has no NIK, household or place in the view, so no
list finds it. The one that stands for it shows its own facts and, where it has none, those of the records merged into it.

Where a person lives: with the household they belong to, unless they later moved out on their own (the later of the
two facts).
"""

import uuid
from collections import defaultdict
from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import QuerySet

from primary_care.copying import copy_rows
from primary_care.people.models import NameToken, Person, PersonVersion
from primary_care.people.names import search_words

TABLES = (
    *("people_household", "people_person", "people_personversion", "people_identifier"),
    *("people_membership", "people_residence", "people_personlink", "people_personunlink"),
)
WORD_FIELDS = ("person_id", "position", "word", "sound")
# The last row of a chain is the one that no row replaces.
LAST = "NOT EXISTS (SELECT 1 FROM {table} AS newer WHERE newer.replaces_id = {row}.id)"


def _last(table: str, row: str) -> str:
    return LAST.format(table=table, row=row)


LINKS = """
WITH RECURSIVE standing AS (
     SELECT link.person_id, link.other_id, link.kind FROM people_personlink AS link
      WHERE link.kind <> 'berbeda' AND NOT EXISTS (SELECT 1 FROM people_personunlink AS back WHERE back.link_id = link.id)
), up AS (
     SELECT person_id, other_id AS root FROM standing WHERE kind = 'gabung'
      UNION ALL
     SELECT up.person_id, standing.other_id FROM up JOIN standing ON standing.person_id = up.root AND standing.kind = 'gabung'
), now AS (
     SELECT p.id, top.root, top.root IS NULL AND NOT EXISTS (SELECT 1 FROM standing WHERE person_id = p.id) AS active
       FROM people_person AS p
       LEFT JOIN up AS top ON top.person_id = p.id
            AND NOT EXISTS (SELECT 1 FROM standing WHERE person_id = top.root AND kind = 'gabung')
      WHERE p.id = ANY(%(keys)s) OR %(all)s
)
UPDATE people_person AS person SET active = now.active, merged_into_id = now.root
  FROM now WHERE person.id = now.id AND (person.active, person.merged_into_id) IS DISTINCT FROM (now.active, now.root)
"""

HOUSEHOLDS = f"""
UPDATE people_household AS household
   SET no_kk = now.no_kk, area_id = now.area_id, area_path = now.area_path, address = now.address
  FROM (SELECT h.id, NULLIF(kk.value, '') AS no_kk, r.area_id, COALESCE(a.path, '') AS area_path,
               COALESCE(r.address, '') AS address
          FROM people_household AS h
          LEFT JOIN people_identifier AS kk
                 ON kk.household_id = h.id AND kk.system = 'no-kk' AND {_last("people_identifier", "kk")}
          LEFT JOIN people_residence AS r ON r.household_id = h.id AND {_last("people_residence", "r")}
          LEFT JOIN areas_area AS a ON a.id = r.area_id
         WHERE h.id = ANY(%(keys)s) OR %(all)s) AS now
 WHERE household.id = now.id
"""

PERSONS = f"""
UPDATE people_person AS person
   SET version_id = now.version_id, full_name = now.full_name, name_normal = now.name_normal, sex = now.sex,
       birth_date = now.birth_date, birth_date_precision = now.birth_date_precision, deceased_on = now.deceased_on,
       mother_id = now.mother_id, nik = now.nik, household_id = now.household_id, relationship = now.relationship,
       area_id = now.area_id, area_path = now.area_path
  FROM (SELECT p.id, v.id AS version_id, COALESCE(v.full_name, '') AS full_name,
               COALESCE(v.name_normal, '') AS name_normal,
               COALESCE(NULLIF(v.sex, ''), merged.sex, '') AS sex, COALESCE(v.birth_date, merged.birth_date) AS birth_date,
               CASE WHEN v.birth_date IS NULL AND merged.birth_date IS NOT NULL THEN merged.birth_date_precision
                    ELSE COALESCE(v.birth_date_precision, '') END AS birth_date_precision,
               v.deceased_on, COALESCE(mother.merged_into_id, mother.id) AS mother_id,
               CASE WHEN p.active THEN COALESCE(NULLIF(nik.value, ''), merged.nik) END AS nik,
               CASE WHEN p.active THEN m.household_id END AS household_id,
               CASE WHEN p.active THEN COALESCE(m.relationship, '') ELSE '' END AS relationship,
               CASE WHEN p.active THEN a.id END AS area_id, CASE WHEN p.active THEN COALESCE(a.path, '') ELSE '' END AS area_path
          FROM people_person AS p
          LEFT JOIN people_personversion AS v ON v.person_id = p.id AND {_last("people_personversion", "v")}
          LEFT JOIN people_identifier AS nik
                 ON nik.person_id = p.id AND nik.system = 'nik' AND {_last("people_identifier", "nik")}
          LEFT JOIN LATERAL (
               SELECT (array_agg(NULLIF(number.value, '') ORDER BY origin.id) FILTER (WHERE number.value <> ''))[1] AS nik,
                      (array_agg(said.sex ORDER BY origin.id) FILTER (WHERE said.sex <> ''))[1] AS sex,
                      (array_agg(said.mother_id ORDER BY origin.id) FILTER (WHERE said.mother_id <> p.id))[1] AS mother_id,
                      (array_agg(said.birth_date ORDER BY origin.id) FILTER (WHERE said.birth_date IS NOT NULL))[1] AS birth_date,
                      (array_agg(said.birth_date_precision ORDER BY origin.id) FILTER (WHERE said.birth_date IS NOT NULL))[1]
                          AS birth_date_precision
                 FROM people_person AS origin
                 LEFT JOIN people_personversion AS said
                        ON said.person_id = origin.id AND {_last("people_personversion", "said")}
                 LEFT JOIN people_identifier AS number
                        ON number.person_id = origin.id AND number.system = 'nik' AND {_last("people_identifier", "number")}
                WHERE origin.merged_into_id = p.id) AS merged ON TRUE
          LEFT JOIN people_person AS mother ON mother.id = COALESCE(v.mother_id, merged.mother_id)
          LEFT JOIN people_membership AS m ON m.person_id = p.id AND {_last("people_membership", "m")}
          LEFT JOIN people_household AS h ON h.id = m.household_id
          LEFT JOIN people_residence AS r ON r.person_id = p.id AND {_last("people_residence", "r")}
          LEFT JOIN areas_area AS a
                 ON a.id = CASE WHEN r.id IS NOT NULL AND NOT (r.correction AND r.area_id IS NULL)
                                     AND (h.id IS NULL OR (r.valid_from, r.id) > (m.valid_from, m.id))
                                THEN r.area_id ELSE h.area_id END
         WHERE p.id = ANY(%(keys)s) OR p.household_id = ANY(%(households)s) OR %(all)s) AS now
 WHERE person.id = now.id
"""


def refresh_household(key: uuid.UUID) -> None:
    """After a new fact about a household: its own view, and where its members live."""
    _run(HOUSEHOLDS, keys=[key])
    _run(PERSONS, households=[key])


def refresh_person(key: uuid.UUID, *, renamed: bool = False) -> None:
    """After a new fact about a person: the person's view, and for a new version the words to be found by."""
    _run(PERSONS, keys=[key])
    if renamed:
        _write_words(Person.objects.filter(pk=key))


def refresh_linked(keys: Sequence[uuid.UUID]) -> None:
    """After a link between persons was made or taken back: they, all that are merged with them, and the children of these."""
    before = _merged_with(keys)
    _run(LINKS, keys=keys)
    _run(LINKS, keys=list(before | _merged_with(keys)))
    touched = before | _merged_with(keys)
    # What only one record may have is let go of first: the two statements below may meet the records in any order.
    Person.objects.filter(pk__in=touched).update(nik=None, relationship="")
    _run(PERSONS, keys=list(touched))
    children = PersonVersion.objects.filter(mother_id__in=touched).values_list("person_id", flat=True)
    _run(PERSONS, keys=list(set(children) - touched))
    _write_words(Person.objects.filter(pk__in=touched))


def _merged_with(keys: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """These records, those they are merged into, and all that are merged into the same."""
    tops = {top or key for key, top in Person.objects.filter(pk__in=keys).values_list("pk", "merged_into_id")}
    return {*keys, *tops, *Person.objects.filter(merged_into_id__in=tops).values_list("pk", flat=True)}


def refresh_new(households: Sequence[uuid.UUID], persons: Sequence[uuid.UUID]) -> None:
    """After the first facts about many new households and persons (an import)."""
    _count()
    _run(HOUSEHOLDS, keys=households)
    _run(PERSONS, keys=persons)
    _write_words(Person.objects.filter(pk__in=persons), fresh=True)


def refresh_moved(households: Sequence[uuid.UUID], persons: Sequence[uuid.UUID]) -> None:
    """After new residences of many households and of persons who live apart from theirs."""
    _run(HOUSEHOLDS, keys=households)
    _run(PERSONS, keys=persons, households=households)


@transaction.atomic
def rebuild() -> None:
    """Compute everything again from the facts, e.g. after the tree of areas changed. What was right stays as it was."""
    _count()
    _run(LINKS, everything=True)
    _run(HOUSEHOLDS, everything=True)
    _run(PERSONS, everything=True)
    NameToken.objects.all().delete()
    _write_words(Person.objects.all(), fresh=True)


def _count() -> None:
    """Tell PostgreSQL how many rows there are by now. Where it takes tables that were just filled for empty ones (after an import that
    was broken off it always does), it compares each row with each other one, and what takes seconds takes hours.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(TABLES)}")


def _write_words(persons: QuerySet[Person], fresh: bool = False) -> None:
    """Who stands for merged records is found by their names too."""
    words: list[NameToken] = []
    others: dict[uuid.UUID, list[str]] = defaultdict(list)
    merged = Person.objects.filter(merged_into__in=persons).order_by("pk")
    for top, name in merged.values_list("merged_into_id", "name_normal"):
        if top and name not in others[top]:
            others[top].append(name)
    for key, name in persons.values_list("pk", "name_normal").iterator(chunk_size=5000):
        if not fresh:
            NameToken.objects.filter(person_id=key).delete()
        found = [pair for one in (name, *others.get(key, [])) for pair in search_words(one)]
        for position, (word, sound) in enumerate(dict.fromkeys(found) if key in others else found):
            words.append(NameToken(person_id=key, position=position, word=word, sound=sound))
    if fresh:
        copy_rows(NameToken, WORD_FIELDS, ([getattr(one, field) for field in WORD_FIELDS] for one in words))
    else:
        NameToken.objects.bulk_create(words, batch_size=5000)


def _run(
    statement: str, *, keys: Sequence[uuid.UUID] = (), households: Sequence[uuid.UUID] = (), everything: bool = False
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"keys": list(keys), "households": list(households), "all": everything})
