"""Both engines asked the same, and their answers in one form."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, settings

from care_engine.bedside import Decision, decide
from care_engine.facts import Facts
from care_engine.model import Knowledge
from care_engine.population import bucket_of, evaluate_bucket
from care_engine.population.running import flag_names

DAYS = ("due", "opens", "overdue_from", "closes", "given_on", "until")
Answer = tuple[dict[str, dict[str, Any]], dict[str, int]]

#: Few examples and always the same ones, so that a change is never blamed for bad luck; SIMPUL_DEEP=1 looks for new ones.
DEEP = bool(os.environ.get("SIMPUL_DEEP"))


def examples(usual: int) -> settings:
    """Settings of a property: `usual` examples, or in the deep run two hundred times as many, drawn afresh."""
    common: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck), "print_blob": True}
    if DEEP:
        return settings(max_examples=usual * 200, **common)
    return settings(max_examples=usual, derandomize=True, database=None, **common)


def bedside(decision: Decision) -> Answer:
    """Services (status, days, flags) and findings (day) of one decision."""
    services = {
        one.service.id: {
            "status": one.status,
            "flags": sorted(one.flags),
            "due": one.due,
            "opens": one.standing.opens,
            "overdue_from": one.overdue_from,
            "closes": one.closes,
            "given_on": one.given_on,
            "until": one.until,
        }
        for one in decision.services
    }
    return services, {one.finding.id: one.on for one in decision.findings}


def population(people: Sequence[Facts], on: int, knowledge: Knowledge) -> list[Answer]:
    answers: list[Answer] = [({}, {}) for _ in people]
    found = evaluate_bucket(bucket_of(list(enumerate(people))), on, knowledge)
    for row in found.statuses.to_dicts():
        answers[row["person_id"]][0][row["service"]] = {
            "status": row["status"],
            "flags": sorted(flag_names(row["flags"])),
            **{key: row[key] for key in DAYS},
        }
    for row in found.findings.to_dicts():
        answers[row["person_id"]][1][row["finding"]] = row["on"]
    return answers


def disagreements(people: Sequence[Facts], on: int, knowledge: Knowledge) -> list[str]:
    """Where the columns say otherwise than the bedside."""
    found: list[str] = []
    columns = population(people, on, knowledge)
    for number, facts in enumerate(people):
        services, findings = bedside(decide(facts, on, knowledge))
        column_services, column_findings = columns[number]
        if findings != column_findings:
            found.append(f"person {number}: findings {findings}, columns {column_findings}")
        for service in sorted({*services, *column_services}):
            one, other = services.get(service), column_services.get(service)
            if one is None or other is None:
                found.append(f"person {number}: {service} {one}, columns {other}")
                continue
            different = {key: (one[key], other[key]) for key in one if one[key] != other[key] and key != "opens"}
            # `opens` says when it may be done; of what is over it says nothing.
            if one["status"] in ("not-yet", "due", "overdue") and one["opens"] != other["opens"]:
                different["opens"] = (one["opens"], other["opens"])
            if different:
                found.append(f"person {number}: {service} ({one['status']}) differs, bedside and columns: {different}")
    return found
