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
        f"SELECT changed.id AS person, {EVER} AS since FROM changed JOIN before ON before.id = changed.id "
        "WHERE (changed.version_id, changed.area_id, changed.area_path) IS DISTINCT FROM (before.version_id, before.area_id, before.area_path)",
    ),
}
MAKE = """
CREATE FUNCTION simpul_changed_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO decisions_changedfacts AS mark (person_id, since)
        SELECT person, min(since) FROM ({who}) AS found GROUP BY person ORDER BY person
        ON CONFLICT (person_id) DO UPDATE SET since = LEAST(mark.since, EXCLUDED.since);
    RETURN NULL;
END $$;
CREATE TRIGGER changed_facts AFTER {event} ON {table} REFERENCING {seen} FOR EACH STATEMENT EXECUTE FUNCTION simpul_changed_{table}();
"""
SEEN = {"INSERT": "NEW TABLE AS changed", "UPDATE": "OLD TABLE AS before NEW TABLE AS changed"}
DROP = "DROP TRIGGER changed_facts ON {table}; DROP FUNCTION simpul_changed_{table}();"


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0003_kept_decisions"),
        ("visits", "0002_append_only"),
        ("people", "0004_closed_data"),
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
