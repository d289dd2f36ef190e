"""Children below six: newborn care, screening, weighing at the Posyandu, vaccines. Growth follows WHO's standards and the table."""

from __future__ import annotations

import numpy as np

from primary_care.demo import screening
from primary_care.demo.figures import share
from primary_care.demo.layout import POSYANDU
from primary_care.demo.making.block import DECLINED, DEFERRED, NONE, Array, Block, Book
from primary_care.demo.making.families import YEAR
from primary_care.demo.making.growing import MONTH, SPREAD, kilograms, mean_height_z, measured, weight_for_height
from primary_care.demo.making.mothers import ask_about_tb, came

# Age in days and the doses of a session (domain-bayi §9.1), with the figure that says how many one-year-olds have them.
SESSIONS = (
    (30, ("imunisasi-bcg", "imunisasi-opv-1"), "imunisasi-bcg"),
    (61, ("imunisasi-dpt-hb-hib-1", "imunisasi-opv-2", "imunisasi-rv-1", "imunisasi-pcv-1"), "imunisasi-bcg"),
    (92, ("imunisasi-dpt-hb-hib-2", "imunisasi-opv-3", "imunisasi-rv-2", "imunisasi-pcv-2"), "imunisasi-polio3"),
    (123, ("imunisasi-dpt-hb-hib-3", "imunisasi-opv-4", "imunisasi-ipv-1", "imunisasi-rv-3"), "imunisasi-dpt3"),
    (275, ("imunisasi-mr-1", "imunisasi-ipv-2"), "imunisasi-campak"),
    (366, ("imunisasi-pcv-3",), "imunisasi-campak"),
    (549, ("imunisasi-dpt-hb-hib-4", "imunisasi-mr-2"), "imunisasi-campak"),
)
OPEN_ON = np.array(
    [1 + (number * 7) % 27 for number in range(len(POSYANDU))]
)  # the day of the month of each Posyandu, from 0
EPOCH = 719163  # 1970-01-01 as an ordinal
VITAMIN_A, DEWORMING = (2, 8), 8  # months
NEWBORN = ("imunisasi-hb0", "vitamin-k1", "salep-mata", "imd", "bbl-0-6-jam")


def next_session(posyandu: Array, day: Array) -> Array:
    """The first day on or after `day` on which a Posyandu is open: one a month."""
    month = (day - EPOCH).astype("datetime64[D]").astype("datetime64[M]")
    found: Array = month.astype("datetime64[D]").astype(np.int64) + EPOCH + OPEN_ON[posyandu]
    later: Array = (month + 1).astype("datetime64[D]").astype(np.int64) + EPOCH + OPEN_ON[posyandu]
    return np.where(found >= day, found, later)


def month_of(day: int) -> int:
    """The month of the year of a day."""
    return int(np.datetime64(day - EPOCH, "D").astype("datetime64[M]").astype(int) % 12) + 1


def small_children(rng: np.random.Generator, block: Block, book: Book) -> None:
    """Everything about those who are below six on the day of the block."""
    who = np.flatnonzero(block.on - block.persons["birth"] < 6 * YEAR)
    _births(rng, block, book)
    _weighings(rng, block, book, who)
    _vaccines(rng, block, book, who)
    _illness(rng, block, book, who)
    if block.number == 0:
        _screening(block, book)


def _births(rng: np.random.Generator, block: Block, book: Book) -> None:
    """What is known from birth, the care of the first hours where the birth was in the Puskesmas, and KN1 to KN3."""
    persons, episodes = block.persons, block.episodes
    born = np.flatnonzero(persons["episode"] != NONE)
    birth, of = persons["birth"][born], persons["episode"][born]
    here = np.flatnonzero(episodes["place"][of] == 0)
    minute = np.minimum(np.where(episodes["minute"][of] == NONE, 600, episodes["minute"][of]) + 40, 1430)
    visit = book.meet(born[here], birth[here], "puskesmas-bidan", minute[here])
    for service in NEWBORN:
        book.serve(visit, service, chance=0.94)
    book.note(visit, "berat-badan-kg", np.round(persons["birth_g"][born[here]] / 1000, 2), 0.9)
    home = np.flatnonzero((episodes["place"][of] == 3) & (episodes["helper"][of] == 0))
    book.serve(book.meet(born[home], birth[home] + 1, "pustu-bidan"), "imunisasi-hb0", chance=0.7)
    attends = came(rng, len(born), 3, share("kn-lengkap"))
    for number, after in enumerate((1, 5, 15)):
        some = np.flatnonzero(attends[number])
        visit = book.meet(born[some], birth[some] + after, "pustu-bidan")
        book.serve(visit, f"kn{number + 1}")
        loss = np.interp(after, [0, 4, 10, 20], [1, 0.95, 1, 1.09]) * rng.normal(1, 0.015, len(some))
        book.note(visit, "berat-badan-kg", np.round(persons["birth_g"][born[some]] / 1000 * loss, 2))
        book.note(visit, "suhu-c", np.round(np.clip(rng.normal(36.8, 0.25, len(some)), 35.8, 38.5), 1), 0.9)


