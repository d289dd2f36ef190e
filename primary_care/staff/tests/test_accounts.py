"""Accounts managed by those who employ: what they may, that nobody gets hold of more than they may give, what is read of whom."""

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.actions import (
    TEMPORARY,
    AccountRefused,
    choose_password,
    close_account,
    correct_name,
    create_account,
    reopen_account,
    reset_second_factor,
    set_password,
    temporary_password,
)
from primary_care.accounts.models import Assignment, Role, User
from primary_care.accounts.tests.factories import FOUNDED, TODAY, Place, assign, make_place, make_unit
from primary_care.audit.models import AuditEntry
from primary_care.staff.actions import Duty, StaffRefused, appoint, employ, end_appointment
from primary_care.staff.queries import areas_to_fill, duties_seen, reads_staff, units_to_fill

pytestmark = pytest.mark.django_db
DAY, GOOD = date(2026, 3, 1), "kuda-laut-77"
ABOVE = {"kepala-puskesmas", "petugas-klaster-1"}


@pytest.fixture
def place() -> Place:
    return make_place()


@pytest.fixture
def manager(place: Place) -> Assignment:
    return assign("klaster1", "petugas-klaster-1", "", place.puskesmas)


def test_somebody_new_begins_with_a_password_that_is_told_once(
    place: Place, manager: Assignment, client: Client
) -> None:
    duty = Duty("petugas-pustu", DAY, unit=place.pustu, cadre="bidan")
    row, password = employ("dewi", "Dewi Anggraini", duty, by=manager, today=TODAY)
    assert (row.user.username, row.valid_from, row.unit) == ("dewi", DAY, place.pustu)
    assert client.login(username="dewi", password=password)
    assert [one.user_id for one in AuditEntry.objects.filter(object_id__in=[row.pk, row.user_id])][:2] == [
        manager.user_id
    ] * 2
    choose_password(row.user, GOOD)
    row.user.refresh_from_db()
    assert row.user.temporary_until is None and row.user.check_password(GOOD)
    with pytest.raises(AccountRefused, match="berbeda"):
        choose_password(row.user, GOOD)


def test_a_duty_that_is_refused_leaves_no_account(place: Place, manager: Assignment) -> None:
    with pytest.raises(NotAllowed):
        employ("dewi", "Dewi", Duty("kepala-puskesmas", DAY, unit=place.puskesmas), by=manager)
    with pytest.raises(StaffRefused):
        employ("dewi", "Dewi", Duty("petugas-pustu", DAY, unit=place.puskesmas), by=manager)
    assert not User.objects.filter(username="dewi").exists()


def test_a_temporary_password_is_worth_nothing_after_its_days(place: Place, client: Client) -> None:
    set_password(place.bidan.user, GOOD, temporary=True)
    user = User.objects.get(pk=place.bidan.user_id)
    assert user.temporary_until and abs(user.temporary_until - timezone.now() - TEMPORARY) < timedelta(minutes=1)
    assert client.login(username="bidan", password=GOOD)
    User.objects.filter(pk=user.pk).update(temporary_until=timezone.now())
    assert not client.login(username="bidan", password=GOOD)
    set_password(user, GOOD)
    assert client.login(username="bidan", password=GOOD)


def test_temporary_passwords_are_never_the_same_and_easy_to_copy() -> None:
    made = {temporary_password() for _ in range(50)}
    assert len(made) == 50 and all(len(one) == 14 and not set(one) & set("0O1lI") for one in made)


def managed(place: Place, by: Assignment) -> set[str]:
    """The names of the accounts of the place whose password `by` may set."""
    found = set()
    for one in Assignment.objects.exclude(user_id=by.user_id).select_related("user"):
        try:
            set_password(one.user, GOOD, by=by, on=TODAY)
            found.add(one.user.username)
        except NotAllowed:
            pass
    return found


@pytest.mark.parametrize("role", Role.values)
def test_whose_password_a_role_may_set(place: Place, role: str) -> None:
    kabupaten = place.kecamatan.parent
    assert kabupaten and kabupaten.parent
    over = {"dinas-kabkota": kabupaten, "dinas-provinsi": kabupaten.parent, "kementerian": kabupaten.parent.parent}
    area = over.get(role)
    assign("satu", "petugas-klaster-1", "", place.puskesmas)
    by = assign("oleh", role, "", None if area else place.puskesmas, area)
    expected = {
        "petugas-klaster-1": {"kader", "bidan", "registrasi"},
        "dinas-kabkota": {"kepala", "satu"},
        "dinas-provinsi": {"dinas"},
    }
    assert managed(place, by) == expected.get(role, set())
    with pytest.raises(NotAllowed):
        set_password(by.user, GOOD, by=by, on=TODAY)


