"""The inputs of a table are worked out when somebody asks, and all of them can be read."""

from __future__ import annotations

from care_engine.bedside import decide
from care_engine.tests.tiny import facts, tiny


def test_the_trace_has_every_input_also_those_that_no_row_looked_at() -> None:
    knowledge = tiny(
        {
            "items": [{"id": "hb", "type": "number"}, {"id": "nadi", "type": "number"}],
            "tables": [
                {
                    "id": "darah",
                    "inputs": ["hb", {"name": "dua-kali-nadi", "value": "nadi * 2"}],
                    "hit": "first",
                    "rows": [{"when": ["< 11", "-"], "then": "anemia"}, {"when": ["-", "> 200"], "then": "cepat"}],
                }
            ],
        }
    )
    contact = {"on": "2026-06-10", "observations": {"hb": 9, "nadi": 80}}
    known, on = facts(knowledge, "2026-06-10", person={"birth_date": "1998-04-02"}, contacts=[contact])
    [found] = decide(known, on, knowledge).findings
    assert found.finding.id == "anemia"
    assert dict(found.judgement.inputs) == {"hb": 9.0, "dua-kali-nadi": 160.0}
    assert list(found.judgement.inputs) == ["hb", "dua-kali-nadi"] and len(found.judgement.inputs) == 2
