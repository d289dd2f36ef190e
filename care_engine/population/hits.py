"""How the rows of a decision table fit, for many rows of people at once: `care_engine.tables.hit` with columns."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from care_engine.cells import Anything, Between, Cell, Compare, Empty, Equals, Known, Not, OneOf
from care_engine.expressions import FINDING_FUNCTIONS, Expression, Name, named_in, walk
from care_engine.model import Knowledge, Table
from care_engine.population import columns as c
from care_engine.population.columns import Array, Column, Sets
from care_engine.population.evaluating import evaluate
from care_engine.population.frame import Frame
from care_engine.population.log import Rows
from care_engine.remembering import remembered


@remembered
def first_about_itself(table: Table, knowledge: Knowledge) -> int:
    """How many inputs come before the first that asks about the table's own findings."""
    own = set(table.findings)
    return next(
        at for at, one in enumerate((*table.inputs, None)) if one is None or asks_about(one.value, own, knowledge)
    )


def asks_about(tree: Expression, findings: set[str], knowledge: Knowledge) -> bool:
    """Whether an expression asks about one of these findings, also through formulas."""
    items = (knowledge.items.get(one.id) for one in walk(tree) if isinstance(one, Name))
    formulas = (one.formula for one in items if one is not None and one.formula is not None)
    return bool(named_in(tree, FINDING_FUNCTIONS) & findings) or any(
        asks_about(one, findings, knowledge) for one in formulas
    )


class Hits:
    """How far each row of a table fits, input by input. fits: per row of the table a truth for each row of the frame; None: it fits everywhere."""

    def __init__(self, table: Table, size: int, fits: list[Array | None] | None = None) -> None:
        self.table, self.size = table, size
        self.fits: list[Array | None] = [None] * len(table.rows) if fits is None else fits

    def __getitem__(self, at: Rows) -> Hits:
        return Hits(self.table, len(at), [None if one is None else one.take(at) for one in self.fits])

    def ask(self, inputs: Iterable[int], frame: Frame) -> Hits:
        """Read the rows against these inputs, too."""
        for number in inputs:
            self._ask(number, frame)
        return self

    def ask_open(self, inputs: Iterable[int], frame: Frame) -> Hits:
        """The same, but each input only where a row of the table that looks at it may still fit."""
        for number in inputs:
            looking = [
                fits for fits, row in zip(self.fits, self.table.rows, strict=True) if row.cells[number] != Anything()
            ]
            open_ = np.zeros(self.size, dtype=bool)
            for fits in looking:
                open_ |= True if fits is None else fits != c.NO
            places = c.rows_where(open_)
            if len(places) == self.size:
                self._ask(number, frame)
            elif len(places):
                part = self[places].ask((number,), frame.where(places))
                for at, some in enumerate(part.fits):
                    if some is not None:
                        whole = np.array(self.fits[at])
                        whole[places] = some
                        self.fits[at] = whole
        return self

    def _ask(self, number: int, frame: Frame) -> None:
        value = evaluate(self.table.inputs[number].value, frame)
        if is_same := isinstance(value, np.ndarray) and c.is_same(value):
            value = value[:1].copy()
        unknown, answers = c.unknown(value), dict[Cell, Array]()
        for at, row in enumerate(self.table.rows):
            cell, before = row.cells[number], self.fits[at]
            if isinstance(cell, Anything):
                continue
            if cell not in answers:
                answer = _holds(cell, value, unknown, frame.population.words)
                answers[cell] = c.same(answer[0], len(frame)) if is_same else answer
            self.fits[at] = answers[cell] if before is None else c.both(before, answers[cell])

    def outcome(self) -> tuple[Array, dict[str, Array]]:
        """Where the answer is known, and where each finding was made."""
        fits = [c.truths(True, self.size) if one is None else one for one in self.fits]
        return (_collect if self.table.hit == "collect" else _first_hit)(self.table, fits, self.size)


