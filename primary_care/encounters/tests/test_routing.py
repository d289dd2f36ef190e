"""The seven rules of registration, each edge of them, and the worked cases JP-1, JP-2 and LK-6."""

from datetime import date

import pytest

from primary_care.encounters.routing import (
    EMERGENCY_SIGNS,
    Pregnancy,
    Triage,
    age_in_years,
    is_emergency,
    route,
    triage_levels,
)

ON = date(2026, 6, 10)


@pytest.mark.parametrize(
    ("birth", "rule", "place", "priority"),
    [
        (date(2026, 6, 10), 4, "klaster-2-anak", False),  # born today
        (date(2020, 7, 10), 4, "klaster-2-anak", False),  # 5 years 11 months
        (date(2020, 6, 11), 4, "klaster-2-anak", False),  # the day before the sixth birthday
        (date(2020, 6, 10), 5, "klaster-2-remaja", False),  # 6 years 0 months: the birthday is today
        (date(2009, 6, 10), 5, "klaster-2-remaja", False),  # 17
        (date(2008, 6, 11), 5, "klaster-2-remaja", False),  # the day before 18
        (date(2008, 6, 10), 6, "klaster-3-dewasa", False),  # 18
        (date(1966, 6, 11), 6, "klaster-3-dewasa", False),  # 59, the day before 60
        (date(1966, 6, 10), 7, "klaster-3-lansia", True),  # 60 years 0 months
        (date(1930, 1, 1), 7, "klaster-3-lansia", True),
    ],
)
def test_age_decides_to_the_day(birth: date, rule: int, place: str, priority: bool) -> None:
    found = route(age=age_in_years(birth, ON))
    assert found is not None and (found.rule, found.place, found.priority) == (rule, place, priority)


def test_the_first_rule_that_fits_wins() -> None:
    for age in (None, 9, 17, 40, 61):
        for pregnancy, rule, place in (
            (Pregnancy.BERSALIN, 2, "ruang-bersalin"),
            (Pregnancy.HAMIL, 3, "klaster-2-ibu"),
            (Pregnancy.NIFAS, 3, "klaster-2-ibu"),
        ):
            found = route(age=age, pregnancy=pregnancy)
            assert found is not None and (found.rule, found.place) == (rule, place), (age, pregnancy)
            danger = route(age=age, pregnancy=pregnancy, emergency=True)
            assert danger is not None and (danger.rule, danger.place) == (1, "ruang-bersalin")
        anybody = route(age=age, emergency=True)
        assert anybody is not None and (anybody.rule, anybody.place) == (1, "igd")
    newborn = route(age=0, emergency=True, newborn=True)
    assert newborn is not None and newborn.place == "ruang-bersalin"


def test_only_the_age_could_tell_and_it_is_not_known() -> None:
    assert route(age=None) is None


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        (date(2008, 2, 29), date(2026, 2, 27), 17),
        (date(2008, 2, 29), date(2026, 2, 28), 18),  # domain README C23: the birthday of a common year is the 28th
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(1966, 12, 31), date(2026, 12, 30), 59),
        (date(1966, 12, 31), date(2026, 12, 31), 60),
    ],
)
def test_completed_years(birth: date, on: date, years: int) -> None:
    assert age_in_years(birth, on) == years


def test_jp_1_a_pregnant_girl_of_17_goes_to_the_mothers() -> None:
    found = route(age=age_in_years(date(2009, 3, 10), ON), pregnancy=Pregnancy.HAMIL)
    assert found is not None and (found.rule, found.place) == (3, "klaster-2-ibu")


def test_jp_2_what_is_infectious_does_not_change_the_klaster() -> None:
    found = route(age=60)
    assert found is not None and (found.place, found.priority) == ("klaster-3-lansia", True)


def test_lk_6_reduced_consciousness_is_an_emergency_and_never_a_small_injury() -> None:
    assert is_emergency(frozenset(), gcs=12) and not is_emergency(frozenset(), gcs=15)
    assert not is_emergency(frozenset()) and all(is_emergency(frozenset({one})) for one in EMERGENCY_SIGNS)
    found = route(age=40, emergency=is_emergency(frozenset(), gcs=12))
    assert found is not None and found.place == "igd"
    assert Triage.HIJAU not in triage_levels(12) and {Triage.MERAH, Triage.KUNING} <= set(triage_levels(12))
    assert set(triage_levels(15)) == set(triage_levels()) == set(Triage.values)
