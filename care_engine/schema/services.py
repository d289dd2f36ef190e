"""Shape of the files of services and their schedules."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from care_engine.schema.basics import (
    Expr,
    Id,
    LabelShape,
    ProviderShape,
    SourceShape,
    SpanText,
    Strict,
    TellShape,
    Topic,
    WhoShape,
)


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


class MemberShape(Strict):
    id: Id
    label: LabelShape
    given_by: list[ProviderShape] | None = None
    form: Id | None = None
    tell: list[Id | TellShape] | None = None
    hidden_from: list[str] | None = None
    sensitive: Topic | None = None
    aliases: list[str] = []
    source: SourceShape | None = None


Klaster = Literal[1, 2, 3, 4, "lintas"]


class GroupShape(Strict):
    """One of several target groups of a service. What it does not say the file says for all."""

    id: Id
    label: LabelShape
    klaster: Klaster | None = None
    for_: WhoShape = Field(alias="for")
    schedule: ScheduleShape | None = None
    given_by: list[ProviderShape] | None = None
    form: Id | None = None
    tell: list[Id | TellShape] | None = None
    source: SourceShape | None = None


class ServiceFile(Strict):
    id: Id
    label: LabelShape
    klaster: Klaster | None = None
    for_: WhoShape = Field(default=WhoShape(), alias="for")
    schedule: ScheduleShape | None = None
    given_by: list[ProviderShape] = []
    form: Id | None = None
    calls: bool = True
    tell: list[Id | TellShape] = []
    hidden_from: list[str] = []
    sensitive: Topic | None = None
    aliases: list[str] = []
    source: SourceShape
    services: list[MemberShape] = []
    groups: list[GroupShape] = []
