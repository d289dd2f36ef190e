"""Services and their schedules: from the shape of their files to the model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from care_engine import model as m
from care_engine import schema as s
from care_engine.dates import Span, parse_span
from care_engine.expressions import Name
from care_engine.places import Path_
from care_engine.reading import Reader, text_of


class ServiceReader(Reader):
    """Reads a family of services with its schedule, or the target groups of a service, each of which becomes a family."""

    def families(self, file: s.ServiceFile) -> tuple[list[m.Family], list[m.Service]]:
        """The families of a file, and its services, each once: of several groups the service is that of the first, given by whoever may
        give it to some group.
        """
        if not file.groups:
            family = self._family(file)
            return [family], list(family.members)
        if file.services or "for_" in file.model_fields_set:
            self.fault(("groups",), "each group says for: itself, and a service of a family has no groups")
        families = [self._group(file, index) for index in range(len(file.groups))]
        members = [one.members[0] for one in families]
        given_by = tuple(dict.fromkeys(provider for one in members for provider in one.given_by))
        return families, [replace(members[0], label=text_of(file.label), at=self.place(()), given_by=given_by)]

    def _family(self, file: s.ServiceFile) -> m.Family:
        shapes = file.services or [s.MemberShape(id=file.id, label=file.label, aliases=file.aliases)]
        members = []
        for index, member in enumerate(shapes):
            path: Path_ = ("services", index) if file.services else ()
            given_by, given_by_at = (file.given_by, ()) if member.given_by is None else (member.given_by, path)
            tell, tell_at = (file.tell, ()) if member.tell is None else (member.tell, path)
            members.append(
                m.Service(
                    id=member.id,
                    label=text_of(member.label),
                    klaster=self._klaster(file.klaster),
                    family=file.id,
                    given_by=self.providers(given_by, (*given_by_at, "given_by")),
                    source=self.source(member.source, path),
                    at=self.place(path),
                    form=member.form or file.form,
                    calls=file.calls,
                    tell=self.topics_to_tell(tell, tell_at),
                    hidden_from=tuple(member.hidden_from if member.hidden_from is not None else file.hidden_from),
                    sensitive=member.sensitive or file.sensitive,
                    aliases=tuple(member.aliases),
                )
            )
        schedule = self.schedule(file.schedule, file, ())
        who = self.who(file.for_, ("for",))
        return m.Family(file.id, text_of(file.label), who, schedule, tuple(members), self.place(()))

    def _group(self, file: s.ServiceFile, index: int) -> m.Family:
        group, path = file.groups[index], ("groups", index)
        id_ = f"{file.id}/{group.id}"
        given_by, given_by_at = (file.given_by, ()) if group.given_by is None else (group.given_by, path)
        tell, tell_at = (file.tell, ()) if group.tell is None else (group.tell, path)
        member = m.Service(
            id=file.id,
            label=text_of(file.label),
            klaster=self._klaster(group.klaster or file.klaster),
            family=id_,
            given_by=self.providers(given_by, (*given_by_at, "given_by")),
            source=self.source(group.source, path),
            at=self.place(path),
            form=group.form or file.form,
            calls=file.calls,
            tell=self.topics_to_tell(tell, tell_at),
            hidden_from=tuple(file.hidden_from),
            sensitive=file.sensitive,
            aliases=tuple(file.aliases),
        )
        who = replace(self.who(group.for_, (*path, "for")), known_age=index > 0)
        schedule = (
            self.schedule(group.schedule, file, path) if group.schedule else self.schedule(file.schedule, file, ())
        )
        label = m.Text(f"{file.label.id}: {group.label.id}", f"{file.label.en}: {group.label.en}")
        return m.Family(id_, label, who, schedule, (member,), self.place(path))

    def _klaster(self, klaster: int | str | None) -> str:
        if klaster is None:
            self.fault((), "klaster is missing: 1, 2, 3, 4 or lintas")
        return str(klaster)

    def schedule(self, shape: s.ScheduleShape | None, file: s.ServiceFile, above: Path_) -> m.Schedule:
        path: Path_ = (*above, "schedule")
        if shape is None:
            self.fault(above, "schedule is missing: when is it due?")
            shape = s.ScheduleShape(kind="repeat", every="contact")
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
                    min_gap=self.days(shape.min_gap, (*path, "min_gap")) or 0,
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
                            self.cell(one.first_at, (*path, "variants", i, "first_at")),
                            self._steps(one.steps, file, (*path, "variants", i, "steps")),
                        )
                        for i, one in enumerate(shape.variants)
                    ),
                    apart=m.Apart(tuple(shape.apart.from_), self.days(shape.apart.by, (*path, "apart", "by")) or 0)
                    if shape.apart
                    else None,
                    prior=self._prior(prior, (*path, "prior")) if prior else None,
                    late_after=self.days(shape.late_after, (*path, "late_after")),
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
                    first=self.target(shape.first, (*path, "first")) if shape.first else None,
                    until=self.expr(shape.until, (*path, "until")),
                    on_request=shape.on_request,
                )
            case "calendar":
                if shape.months is None:
                    self.fault(path, "a calendar needs months: ([2, 8] or all)")
                return m.Calendar(
                    **common,
                    months=() if shape.months in ("all", None) else tuple(sorted(shape.months)),  # type: ignore[arg-type]
                    until_day=self.days(shape.until_day, (*path, "until_day")) or 0,
                    min_gap=self.days(shape.min_gap, (*path, "min_gap")) or 0,
                    age_from=self.span(shape.from_age, (*path, "from_age")),
                    age_until=self.limit(shape.until_age, (*path, "until_age")),
                )

    def _spacing(self, shapes: list[s.SpacingShape], path: Path_) -> tuple[m.Spacing, ...]:
        return tuple(
            m.Spacing(self.span(one.until, (*path, i, "until")), self.days(one.days, (*path, i, "days")) or 0)
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

    def _prior(self, shape: s.PriorShape, path: Path_) -> m.Prior:
        count = self.expr(shape.count, (*path, "count")) or Name("today")
        return m.Prior(count, self.expr(shape.on, (*path, "on")) or Name("today"))

    def _hold(self, hold: s.HoldShape, path: Path_) -> m.Hold:
        when = self.expr(hold.when, (*path, "when")) or Name("today")
        return m.Hold(
            when, hold.status, text_of(hold.because), self.expr(hold.until, (*path, "until")), tuple(hold.services)
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
                    else self.target(due, (*at, "due"))
                    if isinstance(due, s.TargetShape)
                    else parse_span(due),
                    until=self.limit(one.until, (*at, "until")),
                    late_until=self.limit(one.late_until, (*at, "late_until")),
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
