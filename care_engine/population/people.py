"""The people of a bucket under evaluation: their areas and episodes, their contacts, and whom a rule concerns."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import date
from functools import cached_property, reduce

import numpy as np
import polars as pl
from numpy.typing import NDArray

from care_engine.dates import Span
from care_engine.model import Knowledge, Who
from care_engine.population import columns as c
from care_engine.population import storage as st
from care_engine.population.columns import Array
from care_engine.population.episodes import Episodes, days
from care_engine.population.evaluating import setting_value
from care_engine.population.frame import Frame
from care_engine.population.frames import Contacts, Subjects, contacts_of_episodes, contacts_of_persons
from care_engine.population.log import Log, Recorded, Rows
from care_engine.remembering import remembered


class People:
    """Who they are and what is recorded about them on the day of the decision."""

    def __init__(self, bucket: st.Bucket, recorded: Recorded, some: slice, on: int, knowledge: Knowledge) -> None:
        """some: which of the bucket's persons."""
        self.on, self.knowledge = on, knowledge
        persons = bucket.persons[some]
        self.bucket = replace(bucket, persons=persons)
        self.words = c.Words()
        self.first_contact: Array = recorded.first_contact[some]
        self.size = len(persons)
        self.birth: Array = days(persons["birth"])
        self.birth_minute: Array = days(persons["birth_minute"])
        self.sex: Array = self._words_of(persons["sex"])
        self._recorded = Episodes.of(bucket.episodes, some, self._words_of)
        self.without_birth: Array = np.isnan(self.birth)
        left = np.fmin(days(persons["deceased_on"]), days(persons["moved_out_on"]))
        self.left_on = np.where(left <= on, left, np.nan)
        self.log = Log(recorded, some, knowledge, self.words)
        self._areas: tuple[Rows, list[dict[str, object]]] | None = None
        self._settings: dict[str, Array] = {}
        self._subjects: dict[str | None, tuple[Subjects, Rows]] = {}
        self._contacts: dict[str | None, Contacts] = {}
        self._current_today: dict[str, Rows] = {}
        self._possible: dict[tuple[object, ...], NDArray[np.bool_] | None] = {}
        self._ended: dict[str | None, Array] = {}
        self._episodes_of: dict[str, tuple[Rows, Rows]] = {}
        self._fitting: dict[tuple[object, ...], Array] = {}
        self._ages: dict[tuple[str | None, bool], Array] = {}
        self._limits: dict[tuple[bool, Span], Array] = {}

    def _words_of(self, series: pl.Series) -> Array:
        code, different = _coded(series)
        return np.array([*map(self.words.__getitem__, different), -1], dtype=np.int32).take(code)

    # --- areas ---

    def area_values(self, setting: str) -> tuple[Rows, list[object]]:
        """Which of the distinct areas each person lives in, and the setting's value in each of them."""
        if self._areas is None:
            persons, texts = _coded(self.bucket.persons["area"].fill_null("{}"))
            self._areas = persons.astype(np.int64), [json.loads(text) for text in texts]
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
            same = len(column) == 1 and self.size > 0
            self._settings[setting] = c.same(column[0], self.size) if same else column.take(persons)
        return self._settings[setting]

    # --- subjects and contacts ---

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
        np.fmin.at(registered, self._recorded.person, self._recorded.registered)
        recorded = np.fmin(np.fmin(self.first_contact, registered), float(self.on))
        return np.where(np.isnan(self.birth), recorded, self.birth)

    def _episodes(self, kind: str) -> tuple[Subjects, Rows]:
        kinds = self.knowledge.episodes
        meaning = kinds[kind]
        own = self._recorded.recorded(self.words[kind], meaning, self.on)
        if (follows := meaning.follows) is not None:
            before = self._recorded.recorded(self.words[follows], kinds[follows], self.on)
            outcomes = [self.words[one] for one in meaning.outcomes]
            own = own.and_(before.followed_by(meaning, outcomes, without=own.person))
        return own.subjects(kind)

    def contacts(self, kind: str | None) -> Contacts:
        if kind not in self._contacts:
            subjects, number = self.subjects(kind)
            if kind is None:
                self._contacts[kind] = contacts_of_persons(self.log, subjects)
            else:
                self._contacts[kind] = contacts_of_episodes(self.log, subjects, number)
        return self._contacts[kind]

    def current_subject(self, kind: str | None, frame: Frame) -> Rows:
        """Per row the subject of another kind that is current on the row's day (the latest if several); −1 where there is none."""
        if kind is None:
            return frame.person
        if not frame.today:
            return self._current(kind, frame.person, frame.on)
        return self.current_today(kind).take(frame.person)

    def current_today(self, kind: str) -> Rows:
        """Per person the episode of a kind that is current today, as `current_subject`; later persons have later ones."""
        if kind not in self._current_today:
            self._current_today[kind] = self._current(kind, np.arange(self.size), c.numbers(self.on, self.size))
        return self._current_today[kind]

    def _current(self, kind: str, person: Rows, on: Array) -> Rows:
        subjects, _ = self.subjects(kind)
        shown = self.knowledge.episodes[kind].shown_for
        return self._within(kind, person, on, c.add_span(subjects.end, shown.months, shown.days))

    def in_episode(self, kind: str, frame: Frame) -> NDArray[np.bool_]:
        subjects, _ = self.subjects(kind)
        return self._within(kind, frame.person, frame.on, subjects.end) >= 0

    def _within(self, kind: str, person: Rows, on: Array, until: Array) -> Rows:
        """Per person and day the last of the person's episodes that goes on then, up to its day of `until`; -1 where there is none."""
        subjects, _ = self.subjects(kind)
        if kind not in self._episodes_of:
            counts = np.bincount(subjects.person, minlength=self.size)
            self._episodes_of[kind] = np.cumsum(counts) - counts, counts
        first, counts = self._episodes_of[kind]
        found, many = np.full(len(person), -1), counts.take(person)
        for offset in range(int(many.max(initial=0))):
            at = c.rows_where(many > offset)  # mostly few
            episode, day = first.take(person.take(at)) + offset, on.take(at)
            end = until.take(episode)
            current = c.rows_where((subjects.start.take(episode) <= day) & (np.isnan(end) | (day <= end)))
            found[at.take(current)] = episode.take(current)
        return found

    def ended_on(self, subjects: Subjects) -> Array:
        """Per subject the day on which nothing more is due: its end, death, moving away; NaN while it goes on."""
        if subjects.kind not in self._ended:
            left = self.left_on[subjects.person]
            if subjects.kind is not None and self.knowledge.episodes[subjects.kind].lasts is None:
                left = np.fmin(left, np.where(subjects.end <= self.on, subjects.end, np.nan))
            self._ended[subjects.kind] = left
        return self._ended[subjects.kind]

    # --- whom it concerns ---

    def fits_age(self, who: Who, person: Rows, on: Array) -> Array:
        """By sex, age and area: a truth for each of these persons on these days."""
        truths = []
        if who.age_from is not None or who.age_until is not None:
            truths.append(self._is_of_age(who, person, on))
        if who.sex is not None or who.area:
            truths.append(self._is(who).take(person))
        return reduce(c.both, truths) if truths else np.ones(len(person), dtype=np.int8)

    def fits(self, who: Who, frame: Frame) -> Array:
        """A truth for each row of a frame, whose rows are all possible ones: whom it may concern it does, unless something about them is unknown."""
        return c.truths(True, len(frame)) if self.is_known(who) else self.fits_age(who, frame.person, frame.on)

    def _is_of_age(self, who: Who, person: Rows, on: Array) -> Array:
        limits = []
        if who.age_from is not None:
            limits.append(on >= self._limit(who.age_from, last=False).take(person))
        if who.age_until is not None:
            limits.append(on <= self._limit(who.age_until, last=True).take(person))
        within = reduce(np.logical_and, limits).view(np.int8)
        if who.known_age or not self.without_birth.any():
            return within
        # without a birth date nobody is within limits: 0 becomes -1, unknown
        return within - self.without_birth.take(person).view(np.int8)

    def _is(self, who: Who) -> Array:
        """By sex and area, which do not change: a truth for each person."""
        key = (who.sex, *sorted(who.area.items()))
        if key not in self._fitting:
            answer = c.truths(True, self.size)
            if who.sex is not None:
                answer = c.as_truth(self.sex == self.words[who.sex], self.sex >= 0)
            for setting, wanted in who.area.items():
                areas, values = self.area_values(setting)
                fits = np.array([-1 if value is None else int(value == wanted) for value in values], dtype=np.int8)
                answer = c.both(answer, fits[areas])
            self._fitting[key] = answer
        return self._fitting[key]

    def is_known(self, who: Who) -> bool:
        """Whether everybody's birth, sex and area are known where a rule asks for them: whom it may concern it concerns."""
        ages = (who.age_from is None and who.age_until is None) or not self._unknown["birth"]
        sexes = who.sex is None or not self._unknown["sex"]
        return ages and sexes and not any(None in self.area_values(setting)[1] for setting in who.area)

    @cached_property
    def _unknown(self) -> dict[str, bool]:
        """Whether it is unknown of anybody."""
        return {"birth": bool(self.without_birth.any()), "sex": bool((self.sex < 0).any())}

    def possible(self, who: Who, frame: Frame, at: Rows) -> NDArray[np.bool_] | None:
        """Whom, at these rows of a frame, a rule may concern by sex, age and area; None: all of them."""
        if frame.today:
            return self.possible_today(who, frame.person.take(at))
        return self.possible_contacts(who, frame.subjects.kind, frame.chosen.take(at))

    def possible_today(self, who: Who, person: Rows) -> NDArray[np.bool_] | None:
        """Which of these persons it may concern today by sex, age and area; None: all of them."""

        def fits(part: Who) -> NDArray[np.bool_]:
            return np.asarray(self.fits_age(part, np.arange(self.size), c.numbers(self.on, self.size)) != c.NO)

        return self._possible_at(who, "today", fits, person)

    def possible_contacts(self, who: Who, kind: str | None, rows: Rows) -> NDArray[np.bool_] | None:
        """At which of these contacts of a kind of subject it may concern them by sex, age and area; None: at all of them."""
        contacts = self.contacts(kind)

        def fits(part: Who) -> NDArray[np.bool_]:
            for span, beyond in ((part.age_from, np.less), (part.age_until, np.greater)):
                if span is not None and not (span.months and span.days):
                    ages = self.ages(kind, in_months=span.days == 0)
                    return np.asarray(~beyond(ages, span.months or span.days))
            return np.asarray(self.fits_age(part, contacts.person, contacts.on) != c.NO)

        return self._possible_at(who, ("contacts", kind), fits, rows)

    def _possible_at(
        self, who: Who, moments: object, fits: Callable[[Who], NDArray[np.bool_]], rows: Rows
    ) -> NDArray[np.bool_] | None:
        """Many rules ask the same: each part is asked once, of everybody, and forgotten where it concerns everybody."""
        possible = None
        for part, told in _parts(who):
            key = (moments, told)
            if key not in self._possible:
                everywhere = fits(part)
                self._possible[key] = None if everywhere.all() else everywhere
            mask = self._possible[key]
            if mask is not None:
                here = mask.take(rows)
                possible = here if possible is None else possible & here
        return possible

    def ages(self, kind: str | None, *, in_months: bool) -> Array:
        """The age at every contact of a kind of subject, in completed months or in days; NaN without a birth date."""
        key = (kind, in_months)
        if key not in self._ages:
            contacts = self.contacts(kind)
            birth = self.birth[contacts.person]
            self._ages[key] = c.months_between(birth, contacts.on) if in_months else contacts.on - birth
        return self._ages[key]

    def _limit(self, age: Span, *, last: bool) -> Array:
        """Per person the day on which an age is reached, or the last day of that age."""
        key = (last, age)
        if key not in self._limits:
            self._limits[key] = (c.last_day if last else c.add_span)(self.birth, age.months, age.days)
        return self._limits[key]


@remembered
def _parts(who: Who) -> tuple[tuple[Who, Hashable], ...]:
    """What a rule asks of sex, age and area one by one, and how to tell each from others."""
    sure = who.known_age
    ages = [Who(age_from=who.age_from, known_age=sure), Who(age_until=who.age_until, known_age=sure)]
    limits = (one for one in ages if one.age_from is not None or one.age_until is not None)
    parts = (Who(sex=who.sex), *limits, Who(area=who.area))
    return tuple(
        (part, (part.sex, part.age_from, part.age_until, part.known_age, *sorted(part.area.items())))
        for part in parts
        if part != Who()
    )


def _coded(series: pl.Series) -> tuple[Array, list[str]]:
    """Per row the place of its text among the different ones (the last place: none), and these."""
    different = series.drop_nulls().unique()
    code = series.cast(pl.Enum(different)).to_physical().fill_null(len(different))
    return code.to_numpy(), different.to_list()
