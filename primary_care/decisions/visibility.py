"""A reading as one worker may see it. What is closed is taken out here, once, before any page shows it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from primary_care.accounts.sight import Sight
from primary_care.decisions.content import finding_label, knowledge, service_marks, vocabulary
from primary_care.decisions.kept_models import UrgentFinding, WantedService
from primary_care.decisions.reading import MOST_URGENT, Finding, Missing, Reading, Service
from primary_care.decisions.topics import by_family


@dataclass(frozen=True)
class Closed:
    """That something urgent stands which this worker does not see: how urgent the worst of it is, and whether a reason would open it."""

    severity: str
    may_open: bool


def urgent_of(rows: Iterable[UrgentFinding], sight: Sight) -> tuple[list[tuple[str, str, str]], Closed | None]:
    """Of kept findings of one person those that are open, as (severity, name, reason), and that there are others, as `closed` tells it."""
    told, hidden = [], []
    for row in rows:
        found = knowledge().findings.get(row.finding)
        topic, hidden_from = (found.sensitive, found.hidden_from) if found else ("campuran", ())
        if sight.finding(topic, hidden_from):
            reason = row.because if _tells_only_what_is_open(row.inputs, sight) else ""
            told.append((row.severity, finding_label(row.finding), reason))
        elif hints_at(sight, topic):
            hidden.append(row.severity)
    return told, Closed(min(hidden, key=MOST_URGENT.index), sight.may_open) if hidden else None


def wanted_of(rows: Iterable[WantedService], sight: Sight) -> list[tuple[WantedService, str]]:
    """Of kept services of one person those that are open, each with its reason."""
    found = []
    for row in rows:
        if sight.service(*service_marks(row.service)):
            family = knowledge().family_of.get(row.service)
            _rests_on, hangs_on = by_family()[family.id] if family else (frozenset(), frozenset({"campuran"}))
            found.append((row, row.why if _all_open(hangs_on, sight) else ""))
    return found


def seen(reading: Reading, sight: Sight) -> Reading:
    """`reading` without the services, findings, actions, open questions and reasons that are not open to `sight`."""
    findings = tuple(_reasons(one, sight) for one in reading.findings if sight.finding(one.topic, one.hidden_from))
    followed = {id(action) for one in findings for action in one.actions}
    services = tuple(one for one in reading.services if sight.service(one.topic, one.hidden_from))
    return replace(
        reading,
        services=tuple(_service(one, sight) for one in services),
        findings=findings,
        actions=tuple(one for one in reading.actions if id(one) in followed),
        missing=tuple(kept for one in reading.missing if (kept := _missing(one, sight)) is not None),
        decision=reading.decision,
    )


def closed(reading: Reading, sight: Sight) -> Closed | None:
    """Whether something urgent is hidden from somebody who treats or visits the person: then the page says that help is needed, not why.

    A kader is told only of what is no sensitive data; of that the knowledge has its own wording (`perlu-pendampingan-nakes`).
    """
    hidden = [
        one.severity
        for one in reading.findings
        if one.severity in MOST_URGENT and not sight.finding(one.topic, one.hidden_from) and hints_at(sight, one.topic)
    ]
    return Closed(min(hidden, key=MOST_URGENT.index), sight.may_open) if hidden else None


def hints_at(sight: Sight, topic: str | None) -> bool:
    """Whether it is told that a finding of this topic stands, where the finding itself is closed."""
    return sight.screening and (sight.may_open or (sight.lay and topic is None))


def _reasons(one: Finding, sight: Sight) -> Finding:
    """Without its reason, where that tells a value which is not open."""
    return one if _tells_only_what_is_open(one.trace.get("inputs", {}), sight) else replace(one, because="")


def _tells_only_what_is_open(inputs: Iterable[str], sight: Sight) -> bool:
    items = vocabulary()
    return all(sight.item(items[name].sensitive, items[name].laboratory) for name in inputs if name in items)


def _service(one: Service, sight: Sight) -> Service:
    """Without the reasons that would tell something closed: why it was put off, what its date hangs on, what is not known."""
    items = knowledge().items
    asked = [items[item] for item in one.asks if item in items]
    if one.because and not (sight.whole_record and _all_open(one.rests_on, sight)):
        one = replace(one, because="", why="", whole="")
    if not all(sight.topic(item.sensitive) for item in asked):
        one = replace(one, missing=(), why="", whole="")
    if not _all_open(one.hangs_on, sight):
        one = replace(one, why="", whole=one.whole.partition(". ")[0])
    return one


def _all_open(topics: frozenset[str], sight: Sight) -> bool:
    return all(sight.topic(topic) for topic in topics)


def _missing(one: Missing, sight: Sight) -> Missing | None:
    item = knowledge().items[one.item]
    if not sight.screening or not sight.topic(item.sensitive):
        return None
    needs = tuple((key, label) for key, label in one.needs if _open(key, sight))
    return replace(one, needs=needs) if needs else None


def _open(key: str, sight: Sight) -> bool:
    """Whether a service or a decision table may be named."""
    if service := knowledge().services.get(key):
        return sight.service(service.sensitive, service.hidden_from)
    made = [
        found
        for table in knowledge().tables
        if table.id == key
        for row in table.rows
        for name in row.then
        if (found := knowledge().findings.get(name)) is not None
    ]
    return not made or any(sight.finding(found.sensitive, found.hidden_from) for found in made)
