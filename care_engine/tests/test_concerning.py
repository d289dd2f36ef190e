"""People who are alike share one answer to whom a rule concerns; it is the answer that each would get alone."""

from __future__ import annotations

import pytest

from care_engine.bedside import Person
from care_engine.concerning import concerns, reach
from care_engine.dates import add
from care_engine.evaluating import meaning
from care_engine.facts import Facts
from care_engine.loading import load_knowledge
from care_engine.model import Knowledge
from care_engine.parsing import parse
from care_engine.tests.tiny import facts, tiny

BIRTH = 738_000


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def test_the_shared_answer_is_each_persons_own_on_both_sides_of_every_limit(knowledge: Knowledge) -> None:
    rules = [*knowledge.tables, *knowledge.families]
    limits = {span for one in rules for span in (one.who.age_from, one.who.age_until) if span is not None}
    days = {add(BIRTH, span) + shift for span in limits for shift in (-1, 0, 1, 27, 28, 29, 30, 31)}
    assert len(days) > 100
    for number, on in enumerate(sorted(days)):
        person = Facts(
            sex=("perempuan", "laki-laki", None)[number % 3],
            birth=BIRTH if number % 7 else None,
            area={"malaria-endemis": number % 2 == 0},
        )
        shared = reach(person, on, knowledge)
        own = {one.id: concerns(one.who, person, on, knowledge) for one in rules}
        assert {one.id: shared.answers[id(one.who)] for one in rules} == own
        assert [one.id for one in shared.families] == [one.id for one in knowledge.families if own[one.id] is not False]


def test_limits_of_months_with_days_tell_people_apart() -> None:
    knowledge = tiny(
        {
            "services": [
                {
                    "id": "periksa",
                    "for": {"age": {"from": "2m16d", "until": "5m15d"}},
                    "schedule": {"kind": "repeat", "every": "30d"},
                }
            ]
        }
    )
    who = knowledge.families[0].who
    assert who.age_from is not None and who.age_until is not None
    first, last = add(BIRTH, who.age_from), add(BIRTH, who.age_until)
    person = Facts(sex=None, birth=BIRTH)
    answers = [reach(person, on, knowledge).answers[id(who)] for on in (first - 1, first, last, last + 1)]
    assert answers == [False, True, True, False]


def test_gaps_are_noted_only_when_they_are_asked_for() -> None:
    knowledge = tiny({"items": [{"id": "hb", "type": "number"}, {"id": "nadi", "type": "number"}]})
    known, on = facts(knowledge, "2026-06-10", person={"sex": "perempuan", "birth_date": "1998-04-02"})
    person = Person(known, on, knowledge)
    value = meaning(parse("(latest(nadi) else 0) + latest(hb)"))
    today = person.today(person.subject)
    assert value(today) is None and person.missing is None
    assert person.gaps(value, today) == ("hb",), "what `else` stands in for is no gap"
    assert person.missing is None
