"""Runs the cases once and keeps what they showed: whether they passed, and what each table, service and finding did in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from care_engine.bedside import Decision, Judgement
from care_engine.cases import Case, decide_case, differences, read_cases
from care_engine.dates import iso
from care_engine.loading import DEFAULT_PATH, load_knowledge
from care_engine.model import Knowledge
from care_engine.reading_values import FactsError
from care_engine.yaml_files import KnowledgeError

ROOT = DEFAULT_PATH.parent


@cache
def knowledge() -> Knowledge:
    return load_knowledge()


def case_files() -> list[Path]:
    """The cases beside the knowledge, and the worked cases of the domain files."""
    return sorted(DEFAULT_PATH.rglob("*.cases.yaml")) + sorted((ROOT / "conformance" / "worked").glob("*.yaml"))


@dataclass
class Seen:
    """What happened in the cases so far."""

    #: Per table: the outcomes of its judgements (None: could not tell), and the rows that decided.
    outcomes: dict[str, set[tuple[str, ...] | None]] = field(default_factory=dict)
    rows: dict[str, set[int]] = field(default_factory=dict)
    #: Per table and input: the numbers that were judged.
    values: dict[tuple[str, str], set[float]] = field(default_factory=dict)
    #: Per family (a target group is one) and service: its statuses.
    statuses: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    #: Findings from which an action followed or something was told.
    led_on: set[str] = field(default_factory=set)

    def add(self, other: Seen) -> None:
        for own, more in (
            (self.outcomes, other.outcomes),
            (self.rows, other.rows),
            (self.values, other.values),
            (self.statuses, other.statuses),
        ):
            for key, several in more.items():
                own.setdefault(key, set()).update(several)  # type: ignore[arg-type, attr-defined]
        self.led_on |= other.led_on

    def record(self, decision: Decision) -> None:
        for judgement in _said(decision):
            table = judgement.table.id
            self.outcomes.setdefault(table, set()).add(judgement.outcome)
            self.rows.setdefault(table, set()).update(judgement.rows)
            for name, value in judgement.inputs.items():
                if isinstance(value, int | float) and not isinstance(value, bool):
                    self.values.setdefault((table, name), set()).add(float(value))
        for status in decision.services:
            self.statuses.setdefault((status.family.id, status.service.id), set()).add(status.status)
        self.led_on |= {found.finding.id for found in decision.findings if found.tell}
        self.led_on |= {action.found.finding.id for action in decision.actions}


def _said(decision: Decision) -> Iterator[Judgement]:
    """All that tables said: at contacts in every episode, and today in those that are going on."""
    person = decision.person
    for subject in [person.subject, *person.episodes]:
        for table in decision.knowledge.tables:
            if table.who.episode == subject.kind and (table.moment == "contact" or subject in person.shown):
                yield from person.judgements(table, subject)


@dataclass(frozen=True)
class Ran:
    case: Case
    problems: tuple[str, ...]


@cache
def run_file(path: Path) -> tuple[tuple[Ran, ...], Seen]:
    """Every case of a file with what was wrong, and what was seen in the days that could be decided."""
    seen = Seen()
    ran = []
    for case in read_cases(path, ROOT):
        problems: list[str] = []
        try:
            for on, expect in case.days:
                decision = decide_case(case.data, knowledge(), on)
                problems += [f"on {iso(decision.on)}: {one}" for one in differences(decision, expect, knowledge())]
                seen.record(decision)
        except (FactsError, KnowledgeError) as error:
            problems.append(str(error))
        ran.append(Ran(case, tuple(problems)))
    return tuple(ran), seen


@cache
def seen_in_all() -> Seen:
    total = Seen()
    for path in case_files():
        total.add(run_file(path)[1])
    return total
