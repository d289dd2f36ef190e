"""What is known about an episode or a person can be mended too: a correction is of one contact, one episode, or one person."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_attempts'),
        ('people', '0007_search_by_parts'),
        ('visits', '0003_corrections'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='attribute',
            name='correction',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attributes', to='visits.correction'),
        ),
        migrations.AddField(
            model_name='correction',
            name='episode',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='visits.episode'),
        ),
        migrations.AddField(
            model_name='correction',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='fact_corrections', to='people.person'),
        ),
        migrations.AddField(
            model_name='episodefact',
            name='correction',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='episode_facts', to='visits.correction'),
        ),
        migrations.AlterField(
            model_name='correction',
            name='contact',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='visits.contact'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('contact__isnull', False), ('episode__isnull', True), ('person__isnull', True)), models.Q(('contact__isnull', True), ('episode__isnull', False), ('person__isnull', True)), models.Q(('contact__isnull', True), ('episode__isnull', True), ('person__isnull', False)), _connector='OR'), name='correction_of_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('whole', False), ('contact__isnull', False), _connector='OR'), name='correction_whole_contacts_only'),
        ),
    ]
