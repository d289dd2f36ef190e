"""What a review says was found at each contact is what would have been decided on its day, of what was made on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from care_engine.bedside import decide
from care_engine.cases import facts_of, read_cases
from care_engine.facts import Facts
from care_engine.loading import load_knowledge
from care_engine.model import Knowledge
from care_engine.reading_facts import read_facts
from care_engine.reviewing import findings_made, findings_of_days
from care_engine.tests.tiny import tiny
from tests.generative.engines import DEEP, examples
from tests.generative.knowledge import knowledge
from tests.generative.persons import names, person
from tests.generative.test_agreement import CASE_FILES, ROOT

Found = list[tuple[str, int, str, tuple[int, ...]]]


def decided(facts: Facts, day: int, known: Knowledge) -> Found:
    """From what was known by the end of a day."""
    then = replace(facts, contacts=tuple(one for one in facts.contacts if one.on <= day))
    return read(one for one in decide(then, day, known).findings if one.on == day)


def read(found: Any) -> Found:
    return [(one.finding.id, one.on, one.severity, tuple(one.judgement.rows)) for one in found]


def days_of(facts: Facts) -> list[int]:
    """The days of contacts on which everything else in `facts` was known already."""
    known = [facts.deceased_on, facts.moved_out_on]
    known += [day for one in facts.episodes for day in (one.registered, one.start, one.end)]
    since = max((day for day in known if day is not None), default=0)
    return sorted({one.on for one in facts.contacts if one.on >= since})


def check(facts: Facts, known: Knowledge) -> int:
    days = days_of(facts)
    reviewed = [(day, read(found)) for day, found in findings_of_days(facts, days, known)]
    assert reviewed == [(day, decided(facts, day, known)) for day in days]
    for day, found in reviewed:
        then = replace(facts, contacts=tuple(one for one in facts.contacts if one.on <= day))
        assert read(findings_made(then, day, known)) == found
    return sum(len(found) for _day, found in reviewed)


@examples(150)
@given(data=st.data())
def test_a_review_says_what_was_decided_then(data: Any) -> None:
    written = data.draw(knowledge())
    known = tiny(written)
    check(read_facts(data.draw(person(names(written))), known)[0], known)


def test_a_review_says_what_was_decided_then_of_the_people_of_all_cases() -> None:
    known = load_knowledge()
    cases = [case for path in CASE_FILES for case in read_cases(path, ROOT)]
    many = sum(check(read_facts(facts_of(case.data), known)[0], known) for case in (cases if DEEP else cases[::7]))
    assert many > 300
