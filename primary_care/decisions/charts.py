"""WHO's growth curves for the pages: the only door from the desk to `care_engine.growth`."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from care_engine import growth
from primary_care.decisions.content import knowledge, words
from primary_care.decisions.reading import Reading

Points = list[tuple[float, float]]


@dataclass(frozen=True)
class Curve:
    """One line of a chart: its z-score and its points (age in days or months, or cm; measurement)."""

    z: int
    points: Points


@lru_cache(maxsize=64)
def curves(indicator: str, sex: str, z_scores: tuple[int, ...], until: float) -> list[Curve]:
    """The lines of `indicator` for children of `sex`, up to `until` on the axis, thinned to what a screen can show."""
    lines = []
    for z in z_scores:
        rows = [(float(x), float(y)) for x, y in growth.curve(indicator, sex, z) if x <= until]  # type: ignore[arg-type]
        step = max(1, len(rows) // 60)
        lines.append(Curve(z, [*rows[:-1:step], rows[-1]]))
    return lines


def z_score(
    index: str,
    sex: str,
    age_days: int,
    *,
    kg: float | None = None,
    cm: float | None = None,
    position: str | None = None,
) -> float | None:
    """The z-score of one index ('weight-for-age', 'length-height-for-age', 'weight-for-length-height'), or None."""
    found = growth.assess(sex, age_days=age_days, weight_kg=kg, length_height_cm=cm, position=position)  # type: ignore[arg-type]
    score = found.scores.get(index)
    return score.z if score else None


def said_by(reading: Reading, table_id: str) -> dict[date, str]:
    """What one decision table said about the person at each contact, by day; nothing where it could not tell."""
    person = reading.decision.person
    table = next((one for one in knowledge().tables if one.id == table_id), None)
    if table is None:
        return {}
    return {
        date.fromordinal(one.on): ", ".join(words(knowledge().findings[finding].label) for finding in one.outcome)
        for one in person.judgements(table, person.subject)
        if one.outcome
    }
