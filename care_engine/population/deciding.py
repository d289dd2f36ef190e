"""What is found and what is due for everyone in a bucket: the same meaning as `care_engine.bedside`, column by column."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from care_engine.expressions import Expression
from care_engine.model import Family, Knowledge, Who
from care_engine.population import columns as c
from care_engine.population import storage as st
from care_engine.population.columns import Array, Column, take
from care_engine.population.evaluating import truth
from care_engine.population.findings import Findings
from care_engine.population.frame import Frame
from care_engine.population.histories import History
from care_engine.population.log import ByRows, Recorded, Rows
from care_engine.population.necessary import Need, Where
from care_engine.population.occurrences import Occurrences
from care_engine.population.people import People
from care_engine.population.relevance import Relevance
from care_engine.population.schedules import statuses_of_family
from care_engine.population.standings import Steps

__all__ = ["Population"]

#: Columns that are kept in memory, in bytes.
MOST_KEPT = 10_000_000


class Population(People):
    """The people of one bucket under evaluation on one day, with one body of knowledge."""

    def __init__(
        self,
        bucket: st.Bucket,
        recorded: Recorded,
        some: slice,
        on: int,
        knowledge: Knowledge,
        relevance: Relevance,
    ) -> None:
        """some: which of the bucket's persons."""
        super().__init__(bucket, recorded, some, on, knowledge)
        self.relevance = relevance
        self.findings = Findings(self)
        self.kept = 0  # how many bytes of columns are held in memory, about
        self.histories: dict[tuple[str | None, str], History] = {}
        self.histories_where: dict[tuple[str | None, str, Expression], History] = {}
        self.where: dict[tuple[str | None, Expression], Occurrences] = {}
        #: By kind and formula item: its value at each contact, and at which contacts it has been reckoned.
        self.reckoned: dict[tuple[str | None, str], tuple[Array, NDArray[np.bool_]]] = {}
        self._recorded_at: dict[tuple[str | None, str], Occurrences] = {}
        self._given_at: dict[tuple[str | None, str], Occurrences] = {}
        self._whole: dict[tuple[str | None, bool], Frame] = {}
        self._frames: ByRows[Frame] = ByRows()
        self._occurrences: ByRows[Occurrences] = ByRows()
        self._statuses: dict[str, Steps | None] = {}

    def frame(self, kind: str | None, *, today: bool) -> Frame:
        """All subjects of a kind today, or all their contacts."""
        contacts, key = self.contacts(kind), (kind, today)
        if key not in self._whole:
            everything = np.arange(len(contacts.subjects) if today else len(contacts))
            self._whole[key] = Frame(self, contacts, today, everything)
        return self._whole[key]

    def rows(self, kind: str | None, *, today: bool, rows: Rows, part_of: tuple[Frame, Array] | None = None) -> Frame:
        """Some subjects of a kind today, or some of their contacts. The same rows give the same frame, which keeps its answers."""
        return self._frames.get((kind, today), rows, lambda: Frame(self, self.contacts(kind), today, rows, part_of))

    def occurrences(self, kind: str | None, rows: Rows) -> Occurrences:
        """Some contacts of all subjects of a kind. The same rows give the same occurrences, which keep where each life begins and ends among them."""
        return self._occurrences.get((kind,), rows, lambda: Occurrences(self.contacts(kind), rows))

    def recorded(self, item: str, kind: str | None) -> Occurrences:
        """The contacts of all subjects of a kind at which an item is recorded."""
        key = (kind, item)
        if key not in self._recorded_at:
            contacts = self.contacts(kind)
            self._recorded_at[key] = Occurrences(contacts, contacts.rows_of(self.log.rows(item)))
        return self._recorded_at[key]

    def given(self, service: str, kind: str | None) -> Occurrences:
        """The contacts of all subjects of a kind at which a service was given."""
        key = (kind, service)
        if key not in self._given_at:
            contacts = self.contacts(kind)
            self._given_at[key] = Occurrences(contacts, contacts.rows_of(self.log.given(service)))
        return self._given_at[key]

    def narrowed(self, rows: Rows, kind: str | None, needs: Iterable[Need]) -> Rows:
        """The contacts, of these, at which a condition with these needs can be true."""
        for need in needs:
            met = np.zeros(len(rows), dtype=bool)
            for where, id_ in sorted(need):
                met |= self._meets(rows, kind, where, id_)
            rows = rows.compress(met)
        return rows

    def _meets(self, rows: Rows, kind: str | None, where: Where, id_: str) -> Array:
        contacts = self.contacts(kind)
        match where:
            case "here":
                return self.recorded(id_, kind).holds(rows)
            case "given":
                return self.given(id_, kind).holds(rows)
            case "once":
                return self.recorded(id_, kind).ends.take(contacts.subject.take(rows)) >= 0
        person = contacts.subjects.person.take(contacts.subject.take(rows))
        return (
            self.without_birth.take(person) if where == "no-birth" else self.recorded(id_, None).ends.take(person) >= 0
        )

    def release(self) -> None:
        """Let go of everything. Frames, findings and population point at each other, and Python would free them only much later."""
        vars(self).clear()

    def forget_columns(self) -> None:
        """Let go of the columns worked out so far once they fill much memory. What tables said and what is recorded is kept."""
        if self.kept > MOST_KEPT:
            self.kept = 0
            self._whole.clear()
            self._frames.made.clear()
            histories = (*self.histories.values(), *self.histories_where.values())
            known = (*self._recorded_at.values(), *self._given_at.values(), *self.where.values())
            for one in (*known, *self.findings.occurrences(), *(history.at for history in histories)):
                one.forget()

    def concerns(self, who: Who, frame: Frame) -> Array:
        answer = self.fits_age(who, frame.person, frame.on)
        return answer if who.when is None else c.both(answer, truth(who.when, frame))

    # --- services ---

    def statuses(self, family: Family) -> Steps | None:
        if family.id not in self._statuses:
            self._statuses[family.id] = None
            self._statuses[family.id] = statuses_of_family(family, self)
        return self._statuses[family.id]

    def concluded(self, function: str, service: str, frame: Frame) -> Column:
        """done_on, status or doses of a service, for the subject that is current for each row."""
        told = c.words(-1, len(frame)) if function == "status" else c.numbers(np.nan, len(frame))
        for family in self.knowledge.families_of[service]:  # no two of which concern one subject
            column = self._concluded(function, service, family, frame)
            if column is not None:
                here = c.known(column)
                told = column if here.all() else np.where(here, column, told)
        return told

    def _concluded(self, function: str, service: str, family: Family, frame: Frame) -> Array | None:
        steps = self.statuses(family) if self.relevance.has_family(family) else None
        if steps is None:
            return None
        kind = family.who.episode
        subject = frame.subject if kind == frame.subjects.kind else self.current_subject(kind, frame)
        entry = np.full(len(self.subjects(kind)[0]), -1)
        entry[steps.subject] = np.arange(len(steps.subject))
        rows = np.asarray(take(entry, subject))
        if function == "doses":
            return np.asarray(take(steps.doses, rows))
        one = steps.of_service[service]
        if function == "done_on":
            return np.asarray(take(one.given_on, rows))
        codes = np.array([self.words[name] for name in one.names], dtype=np.int32)
        column = np.where(one.present, codes[one.status], -1).astype(np.int32)
        return np.asarray(take(column, rows))
