"""The database refuses to change or delete what was recorded."""

from django.db import migrations

from primary_care.audit.facts import append_only


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_initial")]
    operations = [
        append_only(
            "visits_attribute", "visits_episodefact", "visits_contact", "visits_observation", "visits_servicegiven"
        )
    ]
