"""What a case may not say of a person although each value could be: refused, because it is a slip of the pen.

Only cases are held to this. Facts that are kept were checked where they were recorded (`primary_care/visits/checks.py`), and are decided about as they stand.
"""

from __future__ import annotations

from collections.abc import Iterator

from care_engine.bedside import Person
from care_engine.dates import add, iso
from care_engine.evaluating import evaluate
from care_engine.facts import Facts
from care_engine.model import EpisodeKind, Knowledge
from care_engine.reading_values import FactsError, fault


def refuse_the_unbelievable(person: Person) -> None:
    """Raises FactsError for the first thing that cannot be."""
    for refusal in _refusals(person):
        raise refusal


def _refusals(person: Person) -> Iterator[FactsError]:
    yield from _turned_round(person.facts, person.knowledge)
    for kind in person.knowledge.episodes.values():
        if kind.follows is None:
            yield from _open_at_once(kind, person.facts)
        yield from _too_early(kind, person)


def _turned_round(facts: Facts, knowledge: Knowledge) -> Iterator[FactsError]:
    """Two values of one contact of which the one that must be lower is not."""
    pairs = [(item, knowledge.items[item.below]) for item in knowledge.items.values() if item.below is not None]
    for contact in facts.contacts:
        for low, high in pairs:
            below, above = contact.values.get(low.id), contact.values.get(high.id)
            if isinstance(below, float) and isinstance(above, float) and below >= above:
                where = f"contacts[{contact.sequence}].observations.{low.id}"
                said = f"{below:g} must be lower than {high.label.id} ({above:g})"
                yield fault(where, f"{said}; correct them, they may have been exchanged")


def _open_at_once(kind: EpisodeKind, facts: Facts) -> Iterator[FactsError]:
    going_on = [one for one in facts.episodes if one.kind == kind.id and one.end is None]
    if len(going_on) > 1:
        since = " and ".join(iso(one.start) for one in going_on)
        said = f"a person has one {kind.id} at a time, but those since {since} are all open"
        yield fault("episodes", f"{said}; write how the earlier one ended (ended, outcome), or leave one out")


def _too_early(kind: EpisodeKind, person: Person) -> Iterator[FactsError]:
    if kind.earliest is None:
        return
    for subject in person.episodes:
        if subject.kind != kind.id or subject.end is None or subject.outcome not in kind.earliest.outcomes:
            continue
        anchor = evaluate(kind.earliest.day.anchor, person.today(subject))
        if anchor is not None and subject.end < (earliest := add(anchor, kind.earliest.day.after)):
            others = ", ".join(one for one in kind.outcomes if one not in kind.earliest.outcomes)
            said = f"{subject.outcome} on {iso(subject.end)} cannot be: counted from {iso(anchor)} not before {iso(earliest)}"
            yield fault("episodes", f"{said}; correct the dates, or write another outcome ({others})")
