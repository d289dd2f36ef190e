"""Tiny knowledge for tests: what a test says nothing about is filled in, the rest goes through the ordinary loader and its shapes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

from care_engine import schema
from care_engine.facts import Facts
from care_engine.loading import KnowledgeErrors, assemble, load_knowledge
from care_engine.model import Figures, Knowledge
from care_engine.reading_facts import read_facts
from care_engine.yaml_files import Document, KnowledgeError

ASSUMED = {"assumed": True}


def label(id_: str) -> dict[str, str]:
    return {"id": id_, "en": id_}


def _filled(one: Mapping[str, Any], **defaults: Any) -> dict[str, Any]:
    return {"id": one.get("id"), "label": label(str(one.get("id"))), "source": ASSUMED, **defaults, **one}


def _episode(one: Mapping[str, Any]) -> dict[str, Any]:
    filled = _filled(one)
    del filled["source"]
    return filled


def _service(one: Mapping[str, Any]) -> dict[str, Any]:
    filled = _filled(one, klaster=2, given_by=[{"unit": "puskesmas", "cadre": "bidan"}])
    if "services" in filled:
        filled["services"] = [{"label": label(member["id"]), **member} for member in filled["services"]]
    if "groups" in filled:
        filled["groups"] = [{"label": label(group["id"]), **group, **_schedule(group)} for group in filled["groups"]]
    return filled | _schedule(filled)


def _schedule(one: Mapping[str, Any]) -> dict[str, Any]:
    if "schedule" not in one:
        return {}
    holds = [{"because": label("alasan"), **hold} for hold in one["schedule"].get("holds", [])]
    return {"schedule": one["schedule"] | {"holds": holds}}


def documents(data: Mapping[str, Any]) -> list[tuple[type[schema.Strict], Document]]:
    """The files that the keys `items`, `episodes`, `settings`, `findings`, `tables`, `services` stand for."""
    parts: list[tuple[type[schema.Strict], str, dict[str, Any]]] = [
        (
            schema.VocabularyFile,
            "vocabulary/tiny.yaml",
            {
                "items": [_filled(one) for one in data.get("items", [])],
                "episodes": [_episode(one) for one in data.get("episodes", [])],
            },
        ),
        (schema.AreaFile, "areas/tiny.yaml", {"settings": [_filled(one) for one in data.get("settings", [])]}),
        (
            schema.FindingFile,
            "findings/tiny.yaml",
            {
                "findings": [_filled(one, severity="biasa") for one in data.get("findings", [])],
                "tables": [_filled(one) for one in data.get("tables", [])],
            },
        ),
    ]
    parts += [(schema.ServiceFile, f"services/{one['id']}.yaml", _service(one)) for one in data.get("services", [])]
    return [(kind, Document(file, content, {(): 1})) for kind, file, content in parts]


def tiny(data: Mapping[str, Any]) -> Knowledge:
    """Knowledge from plain data; findings that only stand in rows are defined by the way. Raises KnowledgeErrors."""
    defined = {one["id"] for one in data.get("findings", [])}
    named: dict[str, None] = {}
    for table in data.get("tables", []):
        for row in table["rows"]:
            named.update(dict.fromkeys([row["then"]] if isinstance(row["then"], str) else row["then"]))
    findings = [*data.get("findings", []), *({"id": one} for one in named if one not in defined)]
    figures = [
        Figures(
            name,
            tuple(table["keys"]),
            tuple(
                (
                    tuple(_key(key) for key in row[:-1]),
                    float(row[-1]),
                )
                for row in table["rows"]
            ),
        )
        for name, table in data.get("figures", {}).items()
    ]
    whole = {**data, "findings": findings}
    version = hashlib.sha256(json.dumps(whole, default=str, sort_keys=True).encode()).hexdigest()[:12]
    return assemble(documents(whole), figures, version, [])


def _key(key: Any) -> str | tuple[float, float]:
    low, _, high = str(key).partition("..")
    try:
        return (float(low), float(high or low))
    except ValueError:
        return low


def facts(knowledge: Knowledge, on: str, **data: Any) -> tuple[Facts, int]:
    read, day, _ = read_facts({"on": on, **data}, knowledge)
    return read, day


# --- knowledge as files, for the faults with their lines -----------------------------------------------------------

SOURCES = "sources:\n  - {id: buku, label: {id: Buku, en: Book}}\n"


def write(root: Path, files: Mapping[str, str]) -> Path:
    """A knowledge folder; `sources.yaml` is there unless it is given."""
    for name, text in {"sources.yaml": SOURCES, **files}.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(dedent(text), encoding="utf-8")
    return root


def load_faults(root: Path) -> list[KnowledgeError]:
    """What the loader refuses."""
    try:
        load_knowledge(root)
    except KnowledgeErrors as errors:
        return errors.errors
    return []
