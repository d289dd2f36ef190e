"""The pages of the register: families and persons registered, corrected, moved; who is there already; what is told of others."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from primary_care.accounts.models import Assignment, User
from primary_care.audit.models import AuditEntry
from primary_care.desk import access
from primary_care.keys import new_key
from primary_care.people.actions import PersonDetails, add_identifier, register_household, register_person
from primary_care.people.link_models import PersonLink
from primary_care.people.models import Household, Person
from primary_care.visits.tests.world import BEGAN, TODAY

NIK, KK = "9901014106900002", "9901010101200001"  # a woman born 1 June 1990


@pytest.fixture(autouse=True)
def on_a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)


def someone(world: Any, role: str, unit: Any = None, name: str = "") -> Assignment:
    user = User.objects.create_user(name or f"u.{role}", "rahasia-sekali", full_name=f"Petugas {role}")
    return Assignment.objects.create(user=user, role=role, unit=unit or world.puskesmas, valid_from=BEGAN)


@pytest.fixture
def manager(client: Client, world: Any) -> Client:
    """A browser in which klaster 1 of the Puskesmas works."""
    world.manager = someone(world, "petugas-klaster-1")
    client.force_login(world.manager.user)
    return client


def elsewhere(world: Any, name: str = "Orang Jauh", nik: str = NIK, **known: Any) -> Person:
    """Somebody who lives in the area of the other Puskesmas."""
    there = Assignment.objects.get(user=world.stranger).unit
    by = someone(world, "registrasi", there, f"jauh.{Person.objects.count()}")
    home = register_household(by=by, on=TODAY, area=world.elsewhere)
    details = PersonDetails(full_name=name, **({"sex": "perempuan", "birth_date": date(1990, 6, 1)} | known))
    return register_person(details, by=by, on=TODAY, household=home, relationship="kepala-keluarga", nik=nik)


FAMILY = {
    "alamat": "Jalan Kenanga 5",
    "kk": KK,
    "sejak": "1-3-2026",
    "nama": "Dewi Lestari",
    "nik": NIK,
    "kelamin": "perempuan",
    "lahir": "1-6-1990",
}


def post(browser: Client, page: str, typed: dict[str, Any]) -> tuple[int, str]:
    answer = browser.post(page, typed)
    return answer.status_code, answer.content.decode()


def test_a_family_is_registered_with_its_head_once(manager: Client, world: Any) -> None:
    page = reverse("register-household")
    assert "RT 02" in manager.get(page).content.decode()
    typed = FAMILY | {
        "tempat": str(world.rt.pk),
        "kunci": str(new_key()),
        "pekerjaan": "Guru",
        "disabilitas": "tidak-ada",
    }
    for _twice in range(2):
        answer = manager.post(page, typed)
        assert answer.status_code == 302, answer.content.decode()
    household = Household.objects.get(no_kk=KK)
    head = household.members.get()
    assert (head.nik, head.relationship, head.area, str(head.version.valid_from)) == (
        NIK,
        "kepala-keluarga",
        world.rt,
        "2026-03-01",
    )
    assert head.version.occupation == "Guru" and household.address == "Jalan Kenanga 5"
    shown = manager.get(reverse("household", args=[household.pk])).content.decode()
    assert "Keluarga Dewi Lestari" in shown and "Tambah anggota" in shown
    assert AuditEntry.objects.filter(action="write", kind="people.person", person_id=head.pk).exists()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"nama": ""}, "Tulis nama lengkapnya"),
        ({"nik": "123"}, "NIK harus 16 angka. Yang diketik 3 angka."),
        ({"nik": "99010141069O0002"}, "hanya boleh berisi angka"),
        ({"kk": "99"}, "Nomor KK harus 16 angka"),
        ({"lahir": "31-2-1990"}, "bukan tanggal"),
        ({"lahir": "1-1-2030"}, "belum tiba"),
        ({"lahir": ""}, "tandai bahwa belum diketahui"),
        ({"lahir": "1-1-1880"}, "lebih dari 120 tahun"),
        ({"tempat": ""}, "Pilih tempat tinggalnya"),
        ({"kelamin": ""}, "Pilih jenis kelamin"),
        ({"sejak": "11-6-2026"}, "belum tiba"),
        ({"nik": "9901010106900002"}, "Jenis kelamin di NIK berbeda"),
        ({"lahir": "2-6-1990"}, "Tanggal lahir di NIK berbeda"),
        ({"nik": "0001014106900002"}, "bukan kode wilayah"),
        ({"disabilitas": ["tidak-ada", "netra"]}, "tidak dapat dipilih bersama"),
        ({"nama": "x" * 121}, "Paling panjang 120 huruf"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(
    manager: Client, world: Any, changed: dict[str, Any], says: str
) -> None:
    status, page = post(manager, reverse("register-household"), FAMILY | {"tempat": str(world.rt.pk)} | changed)
    assert status == 422 and says in page
    assert "Jalan Kenanga 5" in page and not Household.objects.filter(no_kk=KK).exists()


def test_a_nik_that_does_not_fit_is_kept_when_the_card_says_so(manager: Client, world: Any) -> None:
    typed = FAMILY | {"tempat": str(world.rt.pk), "nik": "9901010106900002"}
    typed["yakin"] = ["nik-jenis-kelamin-beda=9901010106900002"]
    assert post(manager, reverse("register-household"), typed)[0] == 302
    assert Person.objects.get(full_name="Dewi Lestari").nik == "9901010106900002"


def test_a_member_without_nik_gets_a_provisional_number_and_the_nik_of_the_mother(manager: Client, world: Any) -> None:
    add_identifier(world.ibu, "nik", "9901014204980001", by=world.manager, on=TODAY)
    typed = {
        "nama": "Raka Santoso",
        "kelamin": "laki-laki",
        "lahir": "1-6-2026",
        "hubungan": "anak",
        "ibu": str(world.ibu.pk),
        "sejak": "1-6-2026",
    }
    assert post(manager, reverse("add-member", args=[world.household.pk]), typed)[0] == 302
    child = Person.objects.get(full_name="Raka Santoso")
    numbers = dict(child.identifiers.values_list("system", "value"))
    assert (
        numbers["nik-ibu"] == "9901014204980001" and numbers["sementara"].startswith("S-") and child.mother == world.ibu
    )


def test_who_is_there_already_is_told_while_typing_and_asked_before_saving(manager: Client, world: Any) -> None:
    typed = {
        "nama": "Sitti Aminah",
        "kelamin": "perempuan",
        "lahir": "4-2-1998",
        "hubungan": "famili-lain",
        "sejak": "1-6-2026",
    }
    hint = manager.post(reverse("similar"), typed).content.decode()
    assert "Siti Aminah" in hint and "tertukar" in hint
    assert AuditEntry.objects.filter(kind="desk.similar", person_id=world.ibu.pk).exists()
    page = reverse("add-member", args=[world.household.pk])
    status, shown = post(manager, page, typed)
    assert (
        status == 422
        and "Siti Aminah orang yang berbeda" in shown
        and not Person.objects.filter(full_name="Sitti Aminah").exists()
    )
    assert post(manager, page, typed | {"yakin": [f"bukan={world.ibu.pk}"]})[0] == 302
    twin = {
        "nama": "Rini Santoso",
        "kelamin": "perempuan",
        "lahir": "1-9-2025",
        "hubungan": "anak",
        "ibu": str(world.ibu.pk),
        "sejak": "1-6-2026",
    }
    assert (
        "bila kembar, lanjutkan"
        in manager.post(reverse("similar"), twin | {"keluarga": str(world.household.pk)}).content.decode()
    )
    assert post(manager, page, twin)[0] == 302, "a twin is no question"


def test_nobody_outside_the_sight_is_shown_or_hinted_at_but_a_whole_nik(manager: Client, world: Any) -> None:
    elsewhere(world, "Siti Rahayu")
    same = {"nama": "Siti Rahayu", "kelamin": "perempuan", "lahir": "1-6-1990"}
    assert manager.post(reverse("similar"), same).content.decode().strip() == ""
    assert manager.post(reverse("similar"), same | {"nik": NIK[:15]}).content.decode().strip() == ""
    hint = manager.post(reverse("similar"), same | {"nik": NIK}).content.decode()
    assert "terdaftar di luar wilayah kerja Anda" in hint and "Rahayu" not in hint
    status, page = post(manager, reverse("register-household"), FAMILY | {"nama": "Lain", "tempat": str(world.rt.pk)})
    assert status == 422 and "di luar wilayah kerja Anda" in page and "Rahayu" not in page


def test_who_moves_in_from_elsewhere_comes_with_nik_and_birth_date(manager: Client, world: Any) -> None:
    person = elsewhere(world)
    page, typed = (
        reverse("arrival", args=[world.household.pk]),
        {"nik": NIK, "lahir": "1-6-1990", "hubungan": "famili-lain", "sejak": "10-6-2026"},
    )
    status, shown = post(manager, page, typed | {"lahir": "2-6-1990"})
    assert status == 422 and "Tidak ada orang dengan NIK" in shown and "Orang Jauh" not in shown
    assert post(manager, page, typed)[0] == 302
    person.refresh_from_db()
    assert (person.household, person.area) == (world.household, world.rt)
    assert AuditEntry.objects.filter(person_id=person.pk, user=world.manager.user, reason="pindah masuk").exists()


def test_a_correction_is_a_new_fact_and_the_old_one_is_read_and_brought_back(manager: Client, world: Any) -> None:
    page = reverse("identity", args=[world.ibu.pk])
    assert "Terdaftar: Siti Aminah" in manager.get(page).content.decode()
    typed = {
        "nama": "Siti Aminah Putri", "nik": "9901014204980001", "kelamin": "perempuan", "lahir": "2-4-1998", "apa": "salah", "alasan": "KTP",
        "versi": str(world.ibu.version_id),
    }  # fmt: skip
    assert post(manager, page, typed | {"apa": ""})[0] == 422
    assert post(manager, page, typed)[0] == 302
    shown = manager.get(page).content.decode()
    assert (
        "dari Siti Aminah menjadi Siti Aminah Putri" in shown
        and "dari kosong" not in shown
        and "9901014204980001" in shown
    )
    stale = post(manager, page, typed | {"nama": "Lain Lagi", "yakin": []})
    assert stale[0] == 422 and "sudah diubah orang lain" in stale[1]
    last = Person.objects.get(pk=world.ibu.pk).version
    said, hidden = stale[1].split("Riwayat")[0], f'name="versi" value="{last.pk}"'
    assert "dari Siti Aminah menjadi Siti Aminah Putri" in said and "Lain Lagi" in said and hidden in said
    manager.post(page, {"urungkan": f"diri:{last.pk}"})
    world.ibu.refresh_from_db()
    assert (world.ibu.full_name, world.ibu.nik, world.ibu.versions.count()) == ("Siti Aminah", "9901014204980001", 3)


def test_a_person_moves_to_another_family_alone_and_away_and_comes_back(manager: Client, world: Any) -> None:
    other = register_household(by=world.manager, on=TODAY, area=world.rt, no_kk=KK)
    page, since = reverse("move-person", args=[world.anak.pk]), {"sejak": "10-6-2026"}
    assert (
        "Tidak ada keluarga"
        in post(manager, page, since | {"ke": "keluarga", "tujuan-kk": "1" * 16, "hubungan": "cucu"})[1]
    )
    assert post(manager, page, since | {"ke": "keluarga", "tujuan-kk": KK, "hubungan": "cucu"})[0] == 302
    world.anak.refresh_from_db()
    assert (world.anak.household, world.anak.relationship) == (other, "cucu")
    assert post(manager, page, since | {"ke": "sendiri", "tempat": str(world.rt.pk), "alamat": "Jalan Baru"})[0] == 302
    world.anak.refresh_from_db()
    assert world.anak.relationship == "kepala-keluarga" and world.anak.household.address == "Jalan Baru"
    assert "Tulis ke mana" in post(manager, page, since | {"ke": "keluar"})[1]
    before = Person.objects.filter(pk=world.anak.pk).values().get()
    assert post(manager, page, since | {"ke": "keluar", "tujuan": "Mataram"})[0] == 302
    assert manager.get(reverse("person", args=[world.anak.pk])).status_code == 404
    shown = manager.get(reverse("moved-out")).content.decode()
    assert "Rara Santoso" in shown and "Mataram" in shown
    manager.post(reverse("moved-out"), {"kembalikan": str(world.anak.pk)})
    assert Person.objects.filter(pk=world.anak.pk).values().get() == before
    assert "Rara Santoso" not in manager.get(reverse("moved-out")).content.decode()


def test_a_family_moves_within_and_away_and_comes_back(manager: Client, world: Any) -> None:
    page = reverse("move-household", args=[world.household.pk])
    assert (
        post(
            manager, page, {"ke": "dalam", "tempat": str(world.rt.pk), "alamat": "Jalan Mawar 1", "sejak": "9-6-2026"}
        )[0]
        == 302
    )
    assert Household.objects.get(pk=world.household.pk).address == "Jalan Mawar 1"
    outside = post(manager, page, {"ke": "dalam", "tempat": str(world.elsewhere.pk), "sejak": "9-6-2026"})
    assert outside[0] == 422 and "Pilih tempat tinggalnya" in outside[1], "only places within reach"
    before = list(Person.objects.order_by("pk").values())
    assert post(manager, page, {"ke": "keluar", "tujuan": "tidak diketahui", "sejak": "10-6-2026"})[0] == 302
    assert not Person.objects.exclude(area_path="").filter(household=world.household).exists()
    other = Client()
    other.force_login(
        someone(world, "petugas-klaster-1", Assignment.objects.get(user=world.stranger).unit, "lain").user
    )
    assert "Siti Aminah" not in other.get(reverse("moved-out")).content.decode(), "they left from another place"
    manager.post(reverse("moved-out"), {"kembalikan": str(world.household.pk)})
    assert list(Person.objects.order_by("pk").values()) == before


def test_the_head_and_the_number_of_a_family_change(manager: Client, world: Any) -> None:
    page = reverse("household-data", args=[world.household.pk])
    typed = {
        "kk": KK,
        f"hubungan-{world.bapak.pk}": "suami",
        f"hubungan-{world.ibu.pk}": "kepala-keluarga",
        f"hubungan-{world.anak.pk}": "anak",
    }
    assert "hanya satu" in post(manager, page, typed | {f"hubungan-{world.bapak.pk}": "kepala-keluarga"})[1]
    assert post(manager, page, typed)[0] == 302
    world.ibu.refresh_from_db()
    assert world.ibu.relationship == "kepala-keluarga" and Household.objects.get(pk=world.household.pk).no_kk == KK


def test_a_death_is_asked_about_once_and_taken_back(manager: Client, world: Any) -> None:
    page = reverse("death", args=[world.bapak.pk])
    assert "belum tiba" in post(manager, page, {"ended": "11-6-2026"})[1]
    assert "mendahului tanggal lahir" in post(manager, page, {"ended": "1-1-1990"})[1]
    status, shown = post(manager, page, {"ended": "9-6-2026"})
    assert status == 422 and "Pastikan orang dan tanggalnya benar" in shown
    answer = manager.post(page, {"ended": "9-6-2026", "yakin": "meninggal=2026-06-09"})
    assert answer.url == reverse("household-data", args=[world.household.pk]), "the family needs another head"
    version = Person.objects.get(pk=world.bapak.pk).version
    assert version.deceased_on == TODAY - timedelta(days=1)
    manager.post(reverse("identity", args=[world.bapak.pk]), {"urungkan": f"diri:{version.pk}"})
    assert Person.objects.get(pk=world.bapak.pk).deceased_on is None


def test_two_records_are_compared_merged_and_parted(manager: Client, world: Any) -> None:
    details = PersonDetails(full_name="Sitti Aminah", sex="perempuan", birth_date=world.ibu.birth_date)
    twice = register_person(details, by=world.manager, on=TODAY, household=world.household, relationship="famili-lain")
    assert "1 pasangan" in manager.get(reverse("duplicates")).content.decode()
    page = reverse("compare", args=[world.ibu.pk, twice.pk])
    assert post(manager, page, {"pilihan": str(world.ibu.pk), "alasan": "ya"})[0] == 422, "a reason says something"
    answer = manager.post(page, {"pilihan": str(world.ibu.pk), "alasan": "KTP yang sama, sudah ditanyakan"})
    assert answer.url == reverse("person", args=[world.ibu.pk])
    assert manager.get(reverse("person", args=[twice.pk])).content.decode().count("Siti Aminah") > 0
    link = PersonLink.objects.get()
    assert "Digabung menjadi satu orang" in manager.get(reverse("links")).content.decode()
    manager.post(reverse("links"), {"urungkan": str(link.pk)})
    assert Person.objects.get(pk=twice.pk).active
    manager.post(page, {"pilihan": "berbeda", "alasan": "dua orang, sudah ditanyakan"})
    assert "Tidak ada yang tampak ganda" in manager.get(reverse("duplicates")).content.decode()


def test_the_register_page_counts_what_is_missing(manager: Client, world: Any) -> None:
    page = manager.get(reverse("register")).content.decode()
    assert "1 keluarga, 3 orang" in page and "Ekspor ke Excel" in page
    client = Client()
    client.force_login(someone(world, "kader", world.posyandu).user)
    world.posyandu.catchments.get_or_create(area=world.rt, valid_from=BEGAN)
    kader = client.get(reverse("register")).content.decode()
    assert (
        "Daftarkan keluarga baru" in kader
        and "Ekspor" not in kader
        and "Impor" not in kader
        and "dua kali" not in kader
    )