def _weighings(rng: np.random.Generator, block: Block, book: Book, who: Array) -> None:
    """Once a month at the Posyandu: weight, mostly length, sometimes arm and head; vitamin A and deworming in their months."""
    persons = block.persons
    birth, sex, at = persons["birth"][who], persons["sex"][who], block.posyandu[who]
    often = np.clip(share("ditimbang-sebulan") + rng.uniform(-0.25, 0.25, len(who)), 0.05, 0.97)
    lost = np.where(
        rng.random(len(who)) < share("hilang-dari-pemantauan"), birth + rng.integers(90, 900, len(who)), block.on
    )
    tall, heavy = rng.normal(0, 1, len(who)), rng.normal(0, 1, len(who))
    fat = rng.random(len(who))
    for month in range(25):
        day = next_session(at, block.start + np.round(month * MONTH).astype(int) + np.zeros(len(who), dtype=np.int64))
        age = day - birth
        some = np.flatnonzero(
            (age > 25) & (age < 6 * YEAR) & (day < block.on) & (day < lost) & (rng.random(len(who)) < often)
        )
        if not len(some):
            continue
        visit = book.meet(who[some], day[some], "posyandu-kader")
        days, of = age[some], sex[some]
        z = mean_height_z(days) + SPREAD * (0.96 * tall[some] + 0.28 * rng.normal(0, 1, len(some)) * (days < 200))
        real = _height(of, days, z)
        weight = weight_for_height(0.93 * heavy[some] + 0.367 * rng.normal(0, 1, len(some)), fat[some])
        kg = kilograms(of, days, real, weight)
        rough = rng.random(len(some)) < share("pembulatan-berat")
        kg = np.where(rough, np.maximum(0.5 * np.round(kg / 0.5), 2), np.round(kg, 1))
        book.note(visit, "berat-badan-kg", np.clip(kg, 1.5, 39))
        book.serve(visit[days < 60 * MONTH], "timbang-bulanan")
        cm = real + rng.normal(0, 0.25, len(some))
        cm = np.where(rng.random(len(some)) < share("pembulatan-tinggi"), np.round(cm), np.round(cm, 1))
        taken = rng.random(len(some)) < 0.85
        book.note(visit[taken], "tinggi-badan-cm", np.clip(cm[taken], 40, 135))
        book.say(visit[taken], "posisi-ukur", ("telentang", "berdiri"), (days[taken] >= 731).astype(int), 0.93)
        arm = (days > 190) & (days < 60 * MONTH) & (rng.random(len(some)) < 0.5)
        z = np.clip(heavy[some] - 0.5, -3.5, 3)
        book.note(visit[arm], "lila-cm", np.round(measured("arm-circumference-for-age", of, days, z)[arm], 1))
        head = (days < 24 * MONTH) & (rng.random(len(some)) < 0.5)
        z = np.clip(0.8 * tall[some] - 0.5, -3, 3)
        book.note(
            visit[head], "lingkar-kepala-cm", np.round(measured("head-circumference-for-age", of, days, z)[head], 1)
        )
        calendar = month_of(int(day[some[0]]))
        if calendar in VITAMIN_A:
            book.serve(visit[(days > 6 * MONTH) & (days < 60 * MONTH)], "vitamin-a", chance=0.85)
        if calendar == DEWORMING:
            book.serve(visit[days > 12 * MONTH], "obat-cacing", chance=0.8)


def _height(sex: Array, days: Array, z: Array) -> Array:
    young = measured("length-height-for-age", sex, np.minimum(days, 1856), np.clip(z, -5, 5))
    old = measured("height-for-age-5-19", sex, np.maximum(days / MONTH, 60), np.clip(z, -5, 5))
    return np.where(days < 1850, young, old)


