"""The made-up Kabupaten Tirta Asri (99.01): its areas, its units and the staff who may log in.

One Puskesmas, five desa, 29 Posyandu. Each Posyandu serves one dusun, a dusun is one RW of five RT; four desa have a Pustu, the fifth
has the Puskesmas itself.
"""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from primary_care.accounts.models import Assignment, User
from primary_care.areas.actions import add_area, ensure_area, set_setting
from primary_care.areas.models import Area, AreaLevel
from primary_care.demo import borders
from primary_care.demo.layout import FOUNDED, POSYANDU, RT_PER_DUSUN, SETTINGS, VILLAGES
from primary_care.staff.actions import appoint, post_to_klaster
from primary_care.units.actions import add_unit
from primary_care.units.models import Unit

PASSWORD = (
    "tirta-asri-99"  # of every demo account; demo data is only loaded into an empty node that serves this machine alone
)
DUSUN = ("Barat", "Timur", "Utara", "Selatan", "Tengah", "Krajan")


@dataclass(frozen=True)
class Staff:
    """A demo account and what its owner does, at a unit or over an area."""

    username: str
    full_name: str
    role: str
    cadre: str
    klaster: str
    unit: str = ""
    area: str = ""


_PUSKESMAS = "puskesmas-tirta-mulya"
STAFF = (
    Staff("kader.melati", "Wayan Lestari", "kader", "kader-terlatih", "", "posyandu-melati"),
    Staff("kader.kenanga", "Endang Suryani", "kader", "kader", "", "posyandu-kenanga"),
    Staff("bidan.pustu", "Ratna Puspitasari", "petugas-pustu", "bidan", "", "pustu-mekar-sari"),
    Staff("perawat.pustu", "Hendra Kurniawan", "petugas-pustu", "perawat", "", "pustu-mekar-sari"),
    Staff("bidan.puskesmas", "Indah Setyowati", "petugas-klaster-2", "bidan", "2", _PUSKESMAS),
    Staff("dokter", "Yohanes Prasetyo", "dokter", "dokter", "2", _PUSKESMAS),
    Staff("klaster3", "Teguh Wibowo", "petugas-klaster-3", "perawat", "3", _PUSKESMAS),
    Staff("klaster4", "Mega Lestari", "petugas-klaster-4", "sanitarian", "4", _PUSKESMAS),
    Staff("laboratorium", "Rizky Maulana", "petugas-laboratorium", "atlm", "lintas", _PUSKESMAS),
    Staff("farmasi", "Nabila Safitri", "petugas-farmasi", "apoteker", "lintas", _PUSKESMAS),
    Staff("pendaftaran", "Dina Wahyuni", "registrasi", "", "lintas", _PUSKESMAS),
    Staff("klaster1", "Arif Hidayat", "petugas-klaster-1", "", "1", _PUSKESMAS),
    Staff("kepala", "Sri Handayani", "kepala-puskesmas", "dokter", "1", _PUSKESMAS),
    Staff("dinas", "Bambang Nugroho", "dinas-kabkota", "", "", area="99.01"),
)
_KADER = (
    "Siti Aminah", "Sulastri", "Yuni Hartati", "Rukmini", "Ningsih Utami", "Kartini Mulyani", "Fitri Handayani", "Ayu Pertiwi",
    "Marni Astuti", "Suparti", "Wulan Cahyani", "Neneng Khotimah", "Imas Nurhayati", "Halimah", "Butet Siregar", "Rina Oktaviani",
    "Agnes Maharani", "Euis Yuliani", "Luh Suwandewi", "Baiq Hasanah", "Maria Simanjuntak", "Putu Anggraini", "Laras Pratiwi",
    "Sekar Rahmawati", "Hana Kusumawati", "Citra Permatasari", "Intan Suryani",
)  # fmt: skip
_NAKES = {
    "pustu-sumber-rejeki": ("Aisyah Rahayu", "Galang Saputra"),
    "pustu-karang-asih": ("Kadek Wulandari", "Asep Permana"),
    "pustu-wana-lestari": ("Martha Lubis", "Fajar Santoso"),
}


def code_of(posyandu: str) -> str:
    """The code of a Posyandu, from its name."""
    return f"posyandu-{posyandu.lower()}"


