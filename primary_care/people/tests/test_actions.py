"""Registering, correcting, identifying and moving people."""

from datetime import date

import pytest

from primary_care.accounts.access import NotAllowed
from primary_care.audit.models import AuditEntry
from primary_care.audit.queries import verify_chains
from primary_care.keys import new_key
from primary_care.people import actions, projection
from primary_care.people.actions import ActionRefused, PersonDetails
from primary_care.people.models import Household, Identifier, NameToken, Person, PersonVersion
from primary_care.people.queries import at_date
from primary_care.people.tests.factories import FOUNDED, TODAY, Place, make_household, make_person, make_place

pytestmark = pytest.mark.django_db

NIK, OTHER_NIK, KK = "9901014204980001", "9901014204980002", "9901010101200001"


@pytest.fixture
def place() -> Place:
    return make_place()


def version_of(person: Person) -> PersonVersion:
    assert person.version is not None
    return person.version


def test_a_registered_person_shows_in_the_current_view(place: Place) -> None:
    household = make_household(place, no_kk=KK)
    person = make_person(place, "Hj. Siti  Aminah", household, nik=NIK)
    assert (person.full_name, person.name_normal) == ("Hj. Siti Aminah", "siti aminah")
    assert (person.nik, person.household, person.area_path) == (NIK, household, place.rt1.path)
    assert household.no_kk == KK
    assert list(person.name_tokens.order_by("position").values_list("word", flat=True)) == [
        "siti",
        "aminah",
        "sitiaminah",
    ]


def test_sending_the_same_registration_twice_changes_nothing(place: Place) -> None:
    key, house = new_key(), new_key()
    for _ in range(2):
        household = actions.register_household(by=place.kader, on=TODAY, area=place.rt1, no_kk=KK, key=house)
        person = actions.register_person(
            PersonDetails(full_name="Budi"),
            by=place.kader,
            on=TODAY,
            household=household,
            relationship="anak",
            nik=NIK,
            key=key,
        )
        assert person.pk == key
    assert (Person.objects.count(), Household.objects.count(), PersonVersion.objects.count()) == (1, 1, 1)
    assert Identifier.objects.count() == 2


def test_a_correction_replaces_a_version_and_keeps_it(place: Place) -> None:
    person = make_person(place, "Siti Amina", phone="0811")
    first = version_of(person)
    second = actions.correct_person(
        person, {"full_name": "Siti Aminah"}, replaces=first.pk, by=place.bidan, on=TODAY, reason="salah tulis"
    )
    assert (person.full_name, version_of(person)) == ("Siti Aminah", second)
    assert (second.phone, second.replaces, second.correction) == ("0811", first, True)
    assert PersonVersion.objects.get(pk=first.pk).full_name == "Siti Amina"
    assert at_date(person.versions.all(), date(2021, 1, 1)) is None  # the corrected row never held, the new one not yet


def test_a_change_of_the_world_leaves_the_past_as_it_was(place: Place) -> None:
    person = make_person(place, marital_status="belum-kawin")
    actions.correct_person(
        person, {"marital_status": "kawin"}, replaces=version_of(person).pk, by=place.bidan, on=TODAY, correction=False
    )
    before, after = at_date(person.versions.all(), date(2026, 10, 31)), at_date(person.versions.all(), TODAY)
    assert before is not None and after is not None
    assert (before.marital_status, after.marital_status) == ("belum-kawin", "kawin")


def test_who_corrects_an_old_version_is_told(place: Place) -> None:
    person = make_person(place)
    seen = version_of(person).pk
    actions.correct_person(person, {"phone": "0811"}, replaces=seen, by=place.bidan, on=TODAY)
    with pytest.raises(ActionRefused, match="sudah diubah") as refused:
        actions.correct_person(person, {"phone": "0822"}, replaces=seen, by=place.kader, on=TODAY)
    assert refused.value.code == "sudah-berubah"
    assert version_of(person).phone == "0811"


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({"full_name": "  "}, "nama"),
        ({"full_name": "x" * 121}, "nama"),
        ({"birth_date": date(2026, 11, 2)}, "tanggal-lahir"),
        ({"deceased_on": date(2026, 11, 2)}, "tanggal-meninggal"),
        ({"birth_date": date(2000, 1, 2), "deceased_on": date(2000, 1, 1)}, "tanggal-meninggal"),
        ({"sex": "wanita"}, "pilihan"),
        ({"disability": ["netra", "buta"]}, "pilihan"),
    ],
)
def test_what_cannot_be_true_is_refused(place: Place, details: dict[str, object], code: str) -> None:
    values = {"full_name": "Siti", **details}
    with pytest.raises(ActionRefused) as refused:
        actions.register_person(
            PersonDetails(**values), by=place.kader, on=TODAY, household=make_household(place), relationship="anak"
        )
    assert refused.value.code == code
    assert not Person.objects.exists()


def test_a_nik_belongs_to_one_person(place: Place) -> None:
    make_person(place, "Siti", nik=NIK)
    with pytest.raises(ActionRefused, match="NIK ini sudah dipakai") as refused:
        make_person(place, "Sari", nik=NIK)
    assert refused.value.code == "nomor-dipakai"
    assert NIK not in str(refused.value)
    assert Person.objects.count() == 1  # the whole registration is undone, nothing half-done stays


