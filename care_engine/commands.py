"""The commands of the engine: `simpul evaluate` and `simpul check-knowledge`. They answer an exit code: 0 good, 1 found wanting, 2 cannot be read."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TextIO

from care_engine.cases import Case, decide_case, failures, read_cases, refuse_the_future
from care_engine.decision_json import as_json
from care_engine.loading import DEFAULT_PATH, KnowledgeErrors, load_knowledge
from care_engine.model import Knowledge
from care_engine.reading_values import FactsError
from care_engine.yaml_files import KnowledgeError


def evaluate_case(
    path: Path,
    on: str | None,
    language: str,
    *,
    knowledge_path: Path = DEFAULT_PATH,
    out: TextIO = sys.stdout,
    err: TextIO = sys.stderr,
) -> int:
    """Print the decision about a case file as JSON. A file with several cases gives a list."""
    try:
        day = None if on is None else date.fromisoformat(on)
    except ValueError:
        print(f"--on: '{on}' is not a date; write it as 2026-06-10", file=err)
        return 2
    try:
        knowledge = load_knowledge(knowledge_path)
        cases = read_cases(path)
        answers = []
        for index, case in enumerate(cases):
            try:
                decision = decide_case(case.data, knowledge, day)
                refuse_the_future(case.data, day)
                answers.append(as_json(decision, language))
            except FactsError as error:
                prefix = f"[{index}]." if len(cases) > 1 else ""
                raise FactsError(f"{path.name}: {prefix}{error.where}", error.problem) from None
    except (KnowledgeErrors, KnowledgeError, FactsError) as error:
        print(error, file=err)
        return 2
    json.dump(answers if len(answers) != 1 else answers[0], out, ensure_ascii=False, indent=2)
    print(file=out)
    return 0


def run_cases(
    paths: list[Path], knowledge: Knowledge, *, err: TextIO = sys.stderr, root: Path | None = None
) -> tuple[int, int, int]:
    """Run case files; print what differs. Answers (passed, failed, doubted and failing)."""
    passed = failed = doubted = 0
    for path in paths:
        try:
            cases = read_cases(path, root)
        except (KnowledgeError, FactsError) as error:
            print(error, file=err)
            failed += 1
            continue
        for case in cases:
            problems = case_problems(case, knowledge)
            if not problems:
                passed += 1
            elif case.doubt:
                doubted += 1
            else:
                failed += 1
                for problem in problems:
                    print(f"{case.file}: {case.name}: {problem}", file=err)
    return passed, failed, doubted


def case_problems(case: Case, knowledge: Knowledge) -> list[str]:
    try:
        return failures(case, knowledge)
    except FactsError as error:
        return [str(error)]


def check_knowledge(
    path: Path = DEFAULT_PATH,
    *,
    case_paths: list[Path] | None = None,
    out: TextIO = sys.stdout,
    err: TextIO = sys.stderr,
) -> int:
    """Refuse knowledge that is wrong or unfinished, with file and line; then run the cases that stand beside it."""
    from care_engine.checking import check
    from care_engine.coverage import coverage

    try:
        knowledge = load_knowledge(path)
    except KnowledgeErrors as errors:
        print(errors, file=err)
        print(f"{len(errors.errors)} faults", file=err)
        return 1
    faults = check(knowledge)
    for fault in faults:
        print(fault, file=err)
    counted = (
        f"knowledge {knowledge.version}: {len(knowledge.services)} services, {len(knowledge.tables)} tables, {len(knowledge.findings)} findings, "
        f"{len(knowledge.items)} items, {len(knowledge.topics)} topics; {len(faults)} faults"
    )
    if faults:  # cases mean nothing on knowledge that is not sound
        print(f"{counted}; cases: not run", file=out)
        return 1
    paths = sorted(path.rglob("*.cases.yaml")) if case_paths is None else case_paths
    passed, failed, doubted = run_cases(paths, knowledge, err=err, root=path if case_paths is None else None)
    print(coverage(knowledge, path), file=out)
    print(f"{counted}; cases: {passed} passed, {failed} failed, {doubted} doubted", file=out)
    return 1 if failed else 0


if __name__ == "__main__":
    command, *rest = sys.argv[1:] or ["check-knowledge"]
    if command == "evaluate":
        sys.exit(evaluate_case(Path(rest[0]), rest[1] if len(rest) > 1 else None, "id"))
    sys.exit(check_knowledge(case_paths=[Path(one) for one in rest] or None))
