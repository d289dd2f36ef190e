"""What was forgotten can be added to a contact: a row that belongs to a correction and replaces nothing."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('visits', '0004_facts_corrected'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='observation',
            name='observation_replaces_by_a_correction',
        ),
        migrations.RemoveConstraint(
            model_name='servicegiven',
            name='service_given_replaces_by_a_correction',
        ),
        migrations.AddConstraint(
            model_name='observation',
            constraint=models.CheckConstraint(condition=models.Q(('replaces__isnull', True), ('correction__isnull', False), _connector='OR'), name='observation_replaces_by_a_correction'),
        ),
        migrations.AddConstraint(
            model_name='servicegiven',
            constraint=models.CheckConstraint(condition=models.Q(('replaces__isnull', True), ('correction__isnull', False), _connector='OR'), name='service_given_replaces_by_a_correction'),
        ),
    ]
