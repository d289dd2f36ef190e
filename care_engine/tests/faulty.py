"""A small folder of knowledge for the tests of the checker: sound but for what a test writes, and the faults that are found in it."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

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
