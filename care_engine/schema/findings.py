"""Shape of the files of findings and decision tables."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from care_engine.schema.basics import (
    CadreId,
    Expr,
    Id,
    LabelShape,
    SourceShape,
    SpanText,
    Strict,
    TellShape,
    Topic,
    UnitId,
    WhoShape,
    WithinText,
)


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
    visit: bool = False
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
    hidden_from: list[str] | None = None
    sensitive: Topic | None = None
    aliases: list[str] = []
    source: SourceShape | None = None
    assumed: bool = False


class FindingFile(Strict):
    source: SourceShape | None = None
    hidden_from: list[str] = []  # of every finding of the file that says nothing else
    findings: list[FindingShape] = []
    tables: list[TableShape] = []
