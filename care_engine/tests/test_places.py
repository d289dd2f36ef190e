"""A fault names the line of the key at fault, in whatever style the file is written. The line is marked `# here` in the text."""

from __future__ import annotations

from pathlib import Path

import pytest

from care_engine.tests.faulty import AREAS, LABEL, ROW, SOURCE, TOPICS, VOCABULARY, faults, findings
from care_engine.tests.tiny import load_faults, write

GOOD = {"vocabulary/v.yaml": VOCABULARY, "education/e.yaml": TOPICS, "areas/a.yaml": AREAS}
SERVICE = f"""# A service
id: ukur
{LABEL}
klaster: 2
given_by:
  - {{unit: pustu, cadre: bidan}}
source:
  place: h. 1
  document: buku
"""
EVERY = SERVICE + "schedule:\n  kind: repeat\n  every: 30d\n"
WINDOW = SERVICE + "schedule:\n  kind: window\n  anchor: birth\n  steps:\n    - id: satu\n      from: 0d\n"
SERIES = SERVICE + "schedule:\n  kind: series\n  steps:\n    - due: 0d\n"
MEMBERS = f"services:\n  - id: a\n    {LABEL}\n  - id: b\n    {LABEL}\n"
FAMILY = (
    SERVICE
    + "schedule:\n  kind: window\n  anchor: birth\n  steps: [{service: a, from: 0d}, {service: b, from: 7d}]\n"
    + MEMBERS
)
TABLE = f"""tables:
  - id: tabel
    {LABEL}
    at: today
    inputs: [hb]
    rows:
      - when: ['< 11']
        then: anemia
"""


def finding(text: str) -> str:
    return f"{SOURCE}findings:\n  - id: anemia\n    {LABEL}\n{text}{TABLE}"


def table(text: str) -> str:
    return (
        f"{SOURCE}findings:\n  - {{id: anemia, {LABEL}, severity: normal}}\ntables:\n  - id: tabel\n    {LABEL}\n{text}"
    )


