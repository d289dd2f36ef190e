"""How a pregnancy ends at the desk: the birth with its children, a loss, another end; what is refused, what is asked, what is kept."""

import re
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from primary_care.audit.models import AuditEntry
from primary_care.decisions.queries import decide_for
from primary_care.desk import access
from primary_care.people.identifiers import provisional_number
from primary_care.people.models import Person
from primary_care.visits import queries
from primary_care.visits.actions import record_visit
from primary_care.visits.episodes import close_episode, open_episode
from primary_care.visits.models import Attribute, Contact, Episode
from primary_care.visits.tests.world import TODAY

HPHT = date(2025, 9, 10)  # 39 weeks before the fixed day
BIRTH = {
    "cara": "lahir", "ended": "9-6-2026", "tempat-persalinan": "puskesmas", "penolong-persalinan": ["bidan"], "cara-persalinan": "spontan",
    "bayi-1-keadaan": "hidup", "bayi-1-kelamin": "perempuan", "bayi-1-berat-lahir-g": "3.100", "bayi-1-panjang-lahir-cm": "49,5",
    "bayi-1-jam": "03.15",
}  # fmt: skip


@pytest.fixture
def bidan(client: Client, world: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A browser in which the bidan is logged in, on the fixed day; Siti is 39 weeks pregnant."""
    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)
    open_episode(
        world.ibu,
        kind="kehamilan",
        facts={"hpht": HPHT},
        registered_on=date(2025, 11, 1),
        today=TODAY,
        by=world.bidan,
    )
    client.force_login(world.bidan)
    return client


def address(world: Any) -> str:
    return reverse("end-pregnancy", args=[world.ibu.pk])


def typed(bidan: Client, world: Any, **changes: Any) -> dict[str, Any]:
    """What a browser sends for the form of a birth, with `changes`; None leaves a field out."""
    page = bidan.get(address(world), {"cara": changes.get("cara", "lahir")}).content.decode()
    hidden = dict(re.findall(r'name="(kunjungan|milik|kehamilan)" value="([^"]*)"', page))
    return {name: value for name, value in (BIRTH | hidden | changes).items() if value is not None}


def babies(world: Any) -> list[Person]:
    return list(Person.objects.filter(mother=world.ibu).order_by("full_name"))


def known(person: Person) -> dict[str, Any]:
    return {row.item: row.value for row in Attribute.objects.filter(person=person)}


def test_a_birth_ends_the_pregnancy_and_registers_the_child(bidan: Client, world: Any) -> None:
    assert "Catat akhir kehamilan" in bidan.get(reverse("person", args=[world.ibu.pk])).content.decode()
    answer = bidan.post(address(world), typed(bidan, world), follow=True)
    shown = answer.content.decode()
    assert "Terdaftar: Bayi Ny. Siti Aminah" in shown and "nifas, 1 hari setelah bersalin" in shown
    for visit in ("KF1", "KF2", "KF3", "KF4"):
        assert visit in shown
    (child,) = babies(world)
    assert (child.birth_date, child.sex, child.household, child.area) == (
        date(2026, 6, 9),
        "perempuan",
        world.household,
        world.rt,
    )
    assert child.relationship == "anak" and child.version and child.version.birth_time == time(3, 15)
    number = child.identifiers.get()
    assert (number.system, number.value) == ("sementara", provisional_number(child.pk))
    assert known(child) == {
        "berat-lahir-g": 3100,
        "panjang-lahir-cm": Decimal("49.5"),
        "usia-gestasi-hari": (date(2026, 6, 9) - HPHT).days,
    }
    page = bidan.get(reverse("person", args=[child.pk])).content.decode()
    assert "KN1" in page and "KN2" in page and "KN3" in page and "Ibu: " in page
    assert {"people.person", "visits.episode", "visits.attribute", "visits.contact"} <= set(
        AuditEntry.objects.values_list("kind", flat=True)
    )


def test_the_hours_after_a_birth_are_counted_from_its_hour(bidan: Client, world: Any) -> None:
    bidan.post(address(world), typed(bidan, world))
    assert queries.facts_of(world.ibu, TODAY)["episodes"][0]["ended"] == "2026-06-09 03:15"
    contact = Contact.objects.get(person=world.ibu)
    assert (contact.source, contact.unit, contact.cadre, contact.at) == ("lokal", world.puskesmas, "bidan", time(3, 15))


def test_a_birth_elsewhere_is_no_contact_of_ours_and_at_home_the_first_visit_may_be_there(
    bidan: Client, world: Any
) -> None:
    bidan.post(
        address(world),
        typed(bidan, world, **{"tempat-persalinan": "rumah", "penolong-persalinan": ["dukun", "keluarga"]}),
    )
    contact = Contact.objects.get(person=world.ibu)
    assert (contact.source, contact.unit, contact.unit_kind, contact.cadre) == ("luar", None, "rumah", "keluarga")
    first = next(one for one in decide_for(world.ibu, TODAY).services if one.id == "nifas-kf1")
    assert first.wanted and "rumah" in first.units


def test_her_tests_of_this_pregnancy_are_known_of_the_child(bidan: Client, world: Any) -> None:
    for number, (day, tests) in enumerate(
        [
            (date(2024, 3, 1), {"hiv": "reaktif", "sifilis": "reaktif", "hbsag": "reaktif"}),
            (date(2026, 1, 5), {"hbsag": "non-reaktif"}),
            (date(2026, 2, 5), {"hbsag": "reaktif"}),
        ]
    ):
        record_visit(
            world.ibu, contact_id=world.ibu.pk.__class__(int=number + 1), on=day, today=TODAY, by=world.bidan, cadre="bidan",
            unit=world.puskesmas, observations=tests,
        )  # fmt: skip
    bidan.post(address(world), typed(bidan, world))
    found = known(babies(world)[0])
    assert (found["ibu-hbsag"], found["ibu-hiv"]) == ("reaktif", "reaktif")
    assert "ibu-sifilis" not in found, "syphilis of an earlier pregnancy, treated since, says nothing of this child"


def test_twins_of_whom_one_lives(bidan: Client, world: Any) -> None:
    second = {"bayi-2-keadaan": "mati", "bayi-2-kelamin": "perempuan", "bayi-2-berat-lahir-g": "1900"}
    bidan.post(address(world), typed(bidan, world, **second))
    (child,) = babies(world)
    assert child.full_name == "Bayi Ny. Siti Aminah 1"
    assert {"kembar-jumlah": 2, "urutan-kembar": 1, "kembar-sama-kelamin": True}.items() <= known(child).items()
    episode = Episode.objects.get()
    assert episode.outcome == "lahir-hidup"
    stillborn = Contact.objects.get(person=world.ibu).observations.get(item="keterangan-lahir-mati")
    assert stillborn.text == "Perempuan, 1900 g"


def test_a_stillbirth_registers_nobody_and_still_opens_care_for_the_mother(bidan: Client, world: Any) -> None:
    answer = bidan.post(
        address(world), typed(bidan, world, **{"bayi-1-keadaan": "mati", "bayi-1-berat-lahir-g": ""}), follow=True
    )
    assert babies(world) == [] and Episode.objects.get().outcome == "lahir-mati"
    assert "KF1" in answer.content.decode()


def test_the_same_birth_sent_twice_is_stored_once_and_another_one_is_refused(bidan: Client, world: Any) -> None:
    sent = typed(bidan, world)
    assert [bidan.post(address(world), sent).status_code for _ in range(2)] == [302, 302]
    assert len(babies(world)) == 1 and Contact.objects.filter(person=world.ibu).count() == 1
    again = bidan.post(address(world), sent | {"bayi-1-berat-lahir-g": "2900"})
    assert again.status_code == 422 and "Sudah berakhir pada 9 Juni 2026" in again.content.decode()
    assert len(babies(world)) == 1


@pytest.mark.parametrize(
    ("changes", "says", "field"),
    [
        ({"ended": "11-6-2026"}, "belum tiba", "ended"),
        ({"ended": "1-9-2025"}, "mendahului HPHT", "ended"),
        ({"ended": "27-1-2026"}, "baru 19 minggu", "ended"),
        ({"ended": "besok"}, "bukan tanggal", "ended"),
        ({"ended": ""}, "Tulis tanggalnya", "ended"),
        ({"bayi-1-berat-lahir-g": "31000"}, "300 sampai 6500", "bayi-1-berat-lahir-g"),
        ({"bayi-1-berat-lahir-g": "tiga kilo"}, "bukan angka", "bayi-1-berat-lahir-g"),
        ({"bayi-1-berat-lahir-g": ""}, "berat lahir", "bayi-1-berat-lahir-g"),
        ({"bayi-1-panjang-lahir-cm": "495"}, "25 sampai 60", "bayi-1-panjang-lahir-cm"),
        ({"bayi-1-kelamin": None}, "jenis kelamin", "bayi-1-kelamin"),
        ({"bayi-1-keadaan": None}, "keadaan bayi", "bayi-1-keadaan"),
        ({"bayi-1-jam": "25.99"}, "09.30", "bayi-1-jam"),
        ({"bayi-2-berat-lahir-g": "2500"}, "keadaan bayi", "bayi-2-keadaan"),
        ({"penolong-persalinan": None}, "siapa yang menolong", "penolong-persalinan"),
        ({"tempat-persalinan": "bulan"}, "tempat bersalin", "tempat-persalinan"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_typed_is_lost(
    bidan: Client, world: Any, changes: dict[str, Any], says: str, field: str
) -> None:
    answer = bidan.post(address(world), typed(bidan, world, **changes))
    page = answer.content.decode()
    assert answer.status_code == 422 and says in page and f'href="#isian-{field}"' in page
    for name in ("ended", "bayi-1-berat-lahir-g", "bayi-1-jam"):
        assert f'value="{changes.get(name, BIRTH[name])}"' in page
    assert Episode.objects.get().ended_on is None and babies(world) == [] and not Contact.objects.exists()


def test_a_small_child_is_asked_about_once(bidan: Client, world: Any) -> None:
    sent = typed(bidan, world, **{"bayi-1-berat-lahir-g": "800", "bayi-2-keadaan": "hidup", "bayi-2-kelamin": "laki-laki",
                                  "bayi-2-berat-lahir-g": "800"})  # fmt: skip
    answer = bidan.post(address(world), sent)
    tokens = re.findall(r'name="yakin" value="([^"]*)"', answer.content.decode())
    assert tokens == ["bayi-1-berat-lahir-g=800", "bayi-2-berat-lahir-g=800"]
    assert bidan.post(address(world), sent | {"yakin": tokens[:1]}).status_code == 422
    assert bidan.post(address(world), sent | {"yakin": tokens}).status_code == 302
    assert [known(child)["berat-lahir-g"] for child in babies(world)] == [800, 800]


def test_a_loss_is_recorded_and_a_late_one_asked_about(bidan: Client, world: Any) -> None:
    sent = typed(bidan, world, cara="keguguran", outcome="abortus", ended="1-6-2026")
    answer = bidan.post(address(world), sent)
    assert "Mulai 20 minggu" in answer.content.decode() and Episode.objects.get().ended_on is None
    early = sent | {"ended": "5-1-2026"}
    assert [bidan.post(address(world), early).status_code for _ in range(2)] == [302, 302]
    assert (Episode.objects.get().outcome, Episode.objects.get().ended_on) == ("abortus", date(2026, 1, 5))
    assert bidan.post(address(world), sent).status_code == 422, "a second end"


def test_no_pregnancy_after_all(bidan: Client, world: Any) -> None:
    sent = typed(bidan, world, cara="lain", outcome="bukan-hamil", ended="10-6-2026")
    assert "Akhir kehamilan tercatat" in bidan.post(address(world), sent, follow=True).content.decode()
    assert Episode.objects.get().outcome == "bukan-hamil"
    answer = bidan.get(address(world), follow=True).content.decode()
    assert "Tidak ada kehamilan yang sedang berjalan" in answer


def test_an_unknown_last_period_leaves_the_weeks_of_the_child_open(bidan: Client, world: Any) -> None:
    close_episode(
        Episode.objects.get(),
        ended_on=TODAY - timedelta(days=100),
        outcome="bukan-hamil",
        today=TODAY,
        by=world.bidan,
    )
    open_episode(world.ibu, kind="kehamilan", facts={}, registered_on=TODAY, today=TODAY, by=world.bidan)
    assert bidan.post(address(world), typed(bidan, world, ended="10-6-2026")).status_code == 302
    assert "usia-gestasi-hari" not in known(babies(world)[0])


def test_a_login_that_ends_keeps_the_birth(bidan: Client, world: Any) -> None:
    sent = typed(bidan, world)
    bidan.logout()
    assert bidan.post(address(world), sent).status_code == 302
    bidan.post("/masuk", {"username": "bidan.sri", "password": "rahasia-sekali", "next": address(world)})
    page = bidan.get(address(world)).content.decode()
    assert "Yang Anda ketik masih ada" in page and 'value="3.100"' in page


def death(bidan: Client, world: Any, **changes: Any) -> dict[str, Any]:
    """What a browser sends for the form of her death."""
    page = bidan.get(address(world), {"cara": "meninggal"}).content.decode()
    hidden = dict(re.findall(r'name="(kunjungan|milik|kehamilan)" value="([^"]*)"', page))
    return hidden | {"cara": "meninggal", "ended": "9-6-2026"} | changes


def confirmed(answer: Any) -> list[str]:
    return re.findall(r'name="yakin" value="([^"]*)"', answer.content.decode())


def test_her_death_is_asked_about_once_and_then_nothing_is_due(bidan: Client, world: Any) -> None:
    choice = bidan.get(address(world)).content.decode()
    assert "Ibu meninggal" in choice and "catat dulu" in choice
    assert any(one.wanted for one in decide_for(world.ibu, TODAY).services)
    asked = bidan.post(address(world), death(bidan, world))
    page = asked.content.decode()
    assert asked.status_code == 422 and "Ibu Siti Aminah meninggal pada 9 Juni 2026" in page
    assert "Riwayatnya tetap tersimpan" in page and 'value="9-6-2026"' in page
    assert Episode.objects.get().ended_on is None and Person.objects.get(pk=world.ibu.pk).deceased_on is None

    sent = death(bidan, world, yakin=confirmed(asked))
    shown = bidan.post(address(world), sent, follow=True).content.decode()
    assert "Kematian Ibu Siti Aminah tercatat" in shown and "meninggal 9 Juni 2026" in shown
    assert "Tidak ada layanan yang jatuh tempo lagi" in shown and "Catat kunjungan" not in shown
    episode, mother = Episode.objects.get(), Person.objects.get(pk=world.ibu.pk)
    assert (episode.outcome, episode.ended_on, mother.deceased_on) == ("meninggal", date(2026, 6, 9), date(2026, 6, 9))
    assert mother.version and mother.version.reason == "meninggal"
    for day in (TODAY, TODAY + timedelta(days=60)):
        statuses = {one.status for one in decide_for(mother, day).services}
        assert "cancelled" in statuses and not statuses & {"due", "overdue", "not-yet", "deferred"}
    assert bidan.post(address(world), sent).status_code == 302, "the same sent again"
    assert mother.versions.count() == 2
    assert {"people.personversion", "visits.episode"} <= set(
        AuditEntry.objects.filter(person_id=mother.pk).values_list("kind", flat=True)
    )


def test_her_death_after_the_birth_keeps_the_birth_and_the_care_of_the_child(bidan: Client, world: Any) -> None:
    bidan.post(address(world), typed(bidan, world))
    page = bidan.get(reverse("person", args=[world.ibu.pk])).content.decode()
    assert "Catat kematian ibu" in page and "?cara=meninggal" in page
    early = bidan.post(address(world), death(bidan, world, ended="8-6-2026"))
    assert early.status_code == 422 and "berakhir 9 Juni 2026" in early.content.decode()
    asked = bidan.post(address(world), death(bidan, world, ended="10-6-2026"))
    assert bidan.post(address(world), death(bidan, world, ended="10-6-2026", yakin=confirmed(asked))).status_code == 302
    mother = Person.objects.get(pk=world.ibu.pk)
    assert (Episode.objects.get().outcome, mother.deceased_on) == ("lahir-hidup", TODAY)
    assert not decide_for(mother, TODAY + timedelta(days=1)).wanted
    assert decide_for(babies(world)[0], TODAY).wanted


@pytest.mark.parametrize(
    ("ended", "says"),
    [
        ("11-6-2026", "belum tiba"), ("", "Tulis tanggalnya"), ("kemarin dulu", "bukan tanggal"), ("1-9-2025", "mendahului HPHT"),
        ("3-6-2026", "Ada kunjungan tanggal 5 Juni 2026"),
    ],
)  # fmt: skip
def test_a_day_of_death_that_cannot_be_is_told(bidan: Client, world: Any, ended: str, says: str) -> None:
    if "kunjungan" in says:
        record_visit(
            world.ibu, contact_id=world.ibu.pk, on=date(2026, 6, 5), today=TODAY, by=world.bidan, cadre="bidan",
            unit=world.puskesmas, observations={"berat-badan-kg": 60},
        )  # fmt: skip
    sent = death(bidan, world, ended=ended)
    answer = bidan.post(address(world), sent | {"yakin": "meninggal=2025-09-01"})
    assert answer.status_code == 422 and says in answer.content.decode()
    assert Episode.objects.get().ended_on is None and Person.objects.get(pk=world.ibu.pk).deceased_on is None


def test_who_may_not_record_a_death_is_told_and_nothing_is_stored(bidan: Client, world: Any) -> None:
    sent = death(bidan, world, yakin=confirmed(bidan.post(address(world), death(bidan, world))))
    world.assignment.__class__.objects.filter(pk=world.assignment.pk).update(role="petugas-klaster-4")
    answer = bidan.post(address(world), sent)
    assert answer.status_code == 403 and "Anda tidak dapat mencatat" in answer.content.decode()
    assert Episode.objects.get().ended_on is None
