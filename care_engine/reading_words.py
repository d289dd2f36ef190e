"""Vocabulary, episodes, forms, education, area settings and pathways: from the shape of their files to the model."""

from __future__ import annotations

from collections.abc import Iterator

from care_engine import model as m
from care_engine import schema as s
from care_engine.dates import Span
from care_engine.places import Path_
from care_engine.reading import Reader, text_of


class WordReader(Reader):
    """Reads what is asked, told and set."""

    def documents(self, file: s.SourcesFile) -> Iterator[m.Document]:
        for index, one in enumerate(file.sources):
            yield m.Document(one.id, text_of(one.label), self.place(("sources", index)), tuple(one.aliases))

    def named(self, file: s.ProgrammeFile) -> Iterator[m.Named]:
        for number, one in enumerate(file.named):
            for index, id_ in enumerate(one.services):
                yield m.Named(id_, one.document, one.place, self.place(("named", number, "services", index)))

    def omitted(self, file: s.ProgrammeFile) -> Iterator[m.Omitted]:
        for index, one in enumerate(file.omitted):
            yield m.Omitted(one.id, text_of(one.because), self.place(("omitted", index)))

    def items(self, file: s.VocabularyFile) -> Iterator[m.Item]:
        for index, item in enumerate(file.items):
            path: Path_ = ("items", index)
            yield m.Item(
                id=item.id,
                label=text_of(item.label),
                type=item.type,
                at=self.place(path),
                source=self.source(item.source, path, item.assumed),
                unit=item.unit,
                decimals=item.decimals,
                ranges=self.ranges(item.range, (*path, "range")),
                usual=self.ranges(item.usual, (*path, "usual")),
                change=self.changes(item.change, (*path, "change")),
                choices={key: text_of(label) for key, label in (item.choices or {}).items()},
                codes=item.codes,
                aliases=tuple(item.aliases),
                choice_aliases=item.choice_aliases,
                words=item.words,
                recorded_as=item.recorded_as,
                below=item.below,
                formula=self.expr(item.formula, (*path, "formula")),
                sensitive=item.sensitive,
                hint=text_of(item.hint) if item.hint else None,
            )

    def changes(self, rows: list[s.ChangeShape], path: Path_) -> tuple[m.Change, ...]:
        return tuple(
            m.Change(
                self.span(one.until_age, (*path, index, "until_age")),
                self.span(one.within, (*path, index, "within")),
                _amount(one.falls),
                _amount(one.rises),
            )
            for index, one in enumerate(rows)
        )

    def episodes(self, file: s.VocabularyFile) -> Iterator[m.EpisodeKind]:
        for index, kind in enumerate(file.episodes):
            path: Path_ = ("episodes", index)
            yield m.EpisodeKind(
                id=kind.id,
                label=text_of(kind.label),
                at=self.place(path),
                starts=kind.starts,
                follows=kind.follows.episode if kind.follows else None,
                outcomes=tuple(kind.follows.outcomes if kind.follows else kind.outcomes),
                earliest=m.Earliest(tuple(earliest.outcomes), self.target(earliest, (*path, "earliest")))
                if (earliest := kind.earliest)
                else None,
                lasts=self.span(kind.lasts, (*path, "lasts")),
                shown_for=self.span(kind.shown_for, (*path, "shown_for")) or Span(),
            )

    def form(self, file: s.FormFile) -> m.Form:
        sections = tuple(
            m.Section(
                section.hands,
                text_of(section.label),
                tuple(
                    m.FormItem(one, None, False)
                    if isinstance(one, str)
                    else m.FormItem(one.item, self.expr(one.when, ("sections", i, "items", j)), one.required)
                    for j, one in enumerate(section.items)
                ),
            )
            for i, section in enumerate(file.sections)
        )
        return m.Form(file.id, text_of(file.label), self.who(file.for_, ("for",)), sections, self.place(()))

    def pathway(self, file: s.PathwayFile) -> m.Pathway:
        stretches = tuple(
            m.Stretch(text_of(one.label), tuple(one.services), tuple(one.folders), self.place(("sections", index)))
            for index, one in enumerate(file.sections)
        )
        who, source = self.who(file.for_, ("for",)), self.source(file.source, ("source",))
        return m.Pathway(file.id, text_of(file.label), file.order, who, stretches, source, self.place(()))

    def topics(self, file: s.EducationFile) -> Iterator[m.Topic]:
        for index, topic in enumerate(file.topics):
            path: Path_ = ("topics", index)
            yield m.Topic(
                topic.id,
                text_of(topic.label),
                text_of(topic.text),
                self.source(topic.source, path, topic.assumed),
                self.place(path),
                tuple(topic.aliases),
            )

    def settings(self, file: s.AreaFile) -> Iterator[m.AreaSetting]:
        for index, one in enumerate(file.settings):
            path: Path_ = ("settings", index)
            choices = {key: text_of(label) for key, label in one.choices.items()}
            source = self.source(one.source, path, one.assumed)
            yield m.AreaSetting(
                one.id,
                text_of(one.label),
                one.type,
                one.default,
                source,
                self.place(path),
                choices,
                tuple(one.aliases),
                one.unit,
                one.group,
                one.range,
                one.note,
            )


def _amount(text: float | str | None) -> m.Amount | None:
    if text is None:
        return None
    return m.Amount(float(text.rstrip("%")), True) if isinstance(text, str) else m.Amount(text)
