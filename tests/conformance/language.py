"""Language cases: what each construct of the knowledge language means, as data that every engine must answer alike.

A file of `conformance/language/` holds a tiny knowledge, and expressions with their values or cases with what is expected.
What no case looks at may be left out of the knowledge and is filled in: labels, sources, klaster, given_by, severity.

An expression is asked through the front door: it becomes the input of a decision table, so that any engine that can judge a table can be held to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from care_engine.bedside import Decision, decide
from care_engine.dates import iso
from care_engine.decision_json import as_json
from care_engine.model import Knowledge
from care_engine.population import bucket_of, evaluate_bucket
from care_engine.population.running import flag_names
from care_engine.reading_facts import read_facts
from care_engine.tests.tiny import tiny
from care_engine.typing_rules import faults_of

FOLDER = Path(__file__).resolve().parents[2] / "conformance" / "language"
FACT_KEYS = ("on", "person", "episodes", "contacts")
DAYS = ("due", "opens", "overdue_from", "closes", "given_on", "until")
#: The item whose recording makes the contact at which expressions are asked.
MARK = "penanda"
AGREES = "sesuai"


@dataclass(frozen=True)
class LanguageCase:
    """One question to an engine: facts under a knowledge, and what must come out."""

    file: str
    name: str
    knowledge: Knowledge
    facts: dict[str, Any]
    expect: dict[str, Any]


def read(path: Path) -> dict[str, Any]:
    data = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    assert isinstance(data, dict), path
    return data


def files() -> list[Path]:
    return sorted(FOLDER.glob("*.yaml"))


def cases(path: Path) -> Iterator[LanguageCase]:
    """All questions of a file, the expressions among them."""
    data = read(path)
    for number, block in enumerate(data.get("expressions", [])):
        yield from _expressions(path.stem, number, block, data.get("knowledge", {}))
    if "cases" in data:
        knowledge = tiny(data.get("knowledge", {}))
        for case in data["cases"]:
            facts = {key: case[key] for key in FACT_KEYS if key in case}
            yield LanguageCase(path.stem, case["name"], knowledge, facts, case.get("expect", {}))
            for later in case.get("also", []):
                name = f"{case['name']}, on {later['on']}"
                yield LanguageCase(path.stem, name, knowledge, {**facts, "on": later["on"]}, later["expect"])


def _expressions(file: str, number: int, block: dict[str, Any], data: Mapping[str, Any]) -> Iterator[LanguageCase]:
    at = block.get("moment", "today")
    for text, wanted in block["values"].items():
        value, cell = _as_cell(str(text), wanted, _day_of(block))
        table: dict[str, Any] = {
            "id": "pertanyaan",
            "for": block.get("for", {}),
            "at": at,
            "inputs": [{"name": "nilai", "value": value}],
            "rows": [{"when": [cell], "then": AGREES}],
        }
        if at == "contact":
            table["triggered_by"] = [MARK]
        whole = {
            **data,
            "items": [*data.get("items", []), {"id": MARK, "type": "boolean"}],
            "tables": [*data.get("tables", []), table],
        }
        facts = {key: block[key] for key in FACT_KEYS if key in block}
        yield LanguageCase(file, f"[{number}] {text}", tiny(whole), facts, {"agrees": wanted})


def _day_of(block: dict[str, Any]) -> date:
    """The day of the moment at which a block asks."""
    if block.get("moment", "today") == "today":
        return block["on"]
    return max(one["on"] for one in block["contacts"] if MARK in one.get("observations", {}))


def _as_cell(text: str, wanted: Any, today: date) -> tuple[str, Any]:
    """The expression and the cell that holds when it has the wanted value."""
    if wanted == "unknown":
        return text, "unknown"
    if isinstance(wanted, date):
        return f"days(today, {text})", (wanted - today).days
    if isinstance(wanted, list):
        parts = [f"size({text}) = {len(wanted)}", *(f"({text}) contains '{one}'" for one in wanted)]
        return " and ".join(parts), True
    return text, wanted


def type_faults(case: LanguageCase) -> list[str]:
    """What the checker says against the expressions that are asked."""
    services = set(case.knowledge.services) | {family.id for family in case.knowledge.families}
    table = case.knowledge.tables[-1]
    return [problem for one in table.inputs for problem in faults_of(one.value, case.knowledge, services)]


# --- engines -------------------------------------------------------------------------------------------------------


def bedside_answer(case: LanguageCase) -> dict[str, Any]:
    """What the reference engine says, as the JSON of `simpul evaluate`."""
    return as_json(bedside_decision(case))


def population_answer(case: LanguageCase) -> dict[str, Any]:
    """What the column engine says: statuses and findings; it does not answer the rest."""
    facts, on, _ = read_facts(case.facts, case.knowledge)
    answers = evaluate_bucket(bucket_of([(1, facts)]), on, case.knowledge)
    services = [
        {
            "id": row["service"],
            "status": row["status"],
            "flags": list(flag_names(row["flags"])),
            **{key: None if row[key] is None else iso(row[key]) for key in DAYS},
        }
        for row in answers.statuses.to_dicts()
    ]
    findings = [{"id": row["finding"], "on": iso(row["on"])} for row in answers.findings.to_dicts()]
    return {"services": services, "findings": findings}


def bedside_decision(case: LanguageCase) -> Decision:
    facts, on, _ = read_facts(case.facts, case.knowledge)
    return decide(facts, on, case.knowledge)


# --- comparing -----------------------------------------------------------------------------------------------------


def differences(case: LanguageCase, answer: dict[str, Any]) -> Iterator[str]:
    """Everything that is expected is compared exactly: findings, actions and unknown as whole lists, services by what is stated."""
    expect = case.expect
    findings = {one["id"]: one["on"] for one in answer["findings"]}
    if "agrees" in expect and AGREES not in findings:
        yield f"{case.name} is not {expect['agrees']}"
    if "findings" in expect:
        wanted = expect["findings"]
        if isinstance(wanted, list) and sorted(wanted) != sorted(findings):
            yield f"findings are {sorted(findings)}, wanted {sorted(wanted)}"
        if isinstance(wanted, dict) and _plain(wanted) != findings:
            yield f"findings are {findings}, wanted {_plain(wanted)}"
    if "severities" in expect and "actions" in answer:
        severities = {one["id"]: one["severity"] for one in answer["findings"]}
        if severities != expect["severities"]:
            yield f"severities are {severities}, wanted {expect['severities']}"
    if "actions" in expect and "actions" in answer:
        wanted = _plain(expect["actions"])
        actions = {
            one["id"]: {"by": one["by"], "unit": one["unit"]} if isinstance(wanted.get(one["id"]), dict) else one["by"]
            for one in answer["actions"]
        }
        if actions != wanted:
            yield f"actions are {actions}, wanted {wanted}"
    if "unknown" in expect and "unknown" in answer:
        unknown = sorted(one["item"] for one in answer["unknown"])
        if unknown != sorted(expect["unknown"]):
            yield f"unknown are {unknown}, wanted {sorted(expect['unknown'])}"
    services = {one["id"]: one for one in answer["services"]}
    for id_, wanted in expect.get("services", {}).items():
        yield from _service_differences(id_, wanted, services.get(id_))


def _service_differences(id_: str, wanted: Any, found: dict[str, Any] | None) -> Iterator[str]:
    if found is None:
        if wanted != "absent":
            yield f"{id_} is absent, wanted {wanted}"
        return
    wanted = {"status": wanted} if isinstance(wanted, str) else _plain(wanted)
    for key, value in wanted.items():
        if key in ("where", "step") and key not in found:
            continue  # the columns hold neither
        answer = [f"{one['unit']}/{one['cadre']}" for one in found["where"]] if key == "where" else found[key]
        if key == "flags":
            answer, value = sorted(answer), sorted(value)
        if answer != value:
            shown = {name: found[name] for name in ("status", "due", "overdue_from", "opens", "closes", "given_on")}
            yield f"{id_}.{key} is {answer}, wanted {value} ({shown})"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return iso(value.toordinal()) if isinstance(value, date) else value
