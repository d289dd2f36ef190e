"""What the queue asks of this app: to work out what proposed settings would do, and to try knowledge that is not released."""

from django.db import close_old_connections, transaction
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task

from primary_care.decisions import setting_preview, trials


@app.periodic(cron="* * * * *")
@app.task(name="preview-settings", queueing_lock="preview-settings", pass_context=True)
def preview_settings(context: JobContext, timestamp: int = 0) -> None:
    """A slice of that work; the rest goes to the end of the queue. Looked for every minute, so that what a killed worker left is taken up."""
    close_old_connections()
    if setting_preview.work(go_on=lambda: not context.should_abort()):
        ask_for_previews()


@app.periodic(cron="* * * * *")
@app.task(name="try-knowledge", queueing_lock="try-knowledge", pass_context=True)
def try_knowledge(context: JobContext, timestamp: int = 0) -> None:
    """Try what was sent in, one after the other. Looked for every minute as well."""
    close_old_connections()
    trials.work(go_on=lambda: not context.should_abort())


def ask_for_previews() -> None:
    """There is a proposal to work on: call it after that is stored. Asked for already is asked for once."""
    _ask(preview_settings)


def ask_for_trials() -> None:
    """There is knowledge to try."""
    _ask(try_knowledge)


def _ask(task: Task[..., None, ...]) -> None:
    try:
        with transaction.atomic():
            task.defer()
    except AlreadyEnqueued:
        pass
