"""A moment: the day and place in a person's life at which an expression is asked. And what an expression is once it is worked out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from care_engine.facts import Contact, Value
from care_engine.subjects import Subject

if TYPE_CHECKING:
    from care_engine.answers import Judgement
    from care_engine.bedside import Person

LAST_SEQUENCE = 1 << 30


@dataclass(eq=False, slots=True)
class Moment:
    """A day and sequence in a subject's life, with the contact that takes place there, if one does."""

    person: Person
    subject: Subject
    on: int
    sequence: int = LAST_SEQUENCE
    contact: Contact | None = None
    #: The values of formula items at this moment, growth scores, and what the tables said; each worked out once.
    memo: dict[str, Value | None] = field(default_factory=dict)
    scores: dict[tuple[Any, ...], float | None] = field(default_factory=dict)
    judgements: dict[str, Judgement | None] = field(default_factory=dict)
    key: tuple[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.key = (self.on, self.sequence)


#: What an expression means: its value at a moment, a float, str, bool, int (a date as ordinal), frozenset, or None for unknown.
Meaning = Callable[[Moment], Any]


def unnoted(meaning: Meaning) -> Meaning:
    """The same value; but where it is unknown, that is an answer and no gap in what is recorded."""

    def value(at: Moment) -> Any:
        person = at.person
        if person.missing is None:
            return meaning(at)
        outer, person.missing = person.missing, None
        try:
            return meaning(at)
        finally:
            person.missing = outer

    return value
