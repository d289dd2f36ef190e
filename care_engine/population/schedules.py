"""The four kinds of schedule for many subjects at once: `care_engine.schedules` with arrays.

Crediting goes contact by contact: in round k every subject's k-th counting contact is taken, so that what was credited before is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from care_engine import bedside
from care_engine.dates import Span
from care_engine.expressions import Call, Name
from care_engine.model import STATUSES, Calendar, Family, Repeat, Series, Step, Target, Window
from care_engine.population import columns as c
from care_engine.population import storage as st
from care_engine.population.columns import Array, take
from care_engine.population.evaluating import evaluate, truth
from care_engine.population.frame import Frame
from care_engine.population.frames import Contacts, one_a_subject
from care_engine.population.log import Rows, union
from care_engine.population.occurrences import Moments, Occurrences
from care_engine.remembering import remembered

if TYPE_CHECKING:
    from care_engine.population.deciding import Population

CODE = {status: number for number, status in enumerate(STATUSES)}
NOT_YET, DUE, OVERDUE, DONE, MISSED, CANCELLED, DEFERRED, DECLINED, CONTRAINDICATED, UNKNOWN = (
    CODE[one] for one in STATUSES
)
FLAGS = {"late": 1, "partial": 2, "open": 4, "invalid-dose": 8}
LATE, PARTIAL, OPEN, INVALID_DOSE = FLAGS.values()
Mask = NDArray[np.bool_]
#: By status.
IS_CLOSED: Mask = np.isin(np.arange(len(STATUSES)), (DONE, MISSED, CANCELLED))
IS_DATED: Mask = np.isin(np.arange(len(STATUSES)), (NOT_YET, DUE, OVERDUE))

hangs_on_an_event = remembered(bedside.hangs_on_an_event)


@dataclass
class Standings:
    """Where one step (later: one service) stands, per subject. Days are NaN where there is none."""

    service: str
    status: NDArray[np.int8]
    present: Mask
    due: Array
    opens: Array
    closes: Array
    overdue_from: Array
    given_on: Array
    until: Array
    flags: NDArray[np.int8]
    names: tuple[str, ...] = STATUSES

    @staticmethod
    def empty(service: str, size: int) -> Standings:
        def none() -> Array:
            return np.full(size, np.nan)

        zero = np.zeros(size, dtype=np.int8)
        every = np.ones(size, dtype=bool)
        return Standings(service, zero, every, none(), none(), none(), none(), none(), none(), zero.copy())


@dataclass
class Steps:
    """The conclusions about one family. subject: the subjects it concerns (indices into `Population.subjects`)."""

    subject: Rows
    doses: Array
    of_service: dict[str, Standings] = field(default_factory=dict)


@dataclass
class _Scene:
    """The subjects that a family concerns, and the contacts that count for it."""

    population: Population
    family: Family
    today: Frame  # one row a subject
    contacts: Contacts  # those that are credited: the subject's own, or the person's whole life
    entry: Rows  # per subject or person of `contacts`: the row in `today`, or -1

    @property
    def size(self) -> int:
        return len(self.today)

    @property
    def on(self) -> int:
        return self.population.on

    def of_today(self, node) -> Array:  # type: ignore[no-untyped-def]
        return np.asarray(evaluate(node, self.today))

    def counted(self, step: Step) -> Rows:
        """The contact rows, in order, that count for a step."""
        schedule = self.family.schedule
        names = {step.service, self.family.id, *schedule.credit.services}
        if isinstance(schedule, Series):
            names.update(self.family.services, schedule.counts)
        kind = self.contacts.subjects.kind
        counted = [self.population.given(name, kind).rows for name in sorted(names)]
        if schedule.credit.items:
            first, *others = (self.population.recorded(item, kind).rows for item in schedule.credit.items)
            for rows in others:
                first = np.intersect1d(first, rows, assume_unique=True)
            counted.append(first)
        rows = union(counted)
        rows = rows[self.contacts.is_real[rows] & (self.entry[self.contacts.subject[rows]] >= 0)]
        if schedule.credit.condition is not None and len(rows):
            rows = rows[truth(schedule.credit.condition, self.at(rows)) != 0]
        return rows

    def at(self, rows: Rows) -> Frame:
        """Contact rows under evaluation."""
        return self.population.rows(self.contacts.subjects.kind, today=False, rows=rows)

    def entry_and_day(self, rows: Rows) -> tuple[Rows, Array]:
        return self.entry[self.contacts.subject[rows]], self.contacts.on[rows]

    def rounds(self, rows: Rows) -> list[Rows]:
        """Places in `rows` (in order), grouped so that each group holds at most one contact a subject."""
        return one_a_subject(self.contacts.subject[rows])


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
    scene = _scene(family, population, today)
    match family.schedule:
        case Window():
            steps, without = _window(scene, family.schedule)
        case Series():
            steps, without = _series(scene, family.schedule)
        case Repeat():
            steps, without = _repeat(scene, family.schedule)
        case Calendar():
            steps, without = _calendar(scene, family.schedule)
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
        _, given = _last_given(_scene(family, population, today))
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


def _scene(family: Family, population: Population, today: Frame) -> _Scene:
    kind = family.who.episode
    lifelong = family.schedule.lifelong and kind is not None
    owner = today.person if lifelong else today.subject
    entry = np.full(population.size if lifelong else len(today.subjects), -1)
    entry[owner] = np.arange(len(today))
    return _Scene(population, family, today, population.contacts(None if lifelong else kind), entry)


def _one_a_service(steps: list[Standings], service: str, size: int) -> Standings:
    """A service with several steps stands where its next step stands; where none is open, where its last one does."""
    result = Standings.empty(service, size)
    result.present = np.zeros(size, dtype=bool)
    settled = np.zeros(size, dtype=bool)
    for step in steps:
        is_open = ~IS_CLOSED[step.status]
        take_it = step.present & ~settled
        for name in ("status", "due", "opens", "closes", "overdue_from", "given_on", "until", "flags"):
            column = getattr(result, name)
            column[take_it] = getattr(step, name)[take_it]
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


def _final(one: Standings, scene: _Scene, last_given: Array) -> Standings:
    """Dates as they are shown, what was written down about not doing it, holds, and the end of the subject."""
    dated = one.present & IS_DATED[one.status]
    one.due[one.status == DONE] = np.nan
    one.overdue_from[~dated] = np.nan
    _recorded(one, scene, dated, last_given)
    _held(one, scene)
    ended = ~np.isnan(scene.population.ended_on(scene.today.subjects)[scene.today.subject])
    one.status[dated & ended] = CANCELLED
    return one


def _recorded(one: Standings, scene: _Scene, dated: Mask, last_given: Array) -> None:
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


def _held(one: Standings, scene: _Scene) -> None:
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


def _dated(one: Standings, where: Mask, grace: Span, on: int, *, from_opening: bool = False) -> None:
    """Status by the calendar alone, where the mask holds: not-yet, due, overdue."""
    overdue = c.add_span(one.due, grace.months, grace.days) + 1
    overdue = np.where(np.isnan(one.closes), overdue, np.minimum(overdue, np.maximum(one.closes, one.due + 1)))
    starts = np.where(np.isnan(one.opens), one.due, one.opens) if from_opening else one.due
    early = on < starts
    one.overdue_from[where] = overdue[where]
    one.status[where] = np.where(early, NOT_YET, np.where(on < overdue, DUE, OVERDUE))[where]
    one.flags[where & early & (on >= one.opens)] |= OPEN


def _span(day: Array, span: Span) -> Array:
    return c.add_span(day, span.months, span.days)


def _spacing(spacing, on: Array, anchor: Array) -> Array:  # type: ignore[no-untyped-def]
    days = np.zeros(len(on))
    undecided = np.ones(len(on), dtype=bool)
    for one in spacing:
        fits = undecided if one.until is None else undecided & (on <= _span(anchor, one.until))
        days[fits] = one.days
        undecided = undecided & ~fits
    return days


# --- window ------------------------------------------------------------------------------------------------------


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


def _window(scene: _Scene, window: Window) -> tuple[list[Standings], Mask]:
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


def _slot(scene: _Scene, step: Step, anchor: Array) -> _Slot:
    nothing = np.full(scene.size, np.nan)
    closes = c.last_day(anchor, step.until.months, step.until.days) if step.until is not None else nothing
    last = c.last_day(anchor, step.late_until.months, step.late_until.days) if step.late_until is not None else closes
    due = step.due
    target = _span(scene.of_today(due.anchor), due.after) if isinstance(due, Target) else _span(anchor, due)
    counted = scene.counted(step)
    at = scene.at(counted)
    return _Slot(
        step=step,
        exists=np.ones(scene.size, dtype=bool) if step.when is None else scene.of_today(step.when) != 0,
        opens=_span(anchor, step.opens),
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


def _fill(scene: _Scene, window: Window, slots: list[_Slot]) -> Array:
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
    scene: _Scene, window: Window, slot: _Slot, anchor: Array, last: Array, firm: Mask, ended: Array
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
        wished = np.where(spaced, np.maximum(wished, last + _spacing(window.spacing, last, anchor)), wished)
    wished = np.where(np.isnan(slot.closes), wished, np.minimum(wished, slot.closes))
    due = np.maximum(wished, earliest)
    if window.advanced_by is not None:
        advised = scene.of_today(Call("latest", (Name(window.advanced_by),)))
        sooner = firm & (last < advised) & (advised < due)
        due = np.where(sooner, np.maximum(advised, slot.opens), due)
    if step.complete_within is not None:
        completed = _span(slot.partial, step.complete_within)
        completed = np.where(np.isnan(slot.closes), completed, np.minimum(completed, slot.closes))
        due = np.where(has_partial, completed, due)
    one.due = due
    one.opens = np.where(done | has_partial, slot.opens, earliest)
    one.flags[done & slot.late] |= LATE
    one.flags[has_partial] |= PARTIAL
    _settle_window(one, scene, window, slot, done, ended)
    return one


def _settle_window(one: Standings, scene: _Scene, window: Window, slot: _Slot, done: Mask, ended: Array) -> None:
    undated = ~done & np.isnan(one.due)
    over = ~done & ~undated & ~np.isnan(ended) & (np.isnan(slot.closes) | (ended <= slot.closes))
    passed = ~done & ~undated & ~over & ((one.due > slot.closes) | (scene.on > slot.last))
    open_ = ~(done | undated | over | passed)
    grace, begun = slot.step.grace or window.grace, ~np.isnan(slot.partial)
    _dated(one, open_ & begun, grace, scene.on, from_opening=True)
    _dated(one, open_ & ~begun, grace, scene.on, from_opening=window.due_from_opening)
    one.status[done] = DONE
    one.status[undated] = UNKNOWN
    one.status[over] = np.where(one.due > ended, CANCELLED, MISSED)[over]
    one.status[passed] = MISSED


# --- series ------------------------------------------------------------------------------------------------------


def _series(scene: _Scene, series: Series) -> tuple[list[Standings], Mask]:
    population = scene.population
    anchor = scene.of_today(series.anchor) if series.anchor is not None else population.birth[scene.today.person]
    prior_count, prior_on = np.zeros(scene.size), np.full(scene.size, np.nan)
    if series.prior is not None:
        prior_count = np.trunc(np.nan_to_num(scene.of_today(series.prior.count), nan=0.0))
        prior_on = scene.of_today(series.prior.on)
    rows = scene.counted(series.steps[0])
    entry, days = scene.entry_and_day(rows)
    keep = np.isnan(prior_on[entry]) | (days > prior_on[entry])
    same_day = (
        np.concatenate(([False], (entry[1:] == entry[:-1]) & (days[1:] == days[:-1])))
        if len(rows)
        else np.zeros(0, dtype=bool)
    )
    rows = rows[keep & ~same_day]
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
        from care_engine.population.hits import holds

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
    return standings, np.isnan(anchor)


class _Plan:
    """The steps that exist for each subject: `place[i]` says how many existing steps come before step i."""

    def __init__(self, scene: _Scene, steps: tuple[Step, ...], exists: dict[Step, Mask]) -> None:
        self.steps = steps
        self.exists = [exists[step] for step in steps]
        counts = np.cumsum(self.exists, axis=0)
        self.place = [count - has for count, has in zip(counts, self.exists, strict=True)]
        self.length = counts[-1]


@dataclass
class _Doses:
    first: Array
    last: Array
    count: Array
    last_was_invalid: Mask
    given: list[Array]  # by place among the existing steps

    @staticmethod
    def start(scene: _Scene, prior_count: Array, prior_on: Array) -> _Doses:
        return _Doses(
            np.full(scene.size, np.nan), prior_on.copy(), prior_count.copy(), np.zeros(scene.size, dtype=bool), []
        )


class _Others:
    """Days of the services from which this series keeps apart (live vaccines), per person."""

    def __init__(self, scene: _Scene, series: Series) -> None:
        self.days = series.apart.days if series.apart is not None else 0
        contacts = scene.population.contacts(None)
        services = series.apart.services if series.apart is not None else ()
        rows = union(scene.population.given(service, None).rows for service in services)
        self.at = Occurrences(contacts, rows[contacts.is_real[rows]])
        self.some = bool(len(self.at))
        self.person = scene.today.person

    def last_before(self, entry: Rows, day: Array) -> Array:
        """The last of those days strictly before `day`, per subject entry."""
        if not self.some:
            return np.full(len(entry), np.nan)
        person = self.person[entry]
        until = self.at.contacts.rows_until(person, day - 1, 1 << 30)
        return self.at.day[self.at.last(Moments(person, until))]


def _count(
    scene: _Scene, rows: Rows, plan: _Plan, anchor: Array, others: _Others, series: Series, doses: _Doses
) -> None:
    doses.given = [np.full(scene.size, np.nan) for _ in plan.steps]
    for turn in scene.rounds(rows):
        entry, day = scene.entry_and_day(rows[turn])
        open_ = doses.count[entry] < plan.length[entry]
        entry, day = entry[open_], day[open_]
        bad = np.zeros(len(entry), dtype=bool)
        at = doses.count[entry]
        for step, exists, place in zip(plan.steps, plan.exists, plan.place, strict=True):
            mine = exists[entry] & (place[entry] == at)
            if step.min_age is not None:
                bad |= mine & (day < _span(anchor[entry], step.min_age))
            if step.after is not None:
                bad |= mine & (day < _span(doses.last[entry], step.after))
        if others.some:
            bad |= day - others.last_before(entry, day) < others.days
        doses.last[entry] = day
        doses.last_was_invalid[entry] = bad
        good, good_day = entry[~bad], day[~bad]
        doses.first[good] = np.fmin(doses.first[good], good_day)
        for place_, column in enumerate(doses.given):
            here = good[doses.count[good] == place_]
            column[here] = good_day[doses.count[good] == place_]
        doses.count[good] += 1


def _series_standings(
    scene: _Scene,
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
        target = _span(anchor, step.due) if isinstance(step.due, Span) else anchor
        done = place < doses.count
        given = np.full(scene.size, np.nan)
        for number, column in enumerate(doses.given):
            given = np.where(place == number, column, given)
        one.given_on = np.where(done & (place >= prior), given, np.nan)
        opens = anchor if step.min_age is None else _span(anchor, step.min_age)
        if step.after is not None:
            opens = np.fmax(opens, _span(last, step.after))
        opens = np.fmax(opens, anchor)
        if others.some:
            opens = np.fmax(opens, others.last_before(everyone, np.fmax(opens, scene.on)) + others.days)
        due = np.maximum(target, opens)
        one.due, one.opens = due, np.where(done, np.nan, opens)
        passed = ~done & ((due > one.closes) | (scene.on > one.closes))
        one.flags[~done & (place == doses.count) & doses.last_was_invalid] |= INVALID_DOSE
        _dated(one, ~done & ~passed, step.grace or series.grace, scene.on)
        one.status[done] = DONE
        one.status[passed] = MISSED
        if series.late_after is not None:
            one.flags[done & (one.given_on > target + series.late_after)] |= LATE
        last = np.where(~done & exists, np.maximum(due, scene.on), last)


# --- repeat ------------------------------------------------------------------------------------------------------


def _last_given(scene: _Scene) -> tuple[Rows, Array]:
    """Counting contact rows, and per subject the last day of one."""
    service = scene.family.services[0]
    rows = scene.counted(Step(service, service, scene.family.at))
    last = np.full(scene.size, np.nan)
    entry, on = scene.entry_and_day(rows)
    last[entry] = on  # in order: the last one stays
    return rows, last


def _repeat(scene: _Scene, repeat: Repeat) -> tuple[list[Standings], Mask]:
    one = Standings.empty(scene.family.services[0], scene.size)
    _, last = _last_given(scene)
    one.given_on = last
    never = np.isnan(last)
    ended = ~np.isnan(scene.population.ended_on(scene.today.subjects)[scene.today.subject])
    ended_on = scene.population.ended_on(scene.today.subjects)[scene.today.subject]
    nowhere = np.zeros(scene.size, dtype=bool)
    if repeat.every is None and not repeat.spacing:
        waiting = NOT_YET if repeat.on_request else DUE
        one.status = np.where(last == scene.on, DONE, np.where(ended, CANCELLED, waiting)).astype(np.int8)
        one.due = np.where(one.status == DUE, float(scene.on), np.nan)
        one.opens = np.full(scene.size, float(scene.on))
        one.flags[one.status == NOT_YET] |= OPEN
        return [one], nowhere
    anchor = scene.of_today(repeat.first.anchor) if repeat.first is not None else np.full(scene.size, np.nan)
    if repeat.every is not None:
        again = _span(last, repeat.every)
    else:
        again = last + _spacing(repeat.spacing, last, np.where(np.isnan(anchor), last, anchor))
    registered = scene.today.subjects.registered[scene.today.subject]
    start = registered if repeat.first is None else _span(anchor, repeat.first.after)
    one.due = np.where(never, start, again)
    one.opens = one.due.copy()
    until = scene.of_today(repeat.until) if repeat.until is not None else np.full(scene.size, np.nan)
    stopped = ~ended & ((one.due > until) | (scene.on > until))
    one.closes = np.where(ended, np.nan, until)
    open_ = ~ended & ~stopped
    _dated(one, open_, repeat.grace, scene.on)
    one.status[open_ & (last == scene.on)] = DONE
    one.status[ended] = np.where(~never & (one.due > ended_on), DONE, CANCELLED)[ended]
    one.status[stopped] = np.where(never, MISSED, DONE)[stopped]
    return [one], never & np.isnan(one.due)


# --- calendar ----------------------------------------------------------------------------------------------------


def _calendar(scene: _Scene, calendar: Calendar) -> tuple[list[Standings], Mask]:
    from care_engine.dates import month_index

    rows, _ = _last_given(scene)
    months = calendar.months or tuple(range(1, 13))
    index = month_index(scene.on)
    current = next(one for one in range(index, index - 13, -1) if one % 12 + 1 in months)
    following = next(one for one in range(index + 1, index + 14) if one % 12 + 1 in months)
    now, now_is = _period(scene, calendar, current, rows)
    then, then_is = _period(scene, calendar, following, rows)
    later = (~now_is | (now.status == MISSED)) & then_is
    for name in ("status", "due", "opens", "closes", "overdue_from", "given_on", "flags"):
        column = getattr(now, name)
        column[later] = getattr(then, name)[later]
    return [now], ~(now_is | then_is)


def _period(scene: _Scene, calendar: Calendar, month: int, rows: Rows) -> tuple[Standings, Mask]:
    """Standings in the period of one month, and for whom it exists."""
    from care_engine.dates import first_of_month, last_of_month

    one = Standings.empty(scene.family.services[0], scene.size)
    birth = scene.population.birth[scene.today.person]
    start = float(first_of_month(month))
    first, last = np.full(scene.size, start), np.full(scene.size, float(last_of_month(month)))
    if calendar.age_from is not None:
        first = np.fmax(first, _span(birth, calendar.age_from))
    if calendar.age_until is not None:
        last = np.fmin(last, c.last_day(birth, calendar.age_until.months, calendar.age_until.days))
    exists = first <= last
    closes = last + calendar.until_day
    entry, days = scene.entry_and_day(rows)
    before, within = np.full(scene.size, -np.inf), np.full(scene.size, -np.inf)
    np.maximum.at(before, entry[days < start], days[days < start])
    inside = (days >= start) & (days <= closes[entry])
    np.maximum.at(within, entry[inside], days[inside])
    done = np.isfinite(within)
    one.given_on = np.where(done, within, np.where(np.isfinite(before), before, np.nan))
    one.due, one.closes, one.overdue_from = first.copy(), closes, last + 1
    if calendar.min_gap:
        gapped = np.isfinite(before) & ~done
        one.due = np.where(gapped, np.maximum(first, before + calendar.min_gap), one.due)
        exists &= done | (one.due <= last)
    one.opens = one.due.copy()
    exists &= ~done | (scene.on <= closes)
    status = np.where(scene.on <= last, DUE, OVERDUE)
    status = np.where(scene.on < one.due, NOT_YET, status)
    status = np.where(scene.on > closes, MISSED, status)
    one.status = np.where(done, DONE, status).astype(np.int8)
    return one, exists
