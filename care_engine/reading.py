"""Reading one knowledge file: places, faults, sources, expressions, and the shapes that several kinds of file share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import ValidationError

from care_engine import model as m
from care_engine import schema as s
from care_engine.cells import Anything, Cell, CellError, parse_cell
from care_engine.dates import Span, parse_span
from care_engine.expressions import Expression, Name
from care_engine.parsing import ExpressionError, parse
from care_engine.places import Path_
from care_engine.schema.basics import SPAN_PATTERN
from care_engine.yaml_files import Document, KnowledgeError

T = TypeVar("T")


class Reader:
    """Turns one file into model objects, noting faults instead of stopping at the first."""

    def __init__(self, document: Document, errors: list[KnowledgeError]) -> None:
        self.document, self.errors = document, errors
        self.default_source: s.SourceShape | None = None

    def fault(self, path: Path_, problem: str) -> None:
        self.errors.append(KnowledgeError(self.document.file, self.place(path).line, problem))

    def place(self, path: Path_) -> m.Place:
        return self.document.top.key(*path)

    def shape(self, kind: type[s.Strict]) -> Any | None:
        try:
            shaped = kind.model_validate(self.document.data)
        except ValidationError as error:
            for one, path in _faults_of_shape(error, self.document.data):
                self.fault(path, _shape_problem(one, path))
            return None
        self.default_source = getattr(shaped, "source", None)
        return shaped

    def source(self, own: s.SourceShape | None, path: Path_, assumed: bool = False) -> m.Source:
        source = own or self.default_source
        if source is None:
            if not assumed:
                self.fault(
                    path,
                    "has no source; add source: {document: ..., place: ...}, or assumed: true where no source fixes it",
                )
            return m.Source(None, "", assumed)
        return m.Source(source.document, source.place, source.assumed or assumed, source.note)

    def tried(self, path: Path_, read: Callable[[], T], instead: T) -> T:
        try:
            return read()
        except (ExpressionError, CellError, ValueError) as error:
            self.fault(path, str(error))
            return instead

    def expr(self, text: s.Expr | None, path: Path_) -> Expression | None:
        if text is None:
            return None
        instead: Expression = Name("today")
        return self.tried(path, lambda: parse(text), instead)

    def cell(self, text: str | bool | int | float, path: Path_) -> Cell:
        instead: Cell = Anything()
        return self.tried(path, lambda: parse_cell(text), instead)

    def span(self, text: str | None, path: Path_) -> Span | None:
        return None if text is None else self.tried(path, lambda: parse_span(text), Span())

    # --- kinds of files ---

    def ranges(self, shape: Any, path: Path_) -> tuple[m.Range, ...]:
        if shape is None:
            return ()
        if isinstance(shape, tuple):
            return (m.Range(None, *shape),)
        return tuple(
            m.Range(self.span(one.until_age, (*path, index, "until_age")), *one.range)
            for index, one in enumerate(shape)
        )

    def who(self, shape: s.WhoShape, path: Path_) -> m.Who:
        age = shape.age
        return m.Who(
            sex=shape.sex,
            age_from=self.span(age.from_, (*path, "age", "from")) if age else None,
            age_until=self.limit(age.until, (*path, "age", "until")) if age else None,
            episode=shape.episode,
            area=dict(shape.area),
            when=self.expr(shape.when, (*path, "when")),
        )

    def providers(self, shapes: list[s.ProviderShape], path: Path_) -> tuple[m.Provider, ...]:
        """Lists of units and cadres stand for every combination."""
        return tuple(
            m.Provider(unit, cadre, self.expr(one.if_, (*path, index, "if")), self.place((*path, index)))
            for index, one in enumerate(shapes)
            for unit in listed(one.unit)
            for cadre in listed(one.cadre)
        )

    def topics_to_tell(self, shapes: list[str | s.TellShape], path: Path_) -> tuple[m.Tell, ...]:
        return tuple(
            m.Tell(one) if isinstance(one, str) else m.Tell(one.topic, self.expr(one.if_, (*path, "tell", index, "if")))
            for index, one in enumerate(shapes)
        )

    def limit(self, text: str | None, path: Path_) -> Span | None:
        """A last age or day in completed units: `17y` lasts until the day before 18 years, as `215m` does."""
        span = self.span(text, path)
        if span is not None and text is not None and text.endswith("y"):
            return Span(months=span.months + 11)
        return span

    def days(self, text: str | None, path: Path_) -> int | None:
        span = self.span(text, path)
        if span is None:
            return None
        if not span.is_days:
            self.fault(path, f"'{text}' must be days or weeks here")
        return span.days

    def target(self, shape: s.TargetShape, path: Path_) -> m.Target:
        anchor = self.expr(shape.anchor, (*path, "anchor")) or Name("today")
        return m.Target(anchor, self.span(shape.after, (*path, "after")) or Span())


def text_of(label: s.LabelShape) -> m.Text:
    return m.Text(label.id, label.en)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _faults_of_shape(error: ValidationError, data: Any) -> list[tuple[Any, Path_]]:
    """Each fault and the way to it. Pydantic tells what is wrong with every alternative of a place; only that which fits best is passed on."""
    found: list[tuple[Any, Path_, list[int]]] = []
    best: dict[Path_, tuple[tuple[int, bool], str | int]] = {}
    for one in error.errors():
        loc: Path_ = tuple(one["loc"])
        path, forks = _way(loc if one["type"] != "missing" else loc[:-1], data)
        found.append((one, path, forks))
        fits = (len(path), not one["type"].endswith("_type"))  # far inside, and not of another type altogether
        for fork in forks:
            if loc[:fork] not in best or fits > best[loc[:fork]][0]:
                best[loc[:fork]] = (fits, loc[fork])
    return [
        (one, path) for one, path, forks in found if all(best[one["loc"][:at]][1] == one["loc"][at] for at in forks)
    ]


def _way(loc: Path_, data: Any) -> tuple[Path_, list[int]]:
    """The steps of `loc` that lead through the data, and where it names an alternative that was tried (`list[...]`, a shape)."""
    path: list[str | int] = []
    forks = []
    for at, step in enumerate(loc):
        inside = data if isinstance(data, dict) else dict(enumerate(data)) if isinstance(data, list) else {}
        if step in inside:
            data = inside[step]
            path.append(step)
        else:
            forks.append(at)
    return tuple(path), forks


def _shape_problem(error: Any, path: Path_) -> str:
    where = ".".join(map(str, path if error["type"] != "missing" else (*path, error["loc"][-1])))
    if error["type"] == "extra_forbidden":
        return f"'{error['loc'][-1]}' is not a key here ({where}); see docs/knowledge-language.md"
    if error["type"] == "missing":
        return f"'{error['loc'][-1]}' is missing ({where})"
    found = error.get("input")
    if error["type"] in ("model_type", "model_attributes_type", "dict_type"):
        return f"{where or 'the file'} must hold keys and values (key: value), not {found!r:.60}"
    if error["type"] == "string_pattern_mismatch" and error["ctx"]["pattern"] == SPAN_PATTERN:
        return f"{where}: {found!r:.60} is not a length of time; write for example 30d, 12w0d, 6m or 1y"
    if error["type"] == "string_type" and isinstance(found, int | float):
        return (
            f"{where}: {found!r:.60} is a bare number; write a length of time like 30d or 6m, and other text in quotes"
        )
    return f"{where}: {error['msg']} (found {error.get('input')!r:.60})"
