"""The made-up people, block by block: `make(seed, number, people, on)` gives the same block for the same four."""

from __future__ import annotations

import numpy as np

from primary_care.demo.making import children, mothers, others
from primary_care.demo.making.block import Block, Book
from primary_care.demo.making.families import families

PEOPLE_OF_A_BLOCK = 3_000  # spread over the whole Puskesmas; nine of them fill it
DAYS = 730  # of visits
VERSION = 1  # of the generator: another one makes other people of the same seed


def sizes(people: int) -> list[int]:
    """How many people each block has: as equal as can be."""
    blocks = max(1, -(-people // PEOPLE_OF_A_BLOCK))
    return [people // blocks + (number < people % blocks) for number in range(blocks)]


def make(seed: int, number: int, people: int, on: int) -> Block:
    """People and what was recorded about them before the day `on` (an ordinal)."""
    rng = np.random.default_rng([seed, number, people])
    start = on - DAYS
    households, persons = families(rng, people, on, start)
    block = Block(number, on, start, households, persons)
    _stay_until_the_last_birth(block)
    mothers.pregnancies(rng, block)
    mothers.deaths_of_infants(rng, block)
    _newborns(rng, block)
    book = Book(rng)
    mothers.antenatal(rng, block, book)
    mothers.postnatal(rng, block, book)
    children.small_children(rng, block, book)
    others.pupils(rng, block, book)
    others.grown_ups(rng, block, book)
    book.close(block)
    return block


def _newborns(rng: np.random.Generator, block: Block) -> None:
    """When a child gets its name and its NIK; a late one is registered, weeks after its birth, when nobody had known of it."""
    persons = block.persons
    born = persons["birth"] > block.households["registered"][persons["household"]]
    size = len(persons["birth"])
    until = np.where(persons["died"] == -1, block.on, persons["died"])
    left = block.households["left"][persons["household"]]
    until = np.where(left == -1, until, np.minimum(until, left))
    known = persons["episode"] != -1
    named = persons["birth"] + rng.integers(7, 60, size)
    numbered = named + rng.integers(10, 150, size)
    persons["named"] = np.where(known & (named < until), named, -1)
    has = persons["nik"] == 1
    persons["numbered"] = np.where(known & has & (numbered < until) & (persons["named"] != -1), numbered, -1)
    late = born & ~known
    later = persons["birth"] + rng.integers(10, 120, size)
    later = np.minimum(later, np.where(left == -1, block.on, left) - 1)
    persons["registered"] = np.where(late, np.maximum(later, persons["registered"]), persons["registered"])
    persons["died"] = np.where(late & (persons["died"] != -1), -1, persons["died"])
    young = late & (block.on - persons["birth"] < 90)
    persons["nik"] = np.where(known | young, 0, persons["nik"])


def _stay_until_the_last_birth(block: Block) -> None:
    """A household in which a child is born after it would have left does not leave."""
    households, persons = block.households, block.persons
    last = np.full(len(households["left"]), -1)
    np.maximum.at(last, persons["household"], persons["birth"])
    households["left"] = np.where(last + 20 >= households["left"], -1, households["left"])
