"""May this role do this with that data, and how far? The one place that views, queries and actions ask; the answers stand in `matrix.py`."""

import re
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from primary_care.accounts import matrix
from primary_care.accounts.models import Role

CREATE, READ, CHANGE, APPROVE, EXPORT, FIGURES = "C", "R", "U", "A", "X", "G"
OWN, PUSKESMAS = "o", "p"
BY_CATCHMENT = frozenset(
    "rdp"
)  # all three are the catchment of the unit worked in, which its kind makes small or large
BY_AREA = frozenset("kvn")
CONDITIONS = ("alasan", "pm", "hiv-ims")
_GRANT = re.compile(rf"([CRUAX]+|G):([ordpkvn])(?: ({'|'.join(CONDITIONS)}))?(?: \(([^()]+)\))?")


class NotAllowed(Exception):
    """The assignment does not allow this; the text says why, for the user."""


@dataclass(frozen=True)
class Grant:
    """What a cell of the matrix gives: how far it reaches, whether a reason must be given first, and what it is limited to."""

    reach: str
    with_reason: bool = False
    only: str = ""
    note: str = ""


def allowed(role: str, resource: str, right: str) -> Grant | None:
    """What `role` may do with `resource`: the grant, or None. Raises KeyError for a resource that is in no table."""
    return _grants()[resource].get((role, right))


def resources() -> tuple[str, ...]:
    """Every resource of the matrix."""
    return tuple(_grants())


@cache
def _grants() -> MappingProxyType[str, dict[tuple[str, str], Grant]]:
    found = {}
    for resource, row in (matrix.MATRIX | matrix.ASSUMED).items():
        cells: dict[tuple[str, str], Grant] = {}
        for columns, cell in row.items():
            for column in columns.split():
                for rights, grant in read_cell(cell):
                    cells |= {(matrix.COLUMNS[column].value, right): grant for right in rights}
        found[resource] = cells
    return MappingProxyType(found)


def read_cell(cell: str) -> list[tuple[str, Grant]]:
    """The grants of one cell, each with its rights. Raises ValueError for a cell that cannot be read."""
    found = []
    for part in cell.split("; "):
        match = _GRANT.fullmatch(part)
        if match is None:
            raise ValueError(f"not a cell of the matrix: {cell!r}")
        rights, reach, condition, note = match.groups()
        only = condition if condition and condition != "alasan" else ""
        found.append((rights, Grant(reach, condition == "alasan", only, note or "")))
    return found


def needs_second_factor(roles: frozenset[str]) -> bool:
    """Whether one of the roles reaches so far that a password alone is too little: a wide area, or lists with names that leave the node."""
    return bool(roles & WIDE_ROLES)


WIDE_ROLES = frozenset(
    {
        Role.KEPALA_PUSKESMAS.value,
        Role.PETUGAS_KLASTER_1.value,
        Role.PETUGAS_KLASTER_4.value,
        Role.DINAS_KABKOTA.value,
        Role.DINAS_PROVINSI.value,
        Role.KEMENTERIAN.value,
    }
)
