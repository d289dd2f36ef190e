"""The truth table of access: every role, every kind of data, every address of the node.

What is expected stands in `expected_access.py`. The addresses are read from the configuration: a new page without a line in its `PAGES` fails.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from primary_care.accounts.models import Assignment, Role, User
from primary_care.accounts.scope import scope_of_assignment
from primary_care.decisions.actions import save_visit
from primary_care.decisions.content import item_label, knowledge
from primary_care.decisions.setting_changes import propose
from primary_care.decisions.setting_models import SettingProposal
from primary_care.decisions.trial_models import KnowledgeTrial
from primary_care.desk import access
from primary_care.desk.tests.expected_access import BY_OWN_WORK, CADRES, EVERYTHING, PAGES, RECORDS_VISITS, SEES, STATES
from primary_care.desk.views.reception.queues import screen_token
from primary_care.encounters.actions import Registration, arrive
from primary_care.encounters.models import Encounter
from primary_care.followup.models import Task
from primary_care.keys import new_key
from primary_care.people.actions import PersonDetails, register_household, register_person
from primary_care.people.closed_models import Opening
from primary_care.people.models import Household, Person
from primary_care.people.register_models import ImportedRow, RegisterFile, RegisterQuestion, RowDecision
from primary_care.units.models import Unit
from primary_care.visits.actions import record_visit
from primary_care.visits.episodes import open_episode
from primary_care.visits.models import Contact
from primary_care.visits.tests.world import BEGAN, TODAY

# One of these has nobody's name, and a queue of klaster 2 every Puskesmas has.
EVERYBODYS = {"screen", "queue"}
#: What good care is, in the words of the knowledge: the same for all, and of nobody in particular.
OF_NOBODY = ("pathways", "pathway", "pathway-service", "pathway-table")


def addresses(patterns: Any = None) -> Iterator[str]:
    """The names of all addresses of the node; the address itself where it has none."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns)
        elif isinstance(one, URLPattern):
            yield one.name or str(one.pattern)


def label(finding: str) -> str:
    return knowledge().findings[finding].label.id


def marks() -> dict[str, list[str]]:
    """Texts that stand on a page only where a kind of data is shown."""
    return {
        "I": ["Siti Aminah"],
        "S": ["Jatuh tempo sekarang"],
        "P": [f"{item_label('lila-cm')} 22,1 cm"],
        "K": [label("kek")],
        "R": ["165/112", label("preeklampsia-berat")],
        "L": ["10,4 g/dL"],
        "H": [label("hiv-reaktif"), f"{item_label('hiv')} Reaktif"],
        "M": [label("sifilis-reaktif"), f"{item_label('sifilis')} Reaktif"],
        "B": [label("hbsag-reaktif"), f"{item_label('hbsag')} Reaktif"],
        "J": [label("srq-positif"), item_label("srq-total")],
        "T": [label("ktpa-dicurigai")],
    }


@pytest.fixture(autouse=True)
def on_a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access.timezone, "localdate", lambda *args: TODAY)


