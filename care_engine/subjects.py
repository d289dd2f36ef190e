"""Subjects: whose facts a rule looks at. The person, or one episode of theirs."""

from __future__ import annotations

from dataclasses import dataclass, field

from care_engine.dates import add
from care_engine.expressions import Expression
from care_engine.facts import Contact, Episode, Facts, Value
from care_engine.model import Knowledge

#: Attributes of a person are timeless: they stand before every day.
FIRST_DAY = 0
Entry = tuple[int, int, Value]  # day, sequence, value


@dataclass(eq=False)
class Subject:
    """The person, or one episode: the stretch of facts that history functions see."""

    kind: str | None
    start: int
    end: int | None
    outcome: str | None
    registered: int
    start_minute: int | None
    contacts: tuple[Contact, ...]
    history: dict[str, list[Entry]] = field(default_factory=dict)
    formula_history: dict[str, list[Entry]] = field(default_factory=dict)
    truths: dict[Expression, list[tuple[Contact, bool]]] = field(default_factory=dict)

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
    for item, value in facts.attributes.items():
        subject.history[item] = [(FIRST_DAY, -2, value)]
    for contact in subject.contacts:
        if contact.values is not facts.attributes:
            for item, value in contact.values.items():
                subject.history.setdefault(item, []).append((contact.on, contact.sequence, value))
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
