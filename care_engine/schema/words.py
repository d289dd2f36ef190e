"""Shapes of the files of vocabulary, forms, education, area settings and sources."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from care_engine.schema.basics import Expr, Id, LabelShape, Pair, SourceShape, SpanText, Strict, Topic, WhoShape
from care_engine.schema.services import TargetShape


class RangeShape(Strict):
    until_age: SpanText | None = None
    range: Pair


#: A size in the unit of the item, or a share of the value before: `1.5`, `20%`.
AmountText = float | Annotated[str, Field(pattern=r"^\d+(\.\d+)?%$")]


class ChangeShape(Strict):
    until_age: SpanText | None = None
    within: SpanText | None = None
    falls: AmountText | None = None
    rises: AmountText | None = None


class ItemShape(Strict):
    id: Id
    label: LabelShape
    type: Literal["number", "integer", "boolean", "choice", "choices", "date", "text"]
    unit: str = ""
    decimals: int | None = None
    range: Pair | list[RangeShape] | None = None
    usual: Pair | list[RangeShape] | None = None
    change: list[ChangeShape] = []
    choices: dict[str, LabelShape] | None = None
    choice_aliases: dict[str, str] = {}
    words: dict[str, float | dict[str, Any]] = {}
    recorded_as: Id | None = None
    below: Id | None = None
    codes: dict[str, str] = {}
    aliases: list[str] = []
    formula: Expr | None = None
    sensitive: Topic | None = None
    hint: LabelShape | None = None
    source: SourceShape | None = None
    assumed: bool = False


class FollowsShape(Strict):
    episode: Id
    outcomes: list[str]


class EarliestShape(TargetShape):
    outcomes: list[str]


class EpisodeShape(Strict):
    id: Id
    label: LabelShape
    starts: Id | None = None
    follows: FollowsShape | None = None
    outcomes: list[str] = []
    earliest: EarliestShape | None = None
    lasts: SpanText | None = None
    shown_for: SpanText = "42d"


class VocabularyFile(Strict):
    source: SourceShape | None = None
    items: list[ItemShape] = []
    episodes: list[EpisodeShape] = []


class FormItemShape(Strict):
    item: Id
    when: Expr | None = None
    required: bool = False


class SectionShape(Strict):
    hands: Literal["danger", "ask", "measure", "test", "give", "tell"]
    label: LabelShape
    items: list[Id | FormItemShape]


class FormFile(Strict):
    id: Id
    label: LabelShape
    for_: WhoShape = Field(default=WhoShape(), alias="for")
    sections: list[SectionShape]
    source: SourceShape | None = None


class TopicShape(Strict):
    id: Id
    label: LabelShape
    text: LabelShape
    aliases: list[str] = []
    source: SourceShape | None = None
    assumed: bool = False


class EducationFile(Strict):
    source: SourceShape | None = None
    topics: list[TopicShape]


#: What a setting is about, as the page of a district sets them out (docs/knowledge-language.md §7).
SettingGroup = Literal[
    "endemis", "kejadian", "imunisasi", "paket", "pemberi", "tenggat", "perhitungan", "tempat", "lain"
]


class SettingShape(Strict):
    id: Id
    label: LabelShape
    group: SettingGroup = "lain"
    range: tuple[float, float] | None = None
    type: Literal["boolean", "choice", "number", "integer", "text", "date"]
    unit: str = ""
    default: bool | str | int | float | date | None = None
    choices: dict[str, LabelShape] = {}
    aliases: list[str] = []
    note: str = ""
    source: SourceShape | None = None
    assumed: bool = False


class AreaFile(Strict):
    source: SourceShape | None = None
    settings: list[SettingShape]


class DocumentShape(Strict):
    id: Id
    label: LabelShape
    aliases: list[str] = []
    note: str = ""


class SourcesFile(Strict):
    sources: list[DocumentShape]


class NamedShape(Strict):
    """The services that one place of a document names."""

    document: Id
    place: str
    services: list[Id]


class OmittedShape(Strict):
    id: Id
    because: LabelShape


class ProgrammeFile(Strict):
    """What the programme asks for, so that nothing of it is forgotten."""

    named: list[NamedShape]
    omitted: list[OmittedShape] = []
