"""What may be recorded, as this app needs it: label, type, limits. The content lies in `knowledge/vocabulary/`.

This app lies below `decisions` and never calls the engine; `decisions` hands the vocabulary in when it starts (`use`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import get_language


@dataclass(frozen=True)
class Limits:
    """Lowest and highest value below an age in completed months (None: from there on)."""

    low: float
    high: float
    until_month: int | None = None

    def hold(self, value: Decimal) -> bool:
        """Whether `value` lies within, both ends included. 0.4 is four tenths here, not the float next to it."""
        return Decimal(str(self.low)) <= value <= Decimal(str(self.high))


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
    limits: tuple[Limits, ...] = ()
    usual: tuple[Limits, ...] = ()
    choices: Mapping[str, Words] = field(default_factory=dict)
    below: str | None = None  # the item whose value at the same contact must be higher
    worked_out: bool = False
    sensitive: str | None = None  # the topic that it would tell about
    laboratory: bool = False
    hint: Words | None = None

    def limits_at(self, age_in_months: int) -> Limits | None:
        """Values outside cannot be true."""
        return _at(self.limits, age_in_months)

    def usual_at(self, age_in_months: int) -> Limits | None:
        """Values outside are asked about."""
        return _at(self.usual, age_in_months)


Vocabulary = Mapping[str, Item]
_provider: list[Callable[[], Vocabulary]] = []


def use(provider: Callable[[], Vocabulary]) -> None:
    """Take the vocabulary from `provider` from now on."""
    _provider[:] = [provider]


def vocabulary() -> Vocabulary:
    """Every item that may be recorded, by id."""
    if not _provider:
        raise RuntimeError("no vocabulary: is primary_care.decisions among INSTALLED_APPS?")
    return _provider[0]()


def _at(rows: tuple[Limits, ...], age_in_months: int) -> Limits | None:
    return next((row for row in rows if row.until_month is None or age_in_months < row.until_month), None)
