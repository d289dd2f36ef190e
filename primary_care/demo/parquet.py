"""Made-up people straight into Parquet, in the buckets that `care_engine.population` reads: the facts that the node would hold about them.

    write(people=1_000_000, seed=1, on=…, folder=…)

One bucket holds a Puskesmas of nine blocks (`making.blocks`); a person's number is the place in the block plus ten millions for each block.
The folder gets `complete` when all buckets are there; until then a second start goes on with those that are missing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl

from care_engine.population import storage as st
from care_engine.population.storage import Bucket
from primary_care.demo.layout import POSYANDU, SETTINGS, SPOT_LIST, TRAINED_KADER
from primary_care.demo.making import blocks
from primary_care.demo.making.block import DECLINED, DEFERRED, GIVEN, NONE, Array, Block, Columns
from primary_care.demo.making.families import MAN
from primary_care.demo.making.mothers import CADRE_OF_HELPER, HELPERS, LOST, OUTCOMES, PLACES, UNIT_OF_PLACE, WAYS

FIRST_OF_BLOCK = 10_000_000
BLOCKS_OF_A_BUCKET = 9
_UNITS = tuple(spot.unit for spot in SPOT_LIST)
_MARKS = {GIVEN: st.GIVEN, DECLINED: st.DECLINED, DEFERRED: st.DEFERRED}


_Job = tuple[
    Path, int, int, list[tuple[int, int]], int
]  # folder, seed, number of the bucket, its blocks with their people, day


class OtherPeople(Exception):
    """The folder holds people of another size, seed or day; the text says so."""


def write(
    people: int, seed: int, on: int, folder: Path, *, processes: int = 1, progress: Callable[[int, int], None] | None = None
) -> int:  # fmt: skip
    """Write the buckets of the people as of the day `on`; returns how many there are. Those that are there already stay as they are."""
    recipe = {"people": people, "seed": seed, "on": on, "generator": blocks.VERSION, "layout": st.LAYOUT}
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / "recipe.json"
    if note.exists() and json.loads(note.read_text()) != recipe:
        raise OtherPeople(f"{folder} berisi data contoh lain ({note.read_text()}). Pilih folder lain, atau kosongkan.")
    note.write_text(json.dumps(recipe))
    sizes = list(enumerate(blocks.sizes(people)))
    buckets = [sizes[at : at + BLOCKS_OF_A_BUCKET] for at in range(0, len(sizes), BLOCKS_OF_A_BUCKET)]
    todo = [number for number in range(len(buckets)) if not (folder / f"{number:04d}").exists()]
    jobs = [(folder, seed, number, buckets[number], on) for number in todo]
    for number, _written in enumerate(_each(jobs, processes), len(buckets) - len(todo) + 1):
        if progress:
            progress(number, len(buckets))
    (folder / "complete").touch()
    return len(buckets)


def _each(jobs: list[_Job], processes: int) -> Iterator[None]:
    """Does the jobs, in this process or shared among several."""
    if processes == 1 or len(jobs) == 1:
        yield from map(_write_one, jobs)
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        yield from pool.map(_write_one, jobs)


def _write_one(job: _Job) -> None:
    """One bucket, under another name until it is whole."""
    folder, seed, number, parts, on = job
    draft = folder / f".{number:04d}.new"
    shutil.rmtree(draft, ignore_errors=True)
    bucket_of_blocks(blocks.make(seed, block, people, on) for block, people in parts).write(draft)
    draft.rename(folder / f"{number:04d}")


class _Events:
    """Rows of `storage.EVENTS` in pieces; items and words as places in lists of names."""

    def __init__(self, block: Block) -> None:
        self.items, self.words = list(block.items), list(block.words)
        self.pieces: list[tuple[Array, ...]] = []

    def add(
        self, person: Array, on: Array, sequence: Array | int, item: str | Array, number: Array | None = None, word: Array | None = None,
        episode: Array | int = NONE,
    ) -> None:  # fmt: skip
        size = len(person)
        what = np.full(size, self.item(item)) if isinstance(item, str) else item
        self.pieces.append(
            (
                person,
                np.broadcast_to(np.asarray(episode), (size,)),
                on,
                np.broadcast_to(np.asarray(sequence), (size,)),
                what,
                np.full(size, np.nan) if number is None else number.astype(float),
                np.full(size, NONE) if word is None else word,
            )
        )

    def item(self, name: str) -> int:
        return _place(self.items, name)

    def some_words(self, names: tuple[str, ...] | list[str]) -> Array:
        """The places of words."""
        return np.array([_place(self.words, name) for name in names])

    def frame(self, first: int) -> pl.DataFrame:
        person, episode, on, sequence, item, number, text = (
            np.concatenate(column) for column in zip(*self.pieces, strict=True)
        )
        words = pl.Series(self.words, dtype=pl.String)
        return pl.DataFrame(
            {
                "person_id": person + first,
                "episode": pl.Series(episode, dtype=pl.Int32),
                "on": pl.Series(on, dtype=pl.Int32),
                "sequence": pl.Series(sequence, dtype=pl.Int32),
                "item": pl.Series(self.items, dtype=pl.String).gather(item).cast(pl.Categorical),
                "number": pl.Series(number).fill_nan(None),
                "text": words.gather(_some(text).cast(pl.UInt32)).cast(pl.Categorical),
            }
        )


def _place(names: list[str], name: str) -> int:
    if name not in names:
        names.append(name)
    return names.index(name)


def bucket_of_blocks(several: Iterable[Block]) -> Bucket:
    """The facts of some blocks' people as the node would tell them to the engine."""
    persons, episodes, events = zip(*map(_frames, several), strict=True)
    return Bucket.of(pl.concat(persons), pl.concat(episodes), pl.concat(events))


