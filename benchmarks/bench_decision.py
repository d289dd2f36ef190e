"""How long the decision about one person takes, with its full trace: `python -m benchmarks.bench_decision`.

Facts in hand: made-up people of `people.py`, in their own mixture and picked out: pregnant women with at least eight contacts, children of one and
two years with at least twenty, adults. With its queries: demo people of an embedded PostgreSQL, `primary_care.decisions.queries.decide_for`.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from benchmarks.measuring import empty_node, row, show
from benchmarks.people import ON, bucket
from care_engine.bedside import Decision, decide
from care_engine.facts import Facts
from care_engine.loading import load_knowledge
from care_engine.population.retelling import facts_of

PEOPLE = 4_000
AT_MOST_OF_A_KIND = 400
DEMO_DAY = date(2026, 11, 1)
DEMO_PEOPLE = 300
BAR_FACTS_MS, BAR_QUERIES_MS = 1.0, 5.0


def run() -> list[dict[str, Any]]:
    """Rows {what, value, unit, bar, ok}; bar and ok are None where a figure is only for information."""
    knowledge = load_knowledge()
    people = [facts for _, facts in facts_of(bucket(0, PEOPLE), knowledge)]
    kinds: dict[str, Callable[[Facts], bool]] = {
        "everyone in their mixture": lambda one: True,
        "a pregnant woman with 8 contacts": lambda one: len(one.contacts) >= 8 and _pregnant(one),
        "a toddler with 20 contacts": lambda one: len(one.contacts) >= 20 and 12 <= _months(one) < 36,
        "an adult": lambda one: _months(one) >= 216 and not one.episodes,
    }
    rows = []
    for kind, fits in kinds.items():
        chosen = [one for one in people if fits(one)][:AT_MOST_OF_A_KIND]
        bar = BAR_FACTS_MS if kind.startswith("everyone") else None
        rows += _rows(f"decision, {kind}", _each(lambda one: _with_trace(decide(one, ON, knowledge)), chosen), bar)
    return rows + _with_queries()


def _with_trace(decision: Decision) -> list[dict[str, Any]]:
    """Every input of the tables that made the findings: some are worked out only when the trace is read."""
    return [dict(one.judgement.inputs) for one in decision.findings]


def _pregnant(one: Facts) -> bool:
    return any(episode.kind == "kehamilan" and episode.end is None for episode in one.episodes)


def _months(one: Facts) -> float:
    return -1 if one.birth is None else (ON - one.birth) / 30.4375


def _each(decision: Callable[[Any], object], people: Iterable[Any]) -> list[float]:
    """Milliseconds for each person, the best of three: what other work on the machine adds is not ours."""
    found = []
    for one in people:
        best = float("inf")
        for _ in range(3):
            started = time.perf_counter()
            decision(one)
            best = min(best, time.perf_counter() - started)
        found.append(best * 1000)
    return found


def _with_queries() -> list[dict[str, Any]]:
    with empty_node():
        return _of_demo_people()


def _of_demo_people() -> list[dict[str, Any]]:
    from primary_care.decisions.queries import decide_for
    from primary_care.demo import load
    from primary_care.people.models import Person

    load.load(DEMO_DAY, people=DEMO_PEOPLE)
    people = list(Person.objects.order_by("pk")[:AT_MOST_OF_A_KIND])
    decide_for(people[0], DEMO_DAY)
    return _rows("decision with its queries", _each(lambda one: decide_for(one, DEMO_DAY), people), BAR_QUERIES_MS)


def _rows(what: str, milliseconds: list[float], bar: float | None) -> list[dict[str, Any]]:
    middle = statistics.median(milliseconds)
    late = statistics.quantiles(milliseconds, n=20)[-1]
    return [
        row(f"{what}, median of {len(milliseconds)}", middle, "ms", bar),
        row(f"{what}, p95", late, "ms"),
    ]


if __name__ == "__main__":
    sys.exit(show(run()))
