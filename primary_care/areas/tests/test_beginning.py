"""What begins in the tree by decree; what a refusal is about; the day of the deed and the day of the fact; finding an area."""

from datetime import date

import pytest

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.models import Assignment, Role
from primary_care.accounts.tests.factories import FOUNDED, TODAY, Place, assign, make_place
from primary_care.areas.actions import AreaRefused, set_setting
from primary_care.areas.changes import begin_area, rename_area, settings_that_differ, split_area
from primary_care.areas.models import Area, AreaChange
from primary_care.areas.queries import search_areas
from primary_care.areas.tests.test_changes import BEFORE, DAY, DECREE, codes_on
from primary_care.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return make_place()


def test_a_new_rt_and_a_new_desa_begin_by_decree(place: Place) -> None:
    dusun = Area.objects.get(code="99.01.01.2001-timur")
    rt = begin_area(dusun, "rt", "7", on=DAY, source=DECREE, by=place.dinas)
    assert (rt.code, rt.name, rt.valid_from) == ("99.01.01.2001-timur-rt07", "RT 07", DAY)
    desa = begin_area(place.kecamatan, "desa", " Desa  Tiga ", code="99.01.01.2003", on=DAY, source=DECREE)
    assert (desa.name, desa.versions.get().change.kind) == ("Desa Tiga", "pembentukan")  # type: ignore[union-attr]
    assert "99.01.01.2003" not in codes_on(place.kecamatan, BEFORE) and "99.01.01.2003" in codes_on(
        place.kecamatan, DAY
    )
    assert AuditEntry.objects.filter(kind="areas.areachange", user=place.dinas.user).count() == 1


@pytest.mark.parametrize(
    ("wrong", "about"),
    [
        ({"name": ""}, "name"),
        ({"level": "rw", "name": "satu"}, "name"),
        ({"level": "rt", "name": "1"}, "code"),
        ({"level": "kecamatan", "code": "99.01.01.05"}, "level"),
        ({"level": "desa", "code": ""}, "level"),
        ({"on": date(2019, 1, 1)}, "from"),
        ({"source": " "}, "source"),
    ],
)
def test_a_beginning_that_makes_no_sense_is_refused_and_says_what_about(
    place: Place, wrong: dict[str, str], about: str
) -> None:
    values = {"level": "rt", "name": "9", "on": DAY, "source": DECREE, **wrong}
    with pytest.raises(AreaRefused) as refused:
        begin_area(place.other_desa, **values)  # type: ignore[arg-type]
    assert refused.value.code == about
    assert not AreaChange.objects.exists()


def test_a_split_below_the_desa_needs_a_name_alone(place: Place) -> None:
    dusun = Area.objects.get(code="99.01.01.2001-timur")
    rw = Area.objects.get(code="99.01.01.2001-timur-rw01")
    new = split_area(dusun, name="barat", takes=[rw], on=DAY, source=DECREE)
    assert (new.code, new.name) == ("99.01.01.2001-barat", "Barat")
    assert Area.objects.get(pk=place.rt1.pk).code == "99.01.01.2001-barat-rw01-rt01"


def test_the_settings_that_differ_are_told_with_their_values(place: Place) -> None:
    set_setting(place.kecamatan, "tipologi", "perdesaan", on=FOUNDED)
    set_setting(place.desa, "malaria-endemis", True, on=FOUNDED)
    set_setting(place.desa, "kecacingan", "tinggi", on=FOUNDED)
    set_setting(place.other_desa, "kecacingan", "rendah", on=FOUNDED)
    found = settings_that_differ([place.desa, place.other_desa], DAY)
    assert found == {"kecacingan": ["tinggi", "rendah"], "malaria-endemis": [True, None]}


def test_a_decree_of_last_year_is_written_down_by_who_came_this_year(place: Place) -> None:
    Assignment.objects.filter(pk=place.dinas.pk).update(valid_from=TODAY)
    place.dinas.refresh_from_db()
    with pytest.raises(NotAllowed):
        rename_area(place.desa, "Desa Baru", on=DAY, source=DECREE, by=place.dinas)
    assert rename_area(place.desa, "Desa Baru", on=DAY, source=DECREE, by=place.dinas, today=TODAY).valid_from == DAY


def test_areas_are_found_by_name_or_code_within_the_reach(place: Place) -> None:
    assert list(search_areas([place.kecamatan.path], "desa")) == [place.other_desa, place.desa]
    assert list(search_areas([place.desa.path], "99.01.01.2001-timur-rw01-rt02")) == [place.rt2]
    assert not search_areas([place.other_desa.path], "Desa Satu").exists() and not search_areas([], "Desa").exists()


@pytest.mark.parametrize("role", Role.values)
def test_who_begins_what(place: Place, role: str) -> None:
    kabupaten = place.kecamatan.parent
    dinas = role.startswith("dinas")
    by = assign("seseorang", role, "", None if dinas else place.puskesmas, kabupaten if dinas else None)
    may = {"petugas-klaster-1": {"rt"}, "dinas-kabkota": {"rt", "desa", "kecamatan"}}.get(role, set())
    tries = [
        (place.other_desa, "rt", "9", ""),
        (place.kecamatan, "desa", "Tiga", "99.01.01.2003"),
        (kabupaten, "kecamatan", "Tiga", "99.01.03"),
    ]
    for parent, level, name, code in tries:
        assert parent is not None
        if level in may:
            assert begin_area(parent, level, name, code=code, on=DAY, source=DECREE, by=by)
        else:
            with pytest.raises(NotAllowed):
                begin_area(parent, level, name, code=code, on=DAY, source=DECREE, by=by)
