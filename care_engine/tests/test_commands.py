"""`evaluate` and `check-knowledge`: exit codes 0 good, 1 found wanting, 2 cannot be read; every message names its place."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from care_engine.commands import check_knowledge, evaluate_case
from care_engine.tests.tiny import write

SOURCE = "source: {document: buku, place: h. 1}\n"
LABEL = "label: {id: Ukur, en: Measure}"
KNOWLEDGE = {
    "vocabulary/v.yaml": SOURCE
    + "items:\n  - {id: hb, label: {id: Hb, en: Hb}, type: number, unit: g/dL, decimals: 1}\n",
    "education/e.yaml": SOURCE + "topics:\n  - {id: minum, label: {id: Minum, en: Drink}, text: {id: a, en: a}}\n",
    "findings/f.yaml": SOURCE
    + "findings:\n  - {id: anemia, label: {id: Anemia, en: Anaemia}, severity: biasa, tell: [minum],\n"
    + "     do: [{id: tablet, label: {id: Tablet, en: Tablet}, unit: [pustu], within: 1d}]}\n"
    + f"tables:\n  - {{id: tabel, {LABEL}, inputs: [hb], rows: [{{when: ['< 11'], then: anemia}}]}}\n",
    "services/s.yaml": f"id: ukur\n{LABEL}\nklaster: 2\n{SOURCE}"
    + "given_by: [{unit: pustu, cadre: bidan}]\nschedule: {kind: repeat, every: 30d}\n",
}
CASE = """\
- name: "anaemia"
  on: 2026-06-10
  person: {}
  contacts: [{on: 2026-06-09, unit: pustu, observations: {hb: 10.5}}]
  expect:
    services: {ukur: {status: due, due: 2026-06-09, flags: [], where: [pustu], not_flags: [late]}}
    findings: [anemia]
    actions: [{id: tablet, by: 2026-06-10, unit: pustu}]
    education: [minum]
    unknown: []
    values: {hb: 10.51}
  also: [{on: 2026-06-08, expect: {services: {ukur: due}, values: {hb: unknown}}}]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "knowledge", KNOWLEDGE)


def evaluate(root: Path, text: str | bytes, on: str | None = None, language: str = "id") -> tuple[int, str, str]:
    path = root.parent / "kasus.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    out, err = io.StringIO(), io.StringIO()
    code = evaluate_case(path, on, language, knowledge_path=root, out=out, err=err)
    return code, out.getvalue(), err.getvalue()


def check(root: Path, **cases: str) -> tuple[int, str, str]:
    write(root, {f"findings/{name}.cases.yaml": text for name, text in cases.items()})
    out, err = io.StringIO(), io.StringIO()
    code = check_knowledge(root, out=out, err=err)
    return code, out.getvalue(), err.getvalue()


def test_a_decision_as_json(root: Path) -> None:
    code, out, err = evaluate(root, CASE)
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert answer["on"] == "2026-06-10"
    assert answer["findings"] == [
        {
            "id": "anemia",
            "label": "Anemia",
            "severity": "biasa",
            "on": "2026-06-09",
            "because": "Hb 10,5 g/dL",
            "table": "tabel",
            "rows": [1],
        }
    ]
    assert answer["actions"] == [
        {"id": "tablet", "kind": "do", "label": "Tablet", "unit": ["pustu"], "by": "2026-06-10", "why": "Anemia"}
    ]
    assert answer["education"] == [{"id": "minum", "label": "Minum"}]
    assert answer["services"][0]["where"] == [{"unit": "pustu", "cadre": "bidan"}]


def test_on_another_day_and_in_english(root: Path) -> None:
    code, out, _ = evaluate(root, CASE, "2026-06-08", "en")
    assert code == 0
    assert json.loads(out)["on"] == "2026-06-08"
    assert json.loads(out)["services"][0]["label"] == "Measure"


