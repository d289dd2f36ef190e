"""Knowledge files to the model. All faults of all files are gathered and reported together, each with file, line and the likely fix."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from care_engine import model as m
from care_engine import schema as s
from care_engine.ordering import in_order
from care_engine.reading import Reader
from care_engine.reading_findings import FindingReader
from care_engine.reading_services import ServiceReader
from care_engine.reading_words import WordReader
from care_engine.yaml_files import Document, KnowledgeError, read_yaml

DEFAULT_PATH = Path(__file__).resolve().parent.parent / "knowledge"


class KnowledgeErrors(ValueError):
    """Everything that is wrong with the knowledge, one KnowledgeError each."""

    def __init__(self, errors: list[KnowledgeError]) -> None:
        once = {str(error): error for error in errors}  # what stands once for all services of a file is read for each
        self.errors = sorted(once.values(), key=lambda error: (error.file, error.line))
        super().__init__("\n".join(str(error) for error in self.errors))


def _figures(path: Path) -> m.Figures:
    """`tables/<id>.csv`: key columns, then `value`; a key cell is text, a number, or `low..high`, both included."""
    name = f"tables/{path.name}"
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            numbered = [(number, row) for number, row in enumerate(csv.reader(handle), 1) if row and row[0][:1] != "#"]
    except (UnicodeDecodeError, csv.Error) as error:
        raise KnowledgeError(name, 1, f"is not a CSV file in UTF-8: {error}") from None
    header = numbered[0][1] if numbered else []
    if len(header) < 2 or header[-1] != "value":
        raise KnowledgeError(name, 1, "the first line must name the columns: the keys, then value")
    for number, row in numbered[1:]:
        if len(row) != len(header):
            raise KnowledgeError(name, number, f"has {len(row)} cells, the first line has {len(header)}")
        try:
            float(row[-1])
        except ValueError:
            raise KnowledgeError(name, number, f"the value '{row[-1]}' is not a number") from None

    def key(cell: str) -> str | tuple[float, float]:
        low, dots, high = cell.partition("..")
        try:
            return (float(low), float(high if dots else low))
        except ValueError:
            return cell

    return m.Figures(
        path.stem,
        tuple(header[:-1]),
        tuple((tuple(key(cell) for cell in row[:-1]), float(row[-1])) for _, row in numbered[1:]),
    )


def _files(root: Path) -> Iterator[tuple[Path, type[s.Strict]]]:
    for kind, shape in s.KINDS.items():
        place = root / kind
        paths = [place] if place.is_file() else sorted(place.rglob("*.yaml")) if place.is_dir() else []
        for path in paths:
            if not path.name.endswith(".cases.yaml"):
                yield path, shape


def digest(root: Path) -> str:
    """The version of the knowledge: twelve characters of the digest of all files (cases left out: they decide nothing)."""
    total = hashlib.sha256()
    for name, content in release_files(root):
        total.update(name.encode() + b"\0" + content + b"\0")
    return total.hexdigest()[:12]


def release_files(root: Path) -> Iterator[tuple[str, bytes]]:
    """Every file that decides something, by its path below `root`, in order: what a version of the knowledge consists of."""
    for path in sorted([*(path for path, _ in _files(root)), *(root / "tables").glob("*.csv")]):
        yield path.relative_to(root).as_posix(), path.read_bytes()


def load_knowledge(root: Path = DEFAULT_PATH) -> m.Knowledge:
    """Read all knowledge under `root`. Raises KnowledgeErrors that lists every fault of shape; `checking.py` judges the content."""
    if not root.is_dir():
        raise KnowledgeErrors(
            [KnowledgeError(str(root), 1, "there is no such folder; give the path of the knowledge folder")]
        )
    if not any(_files(root)):
        raise KnowledgeErrors(
            [
                KnowledgeError(
                    str(root), 1, "holds no knowledge: no vocabulary, services or findings; give another folder"
                )
            ]
        )
    errors: list[KnowledgeError] = []
    documents = []
    for path, kind in _files(root):
        try:
            documents.append((kind, read_yaml(path, path.relative_to(root).as_posix())))
        except KnowledgeError as error:
            errors.append(error)
    figures = []
    for path in sorted((root / "tables").glob("*.csv")):
        try:
            figures.append(_figures(path))
        except KnowledgeError as error:
            errors.append(error)
    return assemble(documents, figures, digest(root), errors)


def _read_document(
    kind: type[s.Strict], document: Document, found: dict[str, list[Any]], errors: list[KnowledgeError]
) -> None:
    """Add what one document holds to what has been found."""
    words, services, findings = (
        WordReader(document, errors),
        ServiceReader(document, errors),
        FindingReader(document, errors),
    )
    readers: dict[type[s.Strict], Reader] = {s.ServiceFile: services, s.FindingFile: findings}
    shaped = readers.get(kind, words).shape(kind)
    match shaped:
        case s.SourcesFile():
            found["documents"] += words.documents(shaped)
        case s.ProgrammeFile():
            found["named"] += words.named(shaped)
            found["omitted"] += words.omitted(shaped)
        case s.VocabularyFile():
            found["items"] += words.items(shaped)
            found["episodes"] += words.episodes(shaped)
        case s.ServiceFile():
            families, members = services.families(shaped)
            found["families"] += families
            found["services"] += members
        case s.FindingFile():
            found["findings"] += findings.findings(shaped)
            found["tables"] += findings.tables(shaped)
        case s.FormFile():
            found["forms"].append(words.form(shaped))
        case s.EducationFile():
            found["topics"] += words.topics(shaped)
        case s.AreaFile():
            found["settings"] += words.settings(shaped)
        case s.PathwayFile():
            found["pathways"].append(words.pathway(shaped))


def assemble(
    documents: Iterable[tuple[type[s.Strict], Document]],
    figures: Iterable[m.Figures],
    version: str,
    errors: list[KnowledgeError],
) -> m.Knowledge:
    """Knowledge from documents that have been read, each with the shape that it must have. `errors` are those found so far."""
    found: dict[str, list[Any]] = {
        key: []
        for key in (
            "documents",
            "named",
            "omitted",
            "items",
            "episodes",
            "tables",
            "findings",
            "families",
            "services",
            "forms",
            "topics",
            "settings",
            "pathways",
        )
    }
    for kind, document in documents:
        _read_document(kind, document, found, errors)

    def by_id(kind: str) -> dict[str, Any]:
        unique: dict[str, Any] = {}
        for one in found[kind]:
            if one.id in unique:
                errors.append(
                    KnowledgeError(
                        one.at.file,
                        one.at.line,
                        f"'{one.id}' is defined twice, first at {unique[one.id].at}; rename one",
                    )
                )
            unique.setdefault(one.id, one)
        return unique

    tables, items = by_id("tables"), by_id("items")
    ordered = in_order(list(tables.values()), items, errors)
    knowledge = m.Knowledge(
        version=version,
        documents=by_id("documents"),
        items=items,
        episodes=by_id("episodes"),
        findings=by_id("findings"),
        tables=tuple(ordered),
        families=tuple(by_id("families").values()),
        services=by_id("services"),
        forms=by_id("forms"),
        topics=by_id("topics"),
        settings=by_id("settings"),
        figures={one.id: one for one in figures},
        named=tuple(found["named"]),
        omitted=tuple(by_id("omitted").values()),
        pathways={one.id: one for one in sorted(by_id("pathways").values(), key=lambda one: (one.order, one.id))},
    )
    if errors:
        raise KnowledgeErrors(errors)
    return knowledge
