"""Where a user works decides what the user sees."""

from datetime import date

import pytest
from django.contrib.auth.hashers import get_hasher
from django.db import IntegrityError, transaction

from primary_care.accounts.models import Assignment, Role, User
from primary_care.accounts.scope import outermost, scope_of, scope_of_assignment, with_implied_cadres
from primary_care.accounts.tests.factories import FOUNDED, TODAY, Place, assign, make_place

pytestmark = pytest.mark.django_db
BY_NAME_IN_THE_CATCHMENT = {
    "kader", "kader-pustu", "petugas-pustu", "dokter", "petugas-klaster-1", "petugas-klaster-2", "petugas-klaster-3",
    "petugas-klaster-4", "registrasi", "kepala-puskesmas",
}  # fmt: skip
BY_NAME_OF_OWN_WORK = {"petugas-laboratorium", "petugas-farmasi", "fktp-lain", "rumah-sakit"}


@pytest.fixture
def place() -> Place:
    return make_place()


def test_a_scope_holds_units_roles_cadres_and_areas(place: Place) -> None:
    scope = scope_of(place.bidan.user, TODAY)
    assert scope.unit_ids == (place.pustu.pk,)
    assert scope.roles == {"petugas-pustu"}
    assert scope.cadres == {"bidan", "nakes"}
    assert scope.area_paths == (place.desa.path,)
    assert scope.covers(place.rt1.path) and not scope.covers(place.other_rt.path) and not scope.covers("")


def test_two_assignments_add_up_and_the_wider_area_stands_alone(place: Place) -> None:
    Assignment.objects.create(
        user=place.kader.user, role="kader-pustu", cadre="kader", unit=place.pustu, valid_from=FOUNDED
    )
    scope = scope_of(place.kader.user, TODAY)
    assert set(scope.unit_ids) == {place.posyandu.pk, place.pustu.pk}
    assert scope.area_paths == (place.desa.path,)


def test_an_assignment_holds_from_its_first_day_until_the_day_before_its_end(place: Place) -> None:
    Assignment.objects.filter(pk=place.bidan.pk).update(valid_from=date(2026, 1, 1), valid_to=date(2026, 7, 1))
    user = place.bidan.user
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]
    assert [bool(scope_of(user, day).area_paths) for day in days] == [False, True, True, False]


def test_a_closed_account_sees_nothing(place: Place) -> None:
    place.bidan.user.is_active = False
    assert scope_of(place.bidan.user, TODAY).area_paths == ()


@pytest.mark.parametrize("role", Role.values)
def test_only_the_named_roles_see_people_by_name(place: Place, role: str) -> None:
    user = assign("seseorang", role, "", place.puskesmas).user
    scope = scope_of(user, TODAY)
    assert bool(scope.area_paths) == (role in BY_NAME_IN_THE_CATCHMENT)
    assert scope.own == (role in BY_NAME_OF_OWN_WORK)


def test_an_assignment_that_names_an_rt_reaches_no_further(place: Place) -> None:
    kader = assign("kader.rt", "kader", "kader", place.pustu, place.rt2)
    assert scope_of(kader.user, TODAY).area_paths == (place.rt2.path,)
    strayed = assign("kader.jauh", "kader", "kader", place.pustu, place.other_rt)
    assert scope_of(strayed.user, TODAY).area_paths == ()


def test_the_trail_of_a_kabupaten_is_read_where_its_people_are_not(place: Place) -> None:
    kabupaten = place.kecamatan.parent
    assert kabupaten is not None
    assert scope_of(place.dinas.user, TODAY).area_paths == ()
    assert scope_of_assignment(place.dinas, TODAY, "log-audit").area_paths == (kabupaten.path,)


def test_an_area_whose_code_begins_like_another_is_not_inside_it() -> None:
    assert outermost(["ID/99/", "ID/9/", "ID/99/01/", "ID/99/"]) == ("ID/9/", "ID/99/")


def test_cadres_are_a_set_with_what_they_imply() -> None:
    assert with_implied_cadres({"kader-terlatih"}) == {"kader", "kader-terlatih"}
    assert with_implied_cadres({"dokter-gigi"}) == {"dokter-gigi", "nakes"}
    assert with_implied_cadres({"guru"}) == {"guru"}


def test_passwords_are_kept_with_argon2(settings: object) -> None:
    from primary_care import settings as configured

    settings.PASSWORD_HASHERS = configured.PASSWORD_HASHERS  # type: ignore[attr-defined]
    user = User.objects.create_user("sari", "sandi-yang-panjang", full_name="Sari")
    assert user.password.startswith("argon2$argon2id$")
    assert user.check_password("sandi-yang-panjang") and not user.check_password("lain")
    assert get_hasher().algorithm == "argon2"


@pytest.mark.parametrize("wrong", [{"role": "admin"}, {"cadre": "dukun"}, {"klaster": "9"}, {"unit": None}])
def test_the_database_refuses_an_assignment_that_makes_no_sense(place: Place, wrong: dict[str, object]) -> None:
    values = {"user": place.bidan.user, "role": "dokter", "unit": place.puskesmas, "valid_from": TODAY, **wrong}
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(**values)
