"""The text of an expression to its tree (`expressions.py`); the grammar is that of `docs/knowledge-language.md` §4."""

from __future__ import annotations

import re
from dataclasses import dataclass

from care_engine.dates import Span, parse_span
from care_engine.expressions import (
    COMPARISONS,
    FUNCTIONS,
    Binary,
    Call,
    Expression,
    If,
    In,
    Length,
    Literal,
    Name,
    Setting,
    Unary,
    walk,
)


class ExpressionError(ValueError):
    """The text of an expression cannot be read; the message says where and what was expected."""


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<span>\d+[ymwd](?:\d+[mwd])*)(?![\w.])
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<text>'[^']*')
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*(?:\.[a-z][a-z0-9-]*)?)
    | (?P<symbol><=|>=|!=|[-+*/^<>=(),])
    )""",
    re.VERBOSE,
)


_KEYWORDS = {"and", "or", "not", "in", "contains", "is", "known", "unknown", "if", "then", "else", "true", "false"}


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    position = 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if not match or match.lastgroup is None:
            raise ExpressionError(f"cannot read '{text[position:].strip()[:20]}' in \"{text}\"")
        kind, word = match.lastgroup, match.group(match.lastgroup)
        if kind == "word" and word in _KEYWORDS:
            kind = "keyword"
        found.append(_Token(kind, word, match.start(match.lastgroup)))
        position = match.end()
    found.append(_Token("end", "", len(text)))
    return found


class _Parser:
    """Recursive descent, loosest binding first: if, or, and, not, else, comparison, sum, product, power, sign, value."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.index = 0
        self.in_then_branch = False

    @property
    def token(self) -> _Token:
        return self.tokens[self.index]

    def accept(self, *texts: str) -> str | None:
        token = self.token
        if token.kind in ("symbol", "keyword") and token.text in texts:
            self.index += 1
            return token.text
        return None

    def expect(self, text: str) -> None:
        if self.accept(text) is None:
            self.fail(f"expected '{text}'")

    def fail(self, problem: str) -> None:
        rest = self.token.text or "the end"
        raise ExpressionError(f"{problem} before '{rest}' (character {self.token.at + 1}) in \"{self.text}\"")

    def parse(self) -> Expression:
        tree = self.expression()
        if self.token.kind != "end":
            self.fail("an operator is missing (write spaces around a minus)")
        return tree

    def expression(self) -> Expression:
        if self.accept("if"):
            condition = self.expression()
            self.expect("then")
            outer, self.in_then_branch = self.in_then_branch, True
            then = self.expression()
            self.in_then_branch = outer
            self.expect("else")
            return If(condition, then, self.expression())
        return self.chain(("or",), self.conjunction)

    def chain(self, operators: tuple[str, ...], operand) -> Expression:  # type: ignore[no-untyped-def]
        tree: Expression = operand()
        while op := self.accept(*operators):
            tree = Binary(op, tree, operand())
        return tree

    def conjunction(self) -> Expression:
        return self.chain(("and",), self.negation)

    def negation(self) -> Expression:
        if self.accept("not"):
            return Unary("not", self.negation())
        return self.comparison()

    def comparison(self) -> Expression:
        left = self.fallback()
        if op := self.accept(*COMPARISONS, "contains"):
            return Binary(op, left, self.fallback())
        if self.accept("in"):
            self.expect("(")
            return In(left, self.arguments())
        if self.accept("is"):
            if self.accept("known"):
                return Unary("is known", left)
            self.expect("unknown")
            return Unary("is unknown", left)
        return left

    def fallback(self) -> Expression:
        """`x else y`. The `else` of `if … then x else y` belongs to the `if`: a fallback there needs parentheses."""
        tree = self.sum()
        while not self.in_then_branch and self.accept("else"):
            tree = Binary("else", tree, self.sum())
        return tree

    def sum(self) -> Expression:
        return self.chain(("+", "-"), self.product)

    def product(self) -> Expression:
        return self.chain(("*", "/"), self.power)

    def power(self) -> Expression:
        return self.chain(("^",), self.sign)

    def sign(self) -> Expression:
        if self.accept("-"):
            return Unary("-", self.sign())
        return self.value()

    def arguments(self) -> tuple[Expression, ...]:
        """What stands between an opened bracket and its end."""
        outer, self.in_then_branch = self.in_then_branch, False
        found: list[Expression] = []
        if not self.accept(")"):
            found.append(self.expression())
            while not self.accept(")"):
                self.expect(",")
                found.append(self.expression())
        self.in_then_branch = outer
        return tuple(found)

    def value(self) -> Expression:
        token = self.token
        if self.accept("("):
            outer, self.in_then_branch = self.in_then_branch, False
            inner = self.expression()
            self.in_then_branch = outer
            self.expect(")")
            return inner
        if word := self.accept("true", "false"):
            return Literal(word == "true")
        if self.accept("unknown"):
            return Literal(None)
        self.index += 1
        if token.kind == "number":
            return Literal(float(token.text))
        if token.kind == "text":
            return Literal(token.text[1:-1])
        if token.kind == "span":
            span: Span = parse_span(token.text)
            return Length(span.months, span.days) if span.months else Literal(float(span.days))
        if token.kind == "word":
            if self.accept("("):
                return Call(token.text, self.arguments())
            if token.text.startswith("area."):
                return Setting(token.text.removeprefix("area."))
            return Name(token.text)
        self.index -= 1
        self.fail("a value is missing")
        raise AssertionError("unreachable")


def parse(text: str | float | bool) -> Expression:
    """The tree of an expression. A bare YAML number or boolean is itself. Raises ExpressionError."""
    if isinstance(text, bool | int | float):
        return Literal(text if isinstance(text, bool) else float(text))
    tree = _Parser(text).parse()
    for node in walk(tree):
        if isinstance(node, Call) and node.function not in FUNCTIONS:
            raise ExpressionError(
                f"there is no function '{node.function}' in \"{text}\"; known: {', '.join(sorted(FUNCTIONS))}"
            )
    return tree
