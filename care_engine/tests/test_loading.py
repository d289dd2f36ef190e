"""Files of knowledge: every fault of shape is told with its file and line, all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from care_engine.loading import KnowledgeErrors, digest, load_knowledge
from care_engine.tests.tiny import load_faults, write
from care_engine.yaml_files import KnowledgeError, parse_yaml, read_yaml

SOURCE = "source: {document: buku, place: h. 1}\n"
ITEMS = SOURCE + "items:\n  - {id: hb, label: {id: Hb, en: Hb}, type: number}\n"
SERVICE = "id: ukur\nlabel: {id: a, en: a}\nklaster: 2\ngiven_by: [{unit: puskesmas, cadre: bidan}]\n" + SOURCE


def findings(rows: str, extra: str = "") -> str:
    return (
        SOURCE
        + "findings:\n  - {id: anemia, label: {id: a, en: a}, severity: normal}\n"
        + "tables:\n  - id: tabel\n    label: {id: a, en: a}\n    inputs: [hb]\n"
        + extra
        + f"    rows:\n{rows}"
    )


@pytest.mark.parametrize(
    ("files", "file", "line", "problem"),
    [
        # YAML itself
        ({"vocabulary/a.yaml": "items:\n  - {id: hb\n"}, "vocabulary/a.yaml", 3, "this is not valid YAML"),
        ({"vocabulary/a.yaml": "items: []\nitems: []\n"}, "vocabulary/a.yaml", 2, "found duplicate key"),
        (
            {"vocabulary/a.yaml": "a: 1\nb: 2026-02-30\n"},
            "vocabulary/a.yaml",
            2,
            "an impossible date or number: day is out",
        ),
        ({"vocabulary/a.yaml": "&x [*x]\n"}, "vocabulary/a.yaml", 1, "refers to itself"),
        ({"vocabulary/a.yaml": "a: " + "[" * 4000}, "vocabulary/a.yaml", 1, "is nested too deeply"),
        # shape
        ({"vocabulary/a.yaml": "- a\n"}, "vocabulary/a.yaml", 1, "the file must hold keys and values"),
        ({"vocabulary/a.yaml": "item: []\n"}, "vocabulary/a.yaml", 1, "'item' is not a key here (item); see docs/"),
        (
            {"vocabulary/a.yaml": "items:\n  - id: hb\n    type: number\n"},
            "vocabulary/a.yaml",
            2,
            "'label' is missing (items.0.label)",
        ),
        (
            {"vocabulary/a.yaml": "items:\n  - id: hb\n    label: {id: a, en: a}\n    type: nomor\n"},
            "vocabulary/a.yaml",
            4,
            "items.0.type: Input should be 'number'",
        ),
        (
            {"vocabulary/a.yaml": "items:\n  - id: Hb_x\n    label: {id: a, en: a}\n    type: number\n"},
            "vocabulary/a.yaml",
            2,
            "items.0.id: String should match pattern",
        ),
        ({"sources.yaml": "sources: [3]\n"}, "sources.yaml", 1, "sources.0"),
        # a rule without a source
        (
            {"vocabulary/a.yaml": "items:\n\n  - id: hb\n    label: {id: a, en: a}\n    type: number\n"},
            "vocabulary/a.yaml",
            3,
            "has no source; add source: {document: ..., place: ...}, or assumed: true",
        ),
        (
            {"education/a.yaml": "topics:\n  - {id: a, label: {id: a, en: a}, text: {id: a, en: a}}\n"},
            "education/a.yaml",
            2,
            "has no source",
        ),
        # expressions, cells, lengths
        (
            {
                "vocabulary/a.yaml": ITEMS
                + "  - id: x\n    label: {id: a, en: a}\n    type: number\n    formula: hb +\n"
            },
            "vocabulary/a.yaml",
            7,
            "a value is missing before 'the end'",
        ),
        (
            {"vocabulary/a.yaml": ITEMS, "findings/a.yaml": findings("      - {when: ['< x'], then: anemia}\n")},
            "findings/a.yaml",
            9,
            "'x' is not a number",
        ),
        (
            {"vocabulary/a.yaml": ITEMS, "findings/a.yaml": findings("      - {when: ['-', '-'], then: anemia}\n")},
            "findings/a.yaml",
            9,
            "has 2 cells for 1 inputs; write - for an input that does not matter",
        ),
        (
            {
                "vocabulary/a.yaml": ITEMS,
                "findings/a.yaml": findings("      - {when: ['-'], then: anemia}\n", "    when: hb <\n"),
            },
            "findings/a.yaml",
            8,
            "a value is missing",
        ),
        (
            {
                "services/a.yaml": SERVICE
                + "for: {sex: perempuan}\nschedule: {kind: repeat, every: 30d}\ngroups:\n  - {id: tua, label: {id: a, en: a}, for: {age: {from: 18y}}}\n"
            },
            "services/a.yaml",
            8,
            "each group says for: itself",
        ),
        (
            {"services/a.yaml": SERVICE + "schedule:\n  kind: window\n  anchor: birth\n  steps: []\n"},
            "services/a.yaml",
            9,
            "has no steps; a window or series needs at least one",
        ),
        (
            {
                "services/a.yaml": SERVICE
                + "schedule:\n  kind: window\n  anchor: birth\n  every: 30d\n  steps: [{from: 0d}]\n"
            },
            "services/a.yaml",
            9,
            "'every' means nothing in a window; remove it or change the kind",
        ),
        ({"services/a.yaml": SERVICE + "schedule: {kind: repeat}\n"}, "services/a.yaml", 6, "a repeat needs every"),
        (
            {"services/a.yaml": SERVICE + "schedule: {kind: calendar}\n"},
            "services/a.yaml",
            6,
            "a calendar needs months",
        ),
        (
            {"services/a.yaml": SERVICE + "schedule: {kind: repeat, every: 3x}\n"},
            "services/a.yaml",
            6,
            "schedule.every: '3x' is not a length of time",
        ),
        (
            {
                "services/a.yaml": SERVICE
                + "schedule:\n  kind: window\n  anchor: birth\n  min_gap: 1m\n  steps: [{from: 0d}]\n"
            },
            "services/a.yaml",
            9,
            "'1m' must be days or weeks here",
        ),
        (
            {
                "services/a.yaml": SERVICE
                + "schedule:\n  kind: series\n  steps: [{due: 0d}]\n  prior: {count: 'count(', on: birth}\n"
            },
            "services/a.yaml",
            9,
            "a value is missing",
        ),
        (
            {
                "services/a.yaml": SERVICE
                + "services: [{id: a, label: {id: a, en: a}}]\nschedule:\n  kind: series\n  steps:\n    - {due: 0d}\n"
            },
            "services/a.yaml",
            10,
            "a step of a family must name its service",
        ),
        (
            {
                "services/a.yaml": SERVICE
                + "schedule:\n  kind: repeat\n  every: 30d\n  holds:\n    - {when: 'and', status: deferred, because: {id: a, en: a}}\n"
            },
            "services/a.yaml",
            10,
            "a value is missing before 'and'",
        ),
        (
            {
                "findings/a.yaml": SOURCE
                + "findings:\n  - id: a\n    label: {id: a, en: a}\n    severity: biasa\n    do: [{unit: [pustu]}]\n"
            },
            "findings/a.yaml",
            6,
            "an action needs a service, or an id and a label",
        ),
        (
            {
                "findings/a.yaml": SOURCE
                + "findings:\n  - id: a\n    label: {id: a, en: a}\n    severity: [{is: biasa}, {is: segera}]\n"
            },
            "findings/a.yaml",
            5,
            "each severity but the last needs an if",
        ),
        # figures
        ({"tables/a.csv": "x,y\n1,2\n"}, "tables/a.csv", 1, "the first line must name the columns"),
        ({"tables/a.csv": ""}, "tables/a.csv", 1, "the first line must name the columns"),
        ({"tables/a.csv": "# a note\nx,value\n1,2\n1,2,3\n"}, "tables/a.csv", 4, "has 3 cells, the first line has 2"),
        ({"tables/a.csv": "x,value\n1,dua\n"}, "tables/a.csv", 2, "the value 'dua' is not a number"),
        # twice, in a circle
        (
            {"vocabulary/a.yaml": ITEMS, "vocabulary/b.yaml": "\n" + ITEMS},
            "vocabulary/b.yaml",
            4,
            "'hb' is defined twice, first at vocabulary/a.yaml:3; rename one",
        ),
    ],
)
def test_a_fault_is_told_with_file_and_line(
    tmp_path: Path, files: dict[str, str], file: str, line: int, problem: str
) -> None:
    faults = load_faults(write(tmp_path, files))
    assert [(fault.file, fault.line) for fault in faults if problem in fault.problem] == [(file, line)], faults


def test_tables_in_a_circle(tmp_path: Path) -> None:
    text = SOURCE + (
        "findings:\n  - {id: fa, label: {id: a, en: a}, severity: normal}\n  - {id: fb, label: {id: a, en: a}, severity: normal}\ntables:\n"
        "  - {id: a, label: {id: a, en: a}, inputs: [{name: x, value: found(fb)}], rows: [{when: [true], then: fa}]}\n"
        "  - {id: b, label: {id: a, en: a}, inputs: [{name: x, value: found(fa)}], rows: [{when: [true], then: fb}]}\n"
    )
    (fault,) = load_faults(write(tmp_path, {"findings/a.yaml": text}))
    assert str(fault) == "findings/a.yaml:6: tables ask about each other in a circle: a → b → a; break it"


def test_all_faults_come_together_in_order(tmp_path: Path) -> None:
    files = {"vocabulary/b.yaml": "x: 1\n", "vocabulary/a.yaml": "\ny: 1\nz: 1\n", "areas/a.yaml": "{"}
    faults = load_faults(write(tmp_path, files))
    assert [(fault.file, fault.line) for fault in faults] == [
        ("areas/a.yaml", 1),
        ("vocabulary/a.yaml", 2),
        ("vocabulary/a.yaml", 3),
        ("vocabulary/b.yaml", 1),
    ]


def test_a_binary_file(tmp_path: Path) -> None:
    root = write(tmp_path, {})
    (root / "vocabulary").mkdir()
    (root / "vocabulary" / "a.yaml").write_bytes(b"items: []\n\xff\xfe")
    (fault,) = load_faults(root)
    assert str(fault) == "vocabulary/a.yaml:2: is not UTF-8 text; save it as UTF-8"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeErrors, match="there is no such folder; give the path of the knowledge folder"):
        load_knowledge(tmp_path / "nowhere")


def test_a_folder_without_knowledge(tmp_path: Path) -> None:
    """The wrong folder is no good knowledge."""
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(KnowledgeErrors, match="holds no knowledge: no vocabulary, services or findings"):
        load_knowledge(tmp_path)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ("", "services/a/x.yaml:1: the file must hold keys and values"),
        ("after: 150.5", "150.5 is a bare number; write a length of time like 30d or 6m"),
        ("after: -30d", "'-30d' is not a length of time; write for example 30d, 12w0d, 6m or 1y"),
        ("after: 30d, unit: [posyandoo]", "given_by.0.unit.0: Input should be 'rumah', 'posyandu'"),
    ],
)
def test_a_wrong_shape_says_how_to_write_it(tmp_path: Path, changed: str, said: str) -> None:
    after, _, unit = changed.partition(", unit: ")
    text = (
        "id: x\nlabel: {id: x, en: x}\nsource: {assumed: true}\n"
        "schedule: {kind: repeat, every: 30d, first: {anchor: birth, " + after + "}}\n"
        "given_by: [{unit: " + (unit or "pustu") + ", cadre: bidan}]\n"
    )
    (tmp_path / "services" / "a").mkdir(parents=True)
    (tmp_path / "services" / "a" / "x.yaml").write_text(text if changed else "", encoding="utf-8")
    with pytest.raises(KnowledgeErrors) as caught:
        load_knowledge(tmp_path)
    assert said in str(caught.value)
    assert "literal[" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="cannot be read: No such file or directory"):
        read_yaml(tmp_path / "nothing.yaml")


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    root = write(tmp_path, {"vocabulary/a.yaml": ITEMS})
    version = digest(root)
    assert len(version) == 12
    write(tmp_path, {"vocabulary/a.cases.yaml": "[]\n"})
    assert digest(root) == version
    write(tmp_path, {"vocabulary/a.yaml": ITEMS + "\n"})
    assert digest(root) != version


def test_the_cache_answers_what_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    place = tmp_path / "a.yaml"
    place.write_text("a:\n  - 2026-06-10\n")
    first, second = read_yaml(place), read_yaml(place)
    assert first == second == parse_yaml("a:\n  - 2026-06-10\n", str(place))
    (kept,) = (tmp_path / "cache").rglob("yaml-*/*")
    kept.write_bytes(b"damaged")
    assert read_yaml(place) == first


def test_words_that_yaml_1_1_took_for_booleans_stay_words(tmp_path: Path) -> None:
    assert parse_yaml("on: yes\noff: no\n", "x").data == {"on": "yes", "off": "no"}


def test_the_line_of_the_innermost_known_part() -> None:
    document = parse_yaml("a:\n  b:\n    - c: 1\n", "x")
    assert [document.top.key(*path).line for path in ((), ("a",), ("a", "b", 0, "c"), ("a", "b", 0, "d"), ("z",))] == [
        1,
        1,
        3,
        3,
        1,
    ]
