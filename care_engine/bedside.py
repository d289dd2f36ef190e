"""Decides for one person, plainly: what was found, what is due, what follows, what is missing. This file is the judge.

    decide(facts, on, knowledge) -> Decision

`population/` must say the same for many people at once; where they differ, this file is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any

from care_engine.answers import UNKNOWN, Action, Decision, Found, Judgement, Question, Status
from care_engine.dates import add, last_day
from care_engine.evaluating import LAST_SEQUENCE, Moment, both, evaluate
from care_engine.expressions import EVENT_FUNCTIONS, Call, Name, walk
from care_engine.facts import Contact, Facts
from care_engine.following import actions
from care_engine.model import (
    SEVERITIES,
    Family,
    Finding,
    Knowledge,
    Service,
    Table,
    Tell,
    Text,
    Who,
    Window,
)
from care_engine.schedules import Standing, standings
from care_engine.subjects import Subject, following_episodes, subject_of_episode, subject_of_person
from care_engine.tables import asks_itself, hit, triggers

__all__ = ["UNKNOWN", "Action", "Decision", "Found", "Judgement", "Person", "Question", "Status", "decide"]


def decide(facts: Facts, on: int, knowledge: Knowledge) -> Decision:
    """Everything that Simpul concludes about one person on a day (an ordinal)."""
    return Person(facts, on, knowledge).decide()


class Person:
    """One person's facts under evaluation on one day. Answers are worked out once and kept."""

    facts: Facts
    on: int
    knowledge: Knowledge

    def __init__(self, facts: Facts, on: int, knowledge: Knowledge) -> None:
        self.facts, self.on, self.knowledge = facts, on, knowledge
        self.subject = subject_of_person(facts, on)
        recorded = [subject_of_episode(one, facts) for one in facts.episodes]
        self.episodes = recorded + following_episodes(facts, knowledge)
        self.missing: list[str] | None = None
        self._moments_of: dict[tuple[int, str], list[Moment]] = {}
        self._moments: dict[tuple[int, int, int], Moment] = {}
        self._statuses: dict[str, list[Status]] = {}
        self._concerns: dict[tuple[int, int], bool | None] = {}

    # --- moments and missing values ---

    def moment(self, subject: Subject, contact: Contact) -> Moment:
        key = (id(subject), contact.on, contact.sequence)
        if key not in self._moments:
            self._moments[key] = Moment(self, subject, contact.on, contact.sequence, contact)
        return self._moments[key]

    def today(self, subject: Subject) -> Moment:
        key = (id(subject), self.on, LAST_SEQUENCE)
        if key not in self._moments:
            self._moments[key] = Moment(self, subject, self.on)
        return self._moments[key]

    def note_missing(self, item: str) -> None:
        if self.missing is not None:
            self.missing.append(item)

    @contextmanager
    def noting(self) -> Iterator[list[str]]:
        """Collect the items that are found missing inside the block."""
        outer, self.missing = self.missing, []
        try:
            yield self.missing
        finally:
            self.missing = outer

    @contextmanager
    def not_missing(self) -> Iterator[None]:
        """Inside the block an unknown value is an answer, not a gap."""
        outer, self.missing = self.missing, None
        try:
            yield
        finally:
            self.missing = outer

    # --- whom it concerns ---

    def concerns(self, who: Who, at: Moment) -> bool | None:
        """Three-valued: whether a service or table concerns this person at this moment."""
        return both(self.concerns_by_age(who, at.on), True if who.when is None else evaluate(who.when, at))

    def concerns_by_age(self, who: Who, on: int) -> bool | None:
        """By sex, age and area alone."""
        key = (id(who), on)
        if key not in self._concerns:
            self._concerns[key] = self._concerns_by_age(who, on)
        return self._concerns[key]

    def _concerns_by_age(self, who: Who, on: int) -> bool | None:
        answer: bool | None = True
        if who.sex is not None:
            answer = both(answer, None if self.facts.sex is None else self.facts.sex == who.sex)
        if who.age_from is not None:
            answer = both(answer, None if self.facts.birth is None else on >= add(self.facts.birth, who.age_from))
        if who.age_until is not None:
            answer = both(answer, None if self.facts.birth is None else on <= last_day(self.facts.birth, who.age_until))
        for setting, wanted in who.area.items():
            value = self.facts.area.get(setting, self.knowledge.settings[setting].default)
            answer = both(answer, None if value is None else value == wanted)
        return answer

    def current(self, kind: str, on: int) -> Subject | None:
        """The episode of a kind that is going on on a day, or has just ended and is still shown; the latest if several."""
        found = None
        for one in self.episodes:
            shown = one.shown_until(self.knowledge)
            if one.kind == kind and one.start <= on and (shown is None or on <= shown):
                found = one
        return found

    def ended_on(self, subject: Subject) -> int | None:
        """The day on which nothing more is due for this subject: its end before today, death, moving away."""
        days = [self.facts.deceased_on, self.facts.moved_out_on]
        if subject.end is not None and subject.kind and self.knowledge.episodes[subject.kind].lasts is None:
            days.append(subject.end)
        known = [day for day in days if day is not None and day <= self.on]
        return min(known) if known else None

    # --- findings ---

    def judgements(self, table: Table, subject: Subject) -> list[Judgement]:
        """All that a table said in a subject's life, in order."""
        said = (self._judgement(table, at) for at in self._speaking(table, subject))
        return [one for one in said if one is not None]

    def _speaking(self, table: Table, subject: Subject) -> list[Moment]:
        """The moments at which a table may speak, in order."""
        key = (id(subject), table.id)
        if key not in self._moments_of:
            if table.moment == "today":
                moments = [self.today(subject)]
            else:
                heard = triggers(table, self.knowledge)
                contacts = (one for one in subject.contacts if one.on <= self.on and not heard.isdisjoint(one.values))
                moments = [self.moment(subject, one) for one in contacts]
            self._moments_of[key] = moments
            if asks_itself(table, self.knowledge):
                for at in moments:  # from the first on, so that each earlier answer is there when it is asked for
                    self._judgement(table, at)
        return self._moments_of[key]

    def _judgement(self, table: Table, at: Moment) -> Judgement | None:
        """What a table says at a moment; None when it does not concern the person. Worked out only when it is asked for."""
        if table.id not in at.judgements:
            at.judgements[table.id] = None  # until it has spoken; a circle through schedules finds this
            if self.concerns_by_age(table.who, at.on) is not False:
                at.judgements[table.id] = self._judge_at(table, at)
        return at.judgements[table.id]

    def _judge_at(self, table: Table, at: Moment) -> Judgement | None:
        with self.noting() as missing:
            concerned = self.concerns(table.who, at)
            if concerned is not False and table.when is not None:
                concerned = both(concerned, evaluate(table.when, at))
            if concerned is False:
                return None
            if concerned is None:
                return Judgement(table, at.on, at.sequence, UNKNOWN, (), {}, tuple(dict.fromkeys(missing)))
            values: dict[str, Any] = {}
            needed: dict[str, list[str]] = {}
            for one in table.inputs:
                with self.noting() as gaps:
                    values[one.name] = evaluate(one.value, at)
                needed[one.name] = gaps if values[one.name] is None else []
        return hit(table, at, values, needed)

    def _makers(self, finding: str, at: Moment) -> Iterator[tuple[Table, Subject]]:
        for table in self.knowledge.tables_by_finding.get(finding, ()):
            kind = table.who.episode
            subject = (
                at.subject if kind == at.subject.kind else self.subject if kind is None else self.current(kind, at.on)
            )
            if subject is not None:
                yield table, subject

    def standing_on(self, finding: str, at: Moment, *, before: bool = False) -> int | None:
        """The day on which a finding was made that stands at this moment (before: just before this contact); else None."""
        days = []
        for table, subject in self._makers(finding, at):
            judgement = self._standing_judgement(table, subject, at.on, at.sequence, before=before)
            if judgement is not None and finding in (judgement.outcome or ()):
                days.append(judgement.on)
        return max(days) if days else None

    def _standing_judgement(
        self, table: Table, subject: Subject, on: int, sequence: int, *, before: bool = False
    ) -> Judgement | None:
        if self.concerns_by_age(table.who, on) is False:
            return None
        last = None
        for moment in reversed(self._speaking(table, subject)):
            if moment.key > (on, sequence) or (before and moment.key == (on, sequence)):
                continue
            last = self._judgement(table, moment)
            if last is not None and last.outcome is not UNKNOWN:
                break
        else:
            return None
        lapsed = (table.lasts is not None and on > add(last.on, table.lasts)) or (
            table.only_at_contact and last.on != on
        )
        return None if lapsed else last

    def first_found_on(self, finding: str, at: Moment) -> int | None:
        days = [
            one.on
            for table, subject in self._makers(finding, at)
            for one in self.judgements(table, subject)
            if finding in (one.outcome or ()) and (one.on, one.sequence) <= at.key
        ]
        return min(days) if days else None

    # --- services ---

    def statuses(self, family: Family) -> list[Status]:
        if family.id not in self._statuses:
            self._statuses[family.id] = []
            self._statuses[family.id] = list(self._family(family))
        return self._statuses[family.id]

    def status_of(self, service: str) -> Status | None:
        own = self.knowledge.services[service]
        family = next(one for one in self.knowledge.families if one.id == own.family)
        return next((one for one in self.statuses(family) if one.service.id == service), None)

    def _family(self, family: Family) -> Iterator[Status]:
        kind = family.who.episode
        subject = self.subject if kind is None else self.current(kind, self.on)
        if subject is None:
            return
        today = self.today(subject)
        if self.concerns_by_age(family.who, self.on) is False:
            return
        with self.noting() as missing:
            concerned = self.concerns(family.who, today)
            steps = standings(family, subject, self) if concerned is not False else None
        if concerned is False:
            return
        if concerned is None or steps is None:
            if concerned is not None and hangs_on_an_event(family):
                return
            gaps = tuple(dict.fromkeys(missing))
            for service in family.services:
                nothing = Standing(service, service, "unknown")
                yield self._status(family, subject, nothing, gaps)
            return
        doses = sum(one.status == "done" for one in steps)
        last_given = {one.service: one.given_on for one in sorted(steps, key=lambda one: one.given_on or 0)}
        for standing in _one_a_service(steps):
            status = self._status(family, subject, standing, (), last_given[standing.service])
            yield replace(status, doses=doses)

    def _status(
        self,
        family: Family,
        subject: Subject,
        standing: Standing,
        missing: tuple[str, ...],
        last_given: int | None = None,
    ) -> Status:
        service = self.knowledge.services[standing.service]
        status = Status(
            service=service,
            family=family,
            subject=subject,
            standing=standing,
            status=standing.status,
            due=standing.due if standing.status != "done" else None,
            overdue_from=standing.overdue_from if standing.status in ("not-yet", "due", "overdue") else None,
            closes=standing.closes,
            given_on=standing.given_on,
            flags=standing.flags,
            where=self._where(service, subject),
            tell=self.topics(service.tell, subject),
            missing=missing,
        )
        if status.status in ("not-yet", "due", "overdue"):
            status = self._held(self._recorded(status, last_given), family, subject)
            if self.ended_on(subject) is not None:
                status = replace(status, status="cancelled")
        return status

    def _where(self, service: Service, subject: Subject) -> tuple[tuple[str, str], ...]:
        today = self.today(subject)
        with self.not_missing():
            return tuple(
                (one.unit, one.cadre)
                for one in service.given_by
                if one.condition is None or evaluate(one.condition, today) is True
            )

    def topics(self, told: tuple[Tell, ...], subject: Subject) -> tuple[str, ...]:
        today = self.today(subject)
        with self.not_missing():
            return tuple(one.topic for one in told if one.condition is None or evaluate(one.condition, today) is True)

    def _recorded(self, status: Status, last_given: int | None) -> Status:
        """What was written down about not doing it: the last word of the subject's life since it was last given counts."""
        service = status.service.id
        subject = self.subject if status.family.schedule.lifelong else status.subject
        for contact in reversed(subject.contacts):
            if contact.on > self.on or (last_given is not None and contact.on <= last_given):
                continue
            if service in contact.contraindicated:
                return replace(status, status="contraindicated", because=_as_written(contact.contraindicated[service]))
            if service in contact.deferred:
                deferral = contact.deferred[service]
                if deferral.until is not None and self.on >= deferral.until:
                    return status
                return replace(status, status="deferred", until=deferral.until, because=_as_written(deferral.because))
            if service in contact.declined:
                return replace(status, status="declined", until=None)
        return status

    def _held(self, status: Status, family: Family, subject: Subject) -> Status:
        """Reasons in the knowledge not to do it now."""
        if status.status == "not-yet" and "open" not in status.flags:
            return status
        if status.status not in ("not-yet", "due", "overdue"):
            return status
        today = self.today(subject)
        for hold in family.schedule.holds:
            if hold.services and status.service.id not in hold.services:
                continue
            with self.not_missing():
                held = evaluate(hold.when, today) is True
                until = evaluate(hold.until, today) if held and hold.until is not None else None
            if held and (until is None or until > self.on):
                return replace(status, status=hold.status, until=until, because=hold.because)
        return status

    # --- all of it ---

    @cached_property
    def shown(self) -> list[Subject]:
        """The person and the episodes that are going on: what findings speak about today."""
        going_on = [one for one in self.episodes if one.start <= self.on and (one.end is None or one.end >= self.on)]
        return [self.subject, *going_on]

    def decide(self) -> Decision:
        decision = Decision(self.on, self.knowledge, self)
        needed: dict[str, list[str]] = {}
        for subject in self.shown:
            for table in self.knowledge.tables:
                if table.who.episode == subject.kind:
                    self._current_findings(table, subject, decision, needed)
        for family in self.knowledge.families:
            for status in self.statuses(family):
                decision.services.append(status)
                if status.status == "unknown":
                    for item in status.missing:
                        needed.setdefault(item, []).append(status.service.id)
        decision.findings = _most_urgent_first(decision.findings)
        decision.actions = list(actions(decision.findings, self))
        decision.unknown = [Question(item, tuple(dict.fromkeys(uses))) for item, uses in needed.items()]
        return decision

    def _current_findings(
        self, table: Table, subject: Subject, decision: Decision, needed: dict[str, list[str]]
    ) -> None:
        if self.concerns_by_age(table.who, self.on) is False:
            return
        standing = self._standing_judgement(table, subject, self.on, LAST_SEQUENCE)
        if standing is not None:
            for id_ in standing.outcome or ():
                finding = self.knowledge.findings[id_]
                decision.findings.append(
                    Found(finding, standing.on, standing, subject, self._severity(finding, subject), self)
                )
        said = (self._judgement(table, at) for at in reversed(self._speaking(table, subject)))
        last = next((one for one in said if one is not None), None)
        if last is None:
            return
        old = (table.lasts is not None and self.on > add(last.on, table.lasts)) or (
            table.only_at_contact and last.on != self.on
        )
        if (last.outcome is UNKNOWN or last.open) and not old:
            asked = [item for item in table.ask if item in last.missing] or list(last.missing) or list(table.ask)
            for item in asked:
                needed.setdefault(item, []).append(table.id)

    def _severity(self, finding: Finding, subject: Subject) -> str:
        with self.not_missing():
            for condition, severity in finding.severities:
                if evaluate(condition, self.today(subject)) is True:
                    return severity
        return finding.severity


