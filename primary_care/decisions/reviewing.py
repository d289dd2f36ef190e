"""The findings of visits that were recorded long ago, for many people: what `find_anew` would have kept at each of them, on several cores.

No database is asked here: the people come as they were told (`visits.bulk`), so that other processes can share the work.
"""

import gc
import os
import uuid
from bisect import bisect_right as bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, override

from care_engine.reading_facts import read_facts
from care_engine.reviewing import findings_made, findings_of_days
from primary_care.decisions.content import knowledge

if TYPE_CHECKING:
    from primary_care.areas.models import Area
    from primary_care.decisions.bulk import Progress

AT_ONCE = 400  # people in one piece of work


@dataclass(frozen=True)
class Review:
    """A person's case document in parts: attributes by item and the facts of pregnancies with the day from which each is known, contacts in
    the order of recording with their `key`.
    """

    person: uuid.UUID
    identity: Mapping[str, Any]
    attributes: Mapping[str, tuple[date, object]]
    episodes: Sequence[Mapping[str, Any]]
    contacts: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Made:
    """A finding of a contact, as the table of findings keeps it."""

    person: uuid.UUID
    contact: uuid.UUID
    finding: str
    severity: str
    on: date
    because: str
    trace: Mapping[str, Any]
    version: str


class Reviewing:
    """Works out the findings of every contact of people, on other processes beside whatever the caller does until it asks for them.

    They live where the settings of `area` hold on the day `on`. With one process the work is done when the answers are asked for.
    """

    def __init__(self, area: "Area", on: date, processes: int = 1) -> None:
        from primary_care.areas.queries import settings_of_many

        found = settings_of_many({area.pk}, on).get(area.pk, {})
        self.settings = {key: value for key, value in found.items() if key in knowledge().settings}
        self.language = get_language() or "id"
        self.pool: ProcessPoolExecutor | None = None
        self.pieces: list[Sequence[Review]] = []
        self.waiting: list[Future[list[Made]]] = []
        if processes > 1:
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "primary_care.settings")
            self.pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin)

    def __enter__(self) -> "Reviewing":
        return self

    def __exit__(self, *_: object) -> None:
        if self.pool:
            self.pool.shutdown(cancel_futures=True)

    def add(self, people: Sequence[Review]) -> None:
        """Begin with some people, of whom everything has been told."""
        pieces = [people[at : at + AT_ONCE] for at in range(0, len(people), AT_ONCE)]
        if self.pool:
            self.waiting += [self.pool.submit(review_piece, piece, self.settings, self.language) for piece in pieces]
        else:
            self.pieces += pieces

    def made(self, progress: "Progress | None" = None) -> Iterator[Made]:
        """The findings, piece by piece; `progress` is told how many pieces of how many are done."""
        whole = len(self.waiting) + len(self.pieces)
        for number in range(whole):
            if self.waiting:
                yield from self.waiting[number].result()
            else:
                yield from review_piece(self.pieces[number], self.settings, self.language)
            if progress:
                progress(number + 1, whole)


def _begin() -> None:
    """A process that shares the work needs the texts, and the knowledge before it is asked."""
    import django

    django.setup()
    knowledge()
    gc.freeze()  # the knowledge stays: no need to look through it again and again


def review_piece(people: Iterable[Review], settings: Mapping[str, Any], language: str) -> list[Made]:
    """The findings of some people."""
    with override(language):
        return [made for one in people for made in _of_person(one, settings)]


def _of_person(one: Review, settings: Mapping[str, Any]) -> list[Made]:
    """Stretch by stretch between the days on which something else than a contact became known; a contact that was followed by another one on
    the same day is looked at by itself, as it was before the other.
    """
    rows: list[Made] = []
    contacts = one.contacts
    for first, end in _stretches(one):
        last_of_day = {contacts[at]["on"]: at for at in range(first, end)}
        for at in range(first, end):
            if last_of_day[contacts[at]["on"]] != at:
                facts, day, _minute = read_facts(_document(one, settings, contacts[at]["on"], at + 1), knowledge())
                rows += [
                    _made(found, one.person, contacts[at]["key"]) for found in findings_made(facts, day, knowledge())
                ]
        facts, _on, _minute = read_facts(_document(one, settings, contacts[end - 1]["on"], end), knowledge())
        days = [day.toordinal() for day in last_of_day]
        for place, (_day, made) in zip(last_of_day.values(), findings_of_days(facts, days, knowledge()), strict=True):
            rows += [_made(found, one.person, contacts[place]["key"]) for found in made]
    return rows


def _stretches(one: Review) -> list[tuple[int, int]]:
    """Places (from, to) in the contacts between which nothing else became known. One by one where they were not recorded in the order in
    which they happened.
    """
    contacts = one.contacts
    if list(contacts) != _ordered(contacts):
        return [(at, at + 1) for at in range(len(contacts))]
    known = [since for since, _value in one.attributes.values()]
    for episode in one.episodes:
        known += [episode["registered"], *(since for since, _value in episode["facts"].values())]
    turns = sorted(set(known))
    found: list[tuple[int, int]] = []
    begin = 0
    for at in range(1, len(contacts) + 1):
        if at == len(contacts) or bisect(turns, contacts[at]["on"]) != bisect(turns, contacts[begin]["on"]):
            found.append((begin, at))
            begin = at
    return found


def _made(found: Any, person: uuid.UUID, contact: uuid.UUID) -> Made:
    from primary_care.decisions.reading import read_finding

    one = read_finding(found)
    return Made(person, contact, one.id, one.severity, one.on, one.because, one.trace, knowledge().version)


def _ordered(contacts: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """In the order of the meaning: day, time (none first), key."""
    return sorted(contacts, key=lambda one: (one["on"], one.get("at", ""), one["key"]))


def _document(one: Review, settings: Mapping[str, Any], on: date, recorded: int) -> dict[str, Any]:
    """The case document of a day, with what had been recorded by then: the first `recorded` contacts, and what else was known."""
    episodes = []
    for episode in one.episodes:
        if episode["registered"] > on:
            continue
        known = {item: value for item, (since, value) in episode["facts"].items() if since <= on}
        if "ended" in known and (at := known.pop("jam-persalinan", None)):
            known["ended"] = f"{known['ended']} {at}"
        episodes.append({"kind": "kehamilan", "registered": episode["registered"], **known})
    attributes = {item: value for item, (since, value) in one.attributes.items() if since <= on}
    contacts = [
        {key: value for key, value in contact.items() if key != "key"}
        for contact in _ordered([each for each in one.contacts[:recorded] if each["on"] <= on])
    ]
    return {
        "on": on,
        "person": {**one.identity, "area": dict(settings), "attributes": attributes},
        "episodes": episodes,
        "contacts": contacts,
    }
