"""Services with a window of their own, counted from one event (`care_engine.schedules`), for many subjects at once.

Crediting goes contact by contact: in round k every subject's k-th counting contact is taken, so that what was credited before is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from care_engine.expressions import Call, Name
from care_engine.model import Step, Target, Window
from care_engine.population import columns as c
from care_engine.population.columns import Array
from care_engine.population.evaluating import truth
from care_engine.population.log import Rows, union
from care_engine.population.scenes import Scene
from care_engine.population.standings import (
    CANCELLED,
    DONE,
    IS_CLOSED,
    LATE,
    MISSED,
    PARTIAL,
    UNKNOWN,
    Mask,
    Standings,
    dated,
    plus,
    spacing_after,
)


@dataclass
class _Slot:
    step: Step
    exists: Mask
    opens: Array
    target: Array
    closes: Array
    last: Array
    counted: Rows
    needs: Array | None
    full: Array | None
    late_if: Array | None
    filled: Array
    partial: Array
    late: Mask


def window_steps(scene: Scene, window: Window) -> tuple[list[Standings], Mask]:
    assert window.anchor is not None
    anchor = scene.of_today(window.anchor)
    slots = [_slot(scene, step, anchor) for step in window.steps]
    last_credited = _fill(scene, window, slots)
    firm = np.ones(scene.size, dtype=bool)
    found = []
    ended = scene.population.ended_on(scene.today.subjects)[scene.today.subject]
    for slot in slots:
        one = _window_standing(scene, window, slot, anchor, last_credited, firm, ended)
        firm = firm & (~slot.exists | IS_CLOSED[one.status])
        found.append(one)
    return found, np.isnan(anchor)


def _slot(scene: Scene, step: Step, anchor: Array) -> _Slot:
    nothing = np.full(scene.size, np.nan)
    closes = c.last_day(anchor, step.until.months, step.until.days) if step.until is not None else nothing
    last = c.last_day(anchor, step.late_until.months, step.late_until.days) if step.late_until is not None else closes
    due = step.due
    target = plus(scene.of_today(due.anchor), due.after) if isinstance(due, Target) else plus(anchor, due)
    counted = scene.counted(step)
    at = scene.at(counted)
    return _Slot(
        step=step,
        exists=np.ones(scene.size, dtype=bool) if step.when is None else scene.of_today(step.when) != 0,
        opens=plus(anchor, step.opens),
        target=target,
        closes=closes,
        last=last,
        counted=counted,
        needs=truth(step.needs, at) if step.needs is not None else None,
        full=truth(step.full, at) if step.full is not None else None,
        late_if=truth(step.late_if, at) if step.late_if is not None else None,
        filled=nothing.copy(),
        partial=nothing.copy(),
        late=np.zeros(scene.size, dtype=bool),
    )


def _fill(scene: Scene, window: Window, slots: list[_Slot]) -> Array:
    """Credit contacts to steps, in order; answer the day of the last credited contact."""
    last_credited = np.full(scene.size, np.nan)
    counted = union(slot.counted for slot in slots)
    places = [_places(counted, slot.counted) for slot in slots]
    for turn in scene.rounds(counted):
        entry, on = scene.entry_and_day(counted[turn])
        chosen = np.full(len(turn), -1)
        urgent = np.zeros(len(turn), dtype=bool)
        whole = np.zeros(len(turn), dtype=bool)
        for number, (slot, place) in enumerate(zip(slots, places, strict=True)):
            at = place[turn]
            needs = slot.needs[at] if slot.needs is not None and len(slot.needs) else np.ones(len(turn), dtype=np.int8)
            full = slot.full[at] == 1 if slot.full is not None and len(slot.full) else np.ones(len(turn), dtype=bool)
            partial = ~np.isnan(slot.partial[entry])
            candidate = slot.exists[entry] & (at >= 0) & np.isnan(slot.filled[entry]) & (on >= slot.opens[entry])
            candidate &= (np.isnan(slot.last[entry]) | (on <= slot.last[entry])) & (needs != 0) & (full | ~partial)
            first = partial if slot.needs is None else (needs == 1) | partial
            better = candidate & ((chosen < 0) | (first & ~urgent))
            chosen[better], urgent[better], whole[better] = number, first[better], full[better]
        too_soon = (on - last_credited[entry] < window.min_gap) & ~urgent
        taken = (chosen >= 0) & ~too_soon
        last_credited[entry[taken]] = on[taken]
        for number, (slot, place) in enumerate(zip(slots, places, strict=True)):
            mine = taken & (chosen == number)
            done, part = mine & whole, mine & ~whole
            slot.partial[entry[part]] = on[part]
            slot.filled[entry[done]] = on[done]
            late = on[done] > slot.closes[entry[done]]
            if slot.late_if is not None:
                late |= slot.late_if[place[turn[done]]] == 1
            slot.late[entry[done]] = late
    return last_credited


def _places(rows: Rows, some: Rows) -> Rows:
    """For each row its place in `some`, or -1; both in order."""
    place = np.full(len(rows), -1)
    place[np.searchsorted(rows, some)] = np.arange(len(some))
    return place


def _window_standing(
    scene: Scene, window: Window, slot: _Slot, anchor: Array, last: Array, firm: Mask, ended: Array
) -> Standings:
    step = slot.step
    one = Standings.empty(step.service, scene.size)
    one.present = slot.exists.copy()
    one.closes = slot.closes.copy()
    done = ~np.isnan(slot.filled)
    has_partial = ~np.isnan(slot.partial) & ~done
    one.given_on = slot.filled.copy()
    earliest = np.where(np.isnan(last), slot.opens, np.fmax(slot.opens, last + window.min_gap))
    wished = slot.target.copy()
    if window.spacing:
        spaced = firm & ~np.isnan(last) & ~has_partial
        wished = np.where(spaced, np.maximum(wished, last + spacing_after(window.spacing, last, anchor)), wished)
    wished = np.where(np.isnan(slot.closes), wished, np.minimum(wished, slot.closes))
    due = np.maximum(wished, earliest)
    if window.advanced_by is not None:
        advised = scene.of_today(Call("latest", (Name(window.advanced_by),)))
        sooner = firm & (last < advised) & (advised < due)
        due = np.where(sooner, np.maximum(advised, slot.opens), due)
    if step.complete_within is not None:
        completed = plus(slot.partial, step.complete_within)
        completed = np.where(np.isnan(slot.closes), completed, np.minimum(completed, slot.closes))
        due = np.where(has_partial, completed, due)
    one.due = due
    one.opens = np.where(done | has_partial, slot.opens, earliest)
    one.flags[done & slot.late] |= LATE
    one.flags[has_partial] |= PARTIAL
    _settle_window(one, scene, window, slot, done, ended)
    return one


def _settle_window(one: Standings, scene: Scene, window: Window, slot: _Slot, done: Mask, ended: Array) -> None:
    undated = ~done & np.isnan(one.due)
    over = ~done & ~undated & ~np.isnan(ended) & (np.isnan(slot.closes) | (ended <= slot.closes))
    passed = ~done & ~undated & ~over & ((one.due > slot.closes) | (scene.on > slot.last))
    open_ = ~(done | undated | over | passed)
    grace, begun = slot.step.grace or window.grace, ~np.isnan(slot.partial)
    dated(one, open_ & begun, grace, scene.on, from_opening=True)
    dated(one, open_ & ~begun, grace, scene.on, from_opening=window.due_from_opening)
    one.status[done] = DONE
    one.status[undated] = UNKNOWN
    one.status[over] = np.where(one.due > ended, CANCELLED, MISSED)[over]
    one.status[passed] = MISSED