@pytest.fixture
def full(world: Any) -> Any:
    """The small world, with every kind of data about the mother and a child that was weighed. Another family lives outside."""
    world.outside = Household.objects.get(
        pk=register_household(by=_everywhere(world), on=TODAY, area=world.elsewhere, address="Jalan Jauh 1").pk
    )
    details = PersonDetails(full_name="Orang Jauh", sex="perempuan", birth_date=world.ibu.birth_date)
    world.stranger_person = register_person(
        details, by=_everywhere(world), on=TODAY, household=world.outside, relationship="kepala-keluarga"
    )
    world.files = [_imported(world, outside) for outside in (False, True)]
    world.batches = [_accepted(world, outside) for outside in (False, True)]
    world.episode = open_episode(
        world.ibu,
        kind="kehamilan",
        facts={"hpht": TODAY - timedelta(weeks=26)},
        registered_on=TODAY,
        today=TODAY,
        by=world.bidan,
    )
    day = TODAY - timedelta(days=1)
    common = {"on": day, "today": TODAY, "by": world.bidan}
    record_visit(
        world.ibu,
        contact_id=new_key(),
        cadre="kader",
        unit=world.posyandu,
        observations={"lila-cm": Decimal("22.1")},
        **common,
    )
    world.contact = save_visit(
        world.ibu, contact_id=new_key(), cadre="bidan", unit=world.puskesmas, unit_kind="puskesmas", **common,
        observations={
            "sistolik": Decimal(165), "diastolik": Decimal(112), "hb": Decimal("10.4"), "protein-urin": "+2", "hiv": "reaktif", "sifilis": "reaktif",
            "hbsag": "reaktif", "srq-total": Decimal(9), "tanda-ktpa": sorted(knowledge().items["tanda-ktpa"].choices)[:1],
        },
    ).contact  # fmt: skip
    for user in (world.bidan, world.stranger):
        unit = user.assignments.get(role="petugas-klaster-2").unit
        user.klaster_posts.create(unit=unit, klaster="2", position="anggota", valid_from=BEGAN)
        user.competences.create(training="apn", valid_from=BEGAN)
        unit.partnerships.create(kind="j5-linsek", name="Kantor kecamatan", valid_from=BEGAN)
    world.proposals = [_proposed(world, area) for area in (world.desa, world.elsewhere)]
    world.trial = KnowledgeTrial.objects.create(
        files=[{"name": "cek.yaml", "text": "id: cek"}], people=3000, seed=1, on=TODAY, asked_by=world.proposals[0].asked_by,
        asked_as=world.proposals[0].asked_as,
    )  # fmt: skip
    world.task = Task.objects.get(person=world.ibu, action="rujuk-rumah-sakit", topic="", state="open")
    world.encounters = [_came(world, outside) for outside in (False, True)]
    record_visit(
        world.anak,
        contact_id=new_key(),
        cadre="kader",
        unit=world.posyandu,
        observations={"berat-badan-kg": Decimal("8.1")},
        **common,
    )
    return world


def _came(world: Any, outside: bool) -> Encounter:
    """Somebody who waits in the Puskesmas, with signs of an infectious disease: the mother, or a stranger in the other one."""
    by = Assignment.objects.get(user=world.stranger, role="registrasi") if outside else world.assignment
    told = Registration("datang-sendiri", emergency=False, infectious_signs=frozenset({"batuk-2-minggu"}))
    person = world.stranger_person if outside else world.ibu
    return arrive(person, told, by=by, today=TODAY, now=timezone.now(), key=new_key())


def _imported(world: Any, outside: bool) -> ImportedRow:
    """A held row of an imported workbook: of the unit and the desa of the world, or of the other ones."""
    place, name = (world.elsewhere, "Orang Jauh") if outside else (world.desa, "Siti Aminah")
    by = _everywhere(world) if outside else world.assignment
    file = RegisterFile.objects.create(
        name="register.xlsx", hash="0" * 64, state="diimpor", area_path=place.path, recorded_by=by.user, recorded_as=by
    )
    row = ImportedRow.objects.create(
        file=file, area=place, source_key=file.pk.hex, file_name=file.name, file_hash=file.hash, row_number=2, cells={"Nama Lengkap": name},
        state="held", imported_on=TODAY, recorded_by=by.user,
    )  # fmt: skip
    RegisterQuestion.objects.create(row=row, code="birth_unreadable", reason="Kolom Tanggal Lahir tidak terbaca.")
    return row


def _accepted(world: Any, outside: bool) -> RowDecision:
    """A row of that workbook, of a person, which was accepted together with others."""
    person, file = world.stranger_person if outside else world.ibu, world.files[outside].file
    row = ImportedRow.objects.create(
        file=file, area=world.files[outside].area, source_key=f"{file.pk.hex}-2", file_name=file.name, file_hash=file.hash, row_number=3,
        cells={"Nama Lengkap": person.full_name}, state="imported-with-question", person=person, imported_on=TODAY, recorded_by=file.recorded_by,
    )  # fmt: skip
    RegisterQuestion.objects.create(row=row, code="nik_missing", reason="NIK belum diisi.")
    return RowDecision.objects.create(
        row=row, kind="terima", person=person, batch=new_key(), valid_from=TODAY, recorded_by=file.recorded_by
    )


def _proposed(world: Any, area: Any) -> SettingProposal:
    """A setting that a dinas has proposed for a desa, with a person for whom something would change."""
    user = User.objects.get_or_create(username="dinas", defaults={"full_name": "Dinas Uji"})[0]
    by = Assignment.objects.create(user=user, role="dinas-kabkota", area=area, valid_from=BEGAN)
    proposal = propose(area, "malaria-endemis", True, on=TODAY, reason="SK 1", by=by, today=TODAY)
    proposal.state = "siap"
    proposal.changes = [["status", "skrining-malaria-bumil", "", "due", 1]]
    proposal.save()
    person = world.ibu if area == world.desa else world.stranger_person
    proposal.examples.create(person=person, kind="status", subject="skrining-malaria-bumil", before="", after="due")
    return proposal


