"""Which constructs of the knowledge language a piece of knowledge uses: node classes, operators, functions, words, cells, fields of the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, get_args

from care_engine import cells, expressions, model
from care_engine.expressions import COMPARISONS, FUNCTIONS, WORDS, Binary, Call, Name, Unary, walk
from care_engine.model import STATUSES, Knowledge
from care_engine.population.standings import FLAGS

BINARY = (*COMPARISONS, "and", "or", "else", "contains", "+", "-", "*", "/", "^")
UNARY = ("not", "-", "is known", "is unknown")
#: Words of the grammar, so that a new one is noticed here.
GRAMMAR = {"and", "or", "not", "in", "contains", "is", "known", "unknown", "if", "then", "else", "true", "false"}
#: Classes whose every field means something to a decision.
MODEL = (
    *get_args(model.Schedule),
    model.Step,
    model.Spacing,
    model.Credit,
    model.Hold,
    model.Target,
    model.Apart,
    model.Prior,
    model.Variant,
    model.Who,
    model.Table,
    model.Finding,
    model.Do,
    model.Recheck,
    model.Referral,
    model.Provider,
    model.EpisodeKind,
    model.AreaSetting,
)
#: Fields that no decision looks at: they are for readers, or say which cases are refused (`earliest`).
DESCRIPTIVE = {
    "id",
    "label",
    "at",
    "source",
    "because",
    "tell",
    "hidden_from",
    "sensitive",
    "aliases",
    "name",
    "cadre",
    "choices",
    "earliest",
    "group",
    "range",
    "note",
}


def every_construct() -> set[str]:
    """All that there is, read from the engine itself."""
    found = {f"node {one.__name__}" for one in get_args(expressions.Expression)}
    found |= {f"operator {op}" for op in BINARY} | {f"sign {op}" for op in UNARY}
    found |= {f"function {one}" for one in FUNCTIONS} | {f"word {one}" for one in WORDS}
    found |= {f"cell {one.__name__}" for one in get_args(cells.Cell)}
    for kind in MODEL:
        found |= {f"{kind.__name__}.{one.name}" for one in fields(kind) if one.name not in DESCRIPTIVE}
    found |= {f"status {one}" for one in STATUSES} | {f"flag {one}" for one in FLAGS}
    return found


def used_by(part: Any) -> Iterator[str]:
    """The constructs in a model object and everything inside it."""
    if isinstance(part, get_args(expressions.Expression)):
        yield from _in_expression(part)
    elif isinstance(part, get_args(cells.Cell)):
        yield f"cell {type(part).__name__}"
        yield from used_by(getattr(part, "cells", ()))
        yield from used_by(getattr(part, "cell", ()))
    elif isinstance(part, Knowledge):
        for whole in (part.items, part.episodes, part.findings, part.services, part.settings):
            yield from used_by(tuple(whole.values()))
        yield from used_by((part.tables, part.families))
    elif is_dataclass(part) and not isinstance(part, type):
        for one in fields(part):
            value = getattr(part, one.name)
            if type(part) in MODEL and one.name not in DESCRIPTIVE and not _is_default(one, value):
                yield f"{type(part).__name__}.{one.name}"
            yield from used_by(value)
    elif isinstance(part, tuple | list):
        for one in part:
            yield from used_by(one)


def _is_default(one: Any, value: Any) -> bool:
    default = (
        one.default
        if one.default is not MISSING
        else one.default_factory()
        if one.default_factory is not MISSING
        else MISSING
    )
    return default is not MISSING and bool(value == default) and type(value) is type(default)


def _in_expression(tree: expressions.Expression) -> Iterator[str]:
    for node in walk(tree):
        yield f"node {type(node).__name__}"
        match node:
            case Unary(op, _):
                yield f"sign {op}"
            case Binary(op, _, _):
                yield f"operator {op}"
            case Call(function, _):
                yield f"function {function}"
            case Name(id_) if id_ in WORDS:
                yield f"word {id_}"
