"""Every case beside the knowledge and every worked case of the domain files says what the engine says.

A case marked `doubt` states what its source expects although we think it wrong: it must really fail, and the doubt must be explained.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.knowledge.running import ROOT, case_files, run_file


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_cases_of_a_file_pass(path: Path) -> None:
    ran, _ = run_file(path)
    assert ran, "the file holds no case"
    explained = (ROOT / "docs" / "clarifications.md").read_text(encoding="utf-8")
    wrong = []
    for one in ran:
        case = one.case
        if case.doubt is None:
            wrong += [f"{case.name}: {problem}" for problem in one.problems]
            continue
        if not one.problems:
            wrong.append(f"{case.name}: is doubted but passes; remove doubt")
        if case.name not in explained and path.name not in explained:
            wrong.append(f"{case.name}: is doubted but docs/clarifications.md names neither it nor {path.name}")
    assert wrong == []


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_case_expects_something(path: Path) -> None:
    empty = [one.case.name for one in run_file(path)[0] if not any(expect for _, expect in one.case.days)]
    assert empty == []
