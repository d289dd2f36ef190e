"""The words in which a case says what it expects: refused where they name nothing, for such an expectation could never fail (or never hold)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from care_engine.expressions import WORDS
from care_engine.model import FLAGS, STATUSES, Knowledge
from care_engine.reading_values import UNITS, fault, read_day

DAYS = ("due", "overdue_from", "closes", "opens", "given_on", "until")
PROPERTIES = ("status", "step", *DAYS, "flags", "not_flags", "where")


def canonical(key: str, knowledge: Knowledge, kind: str) -> str:
    """The id for which a key of a case stands; the key itself where it is none."""
    return key if key in getattr(knowledge, kind) else knowledge.aliases[kind].get(key, key)


def expectations(case: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each expectation of a case, on its own day and later ones, with its place."""
    if "expect" in case:
        yield "expect", case["expect"]
    also = case.get("also", [])
    for index, later in enumerate(also if isinstance(also, list) else []):
        if isinstance(later, dict) and "expect" in later:
            yield f"also[{index}].expect", later["expect"]


#: What each key of an expectation names.
NAMED = {
    "services": "service",
    "findings": "finding",
    "not_findings": "finding",
    "actions": "action",
    "not_actions": "action",
    "unknown": "item",
    "values": "item",
    "education": "education topic",
}


def refuse_unknown_words(expect: Any, knowledge: Knowledge, where: str) -> None:
    """Raises FactsError for the first key, id or status of an expectation that does not exist."""
    for key, said in _mapping(expect, where, "services, findings, actions, unknown, values").items():
        place = f"{where}.{key}"
        if key not in NAMED:
            raise fault(place, f"'{key}' cannot be expected; known are {', '.join(NAMED)}")
        what = NAMED[key]
        known = _known(what, knowledge)
        if key in ("services", "values"):
            for id_, wanted in _mapping(said, place, f"the id of each {what} and what is expected of it").items():
                _one_of(id_, known, what, place)
                if key == "services":
                    _refuse_unknown_status(wanted, f"{place}.{id_}")
        else:
            for one in _listing(said, place):
                if isinstance(one, Mapping) and key == "actions":
                    for word in one:
                        _one_of(word, ("id", "by", "unit"), "property of an action", place)
                    one = one.get("id")
                _one_of(one, known, what, place)


def _known(what: str, knowledge: Knowledge) -> Collection[str]:
    """The ids and the other names in use of all there are of a kind, in the order of the knowledge."""
    match what:
        case "service":
            return {**knowledge.services, **knowledge.aliases["services"]}
        case "finding":
            return {**knowledge.findings, **knowledge.aliases["findings"]}
        case "item":
            return {**knowledge.items, **knowledge.aliases["items"], **WORDS}
        case "action":
            findings = knowledge.findings.values()
            return {one.id: one for each in findings for rules in (each.do, each.recheck, each.refer) for one in rules}
        case _:
            return knowledge.topics


def _refuse_unknown_status(wanted: Any, where: str) -> None:
    if not isinstance(wanted, Mapping):
        _one_of(wanted, (*STATUSES, "absent"), "status", where)
        return
    for key, value in wanted.items():
        place = f"{where}.{key}"
        _one_of(key, PROPERTIES, "property of a service", where)
        if key == "status":
            _one_of(value, STATUSES, "status", place)
        elif key in DAYS and value is not None:
            read_day(value, place)
        elif key in ("flags", "not_flags", "where"):
            for one in _listing(value, place):
                _one_of(one, UNITS if key == "where" else FLAGS, "unit" if key == "where" else "flag", place)


def _mapping(value: Any, where: str, holds: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise fault(where, f"must be a mapping: {holds}")
    return value


def _listing(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise fault(where, "must be a list")
    return value


def _one_of(word: Any, known: Collection[str], what: str, where: str) -> None:
    if isinstance(word, str) and word in known:
        return
    near = get_close_matches(str(word), known, n=1, cutoff=0.75)
    few = len(known) <= len(UNITS)
    article = "an" if what[0] in "aei" else "a"
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}" if few else "correct the name"
    raise fault(where, f"'{word}' is not {article} {what}; {hint}")
