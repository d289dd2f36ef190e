"""The tool that changes the engine: it reaches every module and every function, and each of its changes is one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools import mutation
from tools.mutation import NOTICED, ROOT, SURVIVED, TIMED_OUT, Change, Trial, changes, drawn, modules, report

SOURCE = '''"""A text."""
from typing import Literal as OneOf

Where = OneOf["here", "there"]


@remembered(kind="rule")
def told(age: "int", names: list[str] = ["ä"]) -> "str":
    """What it does."""
    if age < 2 and not names:
        names.append("anak-kecil")
    if len(names):
        raise ValueError(f"too many: {names}" + "x")
    return names[-1] if age else None
'''


@pytest.fixture
def module(tmp_path: Path) -> Path:
    (tmp_path / "care_engine" / "tests").mkdir(parents=True)
    (tmp_path / "care_engine" / "tests" / "test_told.py").write_text("def test_told(): assert 1 < 2\n")
    (tmp_path / "care_engine" / "__init__.py").write_text("")
    (tmp_path / "care_engine" / "told.py").write_text(SOURCE)
    return tmp_path


def test_a_decorated_function_is_changed_and_what_only_people_or_types_read_is_not(module: Path) -> None:
    found = {(one.line, one.old, one.new) for one in changes(module, Path("care_engine/told.py"))}
    assert found == {
        (8, '"ä"', "('ä-x')"),
        (10, "age < 2 and not names", "(age < 2 or not names)"),
        (10, "age < 2 and not names", "(not (age < 2 and (not names)))"),
        (10, "age < 2", "(age <= 2)"),
        (10, "2", "(3)"),
        (10, "not names", "(names)"),
        (11, 'names.append("anak-kecil")', "pass"),
        (11, '"anak-kecil"', "('anak-kecil-x')"),
        (12, "len(names)", "(not len(names))"),
        (14, "return names[-1] if age else None", "return None"),
        (14, "-1", "(1)"),
        (14, "1", "(2)"),
        (14, "age", "(not age)"),
    }


def test_only_modules_with_code_are_changed(module: Path) -> None:
    assert modules(module, []) == [Path("care_engine/told.py")]
    assert modules(module, ["no-such"]) == []


def test_every_module_of_the_engine_is_reached() -> None:
    found = {one.as_posix() for one in modules(ROOT, [])}
    assert len(found) > 75
    with_functions = {
        one.relative_to(ROOT).as_posix()
        for one in (ROOT / "care_engine").rglob("*.py")
        if "tests" not in one.parts and "return" in one.read_text()
    }
    assert with_functions <= found
    assert {"care_engine/remembering.py", "care_engine/population/hits.py", "care_engine/tables.py"} <= found


@pytest.mark.parametrize("file", ["care_engine/tables.py", "care_engine/population/schedules.py"])
def test_every_change_is_valid_and_changes_something(file: str) -> None:
    source = (ROOT / file).read_bytes()
    unchanged = ast.dump(ast.parse(source))
    found = changes(ROOT, Path(file))
    assert len(found) > 20
    assert all(ast.dump(ast.parse(one.applied(source))) != unchanged for one in found)


def test_the_sample_is_the_same_for_a_seed_and_takes_each_module_in_turn(module: Path) -> None:
    one = changes(module, Path("care_engine/told.py"))
    other = [Change(Path("care_engine/other.py"), 1, n, n + 1, "1", "(2)") for n in range(3)]
    order = list(drawn([one, other], seed=1))
    assert order == list(drawn([one, other], seed=1)) != list(drawn([one, other], seed=2))
    assert [item.file.name for item in order[:6]] == ["told.py", "other.py"] * 3
    assert sorted(order, key=str) == sorted([*one, *other], key=str)


def test_the_score_tells_time_outs_and_survivors_apart() -> None:
    change = Change(Path("care_engine/told.py"), 7, 0, 1, "1", "(2)")
    other = Change(Path("care_engine/other.py"), 3, 0, 1, "a", "(b)")
    said = report([(change, NOTICED), (change, NOTICED), (change, TIMED_OUT), (other, SURVIVED)], of=10)
    assert said.splitlines() == [
        "survived: care_engine/other.py:3: a  ->  (b)",
        "timed out: care_engine/told.py:7: 1  ->  (2)",
        "care_engine/other.py: 0 of 1 noticed (0.0 %), 0 timed out, 1 survived",
        "care_engine/told.py: 2 of 3 noticed (66.7 %), 1 timed out, 0 survived",
        "score: 2 of 4 noticed (50.0 %), 1 timed out, 1 survived, of 10 there are",
    ]


def test_a_change_is_tried_on_a_copy_and_taken_back(
    module: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = module / "care_engine" / "told.py"
    told.write_text("def told() -> int:\n    at = 0\n    while at < 2:\n        at += 1\n    return at\n")
    (module / "care_engine" / "tests" / "test_told.py").write_text(
        "from care_engine.told import told\ndef test_told(): assert told() == 2\n"
    )
    for name in mutation.BESIDE:
        (module / name).mkdir()
    monkeypatch.setattr(mutation, "ROOT", module)
    monkeypatch.setattr(mutation, "TESTS", {"care_engine/": ("care_engine/tests",)})
    monkeypatch.setattr(mutation, "LEAST_SECONDS", 2)
    file = Path("care_engine/told.py")
    found = {(one.old, one.new): one for one in changes(module, file)}
    (module / "copy").mkdir()
    trial = Trial(module / "copy")
    assert trial.unchanged([file])
    assert trial.outcome(found["at < 2", "(at <= 2)"]) == NOTICED
    assert trial.outcome(found["return at", "return None"]) == NOTICED
    assert (
        trial.outcome(
            Change(file, 4, told.read_text().index("at += 1"), told.read_text().index("at += 1") + 7, "", "pass")
        )
        == TIMED_OUT
    )
    assert trial.outcome(Change(file, 2, 0, 0, "", "")) == SURVIVED
    assert (module / "copy" / file).read_text() == told.read_text()
