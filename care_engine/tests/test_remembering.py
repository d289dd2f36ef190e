"""What is remembered of a rule is the answer of that very rule, and goes when its knowledge goes."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from typing import Any

from care_engine.bedside import decide
from care_engine.model import Knowledge
from care_engine.population import bucket_of, evaluate_bucket
from care_engine.remembering import remembered
from care_engine.tests.tiny import facts, tiny


def written(until: str) -> dict[str, Any]:
    return {
        "items": [{"id": "suhu", "type": "number", "unit": "Cel"}],
        "findings": [{"id": "demam"}],
        "tables": [
            {
                "id": "tabel-suhu",
                "at": "contact",
                "inputs": ["suhu"],
                "rows": [{"when": [">= 38"], "then": "demam"}, {"when": ["-"], "then": []}],
            }
        ],
        "services": [
            {
                "id": "periksa",
                "for": {"age": {"until": until}, "when": "(latest(suhu) else 0) >= 0"},
                "schedule": {"kind": "repeat", "every": "30d"},
            }
        ],
    }


def used(until: str) -> tuple[Knowledge, int]:
    """Knowledge that both engines have worked with, and how many services the columns told of."""
    knowledge = replace(tiny(written(until)), version="1")
    contacts = [{"on": "2026-06-01", "observations": {"suhu": 39}}]
    person, on = facts(knowledge, "2026-06-10", person={"birth_date": "1996-06-10"}, contacts=contacts)
    decide(person, on, knowledge)
    return knowledge, len(evaluate_bucket(bucket_of([(1, person)]), on, knowledge).statuses)


def test_nothing_remembered_keeps_a_knowledge_in_memory() -> None:
    knowledge, _ = used("99y")
    table = knowledge.tables[0]
    parts = [knowledge, table, table.inputs[0].value, *knowledge.families, *knowledge.findings.values()]
    gone = [weakref.ref(one) for one in parts]
    del knowledge, table, parts
    gc.collect()
    assert [one() for one in gone] == [None] * len(gone)


def test_what_the_columns_remember_is_each_knowledges_own() -> None:
    """One after the other, so that the second may lie where the first lay in memory."""
    for _ in range(3):
        for until, told in (("3y", 0), ("99y", 1)):
            assert used(until)[1] == told
            gc.collect()


def test_each_rule_is_worked_out_once_and_known_by_itself() -> None:
    asked: list[str] = []

    @remembered
    def spelled(knowledge: Knowledge, times: int) -> str:
        asked.append(knowledge.version)
        return knowledge.version * times

    one, same = tiny(written("99y")), tiny(written("99y"))
    assert [spelled(one, 2), spelled(one, 2), spelled(same, 1)] == [one.version * 2, one.version * 2, one.version]
    assert asked == [one.version, one.version]
