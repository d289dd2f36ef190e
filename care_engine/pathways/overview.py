"""Alur Pelayanan: one chart for a stage of life. First the way through, then the danger signs, then each part with its services."""

from __future__ import annotations

from collections.abc import Iterable

from care_engine.cells import Anything
from care_engine.model import Family, Finding, Table
from care_engine.model import Row as TableRow
from care_engine.pathways.consequences import in_short, severity_of, urgency
from care_engine.pathways.graph import LANE_OF, Band, Chart, Edge, Link, Node, Row, View, lanes_of
from care_engine.pathways.homes import Part, Stage
from care_engine.pathways.saying import Words, sentence
from care_engine.pathways.screening import conditions, is_said, offer, people_of, runs_of
from care_engine.pathways.way_through import after, way_through

#: As many results of a service as fit beside it; the others stand on its own chart.
SHOWN = 3
#: A limit that needs more words than this stands on the chart of its own.
SHORT = 90


def stage_chart(stage: Stage, words: Words, view: View) -> Chart:
    """The overview of a stage of life."""
    bands = [way_through(stage, words, view)]
    if (danger := _danger(stage, words, view)) is not None:
        bands.append(danger)
    for number, part in enumerate(stage.parts, 1):
        if (band := _part(stage, part, number, words, view)) is not None:
            bands.append(band)
    if (left := _left(stage, words, view)) is not None:
        bands.append(left)
    return Chart(stage.pathway.id, words.text(stage.pathway.label), people_of(stage.pathway, words), tuple(bands))


def _heads(words: Words, first: str) -> dict[str, str]:
    return {"first": first, "last": words.either("Bila hasilnya", "If the result is")}


# --- the parts ---


def _part(stage: Stage, part: Part, number: int, words: Words, view: View) -> Band | None:
    rows = []
    for family in part.families:
        rows += _offers(stage, family, words, view)
    if not rows:
        return None
    rows = [after(rows[at - 1], row) if at else row for at, row in enumerate(rows)]
    heads = _heads(words, words.either("Layanan dan waktunya", "Service and when"))
    return Band(f"bagian-{number}", words.text(part.stretch.label), heads, tuple(rows))


def _offers(stage: Stage, family: Family, words: Words, view: View) -> list[Row]:
    """The rows of a family: one for each stretch of services given alike; its results stand beside the first."""
    rows: list[Row] = []
    for run in runs_of(family):
        kept = tuple(one for one in run if view.service(family.member(one)))
        if not kept:
            continue
        row = offer(family, kept, words, view, link=Link("service", family.id))
        if not rows:
            nodes, edges = _results(row.nodes[0].id, stage.drawn[id(family)], Link("service", family.id), words, view)
            row = Row((*row.nodes, *nodes), (*row.edges, *edges))
        rows.append(row)
    return rows


def _results(
    source: str, tables: Iterable[Table], more: Link, words: Words, view: View
) -> tuple[list[Node], list[Edge]]:
    """The findings that ask for something, the most urgent first, with the limit that makes them and what must follow."""
    knowledge = words.knowledge
    found: dict[str, tuple[Table, str]] = {}
    for table in tables:
        for row in table.rows:
            for one in row.then:
                finding = knowledge.findings[one]
                if one not in found and severity_of(finding) != "normal" and view.finding(finding):
                    found[one] = (table, _limit(table, row, words, view))
    standing = [one for one in found if view.marks_of(f"finding/{one}")]
    order = sorted(found, key=lambda one: (one not in standing, urgency(knowledge.findings[one], knowledge)))
    nodes = []
    for id_ in order[: max(SHOWN, len(standing))]:
        table, limit = found[id_]
        finding = knowledge.findings[id_]
        said = [limit] if limit and len(limit) <= SHORT else []
        said += [f"→ {follows}"] if (follows := in_short(finding, words)) else []
        lines = [" ".join(said)] if said else []
        nodes.append(
            Node(
                f"{source}_{id_}",
                "result",
                words.text(finding.label),
                tuple(lines),
                "last",
                severity=severity_of(finding),
                link=Link("table", table.id),
                marks=view.marks_of(f"finding/{id_}"),
            )
        )
    left = len(order) - len(nodes)
    if left > 0:
        title = words.either(
            f"{left} temuan lain: lihat bagannya",
            f"{left} more findings: see its chart" if left > 1 else "1 more finding: see its chart",
        )
        nodes.append(Node(f"{source}_lain", "more", title, (), "last", link=more))
    return nodes, [Edge(source, one.id, "yes") for one in nodes]


def _limit(table: Table, row: TableRow, words: Words, view: View) -> str:
    """What makes a finding, where few words say it; what is explained only on the chart of the table says nothing here."""
    asked = [column for column, cell in zip(table.inputs, row.cells, strict=True) if not isinstance(cell, Anything)]
    if all(words.is_explained(one) for one in asked) or not is_said(table, row, view):
        return ""
    return " · ".join(conditions(table, row, words))


def _table_row(table: Table, words: Words, view: View) -> Row | None:
    """A table that belongs to no service: what it asks, where something follows, and its results."""
    nodes, edges = _results(f"tabel-{table.id}", [table], Link("table", table.id), words, view)
    if not nodes:
        return None
    units = [unit for one in table.findings for unit in _where(words.knowledge.findings[one])]
    question = Node(f"tabel-{table.id}", "question", words.text(table.label), (), "first", link=Link("table", table.id))
    here = [
        Node(f"tabel-{table.id}_{lane}", "given", _busy(table, lane, words), (), lanes=(lane,))
        for lane in lanes_of(units)
    ]
    return Row((question, *here, *nodes), (*(Edge(question.id, one.id, "yes") for one in here), *edges))


def acting(finding: Finding) -> list[str]:
    """The units that do something, or check again."""
    return [
        *(unit for one in finding.do for unit in one.units),
        *(unit for one in finding.recheck for unit in one.units),
    ]


def _where(finding: Finding) -> list[str]:
    return [*acting(finding), *(unit for one in finding.refer for unit in (*one.from_units, one.to))]


def _busy(table: Table, lane: str, words: Words) -> str:
    """What a unit has to do with the findings of a table: treats, refers on, receives."""
    findings = [words.knowledge.findings[one] for one in table.findings]
    acts = any(LANE_OF[unit] == lane for one in findings for unit in acting(one))
    sends = any(LANE_OF[unit] == lane for one in findings for refer in one.refer for unit in refer.from_units)
    takes = any(LANE_OF[refer.to] == lane for one in findings for refer in one.refer)
    said = [words.either("tangani", "treat")] if acts else []
    said += [words.either("rujuk", "refer")] if sends else []
    said += [words.either("terima rujukan", "receive")] if takes and not acts else []
    return sentence(", ".join(said))


def _danger(stage: Stage, words: Words, view: View) -> Band | None:
    rows = [row for one in stage.danger if (row := _table_row(one, words, view)) is not None]
    if not rows:
        return None
    title = words.either("Keluhan dan tanda bahaya, ditanyakan lebih dulu", "Complaints and danger signs, asked first")
    return Band("bahaya", title, _heads(words, words.either("Apakah ada?", "Are there any?")), tuple(rows))


def _left(stage: Stage, words: Words, view: View) -> Band | None:
    rows = [row for one in stage.left if (row := _table_row(one, words, view)) is not None]
    if not rows:
        return None
    title = words.either("Penilaian lain bila diperlukan", "Other assessments when needed")
    return Band("lain", title, _heads(words, words.either("Yang dinilai", "What is judged")), tuple(rows))
