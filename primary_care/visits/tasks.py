"""What the queue asks for: registers that were sent in. Here and not in `people`, which does not know the pregnancies that an import opens."""

from django.db import close_old_connections, transaction
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from primary_care.people.register import background
from primary_care.visits.register_import import opener


@app.periodic(cron="* * * * *")
@app.task(name="import-registers", queueing_lock="import-registers", pass_context=True)
def import_registers(context: JobContext, timestamp: int = 0) -> None:
    """Check and import what waits. Looked for every minute, so that what a killed worker left is taken up."""
    close_old_connections()
    background.work(opener, go_on=lambda: not context.should_abort())


def ask_for_registers() -> None:
    """There is a register to work on: call it after that is stored. Asked for already is asked for once."""
    try:
        with transaction.atomic():
            import_registers.defer()
    except AlreadyEnqueued:
        pass
