"""Decision tables and findings: from the shape of their files to the model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from care_engine import model as m
from care_engine import schema as s
from care_engine.dates import Span
from care_engine.expressions import Expression, Name, Setting
from care_engine.labels import unit_label
from care_engine.places import Path_
from care_engine.reading import Reader, listed, text_of


class FindingReader(Reader):
    """Reads tables, findings and what follows from them."""

    def tables(self, file: s.FindingFile) -> Iterator[m.Table]:
        for index, table in enumerate(file.tables):
            path: Path_ = ("tables", index)
            inputs = tuple(
                m.Input(one, Name(one))
                if isinstance(one, str)
                else m.Input(one.name, self.expr(one.value, (*path, "inputs", i, "value")) or Name("today"))
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
                cells = tuple(self.cell(cell, (*at, "when", i)) for i, cell in enumerate(row.when))
                rows.append(m.Row(cells, (row.then,) if isinstance(row.then, str) else tuple(row.then), self.place(at)))
            yield m.Table(
                id=table.id,
                label=text_of(table.label),
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
                label=text_of(finding.label),
                severity=finding.severity if isinstance(finding.severity, str) else finding.severity[-1].is_,
                severities=self._severities(finding.severity, path),
                source=self.source(finding.source, path, finding.assumed),
                at=self.place(path),
                because=text_of(finding.because) if finding.because else None,
                tell=self.topics_to_tell(finding.tell, path),
                do=tuple(self._do(one, (*path, "do", i)) for i, one in enumerate(finding.do)),
                recheck=tuple(
                    self._recheck(one, finding, i, (*path, "recheck", i))
                    for i, one in enumerate(listed(finding.recheck))
                ),
                refer=tuple(self._refer(one, (*path, "refer", i)) for i, one in enumerate(listed(finding.refer))),
                hidden_from=tuple(finding.hidden_from if finding.hidden_from is not None else file.hidden_from),
                sensitive=finding.sensitive,
                aliases=tuple(finding.aliases),
            )

    def _severities(self, severity: Any, path: Path_) -> tuple[tuple[Expression, str], ...]:
        if isinstance(severity, str):
            return ()
        if not severity or severity[-1].if_ is not None or any(one.if_ is None for one in severity[:-1]):
            self.fault((*path, "severity"), "each severity but the last needs an if, and the last has none")
            return ()
        rules = enumerate(severity[:-1])
        return tuple((self.expr(one.if_, (*path, "severity", i, "if")) or Name("today"), one.is_) for i, one in rules)

    def _do(self, one: s.DoShape, path: Path_) -> m.Do:
        if one.service is None and (one.id is None or one.label is None):
            self.fault(path, "an action needs a service, or an id and a label")
        label = text_of(one.label) if one.label else m.Text("", "")
        within = self._within(one.within, (*path, "within"))
        condition = self.expr(one.if_, (*path, "if"))
        return m.Do(one.id or one.service or "", label, tuple(one.unit), within, one.service, condition, one.visit)

    def _recheck(self, one: s.RecheckShape, finding: s.FindingShape, number: int, path: Path_) -> m.Recheck:
        own = one.id or one.service or f"periksa-ulang-{finding.id}" + (f"-{number + 1}" if number else "")
        label = (
            text_of(one.label)
            if one.label
            else m.Text(f"Periksa ulang: {finding.label.id}", f"Check again: {finding.label.en}")
        )
        after, condition = self._within(one.after, (*path, "after")), self.expr(one.if_, (*path, "if"))
        return m.Recheck(own, label, after, tuple(one.items), one.service, tuple(one.unit), condition)

    def _refer(self, one: s.ReferralShape, path: Path_) -> m.Referral:
        place = unit_label(one.to)
        label = text_of(one.label) if one.label else m.Text(f"Rujuk ke {place.id}", f"Refer to {place.en}")
        within, condition = self._within(one.within, (*path, "within")), self.expr(one.if_, (*path, "if"))
        return m.Referral(one.id or f"rujuk-{one.to}", one.to, tuple(one.from_), within, label, one.cadre, condition)

    def _within(self, text: str, path: Path_) -> m.Within:
        if text.startswith("area."):
            return Setting(text.removeprefix("area."))
        return self.span(text, path) or Span()
