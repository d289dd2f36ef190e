"""A decision of the engine in plain words and dates, for pages. Nothing here decides; labels come from `content`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from care_engine import bedside, explaining, model
from care_engine.evaluating import evaluate
from care_engine.expressions import Name, walk
from primary_care.decisions.content import item_label, knowledge, language, service_label, words
from primary_care.decisions.topics import by_family

MOST_URGENT = ("gawat", "segera")
WANTED = ("due", "overdue")


@dataclass(frozen=True)
class Service:
    """Where one service stands for one person. `providers` are the pairs (kind of unit, cadre) that may give it."""

    id: str
    label: str
    family: str
    status: str
    due: date | None
    overdue_from: date | None
    closes: date | None
    last: date | None
    until: date | None
    flags: frozenset[str]
    providers: tuple[tuple[str, str], ...]
    because: str
    why: str
    whole: str
    missing: tuple[str, ...]
    source: str
    form: str | None
    tell: tuple[str, ...]
    credit_items: tuple[str, ...] = ()
    credit_services: tuple[str, ...] = ()
    topic: str | None = None
    hidden_from: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()  # the items behind `missing`
    rests_on: frozenset[str] = frozenset()  # topics that its rule looks at, and so what `because` may tell
    hangs_on: frozenset[str] = frozenset()  # topics that its dates hang on, and so what `why` may tell
    calls: bool = True  # whether somebody is called for this alone

    @property
    def credited_by(self) -> tuple[str, ...]:
        """The names of the items whose recording is the service; nothing for one that is ticked."""
        return tuple(item_label(item) for item in self.credit_items)

    @property
    def units(self) -> tuple[str, ...]:
        """The kinds of unit where it may be given."""
        return tuple(dict.fromkeys(unit for unit, _ in self.providers))

    @property
    def wanted(self) -> bool:
        """Whether it is to be done now."""
        return self.status in WANTED

    def open_at(self, unit: str) -> bool:
        """Whether it may be done and credited today in a unit of this kind."""
        now = self.wanted or self.status in ("unknown", "deferred", "declined") or "open" in self.flags
        return now and (unit in self.units)

    def given_by(self, unit: str, cadres: Iterable[str]) -> bool:
        """Whether one of `cadres` may give it in a unit of this kind."""
        return any(where == unit and who in set(cadres) for where, who in self.providers)


@dataclass(frozen=True)
class Action:
    """What follows from a finding. `kind`: do | recheck | refer."""

    id: str
    label: str
    kind: str
    units: tuple[str, ...]
    by: date
    finding: str
    from_units: tuple[str, ...] = ()

    def concerns(self, unit: str) -> bool:
        """Whether it is for somebody who stands in a unit of this kind."""
        return not unit or (unit in self.from_units if self.from_units else not self.units or unit in self.units)


@dataclass(frozen=True)
class Finding:
    """A finding that stands."""

    id: str
    label: str
    severity: str
    on: date
    because: str
    tell: tuple[str, ...]
    hidden_from: tuple[str, ...]
    source: str
    actions: tuple[Action, ...]
    trace: Mapping[str, Any]
    topic: str | None = None


@dataclass(frozen=True)
class Missing:
    """What is not recorded and would be needed, for which services and tables: pairs (id, name)."""

    item: str
    label: str
    needs: tuple[tuple[str, str], ...]

    @property
    def needed_for(self) -> tuple[str, ...]:
        """The names of what it is needed for."""
        return tuple(label for _, label in self.needs)


@dataclass(frozen=True)
class Reading:
    """Everything decided about one person on a day."""

    on: date
    version: str
    services: tuple[Service, ...]
    findings: tuple[Finding, ...]
    actions: tuple[Action, ...]
    missing: tuple[Missing, ...]
    decision: bedside.Decision

    @property
    def wanted(self) -> list[Service]:
        """What is to be done now, the latest first."""
        return sorted(
            (one for one in self.services if one.wanted),
            key=lambda one: (one.overdue_from or date.max, one.due or date.max, one.label),
        )

    @property
    def late(self) -> int:
        """How many services are overdue."""
        return sum(one.status == "overdue" for one in self.services)

    @property
    def urgent(self) -> list[Finding]:
        """Findings that cannot wait."""
        return [one for one in self.findings if one.severity in MOST_URGENT]

    def episodes(self) -> list[str]:
        """The kinds of episode that are going on."""
        return [one.kind for one in self.decision.person.shown if one.kind]

    def value(self, item: str, episode: str | None = None) -> object:
        """The value of an item today: number, text, date, or None for unknown. Within the running episode of a kind, if given."""
        found = knowledge().items.get(item)
        person = self.decision.person
        subject = next((one for one in person.shown if one.kind == episode), None)
        if found is None or subject is None:
            return None
        if found.formula is not None:
            value = evaluate(found.formula, person.today(subject))
        else:
            rows = [row for row in subject.history.get(item, []) if row[0] <= person.on]
            value = rows[-1][2] if rows else None
        if value is not None and found.type == "date":
            return date.fromordinal(int(value))
        return value


def read(decision: bedside.Decision, *, wanted_only: bool = False) -> Reading:
    """`decision` for pages; `wanted_only`: of the services only those that are to be done now, for lists of many people."""
    tongue = language()
    services = [one for one in decision.services if not wanted_only or one.status in WANTED]
    actions = {id(one): _action(one) for one in decision.actions}
    return Reading(
        on=date.fromordinal(decision.on),
        version=decision.knowledge.version,
        services=tuple(_service(one, decision, tongue) for one in services),
        findings=tuple(
            read_finding(one, tuple(actions[id(a)] for a in decision.actions if _follows(a, one)))
            for one in decision.findings
        ),
        actions=tuple(actions.values()),
        missing=tuple(
            Missing(one.item, item_label(one.item), tuple((need, _needer(need)) for need in one.needed_for))
            for one in decision.unknown
            if one.item in knowledge().items
        ),
        decision=decision,
    )


def _credit_items(credit: model.Credit) -> tuple[str, ...]:
    """The items that a service is done by recording: those named, and those that its condition looks at."""
    if not credit.items or credit.condition is None:
        return credit.items
    items = knowledge().items
    named = (one.id for one in walk(credit.condition) if isinstance(one, Name) and one.id in items)
    return tuple(dict.fromkeys((*credit.items, *(item for item in named if items[item].formula is None))))


def _service(one: bedside.Status, decision: bedside.Decision, tongue: str) -> Service:
    # The engine's sentence begins with the state, which the chip says already; what follows is the reason.
    rests_on, hangs_on = by_family()[one.family.id]
    state, _, reason = explaining.why(one, decision, tongue).partition(". ")
    return Service(
        id=one.service.id,
        label=one.service.label[tongue],
        family=one.family.id,
        status=one.status,
        due=_day(one.due),
        overdue_from=_day(one.overdue_from),
        closes=_day(one.closes),
        last=_day(one.given_on),
        until=_day(one.until),
        flags=frozenset(one.flags),
        providers=one.where,
        because=one.because[tongue] if one.because is not None else "",
        why=reason,
        whole=f"{state}. {reason}" if reason else state,
        missing=tuple(item_label(item) for item in one.missing),
        source=explaining.source_text(one.service, decision.knowledge, tongue),
        form=one.service.form,
        tell=one.tell,
        credit_items=_credit_items(one.family.schedule.credit),
        credit_services=tuple(one.family.schedule.credit.services),
        topic=one.service.sensitive,
        hidden_from=one.service.hidden_from,
        asks=tuple(one.missing),
        rests_on=rests_on,
        hangs_on=hangs_on,
        calls=one.service.calls,
    )


def read_finding(one: bedside.Found, actions: tuple[Action, ...] = ()) -> Finding:
    """A finding for pages, or to be kept."""
    judgement = one.judgement
    return Finding(
        id=one.finding.id,
        label=words(one.finding.label),
        severity=one.severity,
        on=date.fromordinal(one.on),
        because=_because(one),
        tell=one.tell,
        hidden_from=one.finding.hidden_from,
        source=explaining.source_text(one.finding, knowledge(), language()),
        actions=actions,
        trace={
            "table": judgement.table.id,
            "rows": [number + 1 for number in judgement.rows],
            "inputs": {
                name: sorted(value) if isinstance(value, frozenset) else value
                for name, value in judgement.inputs.items()
            },
        },
        topic=one.finding.sensitive,
    )


def made_on_the_day(decision: bedside.Decision) -> list[Finding]:
    """The findings that were made on the very day of a decision, to be kept."""
    return [read_finding(one) for one in decision.findings if one.on == decision.on]


def _follows(action: bedside.Action, found: bedside.Found) -> bool:
    """Whether an action follows from a finding. What follows from several is one action, held by the finding of the earliest day;
    it is said at each of them, so that a referral for danger today does not hide behind an older reason for the same referral.
    """
    if action.found.finding.id == found.finding.id:
        return True
    rules: list[model.Do | model.Recheck | model.Referral] = [*found.finding.do, *found.finding.recheck]
    rules += found.finding.refer
    return any(rule.id == action.id and rule.condition is None for rule in rules)


def _because(one: bedside.Found) -> str:
    """Why, in the author's sentence or in measured values; nothing where the inputs are names that only authors know."""
    named = all(entry.name in knowledge().items for entry in one.judgement.table.inputs)
    return explaining.because(one, knowledge(), language()) if named or one.finding.because else ""


def _action(one: bedside.Action) -> Action:
    label = explaining.action_label(one, knowledge(), language())
    leaving = one.rule.from_units if isinstance(one.rule, model.Referral) else ()
    return Action(one.id, label, one.kind, one.units, date.fromordinal(one.by), one.found.finding.id, leaving)


def _needer(id_: str) -> str:
    if id_ in knowledge().services:
        return service_label(id_)
    return next((words(table.label) for table in knowledge().tables if table.id == id_), id_)


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(int(ordinal))
