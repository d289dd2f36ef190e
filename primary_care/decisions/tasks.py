"""What the queue asks of this app: to work out what proposed settings would do, and to try knowledge that is not released."""

from django.db import close_old_connections, transaction
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from primary_care.decisions import setting_preview


@app.periodic(cron="* * * * *")
@app.task(name="preview-settings", queueing_lock="preview-settings", pass_context=True)
def preview_settings(context: JobContext, timestamp: int = 0) -> None:
    """A slice of that work; the rest goes to the end of the queue. Looked for every minute, so that what a killed worker left is taken up."""
    close_old_connections()
    if setting_preview.work(go_on=lambda: not context.should_abort()):
        ask_for_previews()


def ask_for_previews() -> None:
    """There is a proposal to work on: call it after that is stored. Asked for already is asked for once."""
    try:
        with transaction.atomic():
            preview_settings.defer()
    except AlreadyEnqueued:
        pass
