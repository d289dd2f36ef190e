"""What every kind of knowledge is made of: texts, places, sources, whom it concerns, who gives it, what is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from care_engine.dates import Span
from care_engine.expressions import Expression, Setting
from care_engine.places import Place


@dataclass(frozen=True)
class Text:
    """A text in Indonesian and English."""

    id: str
    en: str

    def __getitem__(self, language: str) -> str:
        return self.en if language == "en" else self.id


NOWHERE = Place("", 0)


@dataclass(frozen=True)
class Source:
    document: str | None
    place: str
    assumed: bool
    note: str = ""


@dataclass(frozen=True)
class Who:
    """Whom a service or table concerns. Nothing else decides eligibility."""

    sex: str | None = None
    age_from: Span | None = None
    age_until: Span | None = None
    episode: str | None = None
    area: Mapping[str, object] = field(default_factory=dict)
    when: Expression | None = None
    #: Does not concern anybody of unknown age: of several target groups of one service only the first may.
    known_age: bool = False


@dataclass(frozen=True)
class Provider:
    """Who may give a service where; `condition` must be true."""

    unit: str
    cadre: str
    condition: Expression | None = None
    at: Place = field(default=NOWHERE, compare=False, repr=False)  # several stand for one entry of a file


@dataclass(frozen=True)
class Tell:
    """An education topic to tell; only where the condition is true."""

    topic: str
    condition: Expression | None = None


#: How long until something follows: a length of time, or the days that an area setting says.
Within = Span | Setting
