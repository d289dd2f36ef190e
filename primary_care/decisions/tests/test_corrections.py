"""Mending a visit: new facts beside the old ones, findings made anew, and who may."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.models import Assignment, User
from primary_care.accounts.sight import Sight, sight_of
from primary_care.audit.models import AuditEntry
from primary_care.decisions.actions import save_visit
from primary_care.decisions.corrections import correct_visit, may_be_added, move_visit, take_back_visit
from primary_care.decisions.models import Finding
from primary_care.decisions.queries import decide_for
from primary_care.keys import new_key
from primary_care.visits.actions import ServiceEntry, VisitRefused
from primary_care.visits.episodes import open_episode
from primary_care.visits.models import Contact, Correction
from primary_care.visits.queries import facts_of, last_values
from primary_care.visits.tests.world import BEGAN, TODAY


def saved(world: Any, person: Any, observations: dict[str, Any], *, days_ago: int = 0, **changes: Any) -> Contact:
    """A visit of the bidan at the Puskesmas."""
    given = {
        "contact_id": new_key(), "on": TODAY - timedelta(days=days_ago), "today": TODAY, "by": world.bidan, "cadre": "bidan",
        "unit": world.puskesmas, "unit_kind": "puskesmas", "assignment": world.assignment, "observations": observations,
    }  # fmt: skip
    return save_visit(person, **given | changes).contact


def seeing(by: Assignment, *, own: bool = True) -> Sight:
    return sight_of(by.role, by.cadre, inside=True, own=own)


def mend(world: Any, contact: Contact, values: dict[str, Any], **changes: Any) -> Correction | None:
    by = changes.pop("by", world.assignment)
    given = {"not_given": (), "reason": "salah ketik", "by": by, "sight": seeing(by), "today": TODAY}
    return correct_visit(contact, values=values, **given | changes)


def standing(contact: Contact) -> set[str]:
    rows = Finding.objects.filter(contact=contact, replaced_by__isnull=True, withdrawn=False)
    return {row.finding for row in rows}


def somebody(world: Any, role: str, cadre: str, unit: Any = None) -> Assignment:
    user = User.objects.create_user(f"orang.{role}", "rahasia-sekali", full_name="Orang Lain")
    return Assignment.objects.create(user=user, role=role, cadre=cadre, unit=unit or world.puskesmas, valid_from=BEGAN)


def test_a_mended_value_replaces_the_old_row_and_its_findings(world: Any) -> None:
    open_episode(
        world.ibu, kind="kehamilan", facts={"hpht": TODAY - timedelta(weeks=26)}, registered_on=TODAY, today=TODAY, by=world.bidan
    )  # fmt: skip
    contact = saved(world, world.ibu, {"sistolik": Decimal(165), "diastolik": Decimal(112)})
    assert "preeklampsia-berat" in standing(contact)
    correction = mend(world, contact, {"sistolik": Decimal(116), "diastolik": Decimal(72)})
    assert correction is not None and correction.reason == "salah ketik" and not correction.whole
    rows = contact.observations.filter(item="sistolik").order_by("recorded_at")
    assert [row.number for row in rows] == [165, 116] and rows[1].replaces == rows[0]
    assert facts_of(world.ibu, TODAY)["contacts"][0]["observations"] == {"sistolik": 116, "diastolik": 72}
    assert "preeklampsia-berat" not in standing(contact), "what rested on the wrong value is withdrawn"
    rows = Finding.objects.filter(contact=contact, finding="preeklampsia-berat").order_by("recorded_at", "id")
    assert [row.withdrawn for row in rows] == [False, True], "and can be read still"
    assert standing(contact) == {one.id for one in decide_for(world.ibu, TODAY).findings if one.on == TODAY}
    assert AuditEntry.objects.filter(kind="visits.correction", person_id=world.ibu.pk, user=world.bidan).exists()


def test_a_later_visit_that_was_judged_by_the_wrong_value_is_judged_anew(world: Any) -> None:
    wrong = saved(world, world.anak, {"berat-badan-kg": Decimal("8.1")}, days_ago=31)
    later = saved(world, world.anak, {"berat-badan-kg": Decimal("8.0")})
    lost = standing(later)
    mend(world, wrong, {"berat-badan-kg": Decimal("7.1")})
    assert lost - standing(later), "it was no loss"
    assert standing(later) == {one.id for one in decide_for(world.anak, TODAY).findings if one.on == TODAY}


def test_a_value_is_taken_back_and_a_service_that_was_not_given(world: Any) -> None:
    contact = saved(
        world, world.ibu, {"hb": Decimal("9.4"), "suhu-c": Decimal("36.6")}, services=[ServiceEntry("skrining-tbc")]
    )
    mend(world, contact, {"hb": None}, not_given=["skrining-tbc"])
    facts = facts_of(world.ibu, TODAY)["contacts"][0]
    assert (facts["observations"], facts["services"]) == ({"suhu-c": 36.6}, [])
    assert {row.state for row in contact.services.all()} == {"given", "withdrawn"}


def test_what_has_not_changed_is_left_alone(world: Any) -> None:
    contact = saved(world, world.ibu, {"hb": Decimal("9.4")})
    assert mend(world, contact, {"hb": Decimal("9.40")}) is None
    assert not Correction.objects.exists() and contact.observations.count() == 1


def test_what_was_forgotten_is_added_and_judged(world: Any) -> None:
    open_episode(
        world.ibu, kind="kehamilan", facts={"hpht": TODAY - timedelta(weeks=26)}, registered_on=TODAY, today=TODAY, by=world.bidan
    )  # fmt: skip
    contact = saved(world, world.ibu, {"suhu-c": Decimal("36.6")}, services=[ServiceEntry("anc-k3")])
    assert {"sistolik", "diastolik"} <= set(
        may_be_added(contact, world.assignment, seeing(world.assignment))["measure"]
    )
    correction = mend(world, contact, {}, forgotten={"sistolik": Decimal(165), "diastolik": Decimal(112)})
    assert correction is not None and "preeklampsia-berat" in standing(contact)
    added = contact.observations.get(item="sistolik")
    assert (added.replaces, added.correction) == (None, correction)
    assert facts_of(world.ibu, TODAY)["contacts"][0]["observations"] == {
        "suhu-c": 36.6,
        "sistolik": 165,
        "diastolik": 112,
    }
    mend(world, contact, {"sistolik": None, "diastolik": None})
    mend(
        world, contact, {}, forgotten={"sistolik": Decimal(118), "diastolik": Decimal(74)}
    )  # taken back, and added again
    rows = contact.observations.filter(item="sistolik").order_by("recorded_at")
    assert [row.number for row in rows] == [165, None, 118] and rows[2].replaces == rows[1]
    assert "preeklampsia-berat" not in standing(contact)


def test_what_was_forgotten_is_asked_about_and_compared_as_at_a_visit(world: Any) -> None:
    saved(world, world.anak, {"tinggi-badan-cm": Decimal(70)}, days_ago=31)
    contact = saved(world, world.anak, {"berat-badan-kg": Decimal("8.1")})
    with pytest.raises(VisitRefused) as caught:
        mend(world, contact, {}, forgotten={"tinggi-badan-cm": Decimal(67)})
    assert "turun 3 cm dari 70 cm" in caught.value.questions[0].text
    mend(world, contact, {}, forgotten={"tinggi-badan-cm": Decimal(67)}, confirmed=frozenset({"tinggi-badan-cm=67"}))
    with pytest.raises(VisitRefused) as caught:
        mend(world, contact, {}, forgotten={"tinggi-badan-cm": Decimal(71)})
    assert "sudah dicatat" in caught.value.faults[0].message


def test_nobody_adds_what_is_not_his_to_record(world: Any) -> None:
    contact = saved(world, world.ibu, {"suhu-c": Decimal("36.6")})
    nurse = somebody(world, "petugas-klaster-3", "perawat")
    offered = may_be_added(contact, nurse, seeing(nurse, own=False))
    assert "hb" not in {item for items in offered.values() for item in items}
    with pytest.raises(NotAllowed):
        mend(world, contact, {}, forgotten={"hb": Decimal("9.4")}, by=nurse, sight=seeing(nurse, own=False))
    assert contact.observations.count() == 1


def test_a_mended_value_is_asked_about_too_but_not_held_against_the_wrong_one(world: Any) -> None:
    saved(world, world.anak, {"tinggi-badan-cm": Decimal(70)}, days_ago=31)
    contact = saved(world, world.anak, {"tinggi-badan-cm": Decimal(66)}, confirmed=frozenset({"tinggi-badan-cm=66"}))
    with pytest.raises(VisitRefused) as caught:
        mend(world, contact, {"tinggi-badan-cm": Decimal(67)})
    assert "turun 3 cm dari 70 cm" in caught.value.questions[0].text
    mend(world, contact, {"tinggi-badan-cm": Decimal("71.5")})
    assert last_values(world.anak, TODAY)["tinggi-badan-cm"].value == Decimal("71.5")


@pytest.mark.parametrize(
    ("values", "changes", "at"),
    [
        ({"hb": Decimal("9.9")}, {"reason": "  "}, "alasan"),
        ({"hb": Decimal("9.9")}, {"reason": "x" * 301}, "alasan"),
        ({"hb": Decimal("99")}, {}, "hb"),
        ({"diastolik": Decimal(130)}, {}, "diastolik"),
        ({"suhu-c": Decimal(37)}, {}, "suhu-c"),
        ({}, {"not_given": ["skrining-tbc"]}, "skrining-tbc"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_at_its_place(
    world: Any, values: dict[str, Any], changes: dict[str, Any], at: str
) -> None:
    contact = saved(world, world.ibu, {"hb": Decimal("9.4"), "sistolik": Decimal(120), "diastolik": Decimal(80)})
    with pytest.raises(VisitRefused) as caught:
        mend(world, contact, values, **changes)
    assert at in {fault.at for fault in caught.value.faults}
    assert not Correction.objects.exists()


def test_a_visit_that_never_was_counts_no_more_and_can_be_read(world: Any) -> None:
    saved(world, world.anak, {"berat-badan-kg": Decimal("7.8")}, days_ago=31)
    contact = saved(world, world.anak, {"berat-badan-kg": Decimal("7.5")})
    take_back_visit(
        contact, reason="anak tidak datang", by=world.assignment, sight=seeing(world.assignment), today=TODAY
    )
    assert [one["on"] for one in facts_of(world.anak, TODAY)["contacts"]] == [TODAY - timedelta(days=31)]
    assert last_values(world.anak, TODAY)["berat-badan-kg"].value == Decimal("7.8")
    assert standing(contact) == set()
    assert contact.observations.get(replaces__isnull=True).number == Decimal("7.5")
    with pytest.raises(VisitRefused, match="sudah ditarik"):
        take_back_visit(contact, reason="sekali lagi", by=world.assignment, sight=seeing(world.assignment), today=TODAY)


def test_a_visit_of_the_wrong_person_is_moved_once(world: Any) -> None:
    contact = saved(world, world.ibu, {"suhu-c": Decimal("38.5")})
    visit = {
        "contact_id": new_key(), "on": TODAY, "today": TODAY, "by": world.bidan, "cadre": "bidan", "unit": world.puskesmas,
        "unit_kind": "puskesmas", "assignment": world.assignment, "observations": {"suhu-c": Decimal("38.5")},
    }  # fmt: skip
    for new in (True, False):
        moved = move_visit(contact, world.anak, reason="nama serupa", sight=seeing(world.assignment), **visit)
        assert moved.new is new
    assert facts_of(world.ibu, TODAY)["contacts"] == []
    assert facts_of(world.anak, TODAY)["contacts"][0]["observations"] == {"suhu-c": 38.5}
    correction = Correction.objects.get()
    assert (correction.kind, correction.whole, correction.moved_to) == ("salah-orang", True, moved.contact)


@pytest.mark.parametrize(
    ("role", "cadre", "may"),
    [
        ("petugas-klaster-2", "bidan", True),
        ("dokter", "dokter", True),
        ("petugas-klaster-4", "perawat", False),
        ("kepala-puskesmas", "dokter", False),
        ("registrasi", "", False),
        ("petugas-farmasi", "apoteker", False),
    ],
)
def test_who_mends_what_another_recorded(world: Any, role: str, cadre: str, may: bool) -> None:
    contact = saved(world, world.ibu, {"suhu-c": Decimal("38.5")})
    by = somebody(world, role, cadre)
    if may:
        assert mend(world, contact, {"suhu-c": Decimal("36.5")}, by=by)
    else:
        with pytest.raises(NotAllowed):
            mend(world, contact, {"suhu-c": Decimal("36.5")}, by=by)


def test_a_laboratory_result_of_another_is_mended_by_doctor_and_laboratory_only(world: Any) -> None:
    contact = saved(world, world.ibu, {"hb": Decimal("9.4")})
    midwife, doctor = somebody(world, "petugas-klaster-3", "perawat"), somebody(world, "dokter", "dokter")
    with pytest.raises(NotAllowed):
        mend(world, contact, {"hb": Decimal("9.9")}, by=midwife, sight=seeing(midwife, own=False))
    assert mend(world, contact, {"hb": Decimal("9.9")}, by=doctor)
    assert mend(world, contact, {"hb": Decimal("9.8")}), "one's own slip is one's own to mend"


def test_nobody_takes_back_what_is_closed_to_him(world: Any) -> None:
    contact = saved(world, world.ibu, {"hiv": "reaktif", "suhu-c": Decimal("36.5")})
    nurse = somebody(world, "petugas-klaster-3", "perawat")
    with pytest.raises(NotAllowed, match="tertutup"):
        take_back_visit(contact, reason="salah orang", by=nurse, sight=seeing(nurse, own=False), today=TODAY)


def test_the_database_keeps_a_correction_as_it_was_written(world: Any) -> None:
    contact = saved(world, world.ibu, {"suhu-c": Decimal("38.5")})
    mend(world, contact, {"suhu-c": Decimal("36.5")})
    for change in (
        lambda: Correction.objects.update(reason="lain"),
        lambda: Correction.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
