"""Refuses knowledge that is wrong or unfinished. Each refusal names file, line, what is wrong and the likely fix."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from care_engine import model as m
from care_engine.yaml_files import KnowledgeError


def check(knowledge: m.Knowledge, root: Path) -> list[KnowledgeError]:
    """All refusals, in order of file and line."""
    return sorted(_faults(knowledge, root), key=lambda error: (error.file, error.line))


def _faults(knowledge: m.Knowledge, root: Path) -> Iterator[KnowledgeError]:
    yield from ()
