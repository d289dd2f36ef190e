"""What knowledge means: small frozen types, the same words as `docs/knowledge-language.md`.

Nothing here reads files (`loading.py`), doubts content (`checking.py`) or decides about people (`bedside.py`, `population/`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal as OneOfText

from care_engine.cells import Cell
from care_engine.dates import Span
from care_engine.expressions import Expression, Setting

#: From most to least urgent (domain/README.md §2.3); `normal` asks for nothing.
SEVERITIES = ("gawat", "segera", "biasa", "terjadwal", "pantau", "normal")

STATUSES = (
    "not-yet",
    "due",
    "overdue",
    "done",
    "missed",
    "cancelled",
    "deferred",
    "declined",
    "contraindicated",
    "unknown",
)

ItemType = OneOfText["number", "integer", "boolean", "choice", "choices", "date", "text"]


@dataclass(frozen=True)
class Text:
    """A text in Indonesian and English."""

    id: str
    en: str

    def __getitem__(self, language: str) -> str:
        return self.en if language == "en" else self.id


@dataclass(frozen=True)
class Place:
    """Where in the knowledge something stands, for error messages."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Source:
    document: str | None
    place: str
    assumed: bool
    note: str = ""


@dataclass(frozen=True)
class Range:
    """The values allowed below an age (completed units; None = from there on)."""

    until_age: Span | None
    low: float
    high: float


@dataclass(frozen=True)
class Item:
    """Something that may be recorded, or, with a formula, is worked out."""

    id: str
    label: Text
    type: ItemType
    at: Place
    source: Source
    unit: str = ""
    decimals: int | None = None
    ranges: tuple[Range, ...] = ()
    usual: tuple[Range, ...] = ()
    choices: Mapping[str, Text] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    choice_aliases: Mapping[str, str] = field(default_factory=dict)
    #: Words that may stand for a value: a number, or other items with their values (`tidak-terukur`).
    words: Mapping[str, float | Mapping[str, object]] = field(default_factory=dict)
    #: The item under which a value of this formula item is kept when somebody records it all the same.
    recorded_as: str | None = None
    formula: Expression | None = None
    sensitive: bool = False
    hint: Text | None = None


@dataclass(frozen=True)
class EpisodeKind:
    """A stretch of life with a start. Either recorded (`starts` names the item that dates it) or following from another one."""

    id: str
    label: Text
    at: Place
    starts: str | None = None
    follows: str | None = None
    outcomes: tuple[str, ...] = ()
    lasts: Span | None = None
    shown_for: Span = Span(days=42)


@dataclass(frozen=True)
class Who:
    """Whom a service or table concerns. Nothing else decides eligibility."""

    sex: str | None = None
    age_from: Span | None = None
    age_until: Span | None = None
    episode: str | None = None
    area: Mapping[str, object] = field(default_factory=dict)
    when: Expression | None = None


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
class Provider:
    """Who may give a service where; `condition` must be true."""

    unit: str
    cadre: str
    condition: Expression | None = None


@dataclass(frozen=True)
class Tell:
    """An education topic to tell; only where the condition is true."""

    topic: str
    condition: Expression | None = None


#: How long until something follows: a length of time, or the days that an area setting says.
Within = Span | Setting


@dataclass(frozen=True)
class Do:
    """What is done here when a finding is made: an action of its own, or a service."""

    id: str
    label: Text
    units: tuple[str, ...]
    within: Within
    service: str | None = None
    condition: Expression | None = None


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
    aliases: tuple[str, ...] = ()
    severities: tuple[tuple[Expression, str], ...] = ()


@dataclass(frozen=True)
class Credit:
    """Which contacts count for a schedule."""

    services: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    condition: Expression | None = None


@dataclass(frozen=True)
class Hold:
    """A reason not to do now what is due."""

    when: Expression
    status: OneOfText["deferred", "contraindicated", "unknown"]
    because: Text
    until: Expression | None = None
    services: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """A day counted from an anchor of its own."""

    anchor: Expression
    after: Span


