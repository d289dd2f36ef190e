"""Words of an expectation that name nothing are refused, with their place and what could have been meant."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from care_engine.bedside import decide
from care_engine.decision_json import as_json
from care_engine.expecting import PROPERTIES, expectations, refuse_unknown_words
from care_engine.facts import Facts
from care_engine.model import FLAGS, Knowledge
from care_engine.population.running import flag_names
from care_engine.reading_values import FactsError
from care_engine.tests.tiny import tiny


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return tiny(
        {
            "items": [{"id": "hb", "type": "number", "aliases": ["Hb"]}],
            "findings": [
                {
                    "id": "anemia",
                    "do": [{"id": "tablet", "label": {"id": "a", "en": "a"}, "unit": ["pustu"]}],
                    "recheck": {"after": "7d", "items": ["hb"]},
                    "refer": {"to": "rumah-sakit", "from": ["puskesmas"], "within": "1d"},
                }
            ],
            "tables": [{"id": "t", "inputs": ["hb"], "rows": [{"when": ["< 11"], "then": "anemia"}]}],
            "services": [{"id": "ukur", "schedule": {"kind": "repeat", "every": "30d"}, "aliases": ["k1"]}],
        }
    )


@pytest.mark.parametrize(
    ("expect", "where", "problem"),
    [
        (3, "expect", "must be a mapping: services, findings"),
        (
            {"servises": {}},
            "expect.servises",
            "'servises' cannot be expected; known are services, findings, not_findings,",
        ),
        ({"services": ["ukur"]}, "expect.services", "must be a mapping: the id of each service"),
        ({"services": {"ukurr": "due"}}, "expect.services", "'ukurr' is not a service; did you mean ukur?"),
        ({"services": {"anc": "due"}}, "expect.services", "'anc' is not a service; known are ukur, k1"),
        (
            {"services": {"ukur": "selesai"}},
            "expect.services.ukur",
            "'selesai' is not a status; known are not-yet, due,",
        ),
        ({"services": {"ukur": None}}, "expect.services.ukur", "'None' is not a status"),
        ({"services": {"ukur": {"status": "absent"}}}, "expect.services.ukur.status", "'absent' is not a status"),
        ({"services": {"ukur": {"warna": "x"}}}, "expect.services.ukur", "'warna' is not a property of a service"),
        ({"services": {"ukur": {"due": "besok"}}}, "expect.services.ukur.due", "'besok' is not a date"),
        (
            {"services": {"ukur": {"flags": ["telat"]}}},
            "expect.services.ukur.flags",
            "'telat' is not a flag; known are late,",
        ),
        ({"services": {"ukur": {"not_flags": "late"}}}, "expect.services.ukur.not_flags", "must be a list"),
        ({"services": {"ukur": {"where": ["apotek"]}}}, "expect.services.ukur.where", "'apotek' is not a unit"),
        ({"findings": ["kek"]}, "expect.findings", "'kek' is not a finding"),
        ({"not_findings": ["anemi"]}, "expect.not_findings", "'anemi' is not a finding; did you mean anemia?"),
        ({"findings": "anemia"}, "expect.findings", "must be a list"),
        ({"actions": ["rujuk"]}, "expect.actions", "'rujuk' is not an action"),
        ({"actions": [{"id": "tablets"}]}, "expect.actions", "'tablets' is not an action; did you mean tablet?"),
        (
            {"actions": [{"id": "tablet", "on": 3}]},
            "expect.actions",
            "'on' is not a property of an action; known are id,",
        ),
        ({"actions": [{"by": "2026-06-10"}]}, "expect.actions", "'None' is not an action"),
        ({"not_actions": ["rujuk"]}, "expect.not_actions", "'rujuk' is not an action"),
        ({"unknown": ["hbb"]}, "expect.unknown", "'hbb' is not an item"),
        ({"values": {"hbb": 3}}, "expect.values", "'hbb' is not an item"),
        ({"education": ["makan"]}, "expect.education", "'makan' is not an education topic"),
    ],
)
def test_a_word_that_names_nothing(knowledge: Knowledge, expect: Any, where: str, problem: str) -> None:
    with pytest.raises(FactsError) as caught:
        refuse_unknown_words(expect, knowledge, "expect")
    assert caught.value.where == where
    assert problem in caught.value.problem


@pytest.mark.parametrize(
    "expect",
    [
        {},
        {"services": {"ukur": "absent", "k1": {"status": "due", "due": None, "flags": [], "where": ["pustu"]}}},
        {"services": {"ukur": {"until": date(2026, 6, 10), "not_flags": ["late"]}}},
        {"findings": ["anemia"], "not_findings": [], "unknown": ["Hb", "sex"], "values": {"Hb": "unknown"}},
        {"actions": ["rujuk-rumah-sakit", {"id": "tablet", "by": "2026-06-10", "unit": "pustu"}]},
        {"not_actions": ["periksa-ulang-anemia"]},
    ],
)
def test_words_that_name_something(knowledge: Knowledge, expect: Any) -> None:
    refuse_unknown_words(expect, knowledge, "expect")


def test_the_expectations_of_a_case_with_their_places() -> None:
    case = {"expect": 1, "also": [{"on": 2}, {"on": 3, "expect": 4}]}
    assert list(expectations(case)) == [("expect", 1), ("also[1].expect", 4)]


def test_every_property_and_flag_may_be_expected(knowledge: Knowledge) -> None:
    [service] = as_json(decide(Facts(sex=None, birth=None), 739777, knowledge))["services"]
    assert {*service} - {"id", "label", "why"} == {*PROPERTIES} - {"not_flags"}
    assert {*FLAGS} == {*flag_names(-1)}
