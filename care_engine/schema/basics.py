"""Shapes that every kind of file is made of: ids, lengths of time, labels, sources, whom it concerns, who gives it, what is told."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]


Expr = str | bool | int | float


SPAN_PATTERN = r"^(\d+y)?(\d+m)?(\d+w)?(\d+d)?$"
SpanText = Annotated[str, Field(pattern=SPAN_PATTERN, min_length=2)]


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


#: What a thing would tell about a person: HIV, another sexually transmitted infection, hepatitis, mental health and drugs,
#: violence, tuberculosis, or several of these at once.
Topic = Literal["hiv", "ims", "hepatitis", "jiwa", "ktpa", "tbc", "campuran"]


class TellShape(Strict):
    topic: Id
    if_: Expr | None = Field(default=None, alias="if")
