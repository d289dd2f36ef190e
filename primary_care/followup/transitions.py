"""What may be said about a task in which state. Closing by facts is no matter of choice and needs no entry here."""

from primary_care.accounts.access import APPROVE, CHANGE
from primary_care.followup.models import NoteKind, State

# Of each note: the states in which it may be written, and the right to follow-up work that it takes.
ALLOWED: dict[str, tuple[frozenset[str], str]] = {
    NoteKind.ASSIGNED: (frozenset({State.OPEN}), CHANGE),
    NoteKind.POSTPONED: (frozenset({State.OPEN}), CHANGE),
    NoteKind.DECLINED: (frozenset({State.OPEN}), CHANGE),
    NoteKind.REPORTED: (frozenset({State.OPEN}), CHANGE),
    NoteKind.DROPPED: (frozenset({State.OPEN}), APPROVE),
    # Whoever wrote a note may take it back, also after the task was closed by it.
    NoteKind.WITHDRAWN: (frozenset({State.OPEN, State.REPORTED, State.DROPPED}), CHANGE),
}


def allows(state: str, note: str) -> bool:
    """Whether a note of this kind may be written about a task in this state."""
    return state in ALLOWED[note][0]


def right_for(note: str) -> str:
    """The right to follow-up work (`accounts.matrix`) that a note of this kind takes."""
    return ALLOWED[note][1]
