"""Every row gets its outcome before anything is written: imported, imported with a question, or held."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from primary_care.people.register.checks import check_between_rows, check_rows
from primary_care.people.register.households import HouseholdRows, group_rows
from primary_care.people.register.reading import Workbook
from primary_care.people.register.rows import RegisterRow, read_rows

IMPORTED = "imported"
IMPORTED_WITH_QUESTION = "imported-with-question"
HELD = "held"
STATE_LABELS = {IMPORTED: "diimpor", IMPORTED_WITH_QUESTION: "diimpor dengan pertanyaan", HELD: "ditahan"}


@dataclass(frozen=True)
class Plan:
    """What is to be done with a workbook: its rows in sheet order, and the households they form."""

    rows: list[RegisterRow]
    households: list[HouseholdRows]


def make_plan(workbook: Workbook, villages: Collection[str], on: date) -> Plan:
    """Read, check and group the rows. `villages`: names of the active desa; `on`: the day the rules compare with."""
    rows = read_rows(workbook, on)
    check_rows(rows, villages, on)
    households = group_rows(rows)
    check_between_rows(rows, households)
    return Plan(rows, households)


def state_of(row: RegisterRow) -> str:
    """IMPORTED, IMPORTED_WITH_QUESTION or HELD."""
    if row.is_held:
        return HELD
    return IMPORTED_WITH_QUESTION if row.problems else IMPORTED
