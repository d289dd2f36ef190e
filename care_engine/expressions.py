"""The small expression language of `docs/knowledge-language.md` §4: text to a typed tree.

The tree is the meaning. `evaluating.py` walks it for one person, `population/columns.py` turns it into columns; neither knows the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from care_engine.dates import Span, parse_span


class ExpressionError(ValueError):
    """The text of an expression cannot be read; the message says where and what was expected."""


@dataclass(frozen=True)
class Literal:
    value: float | str | bool | None
    #: In Python 1 equals True; here a number and a truth are different trees.
    type: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "type", type(self.value).__name__)


@dataclass(frozen=True)
class Length:
    """A length with calendar months in it; only added to or taken from a date."""

    months: int
    days: int


@dataclass(frozen=True)
class Name:
    """A vocabulary item, or a word of the language such as `birth`."""

    id: str


@dataclass(frozen=True)
class Setting:
    """An area setting, `area.je-endemis`."""

    id: str


class _Branching:
    """A tree with branches. Its hash is worked out once, for trees are looked up again and again while answers are kept."""

    @cached_property
    def _hash(self) -> int:
        return hash(self._parts)

    @property
    def _parts(self) -> tuple[object, ...]:
        return tuple(getattr(self, one) for one in self.__dataclass_fields__)  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), self._parts  # the hash of a text differs from process to process


@dataclass(frozen=True)
class Unary(_Branching):
    op: str  # not, -, is known, is unknown
    operand: Expression
    __hash__ = _Branching.__hash__


@dataclass(frozen=True)
class Binary(_Branching):
    op: str  # and or + - * / ^ < <= > >= = != contains else
    left: Expression
    right: Expression
    __hash__ = _Branching.__hash__


@dataclass(frozen=True)
class In(_Branching):
    operand: Expression
    options: tuple[Expression, ...]
    __hash__ = _Branching.__hash__


@dataclass(frozen=True)
class If(_Branching):
    condition: Expression
    then: Expression
    otherwise: Expression
    __hash__ = _Branching.__hash__


@dataclass(frozen=True)
class Call(_Branching):
    function: str
    arguments: tuple[Expression, ...]
    __hash__ = _Branching.__hash__


Expression = Literal | Length | Name | Setting | Unary | Binary | In | If | Call

COMPARISONS = ("<=", ">=", "!=", "<", ">", "=")

#: Words that stand for a property of the moment, with their type.
WORDS: dict[str, str] = {
    "birth": "date",
    "today": "date",
    "umur-hari": "number",
    "umur-bulan": "number",
    "umur-tahun": "number",
    "sex": "text",
    "unit": "text",
    "cadre": "text",
    "jam-sejak-lahir": "number",
    "jam-sejak-awal": "number",
    "episode-start": "date",
    "episode-end": "date",
    "episode-outcome": "text",
    "registered": "date",
}

#: Functions whose first argument is a vocabulary item, by result: the item's own type, a date, or a number.
ITEM_FUNCTIONS = {
    "latest": "item",
    "previous": "item",
    "first": "item",
    "latest_ever": "item",
    "latest_on": "date",
    "previous_on": "date",
    "first_on": "date",
    "latest_ever_on": "date",
    "count": "number",
    "latest_where": "item",
    "latest_where_on": "date",
    "previous_where": "item",
    "previous_where_on": "date",
    "latest_between": "item",
    "latest_between_on": "date",
}
SERVICE_FUNCTIONS = {
    "given": "boolean",
    "given_on": "date",
    "times_given": "number",
    "given_ever_on": "date",
    "times_given_ever": "number",
}
FINDING_FUNCTIONS = {
    "found": "boolean",
    "found_on": "date",
    "ever_found": "boolean",
    "first_found_on": "date",
    "previously_found": "boolean",
}
#: Functions that look at what a schedule concluded; only where the moment is the day of the decision.
SCHEDULE_FUNCTIONS = {"done_on": "date", "status": "text", "doses": "number"}
#: Functions that look over the contacts up to the moment.
CONTACT_FUNCTIONS = {"exists": "boolean", "count_where": "number", "first_date": "date", "last_date": "date"}
PLAIN_FUNCTIONS = {
    "abs": "number",
    "min": "same",
    "max": "same",
    "round": "number",
    "floor": "number",
    "days": "number",
    "months": "number",
    "years": "number",
    "month_index": "number",
    "at_least": "boolean",
    "zscore": "number",
    "zflag": "boolean",
    "lookup": "number",
    "now": "same",
    "size": "number",
    "in_episode": "boolean",
}
FUNCTIONS = {
    **ITEM_FUNCTIONS,
    **SERVICE_FUNCTIONS,
    **FINDING_FUNCTIONS,
    **SCHEDULE_FUNCTIONS,
    **CONTACT_FUNCTIONS,
    **PLAIN_FUNCTIONS,
}

#: An anchor that uses one of these is absent, not unknown, while the thing has not happened.
EVENT_FUNCTIONS = {*SCHEDULE_FUNCTIONS, *FINDING_FUNCTIONS, *SERVICE_FUNCTIONS, *CONTACT_FUNCTIONS}

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


def children(node: Expression) -> tuple[Expression, ...]:
    match node:
        case Unary(_, operand):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case In(operand, options):
            return (operand, *options)
        case If(condition, then, otherwise):
            return (condition, then, otherwise)
        case Call(_, arguments):
            return arguments
        case _:
            return ()


def walk(node: Expression) -> Iterator[Expression]:
    yield node
    for child in children(node):
        yield from walk(child)


def named_in(node: Expression, functions: dict[str, str]) -> set[str]:
    """The ids that the tree hands to one of these functions, e.g. the findings in `found(kek)`."""
    return {
        call.arguments[0].id
        for call in walk(node)
        if isinstance(call, Call)
        and call.function in functions
        and call.arguments
        and isinstance(call.arguments[0], Name)
    }
