"""Alur Skrining: one decision table, or all of a service, from the question over its limits to what is done at each unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from care_engine.cells import Anything
from care_engine.explaining import source_text
from care_engine.labels import cadre_label
from care_engine.model import Family, Knowledge, Pathway, Table
from care_engine.model import Row as TableRow
from care_engine.pathways.consequences import SEVERITY_WORDS, edges_of, nodes_of, severity_of
from care_engine.pathways.graph import LANE_OF, Band, Chart, Edge, Link, Node, Row, View, lanes_of
from care_engine.pathways.homes import Stage
from care_engine.pathways.saying import Words, sentence
from care_engine.pathways.timing import times
from care_engine.tables import triggers

#: Letters of a line on a card among many others.
LONGEST = 160


def table_band(table: Table, words: Words, view: View) -> Band | None:
    """A decision table as a flow: condition, finding, what follows; nothing where none of its findings is open."""
    rows = list(_rows(table, words, view))
    if not rows:
        return None
    asked = [words.item(one) for one in _asked(table, words.knowledge) if view.item(one)]
    lead = [words.either("Dinilai dari: ", "Judged from: ") + ", ".join(asked)] if asked else []
    if table.moment == "today":
        lead.append(
            words.either("Dinilai pada hari keputusan, tanpa kunjungan.", "Judged on any day, without a visit.")
        )
    if table.when is not None and view.said(table.when):
        lead.append(words.either("Hanya bila ", "Only if ") + words.truth(table.when))
    lead.append(
        words.either(
            "Dari atas ke bawah; yang pertama cocok berlaku.", "From top to bottom; the first that fits holds."
        )
        if table.hit == "first"
        else words.either("Semua yang cocok berlaku.", "All that fit hold.")
    )
    notes = tuple(
        (sentence(one.name.replace("-", " ")), words.meaning(one))
        for one in table.inputs
        if words.is_explained(one) and _used(table, one.name) and view.said(one.value)
    )
    heads = {"first": words.either("Bila", "If"), "second": words.either("Temuan", "Finding")}
    source = source_text(table, words.knowledge, words.language)
    return Band(f"tabel-{table.id}", words.text(table.label), heads, tuple(rows), tuple(lead), notes, source)


def _asked(table: Table, knowledge: Knowledge) -> list[str]:
    """The recorded items that make a table speak, in the order in which they are asked on forms."""
    wanted = triggers(table, knowledge)
    order = [item.item for form in knowledge.forms.values() for section in form.sections for item in section.items]
    return sorted(wanted, key=lambda one: (order.index(one) if one in order else len(order), one))


def _used(table: Table, name: str) -> bool:
    at = [one.name for one in table.inputs].index(name)
    return any(not isinstance(row.cells[at], Anything) for row in table.rows)


def conditions(table: Table, row: TableRow, words: Words) -> list[str]:
    """What one row asks, each as a sentence of its own."""
    said = [
        words.test(column, cell)
        for column, cell in zip(table.inputs, row.cells, strict=True)
        if not isinstance(cell, Anything)
    ]
    return [sentence(one) for one in said] or [words.either("Selain itu", "Otherwise")]


def is_said(table: Table, row: TableRow, view: View) -> bool:
    """Whether everything that a row asks may be put into words."""
    return all(
        isinstance(cell, Anything) or view.said(column.value)
        for column, cell in zip(table.inputs, row.cells, strict=True)
    )


def _rows(table: Table, words: Words, view: View) -> Iterator[Row]:
    last: str | None = None
    drawn: set[str] = set()
    for number, row in enumerate(table.rows, 1):
        found = [words.knowledge.findings[one] for one in row.then]
        if not all(view.finding(one) for one in found) or not is_said(table, row, view):
            continue
        id_ = f"{table.id}-{number}"
        said = conditions(table, row, words)
        marks = view.marks_of(f"row/{table.id}/{number}")
        nodes = [Node(f"{id_}-bila", "condition", said[0], tuple(said[1:]), "first", marks=marks)]
        edges = []
        if last is not None:
            edges.append(Edge(last, nodes[0].id, "no" if table.hit == "first" else "next"))
        last = nodes[0].id
        if not found:
            nodes.append(
                Node(
                    f"{id_}-tanpa",
                    "finding",
                    words.either("Tidak ada temuan", "Nothing found"),
                    (),
                    "second",
                    severity="normal",
                )
            )
        for finding in found:
            severity = severity_of(finding)
            again = finding.id in drawn
            drawn.add(finding.id)
            told = len({one.topic for one in finding.tell}) if not again else 0
            lines = [words.text(SEVERITY_WORDS[severity])]
            if told:
                lines.append(
                    words.either(
                        f"Edukasi: {told} topik", f"Education: {told} topics" if told > 1 else "Education: 1 topic"
                    )
                )
            if again:
                lines.append(words.either("Tindakannya sama seperti di atas", "What follows is the same as above"))
            link = Link("topic", finding.tell[0].topic) if finding.tell else None
            node = Node(
                f"{id_}-{finding.id}",
                "finding",
                words.text(finding.label),
                tuple(lines),
                "second",
                severity=severity,
                link=link,
                marks=view.marks_of(f"finding/{finding.id}") if marks else (),
            )
            follows = [] if again else list(nodes_of(finding, words, view, node.id))
            edges += [Edge(nodes[0].id, node.id, "yes"), *edges_of(node.id, follows)]
            nodes += [node, *follows]
        yield Row(tuple(nodes), tuple(edges))


def service_band(family: Family, words: Words, view: View) -> Band:
    """Where a service is given, by whom, and when."""
    rows = []
    for run in runs_of(family):
        kept = tuple(one for one in run if view.service(family.member(one)))
        if kept:
            rows.append(offer(family, kept, words, view, link=None))
    heads = {"first": words.either("Layanan dan waktunya", "Service and when"), "second": ""}
    source = source_text(family.members[0], words.knowledge, words.language)
    number = next(at for at, one in enumerate(words.knowledge.families) if one is family)
    return Band(
        f"layanan-{number}",
        words.either("Di mana, oleh siapa, kapan", "Where, by whom, when"),
        heads,
        tuple(rows),
        (),
        (),
        source,
    )


def runs_of(family: Family) -> list[tuple[str, ...]]:
    """The services of a family in stretches that the same people give in the same places."""
    found: list[list[str]] = []
    for one in family.services:
        if found and family.member(one).given_by == family.member(found[-1][-1]).given_by:
            found[-1].append(one)
        else:
            found.append([one])
    return [tuple(one) for one in found]


def shortened(text: str, words: Words) -> str:
    """The beginning of what is too long for a card among many."""
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST].rpartition(' ')[0].rstrip(',;')} … ({words.either('selengkapnya di bagannya', 'all of it on its chart')})"


def offer(family: Family, services: tuple[str, ...], words: Words, view: View, *, link: Link | None) -> Row:
    """A row for services that are given alike: the card, and one box for each lane with who gives it there."""
    first = family.member(services[0])
    whole = len(services) == len(family.services)
    title = (
        words.text(family.label)
        if whole
        else ", ".join(words.text(family.member(one).label).partition(" – ")[0] for one in services)
    )
    if not whole and len(services) == 1:
        title = words.text(first.label)
    lines = [sentence(one) for one in times(family, services, words)] if view.said(family.schedule) else []
    if (
        family.who.when is not None
        and view.said(family.who.when)
        and (condition := words.open_part(family.who.when)) is not None
    ):
        lines.append(f"{words.either('Bila', 'If')} {words.truth(condition)}")
    if link is not None:  # the whole stands on the chart of the service
        lines = [shortened(one, words) for one in lines]
    marks = tuple(
        mark if len(services) == 1 else replace(mark, text=f"{words.name(one).partition(' – ')[0]} · {mark.text}")
        for one in services
        for mark in view.marks_of(f"service/{one}")
    )
    own = family.id.replace("/", "-") if "/" in family.id else services[0]  # of several target groups each has its card
    card = Node(f"layanan-{own}", "service", title, tuple(lines), "first", link=link, marks=marks)
    nodes = [card]
    edges = []
    for lane in lanes_of(one.unit for one in first.given_by):
        who: dict[str, dict[str, None]] = {}
        for one in first.given_by:
            if LANE_OF[one.unit] == lane:
                asked = words.truth(one.condition) if one.condition is not None and view.said(one.condition) else ""
                who.setdefault(asked, {})[words.text(cadre_label(one.cadre))] = None
        title = "; ".join(", ".join(names) for names in who.values())
        conditional = tuple(f"{words.either('bila', 'if')} {one}" for one in who if one)
        node = Node(f"{card.id}_{lane}", "given", sentence(title), conditional, lanes=(lane,))
        nodes.append(node)
        edges.append(Edge(card.id, node.id, "yes"))
    return Row(tuple(nodes), tuple(edges))


def service_chart(stage: Stage, family: Family, words: Words, view: View) -> Chart:
    """Everything about one service: where and when, then each table that is drawn with it, then those it only leads to, as far as they are few."""
    bands = [service_band(family, words, view)]
    for table in stage.drawn[id(family)]:
        if (band := table_band(table, words, view)) is not None:
            bands.append(band)
    return Chart(
        f"layanan-{family.id.replace('/', '-')}",
        words.text(family.label),
        people_of(stage.pathway, words),
        tuple(bands),
    )


def table_chart(stage: Stage, table: Table, words: Words, view: View) -> Chart:
    """One decision table."""
    band = table_band(table, words, view)
    return Chart(f"tabel-{table.id}", words.text(table.label), people_of(stage.pathway, words), (band,) if band else ())


def people_of(pathway: Pathway, words: Words) -> str:
    """Whom a pathway concerns: `Perempuan, usia mulai 10 tahun, selama kehamilan`."""
    return sentence(words.who(pathway.who))
