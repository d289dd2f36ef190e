"""What is asked for by some findings alone is what they ask for among all: judging only their tables leaves nothing out. And who has judged one
day says on another, earlier or later, what somebody new would say.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from care_engine.bedside import Person
from care_engine.cases import facts_of, read_cases
from care_engine.facts import Facts
from care_engine.loading import load_knowledge
from care_engine.model import Knowledge
from care_engine.reading_facts import read_facts
from care_engine.tests.tiny import tiny
from tests.generative.engines import DEEP, examples
from tests.generative.knowledge import knowledge
from tests.generative.persons import names, person
from tests.generative.test_agreement import CASE_FILES, ROOT

Asked = list[tuple[str, str, int, int, str]]


def asked(facts: Facts, on: int, known: Knowledge, of: frozenset[str] | None = None) -> Asked:
    return said(Person(facts, on, known), of)


def said(judge: Person, of: frozenset[str] | None = None) -> Asked:
    actions = judge.every_action(of)
    return [(one.id, one.found.finding.id, one.found.on, one.by, one.found.judgement.table.id) for one in actions]


def check(facts: Facts, on: int, known: Knowledge) -> int:
    everything = asked(facts, on, known)
    findings = sorted(known.findings)
    parts = [frozenset(findings[at::5]) for at in range(5)] + [frozenset({one[1]}) for one in everything]
    for part in parts:
        assert asked(facts, on, known, part) == [one for one in everything if one[1] in part]
    return len(everything)


@examples(150)
@given(data=st.data(), day=st.integers(0, 400))
def test_some_findings_ask_for_what_they_ask_for_among_all(data: Any, day: int) -> None:
    written = data.draw(knowledge())
    known = tiny(written)
    facts = read_facts(data.draw(person(names(written))), known)[0]
    last = max((one.on for one in facts.contacts), default=facts.birth or 739_000)
    check(facts, last + day, known)


def test_some_findings_ask_for_what_they_ask_for_among_all_of_the_people_of_all_cases() -> None:
    known = load_knowledge()
    cases = [case for path in CASE_FILES for case in read_cases(path, ROOT)]
    many = 0
    for case in cases if DEEP else cases[::11]:
        facts, on, _minute = read_facts(facts_of(case.data), known)
        many += check(facts, on, known)
    assert many > 200


def send(facts: Facts, days: list[int], known: Knowledge) -> int:
    """Sends one judge to these days after all is known."""
    ends = [
        facts.deceased_on,
        facts.moved_out_on,
        *(day for one in facts.episodes for day in (one.registered, one.end)),
    ]
    last = max(
        (day for day in (facts.birth, *ends, *(one.on for one in facts.contacts)) if day is not None), default=739_000
    )
    judge = Person(facts, last + days[0], known)
    judge.horizon = last + max(days)
    found = 0
    for day in days:
        judge.move_to(last + day)
        now = said(judge)
        assert now == asked(facts, last + day, known)
        some = frozenset(one[1] for one in now[::2])
        assert said(judge, some) == [one for one in now if one[1] in some]
        found += len(now)
    return found


@examples(150)
@given(data=st.data(), days=st.lists(st.integers(0, 400), min_size=2, max_size=6))
def test_a_judge_sent_to_other_days_says_what_a_new_one_says(data: Any, days: list[int]) -> None:
    written = data.draw(knowledge())
    known = tiny(written)
    send(read_facts(data.draw(person(names(written))), known)[0], days, known)


def test_a_judge_sent_to_other_days_says_what_a_new_one_says_of_the_people_of_all_cases() -> None:
    known = load_knowledge()
    cases = [case for path in CASE_FILES for case in read_cases(path, ROOT)]
    found = 0
    for case in cases if DEEP else cases[::11]:
        facts = read_facts(facts_of(case.data), known)[0]
        found += send(facts, [0, 90, 3, 400, 30, 0], known)
    assert found > 200
