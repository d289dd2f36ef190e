"""What is recorded about one person, as the engine wants it. `reading_facts.py` reads it from plain data.

Days are ordinals, times are minutes of the day. Values are float, str, bool, int (a date as an ordinal, for date items) or frozenset (for `choices`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Value = float | str | bool | int | frozenset[str]


@dataclass(frozen=True)
class Deferral:
    until: int | None
    because: str


@dataclass(frozen=True)
class Contact:
    """One meeting, or (with a negative sequence) a set of facts known from that day on."""

    on: int
    sequence: int
    minute: int | None = None
    unit: str | None = None
    cadre: str | None = None
    services: frozenset[str] = frozenset()
    values: Mapping[str, Value] = field(default_factory=dict)
    declined: frozenset[str] = frozenset()
    deferred: Mapping[str, Deferral] = field(default_factory=dict)
    contraindicated: Mapping[str, str] = field(default_factory=dict)
    moment: tuple[int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "moment", (self.on, self.sequence))

    @property
    def is_meeting(self) -> bool:
        return self.sequence >= 0


@dataclass(frozen=True)
class Episode:
    kind: str
    start: int
    registered: int
    end: int | None = None
    outcome: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    start_minute: int | None = None
    end_minute: int | None = None


@dataclass(frozen=True)
class Facts:
    """Everything recorded about one person. `contacts` are in order of day and sequence."""

    sex: str | None
    birth: int | None
    birth_minute: int | None = None
    area: Mapping[str, object] = field(default_factory=dict)
    attributes: Mapping[str, Value] = field(default_factory=dict)
    episodes: tuple[Episode, ...] = ()
    contacts: tuple[Contact, ...] = ()
    deceased_on: int | None = None
    moved_out_on: int | None = None
