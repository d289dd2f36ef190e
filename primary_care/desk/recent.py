"""Readings made lately, for lists that many look at: worked out once for all of them, as long as nothing about the person has changed."""

import threading
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from primary_care.decisions.content import knowledge, language
from primary_care.decisions.keeping import decided_at
from primary_care.decisions.queries import decide_for_many
from primary_care.decisions.reading import Reading
from primary_care.desk.presenters.pregnancy import state_words
from primary_care.people.models import Person

MOST = 1000  # readings that are kept, some 20 kB each


@dataclass(frozen=True)
class Recent:
    """What is to be done now for a person, and the state in words. The reading has no decision behind it: that would hold much memory."""

    reading: Reading
    state: str


_lock = threading.Lock()
_made: dict[uuid.UUID, tuple[tuple[date, str, str, datetime], Recent]] = {}


def recent_readings(people: Iterable[Person], on: date) -> dict[uuid.UUID, Recent]:
    """The readings of these people (`wanted_only` as in `read`), by key. Whose facts were decided for since, or wait to be, are read anew."""
    people = list(people)
    made_for = {
        key: (on, knowledge().version, language(), at) for key, at in decided_at([one.pk for one in people], on).items()
    }
    with _lock:
        found = {key: _made[key][1] for key, now in made_for.items() if key in _made and _made[key][0] == now}
    for person, reading in decide_for_many([one for one in people if one.pk not in found], on, wanted_only=True):
        made = Recent(replace(reading, decision=None), state_words(reading))  # type: ignore[arg-type]
        found[person.pk] = made
        if person.pk in made_for:
            with _lock:
                _made.pop(person.pk, None)  # the latest last
                _made[person.pk] = made_for[person.pk], made
                while len(_made) > MOST:
                    del _made[next(iter(_made))]
    return found
