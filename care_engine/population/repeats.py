"""What comes again and again, after a length of time or by the calendar (`care_engine.schedules`), for many subjects at once."""

from __future__ import annotations

import numpy as np

from care_engine.dates import first_of_month, last_of_month, month_index
from care_engine.model import Calendar, Repeat
from care_engine.population import columns as c
from care_engine.population.log import Rows
from care_engine.population.scenes import Scene, last_given
from care_engine.population.standings import (
    CANCELLED,
    DONE,
    DUE,
    MISSED,
    NOT_YET,
    OPEN,
    OVERDUE,
    Found,
    Mask,
    Standings,
    dated,
    plus,
    spacing_after,
)


def repeat_steps(scene: Scene, repeat: Repeat) -> Found:
    one = Standings.empty(scene.family.services[0], scene.size)
    _, last = last_given(scene)
    one.given_on = last
    never = np.isnan(last)
    ended_on = scene.ended_on
    ended = ~np.isnan(ended_on)
    nowhere = np.zeros(scene.size, dtype=bool)
    if repeat.every is None and not repeat.spacing:
        waiting = NOT_YET if repeat.on_request else DUE
        one.status = np.where(last == scene.on, DONE, np.where(ended, CANCELLED, waiting)).astype(np.int8)
        one.due = np.where(one.status == DUE, float(scene.on), np.nan)
        one.opens = np.full(scene.size, float(scene.on))
        c.put(one.flags, one.status == NOT_YET, OPEN)
        return Found.of([one], nowhere)
    anchor = scene.of_today(repeat.first.anchor) if repeat.first is not None else np.full(scene.size, np.nan)
    if repeat.every is not None:
        again = plus(last, repeat.every)
    else:
        again = last + spacing_after(repeat.spacing, last, np.where(np.isnan(anchor), last, anchor))
    registered = scene.today.subjects.registered[scene.today.subject]
    start = registered if repeat.first is None else plus(anchor, repeat.first.after)
    one.due = np.where(never, start, again)
    one.opens = one.due.copy()
    until = scene.of_today(repeat.until) if repeat.until is not None else np.full(scene.size, np.nan)
    stopped = ~ended & ((one.due > until) | (scene.on > until))
    one.closes = np.where(ended, np.nan, until)
    open_ = ~ended & ~stopped
    dated(one, open_, repeat.grace, scene.on)
    c.put(one.status, open_ & (last == scene.on), DONE)
    c.put(one.status, ended, np.where(~never & (one.due > ended_on), DONE, CANCELLED))
    c.put(one.status, stopped, np.where(never, MISSED, DONE))
    return Found.of([one], never & np.isnan(one.due))


def calendar_steps(scene: Scene, calendar: Calendar) -> Found:
    rows, _ = last_given(scene)
    months = calendar.months or tuple(range(1, 13))
    index = month_index(scene.on)
    current = next(one for one in range(index, index - 13, -1) if one % 12 + 1 in months)
    following = next(one for one in range(index + 1, index + 14) if one % 12 + 1 in months)
    now, now_is = _period(scene, calendar, current, rows)
    then, then_is = _period(scene, calendar, following, rows)
    later = c.rows_where((~now_is | (now.status == MISSED)) & then_is)
    for name in ("status", "due", "opens", "closes", "overdue_from", "given_on", "flags"):
        column = getattr(now, name)
        column[later] = getattr(then, name)[later]
    return Found.of([now], ~(now_is | then_is))


def _period(scene: Scene, calendar: Calendar, month: int, rows: Rows) -> tuple[Standings, Mask]:
    """Standings in the period of one month, and for whom it exists."""
    one = Standings.empty(scene.family.services[0], scene.size)
    birth = scene.population.birth[scene.today.person]
    start = float(first_of_month(month))
    first, last = np.full(scene.size, start), np.full(scene.size, float(last_of_month(month)))
    if calendar.age_from is not None:
        first = np.fmax(first, plus(birth, calendar.age_from))
    if calendar.age_until is not None:
        last = np.fmin(last, c.last_day(birth, calendar.age_until.months, calendar.age_until.days))
    exists = first <= last
    closes = last + calendar.until_day
    entry, days = scene.entry_and_day(rows)
    before, within = np.full(scene.size, np.nan), np.full(scene.size, np.nan)
    earlier = c.rows_where(days < start)
    before[entry[earlier]] = days[earlier]  # in order: the last one stays
    inside = c.rows_where((days >= start) & (days <= closes[entry]))
    within[entry[inside]] = days[inside]
    done = ~np.isnan(within)
    one.given_on = np.where(done, within, before)
    one.due, one.closes, one.overdue_from = first.copy(), closes, last + 1
    if calendar.min_gap:
        gapped = ~np.isnan(before) & ~done
        one.due = np.where(gapped, np.maximum(first, before + calendar.min_gap), one.due)
        exists &= done | (one.due <= last)
    one.opens = one.due.copy()
    exists &= ~done | (scene.on <= closes)
    status = np.where(scene.on <= last, DUE, OVERDUE)
    status = np.where(scene.on < one.due, NOT_YET, status)
    status = np.where(scene.on > closes, MISSED, status)
    one.status = np.where(done, DONE, status).astype(np.int8)
    return one, exists
