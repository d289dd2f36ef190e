"""The types and units of expressions: what may be compared with what. Used by `checking.py`; a wrong combination is refused when it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from care_engine import model as m
from care_engine.expressions import (
    COMPARISONS,
    CONTACT_FUNCTIONS,
    FINDING_FUNCTIONS,
    FUNCTIONS,
    ITEM_FUNCTIONS,
    SCHEDULE_FUNCTIONS,
    SERVICE_FUNCTIONS,
    WORDS,
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
)
from care_engine.schema import CadreId, UnitId

#: Words with a fixed set of answers.
WORD_CHOICES: dict[str, tuple[str, ...]] = {
    "sex": ("laki-laki", "perempuan"),
    "unit": UnitId.__args__,  # type: ignore[attr-defined]
    "cadre": CadreId.__args__,  # type: ignore[attr-defined]
}
GROWTH_INDICES = ("bb-u", "pb-u", "bb-pb", "imt-u", "lk-u")


@dataclass(frozen=True)
class Kind:
    """The type of an expression; `unit` and `choices` where they are known. Type 'any' is the unknown literal."""

    type: str
    unit: str | None = None
    choices: tuple[str, ...] | None = None


ANY = Kind("any")
NUMBER, BOOLEAN, DATE, TEXT = Kind("number"), Kind("boolean"), Kind("date"), Kind("text")


class Typer:
    """Infers kinds and gathers faults (plain sentences) on the way."""

    def __init__(self, knowledge: m.Knowledge, services: set[str]) -> None:
        self.knowledge, self.services = knowledge, services
        self.faults: list[str] = []

    def kind(self, node: Expression) -> Kind:
        match node:
            case Literal(value):
                if value is None:
                    return ANY
                return BOOLEAN if isinstance(value, bool) else TEXT if isinstance(value, str) else NUMBER
            case Length():
                self.faults.append("a length in months can only be added to or taken from a date")
                return ANY
            case Name(id_):
                return self.name(id_)
            case Setting(id_):
                return self.setting(id_)
            case Unary(op, operand):
                inner = self.kind(operand)
                if op == "not":
                    self.wants(inner, "boolean", "'not'")
                elif op == "-":
                    self.wants(inner, "number", "a minus sign")
                    return inner
                return BOOLEAN
            case In(operand, options):
                inner = self.kind(operand)
                for option in options:
                    self.comparable(inner, self.kind(option), option)
                return BOOLEAN
            case If(condition, then, otherwise):
                self.wants(self.kind(condition), "boolean", "the condition of 'if'")
                return self.same(self.kind(then), self.kind(otherwise))
            case Binary():
                return self.binary(node)
            case Call():
                return self.call(node)

    def wants(self, kind: Kind, wanted: str, where: str) -> None:
        if kind.type not in (wanted, "any"):
            self.faults.append(f"{where} needs a {wanted}, not a {kind.type}")

    def same(self, left: Kind, right: Kind) -> Kind:
        if left.type == "any":
            return right
        if right.type not in (left.type, "any"):
            self.faults.append(f"one side is a {left.type}, the other a {right.type}")
        return left if left.unit == right.unit else Kind(left.type, None, left.choices)

    def name(self, id_: str) -> Kind:
        if id_ in WORDS:
            return Kind(WORDS[id_], None, WORD_CHOICES.get(id_))
        item = self.knowledge.items.get(id_)
        if item is None:
            self.faults.append(f"'{id_}' is not in the vocabulary{_near(id_, [*self.knowledge.items, *WORDS])}")
            return ANY
        if item.type == "choices":
            return Kind("set", None, tuple(item.choices))
        if item.type == "choice":
            return Kind("text", None, tuple(item.choices))
        return Kind("number" if item.type == "integer" else item.type, item.unit or None)

    def setting(self, id_: str) -> Kind:
        setting = self.knowledge.settings.get(id_)
        if setting is None:
            self.faults.append(f"'area.{id_}' is not a setting{_near(id_, self.knowledge.settings)}")
            return ANY
        kind = {"integer": "number", "choice": "text"}.get(setting.type, setting.type)
        return Kind(kind, setting.unit or None, tuple(setting.choices) or None)

    def comparable(self, left: Kind, right: Kind, shown: Expression) -> None:
        if "any" in (left.type, right.type):
            return
        if left.type != right.type:
            self.faults.append(f"a {left.type} is compared with a {right.type}")
        elif left.unit and right.unit and left.unit != right.unit:
            self.faults.append(f"{left.unit} is compared with {right.unit}; convert one of them")
        else:
            self.one_of(left, shown)

    def one_of(self, kind: Kind, shown: Expression) -> None:
        if kind.choices and isinstance(shown, Literal) and shown.value not in kind.choices:
            self.faults.append(f"'{shown.value}' is not one of {', '.join(kind.choices)}")

    def binary(self, node: Binary) -> Kind:
        op = node.op
        if op in ("+", "-") and isinstance(node.right, Length):
            left = self.kind(node.left)
            self.wants(left, "date", "adding months")
            return DATE
        left, right = self.kind(node.left), self.kind(node.right)
        if op in ("and", "or"):
            self.wants(left, "boolean", f"'{op}'")
            self.wants(right, "boolean", f"'{op}'")
            return BOOLEAN
        if op == "else":
            return self.same(left, right)
        if op == "contains":
            self.wants(left, "set", "'contains'")
            self.one_of(left, node.right)
            return BOOLEAN
        if op in COMPARISONS:
            self.comparable(left, right, node.right)
            if left.type == right.type:
                self.one_of(right, node.left)
            if op not in ("=", "!=") and left.type in ("text", "boolean", "set"):
                self.faults.append(f"'{op}' does not order a {left.type}")
            return BOOLEAN
        if op in ("+", "-"):
            if left.type == "date" and right.type == "date" and op == "-":
                return NUMBER
            if left.type == "date":
                self.wants(right, "number", "a date plus or minus")
                self.whole_days(node.right, right)
                return DATE
            if left.unit and right.unit and left.unit != right.unit:
                self.faults.append(f"{left.unit} {op} {right.unit}: convert one of them")
        self.wants(left, "number", f"'{op}'")
        self.wants(right, "number", f"'{op}'")
        return Kind("number", left.unit if op in ("+", "-") and left.unit == right.unit else None)

    def whole_days(self, node: Expression, kind: Kind) -> None:
        """What is added to or taken from a date is days, and whole ones where that can be seen."""
        if kind.unit not in (None, "d"):
            self.faults.append(f"{kind.unit} are added to or taken from a date; convert to days")
        days = _constant(node)
        if days is not None and days != int(days):
            self.faults.append(f"{days:g} is not a whole number of days")

    def call(self, node: Call) -> Kind:
        function, arguments = node.function, node.arguments
        if function in ITEM_FUNCTIONS:
            return self.item_function(node)
        if function in SERVICE_FUNCTIONS or function in SCHEDULE_FUNCTIONS:
            self.named(node, self.services, "service")
            return Kind(FUNCTIONS[function], None, m.STATUSES if function == "status" else None)
        if function in FINDING_FUNCTIONS:
            self.named(node, self.knowledge.findings, "finding")
            return Kind(FINDING_FUNCTIONS[function])
        kinds = [self.kind(one) for one in arguments]
        if function in CONTACT_FUNCTIONS:
            if len(arguments) != 1:
                self.faults.append(f"{function}(...) takes one condition")
            for kind in kinds:
                self.wants(kind, "boolean", f"{function}(...)")
            return Kind(CONTACT_FUNCTIONS[function])
        return self.plain_function(node, kinds)

    def named(self, node: Call, among: object, what: str) -> str | None:
        first = node.arguments[0] if node.arguments else None
        if len(node.arguments) != 1 or not isinstance(first, Name):
            self.faults.append(f"{node.function}(...) takes the id of a {what}")
            return None
        if first.id not in among:  # type: ignore[operator]
            self.faults.append(f"there is no {what} '{first.id}'{_near(first.id, among)}")
        return first.id

    def item_function(self, node: Call) -> Kind:
        function, arguments = node.function, node.arguments
        wanted = {
            "latest_where": 2,
            "latest_where_on": 2,
            "previous_where": 2,
            "previous_where_on": 2,
            "latest_between": 3,
            "latest_between_on": 3,
        }
        if not arguments or not isinstance(arguments[0], Name) or arguments[0].id in WORDS:
            self.faults.append(f"{function}(...) takes the id of an item")
            return ANY
        least = wanted.get(function, 1)
        most = 2 if function in ("latest", "latest_on", "latest_ever", "latest_ever_on") else least
        if not least <= len(arguments) <= most:
            self.faults.append(
                f"{function}(...) takes {least} argument{'s' if least > 1 else ''}, not {len(arguments)}"
            )
        kind = self.name(arguments[0].id)
        for extra in arguments[1:]:
            self.wants(self.kind(extra), "boolean" if "where" in function else "number", f"{function}(...)")
        result = ITEM_FUNCTIONS[function]
        return kind if result == "item" else Kind(result)

    def plain_function(self, node: Call, kinds: list[Kind]) -> Kind:
        function, arguments = node.function, node.arguments
        counts = {"abs": (1, 1), "floor": (1, 1), "round": (1, 2), "days": (2, 2), "months": (2, 2), "years": (2, 2)}
        counts |= {
            "month_index": (1, 1),
            "size": (1, 1),
            "in_episode": (1, 1),
            "now": (1, 1),
            "at_least": (2, 99),
            "lookup": (2, 9),
            "zscore": (3, 5),
            "zflag": (3, 5),
        }
        least, most = counts.get(function, (1, 99))
        if not least <= len(arguments) <= most:
            wanted = f"{least}" if least == most else f"{least} to {most}"
            self.faults.append(f"{function}(...) takes {wanted} arguments, not {len(arguments)}")
            return ANY
        dates = {"days", "months", "years", "month_index"}
        for index, kind in enumerate(kinds):
            if function in dates:
                self.wants(kind, "date", f"{function}(...)")
            elif function in ("abs", "floor", "round"):
                self.wants(kind, "number", f"{function}(...)")
            elif function == "at_least" and index:
                self.wants(kind, "boolean", "at_least(...)")
        if function in ("zscore", "zflag") and not (
            isinstance(arguments[0], Literal) and arguments[0].value in GROWTH_INDICES
        ):
            self.faults.append(f"{function}(...) needs one of {', '.join(GROWTH_INDICES)} first")
        if function == "in_episode" and not (
            isinstance(arguments[0], Literal) and arguments[0].value in self.knowledge.episodes
        ):
            self.faults.append(f"in_episode(...) needs one of {', '.join(self.knowledge.episodes)}")
        if function == "lookup":
            table = arguments[0].value if isinstance(arguments[0], Literal) else None
            figures = self.knowledge.figures.get(str(table))
            if figures is None:
                self.faults.append(f"there is no table of figures '{table}' in knowledge/tables")
            elif len(arguments) - 1 != len(figures.keys):
                self.faults.append(f"lookup('{table}', …) takes the keys {', '.join(figures.keys)}")
        if function in ("min", "max"):
            first = kinds[0]
            for kind in kinds[1:]:
                first = self.same(first, kind)
            return first
        if function == "now":
            return kinds[0]
        if function in ("abs", "floor", "round"):
            return kinds[0]
        return Kind(FUNCTIONS[function])


def _constant(node: Expression) -> float | None:
    """The value of a sum that is written out, such as 7 / 2; None where it hangs on anything else."""
    match node:
        case Literal(int() | float() as value) if not isinstance(value, bool):
            return value
        case Unary("-", operand):
            inner = _constant(operand)
            return None if inner is None else -inner
        case Binary("+" | "-" | "*" | "/" as op, left, right):
            one, other = _constant(left), _constant(right)
            if one is None or other is None or (op == "/" and other == 0):
                return None
            return {"+": one + other, "-": one - other, "*": one * other}.get(op) if op != "/" else one / other
    return None


def _near(word: str, known: object) -> str:
    """', did you mean …?' when something similar exists."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1, cutoff=0.75)  # type: ignore[call-overload]
    return f"; did you mean '{close[0]}'?" if close else ""


def faults_of(node: Expression, knowledge: m.Knowledge, services: set[str], wanted: str | None = None) -> Iterator[str]:
    """What is wrong with an expression that should give a `wanted` type."""
    typer = Typer(knowledge, services)
    kind = typer.kind(node)
    if wanted is not None:
        typer.wants(kind, wanted, "this place")
    yield from dict.fromkeys(typer.faults)
