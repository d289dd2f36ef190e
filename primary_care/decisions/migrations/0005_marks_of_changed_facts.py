"""The database marks whoever gets a new fact, so that no kept answer is taken for current whoever wrote the fact, and however many.

One statement, one INSERT of marks: an import of a million people pays for it a few seconds, a visit well below a millisecond. The mark is
updated when it is there already, which locks it: whoever decides anew waits for the fact to be committed, or leaves the person out.
"""

from django.db import migrations

EVER = "DATE '0001-01-01'"
# Of each table: on which events, and the persons with the day from which what is decided may differ.
MARKS = {
    "visits_contact": ("INSERT", 'SELECT person_id AS person, "on" AS since FROM changed'),
    "visits_observation": (
        "INSERT",
        'SELECT contact.person_id AS person, contact."on" AS since FROM changed JOIN visits_contact AS contact ON contact.id = changed.contact_id',
    ),
    "visits_servicegiven": (
        "INSERT",
        'SELECT contact.person_id AS person, contact."on" AS since FROM changed JOIN visits_contact AS contact ON contact.id = changed.contact_id',
    ),
    "visits_correction": (
        "INSERT",
        'SELECT contact.person_id AS person, contact."on" AS since FROM changed JOIN visits_contact AS contact ON contact.id = changed.contact_id',
    ),
    "visits_episode": ("INSERT", "SELECT person_id AS person, registered_on AS since FROM changed"),
    "visits_episodefact": (
        "INSERT",
        "SELECT episode.person_id AS person, episode.registered_on AS since FROM changed "
        "JOIN visits_episode AS episode ON episode.id = changed.episode_id",
    ),
    "visits_attribute": ("INSERT", f"SELECT person_id AS person, {EVER} AS since FROM changed"),
    "areas_areasetting": (
        "INSERT",
        f"SELECT person.id AS person, {EVER} AS since FROM changed JOIN areas_area AS area ON area.id = changed.area_id "
        "JOIN people_person AS person ON person.area_path LIKE area.path || '%'",
    ),
    # The current view of people follows every fact about who and where they are.
    "people_person": (
        "UPDATE",
        f"SELECT concerned.id AS person, {EVER} AS since FROM changed JOIN before ON before.id = changed.id "
        # of a record that was merged or parted again, both
        "CROSS JOIN LATERAL unnest(ARRAY[changed.id, changed.merged_into_id, before.merged_into_id]) AS concerned(id) "
        "WHERE concerned.id IS NOT NULL "
        "AND (changed.version_id, changed.area_id, changed.area_path, changed.active, changed.merged_into_id) "
        "IS DISTINCT FROM (before.version_id, before.area_id, before.area_path, before.active, before.merged_into_id)",
    ),
}
MAKE = """
CREATE FUNCTION simpul_changed_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO decisions_changedfacts AS mark (person_id, since)
        SELECT COALESCE(record.merged_into_id, record.id) AS whose, min(since)
        FROM ({who}) AS found JOIN people_person AS record ON record.id = found.person GROUP BY whose ORDER BY whose
        ON CONFLICT (person_id) DO UPDATE SET since = LEAST(mark.since, EXCLUDED.since);
    RETURN NULL;
END $$;
CREATE TRIGGER changed_facts AFTER {event} ON {table} REFERENCING {seen} FOR EACH STATEMENT EXECUTE FUNCTION simpul_changed_{table}();
"""
SEEN = {"INSERT": "NEW TABLE AS changed", "UPDATE": "OLD TABLE AS before NEW TABLE AS changed"}
DROP = "DROP TRIGGER changed_facts ON {table}; DROP FUNCTION simpul_changed_{table}();"


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0004_kept_decisions"),
        ("visits", "0003_corrections"),
        ("people", "0005_links_and_review"),
        ("areas", "0006_borders_append_only"),
    ]
    operations = [
        migrations.RunSQL(
            "".join(
                MAKE.format(table=table, event=event, who=who, seen=SEEN[event])
                for table, (event, who) in MARKS.items()
            ),
            "".join(DROP.format(table=table) for table in MARKS),
        ),
        # Whoever is there already waits to be decided for: `keeping.waiting` finds those of whom nothing is kept.
    ]
