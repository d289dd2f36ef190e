"""Settings of areas are proposed, looked at and saved: what is shown before equals what is decided before and after, person by person."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from primary_care.accounts.access import NotAllowed
from primary_care.accounts.models import Assignment, User
from primary_care.areas.actions import set_setting
from primary_care.areas.models import AreaSetting
from primary_care.areas.queries import Assumed, settings_at, settings_of_many
from primary_care.audit.models import AuditEntry
from primary_care.decisions import setting_preview
from primary_care.decisions.content import knowledge
from primary_care.decisions.queries import decide_for
from primary_care.decisions.setting_changes import SettingRefused, drop_proposal, propose, save_proposal
from primary_care.decisions.setting_models import ProposalExample, ProposalState, SettingProposal
from primary_care.keys import new_key
from primary_care.people.actions import PersonDetails, register_household, register_person
from primary_care.people.models import Person
from primary_care.visits.actions import record_visit
from primary_care.visits.episodes import open_episode
from primary_care.visits.tests.world import BEGAN, TODAY

LATER = TODAY + timedelta(days=20)


@pytest.fixture
def dinas(world: Any) -> Assignment:
    user = User.objects.create_user("dinas", "rahasia-sekali", full_name="Dinas Uji")
    return Assignment.objects.create(user=user, role="dinas-kabkota", area=world.desa, valid_from=BEGAN)


@pytest.fixture
def many(world: Any) -> list[Person]:
    """Of every age somebody, a pregnant woman, an undernourished child, a newborn; another family elsewhere."""
    registrar = Assignment.objects.create(user=world.bidan, role="registrasi", unit=world.puskesmas, valid_from=BEGAN)
    people = [world.bapak, world.ibu, world.anak]
    for months in (0, 1, 3, 7, 10, 14, 20, 30, 50, 70, 100, 150, 200, 400, 800):
        birth = TODAY - timedelta(days=months * 30 + 3)
        details = PersonDetails(
            full_name=f"Orang {months}", sex="perempuan" if months % 20 else "laki-laki", birth_date=birth
        )
        people.append(
            register_person(
                details, by=registrar, on=max(birth, BEGAN), household=world.household, relationship="lainnya"
            )
        )
    open_episode(
        world.ibu,
        kind="kehamilan",
        facts={"hpht": TODAY - timedelta(weeks=20)},
        registered_on=TODAY,
        today=TODAY,
        by=world.bidan,
    )
    for back, weight in ((60, "7.6"), (30, "7.6"), (3, "7.5")):
        record_visit(
            world.anak, contact_id=new_key(), on=TODAY - timedelta(days=back), today=TODAY, by=world.bidan, cadre="bidan",
            unit=world.posyandu, observations={"berat-badan-kg": Decimal(weight), "tinggi-badan-cm": Decimal("70")},
        )  # fmt: skip
    world.anak.refresh_from_db()
    far = Assignment.objects.create(
        user=world.stranger, role="registrasi", unit=world.stranger.assignments.get().unit, valid_from=BEGAN
    )
    away = register_household(by=far, on=BEGAN, area=world.elsewhere, address="Jalan Jauh 1")
    details = PersonDetails(full_name="Orang Jauh", sex="perempuan", birth_date=date(2025, 1, 3))
    register_person(details, by=far, on=BEGAN + timedelta(days=1900), household=away, relationship="kepala-keluarga")
    return list(Person.objects.filter(pk__in=[one.pk for one in people]))


def told(person: Person, on: date) -> dict[tuple[str, str], Any]:
    """What is decided about somebody, flat: the second, plain way to see what differs."""
    decision = decide_for(person, on).decision
    flat: dict[tuple[str, str], Any] = {}
    for one in decision.services:
        flat["service", one.service.id] = (one.status, one.due, one.overdue_from, one.closes, sorted(one.where))
    for found in decision.findings:
        flat["finding", found.finding.id] = found.severity
    for action in decision.actions:
        flat["action", action.id] = action.by
    return flat


def worked_out(proposal: SettingProposal) -> SettingProposal:
    while setting_preview.work():
        pass
    proposal.refresh_from_db()
    return proposal


CHANGES = [
    ("popm-filariasis", True, "status"),
    ("malaria-endemis", True, "status"),
    ("klb-campak-aktif", True, "status"),
    ("opv-program", False, "status"),
    ("varian-imunisasi", "heksavalen", "status"),
    ("yankestrad", False, "status"),
    ("skrining-g6pd-hak", False, "status"),
    ("neonatal-di-posyandu", False, "place"),
    ("kpsp-di-posyandu", "tidak", "place"),
    ("poct-pustu", False, "place"),
    ("gizi-recheck-hari", 14, "action"),
    ("kecacingan", "tinggi", "status"),
    ("min-kontak", 8, ""),
]


@pytest.mark.parametrize(("key", "value", "kind"), CHANGES, ids=[key for key, _value, _kind in CHANGES])
def test_what_is_shown_before_is_what_is_decided_before_and_after(
    world: Any, dinas: Assignment, many: list[Person], key: str, value: Any, kind: str
) -> None:
    proposal = propose(world.desa, key, value, on=LATER, reason="SK Bupati 1/2026", by=dinas, today=TODAY)
    before = {one.pk: told(one, LATER) for one in many}
    proposal = worked_out(proposal)
    assert AreaSetting.objects.count() == 0 and proposal.state == ProposalState.READY
    set_setting(world.desa, key, value, on=LATER)
    after = {one.pk: told(one, LATER) for one in many}

    expected: Counter[tuple[str, str]] = Counter()
    touched = 0
    for one in many:
        old, new = before[one.pk], after[one.pk]
        differing = {thing for thing in old.keys() | new.keys() if old.get(thing) != new.get(thing)}
        # Dates and places of what is done, missed or cancelled are nobody's work.
        differing = {
            thing
            for thing in differing
            if thing[0] != "service"
            or (old.get(thing) or (0,))[0] != (new.get(thing) or (0,))[0]
            or new[thing][0] not in ("done", "missed", "cancelled", "contraindicated")
        }
        touched += bool(differing)
        expected.update(differing)
        for thing in differing:
            if thing[0] == "service" and (old.get(thing) or ("",))[0] != (new.get(thing) or ("",))[0]:
                expected["status " + (old.get(thing) or ("",))[0], (new.get(thing) or ("",))[0]] += 1
    shown: Counter[tuple[str, str]] = Counter()
    for what, subject, was, now, number in proposal.changes:
        if what in ("finding", "action"):
            shown[what, subject] += number
        elif what == "status":
            shown["service", subject] += number
            shown["status " + was, now] += number
    for thing in [thing for thing in expected if thing[0] == "service" and thing not in shown]:
        rows = [row for row in proposal.changes if row[1] == thing[1]]  # several rows may be about one person
        assert (
            rows
            and {row[0] for row in rows} <= {"place", "date"}
            and max(row[4] for row in rows) == expected.pop(thing)
        )
    assert shown == expected
    assert (proposal.done, proposal.touched, proposal.unread) == (len(many), touched, 0)
    assert kind in {row[0] for row in proposal.changes} | {""}
    assert kind or not proposal.changes


def test_a_change_for_a_small_place_says_nothing_about_others(
    world: Any, dinas: Assignment, many: list[Person]
) -> None:
    proposal = worked_out(propose(world.desa, "malaria-endemis", True, on=TODAY, reason="SK", by=dinas, today=TODAY))
    assert "Orang Jauh" not in {one.person.full_name for one in proposal.examples.all()}
    assert proposal.done == len(many) and proposal.examples.filter(person=world.ibu).exists()
    with pytest.raises(NotAllowed):
        propose(world.elsewhere, "malaria-endemis", True, on=TODAY, reason="SK", by=dinas, today=TODAY)


def test_where_something_nearer_says_otherwise_nothing_changes(
    world: Any, dinas: Assignment, many: list[Person]
) -> None:
    set_setting(world.rt, "malaria-endemis", False, on=BEGAN)
    proposal = worked_out(propose(world.desa, "malaria-endemis", True, on=TODAY, reason="SK", by=dinas, today=TODAY))
    assert (proposal.touched, proposal.changes) == (0, []) and proposal.done == len(many)


def test_saving_appends_a_row_with_its_reason_and_forgets_the_examples(
    world: Any, dinas: Assignment, many: list[Person]
) -> None:
    proposal = worked_out(
        propose(world.desa, "malaria-endemis", True, on=LATER, reason=" SK  7 ", by=dinas, today=TODAY)
    )
    assert ProposalExample.objects.exists()
    row = save_proposal(proposal.pk, by=dinas, today=TODAY)
    proposal.refresh_from_db()
    assert (row.value, row.valid_from, row.reason, row.set_by, row.recorded_as) == (
        True,
        LATER,
        "SK 7",
        dinas.user,
        dinas,
    )
    assert (proposal.state, proposal.setting, ProposalExample.objects.count()) == (ProposalState.SAVED, row, 0)
    assert settings_at(world.rt, LATER) == {"malaria-endemis": True} and settings_at(world.rt, TODAY) == {}
    assert {"areas.areasetting", "decisions.settingproposal"} <= set(AuditEntry.objects.values_list("kind", flat=True))
    with pytest.raises(SettingRefused):
        save_proposal(proposal.pk, by=dinas, today=TODAY)


def test_an_area_goes_back_to_what_holds_above_it(world: Any, dinas: Assignment, many: list[Person]) -> None:
    set_setting(world.rt, "malaria-endemis", False, on=BEGAN)  # by a change of the tree
    set_setting(world.desa, "malaria-endemis", True, on=BEGAN)
    back = Assumed(world.rt.pk, "malaria-endemis", "", TODAY, inherits=True)
    assert settings_of_many([world.rt.pk], TODAY, back)[world.rt.pk] == {"malaria-endemis": True}
    assert settings_of_many([world.rt.pk], TODAY - timedelta(days=1), back)[world.rt.pk] == {"malaria-endemis": False}
    proposal = propose(world.desa, "malaria-endemis", None, inherits=True, on=LATER, reason="SK", by=dinas, today=TODAY)
    save_proposal(proposal.pk, by=dinas, today=TODAY)
    assert settings_at(world.desa, LATER) == {} and settings_at(world.desa, TODAY) == {"malaria-endemis": True}
    assert settings_at(world.rt, LATER) == {"malaria-endemis": False}


def test_what_cannot_be_set_is_refused_and_says_why(world: Any, dinas: Assignment) -> None:
    def refused(**changed: Any) -> str:
        given = {"key": "gizi-recheck-hari", "value": 14, "on": TODAY, "reason": "SK", "inherits": False} | changed
        with pytest.raises(SettingRefused) as error:
            propose(world.desa, by=dinas, today=TODAY, **given)
        return error.value.code

    assert (
        refused(value=0)
        == refused(value=61)
        == refused(value=7.5)
        == refused(value="tujuh")
        == refused(value=True)
        == "value"
    )
    assert refused(value=None) == refused(inherits=True) == refused(key="tidak-ada") == "value"
    assert refused(key="kecacingan", value="sangat") == refused(key="klb-campak-sejak", value="2026-02-30") == "value"
    assert refused(on=TODAY - timedelta(days=1)) == refused(on=TODAY + timedelta(days=367)) == "from"
    assert refused(reason="  ") == "reason"
    set_setting(world.desa, "gizi-recheck-hari", 14, on=BEGAN)
    assert refused() == "value"  # holds already
    assert SettingProposal.objects.count() == 0
    midwife = Assignment.objects.get(user=dinas.user)
    Assignment.objects.filter(pk=midwife.pk).update(role="petugas-klaster-1")
    midwife.refresh_from_db()
    with pytest.raises(NotAllowed):
        propose(world.desa, "gizi-recheck-hari", 21, on=TODAY, reason="SK", by=midwife, today=TODAY)


def test_a_day_that_has_passed_meanwhile_is_chosen_anew(world: Any, dinas: Assignment) -> None:
    proposal = propose(world.desa, "min-kontak", 8, on=TODAY, reason="SK", by=dinas, today=TODAY)
    with pytest.raises(SettingRefused):
        save_proposal(proposal.pk, by=dinas, today=TODAY + timedelta(days=1))
    drop_proposal(proposal.pk, by=dinas, today=TODAY + timedelta(days=1))
    assert SettingProposal.objects.get().state == ProposalState.DROPPED and AreaSetting.objects.count() == 0


def test_a_killed_worker_loses_a_batch_and_counts_nobody_twice(
    world: Any, dinas: Assignment, many: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setting_preview, "BATCH", 4)
    whole = worked_out(propose(world.desa, "malaria-endemis", True, on=TODAY, reason="SK", by=dinas, today=TODAY))
    drop_proposal(whole.pk, by=dinas, today=TODAY)
    again = propose(world.desa, "malaria-endemis", True, on=TODAY, reason="SK", by=dinas, today=TODAY)
    add, calls = setting_preview._add, []

    def dies(*given: Any) -> None:
        add(*given)
        calls.append(1)
        if len(calls) in (1, 3):
            raise MemoryError

    monkeypatch.setattr(setting_preview, "_add", dies)
    for _ in range(2):
        with pytest.raises(MemoryError):
            setting_preview.work()
    again = worked_out(again)
    assert (again.changes, again.done, again.touched) == (whole.changes, whole.done, whole.touched) and len(
        many
    ) == again.done


def test_a_batch_that_kills_the_worker_again_and_again_is_given_up(
    world: Any, dinas: Assignment, many: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = propose(world.desa, "malaria-endemis", True, on=TODAY, reason="SK", by=dinas, today=TODAY)

    def dies(*given: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(setting_preview, "compare", dies)
    for _ in range(setting_preview.MOST_ATTEMPTS):
        with pytest.raises(MemoryError):
            setting_preview.work()
    assert not setting_preview.work()
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.FAILED
    save_proposal(proposal.pk, by=dinas, today=TODAY)  # it may be saved all the same


def test_a_slice_ends_and_other_work_has_its_turn(
    world: Any, dinas: Assignment, many: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setting_preview, "BATCH", 4)
    proposal = propose(world.desa, "malaria-endemis", True, on=TODAY, reason="SK", by=dinas, today=TODAY)
    times = iter([0.0, 0.0, 1.0, setting_preview.SLICE])
    assert setting_preview.work(clock=lambda: next(times))
    proposal.refresh_from_db()
    assert (proposal.state, proposal.done) == (ProposalState.COUNTING, 8)


def test_the_examples_of_an_old_proposal_are_forgotten(world: Any, dinas: Assignment, many: list[Person]) -> None:
    proposal = worked_out(propose(world.desa, "malaria-endemis", True, on=TODAY, reason="SK", by=dinas, today=TODAY))
    SettingProposal.objects.update(asked_at=proposal.asked_at - setting_preview.EXAMPLES_KEPT - timedelta(hours=1))
    setting_preview.work()
    assert not ProposalExample.objects.exists() and SettingProposal.objects.get().changes == proposal.changes


def test_every_setting_has_a_heading_of_its_own() -> None:
    assert {one.group for one in knowledge().settings.values()} <= {
        "endemis", "kejadian", "imunisasi", "paket", "pemberi", "tenggat", "perhitungan", "tempat",
    }  # fmt: skip
