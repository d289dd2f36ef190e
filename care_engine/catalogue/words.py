"""Parts of the knowledge as words: expressions, cells, lengths of time, whom it concerns, where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypeVar

from care_engine.cells import Anything, Between, Cell, Compare, Empty, Equals, Known, Not, OneOf
from care_engine.dates import Span
from care_engine.expressions import Binary, Call, Expression, If, In, Length, Literal, Name, Setting, Unary
from care_engine.labels import cadre_label, unit_label
from care_engine.model import Item, Knowledge, Place, Provider, Source, Tell, Text, Who, Within

ANYTHING = "–"
YES_NO = {True: "ya", False: "tidak"}


class Placed(Protocol):
    @property
    def at(self) -> Place: ...


T = TypeVar("T", bound=Placed)


def by_folder(things: Iterable[T]) -> dict[str, list[T]]:
    """Things by the folder of their file (`findings/ibu-hamil/anemia.yaml`: ibu-hamil), or its name where there is no folder; as in the file."""
    found: dict[str, list[T]] = {}
    for one in sorted(things, key=lambda one: (one.at.file, one.at.line)):
        parts = one.at.file.split("/")
        found.setdefault(parts[1].removesuffix(".yaml"), []).append(one)
    return dict(sorted(found.items()))


def figure(value: float) -> str:
    return f"{value:.10g}".replace(".", ",")


def code(tree: Expression) -> str:
    return f"`{written(tree)}`"


def cell(text: str) -> str:
    """A text inside a Markdown table."""
    return text.replace("|", "\\|").replace("\n", " ").strip()


def table(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return [*lines, *("| " + " | ".join(cell(one) for one in row) + " |" for row in rows)]


# --- expressions ---

#: How tightly an operator binds, loosest first, as in `expressions.py`.
_LEVELS = {"or": 1, "and": 2, "not": 3, "compare": 4, "else": 5, "sum": 6, "product": 7, "power": 8, "sign": 9}
_BINARY = {
    "or": "or",
    "and": "and",
    "else": "else",
    "+": "sum",
    "-": "sum",
    "*": "product",
    "/": "product",
    "^": "power",
}


def written(tree: Expression) -> str:
    """The text of an expression, such that `parse(written(tree)) == tree`. Lengths without months come out as days."""
    return _written(tree, 0)


def _written(tree: Expression, least: int) -> str:
    """The text, in brackets where it binds less tightly than `least`."""
    match tree:
        case Literal(value):
            return _literal(value)
        case Length(months, days):
            return f"{months}m" + (f"{days}d" if days else "")
        case Name(id_):
            return id_
        case Setting(id_):
            return f"area.{id_}"
        case Call(function, arguments):
            return f"{function}({', '.join(written(one) for one in arguments)})"
        case Unary("not", operand):
            level, text = _LEVELS["not"], f"not {_written(operand, _LEVELS['not'])}"
        case Unary("-", operand):
            level, text = _LEVELS["sign"], f"-{_written(operand, _LEVELS['sign'])}"
        case Unary(op, operand):
            level, text = _LEVELS["compare"], f"{_written(operand, _LEVELS['else'])} {op}"
        case In(operand, options):
            listed = ", ".join(written(one) for one in options)
            level, text = _LEVELS["compare"], f"{_written(operand, _LEVELS['else'])} in ({listed})"
        case If(condition, then, otherwise):
            # Branches in brackets: an `else` after `then` would be read as the end of the `if`.
            level, text = 0, f"if {_written(condition, 1)} then {_written(then, 6)} else {_written(otherwise, 1)}"
        case Binary(op, left, right):
            level = _LEVELS[_BINARY.get(op, "compare")]
            both = level + 1 if op not in _BINARY else level
            text = f"{_written(left, both)} {op} {_written(right, level + 1)}"
    # A fallback inside something else is easily misread: it gets its brackets also where the language needs none.
    nested = isinstance(tree, Binary) and tree.op == "else" and least > 0
    return f"({text})" if level < least or nested else text


def _literal(value: float | str | bool | None) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}'" if isinstance(value, str) else f"{value:.10g}"


# --- cells ---


def cell_words(
    test: Cell, item: Item | None, language: str = "id", quantity: Callable[[float], str] | None = None
) -> str:
    """A cell for a reader: `140 sampai kurang dari 160`, `Kepala`, `memuat Demam`. `quantity` says numbers otherwise than with the item's unit."""
    english = language == "en"
    unit = f" {item.unit}" if item is not None and item.unit and quantity is None else ""
    said = quantity or (lambda value: f"{value:.10g}" if english else figure(value))
    match test:
        case Anything():
            return ANYTHING
        case Known(known):
            return ("known" if known else "unknown") if english else ("diketahui" if known else "tidak diketahui")
        case Empty():
            return "none" if english else "tidak ada"
        case Compare(op, value):
            return f"{ {'<=': '≤', '>=': '≥'}.get(op, op) } {said(value)}{unit}"
        case Between(low, low_included, high, high_included):
            over, to, under = (
                ("more than ", "to", "less than ") if english else ("lebih dari ", "sampai", "kurang dari ")
            )
            return f"{'' if low_included else over}{said(low)} {to} {'' if high_included else under}{said(high)}{unit}"
        case Equals(value):
            return f"{said(value)}{unit}" if isinstance(value, float) else _equals(value, item, english)
        case OneOf(cells):
            return (" or " if english else " atau ").join(cell_words(one, item, language, quantity) for one in cells)
        case Not(inner):
            return f"{'not' if english else 'bukan'} ({cell_words(inner, item, language, quantity)})"
    raise AssertionError(f"no words for {test}")


