"""The database refuses to change or delete what happened, what was agreed and what was said about a notice."""

from django.db import migrations

from primary_care.audit.facts import append_only


class Migration(migrations.Migration):
    dependencies = [("encounters", "0001_encounters")]
    operations = [
        append_only("encounters_step", "encounters_scheduledservice", "encounters_casenotice", "encounters_noticeanswer")
    ]
