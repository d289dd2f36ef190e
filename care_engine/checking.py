"""Refuses knowledge that is wrong or unfinished. Each refusal names file, line, what is wrong and the likely fix."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from care_engine import model as m
from care_engine.circles import circles, of_table, schedules_asked
from care_engine.coverage import coverage_faults
from care_engine.empty_record import empty_record_faults
from care_engine.explaining import NAMED_IN_TEXT
from care_engine.expressions import Binary, Expression, Name, Setting, walk
from care_engine.group_faults import group_faults
from care_engine.limit_faults import limit_faults, setting_faults
from care_engine.ordering import findings_named
from care_engine.pathways.faults import pathway_faults
from care_engine.table_gaps import table_faults
from care_engine.typing_rules import faults_of
from care_engine.yaml_files import KnowledgeError

ROLES = {"kader", "kader-pustu", "petugas-pustu", "registrasi", "pemerintah-desa", "warga"}


def check(knowledge: m.Knowledge, *, draft: bool = False) -> list[KnowledgeError]:
    """All refusals, in order of file and line. Empty when the knowledge may be used. In a draft a service may be on no chart yet."""
    checker = _Checker(knowledge, draft)
    # Deciding needs sound knowledge, so the empty record is only tried when nothing else is wrong.
    faults = list(checker.faults()) or list(empty_record_faults(knowledge))
    found = [KnowledgeError(at.file, at.line, problem) for at, problem in dict.fromkeys(faults)]
    return sorted(found, key=lambda error: (error.file, error.line, error.problem))


Fault = tuple[m.Place, str]


class _Checker:
    def __init__(self, knowledge: m.Knowledge, draft: bool) -> None:
        self.knowledge, self.draft = knowledge, draft
        self.countable = set(knowledge.services) | {family.id for family in knowledge.families}
        for family in knowledge.families:
            self.countable |= {*family.schedule.credit.services, *getattr(family.schedule, "counts", ())}

    def faults(self) -> Iterator[Fault]:
        yield from self.sources()
        yield from self.aliases()
        for item in self.knowledge.items.values():
            yield from self.item(item)
        for kind in self.knowledge.episodes.values():
            yield from self.episode(kind)
        yield from self.formula_circles()
        for family in self.knowledge.families:
            yield from self.family(family)
            for service in family.members:
                yield from self.service(service)
        yield from group_faults(self.knowledge)
        for table in self.knowledge.tables:
            yield from self.table(table)
        for finding in self.knowledge.findings.values():
            yield from self.finding(finding)
        for form in self.knowledge.forms.values():
            yield from self.form(form)
        for setting in self.knowledge.settings.values():
            yield from setting_faults(setting)
        for topic in self.knowledge.topics.values():
            if not topic.text.id.strip():
                yield topic.at.key("text"), f"topic {topic.id} has no text"
        yield from coverage_faults(self.knowledge)
        for pathway in self.knowledge.pathways.values():
            yield from self.who(pathway.who, pathway.at.key("for"))
        yield from pathway_faults(self.knowledge, all_shown=not self.draft)
        yield from circles(self.knowledge)

    # --- references ---

    def sources(self) -> Iterator[Fault]:
        owners: Iterable[m.Item | m.Service | m.Finding | m.Table | m.Topic | m.AreaSetting | m.Pathway] = [
            *self.knowledge.items.values(),
            *(service for family in self.knowledge.families for service in family.members),
            *self.knowledge.findings.values(),
            *self.knowledge.tables,
            *self.knowledge.topics.values(),
            *self.knowledge.settings.values(),
            *self.knowledge.pathways.values(),
        ]
        for one in owners:
            document = one.source.document
            if document is not None and document not in self.knowledge.documents:
                at = one.at.key_or_shared("source", "document")
                yield at, f"source '{document}' is not in sources.yaml; add it there or correct the name"
            if document is None and not one.source.assumed:
                yield one.at.key_or_shared("source"), f"{one.id} has no source; name the document, or say assumed: true"

    def aliases(self) -> Iterator[Fault]:
        groups: list[list[m.Item | m.Finding | m.Service]] = [
            list(self.knowledge.items.values()),
            list(self.knowledge.findings.values()),
            list(self.knowledge.services.values()),
        ]
        for owners in groups:
            ids = {one.id for one in owners}
            seen: dict[str, str] = {}
            for one in owners:
                for index, alias in enumerate(one.aliases):
                    at = one.at.key("aliases", index)
                    if alias in ids and alias != one.id:
                        yield at, f"alias '{alias}' of {one.id} is the id of something else"
                    if alias in seen:
                        yield at, f"alias '{alias}' of {one.id} is also an alias of {seen[alias]}"
                    seen[alias] = one.id

    def expression(self, tree: Expression | None, at: m.Place, wanted: str | None, what: str) -> Iterator[Fault]:
        if tree is not None:
            for problem in faults_of(tree, self.knowledge, self.countable, wanted):
                yield at, f"{what}: {problem}"

    def known(self, ids: Iterable[str], among: Container[str], at: m.Place, what: str) -> Iterator[Fault]:
        """`at`: where the list, the mapping or the only id of them stands."""
        for index, id_ in enumerate(ids):
            if id_ not in among:
                yield at.key(index, id_), f"there is no {what} '{id_}'; define it or correct the name"

    def who(self, who: m.Who, at: m.Place) -> Iterator[Fault]:
        if who.episode is not None:
            yield from self.known([who.episode], self.knowledge.episodes, at.key("episode"), "episode")
        yield from self.known(who.area, self.knowledge.settings, at.key("area"), "area setting")
        yield from self.expression(who.when, at.key("when"), "boolean", "for.when")
        if who.age_from is not None and who.age_until is not None and who.age_from > who.age_until:
            yield at.key("age"), "the age ends before it begins"

    # --- one kind after the other ---

    def item(self, item: m.Item) -> Iterator[Fault]:
        wanted = {"integer": "number", "choice": "text", "choices": "set"}.get(item.type, item.type)
        yield from self.expression(item.formula, item.at.key("formula"), wanted, f"formula of {item.id}")
        if item.type in ("choice", "choices") and item.formula is None and not item.choices:
            yield item.at.key("type"), f"{item.id} is a {item.type} without choices"
        for word, meant in item.words.items():
            if isinstance(meant, Mapping):
                yield from self.known(meant, self.knowledge.items, item.at.key("words", word), "item")
        if item.formula is not None and item.sensitive is None:
            for name in sorted(node.id for node in walk(item.formula) if isinstance(node, Name)):
                part = self.knowledge.items.get(name)
                if part is not None and part.sensitive not in (None, "campuran"):
                    yield (
                        item.at.key("formula"),
                        f"{item.id} is worked out from {name}, which is sensitive; say sensitive: {part.sensitive} here too",
                    )
        if item.recorded_as is not None:
            yield from self.known([item.recorded_as], self.knowledge.items, item.at.key("recorded_as"), "item")
        if item.below is not None:
            compared = Binary("<", Name(item.id), Name(item.below))
            yield from self.expression(compared, item.at.key("below"), None, "below")
        yield from limit_faults(item)

    def episode(self, kind: m.EpisodeKind) -> Iterator[Fault]:
        if kind.starts is not None:
            yield from self.known([kind.starts], self.knowledge.items, kind.at.key("starts"), "item")
        if kind.follows is not None:
            at = kind.at.key("follows")
            yield from self.known([kind.follows], self.knowledge.episodes, at.key("episode"), "episode")
            before = self.knowledge.episodes.get(kind.follows)
            outcomes = before.outcomes if before is not None else kind.outcomes
            yield from self.known(kind.outcomes, outcomes, at.key("outcomes"), f"outcome of {kind.follows}")
        if kind.earliest is not None:
            at = kind.at.key("earliest")
            yield from self.known(kind.earliest.outcomes, kind.outcomes, at.key("outcomes"), f"outcome of {kind.id}")
            yield from self.expression(kind.earliest.day.anchor, at.key("anchor"), "date", "earliest.anchor")

    def formula_circles(self) -> Iterator[Fault]:
        items = self.knowledge.items

        def reaches(start: str, goal: str, seen: set[str]) -> bool:
            formula = items[start].formula
            if formula is None:
                return False
            for node in walk(formula):
                if isinstance(node, Name) and node.id in items and node.id not in seen:
                    if node.id == goal:
                        return True
                    seen.add(node.id)
                    if reaches(node.id, goal, seen):
                        return True
            return False

        for item in items.values():
            if item.formula is not None and reaches(item.id, item.id, set()):
                yield item.at.key("formula"), f"the formula of {item.id} needs itself; break the circle"

    def family(self, family: m.Family) -> Iterator[Fault]:
        yield from self.who(family.who, family.at.key("for"))
        schedule, at = family.schedule, family.at.key("schedule")
        yield from self.known(schedule.credit.items, self.knowledge.items, at.key("credit", "items"), "item")
        yield from self.expression(schedule.credit.condition, at.key("credit", "if"), "boolean", "credit.if")
        for index, hold in enumerate(schedule.holds):
            here = at.key("holds", index)
            yield from self.expression(hold.when, here.key("when"), "boolean", "holds.when")
            yield from self.expression(hold.until, here.key("until"), "date", "holds.until")
            yield from self.known(hold.services, family.services, here.key("services"), "service of this family")
        if isinstance(schedule, m.Window | m.Series):
            yield from self.steps(family, schedule)
            yield from self.expression(schedule.anchor, at.key("anchor"), "date", "anchor")
            if isinstance(schedule, m.Window) and schedule.anchor is None:
                yield at, f"{family.id}: a window needs an anchor, e.g. anchor: birth"
        if isinstance(schedule, m.Window) and schedule.advanced_by is not None:
            yield from self.known([schedule.advanced_by], self.knowledge.items, at.key("advanced_by"), "item")
        if isinstance(schedule, m.Series):
            if schedule.apart is not None:
                yield from self.known(schedule.apart.services, self.countable, at.key("apart", "from"), "service")
            if schedule.prior is not None:
                yield from self.expression(schedule.prior.count, at.key("prior", "count"), "number", "prior.count")
                yield from self.expression(schedule.prior.on, at.key("prior", "on"), "date", "prior.on")
        if isinstance(schedule, m.Repeat):
            yield from self.expression(schedule.until, at.key("until"), "date", "until")
            if schedule.first is not None:
                yield from self.expression(schedule.first.anchor, at.key("first", "anchor"), "date", "first.anchor")
        if isinstance(schedule, m.Repeat | m.Calendar) and len(family.services) > 1:
            said = f"{family.id}: a {type(schedule).__name__.lower()} is for one service; give each its own file"
            yield family.at.key("services"), said

    def steps(self, family: m.Family, schedule: m.Window | m.Series) -> Iterator[Fault]:
        variants = [one.steps for one in schedule.variants] if isinstance(schedule, m.Series) else []
        every = [step for steps in (schedule.steps, *variants) for step in steps]
        served = {step.service for step in every}
        for service in family.services:
            if service not in served:
                yield family.member(service).at, f"{service} has no step in the schedule of {family.id}"
        for step in every:
            if step.service not in family.services:
                yield step.at.key("service"), f"step names '{step.service}', which is not a service of {family.id}"
            for tree, what in (
                (step.needs, "needs"),
                (step.full, "full"),
                (step.late_if, "late_if"),
                (step.when, "when"),
            ):
                yield from self.expression(tree, step.at.key(what), "boolean", what)
            if isinstance(step.due, m.Target):
                yield from self.expression(step.due.anchor, step.at.key("due", "anchor"), "date", "due.anchor")
            elif step.until is not None and isinstance(schedule, m.Window):
                if (step.due.months * 30 + step.due.days) > (step.until.months * 30 + step.until.days) + (
                    30 if step.until.months else 0
                ):
                    yield step.at.key("due"), f"step {step.id} is due after its window has closed"
            if isinstance(schedule, m.Series) and isinstance(step.due, m.Target):
                at = step.at.key("due", "anchor")
                yield at, "a series counts from one anchor for all its steps; write anchor: on the schedule"
            if isinstance(schedule, m.Series) and (step.needs or step.full or step.complete_within or step.late_until):
                at = step.at.key_of("needs", "full", "complete_within", "late_until")
                yield at, "needs, full, complete_within and late_until mean nothing in a series"
            if isinstance(schedule, m.Window) and (step.min_age or step.after):
                yield step.at.key_of("min", "after"), "min and after mean nothing in a window; write from"

    def service(self, service: m.Service) -> Iterator[Fault]:
        if not service.given_by:
            yield (
                service.at.key_or_shared("given_by"),
                f"nobody may give {service.id}; add given_by: [{{unit: ..., cadre: ...}}]",
            )
        for provider in service.given_by:
            yield from self.expression(provider.condition, provider.at.key("if"), "boolean", "given_by.if")
        if service.form is not None:
            yield from self.known([service.form], self.knowledge.forms, service.at.key_or_shared("form"), "form")
        yield from self.told(service.tell, service.at.key_or_shared("tell"))
        yield from self.known(service.hidden_from, ROLES, service.at.key_or_shared("hidden_from"), "role")

    def table(self, table: m.Table) -> Iterator[Fault]:
        yield from self.who(table.who, table.at.key("for"))
        yield from self.expression(table.when, table.at.key("when"), "boolean", "when")
        names: set[str] = set()
        sound = True
        for index, one in enumerate(table.inputs):
            at = table.at.key("inputs", index)
            if one.name in names:
                yield at.key("name"), f"input {one.name} stands twice in table {table.id}"
            names.add(one.name)
            for fault in self.expression(one.value, at.key("value"), None, f"input {one.name}"):
                sound = False
                yield fault
        for row in table.rows:
            yield from self.known(row.then, self.knowledge.findings, row.at.key("then"), "finding")
        yield from self.known(table.ask, self.knowledge.items, table.at.key("if_unknown", "ask"), "item")
        yield from self.known(table.triggered_by, self.knowledge.items, table.at.key("triggered_by"), "item")
        if table.moment == "contact":
            yield from self.contact_table(table)
        if sound:
            yield from table_faults(table, self.knowledge, self.countable)

    def contact_table(self, table: m.Table) -> Iterator[Fault]:
        for one in of_table(table):
            for finding in sorted(findings_named([one.tree], dict(self.knowledge.items))):
                for maker in self.knowledge.tables_by_finding.get(finding, ()):
                    if maker.moment == "today":
                        yield (
                            one.at,
                            f"table {table.id} speaks at contacts but asks for {finding}, which is only known on the day of the decision; say at: today",
                        )
        for at, words in schedules_asked(table, self.knowledge):
            yield at, f"{words} is only known on the day of the decision; say at: today"

    def told(self, topics: Iterable[m.Tell], at: m.Place) -> Iterator[Fault]:
        for index, one in enumerate(topics):
            yield from self.known([one.topic], self.knowledge.topics, at.key(index, "topic"), "education topic")
            yield from self.expression(one.condition, at.key(index, "if"), "boolean", "tell.if")

    def finding(self, finding: m.Finding) -> Iterator[Fault]:
        at = finding.at
        if finding.id not in self.knowledge.tables_by_finding:
            yield at, f"no table ever finds {finding.id}; add a row for it or remove it"
        if finding.severity != "normal" and not (finding.tell or finding.do or finding.recheck or finding.refer):
            yield at.key("severity"), f"nothing follows from {finding.id}; add tell, do, recheck or refer"
        if finding.severity == "gawat" and not finding.refer and not finding.do:
            said = f"{finding.id} is an emergency, but nothing is done and nobody is told; add do or refer"
            yield at.key("severity"), said
        for index, (condition, _) in enumerate(finding.severities):
            yield from self.expression(condition, at.key("severity", index, "if"), "boolean", "severity.if")
        yield from self.because(finding)
        yield from self.told(finding.tell, at.key("tell"))
        yield from self.known(finding.hidden_from, ROLES, at.key("hidden_from"), "role")
        for index, do in enumerate(finding.do):
            here = at.key("do", index)
            if do.service is not None:
                yield from self.follow_up_service(do, finding, here)
            elif not do.units:
                yield here, f"action {do.id} of {finding.id} says no unit"
            yield from self.expression(do.condition, here.key("if"), "boolean", "do.if")
            yield from self.within(do.within, here.key("within"), f"within of {do.id}")
        for index, recheck in enumerate(finding.recheck):
            here = at.key("recheck", index)
            yield from self.known(recheck.items, self.knowledge.items, here.key("items"), "item")
            if recheck.service is not None:
                yield from self.follow_up_service(recheck, finding, here)
            yield from self.expression(recheck.condition, here.key("if"), "boolean", "recheck.if")
            yield from self.within(recheck.after, here.key("after"), f"after of {recheck.id}")
        for index, refer in enumerate(finding.refer):
            here = at.key("refer", index)
            yield from self.expression(refer.condition, here.key("if"), "boolean", "refer.if")
            yield from self.within(refer.within, here.key("within"), f"within of {refer.id}")
            if refer.to in refer.from_units:
                yield here.key("to"), f"{finding.id} refers from {refer.to} to itself"

    def because(self, finding: m.Finding) -> Iterator[Fault]:
        if finding.because is None:
            return
        tables = self.knowledge.tables_by_finding.get(finding.id, ())
        inputs = {one.name for table in tables for one in table.inputs}
        for language in ("id", "en"):
            for name in NAMED_IN_TEXT.findall(finding.because[language]):
                if name not in inputs and name not in self.knowledge.items:
                    said = f"because names {{{name}}}, which is neither an input of a table that finds {finding.id} nor an item"
                    yield finding.at.key("because", language), f"{said}; correct the name"

    def follow_up_service(self, rule: m.Do | m.Recheck, finding: m.Finding, at: m.Place) -> Iterator[Fault]:
        service = self.knowledge.services.get(rule.service or "")
        if service is None:
            yield from self.known([str(rule.service)], self.knowledge.services, at.key("service"), "service")
            return
        for index, unit in enumerate(rule.units):
            if unit not in {one.unit for one in service.given_by}:
                said = f"action {rule.id} of {finding.id} is for {unit}, where nobody may give {service.id}"
                yield at.key("unit", index), said

    def within(self, within: m.Within, at: m.Place, what: str) -> Iterator[Fault]:
        """Days by an area setting: there must always be a whole number of them."""
        if not isinstance(within, Setting):
            return
        setting = self.knowledge.settings.get(within.id)
        if setting is None:
            yield from self.known([within.id], self.knowledge.settings, at, "area setting")
        elif setting.type != "integer" or setting.unit != "d":
            yield at, f"{what}: area.{within.id} does not count days; it needs type: integer and unit: d"
        elif not isinstance(setting.default, int) or isinstance(setting.default, bool) or setting.default < 0:
            yield at, f"{what}: area.{within.id} needs a default of 0 days or more, for areas that say nothing"

    def form(self, form: m.Form) -> Iterator[Fault]:
        yield from self.who(form.who, form.at.key("for"))
        for number, section in enumerate(form.sections):
            for index, one in enumerate(section.items):
                at = form.at.key("sections", number, "items", index)
                yield from self.known([one.item], self.knowledge.items, at.key("item"), "item")
                yield from self.expression(one.when, at.key("when"), "boolean", f"when of {one.item}")
