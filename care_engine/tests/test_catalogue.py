"""The generated documentation: what it says, and that it is noticed when it no longer fits."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from care_engine.catalogue import pages, stale_docs, write_docs
from care_engine.catalogue.services import schedule_sentences
from care_engine.catalogue.words import cell_words, providers_words, span_words, until_words, within_words, written
from care_engine.cells import parse_cell
from care_engine.dates import Span, parse_span
from care_engine.expressions import Expression, Setting
from care_engine.loading import DEFAULT_PATH, load_knowledge
from care_engine.model import Knowledge, Provider
from care_engine.parsing import parse
from care_engine.schema import KINDS


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.mark.parametrize(
    "text",
    [
        "1 - (2 - 3)",
        "1 - 2 - 3",
        "2 ^ (3 ^ 2)",
        "-(a + b) * c",
        "not (a and b) or c",
        "(a else b) + 1 > 2",
        "a > (b else 3)",
        "(a else 0) >= 38 or (size(b) > 0 else false)",
        "if a then (b else 1) else c",
        "if a then if b then 1 else 2 else 3",
        "(if a then 1 else 2) + 3",
        "x in ('a', 'b') and not y contains 'c'",
        "latest(hb, 30) is unknown",
        "(a > 1) is known",
        "birth + 9m15d",
        "area.je-endemis = true",
        "unknown",
        "a != (b = c)",
    ],
)
def test_a_written_expression_reads_back_as_the_same_tree(text: str) -> None:
    tree = parse(text)
    assert parse(written(tree)) == tree


def test_days_by_an_area_setting_are_said_with_their_default(knowledge: Knowledge) -> None:
    assert within_words(Span(days=10), knowledge) == "10 hari"
    assert within_words(Setting("gizi-recheck-hari"), knowledge) == "7 hari (atau menurut wilayah: `gizi-recheck-hari`)"
    said = {path.name: text for path, text in pages(knowledge, DEFAULT_PATH.parent).items()}
    assert "sesudah 7 hari (atau menurut wilayah: `gizi-recheck-hari`)" in said["temuan.md"]
    [row] = [line for line in said["pengaturan-wilayah.md"].splitlines() if "(`gizi-recheck-hari`)" in line]
    assert "`bb-kurang-balita`" in row


def _expressions(knowledge: Knowledge) -> list[Expression]:
    found: list[Expression | None] = [item.formula for item in knowledge.items.values()]
    for table in knowledge.tables:
        found += [table.when, table.who.when, *(one.value for one in table.inputs)]
    for family in knowledge.families:
        found += [family.who.when, getattr(family.schedule, "anchor", None), family.schedule.credit.condition]
        found += [one.when for one in family.schedule.holds] + [one.until for one in family.schedule.holds]
    return [one for one in found if one is not None]


def test_every_expression_of_the_knowledge_reads_back_as_the_same_tree(knowledge: Knowledge) -> None:
    trees = _expressions(knowledge)
    assert len(trees) > 300
    assert [written(one) for one in trees if parse(written(one)) != one] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3d", "3 hari"),
        ("14d", "14 hari"),
        ("6w", "6 minggu"),
        ("30d", "30 hari"),
        ("9m", "9 bulan"),
        ("2m16d", "2 bulan 16 hari"),
        ("0d", "0 hari"),
    ],
)
def test_a_length_of_time_in_words(text: str, words: str) -> None:
    assert span_words(parse_span(text)) == words


def test_a_length_of_pregnancy_is_said_in_weeks_and_days() -> None:
    assert span_words(Span(days=169), weeks=True) == "24 minggu 1 hari"


def test_a_last_age_in_whole_months_ends_the_day_before_the_next_month() -> None:
    assert until_words(Span(months=59)) == "sehari sebelum 60 bulan"
    assert until_words(Span(months=5, days=15)) == "5 bulan 15 hari"


@pytest.mark.parametrize(
    ("item", "text", "words"),
    [
        ("hb", "< 7", "< 7 g/dL"),
        ("hb", ">= 10.5", "≥ 10,5 g/dL"),
        ("hb", "[7..10)", "7 sampai kurang dari 10 g/dL"),
        ("hb", "(7..10]", "lebih dari 7 sampai 10 g/dL"),
        ("hb", "-", "–"),
        ("hb", "unknown", "tidak diketahui"),
        ("hb", "not(known)", "bukan (diketahui)"),
        ("tanda-bahaya-hamil", "sesak-napas", "memuat Sesak napas"),
    ],
)
def test_a_cell_in_words(knowledge: Knowledge, item: str, text: str, words: str) -> None:
    assert cell_words(parse_cell(text), knowledge.items[item]) == words


def test_places_with_the_same_workers_are_said_together() -> None:
    several = [Provider("posyandu", "bidan"), Provider("posyandu", "perawat"), Provider("pustu", "bidan")]
    several += [Provider("pustu", "perawat"), Provider("rumah", "kader")]
    assert providers_words(several) == "Posyandu, Pustu: bidan, perawat; rumah: kader"


def test_a_calendar_in_words(knowledge: Knowledge) -> None:
    family = next(one for one in knowledge.families if one.id == "vitamin-a")
    sentences = schedule_sentences(family, knowledge)
    assert sentences[:3] == [
        "Pada bulan Februari, Agustus, mulai umur 6 bulan sampai sehari sebelum 60 bulan.",
        "Dapat disusulkan sampai 30 hari sesudah bulan itu.",
        "Paling sedikit 30 hari sesudah yang terakhir.",
    ]


def test_each_step_of_a_window_has_a_sentence(knowledge: Knowledge) -> None:
    family = next(one for one in knowledge.families if one.id == "anc")
    sentences = schedule_sentences(family, knowledge)
    for service in family.services:
        assert sum(f"(`{service}`):" in one for one in sentences) == 1
    k2 = next(one for one in sentences if "`anc-k2`" in one)
    assert "boleh mulai 12 minggu 1 hari setelah HPHT yang dipakai" in k2


def test_every_part_of_the_knowledge_stands_on_its_page(knowledge: Knowledge) -> None:
    made = {path.as_posix(): text for path, text in pages(knowledge, DEFAULT_PATH.parent).items()}
    docs = "docs/generated/"
    tables = "".join(text for name, text in made.items() if name.startswith(f"{docs}tabel/"))
    for name, ids in [
        ("layanan.md", knowledge.services),
        ("kosakata.md", knowledge.items),
        ("temuan.md", knowledge.findings),
        ("edukasi.md", knowledge.topics),
        ("pengaturan-wilayah.md", knowledge.settings),
        ("sumber.md", knowledge.documents),
    ]:
        assert [one for one in ids if f"`{one}`" not in made[docs + name]] == []
    assert [one.id for one in knowledge.tables if f"- Id: `{one.id}`" not in tables] == []


def test_rows_of_a_table_stand_in_order_with_their_findings(knowledge: Knowledge) -> None:
    text = pages(knowledge, DEFAULT_PATH.parent)[Path("docs/generated/tabel/ibu-hamil.md")]
    part = text[text.index("- Id: `anemia-hamil`") :]
    rows = [line for line in part.splitlines() if line.startswith("| ")][2:6]
    assert rows[0] == "| 1 | < 7 g/dL | Anemia berat (`anemia-berat`) |"
    assert rows[3] == "| 4 | ≥ 11 g/dL | Tidak anemia (`tidak-anemia`) |"


def test_no_page_carries_the_version(knowledge: Knowledge) -> None:
    assert [path for path, text in pages(knowledge, DEFAULT_PATH.parent).items() if knowledge.version in text] == []


def test_there_is_a_json_schema_for_every_kind_of_file(knowledge: Knowledge) -> None:
    made = pages(knowledge, DEFAULT_PATH.parent)
    for kind in KINDS:
        schema = json.loads(made[Path("knowledge/schema") / f"{kind.removesuffix('.yaml')}.json"])
        assert schema["type"] == "object"
        assert schema["additionalProperties"] is False


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A place of its own with the same knowledge and no pages yet."""
    shutil.copytree(DEFAULT_PATH, tmp_path / "knowledge", ignore=shutil.ignore_patterns("schema", "*.cases.yaml"))
    return tmp_path


