"""Lists of rows against the plain way: joined, and what was made from them found again."""

from __future__ import annotations

import random

import numpy as np
import pytest

from care_engine.population.columns import or_none
from care_engine.population.log import DENSE, ByRows, Rows, union


def drawn(draw: random.Random, size: int, share: float) -> Rows:
    return np.array([row for row in range(size) if draw.random() < share], dtype=np.int64)


@pytest.mark.parametrize("share", [0.0, 0.2 / DENSE, 0.5, 1.0])
@pytest.mark.parametrize("lists", [0, 1, 2, 3])
def test_union_of_few_and_of_many_rows(share: float, lists: int) -> None:
    draw = random.Random(lists)
    several = [drawn(draw, 400, share) for _ in range(lists)]
    assert union(several).tolist() == sorted({row for rows in several for row in rows.tolist()})


def test_the_same_rows_give_the_same() -> None:
    made, rows = ByRows[object](), np.array([1, 5, 6])
    first = made.get(("a",), rows, object)
    assert made.get(("a",), rows, object) is first
    assert made.get(("a",), rows.copy(), object) is first


@pytest.mark.parametrize("other", [[1, 5, 7], [2, 4, 6], [1, 5], [0, 1, 5, 6]], ids=str)
def test_other_rows_give_another(other: list[int]) -> None:
    """Also when number and sum are the same."""
    made = ByRows[object]()
    first = made.get(("a",), np.array([1, 5, 6]), object)
    assert made.get(("a",), np.array(other), object) is not first
    assert made.get(("b",), np.array([1, 5, 6]), object) is not first


def test_places_where_a_mask_holds() -> None:
    assert or_none(np.array([3, 0, -1, 7]), np.array([True, False, True, False])).tolist() == [3, -1, -1, -1]
