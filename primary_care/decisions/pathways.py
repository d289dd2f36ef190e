"""The care pathways of the knowledge, drawn: the only door from the desk to `care_engine.pathways`.

What concerns nobody in particular is made once for each knowledge and language; what is said of one person is made for each reading.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from care_engine import model
from care_engine.concerning import concerns
from care_engine.evaluating import evaluate
from care_engine.pathways import homes, overview, screening, searching
from care_engine.pathways.graph import EVERYTHING, LANES, Chart, Link, Mark, Node, Row, View
from care_engine.pathways.layout import sheets
from care_engine.pathways.saying import Words
from care_engine.pathways.svg import drawing
from primary_care.accounts.sight import Sight
from primary_care.decisions.content import knowledge, language, topic_text, vocabulary, words
from primary_care.decisions.reading import Reading
from primary_care.decisions.topics import named_by

__all__ = ["EVERYTHING", "Link", "Mark", "View"]

Address = Callable[[Link], str | None]


@dataclass(frozen=True)
class Stage:
    """A stage of life in the list of charts."""

    id: str
    label: str
    people: str
    services: int
    tables: int
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Leaf:
    """A node of a chart as a line of a list, with what stands under it. `units` are pairs (lane, its name)."""

    title: str
    lines: tuple[str, ...]
    units: tuple[tuple[str, str], ...]
    url: str | None
    marks: tuple[Mark, ...]
    leaves: tuple["Leaf", ...] = ()


@dataclass(frozen=True)
class Part:
    """A part of a chart: drawings, and the same as a nested list."""

    id: str
    title: str
    lead: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]
    source: str
    drawings: tuple[str, ...]
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True)
class Page:
    """A chart, ready for a page. `education` are topics (id, title, text); `form` what is asked: pairs (label, items); `also`, `asked_by`
    are links (name, Link).
    """

    title: str
    people: str
    parts: tuple[Part, ...]
    education: tuple[tuple[str, str, str], ...] = ()
    forms: tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...] = ()
    also: tuple[tuple[str, Link], ...] = ()
    asked_by: tuple[tuple[str, Link], ...] = ()


@dataclass(frozen=True)
class Found:
    """A chart that speaks of what was searched for."""

    stage: str
    stage_label: str
    title: str
    line: str
    link: Link


def stages() -> list[Stage]:
    """The stages of life, in the order of a life."""
    return [_stage(one) for one in knowledge().pathways.values()]


def _stage(pathway: model.Pathway) -> Stage:
    stage = homes.stage(pathway, knowledge())
    people = screening.people_of(pathway, _words(pathway))
    parts = tuple(words(part.stretch.label) for part in stage.parts)
    return Stage(pathway.id, words(pathway.label), people, len(stage.families), len(stage.tables), parts)


def stage_label(stage: str) -> str:
    """The name of a stage of life."""
    return words(knowledge().pathways[stage].label)


def search(text: str) -> list[Found]:
    """The charts in which every word of a text stands."""
    hits = searching.search(text, _entries(knowledge().version, language()))
    return [
        Found(one.entry.pathway, stage_label(one.entry.pathway), one.entry.title, one.line, one.entry.link)
        for one in hits
    ]


@lru_cache(maxsize=4)
def _entries(version: str, tongue: str) -> list[searching.Entry]:
    return searching.entries(knowledge(), tongue)


# --- charts ---


def stage_page(stage: str, address: Address, view: View = EVERYTHING) -> Page | None:
    """The overview of a stage of life; None where there is none of that name."""
    pathway = knowledge().pathways.get(stage)
    if pathway is None:
        return None
    chart = overview.stage_chart(homes.stage(pathway, knowledge()), _words(pathway), view)
    return Page(chart.title, chart.people, _parts(chart, address))


def service_page(stage: str, service: str, address: Address, view: View = EVERYTHING) -> Page | None:
    """The chart of one service in a stage of life, with what is told and asked there."""
    pathway = knowledge().pathways.get(stage)
    whole = homes.stage(pathway, knowledge()) if pathway else None
    families = [one for one in whole.families if one.id == service] if whole else []
    if pathway is None or whole is None or not families:
        return None
    said = _words(pathway)
    charts = [screening.service_chart(whole, one, said, view) for one in families]
    if not any(chart.nodes for chart in charts):
        return None
    services = [knowledge().services[id_] for one in families for id_ in one.services]
    tables = [table for one in families for table in whole.drawn[id(one)]]
    told = [tell.topic for one in services if view.service(one) for tell in one.tell] + _told(tables, view)
    also = {
        table.id: (words(table.label), Link("table", table.id))
        for one in families
        for table in whole.elsewhere[id(one)]
        if _open(table, view)
    }
    return Page(
        charts[0].title,
        charts[0].people,
        tuple(part for chart in charts for part in _parts(chart, address)),
        education=_education(told),
        forms=_forms(services, view),
        also=tuple(also.values()),
        asked_by=_asked_by({one.id for one in services} | {service}, whole, view),
    )


def table_page(stage: str, table: str, address: Address, view: View = EVERYTHING) -> Page | None:
    """The chart of one decision table in a stage of life, with what is told there."""
    pathway = knowledge().pathways.get(stage)
    whole = homes.stage(pathway, knowledge()) if pathway else None
    found = next((one for one in whole.tables if one.id == table), None) if whole else None
    if pathway is None or whole is None or found is None:
        return None
    chart = screening.table_chart(whole, found, _words(pathway), view)
    if not chart.bands:
        return None
    home = whole.home_of(found)
    also = ((words(home.label), Link("service", home.id)),) if home is not None else ()
    return Page(
        chart.title, chart.people, _parts(chart, address), education=_education(_told([found], view)), also=also
    )


def has_chart(stage: str, link: Link) -> bool:
    """Whether a stage of life has this chart."""
    whole = homes.stage(knowledge().pathways[stage], knowledge())
    if link.kind == "service":
        return any(one.id == link.id for one in whole.families)
    return any(one.id == link.id for one in whole.tables)


def _words(pathway: model.Pathway) -> Words:
    return Words(knowledge(), language(), pathway.who)


def _open(table: model.Table, view: View) -> bool:
    return any(view.finding(knowledge().findings[one]) for one in table.findings)


def _told(tables: list[model.Table], view: View) -> list[str]:
    findings = [knowledge().findings[one] for table in tables for one in table.findings]
    return [tell.topic for one in findings if view.finding(one) for tell in one.tell]


def _education(topics: list[str]) -> tuple[tuple[str, str, str], ...]:
    return tuple((one, *text) for one in dict.fromkeys(topics) if (text := topic_text(one)) is not None)


def _forms(
    services: list[model.Service], view: View
) -> tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...]:
    found = []
    for form in dict.fromkeys(one.form for one in services if one.form is not None and view.service(one)):
        rules = knowledge().forms[form]
        sections = []
        for section in rules.sections:
            labels = [knowledge().items[one.item].label for one in section.items if view.item(one.item)]
            if labels:
                sections.append((words(section.label), tuple(words(one) for one in labels)))
        found.append((words(rules.label), tuple(sections)))
    return tuple(found)


def _asked_by(ids: set[str], whole: homes.Stage, view: View) -> tuple[tuple[str, Link], ...]:
    """The findings that ask for a service, each with the table that makes it."""
    found: dict[str, tuple[str, Link]] = {}
    for table in whole.tables:
        for one in table.findings:
            finding = knowledge().findings[one]
            asked = {*(one.service for one in finding.do), *(one.service for one in finding.recheck)}
            if asked & ids and view.finding(finding):
                found.setdefault(one, (words(finding.label), Link("table", table.id)))
    return tuple(found.values())


def _parts(chart: Chart, address: Address) -> tuple[Part, ...]:
    tongue = language()
    return tuple(
        Part(
            band.id,
            band.title,
            band.lead,
            band.notes,
            band.source,
            tuple(drawing(sheet, tongue, address) for sheet in sheets(band, tongue)),
            tuple(_leaf(row, address) for row in band.rows),
        )
        for band in chart.bands
    )


def _leaf(row: Row, address: Address) -> Leaf:
    """A row as a line: under its card what stands beside it; under a finding what follows from it."""
    first, *others = row.nodes
    groups: list[list[Node]] = []
    for node in others:
        if node.column or not groups or groups[-1][0].column != "second":
            groups.append([node])
        else:
            groups[-1].append(node)
    leaves = tuple(_line(group[0], address, tuple(_line(one, address) for one in group[1:])) for group in groups)
    return _line(first, address, leaves)


def _line(node: Node, address: Address, leaves: tuple[Leaf, ...] = ()) -> Leaf:
    names = {lane.id: words(lane.label) for lane in LANES}
    units = tuple((one, names[one]) for one in dict.fromkeys((*node.lanes, *((node.to,) if node.to else ()))))
    url = address(node.link) if node.link is not None else None
    return Leaf(node.title, node.lines, units, url, node.marks, leaves)


# --- one person ---


def stages_of(reading: Reading) -> list[str]:
    """The stages of life that concern a person today, an episode that is going on before the age."""
    found = [one for one in knowledge().pathways.values() if _concerns(one.who, reading)]
    return [one.id for one in sorted(found, key=lambda one: one.who.episode is None and one.who.when is None)]


def _concerns(who: model.Who, reading: Reading) -> bool:
    person = reading.decision.person
    subject = next((one for one in person.shown if one.kind == who.episode), None)
    if subject is None or concerns(who, person.facts, person.on, knowledge()) is not True:
        return False
    return who.when is None or evaluate(who.when, person.today(subject)) is True


def view_of(sight: Sight, marks: Mapping[str, tuple[Mark, ...]]) -> View:
    """What a worker sees of the chart of one person: the rules whose results are open, in words that name nothing else, with what is said of
    the person. A rule that is closed would tell by its mark, or by the lack of one.
    """
    items, findings = vocabulary(), knowledge().findings

    def item(id_: str) -> bool:
        return sight.item(items[id_].sensitive, items[id_].laboratory)

    def finding(one: model.Finding) -> bool:
        return sight.finding(one.sensitive, one.hidden_from)

    def said(rule: object) -> bool:
        names = named_by(rule)
        return all(item(one) for one in names if one in items) and all(
            finding(findings[one]) for one in names if one in findings
        )

    return View(
        finding=finding,
        service=lambda one: sight.service(one.sensitive, one.hidden_from),
        item=item,
        said=said,
        marks=marks,
    )