@pytest.mark.parametrize("begins", [FOUNDED, date(2027, 1, 1)])
def test_an_account_that_reaches_further_somewhere_is_out_of_reach(
    place: Place, manager: Assignment, begins: date
) -> None:
    appoint(place.bidan.user, "kepala-puskesmas", unit=place.puskesmas, on=begins)
    for act in (
        lambda user: set_password(user, GOOD, by=manager, on=TODAY),
        lambda user: correct_name(user, "Nama", by=manager, on=TODAY),
        lambda user: reset_second_factor(user, "sudah dikenali langsung", by=manager, on=TODAY),
        lambda user: close_account(user, "pindah ke tempat lain", by=manager, on=TODAY),
        lambda user: reopen_account(user, by=manager, on=TODAY),
    ):
        with pytest.raises(NotAllowed):
            act(place.bidan.user)


def test_an_account_at_work_in_two_puskesmas_belongs_to_neither(place: Place, manager: Assignment) -> None:
    other = make_unit("P98", "puskesmas", place.kecamatan, None, [])
    appoint(place.bidan.user, "dokter", unit=other, cadre="dokter", on=FOUNDED)
    with pytest.raises(NotAllowed, match="jaringannya"):
        set_password(place.bidan.user, GOOD, by=manager, on=TODAY)
    with pytest.raises(NotAllowed):
        close_account(place.bidan.user, "pindah ke tempat lain", by=place.kepala, on=TODAY)


def test_who_left_last_can_be_closed_and_opened_again(place: Place, manager: Assignment) -> None:
    end_appointment(place.bidan, on=DAY, by=manager, today=TODAY)
    close_account(place.bidan.user, "pindah ke kabupaten lain", by=manager, on=TODAY)
    assert not User.objects.get(username="bidan").is_active
    reopen_account(place.bidan.user, by=manager, on=TODAY)
    with pytest.raises(NotAllowed, match="belum pernah bertugas"):
        set_password(create_account("kosong", "Kosong", GOOD), GOOD, by=manager, on=TODAY)


def test_the_head_closes_but_does_not_mend(place: Place, manager: Assignment) -> None:
    with pytest.raises(AccountRefused, match="alasan"):
        close_account(manager.user, "", by=place.kepala, on=TODAY)
    close_account(manager.user, "kata sandinya diketahui orang", by=place.kepala, on=TODAY)
    entry = AuditEntry.objects.get(object_id=manager.user_id)
    assert entry.user_id == place.kepala.user_id and "diketahui" in entry.reason
    reopen_account(manager.user, by=place.kepala, on=TODAY)
    with pytest.raises(NotAllowed):
        set_password(manager.user, GOOD, by=place.kepala, on=TODAY)
    with pytest.raises(NotAllowed):
        create_account("baru", "Baru", GOOD, by=place.kepala, on=TODAY)
    with pytest.raises(NotAllowed):
        close_account(place.dinas.user, "bukan urusan Puskesmas", by=place.kepala, on=TODAY)


def test_the_second_factor_is_taken_away_for_a_reason(place: Place, manager: Assignment) -> None:
    Authenticator.objects.create(user=place.bidan.user, type="totp", data={})
    with pytest.raises(AccountRefused, match="alasan"):
        reset_second_factor(place.bidan.user, "hp", by=manager, on=TODAY)
    reset_second_factor(place.bidan.user, "ponsel hilang, datang sendiri", by=manager, on=TODAY)
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("role", Role.values)
def test_of_whom_a_role_reads(place: Place, role: str) -> None:
    kabupaten = place.kecamatan.parent
    assert kabupaten and kabupaten.parent
    over = {
        "dinas-kabkota": kabupaten,
        "dinas-provinsi": kabupaten.parent,
        "kementerian": kabupaten.parent.parent,
        "pemerintah-desa": place.desa,
    }
    area = over.get(role)
    other = make_unit("P98", "puskesmas", place.other_desa, None, [])
    assign("jauh", "dokter", "dokter", other)
    by = assign("oleh", role, "", None if area else place.pustu if role == "petugas-pustu" else place.puskesmas, area)
    seen = set(duties_seen(by, TODAY).values_list("user__username", flat=True)) - {"oleh"}
    everybody = {"kader", "bidan", "registrasi", "kepala"}
    expected = {
        "petugas-klaster-1": everybody,
        "kepala-puskesmas": everybody,
        "dinas-kabkota": everybody | {"dinas", "jauh"},
        "dinas-provinsi": {"dinas"},
        "petugas-pustu": {"kader"},
        "pemerintah-desa": {"kader"},
    }
    assert seen == expected.get(role, set())
    assert reads_staff(role) == (role in expected or role == "kementerian")
    assert not duties_seen(by, date(2019, 1, 1)).exists()


def test_where_somebody_may_be_put(place: Place, manager: Assignment) -> None:
    assert units_to_fill(manager, TODAY) == [place.puskesmas, place.pustu, place.posyandu]
    assert not areas_to_fill(manager, TODAY).exists()
    assert units_to_fill(place.dinas, TODAY) == [place.puskesmas]
    assert list(areas_to_fill(place.dinas, TODAY)) == [place.desa, place.other_desa]
    assert units_to_fill(place.kepala, TODAY) == []
