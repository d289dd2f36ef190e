"""What may be recorded, asked, told and set: items, episodes, forms, topics, area settings, documents, figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal as OneOfText

from care_engine.dates import Span
from care_engine.expressions import Expression
from care_engine.model.basics import Source, Text, Who
from care_engine.model.services import Target
from care_engine.places import Place

ItemType = OneOfText["number", "integer", "boolean", "choice", "choices", "date", "text"]


@dataclass(frozen=True)
class Range:
    """The values allowed below an age (completed units; None = from there on)."""

    until_age: Span | None
    low: float
    high: float


@dataclass(frozen=True)
class Amount:
    """A size in the unit of the item, or a share of the value before it in percent."""

    size: float
    percent: bool = False


@dataclass(frozen=True)
class Change:
    """How far a value may lie from the one before until it is asked about: below an age (None: any), `within` so long since then."""

    until_age: Span | None
    within: Span | None
    falls: Amount | None
    rises: Amount | None


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
    #: The first row whose age and time fit holds.
    change: tuple[Change, ...] = ()
    choices: Mapping[str, Text] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    choice_aliases: Mapping[str, str] = field(default_factory=dict)
    #: Words that may stand for a value: a number, or other items with their values (`tidak-terukur`).
    words: Mapping[str, float | Mapping[str, object]] = field(default_factory=dict)
    #: The item under which a value of this formula item is kept when somebody records it all the same.
    recorded_as: str | None = None
    #: The item than which it is lower when both are recorded at one contact.
    below: str | None = None
    formula: Expression | None = None
    #: What it would tell about a person (`Topic` of the schema); kader never see it.
    sensitive: str | None = None
    hint: Text | None = None


@dataclass(frozen=True)
class Earliest:
    """Outcomes that cannot come before a day."""

    outcomes: tuple[str, ...]
    day: Target


@dataclass(frozen=True)
class EpisodeKind:
    """A stretch of life with a start. Either recorded (`starts` names the item that dates it) or following from another one."""

    id: str
    label: Text
    at: Place
    starts: str | None = None
    follows: str | None = None
    outcomes: tuple[str, ...] = ()
    earliest: Earliest | None = None
    lasts: Span | None = None
    shown_for: Span = Span(days=42)


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
    group: str = ""
    range: tuple[float, float] | None = None
    note: str = ""


@dataclass(frozen=True)
class Document:
    id: str
    label: Text
    at: Place
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Named:
    """A service that a document of the programme names, by its id there (an alias here, perhaps)."""

    id: str
    document: str
    place: str
    at: Place


@dataclass(frozen=True)
class Omitted:
    """A service that a document names and that the knowledge leaves out on purpose."""

    id: str
    because: Text
    at: Place


@dataclass(frozen=True)
class Figures:
    """A table of figures looked up by keys; a key is text or an inclusive range of numbers."""

    id: str
    keys: tuple[str, ...]
    rows: tuple[tuple[tuple[str | tuple[float, float], ...], float], ...]
