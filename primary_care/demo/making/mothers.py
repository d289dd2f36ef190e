"""Pregnancies of the made-up people: those that gave the small children, those going on, and those that were lost; with their visits."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from primary_care.demo.figures import figures, share, value
from primary_care.demo.making.block import NONE, Array, Block, Book, Columns
from primary_care.demo.making.families import WOMAN, YEAR

LIVE, STILL, LOST = range(3)
OUTCOMES = ("lahir-hidup", "lahir-mati", "abortus")
PLACES = ("puskesmas", "rs", "tpmb", "rumah")
HELPERS = ("|bidan|", "|dokter|", "|spesialis-obsgin|", "|dukun|", "|keluarga|")
WAYS = ("spontan", "sc")
# As what a birth is recorded as a contact (`decisions.births`), by place and by helper.
UNIT_OF_PLACE = ("puskesmas", "rumah-sakit", "fktp-lain", "rumah")
CADRE_OF_HELPER = ("bidan", "dokter", "spesialis-obsgin", "keluarga", "keluarga")
WEEK = 7
LONGEST = 294
NORMAL = NormalDist()


def mean_of(limit: float, below: float, spread: float) -> float:
    """The mean of a normal distribution of which the share `below` lies below `limit`."""
    return limit - NORMAL.inv_cdf(below) * spread


def pregnancies(rng: np.random.Generator, block: Block) -> None:
    """Fill `block.episodes` and say of the children born of them which one and in which order."""
    parts = [_of_children(rng, block), _going_on(rng, block), _lost(rng, block)]
    names = parts[0].keys()
    episodes = {name: np.concatenate([part[name] for part in parts]) for name in names}
    size = len(episodes["person"])
    mother = episodes["person"]
    propensity = rng.random(size)
    early = rng.random(size) < share("anc-trimester-1")
    first = episodes["hpht"] + np.where(early, rng.integers(38, 84, size), rng.integers(88, 210, size))
    known = np.maximum(first, block.households["registered"][block.persons["household"][mother]] + 1)
    last = np.where(episodes["end"] == NONE, block.on, episodes["end"])
    unseen = rng.random(size) < share("kelahiran-tak-tercatat")
    moved = block.households["left"][block.persons["household"][mother]]
    gone = (moved != NONE) & (moved <= np.where(episodes["end"] == NONE, known, episodes["end"]) + 1)
    kept = np.flatnonzero(~unseen & (known < last - 1) & ~gone & _one_after_the_other(episodes))
    episodes |= {
        "registered": known,
        "regular": propensity,
        "hpht_known": (rng.random(size) > 0.06).astype(np.int64),
        "minute": np.where(rng.random(size) < 0.8, rng.integers(0, 1440, size), NONE),
        "place": _place(rng, size),
    }
    episodes["minute"] = np.where(episodes["place"] == len(PLACES) - 1, NONE, episodes["minute"])
    place = np.full(size, NONE)
    place[kept] = np.arange(len(kept))
    block.episodes = {name: column[kept] for name, column in episodes.items()}
    children = np.flatnonzero(block.persons["episode"] != NONE)
    block.persons["episode"][children] = place[block.persons["episode"][children]]
    _earlier(block)
    _helpers(rng, block)


def _place(rng: np.random.Generator, size: int) -> Array:
    inside = share("persalinan-fasilitas")
    return rng.choice(len(PLACES), size, p=[inside * 0.45, inside * 0.37, inside * 0.18, 1 - inside])


def _one_after_the_other(episodes: Columns) -> Array:
    """Without pregnancies that begin before the last one of the same woman has ended."""
    order = np.lexsort((episodes["hpht"], episodes["person"]))
    end = np.where(episodes["end"] == NONE, np.iinfo(np.int64).max, episodes["end"])
    fine = np.ones(len(order), dtype=bool)
    fine[1:] = (episodes["person"][order][1:] != episodes["person"][order][:-1]) | (
        episodes["hpht"][order][1:] > end[order][:-1] + 20
    )
    found = np.empty(len(order), dtype=bool)
    found[order] = fine
    return found


def _columns(person: Array, hpht: Array, end: Array, outcome: int | Array) -> Columns:
    return {
        "person": person,
        "hpht": hpht,
        "end": end,
        "outcome": np.broadcast_to(np.asarray(outcome), person.shape).astype(np.int64),
    }


def _of_children(rng: np.random.Generator, block: Block) -> Columns:
    """One pregnancy for each birth after the household was registered; its children are told which."""
    persons = block.persons
    since = block.households["registered"][persons["household"]]
    born = np.flatnonzero((persons["mother"] != NONE) & (persons["birth"] > since + 10) & (persons["birth"] < block.on))
    mothers, births = persons["mother"][born], persons["birth"][born]
    key = mothers * 1_000_000 + births
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    maturity = rng.normal(0, 1, len(first))
    early = NORMAL.inv_cdf(share("prematur"))
    length = np.where(
        maturity < early,
        np.clip(258 + 9 * (maturity - early), 215, 258),
        np.clip(279 + 6 * maturity, 259, LONGEST),
    ).astype(np.int64)
    persons["episode"][born] = which
    persons["order"][born] = np.maximum(persons["twin"][born], 1)
    persons["maturity"] = np.zeros(len(persons["birth"]))
    persons["maturity"][born] = maturity[which]
    _birth_sizes(rng, block)
    return _columns(mothers[first], births[first] - length, births[first], LIVE)


def _birth_sizes(rng: np.random.Generator, block: Block) -> None:
    """Weight (g) and length (cm) at birth of everyone below six: the light are often early, and short."""
    persons = block.persons
    size = len(persons["birth"])
    z = 0.6 * persons.pop("maturity") + 0.8 * rng.normal(0, 1, size)
    grams = mean_of(2500, share("bblr"), 400) + 400 * z - np.where(persons["twin"] > 0, 450, 0)
    persons["birth_g"] = np.clip(10 * np.round(grams / 10), 900, 4900).astype(np.int64)
    cm = mean_of(48, share("panjang-lahir-pendek"), 1.6) + 1.6 * (0.7 * z + 0.714 * rng.normal(0, 1, size))
    persons["birth_cm"] = np.round(np.clip(cm, 36, 56), 1)


def _women(rng: np.random.Generator, block: Block, size: int, since: int) -> Array:
    """So many wives, likelier of an age to bear, without a child born after the day `since`, each once."""
    persons = block.persons
    age = (block.on - persons["birth"]) / YEAR
    rates = np.array([0, *figures()["asfr"].values, 0])
    group = np.clip(((age - 10) / 5).astype(int), 0, len(rates) - 1)
    weight = np.where((persons["sex"] == WOMAN) & (persons["marital"] == 1) & (age > 16.5), rates[group], 0)
    children = np.flatnonzero((persons["mother"] != NONE) & (persons["birth"] > since))
    weight[persons["mother"][children]] = 0
    weight[persons["died"] != NONE] = 0
    size = min(size, int((weight > 0).sum()))
    return rng.choice(len(age), size, replace=False, p=weight / weight.sum()) if size else np.zeros(0, dtype=np.int64)


def _births_a_year(block: Block) -> float:
    return float((block.on - block.persons["birth"] < 2 * YEAR).sum() / 2)


def _going_on(rng: np.random.Generator, block: Block) -> Columns:
    women = _women(rng, block, round(_births_a_year(block) * 280 / 365), block.on - 330)
    hpht = block.on - rng.integers(30, 280, len(women))
    return _columns(women, hpht, np.full(len(women), NONE), LIVE)


def _lost(rng: np.random.Generator, block: Block) -> Columns:
    """Miscarriages and stillbirths, of women without a child of the last two years."""
    births = _births_a_year(block) * 2
    many = [round(births * share("keguguran")), round(births * share("lahir-mati"))]
    women = _women(rng, block, sum(many), block.on - 900)
    outcome = np.where(np.arange(len(women)) < many[0], LOST, STILL)
    hpht = block.start + 40 + rng.integers(0, 380, len(women))
    lasts = np.where(outcome == LOST, rng.integers(50, 138, len(women)), rng.integers(180, 285, len(women)))
    return _columns(women, hpht, hpht + lasts, outcome)


def _earlier(block: Block) -> None:
    """How many children a woman had borne and how many pregnancies she had lost before each pregnancy."""
    episodes, persons = block.episodes, block.persons
    children = np.flatnonzero(persons["mother"] != NONE)
    by_mother: dict[int, list[int]] = {}
    for child in children:
        by_mother.setdefault(int(persons["mother"][child]), []).append(int(persons["birth"][child]))
    episodes["partus"] = np.array(
        [
            len({birth for birth in by_mother.get(int(mother), ()) if birth < hpht})
            for mother, hpht in zip(episodes["person"], episodes["hpht"], strict=True)
        ],
        dtype=np.int64,
    )
    episodes["abortus"] = (episodes["person"] % 11 == 0).astype(np.int64)


def _helpers(rng: np.random.Generator, block: Block) -> None:
    """Who was there at a birth, and how: at home often a dukun, so that the share of the table was helped by nakes."""
    episodes = block.episodes
    size = len(episodes["person"])
    lay = (1 - share("penolong-nakes")) / (1 - share("persalinan-fasilitas"))
    home = np.where(rng.random(size) < lay, np.where(rng.random(size) < 0.8, 3, 4), 0)
    sectio = (episodes["place"] == 1) & (rng.random(size) < 0.6)
    helper = np.select([episodes["place"] == 3, episodes["place"] == 1], [home, np.where(sectio, 2, 1)], 0)
    episodes["helper"], episodes["way"] = helper, sectio.astype(np.int64)


def antenatal(rng: np.random.Generator, block: Block, book: Book) -> None:
    """The visits of pregnant women: most come as they should, some seldom, some stop coming."""
    episodes = block.episodes
    size = len(episodes["person"])
    mother, hpht = episodes["person"], episodes["hpht"]
    last = np.where(episodes["end"] == NONE, block.on, episodes["end"])
    lost = np.where(rng.random(size) < share("hilang-dari-pemantauan"), hpht + rng.integers(110, 230, size), last)
    height, weight = np.round(rng.normal(152, 5, size), 1), rng.normal(53, 7.5, size)
    sys, dia = rng.normal(112, 9, size), rng.normal(72, 6, size)
    high = rng.random(size) < 0.04
    hb = rng.normal(mean_of(11, share("anemia-hamil"), 1.15), 1.15, size)
    arm = rng.normal(mean_of(23.5, share("kek-hamil"), 2.6), 2.6, size)
    reactive = {"hiv": 0.003, "sifilis": 0.008, "hbsag": 0.018}
    seen = np.zeros(size, dtype=np.int64)
    days = [episodes["registered"]] + [
        hpht + week * WEEK + rng.integers(-4, 5, size) for week in (10, 15, 21, 26, 31, 34, 36, 38, 39)
    ]
    comes = 0.55 + 0.42 * (episodes["regular"] < 0.78)
    for number, day in enumerate(days):
        wanted = (day < last) & (day <= lost) & ((day > episodes["registered"] + 12) | (number == 0))
        some = np.flatnonzero(wanted & ((rng.random(size) < comes) | (number == 0)))
        week = (day[some] - hpht[some]) / WEEK
        step = np.select(
            [(week <= 12) & (seen[some] == 0), seen[some] == 0, week <= 24, week < 32, week < 36],
            [0, 1, np.where(seen[some] < 2, 2, 3), 4, 5],
            6,
        )
        doctor = (step <= 1) | (step == 5)
        visit = np.full(len(some), NONE)
        visit[doctor] = book.meet(mother[some][doctor], day[some][doctor], "puskesmas-dokter")
        visit[~doctor] = book.meet(mother[some][~doctor], day[some][~doctor], "pustu-bidan")
        for code, service in enumerate(
            ("anc-k1", "anc-paket-kontak-pertama", "anc-k2", "anc-k3", "anc-k4", "anc-k5", "anc-k6")
        ):
            book.serve(visit[step == code], service)
        gained = np.maximum(0, week - 8) * 0.36
        book.note(visit, "berat-badan-kg", np.round(np.clip(weight[some] + gained, 32, 110), 1))
        rise = np.where(high[some] & (week > 20), 32, 0)
        top = to_tens(rng, sys[some] + rise + rng.normal(0, 5, len(some)))
        book.note(visit, "sistolik", np.clip(top, 80, 200))
        low = to_tens(rng, dia[some] + rise * 0.6 + rng.normal(0, 4, len(some)))
        book.note(visit, "diastolik", np.clip(np.minimum(low, top - 20), 45, 120))
        book.serve(visit, "ttd-bumil", chance=0.95)
        book.note(visit, "ttd-diberikan", 30, 0.9)
        book.rarely(
            visit, "tanda-bahaya-hamil", ("perdarahan", "nyeri-kepala-hebat", "bengkak-wajah-tangan", "demam"), 0.02
        )
        ask_about_tb(rng, book, visit, 0.85)
        late = visit[week >= 22]
        book.note(late, "tfu-cm", np.round(np.clip(week[week >= 22] - 2 + rng.normal(0, 1.5, len(late)), 12, 42)))
        book.note(late, "djj", rng.integers(124, 158, len(late)))
        book.serve(visit[(seen[some] == 1) & ~doctor], "buku-kia", chance=0.9)
        first = visit[seen[some] == 0]
        of = some[seen[some] == 0]
        if number == 0:
            book.note(first, "tinggi-badan-cm", height[of])
            book.note(first, "lila-cm", np.round(np.clip(arm[of], 17, 40), 1))
            book.note(first, "hb", np.round(np.clip(hb[of], 6, 16), 1), 0.95)
            book.say(first, "protein-urin", ("neg", "±", "+1"), rng.choice(3, len(first), p=[0.94, 0.04, 0.02]), 0.8)
            book.say(first, "gol-darah", ("a", "b", "ab", "o"), rng.integers(0, 4, len(first)), 0.9)
            book.say(first, "rhesus", ("positif", "negatif"), (rng.random(len(first)) < 0.005).astype(int), 0.9)
            book.note(first, "anak-hidup", episodes["partus"][of])
            for item, chance in reactive.items():
                book.say(first, item, ("non-reaktif", "reaktif"), (rng.random(len(first)) < chance).astype(int), 0.8)
        if number == 6:
            book.note(visit, "hb", np.round(np.clip(hb[some] + 0.4, 6, 16), 1), 0.6)
            book.say(
                visit, "presentasi", ("kepala", "bokong", "lintang"), rng.choice(3, len(some), p=[0.94, 0.05, 0.01])
            )
        seen[some] += 1


def postnatal(rng: np.random.Generator, block: Block, book: Book) -> None:
    """The visits of mothers after birth."""
    episodes = block.episodes
    over = np.flatnonzero((episodes["end"] != NONE) & (episodes["outcome"] != LOST))
    mother, end = episodes["person"][over], episodes["end"][over]
    attends = came(rng, len(over), 4, share("kn-lengkap"))
    for number, after in enumerate((1, 4, 12, 33)):
        some = np.flatnonzero(attends[number])
        spot = "puskesmas-bidan" if number == 0 else "pustu-bidan"
        visit = book.meet(mother[some], end[some] + after, spot)
        book.serve(visit, f"nifas-kf{number + 1}")
        book.rarely(visit, "tanda-bahaya-nifas", ("demam", "lokhia-bau", "payudara", "perdarahan-banyak"), 0.03)
        top = to_tens(rng, rng.normal(114, 11, len(visit)))
        book.note(visit, "sistolik", np.clip(top, 80, 190))
        book.note(
            visit, "diastolik", np.clip(np.minimum(to_tens(rng, rng.normal(73, 8, len(visit))), top - 20), 45, 110)
        )
        book.note(visit, "suhu-c", np.round(np.clip(rng.normal(36.7, 0.4, len(visit)), 35.5, 39.5), 1))
        if number == 0:
            book.serve(visit, "vitamin-a-nifas-1", chance=0.8)


def came(rng: np.random.Generator, size: int, times: int, all_of_them: float) -> list[Array]:
    """Who came to each of several visits: the share `all_of_them` to all, everyone else to some of them only."""
    full = rng.random(size) < all_of_them
    missed = rng.integers(0, times, size)
    return [full | ((missed != number) & (rng.random(size) < 0.65)) for number in range(times)]


def to_tens(rng: np.random.Generator, pressure: Array) -> Array:
    """Pressures as they are written down: many of them end in zero, the others are even."""
    rough = rng.random(len(pressure)) < share("pembulatan-tensi")
    return np.where(rough, 10 * np.round(pressure / 10), 2 * np.round(pressure / 2))


def ask_about_tb(rng: np.random.Generator, book: Book, visit: Array, chance: float) -> None:
    """The questions about tuberculosis."""
    asked = visit[rng.random(len(visit)) < chance]
    cough = np.where(rng.random(len(asked)) < 0.03, rng.integers(3, 30, len(asked)), 0)
    book.note(asked, "batuk-hari", cough)
    book.rarely(asked, "gejala-tbc", ("demam", "bb-turun", "keringat-malam"), 0.01)
    book.say(asked, "kontak-tbc", ("tidak", "serumah", "erat"), rng.choice(3, len(asked), p=[0.985, 0.01, 0.005]))


def deaths_of_infants(rng: np.random.Generator, block: Block) -> None:
    """Some of the children born here die before their first birthday, most in the first month."""
    persons = block.persons
    born = np.flatnonzero(persons["episode"] != NONE)
    dies = born[rng.random(len(born)) < value("kematian-bayi") / 1000]
    age = np.where(rng.random(len(dies)) < 0.65, rng.integers(1, 28, len(dies)), rng.integers(28, 360, len(dies)))
    day = persons["birth"][dies] + age
    stays = block.households["left"][persons["household"][dies]] == NONE
    fine = stays & (day < block.on)
    persons["died"][dies[fine]] = day[fine]