def _everywhere(world: Any) -> Assignment:
    return Assignment.objects.get_or_create(
        user=world.stranger,
        role="registrasi",
        unit=Assignment.objects.filter(user=world.stranger).first().unit,
        valid_from=BEGAN,
    )[0]


def worker(world: Any, role: str) -> Assignment:
    """Somebody of this role in the small world: in the Posyandu if a kader, over the kabupaten if he works in an office, else in the Puskesmas."""
    user = User.objects.create_user("seseorang", "rahasia-sekali", full_name="Seseorang")
    office = role in ("dinas-kabkota", "dinas-provinsi", "kementerian", "pemerintah-desa", "warga")
    unit = None if office else world.posyandu if role in ("kader", "kader-pustu") else world.puskesmas
    if unit == world.posyandu:
        unit.catchments.get_or_create(area=world.rt, valid_from=BEGAN)
    cadre = "" if role == "registrasi" or office else CADRES.get(role, "perawat")
    return Assignment.objects.create(
        user=user, role=role, cadre=cadre, unit=unit, area=world.desa if office else None, valid_from=BEGAN
    )


def prepare(world: Any, mine: Assignment, state: str) -> None:
    """Work with the mother and the child, or an opening of their data, whether or not the role may have that."""
    for person in (world.ibu, world.anak):
        if state == "own":
            record_visit(
                person, contact_id=new_key(), on=TODAY, today=TODAY, by=mine.user, cadre=mine.cadre or "perawat",
                unit=world.puskesmas, observations={"suhu-c": Decimal("36.7")},
            )  # fmt: skip
        if state == "opened":
            now = timezone.now()
            Opening.objects.create(
                person=person, assignment=mine, user=mine.user, kind="perawatan", reason="uji", opened_at=now,
                until=now + timedelta(minutes=5),
            )  # fmt: skip


def address(name: str, whose: str, world: Any, *, outside: bool) -> str:
    mother = world.stranger_person if outside else world.ibu
    member = world.stranger if outside else world.bidan
    unit = Unit.objects.get(code="P2" if outside else "P1")
    match whose:
        case "unit":
            return reverse(name, args=[unit.pk])
        case "trait":
            return reverse(name, args=[unit.pk, "tipologi"])
        case "catchment":
            return reverse(name, args=[unit.pk, unit.catchments.get().pk])
        case "partner":
            return reverse(name, args=[unit.pk, unit.partnerships.get().pk])
        case "area":
            return reverse(name, args=[(world.elsewhere if outside else world.desa).pk])
        case "setting":
            return reverse(name, args=[(world.elsewhere if outside else world.desa).pk, "malaria-endemis"])
        case "version":
            return reverse(name, args=["000000000000"])
        case "rule" | "rule-file":
            return reverse(name, args=["000000000000", "tekanan-darah"])
        case "trial":
            return reverse(name, args=[new_key() if outside else world.trial.pk])
        case "proposal":
            return reverse(name, args=[world.proposals[outside].pk])
        case "member":
            return reverse(name, args=[member.pk])
        case "duty":
            return reverse(name, args=[member.pk, member.assignments.get(role="petugas-klaster-2").pk])
        case "klaster-post":
            return reverse(name, args=[member.pk, member.klaster_posts.get().pk])
        case "competence":
            return reverse(name, args=[member.pk, member.competences.get().pk])
        case "stage":
            return reverse(name, args=["ibu-hamil"])
        case "stage-service":
            return reverse(name, args=["ibu-hamil", "skrining-anemia-bumil"])
        case "stage-table":
            return reverse(name, args=["ibu-hamil", "tekanan-darah-hamil"])
        case "person":
            return reverse(name, args=[mother.pk])
        case "person-service":
            return reverse(name, args=[mother.pk, "anc"])
        case "person-table":
            return reverse(name, args=[mother.pk, "tekanan-darah-hamil"])
        case "child":
            return reverse(name, args=[mother.pk if outside else world.anak.pk])
        case "household":
            return reverse(name, args=[(world.outside if outside else world.household).pk])
        case "pair":
            return reverse(name, args=[mother.pk, world.anak.pk])
        case "file":
            return reverse(name, args=[world.files[outside].file_id])
        case "batch":
            return reverse(name, args=[world.files[outside].file_id, world.batches[outside].batch])
        case "row":
            return reverse(name, args=[world.files[outside].pk])
        case "task":
            return reverse(name, args=[new_key() if outside else world.task.pk])
        case "episode":
            return reverse(name, args=[mother.pk, world.episode.pk])
        case "queue":
            return reverse(name, args=["klaster-2"])
        case "screen":
            return reverse(name, args=[screen_token(unit)])
        case "encounter":
            return reverse(name, args=[world.encounters[outside].pk])
        case "contact":
            return reverse(name, args=[mother.pk, world.contact.pk])
    return "/favicon.ico" if name == "favicon" else reverse(name)


