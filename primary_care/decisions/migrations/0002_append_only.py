"""The database refuses to change or delete a finding."""

from django.db import migrations

from primary_care.audit.facts import append_only


class Migration(migrations.Migration):
    dependencies = [("decisions", "0001_initial")]
    operations = [append_only("decisions_finding")]
