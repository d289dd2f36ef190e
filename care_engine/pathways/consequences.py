"""What follows from a finding, as nodes in the lanes of the units: done there, checked again, referred; and in a few words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from care_engine.catalogue.words import span_words
from care_engine.dates import Span
from care_engine.expressions import Expression, Setting
from care_engine.labels import cadre_label, unit_label
from care_engine.model import SEVERITIES, Do, Finding, Knowledge, Recheck, Referral, Text, Within
from care_engine.pathways.graph import LANE_OF, Edge, Link, Node, View, lanes_of
from care_engine.pathways.saying import Words, sentence

SEVERITY_WORDS = {
    "gawat": Text("Gawat, sekarang", "Emergency, now"),
    "segera": Text("Segera, dalam 24 jam", "Urgent, within 24 hours"),
    "biasa": Text("Perlu ditangani", "Needs care"),
    "terjadwal": Text("Terjadwal", "Planned"),
    "pantau": Text("Dipantau", "To be watched"),
    "normal": Text("Baik", "Good"),
}


#: A label that says already how soon.
DATED = re.compile(r"\b(dalam \d+|hari ini|hari itu|sekarang|within \d+|today|now)\b", re.IGNORECASE)


def severity_of(finding: Finding) -> str:
    """How urgent a finding may be at most."""
    return min((finding.severity, *(one for _, one in finding.severities)), key=SEVERITIES.index)


def within_words(within: Within, words: Words) -> str:
    """`hari itu juga`, `dalam 7 hari`; where a district may set it, the default and that it does."""
    length = length_of(within, words)
    if length == words.either("0 hari", "0 days"):
        return words.either("hari itu juga", "the same day")
    return words.either(f"dalam {length}", f"within {length}")


def after_words(after: Within, words: Words) -> str:
    """`sesudah 30 hari`, `hari itu juga`."""
    if daily(after):
        return words.either("hari itu juga", "the same day")
    return words.either(f"sesudah {length_of(after, words)}", f"after {length_of(after, words)}")


def length_of(within: Within, words: Words) -> str:
    if isinstance(within, Span):
        return span_words(within, language=words.language)
    default = words.knowledge.settings[within.id].default
    return words.either(f"{default} hari (atau menurut wilayah)", f"{default} days (or as the area sets it)")


def nodes_of(finding: Finding, words: Words, view: View, prefix: str) -> Iterator[Node]:
    """What follows, each at its units."""
    for number, do in enumerate(finding.do):
        if words.never(do.condition):
            continue
        if do.service is not None and not view.service(words.knowledge.services[do.service]):
            continue
        yield _do(do, finding.id, words, view, f"{prefix}-do-{number}")
    for number, recheck in enumerate(finding.recheck):
        if not words.never(recheck.condition):
            yield _recheck(recheck, finding.id, words, view, f"{prefix}-recheck-{number}")
    for number, refer in enumerate(finding.refer):
        if not words.never(refer.condition):
            yield _refer(refer, finding.id, words, view, f"{prefix}-refer-{number}")
    if any(LANE_OF[one.to] == "rs" and not words.never(one.condition) for one in finding.refer):
        yield Node(
            f"{prefix}-back",
            "back",
            words.either("Bila stabil: rujuk balik", "When stable: referred back"),
            (words.either("pemantauan hasil pengobatan", "the result of treatment is followed"),),
            lanes=("rs",),
            to="puskesmas",
        )


def edges_of(finding_id: str, nodes: list[Node]) -> Iterator[Edge]:
    """The ways from a finding to what follows, and on from one unit to the other."""
    for one in nodes:
        kind = "refer" if one.kind == "refer" else "back" if one.kind == "back" else "yes"
        yield Edge(finding_id, one.id, kind, one.title)  # type: ignore[arg-type]


def _if(condition: Expression | None, words: Words, view: View) -> tuple[str, ...]:
    if condition is None or not view.said(condition):
        return ()
    left = words.open_part(condition)
    return () if left is None else (f"{words.either('bila', 'if')} {words.truth(left)}",)


def _do(do: Do, finding: str, words: Words, view: View, id_: str) -> Node:
    title = words.text(do.label) if words.text(do.label) else words.name(do.service or do.id)
    units = do.units
    link = None
    if do.service is not None:
        link = Link("service", words.knowledge.services[do.service].family)
        units = units or tuple(one.unit for one in words.knowledge.services[do.service].given_by)
    lines = (*(() if DATED.search(title) else (within_words(do.within, words),)), *_if(do.condition, words, view))
    marks = view.marks_of(f"action/{finding}/{do.id}")
    return Node(id_, "do", sentence(title), lines, lanes=lanes_of(units), link=link, marks=marks)


def _recheck(recheck: Recheck, finding: str, words: Words, view: View, id_: str) -> Node:
    title = words.text(recheck.label) if words.text(recheck.label) else words.name(recheck.service or recheck.id)
    when = after_words(recheck.after, words)
    units = recheck.units or ("posyandu", "pustu", "puskesmas")
    items = tuple(f"{words.item(one)}" for one in recheck.items if view.item(one))
    lines = (when, *((", ".join(items),) if items else ()), *_if(recheck.condition, words, view))
    link = None
    if recheck.service is not None:
        link = Link("service", words.knowledge.services[recheck.service].family)
        units = recheck.units or tuple(one.unit for one in words.knowledge.services[recheck.service].given_by)
    return Node(
        id_,
        "recheck",
        sentence(title),
        lines,
        lanes=lanes_of(units),
        link=link,
        marks=view.marks_of(f"action/{finding}/{recheck.id}"),
    )


def _refer(refer: Referral, finding: str, words: Words, view: View, id_: str) -> Node:
    who = f", {words.text(cadre_label(refer.cadre))}" if refer.cadre else ""
    title = sentence(words.text(refer.label)) or words.either(
        f"Rujuk ke {words.text(unit_label(refer.to))}", f"Refer to {words.text(unit_label(refer.to))}"
    )
    lines = (within_words(refer.within, words) + who, *_if(refer.condition, words, view))
    return Node(
        id_,
        "refer",
        title,
        lines,
        lanes=lanes_of(refer.from_units),
        to=LANE_OF[refer.to],
        marks=view.marks_of(f"action/{finding}/{refer.id}"),
    )


def in_short(finding: Finding, words: Words) -> str:
    """The step that must not be forgotten: the referral that leads farthest, else what is done, else the recheck, else what is told."""
    if refers := [one for one in finding.refer if not words.never(one.condition)]:
        farthest = max(refers, key=lambda one: (LANE_OF[one.to] == "rs", LANE_OF[one.to] == "puskesmas"))
        where = words.text(unit_label(farthest.to))
        return f"{words.either(f'rujuk ke {where}', f'refer to {where}')} {within_words(farthest.within, words)}"
    for do in finding.do:
        if words.never(do.condition):
            continue
        title = words.text(do.label) if words.text(do.label) else words.name(do.service or do.id)
        return title if DATED.search(title) else f"{title}, {within_words(do.within, words)}"
    for recheck in finding.recheck:
        return f"{words.either('periksa lagi', 'check again')} {after_words(recheck.after, words)}"
    return words.either("beri penjelasan", "explain") if finding.tell else ""


def daily(within: Within) -> bool:
    """Whether something is due on the very day, whatever the area."""
    return not isinstance(within, Setting) and within == Span()


def refers_out(finding: Finding) -> bool:
    """Whether a finding may lead to a hospital."""
    return any(LANE_OF[one.to] == "rs" for one in finding.refer)


def urgency(finding: Finding, knowledge: Knowledge) -> tuple[int, int]:
    """For the order: the most urgent first, then in the order of the knowledge."""
    return SEVERITIES.index(severity_of(finding)), list(knowledge.findings).index(finding.id)
