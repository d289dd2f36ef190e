"""What was agreed for a day: for what is due, at a unit that gives it, done when it is recorded anywhere; and the answers of klaster 4."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.models import Assignment, User
from primary_care.decisions.queries import decide_for
from primary_care.encounters import queries
from primary_care.encounters.actions import Refused
from primary_care.encounters.models import CaseNotice, ScheduledService
from primary_care.encounters.scheduling import answer_notice, call_off, schedule
from primary_care.encounters.tests.test_encounters import come
from primary_care.keys import new_key
from primary_care.visits.actions import ServiceEntry, record_visit
from primary_care.visits.corrections import take_back_contact
from primary_care.visits.models import CorrectionKind
from primary_care.visits.tests.world import BEGAN, TODAY

SOON = TODAY + timedelta(days=7)
MR = "imunisasi-mr-1"


def agree(world: Any, *services: str, **more: Any) -> list[ScheduledService]:
    how = {"unit": world.posyandu, "day": SOON, "by": world.ibu_anak, "today": TODAY, **more}
    return schedule(world.anak, services or (MR,), how.pop("unit"), how.pop("day"), **how)


def given(world: Any, unit: Any, service: str = MR) -> Any:
    return record_visit(
        world.anak, contact_id=new_key(), on=SOON, today=SOON, by=world.bidan, cadre="bidan", unit=unit,
        services=[ServiceEntry(service)], observations={"suhu-c": Decimal("36.6")},
    ).contact  # fmt: skip


def test_it_stands_until_the_service_is_recorded_anywhere_and_again_when_that_is_taken_back(world: Any) -> None:
    encounter = come(world, world.anak)
    [row] = agree(world)
    assert (row.unit, row.day, row.encounter) == (world.posyandu, SOON, encounter)
    [agreed] = queries.agreed_of(world.anak, TODAY)
    assert agreed.row == row and agreed.service is not None and not agreed.done
    contact = given(world, world.puskesmas)
    assert queries.agreed_of(world.anak, SOON) == []
    take_back_contact(contact, kind=CorrectionKind.TAKEN_BACK, reason="salah orang", by=world.bidan)
    assert [one.row for one in queries.agreed_of(world.anak, SOON)] == [row]


def test_agreed_anew_the_later_day_holds_and_called_off_none_does(world: Any) -> None:
    [first] = agree(world)
    [second] = agree(world, day=SOON + timedelta(days=3))
    assert second.replaces == first and [one.row for one in queries.agreed_of(world.anak, TODAY)] == [second]
    with pytest.raises(Refused, match="Tulis alasannya"):
        call_off(second, " ", by=world.ibu_anak, today=TODAY)
    ended = call_off(second, "pindah", by=world.ibu_anak, today=TODAY)
    assert call_off(second, "pindah", by=world.ibu_anak, today=TODAY) == ended
    assert queries.agreed_of(world.anak, TODAY) == []
    [third] = agree(world)
    assert third.replaces is None


@pytest.mark.parametrize(
    ("services", "more", "at"),
    [
        ((), {}, "layanan"),
        (("anc-k1",), {}, "layanan"),
        ((MR,), {"day": TODAY}, "tanggal"),
        ((MR,), {"day": None}, "tanggal"),
        ((MR,), {"day": TODAY + timedelta(days=91)}, "tanggal"),
        ((MR,), {"unit": None}, "tempat"),
    ],
)
def test_what_cannot_be_agreed_is_told_at_its_field(world: Any, services: Any, more: Any, at: str) -> None:
    how = {"unit": world.posyandu, "day": SOON, **more}
    with pytest.raises(Refused) as refused:
        schedule(world.anak, services, how["unit"], how["day"], by=world.ibu_anak, today=TODAY)
    assert {fault.at for fault in refused.value.faults} == {at}


def test_only_where_it_is_given(world: Any) -> None:
    only_here = next(
        one.id
        for one in decide_for(world.anak, TODAY).services
        if "puskesmas" in one.units and "posyandu" not in one.units
    )
    with pytest.raises(Refused, match="tidak diberikan di Posyandu Melati"):
        agree(world, only_here)
    assert agree(world, only_here, unit=world.puskesmas)


def test_the_unit_of_the_day_sees_it_and_others_do_not(world: Any) -> None:
    [row] = agree(world)
    kader = Assignment.objects.create(
        user=User.objects.create_user("kader", "rahasia-sekali", full_name="Kader"), role="kader", cadre="kader",
        unit=world.posyandu, valid_from=BEGAN,
    )  # fmt: skip
    assert queries.agreed_at(kader, TODAY, SOON) == []
    world.posyandu.catchments.create(area=world.rt, valid_from=BEGAN)
    assert [one.row for one in queries.agreed_at(kader, TODAY, SOON)] == [row]
    assert queries.agreed_at(kader, TODAY, SOON - timedelta(days=1)) == []
    assert queries.agreed_at(world.ibu_anak, TODAY, SOON) == [], "agreed for the Posyandu, not for the Puskesmas"
    stranger = Assignment.objects.get(user=world.stranger)
    for nobody in (world.loket, world.lab, stranger):
        with pytest.raises(NotAllowed):
            agree(world, by=nobody)


def test_partner_clinics_and_the_network_are_offered(world: Any) -> None:
    from primary_care.units.models import Unit

    clinic = Unit.objects.create(code="F1", kind="fktp-lain", name="Klinik Sehat", area=world.desa, valid_from=BEGAN)
    world.puskesmas.partnerships.create(partner=clinic, kind="j1-wilayah", name="Klinik Sehat", valid_from=BEGAN)
    assert queries.where_to_schedule(world.ibu_anak, TODAY) == [world.puskesmas, world.posyandu, clinic]


def test_klaster_4_answers_a_notice_and_may_take_the_answer_back(world: Any) -> None:
    come(world, world.anak, infectious_signs=frozenset({"demam-ruam"}))
    notice = CaseNotice.objects.get()
    with pytest.raises(NotAllowed):
        answer_notice(notice, "kasus", "diperiksa", by=world.ibu_anak, today=TODAY, key=new_key())
    with pytest.raises(Refused, match="Tulis apa yang dilakukan"):
        answer_notice(notice, "kasus", "", by=world.menular, today=TODAY, key=new_key())
    with pytest.raises(Refused, match="Pilih kasus"):
        answer_notice(notice, "entah", "apa", by=world.menular, today=TODAY, key=new_key())
    key = new_key()
    for _ in range(2):
        answer_notice(notice, "kasus", "sampel diambil", by=world.menular, today=TODAY, key=key)
    [found] = queries.notices_for(world.menular, TODAY)
    assert found.answer is not None and (found.answer.outcome, notice.answers.count()) == ("kasus", 1)
    answer_notice(notice, "", "", by=world.menular, today=TODAY, key=new_key())
    assert queries.notices_for(world.menular, TODAY)[0].answer is None
