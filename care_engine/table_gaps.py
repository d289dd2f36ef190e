"""Rows that can never be hit, and gaps between rows: found by trying the values around every edge.

A gap is a combination of values that no row takes although rows take both lower and higher values of one number, everything else equal.
Values beyond all rows are not a gap: there the table has simply found nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Any

from care_engine import model as m
from care_engine.cells import Cell, Empty, Known, edges, holds, literals
from care_engine.typing_rules import Kind, Typer

MOST_COMBINATIONS = 60_000


def sample_values(cells: Sequence[Cell], kind: Kind, item: m.Item | None) -> list[Any]:
    """Values that stand for everything the cells of one column can tell apart."""
    values: list[Any] = []
    if kind.type == "number":
        numbers: list[float] = []
        step = (
            1.0
            if item is not None and item.type == "integer"
            else 10.0 ** -(item.decimals if item is not None and item.decimals is not None else 2)
        )
        for edge in sorted(set().union(*(edges(cell) for cell in cells))):
            numbers += [edge - step, edge, edge + step]
        values = [*(_within(numbers, item) or [0.0])]
    elif kind.type == "boolean":
        values = [True, False]
    elif kind.type == "set":
        named = sorted(str(one) for one in set().union(*(literals(cell) for cell in cells)))
        values = [frozenset(), *(frozenset({one}) for one in named)]
        if kind.choices and set(kind.choices) - set(named):
            values.append(frozenset({sorted(set(kind.choices) - set(named))[0]}))
        if any(isinstance(cell, Empty) for cell in cells):
            values.append(frozenset(named))
    elif kind.type == "text":
        named = sorted(str(one) for one in set().union(*(literals(cell) for cell in cells)))
        others = [one for one in kind.choices or ("~",) if one not in named]
        values = [*named, *others[:1]]
    else:
        values = [1]
    if any(_asks_for_unknown(cell) for cell in cells):
        values.append(None)
    return list(dict.fromkeys(values))


def _asks_for_unknown(cell: Cell) -> bool:
    return (
        isinstance(cell, Known)
        or any(_asks_for_unknown(one) for one in getattr(cell, "cells", ()))
        or _inside_not(cell)
    )


def _inside_not(cell: Cell) -> bool:
    inner = getattr(cell, "cell", None)
    return inner is not None and _asks_for_unknown(inner)


def _within(values: list[float], item: m.Item | None) -> list[float]:
    values = sorted({round(value, 6) for value in values})
    if item is None or not item.ranges:
        return values
    low, high = min(one.low for one in item.ranges), max(one.high for one in item.ranges)
    return [value for value in values if low <= value <= high]


def table_faults(table: m.Table, knowledge: m.Knowledge, services: set[str]) -> Iterator[tuple[m.Place, str]]:
    columns = []
    numeric = []
    unsound = False
    for index, one in enumerate(table.inputs):
        kind = Typer(knowledge, services).kind(one.value)
        item = knowledge.items.get(one.name)
        cells = [row.cells[index] for row in table.rows]
        columns.append(sample_values(cells, kind, item))
        numeric.append(kind.type == "number")
        for fault in _cell_faults(table, index, kind, item):
            unsound = True
            yield fault
    if unsound:
        return
    reached: set[int] = set()
    taken: dict[tuple[Any, ...], bool] = {}
    combinations = product(*columns)
    for values in islice(combinations, MOST_COMBINATIONS):
        rows = [
            number
            for number, row in enumerate(table.rows)
            if all(holds(cell, value) is True for cell, value in zip(row.cells, values, strict=True))
        ]
        reached.update(rows[:1] if table.hit == "first" else rows)
        taken[values] = bool(rows)
    if next(combinations, None) is not None:
        return  # too many to try all: then "never" and "no row" cannot be said
    for number, row in enumerate(table.rows):
        if number not in reached:
            yield (
                row.at,
                f"row {number + 1} of table {table.id} can never be hit: earlier rows take everything it takes; remove or reorder it",
            )
    yield from _gaps(table, columns, numeric, taken)


def _cell_faults(table: m.Table, index: int, kind: Kind, item: m.Item | None) -> Iterator[tuple[m.Place, str]]:
    name = table.inputs[index].name
    for row in table.rows:
        cell, at = row.cells[index], row.at.key("when", index)
        words = {one for one in literals(cell) if isinstance(one, str)}
        if kind.choices is not None and (wrong := words - set(kind.choices)):
            yield at, f"'{sorted(wrong)[0]}' is not one of {', '.join(kind.choices)} ({name})"
        if edges(cell) and kind.type not in ("number", "any"):
            yield at, f"a number is compared with {name}, which is a {kind.type}"
        if item is not None and item.ranges and item.type in ("number", "integer"):
            low, high = min(one.low for one in item.ranges), max(one.high for one in item.ranges)
            for edge in edges(cell):
                if not low <= edge <= high:
                    yield (
                        at,
                        f"{edge:g} lies outside the possible values of {name} ({low:g}–{high:g} {item.unit}); is the unit right?",
                    )


def _gaps(
    table: m.Table, columns: list[list[Any]], numeric: list[bool], taken: dict[tuple[Any, ...], bool]
) -> Iterator[tuple[m.Place, str]]:
    for values, hit in taken.items():
        if hit:
            continue
        for index, is_number in enumerate(numeric):
            if not is_number or values[index] is None:
                continue
            line = [
                (one, taken.get((*values[:index], one, *values[index + 1 :]), False))
                for one in columns[index]
                if one is not None
            ]
            below = any(hit_ for one, hit_ in line if one < values[index])
            above = any(hit_ for one, hit_ in line if one > values[index])
            if below and above:
                shown = ", ".join(
                    f"{one.name} = {_shown(value)}" for one, value in zip(table.inputs, values, strict=True)
                )
                yield (
                    table.at.key("rows"),
                    f"table {table.id} has a gap: no row takes {shown}; add a row (then: [] if nothing follows) or close the limits",
                )
                return


def _shown(value: Any) -> str:
    if isinstance(value, frozenset):
        return "{" + ", ".join(sorted(value)) + "}"
    return f"{value:g}" if isinstance(value, float) else str(value)
