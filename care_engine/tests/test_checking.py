"""What `simpul check-knowledge` refuses, each in the smallest folder that has the fault, with the line. Types and units: `test_typing_rules.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

from care_engine.loading import KnowledgeErrors, load_knowledge
from care_engine.tests.faulty import LABEL, ROW, SOURCE, faults, findings, service


def test_sound_knowledge_has_no_faults(tmp_path: Path) -> None:
    assert faults(tmp_path, services__s=service(), findings__f=findings(ROW)) == []


#: Each: files, and what is said where (`file:line: …`).
REFUSALS = [
    # a source that is not listed
    (
        {"services__s": service().replace("buku", "majalah")},
        "services/s.yaml:4: source 'majalah' is not in sources.yaml",
    ),
    (
        {"findings__f": findings(ROW).replace("source: {document: buku, place: h. 1}", "source: {place: h. 1}")},
        "findings/f.yaml:1: anemia has no source; name the document",
    ),
    # an id that is used and not defined
    (
        {"findings__f": findings("- {when: ['< 11'], then: [anemia, kek]}\n")},
        "findings/f.yaml:9: there is no finding 'kek'",
    ),
    (
        {"findings__f": findings(ROW, inputs="[hbb]")},
        "findings/f.yaml:7: input hbb: 'hbb' is not in the vocabulary; did you mean 'hb'?",
    ),
    (
        {"findings__f": findings(ROW, finding="severity: biasa, tell: [makan]")},
        "findings/f.yaml:3: there is no education topic 'makan'",
    ),
    (
        {"findings__f": findings(ROW, finding="severity: biasa, do: [{service: timbang}]")},
        "findings/f.yaml:3: there is no service 'timbang'",
    ),
    (
        {"findings__f": findings(ROW, finding="severity: biasa, recheck: {after: 7d, items: [x]}")},
        "findings/f.yaml:3: there is no item 'x'",
    ),
    ({"findings__f": findings(ROW, extra="    triggered_by: [x]\n")}, "findings/f.yaml:8: there is no item 'x'"),
    ({"findings__f": findings(ROW, extra="    if_unknown: {ask: [x]}\n")}, "findings/f.yaml:8: there is no item 'x'"),
    ({"findings__f": findings(ROW, extra="    when: found(x)\n")}, "findings/f.yaml:8: when: there is no finding 'x'"),
    ({"services__s": service("form: anc\n")}, "services/s.yaml:7: there is no form 'anc'"),
    ({"services__s": service("tell: [makan]\n")}, "services/s.yaml:7: there is no education topic 'makan'"),
    ({"services__s": service("hidden_from: [tetangga]\n")}, "services/s.yaml:7: there is no role 'tetangga'"),
    ({"services__s": service("for: {episode: nifas}\n")}, "services/s.yaml:7: there is no episode 'nifas'"),
    ({"services__s": service("for: {area: {x: true}}\n")}, "services/s.yaml:7: there is no area setting 'x'"),
    ({"services__s": service("for: {when: given(x)}\n")}, "services/s.yaml:7: for.when: there is no service 'x'"),
    ({"services__s": service("for: {when: area.jee}\n")}, "services/s.yaml:7: for.when: 'area.jee' is not a setting"),
    (
        {"services__s": service(schedule="{kind: repeat, every: 30d, credit: {items: [x]}}")},
        "services/s.yaml:6: there is no item 'x'",
    ),
    (
        {"services__s": service(schedule="{kind: window, anchor: birth, advanced_by: x, steps: [{from: 0d}]}")},
        "services/s.yaml:6: there is no item 'x'",
    ),
    (
        {"services__s": service(schedule="{kind: window, anchor: birth, steps: [{service: x, from: 0d}]}")},
        "services/s.yaml:6: step names 'x', which is not a service of ukur",
    ),
    (
        {"services__s": service(schedule="{kind: series, steps: [{due: 0d}], apart: {from: [x], by: 28d}}")},
        "services/s.yaml:6: there is no service 'x'",
    ),
    # a service nobody may give, a step nobody takes, kinds of schedule
    ({"services__s": service(given_by="[]")}, "services/s.yaml:5: nobody may give ukur; add given_by"),
    (
        {"services__s": service(schedule="{kind: window, steps: [{from: 0d}]}")},
        "services/s.yaml:6: ukur: a window needs an anchor",
    ),
    (
        {
            "services__s": service(
                f"services: [{{id: a, {LABEL}}}, {{id: b, {LABEL}}}]\n",
                schedule="{kind: series, steps: [{service: a, due: 0d}]}",
            )
        },
        "services/s.yaml:7: b has no step in the schedule of ukur",
    ),
    (
        {"services__s": service(f"services: [{{id: a, {LABEL}}}, {{id: b, {LABEL}}}]\n")},
        "services/s.yaml:7: ukur: a repeat is for one service; give each its own file",
    ),
    (
        {"services__s": service(schedule="{kind: window, anchor: birth, steps: [{from: 0d, due: 9d, until: 7d}]}")},
        "services/s.yaml:6: step ukur-1 is due after its window has closed",
    ),
    (
        {"services__s": service(schedule="{kind: series, steps: [{due: 0d, needs: 'true'}]}")},
        "services/s.yaml:6: needs, full, complete_within and late_until mean nothing in a series",
    ),
    (
        {"services__s": service(schedule="{kind: window, anchor: birth, steps: [{from: 0d, min: 7d}]}")},
        "services/s.yaml:6: min and after mean nothing in a window",
    ),
    (
        {"services__s": service("for: {age: {from: 2y, until: 1y}}\n")},
        "services/s.yaml:7: the age ends before it begins",
    ),
    # a finding that no table makes, or from which nothing follows
    ({"findings__f": findings("- {when: ['< 11'], then: []}\n")}, "findings/f.yaml:3: no table ever finds anemia"),
    (
        {"findings__f": findings(ROW, finding="severity: biasa")},
        "findings/f.yaml:3: nothing follows from anemia; add tell, do, recheck or refer",
    ),
    (
        {"findings__f": findings(ROW, finding="severity: gawat, tell: [minum]")},
        "findings/f.yaml:3: anemia is an emergency, but nothing is done",
    ),
    (
        {"findings__f": findings(ROW, finding="severity: biasa, refer: {to: pustu, from: [pustu], within: 0d}")},
        "findings/f.yaml:3: anemia refers from pustu to itself",
    ),
    (
        {"findings__f": findings(ROW, finding="severity: biasa, do: [{id: x, label: {id: a, en: a}}]")},
        "findings/f.yaml:3: action x of anemia says no unit",
    ),
    (
        {
            "services__s": service(),
            "findings__f": findings(ROW, finding="severity: biasa, do: [{service: ukur, unit: [pustu, rumah]}]"),
        },
        "findings/f.yaml:3: action ukur of anemia is for rumah, where nobody may give ukur",
    ),
    (
        {"findings__f": findings(ROW, finding="severity: biasa, recheck: {service: timbang, after: 7d}")},
        "findings/f.yaml:3: there is no service 'timbang'",
    ),
    # days by an area setting
    (
        {"findings__f": findings(ROW, finding="severity: biasa, recheck: {after: area.x, items: [hb]}")},
        "findings/f.yaml:3: there is no area setting 'x'",
    ),
    *(
        (
            {"findings__f": findings(ROW, finding=f"severity: biasa, recheck: {{after: area.{key}, items: [hb]}}")},
            f"findings/f.yaml:3: after of periksa-ulang-anemia: area.{key} {said}",
        )
        for key, said in (
            ("je", "does not count days; it needs type: integer and unit: d"),
            ("tanpa-satuan", "does not count days"),
            ("pecahan", "does not count days"),
            ("tanpa-bawaan", "needs a default of 0 days or more"),
            ("mundur", "needs a default of 0 days or more"),
        )
    ),
    (
        {"findings__f": findings(ROW, finding="severity: biasa, refer: {to: pustu, from: [rumah], within: area.je}")},
        "findings/f.yaml:3: within of rujuk-pustu: area.je does not count days",
    ),
    (
        {
            "findings__f": findings(
                ROW,
                finding="severity: biasa, do: [{id: x, label: {id: a, en: a}, unit: [pustu], within: area.je}]",
            )
        },
        "findings/f.yaml:3: within of x: area.je does not count days",
    ),
    # rows
    (
        {"findings__f": findings(ROW + "- {when: ['< 9'], then: anemia}\n")},
        "findings/f.yaml:10: row 2 of table tabel can never be hit: earlier rows take everything it takes",
    ),
    (
        {"findings__f": findings("- {when: ['< 7'], then: anemia}\n- {when: ['> 11'], then: anemia}\n")},
        "findings/f.yaml:8: table tabel has a gap: no row takes hb = 7; add a row",
    ),
    (
        {"findings__f": findings("- {when: ['< 11'], then: anemia}\n- {when: ['> 11'], then: []}\n")},
        "findings/f.yaml:8: table tabel has a gap: no row takes hb = 11; add a row",
    ),
    (
        {"findings__f": findings("- {when: ['< 110'], then: anemia}\n")},
        "findings/f.yaml:9: 110 lies outside the possible values of hb (2–25 g/dL); is the unit right?",
    ),
    (
        {"findings__f": findings("- {when: [tiga], then: anemia}\n", inputs="[kata]")},
        "findings/f.yaml:9: 'tiga' is not one of satu, dua (kata)",
    ),
    (
        {"findings__f": findings("- {when: ['< 3'], then: anemia}\n", inputs="[kata]")},
        "findings/f.yaml:9: a number is compared with kata, which is a text",
    ),
    (
        {"findings__f": findings("- {when: ['-', '-'], then: anemia}\n", inputs="[hb, hb]")},
        "findings/f.yaml:7: input hb stands twice in table tabel",
    ),
    # a table and its own findings, and moments
    (
        {"findings__f": findings("- {when: [true], then: anemia}\n", inputs="[{name: x, value: found(anemia)}]")},
        "findings/f.yaml:7: input x: table tabel would need its own answer: table tabel → found(anemia) of table tabel; "
        "ask for what it said at earlier contacts: previously_found(…)",
    ),
    (
        {
            "services__s": service(),
            "findings__f": findings(
                "- {when: [true], then: anemia}\n", inputs="[{name: x, value: status(ukur) = 'due'}]"
            ),
        },
        "findings/f.yaml:7: status(ukur) is only known on the day of the decision; say at: today",
    ),
    # true of an empty record
    (
        {
            "findings__f": findings(
                "- {when: [unknown], then: anemia}\n", inputs="[{name: x, value: latest(hb)}]", extra="    at: today\n"
            )
        },
        "findings/f.yaml:10: table tabel finds anemia in an empty record; ask for something that is recorded",
    ),
    # vocabulary
    (
        {
            "vocabulary__w": SOURCE
            + f"items:\n  - {{id: x, {LABEL}, type: number, formula: y + 1}}\n  - {{id: y, {LABEL}, type: number, formula: x + 1}}\n"
        },
        "vocabulary/w.yaml:3: the formula of x needs itself; break the circle",
    ),
    (
        {
            "vocabulary__w": SOURCE
            + f"items:\n  - {{id: x, {LABEL}, type: number, formula: y + 1}}\n  - {{id: y, {LABEL}, type: number, sensitive: hiv}}\n"
        },
        "vocabulary/w.yaml:3: x is worked out from y, which is sensitive; say sensitive: hiv here too",
    ),
    (
        {"vocabulary__w": SOURCE + f"items:\n  - {{id: x, {LABEL}, type: choice}}\n"},
        "vocabulary/w.yaml:3: x is a choice without choices",
    ),
    (
        {"vocabulary__w": SOURCE + f"items:\n  - {{id: x, {LABEL}, type: number, range: [9, 1]}}\n"},
        "vocabulary/w.yaml:3: the range of x is turned round: 9 is more than 1",
    ),
    (
        {"vocabulary__w": SOURCE + f"items:\n  - {{id: x, {LABEL}, type: text, range: [1, 9]}}\n"},
        "vocabulary/w.yaml:3: x is a text and cannot have a range",
    ),
    (
        {"vocabulary__w": SOURCE + f"items:\n  - {{id: x, {LABEL}, type: boolean, formula: hb}}\n"},
        "vocabulary/w.yaml:3: formula of x: this place needs a boolean, not a number",
    ),
    (
        {"vocabulary__w": SOURCE + f"items:\n  - {{id: x, {LABEL}, type: number, aliases: [hb]}}\n"},
        "vocabulary/w.yaml:3: alias 'hb' of x is the id of something else",
    ),
    (
        {
            "vocabulary__w": SOURCE
            + f"items:\n  - {{id: x, {LABEL}, type: number, aliases: [z]}}\n  - {{id: y, {LABEL}, type: number, aliases: [z]}}\n"
        },
        "vocabulary/w.yaml:4: alias 'z' of y is also an alias of x",
    ),
    (
        {"forms__f": f"id: anc\n{LABEL}\nsections: [{{hands: ask, {LABEL}, items: [x]}}]\n"},
        "forms/f.yaml:3: there is no item 'x'",
    ),
    # what the programme names
    *(
        ({"services__s": service(), "programme": text}, said)
        for text, said in (
            (
                "named: [{document: buku, place: h. 2, services: [ukur, timbang]}]\n",
                "programme.yaml:1: 'timbang' (buku, h. 2) is no service here; add it",
            ),
            (
                "named: [{document: majalah, place: h. 2, services: [ukur]}]\n",
                "programme.yaml:1: document 'majalah' is not in sources.yaml",
            ),
            (
                f"named: [{{document: buku, place: h. 2, services: [ukur]}}]\nomitted:\n  - {{id: ukur, because: {LABEL[7:]}}}\n",
                "programme.yaml:3: 'ukur' is said to be left out, but it is a service",
            ),
            (
                f"named: [{{document: buku, place: h. 2, services: [ukur]}}]\nomitted:\n  - {{id: timbang, because: {LABEL[7:]}}}\n",
                "programme.yaml:3: 'timbang' is left out, but nothing under named: asks for it",
            ),
        )
    ),
    # target groups
    *(
        (
            {"services__s": service(f"groups:\n  - {{id: muda, {LABEL}, {young}}}\n  - {{id: tua, {LABEL}, {old}}}\n")},
            said,
        )
        for young, old, said in (
            (
                "for: {age: {until: 17y}}",
                "for: {age: {from: 17y}}",
                "services/s.yaml:9: ukur/tua must begin at an age after the last one of ukur/muda",
            ),
            (
                "for: {age: {from: 6y}}",
                "for: {age: {from: 18y}}",
                "services/s.yaml:9: ukur/tua must begin at an age after the last one of ukur/muda",
            ),
            (
                "for: {age: {until: 17y}}",
                "for: {age: {from: 18y}, episode: kehamilan}",
                "services/s.yaml:9: groups of ukur: all are about the person",
            ),
        )
    ),
]


@pytest.mark.parametrize(("files", "said"), REFUSALS, ids=[said for _, said in REFUSALS])
def test_a_refusal(tmp_path: Path, files: dict[str, str], said: str) -> None:
    found = faults(tmp_path, **files)
    assert [one for one in found if one.startswith(said)], found


def test_a_topic_that_does_not_exist_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeErrors, match="sensitive"):
        faults(tmp_path, services__s=service("sensitive: rahasia\n"))


@pytest.mark.parametrize(("own", "found"), [("", ("kader",)), (", hidden_from: []", ())])
def test_a_file_says_once_from_whom_its_findings_are_hidden(tmp_path: Path, own: str, found: tuple[str, ...]) -> None:
    text = findings(ROW, finding=f"severity: biasa, tell: [minum]{own}")
    assert faults(tmp_path, findings__f="hidden_from: [kader]\n" + text) == []
    assert load_knowledge(tmp_path).findings["anemia"].hidden_from == found


def test_days_may_come_from_an_area_setting(tmp_path: Path) -> None:
    said = "severity: biasa, recheck: {after: area.kontrol, items: [hb]}"
    assert faults(tmp_path, findings__f=findings(ROW, finding=said)) == []


def test_values_between_the_rows_are_tried_in_the_precision_of_the_item(tmp_path: Path) -> None:
    closed = "- {when: ['<= 10.9'], then: anemia}\n- {when: ['>= 11'], then: []}\n"
    assert faults(tmp_path, findings__f=findings(closed)) == []


def test_a_table_too_large_to_try_is_not_accused(tmp_path: Path) -> None:
    inputs = ", ".join(f"{{name: x{index}, value: latest(hb) + {index}}}" for index in range(6))
    cells = ["'< 3'", "'[3..5)'", "'[5..7)'", "'[7..9)'", "'>= 9'"]
    any_five = ", ".join(["'-'"] * 5)
    rows = "".join(f"- {{when: [{cell}, {any_five}], then: anemia}}\n" for cell in cells)
    rows += "".join(f"- {{when: ['-', {', '.join([cell] * 5)}], then: anemia}}\n" for cell in cells)
    assert faults(tmp_path, findings__f=findings(rows, inputs=f"[{inputs}]")) == []
