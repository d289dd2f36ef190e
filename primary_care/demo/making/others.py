"""Everybody from six years on: examinations at school, and the screening for non-communicable diseases with what it finds."""

from __future__ import annotations

import numpy as np

from primary_care.demo.figures import share
from primary_care.demo.making.block import Array, Block, Book
from primary_care.demo.making.families import MAN, WOMAN, YEAR
from primary_care.demo.making.growing import MONTH, measured
from primary_care.demo.making.mothers import ask_about_tb, mean_of, to_tens


def pupils(rng: np.random.Generator, block: Block, book: Book) -> None:
    """Once a school year, in August or September, most children from 7 to 17; girls of 12 and more with haemoglobin."""
    persons = block.persons
    who = np.flatnonzero((block.on - persons["birth"] > 6.5 * YEAR) & (block.on - persons["birth"] < 19 * YEAR))
    tall, heavy, red = (rng.normal(0, 1, len(who)) for _ in range(3))
    for year in range(2):
        day = block.on - 90 - 365 * year - rng.integers(0, 60, len(who))
        age = (day - persons["birth"][who]) / YEAR
        some = np.flatnonzero((age >= 7) & (age < 18) & (rng.random(len(who)) < share("penjaringan")))
        visit = book.meet(who[some], day[some], "pustu-perawat")
        sex, months = persons["sex"][who[some]], age[some] * 12
        cm = np.round(measured("height-for-age-5-19", sex, months, -1.1 + 0.95 * tall[some]), 1)
        bmi = measured("bmi-for-age-5-19", sex, months, -0.3 + 1.15 * heavy[some])
        book.note(visit, "tinggi-badan-cm", cm)
        book.note(visit, "berat-badan-kg", np.round(np.clip(bmi * (cm / 100) ** 2, 12, 130), 1))
        grown = age[some] >= 15
        book.note(visit[grown], "lingkar-perut-cm", np.round(rng.normal(72, 8, int(grown.sum()))))
        girls = (sex == WOMAN) & (age[some] >= 12)
        hb = mean_of(12, share("anemia-remaja"), 1.1) + 1.1 * red[some]
        book.note(visit[girls], "hb", np.round(np.clip(hb[girls], 6.5, 17), 1), 0.8)
        ask_about_tb(rng, book, visit, 0.6)


def grown_ups(rng: np.random.Generator, block: Block, book: Book) -> None:
    """The screening of adults once a year, and monthly control of some of those whose pressure was high."""
    persons = block.persons
    who = np.flatnonzero(block.on - persons["birth"] > 15 * YEAR)
    age, sex = (block.on - persons["birth"][who]) / YEAR, persons["sex"][who]
    cm = np.round(rng.normal(np.where(sex == MAN, 163.5, 152.0), np.where(sex == MAN, 6.3, 5.7)), 1)
    bmi = _bmi(rng, len(who))
    high = _likelier_with_age(rng, age, share("hipertensi"))
    sweet = _likelier_with_age(rng, age, share("gula-darah-tinggi"))
    for year in range(2):
        some = np.flatnonzero(rng.random(len(who)) < share("skrining-ptm"))
        day = block.on - 5 - 365 * year - rng.integers(0, 350, len(some))
        visit = book.meet(who[some], day, "pustu-perawat")
        book.note(visit, "tinggi-badan-cm", cm[some], 0.9)
        book.note(visit, "berat-badan-kg", np.round(bmi[some] * (cm[some] / 100) ** 2, 1))
        book.note(
            visit,
            "lingkar-perut-cm",
            np.round(np.clip(78 + 2.3 * (bmi[some] - 22) + rng.normal(0, 5, len(some)), 50, 150)),
        )
        _pressure(rng, book, visit, high[some])
        sugar = np.where(sweet[some], rng.normal(265, 50, len(some)), rng.normal(112, 22, len(some)))
        sugar = np.where(sweet[some], np.clip(sugar, 200, 520), np.clip(sugar, 60, 199))
        book.note(visit, "gds", np.round(sugar), 0.85)
        ask_about_tb(rng, book, visit, 0.8)
        controlled = some[high[some] & (rng.random(len(some)) < 0.25)]
        start = day[np.searchsorted(some, controlled)]
        for month in range(1, 7):
            back = controlled[rng.random(len(controlled)) < 0.6]
            when = (
                start[np.searchsorted(controlled, back)]
                + np.round(month * MONTH).astype(int)
                + rng.integers(-4, 5, len(back))
            )
            visit = book.meet(who[back], when, "pustu-perawat")
            _pressure(rng, book, visit, rng.random(len(back)) < 0.6)


def _bmi(rng: np.random.Generator, size: int) -> Array:
    """Body mass indices of which the shares of the table are thin, overweight and obese."""
    thin, over, obese = share("bb-kurang-dewasa"), share("bb-lebih"), share("obesitas")
    group = rng.choice(4, size, p=[thin, 1 - thin - over - obese, over, obese])
    low, high = np.array([16.2, 18.6, 25.05, 27.05])[group], np.array([18.4, 24.9, 26.95, 36.0])[group]
    found: Array = low + (high - low) * np.where(group == 3, rng.beta(1, 2.5, size), rng.beta(1.6, 1.6, size))
    return found


def _likelier_with_age(rng: np.random.Generator, age: Array, wanted: float) -> Array:
    """Who has something that grows with age; the share `wanted` of those of 18 and more."""
    weight = np.clip((age - 12) / 60, 0.02, 1.1)
    grown = age >= 18
    scale = wanted / max(1e-9, float(np.minimum(weight[grown] * 1.0, 1).mean())) if grown.any() else 0.0
    chance = np.minimum(weight * scale, 0.97)
    return rng.random(len(age)) < chance


def _pressure(rng: np.random.Generator, book: Book, visit: Array, high: Array) -> None:
    size = len(visit)
    top = np.where(high, np.clip(rng.normal(152, 12, size), 140, 215), np.clip(rng.normal(119, 9, size), 88, 138))
    low = np.where(high, np.clip(rng.normal(92, 9, size), 70, 126), np.clip(rng.normal(76, 7, size), 50, 88))
    top, low = to_tens(rng, top), to_tens(rng, low)
    # What is rounded keeps to its side of the limits: 138 does not become a hypertension.
    top = np.where(high, np.maximum(top, 140), np.minimum(top, 138))
    low = np.where(high, low, np.minimum(low, 88))
    book.note(visit, "sistolik", top)
    book.note(visit, "diastolik", np.minimum(low, top - 20))
