from django.db import migrations

from primary_care.audit.facts import append_only


class Migration(migrations.Migration):
    dependencies = [("areas", "0001_initial")]
    operations = [append_only("areas_areasetting")]
