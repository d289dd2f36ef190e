"""Who may change the tree: the dinas and klaster 1, each in its own area."""

import pytest

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.models import Role
from primary_care.accounts.tests.factories import FOUNDED, Place, assign, make_place
from primary_care.areas.actions import add_area
from primary_care.areas.changes import merge_areas, move_area, rename_area
from primary_care.areas.models import Area
from primary_care.areas.tests.test_changes import DAY, DECREE, kecamatan_two
from primary_care.units.models import Catchment

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return make_place()


@pytest.mark.parametrize("role", Role.values)
def test_only_the_dinas_and_klaster_1_change_the_tree(place: Place, role: str) -> None:
    kabupaten = place.kecamatan.parent
    dinas = role.startswith("dinas")
    by = assign("seseorang", role, "", None if dinas else place.puskesmas, kabupaten if dinas else None)
    may = {"petugas-klaster-1": [place.desa, place.rt1], "dinas-kabkota": [place.kecamatan, place.desa, place.rt1]}
    for area in [kabupaten, place.kecamatan, place.desa, place.rt1]:
        assert area is not None
        name = "RT 09" if area.level == "rt" else "Nama Baru"
        if area in may.get(role, []):
            assert rename_area(area, name, on=DAY, source=DECREE, by=by)
        else:
            with pytest.raises(NotAllowed):
                rename_area(area, name, on=DAY, source=DECREE, by=by)


def test_nobody_changes_what_lies_outside_their_area(place: Place) -> None:
    elsewhere = add_area(
        code="99.02", name="Kabupaten Lain", level="kabupaten", parent=Area.objects.get(code="99"), on=FOUNDED
    )
    other = assign("dinas.lain", "dinas-kabkota", "", None, elsewhere)
    with pytest.raises(NotAllowed, match="di luar wilayah kerja"):
        rename_area(place.desa, "Desa Baru", on=DAY, source=DECREE, by=other)
    Catchment.objects.filter(unit=place.puskesmas, area=place.other_desa).delete()
    klaster_1 = assign("klaster1", "petugas-klaster-1", "", place.puskesmas)
    with pytest.raises(NotAllowed):
        merge_areas([place.other_desa], into=place.desa, on=DAY, source=DECREE, by=klaster_1)
    with pytest.raises(NotAllowed):
        move_area(place.desa, kecamatan_two(place), code="99.01.02.2001", on=DAY, source=DECREE, by=klaster_1)
