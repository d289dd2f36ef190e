"""Case files: facts with what is expected of the decision (`docs/knowledge-language.md` §8). How everyone talks about behaviour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from care_engine.bedside import Decision, Person, decide
from care_engine.believing import refuse_the_unbelievable
from care_engine.dates import iso
from care_engine.decision_json import as_json
from care_engine.evaluating import evaluate
from care_engine.expecting import canonical, expectations, refuse_unknown_words
from care_engine.expressions import Name
from care_engine.model import Knowledge
from care_engine.reading_facts import read_facts
from care_engine.reading_values import FactsError, read_day
from care_engine.yaml_files import read_yaml

TOLERANCE = 0.02


@dataclass(frozen=True)
class Case:
    """One set of facts and the days on which something is expected of them."""

    name: str
    file: str
    data: dict[str, Any]
    doubt: str | None

    @property
    def days(self) -> Iterator[tuple[Any, dict[str, Any]]]:
        if "expect" in self.data:
            yield self._day("", self.data)
        also = self.data.get("also", [])
        if not isinstance(also, list):
            raise FactsError("also", "must be a list of later days: {on: ..., expect: {...}}")
        for index, later in enumerate(also):
            yield self._day(f"also[{index}].", later)

    def _day(self, where: str, data: Any) -> tuple[Any, dict[str, Any]]:
        for key in ("on", "expect"):
            if not isinstance(data, dict) or key not in data:
                raise FactsError(where + key, "is missing; write the day and what is expected on it")
        if not isinstance(data["expect"], dict):
            raise FactsError(where + "expect", "must be a mapping: services, findings, actions, unknown, values")
        return data["on"], data["expect"]


def read_cases(path: Path, root: Path | None = None) -> list[Case]:
    """The cases of one file: a list of cases, or a single one. Raises KnowledgeError or FactsError."""
    document = read_yaml(path)
    data = document.data if isinstance(document.data, list) else [document.data]
    name = str(path.relative_to(root)) if root is not None else path.name
    if document.data is None or not data:
        raise FactsError(name, "holds no case; write on, person, episodes and contacts")
    cases = []
    for index, one in enumerate(data):
        if not isinstance(one, dict):
            raise FactsError(f"{name}: [{index}]", "a case must be a mapping with on, person, contacts and expect")
        cases.append(Case(str(one.get("name", f"case {index + 1}")), name, one, one.get("doubt")))
    return cases


OWN_KEYS = {"name", "expect", "also", "source", "doubt", "note"}
FACT_KEYS = {"on", "person", "episodes", "contacts"}


def facts_of(case: dict[str, Any], on: Any = None) -> dict[str, Any]:
    """The facts part of a case, on its own day or another one."""
    for key in case:
        if key not in FACT_KEYS | OWN_KEYS:
            raise FactsError(key, f"is not a key of a case; known are {', '.join(sorted(FACT_KEYS | OWN_KEYS))}")
    facts = {key: value for key, value in case.items() if key in FACT_KEYS}
    if on is not None:
        facts["on"] = on
    return facts


def refuse_the_future(case: dict[str, Any], on: Any = None) -> None:
    """Refuse a contact after every day that the case asks about: it would be passed over in silence, and is a slip of the pen."""
    also = case.get("also")
    later = [one["on"] for one in also if isinstance(one, dict) and "on" in one] if isinstance(also, list) else []
    last = max(read_day(one, "on")[0] for one in (case.get("on"), on, *later) if one is not None)
    contacts = case.get("contacts")
    for index, one in enumerate(contacts if isinstance(contacts, list) else []):
        if isinstance(one, dict) and "on" in one:
            where = f"contacts[{index}].on"
            if read_day(one["on"], where)[0] > last:
                raise FactsError(where, f"lies after the day of the decision ({iso(last)}); correct one of the two")


def decide_case(case: dict[str, Any], knowledge: Knowledge, on: Any = None) -> Decision:
    """The decision about a case on its own day or another one. Raises FactsError for what cannot be read, cannot be, or names nothing."""
    facts, day, _ = read_facts(facts_of(case, on), knowledge)
    if case.get("person") is None:
        raise FactsError(
            "person", "is missing; write person: {sex: ..., birth_date: ...}, or person: {} of an unknown one"
        )
    for where, expect in expectations(case):
        refuse_unknown_words(expect, knowledge, where)
    decision = decide(facts, day, knowledge)
    refuse_the_unbelievable(decision.person)
    return decision


def failures(case: Case, knowledge: Knowledge) -> list[str]:
    """What the decision says otherwise than the case expects; empty when the case passes."""
    found = []
    for on, expect in case.days:
        decision = decide_case(case.data, knowledge, on)
        found += [f"on {iso(decision.on)}: {problem}" for problem in differences(decision, expect, knowledge)]
    return found


def differences(decision: Decision, expect: dict[str, Any], knowledge: Knowledge) -> Iterator[str]:
    """What a decision says otherwise than expected."""
    answer = as_json(decision)
    services = {one["id"]: one for one in answer["services"]}
    for key, wanted in expect.get("services", {}).items():
        id_ = canonical(key, knowledge, "services")
        yield from _service_differences(id_, wanted, services.get(id_))
    findings = {one["id"] for one in answer["findings"]}
    for key in expect.get("findings", []):
        if canonical(key, knowledge, "findings") not in findings:
            yield f"finding {key} is missing (found: {', '.join(sorted(findings)) or 'none'})"
    for key in expect.get("not_findings", []):
        if canonical(key, knowledge, "findings") in findings:
            yield f"finding {key} was made and should not be"
    yield from _action_differences(answer["actions"], expect)
    unknown = {one["item"] for one in answer["unknown"]}
    for item in expect.get("unknown", []):
        if canonical(item, knowledge, "items") not in unknown:
            yield f"{item} is not asked for (asked: {', '.join(sorted(unknown)) or 'nothing'})"
    topics = {one["id"] for one in answer["education"]}
    for topic in expect.get("education", []):
        if topic not in topics:
            yield f"education {topic} is missing (given: {', '.join(sorted(topics)) or 'none'})"
    for item, value in expect.get("values", {}).items():
        yield from _value_differences(item, value, decision.person)


def _service_differences(id_: str, wanted: Any, found: dict[str, Any] | None) -> Iterator[str]:
    if wanted == "absent":
        if found is not None:
            yield f"{id_} is {found['status']} and should not concern the person"
        return
    if found is None:
        yield f"{id_} does not concern the person (wanted {wanted})"
        return
    if isinstance(wanted, str):
        wanted = {"status": wanted}
    for key, value in wanted.items():
        if key == "flags":
            missing = [flag for flag in value if flag not in found["flags"]]
            if missing:
                yield f"{id_} lacks the flags {missing} (has {found['flags']})"
        elif key == "not_flags":
            if set(value) & set(found["flags"]):
                yield f"{id_} has the flags {found['flags']}"
        elif key == "where":
            units = {one["unit"] for one in found["where"]}
            if units != set(value):
                yield f"{id_} may be given at {sorted(units)}, wanted {sorted(value)}"
        else:
            text = value.isoformat() if hasattr(value, "isoformat") else value
            if found[key] != text:
                yield f"{id_}.{key} is {found[key]}, wanted {text} (status {found['status']}, due {found['due']})"


def _action_differences(actions: list[dict[str, Any]], expect: dict[str, Any]) -> Iterator[str]:
    by_id = {one["id"]: one for one in actions}
    for wanted in expect.get("actions", []):
        wanted = wanted if isinstance(wanted, dict) else {"id": wanted}
        found = by_id.get(wanted["id"])
        if found is None:
            yield f"action {wanted['id']} is missing (there are: {', '.join(by_id) or 'none'})"
            continue
        if "by" in wanted and found["by"] != iso(read_day(wanted["by"], "by")[0]):
            yield f"action {wanted['id']} is due by {found['by']}, wanted {wanted['by']}"
        if "unit" in wanted:
            units = wanted["unit"] if isinstance(wanted["unit"], list) else [wanted["unit"]]
            if not set(units) <= set(found["unit"]):
                yield f"action {wanted['id']} is for {found['unit']}, wanted {units}"
    for id_ in expect.get("not_actions", []):
        if id_ in by_id:
            yield f"action {id_} follows and should not"


def _value_differences(item: str, wanted: Any, person: Person) -> Iterator[str]:
    knowledge = person.knowledge
    id_ = canonical(item, knowledge, "items")
    values = []
    for subject in reversed(person.shown):
        value = evaluate(Name(id_), person.today(subject))
        if (
            value is None
            and (last := next((one for one in reversed(subject.contacts) if one.is_meeting), None)) is not None
        ):
            value = evaluate(Name(id_), person.moment(subject, last))
        values.append(value)
    found = next((value for value in values if value is not None), None)
    kind = knowledge.items[id_].type
    if wanted is None or wanted == "unknown":
        if found is not None:
            yield f"{item} is {found}, wanted unknown"
    elif kind == "date":
        if found != read_day(wanted, item)[0]:
            yield f"{item} is {iso(found) if isinstance(found, int) else found}, wanted {wanted}"
    elif isinstance(wanted, int | float) and not isinstance(wanted, bool):
        if found is None or abs(float(found) - wanted) > TOLERANCE:
            yield f"{item} is {found}, wanted {wanted}"
    elif found != (frozenset(wanted) if isinstance(wanted, list) else wanted):
        yield f"{item} is {found}, wanted {wanted}"
