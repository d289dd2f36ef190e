"""Types and units of expressions: what is refused, with the words that are said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from care_engine.tests.faulty import LABEL, SOURCE, faults, findings, service

#: The value of an input, and what is said of it.
REFUSALS = [
    ("hb > berat", "g/dL is compared with kg; convert one of them"),
    ("hb + berat", "g/dL + kg: convert one of them"),
    ("hb = kata", "a number is compared with a text"),
    ("kata = 'tiga'", "'tiga' is not one of satu, dua"),
    ("kata > 'satu'", "'>' does not order a text"),
    ("himpunan contains 'dua'", "'dua' is not one of satu"),
    ("hb contains 'dua'", "'contains' needs a set, not a number"),
    ("if hb then 1 else 2", "the condition of 'if' needs a boolean, not a number"),
    ("hb else kata", "one side is a number, the other a text"),
    ("hb + 6m", "adding months needs a date, not a number"),
    ("hb > 6m", "a length in months can only be added to or taken from a date"),
    ("today - 1.5", "1.5 is not a whole number of days"),
    ("today + 7 / 2", "3.5 is not a whole number of days"),
    ("birth + -(1 - 0.5 * 3)", "0.5 is not a whole number of days"),
    ("today + hb", "g/dL are added to or taken from a date; convert to days"),
    ("hb and true", "'and' needs a boolean, not a number"),
    ("not hb", "'not' needs a boolean, not a number"),
    ("-kata", "a minus sign needs a number, not a text"),
    ("latest(3)", "latest(...) takes the id of an item"),
    ("first(hb, 3d)", "first(...) takes 1 argument, not 2"),
    ("days(hb, today)", "days(...) needs a date, not a number"),
    ("days(today)", "days(...) takes 2 arguments, not 1"),
    ("zscore('x', umur-hari, hb)", "zscore(...) needs one of bb-u, pb-u"),
    ("lookup('x', hb)", "there is no table of figures 'x'"),
    ("in_episode('x')", "in_episode(...) needs one of kehamilan"),
]


@pytest.mark.parametrize(("value", "said"), REFUSALS)
def test_a_refused_expression(tmp_path: Path, value: str, said: str) -> None:
    found = faults(
        tmp_path,
        findings__f=findings("- {when: ['-'], then: anemia}\n", inputs=f"[{{name: x, value: {json.dumps(value)}}}]"),
    )
    assert [one for one in found if one.startswith(f"findings/f.yaml:7: input x: {said}")], found


def test_a_condition_or_an_anchor_of_another_type(tmp_path: Path) -> None:
    said = "services/s.yaml:7: for.when: this place needs a boolean, not a number"
    assert said in faults(tmp_path, services__s=service("for: {when: latest(hb)}\n"))
    said = "services/s.yaml:6: anchor: this place needs a date, not a number"
    window = "{kind: window, anchor: latest(hb), steps: [{from: 0d}]}"
    assert said in faults(tmp_path, services__s=service(schedule=window))


@pytest.mark.parametrize(
    "days", ["3", "-3", "6 / 2", "1 / 0", "2w", "latest(hari)", "days(birth, today) / 2", "(hari - 0.5)"]
)
def test_days_that_may_be_whole_are_not_refused(tmp_path: Path, days: str) -> None:
    words = f"{SOURCE}items:\n  - {{id: hari, {LABEL}, type: number, unit: d}}\n"
    table = findings("- {when: ['-'], then: anemia}\n", inputs=f"[hb, {{name: x, value: 'today + {days}'}}]")
    assert faults(tmp_path, vocabulary__w=words, findings__f=table.replace("['-']", "['< 11', '-']")) == []