def all_staff() -> tuple[Staff, ...]:
    """Those of `STAFF`, then a kader for every other Posyandu and bidan and perawat for every other Pustu."""
    taken = {one.unit for one in STAFF}
    kader = [name for name in POSYANDU if code_of(name) not in taken]
    more = [
        Staff(f"kader.{name.lower()}", who, "kader", "kader", "", code_of(name))
        for name, who in zip(kader, _KADER, strict=True)
    ]
    for pustu, (bidan, perawat) in _NAKES.items():
        village = pustu.removeprefix("pustu-")
        more.append(Staff(f"bidan.{village}", bidan, "petugas-pustu", "bidan", "", pustu))
        more.append(Staff(f"perawat.{village}", perawat, "petugas-pustu", "perawat", "", pustu))
    return (*STAFF, *more)


@dataclass(frozen=True)
class DemoPlace:
    """What `build` made. `rts` holds the RTs in the order of the Posyandu, `posyandu` and `pustu` the units, `staff` who is in them."""

    puskesmas: Unit
    posyandu: tuple[Unit, ...]
    pustu: tuple[Unit | None, ...]  # of the village of each Posyandu
    rts: tuple[Area, ...]
    staff: dict[str, Assignment]

    def kader(self, posyandu: int) -> Assignment:
        """Who weighs at a Posyandu, by its place in `posyandu`."""
        return self.staff[f"kader.{POSYANDU[posyandu].lower()}"]

    def nakes(self, posyandu: int, cadre: str) -> Assignment:
        """The bidan or perawat of the Pustu of a Posyandu's village; without a Pustu, of the Puskesmas."""
        pustu = self.pustu[posyandu]
        if pustu is None:
            return self.staff["bidan.puskesmas" if cadre == "bidan" else "klaster3"]
        village = "pustu" if pustu.code == "pustu-mekar-sari" else pustu.code.removeprefix("pustu-")
        return self.staff[f"{cadre}.{village}"]


def build() -> DemoPlace:
    """Areas, units and staff, stored."""
    area: Area | None = None
    for code, name, level in [
        ("ID", "Indonesia", "nasional"),
        ("99", "Provinsi Nusa Peraga", "provinsi"),
        ("99.01", "Kabupaten Tirta Asri", "kabupaten"),
        ("99.01.01", "Tirta Mulya", "kecamatan"),
    ]:
        area = add_area(code=code, name=name, level=level, parent=area, on=FOUNDED)
    assert area is not None
    kecamatan = area
    desa = [add_area(code=one.code, name=one.name, level="desa", parent=kecamatan, on=FOUNDED) for one in VILLAGES]
    borders.add(FOUNDED)
    for key, value in SETTINGS.items():
        set_setting(kecamatan, key, value, on=FOUNDED)
    puskesmas = _unit(_PUSKESMAS, "puskesmas", "Puskesmas Tirta Mulya", desa[2], None, desa)
    posyandu: list[Unit] = []
    pustu: list[Unit | None] = []
    rts: list[Area] = []
    for village, here in zip(VILLAGES, desa, strict=True):
        near = (
            _unit(village.pustu, "pustu", f"Pustu {village.name}", here, puskesmas, [here]) if village.pustu else None
        )
        for number, name in enumerate(village.posyandu, start=1):
            dusun = ensure_area(here, AreaLevel.DUSUN, DUSUN[number - 1], on=FOUNDED)
            posyandu.append(_unit(code_of(name), "posyandu", f"Posyandu {name}", here, near or puskesmas, [dusun]))
            pustu.append(near)
            rw = ensure_area(dusun, AreaLevel.RW, str(number), on=FOUNDED)
            rts += [ensure_area(rw, AreaLevel.RT, str(rt), on=FOUNDED) for rt in range(1, RT_PER_DUSUN + 1)]
    units = {unit.code: unit for unit in (puskesmas, *posyandu, *pustu) if unit}
    return DemoPlace(puskesmas, tuple(posyandu), tuple(pustu), tuple(rts), _employ(units))


def _unit(code: str, kind: str, name: str, area: Area, parent: Unit | None, serves: list[Area]) -> Unit:
    return add_unit(code=code, kind=kind, name=name, area=area, parent=parent, serves=serves, on=FOUNDED)


def _employ(units: dict[str, Unit]) -> dict[str, Assignment]:
    secret = make_password(PASSWORD)  # one hash for all: everybody knows the password, and each hash costs a moment
    made = {}
    for one in all_staff():
        user = User.objects.create(username=one.username, full_name=one.full_name, password=secret)
        unit = units.get(one.unit)
        area = Area.objects.get(code=one.area) if one.area else None
        made[one.username] = appoint(
            user, one.role, unit=unit, area=area, cadre=one.cadre, klaster=one.klaster, on=FOUNDED
        )
        if one.klaster and unit:
            first = not unit.klaster_posts.filter(klaster=one.klaster).exists()
            post_to_klaster(user, unit, one.klaster, "pj" if first else "anggota", on=FOUNDED)
    return made