#: Each: the file, its text, and what is said of the line that is marked.
MEANING = [
    # services
    (
        "services/s.yaml",
        SERVICE.replace("document: buku", "document: majalah  # here") + EVERY[len(SERVICE) :],
        "source 'majalah'",
    ),
    ("services/s.yaml", EVERY + "form: kia  # here\n", "there is no form 'kia'"),
    ("services/s.yaml", EVERY + "tell:\n  - minum\n  - makan  # here\n", "there is no education topic 'makan'"),
    ("services/s.yaml", EVERY + "tell:\n  - topic: minum\n    if: hbb > 1  # here\n", "tell.if: 'hbb' is not"),
    ("services/s.yaml", EVERY + "hidden_from:\n  - kader\n  - tetangga  # here\n", "there is no role 'tetangga'"),
    ("services/s.yaml", EVERY + "for:\n  sex: perempuan\n  episode: nifas  # here\n", "there is no episode 'nifas'"),
    ("services/s.yaml", EVERY + "for:\n  area:\n    je: true\n    x: 1  # here\n", "there is no area setting 'x'"),
    ("services/s.yaml", EVERY + "for:\n  sex: perempuan\n  when: hbb > 1  # here\n", "for.when: 'hbb' is not"),
    ("services/s.yaml", EVERY + "for:\n  age:  # here\n    from: 2y\n    until: 1y\n", "the age ends before"),
    ("services/s.yaml", EVERY + "  until: hbb  # here\n", "until: 'hbb' is not in the vocabulary; did you mean 'hb'?"),
    (
        "services/s.yaml",
        EVERY + "  first:\n    after: 3d\n    anchor: hb  # here\n",
        "first.anchor: this place needs a date",
    ),
    ("services/s.yaml", EVERY + "  credit:\n    items:\n      - hb\n      - x  # here\n", "there is no item 'x'"),
    (
        "services/s.yaml",
        EVERY + "  credit:\n    items: [hb]\n    if: hb > berat  # here\n",
        "credit.if: g/dL is compared with kg",
    ),
    (
        "services/s.yaml",
        EVERY
        + "  holds:\n    - status: deferred\n      because: {id: a, en: a}\n      when: hb > 1\n      until: hb  # here\n",
        "holds.until: this place needs a date",
    ),
    (
        "services/s.yaml",
        EVERY + "  holds: [{status: deferred,\n    because: {id: a, en: a},\n    when: hbb > 1}]  # here\n",
        "holds.when: 'hbb' is not",
    ),
    (
        "services/s.yaml",
        EVERY.replace("cadre: bidan}", "cadre: bidan,\n     if: hbb > 1}  # here"),
        "given_by.if: 'hbb' is not",
    ),
    ("services/s.yaml", WINDOW + "      needs: hbb > 1  # here\n", "needs: 'hbb' is not"),
    (
        "services/s.yaml",
        WINDOW + "      until: 7d\n      due: 9d  # here\n",
        "step satu is due after its window has closed",
    ),
    (
        "services/s.yaml",
        WINDOW + "      due:\n        anchor: hb  # here\n        after: 3d\n",
        "due.anchor: this place needs",
    ),
    ("services/s.yaml", WINDOW + "      after: 7d  # here\n", "min and after mean nothing in a window"),
    ("services/s.yaml", WINDOW + "      service: x  # here\n", "step names 'x', which is not a service of ukur"),
    ("services/s.yaml", WINDOW + "  advanced_by: x  # here\n", "there is no item 'x'"),
    ("services/s.yaml", WINDOW.replace("birth", "hb  # here"), "anchor: this place needs a date, not a number"),
    (
        "services/s.yaml",
        WINDOW.replace("  anchor: birth\n", "").replace("schedule:", "schedule:  # here"),
        "ukur: a window needs",
    ),
    (
        "services/s.yaml",
        SERIES + "      complete_within: 7d  # here\n",
        "needs, full, complete_within and late_until mean",
    ),
    (
        "services/s.yaml",
        SERIES + "  apart:\n    by: 28d\n    from:\n      - ukur\n      - x  # here\n",
        "there is no service 'x'",
    ),
    (
        "services/s.yaml",
        SERIES + "  prior:\n    on: birth\n    count: kata  # here\n",
        "prior.count: this place needs a number",
    ),
    (
        "services/s.yaml",
        SERIES
        + "  variants:\n    - first_at: '>= 12'\n      steps:\n        - due: 0d\n          when: hbb > 1  # here\n",
        "when: 'hbb' is not",
    ),
    # what stands once for a family, and what a member says itself
    ("services/s.yaml", FAMILY + "form: kia  # here\n", "there is no form 'kia'"),
    ("services/s.yaml", FAMILY + "    form: kia  # here\n", "there is no form 'kia'"),
    ("services/s.yaml", FAMILY + "tell:\n  - makan  # here\n", "there is no education topic 'makan'"),
    ("services/s.yaml", FAMILY + "    tell:\n      - makan  # here\n", "there is no education topic 'makan'"),
    ("services/s.yaml", FAMILY + "    given_by: []  # here\n", "nobody may give b"),
    (
        "services/s.yaml",
        FAMILY + "    aliases:\n      - c\n      - a  # here\n",
        "alias 'a' of b is the id of something else",
    ),
    ("services/s.yaml", EVERY + MEMBERS.replace("services:", "services:  # here"), "ukur: a repeat is for one service"),
    # findings
    ("findings/f.yaml", finding("    severity: biasa  # here\n"), "nothing follows from anemia"),
    (
        "findings/f.yaml",
        finding(
            "    severity:\n      - is: biasa\n        if: hbb > 1  # here\n      - is: pantau\n    tell: [minum]\n"
        ),
        "severity.if: 'hbb' is not",
    ),
    (
        "findings/f.yaml",
        finding("    severity: biasa\n    tell:\n      - makan  # here\n"),
        "there is no education topic",
    ),
    (
        "findings/f.yaml",
        finding(
            "    severity: biasa\n    recheck:\n      after: 7d\n      items:\n        - hb\n        - x  # here\n"
        ),
        "there is no item 'x'",
    ),
    (
        "findings/f.yaml",
        finding("    severity: biasa\n    recheck:\n      items: [hb]\n      after: area.je  # here\n"),
        "after of periksa-ulang-anemia: area.je does not count days",
    ),
    (
        "findings/f.yaml",
        finding(
            "    severity: biasa\n    refer:\n      - from: [pustu]\n        within: 0d\n        to: pustu  # here\n"
        ),
        "anemia refers from pustu to itself",
    ),
    (
        "findings/f.yaml",
        finding("    severity: biasa\n    do:\n      - within: 3d\n        service: timbang  # here\n"),
        "there is no service 'timbang'",
    ),
    (
        "findings/f.yaml",
        finding(
            "    severity: biasa\n    do:\n      - id: x\n        label: {id: a, en: a}\n        unit: [pustu]\n        if: hb  # here\n"
        ),
        "do.if: this place needs a boolean",
    ),
    (
        "findings/f.yaml",
        finding(
            "    severity: biasa\n    tell: [minum]\n    because:\n      id: Hb {hb}\n      en: Hb {hbb}  # here\n"
        ),
        "because names {hbb}, which is neither an input of a table that finds anemia nor an item",
    ),
    # tables
    (
        "findings/f.yaml",
        table("    inputs:\n      - hb\n      - hbb  # here\n    rows: []\n"),
        "input hbb: 'hbb' is not",
    ),
    (
        "findings/f.yaml",
        table("    inputs:\n      - name: x\n        value: hbb  # here\n    rows: []\n"),
        "input x: 'hbb' is not",
    ),
    (
        "findings/f.yaml",
        table("    inputs: [hb]\n    triggered_by:\n      - x  # here\n    rows: []\n"),
        "there is no item 'x'",
    ),
    (
        "findings/f.yaml",
        table("    inputs: [hb]\n    if_unknown:\n      ask:\n        - x  # here\n    rows: []\n"),
        "there is no item",
    ),
    (
        "findings/f.yaml",
        table("    inputs: [hb]\n    rows:\n      - when: ['< 3']\n        then:\n          - x  # here\n"),
        "there is no finding 'x'",
    ),
    (
        "findings/f.yaml",
        table(
            "    inputs: [hb, kata]\n    rows:\n      - when:\n          - '< 3'\n          - tiga  # here\n        then: anemia\n"
        ),
        "'tiga' is not one of satu, dua (kata)",
    ),
    (
        "findings/f.yaml",
        table(
            "    inputs: [hb]\n    rows:  # here\n      - {when: ['< 3'], then: anemia}\n      - {when: ['> 3'], then: anemia}\n"
        ),
        "table tabel has a gap",
    ),
    (
        "findings/f.yaml",
        table(
            "    at: today\n    inputs: [{name: x, value: latest(hb)}]\n    rows:\n      - {when: ['< 3'], then: anemia}\n"
            "      - {when: [unknown], then: anemia}  # here\n"
        ),
        "table tabel finds anemia in an empty record",
    ),
    (
        "findings/f.yaml",
        table(
            "    inputs: [hb]\n    for:\n      sex: perempuan\n      when: found(anemia)  # here\n    rows: [{when: ['< 3'], then: anemia}]\n"
        ),
        "for.when: table tabel would need its own answer",
    ),
    # vocabulary, episodes, forms
    (
        "vocabulary/w.yaml",
        f"{SOURCE}items:\n  - id: x\n    {LABEL}\n    type: number\n    formula: hbb + 1  # here\n",
        "formula of x: 'hbb'",
    ),
    (
        "vocabulary/w.yaml",
        f"{SOURCE}items:\n  - id: x\n    {LABEL}\n    type: choice  # here\n",
        "x is a choice without choices",
    ),
    (
        "vocabulary/w.yaml",
        f"{SOURCE}items:\n  - id: x\n    {LABEL}\n    type: number\n    range:\n      - {{until_age: 1y, range: [1, 2]}}\n      - {{range: [9, 1]}}  # here\n",
        "the range of x is turned round",
    ),
    (
        "vocabulary/w.yaml",
        f"{SOURCE}items:\n  - id: x\n    {LABEL}\n    type: number\n    words:\n      tidak-ada:\n        hbb: 1  # here\n",
        "there is no item 'hbb'",
    ),
    ("vocabulary/w.yaml", f"episodes:\n  - id: x\n    {LABEL}\n    starts: hptt  # here\n", "there is no item 'hptt'"),
    (
        "vocabulary/w.yaml",
        f"{SOURCE}items:\n  - id: x\n    {LABEL}\n    type: number\n    unit: kg\n    below: hb  # here\n",
        "below: kg is compared with g/dL",
    ),
    (
        "vocabulary/w.yaml",
        f"episodes:\n  - id: x\n    {LABEL}\n    outcomes: [a]\n    earliest:\n      outcomes:\n        - b  # here\n      anchor: hpht\n      after: 20w\n",
        "there is no outcome of x 'b'",
    ),
    (
        "vocabulary/w.yaml",
        f"episodes:\n  - id: x\n    {LABEL}\n    outcomes: [a]\n    earliest:\n      outcomes: [a]\n      after: 20w\n      anchor: hb  # here\n",
        "earliest.anchor: this place needs a date",
    ),
    (
        "vocabulary/w.yaml",
        f"episodes:\n  - id: x\n    {LABEL}\n    follows:\n      episode: hamil  # here\n      outcomes: [lahir-hidup]\n",
        "there is no episode 'hamil'",
    ),
    (
        "vocabulary/w.yaml",
        f"episodes:\n  - id: x\n    {LABEL}\n    follows:\n      episode: kehamilan\n      outcomes:\n        - lahir-hidup\n        - lahir  # here\n",
        "there is no outcome of kehamilan 'lahir'",
    ),
    (
        "forms/f.yaml",
        f"id: kia\n{LABEL}\nsections:\n  - hands: ask\n    {LABEL}\n    items:\n      - hb\n      - x  # here\n",
        "there is no item 'x'",
    ),
    (
        "forms/f.yaml",
        f"id: kia\n{LABEL}\nsections:\n  - hands: ask\n    {LABEL}\n    items:\n      - item: hb\n        when: hbb > 1  # here\n",
        "when of hb: 'hbb' is not",
    ),
]


