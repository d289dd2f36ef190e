"""The pages about staff: who finds whom, who may do what, that errors stand at their fields, that passwords are chosen by their owners."""

import re
from datetime import date
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from primary_care.accounts.models import Assignment, User
from primary_care.areas.models import Area
from primary_care.audit.models import AuditEntry
from primary_care.desk import access
from primary_care.staff.models import Competence, KlasterPost
from primary_care.units.models import Unit
from primary_care.visits.tests.world import BEGAN, TODAY

GOOD = "kuda-laut-77"


@pytest.fixture(autouse=True)
def on_a_fixed_day(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)
    settings.SECOND_FACTOR = "mati"


def someone(role: str, unit: Unit | None, area: Area | None = None, *, cadre: str = "", name: str = "") -> Assignment:
    user = User.objects.create_user(name or f"u.{role}", "rahasia-sekali", full_name=f"Orang {name or role}")
    return Assignment.objects.create(user=user, role=role, unit=unit, area=area, cadre=cadre, valid_from=BEGAN)


@pytest.fixture
def manager(client: Client, world: Any) -> Client:
    """A browser in which klaster 1 of the Puskesmas works."""
    world.manager = someone("petugas-klaster-1", world.puskesmas)
    client.force_login(world.manager.user)
    return client


def new_nurse(world: Any, **typed: Any) -> dict[str, Any]:
    return {
        "ke": "baru", "nama": "Dewi Anggraini", "nama-pengguna": "dewi", "peran": "petugas-klaster-3", "tenaga": "perawat",
        "tempat": f"u-{world.puskesmas.pk}", "sejak": "1-6-2026", **typed,
    }  # fmt: skip


def errors(answer: Any) -> dict[str, str]:
    """What the list at the top says, by field."""
    text = answer.content.decode()
    return {name: said for name, said in re.findall(r'<li><a href="#isian-([\w-]+)">([^<]+)</a></li>', text)}


def test_somebody_new_gets_an_account_a_duty_and_a_password_shown_once(manager: Client, world: Any) -> None:
    answer = manager.post(reverse("new-staff"), new_nurse(world))
    text = answer.content.decode()
    found = re.search(r'class="key big">([a-z2-9-]{14})<', text)
    assert answer.status_code == 200 and found and answer.headers["Cache-Control"].find("no-store") >= 0
    dewi = User.objects.get(username="dewi")
    duty = dewi.assignments.get()
    assert (duty.role, duty.cadre, duty.unit, duty.valid_from) == (
        "petugas-klaster-3",
        "perawat",
        world.puskesmas,
        date(2026, 6, 1),
    )
    assert found[1] not in manager.get(reverse("staff-member", args=[dewi.pk])).content.decode()
    assert AuditEntry.objects.filter(kind="accounts.user", object_id=dewi.pk, user=world.manager.user).count() == 2

    hers = Client()
    assert hers.post(reverse("login"), {"username": "dewi", "password": found[1]}).status_code == 302
    for page in (reverse("home"), reverse("search"), reverse("me")):
        assert hers.get(page).headers["Location"].startswith(reverse("own-password"))
    typed = {"lama": found[1], "baru": GOOD, "ulang": GOOD}
    assert errors(hers.post(reverse("own-password"), typed | {"lama": "bukan-itu"})).keys() == {"lama"}
    assert errors(hers.post(reverse("own-password"), typed | {"ulang": "lain"})).keys() == {"ulang"}
    assert errors(hers.post(reverse("own-password"), typed | {"baru": "pendek", "ulang": "pendek"})).keys() == {"baru"}
    assert hers.post(reverse("own-password"), typed).headers["Location"] == reverse("me")
    assert hers.get(reverse("home")).status_code == 200, "she goes on without logging in again"
    other = Client()
    assert other.login(username="dewi", password=GOOD)


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(manager: Client, world: Any) -> None:
    def told(**typed: Any) -> dict[str, str]:
        answer = manager.post(reverse("new-staff"), new_nurse(world, **typed))
        assert (answer.status_code == 422 and 'value="1-6-2026"' in answer.content.decode()) or "sejak" in typed
        return errors(answer)

    assert told(nama="", **{"nama-pengguna": ""}).keys() == {"nama", "nama-pengguna"}
    assert told(**{"nama-pengguna": "de wi"}).keys() == {"nama-pengguna"}
    assert told(**{"nama-pengguna": "bidan.sri"})["nama-pengguna"].endswith("sudah dipakai. Pilih nama lain.")
    assert told(peran="", tempat="").keys() == {"peran", "tempat"}
    assert told(peran="kepala-puskesmas").keys() == {"peran"}, "not what klaster 1 gives"
    assert told(tempat=f"u-{world.posyandu.pk}").keys() == {"tempat"}
    assert told(peran="kader", tempat=f"u-{world.posyandu.pk}").keys() == {"tenaga"}
    assert told(tenaga="kader").keys() == {"tenaga"}
    assert told(sejak="kemarin").keys() == {"sejak"}
    assert told(sejak="1-6-2062").keys() == {"sejak"}
    assert told(sampai="31-5-2026").keys() == {"sampai"}
    assert told(sejak="1-6-2019").keys() == {"sejak"}, "the Puskesmas was not there"
    elsewhere = Unit.objects.get(code="P2")
    assert told(tempat=f"u-{elsewhere.pk}").keys() == {"tempat"}
    assert not User.objects.filter(username="dewi").exists()


