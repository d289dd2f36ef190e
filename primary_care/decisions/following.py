"""What the findings ask to be followed: checked again, referred, visited; and which facts answer it. For the app `followup`."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from care_engine import model
from care_engine.answers import Action
from care_engine.bedside import Person as Judge
from care_engine.facts import Facts
from primary_care.decisions.content import knowledge, words

RECHECK, REFER, VISIT = "recheck", "refer", "visit"
# Who was sent to a unit and is met there, or further up, has arrived.
ARRIVED_AT = {
    "pustu": frozenset({"pustu", "puskesmas", "fktp-lain", "rumah-sakit"}),
    "puskesmas": frozenset({"puskesmas", "fktp-lain", "rumah-sakit"}),
    "rumah-sakit": frozenset({"rumah-sakit"}),
}


@dataclass(frozen=True)
class Answer:
    """What answers an action: all of `items` recorded, `service` given, or a contact at one of `units`; whichever comes first."""

    items: frozenset[str] = frozenset()
    service: str | None = None
    units: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Asked:
    """An action that a finding asks for. `at` is the place of the contact that made the finding; None for one that the calendar made,
    which only the knowledge itself takes back, when the service is recorded or its time is over.
    """

    action: str
    kind: str
    finding: str
    severity: str
    on: date
    at: int | None
    by: date
    units: tuple[str, ...]
    answer: Answer
    topic: str = ""  # of a sensitive finding

    @property
    def thread(self) -> tuple[str, str]:
        """What is one and the same work: an action, apart for each sensitive topic, so that nothing open hides behind what is closed."""
        return self.action, self.topic


class Past:
    """One person's facts, looked at as they were after some of the contacts. Answers of the engine are remembered.

    `judge`: who has just decided from these facts, if anybody; he is asked, but not sent to another day.
    """

    def __init__(self, facts: Facts, judge: Judge | None = None) -> None:
        self.facts = facts
        self._places = {one.moment: place for place, one in enumerate(facts.contacts)}
        self._judges: dict[tuple[object, ...], Judge] = {}
        self._asked: dict[tuple[int, date], list[Asked]] = {}
        self._asked_of_some: dict[tuple[frozenset[str], int, date], list[Asked]] = {}
        if judge is not None and _as_of(facts, len(facts.contacts), judge.on) == facts:
            self._asked[len(facts.contacts), date.fromordinal(judge.on)] = self._asked_of(judge)

    def __len__(self) -> int:
        return len(self.facts.contacts)

    def day(self, place: int) -> date:
        """The day of a contact."""
        return date.fromordinal(self.facts.contacts[place].on)

    def key(self, place: int) -> int:
        """Which of the contacts as they were read it is."""
        return self.facts.contacts[place].sequence

    def first_from(self, day: date) -> int:
        """The place of the first contact on or after a day."""
        return sum(one.on < day.toordinal() for one in self.facts.contacts)

    def asked(self, after: int, on: date) -> list[Asked]:
        """What each finding asked for on a day, as it was after the first `after` contacts."""
        if (after, on) not in self._asked:
            self._asked[after, on] = self._asked_of(self._judge(after, on.toordinal()))
        return self._asked[after, on]

    def asked_for(self, action: str, after: int, on: date) -> list[Asked]:
        """As `asked`, of one action: only what may ask for it is judged."""
        return self._asked_by(asking(action), action, after, on)

    def by_calendar(self, thread: tuple[str, str], after: int, on: date) -> bool:
        """Whether the calendar asked for one and the same work on a day."""
        asked = self._asked_by(asking_by_calendar(thread[0]), thread[0], after, on)
        return any(one.thread == thread and one.at is None for one in asked)

    def _asked_by(self, findings: frozenset[str], action: str, after: int, on: date) -> list[Asked]:
        key = (findings, after, on)
        asked = self._asked.get((after, on), self._asked_of_some.get(key))
        if asked is None:
            asked = self._asked_of_some[key] = self._asked_of(self._judge(after, on.toordinal()), findings)
        return [one for one in asked if one.action == action]

    def _judge(self, after: int, day: int) -> Judge:
        """Who judges the facts as they stood after the first `after` contacts, all of them met by that day. One judge for all days between
        which nothing became known: what was judged at contacts is judged once.
        """
        known = [(one.registered <= day, one.end is not None and one.end <= day) for one in self.facts.episodes]
        # Of somebody whose birth is not known, life is known from the first record on, or else from the day of asking.
        begins = day if self.facts.birth is None else None
        judge = self._judges.get((after, begins, *known))
        if judge is None:
            judge = Judge(_as_of(self.facts, after, day), day, knowledge())
            judge.horizon = date.max.toordinal()
            self._judges[after, begins, *known] = judge
        elif judge.on != day:
            judge.move_to(day)
        return judge

    def _asked_of(self, judge: Judge, of: Set[str] | None = None) -> list[Asked]:
        """What is to be followed on the day of a judge, or only what these findings ask for. Of somebody who has died, nothing."""
        if judge.facts.deceased_on is not None and judge.facts.deceased_on <= judge.on:
            return []
        followed = (one for one in judge.every_action(of) if not isinstance(one.rule, model.Do) or one.rule.visit)
        return [_asked(one, self._places) for one in followed]

    def start(self) -> date:
        """A day before which nothing was asked: the birth, or the first record."""
        days = [one.registered for one in self.facts.episodes] + [one.on for one in self.facts.contacts[:1]]
        days += [self.facts.birth] if self.facts.birth is not None else []
        return date.fromordinal(min(days)) if days else date.max

    def answered(self, asked: Answer, after: int, until: int) -> int | None:
        """The place of the contact, among those from `after` and before `until`, that completes the answer."""
        missing = set(asked.items)
        for place in range(after, until):
            contact = self.facts.contacts[place]
            missing -= contact.values.keys()
            if (
                (asked.items and not missing)
                or (asked.service is not None and asked.service in contact.services)
                or contact.unit in asked.units
            ):
                return place
        return None


def asking(action: str) -> frozenset[str]:
    """The findings that may ask for an action."""
    return _asking(knowledge().version, None).get(action, frozenset())


def asking_by_calendar(action: str) -> frozenset[str]:
    """Those of them that the calendar may make."""
    return _asking(knowledge().version, "today").get(action, frozenset())


@lru_cache(maxsize=2)
def _asking(version: str, moment: str | None) -> dict[str, frozenset[str]]:
    """By action, the findings that may ask for it and are made at such a moment, or at any."""
    made = {one for table in knowledge().tables if moment in (None, table.moment) for one in table.findings}
    found: dict[str, set[str]] = {}
    for one in made:
        for rule in _rules(knowledge().findings[one]):
            found.setdefault(rule.id, set()).add(one)
    return {action: frozenset(findings) for action, findings in found.items()}


def _asked(one: Action, places: Mapping[tuple[int, int], int]) -> Asked:
    made = one.found.judgement
    return Asked(
        action=one.id,
        kind=VISIT if isinstance(one.rule, model.Do) else one.kind,
        finding=one.found.finding.id,
        severity=one.found.severity,
        on=date.fromordinal(made.on),
        at=None if made.table.moment == "today" else places.get((made.on, made.sequence)),
        by=date.fromordinal(one.by),
        units=one.units,
        answer=_answer(one.rule),
        topic=one.found.finding.sensitive or "",
    )


def answer_of(finding: str, action: str) -> Answer | None:
    """What answers an action of a finding; None where the knowledge no longer has it."""
    rule = _rule(finding, action)
    return _answer(rule) if rule is not None else None


def action_label(finding: str, action: str) -> str:
    """The name of an action; its id where the knowledge no longer has it."""
    rule = _rule(finding, action)
    if rule is None:
        return action
    if isinstance(rule, model.Do) and rule.service and not words(rule.label):
        return words(knowledge().services[rule.service].label)
    return words(rule.label)


def finding_label(finding: str) -> str:
    """The name of a finding; its id where the knowledge no longer has it."""
    found = knowledge().findings.get(finding)
    return words(found.label) if found else finding


def _rule(finding: str, action: str) -> model.Do | model.Recheck | model.Referral | None:
    found = knowledge().findings.get(finding)
    return next((one for one in _rules(found) if one.id == action), None) if found is not None else None


def _rules(finding: model.Finding) -> tuple[model.Do | model.Recheck | model.Referral, ...]:
    return (*finding.do, *finding.recheck, *finding.refer)


def _answer(rule: model.Do | model.Recheck | model.Referral) -> Answer:
    if isinstance(rule, model.Referral):
        return Answer(units=ARRIVED_AT.get(rule.to, frozenset({rule.to})))
    if isinstance(rule, model.Recheck):
        items = knowledge().items
        return Answer(frozenset(item for item in rule.items if items[item].formula is None), rule.service)
    return Answer(service=rule.service, units=frozenset({"rumah"}))


def _as_of(facts: Facts, after: int, day: int) -> Facts:
    """The facts as they stood: those of later contacts and of episodes registered later are left out, and an end that had not come."""
    episodes = (one for one in facts.episodes if one.registered <= day)
    return replace(
        facts,
        contacts=facts.contacts[:after],
        episodes=tuple(
            replace(one, end=None, outcome=None, end_minute=None) if one.end is not None and one.end > day else one
            for one in episodes
        ),
    )
