from django.db import migrations

from primary_care.audit.facts import append_only

# Each unit that is there becomes its own first version.
FIRST = """
INSERT INTO units_unitversion (id, unit_id, valid_from, source, recorded_at, name, parent_id, area_id, ends)
SELECT id, id, valid_from, '', now(), name, parent_id, area_id, false FROM units_unit;
INSERT INTO units_unitversion (id, unit_id, valid_from, source, recorded_at, name, parent_id, area_id, ends)
SELECT gen_random_uuid(), id, valid_to, '', now(), name, parent_id, area_id, true FROM units_unit
 WHERE valid_to IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("units", "0002_kinds_history_traits_partners")]
    operations = [migrations.RunSQL(FIRST, migrations.RunSQL.noop), append_only("units_unitversion", "units_unittrait")]
