"""What `simpul check-knowledge` refuses, each in the smallest folder that has the fault, with the line."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from care_engine.checking import check
from care_engine.loading import load_knowledge
from care_engine.tests.tiny import write

SOURCE = "source: {document: buku, place: h. 1}\n"
LABEL = "label: {id: a, en: a}"
VOCABULARY = (
    SOURCE
    + f"""items:
  - {{id: hb, {LABEL}, type: number, unit: g/dL, decimals: 1, range: [2, 25]}}
  - {{id: berat, {LABEL}, type: number, unit: kg}}
  - {{id: kata, {LABEL}, type: choice, choices: {{satu: {{id: a, en: a}}, dua: {{id: b, en: b}}}}}}
  - {{id: himpunan, {LABEL}, type: choices, choices: {{satu: {{id: a, en: a}}}}}}
  - {{id: hpht, {LABEL}, type: date}}
episodes:
  - {{id: kehamilan, {LABEL}, starts: hpht, outcomes: [lahir-hidup]}}
"""
)
TOPICS = SOURCE + f"topics:\n  - {{id: minum, {LABEL}, text: {{id: a, en: a}}}}\n"
AREAS = (
    SOURCE
    + f"""settings:
  - {{id: je, {LABEL}, type: boolean, default: false}}
  - {{id: kontrol, {LABEL}, type: integer, unit: d, default: 7}}
  - {{id: tanpa-satuan, {LABEL}, type: integer, default: 7}}
  - {{id: pecahan, {LABEL}, type: number, unit: d, default: 7}}
  - {{id: tanpa-bawaan, {LABEL}, type: integer, unit: d}}
  - {{id: mundur, {LABEL}, type: integer, unit: d, default: -1}}
