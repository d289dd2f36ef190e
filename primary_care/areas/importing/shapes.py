"""Outlines: checked, rounded to a metre, and made lighter where they have more points than a village map can show.

A polygon is a list of rings, a ring a list of [longitude, latitude] of which the last repeats the first.
"""

from typing import Any

Point = list[float]
Ring = list[Point]
Polygon = list[Ring]

WEST, SOUTH, EAST, NORTH = 94.0, -12.0, 142.0, 7.0  # a box around Indonesia
DECIMALS = 5  # 1.1 m
MOST_POINTS = 2000  # of one area
FIRST_TOLERANCE = 0.00005  # degrees, 5 m


class ShapeRefused(ValueError):
    """The outline makes no sense; the text says why."""


def polygons_of(geometry: Any) -> list[Polygon]:
    """The polygons of a GeoJSON Polygon or MultiPolygon, rounded. Raises ShapeRefused."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise ShapeRefused(f"Bentuknya {kind or 'tidak ada'}; seharusnya Polygon atau MultiPolygon.")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons or not all(isinstance(one, list) and one for one in polygons):
        raise ShapeRefused("Bentuk ini tidak berisi titik.")
    return [[_ring(ring) for ring in polygon] for polygon in polygons]


def lighter(polygons: list[Polygon]) -> list[Polygon]:
    """Without the points that lie on a straight line and, above `MOST_POINTS`, with ever fewer of the others: the
    tolerance doubles from 5 m until the area fits. No ring vanishes.
    """
    tolerance = 0.0
    kept = [[_simplify(ring, tolerance) for ring in polygon] for polygon in polygons]
    least = sum(4 for polygon in polygons for _ in polygon)
    while count_points(kept) > max(MOST_POINTS, least):
        tolerance = tolerance * 2 or FIRST_TOLERANCE
        kept = [[_simplify(ring, tolerance) for ring in polygon] for polygon in polygons]
    return kept


def count_points(polygons: list[Polygon]) -> int:
    return sum(len(ring) for polygon in polygons for ring in polygon)


def box_of(polygons: list[Polygon]) -> tuple[float, float, float, float]:
    """West, south, east, north."""
    points = [point for polygon in polygons for ring in polygon for point in ring]
    longitudes, latitudes = [point[0] for point in points], [point[1] for point in points]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _ring(ring: Any) -> Ring:
    if not isinstance(ring, list) or len(ring) < 4:
        raise ShapeRefused("Sebuah garis batas punya kurang dari empat titik.")
    points = [_point(point) for point in ring]
    if points[0] != points[-1]:
        raise ShapeRefused("Sebuah garis batas tidak tertutup: titik akhirnya bukan titik awalnya.")
    rounded: Ring = []
    for longitude, latitude in points:
        point = [round(longitude, DECIMALS), round(latitude, DECIMALS)]
        if not rounded or rounded[-1] != point:
            rounded.append(point)
    if len({tuple(point) for point in rounded}) < 3:
        raise ShapeRefused("Sebuah garis batas tidak melingkupi apa pun.")
    return rounded


def _point(point: Any) -> tuple[float, float]:
    if not isinstance(point, list) or len(point) < 2:
        raise ShapeRefused("Sebuah titik bukan pasangan bujur dan lintang.")
    longitude, latitude = point[:2]
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in (longitude, latitude)):
        raise ShapeRefused("Sebuah titik berisi sesuatu yang bukan angka.")
    if WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH:
        return longitude, latitude
    if WEST <= latitude <= EAST and SOUTH <= longitude <= NORTH:
        raise ShapeRefused(f"Bujur dan lintang tertukar: {longitude}, {latitude}.")
    raise ShapeRefused(f"Titik di luar Indonesia: {longitude}, {latitude}. Berkas harus dalam derajat (WGS 84).")


def _simplify(ring: Ring, tolerance: float) -> Ring:
    """Douglas–Peucker on a closed ring, cut at its first point and at the one farthest from it."""
    first = ring[0]
    far = max(range(len(ring)), key=lambda at: (ring[at][0] - first[0]) ** 2 + (ring[at][1] - first[1]) ** 2)
    keep = {0, far, len(ring) - 1}
    stack = [(0, far), (far, len(ring) - 1)]
    while stack:
        start, end = stack.pop()
        farthest, distance = _farthest(ring, start, end)
        if distance > tolerance:
            keep.add(farthest)
            stack += [(start, farthest), (farthest, end)]
    if len(keep) < 4:  # a ring has an inside
        farthest = max(
            (at for at in range(len(ring)) if at not in keep), key=lambda at: _distance(ring[at], ring[0], ring[far])
        )
        keep.add(farthest)
    return [ring[at] for at in sorted(keep)]


def _farthest(ring: Ring, start: int, end: int) -> tuple[int, float]:
    found, most = start, 0.0
    for at in range(start + 1, end):
        distance = _distance(ring[at], ring[start], ring[end])
        if distance > most:
            found, most = at, distance
    return found, most


def _distance(point: Point, start: Point, end: Point) -> float:
    """From a point to the line from `start` to `end`, in degrees."""
    across, up = end[0] - start[0], end[1] - start[1]
    length = across * across + up * up
    along = ((point[0] - start[0]) * across + (point[1] - start[1]) * up) / length if length else 0.0
    along = min(1.0, max(0.0, along))
    return float(((point[0] - start[0] - along * across) ** 2 + (point[1] - start[1] - along * up) ** 2) ** 0.5)
