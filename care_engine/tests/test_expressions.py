"""The parser: every form, what binds tighter, and every message. What the forms mean is in `conformance/language/`."""

from __future__ import annotations

from typing import Any

import pytest

from care_engine.expressions import (
    Binary,
    Call,
    If,
    In,
    Length,
    Literal,
    Name,
    Setting,
    Unary,
    children,
    named_in,
    walk,
)
from care_engine.parsing import ExpressionError, parse

A, B, C, D = Name("a"), Name("b"), Name("c"), Name("d")
ONE, TWO = Literal(1.0), Literal(2.0)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("12", Literal(12.0)),
        ("10.5", Literal(10.5)),
        ("'kepala'", Literal("kepala")),
        ("''", Literal("")),
        ("true", Literal(True)),
        ("false", Literal(False)),
        ("unknown", Literal(None)),
        (3, Literal(3.0)),
        (True, Literal(True)),
        ("20w", Literal(140.0)),
        ("12w3d", Literal(87.0)),
        ("3d", Literal(3.0)),
        ("6m", Length(6, 0)),
        ("1y", Length(12, 0)),
        ("5m15d", Length(5, 15)),
        ("berat-badan-kg", Name("berat-badan-kg")),
        ("umur_x", Name("umur_x")),
        ("area.je-endemis", Setting("je-endemis")),
        ("a-b", Name("a-b")),
        ("a - b", Binary("-", A, B)),
        ("a -b", Binary("-", A, B)),
        ("-a", Unary("-", A)),
        ("--a", Unary("-", Unary("-", A))),
        ("not a", Unary("not", A)),
        ("a is known", Unary("is known", A)),
        ("a is unknown", Unary("is unknown", A)),
        ("a contains 'x'", Binary("contains", A, Literal("x"))),
        ("a in (1, 2)", In(A, (ONE, TWO))),
        ("a in ()", In(A, ())),
        ("if a then b else c", If(A, B, C)),
        ("a else b", Binary("else", A, B)),
        ("count(a)", Call("count", (A,))),
        ("min(1, 2)", Call("min", (ONE, TWO))),
        ("(a)", A),
        # what binds tighter
        ("a or b and c", Binary("or", A, Binary("and", B, C))),
        ("a and b or c", Binary("or", Binary("and", A, B), C)),
        ("not a and b", Binary("and", Unary("not", A), B)),
        ("not a = b", Unary("not", Binary("=", A, B))),
        ("a = b and c", Binary("and", Binary("=", A, B), C)),
        ("a else b = c", Binary("=", Binary("else", A, B), C)),
        ("a + b else c", Binary("else", Binary("+", A, B), C)),
        ("a + b * c", Binary("+", A, Binary("*", B, C))),
        ("a * b ^ c", Binary("*", A, Binary("^", B, C))),
        ("a ^ -b", Binary("^", A, Unary("-", B))),
        ("-a ^ b", Binary("^", Unary("-", A), B)),
        ("a - b - c", Binary("-", Binary("-", A, B), C)),
        ("a else b else c", Binary("else", Binary("else", A, B), C)),
        ("(a or b) and c", Binary("and", Binary("or", A, B), C)),
        ("a <= b", Binary("<=", A, B)),
        ("a != b", Binary("!=", A, B)),
        # whose else it is
        ("if a then b else c else d", If(A, B, Binary("else", C, D))),
        ("if a then (b else c) else d", If(A, Binary("else", B, C), D)),
        ("if a then if b then c else d else 1", If(A, If(B, C, D), ONE)),
        ("if a then min(b else c) else d", If(A, Call("min", (Binary("else", B, C),)), D)),
        ("if a then b in (c else d) else 1", If(A, In(B, (Binary("else", C, D),)), ONE)),
        ("if a else b then c else d", If(Binary("else", A, B), C, D)),
    ],
)
def test_a_form_is_read(text: Any, tree: Any) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "a value is missing before 'the end' (character 1)"),
        ("a +", "a value is missing before 'the end' (character 4)"),
        ("a b", "an operator is missing (write spaces around a minus) before 'b' (character 3)"),
        ("(a", "expected ')' before 'the end'"),
        ("a in b", "expected '(' before 'b'"),
        ("a in (1 2)", "expected ',' before '2'"),
        ("count(a", "expected ',' before 'the end'"),
        ("a is b", "expected 'unknown' before 'b'"),
        ("if a then b", "expected 'else' before 'the end'"),
        ("if a b", "expected 'then' before 'b'"),
        ("a # b", "cannot read '# b'"),
        ("'kepala", "cannot read ''kepala'"),
        ("lates(a)", "there is no function 'lates'"),
        ("1 + lates(a)", "known: abs, at_least"),
        ("2d3m", "'2d3m' is not a length of time"),
        ("and a", "a value is missing before 'and'"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse(text)
    assert problem in str(caught.value)
    if not text.startswith("2d"):
        assert isinstance(caught.value, ExpressionError)
        assert f'"{text}"' in str(caught.value)


def test_a_number_and_a_truth_are_different_trees() -> None:
    assert parse("1") != parse("true")
    assert len({parse("1"), parse("true"), parse("0"), parse("false")}) == 4


def test_walking_meets_every_part() -> None:
    tree = parse("if a then b in (1, -c) else min(d, area.x) + 6m")
    named = {node.id for node in walk(tree) if isinstance(node, Name)}
    assert named == {"a", "b", "c", "d"}
    assert {type(node).__name__ for node in walk(tree)} == {
        "If",
        "Name",
        "In",
        "Literal",
        "Unary",
        "Call",
        "Setting",
        "Binary",
        "Length",
    }
    assert children(A) == ()


def test_the_ids_handed_to_functions() -> None:
    tree = parse("found(kek) and exists(found(anemia)) and found_on(kek) < today and given(x)")
    assert named_in(tree, {"found": "boolean", "found_on": "date"}) == {"kek", "anemia"}
