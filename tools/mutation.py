"""Mutation testing of the engine: changes care_engine in small ways, one at a time, and looks whether a test notices.

    python tools/mutation.py [MODULE ...]     all modules, or those whose path holds one of these words: population/hits bedside

MINUTES (30) of wall clock and SEED (1) come from the environment. Which changes are tried is drawn by the seed, one of each module in turn, so that
a short run says a little about every module. Printed at the end: the survivors with file, line and change, and the score of each module and of all.

A change is *noticed* when a test fails. One that makes the tests use up their processor time *timed out*: it may be a loop that never ends, so it is
counted apart from both. The rest *survived*: the tests are too weak there, or the change changes nothing (which only a reader can tell).
"""

from __future__ import annotations

import ast
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BESIDE = ("conformance", "docs", "knowledge", "tests")  # what the tests read; care_engine itself is copied
NOTICED, SURVIVED, TIMED_OUT = "noticed", "survived", "timed out"

#: Asked one after the other until one notices: what is quick and near first.
TESTS = {
    "care_engine/population/": ("care_engine/population", "tests/conformance", "tests/generative/test_agreement.py"),
    "care_engine/": ("care_engine/tests", "tests/conformance"),
}
PYTEST = ("-m", "pytest", "-x", "-q", "--noconftest", "-p", "no:django", "-p", "no:cacheprovider", "-p", "no:xdist")
WRITE_THE_CACHE = {"yaml_files.py"}  # of what was read; a changed one must not leave its mistakes for the next
LEAST_SECONDS, TIMES_LONGER = 10, 3  # of processor time: a change may make tests slower without being a loop

_COMPARE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div, ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
_ONLY_TYPES = {"OneOf", "OneOfText", "Literal"}  # X["a", "b"] of these names values for the type checker alone


@dataclass(frozen=True)
class Change:
    """One change: in `file` the source from `start` to `end` (offsets in its UTF-8 bytes) becomes `new`."""

    file: Path
    line: int
    start: int
    end: int
    old: str
    new: str

    def applied(self, source: bytes) -> bytes:
        return source[: self.start] + self.new.encode() + source[self.end :]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {_short(self.old)}  ->  {_short(self.new)}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 100 else f"{text[:60]} … {text[-37:]}"


def modules(root: Path, wanted: Sequence[str]) -> list[Path]:
    """The modules of the engine, from `root`: all of them, but those that hold no code and those of the tests."""
    found = (one.relative_to(root) for one in sorted((root / "care_engine").rglob("*.py")))
    return [
        one for one in found
        if "tests" not in one.parts and (not wanted or any(word in one.as_posix() for word in wanted)) and changes(root, one)
    ]  # fmt: skip


def changes(root: Path, file: Path) -> list[Change]:
    """Every change of one module, in the order of its lines."""
    source = (root / file).read_bytes()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for node, new in _of(ast.parse(source)):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        old = source[start:end].decode()
        # One line more or less would move the lines below; brackets keep what stands beside it apart from it.
        text = ast.unparse(new)
        found.append(Change(file, node.lineno, start, end, old, text if isinstance(node, ast.stmt) else f"({text})"))
    return sorted(found, key=lambda one: (one.start, one.end, one.new))


