"""Tables that can always tell: every number, word or truth that their rows ask about is there whenever the table speaks.

Worked out from the knowledge, so that nobody keeps a list: a single recorded item that makes its table speak is known at that moment;
so are counts, `found(...)`, `given(...)`, and everything that says what to take instead with `else`. Whether the person's age and sex are known is
another question, asked of the engine in `conformance/language/eligibility.yaml`.
"""

from __future__ import annotations

from care_engine.cells import Anything, Cell, Known, Not
from care_engine.expressions import Binary, Call, Expression, If, In, Literal, Name, Setting, Unary
from care_engine.model import Knowledge, Table
from care_engine.tables import triggers

#: Functions that answer always, and those that answer whenever their item was recorded once.
ALWAYS = {"count", "given", "times_given", "times_given_ever", "exists", "count_where", "found", "ever_found"}
ALWAYS |= {"previously_found", "in_episode", "doses"}
OF_A_RECORDED_ITEM = {"latest", "latest_on", "first", "first_on", "latest_ever", "latest_ever_on"}
BY_AGE = {"birth", "umur-hari", "umur-bulan", "umur-tahun"}


def can_always_tell(table: Table, knowledge: Knowledge) -> bool:
    conditions = [one for one in (table.when, table.who.when) if one is not None]
    asked = [
        one.value
        for column, one in enumerate(table.inputs)
        if any(_needs_a_value(row.cells[column]) for row in table.rows)
    ]
    return all(_known(tree, table, knowledge) for tree in (*conditions, *asked))


def _needs_a_value(cell: Cell) -> bool:
    match cell:
        case Anything() | Known():
            return False
        case Not(inner):
            return _needs_a_value(inner)
    return True


def _known(tree: Expression, table: Table, knowledge: Knowledge) -> bool:
    def all_of(*trees: Expression) -> bool:
        return all(_known(one, table, knowledge) for one in trees)

    match tree:
        case Literal(value):
            return value is not None
        case Name(id_):
            return _known_name(id_, table, knowledge)
        case Setting(id_):
            return knowledge.settings[id_].default is not None
        case Unary(op, operand):
            return op in ("is known", "is unknown") or all_of(operand)
        case Binary("else", left, right):
            return all_of(right) or all_of(left)
        case Binary(_, left, right):
            return all_of(left, right)
        case In(operand, options):
            return all_of(operand, *options)
        case If(condition, then, otherwise):
            return all_of(condition, then, otherwise)
        case Call(function, arguments):
            if function in ALWAYS:
                return True
            if function in OF_A_RECORDED_ITEM:
                return (
                    len(arguments) == 1
                    and isinstance(arguments[0], Name)
                    and _sole_trigger(table, knowledge, arguments[0].id)
                )
            if function in ("min", "max"):
                return any(all_of(one) for one in arguments)
            return function in (
                "abs",
                "round",
                "floor",
                "size",
                "days",
                "months",
                "years",
                "month_index",
                "at_least",
                "now",
            ) and all_of(*arguments)
    return False


def _known_name(id_: str, table: Table, knowledge: Knowledge) -> bool:
    item = knowledge.items.get(id_)
    if item is None:
        by_age = table.who.age_from is not None or table.who.age_until is not None
        return (
            id_ in ("today", "unit", "episode-start", "registered")
            or (id_ in BY_AGE and by_age)
            or (id_ == "sex" and table.who.sex is not None)
        )
    if item.formula is not None:
        return _known(item.formula, table, knowledge)
    return _sole_trigger(table, knowledge, id_)


def _sole_trigger(table: Table, knowledge: Knowledge, item: str) -> bool:
    return table.moment == "contact" and triggers(table, knowledge) == {item}
