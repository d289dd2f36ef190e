"""Doses one after the other (`care_engine.schedules`), for many subjects at once: in round k everyone's k-th dose is judged."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from care_engine.dates import Span
from care_engine.model import Series, Step
from care_engine.population import columns as c
from care_engine.population.columns import Array
from care_engine.population.hits import holds
from care_engine.population.log import Rows, union
from care_engine.population.occurrences import Moments, Occurrences
from care_engine.population.scenes import Scene
from care_engine.population.standings import DONE, INVALID_DOSE, LATE, MISSED, Found, Mask, Standings, dated, plus


def series_steps(scene: Scene, series: Series) -> Found:
    population = scene.population
    anchor = scene.of_today(series.anchor) if series.anchor is not None else population.birth[scene.today.person]
    prior_count, prior_on = np.zeros(scene.size), np.full(scene.size, np.nan)
    if series.prior is not None:
        prior_count = np.trunc(np.nan_to_num(scene.of_today(series.prior.count), nan=0.0))
        prior_on = scene.of_today(series.prior.on)
    rows = scene.counted(series.steps[0])
    entry, days = scene.entry_and_day(rows)
    before = prior_on.take(entry)
    keep = np.isnan(before) | (days > before)
    same_day = (
        np.concatenate(([False], (entry[1:] == entry[:-1]) & (days[1:] == days[:-1])))
        if len(rows)
        else np.zeros(0, dtype=bool)
    )
    rows = rows.take(c.rows_where(keep & ~same_day))
    others = _Others(scene, series)
    doses = _Doses.start(scene, prior_count, prior_on)
    every = [one for variant in (series.steps, *(one.steps for one in series.variants)) for one in variant]
    exists = {
        step: np.ones(scene.size, dtype=bool) if step.when is None else scene.of_today(step.when) != 0 for step in every
    }
    plan = _Plan(scene, series.steps, exists)
    _count(scene, rows, plan, anchor, others, series, doses)
    first = np.where(np.isnan(doses.first), scene.on, doses.first)
    months = c.months_between(anchor, first)
    standings = [Standings.empty(step.service, scene.size) for step in every]
    chosen = np.full(scene.size, -1)
    for number, variant in enumerate(series.variants):
        fits = (chosen < 0) & (holds(variant.first_at, months, population.words) == 1) & (prior_count == 0)
        chosen[fits] = number
    offset = len(series.steps)
    own = chosen < 0
    for one in standings:
        one.present = np.zeros(scene.size, dtype=bool)
    _series_standings(scene, plan, doses, anchor, others, series, prior_count, standings[:offset], own)
    for number, variant in enumerate(series.variants):
        mine = chosen == number
        if mine.any():
            plan, doses = _Plan(scene, variant.steps, exists), _Doses.start(scene, prior_count, prior_on)
            _count(scene, rows[mine[scene.entry_and_day(rows)[0]]], plan, anchor, others, series, doses)
            _series_standings(
                scene,
                plan,
                doses,
                anchor,
                others,
                series,
                prior_count,
                standings[offset : offset + len(variant.steps)],
                mine,
            )
        offset += len(variant.steps)
    return Found.of(standings, np.isnan(anchor))


class _Plan:
    """The steps that exist for each subject: `place[i]` says how many existing steps come before step i."""

    def __init__(self, scene: Scene, steps: tuple[Step, ...], exists: dict[Step, Mask]) -> None:
        self.steps = steps
        self.exists = [exists[step] for step in steps]
        *self.place, self.length = accumulate(self.exists, np.add, initial=np.zeros(scene.size, dtype=np.int64))


@dataclass
class _Doses:
    first: Array
    last: Array
    count: Array
    last_was_invalid: Mask
    given: Array  # by place among the existing steps, then by subject

    @staticmethod
    def start(scene: Scene, prior_count: Array, prior_on: Array) -> _Doses:
        none = np.full(scene.size, np.nan)
        return _Doses(none, prior_on.copy(), prior_count.copy(), np.zeros(scene.size, dtype=bool), none[None])


class _Others:
    """Days of the services from which this series keeps apart (live vaccines), per person."""

    def __init__(self, scene: Scene, series: Series) -> None:
        self.days = series.apart.days if series.apart is not None else 0
        contacts = scene.population.contacts(None)
        services = series.apart.services if series.apart is not None else ()
        rows = union(scene.population.given(service, None).rows for service in services)
        self.at = Occurrences(contacts, rows[contacts.is_real[rows]])
        self.some = bool(len(self.at))
        self.person, self.on = scene.today.person, scene.on

    def last_before(self, entry: Rows, day: Array) -> Array:
        """The last of those days strictly before `day`, per subject entry."""
        person = self.person.take(entry)
        until = self.at.contacts.rows_until(person, day - 1, 1 << 30)
        return self.at.day(self.at.last(Moments(person, until)))

    def last_before_from_now(self, day: Array) -> Array:
        """The same per subject, where no `day` lies before today: mostly the last of all, as nothing is recorded of later."""
        last = self.at.day(self.at.last(Moments(self.person, None)))
        now = c.rows_where((last >= self.on) & (day - 1 < self.on))
        last[now] = self.last_before(now, day[now])
        return last


def _count(
    scene: Scene, rows: Rows, plan: _Plan, anchor: Array, others: _Others, series: Series, doses: _Doses
) -> None:
    doses.given = np.full((len(plan.steps), scene.size), np.nan)
    for turn in scene.rounds(rows):
        entry, day = scene.entry_and_day(rows[turn])
        open_ = c.rows_where(doses.count.take(entry) < plan.length.take(entry))
        entry, day = entry.take(open_), day.take(open_)
        bad = np.zeros(len(entry), dtype=bool)
        at = doses.count.take(entry)
        for step, exists, place in zip(plan.steps, plan.exists, plan.place, strict=True):
            mine = c.rows_where(exists.take(entry) & (place.take(entry) == at))
            subject, given = entry.take(mine), day.take(mine)
            if step.min_age is not None:
                bad[mine] = given < plus(anchor.take(subject), step.min_age)
            if step.after is not None:
                bad[mine] |= given < plus(doses.last.take(subject), step.after)
        if others.some:
            bad |= day - others.last_before(entry, day) < others.days
        doses.last[entry] = day
        doses.last_was_invalid[entry] = bad
        kept = c.rows_where(~bad)
        good, good_day = entry.take(kept), day.take(kept)
        doses.first[good] = np.fmin(doses.first.take(good), good_day)
        doses.given[doses.count[good].astype(np.int64), good] = good_day
        doses.count[good] += 1


def _series_standings(
    scene: Scene,
    plan: _Plan,
    doses: _Doses,
    anchor: Array,
    others: _Others,
    series: Series,
    prior: Array,
    found: list[Standings],
    where: Mask,
) -> None:
    last = doses.last.copy()
    everyone = np.arange(scene.size)
    for one, step, exists, place in zip(found, plan.steps, plan.exists, plan.place, strict=True):
        one.present = where & exists
        one.closes = (
            c.last_day(anchor, step.until.months, step.until.days)
            if step.until is not None
            else np.full(scene.size, np.nan)
        )
        target = plus(anchor, step.due) if isinstance(step.due, Span) else anchor
        done = place < doses.count
        one.given_on = np.where(done & (place >= prior), doses.given[place, everyone], np.nan)
        opens = anchor if step.min_age is None else plus(anchor, step.min_age)
        if step.after is not None:
            opens = np.fmax(opens, plus(last, step.after))
        opens = np.fmax(opens, anchor)
        if others.some:
            opens = np.fmax(opens, others.last_before_from_now(np.fmax(opens, scene.on)) + others.days)
        due = np.maximum(target, opens)
        one.due, one.opens = due, np.where(done, np.nan, opens)
        passed = ~done & ((due > one.closes) | (scene.on > one.closes))
        one.flags[~done & (place == doses.count) & doses.last_was_invalid] |= INVALID_DOSE
        dated(one, ~done & ~passed, step.grace or series.grace, scene.on)
        c.put(one.status, done, DONE)
        c.put(one.status, passed, MISSED)
        if series.late_after is not None:
            one.flags[done & (one.given_on > target + series.late_after)] |= LATE
        last = np.where(~done & exists, np.maximum(due, scene.on), last)
