"""What decision tables say about many people: judged only at the rows about which somebody asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from care_engine.expressions import Expression
from care_engine.model import Table
from care_engine.population import columns as c
from care_engine.population.columns import Array
from care_engine.population.evaluating import truth
from care_engine.population.frame import Frame
from care_engine.population.frames import Contacts, spans
from care_engine.population.hits import Hits, asks_about, first_about_itself
from care_engine.population.log import Rows, in_order, last_of_each, some, union
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

    def subject(self, places: Rows) -> Rows:
        return self._subject_of(self.rows.take(places))

    def _subject_of(self, rows: Rows) -> Rows:
        return self.at.contacts.subject.take(rows) if len(self.at) else rows

    def said(self, places: Rows) -> Array:
        """Everything said so far at these places, to be compared."""
        return np.array([one[places] for one in (self.answered, *self.found.values())])

    @cached_property
    def last(self) -> tuple[Rows, Rows]:
        """The subjects with a row, in order, and the last place of each."""
        subject = self._subject_of(self.rows)
        place = last_of_each(subject)
        return subject[place], place


@dataclass(frozen=True)
class Standing:
    """Where an answer of a table stands: the rows of a frame, in order, and the place of the answer at each."""

    size: int
    row: Rows
    place: Rows

    @cached_property
    def place_at(self) -> Array:
        """The place for every row of the frame; -1 where no answer stands."""
        places = np.full(self.size, -1, dtype=np.int32)
        places[self.row] = self.place
        return places

    def among(self, rows: Array) -> Standing:
        """The same for some rows of the frame."""
        place = self.place_at[rows]
        at = c.rows_where(place >= 0)
        return Standing(len(place), at, place[at].astype(np.int64))


class Findings:
    """The findings of one population."""

    def __init__(self, population: Population) -> None:
        self.population, self.knowledge = population, population.knowledge
        self._judgements: dict[str, Judgements] = {}
        self._triggers: dict[tuple[str | None, frozenset[str]], Rows] = {}
        self._possible: dict[tuple[object, ...], Rows] = {}

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
            subjects = population.frame(kind, today=True)
            return some(subjects.chosen, population.possible_today(table.who, subjects.person))
        who, items = table.who, triggers(table, self.knowledge)
        key = (kind, items, who.sex, who.age_from, who.age_until, *sorted(who.area.items()))
        if key not in self._possible:
            rows = self._triggered(kind, items)
            self._possible[key] = some(rows, population.possible_contacts(who, kind, rows))
        rows = self._possible[key]
        for condition in (table.who.when, table.when):
            if condition is not None:
                rows = population.narrowed(rows, kind, to_be_true(condition, self.knowledge))
        return np.asarray(rows)

    def _triggered(self, kind: str | None, items: frozenset[str]) -> Rows:
        """The contacts at which one of these items is recorded and tables may speak."""
        key = (kind, items)
        if key not in self._triggers:
            contacts = self.population.contacts(kind)
            rows = union(self.population.recorded(item, kind).rows for item in items)
            self._triggers[key] = rows if contacts.is_moment.all() else rows.compress(contacts.is_moment[rows])
        return self._triggers[key]

    # --- judging ---

    def judge(self, table: Table, places: Rows) -> Judgements:
        """What a table said, at least at these places among its rows."""
        judgements = self.judgements(table)
        open_ = c.rows_where(~judgements.judged.take(places))
        if len(open_):
            open_ = in_order(places.take(open_))
            judgements.judged[open_] = True
            frame = self._frame(table, judgements.rows.take(open_))
            places, frame = self._concerned(table, open_, frame, (table.who.when, table.when))
            if len(frame):
                self._write(judgements, places, Hits(table, len(frame)).ask(range(len(table.inputs)), frame))
        return judgements

    def judge_all(self, table: Table) -> Judgements:
        """What a table said at all its rows."""
        judgements = self.judgements(table)
        return judgements if judgements.judged.all() else self.judge(table, np.arange(len(judgements.rows)))

    def _frame(self, table: Table, rows: Rows) -> Frame:
        return self.population.rows(table.who.episode, today=table.moment == "today", rows=rows)

    def _concerned(
        self, table: Table, places: Rows, frame: Frame, conditions: tuple[Expression | None, ...]
    ) -> tuple[Rows, Frame]:
        """Those of these places at which the table speaks for sure, by these of its conditions. By age, sex and area it may do so at all of them."""
        asked = [truth(one, frame) for one in conditions if one is not None]
        if not self.population.is_known(table.who):
            asked.append(self.population.fits_age(table.who, frame.person, frame.on))
        unsure = [answer != c.YES for answer in asked]
        if not any(one.any() for one in unsure):
            return places, frame
        sure = c.rows_where(~np.logical_or.reduce(unsure))
        return places[sure], frame.where(sure)

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
        silences = (
            table.when
            if table.when is not None and asks_about(table.when, set(table.findings), self.knowledge)
            else None
        )
        once = (table.who.when, None if silences is not None else table.when)
        everywhere = np.arange(len(judgements.rows))
        places, whole = self._concerned(table, everywhere, self._frame(table, judgements.rows), once)
        own = first_about_itself(table, self.knowledge)
        start = Hits(table, len(whole)).ask(range(own), whole)
        subject, open_ = judgements.subject(places), np.arange(len(places))
        while len(open_):
            before = judgements.said(places[open_])
            part = (whole, open_)
            frame = Frame(self.population, whole.contacts, whole.today, whole.chosen[open_], part, is_kept=False)
            hits = start[open_].ask_open(range(own, len(table.inputs)), frame)
            self._write(judgements, places[open_], hits)
            if silences is not None:
                silent = places[open_[c.rows_where(truth(silences, frame) != c.YES)]]
                judgements.answered[silent] = False
                for mask in judgements.found.values():
                    mask[silent] = False
            changed = open_[c.rows_where((before != judgements.said(places[open_])).any(axis=0))][::-1]
            first = np.full(len(whole.subjects), len(places))
            first[subject[changed]] = changed  # backwards, so that the first one stays
            open_ = open_[c.rows_where(open_ > first[subject[open_]])]

    def may_stand(self, table: Table) -> Frame:
        """The subjects going on today about whom the table may have spoken; everybody, if it speaks about persons."""
        kind = table.who.episode
        if kind is None:
            return self.population.frame(kind, today=True)
        subject, _ = self.judgements(table).last
        on = self.population.on
        subjects, _ = self.population.subjects(kind)
        end = subjects.end[subject]
        subject = subject[(subjects.start[subject] <= on) & (np.isnan(end) | (end >= on))]
        return self.population.rows(kind, today=True, rows=subject)

    def _makers(self, finding: str) -> Iterable[Table]:
        return (table for table in self.knowledge.tables_by_finding.get(finding, ()) if self.may_speak(table))

    def may_speak(self, table: Table) -> bool:
        """Whether there is anybody about whom it may."""
        return self.population.relevance.has_table(table) and len(self.judgements(table).rows) > 0

    def found(self, finding: str, frame: Frame, *, before: bool = False) -> Array:
        """A truth per row: whether a finding stands there."""
        column = c.truths(False, len(frame))
        for table in self._makers(finding):
            rows = (
                self._stands_today(table, finding, frame)
                if table.moment == "today"
                else self._stands(table, finding, frame, before=before)[0]
            )
            if len(rows):
                column = column.copy() if c.is_same(column) else column
                column[rows] = c.YES
        return column

    def standing_on(self, finding: str, frame: Frame) -> Array:
        """Per row the day on which a finding was made that stands there; NaN where it does not."""
        days = c.numbers(np.nan, len(frame))
        for table in self._makers(finding):
            rows, on = self.stands(table, finding, frame)
            if len(rows):
                days = days.copy() if c.is_same(days) else days
                days[rows] = np.fmax(days[rows], on)
        return days

    def stands(self, table: Table, finding: str, frame: Frame) -> tuple[Rows, Array]:
        """The rows, in order, at which a finding of this table stands, and the days on which it was made."""
        if table.moment == "today":
            rows = self._stands_today(table, finding, frame)
            return rows, c.numbers(self.population.on, len(rows))
        rows, place = self._stands(table, finding, frame)
        return rows, self.judgements(table).at.day(place)

    def _stands(self, table: Table, finding: str, frame: Frame, *, before: bool = False) -> tuple[Rows, Rows]:
        """The rows at which a finding made at a contact stands, and the places at which it was made."""
        standing = self._standing(table, frame, before)
        found = c.rows_where(self.judgements(table).found[finding].take(standing.place))
        return standing.row.take(found), standing.place.take(found)

    def _standing(self, table: Table, frame: Frame, before: bool) -> Standing:
        key = (table.id, before)
        if key not in frame.standing:
            larger = frame.larger()
            if larger is not None and (
                (larger[0].subjects.kind is None and larger[0].today) or key in larger[0].standing
            ):
                frame.standing[key] = self._standing(table, larger[0], before).among(larger[1])
            else:
                frame.standing[key] = self._last_standing(table, frame, before=before)
        return frame.standing[key]

    def _last_standing(self, table: Table, frame: Frame, *, before: bool) -> Standing:
        kind, judgements = table.who.episode, self.judgements(table)
        if frame is self.population.frame(kind, today=True):
            at, place = judgements.last
        else:
            moments = frame.moments_of(kind)
            if before and moments.row is not None:
                moments = Moments(moments.subject, self._before(self.population.contacts(kind), moments.row, frame))
            place = judgements.at.last(moments)
            at = c.rows_where(place >= 0)
            place = place[at]
        possible = self.population.possible(table.who, frame, at)
        at, place = some(at, possible), some(place, possible)
        near = self._may_stand(table, judgements, place, frame, at)  # what is older stands even less
        at, place = some(at, near), some(place, near)
        answer = self._last_answer(table, place)
        if answer is not place:
            given = answer >= 0
            at, place = some(at, given), some(answer, given)
            near = self._may_stand(table, judgements, place, frame, at)
            at, place = some(at, near), some(place, near)
        return Standing(len(frame), at, place)

    @staticmethod
    def _may_stand(
        table: Table, judgements: Judgements, place: Rows, frame: Frame, at: Rows
    ) -> NDArray[np.bool_] | None:
        """Whether the answers given at these places can stand at those rows, by how long the table's answers last; None: all of them."""
        if table.only_at_contact:
            return np.asarray(judgements.at.day(place) == frame.on.take(at))
        if table.lasts is not None:
            end = c.add_span(judgements.at.day(place), table.lasts.months, table.lasts.days)
            return np.asarray(frame.on.take(at) <= end)
        return None

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
        unsure = c.rows_where(~judgements.answered.take(place))
        if not len(unsure):
            return place
        last = place.take(unsure)
        subject = judgements.subject(last)
        first = judgements.at.starts[subject]
        latest = np.full(len(judgements.at.contacts.subjects), -1)
        if (last[1:] >= last[:-1]).all():
            latest[subject] = last  # in order: the last one stays
        else:
            np.maximum.at(latest, subject, last)
        asking = c.rows_where(latest >= 0)
        asked = spans(judgements.at.starts[asking], latest[asking])
        self.judge(table, asked)
        answered = asked.compress(judgements.answered.take(asked))
        before = np.append(answered, -1).take(np.searchsorted(answered, last) - 1)
        place = place.copy()
        place[unsure] = c.or_none(before, before >= first)
        return place

    def _stands_today(self, table: Table, finding: str, frame: Frame) -> Rows:
        """The rows at which a finding made on the day of the decision stands."""
        judgements, kind = self.judge_all(table), table.who.episode
        if frame is self.population.frame(kind, today=True):
            return judgements.rows.take(c.rows_where(judgements.found[finding]))
        subject = frame.subject if kind == frame.subjects.kind else self.population.current_subject(kind, frame)
        found = np.zeros(len(self.population.subjects(kind)[0]) + 1, dtype=bool)  # the last one is nobody
        found[judgements.rows] = judgements.found[finding]
        return c.rows_where(found[subject] & (frame.on >= self.population.on))

    def first_found_on(self, finding: str, frame: Frame) -> Array:
        days = c.numbers(np.nan, len(frame))
        for table in self._makers(finding):
            if table.moment == "today":
                rows, days = self._stands_today(table, finding, frame), days.copy()
                days[rows] = np.fmin(days[rows], self.population.on)
                continue
            judgements = self.judge_all(table)
            made = Occurrences(judgements.at.contacts, judgements.rows[c.rows_where(judgements.found[finding])])
            days = np.fmin(days, made.day(made.first(frame.moments_of(table.who.episode))))
        return days
