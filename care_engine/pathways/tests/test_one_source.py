"""The chart that a clinician reads and the decision that a patient gets come from one file: change a limit there and both change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from care_engine.cases import decide_case
from care_engine.loading import DEFAULT_PATH, load_knowledge
from care_engine.model import Knowledge
from care_engine.pathways.faults import pathway_faults
from care_engine.pathways.graph import EVERYTHING
from care_engine.pathways.homes import stage
from care_engine.pathways.layout import sheets
from care_engine.pathways.overview import stage_chart
from care_engine.pathways.saying import Words
from care_engine.pathways.screening import table_chart
from care_engine.pathways.searching import entries, search
from care_engine.pathways.svg import drawing

HB_10_7 = {
    "on": "2026-06-10",
    "person": {"sex": "perempuan", "birth_date": "1998-04-02"},
    "episodes": [{"kind": "kehamilan", "registered": "2026-06-01", "hpht": "2026-04-15"}],
    "contacts": [{"on": "2026-06-10", "unit": "puskesmas", "cadre": "dokter", "observations": {"hb": 10.7}}],
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The whole knowledge in a place of its own."""
    return Path(
        shutil.copytree(DEFAULT_PATH, tmp_path / "knowledge", ignore=shutil.ignore_patterns("schema", "*.cases.yaml"))
    )


def change(root: Path, file: str, *pairs: tuple[str, str]) -> Knowledge:
    path = root / file
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert text.count(old) == 1, (file, old)
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return load_knowledge(root)


def drawn(knowledge: Knowledge) -> str:
    """The chart of anaemia in pregnancy, then the overview: the text of their SVG."""
    pathway = knowledge.pathways["ibu-hamil"]
    whole, words = stage(pathway, knowledge), Words(knowledge, "id", pathway.who)
    table = next(one for one in whole.tables if one.id == "anemia-hamil")
    charts = (table_chart(whole, table, words, EVERYTHING), stage_chart(whole, words, EVERYTHING))
    return "".join(
        drawing(sheet, "id", lambda link: None)
        for chart in charts
        for band in chart.bands
        for sheet in sheets(band, "id")
    )


def found(knowledge: Knowledge) -> set[str]:
    return {one.finding.id for one in decide_case(HB_10_7, knowledge, None).findings}


def test_a_changed_limit_changes_the_chart_and_the_decision_together(copy: Path) -> None:
    before = load_knowledge(copy)
    assert "anemia-ringan" in found(before)
    assert "Hemoglobin (Hb) ≥ 11 g/dL" in drawn(before) and "≥ 10,5 g/dL" not in drawn(before)

    after = change(
        copy, "findings/ibu-hamil/anemia.yaml",
        ('when: ["[10..11)"], then: anemia-ringan', 'when: ["[10..10.5)"], then: anemia-ringan'),
        ('when: [">= 11"], then: tidak-anemia', 'when: [">= 10.5"], then: tidak-anemia'),
    )  # fmt: skip
    assert "anemia-ringan" not in found(after) and "tidak-anemia" in found(after)
    assert "Hemoglobin (Hb) ≥ 10,5 g/dL" in drawn(after) and "Hemoglobin (Hb) ≥ 11 g/dL" not in drawn(after)
    assert after.version != before.version  # by which the pages keep their charts
    assert search("hb ≥ 10,5", entries(after, "id")) and not search("hb ≥ 10,5", entries(before, "id"))


def test_a_changed_day_and_place_of_a_referral_are_drawn(copy: Path) -> None:
    text = drawn(load_knowledge(copy))
    assert "dalam 1 hari, dokter spesialis kandungan" in text
    path = copy / "findings" / "ibu-hamil" / "anemia.yaml"
    changed = path.read_text(encoding="utf-8").replace("within: 1d", "within: 2d")
    path.write_text(changed, encoding="utf-8")
    shared = copy / "findings" / "semua-usia" / "anemia.yaml"
    shared.write_text(shared.read_text(encoding="utf-8").replace("within: 1d", "within: 2d"), encoding="utf-8")
    assert "dalam 2 hari, dokter spesialis kandungan" in drawn(load_knowledge(copy))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("services: [anc, ", "services: [anc, tidak-ada, ", "there is no service 'tidak-ada'"),
        (
            "services: [anc, ",
            "services: [anc, timbang-bulanan, ",
            "timbang-bulanan concerns nobody of pathway ibu-hamil",
        ),
        ("services: [anc, ", "services: [anc, anc, ", "anc stands twice"),
        ("folders: [ibu-hamil]", "folders: [ibu-hamil, tidak-ada]", "no folder of services 'tidak-ada'"),
        (
            "services: [persalinan-normal, stabilisasi-rujukan-maternal]\n    folders: [ibu-hamil]",
            "folders: []",
            "shows nothing",
        ),
        ("kunjungan-rumah-bumil, ", "", ""),  # of its folder: still shown
    ],
)
def test_what_a_pathway_may_not_say(copy: Path, old: str, new: str, said: str) -> None:
    knowledge = change(copy, "pathways/ibu-hamil.yaml", (old, new))
    faults = [f"{at}: {problem}" for at, problem in pathway_faults(knowledge)]
    if said:
        assert any(said in one and one.startswith("pathways/ibu-hamil.yaml:") for one in faults), faults
    else:
        assert faults == []


def test_a_service_that_no_pathway_shows_is_refused(copy: Path) -> None:
    knowledge = change(copy, "pathways/usia-sekolah-remaja.yaml", (", yankestrad-remaja]", "]"))
    faults = [(str(at), problem) for at, problem in pathway_faults(knowledge)]
    said = "no pathway shows yankestrad-remaja; add it to a section of a file in knowledge/pathways/"
    assert faults == [("services/semua-usia/yankestrad-remaja.yaml:1", said)]