@dataclass(frozen=True)
class Step:
    """One thing to be done. Window steps use `opens`, `needs`, `full`; series steps `min_age`, `after`."""

    id: str
    service: str
    at: Place
    opens: Span = Span()
    due: Span | Target = Span()
    until: Span | None = None
    late_until: Span | None = None
    late_if: Expression | None = None
    needs: Expression | None = None
    full: Expression | None = None
    complete_within: Span | None = None
    min_age: Span | None = None
    after: Span | None = None
    grace: Span | None = None
    when: Expression | None = None


@dataclass(frozen=True)
class Spacing:
    until: Span | None
    days: int


@dataclass(frozen=True)
class Common:
    """What all schedules share."""

    credit: Credit = Credit()
    grace: Span = Span(days=30)
    holds: tuple[Hold, ...] = ()
    lifelong: bool = False


@dataclass(frozen=True)
class Window(Common):
    anchor: Expression | None = None
    steps: tuple[Step, ...] = ()
    min_gap: int = 0
    spacing: tuple[Spacing, ...] = ()
    due_from_opening: bool = False
    advanced_by: str | None = None


@dataclass(frozen=True)
class Variant:
    """Other steps when the first valid dose falls at this age in completed months (or, with none yet, would fall today)."""

    first_at: Cell
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Apart:
    services: tuple[str, ...]
    days: int


@dataclass(frozen=True)
class Prior:
    count: Expression
    on: Expression


@dataclass(frozen=True)
class Series(Common):
    anchor: Expression | None = None
    steps: tuple[Step, ...] = ()
    counts: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    apart: Apart | None = None
    prior: Prior | None = None
    late_after: int | None = None


@dataclass(frozen=True)
class Repeat(Common):
    """Every so long after the last one; `every` None means at each contact, or, on request, whenever it is wanted."""

    every: Span | None = None
    spacing: tuple[Spacing, ...] = ()
    first: Target | None = None
    until: Expression | None = None
    on_request: bool = False


@dataclass(frozen=True)
class Calendar(Common):
    """In these months of the year; empty means every month."""

    months: tuple[int, ...] = ()
    until_day: int = 0
    min_gap: int = 0
    age_from: Span | None = None
    age_until: Span | None = None


Schedule = Window | Series | Repeat | Calendar


@dataclass(frozen=True)
class Service:
    id: str
    label: Text
    klaster: str
    family: str
    given_by: tuple[Provider, ...]
    source: Source
    at: Place
    form: str | None = None
    tell: tuple[Tell, ...] = ()
    hidden_from: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Family:
    """Services that share eligibility and one schedule; often just one service."""

    id: str
    label: Text
    who: Who
    schedule: Schedule
    services: tuple[str, ...]
    at: Place


@dataclass(frozen=True)
class FormItem:
    item: str
    when: Expression | None
    required: bool


@dataclass(frozen=True)
class Section:
    hands: str
    label: Text
    items: tuple[FormItem, ...]


@dataclass(frozen=True)
class Form:
    id: str
    label: Text
    who: Who
    sections: tuple[Section, ...]
    at: Place


@dataclass(frozen=True)
class Topic:
    id: str
    label: Text
    text: Text
    source: Source
    at: Place
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class AreaSetting:
    id: str
    label: Text
    type: str
    default: object
    source: Source
    at: Place
    choices: Mapping[str, Text] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class Document:
    id: str
    label: Text
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figures:
    """A table of figures looked up by keys; a key is text or an inclusive range of numbers."""

    id: str
    keys: tuple[str, ...]
    rows: tuple[tuple[tuple[str | tuple[float, float], ...], float], ...]


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

    @cached_property
    def aliases(self) -> Mapping[str, Mapping[str, str]]:
        """Alias to canonical id, apart for `items`, `findings` and `services`: a printed code may stand for one of each."""
        return {
            "items": _by_alias(self.items),
            "findings": _by_alias(self.findings),
            "services": _by_alias(self.services),
        }

    @cached_property
    def family_of(self) -> Mapping[str, Family]:
        """The family of each service, by the service's id."""
        return {service: family for family in self.families for service in family.services}

    @cached_property
    def tables_by_finding(self) -> Mapping[str, tuple[Table, ...]]:
        found: dict[str, list[Table]] = {}
        for table in self.tables:
            for one in table.findings:
                found.setdefault(one, []).append(table)
        return {one: tuple(tables) for one, tables in found.items()}
