"""The bedside and the columns agree: for generated knowledge and generated persons, and for the real knowledge and all its cases.

That two engines agree does not make them right; what is right is said by `conformance/language` and by the cases beside the knowledge.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from care_engine.cases import facts_of, read_cases
from care_engine.dates import iso
from care_engine.facts import Facts, read_facts
from care_engine.loading import load_knowledge
from care_engine.tests.tiny import tiny
from tests.generative.engines import disagreements, examples
from tests.generative.knowledge import knowledge
from tests.generative.persons import TODAY, names, person

ROOT = Path(__file__).resolve().parents[2]


@examples(300)
@given(data=st.data())
def test_bedside_and_columns_agree(data: Any) -> None:
    written = data.draw(knowledge())
    known = tiny(written)
    persons = [data.draw(person(names(written))) for _ in range(data.draw(st.integers(1, 5)))]
    people = [read_facts(one, known)[0] for one in persons]
    assert disagreements(people, TODAY.toordinal(), known) == []


CASE_FILES = sorted([*(ROOT / "knowledge").rglob("*.cases.yaml"), *(ROOT / "conformance" / "worked").rglob("*.yaml")])


def test_bedside_and_columns_agree_on_all_case_files() -> None:
    """The real knowledge and the real cases, each on all of its days, in one bucket a day."""
    known = load_knowledge()
    on_day: dict[int, list[tuple[str, Facts]]] = {}
    for path in CASE_FILES:
        for case in read_cases(path, ROOT):
            for day, _ in case.days:
                facts, on, _ = read_facts(facts_of(case.data, day), known)
                on_day.setdefault(on, []).append((f"{case.file}: {case.name}", facts))
    found = []
    for on, people in sorted(on_day.items()):
        for problem in disagreements([facts for _, facts in people], on, known):
            number = int(problem.split(":")[0].removeprefix("person "))
            found.append(f"{people[number][0]}, on {iso(on)}, {problem}")
    assert found == []
