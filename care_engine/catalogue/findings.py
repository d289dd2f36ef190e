"""`temuan.md` and `tabel/*.md`: what a measurement or an answer means, and what follows."""

from __future__ import annotations

from collections.abc import Iterator

from care_engine.catalogue.words import (
    ANYTHING,
    by_folder,
    cell_words,
    code,
    labelled,
    listed,
    source_words,
    span_words,
    table,
    told_words,
    who_words,
    within_words,
)
from care_engine.dates import Span
from care_engine.expressions import Call, Expression, Name
from care_engine.labels import cadre_label, unit_label
from care_engine.model import SEVERITIES, Do, Finding, Input, Item, Knowledge, Recheck, Referral, Table, Within


def findings_page(knowledge: Knowledge) -> str:
    lines = ["# Temuan", "", "Every finding: how urgent it is, what follows, and which table makes it.", ""]
    lines += [f"Urgensi, dari yang paling mendesak: {', '.join(SEVERITIES)}.", ""]
    for folder, findings in by_folder(knowledge.findings.values()).items():
        lines += [f"## {folder}", ""]
        head = ["Temuan", "Urgensi", "Yang menyusul", "Tabel", "Sumber"]
        lines += [*table(head, (_finding(one, knowledge) for one in findings)), ""]
    return "\n".join(lines).rstrip() + "\n"


def _finding(finding: Finding, knowledge: Knowledge) -> list[str]:
    severity = "; ".join(
        [*(f"{one} bila {code(condition)}" for condition, one in finding.severities), finding.severity]
    )
    follows = [
        *(_do(one, knowledge) for one in finding.do),
        *(_recheck(one, knowledge) for one in finding.recheck),
        *(_refer(one, knowledge) for one in finding.refer),
    ]
    if finding.tell:
        follows.append(f"Sampaikan: {told_words(finding.tell, knowledge)}")
    if finding.hidden_from:
        follows.append(f"Tidak diperlihatkan kepada {listed(finding.hidden_from)}")
    if finding.sensitive:
        follows.append(f"Sensitif: {finding.sensitive}")
    tables = ", ".join(
        f"[{one.label.id}](tabel/{one.at.file.split('/')[1]}.md#{one.id})"
        for one in knowledge.tables_by_finding.get(finding.id, ())
    )
    return [
        f"{finding.label.id} (`{finding.id}`)",
        severity,
        "<br>".join(follows) or ANYTHING,
        tables or ANYTHING,
        source_words(finding.source, knowledge),
    ]


def _condition(one: Do | Recheck | Referral) -> str:
    return f" (bila {code(one.condition)})" if one.condition is not None else ""


def _within(within: Within, knowledge: Knowledge) -> str:
    return "hari itu juga" if within == Span() else f"dalam {within_words(within, knowledge)}"


def _do(one: Do, knowledge: Knowledge) -> str:
    what = one.label.id or (knowledge.services[one.service].label.id if one.service else one.id)
    where = f" di {', '.join(unit_label(unit).id for unit in one.units)}" if one.units else ""
    return f"{what}{where}, {_within(one.within, knowledge)}{_condition(one)}"


def _recheck(one: Recheck, knowledge: Knowledge) -> str:
    items = f": {', '.join(knowledge.items[item].label.id for item in one.items)}" if one.items else ""
    what = one.label.id if not one.service else knowledge.services[one.service].label.id
    return f"{what}{items}, sesudah {within_words(one.after, knowledge)}{_condition(one)}"


def _refer(one: Referral, knowledge: Knowledge) -> str:
    cadre = f" ({cadre_label(one.cadre).id})" if one.cadre else ""
    sources = ", ".join(unit_label(unit).id for unit in one.from_units)
    return f"{one.label.id}{cadre} dari {sources}, {_within(one.within, knowledge)}{_condition(one)}"


# --- decision tables ---


def tables_page(folder: str, tables: list[Table], knowledge: Knowledge) -> str:
    lines = [
        f"# Tabel keputusan: {folder}",
        "",
        "Decision tables. A row applies when all its cells do; – stands for any value.",
        "",
    ]
    for one in tables:
        lines += [*_table(one, knowledge), ""]
    return "\n".join(lines).rstrip() + "\n"


def _table(one: Table, knowledge: Knowledge) -> Iterator[str]:
    items = [_item_of(column, knowledge) for column in one.inputs]
    yield f'<a id="{one.id}"></a>'
    yield ""
    yield f"## {one.label.id}"
    yield ""
    yield f"- Id: `{one.id}` · `knowledge/{one.at.file}`"
    yield f"- Untuk: {who_words(one.who, knowledge)}"
    yield f"- Dinilai: {_moment(one)}"
    yield f"- Sumber: {source_words(one.source, knowledge)}"
    if one.ask:
        yield f"- Bila belum dapat ditentukan, tanyakan: {', '.join(labelled(item, knowledge.items) for item in one.ask)}"
    worked_out = [column for column in one.inputs if column.value != Name(column.name)]
    for column in worked_out:
        yield f"- {column.name}: {code(column.value)}"
    yield ""
    head = ["No", *(_title(column, item) for column, item in zip(one.inputs, items, strict=True)), "Temuan"]
    rows = []
    for number, row in enumerate(one.rows, 1):
        cells = [cell_words(cell, item) for cell, item in zip(row.cells, items, strict=True)]
        found = ", ".join(labelled(finding, knowledge.findings) for finding in row.then)
        rows.append([str(number), *cells, found or "tidak ada temuan"])
    yield from table(head, rows)
    yield ""
    yield "Baris pertama yang cocok berlaku." if one.hit == "first" else "Semua baris yang cocok berlaku."


def _moment(one: Table) -> str:
    text = "pada hari keputusan" if one.moment == "today" else "pada kontak yang mencatat salah satu masukan"
    if one.triggered_by:
        text = f"pada kontak yang mencatat {listed(one.triggered_by)}"
    if one.when is not None:
        text += f", bila {code(one.when)}"
    if one.lasts is not None:
        text += f"; berlaku {span_words(one.lasts)}"
    return text + ("; berlaku hanya pada hari kontak" if one.only_at_contact else "")


def _title(column: Input, item: Item | None) -> str:
    if item is None:
        return f"`{column.name}`"
    return f"{item.label.id} (`{column.name}`)"


def _item_of(column: Input, knowledge: Knowledge) -> Item | None:
    """The item whose value a column holds: `hb`, `latest(hb, 30d)`."""
    tree: Expression = column.value
    while (
        isinstance(tree, Call)
        and tree.arguments
        and tree.function in ("latest", "latest_ever", "previous", "first", "now")
    ):
        tree = tree.arguments[0]
    return knowledge.items.get(tree.id) if isinstance(tree, Name) else None