def marked(text: str) -> int:
    (line,) = (number for number, one in enumerate(text.splitlines(), 1) if "# here" in one)
    return line


@pytest.mark.parametrize(("file", "text", "said"), MEANING, ids=[said for _, _, said in MEANING])
def test_a_fault_of_meaning_names_the_line_of_its_key(tmp_path: Path, file: str, text: str, said: str) -> None:
    found = faults(tmp_path, **{file.removesuffix(".yaml").replace("/", "__"): text})
    assert [one for one in found if one.startswith(f"{file}:{marked(text)}: {said}")], found


#: Faults of shape and of single texts, which the loader tells.
SHAPE = [
    (
        "services/s.yaml",
        WINDOW + "      due:\n        after: 3d\n        anchor: 'and'  # here\n",
        "a value is missing",
    ),
    ("services/s.yaml", FAMILY + "tell:\n  - topic: minum\n    if: 'and'  # here\n", "a value is missing"),
    ("services/s.yaml", EVERY.replace("cadre: bidan}", "cadre: bidan,\n     if: 'and'}  # here"), "a value is missing"),
    ("services/s.yaml", SERIES + "  apart:\n    from: [ukur]\n    by: 1m  # here\n", "'1m' must be days or weeks here"),
    (
        "services/s.yaml",
        WINDOW + "  spacing:\n    - until: 12w\n      days: 1m  # here\n",
        "'1m' must be days or weeks here",
    ),
    ("services/s.yaml", EVERY.replace("30d", "3x  # here"), "schedule.every: '3x' is not a length of time"),
]


