from django.db import migrations

from primary_care.audit.facts import append_only

# Each area that is there becomes its own first version (and shares its key); one that ended gets the row that says so.
FIRST = """
INSERT INTO areas_areaversion (id, area_id, valid_from, recorded_at, name, own_code, parent_id, ends)
SELECT area.id, area.id, area.valid_from, now(), area.name,
       CASE WHEN above.id IS NULL OR above.level = 'nasional' THEN area.code
            ELSE substr(area.code, length(above.code) + 2) END,
       area.parent_id, false
  FROM areas_area AS area LEFT JOIN areas_area AS above ON above.id = area.parent_id;
INSERT INTO areas_areaversion (id, area_id, valid_from, recorded_at, name, own_code, parent_id, ends)
SELECT gen_random_uuid(), area.id, area.valid_to, now(), first.name, first.own_code, first.parent_id, true
  FROM areas_area AS area JOIN areas_areaversion AS first ON first.id = area.id WHERE area.valid_to IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("areas", "0003_versions")]
    operations = [
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
        append_only("areas_areachange", "areas_areaversion"),
    ]
