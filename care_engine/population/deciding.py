"""What is found and what is due for everyone in a bucket: the same meaning as `care_engine.bedside`, column by column."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from care_engine.cells import Anything, Between, Cell, Compare, Empty, Equals, Known, Not, OneOf
from care_engine.dates import Span
from care_engine.expressions import FINDING_FUNCTIONS, Binary, Expression, Length, Name, named_in, walk
from care_engine.model import Family, Knowledge, Table, Who
from care_engine.population import columns as c
from care_engine.population import storage as st
from care_engine.population.columns import Array, Column, Sets
from care_engine.population.evaluating import Frame, History, evaluate, setting_value, truth
from care_engine.population.frames import (
    Contacts,
    Subjects,
    contacts_of_episodes,
    contacts_of_persons,
    follow,
    take,
)
from care_engine.population.log import Log, Recorded, Rows, distinct, positions, union
from care_engine.population.relevance import Relevance
from care_engine.population.schedules import Steps, statuses_of_family
from care_engine.tables import asks_itself, triggers

__all__ = ["Population"]

MOST_VALUES_KEPT = 10_000_000


@dataclass
class Judgements:
    """What a table said at `rows`: contact rows, or subjects where it judges today; in order. answered: it spoke and could tell.

    Rows are judged when somebody asks for them (`judged`): mostly only each person's last ones.
    """

    rows: Rows
    judged: Array
    answered: Array
    found: dict[str, Array]

    @staticmethod
    def none_yet(rows: Rows, findings: Iterable[str]) -> Judgements:
        def no() -> Array:
            return np.zeros(len(rows), dtype=bool)

        return Judgements(rows, no(), no(), {one: no() for one in findings})


class Population:
    """The people of one bucket under evaluation on one day, with one body of knowledge."""

    def __init__(
        self,
        bucket: st.Bucket,
        recorded: Recorded,
        some: NDArray[np.bool_],
        on: int,
        knowledge: Knowledge,
        relevance: Relevance,
    ) -> None:
        """some: which of the bucket's persons, as a mask."""
        self.on, self.knowledge, self.relevance = on, knowledge, relevance
        persons = bucket.persons.filter(pl.Series(some))
        ids = persons.select("person_id")
        episodes = bucket.episodes.join(ids, on="person_id", how="semi", maintain_order="left")
        self.bucket = bucket = replace(bucket, persons=persons, episodes=episodes)
        self.words = c.Words()
        self.first_contact: Array = recorded.first_contact(len(some))[some]
        self.size = len(persons)
        self.birth: Array = _days(persons["birth"])
        self.birth_minute: Array = _days(persons["birth_minute"])
        self.sex: Array = self._words_of(persons["sex"])
        left = np.fmin(_days(persons["deceased_on"]), _days(persons["moved_out_on"]))
        self.left_on = np.where(left <= on, left, np.nan)
        self._areas: tuple[Rows, list[dict[str, object]]] | None = None
        self._settings: dict[str, Array] = {}
        self.log = Log(recorded, some, knowledge, self.words)
        self._subjects: dict[str | None, tuple[Subjects, Rows]] = {}
        self._contacts: dict[str | None, Contacts] = {}
        self._frames: dict[tuple[str | None, bool, bytes | None], Frame] = {}
        self.histories: dict[tuple[str | None, str], History] = {}
        self._limits: dict[tuple[bool, Span], Array] = {}
        self._judgements: dict[str, Judgements] = {}
        self._statuses: dict[str, Steps | None] = {}

    def _words_of(self, series: pl.Series) -> Array:
        codes = {word: self.words[word] for word in series.unique().drop_nulls().to_list()}
        return (
            series.replace_strict(codes, default=-1, return_dtype=pl.Int32).to_numpy()
            if len(series)
            else c.words(-1, 0)
        )

    # --- areas ---

    def area_values(self, setting: str) -> tuple[Rows, list[object]]:
        """Which of the distinct areas each person lives in, and the setting's value in each of them."""
        if self._areas is None:
            texts = self.bucket.persons["area"].fill_null("{}")
            distinct = texts.unique(maintain_order=True).to_list()
            number = {text: index for index, text in enumerate(distinct)}
            persons = (
                texts.replace_strict(number, return_dtype=pl.Int64).to_numpy()
                if len(texts)
                else np.zeros(0, dtype=np.int64)
            )
            self._areas = persons, [json.loads(text) for text in distinct]
        persons, areas = self._areas
        default = self.knowledge.settings[setting].default
        return persons, [area.get(setting, default) for area in areas]

    def setting(self, setting: str) -> Array:
        if setting not in self._settings:
            persons, values = self.area_values(setting)
            kind = self.knowledge.settings[setting].type
            if kind == "date":
                values = [date.fromisoformat(value) if isinstance(value, str) else value for value in values]
            coded = [setting_value(value, self.words) for value in values]
            if kind == "boolean":
                column = np.array([-1 if one is None else int(one) for one in coded], dtype=np.int8)
            elif kind in ("choice", "text"):
                column = np.array([-1 if one is None else int(one) for one in coded], dtype=np.int32)
            else:
                column = np.array([np.nan if one is None else float(one) for one in coded])
            self._settings[setting] = column[persons]
        return self._settings[setting]

    # --- subjects and frames ---

    def subjects(self, kind: str | None) -> tuple[Subjects, Rows]:
        """All subjects of a kind, and the number of the recorded episode behind each (−1: it follows from another)."""
        if kind not in self._subjects:
            self._subjects[kind] = self._persons() if kind is None else self._episodes(kind)
        return self._subjects[kind]

    def _persons(self) -> tuple[Subjects, Rows]:
        everyone = np.arange(self.size)
        known_by = self._known_by()
        registered = np.where(np.isnan(self.first_contact), known_by, self.first_contact)
        unknown = np.full(self.size, np.nan)
        none = c.words(-1, self.size)
        subjects = Subjects(None, everyone, known_by, unknown, none, registered, self.birth_minute)
        return subjects, np.full(self.size, -1)

    def _known_by(self) -> Array:
        """The day of birth; of somebody without a birth date the first record, at the latest the day of the decision."""
        registered = np.full(self.size, np.nan)
        persons = positions(self.bucket.persons["person_id"].to_numpy(), self.bucket.episodes["person_id"].to_numpy())
        np.fmin.at(registered, persons, _days(self.bucket.episodes["registered"]))
        recorded = np.fmin(np.fmin(self.first_contact, registered), float(self.on))
        return np.where(np.isnan(self.birth), recorded, self.birth)

    def _episodes(self, kind: str) -> tuple[Subjects, Rows]:
        own = self._recorded(kind)
        meaning = self.knowledge.episodes[kind]
        if meaning.follows is not None:
            recorded = set(own["person"].to_list())
            before = self._recorded(meaning.follows).filter(
                pl.col("end").is_not_null()
                & pl.col("outcome").is_in(list(meaning.outcomes))
                & ~pl.col("person").is_in(list(recorded))
            )
            lasts = meaning.lasts
            ends = (
                c.add_span(_days(before["end"]), lasts.months, lasts.days)
                if lasts is not None
                else np.full(len(before), np.nan)
            )
            following = before.select(
                "person",
                pl.lit(-1, dtype=pl.Int64).alias("episode"),
                pl.col("end").alias("start"),
                pl.col("end").alias("registered"),
                pl.Series("end", ends).fill_nan(None),
                "outcome",
                pl.col("end_minute").alias("start_minute"),
                pl.lit(None, dtype=pl.Float64).alias("end_minute"),
            )
            own = pl.concat([own, following], how="vertical")
        own = own.sort("person", "start", maintain_order=True)
        subjects = Subjects(
            kind,
            own["person"].to_numpy().astype(np.int64),
            _days(own["start"]),
            _days(own["end"]),
            self._words_of(own["outcome"]),
            _days(own["registered"]),
            _days(own["start_minute"]),
        )
        return subjects, own["episode"].to_numpy().astype(np.int64)

    def _recorded(self, kind: str) -> pl.DataFrame:
        persons = self.bucket.persons.with_row_index("person").select("person_id", pl.col("person").cast(pl.Int64))
        number = pl.Float64
        frame = (
            self.bucket.episodes.filter(
                (pl.col("kind") == kind) & ((pl.col("registered") <= self.on) | (pl.col("start") <= self.on))
            )
            .join(persons, on="person_id", how="inner", maintain_order="left")
            .select(
                "person",
                pl.col("episode").cast(pl.Int64),
                pl.col("start").cast(number),
                pl.col("registered").cast(number),
                pl.col("end").cast(number),
                "outcome",
                pl.col("start_minute").cast(number),
                pl.col("end_minute").cast(number),
            )
        )
        if self.knowledge.episodes[kind].lasts is not None:
            return frame  # ends by itself, also in the future
        future = pl.col("end") > self.on
        return frame.with_columns(
            end=pl.when(future).then(None).otherwise(pl.col("end")),
            outcome=pl.when(future).then(None).otherwise(pl.col("outcome")),
        )

    def contacts(self, kind: str | None) -> Contacts:
        if kind not in self._contacts:
            subjects, number = self.subjects(kind)
            if kind is None:
                self._contacts[kind] = contacts_of_persons(self.log, subjects, np.ones(self.size, dtype=bool))
            else:
                self._contacts[kind] = contacts_of_episodes(self.log, subjects, number)
        return self._contacts[kind]

    def frame(self, kind: str | None, *, today: bool) -> Frame:
        """All subjects of a kind today, or all their contacts."""
        contacts, key = self.contacts(kind), (kind, today, None)
        if key not in self._frames:
            everything = np.arange(len(contacts.subjects) if today else len(contacts))
            self._frames[key] = Frame(self, contacts, today, everything)
        return self._frames[key]

    def rows(self, kind: str | None, *, today: bool, rows: Rows, part_of: tuple[Frame, Array] | None = None) -> Frame:
        """Some subjects of a kind today, or some of their contacts. The same rows give the same frame, which keeps its answers."""
        key = (kind, today, rows.tobytes())
        if key not in self._frames:
            self._frames[key] = Frame(self, self.contacts(kind), today, rows, part_of)
        return self._frames[key]

    def current_subject(self, kind: str | None, frame: Frame) -> Rows:
        """Per row the subject of another kind that is current on the row's day (the latest if several); −1 where there is none."""
        if kind is None:
            return frame.person
        subjects, _ = self.subjects(kind)
        shown = self.knowledge.episodes[kind].shown_for
        until = c.add_span(subjects.end, shown.months, shown.days)
        found = np.full(len(frame), -1)
        first = np.searchsorted(subjects.person, frame.person, side="left")
        for offset in range(int(np.max(np.bincount(subjects.person), initial=0))):
            candidate = first + offset
            safe = np.minimum(candidate, max(len(subjects) - 1, 0))
            ours = (candidate < len(subjects)) & (subjects.person[safe] == frame.person)
            current = ours & (subjects.start[safe] <= frame.on) & (np.isnan(until[safe]) | (frame.on <= until[safe]))
            found = np.where(current, candidate, found)
        return found

    def in_episode(self, kind: str, frame: Frame) -> Array:
        subjects, _ = self.subjects(kind)
        inside = np.zeros(len(frame), dtype=bool)
        first = np.searchsorted(subjects.person, frame.person, side="left")
        for offset in range(int(np.max(np.bincount(subjects.person), initial=0))):
            safe = np.minimum(first + offset, max(len(subjects) - 1, 0))
            ours = (first + offset < len(subjects)) & (subjects.person[safe] == frame.person)
            inside |= (
                ours
                & (subjects.start[safe] <= frame.on)
                & (np.isnan(subjects.end[safe]) | (frame.on <= subjects.end[safe]))
            )
        return inside

    def ended_on(self, subjects: Subjects) -> Array:
        """Per subject the day on which nothing more is due: its end, death, moving away; NaN while it goes on."""
        left = self.left_on[subjects.person]
        if subjects.kind is None or self.knowledge.episodes[subjects.kind].lasts is not None:
            return left
        end = np.where(subjects.end <= self.on, subjects.end, np.nan)
        return np.fmin(left, end)

    def forget_columns(self, most: int = MOST_VALUES_KEPT) -> None:
        """Let go of the columns worked out so far once they fill much memory. What tables said and what is recorded is kept.

        With `most=0` at the end: frames and population point at each other, and Python would free them only much later.
        """
        if sum(len(frame) * len(frame.memo) for frame in self._frames.values()) > most:
            self._frames.clear()

    # --- whom it concerns ---

    def concerns_by_age(self, who: Who, frame: Frame) -> Array:
        return self._fits_age(who, frame.person, frame.on)

    def _fits_age(self, who: Who, person: Rows, on: Array) -> Array:
        """By sex, age and area."""
        answer = c.truths(True, len(person))
        if who.sex is not None:
            sex = self.sex[person]
            answer = c.both(answer, c.as_truth(sex == self.words[who.sex], sex >= 0))
        if who.age_from is not None:
            limit = self._limit(who.age_from, last=False)[person]
            answer = c.both(answer, c.as_truth(on >= limit, ~np.isnan(limit)))
        if who.age_until is not None:
            limit = self._limit(who.age_until, last=True)[person]
            answer = c.both(answer, c.as_truth(on <= limit, ~np.isnan(limit)))
        for setting, wanted in who.area.items():
            areas, values = self.area_values(setting)
            fits = np.array([-1 if value is None else int(value == wanted) for value in values], dtype=np.int8)
            answer = c.both(answer, fits[areas][person])
        return answer

    def _limit(self, age: Span, *, last: bool) -> Array:
        """Per person the day on which an age is reached, or the last day of that age."""
        key = (last, age)
        if key not in self._limits:
            self._limits[key] = (c.last_day if last else c.add_span)(self.birth, age.months, age.days)
        return self._limits[key]

    def concerns(self, who: Who, frame: Frame) -> Array:
        answer = self.concerns_by_age(who, frame)
        return answer if who.when is None else c.both(answer, truth(who.when, frame))

    # --- findings ---

    def judgements(self, table: Table) -> Judgements:
        """The rows at which a table may speak, and what it said at those that somebody asked for."""
        if table.id not in self._judgements:
            self._judgements[table.id] = Judgements.none_yet(self._moments_of(table), table.findings)
            if asks_itself(table, self.knowledge):
                self._settle(table)
        return self._judgements[table.id]

    def _moments_of(self, table: Table) -> Rows:
        """Subjects today, or contacts at which one of the table's triggers is recorded."""
        kind = table.who.episode
        if table.moment == "today":
            return np.flatnonzero(self.concerns_by_age(table.who, self.frame(kind, today=True)) != 0)
        contacts = self.contacts(kind)
        rows = contacts.rows_of(union(self.log.rows(item) for item in triggers(table, self.knowledge)))
        rows = rows[contacts.is_moment[rows]]
        person = contacts.subjects.person[contacts.subject[rows]]
        return np.asarray(rows[self._fits_age(table.who, person, contacts.on[rows]) != 0])

    def _settle(self, table: Table) -> None:
        """A table that asks what it said itself before: judged again after every row whose answer has changed, until none does."""
        judgements, kind, today = self._judgements[table.id], table.who.episode, table.moment == "today"
        judgements.judged[:] = True
        rows = judgements.rows
        subject = rows if today else self.contacts(kind).subject[rows]
        whole = self.rows(kind, today=today, rows=rows)
        for one in table.inputs:
            for tree in _apart_from(one.value, set(table.findings), self.knowledge):
                evaluate(tree, whole)
        places = np.arange(len(rows))
        while len(places):
            last = np.array([judgements.answered, *judgements.found.values()])
            frame = Frame(self, whole.contacts, today, rows[places], (whole, places), is_kept=False)
            self._judge_at(table, judgements, places, frame)
            changed = (last != np.array([judgements.answered, *judgements.found.values()])).any(axis=0)
            first = np.full(len(whole.subjects), len(rows))
            np.minimum.at(first, subject[changed], np.flatnonzero(changed))
            places = np.flatnonzero(np.arange(len(rows)) > first[subject])

    def judge(self, table: Table, places: Rows) -> Judgements:
        """What a table said, at least at these places among its rows."""
        judgements = self.judgements(table)
        asked = np.zeros(len(judgements.rows), dtype=bool)
        asked[places] = True
        open_ = np.flatnonzero(asked & ~judgements.judged)
        if len(open_):
            self._judge(table, judgements, open_)
        return judgements

    def _judge(self, table: Table, judgements: Judgements, places: Rows) -> None:
        judgements.judged[places] = True
        frame = self.rows(table.who.episode, today=table.moment == "today", rows=judgements.rows[places])
        self._judge_at(table, judgements, places, frame)

    def _judge_at(self, table: Table, judgements: Judgements, places: Rows, frame: Frame) -> None:
        concerned = self.concerns(table.who, frame)
        if table.when is not None:
            concerned = c.both(concerned, truth(table.when, frame))
        sure = concerned == 1
        if not sure.all():
            judgements.answered[places[~sure]] = False
            places, frame = places[sure], frame.where(sure)
        if not len(frame):
            return
        values = [evaluate(one.value, frame) for one in table.inputs]
        fits = []
        for row in table.rows:
            answer = c.truths(True, len(frame))
            for cell, value in zip(row.cells, values, strict=True):
                if not isinstance(cell, Anything):
                    answer = c.both(answer, holds(cell, value, self.words))
            fits.append(answer)
        answered, found = (_collect if table.hit == "collect" else _first_hit)(table, fits, len(frame))
        judgements.answered[places] = answered
        for one, mask in found.items():
            judgements.found[one][places] = mask & answered

    def may_stand(self, table: Table) -> Frame:
        """The subjects going on today about whom the table may have spoken."""
        kind, rows = table.who.episode, self.judgements(table).rows
        subject = distinct(rows if table.moment == "today" else self.contacts(kind).subject[rows])
        if kind is not None:
            subjects, _ = self.subjects(kind)
            end = subjects.end[subject]
            subject = subject[(subjects.start[subject] <= self.on) & (np.isnan(end) | (end >= self.on))]
        return self.rows(kind, today=True, rows=subject)

    def _makers(self, finding: str) -> Iterable[Table]:
        return (table for table in self.knowledge.tables_by_finding.get(finding, ()) if self.relevance.has_table(table))

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
        key = (table.id, before)
        if key not in frame.standing:
            frame.standing[key] = self._last_standing(table, frame, before=before)
        at, place, on = frame.standing[key]
        stands = self.judgements(table).found[finding][place]
        days = np.full(len(frame), np.nan)
        days[at[stands]] = on[stands]
        return days

    def _last_standing(self, table: Table, frame: Frame, *, before: bool) -> tuple[Rows, Rows, Array]:
        """The rows at which an answer of the table still stands, the place of that answer, and its day."""
        contacts, pointer = frame.pointer_into(table.who.episode)
        if before:
            pointer = self._before(contacts, pointer, frame, table.who.episode)
        place = contacts.last_among(self.judgements(table).rows, pointer)
        at = np.flatnonzero(place >= 0)
        place = self._last_answer(table, contacts, pointer[at], place[at])
        at, place = at[place >= 0], place[place >= 0]
        today, on = frame.on[at], contacts.on[self.judgements(table).rows[place]]
        stands = self._fits_age(table.who, frame.person[at], today) != 0
        if table.lasts is not None:
            stands &= today <= c.add_span(on, table.lasts.months, table.lasts.days)
        if table.only_at_contact:
            stands &= on == today
        return at[stands], place[stands], on[stands]

    def _before(self, contacts: Contacts, pointer: Rows, frame: Frame, kind: str | None) -> Rows:
        """The pointed rows, but strictly before each row's own moment."""
        if not len(contacts) or frame.today:
            return pointer
        if kind == frame.subjects.kind:
            return contacts.before(pointer)
        at = np.maximum(pointer, 0)
        same = (pointer >= 0) & (contacts.on[at] == frame.on) & (contacts.sequence[at] == frame.sequence)
        return np.where(same, contacts.before(pointer), pointer)

    def _last_answer(self, table: Table, contacts: Contacts, pointer: Rows, place: Rows) -> Rows:
        """The place of the last answer up to each pointed row, or −1; `place`: the last row there at which the table spoke.

        Asks for the judgement at `place`, and for those before only where it could not tell.
        """
        judgements = self.judge(table, place)
        unsure = ~judgements.answered[place]
        if unsure.any():
            rows, subject = judgements.rows, contacts.subject[judgements.rows]
            latest = np.full(len(contacts.subjects), -1)
            np.maximum.at(latest, subject[place[unsure]], place[unsure])
            self.judge(table, np.flatnonzero(np.arange(len(rows)) < latest[subject]))
            answered = np.flatnonzero(judgements.answered)
            place = place.copy()
            place[unsure] = follow(answered, contacts.last_among(rows[answered], pointer[unsure]))
        return place

    def _standing_today(self, table: Table, finding: str, frame: Frame) -> Array:
        judgements = self.judgements(table)
        judgements = self.judge(table, np.arange(len(judgements.rows)))
        kind = table.who.episode
        subject = frame.subject if kind == frame.subjects.kind else self.current_subject(kind, frame)
        found = np.zeros(len(self.subjects(kind)[0]), dtype=np.int8)
        found[judgements.rows] = judgements.found[finding]
        stands = np.asarray(take(found, subject)) == 1
        return np.where(stands & (frame.on >= self.on), float(self.on), np.nan)

    def first_found_on(self, finding: str, frame: Frame) -> Array:
        days = np.full(len(frame), np.nan)
        for table in self._makers(finding):
            if table.moment == "today":
                days = np.fmin(days, self._standing_today(table, finding, frame))
                continue
            contacts, pointer = frame.pointer_into(table.who.episode)
            judgements = self.judge(table, np.arange(len(self.judgements(table).rows)))
            rows = judgements.rows[judgements.found[finding]]
            at = follow(rows, contacts.first_among(rows, pointer))
            days = np.fmin(days, np.asarray(take(contacts.on, at)))
        return days

    # --- services ---

    def statuses(self, family: Family) -> Steps | None:
        if family.id not in self._statuses:
            self._statuses[family.id] = None
            self._statuses[family.id] = statuses_of_family(family, self)
        return self._statuses[family.id]

    def concluded(self, function: str, service: str, frame: Frame) -> Column:
        """done_on, status or doses of a service, for the subject that is current for each row."""
        family = next(one for one in self.knowledge.families if one.id == self.knowledge.services[service].family)
        steps = self.statuses(family) if self.relevance.has_family(family) else None
        if steps is None:
            return c.words(-1, len(frame)) if function == "status" else c.numbers(np.nan, len(frame))
        kind = family.who.episode
        subject = frame.subject if kind == frame.subjects.kind else self.current_subject(kind, frame)
        entry = np.full(len(self.subjects(kind)[0]), -1)
        entry[steps.subject] = np.arange(len(steps.subject))
        rows = follow(entry, subject)
        if function == "doses":
            return take(steps.doses, rows)
        one = steps.of_service[service]
        if function == "done_on":
            return take(one.given_on, rows)
        codes = np.array([self.words[name] for name in one.names], dtype=np.int32)
        column = np.where(one.present, codes[one.status], -1).astype(np.int32)
        return take(column, rows)


