"""What may be recorded, as this app needs it: label, type, limits. The content lies in `knowledge/vocabulary/`.

This app lies below `decisions` and never calls the engine; `decisions` hands the vocabulary in when it starts (`use`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from django.utils.translation import get_language


class Doubt(Protocol):
    """Why a number is refused (`kind` impossible) or asked about (unusual, falls, rises); see `care_engine.plausibility`."""

    @property
    def kind(self) -> str: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def change(self) -> float | None: ...


class Doubting(Protocol):
    """The doubt about a number recorded `on` a day, by what is known of the vocabulary and the value before; None where there is none."""

    def __call__(
        self, item: str, value: float, *, on: date, birth: date | None, last: tuple[date, float] | None
    ) -> Doubt | None: ...


@dataclass(frozen=True)
class Words:
    """A text in both languages; `str()` gives the one in use."""

    id: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "id").startswith("en") else self.id


@dataclass(frozen=True)
class Item:
    """One thing that may be recorded. `type`: number | integer | boolean | choice | choices | date | text."""

    id: str
    label: Words
    type: str
    unit: str = ""
    decimals: int | None = None
    choices: Mapping[str, Words] = field(default_factory=dict)
    below: str | None = None  # the item whose value at the same contact must be higher
    worked_out: bool = False
    sensitive: str | None = None  # the topic that it would tell about
    laboratory: bool = False
    hint: Words | None = None


@dataclass(frozen=True)
class Last:
    """The value recorded before."""

    on: date
    value: object


Vocabulary = Mapping[str, Item]
_provider: list[tuple[Callable[[], Vocabulary], Doubting]] = []


def use(provider: Callable[[], Vocabulary], doubting: Doubting) -> None:
    """Take the vocabulary, and the doubts about its numbers, from these from now on."""
    _provider[:] = [(provider, doubting)]


def vocabulary() -> Vocabulary:
    """Every item that may be recorded, by id."""
    return _used()[0]()


def doubt_about(
    item: str, value: float, *, on: date, birth: date | None, last: tuple[date, float] | None = None
) -> Doubt | None:
    """What speaks against a number, from the knowledge."""
    return _used()[1](item, value, on=on, birth=birth, last=last)


def _used() -> tuple[Callable[[], Vocabulary], Doubting]:
    if not _provider:
        raise RuntimeError("no vocabulary: is primary_care.decisions among INSTALLED_APPS?")
    return _provider[0]