def test_a_kader_gets_an_rt_of_the_posyandu(manager: Client, world: Any) -> None:
    world.posyandu.catchments.create(area=world.rt, valid_from=BEGAN)
    typed = new_nurse(world, peran="kader", tenaga="kader", tempat=f"u-{world.posyandu.pk}", bagian=str(world.rt.pk))
    assert manager.post(reverse("new-staff"), typed).status_code == 200
    assert User.objects.get(username="dewi").assignments.get().area == world.rt


def test_an_account_that_is_there_already_is_found_by_its_whole_name(manager: Client, world: Any) -> None:
    typed = new_nurse(world, ke="lama", akun="bidan")
    assert errors(manager.post(reverse("new-staff"), typed)).keys() == {"akun"}
    assert manager.post(reverse("new-staff"), typed | {"akun": "bidan.lain"}).status_code == 302
    assert world.stranger.assignments.filter(unit=world.puskesmas).exists()
    page = manager.get(reverse("staff-member", args=[world.stranger.pk])).content.decode()
    assert "1 tugas di luar jangkauan Anda" in page and "Puskesmas Lain" not in page and "Atur akun" not in page


def test_the_list_is_searched_and_keeps_apart_who_has_left(manager: Client, world: Any) -> None:
    gone = someone("dokter", world.puskesmas, cadre="dokter", name="lama")
    Assignment.objects.filter(pk=gone.pk).update(valid_to=TODAY)

    def names(**asked: str) -> set[str]:
        text = manager.get(reverse("staff"), asked).content.decode()
        return set(re.findall(r'class="people__name" href="[^"]+">([^<]+)<', text))

    assert names() == {"Sri Wahyuni", "Orang petugas-klaster-1"}
    assert names(q="wahyuni") == names(q="bidan.sri") == names(peran="petugas-klaster-2") == {"Sri Wahyuni"}
    assert names(bagian="lalu") == {"Orang lama"}
    assert names(q="lain") == set()


def test_a_duty_ends_on_its_last_day(manager: Client, world: Any) -> None:
    page = reverse("end-duty", args=[world.bidan.pk, world.assignment.pk])
    assert errors(manager.post(page, {"sampai": ""})).keys() == {"sampai"}
    assert errors(manager.post(page, {"sampai": "1-1-2019"})).keys() == {"sampai"}
    assert manager.post(page, {"sampai": "9-6-2026"}).status_code == 302
    world.assignment.refresh_from_db()
    assert world.assignment.valid_to == TODAY
    assert "sampai 9 Juni 2026" in manager.get(reverse("staff-member", args=[world.bidan.pk])).content.decode()


