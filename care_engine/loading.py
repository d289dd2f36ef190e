"""Knowledge files to the model. All faults of all files are gathered and reported together, each with file, line and the likely fix."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from care_engine import model as m
from care_engine import schema as s
from care_engine.cells import Anything, Cell, CellError, parse_cell
from care_engine.dates import Span, parse_span
from care_engine.expressions import FINDING_FUNCTIONS, Expression, ExpressionError, Name, named_in, parse, walk
from care_engine.yaml_files import Document, KnowledgeError, Path_, read_yaml

DEFAULT_PATH = Path(__file__).resolve().parent.parent / "knowledge"
T = TypeVar("T")


class KnowledgeErrors(ValueError):
    """Everything that is wrong with the knowledge, one KnowledgeError each."""

    def __init__(self, errors: list[KnowledgeError]) -> None:
        self.errors = sorted(errors, key=lambda error: (error.file, error.line))
        super().__init__("\n".join(str(error) for error in self.errors))


class _Reader:
    """Turns one file into model objects, noting faults instead of stopping at the first."""

    def __init__(self, document: Document, errors: list[KnowledgeError]) -> None:
        self.document, self.errors = document, errors
        self.default_source: s.SourceShape | None = None

    def fault(self, path: Path_, problem: str) -> None:
        self.errors.append(KnowledgeError(self.document.file, self.document.line(path), problem))

    def place(self, path: Path_) -> m.Place:
        return m.Place(self.document.file, self.document.line(path))

    def shape(self, kind: type[s.Strict]) -> Any | None:
        try:
            shaped = kind.model_validate(self.document.data)
        except ValidationError as error:
            for one in error.errors():
                self.fault(tuple(one["loc"]), _shape_problem(one))
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

    def _tried(self, path: Path_, read: Callable[[], T], instead: T) -> T:
        try:
            return read()
        except (ExpressionError, CellError, ValueError) as error:
            self.fault(path, str(error))
            return instead

    def expr(self, text: s.Expr | None, path: Path_) -> Expression | None:
        if text is None:
            return None
        instead: Expression = Name("today")
        return self._tried(path, lambda: parse(text), instead)

    def cell(self, text: str | bool | int | float, path: Path_) -> Cell:
        instead: Cell = Anything()
        return self._tried(path, lambda: parse_cell(text), instead)

    def span(self, text: str | None, path: Path_) -> Span | None:
        return None if text is None else self._tried(path, lambda: parse_span(text), Span())

    # --- kinds of files ---

    def items(self, file: s.VocabularyFile) -> Iterator[m.Item]:
        for index, item in enumerate(file.items):
            path: Path_ = ("items", index)
            yield m.Item(
                id=item.id,
                label=_text(item.label),
                type=item.type,
                at=self.place(path),
                source=self.source(item.source, path, item.assumed),
                unit=item.unit,
                decimals=item.decimals,
                ranges=self._ranges(item.range, (*path, "range")),
                usual=self._ranges(item.usual, (*path, "usual")),
                choices={key: _text(label) for key, label in (item.choices or {}).items()},
                codes=item.codes,
                aliases=tuple(item.aliases),
                choice_aliases=item.choice_aliases,
                formula=self.expr(item.formula, (*path, "formula")),
                sensitive=item.sensitive,
                hint=_text(item.hint) if item.hint else None,
            )

    def _ranges(self, shape: Any, path: Path_) -> tuple[m.Range, ...]:
        if shape is None:
            return ()
        if isinstance(shape, tuple):
            return (m.Range(None, *shape),)
        return tuple(m.Range(self.span(one.until_age, path), *one.range) for one in shape)

    def episodes(self, file: s.VocabularyFile) -> Iterator[m.EpisodeKind]:
        for index, kind in enumerate(file.episodes):
            path: Path_ = ("episodes", index)
            yield m.EpisodeKind(
                id=kind.id,
                label=_text(kind.label),
                at=self.place(path),
                starts=kind.starts,
                follows=kind.follows.episode if kind.follows else None,
                outcomes=tuple(kind.follows.outcomes if kind.follows else kind.outcomes),
                lasts=self.span(kind.lasts, path),
                shown_for=self.span(kind.shown_for, path) or Span(),
            )

    def who(self, shape: s.WhoShape, path: Path_) -> m.Who:
        age = shape.age
        return m.Who(
            sex=shape.sex,
            age_from=self.span(age.from_, (*path, "age", "from")) if age else None,
            age_until=self.span(age.until, (*path, "age", "until")) if age else None,
            episode=shape.episode,
            area=dict(shape.area),
            when=self.expr(shape.when, (*path, "when")),
        )

    def providers(self, shapes: list[s.ProviderShape], path: Path_) -> tuple[m.Provider, ...]:
        """Lists of units and cadres stand for every combination."""
        return tuple(
            m.Provider(unit, cadre, self.expr(one.if_, (*path, index, "if")))
            for index, one in enumerate(shapes)
            for unit in _listed(one.unit)
            for cadre in _listed(one.cadre)
        )

    def topics_to_tell(self, shapes: list[str | s.TellShape], path: Path_) -> tuple[m.Tell, ...]:
        return tuple(
            m.Tell(one) if isinstance(one, str) else m.Tell(one.topic, self.expr(one.if_, (*path, "tell", index, "if")))
            for index, one in enumerate(shapes)
        )

    def family(self, file: s.ServiceFile) -> tuple[m.Family, list[m.Service]]:
        members = file.services or [s.MemberShape(id=file.id, label=file.label, aliases=file.aliases)]
        services = []
        for index, member in enumerate(members):
            path: Path_ = ("services", index) if file.services else ()
            given_by = member.given_by if member.given_by is not None else file.given_by
            services.append(
                m.Service(
                    id=member.id,
                    label=_text(member.label),
                    klaster=str(file.klaster),
                    family=file.id,
                    given_by=self.providers(given_by, (*path, "given_by")),
                    source=self.source(member.source, path),
                    at=self.place(path),
                    form=member.form or file.form,
                    tell=self.topics_to_tell(member.tell if member.tell is not None else file.tell, path),
                    hidden_from=tuple(member.hidden_from if member.hidden_from is not None else file.hidden_from),
                    aliases=tuple(member.aliases),
                )
            )
        schedule = self.schedule(file)
        family = m.Family(
            file.id,
            _text(file.label),
            self.who(file.for_, ("for",)),
            schedule,
            tuple(one.id for one in services),
            self.place(()),
        )
        return family, services

    def schedule(self, file: s.ServiceFile) -> m.Schedule:
        shape, path = file.schedule, ("schedule",)
        common: dict[str, Any] = {
            "credit": m.Credit(
                tuple(shape.credit.services),
                tuple(shape.credit.items),
                self.expr(shape.credit.if_, (*path, "credit", "if")),
            ),
            "grace": self.span(shape.grace, (*path, "grace")) or Span(days=30),
            "holds": tuple(self._hold(hold, (*path, "holds", index)) for index, hold in enumerate(shape.holds)),
            "lifelong": shape.scope == "person",
        }
        self._unused_keys(shape, path)
        match shape.kind:
            case "window":
                return m.Window(
                    **common,
                    anchor=self.expr(shape.anchor, (*path, "anchor")),
                    steps=self._steps(shape.steps, file, (*path, "steps")),
                    min_gap=self._days(shape.min_gap, (*path, "min_gap")) or 0,
                    spacing=self._spacing(shape.spacing, (*path, "spacing")),
                    due_from_opening=shape.opens == "window",
                    advanced_by=shape.advanced_by,
                )
            case "series":
                prior = shape.prior
                return m.Series(
                    **common,
                    anchor=self.expr(shape.anchor, (*path, "anchor")),
                    steps=self._steps(shape.steps, file, (*path, "steps")),
                    counts=tuple(shape.counts),
                    variants=tuple(
                        m.Variant(
                            self.cell(one.first_at, (*path, "variants", i)),
                            self._steps(one.steps, file, (*path, "variants", i, "steps")),
                        )
                        for i, one in enumerate(shape.variants)
                    ),
                    apart=m.Apart(tuple(shape.apart.from_), self._days(shape.apart.by, (*path, "apart")) or 0)
                    if shape.apart
                    else None,
                    prior=self._prior(prior, (*path, "prior")) if prior else None,
                    late_after=self._days(shape.late_after, (*path, "late_after")),
                )
            case "repeat":
                if shape.every is None:
                    self.fault(path, "a repeat needs every: (30d, 1m, or contact)")
                return m.Repeat(
                    **common,
                    every=self.span(shape.every, (*path, "every"))
                    if isinstance(shape.every, str) and shape.every != "contact"
                    else None,
                    spacing=self._spacing(shape.every, (*path, "every")) if isinstance(shape.every, list) else (),
                    first=self._target(shape.first, (*path, "first")) if shape.first else None,
                    until=self.expr(shape.until, (*path, "until")),
                    on_request=shape.on_request,
                )
            case "calendar":
                if shape.months is None:
                    self.fault(path, "a calendar needs months: ([2, 8] or all)")
                return m.Calendar(
                    **common,
                    months=() if shape.months in ("all", None) else tuple(sorted(shape.months)),  # type: ignore[arg-type]
                    until_day=self._days(shape.until_day, (*path, "until_day")) or 0,
                    min_gap=self._days(shape.min_gap, (*path, "min_gap")) or 0,
                    age_from=self.span(shape.from_age, (*path, "from_age")),
                    age_until=self.span(shape.until_age, (*path, "until_age")),
                )

    def _spacing(self, shapes: list[s.SpacingShape], path: Path_) -> tuple[m.Spacing, ...]:
        return tuple(
            m.Spacing(self.span(one.until, (*path, i)), self._days(one.days, (*path, i)) or 0)
            for i, one in enumerate(shapes)
        )

    def _unused_keys(self, shape: s.ScheduleShape, path: Path_) -> None:
        allowed = {
            "window": {"anchor", "steps", "min_gap", "spacing", "opens", "advanced_by"},
            "series": {"anchor", "steps", "counts", "variants", "apart", "prior", "late_after"},
            "repeat": {"every", "first", "until", "on_request"},
            "calendar": {"months", "until_day", "min_gap", "from_age", "until_age"},
        }[shape.kind] | {"kind", "credit", "grace", "holds", "scope", "source"}
        for key in sorted(shape.model_fields_set - allowed):
            self.fault((*path, key), f"'{key}' means nothing in a {shape.kind}; remove it or change the kind")

    def _days(self, text: str | None, path: Path_) -> int | None:
        span = self.span(text, path)
        if span is None:
            return None
        if not span.is_days:
            self.fault(path, f"'{text}' must be days or weeks here")
        return span.days

    def _target(self, shape: s.TargetShape, path: Path_) -> m.Target:
        return m.Target(self.expr(shape.anchor, path) or Name("today"), self.span(shape.after, path) or Span())

    def _prior(self, shape: s.PriorShape, path: Path_) -> m.Prior:
        count = self.expr(shape.count, (*path, "count")) or Name("today")
        return m.Prior(count, self.expr(shape.on, (*path, "on")) or Name("today"))

    def _hold(self, hold: s.HoldShape, path: Path_) -> m.Hold:
        when = self.expr(hold.when, (*path, "when")) or Name("today")
        return m.Hold(
            when, hold.status, _text(hold.because), self.expr(hold.until, (*path, "until")), tuple(hold.services)
        )

    def _steps(self, shapes: list[s.StepShape], file: s.ServiceFile, path: Path_) -> tuple[m.Step, ...]:
        steps = []
        if not shapes:
            self.fault(path, "has no steps; a window or series needs at least one")
        for index, one in enumerate(shapes):
            at: Path_ = (*path, index)
            if file.services and one.service is None:
                self.fault(at, "a step of a family must name its service")
            opens = self.span(one.from_, (*at, "from")) or Span()
            due = one.due
            steps.append(
                m.Step(
                    id=one.id or one.service or f"{file.id}-{index + 1}",
                    service=one.service or file.id,
                    at=self.place(at),
                    opens=opens,
                    due=opens
                    if due is None
                    else self._target(due, (*at, "due"))
                    if isinstance(due, s.TargetShape)
                    else parse_span(due),
                    until=self.span(one.until, (*at, "until")),
                    late_until=self.span(one.late_until, (*at, "late_until")),
                    late_if=self.expr(one.late_if, (*at, "late_if")),
                    needs=self.expr(one.needs, (*at, "needs")),
                    full=self.expr(one.full, (*at, "full")),
                    complete_within=self.span(one.complete_within, (*at, "complete_within")),
                    min_age=self.span(one.min, (*at, "min")),
                    after=self.span(one.after, (*at, "after")),
                    grace=self.span(one.grace, (*at, "grace")),
                    when=self.expr(one.when, (*at, "when")),
                )
            )
        return tuple(steps)

    def tables(self, file: s.FindingFile) -> Iterator[m.Table]:
        for index, table in enumerate(file.tables):
            path: Path_ = ("tables", index)
            inputs = tuple(
                m.Input(one, Name(one))
                if isinstance(one, str)
                else m.Input(one.name, self.expr(one.value, (*path, "inputs", i)) or Name("today"))
                for i, one in enumerate(table.inputs)
            )
            rows = []
            for number, row in enumerate(table.rows):
                at: Path_ = (*path, "rows", number)
                if len(row.when) != len(inputs):
                    self.fault(
                        at,
                        f"has {len(row.when)} cells for {len(inputs)} inputs; write - for an input that does not matter",
                    )
                cells = tuple(self.cell(cell, at) for cell in row.when)
                rows.append(m.Row(cells, (row.then,) if isinstance(row.then, str) else tuple(row.then), self.place(at)))
            yield m.Table(
                id=table.id,
                label=_text(table.label),
                who=self.who(table.for_, (*path, "for")),
                inputs=inputs,
                rows=tuple(rows),
                source=self.source(table.source, path, table.assumed),
                at=self.place(path),
                moment=table.at,
                triggered_by=tuple(table.triggered_by),
                when=self.expr(table.when, (*path, "when")),
                hit=table.hit,
                lasts=None if table.lasts in (None, "contact") else self.span(table.lasts, (*path, "lasts")),
                only_at_contact=table.lasts == "contact",
                ask=tuple(table.if_unknown.ask),
            )

    def findings(self, file: s.FindingFile) -> Iterator[m.Finding]:
        for index, finding in enumerate(file.findings):
            path: Path_ = ("findings", index)
            yield m.Finding(
                id=finding.id,
                label=_text(finding.label),
                severity=finding.severity if isinstance(finding.severity, str) else finding.severity[-1].is_,
                severities=self._severities(finding.severity, path),
                source=self.source(finding.source, path, finding.assumed),
                at=self.place(path),
                because=_text(finding.because) if finding.because else None,
                tell=self.topics_to_tell(finding.tell, path),
                do=tuple(self._do(one, (*path, "do", i)) for i, one in enumerate(finding.do)),
                recheck=tuple(
                    self._recheck(one, finding, i, (*path, "recheck")) for i, one in enumerate(_listed(finding.recheck))
                ),
                refer=tuple(self._refer(one, (*path, "refer")) for one in _listed(finding.refer)),
                hidden_from=tuple(finding.hidden_from),
                aliases=tuple(finding.aliases),
            )

    def _severities(self, severity: Any, path: Path_) -> tuple[tuple[Expression, str], ...]:
        if isinstance(severity, str):
            return ()
        if not severity or severity[-1].if_ is not None or any(one.if_ is None for one in severity[:-1]):
            self.fault((*path, "severity"), "each severity but the last needs an if, and the last has none")
            return ()
        return tuple((self.expr(one.if_, path) or Name("today"), one.is_) for one in severity[:-1])

    def _do(self, one: s.DoShape, path: Path_) -> m.Do:
        if one.service is None and (one.id is None or one.label is None):
            self.fault(path, "an action needs a service, or an id and a label")
        label = _text(one.label) if one.label else m.Text("", "")
        within = self.span(one.within, (*path, "within")) or Span()
        return m.Do(
            one.id or one.service or "", label, tuple(one.unit), within, one.service, self.expr(one.if_, (*path, "if"))
        )

    def _recheck(self, one: s.RecheckShape, finding: s.FindingShape, number: int, path: Path_) -> m.Recheck:
        own = one.id or one.service or f"periksa-ulang-{finding.id}" + (f"-{number + 1}" if number else "")
        label = (
            _text(one.label)
            if one.label
            else m.Text(f"Periksa ulang: {finding.label.id}", f"Check again: {finding.label.en}")
        )
        after = self.span(one.after, path) or Span()
        return m.Recheck(own, label, after, tuple(one.items), one.service, tuple(one.unit), self.expr(one.if_, path))

    def _refer(self, one: s.ReferralShape, path: Path_) -> m.Referral:
        place = _UNIT_LABELS[one.to]
        label = _text(one.label) if one.label else m.Text(f"Rujuk ke {place.id}", f"Refer to {place.en}")
        within = self.span(one.within, path) or Span()
        return m.Referral(
            one.id or f"rujuk-{one.to}", one.to, tuple(one.from_), within, label, one.cadre, self.expr(one.if_, path)
        )

    def form(self, file: s.FormFile) -> m.Form:
        sections = tuple(
            m.Section(
                section.hands,
                _text(section.label),
                tuple(
                    m.FormItem(one, None, False)
                    if isinstance(one, str)
                    else m.FormItem(one.item, self.expr(one.when, ("sections", i, "items", j)), one.required)
                    for j, one in enumerate(section.items)
                ),
            )
            for i, section in enumerate(file.sections)
        )
        return m.Form(file.id, _text(file.label), self.who(file.for_, ("for",)), sections, self.place(()))

    def topics(self, file: s.EducationFile) -> Iterator[m.Topic]:
        for index, topic in enumerate(file.topics):
            path: Path_ = ("topics", index)
            yield m.Topic(
                topic.id,
                _text(topic.label),
                _text(topic.text),
                self.source(topic.source, path, topic.assumed),
                self.place(path),
                tuple(topic.aliases),
            )

    def settings(self, file: s.AreaFile) -> Iterator[m.AreaSetting]:
        for index, one in enumerate(file.settings):
            path: Path_ = ("settings", index)
            choices = {key: _text(label) for key, label in one.choices.items()}
            source = self.source(one.source, path, one.assumed)
            yield m.AreaSetting(
                one.id, _text(one.label), one.type, one.default, source, self.place(path), choices, tuple(one.aliases)
            )


_UNIT_LABELS = {
    "rumah": m.Text("rumah", "home"),
    "posyandu": m.Text("Posyandu", "the Posyandu"),
    "pustu": m.Text("Pustu", "the Pustu"),
    "puskesmas": m.Text("Puskesmas", "the Puskesmas"),
    "fktp-lain": m.Text("klinik atau praktik mandiri", "a clinic or private practice"),
    "rumah-sakit": m.Text("rumah sakit (FKRTL)", "hospital"),
    "sekolah": m.Text("sekolah", "school"),
    "paud": m.Text("PAUD", "kindergarten"),
    "tempat-kerja": m.Text("tempat kerja", "the workplace"),
    "labkesmas": m.Text("Labkesmas", "the public health laboratory"),
    "ifk": m.Text("IFK", "the district pharmacy"),
}


def unit_label(unit: str) -> m.Text:
    """The name of a kind of unit inside a sentence."""
    return _UNIT_LABELS.get(unit, m.Text(unit, unit))


def _text(label: s.LabelShape) -> m.Text:
    return m.Text(label.id, label.en)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _shape_problem(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"'{error['loc'][-1]}' is not a key here ({where}); see docs/knowledge-language.md"
    if error["type"] == "missing":
        return f"'{error['loc'][-1]}' is missing ({where})"
    return f"{where}: {error['msg']} (found {error.get('input')!r:.60})"


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
    for path in sorted([*(path for path, _ in _files(root)), *(root / "tables").glob("*.csv")]):
        total.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:12]


def load_knowledge(root: Path = DEFAULT_PATH) -> m.Knowledge:
    """Read all knowledge under `root`. Raises KnowledgeErrors that lists every fault of shape; `checking.py` judges the content."""
    if not root.is_dir():
        raise KnowledgeErrors(
            [KnowledgeError(str(root), 1, "there is no such folder; give the path of the knowledge folder")]
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
            "items",
            "episodes",
            "tables",
            "findings",
            "families",
            "services",
            "forms",
            "topics",
            "settings",
        )
    }
    for kind, document in documents:
        reader = _Reader(document, errors)
        shaped = reader.shape(kind)
        match shaped:
            case s.SourcesFile():
                found["documents"] += [
                    m.Document(one.id, _text(one.label), tuple(one.aliases)) for one in shaped.sources
                ]
            case s.VocabularyFile():
                found["items"] += reader.items(shaped)
                found["episodes"] += reader.episodes(shaped)
            case s.ServiceFile():
                family, services = reader.family(shaped)
                found["families"].append(family)
                found["services"] += services
            case s.FindingFile():
                found["findings"] += reader.findings(shaped)
                found["tables"] += reader.tables(shaped)
            case s.FormFile():
                found["forms"].append(reader.form(shaped))
            case s.EducationFile():
                found["topics"] += reader.topics(shaped)
            case s.AreaFile():
                found["settings"] += reader.settings(shaped)

    def by_id(kind: str) -> dict[str, Any]:
        unique: dict[str, Any] = {}
        for one in found[kind]:
            if one.id in unique and hasattr(one, "at"):
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
    ordered = _in_order(list(tables.values()), items, errors)
    knowledge = m.Knowledge(
        version=version,
        documents={one.id: one for one in found["documents"]},
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
    )
    if errors:
        raise KnowledgeErrors(errors)
    return knowledge


def _in_order(tables: list[m.Table], items: dict[str, m.Item], errors: list[KnowledgeError]) -> list[m.Table]:
    """Tables so that each comes after those whose findings it asks about; a circle is a fault."""
    makers: dict[str, list[m.Table]] = {}
    for table in tables:
        for finding in table.findings:
            makers.setdefault(finding, []).append(table)
    done: dict[str, bool] = {}
    ordered: list[m.Table] = []

    def visit(table: m.Table, trail: tuple[str, ...]) -> None:
        if done.get(table.id):
            return
        if table.id in trail:
            circle = " → ".join((*trail[trail.index(table.id) :], table.id))
            errors.append(
                KnowledgeError(
                    table.at.file, table.at.line, f"tables ask about each other in a circle: {circle}; break it"
                )
            )
            return
        for finding in sorted(findings_asked(table, items)):
            for maker in makers.get(finding, []):
                if maker is table:
                    continue  # its own earlier answers; `checking.py` sees to it that it asks for nothing else
                visit(maker, (*trail, table.id))
        done[table.id] = True
        if table not in ordered:
            ordered.append(table)

    for table in tables:
        visit(table, ())
    return ordered


def findings_asked(table: m.Table, items: dict[str, m.Item]) -> set[str]:
    """Findings that the table's expressions ask about, also through formula items."""
    expressions = [one.value for one in table.inputs] + [one for one in (table.when, table.who.when) if one is not None]
    asked: set[str] = set()
    seen: set[str] = set()
    while expressions:
        tree = expressions.pop()
        asked |= named_in(tree, FINDING_FUNCTIONS)
        for node in walk(tree):
            if (
                isinstance(node, Name)
                and node.id not in seen
                and (item := items.get(node.id))
                and item.formula is not None
            ):
                seen.add(node.id)
                expressions.append(item.formula)
    return asked
