"""Keys of the words that names have, made by the database as names come; and numbers found by their end or by the birth date in them."""

from django.db import migrations

# The word itself, and what is left when the letter at `place` is left out (0: none). `search_keys.keys_of` says the same.
KEYS = """
    SELECT DISTINCT CASE WHEN place = 0 THEN form ELSE left(form, place - 1) || substr(form, place + 1) END, form
    FROM (SELECT word FROM {names} UNION SELECT sound FROM {names}) AS forms (form), generate_series(0, length(form)) AS place
    WHERE length(form) BETWEEN 4 AND 12
      AND NOT EXISTS (SELECT FROM people_spellingkey AS known WHERE known.key = form AND known.form = forms.form)
    ON CONFLICT DO NOTHING
"""
MAKE = f"""
CREATE FUNCTION simpul_spelling_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO people_spellingkey (key, form) {KEYS.format(names="added")};
    RETURN NULL;
END $$;
CREATE TRIGGER spelling_keys AFTER INSERT ON people_nametoken REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION simpul_spelling_keys();
INSERT INTO people_spellingkey (key, form) {KEYS.format(names="people_nametoken")};
CREATE INDEX person_nik_from_birth ON people_person (substr(nik, 7) text_pattern_ops);
CREATE INDEX person_nik_reversed ON people_person (reverse(nik) text_pattern_ops);
CREATE INDEX household_no_kk_prefix ON people_household (no_kk text_pattern_ops);
CREATE INDEX household_no_kk_reversed ON people_household (reverse(no_kk) text_pattern_ops);
CREATE INDEX person_of_area ON people_person (area_id, household_id);
"""
DROP = """
DROP INDEX person_of_area, household_no_kk_reversed, household_no_kk_prefix, person_nik_reversed, person_nik_from_birth;
DROP TRIGGER spelling_keys ON people_nametoken;
DROP FUNCTION simpul_spelling_keys();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0005_spelling_keys")]
    operations = [migrations.RunSQL(MAKE, DROP)]
