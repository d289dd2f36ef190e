"""Which units and areas a role looks at; the day of the deed and the day of the fact; what a refusal is about."""

import pytest

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.models import Assignment, Role
from primary_care.accounts.tests.factories import FOUNDED, TODAY, Place, assign, make_place, make_unit
from primary_care.areas.tests.test_changes import BEFORE, DAY
from primary_care.units.actions import UnitRefused, add_catchment, add_unit, end_catchment
from primary_care.units.partners import add_partner, end_partner
from primary_care.units.queries import paths_seen, units_seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return make_place()


@pytest.mark.parametrize("role", Role.values)
def test_which_units_a_role_looks_at(place: Place, role: str) -> None:
    kabupaten = place.kecamatan.parent
    assert kabupaten and kabupaten.parent
    over = {"dinas-kabkota": kabupaten, "dinas-provinsi": kabupaten.parent, "kementerian": kabupaten.parent.parent}
    area = over.get(role)
    school = make_unit("S1", "sekolah", place.other_desa, None, [])
    far = make_unit("P98", "puskesmas", kabupaten.parent, None, [])
    by = assign("oleh", role, "", None if area else place.pustu if role == "petugas-pustu" else place.puskesmas, area)
    network = {place.puskesmas, place.pustu, place.posyandu}
    expected = {
        "petugas-klaster-1": network | {school},
        "kepala-puskesmas": network | {school},
        "petugas-pustu": {place.pustu, place.posyandu},
        "dinas-kabkota": network | {school},
        "dinas-provinsi": network | {school, far},
        "kementerian": network | {school, far},
    }
    assert set(units_seen(by, TODAY)) == expected.get(role, set())
    assert bool(paths_seen(by, TODAY)) == (role in expected)


def test_who_came_this_year_writes_down_what_was_decided_last_year(place: Place) -> None:
    by = assign("klaster1", "petugas-klaster-1", "", place.puskesmas)
    Assignment.objects.filter(pk=by.pk).update(valid_from=TODAY)
    by.refresh_from_db()
    values = {"code": "T8", "kind": "pustu", "name": "Pustu", "area": place.other_desa, "on": DAY, "by": by}
    with pytest.raises(NotAllowed):
        add_unit(**values)  # type: ignore[arg-type]
    made = add_unit(**values, serves=[place.other_desa], parent=place.puskesmas, today=TODAY)  # type: ignore[arg-type]
    assert made.valid_from == made.catchments.get().valid_from == DAY


def test_what_has_ended_does_not_end_again_later(place: Place) -> None:
    row = place.posyandu.catchments.get()
    end_catchment(row, on=DAY)
    partner = add_partner(place.puskesmas, "j5-linsek", on=FOUNDED, name="Kantor desa")
    end_partner(partner, on=DAY)
    for act in (lambda: end_catchment(row, on=TODAY), lambda: end_partner(partner, on=TODAY)):
        with pytest.raises(UnitRefused, match="sudah berakhir") as refused:
            act()
        assert refused.value.code == "from"
    end_catchment(row, on=BEFORE)  # an earlier last day is a correction
    assert row.valid_to == BEFORE
    with pytest.raises(UnitRefused) as refused:
        add_catchment(place.pustu, place.desa, on=TODAY)
    assert refused.value.code == "area"
