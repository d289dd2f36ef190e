"""Every chart of every pathway, drawn: nothing overlaps, no text leaves its box, every node is told, the SVG is sound."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from xml.etree import ElementTree

import pytest

from care_engine.loading import load_knowledge
from care_engine.model import Knowledge
from care_engine.pathways.graph import EVERYTHING, LANES, Chart, Link, Mark, Node, View, runs
from care_engine.pathways.homes import stage
from care_engine.pathways.layout import SIZE, SMALL, SQUEEZED, TALLEST, WIDTH, Box, Sheet, sheets
from care_engine.pathways.lettering import broken, width
from care_engine.pathways.overview import stage_chart
from care_engine.pathways.saying import Words
from care_engine.pathways.screening import service_chart, table_chart
from care_engine.pathways.svg import drawing

SVG = "{http://www.w3.org/2000/svg}"


def charts(knowledge: Knowledge, language: str, view: View = EVERYTHING) -> Iterator[Chart]:
    for pathway in knowledge.pathways.values():
        words, whole = Words(knowledge, language, pathway.who), stage(pathway, knowledge)
        yield stage_chart(whole, words, view)
        yield from (service_chart(whole, one, words, view) for one in whole.families)
        yield from (table_chart(whole, one, words, view) for one in whole.tables)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="module", params=["id", "en"])
def drawn(request: pytest.FixtureRequest, knowledge: Knowledge) -> list[Sheet]:
    """Every sheet, with marks on everything, so that the tallest boxes are tried."""
    ids = [*(f"service/{one}" for one in knowledge.services), *(f"finding/{one}" for one in knowledge.findings)]
    marks = dict.fromkeys(ids, (Mark("here", "Ibu Siti ada di sini sejak 3 Juni: Hb 9,4 g/dL, batas 11 g/dL"),))
    return [
        sheet
        for chart in charts(knowledge, request.param, View(marks=marks))
        for band in chart.bands
        for sheet in sheets(band, request.param)
    ]


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width - 0.5
        and other.x < one.x + one.width - 0.5
        and one.y < other.y + other.height - 0.5
        and other.y < one.y + one.height - 0.5
    )


def test_no_box_covers_another(drawn: list[Sheet]) -> None:
    assert len(drawn) > 500
    for sheet in drawn:
        for one, other in combinations(sheet.boxes, 2):
            assert not overlap(one, other), (sheet.band.title, one.node.id, other.node.id)


def test_no_text_leaves_its_box_and_no_box_its_sheet(drawn: list[Sheet]) -> None:
    for sheet in drawn:
        for box in sheet.boxes:
            assert box.x >= 0 and box.x + box.width <= WIDTH
            assert sheet.head < box.y and box.y + box.height <= sheet.height
            for one in box.texts:
                size = SMALL if one.kind == "line" else SIZE
                end = one.x + width(one.text, size, bold=one.kind == "title")
                assert box.x < one.x and end <= box.x + box.width, (box.node.id, one.text)
                assert box.y < one.y < box.y + box.height
            for chip in box.chips:
                assert chip.x + chip.width <= box.x + box.width
                assert chip.y + chip.height <= box.y + box.height


def test_a_sheet_fits_on_paper(drawn: list[Sheet]) -> None:
    """Turned sideways; only a single row may be taller, and a whole band a little."""
    for sheet in drawn:
        rows = {box.y for box in sheet.boxes if box.node.column == "first"}
        assert sheet.height <= TALLEST * SQUEEZED + 80 or len(rows) == 1, (sheet.band.title, sheet.height)


def test_the_svg_is_sound_and_tells_every_node(drawn: list[Sheet]) -> None:
    for sheet in drawn:
        root = ElementTree.fromstring(drawing(sheet, "id", lambda link: f"/{link.kind}/{link.id}"))
        names = root.attrib["aria-labelledby"].split()
        assert {one.attrib.get("id") for one in root} >= set(names)
        groups = [one for one in root.iter(f"{SVG}g") if one.attrib["class"].startswith("node ")]
        assert len(groups) == len(sheet.boxes)
        for group in groups:
            assert group.find(f".//{SVG}title") is not None and "".join(group.itertext()).strip()
        for link in root.iter(f"{SVG}a"):
            assert link.attrib["href"].startswith("/") and link.find(f"{SVG}text") is not None
        assert "style" not in {name for one in root.iter() for name in one.attrib}  # the security policy forbids it


def test_edges_join_nodes_of_the_chart(knowledge: Knowledge) -> None:
    for chart in charts(knowledge, "id"):
        ids = [node.id for node in chart.nodes]
        assert len(ids) == len(set(ids)), chart.id
        for band in chart.bands:
            for row in band.rows:
                for edge in row.edges:
                    assert {edge.source, edge.target} <= set(ids), (chart.id, edge)


def test_every_link_of_an_overview_leads_to_a_chart(knowledge: Knowledge) -> None:
    for pathway in knowledge.pathways.values():
        whole = stage(pathway, knowledge)
        services, tables = {one.id for one in whole.families}, {one.id for one in whole.tables}
        chart = stage_chart(whole, Words(knowledge, "id", pathway.who), EVERYTHING)
        bands = {band.id for band in chart.bands}
        for link in (node.link for node in chart.nodes if node.link is not None):
            assert link.id in {"service": services, "table": tables, "part": bands}[link.kind], link


def test_lanes_are_in_the_order_of_the_decree_and_named_in_every_sheet(drawn: list[Sheet]) -> None:
    order = [lane.id for lane in LANES]
    for sheet in drawn:
        lanes = [lane for lane, _, _ in sheet.lanes]
        assert lanes == [one for one in order if one in lanes]
        assert {"rumah", "posyandu", "pustu", "puskesmas", "rs"} <= set(lanes)
        assert set(lanes) <= {name for name, *_ in sheet.heads}


def test_the_overview_says_limit_finding_and_what_must_follow(knowledge: Knowledge) -> None:
    pathway = knowledge.pathways["ibu-hamil"]
    chart = stage_chart(stage(pathway, knowledge), Words(knowledge, "id", pathway.who), EVERYTHING)
    node = next(one for one in chart.nodes if one.id == "layanan-skrining-anemia-bumil_anemia-berat")
    assert node.title == "Anemia berat" and node.severity == "segera" and node.link == Link("table", "anemia-hamil")
    assert node.lines == ("Hemoglobin (Hb) < 7 g/dL → rujuk ke rumah sakit (FKRTL) dalam 1 hari",)


def test_a_table_leads_from_its_limits_to_every_unit_and_back(knowledge: Knowledge) -> None:
    pathway = knowledge.pathways["ibu-hamil"]
    whole = stage(pathway, knowledge)
    table = next(one for one in whole.tables if one.id == "anemia-hamil")
    band = table_chart(whole, table, Words(knowledge, "id", pathway.who), EVERYTHING).bands[0]
    severe = band.rows[0].nodes
    kinds: dict[str, list[Node]] = {}
    for node in severe:
        kinds.setdefault(node.kind, []).append(node)
    assert kinds["condition"][0].title == "Hemoglobin (Hb) < 7 g/dL"
    assert kinds["finding"][0].title == "Anemia berat"
    assert {lane for node in kinds["do"] for lane in node.lanes} == {"pustu", "puskesmas"}
    assert kinds["refer"][0].to == "rs" and kinds["back"][0].to == "puskesmas"
    assert next(edge.kind for edge in band.rows[1].edges) == "no"  # from the condition above


def test_what_is_closed_is_left_out(knowledge: Knowledge) -> None:
    closed = View(finding=lambda one: one.id != "anemia-berat")
    pathway = knowledge.pathways["ibu-hamil"]
    whole = stage(pathway, knowledge)
    table = next(one for one in whole.tables if one.id == "anemia-hamil")
    chart = table_chart(whole, table, Words(knowledge, "id", pathway.who), closed)
    assert "Anemia berat" not in [node.title for node in chart.nodes]
    assert "Anemia sedang" in [node.title for node in chart.nodes]


def test_a_rare_lane_parts_no_box() -> None:
    shown = ["rumah", "posyandu", "sekolah", "pustu", "puskesmas", "rs"]
    assert runs(("posyandu", "pustu"), shown) == [("posyandu", "pustu")]
    assert runs(("rumah", "pustu", "puskesmas"), shown) == [("rumah",), ("pustu", "puskesmas")]


def test_lines_are_broken_where_they_end() -> None:
    lines = broken("Periksa perdarahan dan sesak napas", 100, 13)
    assert " ".join(lines) == "Periksa perdarahan dan sesak napas" and all(width(one, 13) <= 100 for one in lines)
    parted = broken("kardiotokografimaternal", 60, 13)
    assert len(parted) > 1 and "".join(one.rstrip("-") for one in parted) == "kardiotokografimaternal"
    assert broken("", 100, 13) == []
