"""Which sensitive topics a rule of the knowledge looks at: its items and findings, and what these are worked out from."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any

from care_engine import model
from care_engine.expressions import Name
from primary_care.decisions.content import knowledge

DIAGNOSIS = "diagnosis"  # what is of no sensitive topic and yet not for kader: medical record


@lru_cache(maxsize=1)
def by_family() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """For each family of services: the topics that its whole rule looks at, and those that its dates hang on."""
    return {family.id: (topics_in(family), topics_in(_anchors(family))) for family in knowledge().families}


def topics_in(rule: Any) -> frozenset[str]:
    """The topics that a part of the knowledge looks at."""
    return frozenset(topic for name in _named(rule, set()) if (topic := _topic(name)) is not None)


def named_by(rule: Any) -> frozenset[str]:
    """The ids that a part of the knowledge names: items, also those that its formulas look at, findings, services."""
    return frozenset(_named(rule, set()))


def _anchors(family: model.Family) -> list[object]:
    schedule = family.schedule
    return [getattr(schedule, "anchor", None), getattr(getattr(schedule, "first", None), "anchor", None)]


def _topic(name: str) -> str | None:
    if item := knowledge().items.get(name):
        return item.sensitive
    if finding := knowledge().findings.get(name):
        return finding.sensitive or (DIAGNOSIS if finding.hidden_from else None)
    return None


def _named(part: Any, known: set[str]) -> Iterator[str]:
    if isinstance(part, Name):
        if part.id not in known:
            known.add(part.id)
            yield part.id
            item = knowledge().items.get(part.id)
            if item is not None and item.formula is not None:
                yield from _named(item.formula, known)
    elif is_dataclass(part) and not isinstance(part, type):
        for one in fields(part):
            yield from _named(getattr(part, one.name), known)
    elif isinstance(part, tuple | list | frozenset):
        for inner in part:
            yield from _named(inner, known)
