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
    """The answer for each rule, kept on the rule itself, so that it goes when the rule goes.

    The rule stands for the other arguments, too: it belongs to one knowledge. It is known by its identity, for comparing
    whole rules would take longer than the work.
    """
    name = f"remembered {work_out.__module__}.{work_out.__qualname__}"  # a blank: no attribute of a rule has one

    @wraps(work_out)
    def answer(rule: Rule, /, *others: Others.args, **named: Others.kwargs) -> Answer:
        # As `cached_property` does: rules are frozen, what is known of them is not.
        kept: dict[str, Any] = rule.__dict__
        try:
            return kept[name]  # type: ignore[no-any-return]
        except KeyError:
            found = kept[name] = work_out(rule, *others, **named)
            return found

    return answer