def test_writing_makes_the_pages_current(knowledge: Knowledge, copy: Path) -> None:
    written_ = write_docs(knowledge, copy)
    assert len(written_) == len(pages(knowledge, copy))
    assert stale_docs(knowledge, copy) == []
    assert write_docs(knowledge, copy) == []


def test_a_changed_a_missing_and_a_left_over_page_are_stale(knowledge: Knowledge, copy: Path) -> None:
    write_docs(knowledge, copy)
    docs = copy / "docs" / "generated"
    (docs / "layanan.md").write_text("lain", encoding="utf-8")
    (docs / "sumber.md").unlink()
    (docs / "tabel" / "tidak-ada-lagi.md").write_text("sisa", encoding="utf-8")
    wrong = ["docs/generated/layanan.md", "docs/generated/sumber.md", "docs/generated/tabel/tidak-ada-lagi.md"]
    assert stale_docs(knowledge, copy) == wrong
    assert write_docs(knowledge, copy) == wrong
    assert stale_docs(knowledge, copy) == []


def test_an_assumed_row_is_listed_for_its_owner(knowledge: Knowledge) -> None:
    text = pages(knowledge, DEFAULT_PATH.parent)[Path("docs/generated/asumsi.md")]
    row = "| tabel `anemia-hamil` › baris 1 | `when: [< 7]; then: anemia-berat` | who-anemia, batas 7 g/dL |  |  |"
    assert row in text
