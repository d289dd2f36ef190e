"""Small counts of sensitive conditions are not shown where nobody may learn who they are (PV-6): figures for the village and the public."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

FEWEST = 5  # counts from 1 up to below this are told as "<5"


class Mark(Enum):
    """What stands in a cell instead of a count."""

    FEW = "<5"
    HIDDEN = "–"  # not small itself; shown, it would tell a small one


@dataclass(frozen=True)
class Suppressed:
    """The cells and their total as they may be shown."""

    cells: dict[str, int | Mark]
    total: int | Mark


def suppress(counts: Mapping[str, int]) -> Suppressed:
    """Counts of the parts of one whole (the RW of a desa), each 0 or more, as they may be shown beside their total.

    1 to 4 become `FEW`. Then the smallest counts still shown become `HIDDEN`, one by one, until no small count can be worked out from
    the total, the counts shown and the marks: for every small cell at least two values remain possible. Where even hiding all cells
    does not do that, the total is hidden too.
    """
    cells: dict[str, int | Mark] = {key: Mark.FEW if 0 < count < FEWEST else count for key, count in counts.items()}
    total = sum(counts.values())
    if 0 < total < FEWEST:
        return Suppressed(cells, Mark.FEW)
    rest = sorted(
        (key for key in counts if cells[key] is not Mark.FEW), key=lambda key: (counts[key] == 0, counts[key], key)
    )
    while not _safe([mark for mark in cells.values() if isinstance(mark, Mark)], _left(cells, total)):
        if not rest:
            return Suppressed(cells, Mark.HIDDEN)
        cells[rest.pop(0)] = Mark.HIDDEN
    return Suppressed(cells, total)


def _left(cells: Mapping[str, int | Mark], total: int) -> int:
    """What the cells that are not shown hold together: anybody can work it out."""
    return total - sum(count for count in cells.values() if isinstance(count, int))


def _safe(marks: list[Mark], left: int) -> bool:
    """Whether every small cell may still hold two values or more, if the marked cells together hold `left`."""
    for place, mark in enumerate(marks):
        if mark is Mark.FEW:
            others = _sums(marks[:place] + marks[place + 1 :], left)
            if sum(others >> (left - value) & 1 for value in range(1, FEWEST) if value <= left) < 2:
                return False
    return True


def _sums(marks: list[Mark], most: int) -> int:
    """The sums up to `most` that cells with these marks may have, as bits: bit 7 is set where 7 is possible."""
    everything, found = (1 << (most + 1)) - 1, 1
    for mark in marks:
        if mark is Mark.FEW:
            found = found << 1 | found << 2 | found << 3 | found << 4
        else:  # 0, or 5 and more
            larger = found << FEWEST
            found |= everything & ~((larger & -larger) - 1)
        found &= everything
    return found
