"""Which charts speak of a word: services, tables, findings, items, limits, topics; for the search on the pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from care_engine.model import Do, Family, Knowledge, Recheck, Referral, Table
from care_engine.pathways.graph import Link
from care_engine.pathways.homes import stage
from care_engine.pathways.reaching import form_items, recorded_by
from care_engine.pathways.saying import Words
from care_engine.pathways.screening import conditions


@dataclass(frozen=True)
class Entry:
    """A chart, its name, and the lines in which it may be found: the name first, then what stands in it."""

    pathway: str
    link: Link
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """A chart that holds every word asked for, and the line that shows it best."""

    entry: Entry
    line: str


def entries(knowledge: Knowledge, language: str) -> list[Entry]:
    """Every chart of every pathway."""
    found = []
    for pathway in knowledge.pathways.values():
        words = Words(knowledge, language, pathway.who)
        whole = stage(pathway, knowledge)
        for family in whole.families:
            found.append(
                Entry(
                    pathway.id, Link("service", family.id), words.text(family.label), tuple(_of_service(family, words))
                )
            )
        for table in whole.tables:
            found.append(
                Entry(pathway.id, Link("table", table.id), words.text(table.label), tuple(_of_table(table, words)))
            )
    return found


def _of_service(family: Family, words: Words) -> Iterator[str]:
    knowledge = words.knowledge
    for id_ in family.services:
        service = knowledge.services[id_]
        yield words.text(service.label)
        yield from service.aliases
        yield from (words.text(knowledge.topics[one.topic].label) for one in service.tell)
    yield from (words.item(one) for one in recorded_by(family, knowledge) or form_items(family, knowledge))


def _of_table(table: Table, words: Words) -> Iterator[str]:
    knowledge = words.knowledge
    for row in table.rows:
        named = ", ".join(words.text(knowledge.findings[one].label) for one in row.then)
        yield f"{' · '.join(conditions(table, row, words))} → {named}"
    yield from (words.meaning(one) for one in table.inputs if words.is_explained(one))
    for one in table.findings:
        finding = knowledge.findings[one]
        yield from finding.aliases
        follows: list[Do | Recheck | Referral] = [*finding.do, *finding.recheck, *finding.refer]
        yield from (words.text(each.label) for each in follows)
        yield from (words.text(knowledge.topics[told.topic].label) for told in finding.tell)


def search(asked: str, among: list[Entry]) -> list[Hit]:
    """The charts in which every word of `asked` stands, those that bear it in their name first."""
    wanted = asked.casefold().split()
    hits: list[tuple[tuple[int, int], Hit]] = []
    for at, entry in enumerate(among):
        name = entry.title.casefold()
        if all(one in name for one in wanted):
            hits.append(((0, at), Hit(entry, "")))
            continue
        line = next((one for one in entry.lines if all(word in one.casefold() for word in wanted)), None)
        if line is not None:
            hits.append(((1, at), Hit(entry, line)))
    return [hit for _, hit in sorted(hits, key=lambda one: one[0])] if wanted else []
