"""Pathways: which services a stage of life is shown with, and in which order. What they say comes from the services themselves."""

from __future__ import annotations

from dataclasses import dataclass

from care_engine.model.basics import Source, Text, Who
from care_engine.places import Place


@dataclass(frozen=True)
class Stretch:
    """A part of a pathway: services by name (a family, or one of its services), then those of whole folders that are named nowhere else in it."""

    label: Text
    services: tuple[str, ...]
    folders: tuple[str, ...]
    at: Place


@dataclass(frozen=True)
class Pathway:
    """A stage of life. `order`: its place among the others, in the order of a life."""

    id: str
    label: Text
    order: int
    who: Who
    stretches: tuple[Stretch, ...]
    source: Source
    at: Place
