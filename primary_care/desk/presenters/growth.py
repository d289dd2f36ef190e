"""The growth chart of a child below five: WHO's lines, KMS colours, the points, and the same content as a table."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from primary_care.decisions.charts import Curve, curves, said_by, z_score
from primary_care.decisions.reading import Reading
from primary_care.design.formats import age, long_date, number
from primary_care.people.models import Person
from primary_care.visits.queries import series

WEIGHT = "berat-badan-kg"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 470, 48, 76, 28, 44
DAYS_IN_MONTH = 30.4375
SPANS = (12, 24, 36, 60)  # months shown: the shortest that holds the child's age


@dataclass(frozen=True)
class Row:
    """One weighing in the table."""

    on: str
    age: str
    value: str
    z: str
    category: str
    gain: str


@dataclass(frozen=True)
class Label:
    """A word at a place of the drawing."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True)
class Chart:
    """Everything the template draws. Coordinates are those of the view box."""

    title: str
    summary: str
    width: int
    height: int
    green: str
    yellow: str
    lines: tuple[tuple[str, str], ...]
    names: tuple[Label, ...]
    grid: tuple[tuple[float, float, float, float], ...]
    x_labels: tuple[Label, ...]
    y_labels: tuple[Label, ...]
    path: str
    points: tuple[tuple[float, float], ...]
    last: Label | None
    x_title: str
    y_title: str
    rows: tuple[Row, ...]


class _Scale:
    """Age in days and kilograms to the view box."""

    def __init__(self, until_days: float, low: float, high: float) -> None:
        self.until, self.low, self.high = until_days, low, high

    def x(self, days: float) -> float:
        return round(LEFT + days / self.until * (WIDTH - LEFT - RIGHT), 1)

    def y(self, kg: float) -> float:
        return round(TOP + (self.high - kg) / (self.high - self.low) * (HEIGHT - TOP - BOTTOM), 1)

    def path(self, points: list[tuple[float, float]]) -> str:
        return "M" + "L".join(f"{self.x(x)} {self.y(y)}" for x, y in points)


def chart(person: Person, reading: Reading, on: date) -> Chart | None:
    """The weight chart, or None for somebody who is no child below five of known sex and birth date."""
    birth = person.birth_date
    if birth is None or not person.sex:
        return None
    months = (on - birth).days / DAYS_IN_MONTH
    if months >= SPANS[-1]:
        return None
    weights = [(last.on, float(last.value)) for last in series(person, WEIGHT, on) if isinstance(last.value, Decimal)]
    span = next(one for one in SPANS if months < one)
    until = min(span * DAYS_IN_MONTH, 1826)
    lines = {one.z: one for one in curves("weight-for-age", person.sex, (-3, -2, 0, 2, 3), until)}
    low = min([y for _x, y in lines[-3].points] + [kg for _day, kg in weights])
    high = max([y for _x, y in lines[3].points] + [kg for _day, kg in weights])
    scale = _Scale(until, max(0, int(low)), int(high) + 1)
    points = [(scale.x((day - birth).days), scale.y(kg)) for day, kg in weights]
    rows = _rows(person, reading, birth, weights)
    last = None
    if rows:
        said = (rows[-1].value, f"z {rows[-1].z}" if rows[-1].z else "", rows[-1].category)
        (x, y), age_days = points[-1], (weights[-1][0] - birth).days
        median = min(lines[0].points, key=lambda point: abs(point[0] - age_days))[1]
        lowest = min(lines[-3].points, key=lambda point: abs(point[0] - age_days * 0.6))[1]  # where the label begins
        # Under every point and curve for a child below the median, above them for one above: nothing is crossed there.
        if weights[-1][1] < median:
            height = min(HEIGHT - BOTTOM - 8, max([y, *(other for _x, other in points[-4:]), scale.y(lowest)]) + 28)
        else:
            height = max(TOP + 16, min([y, *(other for _x, other in points[-4:])]) - 16)
        last = Label(x, height, ", ".join(part for part in said if part), "end" if x > WIDTH / 2 else "start")
    return Chart(
        title=_("Berat badan menurut umur, %(sex)s")
        % {"sex": _("anak perempuan") if person.sex == "perempuan" else _("anak laki-laki")},
        summary=_summary(rows),
        width=WIDTH,
        height=HEIGHT,
        green=_band(scale, lines[-2], lines[2]),
        yellow=_band(scale, lines[-3], lines[3]),
        lines=tuple((_class(z), scale.path(one.points)) for z, one in lines.items()),
        names=tuple(Label(WIDTH - RIGHT + 6, scale.y(one.points[-1][1]) + 4, _name(z)) for z, one in lines.items()),
        grid=_grid(scale, span),
        x_labels=tuple(
            Label(scale.x(m * DAYS_IN_MONTH), HEIGHT - BOTTOM + 18, str(m)) for m in range(0, span + 1, _step(span))
        ),
        y_labels=tuple(
            Label(LEFT - 8, scale.y(kg) + 4, str(kg)) for kg in range(int(scale.low), int(scale.high) + 1, 2)
        ),
        path="M" + "L".join(f"{x} {y}" for x, y in points) if points else "",
        points=tuple(points),
        last=last,
        x_title=_("Umur (bulan)"),
        y_title=_("Berat (kg)"),
        rows=tuple(reversed(rows)),
    )


def _rows(person: Person, reading: Reading, birth: date, weights: list[tuple[date, float]]) -> list[Row]:
    category, gain = said_by(reading, "bb-menurut-umur"), said_by(reading, "naik-tidak-naik")
    rows = []
    for day, kg in weights:
        z = z_score("weight-for-age", person.sex, (day - birth).days, kg=kg)
        rows.append(
            Row(
                on=long_date(day),
                age=age(birth, day),
                value=f"{number(kg)} kg",
                z="" if z is None else number(z, 2),
                category=category.get(day, ""),
                gain=gain.get(day, ""),
            )
        )
    return rows


def _summary(rows: list[Row]) -> str:
    if not rows:
        return _("Belum pernah ditimbang. Titik pertama muncul setelah penimbangan pertama dicatat.")
    last = rows[-1]
    words = _("Terakhir %(on)s pada usia %(age)s: %(value)s") % {"on": last.on, "age": last.age, "value": last.value}
    return ", ".join(part for part in (words, last.category, last.gain) if part) + "."


def _band(scale: _Scale, below: Curve, above: Curve) -> str:
    return scale.path([*above.points, *reversed(below.points)]) + "Z"


def _grid(scale: _Scale, span: int) -> tuple[tuple[float, float, float, float], ...]:
    upright = [
        (scale.x(m * DAYS_IN_MONTH), TOP, scale.x(m * DAYS_IN_MONTH), HEIGHT - BOTTOM)
        for m in range(0, span + 1, _step(span))
    ]
    level = [(LEFT, scale.y(kg), WIDTH - RIGHT, scale.y(kg)) for kg in range(int(scale.low), int(scale.high) + 1, 2)]
    return tuple((float(a), float(b), float(c), float(d)) for a, b, c, d in [*upright, *level])


def _step(span: int) -> int:
    return {12: 1, 24: 2, 36: 3}.get(span, 6)


def _class(z: int) -> str:
    return "curve curve--median" if z == 0 else "curve curve--low" if z == -3 else "curve"


def _name(z: int) -> str:
    return _("median") if z == 0 else f"{z:+d}".replace("-", "−")
