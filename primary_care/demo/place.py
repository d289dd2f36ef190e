"""The made-up Kabupaten Tirta Asri (99.01): its areas, its units and the staff who may log in."""

from dataclasses import dataclass
from datetime import date

from primary_care.accounts.models import Assignment, User
from primary_care.areas.actions import add_area, ensure_area, set_setting
from primary_care.areas.models import Area, AreaLevel
from primary_care.demo import borders
from primary_care.staff.actions import appoint, post_to_klaster
from primary_care.units.actions import add_unit
from primary_care.units.models import Unit

FOUNDED = date(2020, 1, 1)
PASSWORD = (
    "tirta-asri-99"  # of every demo account; demo data is only loaded into an empty node that serves this machine alone
)
RT_PER_DUSUN = 3


@dataclass(frozen=True)
class Staff:
    """A demo account and what its owner does."""

    username: str
    full_name: str
    role: str
    cadre: str
    klaster: str
    unit: str


STAFF = (
    Staff("kader.melati", "Wayan Lestari", "kader", "kader-terlatih", "", "posyandu-melati"),
    Staff("kader.kenanga", "Endang Suryani", "kader", "kader", "", "posyandu-kenanga"),
    Staff("bidan.pustu", "Ratna Puspitasari", "petugas-pustu", "bidan", "", "pustu-mekar-sari"),
    Staff("perawat.pustu", "Hendra Kurniawan", "petugas-pustu", "perawat", "", "pustu-mekar-sari"),
    Staff("bidan.puskesmas", "Indah Setyowati", "petugas-klaster-2", "bidan", "2", "puskesmas-tirta-mulya"),
    Staff("dokter", "Yohanes Prasetyo", "dokter", "dokter", "2", "puskesmas-tirta-mulya"),
    Staff("pendaftaran", "Dina Wahyuni", "registrasi", "", "lintas", "puskesmas-tirta-mulya"),
    Staff("klaster1", "Arif Hidayat", "petugas-klaster-1", "", "1", "puskesmas-tirta-mulya"),
    Staff("kepala", "Sri Handayani", "kepala-puskesmas", "dokter", "1", "puskesmas-tirta-mulya"),
)


@dataclass(frozen=True)
class DemoPlace:
    """What `build` made. `rts` holds the RTs of each desa by the first six digits of the NIK given out there."""

    puskesmas: Unit
    pustu: Unit
    posyandu: dict[str, Unit]
    rts: dict[str, list[Area]]
    staff: dict[str, Assignment]


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
    mekar = add_area(code="99.01.01.2001", name="Mekar Sari", level="desa", parent=kecamatan, on=FOUNDED)
    sumber = add_area(code="99.01.01.2002", name="Sumber Rejeki", level="desa", parent=kecamatan, on=FOUNDED)
    borders.add(FOUNDED)
    for key, value in [("malaria-endemis", False), ("je-endemis", False), ("kecacingan", "sedang")]:
        set_setting(kecamatan, key, value, on=FOUNDED)
    puskesmas = _unit("puskesmas-tirta-mulya", "puskesmas", "Puskesmas Tirta Mulya", kecamatan, None, [mekar, sumber])
    pustu = _unit("pustu-mekar-sari", "pustu", "Pustu Mekar Sari", mekar, puskesmas, [mekar])
    posyandu = {
        "990101": _unit("posyandu-melati", "posyandu", "Posyandu Melati", mekar, pustu, _dusun(mekar)),
        "990102": _unit("posyandu-kenanga", "posyandu", "Posyandu Kenanga", sumber, puskesmas, _dusun(sumber)),
    }
    units = {unit.code: unit for unit in (puskesmas, pustu, *posyandu.values())}
    rts = {
        region: [
            ensure_area(ensure_area(dusun, AreaLevel.RW, str(number), on=FOUNDED), AreaLevel.RT, str(rt), on=FOUNDED)
            for number, dusun in enumerate(_dusun(desa), start=1)
            for rt in range(1, RT_PER_DUSUN + 1)
        ]
        for region, desa in (("990101", mekar), ("990102", sumber))
    }
    return DemoPlace(puskesmas, pustu, posyandu, rts, {staff.username: _employ(staff, units) for staff in STAFF})


def _dusun(desa: Area) -> list[Area]:
    return [ensure_area(desa, AreaLevel.DUSUN, name, on=FOUNDED) for name in ("Barat", "Timur")]


def _unit(code: str, kind: str, name: str, area: Area, parent: Unit | None, serves: list[Area]) -> Unit:
    return add_unit(code=code, kind=kind, name=name, area=area, parent=parent, serves=serves, on=FOUNDED)


def _employ(staff: Staff, units: dict[str, Unit]) -> Assignment:
    user = User.objects.create_user(staff.username, PASSWORD, full_name=staff.full_name)
    unit = units[staff.unit]
    assignment = appoint(user, staff.role, unit=unit, cadre=staff.cadre, klaster=staff.klaster, on=FOUNDED)
    if staff.klaster:
        first = not unit.klaster_posts.filter(klaster=staff.klaster).exists()
        post_to_klaster(user, unit, staff.klaster, "pj" if first else "anggota", on=FOUNDED)
    return assignment
