"""How the made-up Puskesmas is laid out, without a database: five desa, 29 Posyandu, 145 RT. `place.py` builds it, the generator fills it."""

from dataclasses import dataclass
from datetime import date

FOUNDED = date(2020, 1, 1)
RT_PER_DUSUN = 5
REGION = "990101"  # the first six digits of a NIK given out here
SETTINGS: dict[str, bool | str] = {"malaria-endemis": False, "je-endemis": False, "kecacingan": "sedang"}


@dataclass(frozen=True)
class Village:
    """A desa, the code of its Pustu (none where the Puskesmas itself stands), and its Posyandu, one a dusun."""

    code: str
    name: str
    pustu: str
    posyandu: tuple[str, ...]


VILLAGES = (
    Village("99.01.01.2001", "Mekar Sari", "pustu-mekar-sari", ("Melati", "Mawar", "Anggrek", "Dahlia", "Teratai", "Seroja")),
    Village("99.01.01.2002", "Sumber Rejeki", "pustu-sumber-rejeki", ("Kenanga", "Cempaka", "Flamboyan", "Bougenvil", "Kamboja", "Soka")),
    Village("99.01.01.2003", "Tirta Mulya", "", ("Matahari", "Tulip", "Sakura", "Lavender", "Aster", "Krisan")),
    Village("99.01.01.2004", "Karang Asih", "pustu-karang-asih", ("Edelweis", "Kemuning", "Alamanda", "Gardenia", "Asoka", "Kantil")),
    Village("99.01.01.2005", "Wana Lestari", "pustu-wana-lestari", ("Tanjung", "Delima", "Cendana", "Pinus", "Wijaya")),
)  # fmt: skip
POSYANDU = tuple(name for village in VILLAGES for name in village.posyandu)
HAS_PUSTU = tuple(bool(village.pustu) for village in VILLAGES for _ in village.posyandu)
TRAINED_KADER = frozenset({"Melati"})
RTS = len(POSYANDU) * RT_PER_DUSUN  # in the order of the Posyandu


@dataclass(frozen=True)
class Spot:
    """Where people are seen and by whom: kind of unit and cadre. `outside`: read in a book or a letter, not seen here."""

    unit: str
    cadre: str
    outside: bool = False


SPOTS = {
    "posyandu-kader": Spot("posyandu", "kader"),
    "posyandu-bidan": Spot("posyandu", "bidan"),
    "pustu-bidan": Spot("pustu", "bidan"),
    "pustu-perawat": Spot("pustu", "perawat"),
    "puskesmas-bidan": Spot("puskesmas", "bidan"),
    "puskesmas-dokter": Spot("puskesmas", "dokter"),
    "puskesmas-perawat": Spot("puskesmas", "perawat"),
    "rumah-sakit": Spot("rumah-sakit", "spesialis-anak", outside=True),
    "buku-kia": Spot("fktp-lain", "bidan", outside=True),
}
CODES = {name: number for number, name in enumerate(SPOTS)}
SPOT_LIST = tuple(SPOTS.values())
# Where a village has no Pustu, its people go to the Puskesmas.
WITHOUT_PUSTU = {"posyandu-bidan": "puskesmas-bidan", "pustu-bidan": "puskesmas-bidan", "pustu-perawat": "puskesmas-perawat"}  # fmt: skip
