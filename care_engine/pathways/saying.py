"""Expressions, cells and lengths of time in words for people, in Indonesian and English.

A limit is said as it stands in the knowledge, never otherwise: `sistolik-rata >= 140` is "Sistolik rata-rata ≥ 140 mmHg". What a form does
not say by itself (from which contact a value is, what counts when it is missing) is left out where it does not change what is looked at.
"""

from __future__ import annotations

from care_engine.catalogue.words import cell_words, span_words, written
from care_engine.cells import Between, Cell, Equals, Known
from care_engine.dates import Span
from care_engine.expressions import Binary, Call, Expression, If, In, Length, Literal, Name, Setting, Unary
from care_engine.labels import cadre_label, unit_label
from care_engine.model import Input, Item, Who
from care_engine.pathways.naming import Naming
from care_engine.pathways.phrases import ABOUT, OPPOSITE, SIGNS, STATUSES
from care_engine.pathways.shown import settled

#: Longer than this, an input is called by its name in the rows and explained once beside them.
LONG = 64


class Words(Naming):
    """Says parts of one knowledge in one language."""

    def never(self, condition: Expression | None) -> bool:
        """Whether a condition holds for nobody of whom the chart speaks."""
        return condition is not None and settled(condition, self.within) is False

    def open_part(self, condition: Expression) -> Expression | None:
        """What is left to ask of a condition; None where it is settled."""
        if settled(condition, self.within) is True:
            return None
        if isinstance(condition, Binary) and condition.op == "and":
            left, right = self.open_part(condition.left), self.open_part(condition.right)
            return Binary("and", left, right) if left is not None and right is not None else left or right
        return condition

    # --- values ---

    def value(self, tree: Expression) -> str:
        """What a tree is worth, as a noun."""
        match tree:
            case Literal(value):
                return self._literal(value)
            case Length(months, days):
                return span_words(Span(months, days), language=self.language)
            case Name(id_):
                return self.name(id_)
            case Setting(id_):
                return self.text(self.knowledge.settings[id_].label)
            case Call("latest" | "latest_ever" | "latest_where", (first, Literal(float() | int() as days))):
                return f"{self.value(first)} ({self.either(f'{days:.0f} hari terakhir', f'last {days:.0f} days')})"
            case Call(
                "latest" | "latest_ever" | "now" | "latest_where" | "latest_between" | "round" | "floor", (first, *_)
            ):
                return self.value(first)
            case Call("days" | "months" | "years", (first, second)):
                return self.either(
                    f"sejak {self.value(first)} sampai {self.value(second)}",
                    f"from {self.value(first)} to {self.value(second)}",
                )
            case Call("max" | "min" as which, several):
                word = (
                    self.either("yang terakhir dari", "the last of")
                    if which == "max"
                    else self.either("yang pertama dari", "the first of")
                )
                return f"{word} {', '.join(self.value(one) for one in several)}"
            case Call(function, (first, *_)) if function in ABOUT:
                inside = self.truth(first) if isinstance(first, Binary | In | Unary) else self.value(first)
                return self.text(ABOUT[function]).format(inside)
            case Binary("else", left, right):
                return (
                    self.value(left)
                    if isinstance(right, Literal)
                    else f"{self.value(left)} ({self.either('bila tidak ada', 'or if there is none')} {self.value(right)})"
                )
            case Binary("+" | "-" | "*" | "/" as op, left, right):
                sign = {"-": "−", "*": "×"}.get(op, op)
                if (
                    op in "+-"
                    and isinstance(right, Literal)
                    and isinstance(right.value, float | int)
                    and self._is_date(left)
                ):
                    return f"{self.value(left)} {sign} {span_words(Span(0, int(right.value)), language=self.language)}"
                return f"{self.value(left)} {sign} {self.value(right)}"
            case If(condition, then, otherwise):
                return self.either(
                    f"{self.value(then)} bila {self.truth(condition)}, selain itu {self.value(otherwise)}",
                    f"{self.value(then)} if {self.truth(condition)}, otherwise {self.value(otherwise)}",
                )
            case Binary() | Unary() | In() | Call():
                said = self._proposition(tree, True)
                return said if said is not None else written(tree)
        return written(tree)

    def _is_date(self, tree: Expression) -> bool:
        named = self._item(tree)
        return (
            (named is not None and named.type == "date")
            or (isinstance(tree, Name) and tree.id in ("birth", "today", "registered", "episode-start"))
            or (isinstance(tree, Call) and tree.function.endswith("_on"))
        )

    def _literal(self, value: float | str | bool | None) -> str:
        if value is None:
            return self.either("tidak diketahui", "unknown")
        if isinstance(value, bool):
            return self.either("ya", "yes") if value else self.either("tidak", "no")
        return value.replace("-", " ") if isinstance(value, str) else self._figure(value)

    # --- what may be true ---

    def truth(self, tree: Expression, yes: bool = True) -> str:
        """A condition that is true, or not: `Sistolik ≥ 140 mmHg atau Diastolik ≥ 90 mmHg`."""
        said = self._proposition(tree, yes)
        if said is not None:
            return said
        return f"{self.value(tree)}: {self._literal(yes)}"

    def _proposition(self, tree: Expression, yes: bool) -> str | None:
        match tree:
            case Literal(bool() as value):
                return self._literal(value is yes)
            case Literal(None):
                return self._literal(None)
            case Name(id_) if id_ in self.knowledge.items:
                return self.item(id_) if yes else self._without(self.item(id_))
            case Setting(id_):
                label = self.text(self.knowledge.settings[id_].label)
                return label if yes else self._without(label)
            case Unary("not", operand):
                return self.truth(operand, not yes)
            case Unary("is known" | "is unknown" as op, operand):
                recorded = (op == "is known") is yes
                if (
                    isinstance(operand, Call)
                    and operand.function in ("done_on", "given_on", "given_ever_on")
                    and isinstance(operand.arguments[0], Name)
                ):
                    done = (
                        self.either("sudah dilakukan", "done")
                        if recorded
                        else self.either("belum dilakukan", "not done yet")
                    )
                    return f"{self.name(operand.arguments[0].id)} {done}"
                if operand == Name("episode-end"):
                    return (
                        self.either("masa ini sudah berakhir", "it has ended")
                        if recorded
                        else self.either("masa ini masih berlangsung", "it goes on")
                    )
                return f"{self.value(operand)} {self.either('tercatat', 'recorded') if recorded else self.either('belum tercatat', 'not recorded')}"
            case Binary("and" | "or" as op, _, _):
                return self._joined(tree, op, yes)
            case Binary("else", left, Literal()):
                return self.truth(left, yes)
            case Binary("contains", left, Literal(str() as word)):
                item = self._item(left)
                choice = (
                    self.text(item.choices[word])
                    if item is not None and word in item.choices
                    else word.replace("-", " ")
                )
                return choice if yes else self._without(choice)
            case Binary("<" | "<=" | ">" | ">=" | "=" | "!=" as op, left, right):
                return self._compared(left, op if yes else OPPOSITE[op], right)
            case In(operand, options):
                word = self.either(" atau ", " or ").join(self._as_value_of(operand, one) for one in options)
                return (
                    f"{self._called(operand)}{word}"
                    if yes
                    else f"{self._called(operand)}{self.either('bukan', 'not')} {word}"
                )
            case If(condition, then, otherwise):
                return self.either(
                    f"bila {self.truth(condition)}: {self.truth(then, yes)}; selain itu: {self.truth(otherwise, yes)}",
                    f"if {self.truth(condition)}: {self.truth(then, yes)}; otherwise: {self.truth(otherwise, yes)}",
                )
            case Call(function, arguments):
                return self._called_truth(function, arguments, yes)
        return None

    def _without(self, label: str) -> str:
        if label.startswith("Ada "):
            return f"Tidak a{label[1:]}"
        return (
            f"{self.either('tanpa', 'without')} {label}"
            if not label.endswith("?")
            else f"{label} {self._literal(False)}"
        )

    def _joined(self, tree: Expression, op: str, yes: bool) -> str:
        parts: list[Expression] = []
        waiting = [tree]
        while waiting:
            one = waiting.pop(0)
            if isinstance(one, Binary) and one.op == op:
                waiting[:0] = [one.left, one.right]
            else:
                parts.append(one)
        both = (op == "and") is yes
        word = self.either(" dan ", " and ") if both else self.either(" atau ", " or ")
        said = [self._bracketed(one, "or" if both else "and", yes) for one in parts]
        return word.join(dict.fromkeys(said))

    def _bracketed(self, tree: Expression, inner: str, yes: bool) -> str:
        """In brackets where it is joined by the other word."""
        core = tree
        turned = yes
        while (isinstance(core, Unary) and core.op == "not") or (
            isinstance(core, Binary) and core.op == "else" and isinstance(core.right, Literal)
        ):
            turned = turned is not isinstance(core, Unary)
            core = core.operand if isinstance(core, Unary) else core.left
        joined = isinstance(core, Binary) and core.op in ("and", "or") and ((core.op == inner) is turned)
        said = self.truth(tree, yes)
        return f"({said})" if joined or isinstance(core, If) else said

    def _compared(self, left: Expression, op: str, right: Expression) -> str:
        if isinstance(left, Call) and left.function == "size" and isinstance(right, Literal) and right.value == 0:
            some = op in (">", "!=")
            return f"{self.either('ada', 'any') if some else self.either('tidak ada', 'no')} {self.value(left.arguments[0])}"
        if isinstance(left, Call) and left.function == "count" and isinstance(right, Literal) and right.value == 0:
            label = self.value(left.arguments[0])
            return f"{label} {self.either('belum dicatat', 'not recorded yet') if op in ('=', '<=') else self.either('sudah dicatat', 'recorded')}"
        if op in ("=", "!="):
            if isinstance(right, Literal) and isinstance(right.value, bool):
                return self.truth(left, right.value is (op == "="))
            no = "" if op == "=" else f"{self.either('bukan', 'not')} "
            return f"{self._called(left)}{no}{self._as_value_of(left, right)}"
        return f"{self.value(left)} {SIGNS.get(op, op)} {self._as_value_of(left, right)}"

    def _called(self, operand: Expression) -> str:
        """What is compared, before a colon; nothing where the values speak for themselves."""
        return "" if operand in (Name("cadre"), Name("unit"), Name("sex")) else f"{self.value(operand)}: "

    def _as_value_of(self, left: Expression, right: Expression) -> str:
        if isinstance(right, Literal):
            if isinstance(right.value, str):
                return self._word(left, right.value)
            if isinstance(right.value, float | int) and not isinstance(right.value, bool):
                return self.quantity(float(right.value), left)
        return self.value(right)

    def _word(self, left: Expression, word: str) -> str:
        item = self._item(left)
        if item is not None and word in item.choices:
            return self.text(item.choices[word])
        if isinstance(left, Setting) and word in self.knowledge.settings[left.id].choices:
            return self.text(self.knowledge.settings[left.id].choices[word])
        if isinstance(left, Call) and left.function == "status" and word in STATUSES:
            return self.text(STATUSES[word])
        if left == Name("cadre"):
            return self.text(cadre_label(word))
        if left == Name("unit"):
            return self.text(unit_label(word))
        return word.replace("-", " ")

    def _called_truth(self, function: str, arguments: tuple[Expression, ...], yes: bool) -> str | None:
        first = arguments[0] if arguments else Literal(None)
        match function:
            case "found":
                return self.name(_id(first)) if yes else self._without(self.name(_id(first)))
            case "ever_found":
                return f"{self.either('pernah', 'ever') if yes else self.either('belum pernah', 'never')} {self.name(_id(first))}"
            case "previously_found":
                return f"{self.either('sebelumnya', 'before')} {'' if yes else self.either('bukan ', 'not ')}{self.name(_id(first))}"
            case "given":
                return f"{self.name(_id(first))} {self.either('diberikan', 'given') if yes else self.either('tidak diberikan', 'not given')}"
            case "in_episode":
                kind = str(first.value) if isinstance(first, Literal) else _id(first)
                where = self.either("dalam masa", "during") if yes else self.either("di luar masa", "outside")
                return f"{where} {self.name(kind).lower().removeprefix('masa ')}"
            case "exists":
                inside = self.truth(first)
                inside = f"({inside})" if isinstance(first, Binary) and first.op in ("and", "or") else inside
                return f"{self.either('pernah', 'ever') if yes else self.either('belum pernah', 'never')} {inside}"
            case "at_least":
                number = first.value if isinstance(first, Literal) else 1
                many = self.either("paling sedikit", "at least") if yes else self.either("kurang dari", "fewer than")
                return f"{many} {number:.0f} {self.either('dari', 'of')}: {'; '.join(self.truth(one) for one in arguments[1:])}"
            case "latest" | "latest_ever" | "previous" | "now" | "latest_where" | "first":
                return self.truth(first, yes)
            case "zflag":
                return (
                    self.either("ukuran tidak masuk akal", "implausible measurement")
                    if yes
                    else self.either("ukuran masuk akal", "plausible measurement")
                )
        return None

    # --- people ---

    def who(self, who: Who) -> str:
        """Whom a rule concerns: `perempuan, selama kehamilan`."""
        parts = []
        if who.sex is not None:
            parts.append(who.sex if self.language == "id" else {"perempuan": "women", "laki-laki": "men"}[who.sex])
        if who.age_from is not None:
            parts.append(self.either("usia mulai ", "from ") + self._age(who.age_from))
        if who.age_until is not None:
            last = who.age_until
            end = Span(last.months + 1) if last.months and not last.days else last
            before = last is not end
            parts.append(
                (self.either("sebelum ", "before ") if before else self.either("sampai ", "until ")) + self._age(end)
            )
        if who.episode is not None:
            parts.append(f"{self.either('selama', 'during')} {self.name(who.episode).lower()}")
        for setting, wanted in sorted(who.area.items()):
            label = self.text(self.knowledge.settings[setting].label)
            parts.append(
                label
                if wanted is True
                else f"{label}: {self._word(Setting(setting), str(wanted)) if isinstance(wanted, str) else wanted}"
            )
        if who.when is not None:
            parts.append(self.truth(who.when))
        return ", ".join(parts) or self.either("semua orang", "everybody")

    def _age(self, span: Span) -> str:
        if span.months and span.months % 12 == 0 and span.months >= 24 and not span.days:
            return f"{span.months // 12} {self.either('tahun', 'years')}"
        return span_words(span, language=self.language)

    # --- cells of decision tables ---

    def test(self, column: Input, cell: Cell) -> str:
        """What one cell asks of its input: `Hb < 7 g/dL`, `protein banyak`, `tanpa Edema`."""
        said = self.whole_test(column, cell)
        if not self.is_explained(column):
            return said
        name = column.name.replace("-", " ")
        if isinstance(cell, Equals) and isinstance(cell.value, bool):
            return name if cell.value else f"{self.either('tidak', 'not')} {name}"
        return f"{name} {self._cell(cell, column.value, self._item(column.value))}"

    def whole_test(self, column: Input, cell: Cell) -> str:
        tree = column.value
        if isinstance(cell, Equals) and isinstance(cell.value, bool):
            return self.truth(tree, cell.value)
        if isinstance(cell, Known):
            return self.truth(Unary("is known" if cell.known else "is unknown", tree))
        item = self._item(tree)
        words = self._cell(cell, tree, item)
        if item is not None and item.type == "choices":
            return words.removeprefix(self.either("memuat ", "includes "))
        colon = ":" if item is not None and item.type in ("choice", "boolean") else ""
        return f"{self.value(tree)}{colon} {words}"

    def _cell(self, cell: Cell, tree: Expression, item: Item | None) -> str:
        if isinstance(tree, Setting) and isinstance(cell, Equals) and isinstance(cell.value, str):
            return self._word(tree, cell.value)
        if isinstance(cell, Between) and not self._in_weeks(tree, cell.high):
            unit = self.quantity(0, tree).removeprefix("0")
            return cell_words(cell, item, self.language, self._figure) + unit
        return cell_words(cell, item, self.language, lambda value: self.quantity(value, tree))

    def is_explained(self, column: Input) -> bool:
        """Whether an input is called by its name, because what it looks at is long."""
        return not isinstance(column.value, Name) and len(self.meaning(column)) > LONG

    def meaning(self, column: Input) -> str:
        """What an input looks at."""
        said = self._proposition(column.value, True)
        return said if said is not None else self.value(column.value)


def _id(tree: Expression) -> str:
    return tree.id if isinstance(tree, Name) else ""


def sentence(text: str) -> str:
    """With a capital letter first."""
    return text[:1].upper() + text[1:]
