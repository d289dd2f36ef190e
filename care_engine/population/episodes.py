"""The episodes of some people as columns: those that were recorded, and those that follow from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np
import polars as pl

from care_engine.model import EpisodeKind
from care_engine.population import columns as c
from care_engine.population.columns import Array
from care_engine.population.frames import Subjects
from care_engine.population.log import Rows, between


def days(series: pl.Series) -> Array:
    """A column of days or minutes as float64; NaN where there is none."""
    return series.cast(pl.Float64).to_numpy()


@dataclass(frozen=True)
class Episodes:
    """Episodes, one entry each. Days and minutes are float64, NaN where there is none; number: the person's episode, -1 if it follows from another."""

    person: Rows
    number: Rows
    kind: Array
    start: Array
    registered: Array
    end: Array
    outcome: Array
    start_minute: Array
    end_minute: Array

    @staticmethod
    def of(table: pl.DataFrame, persons: slice, words: Callable[[pl.Series], Array]) -> Episodes:
        """The episodes of some of a bucket's persons. words: the numbers of the words of a column."""
        low, high = between(table["person"].to_numpy(), persons.start, persons.stop)
        table = table[low:high]
        person = table["person"].to_numpy().astype(np.int64) - persons.start
        number = table["episode"].to_numpy().astype(np.int64)
        kind, start, registered = words(table["kind"]), days(table["start"]), days(table["registered"])
        end, outcome = days(table["end"]), words(table["outcome"])
        minutes = days(table["start_minute"]), days(table["end_minute"])
        return Episodes(person, number, kind, start, registered, end, outcome, *minutes)

    def __len__(self) -> int:
        return len(self.person)

    def __getitem__(self, rows: Rows) -> Episodes:
        return Episodes(*(getattr(self, one.name).take(rows) for one in fields(self)))

    def recorded(self, kind: int, meaning: EpisodeKind, on: int) -> Episodes:
        """Those of one kind (a word) that are known on a day. What ends by itself may do so in the future, other ends are not known before they come."""
        some = self[c.rows_where((self.kind == kind) & ((self.registered <= on) | (self.start <= on)))]
        future = some.end > on
        if meaning.lasts is not None or not future.any():
            return some
        return replace(some, end=np.where(future, np.nan, some.end), outcome=np.where(future, -1, some.outcome))

    def followed_by(self, meaning: EpisodeKind, outcomes: list[int], without: Rows) -> Episodes:
        """The episodes of a kind that follow from these, where they ended so (words) and nothing was recorded of the person (`without`)."""
        follows = ~np.isnan(self.end) & np.isin(self.outcome, outcomes) & ~np.isin(self.person, without)
        one = self[c.rows_where(follows)]
        unknown, lasts = np.full(len(one), np.nan), meaning.lasts
        ends = unknown if lasts is None else c.add_span(one.end, lasts.months, lasts.days)
        number = np.full(len(one), -1)
        return Episodes(one.person, number, one.kind, one.end, one.end, ends, one.outcome, one.end_minute, unknown)

    def and_(self, others: Episodes) -> Episodes:
        """These and others."""
        pairs = ((getattr(self, one.name), getattr(others, one.name)) for one in fields(self))
        return Episodes(*map(np.concatenate, pairs))

    def subjects(self, kind: str) -> tuple[Subjects, Rows]:
        """In order of person and start (unknown starts first), with the number of the episode behind each."""
        first = np.where(np.isnan(self.start), -np.inf, self.start)
        one = self[np.lexsort((first, self.person))]
        subjects = Subjects(kind, one.person, one.start, one.end, one.outcome, one.registered, one.start_minute)
        return subjects, one.number
