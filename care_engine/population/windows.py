"""Services with a window of their own, counted from one event (`care_engine.schedules`), for many subjects at once.

Crediting goes contact by contact: in round k every subject's k-th contact that may be credited is taken, so that what was credited before is known.
A step is worked out only for those whose service may stand there: a step that is closed for sure matters to nobody who has a later one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from care_engine.expressions import Call, Name
from care_engine.model import Step, Target, Window
from care_engine.population import columns as c
from care_engine.population.columns import Array
from care_engine.population.evaluating import truth
from care_engine.population.log import Rows
from care_engine.population.scenes import Scene
from care_engine.population.standings import (
    CANCELLED,
    DONE,
    IS_CLOSED,
    LATE,
    MISSED,
    PARTIAL,
    UNKNOWN,
    Found,
    Mask,
    Standings,
    dated,
    plus,
    spacing_after,
)


@dataclass
class _Slot:
    """A step in the life of each subject; days are NaN where there is none."""

    step: Step
    exists: Mask
    opens: Array
    target: Array
    closes: Array
    last: Array
    filled: Array
    partial: Array
    late: Mask

    def of(self, rows: Rows) -> _Slot:
        columns = (self.exists, self.opens, self.target, self.closes, self.last, self.filled, self.partial, self.late)
        picked: list[Any] = [c.pick(column, rows) for column in columns]
        return _Slot(self.step, *picked)

    def is_over(self, on: int) -> Mask:
        """Where the step is certainly closed: done, or out of time with a due day."""
        return ~np.isnan(self.filled) | ((on > self.last) & ~np.isnan(self.target))


def window_steps(scene: Scene, window: Window) -> Found:
    assert window.anchor is not None
    anchor = scene.of_today(window.anchor)
    slots = [_slot(scene, step, anchor) for step in window.steps]
    last_credited = _fill(scene, window, slots)
    given: dict[str, Array] = {}
    for slot in slots:
        service = slot.step.service
        given[service] = np.fmax(given[service], slot.filled) if service in given else slot.filled
    doses = np.zeros(scene.size)
    for slot in slots:
        doses += ~np.isnan(slot.filled)
    return Found(_stand(scene, window, slots, anchor, last_credited), given, doses, np.isnan(anchor))


def _stand(scene: Scene, window: Window, slots: list[_Slot], anchor: Array, last: Array) -> dict[str, Standings]:
    """A service with several steps stands where its next step stands; where none is open, where its last one does."""
    may_matter = _may_matter(scene, slots)
    found: dict[str, Standings] = {}
    settled: dict[str, Mask] = {}
    firm = np.ones(scene.size, dtype=bool)
    for slot, matters in zip(slots, may_matter, strict=True):
        service = slot.step.service
        rows = c.rows_where(matters & ~settled[service] if service in settled else matters)
        one = _window_standing(scene, window, slot, rows, anchor.take(rows), last.take(rows), firm.take(rows))
        is_open = rows[~IS_CLOSED[one.status]]
        firm[is_open] = False
        settled.setdefault(service, np.zeros(scene.size, dtype=bool))[is_open] = True
        if len(rows) == scene.size:
            found[service] = one
        else:
            found.setdefault(service, Standings.nobody(service, scene.size)).put(rows, one)
    return found


def _may_matter(scene: Scene, slots: list[_Slot]) -> list[Mask]:
    """For whom each step can be where its service stands: it exists, and may be open or is the last one."""
    followed: dict[str, Mask] = {}
    matter = []
    for slot in reversed(slots):
        later = followed.get(slot.step.service)
        matter.append(slot.exists if later is None else slot.exists & ~(later & slot.is_over(scene.on)))
        followed[slot.step.service] = slot.exists if later is None else slot.exists | later
    return matter[::-1]


def _slot(scene: Scene, step: Step, anchor: Array) -> _Slot:
    nothing = c.numbers(np.nan, scene.size)
    closes = c.last_day(anchor, step.until.months, step.until.days) if step.until is not None else nothing
    last = c.last_day(anchor, step.late_until.months, step.late_until.days) if step.late_until is not None else closes
    due = step.due
    target = plus(scene.of_today(due.anchor), due.after) if isinstance(due, Target) else plus(anchor, due)
    return _Slot(
        step=step,
        exists=c.same(np.True_, scene.size) if step.when is None else scene.of_today(step.when) != 0,
        opens=plus(anchor, step.opens),
        target=target,
        closes=closes,
        last=last,
        filled=nothing,
        partial=nothing,
        late=c.same(np.False_, scene.size),
    )


@dataclass
class _Offers:
    """Contacts that may be credited to steps, in order of contact, then of step.

    row: the contact. slot: the number of the step. sure: its needs are met; whole: it is filled by it; late: too late for it.
    """

    row: Rows
    slot: Rows
    sure: Mask
    whole: Mask
    late: Mask

    @staticmethod
    def of(scene: Scene, slots: list[_Slot]) -> _Offers:
        counted: dict[str, tuple[Rows, Rows, Array]] = {}
        found = []
        for number, slot in enumerate(slots):
            step = slot.step
            if step.service not in counted:
                rows = scene.counted(step)
                counted[step.service] = (rows, *scene.entry_and_day(rows))
            rows, entry, on = counted[step.service]
            inside = (on >= slot.opens.take(entry)) & ~(on > slot.last.take(entry)) & slot.exists.take(entry)
            rows, entry, on = rows.compress(inside), entry.compress(inside), on.compress(inside)
            if not len(rows):
                continue
            sure = np.zeros(len(rows), dtype=bool)
            if step.needs is not None:
                needs = truth(step.needs, scene.at(rows))
                some = needs != 0
                rows, entry, on, sure = (column.compress(some) for column in (rows, entry, on, needs == 1))
            whole = np.ones(len(rows), dtype=bool) if step.full is None else truth(step.full, scene.at(rows)) == 1
            late = on > slot.closes.take(entry)
            if step.late_if is not None:
                late |= truth(step.late_if, scene.at(rows)) == 1
            found.append((rows, np.full(len(rows), number), sure, whole, late))
        if not found:
            none = np.zeros(0, dtype=bool)
            return _Offers(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), none, none, none)
        columns = [np.concatenate(column) for column in zip(*found, strict=True)]
        order = np.argsort(columns[0], kind="stable")
        return _Offers(*(column.take(order) for column in columns))


def _fill(scene: Scene, window: Window, slots: list[_Slot]) -> Array:
    """Credit contacts to steps, in order; answer the day of the last credited contact."""
    last_credited = np.full(scene.size, np.nan)
    offers = _Offers.of(scene, slots)
    if not len(offers.row):
        return last_credited
    filled, partial = np.full((2, len(slots), scene.size), np.nan)
    late = np.zeros((len(slots), scene.size), dtype=bool)
    for number, slot in enumerate(slots):
        slot.filled, slot.partial, slot.late = filled[number], partial[number], late[number]
    start = c.rows_where(np.append(True, offers.row[1:] != offers.row[:-1]))
    end = np.append(start[1:], len(offers.row))
    entries, days = scene.entry_and_day(offers.row[start])
    for turn in scene.rounds(offers.row[start]):
        entry, on = entries[turn], days[turn]
        chosen = np.full(len(turn), -1)
        urgent = np.zeros(len(turn), dtype=bool)
        for offset in range(int((end[turn] - start[turn]).max())):
            offer = np.minimum(start[turn] + offset, end[turn] - 1)  # the last one again changes nothing
            slot_, begun = offers.slot[offer], ~np.isnan(partial[offers.slot[offer], entry])
            candidate = np.isnan(filled[slot_, entry]) & (offers.whole[offer] | ~begun)
            first = offers.sure[offer] | begun
            better = candidate & ((chosen < 0) | (first & ~urgent))
            chosen[better], urgent[better] = offer[better], first[better]
        too_soon = (on - last_credited[entry] < window.min_gap) & ~urgent
        taken = (chosen >= 0) & ~too_soon
        entry, on, offer = entry[taken], on[taken], chosen[taken]
        last_credited[entry] = on
        slot_, whole = offers.slot[offer], offers.whole[offer]
        partial[slot_[~whole], entry[~whole]] = on[~whole]
        filled[slot_[whole], entry[whole]] = on[whole]
        late[slot_[whole], entry[whole]] = offers.late[offer[whole]]
    return last_credited


def _window_standing(
    scene: Scene, window: Window, whole: _Slot, rows: Rows, anchor: Array, last: Array, firm: Mask
) -> Standings:
    """Where some of the subjects stand with a step. last: the day of the last credited contact. firm: all steps before are closed."""
    slot, step = whole.of(rows), whole.step
    done = ~np.isnan(slot.filled)
    has_partial = ~np.isnan(slot.partial) & ~done
    begun = bool(has_partial.any())
    earliest = np.fmax(slot.opens, last + window.min_gap)
    wished = slot.target
    if window.spacing:
        spaced = firm & ~np.isnan(last) & ~has_partial
        wished = np.where(spaced, np.maximum(wished, last + spacing_after(window.spacing, last, anchor)), wished)
    if step.until is not None:
        wished = np.minimum(wished, slot.closes)
    due = np.maximum(wished, earliest)
    if window.advanced_by is not None:
        advised = scene.of_today(Call("latest", (Name(window.advanced_by),))).take(rows)
        sooner = firm & (last < advised) & (advised < due)
        due = np.where(sooner, np.maximum(advised, slot.opens), due)
    if step.complete_within is not None and begun:
        completed = plus(slot.partial, step.complete_within)
        if step.until is not None:
            completed = np.minimum(completed, slot.closes)
        due = np.where(has_partial, completed, due)
    opens = np.where(done | has_partial, slot.opens, earliest)
    one = Standings.empty(step.service, len(rows), due=due, opens=opens, closes=slot.closes, given_on=slot.filled)
    one.flags[done & slot.late] = LATE
    if begun:
        one.flags[has_partial] |= PARTIAL
    _settle_window(one, scene, window, slot, done, scene.ended_on.take(rows))
    return one


def _settle_window(one: Standings, scene: Scene, window: Window, slot: _Slot, done: Mask, ended: Array) -> None:
    undated = ~done & np.isnan(one.due)
    over = ~done & ~undated & ~np.isnan(ended) & ~(ended > slot.closes)
    passed = ~done & ~undated & ~over & ((one.due > slot.closes) | (scene.on > slot.last))
    opening = np.where(np.isnan(one.opens), one.due, one.opens)
    starts = opening if window.due_from_opening else np.where(np.isnan(slot.partial), one.due, opening)
    dated(one, ~(done | undated | over | passed), slot.step.grace or window.grace, scene.on, starts)
    c.put(one.status, done, DONE)
    c.put(one.status, undated, UNKNOWN)
    c.put(one.status, over, np.where(one.due > ended, CANCELLED, MISSED))
    c.put(one.status, passed, MISSED)