def _vaccines(rng: np.random.Generator, block: Block, book: Book, who: Array) -> None:
    """Doses at their sessions: on time, late, missed, declined or put off; those from before the registration as the book has them."""
    persons = block.persons
    birth, at = persons["birth"][who], block.posyandu[who]
    size = len(who)
    declines = rng.random(size) < share("imunisasi-ditolak")
    reach = rng.random(size)
    reach = np.where(declines, 1.0, reach * 1.0)
    late_ones = rng.random(size) < 0.5
    gap = share("imunisasi-campak") - share("imunisasi-dasar-lengkap")
    misses = np.where(rng.random(size) < gap / share("imunisasi-campak"), rng.integers(1, 4, size), NONE)
    book_kept = rng.random(size) < 0.75
    previous = birth
    for number, (after, doses, figure) in enumerate(SESSIONS):
        late = late_ones & (rng.random(size) < 2 * share("imunisasi-terlambat"))
        planned = np.maximum(birth + after + np.where(late, rng.integers(30, 150, size), 0), previous + 28)
        there = rng.random(size) < 0.6
        day = np.where(there, next_session(at, planned), planned + rng.integers(0, 9, size))
        # Those who miss one session are taken from all: the share of the figure is reached in spite of them.
        wanted = min(0.985, share(figure) / (1 - gap / share("imunisasi-campak") / 3 * (1 <= number < 4)))
        some = np.flatnonzero((reach < wanted) & (misses != number) & (day < block.on))
        previous = np.where((reach < wanted) & (misses != number), day, previous)
        before = day[some] < persons["registered"][who[some]]
        told = some[before & book_kept[some]]
        _give(book, book.meet(who[told], day[told], "buku-kia", told=True), doses)
        now = some[~before]
        for spot, mask in (("posyandu-bidan", there[now]), ("pustu-bidan", ~there[now])):
            here = now[mask]
            _give(book, book.meet(who[here], day[here], spot), doses)
        ill = now[rng.random(len(now)) < share("imunisasi-ditunda")]
        visit = book.meet(who[ill], planned[ill], "pustu-bidan")
        until = planned[ill] + 14
        for dose in doses:
            book.serve(visit, dose, DEFERRED, until)
        book.note(visit, "suhu-c", np.round(rng.uniform(37.8, 39.2, len(ill)), 1))
        no = np.flatnonzero(declines & (planned < block.on) & (rng.random(size) < 0.6))
        visit = book.meet(who[no], planned[no], "pustu-bidan")
        for dose in doses:
            book.serve(visit, dose, DECLINED)


def _give(book: Book, visit: Array, doses: tuple[str, ...]) -> None:
    for dose in doses:
        book.serve(visit, dose)


def _illness(rng: np.random.Generator, block: Block, book: Book, who: Array) -> None:
    """A child is brought with cough or fever now and then."""
    for _ in range(2):
        some = who[rng.random(len(who)) < 0.5]
        day = block.start + rng.integers(30, block.on - block.start, len(some))
        fine = day - block.persons["birth"][some] > 60
        visit = book.meet(some[fine], day[fine], "pustu-perawat")
        book.note(visit, "suhu-c", np.round(np.clip(rng.normal(37.4, 0.8, len(visit)), 36, 40.5), 1))
        ask_about_tb(rng, book, visit, 0.9)


def _screening(block: Block, book: Book) -> None:
    """Newborn screening (SHK, G6PD, HAK) of those born in the Puskesmas: the oldest of the last year take the stories that are not
    normal, one each, so that there is one of each kind.
    """
    persons, episodes = block.persons, block.episodes
    born = np.flatnonzero((persons["episode"] != NONE) & (persons["died"] == NONE))
    stays = block.households["left"][persons["household"][born]] == NONE
    born = born[stays & (episodes["place"][persons["episode"][born]] == 0) & (block.on - persons["birth"][born] < 365)]
    old_first = born[np.argsort(persons["birth"][born], kind="stable")]
    for number, child in enumerate(old_first):
        for step in screening.steps(number):
            day = int(persons["birth"][child]) + step.age
            spot = "rumah-sakit" if step.hospital else "puskesmas-bidan"
            visit = book.meet(np.array([child]), np.array([day]), spot, np.array([550]))
            for service in step.services:
                book.serve(visit, service)
            for item, value in step.values.items():
                if isinstance(value, str):
                    book.say(visit, item, (value,))
                else:
                    book.note(visit, item, float(value) + (day - step.age if screening.is_day(item) else 0))
