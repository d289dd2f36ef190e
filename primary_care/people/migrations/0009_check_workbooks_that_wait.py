"""Workbooks that wait from before are checked anew in the background, which keeps what it finds."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0008_register_in_the_background")]

    operations = [
        migrations.RunSQL(
            "UPDATE people_registerfile SET state = 'diperiksa', asked_as_id = recorded_as_id, asked_at = now(),"
            " asked_on = recorded_at::date WHERE state = 'menunggu' AND recorded_as_id IS NOT NULL",
            "UPDATE people_registerfile SET state = 'menunggu' WHERE state IN ('diperiksa', 'berjalan')",
        )
    ]