def _first_hit(table: Table, fits: list[Array], rows: int) -> tuple[Array, dict[str, Array]]:
    """First row that fits; unknown rows before it must say the same, else the answer is unknown."""
    open_ = np.ones(rows, dtype=bool)
    answers: dict[tuple[str, ...], Array] = {}
    for row, answer in zip(table.rows, fits, strict=True):
        if c.is_everywhere(answer, c.NO):
            continue
        possible = open_ & (answer != c.NO)
        answers[row.then] = answers[row.then] | possible if row.then in answers else possible
        open_ = open_ & (answer != c.YES)
    answers[()] = answers[()] | open_ if () in answers else open_
    some, several = np.zeros((2, rows), dtype=bool)
    found = {one: np.zeros(rows, dtype=bool) for one in table.findings}
    for key, possible in answers.items():
        several |= some & possible
        some |= possible
        for one in key:
            found[one] |= possible
    return some > several, found


def _collect(table: Table, fits: list[Array], rows: int) -> tuple[Array, dict[str, Array]]:
    """All rows that fit; without any the answer is unknown where an unknown row would add something."""
    found = {one: np.zeros(rows, dtype=bool) for one in table.findings}
    any_sure = np.zeros(rows, dtype=bool)
    some = [(row, answer) for row, answer in zip(table.rows, fits, strict=True) if not c.is_everywhere(answer, c.NO)]
    for row, answer in some:
        for one in row.then:
            found[one] |= answer == c.YES
            any_sure |= answer == c.YES
    adds = np.zeros(rows, dtype=bool)
    for row, answer in some:
        for one in row.then:
            adds |= (answer < 0) & ~found[one]
    return any_sure | ~adds, found


def holds(cell: Cell, value: Column, words: c.Words) -> Array:
    """`care_engine.cells.holds` for a column."""
    return _holds(cell, value, c.unknown(value), words)


def _holds(cell: Cell, value: Column, unknown: Array | None, words: c.Words) -> Array:
    match cell:
        case Anything():
            return c.truths(True, len(value))
        case Known(wanted):
            return np.asarray(c.known(value) == wanted).view(np.int8)
        case Not(inner):
            return c.negate(_holds(inner, value, unknown, words))
        case OneOf(cells) if not all(isinstance(one, Equals | Compare | Between | Empty) for one in cells):
            answer = c.truths(False, len(value))
            for one in cells:
                answer = c.either(answer, _holds(one, value, unknown, words))
            return answer
    return c.truth_unless(unknown, _fits(cell, value, words))


def _fits(cell: Cell, value: Column, words: c.Words) -> Array:
    """Where a known value fits a cell that can tell of every known value."""
    match cell:
        case OneOf(cells):
            return np.asarray(np.logical_or.reduce([_fits(one, value, words) for one in cells]))
        case Equals(wanted) if isinstance(value, Sets):
            if wanted not in value.choices:
                return np.zeros(len(value), dtype=bool)
            return np.asarray(value.bits >> value.choices.index(str(wanted)) & 1).astype(bool)
        case Empty():
            assert isinstance(value, Sets)
            return np.asarray(value.bits == 0)
    assert not isinstance(value, Sets)
    match cell:
        case Compare(op, limit):
            return np.asarray(_COMPARISONS[op](value, limit))
        case Between(low, low_included, high, high_included):
            above = value >= low if low_included else value > low
            return np.asarray(above & (value <= high if high_included else value < high))
        case Equals(bool() as wanted) if value.dtype == np.int8:
            return np.asarray(value == int(wanted))
        case Equals(str() as wanted) if value.dtype == np.int32:
            return np.asarray(value == words[wanted])
        case Equals(float() | int() as wanted) if value.dtype == np.float64 and not isinstance(wanted, bool):
            return np.asarray(value == wanted)
        case Equals():
            return np.zeros(len(value), dtype=bool)  # of another type
    raise AssertionError(f"no meaning for {cell}")


_COMPARISONS = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}
