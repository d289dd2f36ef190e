"""Registering, calling, leading on, taking back; who may; and that two who press at once call two different people."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import Error, connection, transaction

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.models import Assignment
from primary_care.audit.models import AuditEntry
from primary_care.encounters import history, queries
from primary_care.encounters.actions import Refused, Registration, arrive, call_next, happen, take_back
from primary_care.encounters.models import CaseNotice, Encounter, Step
from primary_care.encounters.tests.conftest import with_staff
from primary_care.keys import new_key
from primary_care.people.actions import PersonDetails, register_person
from primary_care.people.models import Person
from primary_care.visits.episodes import close_episode, open_episode
from primary_care.visits.tests.world import BEGAN, TODAY, small_world

NOW = datetime(2026, 6, 10, 1, 30, tzinfo=UTC)  # 08.30 in western Indonesia


def told(**more: Any) -> Registration:
    return Registration(**{"source": "datang-sendiri", "emergency": False, **more})


def come(world: Any, person: Person, minute: int = 0, **more: Any) -> Encounter:
    return arrive(person, told(**more), by=world.loket, today=TODAY, now=NOW + timedelta(minutes=minute), key=new_key())


def go(encounter: Encounter, by: Assignment, *events: Any, minute: int = 5) -> Encounter:
    for one in events:
        event, place, data = one if isinstance(one, tuple) else (one, "", None)
        encounter = happen(
            encounter, event, by=by, today=TODAY, now=NOW + timedelta(minutes=minute), key=new_key(), place=place, data=data
        )  # fmt: skip
    return encounter


def neighbour(world: Any, name: str, birth: date | None, sex: str = "laki-laki") -> Person:
    registrar = Assignment.objects.filter(role="registrasi", valid_to__isnull=False).get()
    details = PersonDetails(full_name=name, sex=sex, birth_date=birth)
    return register_person(details, by=registrar, on=BEGAN, household=world.household, relationship="famili-lain")


def test_jp_1_pregnant_by_the_record_and_sent_by_the_posyandu(world: Any) -> None:
    hpht = TODAY - timedelta(weeks=20)
    open_episode(world.ibu, kind="kehamilan", facts={"hpht": hpht}, registered_on=TODAY, today=TODAY, by=world.bidan)
    found = come(world, world.ibu, source="posyandu")
    assert (found.state, found.place, found.source) == ("di-klaster", "klaster-2-ibu", "posyandu")
    assert [one.event for one in found.steps.order_by("number")] == ["registrasi", "tidak-gawat"]
    assert (found.number, found.priority, found.infectious) == ("001", False, False)
    assert not CaseNotice.objects.exists()
    assert AuditEntry.objects.filter(kind="encounters.step", person_id=world.ibu.pk).count() == 2


def test_jp_2_a_man_of_sixty_with_three_weeks_of_cough(world: Any) -> None:
    man = neighbour(world, "Pak Tua", date(1966, 6, 10))
    found = come(world, man, infectious_signs=frozenset({"batuk-2-minggu"}))
    assert (found.place, found.priority, found.infectious) == ("klaster-3-lansia", True, True)
    assert CaseNotice.objects.get().signs == ["batuk-2-minggu"]
    [notice] = queries.notices_for(world.menular, TODAY)
    assert notice.row.step.encounter == found and notice.answer is None
    assert queries.notices_for(world.ibu_anak, TODAY) == []
    take_back(found, by=world.loket, today=TODAY, now=NOW, key=new_key())
    assert queries.notices_for(world.menular, TODAY) == [], "the answer was taken back, and the notice with it"


def test_lk_6_in_danger_and_triage(world: Any) -> None:
    man = neighbour(world, "Pak Jatuh", date(1980, 1, 1))
    found = come(world, man, emergency=True, emergency_signs=frozenset({"kesadaran"}))
    assert (found.state, found.place, found.emergency) == ("gadar", "igd", True)
    with pytest.raises(Refused, match="merah atau kuning"):
        go(found, world.dewasa, ("triase", "", {"triage": "hijau", "gcs": 12}))
    with pytest.raises(Refused, match="antara 3 dan 15"):
        go(found, world.dewasa, ("triase", "", {"triage": "merah", "gcs": 2}))
    found = go(found, world.dewasa, ("triase", "", {"triage": "merah", "gcs": 12}))
    step = found.steps.get(event="triase")
    assert (found.triage, step.recorded_by, step.data) == ("merah", world.dewasa.user, {"triage": "merah", "gcs": 12})
    found = go(found, world.dewasa, "masuk", "dapat-ditangani", "tanpa-rujukan-tanpa-resep")
    assert found.state == "pulang"


def test_in_labour_after_a_birth_and_after_the_forty_second_day(world: Any) -> None:
    assert come(world, world.ibu, pregnancy="bersalin").place == "ruang-bersalin"
    other = neighbour(world, "Bu Nifas", date(1996, 1, 1), "perempuan")
    began = TODAY - timedelta(weeks=46)
    one = open_episode(other, kind="kehamilan", facts={"hpht": began}, registered_on=began, today=TODAY, by=world.bidan)
    close_episode(one, ended_on=TODAY - timedelta(days=42), outcome="lahir-hidup", today=TODAY, by=world.bidan)
    assert queries.pregnancy_of(other, TODAY) == "nifas"
    assert queries.pregnancy_of(other, TODAY + timedelta(days=1)) == "tidak"
    assert queries.pregnancy_of(other, TODAY - timedelta(days=43)) == "hamil"
    assert queries.pregnancy_of(world.bapak, TODAY) == "tidak"


def test_without_a_birth_date_the_age_is_asked_for(world: Any) -> None:
    nobody = neighbour(world, "Pak Lupa", None)
    with pytest.raises(Refused) as refused:
        come(world, nobody)
    assert [fault.at for fault in refused.value.faults] == ["umur"] and not Encounter.objects.exists()
    assert come(world, nobody, age=71).place == "klaster-3-lansia"


@pytest.mark.parametrize(
    ("more", "at"),
    [
        ({"source": "bulan"}, "asal"),
        ({"emergency": None}, "gawat"),
        ({"emergency": True}, "tanda-gawat"),
        ({"emergency_signs": frozenset({"napas"})}, "gawat"),
        ({"infectious_signs": frozenset({"pilek"})}, "menular"),
        ({"pregnancy": "mungkin"}, "kehamilan"),
        ({"age": 200}, "umur"),
    ],
)
def test_what_is_missing_or_nonsense_is_told_at_its_field(world: Any, more: Any, at: str) -> None:
    with pytest.raises(Refused) as refused:
        come(world, world.bapak, **more)
    assert [fault.at for fault in refused.value.faults] == [at]


def test_sent_twice_is_registered_once_and_registered_twice_is_told(world: Any) -> None:
    key = new_key()
    both = [arrive(world.bapak, told(), by=world.loket, today=TODAY, now=NOW, key=key) for _ in range(2)]
    assert both[0] == both[1] and Step.objects.count() == 2
    with pytest.raises(Refused, match="sudah terdaftar hari ini dengan nomor 001"):
        come(world, world.bapak)
    next_day = TODAY + timedelta(days=1)
    again = arrive(world.bapak, told(), by=world.loket, today=next_day, now=NOW, key=new_key())
    assert (again.ticket, again.on) == (1, next_day)


def test_called_in_turn_set_behind_and_taken_in(world: Any) -> None:
    people = [neighbour(world, f"Pak {n}", date(1990 if n < 3 else 1950, 1, 1)) for n in range(4)]
    for minute, person in enumerate(people):
        come(world, person, minute)

    def call(minute: int) -> Encounter:
        found = call_next(
            ["klaster-3-dewasa", "klaster-3-lansia"], by=world.dewasa, today=TODAY, now=NOW + timedelta(minutes=minute),
            key=new_key(),
        )  # fmt: skip
        assert found is not None
        return found

    aged = call(10)
    assert (aged.ticket, aged.stage) == (4, "dipanggil")
    aged = go(aged, world.dewasa, "panggil-lagi", "belum-ada")
    assert (aged.stage, aged.order, aged.behind) == ("menunggu", 4, 1)
    assert [call(11).ticket, call(12).ticket, call(13).ticket, call(14).ticket] == [1, 2, 3, 4]
    inside = go(Encounter.objects.get(ticket=1), world.dewasa, "masuk")
    assert (inside.stage, inside.holder) == ("di-ruang", world.dewasa.user)
    none_left = call_next(["klaster-3-dewasa"], by=world.dewasa, today=TODAY, now=NOW, key=new_key())
    assert none_left is None


def test_the_database_sorts_as_the_pure_order_does(world: Any) -> None:
    for n in range(8):
        born = date(1950 if n in (2, 5) else 1990, 1, 1)
        danger = n in (3, 6, 7)
        signs = frozenset({"napas"} if danger else ())
        found = come(world, neighbour(world, f"Pak {n}", born), n, emergency=danger, emergency_signs=signs)
        if n in (3, 6):
            go(found, world.dewasa, ("triase", "", {"triage": "kuning" if n == 3 else "merah"}))
        if n in (1, 5):
            go(found, world.dewasa, "panggil", "belum-ada")
    rows = list(queries.in_turn(Encounter.objects.all()))
    assert rows == sorted(rows, key=history.turn)
    assert [one.ticket for one in rows] == [7, 8, 4, 3, 1, 2, 5, 6]


def test_taken_back_step_by_step_until_it_never_was(world: Any) -> None:
    found = go(come(world, world.bapak), world.dewasa, "panggil", "masuk", "selesai", "tanpa-layanan-lain")
    found = go(found, world.dewasa, "tanpa-rujukan-tanpa-resep")
    states = [found.state]
    while found.state != "tiba":
        found = take_back(found, by=world.dewasa, today=TODAY, now=NOW, key=new_key())
        states.append(found.state)
    assert states == [
        "pulang", "cek-spesialistik", "cek-layanan-lain", "di-klaster", "di-klaster", "di-klaster", "terdaftar", "tiba",
    ]  # fmt: skip
    assert Step.objects.count() == 14 and found.last_step == 14
    assert queries.of_day(world.puskesmas, TODAY).count() == 0
    with pytest.raises(Refused, match="Tidak ada langkah"):
        take_back(found, by=world.dewasa, today=TODAY, now=NOW, key=new_key())
    again = come(world, world.bapak)
    assert (again.pk, again.ticket, again.state) == (found.pk, 1, "di-klaster")


def test_an_answer_taken_back_is_answered_anew(world: Any) -> None:
    found = come(world, world.bapak)
    found = take_back(found, by=world.loket, today=TODAY, now=NOW, key=new_key())
    assert found.state == "terdaftar"
    again = come(world, world.bapak, emergency=True, emergency_signs=frozenset({"napas"}))
    assert (again.pk, again.state, again.place) == (found.pk, "gadar", "igd")


def test_ended_and_registered_anew_it_is_not_opened_again(world: Any) -> None:
    gone = go(come(world, world.bapak), world.loket, ("pergi", "", {"reason": "ada urusan"}))
    assert gone.state == "pulang-sebelum-selesai"
    come(world, world.bapak)
    with pytest.raises(Refused, match="sudah terdaftar lagi"):
        take_back(gone, by=world.loket, today=TODAY, now=NOW, key=new_key())


def test_leaving_early_and_referring_say_why(world: Any) -> None:
    found = come(world, world.bapak)
    with pytest.raises(Refused, match="Tulis alasannya"):
        go(found, world.loket, "pergi")
    found = go(found, world.dewasa, "masuk", "selesai", "tanpa-layanan-lain")
    with pytest.raises(Refused, match="Tulis alasannya"):
        go(found, world.dewasa, "rujuk-fkrtl")
    assert go(found, world.dewasa, ("rujuk-fkrtl", "", {"reason": "nyeri dada"})).state == "rujuk-fkrtl"


def test_two_on_one_page_the_second_is_told(world: Any) -> None:
    found = come(world, world.bapak)
    seen = found.last_step
    key = new_key()
    args: dict[str, Any] = {"by": world.dewasa, "today": TODAY, "now": NOW, "seen": seen}
    happen(found, "masuk", key=key, **args)
    happen(found, "masuk", key=key, **args)
    assert Step.objects.filter(event="masuk").count() == 1
    with pytest.raises(Refused, match="Sementara itu"):
        happen(found, "masuk", key=new_key(), **args)
    with pytest.raises(Refused, match="tidak mungkin"):
        go(found, world.dewasa, "obat-diserahkan")


def test_inpatients_only_where_there_are_beds(world: Any) -> None:
    found = go(come(world, world.bapak), world.dewasa, "masuk", "selesai")
    with pytest.raises(Refused, match="bukan Puskesmas rawat inap"):
        go(found, world.dewasa, ("perlu-layanan-lain", "rawat-inap", None))
    world.puskesmas.traits.create(key="rawat-inap", value=True, valid_from=BEGAN)
    found = go(found, world.dewasa, ("perlu-layanan-lain", "rawat-inap", None), "masuk")
    tomorrow = TODAY + timedelta(days=1)
    queue = queries.queue_for(world.dewasa, "rawat-inap", tomorrow)
    assert queue is not None and queue.inside == (found,)
    assert queries.under_way(world.bapak, world.puskesmas, tomorrow) == found
    assert not queries.left_open(world.puskesmas, tomorrow).exists()


def test_the_aged_go_to_their_activity_room_and_home(world: Any) -> None:
    aged = neighbour(world, "Mbah Uji", date(1950, 1, 1))
    found = go(come(world, aged), world.dewasa, "masuk", "ke-ruang-lansia")
    queue = queries.queue_for(world.dewasa, "ruang-lansia", TODAY)
    assert queue is not None and queue.inside == (found,) and found.holder == world.dewasa.user
    assert go(found, world.dewasa, "selesai-kegiatan").state == "pulang"
    young = go(come(world, world.bapak), world.dewasa, "masuk")
    with pytest.raises(Refused, match="tidak mungkin"):
        go(young, world.dewasa, "ke-ruang-lansia")


def test_who_is_to_be_led_on_is_listed_with_the_klaster(world: Any) -> None:
    found = go(come(world, world.bapak), world.dewasa, "masuk", "selesai")
    queue = queries.queue_for(world.dewasa, "klaster-3", TODAY)
    assert queue is not None and queue.deciding == (found,) and not queue.inside
    other = queries.queue_for(world.dewasa, "klaster-2", TODAY)
    assert other is not None and other.deciding == ()


def test_each_works_where_he_works(world: Any) -> None:
    found = come(world, world.bapak)
    for nobody in (world.loket, world.apotek, world.lab, world.menular, world.kepala, world.pustu):
        with pytest.raises(NotAllowed):
            go(found, nobody, "masuk")
        with pytest.raises(NotAllowed):
            call_next(["klaster-3-dewasa"], by=nobody, today=TODAY, now=NOW, key=new_key())
    with pytest.raises(NotAllowed):
        arrive(world.anak, told(), by=world.lab, today=TODAY, now=NOW, key=new_key())
    found = go(found, world.ibu_anak, "masuk", "selesai", ("perlu-layanan-lain", "laboratorium", None))
    with pytest.raises(NotAllowed):
        go(found, world.ibu_anak, "masuk")
    found = go(found, world.lab, "panggil", "masuk", "tanpa-konsultasi-ulang")
    with pytest.raises(NotAllowed):
        go(found, world.lab, "tanpa-rujukan-ada-resep")
    found = go(found, world.dewasa, "tanpa-rujukan-ada-resep")
    assert go(found, world.apotek, "panggil", "obat-diserahkan").state == "pulang"
    stranger = Assignment.objects.get(user=world.stranger)
    with pytest.raises(NotAllowed):
        go(come(world, world.anak), stranger, "masuk")


def test_somebody_in_the_room_is_work_of_ones_own_and_nobody_before_or_after(world: Any) -> None:
    from primary_care.accounts.scope import scope_of_assignment

    def seen() -> bool:
        scope = scope_of_assignment(world.lab, TODAY)
        return Person.objects.visible_to(scope).filter(pk=world.bapak.pk).exists()

    found = go(come(world, world.bapak), world.dewasa, "masuk", "selesai", ("perlu-layanan-lain", "laboratorium", None))
    assert not seen() and queries.encounter_for(found.pk, world.lab) == found
    found = go(found, world.lab, "panggil")
    assert not seen()
    found = go(found, world.lab, "masuk")
    assert seen()
    found = go(found, world.lab, "konsultasi-ulang")
    assert not seen() and queries.encounter_for(found.pk, world.lab) is None
    stranger = Assignment.objects.get(user=world.stranger)
    assert queries.encounter_for(found.pk, stranger) is None


def test_what_happened_cannot_be_changed(world: Any) -> None:
    found = come(world, world.bapak, infectious_signs=frozenset({"demam-ruam"}))
    for table in (Step, CaseNotice):
        assert table.objects.exists()
        for change in ("UPDATE {} SET valid_from = valid_from", "DELETE FROM {}"):
            with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(change.format(table._meta.db_table))
    assert found.steps.count() == 2


def test_the_current_view_is_what_the_steps_say(world: Any) -> None:
    found = go(come(world, world.bapak), world.dewasa, "panggil", "belum-ada", "panggil", "masuk")
    found.refresh_from_db()
    standing = history.replay(found.ticket, found.steps.order_by("number"))
    assert standing.at.state == found.state and standing.at.stage == found.stage and standing.at.place == found.place
    for name in ("source", "priority", "infectious", "emergency", "triage", "order", "behind", "since", "holder_id"):
        assert getattr(standing, name) == getattr(found, name), name


def test_the_waiting_room_shows_numbers_and_the_head_sees_waiting_times(world: Any) -> None:
    first = come(world, world.bapak, 0)
    come(world, world.anak, 5)
    go(first, world.dewasa, "panggil", minute=20)
    called, coming = queries.shown_in_public(world.puskesmas, TODAY)
    assert ([one.number for one in called], [one.number for one in coming]) == (["001"], ["002"])
    times = queries.waiting_times(world.puskesmas, TODAY, NOW + timedelta(minutes=35))
    assert times["klaster-3"].longest == timedelta(minutes=35) and times["klaster-2"].median == timedelta(minutes=30)
    assert queries.counts(world.puskesmas, TODAY)["klaster-3"] == {"dipanggil": 1}


def test_left_open_on_another_day_it_is_not_forgotten(world: Any) -> None:
    found = come(world, world.bapak)
    tomorrow = TODAY + timedelta(days=1)
    assert list(queries.left_open(world.puskesmas, tomorrow)) == [found]
    assert queries.under_way(world.bapak, world.puskesmas, tomorrow) is None
    happen(found, "pergi", by=world.loket, today=tomorrow, now=NOW, key=new_key(), data={"reason": "tidak kembali"})
    assert not queries.left_open(world.puskesmas, tomorrow).exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_call_two_different_people() -> None:
    """The first has called and not yet finished; the second presses, does not wait for him and calls the next one."""
    world = with_staff(small_world())
    for n in range(3):
        come(world, neighbour(world, f"Pak {n}", date(1990, 1, 1)), n)
    held, go_on, tickets = threading.Event(), threading.Event(), {}

    def press(name: str, wait: bool) -> None:
        try:
            with transaction.atomic():
                by = Assignment.objects.select_related("user", "unit").get(pk=getattr(world, name).pk)
                found = call_next(["klaster-3-dewasa"], by=by, today=TODAY, now=NOW, key=new_key())
                tickets[name] = found.ticket if found else None
                if wait:
                    held.set()
                    go_on.wait(20)
        finally:
            connection.close()

    first = threading.Thread(target=press, args=("dewasa", True))
    first.start()
    assert held.wait(20)
    second = threading.Thread(target=press, args=("ibu_anak", False))
    second.start()
    second.join(20)
    assert not second.is_alive() and tickets == {"dewasa": 1, "ibu_anak": 2}
    go_on.set()
    first.join(20)
    assert sorted(Encounter.objects.filter(stage="dipanggil").values_list("ticket", flat=True)) == [1, 2]
