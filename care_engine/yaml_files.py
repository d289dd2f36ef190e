"""Reading YAML 1.2 with the line of every value, so that an error can say where it is.

ruamel.yaml's round-trip reader is thorough and slow; what it read is therefore kept beside the user's other caches, keyed by the text itself.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from care_engine.places import Path_, Place

MOST_PARTS = 500_000
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?")


class KnowledgeError(ValueError):
    """One thing that is wrong in a file: `file:line: what is wrong; what to do`."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        self.file, self.line, self.problem = file, line, problem
        super().__init__(f"{file}:{line}: {problem}")

    def __reduce__(self) -> tuple[Any, ...]:
        return (KnowledgeError, (self.file, self.line, self.problem))


@dataclass(frozen=True)
class Document:
    """The plain data of one YAML file and the line on which each part begins."""

    file: str
    data: Any
    lines: dict[Path_, int]

    @property
    def top(self) -> Place:
        return Place(self.file, 1, (), self.lines)


def _plain(node: Any, path: Path_, lines: dict[Path_, int]) -> Any:
    if len(lines) > MOST_PARTS:  # a few lines of names for names (&a … *a) can stand for more than fits into memory
        raise OverflowError
    if isinstance(node, CommentedMap):
        for key in node:
            lines[(*path, key)] = node.lc.key(key)[0] + 1 if key in (node.lc.data or {}) else lines.get(path, 1)
        return {str(key): _plain(value, (*path, key), lines) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        for index in range(len(node)):
            lines[(*path, index)] = node.lc.item(index)[0] + 1 if index in (node.lc.data or {}) else lines.get(path, 1)
        return [_plain(value, (*path, index), lines) for index, value in enumerate(node)]
    if isinstance(node, bool) or node is None:
        return node
    if isinstance(node, int):
        return int(node)
    if isinstance(node, float):
        return float(node)
    if isinstance(node, str):
        return str(node)
    return node  # dates and times stay what YAML made of them


def _impossible_date(line: str) -> bool:
    """Whether a line holds what YAML takes for a date or time, but no calendar does (30 February)."""
    try:
        for text in _DATE.findall(line):
            datetime.fromisoformat(text.strip().replace(" ", "T"))
    except ValueError:
        return True
    return False


def _cache_file(digest: str) -> Path:
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "simpul" / "yaml-2" / digest


def parse_yaml(text: str, file: str) -> Document:
    """Read one YAML document. Raises KnowledgeError with the line and the likely fix."""
    try:
        data = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        hint = "check the indentation and the brackets; put text with ': ', '#' or a leading '[' or '<' in quotes"
        raise KnowledgeError(file, line, f"this is not valid YAML: {error.problem}; {hint}") from None
    except YAMLError as error:
        raise KnowledgeError(file, 1, f"this is not valid YAML: {error}") from None
    except ValueError as error:
        line = next((number for number, one in enumerate(text.splitlines(), 1) if _impossible_date(one)), 1)
        raise KnowledgeError(file, line, f"holds an impossible date or number: {error}; correct it") from None
    except RecursionError:
        raise KnowledgeError(file, 1, "is nested too deeply; check for brackets that are never closed") from None
    lines: dict[Path_, int] = {(): 1}
    try:
        return Document(file, _plain(data, (), lines), lines)
    except RecursionError:
        raise KnowledgeError(file, 1, "refers to itself (&name … *name); write the value out") from None
    except OverflowError:
        problem = f"has more than {MOST_PARTS:,} parts; split it into several files, and look at &name … *name in it"
        raise KnowledgeError(file, 1, problem) from None


def read_yaml(path: Path, name: str | None = None) -> Document:
    """`parse_yaml` of a file, through the cache. An unreadable or non-UTF-8 file is a KnowledgeError."""
    file = name or str(path)
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
    except OSError as error:
        raise KnowledgeError(file, 1, f"cannot be read: {error.strerror}; check the path and the permissions") from None
    except UnicodeDecodeError as error:
        raise KnowledgeError(file, raw[: error.start].count(b"\n") + 1, "is not UTF-8 text; save it as UTF-8") from None
    cached = _cache_file(hashlib.sha256(raw).hexdigest())
    try:
        data, lines = pickle.loads(cached.read_bytes())
        return Document(file, data, lines)
    except (OSError, pickle.PickleError, EOFError, AttributeError, ValueError):
        pass  # no cache or a damaged one: read the text
    document = parse_yaml(text, file)
    try:
        cached.parent.mkdir(parents=True, exist_ok=True)
        part = cached.with_suffix(f".{os.getpid()}")
        part.write_bytes(pickle.dumps((document.data, document.lines)))
        part.replace(cached)
    except OSError:
        pass  # a cache that cannot be written only costs time
    return document
