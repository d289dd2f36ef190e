"""Expressions written out: the inverse of `care_engine.parsing.parse`. Brackets everywhere, so that no rule of precedence is relied on."""

from __future__ import annotations

from care_engine.expressions import Binary, Call, Expression, If, In, Length, Literal, Name, Setting, Unary


def printed(node: Expression) -> str:
    match node:
        case Literal(None):
            return "unknown"
        case Literal(bool() as value):
            return "true" if value else "false"
        case Literal(str() as value):
            return f"'{value}'"
        case Literal(value):
            return f"{value:g}"
        case Length(months, days):
            return f"{months}m{days}d" if days else f"{months}m"
        case Name(id_):
            return id_
        case Setting(id_):
            return f"area.{id_}"
        case Unary(("is known" | "is unknown") as op, operand):
            return f"(({printed(operand)}) {op})"
        case Unary(op, operand):
            return f"({op} ({printed(operand)}))"
        case Binary(op, left, right):
            return f"({printed(left)} {op} {printed(right)})"
        case In(operand, options):
            return f"({printed(operand)} in ({', '.join(printed(one) for one in options)}))"
        case If(condition, then, otherwise):
            return f"(if {printed(condition)} then {printed(then)} else {printed(otherwise)})"
        case Call(function, arguments):
            return f"{function}({', '.join(printed(one) for one in arguments)})"
    raise AssertionError(node)
