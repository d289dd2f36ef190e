"""Who may see tasks and say something about them: asks the permission matrix (row `tindak-lanjut`)."""

from datetime import date

from django.utils.translation import gettext as _

from primary_care.accounts.access import OWN, READ, NotAllowed, allowed
from primary_care.accounts.models import Assignment
from primary_care.accounts.scope import scope_of_assignment
from primary_care.followup.models import Task
from primary_care.followup.transitions import right_for

RESOURCE = "tindak-lanjut"


def reads_tasks(role: str) -> bool:
    """Whether a role sees tasks with names at all."""
    return allowed(role, RESOURCE, READ) is not None


def may_say(by: Assignment, task: Task, note: str, on: date) -> bool:
    """Whether `by` may write a note of this kind about a task."""
    grant = allowed(by.role, RESOURCE, right_for(note))
    if grant is None:
        return False
    if grant.reach == OWN:
        return task.owner is not None and task.owner.user_id == by.user_id
    return scope_of_assignment(by, on, RESOURCE, right_for(note)).covers(task.person.area_path)


def check_may_say(by: Assignment, task: Task, note: str, on: date) -> None:
    """Raises `NotAllowed`, with words for the user, where `may_say` is false."""
    if not may_say(by, task, note, on):
        raise NotAllowed(
            _("Sebagai %(role)s, Anda tidak dapat melakukan ini untuk tindak lanjut ini.")
            % {"role": _(str(by.get_role_display()))}
        )