"""
)


def service(
    extra: str = "", schedule: str = "{kind: repeat, every: 30d}", given_by: str = "[{unit: pustu, cadre: bidan}]"
) -> str:
    return f"id: ukur\n{LABEL}\nklaster: 2\n{SOURCE}given_by: {given_by}\nschedule: {schedule}\n{extra}"


def findings(
    rows: str, *, finding: str = "severity: biasa, tell: [minum]", inputs: str = "[hb]", extra: str = ""
) -> str:
    return (
        SOURCE
        + f"findings:\n  - {{id: anemia, {LABEL}, {finding}}}\ntables:\n  - id: tabel\n    {LABEL}\n    inputs: {inputs}\n{extra}    rows:\n"
        + indent(rows, "      ")
    )


ROW = "- {when: ['< 11'], then: anemia}\n"


def faults(root: Path, **files: str) -> list[str]:
    whole = {
        "vocabulary/v.yaml": VOCABULARY,
        "education/e.yaml": TOPICS,
        "areas/a.yaml": AREAS,
        **{f"{name.replace('__', '/')}.yaml": text for name, text in files.items()},
    }
    return [str(fault) for fault in check(load_knowledge(write(root, whole)))]


def test_sound_knowledge_has_no_faults(tmp_path: Path) -> None:
    assert faults(tmp_path, services__s=service(), findings__f=findings(ROW)) == []


#: Each: files, and what is said where (`file:line: …`).
REFUSALS = [
    # a source that is not listed
    (
        {"services__s": service().replace("buku", "majalah")},
        "services/s.yaml:1: source 'majalah' is not in sources.yaml",
    ),
    (
        {"findings__f": findings(ROW).replace("source: {document: buku, place: h. 1}", "source: {place: h. 1}")},
        "findings/f.yaml:3: anemia has no source; name the document",
    ),
    # an id that is used and not defined
    (
        {"findings__f": findings("- {when: ['< 11'], then: [anemia, kek]}\n")},
        "findings/f.yaml:9: there is no finding 'kek'",
    ),
    (
        {"findings__f": findings(ROW, inputs="[hbb]")},
        "findings/f.yaml:5: input hbb: 'hbb' is not in the vocabulary; did you mean 'hb'?",
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
    ({"findings__f": findings(ROW, extra="    triggered_by: [x]\n")}, "findings/f.yaml:5: there is no item 'x'"),
    ({"findings__f": findings(ROW, extra="    if_unknown: {ask: [x]}\n")}, "findings/f.yaml:5: there is no item 'x'"),
    ({"findings__f": findings(ROW, extra="    when: found(x)\n")}, "findings/f.yaml:5: when: there is no finding 'x'"),
    ({"services__s": service("form: anc\n")}, "services/s.yaml:1: there is no form 'anc'"),
    ({"services__s": service("tell: [makan]\n")}, "services/s.yaml:1: there is no education topic 'makan'"),
    ({"services__s": service("hidden_from: [tetangga]\n")}, "services/s.yaml:1: there is no role 'tetangga'"),
    ({"services__s": service("for: {episode: nifas}\n")}, "services/s.yaml:1: there is no episode 'nifas'"),
    ({"services__s": service("for: {area: {x: true}}\n")}, "services/s.yaml:1: there is no area setting 'x'"),
    ({"services__s": service("for: {when: given(x)}\n")}, "services/s.yaml:1: for.when: there is no service 'x'"),
    ({"services__s": service("for: {when: area.jee}\n")}, "services/s.yaml:1: for.when: 'area.jee' is not a setting"),
    (
        {"services__s": service(schedule="{kind: repeat, every: 30d, credit: {items: [x]}}")},
        "services/s.yaml:1: there is no item 'x'",
    ),
    (
        {"services__s": service(schedule="{kind: window, anchor: birth, advanced_by: x, steps: [{from: 0d}]}")},
        "services/s.yaml:1: there is no item 'x'",
    ),
    (
        {"services__s": service(schedule="{kind: window, anchor: birth, steps: [{service: x, from: 0d}]}")},
        "services/s.yaml:6: step names 'x', which is not a service of ukur",
    ),
    (
        {"services__s": service(schedule="{kind: series, steps: [{due: 0d}], apart: {from: [x], by: 28d}}")},
        "services/s.yaml:1: there is no service 'x'",
    ),
    # a service nobody may give, a step nobody takes, kinds of schedule
    ({"services__s": service(given_by="[]")}, "services/s.yaml:1: nobody may give ukur; add given_by"),
    (
        {"services__s": service(schedule="{kind: window, steps: [{from: 0d}]}")},
        "services/s.yaml:1: ukur: a window needs an anchor",
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
        "services/s.yaml:1: ukur: a repeat is for one service; give each its own file",
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
        "services/s.yaml:1: the age ends before it begins",
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
        "findings/f.yaml:5: table tabel has a gap: no row takes hb = 7; add a row",
    ),
    (
        {"findings__f": findings("- {when: ['< 11'], then: anemia}\n- {when: ['> 11'], then: []}\n")},
        "findings/f.yaml:5: table tabel has a gap: no row takes hb = 11; add a row",
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
        "findings/f.yaml:5: input hb stands twice in table tabel",
    ),
    # units and types
    (
        {"findings__f": findings("- {when: [true], then: anemia}\n", inputs="[{name: x, value: hb > berat}]")},
        "findings/f.yaml:5: input x: g/dL is compared with kg; convert one of them",
    ),
    (
        {"findings__f": findings("- {when: ['-'], then: anemia}\n", inputs="[{name: x, value: hb + berat}]")},
        "findings/f.yaml:5: input x: g/dL + kg: convert one of them",
    ),
    (
        {"findings__f": findings("- {when: [true], then: anemia}\n", inputs="[{name: x, value: hb = kata}]")},
        "findings/f.yaml:5: input x: a number is compared with a text",
    ),
    (
        {"findings__f": findings("- {when: [true], then: anemia}\n", inputs="[{name: x, value: \"kata = 'tiga'\"}]")},
        "findings/f.yaml:5: input x: 'tiga' is not one of satu, dua",
    ),
    (
        {"findings__f": findings("- {when: [true], then: anemia}\n", inputs="[{name: x, value: \"kata > 'satu'\"}]")},
        "findings/f.yaml:5: input x: '>' does not order a text",
    ),
    (
        {
            "findings__f": findings(
                "- {when: [true], then: anemia}\n", inputs="[{name: x, value: \"himpunan contains 'dua'\"}]"
            )
        },
        "findings/f.yaml:5: input x: 'dua' is not one of satu",
    ),
    (
        {"findings__f": findings("- {when: [true], then: anemia}\n", inputs="[{name: x, value: hb contains 'dua'}]")},
        "findings/f.yaml:5: input x: 'contains' needs a set, not a number",
    ),
    (
        {"findings__f": findings("- {when: ['-'], then: anemia}\n", inputs="[{name: x, value: if hb then 1 else 2}]")},
        "findings/f.yaml:5: input x: the condition of 'if' needs a boolean, not a number",
    ),
    (
        {"findings__f": findings("- {when: ['-'], then: anemia}\n", inputs="[{name: x, value: hb else kata}]")},
        "findings/f.yaml:5: input x: one side is a number, the other a text",
    ),
    (
        {"findings__f": findings("- {when: ['-'], then: anemia}\n", inputs="[{name: x, value: hb + 6m}]")},
        "findings/f.yaml:5: input x: adding months needs a date, not a number",
    ),
    (
        {"findings__f": findings("- {when: ['-'], then: anemia}\n", inputs="[{name: x, value: hb > 6m}]")},
        "findings/f.yaml:5: input x: a length in months can only be added to or taken from a date",
    ),
    *(
        (
            {"findings__f": findings("- {when: ['-'], then: anemia}\n", inputs=f"[{{name: x, value: {written}}}]")},
            f"findings/f.yaml:5: input x: {said}",
        )
        for written, said in (
            ("today - 1.5", "1.5 is not a whole number of days"),
            ("today + 7 / 2", "3.5 is not a whole number of days"),
            ("birth + -(1 - 0.5 * 3)", "0.5 is not a whole number of days"),
            ("today + hb", "g/dL are added to or taken from a date; convert to days"),
        )
    ),
    (
        {"findings__f": findings("- {when: ['-'], then: anemia}\n", inputs="[{name: x, value: hb and true}]")},
        "findings/f.yaml:5: input x: 'and' needs a boolean, not a number",
    ),
    (
        {"findings__f": findings("- {when: ['-'], then: anemia}\n", inputs="[{name: x, value: not hb}]")},
        "findings/f.yaml:5: input x: 'not' needs a boolean, not a number",
    ),
    (
        {"findings__f": findings("- {when: ['-'], then: anemia}\n", inputs="[{name: x, value: -kata}]")},
        "findings/f.yaml:5: input x: a minus sign needs a number, not a text",
    ),
    (
        {"findings__f": findings("- {when: ['-'], then: anemia}\n", inputs="[{name: x, value: latest(3)}]")},
        "findings/f.yaml:5: input x: latest(...) takes the id of an item",
    ),
    (
        {"findings__f": findings("- {when: ['-'], then: anemia}\n", inputs="[{name: x, value: 'first(hb, 3d)'}]")},
        "findings/f.yaml:5: input x: first(...) takes 1 argument, not 2",
    ),
    (
        {"findings__f": findings("- {when: ['-'], then: anemia}\n", inputs="[{name: x, value: 'days(hb, today)'}]")},
        "findings/f.yaml:5: input x: days(...) needs a date, not a number",
    ),
    (
        {"findings__f": findings("- {when: ['-'], then: anemia}\n", inputs="[{name: x, value: days(today)}]")},
        "findings/f.yaml:5: input x: days(...) takes 2 to 2 arguments, not 1",
    ),
    (
        {
            "findings__f": findings(
                "- {when: ['-'], then: anemia}\n", inputs="[{name: x, value: \"zscore('x', umur-hari, hb)\"}]"
            )
        },
        "findings/f.yaml:5: input x: zscore(...) needs one of bb-u, pb-u",
    ),
    (
        {"findings__f": findings("- {when: ['-'], then: anemia}\n", inputs="[{name: x, value: \"lookup('x', hb)\"}]")},
        "findings/f.yaml:5: input x: there is no table of figures 'x'",
    ),
    (
        {"findings__f": findings("- {when: ['-'], then: anemia}\n", inputs="[{name: x, value: \"in_episode('x')\"}]")},
        "findings/f.yaml:5: input x: in_episode(...) needs one of kehamilan",
    ),
    (
        {"services__s": service("for: {when: latest(hb)}\n")},
        "services/s.yaml:1: for.when: this place needs a boolean, not a number",
    ),
    (
        {"services__s": service(schedule="{kind: window, anchor: latest(hb), steps: [{from: 0d}]}")},
        "services/s.yaml:1: anchor: this place needs a date, not a number",
    ),
    # a table and its own findings, and moments
    (
        {"findings__f": findings("- {when: [true], then: anemia}\n", inputs="[{name: x, value: found(anemia)}]")},
        "findings/f.yaml:5: input x: table tabel would need its own answer: table tabel → found(anemia) of table tabel; "
        "ask for what it said at earlier contacts: previously_found(…)",
    ),
    (
        {
            "services__s": service(),
            "findings__f": findings(
                "- {when: [true], then: anemia}\n", inputs="[{name: x, value: status(ukur) = 'due'}]"
            ),
        },
        "findings/f.yaml:5: status(ukur) is only known on the day of the decision; say at: today",
    ),
    # true of an empty record
    (
        {
            "findings__f": findings(
                "- {when: [unknown], then: anemia}\n", inputs="[{name: x, value: latest(hb)}]", extra="    at: today\n"
            )
        },
        "findings/f.yaml:5: table tabel finds anemia in an empty record; ask for something that is recorded",
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
        "forms/f.yaml:1: there is no item 'x'",
    ),
]


@pytest.mark.parametrize(("files", "said"), REFUSALS, ids=[said for _, said in REFUSALS])
def test_a_refusal(tmp_path: Path, files: dict[str, str], said: str) -> None:
    found = faults(tmp_path, **files)
    assert [one for one in found if one.startswith(said)], found


@pytest.mark.parametrize(
    "days", ["3", "-3", "6 / 2", "1 / 0", "2w", "latest(hari)", "days(birth, today) / 2", "(hari - 0.5)"]
)
def test_days_that_may_be_whole_are_not_refused(tmp_path: Path, days: str) -> None:
    words = f"{SOURCE}items:\n  - {{id: hari, {LABEL}, type: number, unit: d}}\n"
    table = findings("- {when: ['-'], then: anemia}\n", inputs=f"[hb, {{name: x, value: 'today + {days}'}}]")
    assert faults(tmp_path, vocabulary__w=words, findings__f=table.replace("['-']", "['< 11', '-']")) == []


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
