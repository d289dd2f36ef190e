"""Made-up borders of the made-up kabupaten: five desa along a river, somewhere in the Java Sea. Neighbours share each line point by point."""

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
# From the west bank's outer side inland, and from the east bank's to the hills.
WEST_OUT = [[109.985, -5.586], [109.974, -5.562], [109.981, -5.533], [110.004, -5.512]]
EAST_OUT = [[110.116, -5.577], [110.128, -5.551], [110.112, -5.521], [110.081, -5.504]]
SOUTH = [[110.085, -5.607], [110.058, -5.621], [110.028, -5.614]]


def features() -> list[dict[str, Any]]:
    """GeoJSON features of the five desa, and of the kecamatan and the kabupaten that they make up."""
    shapes = {
        "99.01.01.2001": [*RIVER, *WEST],
        "99.01.01.2002": [*RIVER, *EAST],
        "99.01.01.2003": [WEST[0], RIVER[-1], EAST[0], *SOUTH],
        "99.01.01.2004": [*WEST[1:], *reversed(WEST_OUT)],
        "99.01.01.2005": [*EAST[1:], *reversed(EAST_OUT)],
    }
    around = [
        RIVER[0], *reversed(EAST[4:]), *reversed(EAST_OUT), EAST[1], EAST[0], *SOUTH, WEST[0], WEST[1], *WEST_OUT, WEST[4],
    ]  # fmt: skip
    return [
        {
            "type": "Feature",
            "properties": {"kode": code},
            "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        }
        for code, ring in (shapes | {"99.01.01": around, "99.01": around}).items()
    ]


def add(on: date) -> None:
    """Store them, in force from `on`."""
    write_borders(plan_borders(features(), on=on, source=SOURCE))
