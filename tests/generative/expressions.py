"""Generated expressions, built backwards from the wanted type: "a truth is needed here; what could give one?"

Values come from narrow ranges, so that equal values, ties and empty sets really occur.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from care_engine.expressions import Binary, Call, Expression, If, In, Length, Literal, Name, Setting, Unary

Draw = Callable[[st.SearchStrategy[Any]], Any]

NUMBERS = ("angka-a", "angka-b")
TRUTHS = ("benar-a", "benar-b")
WORDS = ("kata",)
SETS = ("himpunan",)
DATES = ("tanggal",)
CHOICES = ("satu", "dua", "tiga")
ITEMS = {"number": NUMBERS, "boolean": TRUTHS, "text": WORDS, "set": SETS, "date": DATES}
SETTINGS = {"boolean": "wilayah-benar", "text": "wilayah-kata", "number": "wilayah-angka"}
UNITS = ("posyandu", "pustu", "puskesmas")
CADRES = ("kader", "bidan")


@dataclass(frozen=True)
class Scope:
    """What an expression may speak of at its place in the knowledge."""

    formulas: tuple[tuple[str, str], ...] = ()  # id, type
    services: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    own: tuple[str, ...] = ()  # findings of the table itself, for previously_found
    concluded: tuple[str, ...] = ()  # services whose schedule may be asked
    depth: int = 3

    @property
    def deeper(self) -> Scope:
        return replace(self, depth=self.depth - 1)

    def items(self, type_: str) -> tuple[str, ...]:
        return ITEMS[type_] + tuple(id_ for id_, kind in self.formulas if kind == type_)


def one_of(draw: Draw, options: list[Callable[[], Expression]]) -> Expression:
    return options[draw(st.integers(0, len(options) - 1))]()


def chance(draw: Draw, times: int) -> bool:
    """Yes about once in so many times. A failing example is made simpler towards no."""
    return bool(draw(st.integers(0, times - 1)) == times - 1)


def maybe(draw: Draw, strategy: st.SearchStrategy[Any]) -> Any:
    """Something every other time, otherwise None."""
    return draw(strategy) if draw(st.booleans()) else None


def pick(draw: Draw, values: Any) -> Any:
    return draw(st.sampled_from(list(values)))


def number_literal(draw: Draw) -> Expression:
    return Literal(float(pick(draw, [0, 1, 2, 3, 0.5])))


def span_literal(draw: Draw) -> Expression:
    return Literal(float(pick(draw, [0, 1, 2, 7, 28, 30])))


def expression(draw: Draw, type_: str, scope: Scope) -> Expression:
    """An expression of type boolean, number, date, text or set."""
    if scope.depth <= 0:
        return leaf(draw, type_, scope)
    inner = scope.deeper
    options: list[Callable[[], Expression]] = [
        lambda: leaf(draw, type_, scope),
        lambda: leaf(draw, type_, scope),
        lambda: If(expression(draw, "boolean", inner), expression(draw, type_, inner), expression(draw, type_, inner)),
        lambda: Call("now", (expression(draw, type_, inner),)),
    ]
    options += {"boolean": _truths, "number": _numbers, "date": _dates, "text": _texts, "set": _sets}[type_](
        draw, scope, inner
    )
    if type_ != "set":
        options.append(lambda: Binary("else", expression(draw, type_, inner), expression(draw, type_, inner)))
    return one_of(draw, options)


def leaf(draw: Draw, type_: str, scope: Scope) -> Expression:
    options: list[Callable[[], Expression]] = []
    literals: dict[str, Callable[[], Expression]] = {
        "boolean": lambda: Literal(draw(st.booleans())),
        "number": lambda: number_literal(draw),
        "text": lambda: Literal(pick(draw, CHOICES)),
        "date": lambda: Name(pick(draw, ["birth", "today", "registered", "episode-start", "episode-end"])),
    }
    if type_ in literals:
        options.append(literals[type_])
    options += [lambda: Name(pick(draw, scope.items(type_))), lambda: _history(draw, type_, scope)]
    if type_ in SETTINGS:
        options.append(lambda: Setting(SETTINGS[type_]))
    if type_ == "number":
        options.append(
            lambda: Name(pick(draw, ["umur-hari", "umur-bulan", "umur-tahun", "jam-sejak-lahir", "jam-sejak-awal"]))
        )
    if type_ == "text":
        options.append(lambda: Name(pick(draw, ["sex", "unit", "cadre", "episode-outcome"])))
    if type_ != "set":
        options.append(lambda: Literal(None))
    return one_of(draw, options)


def _history(draw: Draw, type_: str, scope: Scope) -> Expression:
    item = Name(pick(draw, scope.items(type_)))
    function = pick(
        draw,
        ["latest", "latest", "previous", "first", "latest_ever", "latest_where", "previous_where", "latest_between"],
    )
    return Call(function, (item, *_extra(draw, function, scope)))


def _extra(draw: Draw, function: str, scope: Scope) -> tuple[Expression, ...]:
    if "where" in function:
        return (expression(draw, "boolean", replace(scope, depth=min(scope.depth, 1) - 1)),)
    if "between" in function:
        least = pick(draw, [0, 1, 7])
        return (Literal(float(least)), Literal(float(least + pick(draw, [0, 7, 30]))))
    if function in ("latest", "latest_ever", "latest_on", "latest_ever_on") and draw(st.booleans()):
        return (span_literal(draw),)
    return ()


def _truths(draw: Draw, scope: Scope, inner: Scope) -> list[Callable[[], Expression]]:
    def truth() -> Expression:
        return expression(draw, "boolean", inner)

    def compared() -> Expression:
        type_ = pick(draw, ["number", "number", "date", "text", "boolean"])
        ops = ["<", "<=", ">", ">=", "=", "!="] if type_ in ("number", "date") else ["=", "!="]
        return Binary(pick(draw, ops), expression(draw, type_, inner), expression(draw, type_, inner))

    def counted() -> Expression:
        number = Literal(float(draw(st.integers(0, 3))))
        return Call("at_least", (number, *(truth() for _ in range(draw(st.integers(1, 3))))))

    options: list[Callable[[], Expression]] = [
        lambda: Binary(pick(draw, ["and", "or"]), truth(), truth()),
        lambda: Unary("not", truth()),
        compared,
        compared,
        lambda: Unary(pick(draw, ["is known", "is unknown"]), expression(draw, pick(draw, ITEMS), inner)),
        lambda: In(
            expression(draw, "text", inner), tuple(leaf(draw, "text", inner) for _ in range(draw(st.integers(1, 2))))
        ),
        lambda: In(expression(draw, "number", inner), (number_literal(draw), expression(draw, "number", inner))),
        lambda: Binary("contains", expression(draw, "set", inner), Literal(pick(draw, CHOICES))),
        counted,
        lambda: Call("exists", (truth(),)),
        lambda: Call("in_episode", (Literal(pick(draw, ["kehamilan", "nifas"])),)),
        lambda: Call("zflag", (Literal("bb-u"), Name("umur-hari"), expression(draw, "number", inner))),
    ]
    if scope.services:
        options.append(lambda: Call("given", (Name(pick(draw, scope.services)),)))
    if scope.findings:
        options.append(
            lambda: Call(pick(draw, ["found", "ever_found", "previously_found"]), (Name(pick(draw, scope.findings)),))
        )
    if scope.own:
        options += [lambda: Call("previously_found", (Name(pick(draw, scope.own)),))] * 3
    return options


def _numbers(draw: Draw, scope: Scope, inner: Scope) -> list[Callable[[], Expression]]:
    def number() -> Expression:
        return expression(draw, "number", inner)

    def date() -> Expression:
        return expression(draw, "date", inner)

    options: list[Callable[[], Expression]] = [
        lambda: Binary(pick(draw, ["+", "-", "*", "/"]), number(), number()),
        lambda: Binary("^", number(), Literal(2.0)),
        lambda: Unary("-", number()),
        lambda: Binary("-", date(), date()),
        lambda: Call(pick(draw, ["abs", "floor", "round"]), (number(),)),
        lambda: Call("round", (number(), Literal(1.0))),
        lambda: Call(pick(draw, ["min", "max"]), tuple(number() for _ in range(draw(st.integers(1, 3))))),
        lambda: Call(pick(draw, ["days", "months", "years"]), (date(), date())),
        lambda: Binary("-", Call("month_index", (date(),)), Call("month_index", (date(),))),
        lambda: Call("size", (expression(draw, "set", inner),)),
        lambda: Call("count", (Name(pick(draw, scope.items(pick(draw, ITEMS)))),)),
        lambda: Call("count_where", (expression(draw, "boolean", inner),)),
        lambda: Call("lookup", (Literal("angka"), expression(draw, "text", inner), number())),
        lambda: Call("zscore", (Literal("bb-u"), Name("umur-hari"), number())),
    ]
    if scope.services:
        options.append(
            lambda: Call(pick(draw, ["times_given", "times_given_ever"]), (Name(pick(draw, scope.services)),))
        )
    if scope.concluded:
        options.append(lambda: Call("doses", (Name(pick(draw, scope.concluded)),)))
    return options


def _dates(draw: Draw, scope: Scope, inner: Scope) -> list[Callable[[], Expression]]:
    def date() -> Expression:
        return expression(draw, "date", inner)

    def length() -> Expression:
        if draw(st.booleans()):
            return Length(pick(draw, [1, 2, 12]), pick(draw, [0, 0, 3]))
        return span_literal(draw)

    def day_of_item() -> Expression:
        function = pick(
            draw,
            [
                "latest_on",
                "previous_on",
                "first_on",
                "latest_ever_on",
                "latest_where_on",
                "previous_where_on",
                "latest_between_on",
            ],
        )
        return Call(function, (Name(pick(draw, scope.items(pick(draw, ITEMS)))), *_extra(draw, function, scope)))

    options: list[Callable[[], Expression]] = [
        lambda: Binary(pick(draw, ["+", "-"]), date(), length()),
        lambda: Binary("+", date(), Call("floor", (leaf(draw, "number", inner),))),
        day_of_item,
        day_of_item,
        lambda: Call(pick(draw, ["first_date", "last_date"]), (expression(draw, "boolean", inner),)),
        lambda: Call(pick(draw, ["min", "max"]), (date(), date())),
    ]
    if scope.services:
        options.append(lambda: Call(pick(draw, ["given_on", "given_ever_on"]), (Name(pick(draw, scope.services)),)))
    if scope.findings:
        options.append(lambda: Call(pick(draw, ["found_on", "first_found_on"]), (Name(pick(draw, scope.findings)),)))
    if scope.concluded:
        options.append(lambda: Call("done_on", (Name(pick(draw, scope.concluded)),)))
    return options


def _texts(draw: Draw, scope: Scope, inner: Scope) -> list[Callable[[], Expression]]:
    if scope.concluded:
        return [lambda: Call("status", (Name(pick(draw, scope.concluded)),))]
    return []


def _sets(draw: Draw, scope: Scope, inner: Scope) -> list[Callable[[], Expression]]:
    return []
