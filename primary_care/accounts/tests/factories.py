"""A small place with people in it, for tests: one kecamatan, two desa, a Puskesmas, a Pustu and a Posyandu in the
first desa.
"""

from dataclasses import dataclass
from datetime import date

from primary_care.accounts.models import Assignment, User
from primary_care.areas.actions import add_area, ensure_area
from primary_care.areas.models import Area, AreaLevel
from primary_care.units.models import Catchment, Unit

FOUNDED = date(2020, 1, 1)
TODAY = date(2026, 11, 1)


@dataclass
class Place:
    """The areas, units and assignments of the small place."""

    kecamatan: Area
    desa: Area
    other_desa: Area
    rt1: Area
    rt2: Area
    other_rt: Area
    puskesmas: Unit
    pustu: Unit
    posyandu: Unit
    kader: Assignment
    bidan: Assignment
    registrasi: Assignment
    kepala: Assignment
    dinas: Assignment


def make_place() -> Place:
    """Everything in `Place`, stored. The Posyandu serves RT 1 of the first desa only."""
    nation = add_area(code="ID", name="Indonesia", level="nasional", parent=None, on=FOUNDED)
    provinsi = add_area(code="99", name="Provinsi Uji", level="provinsi", parent=nation, on=FOUNDED)
    kabupaten = add_area(code="99.01", name="Kabupaten Uji", level="kabupaten", parent=provinsi, on=FOUNDED)
    kecamatan = add_area(code="99.01.01", name="Kecamatan Uji", level="kecamatan", parent=kabupaten, on=FOUNDED)
    desa = add_area(code="99.01.01.2001", name="Desa Satu", level="desa", parent=kecamatan, on=FOUNDED)
    other = add_area(code="99.01.01.2002", name="Desa Dua", level="desa", parent=kecamatan, on=FOUNDED)
    dusun = ensure_area(desa, AreaLevel.DUSUN, "Timur", on=FOUNDED)
    rw = ensure_area(dusun, AreaLevel.RW, "1", on=FOUNDED)
    rt1, rt2 = (ensure_area(rw, AreaLevel.RT, number, on=FOUNDED) for number in "12")
    other_rt = ensure_area(other, AreaLevel.RT, "1", on=FOUNDED)
    puskesmas = make_unit("P99", "puskesmas", kecamatan, None, [desa, other])
    pustu = make_unit("T99", "pustu", desa, puskesmas, [desa])
    posyandu = make_unit("Y99", "posyandu", rw, pustu, [rt1])
    return Place(
        kecamatan=kecamatan,
        desa=desa,
        other_desa=other,
        rt1=rt1,
        rt2=rt2,
        other_rt=other_rt,
        puskesmas=puskesmas,
        pustu=pustu,
        posyandu=posyandu,
        kader=assign("kader", "kader", "kader", posyandu),
        bidan=assign("bidan", "petugas-pustu", "bidan", pustu),
        registrasi=assign("registrasi", "registrasi", "", puskesmas),
        kepala=assign("kepala", "kepala-puskesmas", "dokter", puskesmas),
        dinas=assign("dinas", "dinas-kabkota", "", None, kabupaten),
    )


def make_unit(code: str, kind: str, area: Area, parent: Unit | None, serves: list[Area]) -> Unit:
    unit = Unit.objects.create(
        code=code, kind=kind, name=f"{kind} {code}", area=area, parent=parent, valid_from=FOUNDED
    )
    for served in serves:
        Catchment.objects.create(unit=unit, area=served, valid_from=FOUNDED)
    return unit


def assign(username: str, role: str, cadre: str, unit: Unit | None, area: Area | None = None) -> Assignment:
    user = User.objects.create_user(username, "sandi-uji-coba", full_name=username.title())
    return Assignment.objects.create(user=user, role=role, cadre=cadre, unit=unit, area=area, valid_from=FOUNDED)
