from django.db import migrations

from primary_care.audit.facts import append_only


class Migration(migrations.Migration):
    dependencies = [("areas", "0005_borders")]
    operations = [append_only("areas_areaborder")]
