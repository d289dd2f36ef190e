"""What is found and what is due for everyone in a bucket: the same meaning as `care_engine.bedside`, column by column."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from care_engine.bedside import triggers
from care_engine.cells import Anything, Between, Cell, Compare, Empty, Equals, Known, Not, OneOf
from care_engine.model import Family, Knowledge, Table, Who
from care_engine.population import columns as c
from care_engine.population import storage as st
from care_engine.population.columns import Array, Column, Sets
from care_engine.population.evaluating import Frame, evaluate, setting_value, truth
from care_engine.population.frames import (
    Contacts,
    Log,
    Rows,
    Subjects,
    contacts_of_episodes,
    contacts_of_persons,
    follow,
    take,
)
from care_engine.population.relevance import Relevance
from care_engine.population.schedules import Steps, statuses_of_family

__all__ = ["Population"]


@dataclass
class Judgements:
    """What a table said, per row of its frame. spoke: it judged this row. answered: and could tell. found: a mask per finding."""

    spoke: Array
    answered: Array
    found: dict[str, Array]
    is_open: Array  # could not tell, or not all (`hit: collect`)


class Population:
    """The people of one bucket under evaluation on one day, with one body of knowledge."""

    def __init__(self, bucket: st.Bucket, on: int, knowledge: Knowledge, relevance: Relevance | None = None) -> None:
        self.on, self.knowledge, self.bucket = on, knowledge, bucket
        self.words = c.Words()
        self.relevance = relevance or Relevance.everything(knowledge)
        persons = bucket.persons
        self.size = len(persons)
        self.birth: Array = _days(persons["birth"])
        self.birth_minute: Array = _days(persons["birth_minute"])
        self.sex: Array = self._words_of(persons["sex"])
        left = np.fmin(_days(persons["deceased_on"]), _days(persons["moved_out_on"]))
        self.left_on = np.where(left <= on, left, np.nan)
        self._areas: tuple[Rows, list[dict[str, object]]] | None = None
        self._settings: dict[str, Array] = {}
        self.log = Log(self._wanted_events(bucket), on, knowledge, self.words)
        self._subjects: dict[str | None, tuple[Subjects, Rows]] = {}
        self._contacts: dict[str | None, Contacts] = {}
        self._frames: dict[tuple[str | None, bool], Frame] = {}
        self._judgements: dict[str, Judgements] = {}
        self._in_progress: dict[str, Judgements] = {}
        self._statuses: dict[str, Steps | None] = {}

    def _wanted_events(self, bucket: st.Bucket) -> st.Bucket:
        """Without the values that no rule looks at. Marks stay: they say that there was a contact."""
        if self.relevance.items is None:
            return bucket
        events = bucket.events.filter(pl.col("item").cast(pl.String).is_in(sorted(self.relevance.items)))
        return st.Bucket(bucket.persons, bucket.episodes, events)

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
        real = (
            self.bucket.events.filter((pl.col("sequence") >= 0) & (pl.col("on") <= self.on))
            .group_by("person_id")
            .agg(pl.col("on").min())
        )
        first = self.bucket.persons.select("person_id").join(real, on="person_id", how="left", maintain_order="left")[
            "on"
        ]
        known_by = self._known_by(_days(first))
        registered = np.where(np.isnan(_days(first)), known_by, _days(first))
        unknown = np.full(self.size, np.nan)
        none = c.words(-1, self.size)
        subjects = Subjects(None, everyone, known_by, unknown, none, registered, self.birth_minute)
        return subjects, np.full(self.size, -1)

    def _known_by(self, first_contact: Array) -> Array:
        """The day of birth; of somebody without a birth date the first record, at the latest the day of the decision."""
        order = pl.DataFrame({"person_id": self.bucket.persons["person_id"]})
        episodes = self.bucket.episodes.group_by("person_id").agg(pl.col("registered").min())
        registered = order.join(episodes, on="person_id", how="left", maintain_order="left")["registered"]
        recorded = np.fmin(np.fmin(first_contact, _days(registered)), float(self.on))
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
        key = (kind, today)
        if key not in self._frames:
            self._frames[key] = Frame(self, self.contacts(kind), today)
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

    # --- whom it concerns ---

    def concerns_by_age(self, who: Who, frame: Frame) -> Array:
        answer = c.truths(True, len(frame))
        person = frame.person
        if who.sex is not None:
            sex = self.sex[person]
            answer = c.both(answer, c.as_truth(sex == self.words[who.sex], sex >= 0))
        birth = self.birth[person] if who.age_from or who.age_until else None
        if who.age_from is not None and birth is not None:
            answer = c.both(
                answer,
                c.as_truth(frame.on >= c.add_span(birth, who.age_from.months, who.age_from.days), ~np.isnan(birth)),
            )
        if who.age_until is not None and birth is not None:
            answer = c.both(
                answer,
                c.as_truth(frame.on <= c.last_day(birth, who.age_until.months, who.age_until.days), ~np.isnan(birth)),
            )
        for setting, wanted in who.area.items():
            areas, values = self.area_values(setting)
            fits = np.array([-1 if value is None else int(value == wanted) for value in values], dtype=np.int8)
            answer = c.both(answer, fits[areas][person])
        return answer

    def concerns(self, who: Who, frame: Frame) -> Array:
        answer = self.concerns_by_age(who, frame)
        return answer if who.when is None else c.both(answer, truth(who.when, frame))

    # --- findings ---

    def judgements(self, table: Table) -> Judgements:
        """What a table said at every row where it speaks."""
        if table.id in self._in_progress:
            return self._in_progress[table.id]
        if table.id not in self._judgements:
            frame = self.frame(table.who.episode, today=table.moment == "today")
            self._judgements[table.id] = (
                self._settled(table, frame) if _asks_itself(table, self.knowledge) else self._judge(table, frame)
            )
        return self._judgements[table.id]

    def _settled(self, table: Table, frame: Frame) -> Judgements:
        """A table that asks what it said itself before: each round makes one more answer in a row right, until nothing changes."""
        nothing = np.zeros(len(frame), dtype=bool)
        last = Judgements(nothing, nothing, {one: nothing for one in table.findings}, nothing)
        while True:
            self._in_progress[table.id] = last
            fresh = Frame(self, frame.contacts, frame.today)
            judged = self._judge(table, fresh)
            if all(np.array_equal(judged.found[one], last.found[one]) for one in table.findings) and np.array_equal(
                judged.answered, last.answered
            ):
                del self._in_progress[table.id]
                return judged
            last = judged

    def _judge(self, table: Table, frame: Frame) -> Judgements:
        rows = len(frame)
        speaks = np.ones(rows, dtype=bool)
        if not frame.today:
            recorded = np.zeros(len(self.log), dtype=bool)
            for item in triggers(table, self.knowledge):
                recorded |= self.log.has(item)
            contacts = frame.contacts
            speaks = recorded[contacts.source] & contacts.is_moment
        if not speaks.any():
            return Judgements(
                speaks, speaks, {one: np.zeros(rows, dtype=bool) for one in table.findings}, np.zeros(rows, dtype=bool)
            )
        concerned = self.concerns(table.who, frame)
        if table.when is not None:
            concerned = c.both(concerned, truth(table.when, frame))
        speaks = speaks & (concerned != 0)
        sure = speaks & (concerned == 1)
        values = [evaluate(one.value, frame) for one in table.inputs]
        fits = []
        for row in table.rows:
            answer = c.truths(True, rows)
            for cell, value in zip(row.cells, values, strict=True):
                if not isinstance(cell, Anything):
                    answer = c.both(answer, holds(cell, value, self.words))
            fits.append(answer)
        outcome = _collect(table, fits, rows) if table.hit == "collect" else _first_hit(table, fits, rows)
        answered = sure & outcome.answered
        found = {one: mask & answered for one, mask in outcome.found.items()}
        return Judgements(speaks, answered, found, speaks & (~answered | outcome.is_open))

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
        kind = table.who.episode
        if table.moment == "today":
            return self._standing_today(table, finding, frame)
        contacts, pointer = frame.pointer_into(kind)
        judged = self.judgements(table)
        rows = self.last_answer(contacts, pointer, judged, before=before, frame=frame, kind=kind)
        on = np.asarray(take(contacts.on, rows))
        stands = np.asarray(take(judged.found[finding].astype(np.int8), rows)) == 1
        if table.lasts is not None:
            stands &= frame.on <= c.add_span(on, table.lasts.months, table.lasts.days)
        if table.only_at_contact:
            stands &= on == frame.on
        stands &= self.concerns_by_age(table.who, frame) != 0
        return np.where(stands, on, np.nan)

    def last_answer(
        self, contacts: Contacts, pointer: Rows, judged: Judgements, *, before: bool, frame: Frame, kind: str | None
    ) -> Rows:
        if before and len(contacts) and not frame.today:
            if kind == frame.subjects.kind:
                pointer = contacts.before(pointer)
            else:
                at = np.maximum(pointer, 0)
                same = (pointer >= 0) & (contacts.on[at] == frame.on) & (contacts.sequence[at] == frame.sequence)
                pointer = np.where(same, contacts.before(pointer), pointer)
        return follow(contacts.forward(judged.answered), pointer)

    def _standing_today(self, table: Table, finding: str, frame: Frame) -> Array:
        judged = self.judgements(table)
        subject = (
            frame.subject
            if table.who.episode == frame.subjects.kind
            else self.current_subject(table.who.episode, frame)
        )
        stands = np.asarray(take(judged.found[finding].astype(np.int8), subject)) == 1
        return np.where(stands & (frame.on >= self.on), float(self.on), np.nan)

    def first_found_on(self, finding: str, frame: Frame) -> Array:
        days = np.full(len(frame), np.nan)
        for table in self._makers(finding):
            if table.moment == "today":
                days = np.fmin(days, self._standing_today(table, finding, frame))
                continue
            contacts, pointer = frame.pointer_into(table.who.episode)
            found = self.judgements(table).found[finding]
            if not len(contacts):
                continue
            first = np.full(len(contacts.subjects), len(contacts))
            rows = np.flatnonzero(found)
            np.minimum.at(first, contacts.subject[rows], rows)
            at = first[contacts.subject[np.maximum(pointer, 0)]]
            good = (pointer >= 0) & (at <= pointer)
            days = np.fmin(days, np.where(good, contacts.on[np.minimum(at, len(contacts) - 1)], np.nan))
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
        rows = np.where(subject < 0, -1, entry[np.maximum(subject, 0)]) if len(entry) else np.full(len(frame), -1)
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


def _asks_itself(table: Table, knowledge: Knowledge) -> bool:
    from care_engine.loading import findings_asked

    return bool(findings_asked(table, dict(knowledge.items)) & set(table.findings))


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


def _first_hit(table: Table, fits: list[Array], rows: int) -> Judgements:
    """First row that fits; unknown rows before it must say the same, else the answer is unknown."""
    open_ = np.ones(rows, dtype=bool)
    answers: dict[tuple[str, ...], Array] = {}
    certain = np.zeros(rows, dtype=bool)
    for row, answer in zip(table.rows, fits, strict=True):
        possible = open_ & (answer != 0)
        key = row.then
        answers[key] = answers.get(key, np.zeros(rows, dtype=bool)) | possible
        certain |= open_ & (answer == 1)
        open_ = open_ & (answer != 1)
    answers[()] = answers.get((), np.zeros(rows, dtype=bool)) | ~certain
    different = np.sum(list(answers.values()), axis=0)
    answered = different == 1
    found = {one: np.zeros(rows, dtype=bool) for one in table.findings}
    for key, possible in answers.items():
        for one in key:
            found[one] |= possible & answered
    return Judgements(answered, answered, found, ~answered)


def _collect(table: Table, fits: list[Array], rows: int) -> Judgements:
    """All rows that fit; open where an unknown row would add something."""
    found = {one: np.zeros(rows, dtype=bool) for one in table.findings}
    any_sure = np.zeros(rows, dtype=bool)
    for row, answer in zip(table.rows, fits, strict=True):
        for one in row.then:
            found[one] |= answer == 1
            any_sure |= answer == 1
    is_open = np.zeros(rows, dtype=bool)
    for row, answer in zip(table.rows, fits, strict=True):
        for one in row.then:
            is_open |= (answer < 0) & ~found[one]
    return Judgements(any_sure | ~is_open, any_sure | ~is_open, found, is_open)


def today_rows(population: Population, kind: str | None) -> Array:
    """Which subjects of a kind are going on today: those about whom findings speak."""
    subjects, _ = population.subjects(kind)
    if kind is None:
        return np.ones(len(subjects), dtype=bool)
    return (subjects.start <= population.on) & (np.isnan(subjects.end) | (subjects.end >= population.on))