def test_a_number_that_ended_may_be_given_to_another(place: Place) -> None:
    wrong, right = make_person(place, "Siti", nik=NIK), make_person(place, "Sari")
    actions.add_identifier(wrong, "nik", "", by=place.registrasi, on=TODAY, correction=True)
    actions.add_identifier(right, "nik", NIK, by=place.registrasi, on=TODAY)
    assert (wrong.nik, right.nik) == (None, NIK)


@pytest.mark.parametrize("nik", ["123", "99010142049800AB", "99010142049800011"])
def test_a_nik_has_sixteen_digits(place: Place, nik: str) -> None:
    person = make_person(place)
    with pytest.raises(ActionRefused, match="16 angka"):
        actions.add_identifier(person, "nik", nik, by=place.registrasi, on=TODAY)


def test_a_household_has_one_head(place: Place) -> None:
    household = make_household(place)
    head = make_person(place, "Budi", household, relationship="kepala-keluarga", sex="laki-laki")
    with pytest.raises(ActionRefused, match="sudah mempunyai kepala keluarga"):
        make_person(place, "Siti", household, relationship="kepala-keluarga")
    wife = make_person(place, "Siti", household)
    actions.record_death(head, TODAY, by=place.bidan, on=TODAY)
    actions.join_household(wife, household, "kepala-keluarga", by=place.bidan, on=TODAY)
    assert wife.relationship == "kepala-keluarga"


def test_a_household_that_moves_takes_its_members_along(place: Place) -> None:
    household = make_household(place)
    person = make_person(place, household=household)
    actions.move_residence(household, place.other_rt, by=place.registrasi, on=TODAY)
    person.refresh_from_db()
    assert person.area_path == place.other_rt.path
    before = at_date(household.residences.all(), date(2026, 10, 31))
    assert before is not None and before.area == place.rt1


def test_who_moves_out_alone_stays_out_until_joining_again(place: Place) -> None:
    household = make_household(place)
    person = make_person(place, household=household)
    actions.move_residence(person, place.other_rt, by=place.registrasi, on=date(2026, 1, 1))
    assert person.area_path == place.other_rt.path
    actions.move_residence(household, place.rt2, by=place.registrasi, on=date(2026, 2, 1))
    person.refresh_from_db()
    assert person.area_path == place.other_rt.path
    actions.join_household(person, household, "istri", by=place.registrasi, on=TODAY)
    assert person.area_path == place.rt2.path


def test_who_moved_away_is_seen_by_nobody_here(place: Place) -> None:
    person = make_person(place)
    actions.move_residence(person, None, by=place.registrasi, on=TODAY)
    assert (person.area, person.area_path) == (None, "")


def test_nobody_acts_outside_their_catchment(place: Place) -> None:
    with pytest.raises(NotAllowed, match="wilayah kerja"):
        actions.register_household(by=place.kader, on=TODAY, area=place.rt2)
    far = make_person(place, household=make_household(place, place.other_rt))
    with pytest.raises(NotAllowed):
        actions.correct_person(far, {"phone": "1"}, replaces=version_of(far).pk, by=place.bidan, on=TODAY)
    with pytest.raises(NotAllowed):
        actions.register_household(by=place.kader, on=date(2019, 1, 1), area=place.rt1)  # before the assignment began


@pytest.mark.parametrize("who", ["kepala", "dinas"])
def test_roles_that_only_read_change_nothing(place: Place, who: str) -> None:
    with pytest.raises(NotAllowed, match="Anda tidak dapat"):
        actions.register_household(by=getattr(place, who), on=TODAY, area=place.rt1)


def test_every_change_is_in_the_audit_trail(place: Place) -> None:
    person = make_person(place, nik=NIK)
    actions.correct_person(person, {"phone": "0811"}, replaces=version_of(person).pk, by=place.bidan, on=TODAY)
    kinds = list(AuditEntry.objects.filter(person_id=person.pk).order_by("id").values_list("kind", flat=True))
    assert kinds == ["people.person", "people.identifier", "people.personversion"]
    assert verify_chains() == []


def test_the_current_view_rebuilt_from_the_facts_is_the_same(place: Place) -> None:
    household = make_household(place, no_kk=KK)
    person = make_person(place, "Nur Hayati", household, nik=NIK)
    mover = make_person(place, "Budi Santoso", household, relationship="anak", mother_id=person.pk)
    actions.move_residence(mover, place.other_rt, by=place.registrasi, on=date(2026, 1, 1))
    actions.move_residence(household, place.rt2, by=place.registrasi, on=TODAY)
    actions.add_identifier(person, "nik", OTHER_NIK, by=place.registrasi, on=TODAY, correction=True)
    actions.correct_person(
        mover, {"full_name": "Budi S."}, replaces=version_of(mover).pk, by=place.registrasi, on=TODAY
    )

    def view() -> list[object]:
        words = NameToken.objects.order_by("person", "position").values_list("person", "position", "word", "sound")
        return [*Person.objects.order_by("pk").values(), *Household.objects.order_by("pk").values(), *words]

    kept = view()
    Person.objects.update(full_name="", nik=None, area=None, area_path="", version=None, mother=None)
    Household.objects.update(no_kk=None, area=None, area_path="")
    assert view() != kept
    projection.rebuild()
    assert view() == kept


def test_the_registration_day_is_the_day_given(place: Place) -> None:
    assert version_of(make_person(place)).valid_from == FOUNDED
