"""Works out the tasks of a person: pure, from the facts, the knowledge, the notes and a day.

Which tasks are open at a moment is said by the facts of that moment alone (`Following.standing`): of each action that some finding asks
for, the earliest ask that nothing has answered since. The facts are then gone through contact by contact to tell how tasks ended: done when
the answer is complete, renewed when another finding asks instead, gone when the finding stands no longer, lapsed when its time was over.
Notes name a task by its key, and the key names the record of its person. Where records of one person were merged, one task stands for all
that they asked for of one action; it is found by every name under which something was said about it (`Records`).

Tasks closed before `KEPT_FOR` are left out, so that the work for a person does not grow with the years; the facts keep everything.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from primary_care.decisions.following import Asked, Past
from primary_care.followup.models import NoteKind, State

KEPT_FOR = timedelta(days=90)  # a quarter, over which the work of a Puskesmas is looked back on: assumed
NAMES = uuid.UUID("6f1d2a52-3f5f-5a37-9a4e-5a1a4c1d8c11")
CLOSING = {NoteKind.REPORTED.value: State.REPORTED.value, NoteKind.DROPPED.value: State.DROPPED.value}
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Followed:
    """A task as it is worked out. `asked.at` is the place of the contact that opened it, None for one of the calendar. `names` are other keys
    under which notes are about it.
    """

    id: uuid.UUID
    asked: Asked
    opened_on: date
    due: date
    state: str = State.OPEN
    closed_on: date | None = None
    closed_by: uuid.UUID | None = None
    names: tuple[uuid.UUID, ...] = field(default=(), compare=False)

    @property
    def open(self) -> bool:
        """Whether it is still work."""
        return self.state == State.OPEN


@dataclass(frozen=True)
class Closed:
    """What a worker said that closes a task: how, and on which day."""

    state: str
    on: date


@dataclass(frozen=True)
class Records:
    """Other records of a person: those `merged` into this one, and those that these and it were merged `into` once. What was said there about
    a contact of this person is about this person; the calendar of such another one is its own. `noted`: the keys of tasks with notes.
    """

    merged: frozenset[uuid.UUID] = frozenset()
    into: frozenset[uuid.UUID] = frozenset()
    noted: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True)
class Known:
    """What was worked out before and holds still: up to the day `until`, which is over, nothing has changed, and the calendar asked for the
    work of these threads on it, since the days told.
    """

    until: date = date.min
    since: Mapping[tuple[str, str], date] = field(default_factory=dict)


class Following:
    """The tasks of one person. `contacts` are the keys of the contacts as they were read; `closed` what workers said, by task."""

    def __init__(
        self,
        person: uuid.UUID,
        past: Past,
        contacts: Sequence[uuid.UUID],
        closed: Mapping[uuid.UUID, Closed],
        records: Records = Records(),
        known: Known = Known(),
    ) -> None:
        self.person, self.past, self.contacts, self.closed, self.records = person, past, contacts, closed, records
        self.known, self.known_contacts = known, past.first_from(known.until + ONE_DAY)

    def run(self, first: date, on: date) -> dict[uuid.UUID, Followed]:
        """Every task that is open on the day `on`, or was closed on the day `first` or since."""
        start, before = self.past.first_from(first), first - ONE_DAY
        tasks = {key: one for key, one in self.standing(start, before).items() if not self._said(one, before)}
        said = sorted({one.on for one in self.closed.values() if first <= one.on < on} | {on})
        for place in range(start, len(self.past) + 1):
            day = self.past.day(place) if place < len(self.past) else date.max
            while said and said[0] < day:  # what is said on a day comes after its contacts
                self._calendar(tasks, place, said[0], first)
                self._say(tasks, said.pop(0))
            if place < len(self.past):
                self._calendar(tasks, place, day, first)
                self._contact(tasks, place, day)
        return tasks

    def standing(self, place: int, day: date) -> dict[uuid.UUID, Followed]:
        """The tasks open on a day after the first `place` contacts, before anything is said on that day: one of each thread."""
        best: dict[tuple[str, str], Followed] = {}
        for asked in sorted(self.past.asked(place, day), key=_order):
            if asked.thread in best or self._is_answered(asked, place):
                continue
            one = self._opened(asked, place, day)
            if not self._said(one, day - ONE_DAY):
                best[asked.thread] = one
        return {one.id: one for one in best.values()}

    def _opened(self, asked: Asked, place: int, day: date) -> Followed:
        """The task as it was opened: of two findings of one contact that ask for one action, by the one that asked then."""
        if asked.at is None:
            since = self._since(asked.thread, place, day)
        else:
            since = asked.on
            then = [
                one
                for one in self.past.asked_for(asked.action, asked.at + 1, since)
                if (one.thread, one.at) == (asked.thread, asked.at)
            ]
            asked = min(then, key=_order, default=asked)
        key = self._key(self.person, asked.thread, self._made(asked, since))
        names = tuple(sorted(self._names(asked, since, place, day) - {key}))
        return Followed(key, asked, since, since + (asked.by - asked.on), names=names)

    def _names(self, asked: Asked, since: date, place: int, day: date) -> set[uuid.UUID]:
        """Every key under which something was said about a task: of each record, what it asked for of this action by then, from this ask on."""
        records = self.records
        if not (records.noted and (records.merged or records.into)):
            return set()
        asks = [
            one for one in self.past.asked(place, day) if one.thread == asked.thread and _order(one) >= _order(asked)
        ]
        by_contact = {self._made(one, since) for one in asks if one.at is not None}
        names = {
            self._key(record, asked.thread, made)
            for record in (self.person, *records.merged, *records.into)
            for made in by_contact
        }
        if records.merged and any(one.at is None for one in asks):  # alone, each record may have begun on another day
            began = since if asked.at is None else self._since(asked.thread, place, day)
            days = [str(date.fromordinal(one)) for one in range(began.toordinal(), day.toordinal() + 1)]
            names |= {
                self._key(record, asked.thread, made) for record in (self.person, *records.merged) for made in days
            }
        # What was closed before this was asked for was other work.
        return {one for one in names & records.noted if one not in self.closed or self.closed[one].on >= since}

    def _is_answered(self, asked: Asked, place: int) -> bool:
        return asked.at is not None and self.past.answered(asked.answer, asked.at + 1, place) is not None

    def _said(self, task: Followed, until: date) -> Closed | None:
        """What a worker said up to a day that closes the task."""
        said = [self.closed[name] for name in (task.id, *task.names) if name in self.closed]
        return min((one for one in said if one.on <= until), key=lambda one: one.on, default=None)

    def _say(self, tasks: dict[uuid.UUID, Followed], day: date) -> None:
        for task in _open(tasks):
            if said := self._said(task, day):
                tasks[task.id] = replace(task, state=said.state, closed_on=said.on)

    def _calendar(self, tasks: dict[uuid.UUID, Followed], place: int, day: date, first: date) -> None:
        """What time alone has changed by a day, before the contact at `place`."""
        now = self.standing(place, day)
        for task in _open(tasks):
            if task.id in now:
                continue
            if task.asked.at is None:
                del tasks[task.id]  # its time is over; what is missed then, the service itself says
            else:
                low = max(self.past.day(place - 1) if place else date.min, first - ONE_DAY)
                over = self._over(task.id, place, low, day)
                tasks[task.id] = replace(task, state=State.LAPSED, closed_on=over)
        tasks.update(now)

    def _contact(self, tasks: dict[uuid.UUID, Followed], place: int, day: date) -> None:
        """What the contact at `place` has changed."""
        now = self.standing(place + 1, day)
        asked = {(one.thread, one.at) for one in self.past.asked(place + 1, day)}
        for task in _open(tasks):
            if task.id in now:
                continue
            still = (task.asked.thread, task.asked.at) in asked
            if self._is_answered(task.asked, place + 1) or (task.asked.at is None and not still):
                state = State.DONE
            else:
                again = any(one.asked.thread == task.asked.thread for one in now.values())
                state = State.RENEWED if again else State.GONE
            by = self.contacts[self.past.key(place)]
            tasks[task.id] = replace(task, state=state, closed_on=day, closed_by=by)
        tasks.update(now)

    def _made(self, asked: Asked, since: date) -> str:
        """What opened a task: the contact, or the day on which the calendar began to ask."""
        return str(since) if asked.at is None else str(self.contacts[self.past.key(asked.at)])

    def _key(self, record: uuid.UUID, thread: tuple[str, str], made: str) -> uuid.UUID:
        action, topic = thread
        return uuid.uuid5(NAMES, f"{record} {action} {topic} {made}")

    def _over(self, task: uuid.UUID, place: int, low: date, high: date) -> date:
        """The first day after `low` and up to `high` on which a task stands no longer."""
        while (high - low).days > 1:
            middle = low + (high - low) // 2
            low, high = (middle, high) if task in self.standing(place, middle) else (low, middle)
        return high

    def _since(self, thread: tuple[str, str], place: int, day: date) -> date:
        """The first day of the stretch up to `day` on which the calendar asks for an action, earlier contacts included."""
        known = self.known.since.get(thread)
        while True:
            if known is not None and place == self.known_contacts and known <= day:
                until = min(day, self.known.until)
                begun = self._begun(thread, place, until, day)
                return begun if begun > until else known
            if place == 0:
                return self._begun(thread, 0, min(self.past.start(), day), day)
            met = self.past.day(place - 1)
            begun = self._begun(thread, place, met, day)
            if begun > met or not self.past.by_calendar(thread, place - 1, met):
                return begun  # time brought it, or what that contact recorded
            place, day = place - 1, met

    def _begun(self, thread: tuple[str, str], place: int, low: date, high: date) -> date:
        """The first day from `low` on from which the calendar asks until `high`, where it asks: looked for backwards, in growing steps."""
        step = 1
        while high > low:
            day = max(low, high - timedelta(days=step))
            if not self.past.by_calendar(thread, place, day):
                while (high - day).days > 1:
                    middle = day + (high - day) // 2
                    day, high = (day, middle) if self.past.by_calendar(thread, place, middle) else (middle, high)
                return high
            high, step = day, step * 2
        return high


def _order(asked: Asked) -> tuple[bool, date, date, str]:
    """The earliest first; what a contact found before what the calendar brings."""
    return asked.at is None, asked.by, asked.on, asked.finding


def _open(tasks: Mapping[uuid.UUID, Followed]) -> list[Followed]:
    return [task for task in tasks.values() if task.open]
