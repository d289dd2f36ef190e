"""A small real world for the tests: one desa, one Puskesmas, one Posyandu, a bidan and two families."""

from datetime import date
from typing import Any

from primary_care.accounts.models import Assignment, User
from primary_care.areas.actions import add_area
from primary_care.areas.models import Area
from primary_care.people.actions import PersonDetails, register_household, register_person
from primary_care.people.models import Person
from primary_care.units.models import Catchment, Unit

TODAY = date(2026, 6, 10)
BEGAN = date(2020, 1, 1)


def area(code: str, level: str, parent: Area | None, name: str = "") -> Area:
    """One area below another."""
    return add_area(code=code, name=name or code, level=level, parent=parent, on=BEGAN)


def small_world() -> Any:
    """Names of everything a test needs."""

    class World:
        today = TODAY
        desa = area("99.01.01.2001", "desa", None, "Mekar Sari")
        rt = area("99.01.01.2001-rw01-rt02", "rt", desa, "RT 02")
        elsewhere = area("99.01.01.2002", "desa", None, "Sumber Jaya")
        puskesmas = Unit.objects.create(
            code="P1", kind="puskesmas", name="Puskesmas Tirta", area=desa, valid_from=BEGAN
        )
        posyandu = Unit.objects.create(
            code="Y1", kind="posyandu", name="Posyandu Melati", parent=puskesmas, area=rt, valid_from=BEGAN
        )
        bidan = User.objects.create_user("bidan.sri", "rahasia-sekali", full_name="Sri Wahyuni")
        stranger = User.objects.create_user("bidan.lain", "rahasia-sekali", full_name="Bidan Lain")

    world = World()
    Catchment.objects.create(unit=world.puskesmas, area=world.desa, valid_from=BEGAN)
    other = Unit.objects.create(
        code="P2", kind="puskesmas", name="Puskesmas Lain", area=world.elsewhere, valid_from=BEGAN
    )
    Catchment.objects.create(unit=other, area=world.elsewhere, valid_from=BEGAN)
    world.assignment = Assignment.objects.create(
        user=world.bidan, role="petugas-klaster-2", cadre="bidan", klaster="2", unit=world.puskesmas, valid_from=BEGAN
    )
    Assignment.objects.create(
        user=world.stranger, role="petugas-klaster-2", cadre="bidan", unit=other, valid_from=BEGAN
    )
    registrar = Assignment.objects.create(user=world.bidan, role="registrasi", unit=world.puskesmas, valid_from=BEGAN)
    registrar.valid_to = TODAY
    registrar.save()
    world.household = register_household(by=registrar, on=BEGAN, area=world.rt, address="Jalan Melati 3")

    def member(name: str, sex: str, birth: date, relationship: str) -> Person:
        details = PersonDetails(full_name=name, sex=sex, birth_date=birth)
        return register_person(
            details, by=registrar, on=max(birth, BEGAN), household=world.household, relationship=relationship
        )

    world.bapak = member("Budi Santoso", "laki-laki", date(1995, 1, 9), "kepala-keluarga")
    world.ibu = member("Siti Aminah", "perempuan", date(1998, 4, 2), "istri")
    world.anak = member("Rara Santoso", "perempuan", date(2025, 9, 1), "anak")
    return world
