"""Subjects: whose facts a rule looks at. The person, or one episode of theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from care_engine.dates import add
from care_engine.expressions import Expression
from care_engine.facts import Contact, Episode, Facts, Value
from care_engine.model import Knowledge

if TYPE_CHECKING:
    from care_engine.moments import Moment

#: Attributes of a person are timeless: they stand before every day.
FIRST_DAY = 0
Entry = tuple[int, int, Value]  # day, sequence, value


@dataclass(eq=False, slots=True)
class Subject:
    """The person, or one episode: the stretch of facts that history functions see. All in order of day and sequence."""

    kind: str | None
    start: int
    end: int | None
    outcome: str | None
    registered: int
    start_minute: int | None
    contacts: tuple[Contact, ...]
    #: The contacts at which people met, by their moment; those that record an item; those at which a service was given.
    meetings: dict[tuple[int, int], Contact] = field(default_factory=dict)
    recording: dict[str, list[Contact]] = field(default_factory=dict)
    given: dict[str, list[Contact]] = field(default_factory=dict)
    #: The values recorded of each item.
    history: dict[str, list[Entry]] = field(default_factory=dict)
    #: Whether a condition was true at the contact of a moment, as far as somebody asked.
    truths: dict[Expression, dict[tuple[int, int], bool]] = field(default_factory=dict)
    #: The moments that were looked at, and those at which each table may speak, by the table's id.
    moments: dict[tuple[int, int], Moment] = field(default_factory=dict)
    speaking: dict[str, list[Moment]] = field(default_factory=dict)

    def shown_until(self, knowledge: Knowledge) -> int | None:
        if self.end is None or self.kind is None:
            return None
        return add(self.end, knowledge.episodes[self.kind].shown_for)


def subject_of_person(facts: Facts, on: int) -> Subject:
    """The person as known on a day. Of somebody without a birth date the attributes are known from the first record on."""
    recorded = min([on, *(one.on for one in facts.contacts), *(one.registered for one in facts.episodes)])
    birth = facts.birth if facts.birth is not None else recorded
    known = Contact(on=birth, sequence=-2, values=facts.attributes)
    episodes = [Contact(on=one.registered, sequence=-1, values=one.values) for one in facts.episodes]
    contacts = tuple(sorted((known, *episodes, *facts.contacts), key=lambda one: one.moment))
    registered = facts.contacts[0].on if facts.contacts and facts.contacts[0].on <= on else birth
    return _with_history(Subject(None, birth, None, None, registered, facts.birth_minute, contacts), facts)


def subject_of_episode(episode: Episode, facts: Facts) -> Subject:
    def inside(one: Contact) -> bool:
        return one.on >= episode.start and (episode.end is None or one.on <= episode.end)

    known = Contact(on=episode.registered, sequence=-1, values=episode.values)
    contacts = tuple(sorted((known, *filter(inside, facts.contacts)), key=lambda one: one.moment))
    subject = Subject(
        episode.kind, episode.start, episode.end, episode.outcome, episode.registered, episode.start_minute, contacts
    )
    return _with_history(subject, facts)


def _with_history(subject: Subject, facts: Facts) -> Subject:
    history, recording, given = subject.history, subject.recording, subject.given
    for item, value in facts.attributes.items():
        history[item] = [(FIRST_DAY, -2, value)]
    for contact in subject.contacts:
        for item in contact.values:
            recording.setdefault(item, []).append(contact)
        if contact.values is not facts.attributes:
            for item, value in contact.values.items():
                history.setdefault(item, []).append((contact.on, contact.sequence, value))
        for service in contact.services:
            given.setdefault(service, []).append(contact)
        if contact.is_meeting:
            subject.meetings[contact.moment] = contact
    return subject


def following_episodes(facts: Facts, knowledge: Knowledge) -> list[Subject]:
    """Episodes that follow from recorded ones, such as the nifas after a birth."""
    found = []
    for kind in knowledge.episodes.values():
        if kind.follows is None or any(one.kind == kind.id for one in facts.episodes):
            continue
        for one in facts.episodes:
            if one.kind == kind.follows and one.end is not None and one.outcome in kind.outcomes:
                end = add(one.end, kind.lasts) if kind.lasts is not None else None
                episode = Episode(kind.id, one.end, one.end, end, one.outcome, {}, one.end_minute)
                found.append(subject_of_episode(episode, facts))
    return found


def contacts_recording(items: Iterable[str], subject: Subject) -> list[Contact]:
    """The contacts that record one of these items, in order."""
    return together([subject.recording[one] for one in items if one in subject.recording], subject)


def contacts_giving(services: Iterable[str], subject: Subject) -> list[Contact]:
    """The contacts at which one of these services was given, in order."""
    return together([subject.given[one] for one in services if one in subject.given], subject)


def together(several: list[list[Contact]], subject: Subject) -> list[Contact]:
    """The contacts of several lists, each once, in order."""
    if len(several) < 2:
        return several[0] if several else []
    wanted = {id(one) for contacts in several for one in contacts}
    return [one for one in subject.contacts if id(one) in wanted]
