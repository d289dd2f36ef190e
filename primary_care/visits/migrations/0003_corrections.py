"""What was recorded at a contact can be mended: by new rows that name a correction, which says why."""

import django.db.models.deletion
import django.utils.timezone
import primary_care.keys
from django.conf import settings
from django.db import migrations, models

from primary_care.audit.facts import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_attempts'),
        ('visits', '0002_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.UUIDField(default=primary_care.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('salah-nilai', 'Salah ketik atau salah ukur'), ('salah-orang', 'Salah orang'), ('ditarik', 'Tidak terjadi')], max_length=12)),
                ('reason', models.CharField(max_length=300)),
                ('whole', models.BooleanField(default=False)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='visits.contact')),
                ('moved_to', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moved_from', to='visits.contact')),
                ('recorded_as', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'perbaikan',
            },
        ),
        migrations.AddField(
            model_name='observation',
            name='correction',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='observations', to='visits.correction'),
        ),
        migrations.AddField(
            model_name='servicegiven',
            name='correction',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='services', to='visits.correction'),
        ),
        migrations.AddConstraint(
            model_name='observation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('correction__isnull', True), ('replaces__isnull', True)), models.Q(('correction__isnull', False), ('replaces__isnull', False)), _connector='OR'), name='observation_replaces_by_a_correction'),
        ),
        migrations.AddConstraint(
            model_name='servicegiven',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('correction__isnull', True), ('replaces__isnull', True)), models.Q(('correction__isnull', False), ('replaces__isnull', False)), _connector='OR'), name='service_given_replaces_by_a_correction'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['salah-nilai', 'salah-orang', 'ditarik'])), name='correction_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='correction_says_why'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('whole', True), ('kind', 'salah-nilai'), _connector='XOR'), name='correction_whole_unless_a_value'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('moved_to__isnull', True), ('kind', 'salah-orang'), _connector='OR'), name='correction_moved_only_to_a_person'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.UniqueConstraint(condition=models.Q(('whole', True)), fields=('contact',), name='correction_takes_back_once'),
        ),
        append_only('visits_correction'),
    ]