@pytest.mark.parametrize(("file", "text", "said"), SHAPE, ids=[said for _, _, said in SHAPE])
def test_a_fault_of_shape_names_the_line_of_its_key(tmp_path: Path, file: str, text: str, said: str) -> None:
    found = [str(one) for one in load_faults(write(tmp_path, {**GOOD, file: text}))]
    assert [one for one in found if one.startswith(f"{file}:{marked(text)}: {said}")] == found


def test_what_several_alternatives_refuse_is_told_once(tmp_path: Path) -> None:
    """A place that takes one unit or several, or one recheck or several: only what is wrong with the one that was meant."""
    for text, said in (
        (
            EVERY.replace("{unit: pustu, cadre: bidan}", "cadre: bidan\n    unit: posyandoo"),
            "services/s.yaml:7: given_by.0.unit: Input should be 'rumah'",
        ),
        (
            EVERY.replace("{unit: pustu, cadre: bidan}", "cadre: bidan\n    unit:\n      - pustu\n      - posyandoo"),
            "services/s.yaml:9: given_by.0.unit.1: Input should be 'rumah'",
        ),
    ):
        [fault] = load_faults(write(tmp_path, {**GOOD, "services/s.yaml": text}))
        assert str(fault).startswith(said)
    text = finding("    severity: biasa\n    recheck:\n      items: [hb]\n      after: besok  # here\n")
    (tmp_path / "services" / "s.yaml").unlink()
    [fault] = load_faults(write(tmp_path, {**GOOD, "findings/f.yaml": text}))
    assert str(fault).startswith(f"findings/f.yaml:{marked(text)}: findings.0.recheck.after: ")


def test_a_wrong_unit_is_told_once(tmp_path: Path) -> None:
    table_ = findings(ROW.replace("'< 11'", "true"), inputs="[{name: x, value: hb > berat}]")
    assert faults(tmp_path, findings__f=table_) == [
        "findings/f.yaml:7: input x: g/dL is compared with kg; convert one of them"
    ]


def test_what_stands_once_for_all_services_of_a_file_is_told_once(tmp_path: Path) -> None:
    text = FAMILY + "tell: [{topic: makan, if: hbb > 1}]\n"
    assert len(faults(tmp_path, services__s=text)) == 2
    [fault] = load_faults(write(tmp_path, {"services/s.yaml": text.replace("hbb > 1", "'and'")}))
    assert "a value is missing" in fault.problem


def test_a_source_that_is_listed_twice(tmp_path: Path) -> None:
    one = "  - {id: buku, label: {id: Buku, en: Book}}\n"
    [fault] = load_faults(write(tmp_path, {**GOOD, "sources.yaml": f"sources:\n{one}{one}"}))
    assert str(fault) == "sources.yaml:3: 'buku' is defined twice, first at sources.yaml:2; rename one"