def _of(node: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, ast.AST]]:
    """What may be changed below a node, and what it becomes. Decorators, annotations and texts for people stay."""
    for name, value in ast.iter_fields(node):
        if name in ("decorator_list", "annotation", "returns", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _says_nothing(child):
                continue
            if isinstance(child, ast.expr | ast.stmt):
                yield from ((child, one) for one in _instead(child, name))
            yield from _of(child)


def _says_nothing(node: ast.AST) -> bool:
    match node:
        case ast.Expr(ast.Constant()) | ast.Import() | ast.ImportFrom() | ast.JoinedStr() | ast.Raise() | ast.Assert():
            return True
        case ast.If(ast.Name("TYPE_CHECKING")) | ast.Assign([ast.Name("__all__")]):
            return True
        case ast.Call(ast.Name("TypeVar" | "ParamSpec")):
            return True
        case ast.Subscript(ast.Name(name)):
            return name in _ONLY_TYPES
    return False


def _instead(node: ast.expr | ast.stmt, role: str) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left, [op], [right]) if type(op) in _COMPARE:
            yield ast.Compare(left, [_COMPARE[type(op)]()], [right])
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.BinOp(left, op, right) if type(op) in _ARITHMETIC:
            yield ast.BinOp(left, _ARITHMETIC[type(op)](), right)
        case ast.UnaryOp(ast.Not() | ast.Invert() | ast.USub(), operand):
            yield operand
        case ast.Constant(bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(int() | float() as value):
            yield ast.Constant(value + 1)
        case ast.Constant(str() as value) if value and " " not in value and role not in ("format_spec", "keys"):
            yield ast.Constant(f"{value}-x")
        case ast.Return(ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(ast.Call()):
            yield ast.Pass()
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
    if role in ("test", "ifs") and not isinstance(node, ast.Compare | ast.UnaryOp | ast.Constant):
        yield ast.UnaryOp(ast.Not(), node)  # type: ignore[arg-type]


class Trial:
    """A copy of the engine in `folder`, in which one change at a time is made and tested."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT / "care_engine", folder / "care_engine", ignore=shutil.ignore_patterns("__pycache__"))
        for name in BESIDE:
            (folder / name).symlink_to(ROOT / name)
        self.seconds: dict[str, float] = {}
        self.cache = folder / "cache"

    def unchanged(self, files: Sequence[Path]) -> bool:
        """Run the tests that will be asked, as they are; also measures how much processor time each takes."""
        for test in dict.fromkeys(test for file in files for test in tests_of(file)):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            if self._run(test, 3600).returncode != 0:
                return False
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            self.seconds[test] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return True

    def outcome(self, change: Change) -> str:
        """What the tests say to one change."""
        file = self.folder / change.file
        source = file.read_bytes()
        file.write_bytes(change.applied(source))
        Path(cache_from_source(file)).unlink(
            missing_ok=True
        )  # it is known by second and size, and these may be the same
        try:
            for test in tests_of(change.file):
                done = self._run(test, int(LEAST_SECONDS + TIMES_LONGER * self.seconds[test]), change.file)
                if done.returncode < 0:
                    return TIMED_OUT
                if done.returncode != 0:
                    return NOTICED
            return SURVIVED
        finally:
            file.write_bytes(source)

    def _run(self, test: str, seconds: int, changed: Path | None = None) -> subprocess.CompletedProcess[bytes]:
        """Processor time is limited, not the clock: it does not depend on what else the machine does."""
        environment = {**os.environ, "PYTHONPATH": str(self.folder), "XDG_CACHE_HOME": str(self.cache)}
        if changed is not None:
            environment["PYTHONDONTWRITEBYTECODE"] = "1"
        with tempfile.TemporaryDirectory() as own:
            if changed is not None and changed.name in WRITE_THE_CACHE:
                environment["XDG_CACHE_HOME"] = own
            return subprocess.run(
                [sys.executable, *PYTEST, test],
                cwd=self.folder,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5)),
                check=False,
            )


def tests_of(file: Path) -> tuple[str, ...]:
    """The tests that are asked about a module."""
    return next(tests for place, tests in TESTS.items() if file.as_posix().startswith(place))


def drawn(several: Sequence[list[Change]], seed: int) -> Iterator[Change]:
    """The changes of several modules in an order that the seed decides: one of each module in turn, until none is left."""
    chance = random.Random(seed)
    shuffled = [chance.sample(one, len(one)) for one in several]
    for turn in range(max(map(len, shuffled), default=0)):
        yield from (one[turn] for one in shuffled if turn < len(one))


def report(tried: Sequence[tuple[Change, str]], of: int) -> str:
    """The survivors, then a line for each module, then the score: of all that were tried, how many were noticed."""
    lines = [
        f"{outcome}: {change}"
        for change, outcome in sorted(tried, key=lambda one: (one[1], str(one[0])))
        if outcome != NOTICED
    ]
    counts = Counter((change.file, outcome) for change, outcome in tried)
    for file in sorted({change.file for change, _ in tried}):
        lines.append(_score(str(file), *(counts[file, outcome] for outcome in (NOTICED, TIMED_OUT, SURVIVED))))
    total = Counter(outcome for _, outcome in tried)
    return "\n".join(
        [
            *lines,
            _score("score", *(total[outcome] for outcome in (NOTICED, TIMED_OUT, SURVIVED))) + f", of {of} there are",
        ]
    )


def _score(what: str, noticed: int, timed_out: int, survived: int) -> str:
    tried = noticed + timed_out + survived
    return f"{what}: {noticed} of {tried} noticed ({100 * noticed / tried:.1f} %), {timed_out} timed out, {survived} survived"


def main(wanted: Sequence[str]) -> int:
    """0 when changes were tried, 2 when none could be."""
    minutes, seed = float(os.environ.get("MINUTES", "30")), int(os.environ.get("SEED", "1"))
    end = time.monotonic() + 60 * minutes
    files = modules(ROOT, wanted)
    several = [changes(ROOT, file) for file in files]
    if not files:
        print(f"No module of care_engine holds any of: {' '.join(wanted)}", file=sys.stderr)
        return 2
    os.nice(10)
    tried: list[tuple[Change, str]] = []
    with tempfile.TemporaryDirectory(prefix="simpul-mutation-") as folder:
        trial = Trial(Path(folder))
        if not trial.unchanged(files):
            print("The tests fail without any change; mend that first (make test).", file=sys.stderr)
            return 2
        for change in drawn(several, seed):
            if time.monotonic() > end:
                break
            tried.append((change, trial.outcome(change)))
            print(f"{len(tried)} tried, {tried[-1][1]}: {change.file}:{change.line}", file=sys.stderr)
    if not tried:
        print(f"{minutes:g} minutes were not enough for one change; say MINUTES=…", file=sys.stderr)
        return 2
    print(report(tried, sum(map(len, several))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