def test_klaster_and_competence_are_recorded_and_ended(manager: Client, world: Any) -> None:
    member = [world.bidan.pk]
    typed = {"klaster": "2", "kedudukan": "pj", "sub-unit": "ibu", "sejak": "1-2-2026", "sk": "SK 4/2026"}
    assert errors(manager.post(reverse("post-to-klaster", args=member), typed | {"sub-unit": "lansia"})).keys() == {
        "sub-unit"
    }
    assert errors(manager.post(reverse("post-to-klaster", args=member), {})).keys() == {"klaster", "kedudukan", "sejak"}
    assert manager.post(reverse("post-to-klaster", args=member), typed).status_code == 302
    training = {"pelatihan": "apn", "sejak": "1-2-2018", "sampai": "1-2-2028", "sertifikat": "S-77"}
    assert errors(manager.post(reverse("add-competence", args=member), training | {"sejak": "1-7-2026"})).keys() == {
        "sejak"
    }
    assert manager.post(reverse("add-competence", args=member), training).status_code == 302, "before she worked here"
    text = manager.get(reverse("staff-member", args=member)).content.decode()
    assert "SK 4/2026" in text and "S-77" in text and "sampai 1 Februari 2028" in text
    post, row = KlasterPost.objects.get(), Competence.objects.get()
    assert manager.post(reverse("end-klaster", args=[*member, post.pk]), {"sampai": "9-6-2026"}).status_code == 302
    assert manager.post(reverse("end-competence", args=[*member, row.pk]), {"sampai": "9-6-2026"}).status_code == 302
    post.refresh_from_db()
    row.refresh_from_db()
    assert post.valid_to == row.valid_to == TODAY


def test_an_account_is_mended_closed_and_opened(manager: Client, world: Any) -> None:
    page, member = reverse("account", args=[world.bidan.pk]), world.bidan
    Authenticator.objects.create(user=member, type="totp", data={})
    hers = Client()
    hers.force_login(member)
    answer = manager.post(page, {"tindakan": "sandi"})
    assert answer.status_code == 200 and "tampil satu kali" in answer.content.decode()
    assert hers.get(reverse("home")).headers["Location"].startswith(reverse("login")), "she is logged out"
    assert errors(manager.post(page, {"tindakan": "kode", "alasan-kode": "hp"})).keys() == {"alasan-kode"}
    assert manager.post(page, {"tindakan": "kode", "alasan-kode": "ponsel hilang, datang sendiri"}).status_code == 302
    assert not Authenticator.objects.filter(user=member).exists()
    assert errors(manager.post(page, {"tindakan": "nama", "nama": " "})).keys() == {"nama"}
    assert manager.post(page, {"tindakan": "nama", "nama": "Sri Wahyuningsih"}).status_code == 302
    assert errors(manager.post(page, {"tindakan": "tutup"})).keys() == {"alasan-tutup"}
    assert manager.post(page, {"tindakan": "tutup", "alasan-tutup": "pindah ke kabupaten lain"}).status_code == 302
    member.refresh_from_db()
    assert (member.full_name, member.is_active) == ("Sri Wahyuningsih", False)
    assert "Buka lagi akun ini" in manager.get(page).content.decode()
    assert manager.post(page, {"tindakan": "buka"}).status_code == 302
    member.refresh_from_db()
    assert member.is_active


