"""Rules that lead back to themselves are refused, with the whole way round; what was recorded ends the way."""

from __future__ import annotations

from typing import Any

from care_engine.circles import circles
from care_engine.loading import load_knowledge
from care_engine.tests.tiny import tiny

EVERY = {"kind": "repeat", "every": "30d"}
RECORDED = "; let one of them ask for what was recorded instead: given_on(…), exists(given(…)) or an item"


def found(**data: Any) -> list[str]:
    return [f"{at}: {problem}" for at, problem in circles(tiny(data))]


def table(id_: str, value: str, finding: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "at": "today",
        "inputs": [{"name": "x", "value": value}],
        "rows": [{"when": [True], "then": finding}],
        **more,
    }


def service(id_: str, when: str | None = None, schedule: dict[str, Any] = EVERY, **more: Any) -> dict[str, Any]:
    who = {} if when is None else {"for": {"when": when}}
    return {"id": id_, "schedule": schedule, **who, **more}


def test_two_services_that_ask_each_other() -> None:
    services = [service("a", "status(b) = 'done'"), service("b", "done_on(a) is known"), service("c", "doses(a) > 0")]
    assert found(services=services) == [
        f"services/a.yaml:1: for.when: a would need its own answer: a → status(b) of b → done_on(a) of a{RECORDED}"
    ]


def test_a_family_that_asks_about_its_own_service() -> None:
    schedule = {
        "kind": "window",
        "anchor": "birth",
        "steps": [{"service": "k1", "from": "0d"}, {"service": "k2", "from": "7d", "needs": "done_on(k1) is known"}],
    }
    assert found(services=[service("k", schedule=schedule, services=[{"id": "k1"}, {"id": "k2"}])]) == [
        "services/k.yaml:1: needs: k would need its own answer: k → done_on(k1) of k, "
        f"and the services of a family are worked out together{RECORDED}"
    ]


def test_a_circle_through_a_table_and_a_formula() -> None:
    assert found(
        items=[{"id": "lengkap", "type": "boolean", "formula": "status(a) = 'done'"}],
        tables=[table("t", "lengkap", "selesai")],
        services=[service("a", schedule={**EVERY, "until": "found_on(selesai)"})],
    ) == [
        "services/a.yaml:1: until: a would need its own answer: "
        f"a → found_on(selesai) of table t → status(a) in lengkap of a{RECORDED}"
    ]


def test_a_table_that_asks_for_its_own_finding_through_a_formula() -> None:
    assert found(
        items=[{"id": "sudah", "type": "boolean", "formula": "ever_found(selesai)"}],
        tables=[table("t", "sudah", "selesai")],
    ) == [
        "findings/tiny.yaml:1: input x: table t would need its own answer: table t → ever_found(selesai) in sudah of table t; "
        "ask for what it said at earlier contacts: previously_found(…)"
    ]


def test_every_key_of_a_schedule_is_followed() -> None:
    asks = "status(a) = 'due'"
    day = "done_on(a)"
    steps = [{"service": "a", "from": "0d"}]
    window: dict[str, Any] = {"kind": "window", "anchor": "birth", "steps": steps}
    series: dict[str, Any] = {"kind": "series", "steps": [{"service": "a", "due": "0d"}]}

    def step(**more: Any) -> dict[str, Any]:
        return {**window, "steps": [{**steps[0], **more}]}

    schedules: dict[str, dict[str, Any]] = {
        "credit.if": {**EVERY, "credit": {"if": asks}},
        "holds.when": {**EVERY, "holds": [{"when": asks, "status": "deferred"}]},
        "holds.until": {**EVERY, "holds": [{"when": "true", "status": "deferred", "until": day}]},
        "until": {**EVERY, "until": day},
        "first.anchor": {**EVERY, "first": {"anchor": day, "after": "0d"}},
        "anchor": {**window, "anchor": day},
        "needs": step(needs=asks),
        "full": step(full=asks),
        "late_if": step(late_if=asks),
        "when": step(when=asks),
        "due.anchor": step(due={"anchor": day, "after": "0d"}),
        "prior.count": {**series, "prior": {"count": "doses(a)", "on": "birth"}},
        "prior.on": {**series, "prior": {"count": "1", "on": day}},
    }
    for key, schedule in schedules.items():
        [said] = found(services=[service("a", schedule=schedule)])
        assert said.startswith(f"services/a.yaml:1: {key}: a would need its own answer: a → "), key
    variant = {"first_at": ">= 12", "steps": [{"service": "a", "due": "0d", "when": asks}]}
    [said] = found(services=[service("a", schedule={**series, "variants": [variant]})])
    assert said.startswith("services/a.yaml:1: when: ")
    [said] = found(services=[service("a", given_by=[{"unit": "pustu", "cadre": "bidan", "if": asks}])])
    assert said.startswith("services/a.yaml:1: given_by.if: ")
    [said] = found(services=[service("a", tell=[{"topic": "x", "if": asks}])])
    assert said.startswith("services/a.yaml:1: tell.if: ")


def test_what_was_recorded_is_no_circle() -> None:
    recorded = "given_on(a) is known and exists(given(b)) and times_given(a) > 0 and count(hb) > 0"
    assert (
        found(
            items=[{"id": "hb", "type": "number"}, {"id": "a", "type": "boolean", "formula": "status(b) = 'done'"}],
            tables=[table("t", "previously_found(selesai) and hb > 11", "selesai", at="contact")],
            services=[service("a", recorded), service("b", "done_on(a) is known and ever_found(selesai)")],
        )
        == []
    )


def test_a_circle_among_others_is_told_once() -> None:
    """From outside into the circle is no circle, and each of its members leads to the same one."""
    services = [service(one, f"status({other}) = 'done'") for one, other in zip("abcd", "bcdb", strict=True)]
    assert [one.split(": ")[0] for one in found(services=services)] == ["services/b.yaml:1"]


def test_the_knowledge_has_none() -> None:
    assert list(circles(load_knowledge())) == []
