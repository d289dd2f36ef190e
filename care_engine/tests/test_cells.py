"""Cells of decision tables: what they hold of, and the texts that are refused. The meaning as data is in `conformance/language/cells.yaml`."""

from __future__ import annotations

from typing import Any

import pytest

from care_engine.cells import (
    Anything,
    Between,
    CellError,
    Compare,
    Empty,
    Equals,
    Known,
    Not,
    OneOf,
    edges,
    holds,
    literals,
    parse_cell,
)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("-", Anything()),
        (" - ", Anything()),
        ("known", Known(True)),
        ("unknown", Known(False)),
        ("none", Empty()),
        ("< 11", Compare("<", 11)),
        ("<=11", Compare("<=", 11)),
        ("> 11.5", Compare(">", 11.5)),
        (">= 12w0d", Compare(">=", 84)),
        ("= 3", Equals(3.0)),
        ("3", Equals(3.0)),
        (3, Equals(3.0)),
        (2.5, Equals(2.5)),
        ("true", Equals(True)),
        ("false", Equals(False)),
        (True, Equals(True)),
        ("kepala", Equals("kepala")),
        ("'kepala'", Equals("kepala")),
        ("[140..160)", Between(140, True, 160, False)),
        ("( 140 .. 160 ]", Between(140, False, 160, True)),
        ("[12m..24m)", Between(12, True, 24, False)),
        ("[3..3]", Between(3, True, 3, True)),
        ("a, b", OneOf((Equals("a"), Equals("b")))),
        ("< 1, > 3", OneOf((Compare("<", 1), Compare(">", 3)))),
        ("[1..2], [4..5)", OneOf((Between(1, True, 2, True), Between(4, True, 5, False)))),
        ("not(a)", Not(Equals("a"))),
        ("not(a, b)", Not(OneOf((Equals("a"), Equals("b"))))),
    ],
)
def test_a_cell_is_read(text: Any, cell: Any) -> None:
    assert parse_cell(text) == cell


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("< sebelas", "'sebelas' is not a number"),
        (">=", "'=' is not a number"),
        ("", "'' is not a test"),
        ("[160..140)", "'[160..140)' is empty: no value lies between 160 and 140"),
        ("[3..3)", "'[3..3)' is empty"),
        ("[3..4", "'[3..4' is not a test"),
        ("a, < x", "'x' is not a number"),
        ("not(< x)", "'x' is not a number"),
        ("[a..b]", "'a' is not a number"),
    ],
)
def test_a_cell_that_means_nothing_is_refused(text: str, problem: str) -> None:
    with pytest.raises(CellError) as caught:
        parse_cell(text)
    assert problem in str(caught.value)


def test_a_number_is_not_a_truth() -> None:
    assert holds(Equals(1.0), True) is False
    assert holds(Equals(True), 1.0) is False
    assert holds(Equals(False), 0.0) is False


def test_unknown_in_a_list() -> None:
    cell = parse_cell("unknown, < 3")
    assert [holds(cell, value) for value in (None, 2.0, 3.0)] == [True, True, False]
    assert holds(parse_cell("known, < 3"), None) is None


def test_edges_are_the_numbers_named() -> None:
    assert edges(parse_cell("< 3, [5..7), 9, not(11)")) == {3, 5, 7, 9, 11}
    assert edges(parse_cell("a, known, -")) == set()


def test_literals_are_the_words_named() -> None:
    assert literals(parse_cell("a, not(b), 3")) == {"a", "b"}
    assert literals(parse_cell("true")) == {True}
    assert literals(parse_cell("none")) == set()
