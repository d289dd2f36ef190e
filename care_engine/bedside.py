"""Decides for one person, plainly: what was found, what is due, what follows, what is missing. This file is the judge.

    decide(facts, on, knowledge) -> Decision

`population/` must say the same for many people at once; where they differ, this file is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from functools import cached_property

from care_engine.answers import UNKNOWN, Action, Decision, Found, Judgement, Question, Status
from care_engine.concerning import Reach, reach
from care_engine.dates import add
from care_engine.evaluating import LAST_SEQUENCE, Moment, both, evaluate, formulas
from care_engine.facts import Contact, Facts
from care_engine.following import actions, every_action
from care_engine.model import SEVERITIES, Family, Finding, Knowledge, Service, Table, Who
from care_engine.moments import Meaning
from care_engine.remembering import remembered
from care_engine.statuses import hangs_on_an_event, statuses
from care_engine.subjects import (
    Subject,
    contacts_recording,
    following_episodes,
    subject_of_episode,
    subject_of_person,
)
from care_engine.tables import asks_itself, hit, triggers

__all__ = [
    "UNKNOWN",
    "Action",
    "Decision",
    "Found",
    "Judgement",
    "Person",
    "Question",
    "Status",
    "decide",
    "hangs_on_an_event",
]


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
        #: The last day whose contacts are heard; later than `on` only for `move_to`, and what is asked about a moment never looks beyond it.
        self.horizon = on
        self.formulas = formulas(knowledge)
        self.subject = subject_of_person(facts, on)
        recorded = [subject_of_episode(one, facts) for one in facts.episodes]
        self.episodes = recorded + following_episodes(facts, knowledge)
        #: Where items that are found missing are noted; None while nobody wants to know.
        self.missing: list[str] | None = None
        self._reach: dict[int, Reach] = {}
        self._statuses: dict[str, list[Status]] = {}

    # --- moments and missing values ---

    def moment(self, subject: Subject, contact: Contact) -> Moment:
        found = subject.moments.get(contact.moment)
        if found is None:
            found = subject.moments[contact.moment] = Moment(self, subject, contact.on, contact.sequence, contact)
        return found

    def today(self, subject: Subject) -> Moment:
        key = (self.on, LAST_SEQUENCE)
        if key not in subject.moments:
            subject.moments[key] = Moment(self, subject, self.on)
        return subject.moments[key]

    def note_missing(self, item: str) -> None:
        if self.missing is not None:
            self.missing.append(item)

    def gaps(self, value: Meaning, at: Moment) -> tuple[str, ...]:
        """The items that are missing where a value turned out unknown: it is asked again, and they are noted."""
        outer, self.missing = self.missing, []
        try:
            value(at)
            return tuple(dict.fromkeys(self.missing))
        finally:
            self.missing = outer

    # --- whom it concerns ---

    def concerns(self, who: Who, at: Moment) -> bool | None:
        """Three-valued: whether a service or table concerns this person at this moment."""
        by_age = self.concerns_by_age(who, at.on)
        return by_age if by_age is False or who.when is None else both(by_age, evaluate(who.when, at))

    def concerns_by_age(self, who: Who, on: int) -> bool | None:
        """By sex, age and area alone."""
        reach = self._reach.get(on) or self.reach(on)
        return reach.answers[id(who)]

    def reach(self, on: int) -> Reach:
        """The rules that may concern the person on a day."""
        found = self._reach.get(on)
        if found is None:
            found = self._reach[on] = reach(self.facts, on, self.knowledge)
        return found

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
        moments = subject.speaking.get(table.id)
        if moments is None:
            if table.moment == "today":
                moments = [self.today(subject)]
            else:
                heard = contacts_recording(triggers(table, self.knowledge), subject)
                moments = [self.moment(subject, one) for one in heard if one.on <= self.horizon]
            subject.speaking[table.id] = moments
            if asks_itself(table, self.knowledge):
                for at in moments:  # from the first on, so that each earlier answer is there when it is asked for
                    self._judgement(table, at)
        return moments

    def _judgement(self, table: Table, at: Moment) -> Judgement | None:
        """What a table says at a moment; None when it does not concern the person. Worked out only when it is asked for."""
        if table.id not in at.judgements:
            at.judgements[table.id] = None  # until it has spoken; a circle through schedules finds this
            at.judgements[table.id] = self._judge(table, at)
        return at.judgements[table.id]

    def _judge(self, table: Table, at: Moment) -> Judgement | None:
        concerned = self._speaks_of(table, at)
        if concerned is None:
            gaps = self.gaps(lambda at: self._speaks_of(table, at), at)
            return Judgement(table, at.on, at.sequence, UNKNOWN, (), {}, gaps)
        return hit(table, at) if concerned else None

    def _speaks_of(self, table: Table, at: Moment) -> bool | None:
        """Whether a table concerns the person and its own condition on the moment is met."""
        concerned = self.concerns(table.who, at)
        if concerned is False or table.when is None:
            return concerned
        return both(concerned, evaluate(table.when, at))

    def _subject_of(self, table: Table, at: Moment) -> Subject | None:
        """Whose findings a table makes, asked about at a moment."""
        kind = table.who.episode
        if kind == at.subject.kind:
            return at.subject
        return self.subject if kind is None else self.current(kind, at.on)

    def standing_on(self, finding: str, at: Moment, *, before: bool = False) -> int | None:
        """The day on which a finding was made that stands at this moment (before: just before this contact); else None."""
        latest = None
        for table in self.knowledge.tables_by_finding.get(finding, ()):
            subject = self._subject_of(table, at)
            said = subject and self._standing_judgement(table, subject, at, before=before)
            if said and said.outcome and finding in said.outcome and (latest is None or said.on > latest):
                latest = said.on
        return latest

    def _standing_judgement(
        self, table: Table, subject: Subject, at: Moment, *, before: bool = False
    ) -> Judgement | None:
        """What a table said last up to a moment (before: before it) and still stands."""
        if self.concerns_by_age(table.who, at.on) is False:
            return None
        for moment in reversed(subject.speaking.get(table.id) or self._speaking(table, subject)):
            if moment.key > at.key or (before and moment.key == at.key):
                continue
            said = moment.judgements.get(table.id) or self._judgement(table, moment)
            if said is not None and said.outcome is not UNKNOWN:
                return None if _has_lapsed(said, at.on) else said
        return None

    def first_found_on(self, finding: str, at: Moment) -> int | None:
        """The day on which a finding was first made up to this moment."""
        days = []
        for table in self.knowledge.tables_by_finding.get(finding, ()):
            subject = self._subject_of(table, at)
            for moment in self._speaking(table, subject) if subject else ():
                said = self._judgement(table, moment) if moment.key <= at.key else None
                if said and said.outcome and finding in said.outcome:
                    days.append(said.on)
                    break
        return min(days, default=None)

    # --- services ---

    def statuses(self, family: Family) -> list[Status]:
        if family.id not in self._statuses:
            self._statuses[family.id] = []
            self._statuses[family.id] = list(statuses(family, self))
        return self._statuses[family.id]

    def status_of(self, service: str) -> Status | None:
        """Where a service stands for the target group that the person belongs to; None when it concerns nobody like this."""
        families = self.knowledge.families_of[service]
        return next((one for each in families for one in self.statuses(each) if one.service.id == service), None)

    def topics(self, about: Finding | Service, subject: Subject) -> tuple[str, ...]:
        if (always := told_always(about)) is not None:
            return always
        today = self.today(subject)
        return tuple(one.topic for one in about.tell if one.condition is None or evaluate(one.condition, today) is True)

    # --- all of it ---

    @cached_property
    def shown(self) -> list[Subject]:
        """The person and the episodes that are going on: what findings speak about today."""
        going_on = [one for one in self.episodes if one.start <= self.on and (one.end is None or one.end >= self.on)]
        return [self.subject, *going_on]

    def decide(self) -> Decision:
        decision = Decision(self.on, self.knowledge, self)
        needed: dict[str, list[str]] = {}
        self._find(decision, needed)
        for family in self.reach(self.on).families:
            for status in self.statuses(family):
                decision.services.append(status)
                if status.status == "unknown":
                    for item in status.missing:
                        needed.setdefault(item, []).append(status.service.id)
        decision.actions = list(actions(decision.findings, self))
        decision.unknown = [Question(item, tuple(dict.fromkeys(uses))) for item, uses in needed.items()]
        return decision

    def every_action(self, of: Set[str] | None = None) -> list[Action]:
        """What each finding that stands asks for by itself; `of`: only of these findings, and only their tables are judged. Services are
        judged only where an action asks for one.
        """
        found: list[Found] = []
        for subject, table, _moments in self._spoken(of):
            found += self._current_findings(table, subject)
        wanted = [one for one in _most_urgent_first(found) if of is None or one.finding.id in of]
        return list(every_action(wanted, self))

    def _find(self, decision: Decision, needed: dict[str, list[str]]) -> None:
        """The findings that stand, the most urgent first, and what their tables still need to know."""
        for subject, table, moments in self._spoken():
            decision.findings += self._current_findings(table, subject)
            self._still_needed(table, moments, needed)
        decision.findings = _most_urgent_first(decision.findings)

    def _spoken(self, of: Set[str] | None = None) -> Iterator[tuple[Subject, Table, list[Moment]]]:
        """The tables that may say something today (`of`: one of these findings), of whom, and the moments at which they could."""
        may_concern = self.reach(self.on)
        for subject in self.shown:
            for table in may_concern.tables.get(subject.kind, ()):
                if of is not None and of.isdisjoint(table.findings):
                    continue
                if moments := self._speaking(table, subject):
                    yield subject, table, moments

    def made_today(self) -> list[Found]:
        """The findings that were made on the day itself: those of `decide` with this day, without all the rest."""
        made: list[Found] = []
        for subject, table, moments in self._spoken():
            if any(moment.on == self.on for moment in moments):
                made += (one for one in self._current_findings(table, subject) if one.on == self.on)
        return _most_urgent_first(made)

    def move_to(self, on: int) -> None:
        """Stand on another day up to `horizon`. What was judged at contacts stays; what a day says of itself is worked out anew."""
        self.on = on
        self._statuses.clear()
        self.__dict__.pop("shown", None)
        for subject in (self.subject, *self.episodes):
            for table in self.knowledge.tables:
                if table.moment == "today":
                    subject.speaking.pop(table.id, None)

    def _current_findings(self, table: Table, subject: Subject) -> Iterator[Found]:
        standing = self._standing_judgement(table, subject, self.today(subject))
        if standing is not None:
            for id_ in standing.outcome or ():
                finding = self.knowledge.findings[id_]
                yield Found(finding, standing.on, standing, subject, self._severity(finding, subject), self)

    def _still_needed(self, table: Table, moments: list[Moment], needed: dict[str, list[str]]) -> None:
        said = (self._judgement(table, at) for at in reversed(moments))
        last = next((one for one in said if one is not None), None)
        if last is None:
            return
        if (last.outcome is UNKNOWN or last.open) and not _has_lapsed(last, self.on):
            asked = [item for item in table.ask if item in last.missing] or list(last.missing) or list(table.ask)
            for item in asked:
                needed.setdefault(item, []).append(table.id)

    def _severity(self, finding: Finding, subject: Subject) -> str:
        for condition, severity in finding.severities:
            if evaluate(condition, self.today(subject)) is True:
                return severity
        return finding.severity


@remembered
def told_always(about: Finding | Service) -> tuple[str, ...] | None:
    """The topics that are told to everybody; None where that depends."""
    return None if any(one.condition is not None for one in about.tell) else tuple(one.topic for one in about.tell)


def _has_lapsed(said: Judgement, on: int) -> bool:
    """Whether what a table said no longer stands on a day."""
    table = said.table
    if table.lasts is not None and on > add(said.on, table.lasts):
        return True
    return table.only_at_contact and said.on != on


def _most_urgent_first(findings: list[Found]) -> list[Found]:
    newest: dict[str, Found] = {}
    for one in findings:
        if one.finding.id not in newest or one.on > newest[one.finding.id].on:
            newest[one.finding.id] = one
    return sorted(newest.values(), key=lambda one: (SEVERITIES.index(one.severity), -one.on, one.finding.id))
