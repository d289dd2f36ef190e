"""Decision tables, the findings that they make, and what follows from a finding."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal as OneOfText

from care_engine.cells import Cell
from care_engine.dates import Span
from care_engine.expressions import Expression
from care_engine.model.basics import Source, Tell, Text, Who, Within
from care_engine.places import Place

#: From most to least urgent (domain/README.md §2.3); `normal` asks for nothing.
SEVERITIES = ("gawat", "segera", "biasa", "terjadwal", "pantau", "normal")


@dataclass(frozen=True)
class Input:
    name: str
    value: Expression


@dataclass(frozen=True)
class Row:
    cells: tuple[Cell, ...]
    then: tuple[str, ...]
    at: Place


@dataclass(frozen=True)
class Table:
    """A decision table: inputs to findings."""

    id: str
    label: Text
    who: Who
    inputs: tuple[Input, ...]
    rows: tuple[Row, ...]
    source: Source
    at: Place
    moment: OneOfText["contact", "today"] = "contact"
    triggered_by: tuple[str, ...] = ()
    when: Expression | None = None
    hit: OneOfText["first", "collect"] = "first"
    lasts: Span | None = None
    only_at_contact: bool = False
    ask: tuple[str, ...] = ()

    @cached_property
    def findings(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one for row in self.rows for one in row.then))


@dataclass(frozen=True)
class Do:
    """What is done here when a finding is made: an action of its own, or a service."""

    id: str
    label: Text
    units: tuple[str, ...]
    within: Within
    service: str | None = None
    condition: Expression | None = None
    visit: bool = False  # somebody goes there: it is followed until it is done


@dataclass(frozen=True)
class Recheck:
    id: str
    label: Text
    after: Within
    items: tuple[str, ...] = ()
    service: str | None = None
    units: tuple[str, ...] = ()
    condition: Expression | None = None


@dataclass(frozen=True)
class Referral:
    id: str
    to: str
    from_units: tuple[str, ...]
    within: Within
    label: Text
    cadre: str | None = None
    condition: Expression | None = None


@dataclass(frozen=True)
class Finding:
    id: str
    label: Text
    severity: str  # where no rule of `severities` holds
    source: Source
    at: Place
    because: Text | None = None
    tell: tuple[Tell, ...] = ()
    do: tuple[Do, ...] = ()
    recheck: tuple[Recheck, ...] = ()
    refer: tuple[Referral, ...] = ()
    hidden_from: tuple[str, ...] = ()
    sensitive: str | None = None
    aliases: tuple[str, ...] = ()
    severities: tuple[tuple[Expression, str], ...] = ()
