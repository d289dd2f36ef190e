"""What knowledge means: small frozen types, the same words as `docs/knowledge-language.md`.

Nothing here reads files (`loading.py`), doubts content (`checking.py`) or decides about people (`bedside.py`, `population/`).
All names are imported from here: `from care_engine.model import Knowledge, Table`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from care_engine.model.basics import Provider, Source, Tell, Text, Who, Within
from care_engine.model.findings import SEVERITIES, Do, Finding, Input, Recheck, Referral, Row, Table
from care_engine.model.pathways import Pathway, Stretch
from care_engine.model.services import (
    FLAGS,
    STATUSES,
    Apart,
    Calendar,
    Common,
    Credit,
    Family,
    Hold,
    Prior,
    Repeat,
    Schedule,
    Series,
    Service,
    Spacing,
    Step,
    Target,
    Variant,
    Window,
)
from care_engine.model.words import (
    Amount,
    AreaSetting,
    Change,
    Document,
    Earliest,
    EpisodeKind,
    Figures,
    Form,
    FormItem,
    Item,
    ItemType,
    Named,
    Omitted,
    Range,
    Section,
    Topic,
)
from care_engine.places import Place

__all__ = [
    "FLAGS",
    "SEVERITIES",
    "STATUSES",
    "Amount",
    "Apart",
    "AreaSetting",
    "Calendar",
    "Change",
    "Common",
    "Credit",
    "Do",
    "Document",
    "Earliest",
    "EpisodeKind",
    "Family",
    "Figures",
    "Finding",
    "Form",
    "FormItem",
    "Hold",
    "Input",
    "Item",
    "ItemType",
    "Knowledge",
    "Named",
    "Omitted",
    "Pathway",
    "Place",
    "Prior",
    "Provider",
    "Range",
    "Recheck",
    "Referral",
    "Repeat",
    "Row",
    "Schedule",
    "Section",
    "Series",
    "Service",
    "Source",
    "Spacing",
    "Step",
    "Stretch",
    "Table",
    "Target",
    "Tell",
    "Text",
    "Topic",
    "Variant",
    "Who",
    "Window",
    "Within",
]


def _by_alias(owners: Mapping[str, Item] | Mapping[str, Finding] | Mapping[str, Service]) -> Mapping[str, str]:
    return {alias: owner.id for owner in owners.values() for alias in owner.aliases}


@dataclass(frozen=True)
class Knowledge:
    """Everything that care is decided from, and its version (a digest of the files)."""

    version: str
    documents: Mapping[str, Document]
    items: Mapping[str, Item]
    episodes: Mapping[str, EpisodeKind]
    findings: Mapping[str, Finding]
    tables: tuple[Table, ...]  # in an order in which each comes after those that it asks about
    families: tuple[Family, ...]
    services: Mapping[str, Service]
    forms: Mapping[str, Form]
    topics: Mapping[str, Topic]
    settings: Mapping[str, AreaSetting]
    figures: Mapping[str, Figures]
    pathways: Mapping[str, Pathway]
    #: What the documents of the programme ask for, and what of it is left out.
    named: tuple[Named, ...] = ()
    omitted: tuple[Omitted, ...] = ()

    @cached_property
    def aliases(self) -> Mapping[str, Mapping[str, str]]:
        """Alias to canonical id, apart for `items`, `findings` and `services`: a printed code may stand for one of each."""
        return {
            "items": _by_alias(self.items),
            "findings": _by_alias(self.findings),
            "services": _by_alias(self.services),
        }

    @cached_property
    def families_of(self) -> Mapping[str, tuple[Family, ...]]:
        """By the service's id: its family, or those of its target groups, of which no two concern somebody on one day."""
        found: dict[str, list[Family]] = {}
        for family in self.families:
            for service in family.services:
                found.setdefault(service, []).append(family)
        return {service: tuple(families) for service, families in found.items()}

    @cached_property
    def tables_by_finding(self) -> Mapping[str, tuple[Table, ...]]:
        found: dict[str, list[Table]] = {}
        for table in self.tables:
            for one in table.findings:
                found.setdefault(one, []).append(table)
        return {one: tuple(tables) for one, tables in found.items()}
