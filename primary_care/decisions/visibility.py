"""A reading as one worker may see it. What is closed is taken out here, once, before any page shows it."""

from dataclasses import dataclass, replace

from primary_care.accounts.sight import Sight
from primary_care.decisions.content import knowledge, vocabulary
from primary_care.decisions.reading import MOST_URGENT, Finding, Missing, Reading, Service


@dataclass(frozen=True)
class Closed:
    """That something urgent stands which this worker does not see: how urgent the worst of it is, and whether a reason would open it."""

    severity: str
    may_open: bool


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
    items = vocabulary()
    told = [items[name] for name in one.trace.get("inputs", {}) if name in items]
    if all(sight.item(item.sensitive, item.laboratory) for item in told):
        return one
    return replace(one, because="")


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
