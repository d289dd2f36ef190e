"""The bedside and the columns agree: for generated knowledge and generated persons, and for the real knowledge and all its cases.

That two engines agree does not make them right; what is right is said by `conformance/language` and by the cases beside the knowledge.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care_engine.cases import facts_of, read_cases
from care_engine.loading import load_knowledge
from care_engine.reading_facts import read_facts
from care_engine.tests.tiny import tiny
from tests.generative.engines import DEEP, disagreements, examples
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


def people_of_cases() -> list[dict[str, Any]]:
    """The facts of all cases, in the order of their files; every tenth of them unless the run is deep."""
    found = [facts_of(case.data) for path in CASE_FILES for case in read_cases(path, ROOT)]
    return found if DEEP else found[::10]


@pytest.mark.parametrize("on", [date(2026, 6, 10), date(2026, 12, 31)])
def test_bedside_and_columns_agree_on_the_people_of_all_cases(on: date) -> None:
    """The real knowledge, and the people of the real cases, whatever their own day: all on one day, which is one bucket."""
    known = load_knowledge()
    people, shown = [], []
    for one in people_of_cases():
        birth = one.get("person", {}).get("birth_date")
        if birth is None or str(birth) <= on.isoformat():
            people.append(read_facts({**one, "on": on}, known)[0])
            shown.append(one)
    found = disagreements(people, on.toordinal(), known)
    assert found == [], shown[int(found[0].split(":")[0].removeprefix("person "))]
