"""When the answers about a person were worked out last, so that what was read from them can be kept until then."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('decisions', '0005_marks_of_changed_facts'),
    ]

    operations = [
        migrations.AddField(
            model_name='keptdecision',
            name='decided_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
    ]
