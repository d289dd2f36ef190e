"""Rows become families: by the KK number, and for rows without one by where they stand in the sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from primary_care.people.register.cells import EXCEL_DIGITS
from primary_care.people.register.rows import RegisterRow


@dataclass
class HouseholdRows:
    """The rows of one family, in sheet order. `kk_number` is None when no row has a whole one."""

    kk_number: str | None
    rows: list[RegisterRow] = field(default_factory=list)

    @property
    def head(self) -> RegisterRow | None:
        """The first kepala keluarga."""
        return next((row for row in self.rows if row.is_head), None)

    @property
    def source_key(self) -> str:
        """The same at every import: the KK number, else the content of the head (or first) row."""
        return self.kk_number or (self.head or self.rows[0]).content_key


def group_rows(rows: Sequence[RegisterRow]) -> list[HouseholdRows]:
    """Put every row that is not blank into a household, and note how a row without a KK number found its place.

    Offices write a family as a block that begins with its head. So a row without a KK number belongs to the block that
    it stands in, as long as the address agrees: a head opens the block below, any other row continues the block above.
    """
    filled = [row for row in rows if not row.is_blank]
    by_key: dict[str, HouseholdRows] = {}
    place: dict[int, HouseholdRows] = {}
    whole = {row.kk.digits for row in filled if row.kk and row.kk.is_whole}
    for row in filled:
        if row.kk:
            key = _key(row, whole)
            household = by_key.setdefault(key, HouseholdRows(key if key in whole else None))
            household.rows.append(row)
            place[row.number] = household
    found = list(by_key.values())
    next_with_kk = _next_with_kk(filled)
    for index, row in enumerate(filled):
        if row.number in place:
            continue
        above = filled[index - 1] if index else None
        below = next_with_kk[index]
        neighbour = _neighbour(row, above, below, place)
        if neighbour is None:
            household = HouseholdRows(None)
            found.append(household)
            where = _("dicatat sebagai keluarga tersendiri tanpa nomor KK")
        else:
            household = place[neighbour.number]
            where = _("dimasukkan ke keluarga baris %(row)d karena berurutan dan sealamat") % {"row": neighbour.number}
        household.rows.append(row)
        place[row.number] = household
        row.note_problem("kk_missing", place=where, other=neighbour)
    for household in found:
        household.rows.sort(key=lambda row: row.number)
        _question_address(household)
    return sorted(found, key=lambda household: household.rows[0].number)


def _next_with_kk(rows: Sequence[RegisterRow]) -> list[RegisterRow | None]:
    """For each row, the nearest one below it that has a KK number."""
    found: list[RegisterRow | None] = []
    nearest = None
    for row in reversed(rows):
        found.append(nearest)
        if row.kk:
            nearest = row
    return found[::-1]


def _key(row: RegisterRow, whole: set[str]) -> str:
    """The KK digits; for a number that Excel cut, the one whole number that begins with what is left of it."""
    assert row.kk is not None
    if row.kk.is_whole:
        return row.kk.digits
    if row.kk.lost:
        start = row.kk.digits[:EXCEL_DIGITS]
        row.note_problem("kk_digits_lost")
        alike = [number for number in whole if number.startswith(start)]
        return alike[0] if len(alike) == 1 else start + "?"
    row.note_problem("kk_wrong_length", count=len(row.kk.digits))
    return row.kk.digits


def _neighbour(
    row: RegisterRow, above: RegisterRow | None, below: RegisterRow | None, place: dict[int, HouseholdRows]
) -> RegisterRow | None:
    def same_house(other: RegisterRow | None) -> bool:
        return other is not None and other.number in place and other.address == row.address

    if row.is_head:
        # Only a block that lacks its head can have lost it to this row.
        if below is not None and same_house(below) and place[below.number].head is None:
            return below
        return None
    if above is not None and same_house(above):
        return above
    if below is not None and same_house(below) and not below.is_head:
        return below
    return None


def common_address(household: HouseholdRows) -> tuple[str | None, str | None, int | None, int | None]:
    """The address most rows give; of equally frequent ones, the head's or the first."""
    counts = Counter(row.address for row in household.rows if "unknown_village" not in row.codes())
    if not counts:
        return household.rows[0].address
    most = max(counts.values())
    first = household.head or household.rows[0]
    if counts.get(first.address) == most:
        return first.address
    return next(address for address, count in counts.items() if count == most)


def _question_address(household: HouseholdRows) -> None:
    common = common_address(household)
    for row in household.rows:
        if row.address != common and "unknown_village" not in row.codes():
            row.note_problem("address_differs")
