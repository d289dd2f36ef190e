"""A decision as the JSON of `simpul evaluate`, of the cases and of the conformance files."""

from __future__ import annotations

from typing import Any

from care_engine.bedside import Decision, Status
from care_engine.dates import iso
from care_engine.explaining import action_label, because, why
from care_engine.wording import item_label


def as_json(decision: Decision, language: str = "id") -> dict[str, Any]:
    """The decision as plain data: on, knowledge_version, services, findings, actions, education, unknown."""
    knowledge = decision.knowledge
    topics = dict.fromkeys(topic for found in decision.findings for topic in found.tell)
    return {
        "on": iso(decision.on),
        "knowledge_version": knowledge.version,
        "services": [_service_json(status, decision, language) for status in decision.services],
        "findings": [
            {
                "id": found.finding.id,
                "label": found.finding.label[language],
                "severity": found.severity,
                "on": iso(found.on),
                "because": because(found, knowledge, language),
                "table": found.judgement.table.id,
                "rows": [row + 1 for row in found.judgement.rows],
            }
            for found in decision.findings
        ],
        "actions": [
            {
                "id": action.id,
                "kind": action.kind,
                "label": action_label(action, knowledge, language),
                "unit": list(action.units),
                "by": iso(action.by),
                "why": action.found.finding.label[language],
            }
            for action in decision.actions
        ],
        "education": [
            {"id": topic, "label": knowledge.topics[topic].label[language]}
            for topic in topics
            if topic in knowledge.topics
        ],
        "unknown": [
            {"item": one.item, "label": item_label(knowledge, one.item, language), "needed_for": list(one.needed_for)}
            for one in decision.unknown
        ],
    }


def _service_json(status: Status, decision: Decision, language: str) -> dict[str, Any]:
    def optional(value: int | None) -> str | None:
        return None if value is None else iso(value)

    return {
        "id": status.service.id,
        "label": status.service.label[language],
        "status": status.status,
        "step": status.standing.step,
        "due": optional(status.due),
        "overdue_from": optional(status.overdue_from),
        "closes": optional(status.closes),
        "opens": optional(status.standing.opens),
        "given_on": optional(status.given_on),
        "until": optional(status.until),
        "flags": list(status.flags),
        "where": [{"unit": unit, "cadre": cadre} for unit, cadre in status.where],
        "why": why(status, decision, language),
    }
