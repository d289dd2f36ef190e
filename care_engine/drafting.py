"""Drafts laid over released knowledge: files that are added to it, or that take the place of the file with the same ids. The released
knowledge stays as it is; what comes out is a folder of its own, read and checked like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from care_engine import schema as s
from care_engine.checking import check
from care_engine.loading import DEFAULT_PATH, KnowledgeErrors, load_knowledge, release_files
from care_engine.model import Knowledge
from care_engine.yaml_files import Document, KnowledgeError, parse_yaml, read_yaml

MOST_FILES, MOST_BYTES = 30, 400_000  # of one draft: far above any family of services, far below a nuisance
#: A key on the top level by which a kind of file is known.
_KNOWN_BY = {
    "schedule": "services", "tables": "findings", "findings": "findings", "sections": "forms", "topics": "education", "settings": "areas",
    "items": "vocabulary", "episodes": "vocabulary", "sources": "sources.yaml",
}  # fmt: skip
_LISTS = ("services", "findings", "tables", "topics", "settings", "items", "episodes", "sources")


@dataclass(frozen=True)
class Placed:
    """Where a draft went: its own name, its place below the knowledge, and the released files whose place it takes."""

    name: str
    place: str
    replaces: tuple[str, ...]


@dataclass(frozen=True)
class Draft:
    """Released knowledge with a draft laid over it: sound where `faults` is empty. Faults name the files as their author does."""

    placed: tuple[Placed, ...]
    knowledge: Knowledge | None
    faults: tuple[KnowledgeError, ...]


def read_folder(path: Path) -> dict[str, str]:
    """The YAML files of a draft on disk by name: of a folder all below it but cases, or one file. Raises KnowledgeErrors."""
    if not path.exists():
        raise KnowledgeErrors([KnowledgeError(str(path), 1, "there is no such file or folder")])
    paths = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    paths = [one for one in paths if not one.name.endswith(".cases.yaml")]
    root = path if path.is_dir() else path.parent
    errors, files = [], {}
    for one in paths:
        name = one.relative_to(root).as_posix()
        try:
            files[name] = one.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            errors.append(KnowledgeError(name, 1, "is not UTF-8 text; save it as UTF-8"))
        except OSError as error:
            errors.append(KnowledgeError(name, 1, f"cannot be read: {error.strerror}"))
    if not paths:
        errors.append(KnowledgeError(str(path), 1, "holds no YAML file"))
    if errors:
        raise KnowledgeErrors(errors)
    return files


def lay_over(files: Mapping[str, str], into: Path, root: Path = DEFAULT_PATH) -> Draft:
    """Lay drafts (name to text) over the knowledge below `root`; `into` is an empty folder for the whole. Nothing is written elsewhere."""
    too_much = _too_much(files)
    if too_much is not None:
        return Draft((), None, (too_much,))
    released = dict(release_files(root))
    faults: list[KnowledgeError] = []
    placed: list[Placed] = []
    owners = _owners(root, released)
    for name, text in files.items():
        try:
            document = parse_yaml(text, name)
            placed.append(_place(name, document, released, owners))
        except KnowledgeError as error:
            faults.append(error)
    if faults:
        return Draft(tuple(placed), None, tuple(faults))
    gone = {file for one in placed for file in one.replaces}
    for file, content in released.items():
        if file not in gone:
            _write(into / file, content)
    for one in placed:
        _write(into / one.place, files[one.name].encode())
    names = {one.place: one.name for one in placed}
    try:
        knowledge = load_knowledge(into)
        found = check(knowledge, draft=True)
    except KnowledgeErrors as errors:
        return Draft(tuple(placed), None, tuple(_renamed(errors.errors, names)))
    except RecursionError:
        return Draft(tuple(placed), None, (KnowledgeError(next(iter(files)), 1, "is nested too deeply"),))
    return Draft(tuple(placed), knowledge, tuple(_renamed(found, names)))


def _too_much(files: Mapping[str, str]) -> KnowledgeError | None:
    size = sum(len(text.encode()) for text in files.values())
    if len(files) > MOST_FILES:
        return KnowledgeError(
            sorted(files)[0], 1, f"is one of {len(files)} files; at most {MOST_FILES} are tried at once"
        )
    if size > MOST_BYTES:
        return KnowledgeError(
            sorted(files)[0], 1, f"the files have {size:,} bytes together; at most {MOST_BYTES:,} are tried at once"
        )
    return None


def _owners(root: Path, files: Iterable[str]) -> dict[tuple[str, str], str]:
    """Of each kind and id the released file that defines it."""
    read = ((file, read_yaml(root / file, file).data) for file in files if file.endswith(".yaml"))
    return {(file.split("/")[0], id_): file for file, data in read for id_ in _ids(data)}


def _place(
    name: str, document: Document, released: Mapping[str, bytes], owners: Mapping[tuple[str, str], str]
) -> Placed:
    kind = _kind(name, document)
    same = {owners[kind, id_] for id_ in _ids(document.data) if (kind, id_) in owners}
    if name in released:
        same.add(name)
    if kind == "sources.yaml":
        return Placed(name, kind, (kind,))
    safe = "".join(one if one.isalnum() or one in "-_" else "-" for one in PurePosixPath(name).stem) or "draft"
    place = next(iter(same)) if len(same) == 1 else f"{kind}/uji-coba/{safe}.yaml"
    return Placed(name, place, tuple(sorted(same)))


def _kind(name: str, document: Document) -> str:
    """The kind of a file: by the folder it stands in, else by what it holds."""
    first = name.split("/")[0]
    if first in s.KINDS:
        return first
    if isinstance(document.data, dict):
        for key, kind in _KNOWN_BY.items():
            if key in document.data:
                return kind
    raise KnowledgeError(
        name,
        1,
        "is no kind of knowledge; a service has schedule:, a decision table tables:, a form sections:, a topic topics:, a setting settings:",
    )


def _ids(data: Any) -> Iterator[str]:
    """The ids that a file defines on its top level and in its lists."""
    if not isinstance(data, dict):
        return
    if isinstance(data.get("id"), str):
        yield data["id"]
    for key in _LISTS:
        for one in data.get(key) or [] if isinstance(data.get(key), list) else []:
            if isinstance(one, dict) and isinstance(one.get("id"), str):
                yield one["id"]


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _renamed(faults: Iterable[KnowledgeError], names: Mapping[str, str]) -> Iterator[KnowledgeError]:
    for fault in faults:
        yield KnowledgeError(names.get(fault.file, fault.file), fault.line, fault.problem)
