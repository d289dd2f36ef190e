"""Appointments, klaster posts, competences; what is missing in the staff of a Puskesmas; who may change it."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.models import Assignment, Klaster, Role, User
from primary_care.accounts.scope import scope_of
from primary_care.accounts.tests.factories import FOUNDED, TODAY, Place, assign, make_place, make_unit
from primary_care.areas.models import Area
from primary_care.audit.models import AuditEntry
from primary_care.staff.actions import (
    StaffRefused,
    appoint,
    end_appointment,
    end_competence,
    end_post,
    post_to_klaster,
    record_competence,
)
from primary_care.staff.models import Competence, KlasterPost
from primary_care.staff.queries import competences_of, klasters_of, posts_of, staffing_warnings
from primary_care.units.actions import set_trait

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 1)
NEXT_DAY = date(2026, 3, 2)
BEFORE = date(2026, 2, 28)


@pytest.fixture
def place() -> Place:
    return make_place()


def newcomer(name: str = "baru") -> User:
    return User.objects.create_user(name, full_name=name.title())


def klaster_1(place: Place) -> Assignment:
    return assign("klaster1", "petugas-klaster-1", "", place.puskesmas)


# --- appointments ---


def test_an_appointment_opens_the_scope_from_its_first_day_to_its_last(place: Place) -> None:
    user = newcomer()
    row = appoint(user, "petugas-pustu", unit=place.pustu, cadre="bidan", on=DAY, by=klaster_1(place))
    end_appointment(row, on=TODAY, by=Assignment.objects.get(user__username="klaster1"))
    seen = [scope_of(user, day).area_paths for day in (BEFORE, DAY, TODAY)]
    assert seen == [(), (place.desa.path,), ()]
    assert AuditEntry.objects.filter(kind="accounts.assignment", object_id=row.pk).count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "warga"},
        {"role": "admin"},
        {"unit": "puskesmas"},
        {"unit": None},
        {"role": "dinas-kabkota"},
        {"role": "pemerintah-desa", "unit": None, "area": "kecamatan", "cadre": ""},
        {"area": "desa"},
        {"cadre": "kader"},
        {"cadre": "dukun"},
        {"klaster": "9"},
        {"role": "kader", "unit": "posyandu"},
        {"until": DAY},
        {"on": date(2019, 1, 1)},
    ],
)
def test_an_appointment_that_makes_no_sense_is_refused(place: Place, wrong: dict[str, object]) -> None:
    values: dict[str, object] = {"role": "petugas-pustu", "unit": "pustu", "cadre": "bidan", "on": DAY, **wrong}
    for key in ("unit", "area"):
        if values.get(key):
            values[key] = getattr(place, str(values[key]))
    with pytest.raises(StaffRefused):
        appoint(newcomer(), **values)  # type: ignore[arg-type]
    assert not Assignment.objects.filter(user__username="baru").exists()


def test_nobody_has_one_role_twice_in_a_place(place: Place) -> None:
    with pytest.raises(StaffRefused, match="sudah bertugas"):
        appoint(place.bidan.user, "petugas-pustu", unit=place.pustu, cadre="bidan", on=DAY)


def test_who_leaves_the_puskesmas_leaves_its_klaster(place: Place) -> None:
    post = post_to_klaster(place.bidan.user, place.puskesmas, "2", "anggota", on=DAY)
    end_appointment(place.bidan, on=TODAY)
    post.refresh_from_db()
    assert post.valid_to == TODAY
    with pytest.raises(StaffRefused, match="sudah berakhir"):
        end_appointment(place.bidan, on=TODAY)


def test_who_goes_on_elsewhere_in_the_network_keeps_the_klaster(place: Place) -> None:
    post = post_to_klaster(place.bidan.user, place.puskesmas, "2", "anggota", on=DAY)
    appoint(place.bidan.user, "dokter", unit=place.puskesmas, cadre="dokter", on=DAY)
    end_appointment(place.bidan, on=TODAY)
    post.refresh_from_db()
    assert post.valid_to is None


# --- klaster ---


def test_a_post_holds_for_its_days(place: Place) -> None:
    row = post_to_klaster(
        place.kepala.user, place.puskesmas, "2", "pj", sub_unit="ibu", decree="SK 1/2026", on=DAY, by=place.kepala
    )
    assert list(posts_of(place.puskesmas, DAY)) == [row] and list(posts_of(place.puskesmas, BEFORE)) == []
    end_post(row, on=TODAY, by=place.kepala)
    assert klasters_of(place.kepala.user, place.puskesmas, TODAY) == set()


def test_help_from_another_klaster_is_a_post_of_that_day(place: Place) -> None:
    post_to_klaster(place.bidan.user, place.puskesmas, "2", "anggota", on=FOUNDED)
    post_to_klaster(place.bidan.user, place.puskesmas, "3", "anggota", on=DAY, until=NEXT_DAY)
    found = [klasters_of(place.bidan.user, place.puskesmas, day) for day in (BEFORE, DAY, NEXT_DAY)]
    assert found == [{"2"}, {"2", "3"}, {"2"}]


@pytest.mark.parametrize(
    "wrong",
    [
        {"klaster": "5"},
        {"position": "pj-program"},
        {"sub_unit": "lansia"},
        {"sub_unit": "rawat-inap", "klaster": "lintas"},
        {"unit": "pustu"},
        {"user": "dinas"},
        {"until": DAY},
    ],
)
def test_a_post_that_makes_no_sense_is_refused(place: Place, wrong: dict[str, object]) -> None:
    values: dict[str, object] = {"klaster": "2", "position": "anggota", "on": DAY, **wrong}
    user = getattr(place, str(values.pop("user", "bidan"))).user
    unit = getattr(place, str(values.pop("unit", "puskesmas")))
    with pytest.raises(StaffRefused):
        post_to_klaster(user, unit, **values)  # type: ignore[arg-type]
    assert not KlasterPost.objects.exists()


def test_only_a_puskesmas_with_beds_has_an_inpatient_ward(place: Place) -> None:
    set_trait(place.puskesmas, "rawat-inap", True, on=DAY)
    assert post_to_klaster(place.bidan.user, place.puskesmas, "lintas", "anggota", sub_unit="rawat-inap", on=DAY)


def test_one_post_at_a_time(place: Place) -> None:
    post_to_klaster(place.bidan.user, place.puskesmas, "2", "anggota", on=DAY)
    with pytest.raises(StaffRefused, match="sudah ditugaskan"):
        post_to_klaster(place.bidan.user, place.puskesmas, "2", "pj", on=TODAY)


# --- competences ---


def test_a_competence_holds_until_its_certificate_ends(place: Place) -> None:
    user = place.bidan.user
    row = record_competence(user, "iva", on=DAY, until=TODAY, certificate="123", issuer="Dinkes", by=place.kepala)
    record_competence(user, "apn", on=DAY)
    assert [competences_of(user, day) for day in (BEFORE, DAY, TODAY)] == [set(), {"iva", "apn"}, {"apn"}]
    end_competence(Competence.objects.get(training="apn"), on=TODAY)
    assert competences_of(user, TODAY) == set()
    with pytest.raises(StaffRefused, match="baru mulai"):
        end_competence(row, on=DAY)


@pytest.mark.parametrize("wrong", [{"training": "sulap"}, {"until": DAY}, {"training": "apn"}])
def test_a_competence_that_makes_no_sense_is_refused(place: Place, wrong: dict[str, object]) -> None:
    record_competence(place.bidan.user, "apn", on=FOUNDED)
    with pytest.raises(StaffRefused):
        record_competence(place.bidan.user, **{"training": "iva", "on": DAY, **wrong})  # type: ignore[arg-type]
    assert Competence.objects.count() == 1


# --- what is missing ---


def codes(place: Place, on: date) -> set[tuple[str, str]]:
    return {(one.code, one.place) for one in staffing_warnings(place.puskesmas, on)}


def test_a_klaster_without_a_pj_or_a_member_is_told(place: Place) -> None:
    every = {(code, klaster) for klaster in Klaster.values for code in ("klaster-tanpa-pj", "klaster-tanpa-anggota")}
    assert codes(place, DAY) == every | {("pustu-tanpa-perawat", "T99")}
    post_to_klaster(place.kepala.user, place.puskesmas, "4", "pj", on=DAY)
    post_to_klaster(place.bidan.user, place.puskesmas, "4", "anggota", on=DAY, until=TODAY)
    assert {code for code, klaster in codes(place, DAY) if klaster == "4"} == {"kompetensi-kurang"}
    record_competence(place.bidan.user, "kap", on=DAY)
    assert not {code for code, klaster in codes(place, DAY) if klaster == "4"}
    assert {code for code, klaster in codes(place, TODAY) if klaster == "4"} == {
        "klaster-tanpa-anggota",
        "kompetensi-kurang",
    }
    text = next(one.text for one in staffing_warnings(place.puskesmas, DAY) if one.place == "2")
    assert text == "Klaster 2 belum punya penanggung jawab."


def test_a_pustu_needs_a_bidan_and_a_perawat(place: Place) -> None:
    appoint(newcomer(), "petugas-pustu", unit=place.pustu, cadre="perawat", on=DAY, until=TODAY)
    assert not [code for code, at in codes(place, DAY) if at == "T99"]
    assert [code for code, at in codes(place, TODAY) if at == "T99"] == ["pustu-tanpa-perawat"]


# --- who may ---

NETWORK_ROLES = {
    "kader",
    "kader-pustu",
    "petugas-pustu",
    "dokter",
    "petugas-klaster-2",
    "petugas-klaster-3",
    "petugas-klaster-4",
    "petugas-laboratorium",
    "petugas-farmasi",
    "registrasi",
}
DINAS_ROLES = {"kepala-puskesmas", "petugas-klaster-1", "fktp-lain", "rumah-sakit", "pemerintah-desa"}
APPOINTED_BY = {
    "petugas-klaster-1": NETWORK_ROLES,
    "dinas-kabkota": DINAS_ROLES,
    "dinas-provinsi": {"dinas-kabkota"},
    "kementerian": {"dinas-provinsi"},
}


@pytest.mark.parametrize("role", [role for role in Role.values if role != "warga"])
def test_who_appoints_whom(place: Place, role: str) -> None:
    kabupaten, nation = place.kecamatan.parent, Area.objects.get(code="ID")
    assert kabupaten and kabupaten.parent
    places: dict[str, dict[str, object]] = {
        "kader": {"unit": place.posyandu, "cadre": "kader"},
        "kader-pustu": {"unit": place.pustu, "cadre": "kader"},
        "petugas-pustu": {"unit": place.pustu},
        "fktp-lain": {"unit": make_unit("K1", "fktp-lain", place.desa, None, [])},
        "rumah-sakit": {"unit": make_unit("R1", "rumah-sakit", place.desa, None, [])},
        "dinas-kabkota": {"area": kabupaten},
        "dinas-provinsi": {"area": kabupaten.parent},
        "kementerian": {"area": nation},
        "pemerintah-desa": {"area": place.desa},
    }
    where = places.get(role, {"unit": place.puskesmas})
    for number, by_role in enumerate(Role.values):
        over = {"dinas-kabkota": kabupaten, "dinas-provinsi": kabupaten.parent, "kementerian": nation}.get(by_role)
        by = assign(f"oleh{number}", by_role, "", None if over else place.puskesmas, over)
        may = APPOINTED_BY.get(by_role, set())
        if role in may:
            assert appoint(newcomer(f"orang{number}"), role, on=DAY, by=by, **where)  # type: ignore[arg-type]
        else:
            with pytest.raises(NotAllowed):
                appoint(newcomer(f"orang{number}"), role, on=DAY, by=by, **where)  # type: ignore[arg-type]


def test_nobody_appoints_themselves_or_outside_their_network(place: Place) -> None:
    by = klaster_1(place)
    with pytest.raises(NotAllowed, match="diri sendiri"):
        appoint(by.user, "registrasi", unit=place.puskesmas, on=DAY, by=by)
    other = make_unit("P98", "puskesmas", place.kecamatan, None, [])
    with pytest.raises(NotAllowed, match="jaringannya"):
        appoint(newcomer(), "registrasi", unit=other, on=DAY, by=by)
    Assignment.objects.filter(pk=by.pk).update(valid_to=DAY)
    by.refresh_from_db()
    with pytest.raises(NotAllowed, match="jaringannya"):
        appoint(newcomer("lagi"), "registrasi", unit=place.puskesmas, on=DAY, by=by)


@pytest.mark.parametrize("role", Role.values)
def test_who_posts_and_trains(place: Place, role: str) -> None:
    by = assign("oleh", role, "", place.puskesmas)
    if role in ("kepala-puskesmas", "petugas-klaster-1"):
        assert post_to_klaster(place.kader.user, place.puskesmas, "2", "anggota", on=DAY, by=by)
        assert record_competence(place.kader.user, "kader-terlatih", on=DAY, by=by)
        with pytest.raises(NotAllowed, match="tidak bertugas di"):
            record_competence(place.dinas.user, "apn", on=DAY, by=by)
        return
    with pytest.raises(NotAllowed):
        post_to_klaster(place.kader.user, place.puskesmas, "2", "anggota", on=DAY, by=by)
    if role == "petugas-pustu":  # of kader alone
        assert record_competence(place.kader.user, "kader-terlatih", on=DAY, by=by)
        with pytest.raises(NotAllowed, match="Kader ini"):
            record_competence(place.bidan.user, "apn", on=DAY, by=by)
    else:
        with pytest.raises(NotAllowed):
            record_competence(place.kader.user, "kader-terlatih", on=DAY, by=by)


def test_who_came_to_the_office_later_writes_down_what_was_before(place: Place) -> None:
    by = klaster_1(place)
    Assignment.objects.filter(pk=by.pk).update(valid_from=DAY)
    by.refresh_from_db()
    with pytest.raises(NotAllowed):
        record_competence(place.bidan.user, "apn", on=BEFORE, by=by)
    assert record_competence(place.bidan.user, "apn", on=BEFORE, by=by, today=DAY).valid_from == BEFORE


def test_a_kader_may_be_given_a_part_of_what_the_posyandu_serves(place: Place) -> None:
    row = appoint(newcomer(), "kader", unit=place.posyandu, area=place.rt1, cadre="kader", on=DAY, by=klaster_1(place))
    assert scope_of(row.user, DAY).area_paths == (place.rt1.path,)
    with pytest.raises(StaffRefused, match="di luar wilayah kerja"):
        appoint(newcomer("lain"), "kader", unit=place.posyandu, area=place.rt2, cadre="kader", on=DAY)


@pytest.mark.parametrize("wrong", [{"klaster": "5"}, {"sub_unit": "dapur"}, {"position": "ketua"}])
def test_the_database_refuses_a_post_that_makes_no_sense(place: Place, wrong: dict[str, str]) -> None:
    values = {"user": place.bidan.user, "unit": place.puskesmas, "klaster": "2", "position": "pj", "valid_from": DAY}
    with pytest.raises(IntegrityError), transaction.atomic():
        KlasterPost.objects.create(**{**values, **wrong})