def _as_written(reason: str) -> Text | None:
    """A reason that a worker wrote down: the same in every language."""
    return Text(reason, reason) if reason else None


def hangs_on_an_event(family: Family) -> bool:
    """A schedule that waits for something to happen does not concern the person until it has."""
    schedule = family.schedule
    anchors = [getattr(schedule, "anchor", None), getattr(getattr(schedule, "first", None), "anchor", None)]
    return any(
        (isinstance(node, Call) and node.function in EVENT_FUNCTIONS)
        or (isinstance(node, Name) and node.id == "episode-end")
        for anchor in anchors
        if anchor is not None
        for node in walk(anchor)
    ) or (not isinstance(schedule, Window) and all(anchor is None for anchor in anchors))


def _one_a_service(steps: list[Standing]) -> Iterator[Standing]:
    """A service with several steps stands where its next step stands; done when all are."""
    by_service: dict[str, list[Standing]] = {}
    for one in steps:
        by_service.setdefault(one.service, []).append(one)
    for several in by_service.values():
        open_ = [one for one in several if one.status not in ("done", "missed", "cancelled")]
        yield open_[0] if open_ else several[-1]


def _most_urgent_first(findings: list[Found]) -> list[Found]:
    newest: dict[str, Found] = {}
    for one in findings:
        if one.finding.id not in newest or one.on > newest[one.finding.id].on:
            newest[one.finding.id] = one
    return sorted(newest.values(), key=lambda one: (SEVERITIES.index(one.severity), -one.on, one.finding.id))
