"""What a case may not say of a person although each value could be, and what it may."""

from __future__ import annotations

from typing import Any

import pytest

from care_engine.cases import decide_case
from care_engine.loading import load_knowledge
from care_engine.model import Knowledge
from care_engine.reading_facts import read_facts
from care_engine.reading_values import FactsError

WOMAN = {"sex": "perempuan", "birth_date": "1998-04-02"}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def pregnancies(*several: dict[str, Any], contacts: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    episodes = [{"kind": "kehamilan", **one} for one in several]
    return {"on": "2026-06-10", "person": WOMAN, "episodes": episodes, "contacts": contacts or []}


def contact(**observations: Any) -> dict[str, Any]:
    contacts = [{"on": "2026-06-01", "unit": "pustu"}, {"on": "2026-06-10", "observations": observations}]
    return {"on": "2026-06-10", "person": {}, "contacts": contacts}


FIRST = {"registered": "2026-01-10", "hpht": "2026-01-01"}
SECOND = {"registered": "2026-05-10", "hpht": "2026-05-01"}
BORN = {"ended": "2026-05-20", "outcome": "lahir-hidup"}  # 139 days after the last period of FIRST
EXCHANGED = "must be lower than Tekanan darah sistolik"


@pytest.mark.parametrize(
    ("case", "where", "problem"),
    [
        ({"on": "2026-06-10"}, "person", "is missing; write person: {sex: ..., birth_date: ...}, or person: {}"),
        ({"on": "2026-06-10", "person": None}, "person", "is missing"),
        (
            pregnancies(SECOND, FIRST),
            "episodes",
            "a person has one kehamilan at a time, but those since 2026-01-01 and 2026-05-01 are all open; write how",
        ),
        (pregnancies(FIRST, FIRST), "episodes", "those since 2026-01-01 and 2026-01-01 are all open"),
        (
            pregnancies({**FIRST, **BORN}),
            "episodes",
            "lahir-hidup on 2026-05-20 cannot be: counted from 2026-01-01 not before 2026-05-21; "
            "correct the dates, or write another outcome (abortus, ektopik, mola, pindah, meninggal, bukan-hamil)",
        ),
        (pregnancies({**FIRST, **BORN, "outcome": "lahir-mati"}), "episodes", "lahir-mati on 2026-05-20 cannot be"),
        (
            contact(td="80/120"),
            "contacts[1].observations.diastolik",
            f"120 {EXCHANGED} (80); correct them, they may have",
        ),
        (contact(td="120/120"), "contacts[1].observations.diastolik", f"120 {EXCHANGED} (120)"),
        (
            contact(**{"td": "120/80", "sistolik-2": 70, "diastolik-2": 118}),
            "contacts[1].observations.diastolik-2",
            "118 must be lower than Sistolik, ukur ulang sesudah 15 menit (70)",
        ),
    ],
)
def test_what_cannot_be_is_refused(knowledge: Knowledge, case: dict[str, Any], where: str, problem: str) -> None:
    with pytest.raises(FactsError) as caught:
        decide_case(case, knowledge)
    assert caught.value.where == where
    assert problem in caught.value.problem


@pytest.mark.parametrize(
    "case",
    [
        {"on": "2026-06-10", "person": {}},
        pregnancies({**FIRST, **BORN, "outcome": "abortus"}),
        pregnancies({**FIRST, **BORN, "ended": "2026-05-21"}),  # 20w0d
        pregnancies({**BORN, "registered": "2026-05-01"}),  # last period not known
        pregnancies({**FIRST, "ended": "2026-04-20", "outcome": "abortus"}, SECOND),
        # moved away and came back in the same pregnancy
        pregnancies({**FIRST, "ended": "2026-03-01", "outcome": "pindah"}, {**FIRST, "registered": "2026-05-01"}),
        # the last period was taken for granted; a scan says 30 weeks on 1 May
        pregnancies(
            {**FIRST, **BORN},
            contacts=[
                {"on": "2026-05-01", "unit": "puskesmas", "observations": {"ga-usg": 210, "metode-dating": "usg-t2t3"}}
            ],
        ),
        contact(td="120/119"),
        contact(sistolik=80),
        contact(diastolik=120),
    ],
)
def test_what_can_be_is_decided(knowledge: Knowledge, case: dict[str, Any]) -> None:
    assert decide_case(case, knowledge).services


def test_the_two_pressures_of_different_contacts_are_not_compared(knowledge: Knowledge) -> None:
    contacts = [
        {"on": "2026-06-01", "observations": {"td": "90/60"}},
        {"on": "2026-06-09", "observations": {"diastolik": 95}},
    ]
    assert decide_case({"on": "2026-06-10", "person": {}, "contacts": contacts}, knowledge).services


def test_it_is_looked_at_on_the_day_of_the_decision(knowledge: Knowledge) -> None:
    """The second pregnancy begins after the first has ended; before that day the first is open and alone."""
    case = pregnancies({**FIRST, "ended": "2026-04-20", "outcome": "abortus"}, SECOND)
    assert [decide_case(case, knowledge, on).on for on in ("2026-04-10", "2026-05-20")]


def test_facts_that_were_kept_are_decided_about_as_they_stand(knowledge: Knowledge) -> None:
    assert read_facts(pregnancies(FIRST, SECOND), knowledge)
    assert read_facts(contact(td="80/120"), knowledge)
