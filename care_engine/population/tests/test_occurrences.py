"""Occurrences against the plain way: walking through each life, contact by contact."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import pytest

from care_engine.population.frames import Contacts, Subjects
from care_engine.population.occurrences import MANY, Moments, Occurrences


@dataclass(frozen=True)
class Lives:
    """How many contacts each subject has, and the contact rows (over all subjects) at which something happened."""

    sizes: list[int]
    happened: list[int]

    @property
    def subject(self) -> list[int]:
        return [number for number, size in enumerate(self.sizes) for _ in range(size)]

    def upto(self, subject: int, row: int | None) -> list[int]:
        """The places of what happened to a subject up to a contact row of theirs; None: in the whole life."""
        ours = [(place, at) for place, at in enumerate(self.happened) if self.subject[at] == subject]
        return [place for place, at in ours if row is None or at <= row]


def contacts(lives: Lives) -> Contacts:
    people, rows = len(lives.sizes), len(lives.subject)
    subject = np.array(lives.subject, dtype=np.int64)
    nothing, none = np.full(people, np.nan), np.full(people, -1)
    return Contacts(
        subjects=Subjects(None, np.arange(people), np.zeros(people), nothing, none, nothing, nothing),
        subject=subject,
        on=np.arange(rows, dtype=np.float64) + 739000.0,
        sequence=np.zeros(rows),
        is_real=np.ones(rows, dtype=bool),
        is_moment=np.ones(rows, dtype=bool),
        timeless=np.zeros(rows, dtype=bool),
        source=np.arange(rows),
        first=np.searchsorted(subject, subject, side="left"),
        keys=np.arange(rows),
        size_of_log=rows,
    )


def occurrences(lives: Lives) -> Occurrences:
    return Occurrences(contacts(lives), np.array(lives.happened, dtype=np.int64))


def drawn(seed: int) -> Lives:
    draw = random.Random(seed)
    sizes = [draw.choice([0, 1, 2, 3, 8]) for _ in range(draw.randint(1, 12))]
    return Lives(sizes, [row for row in range(sum(sizes)) if draw.random() < draw.choice([0.1, 0.5, 0.9])])


#: Among them: nobody with a contact, nothing that happened, everything happened, the first and the last row of all.
LIVES = [
    Lives([0, 0], []),
    Lives([2, 3], []),
    Lives([2, 0, 3], [0, 1, 2, 3, 4]),
    Lives([3, 3], [0, 5]),
    Lives([3, 3, 3], [1, 4]),
    Lives([40, 40], [0, 39, 40, 79]),
    *map(drawn, range(40)),
]


def moments(lives: Lives) -> list[tuple[int, int]]:
    """Every contact of every subject, before the first contact of each, and nobody."""
    real = [(subject, row) for row, subject in enumerate(lives.subject)]
    return [*real, *((subject, -1) for subject in range(len(lives.sizes))), (-1, -1)]


def assert_answers(found: Occurrences, lives: Lives, asked: list[tuple[int, int]]) -> None:
    """The last, the first and the number of places up to each moment are the plain ones."""
    at = Moments(np.array([one for one, _ in asked]), np.array([row for _, row in asked]))
    places = [lives.upto(subject, row) for subject, row in asked]
    assert len(at) == len(asked)
    assert found.last(at).tolist() == [one[-1] if one else -1 for one in places]
    assert found.first(at).tolist() == [one[0] if one else -1 for one in places]
    assert found.count(at).tolist() == [float(len(one)) for one in places]


@pytest.mark.parametrize("lives", LIVES)
def test_many_moments_at_once(lives: Lives) -> None:
    found = occurrences(lives)
    assert len(found) == len(lives.happened)
    assert_answers(found, lives, moments(lives))
    found.forget()
    assert_answers(found, lives, moments(lives))


@pytest.mark.parametrize("lives", LIVES)
def test_few_moments_are_searched_for(lives: Lives) -> None:
    """Asked one by one: in a long life by searching, and once many were asked, in what is known since."""
    found = occurrences(lives)
    for one in moments(lives):
        assert_answers(found, lives, [one])
    assert_answers(found, lives, moments(lives))
    for one in moments(lives):
        assert_answers(found, lives, [one])


@pytest.mark.parametrize("lives", LIVES)
def test_whole_lives(lives: Lives) -> None:
    found, everyone = occurrences(lives), [*range(len(lives.sizes)), -1]
    at = Moments(np.array(everyone), None)
    places = [lives.upto(subject, None) for subject in everyone]
    assert found.last(at).tolist() == [one[-1] if one else -1 for one in places]
    assert found.first(at).tolist() == [one[0] if one else -1 for one in places]
    assert found.count(at).tolist() == [float(len(one)) for one in places]


@pytest.mark.parametrize("lives", LIVES)
def test_which_contacts_are_among_them(lives: Lives) -> None:
    found, rows = occurrences(lives), range(len(lives.subject))
    assert found.holds(np.array(rows, dtype=np.int64)).tolist() == [row in lives.happened for row in rows]
    for row in rows:
        assert found.holds(np.array([row])).tolist() == [row in lives.happened]


def test_some_lives_are_long_enough_to_be_searched() -> None:
    assert any(len(lives.subject) > MANY for lives in LIVES)
