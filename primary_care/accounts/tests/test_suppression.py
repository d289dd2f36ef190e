"""Nobody works out a small count. The second implementation tries every table that looks the same from outside."""

from itertools import product

import pytest

from primary_care.accounts.suppression import Mark, Suppressed, suppress


def could_be(shown: int | Mark, count: int) -> bool:
    """Whether a cell that is shown so may hold `count`."""
    if shown is Mark.FEW:
        return 1 <= count <= 4
    if shown is Mark.HIDDEN:
        return count == 0 or count >= 5
    return count == shown


def same_from_outside(told: Suppressed, most: int) -> list[tuple[int, ...]]:
    """Every table with these marks and this total, by trying all."""
    names = sorted(told.cells)
    return [
        table
        for table in product(range(most + 1), repeat=len(names))
        if all(could_be(told.cells[name], count) for name, count in zip(names, table, strict=True))
        and (told.total is Mark.HIDDEN or could_be(told.total, sum(table)))
    ]


@pytest.mark.parametrize("first", range(8))
def test_every_small_count_of_three_cells_may_be_another(first: int) -> None:
    for second, third in product(range(8), repeat=2):
        table = (first, second, third)
        told = suppress(dict(zip("abc", table, strict=True)))
        possible = same_from_outside(told, 22)
        assert table in possible
        for place, name in enumerate("abc"):
            if 0 < table[place] < 5:
                assert told.cells[name] is Mark.FEW
                assert len({one[place] for one in possible}) >= 2, (table, told)


def test_without_small_counts_everything_is_shown() -> None:
    assert suppress({"a": 0, "b": 5, "c": 90}) == Suppressed({"a": 0, "b": 5, "c": 90}, 95)
    assert suppress({}) == Suppressed({}, 0)


def test_the_worked_case_of_the_village() -> None:
    """JP-6: 3 in RW 02, 9 in the desa; the only other RW is hidden as well."""
    assert suppress({"RW 01": 6, "RW 02": 3}) == Suppressed({"RW 01": Mark.HIDDEN, "RW 02": Mark.FEW}, 9)


def test_a_whole_of_one_cell_hides_its_total() -> None:
    assert suppress({"a": 3}) == Suppressed({"a": Mark.FEW}, Mark.FEW)


def test_many_cells_are_done_at_once() -> None:
    counts = {f"rt-{number}": number % 40 for number in range(60)}
    told = suppress(counts)
    assert told.total == sum(counts.values())
    assert sum(mark is Mark.HIDDEN for mark in told.cells.values()) == 0
