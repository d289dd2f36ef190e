"""The small world of the visits, with the staff of a Puskesmas."""

from typing import Any

import pytest

from primary_care.accounts.models import Assignment, User
from primary_care.visits.tests.world import BEGAN, small_world

STAFF = {
    "loket": ("registrasi", ""),
    "ibu_anak": ("petugas-klaster-2", "bidan"),
    "dewasa": ("petugas-klaster-3", "perawat"),
    "menular": ("petugas-klaster-4", "sanitarian"),
    "lab": ("petugas-laboratorium", "atlm"),
    "apotek": ("petugas-farmasi", "apoteker"),
    "kepala": ("kepala-puskesmas", "dokter"),
    "pustu": ("petugas-pustu", "bidan"),
}


@pytest.fixture
def world(db: None) -> Any:
    """One desa, one Puskesmas, one Posyandu and a family; and somebody of each role that the way through a Puskesmas needs."""
    return with_staff(small_world())


def with_staff(world: Any) -> Any:
    """Adds the staff of `STAFF` to a small world."""
    for name, (role, cadre) in STAFF.items():
        user = User.objects.create_user(f"{name}.uji", "rahasia-sekali", full_name=name.title())
        setattr(
            world,
            name,
            Assignment.objects.create(user=user, role=role, cadre=cadre, unit=world.puskesmas, valid_from=BEGAN),
        )
    return world
