"""A finding can be replaced or withdrawn after what it rests on was corrected."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('decisions', '0002_append_only'),
        ('people', '0004_closed_data'),
        ('visits', '0003_corrections'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='finding',
            name='finding_once_per_contact',
        ),
        migrations.AddField(
            model_name='finding',
            name='correction',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='visits.correction'),
        ),
        migrations.AddField(
            model_name='finding',
            name='replaces',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='decisions.finding'),
        ),
        migrations.AddField(
            model_name='finding',
            name='withdrawn',
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.UniqueConstraint(condition=models.Q(('replaces__isnull', True)), fields=('contact', 'finding'), name='finding_one_first'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn', False), ('replaces__isnull', False), _connector='OR'), name='finding_withdrawn_replaces'),
        ),
    ]