def _frames(block: Block) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Persons, episodes and events of a block."""
    first = block.number * FIRST_OF_BLOCK
    persons, episodes = block.persons, block.episodes
    events = _Events(block)
    births = _births(block)
    visits, place_of_visit, place_of_birth = _with_births(block, births)
    here = visits["person"]
    sequence = _sequence(here)
    units = np.concatenate([events.some_words(list(_UNITS)), events.some_words(list(UNIT_OF_PLACE))])
    cadres = np.concatenate(
        [events.some_words([spot.cadre for spot in SPOT_LIST]), events.some_words(list(CADRE_OF_HELPER))]
    )
    events.add(here, visits["on"], sequence, st.UNIT, None, units[visits["unit"]])
    trained = np.array([name in TRAINED_KADER for name in POSYANDU])[visits["posyandu"]] & (visits["cadre"] == 0)
    cadre = np.where(trained, _place(events.words, "kader-terlatih"), cadres[visits["cadre"]])
    events.add(here, visits["on"], sequence, st.CADRE, None, cadre)
    timed = np.flatnonzero(visits["minute"] != NONE)
    events.add(here[timed], visits["on"][timed], sequence[timed], st.MINUTE, visits["minute"][timed])
    at = place_of_visit[block.values["visit"]]
    events.add(
        here[at], visits["on"][at], sequence[at], block.values["item"], block.values["number"], block.values["text"]
    )
    services = block.services
    names = events.some_words(list(block.service_names)) if block.service_names else np.zeros(0, dtype=int)
    for state, mark in _MARKS.items():
        some = np.flatnonzero(services["state"] == state)
        at = place_of_visit[services["visit"][some]]
        until = np.where(services["until"][some] == NONE, np.nan, services["until"][some])
        number = until if state == DEFERRED else None
        events.add(here[at], visits["on"][at], sequence[at], mark, number, names[services["service"][some]])
    _say_births(events, block, births, here, visits["on"], sequence, place_of_birth)
    _say_episodes(events, block)
    _say_children(events, block)
    known = persons["registered"] < block.on
    left = block.households["left"][persons["household"]]
    minute = np.where(
        persons["episode"] == NONE, NONE, episodes["minute"][persons["episode"]] if len(episodes["minute"]) else NONE
    )
    people = pl.DataFrame(
        {
            "person_id": np.flatnonzero(known) + first,
            "sex": pl.Series(["perempuan", "laki-laki"]).gather((persons["sex"][known] == MAN).astype(int)),
            "birth": persons["birth"][known],
            "birth_minute": _some(minute[known]),
            "deceased_on": _some(persons["died"][known]),
            "moved_out_on": _some(np.where(left < block.on, left, NONE)[known]),
            "area": pl.Series([json.dumps(SETTINGS, sort_keys=True)] * int(known.sum())),
        },
        schema=st.PERSONS,
    )
    return people, _episodes(block, first), events.frame(first)


def _some(values: Array) -> pl.Series:
    return pl.Series(np.where(values == NONE, np.nan, values), dtype=pl.Float64).fill_nan(None).cast(pl.Int32)


def _births(block: Block) -> Array:
    """The episodes that ended with a birth."""
    return np.flatnonzero((block.episodes["end"] != NONE) & (block.episodes["outcome"] != LOST))


def _with_births(block: Block, births: Array) -> tuple[Columns, Array, Array]:
    """Visits and births in order of person, day and minute; where each visit and each birth stands."""
    visits, episodes = block.visits, block.episodes
    many = len(visits["on"])
    both = {
        "person": np.concatenate([visits["person"], episodes["person"][births]]),
        "on": np.concatenate([visits["on"], episodes["end"][births]]),
        "minute": np.concatenate([visits["minute"], episodes["minute"][births]]),
        "unit": np.concatenate([visits["spot"], len(SPOT_LIST) + episodes["place"][births]]),
        "cadre": np.concatenate([visits["spot"], len(SPOT_LIST) + episodes["helper"][births]]),
        "posyandu": np.concatenate([visits["posyandu"], np.zeros(len(births), dtype=np.int64)]),
    }
    order = np.lexsort((both["minute"], both["on"], both["person"]))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return {name: column[order] for name, column in both.items()}, place[:many], place[many:]


def _sequence(person: Array) -> Array:
    """The number of each contact among those of its person, from 0."""
    first = np.ones(len(person), dtype=bool)
    first[1:] = person[1:] != person[:-1]
    start = np.maximum.accumulate(np.where(first, np.arange(len(person)), 0))
    return np.arange(len(person)) - start


def _say_births(
    events: _Events, block: Block, births: Array, person: Array, on: Array, sequence: Array, at: Array
) -> None:
    """What is recorded at a birth (`decisions.births`)."""
    episodes = block.episodes
    who, day, when = person[at], on[at], sequence[at]
    size = len(births)
    babies = np.ones(size)
    twins = np.flatnonzero((block.persons["episode"] != NONE) & (block.persons["order"] == 2))
    babies[np.isin(births, block.persons["episode"][twins])] = 2
    minute = episodes["minute"][births]
    hours = [f"{one // 60:02d}:{one % 60:02d}" for one in minute]
    timed = np.flatnonzero(minute != NONE)
    for item, number in (("tanggal-persalinan", day), ("jumlah-bayi-lahir", babies)):
        events.add(who, day, when, item, number)
    for item, words in (
        ("tempat-persalinan", events.some_words(PLACES)[episodes["place"][births]]),
        ("penolong-persalinan", events.some_words(HELPERS)[episodes["helper"][births]]),
        ("cara-persalinan", events.some_words(WAYS)[episodes["way"][births]]),
        ("hasil-kelahiran", events.some_words(OUTCOMES)[episodes["outcome"][births]]),
    ):
        events.add(who, day, when, item, None, words)
    words = events.some_words([hours[one] for one in timed]) if len(timed) else np.zeros(0, dtype=int)
    events.add(who[timed], day[timed], when[timed], "jam-persalinan", None, words)
    still = np.flatnonzero(episodes["outcome"][births] == 1)
    told = events.some_words([f"{('Perempuan', 'Laki-laki')[row % 2]}, 2100 g" for row in births[still]])
    events.add(who[still], day[still], when[still], "keterangan-lahir-mati", None, told)


def _say_episodes(events: _Events, block: Block) -> None:
    episodes = block.episodes
    who, day = episodes["person"], episodes["registered"]
    number = _number_of_episode(block)
    gravida = episodes["partus"] + episodes["abortus"] + 1
    for item, values in (("gravida", gravida), ("partus", episodes["partus"]), ("abortus", episodes["abortus"])):
        events.add(who, day, st.EPISODE_VALUES, item, values, episode=number)
    dated = np.flatnonzero(episodes["hpht_known"] == 1)
    events.add(who[dated], day[dated], st.EPISODE_VALUES, "hpht", episodes["hpht"][dated], episode=number[dated])


def _start(block: Block) -> Array:
    """The day from which an episode counts: of the last period, or of the registration where that is not known."""
    episodes = block.episodes
    return np.where(episodes["hpht_known"] == 1, episodes["hpht"], episodes["registered"])


def _number_of_episode(block: Block) -> Array:
    """The number of each episode among those of its person, the earliest 0."""
    order = np.lexsort((_start(block), block.episodes["person"]))
    number = np.empty(len(order), dtype=np.int64)
    number[order] = _sequence(block.episodes["person"][order])
    return number


def _episodes(block: Block, first: int) -> pl.DataFrame:
    episodes = block.episodes
    order = np.lexsort((_start(block), episodes["person"]))
    over = episodes["end"][order] != NONE
    birth = over & (episodes["outcome"][order] != LOST)
    return pl.DataFrame(
        {
            "person_id": episodes["person"][order] + first,
            "episode": _number_of_episode(block)[order],
            "kind": pl.Series(["kehamilan"] * len(order), dtype=pl.String),
            "start": _start(block)[order],
            "registered": episodes["registered"][order],
            "end": _some(episodes["end"][order]),
            "outcome": pl.Series([*OUTCOMES, None], dtype=pl.String).gather(
                np.where(over, episodes["outcome"][order], 3)
            ),
            "start_minute": pl.Series([None] * len(order), dtype=pl.Int32),
            "end_minute": _some(np.where(birth, episodes["minute"][order], NONE)),
        },
        schema=st.EPISODES,
    )


def _say_children(events: _Events, block: Block) -> None:
    """What is known of children born here from their birth (`decisions.births`): size, weeks, twins, the mother's tests."""
    persons, episodes = block.persons, block.episodes
    born = np.flatnonzero(persons["episode"] != NONE)
    of, day = persons["episode"][born], persons["birth"][born]
    events.add(born, day, st.ATTRIBUTES, "berat-lahir-g", persons["birth_g"][born])
    events.add(born, day, st.ATTRIBUTES, "panjang-lahir-cm", persons["birth_cm"][born])
    dated = np.flatnonzero(episodes["hpht_known"][of] == 1)
    weeks = day[dated] - episodes["hpht"][of[dated]]
    events.add(born[dated], day[dated], st.ATTRIBUTES, "usia-gestasi-hari", weeks)
    second = np.flatnonzero(persons["order"][born] == 2)
    twin = np.flatnonzero(np.isin(of, of[second]))
    events.add(born[twin], day[twin], st.ATTRIBUTES, "kembar-jumlah", np.full(len(twin), 2))
    events.add(born[twin], day[twin], st.ATTRIBUTES, "urutan-kembar", persons["order"][born[twin]])
    alike: dict[int, set[int]] = {int(one): set() for one in of[twin]}
    for place in twin:
        alike[int(of[place])].add(int(persons["sex"][born[place]]))
    same = np.array([len(alike[int(one)]) == 1 for one in of[twin]], dtype=float)
    events.add(born[twin], day[twin], st.ATTRIBUTES, "kembar-sama-kelamin", same)
    for item, carried in (("hbsag", "ibu-hbsag"), ("hiv", "ibu-hiv"), ("sifilis", "ibu-sifilis")):
        said = _of_mother(events, block, item, of)
        some = np.flatnonzero(said != NONE)
        events.add(born[some], day[some], st.ATTRIBUTES, carried, None, said[some])


def _of_mother(events: _Events, block: Block, item: str, episode: Array) -> Array:
    """The mother's last test in each episode, or one from before that was reactive; `NONE` where there is neither."""
    if item not in events.items:
        return np.full(len(episode), NONE)
    values = block.values
    rows = np.flatnonzero(values["item"] == events.items.index(item))
    reactive = events.words.index("reaktif") if "reaktif" in events.words else -2
    tests: dict[int, list[tuple[int, int]]] = {}
    for row in rows:
        visit = values["visit"][row]
        tests.setdefault(int(block.visits["person"][visit]), []).append(
            (int(block.visits["on"][visit]), int(values["text"][row]))
        )
    found = np.full(len(episode), NONE)
    start, end = _start(block), block.episodes["end"]
    for place, one in enumerate(episode):
        mine = [each for each in sorted(tests.get(int(block.episodes["person"][one]), ())) if each[0] < end[one]]
        here = [said for day, said in mine if day >= start[one]]
        if not here and item in ("hiv", "hbsag"):
            here = [said for _day, said in mine if said == reactive]
        if here:
            found[place] = here[-1]
    return found
