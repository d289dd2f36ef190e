"""What must hold of every decision, whatever the knowledge and whoever the person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from care_engine.bedside import Decision, decide
from care_engine.circles import circles
from care_engine.decision_json import as_json
from care_engine.expressions import Literal
from care_engine.model import SEVERITIES, STATUSES, Knowledge
from care_engine.parsing import parse
from care_engine.population.standings import FLAGS
from care_engine.reading_facts import read_facts
from care_engine.tests.tiny import tiny
from tests.generative.engines import bedside, examples
from tests.generative.expressions import Scope, expression
from tests.generative.knowledge import knowledge
from tests.generative.persons import TODAY, contact, names, person
from tests.generative.printing import printed

ON = TODAY.toordinal()
EVERYTHING = Scope(services=("layanan",), findings=("temuan",), own=("temuan",), concluded=("layanan",), depth=5)


@examples(300)
@given(data=st.data(), type_=st.sampled_from(["boolean", "number", "date", "text", "set"]))
def test_the_parser_reads_what_the_printer_writes(data: Any, type_: str) -> None:
    tree = expression(data.draw, type_, EVERYTHING)
    assert parse(printed(tree)) == tree
    assert parse(f"if {printed(tree)} is known then ({printed(tree)} else unknown) else unknown").then.left == tree


def test_a_number_is_not_read_as_a_truth() -> None:
    assert parse(printed(Literal(1.0))) != Literal(True)


@examples(300)
@given(written=knowledge())
def test_generated_knowledge_asks_in_no_circle(written: dict[str, Any]) -> None:
    assert list(circles(tiny(written))) == []


def decided(data: Any) -> tuple[dict[str, Any], Knowledge, dict[str, Any], Decision]:
    written = data.draw(knowledge())
    known = tiny(written)
    who = data.draw(person(names(written)))
    facts, on, _ = read_facts(who, known)
    return written, known, who, decide(facts, on, known)


@examples(300)
@given(data=st.data())
def test_decisions_are_sound(data: Any) -> None:
    _, _known, _, decision = decided(data)
    for one in decision.services:
        shown = (one.service.id, one.status, one.due, one.overdue_from, one.closes, one.given_on, one.flags)
        assert one.status in STATUSES, shown
        assert set(one.flags) <= set(FLAGS), shown
        assert one.given_on is None or one.given_on <= ON, shown
        assert one.until is None or one.status in ("deferred", "contraindicated", "unknown"), shown
        assert one.until is None or one.until > ON, shown
        if one.status == "done":
            assert one.due is None, shown
        if one.status in ("due", "overdue", "not-yet") and one.due is not None and one.overdue_from is not None:
            assert one.overdue_from > one.due, shown
            assert one.closes is None or one.due <= one.closes, shown
            assert (one.status == "overdue") == (one.overdue_from <= ON), shown
        if one.status == "not-yet" and one.due is not None:
            assert one.due > ON, shown
        if one.status == "due" and one.due is not None and "partial" not in one.flags and one.due > ON:
            assert one.standing.opens is not None and one.standing.opens <= ON, shown  # opens: window
        if "open" in one.flags and one.standing.opens is not None:
            assert one.standing.opens <= ON, shown
        assert set(one.where) <= {(given.unit, given.cadre) for given in one.service.given_by}, shown
    assert len({one.service.id for one in decision.services}) == len(decision.services)
    ranks = [SEVERITIES.index(one.severity) for one in decision.findings]
    assert ranks == sorted(ranks)
    assert all(one.on <= ON for one in decision.findings)
    assert len({one.finding.id for one in decision.findings}) == len(decision.findings)
    assert len({one.id for one in decision.actions}) == len(decision.actions)
    assert [one.by for one in decision.actions] == sorted(one.by for one in decision.actions)
    assert len({one.item for one in decision.unknown}) == len(decision.unknown)


@examples(150)
@given(data=st.data())
def test_every_decision_can_be_said(data: Any) -> None:
    *_, decision = decided(data)
    for language in ("id", "en"):
        assert as_json(decision, language)["on"] == TODAY.isoformat()


@examples(150)
@given(data=st.data())
def test_deciding_twice_is_deciding_once(data: Any) -> None:
    _, known, who, decision = decided(data)
    facts, on, _ = read_facts(who, known)
    assert as_json(decide(facts, on, known)) == as_json(decision)


@examples(200)
@given(data=st.data())
def test_the_order_in_which_days_are_written_does_not_matter(data: Any) -> None:
    """Contacts of one day keep their order: that is their sequence."""
    _, known, who, decision = decided(data)
    days = data.draw(st.permutations(sorted({one["on"] for one in who["contacts"]})))
    contacts = [one for day in days for one in who["contacts"] if one["on"] == day]
    turned = {key: who[key] for key in reversed(who)} | {"contacts": contacts}
    facts, on, _ = read_facts(turned, known)
    assert bedside(decide(facts, on, known)) == bedside(decision)


@examples(200)
@given(data=st.data())
def test_what_comes_later_does_not_change_what_was_decided(data: Any) -> None:
    written, known, who, decision = decided(data)
    facts, on, _ = read_facts(who, known)
    later = []
    for number in range(data.draw(st.integers(1, 3))):
        after = data.draw(contact_after(names(written)))
        read, _, _ = read_facts({"on": TODAY + timedelta(days=400), "contacts": [after]}, known)
        later.append(replace(read.contacts[0], sequence=1000 + number))
    ahead = replace(facts, contacts=(*facts.contacts, *sorted(later, key=lambda one: one.moment)))
    assert bedside(decide(ahead, on, known)) == bedside(decision)


@st.composite
def contact_after(draw: Any, services: list[str]) -> dict[str, Any]:
    return contact(draw, services, None) | {"on": TODAY + timedelta(days=draw(st.integers(1, 60)))}
