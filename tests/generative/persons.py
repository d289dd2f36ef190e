"""Generated persons, as the facts of a case file. Few days and few values, so that ties and gaps are common."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.generative.expressions import CADRES, CHOICES, UNITS, Draw, chance, pick
from tests.generative.knowledge import GENERAL, OUTCOMES

TODAY = date(2026, 6, 10)
BACK = (0, 1, 2, 7, 8, 14, 15, 28, 29, 30, 31, 60, 61, 90, 400)


def day(draw: Draw, *, after: int = 0) -> date:
    """A day before today; with `after` up to so many days behind it."""
    return TODAY - timedelta(days=pick(draw, BACK)) + timedelta(days=draw(st.integers(0, after)))


def value(draw: Draw, item: str) -> Any:
    if item in ("angka-a", "angka-b"):
        return draw(st.integers(0, 3)) if item == "angka-b" else pick(draw, [0, 1, 2, 2.5, 3])
    if item.startswith("benar"):
        return draw(st.booleans())
    if item == "kata":
        return pick(draw, CHOICES)
    if item == "himpunan":
        return draw(st.lists(st.sampled_from(CHOICES), unique=True))
    return day(draw, after=40)


RECORDED = ("angka-a", "angka-b", "benar-a", "benar-b", "kata", "himpunan", "tanggal", "hpht")


def values(draw: Draw, most: int = 4) -> dict[str, Any]:
    chosen = draw(st.lists(st.sampled_from(RECORDED), unique=True, max_size=most))
    return {item: value(draw, item) for item in chosen}


def contact(draw: Draw, services: list[str], earliest: date | None) -> dict[str, Any]:
    on = day(draw)
    found: dict[str, Any] = {"on": max(on, earliest) if earliest else on, "observations": values(draw)}
    if not chance(draw, 5):
        found["unit"] = pick(draw, UNITS)
    if draw(st.booleans()):
        found["cadre"] = pick(draw, CADRES)
    if draw(st.booleans()):
        found["at"] = pick(draw, ["00:30", "08:00", "23:59"])
    names = st.lists(st.sampled_from(services), unique=True, min_size=1, max_size=2)
    found["services"] = [] if chance(draw, 4) else draw(names)
    names = st.lists(st.sampled_from([one for one in services if one != GENERAL]), unique=True, min_size=1, max_size=2)
    if chance(draw, 5):
        found["declined"] = draw(names)
    if chance(draw, 6):
        found["deferred"] = {one: {"until": day(draw, after=40)} if draw(st.booleans()) else {} for one in draw(names)}
    if chance(draw, 6):
        found["contraindicated"] = {one: "alasan" for one in draw(names)}
    return found


def episode(draw: Draw, earliest: date | None) -> dict[str, Any]:
    registered = day(draw)
    if earliest:
        registered = max(registered, earliest)
    found: dict[str, Any] = {"kind": "kehamilan", "registered": registered}
    if not chance(draw, 4):
        found["hpht"] = registered - timedelta(days=pick(draw, [0, 1, 28, -3]))
    if chance(draw, 4):
        found |= {item: value(draw, item) for item in ("angka-a", "benar-b")}
    if draw(st.booleans()):
        found["ended"] = max(registered, found.get("hpht", registered)) + timedelta(days=pick(draw, [0, 1, 7, 60, 200]))
        found["outcome"] = pick(draw, OUTCOMES)
    return found


def names(data: dict[str, Any]) -> list[str]:
    """What contacts may name under a generated knowledge."""
    found: list[str] = []
    for family in data["services"]:
        found += [one["id"] for one in family.get("services", [family])]
        for group in family.get("groups", [family]):
            found += group["schedule"].get("credit", {}).get("services", [])
    return sorted(set(found))


@st.composite
def person(draw: Draw, services: list[str]) -> dict[str, Any]:
    """The facts of one person; `services` may be named at contacts."""
    who: dict[str, Any] = {}
    sex = None if chance(draw, 6) else pick(draw, ["perempuan", "perempuan", "laki-laki"])
    if sex:
        who["sex"] = sex
    birth = None
    if not chance(draw, 6):
        birth = pick(
            draw,
            [TODAY - timedelta(days=back) for back in (30, 31, 61, 90, 0, 1, 28, 200, 365, 366, 1825)]
            + [date(2024, 2, 29), date(2000, 1, 31)],
        )
        who["birth_date"] = birth
        if draw(st.booleans()):
            who["birth_time"] = "08:00"
    if draw(st.booleans()):
        who["area"] = draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "wilayah-benar": st.booleans(),
                    "wilayah-kata": st.sampled_from(CHOICES),
                    "wilayah-angka": st.integers(0, 3),
                    "wilayah-hari": st.integers(0, 20),
                },
            )
        )
    if draw(st.booleans()):
        who["attributes"] = values(draw, 2)
    for key in ("deceased_on", "moved_out_on"):
        if chance(draw, 10):
            who[key] = max(day(draw, after=3), birth) if birth else day(draw, after=3)
    data: dict[str, Any] = {"on": TODAY, "person": who}
    if sex != "laki-laki" and draw(st.booleans()):
        data["episodes"] = [episode(draw, birth) for _ in range(draw(st.integers(1, 2)))]
    data["contacts"] = [contact(draw, services, birth) for _ in range(draw(st.integers(0, 8)))]
    return data
