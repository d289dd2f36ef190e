"""Some households of a block with everything that happened to them: a small story in which there is one of each kind."""

import numpy as np

from primary_care.demo.making.block import DECLINED, DEFERRED, NONE, Array, Block, Columns, taken
from primary_care.demo.making.mothers import LOST


def one_of_each(block: Block) -> Block:
    """The households in which somebody of each awkward kind lives: of each kind the one that is soonest told."""
    persons, episodes, visits = block.persons, block.episodes, block.visits
    house = persons["household"]
    born = persons["episode"] != NONE
    of_services = {
        state: visits["person"][block.services["visit"][block.services["state"] == state]]
        for state in (DECLINED, DEFERRED)
    }
    kinds = [
        house[(persons["twin"] == 2) & born],
        house[(persons["died"] != NONE) & born],
        house[(persons["died"] != NONE) & ~born],
        np.flatnonzero(block.households["left"] != NONE),
        np.flatnonzero(block.households["moved"] != NONE),
        house[episodes["person"][episodes["outcome"] == LOST]],
        house[episodes["person"][episodes["outcome"] == 1]],
        house[episodes["person"][(episodes["hpht_known"] == 0) & (episodes["end"] != NONE)]],
        house[episodes["person"][episodes["end"] == NONE]],
        house[episodes["person"][(episodes["place"] == 3) & (episodes["helper"] == 3)]],
        house[of_services[DECLINED]],
        house[of_services[DEFERRED]],
        house[(persons["episode"] == NONE) & (persons["registered"] > block.households["registered"][house])],
        house[born & (persons["named"] == NONE)],
        house[persons["nik"] == 0],
        house[visits["person"][visits["told"].astype(bool)]],
        house[visits["person"][visits["spot"] == 7]],
    ]  # fmt: skip
    assert all(len(kind) for kind in kinds), [len(kind) for kind in kinds]
    told = np.bincount(house[visits["person"]], minlength=len(block.households["rt"]))  # visits of each household
    return households(block, np.unique([min(set(kind.tolist()), key=lambda one: (told[one], one)) for kind in kinds]))


def households(block: Block, chosen: Array) -> Block:
    """These households alone, numbered anew."""
    house, keep_house = _places(len(block.households["rt"]), chosen)
    persons, keep_person = _places(
        len(house_of := block.persons["household"]), np.flatnonzero(np.isin(house_of, chosen))
    )
    episodes, keep_episode = _places(
        len(block.episodes["person"]), np.flatnonzero(np.isin(block.episodes["person"], keep_person))
    )
    visits, keep_visit = _places(
        len(block.visits["person"]), np.flatnonzero(np.isin(block.visits["person"], keep_person))
    )
    found = Block(
        block.number, block.on, block.start, taken(block.households, keep_house), taken(block.persons, keep_person)
    )
    found.episodes, found.visits = taken(block.episodes, keep_episode), taken(block.visits, keep_visit)
    _renumber(found.persons, household=house, mother=persons, episode=episodes)
    _renumber(found.episodes, person=persons)
    _renumber(found.visits, person=persons)
    for name in ("values", "services"):
        rows = getattr(block, name)
        mine = taken(rows, np.flatnonzero(np.isin(rows["visit"], keep_visit)))
        _renumber(mine, visit=visits)
        setattr(found, name, mine)
    found.items, found.words, found.service_names = block.items, block.words, block.service_names
    return found


def _places(size: int, kept: Array) -> tuple[Array, Array]:
    """The new place of each row, and the rows that are kept."""
    place = np.full(size + 1, NONE)  # the last for NONE itself
    place[kept] = np.arange(len(kept))
    return place, kept


def _renumber(columns: Columns, **by: Array) -> None:
    for name, place in by.items():
        columns[name] = place[columns[name]]
