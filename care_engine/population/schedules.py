"""Where everyone stands with a family of services: `care_engine.schedules` with arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from care_engine import bedside
from care_engine.model import Calendar, Family, Repeat, Series, Who, Window
from care_engine.population import storage as st
from care_engine.population.columns import Array, both, rows_where
from care_engine.population.evaluating import evaluate, truth
from care_engine.population.frame import Frame
from care_engine.population.log import some
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
    today = _possible(family.who, population.frame(kind, today=True))
    concerned = population.fits(family.who, today)
    if len(today) and family.who.when is not None:
        concerned = both(concerned, truth(family.who.when, today))
        at = rows_where(concerned)
        today, concerned = today.where(at), concerned[at]
    if len(today) and hangs_on_an_event(family):
        waiting = _awaits_its_event(family, today, population) & (concerned == 1)
        at = rows_where(~waiting)
        today, concerned = today.where(at), concerned[at]
    if not len(today):
        nobody = np.zeros(0, dtype=np.int64)
        return Steps(nobody, np.zeros(0), {one: Standings.empty(one, 0) for one in family.services})
    scene = scene_of(family, population, today)
    match family.schedule:
        case Window():
            found = window_steps(scene, family.schedule)
        case Series():
            found = series_steps(scene, family.schedule)
        case Repeat():
            found = repeat_steps(scene, family.schedule)
        case Calendar():
            found = calendar_steps(scene, family.schedule)
    unsure, without = concerned < 0, found.without
    absent = without & ~unsure if hangs_on_an_event(family) else np.zeros(scene.size, dtype=bool)
    unknown = unsure | (without & ~absent)
    result = Steps(today.subject, np.where(unknown | absent, np.nan, found.doses))
    for service in family.services:
        one = found.of_service[service]
        if unknown.any():
            _forget(one, unknown)
        one.present &= ~absent
        result.of_service[service] = _final(one, scene, found.given[service])
    return result


def _possible(who: Who, today: Frame) -> Frame:
    """The subjects going on today whom a rule may concern by sex, age and area."""
    rows = today.chosen
    if who.episode is not None:
        current = today.population.current_today(who.episode)
        rows = current.compress(current >= 0)
    return today.where(some(rows, today.population.possible(who, today, rows)))


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


def _forget(one: Standings, where: Mask) -> None:
    """Status unknown, and no dates."""
    rows = rows_where(where)
    one.status[rows] = UNKNOWN
    one.present[rows] = True
    one.flags[rows] = 0
    for name in ("due", "opens", "closes", "overdue_from", "given_on", "until"):
        one.write(name, rows, np.nan)


def _final(one: Standings, scene: Scene, last_given: Array) -> Standings:
    """Dates as they are shown, what was written down about not doing it, holds, and the end of the subject."""
    dated = one.present & IS_DATED[one.status]
    one.write("due", rows_where(one.status == DONE), np.nan)
    one.write("overdue_from", rows_where(~dated), np.nan)
    _recorded(one, scene, dated, last_given)
    _held(one, scene)
    ended = rows_where(dated & ~np.isnan(scene.ended_on))
    one.status[ended] = CANCELLED
    one.write("until", ended, np.nan)  # for good: nothing that was put off comes back
    return one


def _recorded(one: Standings, scene: Scene, dated: Mask, last_given: Array) -> None:
    """What was written down about not doing it: the last word of the subject's life since it was last given counts."""
    log, contacts = scene.population.log, scene.contacts
    several = ((DECLINED, st.DECLINED), (DEFERRED, st.DEFERRED), (CONTRAINDICATED, st.CONTRAINDICATED))
    marks = [(code, log.named(mark, one.service)) for code, mark in several]
    if not any(len(part) for _, part in marks):
        return
    source = np.concatenate([part.row for _, part in marks])
    word = np.repeat(np.array([code for code, _ in marks], dtype=np.int8), [len(part) for _, part in marks])
    until = np.where(word == DEFERRED, np.concatenate([part.number for _, part in marks]), np.nan)
    order = np.argsort(source, kind="stable")
    order = order[np.append(source[order][1:] != source[order][:-1], True)]  # on one contact the last of the three wins
    source, word, until = source[order], word[order], until[order]
    rows = contacts.rows_of(source)
    rows = rows.compress(contacts.is_real.take(rows))
    entry, _ = scene.entry_and_day(rows)
    ours = rows_where(entry >= 0)
    rows, entry = rows.take(ours), entry.take(ours)
    last = np.full(scene.size, -1)
    last[entry] = np.searchsorted(source, contacts.source[rows])  # in order: the last word stays
    told = rows_where(dated & (last >= 0))
    said, back = word[last[told]], until[last[told]]
    on = log.on[source[last[told]]]
    speaks = rows_where(~(on <= last_given[told]) & ~((said == DEFERRED) & (back <= scene.on)))
    one.status[told[speaks]] = said[speaks]
    one.write("until", told[speaks], back[speaks])


def _held(one: Standings, scene: Scene) -> None:
    is_open = (one.status == DUE) | (one.status == OVERDUE) | ((one.status == NOT_YET) & (one.flags & OPEN > 0))
    may = one.present & is_open
    for hold in scene.family.schedule.holds:
        if (hold.services and one.service not in hold.services) or not may.any():
            continue
        held = may & (scene.of_today(hold.when) == 1)
        until = scene.of_today(hold.until) if hold.until is not None else np.full(scene.size, np.nan)
        held &= np.isnan(until) | (until > scene.on)
        rows = rows_where(held)
        one.status[rows] = CODE[hold.status]
        one.write("until", rows, until.take(rows))
        may &= ~held
