"""What decision tables say about many people: judged only at the rows about which somebody asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from care_engine.model import Table
from care_engine.population import columns as c
from care_engine.population.columns import Array, take
from care_engine.population.evaluating import truth
from care_engine.population.frame import Frame
from care_engine.population.frames import Contacts, spans
from care_engine.population.hits import Hits, first_about_itself
from care_engine.population.log import Rows, distinct, union
from care_engine.population.necessary import to_be_true
from care_engine.population.occurrences import Moments, Occurrences
from care_engine.tables import asks_itself, triggers

if TYPE_CHECKING:
    from care_engine.population.deciding import Population


@dataclass
class Judgements:
    """What a table said at `rows`: contact rows, or subjects where it judges today; in order. answered: it spoke and could tell.

    Rows are judged when somebody asks for them (`judged`): mostly only each person's last ones.
    """

    at: Occurrences
    rows: Rows
    judged: Array
    answered: Array
    found: dict[str, Array]

    @staticmethod
    def none_yet(at: Occurrences, rows: Rows, findings: Iterable[str]) -> Judgements:
        def no() -> Array:
            return np.zeros(len(rows), dtype=bool)

        return Judgements(at, rows, no(), no(), {one: no() for one in findings})

    def subject(self, places: Rows | slice) -> Rows:
        rows = self.rows[places]
        return self.at.contacts.subject[rows] if len(self.at) else rows

    def said(self) -> Array:
        """Everything said so far, to be compared."""
        return np.array([self.answered, *self.found.values()])


class Findings:
    """The findings of one population."""

    def __init__(self, population: Population) -> None:
        self.population, self.knowledge = population, population.knowledge
        self._judgements: dict[str, Judgements] = {}
        self._triggered: dict[tuple[str | None, frozenset[str]], Rows] = {}

    def judgements(self, table: Table) -> Judgements:
        """The rows at which a table may speak, and what it said at those that somebody asked for."""
        if table.id not in self._judgements:
            rows = self._moments_of(table)
            at = self.population.occurrences(table.who.episode, rows[:0] if table.moment == "today" else rows)
            rows = rows if table.moment == "today" else at.rows
            self._judgements[table.id] = Judgements.none_yet(at, rows, table.findings)
            if asks_itself(table, self.knowledge):
                self._settle(table)
        return self._judgements[table.id]

    def occurrences(self) -> Iterable[Occurrences]:
        """Where tables spoke."""
        return (one.at for one in self._judgements.values())

    def _moments_of(self, table: Table) -> Rows:
        """Subjects today, or contacts at which one of the table's triggers is recorded."""
        population, kind = self.population, table.who.episode
        if table.moment == "today":
            frame = population.frame(kind, today=True)
            return np.flatnonzero(population.fits_age(table.who, frame.person, frame.on) != c.NO)
        key = (kind, triggers(table, self.knowledge))
        if key not in self._triggered:
            rows = union(population.recorded(item, kind).rows for item in key[1])
            self._triggered[key] = rows[population.contacts(kind).is_moment[rows]]
        rows = self._triggered[key]
        rows = rows[population.possible_contacts(table.who, kind)[rows]]
        for condition in (table.who.when, table.when):
            if condition is not None:
                rows = population.narrowed(rows, kind, to_be_true(condition, self.knowledge))
        return np.asarray(rows)

    # --- judging ---

    def judge(self, table: Table, places: Rows) -> Judgements:
        """What a table said, at least at these places among its rows."""
        judgements = self.judgements(table)
        asked = np.zeros(len(judgements.rows), dtype=bool)
        asked[places] = True
        asked &= ~judgements.judged
        open_ = np.flatnonzero(asked)
        if len(open_):
            judgements.judged[open_] = True
            frame = self._frame(table, judgements.rows[open_])
            places, frame = self._concerned(table, open_, frame)
            if len(frame):
                self._write(judgements, places, Hits(table, len(frame)).ask(range(len(table.inputs)), frame))
        return judgements

    def _frame(self, table: Table, rows: Rows) -> Frame:
        return self.population.rows(table.who.episode, today=table.moment == "today", rows=rows)

    def _concerned(self, table: Table, places: Rows, frame: Frame) -> tuple[Rows, Frame]:
        """Those of these places at which the table speaks for sure."""
        concerned = self.population.concerns(table.who, frame)
        if table.when is not None:
            concerned = c.both(concerned, truth(table.when, frame))
        sure = concerned == c.YES
        return (places, frame) if sure.all() else (places[sure], frame.where(sure))

    def _write(self, judgements: Judgements, places: Rows, hits: Hits) -> None:
        answered, found = hits.outcome()
        judgements.answered[places] = answered
        for one, mask in found.items():
            judgements.found[one][places] = mask & answered

    def _settle(self, table: Table) -> None:
        """A table that asks what it said itself before: judged again after every row whose answer has changed, until none does.

        What does not ask itself is asked once, before.
        """
        judgements = self._judgements[table.id]
        judgements.judged[:] = True
        places, whole = self._concerned(table, np.arange(len(judgements.rows)), self._frame(table, judgements.rows))
        own = first_about_itself(table, self.knowledge)
        start = Hits(table, len(whole)).ask(range(own), whole)
        subject, open_ = judgements.subject(places), np.arange(len(places))
        while len(open_):
            last = judgements.said()
            part = (whole, open_)
            frame = Frame(self.population, whole.contacts, whole.today, whole.chosen[open_], part, is_kept=False)
            self._write(judgements, places[open_], start[open_].ask_open(range(own, len(table.inputs)), frame))
            changed = (last != judgements.said()).any(axis=0)[places]
            first = np.full(len(whole.subjects), len(places))
            np.minimum.at(first, subject[changed], np.flatnonzero(changed))
            open_ = np.flatnonzero(np.arange(len(places)) > first[subject])

    def may_stand(self, table: Table) -> Frame:
        """The subjects going on today about whom the table may have spoken."""
        kind, subject = table.who.episode, distinct(self.judgements(table).subject(slice(None)))
        if kind is not None:
            on = self.population.on
            subjects, _ = self.population.subjects(kind)
            end = subjects.end[subject]
            subject = subject[(subjects.start[subject] <= on) & (np.isnan(end) | (end >= on))]
        return self.population.rows(kind, today=True, rows=subject)

    def _makers(self, finding: str) -> Iterable[Table]:
        return (
            table
            for table in self.knowledge.tables_by_finding.get(finding, ())
            if self.population.relevance.has_table(table)
        )

    def standing_on(self, finding: str, frame: Frame, *, before: bool = False) -> Array:
        """Per row the day on which a finding was made that stands there; NaN where it does not."""
        days = np.full(len(frame), np.nan)
        for table in self._makers(finding):
            days = np.fmax(days, self.standing_of(table, finding, frame, before=before))
        return days

    def standing_of(self, table: Table, finding: str, frame: Frame, *, before: bool = False) -> Array:
        """Per row the day on which this table made a finding that stands there; NaN where it does not."""
        if table.moment == "today":
            return self._standing_today(table, finding, frame)
        place, judgements = self._standing(table, frame, before), self.judgements(table)
        at = np.flatnonzero(place >= 0)
        at = at[judgements.found[finding][place[at]]]
        days = np.full(len(frame), np.nan)
        days[at] = judgements.at.day(place[at])
        return days

    def _standing(self, table: Table, frame: Frame, before: bool) -> Rows:
        """For each row the place of the answer of the table that stands there; −1 where none does."""
        key = (table.id, before)
        if key not in frame.standing:
            larger = frame.larger()
            if larger is not None and (
                (larger[0].subjects.kind is None and larger[0].today) or key in larger[0].standing
            ):
                frame.standing[key] = self._standing(table, larger[0], before)[larger[1]]
            else:
                frame.standing[key] = self._last_standing(table, frame, before=before)
        return frame.standing[key]

    def _last_standing(self, table: Table, frame: Frame, *, before: bool) -> Rows:
        kind, judgements = table.who.episode, self.judgements(table)
        moments = frame.moments_of(kind)
        if before and moments.row is not None:
            moments = Moments(moments.subject, self._before(self.population.contacts(kind), moments.row, frame))
        place = judgements.at.last(moments)
        at = np.flatnonzero(place >= 0)
        at = at[self.population.fits_age(table.who, frame.person[at], frame.on[at]) != c.NO]
        at = at[self._may_stand(table, judgements.at.day(place[at]), frame.on[at])]  # what is older stands even less
        last = self._last_answer(table, place[at])
        at, last = at[last >= 0], last[last >= 0]
        stands = self._may_stand(table, judgements.at.day(last), frame.on[at])
        standing = np.full(len(frame), -1)
        standing[at[stands]] = last[stands]
        return standing

    @staticmethod
    def _may_stand(table: Table, on: Array, today: Array) -> Array:
        """Whether an answer given on one day can stand on another, by how long the table's answers last."""
        if table.only_at_contact:
            return np.asarray(on == today)
        if table.lasts is not None:
            return np.asarray(today <= c.add_span(on, table.lasts.months, table.lasts.days))
        return np.ones(len(on), dtype=bool)

    @staticmethod
    def _before(contacts: Contacts, row: Rows, frame: Frame) -> Rows:
        """The pointed contacts, but strictly before each row's own moment."""
        if contacts is frame.contacts:
            return contacts.before(row)
        same = (row >= 0) & (contacts.on[row] == frame.on) & (contacts.sequence[row] == frame.sequence)
        return np.where(same, contacts.before(row), row)

    def _last_answer(self, table: Table, place: Rows) -> Rows:
        """The place of the last answer up to each of these places, or −1. Asks about the places before only where the table could not tell."""
        judgements = self.judge(table, place)
        unsure = np.flatnonzero(~judgements.answered[place])
        if not len(unsure):
            return place
        last = place[unsure]
        subject = judgements.subject(last)
        first = judgements.at.starts[subject]
        latest = np.full(len(judgements.at.contacts.subjects), -1)
        if (last[1:] >= last[:-1]).all():
            latest[subject] = last  # in order: the last one stays
        else:
            np.maximum.at(latest, subject, last)
        some = np.flatnonzero(latest >= 0)
        self.judge(table, spans(judgements.at.starts[some], latest[some]))
        answered = np.flatnonzero(judgements.answered)
        before = np.append(answered, -1)[np.searchsorted(answered, last) - 1]
        place = place.copy()
        place[unsure] = np.where(before >= first, before, -1)
        return place

    def _standing_today(self, table: Table, finding: str, frame: Frame) -> Array:
        judgements = self.judgements(table)
        judgements = self.judge(table, np.arange(len(judgements.rows)))
        kind = table.who.episode
        subject = frame.subject if kind == frame.subjects.kind else self.population.current_subject(kind, frame)
        found = np.zeros(len(self.population.subjects(kind)[0]), dtype=np.int8)
        found[judgements.rows] = judgements.found[finding]
        stands = np.asarray(take(found, subject)) == 1
        return np.where(stands & (frame.on >= self.population.on), float(self.population.on), np.nan)

    def first_found_on(self, finding: str, frame: Frame) -> Array:
        days = np.full(len(frame), np.nan)
        for table in self._makers(finding):
            if table.moment == "today":
                days = np.fmin(days, self._standing_today(table, finding, frame))
                continue
            judgements = self.judge(table, np.arange(len(self.judgements(table).rows)))
            made = Occurrences(judgements.at.contacts, judgements.rows[judgements.found[finding]])
            days = np.fmin(days, made.day(made.first(frame.moments_of(table.who.episode))))
        return days
