"""What a decision is made of: judgements, findings, statuses, actions, questions, each with what explains it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from care_engine.model import Do, Family, Finding, Knowledge, Recheck, Referral, Service, Table, Text
from care_engine.schedules import Standing
from care_engine.subjects import Subject

if TYPE_CHECKING:
    from care_engine.bedside import Person

UNKNOWN: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Judgement:
    """What a table said at one moment. `outcome` None: cannot tell, for want of `missing`. `inputs` by name."""

    table: Table
    on: int
    sequence: int
    outcome: tuple[str, ...] | None
    rows: tuple[int, ...]
    inputs: Mapping[str, Any]
    missing: tuple[str, ...]
    #: Findings that some row would have added had its values been known (only `hit: collect`).
    open: bool = False


@dataclass(frozen=True, eq=False)
class Found:
    """A finding that stands, with the judgement that made it."""

    finding: Finding
    on: int
    judgement: Judgement
    subject: Subject
    severity: str
    person: Person

    @property
    def tell(self) -> tuple[str, ...]:
        """The education topics that go with the finding for this person today."""
        return self.person.topics(self.finding, self.subject)


@dataclass(frozen=True)
class Status:
    """Where a service stands for the person, and all that explains it."""

    service: Service
    family: Family
    subject: Subject
    standing: Standing
    status: str
    due: int | None
    overdue_from: int | None
    closes: int | None
    given_on: int | None
    flags: tuple[str, ...]
    where: tuple[tuple[str, str], ...]
    tell: tuple[str, ...] = ()
    doses: int = 0
    until: int | None = None
    because: Text | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Action:
    """Something that follows from a finding: done here, checked again, or referred."""

    id: str
    kind: str  # do, recheck, refer
    rule: Do | Recheck | Referral
    found: Found
    units: tuple[str, ...]
    by: int


@dataclass(frozen=True)
class Question:
    """A value that is missing, and what it is needed for (ids of tables and services)."""

    item: str
    needed_for: tuple[str, ...]


@dataclass
class Decision:
    on: int
    knowledge: Knowledge
    person: Person
    services: list[Status] = field(default_factory=list)
    findings: list[Found] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    unknown: list[Question] = field(default_factory=list)
