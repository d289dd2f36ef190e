"""Nothing in the language goes untried: every construct is generated, and every construct has a language case.

Whoever adds a node, a function, a word, a cell or a field of a schedule finds here what is still missing. A gap that is known stands below with its
reason; one that has closed must be taken out.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from care_engine import parsing
from care_engine.bedside import decide
from care_engine.reading_facts import read_facts
from care_engine.tests.tiny import tiny
from tests.conformance.language import bedside_answer, cases, files
from tests.generative.constructs import GRAMMAR, every_construct, used_by
from tests.generative.knowledge import knowledge
from tests.generative.persons import names, person

#: Not generated, and why.
NOT_GENERATED: dict[str, str] = {}
#: Without a language case, and why.
WITHOUT_A_CASE: dict[str, str] = {"Calendar.grace": "read but without a meaning: a calendar has until_day instead"}


def test_no_word_of_the_grammar_is_new() -> None:
    assert parsing._KEYWORDS == GRAMMAR


def test_every_construct_is_generated() -> None:
    seen: set[str] = set()

    @settings(
        max_examples=600,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def look(data: Any) -> None:
        written = data.draw(knowledge())
        known = tiny(written)
        seen.update(used_by(known))
        for _ in range(3):
            facts, on, _ = read_facts(data.draw(person(names(written))), known)
            for one in decide(facts, on, known).services:
                seen.add(f"status {one.status}")
                seen.update(f"flag {flag}" for flag in one.flags)

    look()
    missing = every_construct() - seen
    assert sorted(missing - set(NOT_GENERATED)) == []
    assert sorted(set(NOT_GENERATED) - missing) == []


def test_every_construct_has_a_language_case() -> None:
    seen: set[str] = set()
    for path in files():
        for case in cases(path):
            seen.update(used_by(case.knowledge))
            for one in bedside_answer(case)["services"]:
                # Only what a case looks at counts as shown.
                if one["id"] in case.expect.get("services", {}):
                    seen.add(f"status {one['status']}")
                    seen.update(f"flag {flag}" for flag in one["flags"])
    missing = every_construct() - seen
    assert sorted(missing - set(WITHOUT_A_CASE)) == []
    assert sorted(set(WITHOUT_A_CASE) - missing) == []
