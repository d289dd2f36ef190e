"""Every language case, on every engine; and the shape of their files."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from tests.conformance.language import (
    FOLDER,
    LanguageCase,
    bedside_answer,
    cases,
    differences,
    files,
    population_answer,
    read,
    type_faults,
)

CASES = [case for path in files() for case in cases(path)]
SCHEMA = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))


def _plain(value: Any) -> Any:
    """YAML's dates as the text that they are written as."""
    return json.loads(json.dumps(value, default=str))


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_a_file_has_the_shape_of_the_schema(path: Any) -> None:
    jsonschema.validate(_plain(read(path)), SCHEMA, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.name}")
def test_the_bedside_answers_as_the_case_says(case: LanguageCase) -> None:
    assert list(differences(case, bedside_answer(case))) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.name}")
def test_the_columns_answer_as_the_case_says(case: LanguageCase) -> None:
    assert list(differences(case, population_answer(case))) == []


@pytest.mark.parametrize(
    "case", [one for one in CASES if "agrees" in one.expect], ids=lambda case: f"{case.file}: {case.name}"
)
def test_the_checker_accepts_the_expressions(case: LanguageCase) -> None:
    assert type_faults(case) == []
