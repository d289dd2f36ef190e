"""The public figures that the made-up people follow: one table, `figures.csv`, shown with its sources in docs/data-contoh.md.

A value is one number or several with `;` between. A source that begins with `diasumsikan` is our assumption; no document gives it.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("figures.csv")
ASSUMED = "diasumsikan"


@dataclass(frozen=True)
class Figure:
    """One row of the table; `values` in the unit that `unit` names."""

    id: str
    values: tuple[float, ...]
    unit: str
    what: str
    source: str

    @property
    def assumed(self) -> bool:
        """Whether no document gives it."""
        return self.source.startswith(ASSUMED)


@cache
def figures() -> dict[str, Figure]:
    """The table by id."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {
        row["id"]: Figure(
            row["id"],
            tuple(float(one) for one in row["value"].split(";")),
            row["unit"],
            row["what"],
            row["source"],
        )
        for row in rows
    }
    assert len(found) == len(rows), "an id stands twice in figures.csv"
    return found


def share(id_: str) -> float:
    """A figure in percent as a share of one."""
    (value,) = figures()[id_].values
    return value / 100


def shares(id_: str) -> list[float]:
    """Several figures in percent as shares of one."""
    return [value / 100 for value in figures()[id_].values]


def value(id_: str) -> float:
    """A figure as it stands."""
    (found,) = figures()[id_].values
    return found


def page() -> str:
    """The table as Markdown."""
    lines = ["| id | nilai | satuan | apa | sumber |", "| --- | --- | --- | --- | --- |"]
    for one in figures().values():
        numbers = "; ".join(f"{number:g}".replace(".", ",") for number in one.values)
        lines.append(f"| `{one.id}` | {numbers} | {one.unit} | {one.what} | {one.source} |")
    return "\n".join(lines) + "\n"