def _equals(value: str | bool, item: Item | None, english: bool) -> str:
    if isinstance(value, bool):
        return ("yes" if value else "no") if english else YES_NO[value]
    word = item.choices[value]["en" if english else "id"] if item is not None and value in item.choices else value
    return f"{'includes' if english else 'memuat'} {word}" if item is not None and item.type == "choices" else word


# --- time, people, places ---


#: Months from which whole years are said in years.
IN_YEARS = 72


def span_words(span: Span, *, weeks: bool = False, language: str = "id") -> str:
    """`12 bulan 15 hari`, `6 minggu`; with `weeks`, as the length of a pregnancy is said: `24 minggu 1 hari`."""
    years = span.months // 12 if span.months % 12 == 0 and span.months >= IN_YEARS else 0
    parts = [_counted(years, "year", "tahun", language)] if years else []
    parts += [_counted(span.months, "month", "bulan", language)] if span.months and not years else []
    days = span.days
    if not span.months and days and (days % 7 == 0 or weeks) and days >= 28:
        parts.append(_counted(days // 7, "week", "minggu", language))
        days %= 7
    if days or not parts:
        parts.append(_counted(days, "day", "hari", language))
    return " ".join(parts)


def _counted(count: int, english: str, indonesian: str, language: str) -> str:
    return f"{count} {english}{'' if count == 1 else 's'}" if language == "en" else f"{count} {indonesian}"


def within_words(within: Within, knowledge: Knowledge) -> str:
    """A length of time; where an area setting says it, the default and the setting."""
    if isinstance(within, Span):
        return span_words(within)
    setting = knowledge.settings[within.id]
    return f"{setting.default} hari (atau menurut wilayah: `{setting.id}`)"


def until_words(span: Span, *, weeks: bool = False, language: str = "id") -> str:
    """The last day of a limit: whole months count to the day before the next one is complete."""
    if span.months and not span.days:
        before = "the day before" if language == "en" else "sehari sebelum"
        return f"{before} {span_words(Span(span.months + 1), language=language)}"
    return span_words(span, weeks=weeks, language=language)


def who_words(who: Who, knowledge: Knowledge) -> str:
    parts = []
    if who.sex is not None:
        parts.append(who.sex)
    if who.age_from is not None:
        parts.append(f"umur mulai {span_words(who.age_from)}")
    if who.age_until is not None:
        parts.append(f"{'' if who.age_from is not None else 'umur '}sampai {until_words(who.age_until)}")
    if who.episode is not None:
        parts.append(f"selama {knowledge.episodes[who.episode].label.id.lower()}")
    for setting, wanted in sorted(who.area.items()):
        value = YES_NO[wanted] if isinstance(wanted, bool) else str(wanted)
        parts.append(f"wilayah dengan {knowledge.settings[setting].label.id}: {value}")
    if who.when is not None:
        parts.append(f"bila {code(who.when)}")
    return ", ".join(parts) or "semua orang"


def providers_words(providers: Iterable[Provider]) -> str:
    """`Posyandu, Pustu: bidan, perawat; Puskesmas: dokter (bila …)`."""
    cadres: dict[tuple[str, str], list[str]] = {}
    for one in providers:
        condition = f" (bila {code(one.condition)})" if one.condition is not None else ""
        words = cadre_label(one.cadre).id
        cadres.setdefault((unit_label(one.unit).id, condition), []).append(words)
    units: dict[tuple[str, str], list[str]] = {}
    for (unit, condition), several in cadres.items():
        units.setdefault((", ".join(several), condition), []).append(unit)
    return "; ".join(f"{', '.join(at)}: {who}{condition}" for (who, condition), at in units.items()) or ANYTHING


def source_words(source: Source, knowledge: Knowledge) -> str:
    document = knowledge.documents.get(source.document or "")
    parts = [document.label.id if document else "", source.place]
    text = ", ".join(part for part in parts if part)
    if source.assumed:
        text = f"{text} (**asumsi**)" if text else "**asumsi**"
    return text + (f": {source.note}" if source.note else "")


def told_words(told: Iterable[Tell], knowledge: Knowledge) -> str:
    """The topics by name, each with its condition."""
    conditions = {one: f" (bila {code(one.condition)})" if one.condition is not None else "" for one in told}
    return ", ".join(f"{knowledge.topics[one.topic].label.id}{text}" for one, text in conditions.items())


def listed(ids: Iterable[str]) -> str:
    return ", ".join(f"`{one}`" for one in ids)


def labelled(id_: str, among: Mapping[str, Labelled]) -> str:
    return f"{among[id_].label.id} (`{id_}`)" if id_ in among else f"`{id_}`"


class Labelled(Protocol):
    @property
    def label(self) -> Text: ...