def _days(series: pl.Series) -> Array:
    """A column of days or minutes as float64; NaN where there is none."""
    return series.cast(pl.Float64).fill_null(np.nan).to_numpy().copy()


def _apart_from(tree: Expression, findings: set[str], knowledge: Knowledge) -> Iterable[Expression]:
    """The largest parts of an expression that do not ask about these findings."""
    if not _asks(tree, findings, knowledge):
        yield tree
    elif isinstance(tree, Binary) and not isinstance(tree.right, Length):
        yield from _apart_from(tree.left, findings, knowledge)
        yield from _apart_from(tree.right, findings, knowledge)


def _asks(tree: Expression, findings: set[str], knowledge: Knowledge) -> bool:
    """Whether an expression asks about one of these findings, also through formulas."""
    items = (knowledge.items.get(one.id) for one in walk(tree) if isinstance(one, Name))
    formulas = (one.formula for one in items if one is not None and one.formula is not None)
    return bool(named_in(tree, FINDING_FUNCTIONS) & findings) or any(
        _asks(one, findings, knowledge) for one in formulas
    )


def holds(cell: Cell, value: Column, words: c.Words) -> Array:
    """`care_engine.cells.holds` for a column."""
    match cell:
        case Anything():
            return c.truths(True, len(value))
        case Known(wanted):
            return np.asarray(c.known(value) == wanted, dtype=np.int8)
        case Not(inner):
            return c.negate(holds(inner, value, words))
        case OneOf(cells):
            answer = c.truths(False, len(value))
            for one in cells:
                answer = c.either(answer, holds(one, value, words))
            return answer
        case Equals(wanted) if isinstance(value, Sets):
            member = (
                value.bits >> value.choices.index(str(wanted)) & 1
                if wanted in value.choices
                else np.zeros(len(value), dtype=np.int64)
            )
            return c.as_truth(member, value.known)
        case Empty():
            assert isinstance(value, Sets)
            return c.as_truth(value.bits == 0, value.known)
    assert not isinstance(value, Sets)
    known = c.known(value)
    with np.errstate(invalid="ignore"):
        match cell:
            case Compare(op, limit):
                answer = {"<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit}[op]
            case Between(low, low_included, high, high_included):
                answer = ((value >= low) if low_included else (value > low)) & (
                    (value <= high) if high_included else (value < high)
                )
            case Equals(bool() as wanted):
                answer = (value == int(wanted)) & (value.dtype == np.int8)
            case Equals(str() as wanted):
                answer = (value == words[wanted]) & (value.dtype == np.int32)
            case Equals(wanted):
                answer = (value == wanted) & (value.dtype == np.float64)
            case _:
                raise AssertionError(f"no meaning for {cell}")
    return c.as_truth(answer, known)


Outcome = tuple[Array, dict[str, Array]]  # where the answer is known; where each finding was made


def _first_hit(table: Table, fits: list[Array], rows: int) -> Outcome:
    """First row that fits; unknown rows before it must say the same, else the answer is unknown."""
    open_ = np.ones(rows, dtype=bool)
    answers: dict[tuple[str, ...], Array] = {}
    for row, answer in zip(table.rows, fits, strict=True):
        possible = open_ & (answer != 0)
        answers[row.then] = answers[row.then] | possible if row.then in answers else possible
        open_ = open_ & (answer != 1)
    answers[()] = answers[()] | open_ if () in answers else open_
    answered = np.sum(list(answers.values()), axis=0) == 1
    found = {one: np.zeros(rows, dtype=bool) for one in table.findings}
    for key, possible in answers.items():
        for one in key:
            found[one] |= possible
    return answered, found


def _collect(table: Table, fits: list[Array], rows: int) -> Outcome:
    """All rows that fit; without any the answer is unknown where an unknown row would add something."""
    found = {one: np.zeros(rows, dtype=bool) for one in table.findings}
    any_sure = np.zeros(rows, dtype=bool)
    for row, answer in zip(table.rows, fits, strict=True):
        for one in row.then:
            found[one] |= answer == 1
            any_sure |= answer == 1
    adds = np.zeros(rows, dtype=bool)
    for row, answer in zip(table.rows, fits, strict=True):
        for one in row.then:
            adds |= (answer < 0) & ~found[one]
    return any_sure | ~adds, found
