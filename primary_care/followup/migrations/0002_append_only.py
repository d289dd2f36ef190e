"""The database refuses to change or delete what was said about a task."""

from django.db import migrations

from primary_care.audit.facts import append_only


class Migration(migrations.Migration):
    dependencies = [("followup", "0001_tasks")]
    operations = [append_only("followup_tasknote")]
