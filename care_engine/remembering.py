"""Keep what was worked out about a part of the knowledge: a rule does not change while it is in memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

Rule = TypeVar("Rule")
Others = ParamSpec("Others")
Answer = TypeVar("Answer")


def remembered(
    work_out: Callable[Concatenate[Rule, Others], Answer],
) -> Callable[Concatenate[Rule, Others], Answer]:
    """The answer for each rule, known by its identity: comparing whole rules would take longer than the work."""
    known: dict[int, tuple[Any, Answer]] = {}

    @wraps(work_out)
    def answer(rule: Rule, /, *others: Others.args, **named: Others.kwargs) -> Answer:
        found = known.get(id(rule))
        if found is None or found[0] is not rule:
            found = known[id(rule)] = (rule, work_out(rule, *others, **named))
        return found[1]

    return answer
