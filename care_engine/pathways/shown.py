"""Which families of services a pathway shows, part by part.

A service may have several target groups, each a family of its own: a pathway shows those that may concern its people.
"""

from __future__ import annotations

from collections.abc import Iterator

from care_engine.dates import Span
from care_engine.expressions import Binary, Call, Expression, Literal, Name, Unary
from care_engine.model import Family, Knowledge, Pathway, Who


def named(id_: str, knowledge: Knowledge) -> tuple[Family, ...]:
    """The families that a pathway means by this name: their own, or that of one of their services."""
    return tuple(one for one in knowledge.families if id_ == one.id or id_ in one.services)


def folder_of(family: Family) -> str:
    """The folder of the file that a family stands in: `services/ibu-hamil/anc.yaml`: ibu-hamil."""
    return family.at.file.split("/")[1].removesuffix(".yaml")


def may_share(one: Who, other: Who) -> bool:
    """Whether somebody may belong to both by sex, age and episode; conditions are not looked at."""
    if one.sex is not None and other.sex is not None and one.sex != other.sex:
        return False
    if one.episode is not None and other.episode is not None and one.episode != other.episode:
        return False
    return _begins_in_time(one, other) and _begins_in_time(other, one)


def _begins_in_time(one: Who, other: Who) -> bool:
    """Whether the age of one begins before that of the other has ended."""
    if one.age_from is None or other.age_until is None:
        return True
    return _days(one.age_from) <= _days(_after(other.age_until))


def _after(until: Span) -> Span:
    """A limit in completed months lasts until the day before the next month is complete."""
    return Span(until.months + 1, -1) if until.months and not until.days else until


def _days(span: Span) -> float:
    return span.months * 30.4375 + span.days


def settled(condition: Expression, within: Who) -> bool | None:
    """What a condition is for all people of `within`; None where that differs from one to the other."""
    match condition:
        case Call("in_episode", (Literal(kind),)) if within.episode is not None:
            return True if kind == within.episode else None
        case Unary("is unknown", Name("episode-end")) if within.episode is not None:
            return True
        case Unary("is known" | "is unknown" as op, Name("birth" | "umur-hari" | "umur-bulan" | "umur-tahun")):
            return op == "is known" if (within.age_from or within.age_until) else None
        case Unary("not", operand):
            inner = settled(operand, within)
            return None if inner is None else not inner
        case Binary("and" | "or" as op, left, right):
            answers = (settled(left, within), settled(right, within))
            decisive = op == "or"
            return decisive if decisive in answers else None if None in answers else not decisive
        case Binary("=" | "!=" as op, Name("sex"), Literal(str() as sex)) if within.sex is not None:
            return (within.sex == sex) is (op == "=")
    return None


def families_of(pathway: Pathway, knowledge: Knowledge) -> list[tuple[Family, ...]]:
    """The families of each part of a pathway, in its order, each once."""
    by_name = {name for stretch in pathway.stretches for name in stretch.services}
    seen: set[int] = set()
    parts: list[tuple[Family, ...]] = []
    for stretch in pathway.stretches:
        found: list[Family] = []
        for id_ in stretch.services:
            found += [one for one in named(id_, knowledge) if may_share(one.who, pathway.who)]
        for folder in stretch.folders:
            found += [
                one
                for one in knowledge.families
                if folder_of(one) == folder
                and by_name.isdisjoint({one.id, *one.services})
                and may_share(one.who, pathway.who)
            ]
        parts.append(tuple(one for one in found if id(one) not in seen and not seen.add(id(one))))  # type: ignore[func-returns-value]
    return parts


def shown_nowhere(knowledge: Knowledge) -> Iterator[Family]:
    """The families that no pathway shows."""
    shown = {
        id(one) for pathway in knowledge.pathways.values() for part in families_of(pathway, knowledge) for one in part
    }
    yield from (one for one in knowledge.families if id(one) not in shown)
