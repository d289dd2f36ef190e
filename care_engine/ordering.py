"""Decision tables in an order in which each comes after those whose findings it asks about."""

from __future__ import annotations

from collections.abc import Iterable

from care_engine import model as m
from care_engine.circles import of_table
from care_engine.expressions import FINDING_FUNCTIONS, Expression, Name, named_in, walk
from care_engine.yaml_files import KnowledgeError


def in_order(tables: list[m.Table], items: dict[str, m.Item], errors: list[KnowledgeError]) -> list[m.Table]:
    """Tables so that each comes after those whose findings it asks about; a circle is a fault."""
    by_id = {table.id: table for table in tables}
    makers: dict[str, list[m.Table]] = {}
    for table in tables:
        for finding in table.findings:
            makers.setdefault(finding, []).append(table)
    done: dict[str, bool] = {}
    ordered: list[m.Table] = []

    def visit(table: m.Table, trail: tuple[str, ...]) -> None:
        if done.get(table.id):
            return
        if table.id in trail:
            circle = (*trail[trail.index(table.id) :], table.id)
            following = by_id[circle[1]].findings
            at = next(one.at for one in of_table(table) if not findings_named([one.tree], items).isdisjoint(following))
            said = f"tables ask about each other in a circle: {' → '.join(circle)}; break it"
            errors.append(KnowledgeError(at.file, at.line, said))
            return
        for finding in sorted(findings_asked(table, items)):
            for maker in makers.get(finding, []):
                if maker is table:
                    continue  # its own earlier answers; `checking.py` sees to it that it asks for nothing else
                visit(maker, (*trail, table.id))
        done[table.id] = True
        if table not in ordered:
            ordered.append(table)

    for table in tables:
        visit(table, ())
    return ordered


def findings_asked(table: m.Table, items: dict[str, m.Item]) -> set[str]:
    """Findings that the table's expressions ask about, also through formula items."""
    return findings_named((one.tree for one in of_table(table)), items)


def findings_named(trees: Iterable[Expression], items: dict[str, m.Item]) -> set[str]:
    """Findings that expressions ask about, also through formula items."""
    expressions = list(trees)
    asked: set[str] = set()
    seen: set[str] = set()
    while expressions:
        tree = expressions.pop()
        asked |= named_in(tree, FINDING_FUNCTIONS)
        for node in walk(tree):
            if (
                isinstance(node, Name)
                and node.id not in seen
                and (item := items.get(node.id))
                and item.formula is not None
            ):
                seen.add(node.id)
                expressions.append(item.formula)
    return asked