def test_every_address_has_a_line_and_every_line_an_address() -> None:
    named = {"favicon" if one == "favicon.ico" else one for one in addresses()}
    assert named == set(PAGES), "a new page needs a decision who sees it"
    assert set(SEES) == set(Role.values)


@pytest.mark.parametrize("role", SEES)
@pytest.mark.parametrize("state", STATES)
def test_a_role_sees_these_kinds_and_nothing_else_on_any_page(full: Any, client: Client, role: str, state: str) -> None:
    mine, seen = worker(full, role), SEES[role][STATES.index(state)]
    prepare(full, mine, state)
    client.force_login(mine.user)
    for name, (whose, status) in PAGES.items():
        if not whose and state != "area" and name not in ("home", "search"):
            continue
        page = address(name, whose, full, outside=False)
        answer = client.get(page, {"q": "siti"} if name == "search" else {})
        if name == "gallery":
            continue  # made-up examples only, the same for all
        assert answer.status_code == status(role, seen), (name, state)
        if name in OF_NOBODY:
            assert "Siti Aminah" not in answer.content.decode()
            continue
        text = answer.content.decode()
        assert "Bidan Lain" not in text and "Puskesmas Lain" not in text, name  # who works elsewhere, and where
        for kind, words in marks().items():
            if kind not in seen:
                for word in words:
                    assert word not in text, (name, kind, word)
            elif name == "person":
                assert any(word in text for word in words), (name, kind, words)
        if whose:
            there = client.get(address(name, whose, full, outside=True))
            assert "Orang Jauh" not in there.content.decode(), name
            assert there.status_code == 404 or whose in EVERYBODYS, name
    found = client.get(reverse("search"), {"q": "siti"}).content.decode()
    assert ("Siti Aminah" in found) == ("I" in seen)
    assert "Orang Jauh" not in client.get(reverse("search"), {"q": "orang jauh"}).content.decode().split("</form>")[
        -1
    ].replace("“orang jauh”", "")


@pytest.mark.parametrize("role", SEES)
@pytest.mark.parametrize("state", STATES)
def test_findings_while_typing_tell_no_more_than_the_page_does(
    full: Any, client: Client, role: str, state: str
) -> None:
    mine, seen = worker(full, role), SEES[role][STATES.index(state)]
    prepare(full, mine, state)
    client.force_login(mine.user)
    page = address("visit-look", "person", full, outside=False)
    answer = client.post(page, {"i-suhu-c": "38,5", "tanggal": "9-6-2026", "di": mine.unit.kind if mine.unit else ""})
    assert answer.status_code == (404 if "I" not in seen else 200 if role in RECORDS_VISITS else 403)
    text = answer.content.decode()
    for kind, words in marks().items():
        if kind not in seen and kind != "I":
            assert not any(word in text for word in words), kind
    outside = client.post(address("visit-look", "person", full, outside=True), {"i-suhu-c": "38,5"})
    assert outside.status_code == 404 and "Orang Jauh" not in outside.content.decode()


@pytest.mark.parametrize("role", SEES)
def test_no_list_holds_anybody_outside(full: Any, role: str) -> None:
    mine = worker(full, role)
    for state in ("area", "own"):
        prepare(full, mine, state)
        scope = scope_of_assignment(mine, TODAY)
        inside = {full.ibu, full.anak} if role in BY_OWN_WORK else {full.ibu, full.anak, full.bapak}
        assert set(Person.objects.visible_to(scope)) == (inside if "I" in SEES[role][STATES.index(state)] else set())
        assert full.outside not in Household.objects.visible_to(scope)
    assert Contact.objects.count() > 0


def test_the_size_of_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    roles, states, pages, kinds = len(SEES), len(STATES), len(PAGES), len(EVERYTHING)
    with capsys.disabled():
        print(
            f"\ntruth table: {roles} roles × {states} states × {pages} addresses × {kinds} kinds = {roles * states * pages * kinds} cells"
        )
    assert roles * states * pages * kinds >= 10_000
