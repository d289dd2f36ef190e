"""Doubts about numbers: the shared cases, and the limits as data, which say the same when they are read back."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from care_engine.loading import load_knowledge
from care_engine.model import Item
from care_engine.plausibility import doubt_about, limits_as_data
from care_engine.tests.faulty import LABEL, SOURCE, faults
from care_engine.tests.tiny import load_faults, tiny, write

SHARED = json.loads(
    (Path(__file__).resolve().parents[2] / "conformance" / "plausibility.json").read_text(encoding="utf-8")
)
ITEMS = tiny({"items": [{"id": name, **item} for name, item in SHARED["items"].items()]}).items


def day(text: str | None) -> int | None:
    return None if text is None else date.fromisoformat(text).toordinal()


def answer(item: Item, case: dict[str, Any]) -> dict[str, Any] | None:
    """The doubt as the shared file writes it."""
    on = day(case["on"])
    assert on is not None
    last = case.get("last")
    before = None if last is None else (date.fromisoformat(last["on"]).toordinal(), last["value"])
    found = doubt_about(item, case["value"], on=on, birth=day(case["birth"]), last=before)
    if found is None:
        return None
    return {key: value for key, value in vars(found).items() if value is not None}


@pytest.mark.parametrize("case", SHARED["cases"], ids=lambda case: case["name"])
def test_every_engine_doubts_the_same(case: dict[str, Any]) -> None:
    assert answer(ITEMS[case["item"]], case) == case["expect"]


@pytest.mark.parametrize("case", SHARED["cases"], ids=lambda case: case["name"])
def test_limits_sent_as_data_say_the_same(case: dict[str, Any]) -> None:
    item = ITEMS[case["item"]]
    sent = {key: value for key, value in limits_as_data(item).items() if value}
    read = tiny({"items": [{"id": item.id, "type": item.type, **sent}]}).items[item.id]
    assert answer(read, case) == case["expect"]


@pytest.mark.parametrize(
    ("birth", "on", "item", "last", "value", "kind"),
    [
        # Growth as it is: none of these may be asked about.
        ("2026-03-01", "2026-04-01", "berat-badan-kg", ("2026-03-01", 3.2), 4.6, None),  # a thriving newborn
        ("2026-03-01", "2026-03-05", "berat-badan-kg", ("2026-03-01", 3.2), 2.9, None),  # loss after birth
        ("2026-03-01", "2026-06-10", "berat-badan-kg", ("2026-04-01", 4.2), 6.9, None),  # two months not weighed
        ("2025-09-01", "2026-06-10", "tinggi-badan-cm", ("2026-05-10", 70), 71.5, None),
        ("1998-04-02", "2026-06-10", "berat-badan-kg", ("2026-05-01", 66), 58.5, None),  # after a birth
        # Slips of the pen: all of these must be.
        ("2025-09-01", "2026-06-10", "berat-badan-kg", ("2026-05-10", 7.2), 9.2, "rises"),
        ("2025-09-01", "2026-06-10", "tinggi-badan-cm", ("2026-05-10", 70), 66, "falls"),
        ("2025-09-01", "2026-06-10", "lila-cm", ("2026-05-10", 14.2), 12.4, "falls"),
        ("2025-09-01", "2026-06-10", "lingkar-kepala-cm", ("2026-05-10", 44), 43.4, "falls"),
        ("1998-04-02", "2026-06-10", "hb", ("2026-05-20", 11.2), 14.5, "rises"),
        ("1998-04-02", "2026-06-10", "berat-badan-kg", ("2026-05-01", 52), 62, "rises"),
    ],
)
def test_what_the_knowledge_asks_about(
    birth: str, on: str, item: str, last: tuple[str, float], value: float, kind: str | None
) -> None:
    found = answer(
        load_knowledge().items[item],
        {"on": on, "birth": birth, "value": value, "last": {"on": last[0], "value": last[1]}},
    )
    assert (found and found["kind"]) == kind


def item(text: str) -> str:
    return SOURCE + f"items:\n  - {{id: lila, {LABEL}, {text}}}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("type: number, change: [{within: 31d}]", "change of lila asks nothing; say falls: or rises:"),
        ("type: number, change: [{falls: 0}]", "falls must be more than 0"),
        ("type: text, change: [{falls: 1}]", "lila is a text and cannot have a change"),
        ("type: date, usual: [1, 2]", "lila is a date and cannot have a usual"),
        ("type: number, formula: '1', change: [{falls: 1}]", "lila is worked out and never recorded"),
        (
            "type: number, change: [{within: 92d, falls: 1}, {until_age: 6y, within: 31d, rises: 1}]",
            "an earlier row holds wherever this one would",
        ),
        ("type: number, change: [{falls: 1}, {falls: 2}]", "put the narrower row first"),
    ],
)
def test_a_change_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, said: str) -> None:
    found = faults(tmp_path, vocabulary__lila=item(text))
    assert len(found) == 1 and found[0].startswith("vocabulary/lila.yaml:") and said in found[0], found


@pytest.mark.parametrize(
    ("change", "said"), [("{falls: 'satu'}", "change.0.falls"), ("{until_age: 6, falls: 1}", "a length of time")]
)
def test_a_change_that_cannot_be_read_is_refused(tmp_path: Path, change: str, said: str) -> None:
    files = {"vocabulary/lila.yaml": item(f"type: number, change: [{change}]")}
    found = [str(one) for one in load_faults(write(tmp_path, files))]
    assert len(found) == 1 and said in found[0], found
