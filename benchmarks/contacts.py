"""What is recorded at each kind of contact of the made-up people: which items, how often, and how their values are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass
class Visits:
    """Contacts of one kind: whose, when, at what age (days), and a standard normal figure that a person keeps for life."""

    rng: np.random.Generator
    person: Array
    on: Array
    age: Array
    growth: Array
    sequence: int = 0

    def __len__(self) -> int:
        return len(self.person)


Sampler = Callable[[Visits], Array]


def normal(mean: float, spread: float, low: float, high: float, digits: int = 0) -> Sampler:
    def draw(at: Visits) -> Array:
        return np.round(np.clip(at.rng.normal(mean, spread, len(at)), low, high), digits)

    return draw


def whole(low: int, high: int) -> Sampler:
    return lambda at: at.rng.integers(low, high + 1, len(at)).astype(np.float64)


def mostly_zero(chance: float, high: int) -> Sampler:
    return lambda at: np.where(at.rng.random(len(at)) < chance, at.rng.integers(1, high + 1, len(at)), 0).astype(float)


def yes(chance: float) -> Sampler:
    return lambda at: (at.rng.random(len(at)) < chance).astype(np.float64)


@dataclass
class Choice:
    """One of some words, or of some sets written as text."""

    words: tuple[str, ...]
    weights: tuple[float, ...]

    def __call__(self, at: Visits) -> Array:
        return at.rng.choice(len(self.words), len(at), p=np.array(self.weights) / sum(self.weights))


def one_of(**weights: float) -> Choice:
    return Choice(tuple(one.replace("_", "-") for one in weights), tuple(weights.values()))


def rarely(*words: str, chance: float = 0.03) -> Choice:
    """A set that is nearly always empty, otherwise holds one or two of the words."""
    sets = [f"|{one}|" for one in words] + ["|" + "|".join(sorted(words[:2])) + "|"]
    return Choice(("|", *sets), (1 - chance, *[chance / len(sets)] * len(sets)))


TEST = Choice(("reaktif", "non-reaktif", "invalid"), (0.01, 0.98, 0.01))
_MONTHS = [0, 1, 3, 6, 12, 24, 36, 48, 60, 72, 120, 180, 240]
_KG = [3.2, 4.3, 6.1, 7.5, 9.1, 11.6, 13.7, 15.7, 17.7, 19.8, 31, 52, 60]
_CM = [49.5, 54, 61, 67, 75, 86.5, 95, 102, 108.5, 115, 137, 162, 164]


def kilograms(at: Visits) -> Array:
    kg = np.interp(at.age / 30.4375, _MONTHS, _KG) * np.exp(0.12 * (at.growth - 0.5) + at.rng.normal(0, 0.02, len(at)))
    return np.round(np.clip(kg, 1, 150), 1)


def centimetres(at: Visits) -> Array:
    cm = np.interp(at.age / 30.4375, _MONTHS, _CM) * (0.975 + 0.038 * at.growth + at.rng.normal(0, 0.004, len(at)))
    return np.round(np.clip(cm, 38, 195), 1)


def position(at: Visits) -> Array:
    usual = (at.age >= 730).astype(int)
    return np.where(at.rng.random(len(at)) < 0.02, 1 - usual, usual)


POSITIONS = Choice(("telentang", "berdiri"), (1, 1))
TB: list[tuple[str, Sampler, float]] = [
    ("batuk-hari", mostly_zero(0.06, 30), 1),
    ("gejala-tbc", rarely("demam", "keringat-malam", "lesu", "sesak", "bb-turun"), 1),
    ("kontak-tbc", one_of(tidak=0.98, serumah=0.01, erat=0.01), 0.9),
]
WEIGHING: list[tuple[str, Sampler, float]] = [
    ("berat-badan-kg", kilograms, 0.98),
    ("tinggi-badan-cm", centimetres, 0.7),
    ("posisi-ukur", position, 0.65),
    ("lingkar-kepala-cm", lambda at: np.round(np.interp(at.age / 30.4, [0, 3, 6, 12, 24, 60], [34, 40, 43, 45.5, 47.5, 50]) + at.growth, 1), 0.15),
    ("lila-cm", lambda at: np.round(np.clip(14.5 + at.growth + at.rng.normal(0, 0.3, len(at)), 6, 30), 1), 0.25),
]  # fmt: skip
POSYANDU = [
    *WEIGHING,
    *((item, draw, 0.25 * chance) for item, draw, chance in TB),
    ("tanda-bahaya-balita", rarely("kejang", "muntah-semua", "biru"), 0.12),
    ("sakit", yes(0.08), 0.15),
    ("ceklis-lengkap", yes(0.9), 0.12),
    ("kpsp-ya", normal(9.2, 1, 3, 10), 0.06),
    ("tdd-tidak", mostly_zero(0.05, 3), 0.03),
    ("karies", yes(0.3), 0.04),
]
NEONATAL: list[tuple[str, Sampler, float]] = [
    ("berat-badan-kg", kilograms, 1),
    ("suhu-c", normal(36.8, 0.4, 34, 40.5, 1), 1),
    ("napas", normal(46, 8, 25, 80), 1),
    ("tanda-bahaya-bayi-muda", rarely("kejang", "merintih", "malas-menyusu"), 1),
    ("tali-pusat", one_of(kering=0.8, puput=0.15, basah=0.04, nanah=0.01), 0.8),
    ("kuning", yes(0.08), 0.9),
]
ILL_CHILD: list[tuple[str, Sampler, float]] = [
    ("suhu-c", normal(37.6, 0.8, 35.5, 41, 1), 1),
    ("batuk-hari", mostly_zero(0.6, 20), 1),
    ("napas", normal(36, 9, 18, 80), 0.6),
    ("diare-hari", mostly_zero(0.3, 20), 1),
    ("tanda-dehidrasi", rarely("haus", "gelisah", "cubitan-lambat", chance=0.2), 0.3),
    ("berat-badan-kg", kilograms, 0.9),
]
ANC: list[tuple[str, Sampler, float]] = [
    ("tanda-bahaya-hamil", rarely("perdarahan", "demam", "nyeri-perut"), 1),
    ("berat-badan-kg", normal(57, 9, 35, 110, 1), 1),
    ("sistolik", normal(115, 14, 70, 220), 1),
    ("diastolik", normal(74, 10, 40, 130), 1),
    ("lila-cm", normal(26, 3, 18, 40, 1), 0.4),
    ("tinggi-badan-cm", normal(153, 6, 130, 180, 1), 0.3),
    ("hb", normal(11.3, 1.3, 5, 16, 1), 0.6),
    ("protein-urin", Choice(("neg", "±", "+1", "+2", "+3"), (0.9, 0.05, 0.03, 0.01, 0.01)), 0.6),
    ("hiv", TEST, 0.25),
    ("sifilis", TEST, 0.25),
    ("hbsag", TEST, 0.25),
    ("gds", normal(102, 25, 40, 400), 0.3),
    ("djj", normal(140, 12, 90, 190), 0.7),
    ("tfu-cm", normal(24, 7, 8, 42), 0.6),
    ("presentasi", one_of(kepala=0.85, bokong=0.08, lintang=0.02, belum_dapat_ditentukan=0.05), 0.4),
    ("jumlah-janin", Choice(("1", "2"), (0.99, 0.01)), 0.0),
    ("gerak-janin-12jam", normal(14, 5, 0, 40), 0.5),
    ("ttd-diberikan", normal(30, 5, 0, 90), 0.9),
    ("ttd-diminum", normal(25, 6, 0, 90), 0.8),
    ("konseling-kb", yes(0.9), 0.5),
    *((item, draw, 0.9 * chance) for item, draw, chance in TB),
]
NIFAS: list[tuple[str, Sampler, float]] = [
    ("tanda-bahaya-nifas", rarely("demam", "lokhia-bau", "bengkak"), 1),
    ("sistolik", normal(116, 13, 70, 200), 1),
    ("diastolik", normal(75, 9, 40, 120), 1),
    ("suhu-c", normal(36.8, 0.5, 35, 40.5, 1), 0.9),
    ("perdarahan-nifas", one_of(normal=0.97, banyak=0.02, berulang=0.01), 0.9),
    ("hb", normal(11.2, 1.3, 5, 16, 1), 0.3),
    ("payudara", rarely("nyeri", "bengkak", "mastitis"), 0.8),
]
GENERAL: list[tuple[str, Sampler, float]] = [
    ("berat-badan-kg", kilograms, 1),
    ("tinggi-badan-cm", centimetres, 0.9),
    ("lingkar-perut-cm", normal(82, 12, 50, 150, 1), 0.8),
    ("sistolik", normal(125, 19, 70, 220), 1),
    ("diastolik", normal(78, 11, 40, 130), 1),
    ("gds", normal(118, 42, 40, 500), 0.6),
    ("hb", normal(13, 1.6, 5, 18, 1), 0.2),
    ("kolesterol-total", normal(190, 40, 90, 400), 0.3),
    *((item, draw, 0.8 * chance) for item, draw, chance in TB),
    ("foto-toraks", one_of(normal=0.9, abnormalitas_tbc=0.05, abnormalitas_bukan_tbc=0.05), 0.02),
    ("tcm", Choice(("neg", "positif", "invalid"), (0.9, 0.08, 0.02)), 0.02),
]

#: Immunisation services and vitamin A with the age in days at which they are planned.
DOSES = {
    "imunisasi-hb0": 0, "vitamin-k1": 0, "imunisasi-bcg": 20, "imunisasi-opv-1": 21, "imunisasi-dpt-hb-hib-1": 61, "imunisasi-opv-2": 61,
    "imunisasi-pcv-1": 61, "imunisasi-rv-1": 61, "imunisasi-dpt-hb-hib-2": 92, "imunisasi-opv-3": 92, "imunisasi-pcv-2": 92, "imunisasi-rv-2": 92,
    "imunisasi-dpt-hb-hib-3": 122, "imunisasi-opv-4": 122, "imunisasi-ipv-1": 122, "imunisasi-mr-1": 275, "imunisasi-ipv-2": 275,
    "imunisasi-pcv-3": 366, "imunisasi-dpt-hb-hib-4": 550, "imunisasi-mr-2": 550, "vitamin-a": 300,
}  # fmt: skip

#: Where contacts take place, and who sees people there.
PUSKESMAS, POSYANDU_UNIT = one_of(puskesmas=0.7, pustu=0.3), one_of(posyandu=1)
MIDWIFE, KADER, STAFF = one_of(bidan=0.8, dokter=0.2), one_of(kader=0.9, bidan=0.1), one_of(perawat=0.7, dokter=0.3)
