"""People of a block as columns of numbers, and the book in which their visits are written as they are thought out.

Days are ordinals (`date.toordinal()`), minutes count from midnight, -1 says "none" or "not known". Persons, households, episodes and visits
are named by their place in the columns. Values hold a number, or in `text` the place of a word in `words` (a set of choices is one word
`|a|b|`, as in `care_engine.population.storage`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from primary_care.demo.layout import CODES, HAS_PUSTU, RT_PER_DUSUN, WITHOUT_PUSTU

Array = NDArray[Any]
Columns = dict[str, Array]
NONE = -1
GIVEN, DEFERRED, DECLINED = 0, 1, 2
STATES = ("given", "deferred", "declined")


@dataclass
class Block:
    """Everything about some families of the Puskesmas up to the day before `on`. `start`: the day of the first registration."""

    number: int
    on: int
    start: int
    households: Columns
    persons: Columns
    episodes: Columns = field(default_factory=dict)
    visits: Columns = field(default_factory=dict)
    values: Columns = field(default_factory=dict)
    services: Columns = field(default_factory=dict)
    attributes: Columns = field(default_factory=dict)
    items: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    service_names: tuple[str, ...] = ()

    @property
    def posyandu(self) -> Array:
        """The Posyandu of each person when registered, by its place in the layout."""
        found: Array = self.households["rt"][self.persons["household"]] // RT_PER_DUSUN
        return found

    def posyandu_on(self, person: Array, day: Array) -> Array:
        """The Posyandu where persons belong on days: another one from the day after they moved within the area."""
        house = self.persons["household"][person]
        moved = self.households["moved"][house]
        rt = np.where((moved != NONE) & (day > moved), self.households["moved_to"][house], self.households["rt"][house])
        found: Array = rt // RT_PER_DUSUN
        return found


class _Names(dict[str, int]):
    """A number for each name, in the order they come up."""

    def of(self, name: str) -> int:
        return self.setdefault(name, len(self))


@dataclass
class Book:
    """Visits with what was measured and given at them, in pieces."""

    rng: np.random.Generator
    items: _Names = field(default_factory=_Names)
    texts: _Names = field(default_factory=_Names)
    names: _Names = field(default_factory=_Names)
    visits: list[tuple[Array, ...]] = field(default_factory=list)
    values: list[tuple[Array, ...]] = field(default_factory=list)
    services: list[tuple[Array, ...]] = field(default_factory=list)
    attributes: list[tuple[Array, ...]] = field(default_factory=list)
    count: int = 0

    def meet(
        self, person: Array, on: Array, spot: str | Array, minute: Array | None = None, *, told: bool = False
    ) -> Array:
        """Visits of persons on days; returns their numbers. `told`: written from a book when the person was registered."""
        size = len(person)
        where = np.full(size, CODES[spot]) if isinstance(spot, str) else spot
        when = 480 + 5 * self.rng.integers(0, 60, size) if minute is None else minute
        self.visits.append((person, on, np.full(size, NONE) if told else when, where, np.full(size, told)))
        first, self.count = self.count, self.count + size
        return np.arange(first, self.count)

    def note(self, visit: Array, item: str, number: Array | float, chance: float = 1.0) -> None:
        """A number for each of the visits (for a part of them, drawn by `chance`)."""
        numbers = np.broadcast_to(np.asarray(number, dtype=float), visit.shape)
        some = self._some(visit, chance) & ~np.isnan(numbers)
        self._value(visit[some], item, numbers[some], np.full(int(some.sum()), NONE))

    def say(self, visit: Array, item: str, words: Sequence[str], which: Array | int = 0, chance: float = 1.0) -> None:
        """A word for each of the visits: `which` of `words`."""
        codes = np.array([self.texts.of(word) for word in words])[np.broadcast_to(np.asarray(which), visit.shape)]
        some = self._some(visit, chance)
        self._value(visit[some], item, np.full(int(some.sum()), np.nan), codes[some])

    def rarely(self, visit: Array, item: str, choices: Sequence[str], chance: float, asked: float = 1.0) -> None:
        """A set of choices that is mostly empty; with `chance` one of them holds."""
        which = np.where(self.rng.random(len(visit)) < chance, self.rng.integers(1, len(choices) + 1, len(visit)), 0)
        self.say(visit, item, ("|", *(f"|{one}|" for one in choices)), which, asked)

    def serve(
        self, visit: Array, service: str, state: int = GIVEN, until: Array | None = None, chance: float = 1.0
    ) -> None:
        """A service at the visits: given, put off until a day, or declined."""
        some = self._some(visit, chance)
        size = int(some.sum())
        last = np.full(size, NONE) if until is None else until[some]
        self.services.append((visit[some], np.full(size, self.names.of(service)), np.full(size, state), last))

    def know(self, person: Array, on: Array, item: str, number: Array | None = None, word: Array | None = None) -> None:
        """Something known about persons apart from any visit."""
        size = len(person)
        self.attributes.append(
            (
                person,
                on,
                np.full(size, self.items.of(item)),
                np.full(size, np.nan) if number is None else number.astype(float),
                np.full(size, NONE) if word is None else word,
            )
        )

    def word(self, text: str) -> int:
        """The number of a word."""
        return self.texts.of(text)

    def _some(self, visit: Array, chance: float) -> Array:
        return np.ones(len(visit), dtype=bool) if chance >= 1 else self.rng.random(len(visit)) < chance

    def _value(self, visit: Array, item: str, number: Array, text: Array) -> None:
        self.values.append((visit, np.full(len(visit), self.items.of(item)), number, text))

    def close(self, block: Block) -> None:
        """Put into `block` the visits that took place: of people who are registered, here and alive, before the day of the block. What
        is held twice at one visit counts once.
        """
        visits = _joined(self.visits, ("person", "on", "minute", "spot", "told"))
        person, on = visits["person"], visits["on"]
        told = visits["told"].astype(bool)
        since, until = block.persons["registered"], last_day(block)
        kept = np.where(told, (on >= block.persons["birth"][person]) & (on < since[person]), on >= since[person])
        kept &= (on <= until[person]) & (on < block.on) & (since[person] < block.on)
        visits["posyandu"] = block.posyandu_on(person, np.where(told, since[person], on))
        visits["spot"] = np.where(
            np.array(HAS_PUSTU)[visits["posyandu"]], visits["spot"], _PUSKESMAS_INSTEAD[visits["spot"]]
        )
        values = _joined(self.values, ("visit", "item", "number", "text"))
        services = _joined(self.services, ("visit", "service", "state", "until"))
        held = np.zeros(len(kept), dtype=bool)
        held[values["visit"]] = held[services["visit"]] = True
        kept &= held
        order = np.flatnonzero(kept)
        order = order[np.lexsort((visits["minute"][order], on[order], person[order]))]
        place = np.full(len(kept), NONE)
        place[order] = np.arange(len(order))
        block.visits = {name: column[order] for name, column in visits.items()}
        _part_same_minutes(block.visits)
        block.values = _of_kept(values, place, "item")
        block.services = _of_kept(services, place, "service")
        block.attributes = _joined(self.attributes, ("person", "on", "item", "number", "text"))
        block.items, block.words, block.service_names = tuple(self.items), tuple(self.texts), tuple(self.names)


_PUSKESMAS_INSTEAD = np.array([CODES[WITHOUT_PUSTU.get(name, name)] for name in CODES])


def last_day(block: Block) -> Array:
    """The last day on which each person can be seen here: of death, the day before moving away, or before the day of the block."""
    died, moved = block.persons["died"], block.households["left"][block.persons["household"]]
    until = np.where(died == NONE, block.on - 1, died)
    return np.minimum(until, np.where(moved == NONE, block.on - 1, moved - 1))


def _joined(pieces: list[tuple[Array, ...]], names: Sequence[str]) -> Columns:
    if not pieces:
        return {name: np.zeros(0, dtype=np.int64) for name in names}
    return {name: np.concatenate(column) for name, column in zip(names, zip(*pieces, strict=True), strict=True)}


def _of_kept(rows: Columns, place: Array, what: str) -> Columns:
    """The rows of visits that were kept, once each, in order of the visits."""
    rows = rows | {"visit": place[rows["visit"]]}
    at = np.flatnonzero(rows["visit"] != NONE)
    _, first = np.unique(rows["visit"][at] * 100_000 + rows[what][at], return_index=True)
    return {name: column[at[first]] for name, column in rows.items()}


def _part_same_minutes(visits: Columns) -> None:
    """Two visits of one person on one day have an order: the second is five minutes after the first."""
    for _ in range(3):
        same = np.zeros(len(visits["on"]), dtype=bool)
        same[1:] = (
            (visits["person"][1:] == visits["person"][:-1])
            & (visits["on"][1:] == visits["on"][:-1])
            & (visits["minute"][1:] <= visits["minute"][:-1])
            & (visits["minute"][1:] != NONE)
        )
        visits["minute"] = np.where(same, np.roll(visits["minute"], 1) + 5, visits["minute"])


def taken(columns: Mapping[str, Array], rows: Array) -> Columns:
    """Some rows of columns."""
    return {name: column[rows] for name, column in columns.items()}