def test_nobody_gets_hold_of_an_account_that_reaches_further(manager: Client, world: Any) -> None:
    head = someone("kepala-puskesmas", world.puskesmas, cadre="dokter")
    own = world.manager.user
    for user in (head.user, own):
        assert manager.post(reverse("account", args=[user.pk]), {"tindakan": "sandi"}).status_code == 403
    assert manager.post(reverse("add-duty", args=[own.pk]), new_nurse(world)).status_code == 403
    password = User.objects.get(pk=head.user_id).password
    assert password == head.user.password
    assert manager.post(reverse("account", args=[world.stranger.pk]), {"tindakan": "sandi"}).status_code == 404


def test_the_head_closes_an_account_and_does_no_more(client: Client, world: Any) -> None:
    head = someone("kepala-puskesmas", world.puskesmas, cadre="dokter")
    client.force_login(head.user)
    page = reverse("account", args=[world.bidan.pk])
    text = client.get(page).content.decode()
    assert "Tutup akun" in text and "Lupa kata sandi" not in text
    assert client.post(page, {"tindakan": "sandi"}).status_code == 422
    assert client.post(page, {"tindakan": "tutup", "alasan-tutup": "kata sandinya bocor"}).status_code == 302
    assert client.get(reverse("new-staff")).status_code == 404


def test_everybody_reads_their_own_and_a_pustu_its_kader(client: Client, world: Any) -> None:
    client.force_login(world.bidan)
    assert client.get(reverse("staff-member", args=[world.bidan.pk])).status_code == 200
    assert client.get(reverse("staff-member", args=[world.stranger.pk])).status_code == 404
    assert client.get(reverse("staff")).status_code == 404
    pustu = Unit.objects.create(
        code="T1", kind="pustu", name="Pustu", parent=world.puskesmas, area=world.desa, valid_from=BEGAN
    )
    Unit.objects.filter(pk=world.posyandu.pk).update(parent=pustu)
    kader = someone("kader", world.posyandu, cadre="kader")
    client.force_login(someone("petugas-pustu", pustu, cadre="bidan").user)
    text = client.get(reverse("staff")).content.decode()
    assert "Orang kader" in text and "Sri Wahyuni" not in text and "u.kader" not in text
    member = [kader.user_id]
    assert client.get(reverse("add-duty", args=member)).status_code == 403
    typed = {"pelatihan": "kader-terlatih", "sejak": "1-2-2026"}
    assert client.post(reverse("add-competence", args=member), typed).status_code == 302


def test_a_dinas_appoints_heads_and_village_governments(client: Client, world: Any) -> None:
    client.force_login(someone("dinas-kabkota", None, world.desa).user)
    typed = {"ke": "baru", "nama": "Made", "nama-pengguna": "made", "sejak": "1-6-2026", "tenaga": ""}
    head = typed | {"peran": "kepala-puskesmas", "tempat": f"u-{world.puskesmas.pk}", "tenaga": "dokter"}
    assert client.post(reverse("new-staff"), head).status_code == 200
    village = typed | {"peran": "pemerintah-desa", "tempat": f"a-{world.desa.pk}", "nama-pengguna": "kades"}
    assert client.post(reverse("new-staff"), village).status_code == 200
    wrong = village | {"tempat": f"u-{world.puskesmas.pk}", "nama-pengguna": "lagi"}
    assert errors(client.post(reverse("new-staff"), wrong)).keys() == {"tempat"}
    assert errors(client.post(reverse("new-staff"), head | {"peran": "dokter"})).keys() == {"peran"}


def test_what_was_typed_outlives_the_login(manager: Client, world: Any) -> None:
    text = manager.get(reverse("add-competence", args=[world.bidan.pk])).content.decode()
    mark = re.search(r'name="milik" value="([^"]+)"', text)
    assert mark
    manager.logout()
    page = reverse("add-competence", args=[world.bidan.pk])
    answer = manager.post(page, {"milik": mark[1], "sertifikat": "S-99"})
    assert answer.headers["Location"].startswith(reverse("login"))
    manager.post(reverse("login"), {"username": "u.petugas-klaster-1", "password": "rahasia-sekali", "next": page})
    assert 'value="S-99"' in manager.get(page).content.decode()
