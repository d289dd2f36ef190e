"""The shape of the knowledge files, as pydantic models. The JSON Schemas for editors (`knowledge/schema/`) are generated from these.

Shape only: texts of expressions, cells and lengths of time are read by `loading.py`; what they mean together is judged by `checking.py`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
Expr = str | bool | int | float
SpanText = Annotated[str, Field(pattern=r"^(\d+y)?(\d+m)?(\d+w)?(\d+d)?$", min_length=2)]
#: A length of time, or the days that an area setting says.
WithinText = Annotated[
    str, Field(pattern=r"^(area\.[a-z][a-z0-9]*(-[a-z0-9]+)*|(\d+y)?(\d+m)?(\d+w)?(\d+d)?)$", min_length=2)
]
Pair = tuple[float, float]
UnitId = Literal[
    "rumah",
    "posyandu",
    "pustu",
    "puskesmas",
    "fktp-lain",
    "rumah-sakit",
    "sekolah",
    "paud",
    "tempat-kerja",
    "labkesmas",
    "ifk",
]
CadreId = Literal[
    "kader",
    "kader-terlatih",
    "bidan",
    "perawat",
    "dokter",
    "dokter-gigi",
    "terapis-gigi",
    "spesialis-anak",
    "spesialis-obsgin",
    "spesialis-penyakit-dalam",
    "nutrisionis",
    "atlm",
    "apoteker",
    "ttk",
    "sanitarian",
    "psikolog-klinis",
    "nakes",
    "nakes-terlatih",
    "guru",
    "keluarga",
]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LabelShape(Strict):
    id: str = Field(min_length=1)
    en: str = Field(min_length=1)


class SourceShape(Strict):
    document: str | None = None
    place: str = ""
    assumed: bool = False
    note: str = ""


class RangeShape(Strict):
    until_age: SpanText | None = None
    range: Pair


class ItemShape(Strict):
    id: Id
    label: LabelShape
    type: Literal["number", "integer", "boolean", "choice", "choices", "date", "text"]
    unit: str = ""
    decimals: int | None = None
    range: Pair | list[RangeShape] | None = None
    usual: Pair | list[RangeShape] | None = None
    choices: dict[str, LabelShape] | None = None
    choice_aliases: dict[str, str] = {}
    words: dict[str, float | dict[str, Any]] = {}
    recorded_as: Id | None = None
    codes: dict[str, str] = {}
    aliases: list[str] = []
    formula: Expr | None = None
    sensitive: bool = False
    hint: LabelShape | None = None
    source: SourceShape | None = None
    assumed: bool = False


class FollowsShape(Strict):
    episode: Id
    outcomes: list[str]


class EpisodeShape(Strict):
    id: Id
    label: LabelShape
    starts: Id | None = None
    follows: FollowsShape | None = None
    outcomes: list[str] = []
    lasts: SpanText | None = None
    shown_for: SpanText = "42d"


class VocabularyFile(Strict):
    source: SourceShape | None = None
    items: list[ItemShape] = []
    episodes: list[EpisodeShape] = []


class AgeShape(Strict):
    from_: SpanText | None = Field(default=None, alias="from")
    until: SpanText | None = None


class WhoShape(Strict):
    sex: Literal["laki-laki", "perempuan"] | None = None
    age: AgeShape | None = None
    episode: Id | None = None
    area: dict[str, bool | str | int | float] = {}
    when: Expr | None = None


class ProviderShape(Strict):
    unit: UnitId | list[UnitId]
    cadre: CadreId | list[CadreId]
    if_: Expr | None = Field(default=None, alias="if")


class CreditShape(Strict):
    services: list[Id] = []
    items: list[Id] = []
    if_: Expr | None = Field(default=None, alias="if")


class HoldShape(Strict):
    when: Expr
    status: Literal["deferred", "contraindicated", "unknown"]
    until: Expr | None = None
    because: LabelShape
    services: list[Id] = []
    source: SourceShape | None = None


class TargetShape(Strict):
    anchor: Expr
    after: SpanText


class StepShape(Strict):
    id: str | None = None
    service: Id | None = None
    from_: SpanText | None = Field(default=None, alias="from")
    due: SpanText | TargetShape | None = None
    until: SpanText | None = None
    late_until: SpanText | None = None
    late_if: Expr | None = None
    needs: Expr | None = None
    full: Expr | None = None
    complete_within: SpanText | None = None
    min: SpanText | None = None
    after: SpanText | None = None
    grace: SpanText | None = None
    when: Expr | None = None
    source: SourceShape | None = None
    assumed: bool = False


class SpacingShape(Strict):
    until: SpanText | None = None
    days: SpanText


class VariantShape(Strict):
    first_at: str
    steps: list[StepShape]
    source: SourceShape | None = None


class ApartShape(Strict):
    from_: list[Id] = Field(alias="from")
    by: SpanText
    source: SourceShape | None = None


class PriorShape(Strict):
    count: Expr
    on: Expr


class ScheduleShape(Strict):
    kind: Literal["window", "series", "repeat", "calendar"]
    credit: CreditShape = CreditShape()
    grace: SpanText | None = None
    holds: list[HoldShape] = []
    scope: Literal["subject", "person"] = "subject"
    anchor: Expr | None = None
    steps: list[StepShape] = []
    min_gap: SpanText | None = None
    spacing: list[SpacingShape] = []
    opens: Literal["due", "window"] = "due"
    advanced_by: Id | None = None
    counts: list[Id] = []
    variants: list[VariantShape] = []
    apart: ApartShape | None = None
    prior: PriorShape | None = None
    late_after: SpanText | None = None
    every: SpanText | list[SpacingShape] | Literal["contact"] | None = None
    first: TargetShape | None = None
    until: Expr | None = None
    on_request: bool = False
    months: list[Annotated[int, Field(ge=1, le=12)]] | Literal["all"] | None = None
    until_day: SpanText | None = None
    from_age: SpanText | None = None
    until_age: SpanText | None = None
    source: SourceShape | None = None


class TellShape(Strict):
    topic: Id
    if_: Expr | None = Field(default=None, alias="if")


class MemberShape(Strict):
    id: Id
    label: LabelShape
    given_by: list[ProviderShape] | None = None
    form: Id | None = None
    tell: list[Id | TellShape] | None = None
    hidden_from: list[str] | None = None
    aliases: list[str] = []
    source: SourceShape | None = None


class ServiceFile(Strict):
    id: Id
    label: LabelShape
    klaster: Literal[1, 2, 3, 4, "lintas"]
    for_: WhoShape = Field(default=WhoShape(), alias="for")
    schedule: ScheduleShape
    given_by: list[ProviderShape] = []
    form: Id | None = None
    tell: list[Id | TellShape] = []
    hidden_from: list[str] = []
    aliases: list[str] = []
    source: SourceShape
    services: list[MemberShape] = []


class InputShape(Strict):
    name: Id
    value: Expr


class RowShape(Strict):
    when: list[str | bool | int | float]
    then: Id | list[Id]
    source: SourceShape | None = None
    assumed: bool = False


class UnknownShape(Strict):
    ask: list[Id] = []


class TableShape(Strict):
    id: Id
    label: LabelShape
    for_: WhoShape = Field(default=WhoShape(), alias="for")
    at: Literal["contact", "today"] = "contact"
    triggered_by: list[Id] = []
    when: Expr | None = None
    inputs: list[Id | InputShape]
    hit: Literal["first", "collect"] = "first"
    rows: list[RowShape]
    lasts: SpanText | Literal["contact"] | None = None
    if_unknown: UnknownShape = UnknownShape()
    source: SourceShape | None = None
    assumed: bool = False


class DoShape(Strict):
    id: Id | None = None
    service: Id | None = None
    label: LabelShape | None = None
    unit: list[UnitId] = []
    within: WithinText = "0d"
    if_: Expr | None = Field(default=None, alias="if")
    source: SourceShape | None = None
    assumed: bool = False


class RecheckShape(Strict):
    id: Id | None = None
    label: LabelShape | None = None
    items: list[Id] = []
    service: Id | None = None
    after: WithinText
    unit: list[UnitId] = []
    if_: Expr | None = Field(default=None, alias="if")
    source: SourceShape | None = None
    assumed: bool = False


class ReferralShape(Strict):
    id: Id | None = None
    to: UnitId
    from_: list[UnitId] = Field(alias="from")
    within: WithinText
    cadre: CadreId | None = None
    label: LabelShape | None = None
    if_: Expr | None = Field(default=None, alias="if")
    source: SourceShape | None = None
    assumed: bool = False


SeverityId = Literal["gawat", "segera", "biasa", "terjadwal", "pantau", "normal"]


class SeverityShape(Strict):
    if_: Expr | None = Field(default=None, alias="if")
    is_: SeverityId = Field(alias="is")


class FindingShape(Strict):
    id: Id
    label: LabelShape
    severity: SeverityId | list[SeverityShape]
    because: LabelShape | None = None
    tell: list[Id | TellShape] = []
    do: list[DoShape] = []
    recheck: RecheckShape | list[RecheckShape] = []
    refer: ReferralShape | list[ReferralShape] = []
    hidden_from: list[str] = []
    aliases: list[str] = []
    source: SourceShape | None = None
    assumed: bool = False


class FindingFile(Strict):
    source: SourceShape | None = None
    findings: list[FindingShape] = []
    tables: list[TableShape] = []


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


class SettingShape(Strict):
    id: Id
    label: LabelShape
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


#: Folder (or file) under `knowledge/` to the shape of its files.
KINDS: dict[str, type[Strict]] = {
    "sources.yaml": SourcesFile,
    "vocabulary": VocabularyFile,
    "services": ServiceFile,
    "findings": FindingFile,
    "forms": FormFile,
    "education": EducationFile,
    "areas": AreaFile,
}


def json_schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema per kind of file, for editors."""
    return {kind.removesuffix(".yaml"): shape.model_json_schema(by_alias=True) for kind, shape in KINDS.items()}
