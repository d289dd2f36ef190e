"""A made-up Indonesian population with its contacts, straight into Parquet buckets (`care_engine.population.storage`).

    folders = population(people=1_000_000, buckets=64)          # made once, then kept below .local/bench

What is assumed. Ages as in the census of 2020 (about 10 % under 6, 11 % from 60), half of them women. 1.7 % are pregnant today with up to
eight ANC contacts of about twenty values; births of the last two years stand as ended pregnancies, those of the last 42 days are a nifas with
its visits. Children come to the posyandu in about half of the months (weight, length, position; head, arm and TB questions less often), are
immunised at the national ages and some months late, and have neonatal visits and a birth weight. Everyone else has some contacts: weight,
height, blood pressure, sugar, TB questions, now and then a test. On average 20 events a person, where an event is one recorded value or one
service given, declined or deferred; the unit and the cadre of a contact come on top of them and are not counted.

Awkward on purpose: people without a birth date or sex, two contacts on one day, values at the edges of their range, `invalid` tests,
measurements without position, empty sets, deferrals with and without an end, the deceased and the moved, eight areas with different settings.

Where it differs from reality: values of one person hang together only in growth and in pregnancy; illness comes by chance, not in outbreaks;
nobody has more than one recorded pregnancy; adults have fewer diagnoses than in a clinic's register.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.contacts import (
    ANC,
    DOSES,
    GENERAL,
    ILL_CHILD,
    KADER,
    MIDWIFE,
    NEONATAL,
    NIFAS,
    POSITIONS,
    POSYANDU,
    POSYANDU_UNIT,
    PUSKESMAS,
    STAFF,
    Array,
    Choice,
    Sampler,
    Visits,
    mostly_zero,
    position,
    whole,
)
from care_engine.population import storage as st
from care_engine.population.storage import Bucket

ON = date(2026, 6, 15).toordinal()
FOLDER = Path(__file__).parents[1] / ".local" / "bench"
VERSION = 11  # of this generator: folders of other versions are made anew

AREAS = [
    json.dumps({"malaria-endemis": malaria, "je-endemis": je, "imunisasi-covid": covid}, sort_keys=True)
    for malaria in (False, True)
    for je in (False, True)
    for covid in (False, True)
]
SEXES = ["perempuan", "laki-laki"]
OUTCOMES = ["lahir-hidup", "lahir-mati", "abortus"]


@dataclass
class Rows:
    """Event rows as they come, in pieces."""

    items: dict[str, int] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)
    pieces: list[tuple[Array, Array, Array, Array, Array, Array, Array]] = field(default_factory=list)

    def add(self, person: Array, on: Array, sequence: int, item: str, number: Array | None, text: Array | None, episode: int = -1) -> None:  # fmt: skip
        size = len(person)
        self.pieces.append(
            (
                person.astype(np.int64),
                np.full(size, episode, dtype=np.int32),
                on.astype(np.int32),
                np.full(size, sequence, dtype=np.int32),
                np.full(size, self.items.setdefault(item, len(self.items)), dtype=np.int32),
                np.full(size, np.nan) if number is None else number.astype(np.float64),
                np.full(size, -1, dtype=np.int32) if text is None else text.astype(np.int32),
            )
        )

    def words(self, words: tuple[str, ...], codes: Array) -> Array:
        return np.array([self.texts.setdefault(word, len(self.texts)) for word in words], dtype=np.int32)[codes]

    def mark(self, at: Visits, mark: str, word: str, chance: float = 1.0, number: Array | None = None) -> None:
        some = np.flatnonzero(at.rng.random(len(at)) < chance)
        codes = self.words((word,), np.zeros(len(some), dtype=int))
        self.add(at.person[some], at.on[some], at.sequence, mark, None if number is None else number[some], codes)

    def visits(self, at: Visits, unit: Choice, cadre: Choice, values: list[tuple[str, Sampler, float]]) -> None:
        for mark, choice in ((st.UNIT, unit), (st.CADRE, cadre)):
            self.add(at.person, at.on, at.sequence, mark, None, self.words(choice.words, choice(at)))
        for item, draw, chance in values:
            some = np.flatnonzero(at.rng.random(len(at)) < chance)
            part = Visits(at.rng, at.person[some], at.on[some], at.age[some], at.growth[some], at.sequence)
            drawn = draw(part)
            choice = POSITIONS if draw is position else draw
            if isinstance(choice, Choice):
                self.add(part.person, part.on, at.sequence, item, None, self.words(choice.words, drawn))
            else:
                self.add(part.person, part.on, at.sequence, item, drawn, None)

    def frame(self, first: int) -> pl.DataFrame:
        columns = [np.concatenate(column) for column in zip(*self.pieces, strict=True)]
        order = np.lexsort((columns[3], columns[2], columns[0]))
        person, episode, on, sequence, item, number, text = (column[order] for column in columns)
        items, texts = pl.Series(list(self.items)), pl.Series(list(self.texts))
        return pl.DataFrame(
            {
                "person_id": person + first,
                "episode": episode,
                "on": on,
                "sequence": sequence,
                "item": items.cast(pl.Categorical).gather(item),
                "number": pl.Series(number).fill_nan(None),
                "text": texts.cast(pl.Categorical).gather(pl.Series(text).replace(-1, None)),
            }
        )


def bucket(number: int, people: int, on: int = ON, seed: int = 20_260_615) -> Bucket:
    """One bucket of people, the same for the same number, size, day and seed."""
    rng = np.random.default_rng([seed, number])
    sex = (rng.random(people) < 0.497).astype(int)
    group = rng.choice(4, people, p=[0.10, 0.19, 0.60, 0.11])
    low, high = np.array([0, 6, 18, 60])[group], np.array([6, 18, 60, 95])[group]
    age = ((low + (high - low) * rng.random(people)) * 365.25).astype(int)
    birth = on - age
    growth = rng.normal(0, 1, people)
    rows = Rows()
    everyone = np.arange(people)
    mothers = _mothers(rng, rows, everyone[(sex == 0) & (age > 16 * 365) & (age < 42 * 365)], people, on)
    _children(rng, rows, everyone[age < 6 * 365.25], birth, growth, on)
    _others(rng, rows, everyone[age >= 6 * 365.25], birth, growth, on)
    no_birth = rng.random(people) < 0.003
    leaves = rng.random(people)
    left = on - rng.integers(1, 700, people)
    left = np.where(left >= birth, left, on)
    first = number * 10_000_000
    persons = pl.DataFrame(
        {
            "person_id": everyone + first,
            "sex": pl.Series([*SEXES, None]).gather(np.where(rng.random(people) < 0.0005, 2, sex)),
            "birth": _some(birth, ~no_birth),
            "birth_minute": _some(rng.integers(0, 1440, people), rng.random(people) < 0.05),
            "deceased_on": _some(left, leaves < 0.01),
            "moved_out_on": _some(left, leaves > 0.985),
            "area": pl.Series(AREAS).gather(rng.integers(0, len(AREAS), people)),
        },
        schema=st.PERSONS,
    )
    return Bucket.of(persons, mothers.with_columns(pl.col("person_id") + first), rows.frame(first))


def _some(values: Array, where: Array) -> pl.Series:
    return pl.Series(np.where(where, values, -1)).replace(-1, None)


def _mothers(rng: np.random.Generator, rows: Rows, women: Array, people: int, on: int) -> pl.DataFrame:
    """Pregnancies going on (1.7 % of all people) and ended in the last two years (3.4 %), with their contacts."""
    chosen = rng.permutation(women)
    pregnant, mothers = np.split(chosen[: int(people * 0.051)], [int(people * 0.017)])
    who = np.concatenate([pregnant, mothers])
    over = np.arange(len(who)) >= len(pregnant)
    lasts = np.where(rng.random(len(who)) < 0.05, rng.integers(50, 140, len(who)), rng.integers(245, 290, len(who)))
    end = on - rng.integers(0, 730, len(who))
    start = np.where(over, end - lasts, on - rng.integers(20, 285, len(who)))
    outcome = np.where(lasts < 140, 2, (rng.random(len(who)) < 0.01).astype(int))
    registered = start + np.minimum(rng.integers(30, 110, len(who)), np.where(over, lasts - 1, on - start))
    last = np.where(over, end, on)
    at = Visits(rng, who, registered, registered - start, np.zeros(len(who)))
    rows.add(who, registered, st.EPISODE_VALUES, "hpht", start.astype(float), None, episode=0)
    for item, draw in (("gravida", whole(1, 5)), ("partus", whole(0, 4)), ("abortus", mostly_zero(0.1, 2))):
        rows.add(who, registered, st.EPISODE_VALUES, item, draw(at), None, episode=0)
    day = registered
    for visit in range(8):
        some = np.flatnonzero(day <= last)
        at = Visits(rng, who[some], day[some], day[some] - start[some], np.zeros(len(some)))
        rows.visits(at, PUSKESMAS, MIDWIFE, ANC)
        rows.mark(at, st.GIVEN, f"anc-k{visit + 1}" if visit < 6 else "anc-kontak", 0.9)
        rows.mark(at, st.GIVEN, "imunisasi-td-1", 0.1)
        rows.mark(at, st.DECLINED, "kelas-ibu-hamil", 0.05)
        day = day + rng.integers(18, 45, len(who))
    for visit, after in enumerate((0, 4, 12, 33)):
        some = np.flatnonzero(over & (outcome < 2) & (end + after <= on) & (rng.random(len(who)) < 0.8))
        at = Visits(rng, who[some], end[some] + after, np.full(len(some), 9999), np.zeros(len(some)), 1)
        rows.visits(at, PUSKESMAS, MIDWIFE, NIFAS)
        rows.mark(at, st.GIVEN, f"nifas-kf{visit + 1}", 0.95)
    return pl.DataFrame(
        {
            "person_id": who,
            "episode": np.zeros(len(who), dtype=int),
            "kind": pl.Series(["kehamilan"]).gather(np.zeros(len(who), dtype=int)),
            "start": start,
            "registered": registered,
            "end": _some(end, over),
            "outcome": pl.Series([*OUTCOMES, None]).gather(np.where(over, outcome, 3)),
            "start_minute": _some(start, np.zeros(len(who), dtype=bool)),
            "end_minute": _some(rng.integers(0, 1440, len(who)), over & (rng.random(len(who)) < 0.3)),
        },
        schema=st.EPISODES,
    )


def _children(rng: np.random.Generator, rows: Rows, who: Array, birth: Array, growth: Array, on: int) -> None:
    born, grows = birth[who], growth[who]

    def at(some: Array, day: Array, sequence: int = 0) -> Visits:
        return Visits(rng, who[some], day, day - born[some], grows[some], sequence)

    weight = np.round(np.clip(rng.normal(3050, 480, len(who)), 900, 5200))
    some = np.flatnonzero(rng.random(len(who)) < 0.9)
    rows.add(who[some], born[some], st.ATTRIBUTES, "berat-lahir-g", weight[some], None)
    for visit, after in enumerate((1, 5, 15)):
        some = np.flatnonzero((born + after <= on) & (rng.random(len(who)) < 0.85))
        here = at(some, born[some] + after)
        rows.visits(here, PUSKESMAS, MIDWIFE, NEONATAL)
        rows.mark(here, st.GIVEN, f"kn{visit + 1}", 0.95)
    for month in range(1, 72):
        day = born + (month * 30.4375 + rng.integers(-6, 7, len(who))).astype(int)
        some = np.flatnonzero(
            (day <= on) & (rng.random(len(who)) < np.interp(month, [1, 12, 60, 72], [0.48, 0.38, 0.21, 0.1]))
        )
        here = at(some, day[some])
        rows.visits(here, POSYANDU_UNIT, KADER, POSYANDU)
        if month % 6 == 0:
            rows.mark(here, st.GIVEN, "vitamin-a", 0.7)
            rows.mark(here, st.GIVEN, "obat-cacing", 0.5)
        rows.mark(here, st.DECLINED, "imunisasi-mr-1", 0.002)
        until = np.where(rng.random(len(here)) < 0.5, here.on + 14.0, np.nan)
        rows.mark(here, st.DEFERRED, "imunisasi-dpt-hb-hib-2", 0.004, until)
    sessions = {}  # doses planned for the same age are given on the same day
    for after in sorted(set(DOSES.values())):
        late = np.where(rng.random(len(who)) < 0.3, rng.integers(0, 200, len(who)), rng.integers(-2, 12, len(who)))
        sessions[after] = np.maximum(born + after + late, born)
    for service, after in DOSES.items():
        day = sessions[after]
        some = np.flatnonzero((day <= on) & (rng.random(len(who)) < 0.88))
        here = at(some, day[some], 2)
        rows.mark(here, st.GIVEN, service)
    for _ in range(3):
        day = born + rng.integers(60, 2100, len(who))
        some = np.flatnonzero((day <= on) & (rng.random(len(who)) < 0.6))
        rows.visits(at(some, day[some], 3), PUSKESMAS, STAFF, ILL_CHILD)


def _others(rng: np.random.Generator, rows: Rows, who: Array, birth: Array, growth: Array, on: int) -> None:
    for visit, chance in enumerate((0.44, 0.2, 0.1, 0.03)):
        some = who[rng.random(len(who)) < chance]
        day = on - rng.integers(0, 1100, len(some))
        here = Visits(rng, some, day, day - birth[some], growth[some], visit % 2)
        rows.visits(here, PUSKESMAS, STAFF, GENERAL)


def population(people: int, buckets: int, on: int = ON, folder: Path = FOLDER) -> list[Path]:
    """The folders of the buckets; written if they are not there yet."""
    home = folder / f"people-{people}-{buckets}-v{VERSION}"
    folders = [home / f"{number:04d}" for number in range(buckets)]
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        for number, one in enumerate(folders):
            bucket(number, people // buckets + (number < people % buckets), on).write(one)
        (home / "complete").touch()
    return folders


def events_of(folders: list[Path]) -> int:
    """How many events there are: recorded values, and services given, declined or deferred."""
    items = pl.concat(pl.read_parquet(one / "items.parquet") for one in folders)
    events = items.filter(~pl.col("item").is_in([st.UNIT, st.CADRE])).select(pl.max_horizontal("numbers", "texts"))
    return int(events.sum().item())
