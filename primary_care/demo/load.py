"""Loads the demo into an empty node, in one transaction: killed in the middle it leaves nothing, started twice it loads once."""

import gc
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from primary_care.accounts.models import User
from primary_care.accounts.once import CATCHMENTS, read_once
from primary_care.areas.models import Area
from primary_care.copying import describe_new_tables
from primary_care.decisions.bulk import Recorder
from primary_care.decisions.reviewing import Reviewing
from primary_care.demo import place
from primary_care.demo.making import blocks
from primary_care.demo.telling import Story

PEOPLE = 27_000  # one Puskesmas
SEED = 1
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('simpul demo', 0))"
EPOCH = date(1970, 1, 1).toordinal()
Say = Callable[[str], None]


def is_empty() -> bool:
    """Whether the node holds neither areas nor accounts."""
    return not (Area.objects.exists() or User.objects.exists())


def is_demo() -> bool:
    """Whether the node holds the demo."""
    return User.objects.filter(username=place.STAFF[0].username).exists() and Area.objects.filter(code="99.01").exists()


class Keys:
    """Keys of version 7 that are the same for the same seed: those of a later day sort later, and of one day in the order they are made."""

    def __init__(self, seed: int, stream: int) -> None:
        self._rng = np.random.default_rng([seed, stream, 7])
        self._tails: list[int] = []
        self.day = self._made = 0

    def of(self, day: int) -> uuid.UUID:
        """A new key of a day (an ordinal)."""
        if day != self.day:
            self.day, self._made = day, self._made if day < self.day else 0
        if not self._tails:
            self._tails = self._rng.integers(0, 1 << 62, 50_000).tolist()
        self._made += 1
        milliseconds = (day - EPOCH) * 86_400_000 + self._made // 4096
        number = milliseconds << 80 | 7 << 76 | (self._made % 4096) << 64 | 2 << 62 | self._tails.pop()
        return uuid.UUID(int=number)


def keys_of(seed: int) -> tuple[Callable[[int], uuid.UUID], Callable[[], uuid.UUID]]:
    """Makers of the keys of a story, by day, and of the facts in it, of the day that the story has come to."""
    named, facts = Keys(seed, 1), Keys(seed, 2)
    return named.of, lambda: facts.of(named.day)


@contextmanager
def _nothing_is_thrown_away() -> Iterator[None]:
    """Rows are kept until they are written: to look for garbage among millions of them takes longer than to make them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@transaction.atomic
@_nothing_is_thrown_away()
def load(
    on: date, *, people: int = PEOPLE, seed: int = SEED, say: Say | None = None, processes: int | None = None
) -> int:
    """Fill an empty node with the demo as of the day `on`: place, staff, people and two years of their visits. Returns the number of
    persons made; 0 when the node is not empty. `say` is told how far it is.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK)  # of two who start together, the second waits and then finds the node filled
    if not is_empty():
        return 0
    tell = _Progress(say)
    tell.now(f"Data contoh dibuat: {people} orang buatan dan kunjungannya selama dua tahun")
    built = place.build()
    named, fact = keys_of(seed)
    sizes = blocks.sizes(people)
    serials: dict[str, int] = {}
    made = 0
    several = processes or (min(2, os.cpu_count() or 1) if people > blocks.PEOPLE_OF_A_BLOCK else 1)
    with Reviewing(built.rts[0], on, several) as reviewing, read_once(CATCHMENTS):
        recorder = Recorder(key=fact, at=timezone.now(), reviewing=reviewing)
        for number, size in enumerate(sizes):
            story = Story(blocks.make(seed, number, size, on.toordinal()), built, recorder, named, serials)
            story.tell()
            recorder.write()
            made += len(story.persons)
            tell.far("Riwayat disusun, diperiksa dan disimpan", number + 1, len(sizes))
        tell.now("Temuan setiap kunjungan dihitung")
        recorder.finish(lambda done, whole: tell.far("Temuan setiap kunjungan", done, whole))
    describe_new_tables()
    return made


class _Progress:
    """Says how far a long work is, every few seconds."""

    def __init__(self, say: Say | None, every: float = 4.0) -> None:
        self.say, self.every = say, every
        self.last = time.monotonic()

    def now(self, what: str) -> None:
        """A step begins."""
        if self.say:
            self.say(f"  {what} …")
            self.last = time.monotonic()

    def far(self, what: str, done: int, whole: int) -> None:
        """How far a step is of which it is known how much there is."""
        if self.say and (done == whole or time.monotonic() - self.last > self.every):
            self.say(f"  {what}: {100 * done // max(1, whole)} %")
            self.last = time.monotonic()
