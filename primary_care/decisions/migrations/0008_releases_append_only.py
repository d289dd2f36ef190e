from django.db import migrations

from primary_care.audit.facts import append_only


class Migration(migrations.Migration):
    dependencies = [("decisions", "0007_proposals_trials_and_releases")]
    operations = [append_only("decisions_knowledgerelease")]
