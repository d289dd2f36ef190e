"""What a condition is said to need holds of everybody of whom it is true: at each contact of generated people, asked at the bedside."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from care_engine.bedside import Person
from care_engine.evaluating import evaluate
from care_engine.expressions import Expression
from care_engine.facts import Contact
from care_engine.model import Knowledge
from care_engine.population.necessary import Need, to_be_known, to_be_true
from care_engine.reading_facts import read_facts
from care_engine.subjects import Subject
from care_engine.tests.tiny import tiny
from tests.generative.engines import examples
from tests.generative.expressions import Scope, expression
from tests.generative.knowledge import knowledge
from tests.generative.persons import names, person
from tests.generative.printing import printed


def is_met(need: Need, who: Person, subject: Subject, contact: Contact) -> bool:
    """Whether one of a need's alternatives holds, by walking through what is recorded."""

    def holds(where: str, item: str) -> bool:
        match where:
            case "here":
                return item in contact.values
            case "given":
                return item in contact.services
            case "once":
                return item in who.facts.attributes or any(item in one.values for one in subject.contacts)
            case "ever":
                return any(item in one.values for one in who.subject.contacts)
            case "no-birth":
                return who.facts.birth is None
        raise AssertionError(where)

    return any(holds(where, item) for where, item in need)


def drawn(data: Any, type_: str) -> tuple[Knowledge, list[Person], list[Expression]]:
    """Knowledge, some people, and expressions that may stand in it, small ones and larger ones."""
    written = data.draw(knowledge())
    known = tiny(written)
    formulas = tuple(
        (one["id"], one["type"])
        for one in written["items"]
        if "formula" in one and one["type"] in ("number", "boolean")
    )
    scopes = [Scope(formulas=formulas, services=tuple(known.services), depth=depth) for depth in (1, 1, 1, 2, 2, 3)]
    trees = [expression(data.draw, type_, scope) for scope in scopes]
    draw_facts = partial(data.draw, person(names(written)))
    people = [read_facts(draw_facts(), known) for _ in range(3)]
    return known, [Person(facts, on, known) for facts, on, _ in people], trees


def moments(people: list[Person]) -> Iterator[tuple[Person, Subject, Contact]]:
    """Every contact of every life: the persons' and their episodes'."""
    for who in people:
        for subject in (who.subject, *who.episodes):
            for contact in subject.contacts:
                yield who, subject, contact


@examples(100)
@given(data=st.data())
def test_what_is_true_met_its_needs(data: Any) -> None:
    known, people, trees = drawn(data, "boolean")
    for tree, (who, subject, contact) in product(trees, moments(people)):
        if evaluate(tree, who.moment(subject, contact)) is True:
            unmet = [sorted(one) for one in to_be_true(tree, known) if not is_met(one, who, subject, contact)]
            assert unmet == [], (printed(tree), contact)


@examples(100)
@given(data=st.data(), type_=st.sampled_from(["boolean", "number", "date", "text", "set"]))
def test_what_is_known_met_its_needs(data: Any, type_: str) -> None:
    known, people, trees = drawn(data, type_)
    for tree, (who, subject, contact) in product(trees, moments(people)):
        if evaluate(tree, who.moment(subject, contact)) is not None:
            unmet = [sorted(one) for one in to_be_known(tree, known) if not is_met(one, who, subject, contact)]
            assert unmet == [], (printed(tree), contact)