def test_several_cases_give_a_list(root: Path) -> None:
    code, out, _ = evaluate(root, "- {on: 2026-06-10, person: {}}\n- {on: 2026-06-11, person: {}}\n")
    assert (code, [one["on"] for one in json.loads(out)]) == (0, ["2026-06-10", "2026-06-11"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {on: 2026-06-10, person: {}}\n- {on: besok}\n", "kasus.yaml: [1].on: 'besok' is not a date"),
        ("on: 2026-06-10\nperson: {sex: x}\n", "kasus.yaml: person.sex: 'x' must be perempuan or laki-laki"),
        ("on: 2026-06-10\nhari: 3\n", "kasus.yaml: hari: is not a key of a case; known are also, contacts"),
        ("on: 2026-02-30\n", "kasus.yaml:1: holds an impossible date or number"),
        ("- 3\n", "kasus.yaml: [0]: a case must be a mapping with on, person, contacts and expect"),
        ("just words", "kasus.yaml: [0]: a case must be a mapping"),
        ("", "kasus.yaml: holds no case; write on, person, episodes and contacts"),
        ("[]", "kasus.yaml: holds no case"),
        ("on: 9999-12-31\n", "kasus.yaml: on: 9999-12-31 lies outside the years 1900 to 2199; correct the year"),
        (
            "on: 2026-06-10\nperson: {}\ncontacts: [{on: 2026-06-11}]\n",
            "kasus.yaml: contacts[0].on: lies after the day of the decision",
        ),
        (
            "- {on: 2026-06-10, person: {}}\n"
            "- {on: 2026-06-10, person: {}, also: [{on: 2026-07-01}], contacts: [{on: 2026-07-02}]}\n",
            "kasus.yaml: [1].contacts[0].on: lies after the day of the decision (2026-07-01)",
        ),
        (
            "a: &a [1, 1, 1, 1, 1, 1, 1, 1]\n"
            + "".join(f"{x}: &{x} [{', '.join(['*' + y] * 8)}]\n" for x, y in zip("bcdefg", "abcdef", strict=True)),
            "kasus.yaml:1: has more than 500,000 parts",
        ),
        ("on: 2026-06-10\ncontacts: []\n", "kasus.yaml: person: is missing; write person: {sex: ..., birth_date: ...}"),
        ("on: 2026-06-10\nperson:\n", "kasus.yaml: person: is missing"),
        (
            "{on: 2026-06-10, person: {}, also: [{on: 2026-06-11, expect: {services: {ukur: don}}}]}",
            "kasus.yaml: also[0].expect.services.ukur: 'don' is not a status; did you mean done?",
        ),
        ("on: [\n", "kasus.yaml:2: this is not valid YAML"),
        (b"on: \xff\xfe\x00", "kasus.yaml:1: is not UTF-8 text; save it as UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "kasus.yaml:1: is not UTF-8 text"),
        (b"on: \x00", "kasus.yaml:1: this is not valid YAML"),
    ],
)
def test_what_cannot_be_read_is_two(root: Path, text: str | bytes, said: str) -> None:
    code, out, err = evaluate(root, text)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_a_contact_before_another_day_that_is_asked_about_is_no_fault(root: Path) -> None:
    """`also`, or --on, asks about a later day: what was recorded until then belongs to the case."""
    contact = "person: {}\ncontacts: [{on: 2026-06-20, unit: pustu}]\n"
    assert evaluate(root, "on: 2026-06-10\nalso: [{on: 2026-07-01}]\n" + contact)[0] == 0
    assert evaluate(root, "on: 2026-06-10\n" + contact, "2026-06-20")[0] == 0
    assert evaluate(root, "on: 2026-06-20\n" + contact, "2026-06-10")[0] == 0


def test_a_file_that_is_missing(root: Path) -> None:
    err = io.StringIO()
    assert evaluate_case(root / "tidak-ada.yaml", None, "id", knowledge_path=root, err=err) == 2
    assert "tidak-ada.yaml:1: cannot be read: No such file or directory" in err.getvalue()


def test_a_day_that_is_none(root: Path) -> None:
    assert evaluate(root, CASE, "10-06-2026") == (2, "", "--on: '10-06-2026' is not a date; write it as 2026-06-10\n")


def test_knowledge_that_cannot_be_read(root: Path) -> None:
    write(root, {"areas/a.yaml": "settings: [3]\n"})
    code, _, err = evaluate(root, CASE)
    assert code == 2
    assert "areas/a.yaml:1" in err


def test_good_knowledge_with_good_cases(root: Path) -> None:
    code, out, err = check(root, f=CASE)
    assert (code, err) == (0, "")
    assert "1 services, 1 tables, 1 findings, 1 items, 1 topics; 0 faults; cases: 1 passed, 0 failed, 0 doubted" in out


def test_knowledge_with_a_fault(root: Path) -> None:
    write(root, {"services/s.yaml": KNOWLEDGE["services/s.yaml"].replace("buku", "majalah")})
    code, out, err = check(root)
    assert code == 1
    assert err == "services/s.yaml:4: source 'majalah' is not in sources.yaml; add it there or correct the name\n"
    assert out.endswith("1 faults; cases: not run\n")


def test_knowledge_that_does_not_load(root: Path) -> None:
    write(root, {"areas/a.yaml": "settings: [3]\nx: 1\n"})
    code, out, err = check(root)
    assert (code, out) == (1, "")
    assert err.splitlines()[-1] == "2 faults"
    assert err.startswith("areas/a.yaml:1: ")


CASE_HEAD = "- name: n\n  on: 2026-06-10\n  person: {}\n  contacts: [{on: 2026-06-09, unit: pustu, observations: {hb: 10.5}}]\n  expect: "


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("{services: {ukur: done}}", "ukur.status is due, wanted done (status due, due 2026-06-09)"),
        ("{services: {ukur: absent}}", "ukur is due and should not concern the person"),
        ("{services: {ukur: {due: 2026-06-10}}}", "ukur.due is 2026-06-09, wanted 2026-06-10"),
        ("{services: {ukur: {flags: [late]}}}", "ukur lacks the flags ['late'] (has [])"),
        ("{services: {ukur: {where: [pustu, rumah]}}}", "ukur may be given at ['pustu'], wanted ['pustu', 'rumah']"),
        ("{not_findings: [anemia]}", "finding anemia was made and should not be"),
        ("{actions: [{id: tablet, by: 2026-06-11}]}", "action tablet is due by 2026-06-10, wanted 2026-06-11"),
        ("{actions: [{id: tablet, unit: rumah}]}", "action tablet is for ['pustu'], wanted ['rumah']"),
        ("{not_actions: [tablet]}", "action tablet follows and should not"),
        ("{unknown: [hb]}", "hb is not asked for (asked: nothing)"),
        ("{values: {hb: 10.53}}", "hb is 10.5, wanted 10.53"),
        ("{values: {hb: unknown}}", "hb is 10.5, wanted unknown"),
        ("3", "expect: must be a mapping: services, findings"),
    ],
)
def test_a_case_that_is_not_as_expected(root: Path, expect: str, said: str) -> None:
    code, out, err = check(root, f=CASE_HEAD + expect + "\n")
    assert code == 1
    assert err.startswith("findings/f.cases.yaml: n: ")
    assert said in err
    assert "0 passed, 1 failed" in out


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("{findings: [anemia]}", "finding anemia is missing (found: none)"),
        ("{actions: [tablet]}", "action tablet is missing (there are: none)"),
        ("{education: [minum]}", "education minum is missing (given: none)"),
    ],
)
def test_what_a_case_expects_in_vain(root: Path, expect: str, said: str) -> None:
    _, _, err = check(root, f=CASE_HEAD.replace("10.5", "12") + expect + "\n")
    assert err == f"findings/f.cases.yaml: n: on 2026-06-10: {said}\n"


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("- {name: n, expect: {findings: []}}\n", "findings/f.cases.yaml: n: on: is missing"),
        ("- {name: n, on: 2026-06-10, also: {on: 2026-06-11}}\n", "findings/f.cases.yaml: n: also: must be a list"),
        (
            "- {name: n, on: 2026-06-10, also: [{on: 2026-06-11}]}\n",
            "findings/f.cases.yaml: n: also[0].expect: is missing",
        ),
        ("- {name: n, on: 2026-06-10, also: [3]}\n", "findings/f.cases.yaml: n: also[0].on: is missing"),
        ("- {name: n, on: x, expect: {findings: []}}\n", "findings/f.cases.yaml: n: on: 'x' is not a date"),
        ("- 3\n", "findings/f.cases.yaml: [0]: a case must be a mapping"),
        ("on: [\n", "f.cases.yaml:2: this is not valid YAML"),
    ],
)
def test_a_faulty_case_file(root: Path, case: str, said: str) -> None:
    code, _, err = check(root, f=case)
    assert code == 1
    assert said in err


def test_a_case_in_doubt_does_not_fail(root: Path) -> None:
    code, out, err = check(root, f=CASE_HEAD + "{services: {ukur: done}}\n  doubt: the source says otherwise\n")
    assert (code, err) == (0, "")
    assert "0 passed, 0 failed, 1 doubted" in out
