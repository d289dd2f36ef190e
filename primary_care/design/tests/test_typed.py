"""Numbers, days and fields as the browser must have them too: the shared cases of `conformance/`."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from primary_care.design.fields import Ask, Choice, Field, as_text
from primary_care.design.formats import (
    NotADate,
    NotANumber,
    long_date,
    number,
    read_date,
    read_number,
)

SHARED = Path(__file__).resolve().parents[3] / "conformance"
TYPED = json.loads((SHARED / "typed.json").read_text(encoding="utf-8"))
FORM = json.loads((SHARED / "form.json").read_text(encoding="utf-8"))
WRONG = {"not_number": "bukan angka", "two_ways": "dibaca dua cara", "whole": "angka bulat"}


@pytest.mark.parametrize("case", TYPED["numbers"], ids=str)
def test_a_typed_number(case: dict[str, Any]) -> None:
    if "value" in case:
        assert float(read_number(case["text"], whole=case.get("whole", False))) == case["value"]
    else:
        with pytest.raises(NotANumber, match=WRONG[case["wrong"]]):
            read_number(case["text"], whole=case.get("whole", False))


@pytest.mark.parametrize("language", ["id", "en"])
def test_numbers_and_days_as_they_are_written(language: str) -> None:
    with translation.override(language):
        assert [number(one["value"]) for one in TYPED["written_numbers"]] == [
            one[language] for one in TYPED["written_numbers"]
        ]
        days = [long_date(date.fromisoformat(one["day"])) for one in TYPED["written_days"]]
        assert days == [one[language] for one in TYPED["written_days"]]


@pytest.mark.parametrize("case", TYPED["days"], ids=str)
def test_a_typed_day(case: dict[str, Any]) -> None:
    if case["day"] is None:
        with pytest.raises(NotADate):
            read_date(case["text"])
    else:
        assert read_date(case["text"]).isoformat() == case["day"]


def as_field(data: dict[str, Any]) -> Field:
    """A field from its description; what is left out is as usual."""
    opening = data.get("opening")
    return Field(
        **data
        | {
            "choices": tuple(Choice(**one) for one in data.get("choices", [])),
            "errors": tuple(data.get("errors", [])),
            "opening": (Choice(**opening[0]), Choice(**opening[1])) if opening else None,
            "when": as_text(data["when"]) if data.get("when") is not None else "",
            "ask": Ask(**data["ask"]) if data.get("ask") else None,
        }
    )


def plain(markup: str) -> str:
    """Without the blanks that no browser shows: between tags, and more than one."""
    markup = re.sub(r"\s+", " ", markup.replace("&quot;", '"').replace("\xa0", "&nbsp;"))
    return re.sub(r" ?(<[^>]*>) ?", r"\1", markup).strip()


@pytest.mark.parametrize("case", FORM["fields"], ids=lambda case: case["name"])
def test_a_field_is_the_markup_that_the_browser_draws(case: dict[str, Any]) -> None:
    assert plain(render_to_string("design/parts/field.html", {"f": as_field(case["field"])})) == plain(case["html"])


@pytest.mark.parametrize("case", FORM["groups"], ids=lambda case: case["name"])
def test_groups_are_the_markup_that_the_browser_draws(case: dict[str, Any]) -> None:
    def part(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "fields": [as_field(one) for one in data["fields"]]}

    groups = [
        {**one, "parts": [part(p) for p in one["parts"]], "folds": [part(p) for p in one["folds"]]}
        for one in case["groups"]
    ]
    assert plain(render_to_string("desk/_groups.html", {"groups": groups})) == plain(case["html"])
