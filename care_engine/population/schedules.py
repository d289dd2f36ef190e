"""Where everyone stands with a family of services: `care_engine.schedules` with arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from care_engine import bedside
from care_engine.model import Calendar, Family, Repeat, Series, Window
from care_engine.population import storage as st
from care_engine.population.columns import Array, take
from care_engine.population.evaluating import evaluate
from care_engine.population.frame import Frame
from care_engine.population.repeats import calendar_steps, repeat_steps
from care_engine.population.scenes import Scene, last_given, scene_of
from care_engine.population.series import series_steps
from care_engine.population.standings import (
    CANCELLED,
    CODE,
    CONTRAINDICATED,
    DECLINED,
    DEFERRED,
    DONE,
    DUE,
    IS_CLOSED,
    IS_DATED,
    NOT_YET,
    OPEN,
    OVERDUE,
    UNKNOWN,
    Mask,
    Standings,
    Steps,
)
from care_engine.population.windows import window_steps
from care_engine.remembering import remembered

if TYPE_CHECKING:
    from care_engine.population.deciding import Population


hangs_on_an_event = remembered(bedside.hangs_on_an_event)


def statuses_of_family(family: Family, population: Population) -> Steps | None:
    kind = family.who.episode
    today = population.frame(kind, today=True)
    today = today.where(_current(kind, population) & (population.fits_age(family.who, today.person, today.on) != 0))
    if len(today):
        concerned = population.concerns(family.who, today)
        today, concerned = today.where(concerned != 0), concerned[concerned != 0]
    if len(today) and hangs_on_an_event(family):
        waiting = _awaits_its_event(family, today, population) & (concerned == 1)
        today, concerned = today.where(~waiting), concerned[~waiting]
    if not len(today):
        nobody = np.zeros(0, dtype=np.int64)
        return Steps(nobody, np.zeros(0), {one: Standings.empty(one, 0) for one in family.services})
    scene = scene_of(family, population, today)
    match family.schedule:
        case Window():
            steps, without = window_steps(scene, family.schedule)
        case Series():
            steps, without = series_steps(scene, family.schedule)
        case Repeat():
            steps, without = repeat_steps(scene, family.schedule)
        case Calendar():
            steps, without = calendar_steps(scene, family.schedule)
    doses = np.sum([(one.status == DONE) & one.present for one in steps], axis=0).astype(np.float64)
    unsure = concerned < 0
    absent = without & ~unsure if hangs_on_an_event(family) else np.zeros(scene.size, dtype=bool)
    unknown = unsure | (without & ~absent)
    result = Steps(today.subject, np.where(unknown | absent, np.nan, doses))
    for service in family.services:
        own = [step for step in steps if step.service == service]
        one = _one_a_service(own, service, scene.size)
        given = [np.where(step.present, step.given_on, np.nan) for step in own]
        _forget(one, unknown)
        one.present &= ~absent
        result.of_service[service] = _final(one, scene, np.fmax.reduce(given))
    return result


def _awaits_its_event(family: Family, today: Frame, population: Population) -> Mask:
    """For whom the event has certainly not happened: most people, so that they need not be followed further."""
    schedule = family.schedule
    anchor = (
        schedule.first.anchor if isinstance(schedule, Repeat) and schedule.first else getattr(schedule, "anchor", None)
    )
    if anchor is None:
        return np.zeros(len(today), dtype=bool)
    waiting = np.isnan(np.asarray(evaluate(anchor, today)))
    if isinstance(schedule, Repeat):  # given without the event, it is due again all the same
        _, given = last_given(scene_of(family, population, today))
        waiting &= np.isnan(given)
    return np.asarray(waiting)


def _current(kind: str | None, population: Population) -> Mask:
    subjects, _ = population.subjects(kind)
    if kind is None:
        return np.ones(len(subjects), dtype=bool)
    chosen = population.current_subject(kind, population.frame(None, today=True))
    mask = np.zeros(len(subjects), dtype=bool)
    mask[chosen[chosen >= 0]] = True
    return mask


def _one_a_service(steps: list[Standings], service: str, size: int) -> Standings:
    """A service with several steps stands where its next step stands; where none is open, where its last one does."""
    if len(steps) == 1:
        return steps[0]
    result = Standings.empty(service, size)
    result.present = np.zeros(size, dtype=bool)
    settled = np.zeros(size, dtype=bool)
    for step in steps:
        is_open = ~IS_CLOSED[step.status]
        take_it = step.present & ~settled
        for name in ("status", "due", "opens", "closes", "overdue_from", "given_on", "until", "flags"):
            np.copyto(getattr(result, name), getattr(step, name), where=take_it)
        result.present |= take_it
        settled |= take_it & is_open
    return result


def _forget(one: Standings, where: Mask) -> None:
    """Status unknown, and no dates."""
    one.status[where] = UNKNOWN
    one.present |= where
    one.flags[where] = 0
    for column in (one.due, one.opens, one.closes, one.overdue_from, one.given_on, one.until):
        column[where] = np.nan


def _final(one: Standings, scene: Scene, last_given: Array) -> Standings:
    """Dates as they are shown, what was written down about not doing it, holds, and the end of the subject."""
    dated = one.present & IS_DATED[one.status]
    one.due[one.status == DONE] = np.nan
    one.overdue_from[~dated] = np.nan
    _recorded(one, scene, dated, last_given)
    _held(one, scene)
    ended = ~np.isnan(scene.population.ended_on(scene.today.subjects)[scene.today.subject])
    one.status[dated & ended] = CANCELLED
    one.until[dated & ended] = np.nan  # for good: nothing that was put off comes back
    return one


def _recorded(one: Standings, scene: Scene, dated: Mask, last_given: Array) -> None:
    """What was written down about not doing it: the last word of the subject's life since it was last given counts."""
    log, contacts = scene.population.log, scene.contacts
    marks = [
        (code, log.named(mark, one.service))
        for code, mark in ((CONTRAINDICATED, st.CONTRAINDICATED), (DEFERRED, st.DEFERRED), (DECLINED, st.DECLINED))
    ]
    if not any(len(part) for _, part in marks):
        return
    word = np.zeros(len(log), dtype=np.int8)
    until = np.full(len(log), np.nan)
    for code, part in reversed(marks):  # on one contact the first of the three wins
        word[part.row] = code
        until[part.row] = part.number if code == DEFERRED else np.nan
    rows = contacts.rows_of(np.flatnonzero(word))
    rows = rows[contacts.is_real[rows]]
    entry, _ = scene.entry_and_day(rows)
    last = np.full(scene.size, -1)
    last[entry[entry >= 0]] = contacts.source[rows[entry >= 0]]  # in order: the last word stays
    speaks = dated & (last >= 0) & ~(np.asarray(take(log.on, last)) <= last_given)
    said = np.asarray(take(word, last))
    back = np.asarray(take(until, last))
    speaks &= ~((said == DEFERRED) & (back <= scene.on))
    one.status[speaks] = said[speaks]
    one.until[speaks] = back[speaks]


def _held(one: Standings, scene: Scene) -> None:
    is_open = (one.status == DUE) | (one.status == OVERDUE) | ((one.status == NOT_YET) & (one.flags & OPEN > 0))
    may = one.present & is_open
    for hold in scene.family.schedule.holds:
        if (hold.services and one.service not in hold.services) or not may.any():
            continue
        held = may & (scene.of_today(hold.when) == 1)
        until = scene.of_today(hold.until) if hold.until is not None else np.full(scene.size, np.nan)
        held &= np.isnan(until) | (until > scene.on)
        one.status[held] = CODE[hold.status]
        one.until[held] = until[held]
        may &= ~held
