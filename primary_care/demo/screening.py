"""Demo newborn screening: one blood card for SHK, G6PD and HAK at the Puskesmas, its results about two weeks later, and what followed
where a result was not normal. Every number is made up.
"""

from dataclasses import dataclass, field
from typing import Any

SAMPLE = ("skrining-shk", "skrining-g6pd", "skrining-hak")
SAMPLE_ON = 2  # days of age: within the 48 to 72 hours asked for
RESULT_ON = 13


@dataclass(frozen=True)
class Step:
    """One contact of the story: at which age in days, what was recorded, and whether at the hospital. Days in values are ages."""

    age: int
    values: dict[str, Any]
    services: tuple[str, ...] = ()
    hospital: bool = False


@dataclass(frozen=True)
class Story:
    """What the laboratory said of the card, and what followed."""

    result: dict[str, Any] = field(default_factory=dict)
    after: tuple[Step, ...] = ()


NORMAL = {"shk-hasil": "normal", "tsh-neonatus": 6.4, "g6pd-hasil": "normal", "hak-hasil": "normal"}
UNFIT = {"shk-hasil": "tidak-layak", "g6pd-hasil": "tidak-layak", "hak-hasil": "tidak-layak"}
# The first children of a demo take these, one each; all others are normal.
STORIES = (
    Story(NORMAL),
    Story(
        NORMAL | {"shk-hasil": "tinggi", "tsh-neonatus": 38.5},
        (Step(RESULT_ON + 1, {"shk-terapi-mulai": RESULT_ON + 1, "tsh-neonatus": 41.0}, hospital=True),),
    ),
    Story(NORMAL | {"g6pd-hasil": "tinggi"}, (Step(RESULT_ON + 5, {"g6pd-aktivitas": 1.3, "g6pd-hasil": "tinggi"}, hospital=True),)),
    Story(
        UNFIT,
        (
            Step(RESULT_ON + 1, {"shk-jumlah-bulatan": 4, "shk-kualitas-sampel": "layak", "shk-sampel-ke": 2}, SAMPLE),
            Step(RESULT_ON + 13, NORMAL | {"tsh-neonatus": 5.1}),
        ),
    ),
    Story(
        NORMAL | {"hak-hasil": "tinggi", "hak-tanda-krisis": False},
        (Step(RESULT_ON + 4, {"hak-hasil": "normal"}, hospital=True),),
    ),
)  # fmt: skip


def steps(number: int) -> tuple[Step, ...]:
    """The contacts of the child with this number, the oldest first."""
    story = STORIES[number] if number < len(STORIES) else Story(NORMAL)
    sample = {"shk-jumlah-bulatan": 3, "shk-kualitas-sampel": "layak", "shk-sampel-ke": 1}
    return (
        Step(SAMPLE_ON, sample | {"shk-tanggal-kirim": SAMPLE_ON}, SAMPLE),
        Step(RESULT_ON, story.result | {"shk-tanggal-hasil": RESULT_ON}),
        *story.after,
    )


def is_day(item: str) -> bool:
    """Days of the stories are ages; the items that hold one name it."""
    return item.startswith("shk-tanggal-") or item == "shk-terapi-mulai"
