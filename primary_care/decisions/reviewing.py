"""The findings of visits that were recorded long ago, for many people: what `keep_findings` would have kept at each of them, on several cores.

No database is asked here: the people come as they were told (`visits.bulk`), so that other processes can share the work.
"""

import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, override

from care_engine.reading_facts import read_facts
from care_engine.reviewing import can_be_reviewed, findings_made, findings_of_each
from primary_care.decisions.content import knowledge

if TYPE_CHECKING:
    from primary_care.areas.models import Area
    from primary_care.decisions.bulk import Progress

AT_ONCE = 400  # people in one piece of work
FEW = 3000  # visits that are not worth another process


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


def review(
    people: Sequence[Review], area: "Area", *, processes: int = 1, progress: "Progress | None" = None
) -> list[Made]:
    """The findings of every contact of these people. They live where the settings of `area` hold."""
    from primary_care.areas.queries import settings_of_many

    if not people:
        return []
    on = max(contact["on"] for one in people for contact in one.contacts)
    settings = {
        key: value for key, value in settings_of_many({area.pk}, on).get(area.pk, {}).items() if key in knowledge().settings
    }
    pieces = [people[at : at + AT_ONCE] for at in range(0, len(people), AT_ONCE)]
    found: list[Made] = []
    if processes == 1 or sum(len(one.contacts) for one in people) < FEW:
        for number, piece in enumerate(pieces, 1):
            found += review_piece(piece, settings, get_language() or "id")
            if progress:
                progress(min(number * AT_ONCE, len(people)), len(people))
        return found
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "primary_care.settings")
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        done = pool.map(review_piece, pieces, [settings] * len(pieces), [get_language() or "id"] * len(pieces))
        for number, made in enumerate(done, 1):
            found += made
            if progress:
                progress(min(number * AT_ONCE, len(people)), len(people))
    return found


def review_piece(people: Iterable[Review], settings: Mapping[str, Any], language: str) -> list[Made]:
    """The findings of some people."""
    with override(language):
        return [made for one in people for made in _of_person(one, settings)]


def _of_person(one: Review, settings: Mapping[str, Any]) -> list[Made]:
    last = max(contact["on"] for contact in one.contacts)
    facts, _on, _minute = read_facts(_document(one, settings, last, len(one.contacts)), knowledge())
    first = min(contact["on"] for contact in one.contacts)
    if can_be_reviewed(facts) and all(since <= first for since, _value in one.attributes.values()):
        keys = [contact["key"] for contact in _ordered(one.contacts)]
        return [
            _made(found, one.person, keys[place])
            for place, made in findings_of_each(facts, knowledge())
            for found in made
        ]
    rows = []
    for number, contact in enumerate(one.contacts, 1):
        facts, day, _minute = read_facts(_document(one, settings, contact["on"], number), knowledge())
        rows += [_made(found, one.person, contact["key"]) for found in findings_made(facts, day, knowledge())]
    return rows


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
