"""Made-up borders of the made-up kabupaten: two desa on the two banks of a river, somewhere in the Java Sea."""

from datetime import date
from typing import Any

from primary_care.areas.importing.borders import plan_borders, write_borders

SOURCE = "Batas rekaan untuk data contoh"
RIVER = [
    [110.048, -5.521],
    [110.051, -5.534],
    [110.046, -5.547],
    [110.05, -5.559],
    [110.055, -5.572],
    [110.052, -5.588],
]
WEST = [[110.031, -5.592], [110.012, -5.583], [110.006, -5.561], [110.009, -5.537], [110.024, -5.524]]
EAST = [[110.073, -5.584], [110.091, -5.569], [110.094, -5.545], [110.083, -5.527], [110.066, -5.519]]


def features() -> list[dict[str, Any]]:
    """GeoJSON features of the two desa, and of the kecamatan and the kabupaten that they make up."""
    around = [*WEST, RIVER[0], *reversed(EAST), RIVER[-1]]
    shapes = {
        "99.01.01.2001": [*RIVER, *WEST],
        "99.01.01.2002": [*RIVER, *EAST],
        "99.01.01": around,
        "99.01": around,
    }
    return [
        {
            "type": "Feature",
            "properties": {"kode": code},
            "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        }
        for code, ring in shapes.items()
    ]


def add(on: date) -> None:
    """Store them, in force from `on`."""
    write_borders(plan_borders(features(), on=on, source=SOURCE))
