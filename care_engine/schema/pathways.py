"""Shape of the files of pathways."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from care_engine.schema.basics import Id, LabelShape, SourceShape, Strict, WhoShape


class StretchShape(Strict):
    label: LabelShape
    services: list[Id] = []
    folders: list[Id] = []


class PathwayFile(Strict):
    id: Id
    label: LabelShape
    order: int
    for_: WhoShape = Field(alias="for")
    sections: Annotated[list[StretchShape], Field(min_length=1)]
    source: SourceShape
